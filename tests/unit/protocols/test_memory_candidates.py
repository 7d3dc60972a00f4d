"""Texts become candidates: each with its quote to the letter, its tags, and no more than the text carries."""

from __future__ import annotations

import pytest

from simone.errors import BadRequest
from simone.memory.contract import Candidate, Memory, Origin, Statement
from simone.memory.remembering import as_memory
from simone.protocols.emotional_state.reading import read_tone
from simone.protocols.memory_tagging import tag
from simone.protocols.memory_tagging.candidates import Said, candidates, is_read_back, proposed
from simone.records import Claim, Draft, DraftSentence, Evidence, Status, Unmeasured, Verdict

LETTER = "Belmar paid 4 million crowns on 5 March 1931. Write to ann@example.org about it. I love the harbour."


def said(text: str = LETTER, at: str = "2026-03-05") -> Said:
    return Said(text, "letters/7", "r1", "Ann Lee", 0.8, at, session="s1", start=100)


def feeling(text: str) -> tuple[float, float]:
    tone = read_tone(text)
    return tone.valence, tone.arousal


def test_every_candidate_quotes_its_source_to_the_letter() -> None:
    found = candidates([said()], by_sentence=True)
    assert [candidate.text for candidate in found] == [
        "Belmar paid 4 million crowns on 5 March 1931.",
        "Write to ann@example.org about it.",
        "I love the harbour.",
    ]
    for candidate in found:
        (origin,) = candidate.origins
        assert origin.quote == candidate.text == LETTER[origin.start - 100 : origin.end - 100]
        assert (origin.source, origin.run, origin.author, origin.trust) == ("letters/7", "r1", "Ann Lee", 0.8)


def test_a_whole_turn_is_one_candidate() -> None:
    (candidate,) = candidates([said()])
    assert candidate.text == LETTER
    assert candidate.session == "s1"


def test_tags_have_places_and_normal_forms() -> None:
    (candidate,) = candidates([said()])
    normals = {candidate.text[one.start : one.end]: (one.kind, one.normal) for one in candidate.entities}
    assert normals["Belmar"] == ("name", "belmar")
    assert normals["5 March 1931"] == ("date", "1931-03-05")
    assert normals["ann@example.org"] == ("email", "ann@example.org")
    assert candidate.statements == (Statement("Belmar", "paid", "4 million crowns on 5 March 1931"),)
    assert candidate.topics


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I love the harbour.", "preference"),
        ("I was in Orsk on 5 March 2026.", "event"),
        ("I have a blue boat.", "statement"),
        ("Did Belmar pay on 5 March 2026?", "statement"),
        ("The treaty has nine articles.", "fact"),
    ],
)
def test_kinds_follow_the_words(text: str, kind: str) -> None:
    assert candidates([said(text)])[0].kind == kind


def test_tone_is_what_the_reader_of_it_says() -> None:
    flat = candidates([said("I am so happy, this is wonderful!")])[0]
    felt = candidates([said("I am so happy, this is wonderful!")], feeling)[0]
    assert (flat.valence, flat.arousal) == (0.0, 0.0)
    assert felt.valence > 0.3
    assert felt.salience > flat.salience


def test_specifics_make_a_text_more_salient() -> None:
    plain, full = candidates([said("That sounds good to me."), said("Belmar paid Orsk 4 million crowns in 1931.")])
    assert 0.0 <= plain.salience < full.salience <= 1.0


def test_a_text_without_a_word_gives_none() -> None:
    assert candidates([said("  \n ")]) == ()
    assert candidates([]) == ()


def test_a_candidate_does_not_depend_on_its_neighbours() -> None:
    others = [said("Orsk won."), said(), said("I love the harbour.")]
    assert candidates(others)[1] == candidates([said()])[0]


def test_a_date_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(BadRequest, match="next Tuesday"):
        candidates([said(at="next Tuesday")])


DRAFT = Draft(
    "Belmar paid 4 million crowns on 5 March 1931. Orsk won 9 ships in 1940.",
    (
        DraftSentence("Belmar paid 4 million crowns on 5 March 1931.", 0, 45),
        DraftSentence("Orsk won 9 ships in 1940.", 46, 71),
    ),
)


