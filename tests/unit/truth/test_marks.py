"""The marks of a text counted from places found once are those that counting anew finds; long texts are folded once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone import judge
from simone.truth import quotes
from simone.truth.marks import Marks

PIECE = st.sampled_from(['"', "“", "”", "~~", "~", "<s>", "</s>", "\n", "\n\n", "5", "The wall held. ", "é"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECE, max_size=14).map("".join), st.integers(0, 60))
def test_they_are_counted_as_in_the_text_itself(text: str, place: int) -> None:
    place = min(place, len(text))
    marks, begin = Marks(text), text.rfind("\n\n", 0, place) + 1
    before = text[begin:place]
    tags = re.findall(r"<(/?)(?:s|del|strike)>", before)
    assert marks.paragraph(place) == begin
    assert [marks.count(mark, begin, place) for mark in ('"', "~~")] == [before.count(mark) for mark in ('"', "~~")]
    for mark in "“”":
        found = before.rfind(mark)
        assert marks.last(mark, begin, place) == (found + begin if found >= 0 else -1)
    assert marks.count_bare(begin, place) == len(re.findall(r"(?<!\d)\"", before))
    assert marks.is_struck(begin, place) == (bool(tags) and not tags[-1])


@pytest.mark.parametrize(
    "sentence", ["The wall held in May 1990. ", "Lund said: “So. The wall held.” ", "The wall held. "]
)
def test_a_text_that_repeats_a_sentence_is_folded_once(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folded, once = list[int](), quotes._folded

    def counted(text: str) -> str:
        folded.append(len(text))
        return once(text)

    monkeypatch.setattr(quotes, "_folded", counted)
    text = sentence * 5000
    judge(["The wall held."], text)
    assert sum(length == len(text) for length in folded) <= 4
