"""Figures of merit for rankings, with bootstrap intervals.

Not for making rankings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from simone.clock import seeded

RESAMPLES = 1000


class Figure(msgspec.Struct, frozen=True):
    """A mean over `samples` queries with its 95 % interval `low`..`high`."""

    value: float
    low: float
    high: float
    samples: int


def ndcg(ranking: Sequence[int], gains: Mapping[int, int], k: int) -> float:
    """Discounted gain of the first k items over that of the best order possible, 0..1.

    Gain as judged, discount 1 / log2(rank + 1). Source: Järvelin and Kekäläinen, Cumulated Gain-based Evaluation of IR
    Techniques, 2002, with the discount that trec_eval uses.
    """
    best = sorted(gains.values(), reverse=True)[:k]
    return _discounted([gains.get(item, 0) for item in ranking[:k]]) / _discounted(best)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def recall(ranking: Sequence[int], gains: Mapping[int, int], k: int) -> float:
    """Share of the relevant items (gain above 0) among the first k, 0..1."""
    return sum(item in gains for item in ranking[:k]) / len(gains)


def reciprocal_first(ranking: Sequence[int], gains: Mapping[int, int]) -> float:
    """1 / rank of the first relevant item, 0.0 if there is none: its mean is MRR."""
    return next((1.0 / rank for rank, item in enumerate(ranking, start=1) if item in gains), 0.0)


def figure(values: Sequence[float], seed: int) -> Figure:
    """The mean of at least one value, with the percentile interval of 1,000 resamples.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
    """
    generator = seeded(seed, f"bootstrap of {len(values)}")
    count = len(values)
    drawn = np.array([generator.choices(range(count), k=count) for _ in range(RESAMPLES)])
    means = np.array(values)[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(np.mean(values)), float(low), float(high), count)
