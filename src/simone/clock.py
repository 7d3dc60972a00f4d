"""Time, deadlines and ids as a port: the only door to the wall clock and to randomness.

Not for scheduling: nothing here waits.
"""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from simone.errors import BudgetExceeded, Cancelled

_Item = TypeVar("_Item")


class Clock(Protocol):
    """Where the program learns the time."""

    def now(self) -> datetime:
        """The present instant, timezone-aware UTC."""

    def monotonic_s(self) -> float:
        """Seconds from an arbitrary origin, never going back."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, timezone-aware UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds from an arbitrary origin, never going back."""
        return time.monotonic()


class FrozenClock:
    """A clock that stands still until told to move: for tests and for replay."""

    def __init__(self, at: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._at = at
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._at

    def monotonic_s(self) -> float:
        """Seconds it was advanced by."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Move the monotonic reading forward by `seconds`."""
        self._elapsed_s += seconds


class Deadline:
    """How long a piece of work may still take, and whether the caller withdrew it. Thread-safe."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.seconds = seconds
        self._ends_s = clock.monotonic_s() + seconds
        self._cancelled = threading.Event()

    @property
    def remaining_s(self) -> float:
        """Seconds left; 0.0 when spent."""
        return max(0.0, self._ends_s - self._clock.monotonic_s())

    @property
    def is_cancelled(self) -> bool:
        """Whether the caller withdrew the work."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Withdraw the work; the next `check` raises."""
        self._cancelled.set()

    def extended(self, seconds: float) -> Deadline:
        """A deadline that ends `seconds` later; withdrawing one of the two withdraws both."""
        later = Deadline(self._clock, self.remaining_s + seconds)
        later._cancelled = self._cancelled
        return later

    def check(self, what: str) -> None:
        """Stop here if the time is spent or the work withdrawn.

        Raises:
            Cancelled: the caller withdrew the work.
            BudgetExceeded: the time is spent.
        """
        if self._cancelled.is_set():
            raise Cancelled(f"{what}: the caller withdrew the request; nothing was released")
        if self.remaining_s <= 0.0:
            raise BudgetExceeded(
                f"{what}: the budget of {self.seconds:g} s is spent; raise --budget-seconds or ask for less"
            )

    def over(self, items: Iterable[_Item], what: str) -> Iterator[_Item]:
        """The items, with a `check` before each: for loops that may be long.

        Raises:
            Cancelled, BudgetExceeded: from `check`.
        """
        for item in items:
            self.check(what)
            yield item


def unlimited() -> Deadline:
    """A deadline that never ends, for work that nobody waits for."""
    return Deadline(SystemClock(), float("inf"))


def seeded(seed: int, purpose: str) -> random.Random:
    """A random generator that depends only on `seed` and `purpose`."""
    return random.Random(f"{seed}:{purpose}")


def digest(*parts: bytes) -> str:
    """SHA-256 over length-prefixed parts, in hex: equal only for equal sequences of parts."""
    state = hashlib.sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()
