"""Drafts: sentences with their places, and repairs that leave the rest as it was."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from simone.orchestration.drafts import make_draft, repaired

SENTENCE = st.sampled_from(
    [
        "The siege lasted nine weeks.",
        "Vey refused.",
        "It cost 61,000 marks!",
        "Was it opened in 1743?",
        "Salt sold well.",
    ]
)
GAP = st.sampled_from([" ", "  ", "\n", "\n\n", " \n "])


@st.composite
def texts(draw: st.DrawFn) -> str:
    sentences = draw(st.lists(SENTENCE, min_size=1, max_size=8))
    return "".join(sentence + draw(GAP) for sentence in sentences)


@given(st.text(max_size=300))
def test_every_sentence_stands_where_it_says(text: str) -> None:
    draft = make_draft(text)
    assert draft.text == text.strip()
    end = 0
    for sentence in draft.sentences:
        assert draft.text[sentence.start : sentence.end] == sentence.text
        assert end <= sentence.start < sentence.end
        end = sentence.end


@given(texts(), st.data())
def test_untouched_sentences_stay_to_the_character_with_the_gaps_between_them(text: str, data: st.DataObject) -> None:
    draft = make_draft(text)
    count = len(draft.sentences)
    touched = data.draw(st.sets(st.integers(0, count - 1)))
    replacements = {
        index: data.draw(st.sampled_from(["", "Trevane offered terms twice."])) for index in sorted(touched)
    }
    after = repaired(draft, replacements)
    expected = [replacements.get(i, s.text) for i, s in enumerate(draft.sentences)]
    assert [sentence.text for sentence in after.sentences] == [text for text in expected if text]
    assert after.revision == draft.revision + 1
    kept = [i for i in range(count) if expected[i]]
    for left, right in pairwise(kept):
        gap = draft.text[draft.sentences[right - 1].end : draft.sentences[right].start]
        where = kept.index(left)
        assert after.text[after.sentences[where].end : after.sentences[where + 1].start] == gap


@given(texts())
def test_a_repair_that_changes_nothing_gives_the_same_text(text: str) -> None:
    draft = make_draft(text)
    assert repaired(draft, {}).text == draft.text


@given(texts())
def test_a_repair_that_removes_everything_leaves_nothing(text: str) -> None:
    draft = make_draft(text)
    after = repaired(draft, dict.fromkeys(range(len(draft.sentences)), ""))
    assert (after.text, after.sentences) == ("", ())
