"""The index of quotes finds what looking into every passage finds."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from simone.records import Passage
from simone.truth.judge import as_passage
from simone.truth.quotes import QuoteIndex, quote_in

PIECE = st.sampled_from(
    ["The wall held.", "the  WALL held", "“The wall held.”", "Nobody says the wall held.", "It cost 4.2 million!",
     "It cost 4", "J. Lund left.\n", "Lund left.", "İstanbul fell.", "ok.", ".", " "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(PIECE, max_size=4).map(" ".join), max_size=5), PIECE)
def test_the_first_passage_with_the_quote_is_found(texts: list[str], claim: str) -> None:
    passages = [as_passage(text, number) for number, text in enumerate(texts, 1)]
    expected = next(((n, *span) for n, p in enumerate(passages) if (span := quote_in(claim, p))), None)
    assert QuoteIndex(passages).find(claim) == expected


def test_the_sentence_a_passage_was_found_by_counts_as_it_stands() -> None:
    text = "A list: one, two\nthree. More."
    passage = Passage("d", "d", 1, 10, 10 + len(text), text, (18, 26))
    assert QuoteIndex([passage]).find("one, two") == (0, 18, 26)
    assert QuoteIndex([passage]).find("two three") is None


def test_what_was_asked_for_is_not_kept() -> None:
    index = QuoteIndex([as_passage("The wall held.", 1)])
    claim = "The gate fell. " * 2000
    before = sys.getrefcount(claim)
    assert index.find(claim) is None
    assert sys.getrefcount(claim) == before
