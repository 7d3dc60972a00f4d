"""One computation per key, however many threads or processes of this machine want its result.

Not for keeping the result: `tiers` does.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from simone.caching.byte_locks import ByteLocks
from simone.errors import BudgetExceeded, Cancelled, ContractBroken

Result = TypeVar("Result")

THREADS_PATIENCE_S = 60.0
"""How long another thread is waited for: it may itself be waiting for who waits here."""
PATIENCE_S = 10.0
"""How long another process is waited for; then the result is computed here too."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.001, 0.05
"""Pauses between two looks at what another process holds: doubled from the first to the longest."""


class Flight(Generic[Result]):
    """A computation under way. Its leader uses it in a `with` statement and lands it; others wait for it."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._leader = threading.get_ident()
        self._error: BaseException | None = None
        self._results: list[Result] = []

    def land(self, result: Result) -> None:
        """Give the result to all who wait."""
        self._results.append(result)
        self._ended.set()

    def fail(self, error: BaseException | None) -> None:
        """Give an error to all who wait. None, what is no `Exception`, and what is about the leader's request alone
        (it was withdrawn, its budget is spent) make them compute on their own."""
        self._error = error
        self._ended.set()

    @property
    def has_ended(self) -> bool:
        """Whether it has a result or an error."""
        return self._ended.is_set()

    def wait(self, patience_s: float) -> Result | None:
        """The leader's result; None where the leader gave up without one, or takes longer than `patience_s`.

        Raises:
            ContractBroken: the leader itself asks for what it is computing.
            Exception: whatever the leader's computation raised, the same object for all.
        """
        if self._leader == threading.get_ident():
            raise ContractBroken("a cached computation asked for its own result; compute it without the cache instead")
        self._ended.wait(patience_s)
        if self._results:  # it landed, whatever became of what else its leader computed
            return self._results[0]
        if isinstance(self._error, Exception) and not isinstance(self._error, Cancelled | BudgetExceeded):
            raise self._error
        return None


class Flights(Generic[Result]):
    """The computations under way in this process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str | bytes, Flight[Result]] = {}
        self.landed = 0
        """Flights that have ended, count."""

    def join(self, key: str | bytes) -> tuple[Flight[Result], bool]:
        """The flight of a key, and whether the caller leads it; the leader must `end` it."""
        with self._lock:
            flight = self._flying.get(key)
            if flight is not None:
                return flight, False
            flight = self._flying[key] = Flight()
            return flight, True

    def end(self, key: str | bytes, flight: Flight[Result]) -> None:
        """The result, if any, is where others find it: those who come now do not wait any more."""
        self.part(key, flight)
        with self._lock:
            self.landed += 1

    def part(self, key: str | bytes, flight: Flight[Result]) -> None:
        """Let nobody join this flight any more, if it is still that of the key."""
        with self._lock:
            if self._flying.get(key) is flight:
                del self._flying[key]

    def part_all(self) -> None:
        """Let nobody join what is under way: it began before something was let go of."""
        with self._lock:
            self._flying.clear()

    def led(self, flights: dict[str | bytes, Flight[Result]]) -> Leading[Result]:
        """A block in which the caller leads these flights: an error in it reaches all who wait."""
        return Leading(self, flights)


class Leading(Generic[Result]):
    """What `Flights.led` gives."""

    def __init__(self, flights: Flights[Result], led: dict[str | bytes, Flight[Result]]) -> None:
        self._flights = flights
        self._led = led

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for key, flight in self._led.items():
            self._flights.end(key, flight)
            flight.fail(error)


class Claims:
    """Which keys the processes of this machine are computing, as locks on bytes of one file.

    The system lets go of the locks of a process that dies. Where there is no file, no such locks or no patience left,
    work is done twice and nothing else goes wrong.
    """

    def __init__(self, path: Path | None, patience_s: float = PATIENCE_S) -> None:
        self._locks: ByteLocks | None = None
        self._patience_s = patience_s
        if path is not None and sys.platform != "win32":
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._locks = ByteLocks.of(path)
            except OSError:
                self._locks = None

    @contextmanager
    def held(self, keys: Sequence[str | bytes]) -> Iterator[bool]:
        """Hold the keys inside the block; whether another process, or other claims, held one of them meanwhile."""
        locks = self._locks
        if locks is None:
            yield False
            return
        left_s = self._patience_s
        contended = False
        taken: list[int] = []
        try:
            for place in sorted({_place(key) for key in keys}):
                pause_s = FIRST_WAIT_S
                while not (has_it := locks.take(place, self)) and left_s > 0:
                    contended = True
                    threading.Event().wait(pause_s)
                    left_s -= pause_s
                    pause_s = min(LONGEST_WAIT_S, 2 * pause_s)
                taken += [place] if has_it else []
            yield contended
        finally:
            for place in taken:
                locks.release(place, self)

    def close(self) -> None:
        """Let go of all."""
        locks, self._locks = self._locks, None
        if locks is not None:
            locks.close(self)


def _place(key: str | bytes) -> int:
    octets = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
    return int.from_bytes(hashlib.blake2b(octets, digest_size=8).digest(), "little") >> 2
