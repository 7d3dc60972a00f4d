"""How large a share may be in truth, given what was counted.

Not for intervals of a report: those are two-sided.
"""

from __future__ import annotations

import math


def upper_bound(hits: int, total: int, confidence: float) -> float:
    """The share that the true one does not exceed with this confidence, one-sided; 1.0 where nothing was counted.

    Source: Clopper and Pearson, The use of confidence or fiducial limits illustrated in the case of the binomial, 1934;
    the bound is where at most `hits` of `total` have the probability 1 - confidence, found by bisection.
    """
    if total == 0 or hits >= total:
        return 1.0
    low, high = hits / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(hits, total, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(hits: int, total: int, share: float) -> float:
    """The probability of at most `hits` of `total` where each has the probability `share`, 0 < share < 1."""
    yes, no = math.log(share), math.log1p(-share)
    ways = math.lgamma(total + 1)
    return math.fsum(
        math.exp(ways - math.lgamma(k + 1) - math.lgamma(total - k + 1) + k * yes + (total - k) * no)
        for k in range(hits + 1)
    )
