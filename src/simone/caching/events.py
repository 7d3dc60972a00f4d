"""What a cache tells whoever opened it: that it turned itself off, set a file aside or met damaged entries.

Not for hits and misses: the statistics count those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

Trouble = Literal["off", "set aside", "quarantined"]


class CacheEvent(msgspec.Struct, frozen=True):
    """Something went wrong in a cache; the request it happened in was answered all the same."""

    cache: str
    trouble: Trouble
    message: str


Listen = Callable[[CacheEvent], None]


def ignore(event: CacheEvent) -> None:
    """The listener of those who do not care."""
