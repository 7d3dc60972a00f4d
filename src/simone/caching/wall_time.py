"""The time by which entries end: seconds that processes share, and that no change of the clock prolongs.

Not for measuring how long something takes.
"""

from __future__ import annotations

from simone.clock import Clock


class WallTime:
    """Unix seconds of a clock that never fall behind the time that has passed since this was made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._origin_s = clock.now().timestamp() - clock.monotonic_s()

    def __call__(self) -> float:
        """Seconds since 1970: of the clock, or those that have passed, whichever is later."""
        return max(self._origin_s + self._clock.monotonic_s(), self._clock.now().timestamp())
