"""The tier in memory: what it promises whatever the kernels do behind it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.caching.contract import Cache, CacheStatistics
from simone.caching.ram import RamCache, key_of_texts
from simone.clock import FrozenClock
from simone.errors import KernelError


def test_the_tier_keeps_the_contract_and_reports_every_count_under_its_name() -> None:
    clock = FrozenClock()
    cache: Cache[str] = RamCache(100, clock, name="answers")
    assert cache.put("a", "one", 40) and cache.put(b"a", "two", 40, ttl_s=5.0) and not cache.put("b", "three", 101)
    assert (cache.get("a"), cache.get(b"a"), cache.get("b")) == ("one", "two", None)
    clock.advance(5.0)
    assert cache.get(b"a") is None
    for name in "cd":
        cache.put(name, name, 40)
    assert cache.statistics == CacheStatistics(
        name="answers",
        hits=2,
        misses=2,
        evictions=1,
        expired=1,
        refused=1,
        quarantined=0,
        entries=2,
        bytes=80,
        limit_bytes=100,
    )


def test_what_was_used_again_outlives_what_was_not() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=30)
    for name in "abc":
        cache.put(name, ord(name), 10)
    assert cache.get("a") == ord("a")
    cache.put("d", ord("d"), 10)
    assert cache.get("b") is None
    assert [cache.get(name) for name in "acd"] == [ord(name) for name in "acd"]
    assert cache.statistics.evictions == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 130)), max_size=80))
def test_the_limit_holds_and_the_bytes_are_those_of_what_is_found(puts: list[tuple[int, int]]) -> None:
    cache: RamCache[int] = RamCache(limit_bytes=100)
    sizes: dict[str, int] = {}
    for key, size in puts:
        assert cache.put(str(key), size, size) == (size <= 100)
        sizes[str(key)] = size
        assert cache.statistics.bytes <= 100
    before = cache.statistics
    found = [key for key in sizes if cache.get(key) == sizes[key]]
    assert sum(sizes[key] for key in found) == before.bytes and len(found) == before.entries


def test_what_was_just_put_is_there() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=1000)
    for number in range(500):
        if number % 50 < 30:
            cache.get("favourite")
        cache.put(str(number), number, 100)
        assert cache.get(str(number)) == number


def test_a_value_larger_than_the_whole_cache_is_not_kept_and_replaces_its_older_self() -> None:
    cache: RamCache[str] = RamCache(limit_bytes=10)
    assert cache.put("a", "small", 5)
    assert not cache.put("a", "huge", 11)
    assert cache.get("a") is None
    assert (cache.statistics.bytes, cache.statistics.refused) == (0, 1)


def test_replacing_a_value_counts_its_bytes_once() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=10)
    for value in range(20):
        cache.put("same", value, 8)
    assert cache.get("same") == 19
    assert (cache.statistics.bytes, cache.statistics.evictions) == (8, 0)


@pytest.mark.parametrize("order", ["high first", "low first"])
@pytest.mark.parametrize(("high", "low"), [(1.0, 0.0), (0.5, 0.4), (0.9, 0.89), (0.1, 0.0)])
def test_of_two_that_were_not_used_again_the_less_salient_goes_first(high: float, low: float, order: str) -> None:
    cache: RamCache[str] = RamCache(limit_bytes=20)
    for name, salience in sorted([("high", high), ("low", low)], reverse=order == "low first"):
        cache.put(name, name, 10, salience=salience)
    cache.put("new", "new", 10)
    assert cache.get("low") is None
    assert cache.get("high") == "high"


def test_salience_wears_off_so_that_nothing_unused_stays_for_ever() -> None:
    cache: RamCache[str] = RamCache(limit_bytes=1000)
    cache.put("dear", "dear", 10, salience=1.0)
    for number in range(20_000):
        if cache.get(str(number)) is None:
            cache.put(str(number), "", 10)
    assert cache.get("dear") is None


def test_what_is_in_use_survives_a_scan_ten_times_the_size_of_the_cache() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=100)
    for _ in range(3):
        for number in range(50):
            if cache.get(f"used {number}") is None:
                cache.put(f"used {number}", number, 1)
    for number in range(1000):
        if cache.get(f"scanned {number}") is None:
            cache.put(f"scanned {number}", number, 1)
    assert sum(cache.get(f"used {number}") is not None for number in range(50)) >= 45


def test_a_new_set_in_use_takes_the_place_of_the_old() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=100)
    for name in ("old", "new"):
        for _ in range(60):
            for number in range(80):
                if cache.get(f"{name} {number}") is None:
                    cache.put(f"{name} {number}", number, 1)
    assert sum(cache.get(f"new {number}") is not None for number in range(80)) == 80


def test_what_ended_makes_room_before_anything_alive_does() -> None:
    clock = FrozenClock()
    cache: RamCache[str] = RamCache(30, clock)
    cache.put("alive", "a", 10)
    cache.put("ends", "e", 10, ttl_s=1.0)
    cache.put("ends too", "e", 10, ttl_s=1.0)
    clock.advance(1.0)
    cache.put("next", "n", 10)
    assert (cache.statistics.expired, cache.statistics.evictions, cache.statistics.entries) == (2, 0, 2)
    assert cache.get("alive") == "a"


def test_a_tag_lets_go_of_what_depends_on_it() -> None:
    cache: RamCache[int] = RamCache(100)
    cache.put("a", 1, 10, tags=("x", "y"))
    cache.put("b", 2, 10, tags=("y",))
    cache.put("c", 3, 10)
    cache.put("a", 4, 10, tags=("z",))
    assert [cache.drop(tag) for tag in "xyyz"] == [0, 1, 0, 1]
    assert [cache.get(name) for name in "abc"] == [None, None, 3]
    assert cache.statistics.bytes == 10


def test_no_limit_is_an_error_that_says_so() -> None:
    with pytest.raises(KernelError, match="limit_bytes is 0; it must be from 1 to 9007199254740992 bytes"):
        RamCache(0)


def test_keys_of_texts_differ_wherever_a_part_does() -> None:
    parts = [("a", "b"), ("ab", ""), ("", "ab"), ("a", "b", ""), ("ab",), ("a\ud800",), ("a", "\ud800"), ()]
    assert len({key_of_texts(*one) for one in parts}) == len(parts)
    assert key_of_texts("a", "b") == key_of_texts("a", "b")


def test_many_threads_leave_the_counts_consistent() -> None:
    cache: RamCache[int] = RamCache(limit_bytes=64)

    def work(seed: int) -> None:
        for step in range(500):
            key = (seed * 31 + step) % 40
            if (found := cache.get(str(key))) is not None:
                assert found == key
            cache.put(str(key), key, 1 + key % 5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    statistics = cache.statistics
    assert statistics.hits + statistics.misses == 8 * 500
    assert 0 < statistics.bytes <= 64
