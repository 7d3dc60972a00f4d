"""The time by which entries end: seconds that processes share, and that no change of the clock prolongs.

Not for measuring how long something takes.
"""

from __future__ import annotations

from simone.clock import Clock

LOOK_AGAIN_S = 1.0
"""How long the time is reckoned from what has passed before the clock is read again."""


class WallTime:
    """Unix seconds of a clock that never fall behind the time that has passed since this was made.

    A clock that is put forward, and a machine that slept, are noticed within a second; one put back is not followed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passed_s = clock.monotonic_s
        self._origin_s = clock.now().timestamp() - clock.monotonic_s()
        self._look_again_s = clock.monotonic_s() + LOOK_AGAIN_S

    def __call__(self) -> float:
        """Seconds since 1970: of the clock, or those that have passed, whichever is later."""
        passed_s = self._passed_s()
        if passed_s >= self._look_again_s:
            self._look_again_s = passed_s + LOOK_AGAIN_S
            self._origin_s = max(self._origin_s, self._clock.now().timestamp() - passed_s)
        return self._origin_s + passed_s
