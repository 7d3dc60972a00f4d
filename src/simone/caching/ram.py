"""A byte-bounded cache in memory that forgets what was used longest ago.

Not for anything that must survive the process, and not for deciding what is worth keeping.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

import msgspec

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class CacheStatistics(msgspec.Struct, frozen=True):
    """What a cache did since it was made; `bytes` and `entries` are what it holds now."""

    hits: int
    misses: int
    evictions: int
    entries: int
    bytes: int


class RamCache(Generic[Key, Value]):
    """Least recently used goes first when `limit_bytes` would be exceeded. Thread-safe."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._bytes = self._hits = self._misses = self._evictions = 0

    def get(self, key: Key) -> Value | None:
        """The value kept under `key`, now the most recently used; None if there is none."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._misses += 1
                return None
            self._hits += 1
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: Key, value: Value, size_bytes: int) -> None:
        """Keep `value`, counted as `size_bytes`; one that alone exceeds the limit is not kept."""
        with self._lock:
            previous = self._entries.pop(key, None)
            if previous is not None:
                self._bytes -= previous[1]
            if size_bytes > self._limit_bytes:
                return
            self._entries[key] = (value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._limit_bytes:
                _, (_, freed_bytes) = self._entries.popitem(last=False)
                self._bytes -= freed_bytes
                self._evictions += 1

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since the cache was made, and what it holds now."""
        with self._lock:
            return CacheStatistics(self._hits, self._misses, self._evictions, len(self._entries), self._bytes)
