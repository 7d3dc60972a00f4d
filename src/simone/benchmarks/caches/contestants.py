"""Caches under one name each, with the loops that time them.

Not for timing. Each loop is written out for each way of calling, so that nothing but the caller's own work comes on
top. A value is its key: an answer is checked by looking at it.
"""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from simone.caching.ram import RamCache

Keys = Sequence[str]


class Contestant(Protocol):
    """An empty cache of so many entries, and its loops."""

    def gets(self, keys: Keys) -> None:
        """Look up each key."""

    def puts(self, keys: Keys) -> None:
        """Put each key."""

    def mixed(self, keys: Keys) -> None:
        """Look up each key, and put it if it is not there."""

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves or nothing."""


class Ours:
    """The cache in memory."""

    def __init__(self, entries: int) -> None:
        self._cache: RamCache[str] = RamCache(entries)

    def gets(self, keys: Keys) -> None:
        """Look up each key."""
        get = self._cache.get
        for key in keys:
            get(key)

    def puts(self, keys: Keys) -> None:
        """Put each key."""
        put = self._cache.put
        for key in keys:
            put(key, key, 1)

    def mixed(self, keys: Keys) -> None:
        """Look up each key, and put it if it is not there."""
        get, put = self._cache.get, self._cache.put
        for key in keys:
            if get(key) is None:
                put(key, key, 1)

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves or nothing."""
        return sum(self._cache.get(key) not in (None, key) for key in keys)


class Locked:
    """A mapping under a lock: what people write by hand, and what cachetools asks for."""

    def __init__(self, kept: _Mapping, lock: AbstractContextManager[object]) -> None:
        self._kept, self._lock = kept, lock

    def gets(self, keys: Keys) -> None:
        """Look up each key."""
        kept, lock = self._kept, self._lock
        for key in keys:
            with lock:
                kept.get(key)

    def puts(self, keys: Keys) -> None:
        """Put each key."""
        kept, lock = self._kept, self._lock
        for key in keys:
            with lock:
                kept[key] = key

    def mixed(self, keys: Keys) -> None:
        """Look up each key, and put it if it is not there."""
        kept, lock = self._kept, self._lock
        for key in keys:
            with lock:
                if kept.get(key) is None:
                    kept[key] = key

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves or nothing."""
        return sum(self._kept.get(key) not in (None, key) for key in keys)


class Called:
    """A library whose `get` gives None for nothing."""

    def __init__(self, get: Callable[[str], object], put: Callable[[str, str], object]) -> None:
        self._get, self._put = get, put

    def gets(self, keys: Keys) -> None:
        """Look up each key."""
        get = self._get
        for key in keys:
            get(key)

    def puts(self, keys: Keys) -> None:
        """Put each key."""
        put = self._put
        for key in keys:
            put(key, key)

    def mixed(self, keys: Keys) -> None:
        """Look up each key, and put it if it is not there."""
        get, put = self._get, self._put
        for key in keys:
            if get(key) is None:
                put(key, key)

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves or nothing."""
        return sum(self._get(key) not in (None, key) for key in keys)


class Theine(Called):
    """A library whose `get` gives a pair."""

    def mixed(self, keys: Keys) -> None:
        """Look up each key, and put it if it is not there."""
        get, put = self._get, self._put
        for key in keys:
            if not get(key)[1]:  # type: ignore[index]  # a pair, by its documentation
                put(key, key)

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves or nothing."""
        return sum(self._get(key) not in ((key, True), (None, False)) for key in keys)


class Memoised:
    """`functools.lru_cache`, which computes what it does not have: a put is a call with a new key."""

    def __init__(self, entries: int) -> None:
        self._call = functools.lru_cache(entries)(_itself)

    def gets(self, keys: Keys) -> None:
        """Look up each key."""
        call = self._call
        for key in keys:
            call(key)

    puts = mixed = gets

    def wrong(self, keys: Keys) -> int:
        """How many keys give anything but themselves."""
        return sum(self._call(key) != key for key in keys)


class _Mapping(Protocol):
    def get(self, key: str, /) -> str | None: ...

    def __setitem__(self, key: str, value: str, /) -> None: ...


class ByHand(OrderedDict[str, str]):
    """Least recently used goes first, by moving what is used to the end."""

    def __init__(self, entries: int) -> None:
        super().__init__()
        self._entries = entries

    def get(self, key: str, default: object = None, /) -> str | None:  # type: ignore[override]  # None is all it gives
        """The value, now the most recently used; None if there is none."""
        if key not in self:
            return None
        self.move_to_end(key)
        return self[key]

    def __setitem__(self, key: str, value: str, /) -> None:
        super().__setitem__(key, value)
        if len(self) > self._entries:
            self.popitem(last=False)


def in_memory() -> Iterator[tuple[str, Callable[[int], Contestant] | None]]:
    """By name, ours first; none where it is not installed."""
    yield "simone", Ours
    yield "OrderedDict + Lock", lambda entries: Locked(ByHand(entries), threading.Lock())
    yield "functools.lru_cache", Memoised
    yield "cachetools + Lock", _cachetools if find_spec("cachetools") else None
    yield "moka", _moka if find_spec("moka_py") else None
    yield "theine", _theine if find_spec("theine") else None


def on_disk(folder: Path) -> Iterator[tuple[str, Callable[[int], Contestant] | None]]:
    """Those that survive the process, by name; timed with fewer operations. A disk tier takes its place here."""

    def diskcache(_: int) -> Contestant:
        cache = import_module("diskcache").Cache(str(folder / "diskcache"))
        return Called(cache.get, cache.set)

    yield "diskcache", diskcache if find_spec("diskcache") else None


def _cachetools(entries: int) -> Contestant:
    return Locked(import_module("cachetools").LRUCache(entries), threading.Lock())


def _moka(entries: int) -> Contestant:
    cache = import_module("moka_py").Moka(entries)
    return Called(cache.get, cache.set)


def _theine(entries: int) -> Contestant:
    cache = import_module("theine").Cache(entries)
    return Theine(cache.get, cache.set)


def _itself(key: str) -> str:
    return key
