"""What tiers keep of a value: the value with its end, its size, its salience and what it depends on.

Not for keeping it: `tiers` asks the caches, and `Encoded` makes a cache of bytes keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec

from simone.caching.codecs import Codec, Packed
from simone.caching.contract import Cache, CacheStatistics

Value = TypeVar("Value")


class Absent(msgspec.Struct, frozen=True):
    """There is no value, and why: asked again within `ttl_s` seconds, the answer is the same without computing."""

    reason: str
    ttl_s: float | None = None
    tags: tuple[str, ...] = ()


class Kept(msgspec.Struct, Generic[Value], frozen=True):
    """A value, or None and the reason why there is none. `fresh_ms` is Unix time in ms, 0 for ever."""

    value: Value | None
    absent: str
    fresh_ms: int
    size_bytes: int
    salience: float
    tags: tuple[str, ...]


class _Written(msgspec.Struct, frozen=True, array_like=True):
    has_value: bool
    absent: str
    fresh_ms: int
    size_bytes: int
    salience: float
    tags: tuple[str, ...]
    payload: bytes


class Encoded(Generic[Value]):
    """Implements `Cache` of kept values over a cache of bytes that several may share, each under its own name."""

    def __init__(self, name: str, octets: Cache[bytes], codec: Codec[Value]) -> None:
        self._name = name
        self._octets = octets
        self._codec = codec
        self._written = Packed(_Written)
        self._broken = 0

    def get(self, key: str | bytes) -> Kept[Value] | None:
        """What is kept; bytes that cannot be read are let go of and counted as quarantined."""
        data = self._octets.get(self._named(key))
        if data is None:
            return None
        written = self._written.decode(data)
        value = self._codec.decode(written.payload) if written is not None and written.has_value else None
        if written is None or (written.has_value and value is None):
            self._broken += 1
            self._octets.remove(self._named(key))
            return None
        return Kept(
            value, written.absent, written.fresh_ms, written.size_bytes, written.salience, written.tags
        )  # fmt: skip

    def put(
        self,
        key: str | bytes,
        value: Kept[Value],
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep it where it can be written down; whether it was kept."""
        payload = b"" if value.value is None else self._codec.encode(value.value)
        if payload is None:
            return False
        written = _Written(
            value.value is not None, value.absent, value.fresh_ms, value.size_bytes, value.salience, value.tags, payload
        )
        data = self._written.encode(written)
        if data is None:
            return False
        return self._octets.put(self._named(key), data, len(data), ttl_s, salience, (*tags, self._all))

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one."""
        return self._octets.remove(self._named(key))

    def drop(self, tag: str) -> int:
        """Let go of every entry of the shared cache that depends on `tag`, whoever kept it."""
        return self._octets.drop(tag)

    def clear(self) -> None:
        """Let go of everything that was kept under this name."""
        self._octets.drop(self._all)

    @property
    def statistics(self) -> CacheStatistics:
        """Those of the shared cache, with the entries that could not be read here."""
        shared = self._octets.statistics
        return msgspec.structs.replace(shared, quarantined=shared.quarantined + self._broken)

    @property
    def _all(self) -> str:
        return f"in:{self._name}"

    def _named(self, key: str | bytes) -> str | bytes:
        return f"{self._name}:{key}" if isinstance(key, str) else self._name.encode() + b":" + key
