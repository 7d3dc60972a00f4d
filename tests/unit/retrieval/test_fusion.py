import numpy as np
import pytest

from simone.retrieval.fusion import blend, reciprocal_rank


def test_reciprocal_ranks_add_up_over_the_rankings() -> None:
    fused = reciprocal_rank([[7, 3], [3, 9]], constant=60)
    assert [item for item, _ in fused] == [3, 7, 9]
    assert dict(fused)[3] == pytest.approx(1 / 62 + 1 / 61)


def test_equal_sums_order_by_lower_item() -> None:
    assert [item for item, _ in reciprocal_rank([[5], [2]])] == [2, 5]
    assert reciprocal_rank([]) == []


def test_each_part_of_the_blend_raises_the_score_and_length_stops_counting() -> None:
    def score(cosine: float, lexical: float, neighbours: float, characters: int, named: int = 0) -> float:
        parts = (np.array([each]) for each in (cosine, lexical, neighbours, characters, named))
        return float(blend(*parts)[0])

    base = score(0.5, 0.5, 0.5, 100)
    assert score(0.6, 0.5, 0.5, 100) > base
    assert score(0.5, 0.6, 0.5, 100) > base
    assert score(0.5, 0.5, 0.6, 100) > base
    assert score(0.5, 0.5, 0.5, 120) > base
    assert score(0.1, 0.0, 0.0, 50, named=1) > score(0.6, 0.5, 0.5, 100)
    assert score(0.5, 0.5, 0.5, 5000) == score(0.5, 0.5, 0.5, 50_000)
    assert np.isfinite(score(0.0, 0.0, 0.0, 0))
