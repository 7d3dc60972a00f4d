import math

import pytest

from simone.benchmarks.ranking import figure, ndcg, recall, reciprocal_first

GAINS = {10: 3, 11: 2, 12: 1}


def test_the_best_order_has_an_ndcg_of_one() -> None:
    assert ndcg([10, 11, 12, 99], GAINS, 10) == pytest.approx(1.0)
    assert ndcg([99, 98], GAINS, 10) == 0.0


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    expected = (2 + 3 / math.log2(3)) / (3 + 2 / math.log2(3) + 1 / math.log2(4))
    assert ndcg([11, 10], GAINS, 10) == pytest.approx(expected)
    assert ndcg([99, 10], GAINS, 1) == 0.0


def test_recall_and_reciprocal_rank_count_relevant_items_only() -> None:
    assert recall([99, 10, 11], GAINS, 2) == pytest.approx(1 / 3)
    assert reciprocal_first([99, 98, 12], GAINS) == pytest.approx(1 / 3)
    assert reciprocal_first([99], GAINS) == 0.0


def test_an_interval_holds_its_mean_and_repeats_for_the_same_seed() -> None:
    values = [0.0, 1.0, 0.5, 0.25, 1.0, 0.0, 0.75]
    one = figure(values, seed=1)
    assert one.low <= one.value <= one.high
    assert one.samples == 7
    assert one == figure(values, seed=1)
    assert figure([0.5], seed=1).low == 0.5
