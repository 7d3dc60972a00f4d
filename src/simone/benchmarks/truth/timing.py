"""How long a claim takes: texts never seen before, and the same ones again.

Not for how right the verdicts are: see figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.benchmarks.report import percentile
from simone.benchmarks.truth.contestants import Contestant
from simone.benchmarks.truth.pairs import Pair
from simone.clock import Clock, SystemClock


class Timing(msgspec.Struct, frozen=True):
    """Milliseconds per claim: cold is the first time a text is seen, warm the second."""

    contestant: str
    claims: int
    cold_p50_ms: float
    cold_p95_ms: float
    warm_p50_ms: float
    warm_p95_ms: float


Seconds = tuple[list[float], list[float]]
"""Of each claim, cold and warm."""


def time_claims(pairs: Sequence[Pair], contestant: Contestant) -> Seconds:
    """Ask about each pair twice, one by one; the texts must be new to the contestant."""
    clock = SystemClock()
    cold, warm = ([_once(contestant, pair, clock) for pair in pairs] for _ in range(2))
    return cold, warm


def sum_up(who: str, parts: Sequence[Seconds]) -> Timing:
    """The percentiles over the parts.

    Raises:
        ValueError: no claim was timed.
    """
    cold, warm = ([spent for part in parts for spent in part[number]] for number in range(2))
    figures = (percentile(values, share) * 1e3 for values in (cold, warm) for share in (0.5, 0.95))
    return Timing(who, len(cold), *figures)


def _once(contestant: Contestant, pair: Pair, clock: Clock) -> float:
    begin = clock.monotonic_s()
    contestant(pair)
    return clock.monotonic_s() - begin
