"""Word search: stems, weights, order, and queries that are not questions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simone.retrieval.lexical import K1, B, LexicalIndex, Postings, terms_of

TEXTS = [
    "The crane lifted forty tonnes.",
    "Cranes are lifting heavy loads, and cranes are slow.",
    "A boat left the quay in 1931.",
    "The cost was 1,500.50 euro.",
    "",
]


def search(query: str, k: int = 10, texts: list[str] = TEXTS, titles: list[str] | None = None) -> list[int]:
    sections = titles or [""] * len(texts)
    index = LexicalIndex([terms_of(texts)], [terms_of(sections)], np.arange(len(texts)))
    return [int(position) for position in index.search(query, k)[0]]


def test_inflected_words_meet_in_their_stem() -> None:
    assert sorted(search("crane lifts")) == [0, 1]


def test_numbers_stay_whole_and_grouping_does_not_matter() -> None:
    assert search("1500.50") == [3]
    assert search("What happened in 1931?") == [2]


def test_a_score_is_the_bm25_formula() -> None:
    postings = Postings([terms_of(TEXTS)])
    lengths = terms_of(TEXTS).lengths
    rarity = math.log(1 + (5 - 2 + 0.5) / (2 + 0.5))
    expected = [
        rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * length / lengths.mean()))
        for count, length in zip((1, 2), lengths[:2], strict=True)
    ]
    assert postings.scores(["crane"])[:2].tolist() == pytest.approx(expected, rel=1e-12)


def test_equal_scores_keep_the_order_of_the_sentences_whatever_k() -> None:
    same = ["red boat"] * 7
    assert search("boat", 10, same) == list(range(7))
    assert search("boat", 3, same) == [0, 1, 2]


def test_a_heading_lifts_its_sentences_but_finds_none_alone() -> None:
    texts = ["The limit is nine.", "The limit is nine.", "Other words."]
    assert search("harbour limit", 10, texts, ["", "Harbour", "Harbour"]) == [1, 0]


@pytest.mark.parametrize(
    "query", ['"', "a OR *", "NEAR(x", "'; DROP TABLE edition; --", "\x00", "", "(((", "the of and"]
)
def test_any_text_is_a_harmless_query(query: str) -> None:
    assert search(query) == []


def test_the_cut_into_parts_does_not_change_a_score() -> None:
    whole = Postings([terms_of(TEXTS)])
    parts = Postings([terms_of(TEXTS[:2]), terms_of([]), terms_of(TEXTS[2:])])
    assert whole.scores(["crane", "quay"]).tolist() == parts.scores(["crane", "quay"]).tolist()
