"""Every cache keeps the same promises: memory, the disk, Redis, and tiers over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simone.caching.codecs import Octets
from simone.caching.contract import Cache
from simone.caching.disk import DiskCache
from simone.caching.kept import Encoded, Kept
from simone.caching.ram import RamCache
from simone.caching.redis import RedisCache
from simone.caching.tiers import Tiers
from simone.clock import FrozenClock

Made = tuple[Cache[bytes], Callable[[float], None]]


@pytest.fixture(params=["memory", "disk", "tiers", "redis"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """A cache and what lets time pass."""
    clock = FrozenClock()
    if request.param == "redis":
        shared = RedisCache(request.getfixturevalue("redis_url"), clock, prefix="contract:")
        shared.clear()
        yield shared, clock.advance
        shared.close()
        return
    if request.param == "memory":
        yield RamCache(1_000_000, clock), clock.advance
        return
    disk = DiskCache(tmp_path / "cache.sqlite", 1_000_000, clock)
    near: RamCache[Kept[bytes]] = RamCache(1_000_000, clock)
    over: Tiers[bytes] = Tiers("t", [near, Encoded("far", disk, Octets())], len, clock)
    yield (disk if request.param == "disk" else over), clock.advance
    disk.close()


def test_what_is_put_is_found_until_it_is_removed(made: Made) -> None:
    cache, _ = made
    assert cache.get("a") is None
    assert cache.put("a", b"1", 1)
    assert cache.put("a", b"2", 1)
    assert cache.get("a") == b"2"
    assert cache.remove("a")
    assert not cache.remove("a")
    assert cache.get("a") is None


def test_text_and_bytes_are_different_keys_and_any_of_them_is_one(made: Made) -> None:
    cache, _ = made
    keys: list[str | bytes] = ["a", b"a", "", b"", "\x00", "a\x00b", "ü", "half \ud800", "x" * 5000]
    for number, key in enumerate(keys):
        assert cache.put(key, b"%d" % number, 1)
    assert [cache.get(key) for key in keys] == [b"%d" % number for number in range(len(keys))]


def test_values_come_back_byte_for_byte(made: Made) -> None:
    cache, _ = made
    values = [b"", b"\x00", bytes(range(256)) * 40, b"z" * 100_000]
    for number, value in enumerate(values):
        assert cache.put(f"{number}", value, max(1, len(value)))
    assert [cache.get(f"{number}") for number in range(len(values))] == values


def test_an_entry_is_served_until_its_time_is_over(made: Made) -> None:
    cache, passes = made
    cache.put("short", b"x", 1, ttl_s=10)
    cache.put("ever", b"y", 1)
    passes(9.5)
    assert cache.get("short") == b"x"
    passes(0.5)
    assert cache.get("short") is None
    assert cache.get("ever") == b"y"


def test_a_tag_lets_go_of_what_depends_on_it_and_of_nothing_else(made: Made) -> None:
    cache, _ = made
    cache.put("a", b"1", 1, tags=["x", "y"])
    cache.put("b", b"2", 1, tags=["y"])
    cache.put("c", b"3", 1)
    assert cache.drop("x") == 1
    assert cache.drop("x") == 0
    assert [cache.get(key) for key in "abc"] == [None, b"2", b"3"]
    cache.put("b", b"4", 1)  # put anew without the tag
    assert cache.drop("y") == 0
    assert cache.get("b") == b"4"


def test_after_clear_nothing_is_found_and_the_counts_go_on(made: Made) -> None:
    cache, _ = made
    cache.put("a", b"1", 1)
    cache.get("a")
    cache.clear()
    assert cache.get("a") is None
    assert (cache.statistics.hits, cache.statistics.misses) == (1, 1)
    assert cache.statistics.entries == 0