def verdict(sentence: int, status: Status, strength: float) -> Verdict:
    quote = "On 5 March 1931 Belmar paid four million crowns."
    evidence = Evidence("treaty.md", "id", 1, 10, 10 + len(quote), quote, "supports", strength)
    place = DRAFT.sentences[sentence].start
    return Verdict(Claim("c", place, place + 1, sentence), status, "exact", "", Unmeasured("a test"), (evidence,))


def test_a_governed_draft_gives_only_what_is_supported_with_its_evidence() -> None:
    verdicts = (verdict(0, "supported", 0.9), verdict(1, "refuted", 0.9))
    tags = tag(DRAFT, verdicts)
    (candidate,) = proposed(tags.remember, verdicts, "run1", "2026-03-05T10:00:00+00:00")
    assert (candidate.text, candidate.verdict) == (DRAFT.sentences[0].text, "supported")
    own, evidence = candidate.origins
    assert (own.author, own.source, own.trust) == ("model", "draft run1", 0.9)
    assert DRAFT.text[own.start : own.end] == own.quote
    assert (evidence.source, evidence.quote) == ("treaty.md", verdicts[0].evidence[0].quote)
    assert candidate.salience == tags.remember[0].salience


QUOTE = "On 5 March 1931 Belmar paid four million crowns."
TOLD: Memory = as_memory(
    Candidate(QUOTE, (Origin("spam page", 0, len(QUOTE), QUOTE, "r0", "web", 0.2),)), "2026-03-01T00:00:00+00:00"
)


def supported_by(*documents: str) -> tuple[Verdict, ...]:
    plain = verdict(0, "supported", 0.9)
    evidence = [
        Evidence("spam page" if name == "memory 1" else name, name, 1, 0, len(QUOTE), QUOTE, "supports", 0.9)
        for name in documents
    ]
    return (Verdict(plain.claim, "supported", "exact", "", Unmeasured("a test"), tuple(evidence)),)


def test_what_a_memory_supports_is_trusted_no_more_than_the_memory() -> None:
    verdicts = supported_by("treaty.md", "memory 1")
    proposals = tag(DRAFT, verdicts).remember
    (candidate,) = proposed(proposals, verdicts, "run1", "2026-03-05", recalled={"memory 1": TOLD})
    assert [(origin.author, origin.trust) for origin in candidate.origins] == [
        ("model", 0.2),
        ("treaty.md", 1.0),
        ("web", 0.2),
    ]
    assert as_memory(candidate, "2026-03-05T00:00:00+00:00").trust == 0.2


def test_what_only_memories_support_is_read_back() -> None:
    for documents, expected in ((("memory 1",), True), (("treaty.md", "memory 1"), False), (("treaty.md",), False)):
        verdicts = supported_by(*documents)
        (proposal,) = tag(DRAFT, verdicts).remember
        assert is_read_back(proposal, verdicts, {"memory 1": TOLD}) is expected


def test_a_sentence_that_counts_on_the_one_before_stays_with_it() -> None:
    text = "Dana Ruiz moved to Orsk in May. She works at the harbour. Belmar stayed.\n\nThey met again in June."
    said = Said(text, "letter", "run", "Ann", at="2026-06-30")
    found = candidates([said], by_sentence=True)
    assert [one.text for one in found] == [
        "Dana Ruiz moved to Orsk in May. She works at the harbour.",
        "Belmar stayed.",
        "They met again in June.",
    ]
    assert all(text[o.start : o.end] == o.quote == one.text for one in found for o in one.origins)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I sleep badly. The alarm is off.", 2),
        ("I earn 2,400 euros a month. The studio opens at 9.", 2),
        ("We rent a mill. The mill is old.", 1),
        ("We have boats. The boat is old.", 1),
        ("I work for Belmar. The company is big.", 1),
        ("I sleep badly. The new one is off.", 2),
        ("I sleep badly. It is the alarm.", 1),
    ],
)
def test_a_thing_that_nothing_before_tells_of_counts_on_nothing(text: str, count: int) -> None:
    assert len(candidates([Said(text, "letter", "run", "Ann")], by_sentence=True)) == count


def test_no_candidate_grows_without_end() -> None:
    text = "Belmar left. " + " ".join(f"He paid {number} crowns." for number in range(5))
    found = candidates([Said(text, "letter", "run", "Ann")], by_sentence=True)
    assert [one.text.count(".") for one in found] == [3, 3]
