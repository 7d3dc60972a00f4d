"""Postings and vectors against plain counting, whatever the batches in which they came."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.errors import BadArray, BadRequest
from simone.memory.contract import Filter, Memory, Origin
from simone.memory.nearest import Nearest
from simone.memory.postings import Postings, Table
from simone.memory.shelf import Shelf, as_said
from simone.memory.times import EARLIEST, NO_DAY, day, days_named, microseconds
from simone.retrieval.lexical import K1, B, terms_of

rows_of_terms = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), max_size=25)


def add(postings: Postings, documents: list[list[str]], first: int) -> None:
    vocabulary = sorted({term for terms in documents for term in terms})
    tokens = [vocabulary.index(term) for terms in documents for term in terms]
    rows = [first + number for number, terms in enumerate(documents) for _ in terms]
    postings.add(vocabulary, np.array(tokens, np.int32), np.array(rows, np.int32))


@given(rows_of_terms, st.lists(st.integers(0, 25), max_size=4), st.data())
def test_postings_hold_what_was_added_and_nothing_that_was_let_go(
    documents: list[list[str]], cuts: list[int], data: st.DataObject
) -> None:
    postings = Postings()
    bounds = sorted({0, len(documents), *(cut for cut in cuts if cut < len(documents))})
    for first, last in pairwise(bounds):
        add(postings, documents[first:last], first)
        if data.draw(st.booleans()):
            postings.keep(np.ones(last, np.bool_))
    for term in "abcdefgh":
        assert postings.of(term).tolist() == [row for row, terms in enumerate(documents) if term in terms]
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))), np.bool_)
    postings.keep(kept)
    for term in "abcdefgh":
        expected = [row for row, terms in enumerate(documents) if term in terms and kept[row]]
        assert postings.of(term).tolist() == expected
        assert (term in postings) == bool(expected)


def test_a_long_tail_is_sorted_in_without_a_difference() -> None:
    chance = np.random.default_rng(3)
    documents = [[f"t{number}" for number in chance.integers(0, 300, 8)] for _ in range(3000)]
    postings = Postings()
    for first in range(0, 3000, 7):
        add(postings, documents[first : first + 7], first)
    for term in ("t0", "t7", "t299"):
        assert postings.of(term).tolist() == [row for row, terms in enumerate(documents) if term in terms]


def test_scores_between_additions_are_those_of_all_at_once() -> None:
    chance = np.random.default_rng(4)
    words = [f"word{number}" for number in range(50)]
    memories = [memory(number, " ".join(chance.choice(words, 6))) for number in range(1500)]
    grown, whole = Shelf(), Shelf()
    for first in range(0, 1500, 100):
        grown.add(memories[first : first + 100])
        grown.by_words(["word1"], grown.allowed(Filter()))
    whole.add(memories)
    asked = ["word1", "word7"], whole.allowed(Filter())
    assert grown.by_words(*asked)[0].tolist() == whole.by_words(*asked)[0].tolist()


def test_a_table_grows_and_keeps_what_it_is_told_to() -> None:
    table = Table(number=np.int32, flag=np.bool_)
    for number in range(100):
        table.extend(1, number=number)
    table["flag"][::2] = True
    table.keep(table["flag"])
    assert table["number"].tolist() == list(range(0, 100, 2))
    assert len(table) == 50


def memory(number: int, text: str) -> Memory:
    origin = Origin("doc", 0, len(text), text, "run", "", 1.0)
    return Memory(
        f"{number:016x}", text, (origin,), "fact", "default", "", (), (), (), (), 0.0, 0.0, 0.5, False, 1.0, "", "", ""
    )


texts = st.lists(
    st.lists(st.sampled_from(("harbour", "bridge", "boat", "herring", "crane")), min_size=1, max_size=6).map(" ".join),
    min_size=1,
    max_size=12,
)


@given(texts, st.integers(1, 12))
def test_scores_by_words_are_bm25_to_the_digit_that_float32_has(documents: list[str], batch: int) -> None:
    shelf = Shelf()
    memories = [memory(number, text) for number, text in enumerate(documents)]
    for first in range(0, len(memories), batch):
        shelf.add(memories[first : first + batch])
        shelf.by_words(["boat"], shelf.allowed(Filter()))
    stems = terms_of(["boat crane"]).vocabulary
    counts = [Counter(terms_of([text]).vocabulary[token] for token in terms_of([text]).tokens) for text in documents]
    mean = 2 ** (
        round(8 * math.log2(max(1.0, sum(map(len, (text.split() for text in documents))) / len(documents)))) / 8
    )
    expected = []
    for text, count in zip(documents, counts, strict=True):
        total = 0.0
        for stem in stems:
            frequency = sum(stem in other for other in counts)
            rarity = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
            lengthening = K1 * (1 - B + B * len(text.split()) / mean)
            total += rarity * count[stem] * (K1 + 1) / (count[stem] + lengthening)
        expected.append(total)
    scores, held = shelf.by_words(sorted(stems), shelf.allowed(Filter()))
    assert scores.tolist() == pytest.approx(expected, rel=1e-5)
    assert {stem for stem, _ in held} == {stem for stem in stems if any(stem in count for count in counts)}


@given(st.permutations(range(12)), st.integers(1, 12), st.lists(st.integers(0, 11)))
def test_vectors_are_searched_alike_in_whatever_order_they_came(order: list[int], batch: int, gone: list[int]) -> None:
    rows = np.random.default_rng(1).integers(-2, 3, (12, 4)).astype(np.float32)  # many are equal
    one, all_at_once = Nearest(), Nearest()
    for first in range(0, 12, batch):
        some = np.array(order[first : first + batch], np.int32)
        one.add(some, rows[some])
    all_at_once.add(np.arange(12, dtype=np.int32), rows)
    for nearest in (one, all_at_once):
        nearest.forget(np.array(gone, np.int32))
        assert len(nearest) == 12 - len(set(gone))
    for vector in (np.ones(4, np.float32), rows[0]):
        left, right = (nearest.search(vector, 5, np.ones(12, np.bool_)) for nearest in (one, all_at_once))
        assert left[0].tolist() == right[0].tolist()
        assert left[1].tolist() == right[1].tolist()
    rest = np.arange(13, dtype=np.int32)
    assert one.cosines(rows[0], rest).tolist() == all_at_once.cosines(rows[0], rest).tolist()
    assert one.likeness(rest)(3).tolist() == all_at_once.likeness(rest)(3).tolist()


def test_vectors_of_another_length_are_refused() -> None:
    nearest = Nearest()
    nearest.add(np.array([3], np.int32), np.ones((1, 4), np.float32))
    for row in (1, 5):
        with pytest.raises(BadArray, match="columns"):
            nearest.add(np.array([row], np.int32), np.ones((1, 5), np.float32))


def test_what_is_said_is_searched_with_who_said_it() -> None:
    text = "I moved."
    origins = tuple(Origin("doc", 0, 8, text, "run", author, 1.0) for author in ("Anna", "Ben", "Anna", ""))
    made = Memory("1", text, origins, "fact", "t", "", (), (), (), (), 0.0, 0.0, 0.5, False, 1.0, "", "", "")
    assert as_said(made) == "Anna, Ben: I moved."


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("What did we do yesterday?", "2026-03-17", "2026-03-17"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("In June they sailed", "2025-06-01", "2025-06-30"),
        ("On 7 March", "2026-03-07", "2026-03-07"),
        ("in the winter of 2024", "2024-12-01", "2025-02-28"),
        ("on 7 May 2023", "2023-05-07", "2023-05-07"),
    ],
)
def test_days_of_a_question_are_those_that_had_begun(text: str, first: str, last: str) -> None:
    (named,) = days_named(text, "2026-03-18")
    assert (named.first, named.last) == (day(first), day(last))


def test_what_names_no_day_has_none() -> None:
    assert days_named("Who closed the harbour?", "2026-03-18") == ()
    assert day("") == day("soon") == NO_DAY
    assert microseconds("", EARLIEST) == EARLIEST
    assert microseconds("1970-01-02", 0) == 86_400_000_000
    assert microseconds("1970-01-01T01:00:00+01:00", 7) == 0
    with pytest.raises(BadRequest, match="2026-05-31"):
        microseconds("soon", 0)
