"""What must hold of every kernel on any input: exactness, order, coverage."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.kernels.contract import Floats

WORDS = (
    "a b The I 3 3.5 Dr. U.S. e.g. No. Inc. etc. J. . ! ? ... … ” “ \" ' ( ) [ ] - * # > | : ; , ``` ~~~ === 。 ！ 」"
)
SIGNS = (":)", "😀", "1. ", "https://a.b/c.d?", "\u2029", "\u200b", "\x00", "\ud800", "é", "Ä", "ß")
BLANKS = ("\n", "\n\n", " ", "  ", "\t", "\r\n", "\xa0", "\u3000")
PIECES = st.sampled_from([*WORDS.split(), *SIGNS, *BLANKS])


def defined_cosine(left: list[float], right: list[float]) -> np.float32:
    """The contract's sentence on scores, in plain Python."""

    def total(a: list[float], b: list[float]) -> float:
        lanes = [0.0] * 8
        for index, (x, y) in enumerate(zip(a, b, strict=True)):
            lanes[index % 8] += x * y
        result = 0.0
        for lane in lanes:
            result += lane
        return result

    lengths = total(left, left) ** 0.5 * total(right, right) ** 0.5
    return np.float32(total(left, right) / lengths) if lengths else np.float32(0.0)


def data(kind: str, count: int, width: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((count, width))
    if kind == "clustered":
        rows = random.standard_normal((3, width))[random.integers(0, 3, count)] + 1e-4 * rows
    elif kind == "duplicates":
        rows = rows[random.integers(0, max(1, count // 4), count)] if count else rows
    elif kind == "scaled":
        rows = random.standard_normal(width) * 10.0 ** random.integers(-30, 15, (count, 1)) + 0.0 * rows
    elif kind == "zeros":
        rows = rows * (random.random((count, 1)) < 0.5)
    elif kind == "signs":
        rows = np.sign(rows)
    return rows.astype(np.float32)


KINDS = ("gaussian", "clustered", "duplicates", "scaled", "zeros", "signs")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS), st.integers(0, 60), st.integers(1, 70), st.integers(0, 70), st.integers(1, 3),
    st.integers(0, 2**32), st.sampled_from(["none", "some", "nothing"]),
)  # fmt: skip
def test_top_k_equals_scoring_every_row(
    kind: str, count: int, width: int, k: int, queries: int, seed: int, masking: str
) -> None:
    rows = data(kind, count, width, seed)
    random = np.random.default_rng(seed + 1)
    asked = random.standard_normal((queries, width)).astype(np.float32)
    if count and seed % 2:
        asked[0] = rows[seed % count]
    mask = {"none": None, "some": random.random(count) < 0.5, "nothing": np.zeros(count, np.bool_)}[masking]
    allowed = [index for index in range(count) if mask is None or mask[index]]
    indices, scores = kernels.top_k_similarity(asked, rows, k, mask)
    for number, query in enumerate(asked.tolist()):
        every = {index: defined_cosine(query, rows[index].tolist()) for index in allowed}
        best = sorted(allowed, key=lambda index: (-every[index], index))[:k]
        assert indices[number].tolist() == best
        assert scores[number].tobytes() == np.array([every[index] for index in best], np.float32).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_top_k_equals_scoring_every_row_over_many_blocks(kind: str) -> None:
    rows = data(kind, 3000, 96, 7)
    query = rows[1234] + np.float32(0.01)
    every = kernels.cosine_similarity_batch(query, rows)
    order = np.lexsort((np.arange(len(rows)), -every))[:50]
    indices, scores = kernels.top_k_similarity(query, rows, 50)
    assert indices[0].tolist() == order.tolist()
    assert scores[0].tobytes() == every[order].tobytes()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 20), st.integers(1, 50), st.integers(0, 2**32))
def test_every_score_has_the_defined_bits(kind: str, count: int, width: int, seed: int) -> None:
    rows = data(kind, count, width, seed)
    matrix = kernels.similarity_matrix(rows)
    expected = [[defined_cosine(left, right) for right in rows.tolist()] for left in rows.tolist()]
    assert matrix.tobytes() == (np.array(expected, np.float32) + np.float32(0)).tobytes()
    assert matrix.tobytes() == matrix.T.copy().tobytes()
    assert np.abs(matrix).max() <= 1.0


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 12), st.integers(1, 40), st.integers(0, 2**32))
def test_normalised_rows_have_length_one_or_zero(kind: str, count: int, width: int, seed: int) -> None:
    rows = kernels.vector_normalize_batch(data(kind, count, width, seed))
    for row in rows.tolist():
        square = float(sum(Fraction(value) ** 2 for value in row))
        assert square == 0.0 or abs(square - 1.0) < 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**32))
def test_token_alignment_is_the_best_of_each_row_of_cosines(claim: int, evidence: int, seed: int) -> None:
    left, right = data("gaussian", claim, 24, seed), data("gaussian", evidence, 24, seed + 1)
    best = kernels.token_alignment_batch([left], [right])[0]
    every = [[defined_cosine(x, y) for y in right.tolist()] for x in left.tolist()]
    assert best.tolist() == [max(row, default=0.0) for row in every]


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map(" ".join), st.text()))
def test_every_character_that_is_not_blank_lies_in_one_sentence(text: str) -> None:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    at = 0
    for start, end in spans:
        assert at <= start < end
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=5))
def test_a_text_is_split_alike_in_any_company(texts: list[str]) -> None:
    together = kernels.split_sentences_batch(texts)
    assert [spans.tolist() for spans in together] == [kernels.split_sentences_batch([t])[0].tolist() for t in texts]


@given(st.lists(st.one_of(st.text(max_size=3), st.binary(max_size=3)), max_size=20))
def test_the_first_of_equal_items_is_kept(items: list[str | bytes]) -> None:
    raw: list[Any] = [item if isinstance(item, bytes) else item.encode("utf-8", "surrogatepass") for item in items]
    kept: NDArray[np.int64] = kernels.deduplicate_by_hash(items)
    assert kept.tolist() == [index for index, item in enumerate(raw) if item not in raw[:index]]
