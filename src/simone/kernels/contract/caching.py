"""A cache in memory that is bounded by bytes: what it keeps, and what it lets go of first.

Not for what may be cached, and not for anything that must survive the process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

Value = TypeVar("Value")


class CacheCounts(NamedTuple):
    """What a cache did since it was made; `entries` and `bytes` are what it holds now, `limit_bytes` what it may."""

    hits: int
    misses: int
    evictions: int
    expired: int
    """Entries whose time was over when they were asked for, or when another one was put."""
    refused: int
    """Entries that alone were larger than the limit."""
    entries: int
    bytes: int
    limit_bytes: int


class BoundedCache(Protocol[Value]):
    """Keeps what is used again; thread-safe. Keys are text or bytes, and equal only if of one kind and byte by byte.

    Values are kept by reference. One that is let go of is released after the call has done its work, so that what its
    end sets off may use the cache.
    """

    def get(self, key: str | bytes) -> Value | None:
        """The value kept under `key` while its time is not over; None if there is none.

        Raises:
            BadArray: the key is neither str nor bytes.
        """

    def put(
        self,
        key: str | bytes,
        value: Value,
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep a value in place of what was there; False, and nothing is kept under `key`, if it exceeds the limit.

        Raises:
            BadArray: the key is neither str nor bytes, or a tag is no str.
            KernelError: not size_bytes >= 1, ttl_s > 0 or 0 <= salience <= 1.
        """

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one, its time over or not.

        Raises:
            BadArray: the key is neither str nor bytes.
        """

    def drop(self, tag: str) -> int:
        """Let go of every entry put with `tag`; how many there were."""

    def clear(self) -> None:
        """Let go of everything; the counts go on, what was learned of the accesses is forgotten."""

    def counts(self) -> CacheCounts:
        """Counts since the cache was made, and what it holds now."""


class Caching(Protocol):
    """Caches in memory."""

    def bounded_cache(self, limit_bytes: int, now_s: Callable[[], float]) -> BoundedCache[Value]:
        """An empty cache of at most `limit_bytes`; `now_s` gives seconds that never go back.

        What is kept depends on nothing but the calls, and the times that `now_s` gave: it is asked where an entry whose
        time ends is looked at, or put, or held while another one is put.

        New entries pass through a window, least recently used first. What leaves it must rank above what the main part
        would let go of. Rank: accesses by a sketch (0 to 15, halved after 28 accesses per entry) plus 16 times
        what is left of the salience. Half is left to an entry that was passed over for a less salient one of the
        first eight, or held its place against a newcomer. The main part lets go of what was not used again since it
        came in or for long, least recent first; three quarters are for what was used again. Keys let go of are
        remembered, 3 for 20 entries from the window and from the main part each: one that left the
        window and is put again makes the window larger, one that left the main part smaller.

        Source: Einziger, Friedman and Manes, TinyLFU, ACM Transactions on Storage 2017; Megiddo and Modha, ARC, USENIX
        FAST 2003 (learning from what was let go of).

        Raises:
            KernelError: `limit_bytes` is not from 1 to 2**53.
        """
