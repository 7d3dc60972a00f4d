"""What the kernels refuse, and known answers."""

from __future__ import annotations

import numpy as np
import pytest

from simone.errors import BadArray
from simone.kernels import kernels

ROWS = np.array([[1, 0], [0, 2], [3, 3], [0, 0]], np.float32)


def test_cosines_of_plain_vectors() -> None:
    found = kernels.cosine_similarity_batch(np.array([1, 0], np.float32), ROWS)
    assert found.tolist() == [1.0, 0.0, float(np.float32(0.5**0.5)), 0.0]
    assert found.dtype == np.float32


def test_ties_go_to_the_lower_index() -> None:
    rows = np.tile(np.array([[1, 2, 3]], np.float32), (2000, 1))
    indices, _ = kernels.top_k_similarity(rows[0], rows, 5)
    assert indices.tolist() == [[0, 1, 2, 3, 4]]


def test_fewer_rows_than_k_shrink_the_width() -> None:
    indices, scores = kernels.top_k_similarity(ROWS[:2], ROWS, 9, np.array([True, False, True, False]))
    assert indices.shape == scores.shape == (2, 2)
    assert kernels.top_k_similarity(ROWS[:2], ROWS[:0], 9)[0].shape == (2, 0)


def test_a_zero_query_finds_the_first_rows_with_score_zero() -> None:
    indices, scores = kernels.top_k_similarity(np.zeros(2, np.float32), ROWS, 2)
    assert (indices.tolist(), scores.tolist()) == ([[0, 1]], [[0.0, 0.0]])


def test_double_precision_is_rounded_and_accepted() -> None:
    wide = ROWS.astype(np.float64) * (1 + 1e-12)
    assert kernels.similarity_matrix(wide).tobytes() == kernels.similarity_matrix(ROWS).tobytes()  # type: ignore[arg-type]  # float64 is accepted by contract


def test_strided_rows_give_the_same_bits() -> None:
    rows = np.random.default_rng(1).standard_normal((9, 40)).astype(np.float32)
    assert (
        kernels.similarity_matrix(rows[::2, ::-1]).tobytes()
        == kernels.similarity_matrix(rows[::2, ::-1].copy()).tobytes()
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_refused_by_place(bad: float) -> None:
    rows = np.ones((2000, 8), np.float32)
    rows[1500, 3] = bad
    query = np.zeros(8, np.float32)
    with pytest.raises(BadArray, match=r"rows holds .* at \(1500, 3\)"):
        kernels.top_k_similarity(query, rows, 3)
    with pytest.raises(BadArray, match=r"at \(1500, 3\)"):
        kernels.cosine_similarity_batch(query, rows)
    query[2] = bad
    with pytest.raises(BadArray, match="queries"):
        kernels.top_k_similarity(query, rows[:10], 3)


@pytest.mark.parametrize(
    ("query", "rows", "said"),
    [
        (np.ones(3, np.float32), np.ones((2, 2), np.float32), "columns"),
        (np.ones(2, np.int64), np.ones((2, 2), np.float32), "int64"),
        (np.ones(2, np.float32), np.ones(2, np.float32), "dimensions"),
        (np.ones(2, np.float32), [[1.0, 2.0]], "list"),
    ],
)
def test_a_bad_array_is_refused(query: object, rows: object, said: str) -> None:
    with pytest.raises(BadArray, match=said):
        kernels.top_k_similarity(query, rows, 1)  # type: ignore[arg-type]  # wrong types are the point


def test_a_bad_mask_or_k_is_refused() -> None:
    with pytest.raises(BadArray, match="mask"):
        kernels.top_k_similarity(ROWS[0], ROWS, 1, np.array([True]))
    with pytest.raises(BadArray, match="k is -1"):
        kernels.top_k_similarity(ROWS[0], ROWS, -1)


def test_hashes_are_xxh3() -> None:
    found = kernels.hash_content_batch(["", b"", "a", "\ud800"])
    assert found.dtype == np.uint64
    assert int(found[0]) == int(found[1]) == 0x2D06800538D394C2  # published value of XXH3-64 of the empty input
    assert len({int(value) for value in found}) == 3


def test_equal_bytes_are_equal_items() -> None:
    assert kernels.deduplicate_by_hash(["a", b"a", "b", "a"]).tolist() == [0, 2]
