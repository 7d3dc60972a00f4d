"""What tiers keep of a value: the value with its end, its size, its salience and what it depends on.

Not for keeping it: `tiers` asks the caches, and `Encoded` makes a cache of bytes keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

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


class Put(NamedTuple, Generic[Value]):
    """What `Cache.put` is given."""

    key: str | bytes
    value: Value
    size_bytes: int = 0
    ttl_s: float | None = None
    salience: float = 0.0
    tags: Sequence[str] = ()


def put_all(cache: Cache[Value], puts: Sequence[Put[Value]]) -> list[bool]:
    """Put each; in one step where the cache can."""
    if isinstance(cache, PutsAll):
        return cache.put_all(puts)
    return [cache.put(*one) for one in puts]


@runtime_checkable
class PutsAll(Protocol):
    """A cache for which many puts at once cost less than one after the other."""

    def put_all(self, puts: Sequence[Put[Any]]) -> list[bool]:
        """As many calls of `put`."""


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
        return self.put_all([Put(key, value, size_bytes, ttl_s, salience, tags)])[0]

    def put_all(self, puts: Sequence[Put[Kept[Value]]]) -> list[bool]:
        """As many calls of `put`."""
        coded = [self._coded(one.value) for one in puts]
        writable = [
            Put(self._named(one.key), data, len(data), one.ttl_s, one.salience, (*one.tags, self._all))
            for one, data in zip(puts, coded, strict=True)
            if data is not None
        ]
        done = iter(put_all(self._octets, writable))
        return [data is not None and next(done) for data in coded]

    def _coded(self, kept: Kept[Value]) -> bytes | None:
        payload = b"" if kept.value is None else self._codec.encode(kept.value)
        if payload is None:
            return None
        return self._written.encode(
            _Written(
                kept.value is not None, kept.absent, kept.fresh_ms, kept.size_bytes, kept.salience, kept.tags, payload
            )
        )

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one."""
        return self._octets.remove(self._named(key))

    def drop(self, tag: str) -> int:
        """Let go of every entry of the shared cache that depends on `tag`, whoever kept it.

        Raises:
            StoreError: the shared cache cannot.
        """
        return self._octets.drop(tag)

    def clear(self) -> None:
        """Let go of everything that was kept under this name.

        Raises:
            StoreError: the shared cache cannot.
        """
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
