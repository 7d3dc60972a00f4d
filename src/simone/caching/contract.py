"""What a cache takes, keeps and answers, whatever it is made of.

Not for what may be cached: `truth_preserving` makes the keys, and a value that can go stale has what it depends on in
its key or among its `tags`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec

Value = TypeVar("Value")


class CacheStatistics(msgspec.Struct, frozen=True):
    """What a cache did since it was made; `bytes` and `entries` are what it holds now, `limit_bytes` what it may.

    `expired` counts entries whose time was over, `refused` those that alone were larger than the limit or not let in,
    `quarantined` those that did not have the bytes that were stored.
    """

    name: str
    hits: int
    misses: int
    evictions: int
    expired: int
    refused: int
    quarantined: int
    entries: int
    bytes: int
    limit_bytes: int


class Cache(Protocol[Value]):
    """Thread-safe; a key is text or bytes, in practice a digest. What was put may be gone at any time."""

    def get(self, key: str | bytes) -> Value | None:
        """The value kept under `key` while its time is not over; None if there is none."""

    def put(
        self,
        key: str | bytes,
        value: Value,
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep a value in place of what was there; whether it was kept.

        `size_bytes` > 0 is what it counts for; `ttl_s` > 0 how long it may be served, None for ever; `salience` 0..1
        how dear it is: of two put one after the other and not used again the less salient goes first, in tiers that
        decide themselves what goes (Redis does not ask). `tags` name what it depends on.
        """

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one. A file or server that fails is as if there were none."""

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`, at once; how many there were.

        Raises:
            StoreError: some may still be served, since a file is held by another process, or fails, or a server does.
        """

    def clear(self) -> None:
        """Let go of everything; the statistics go on.

        Raises:
            StoreError: something may still be there, as with `drop`.
        """

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since the cache was made, and what it holds now."""
