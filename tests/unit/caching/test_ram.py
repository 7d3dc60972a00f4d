from concurrent.futures import ThreadPoolExecutor

from simone.caching.ram import RamCache


def test_what_was_used_longest_ago_goes_first() -> None:
    cache: RamCache[str, int] = RamCache(limit_bytes=30)
    for name in "abc":
        cache.put(name, ord(name), 10)
    assert cache.get("a") == ord("a")
    cache.put("d", ord("d"), 10)
    assert cache.get("b") is None
    assert [cache.get(name) for name in "acd"] == [ord(name) for name in "acd"]
    assert cache.statistics.evictions == 1


def test_the_limit_holds_whatever_is_put() -> None:
    cache: RamCache[int, int] = RamCache(limit_bytes=100)
    for key in range(50):
        cache.put(key % 7, key, key)
        assert cache.statistics.bytes <= 100


def test_a_value_larger_than_the_whole_cache_is_not_kept_and_replaces_its_older_self() -> None:
    cache: RamCache[str, str] = RamCache(limit_bytes=10)
    cache.put("a", "small", 5)
    cache.put("a", "huge", 11)
    assert cache.get("a") is None
    assert cache.statistics.bytes == 0


def test_replacing_a_value_counts_its_bytes_once() -> None:
    cache: RamCache[str, int] = RamCache(limit_bytes=10)
    for value in range(20):
        cache.put("same", value, 8)
    assert cache.get("same") == 19
    assert cache.statistics.bytes == 8
    assert cache.statistics.evictions == 0


def test_many_threads_leave_the_counts_consistent() -> None:
    cache: RamCache[int, int] = RamCache(limit_bytes=64)

    def work(seed: int) -> None:
        for step in range(500):
            key = (seed * 31 + step) % 40
            if (found := cache.get(key)) is not None:
                assert found == key
            cache.put(key, key, 1 + key % 5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    statistics = cache.statistics
    assert statistics.hits + statistics.misses == 8 * 500
    assert 0 < statistics.bytes <= 64
