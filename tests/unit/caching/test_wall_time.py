"""The time by which entries end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simone.caching.wall_time import WallTime

START = datetime(2026, 1, 1, tzinfo=UTC)


class TwoHands:
    """A clock whose two readings are moved apart from one another."""

    def __init__(self) -> None:
        self.at, self.passed_s = START, 50.0

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.passed_s


def test_a_clock_that_is_put_back_prolongs_nothing() -> None:
    clock = TwoHands()
    time = WallTime(clock)
    clock.at -= timedelta(hours=1)
    clock.passed_s += 10
    assert time() == START.timestamp() + 10


def test_a_machine_that_slept_is_noticed_within_a_second() -> None:
    clock = TwoHands()
    time = WallTime(clock)
    clock.at += timedelta(hours=1)
    clock.passed_s += 1
    assert time() == START.timestamp() + 3600
    clock.passed_s += 0.5
    assert time() == START.timestamp() + 3600.5
