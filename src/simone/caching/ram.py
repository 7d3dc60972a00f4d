"""A byte-bounded cache in memory that forgets what was used longest ago.

Not for anything that must survive the process, and not for deciding what is worth keeping.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from simone.caching.contract import CacheStatistics
from simone.clock import Clock, SystemClock

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RamCache(Generic[Key, Value]):
    """Implements `contract.Cache`; least recently used goes first when `limit_bytes` would be exceeded. Thread-safe."""

    def __init__(self, limit_bytes: int, clock: Clock | None = None, name: str = "ram") -> None:
        self._limit_bytes = limit_bytes
        self._clock = clock or SystemClock()
        self._name = name
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, tuple[Value, int, float, tuple[str, ...]]] = OrderedDict()
        self._bytes = self._hits = self._misses = self._evictions = self._expired = self._refused = 0

    def get(self, key: Key) -> Value | None:
        """The value kept under `key`, now the most recently used; None if there is none or its time is over."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and self._clock.monotonic_s() >= entry[2]:
                self._let_go(key)
                self._expired += 1
                entry = None
            if entry is None:
                self._misses += 1
                return None
            self._hits += 1
            self._entries.move_to_end(key)
            return entry[0]

    def put(
        self,
        key: Key,
        value: Value,
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep `value`, counted as `size_bytes`; one that alone exceeds the limit is not kept."""
        ends_s = float("inf") if ttl_s is None else self._clock.monotonic_s() + ttl_s
        with self._lock:
            self._let_go(key)
            if size_bytes > self._limit_bytes:
                self._refused += 1
                return False
            self._entries[key] = (value, size_bytes, ends_s, tuple(tags))
            self._bytes += size_bytes
            while self._bytes > self._limit_bytes:
                _, (_, freed_bytes, _, _) = self._entries.popitem(last=False)
                self._bytes -= freed_bytes
                self._evictions += 1
            return True

    def remove(self, key: Key) -> bool:
        """Let go of one entry; whether there was one."""
        with self._lock:
            return self._let_go(key)

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`."""
        with self._lock:
            gone = [key for key, entry in self._entries.items() if tag in entry[3]]
            return sum(self._let_go(key) for key in gone)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since the cache was made, and what it holds now."""
        with self._lock:
            return CacheStatistics(
                name=self._name,
                hits=self._hits,
                misses=self._misses,
                evictions=self._evictions,
                expired=self._expired,
                refused=self._refused,
                quarantined=0,
                entries=len(self._entries),
                bytes=self._bytes,
                limit_bytes=self._limit_bytes,
            )

    def _let_go(self, key: Key) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry[1]
        return entry is not None
