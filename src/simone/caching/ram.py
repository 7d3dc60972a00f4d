"""The tier in memory: bounded by bytes, for one process.

Not for anything that must survive the process, and not for deciding what may be cached. What goes first is decided
behind the kernels door: see `kernels.contract.caching`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from simone.caching.contract import CacheStatistics
from simone.clock import Clock, SystemClock
from simone.kernels import kernels
from simone.kernels.contract import BoundedCache

Value = TypeVar("Value")
Found = TypeVar("Found", covariant=True)

ENTRY_BYTES = 350
"""What an entry takes beside its value, with a key of 32 bytes, at most; for reckoning `size_bytes`.

Its node and two fifths of one for keys remembered, twice, as vectors double when they grow (250), counters of accesses
(up to 64), the key, its places in tables. `simone bench caches` prints what a process really holds, mostly less.
"""
ARRAY_BYTES = 128
"""What NumPy holds for an array beside its values."""


class Get(Protocol[Found]):
    """Looks up a key."""

    def __call__(self, key: str | bytes) -> Found | None:
        """The value kept under `key`, or None."""


class RamCache(Generic[Value]):
    """Implements `contract.Cache`. A look-up is one call into the kernels, with nothing around it."""

    get: Get[Value]
    """The value kept under a key while its time is not over; None if there is none."""

    def __init__(self, limit_bytes: int, clock: Clock | None = None, name: str = "ram") -> None:
        """An empty cache; `clock` says when an entry's time is over.

        Raises:
            KernelError: `limit_bytes` is not from 1 to 2**53.
        """
        self._name = name
        self._held: BoundedCache[Value] = kernels.bounded_cache(limit_bytes, (clock or SystemClock()).monotonic_s)
        self.get = self._held.get

    def put(
        self,
        key: str | bytes,
        value: Value,
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep a value in place of what was there; False, and nothing is kept, if it alone exceeds the limit.

        Raises:
            BadArray: the key is neither str nor bytes, or a tag is no str.
            KernelError: not size_bytes >= 1, ttl_s > 0 or 0 <= salience <= 1.
        """
        return self._held.put(key, value, size_bytes, ttl_s, salience, tags)

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one."""
        return self._held.remove(key)

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`, at once; how many there were."""
        return self._held.drop(tag)

    def clear(self) -> None:
        """Let go of everything; the statistics go on."""
        self._held.clear()

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since the cache was made, and what it holds now; nothing is ever quarantined here."""
        counts = self._held.counts()
        return CacheStatistics(
            name=self._name,
            hits=counts.hits,
            misses=counts.misses,
            evictions=counts.evictions,
            expired=counts.expired,
            refused=counts.refused,
            quarantined=0,
            entries=counts.entries,
            bytes=counts.bytes,
            limit_bytes=counts.limit_bytes,
        )


def key_of_texts(*parts: str) -> bytes:
    """A key of 32 bytes that differs whenever a part does.

    Source: Aumasson et al., BLAKE2, RFC 7693; each part is preceded by its length.
    """
    state = hashlib.blake2b(digest_size=32)
    for part in parts:
        octets = part.encode("utf-8", "surrogatepass")
        state.update(len(octets).to_bytes(8, "little"))
        state.update(octets)
    return state.digest()
