"""The compiled cache keeps and lets go of what the reference does, and nothing that a value does can break it."""

from __future__ import annotations

import gc
import random
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import FrozenClock
from simone.errors import BadArray, KernelError
from simone.kernels.compiled import Compiled
from simone.kernels.contract import BoundedCache
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
RUST = choose("rust", EXTENSION, "1")[0]


class Pair:
    """Both caches, asked alike; any difference is an error at once."""

    def __init__(self, limit: int) -> None:
        self.clock = FrozenClock()
        self.asked = [0, 0]
        self.rust: BoundedCache[Any] = RUST.bounded_cache(limit, self.reading(0))
        self.reference: BoundedCache[Any] = REFERENCE.bounded_cache(limit, self.reading(1))

    def reading(self, number: int) -> Callable[[], float]:
        def now_s() -> float:
            self.asked[number] += 1
            return self.clock.monotonic_s()

        return now_s

    def do(self, name: str, *arguments: Any) -> Any:
        found, expected = getattr(self.rust, name)(*arguments), getattr(self.reference, name)(*arguments)
        assert found == expected, (name, arguments)
        counts = self.rust.counts()
        assert counts == self.reference.counts()
        assert self.asked[0] == self.asked[1], "the clock was not asked alike"
        assert counts.bytes <= counts.limit_bytes
        return found


KEYS = st.integers(0, 40).map(str) | st.sampled_from([b"0", b"1", "\ud800", "é", "", b"", "x" * 300])
PUT = st.tuples(
    st.just("put"),
    KEYS,
    st.integers(0, 5),
    st.integers(1, 40) | st.just(10) | st.just(1000),
    st.none() | st.none() | st.sampled_from([0.5, 3, 10.0, float("inf")]),
    st.just(0.0) | st.floats(0, 1),
    st.just(()) | st.lists(st.sampled_from(["a", "b", "\udc80"]), max_size=3),
)
OPERATION = (
    st.tuples(st.just("get"), KEYS)
    | st.tuples(st.just("get"), KEYS)
    | PUT
    | st.tuples(st.just("remove"), KEYS)
    | st.tuples(st.just("drop"), st.sampled_from(["a", "b", "c", "\udc80"]))
    | st.tuples(st.just("pass"), st.sampled_from([0.25, 1.0, 5.0]))
    | st.tuples(st.just("counts"))
    | st.tuples(st.just("clear"))
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([1, 25, 100, 101, 900]), st.lists(OPERATION, max_size=120))
def test_any_operations_leave_both_with_the_same(limit: int, operations: list[tuple[Any, ...]]) -> None:
    pair = Pair(limit)
    for name, *arguments in operations:
        if name == "pass":
            pair.clock.advance(*arguments)
        else:
            pair.do(name, *arguments)
    for key in ("0", "1", b"0", "é", *map(str, range(41))):
        pair.do("get", key)


@pytest.mark.parametrize("seed", range(6))
def test_a_long_run_takes_the_same_turns(seed: int) -> None:
    """Long enough for the window to move, counts to be halved and the counters to grow."""
    chance = random.Random(seed)
    pair = Pair(2000 if seed % 2 else 9_000)
    for turn in range(6000):
        skewed = int(400 * chance.random() ** 3) if seed < 3 else turn % 90 + chance.randrange(30)
        key = f"key {skewed}"
        if pair.do("get", key) is None:
            pair.do("put", key, turn, chance.choice((50, 100, 10, 333)), None, chance.choice((0.0, 0.0, 0.5, 1.0)))
    assert pair.rust.counts().hits and pair.rust.counts().evictions


def test_what_one_refuses_the_other_refuses_in_the_same_words() -> None:
    calls: list[tuple[str, tuple[Any, ...]]] = [
        ("get", (1,)),
        ("get", (None,)),
        ("get", (bytearray(b"a"),)),
        ("put", (("a", "b"), 1, 1)),
        ("put", ("a", 1, 0)),
        ("put", ("a", 1, -5)),
        ("put", ("a", 1, 2**53 + 1)),
        ("put", ("a", 1, 2**70)),
        ("put", ("a", 1, 1.5)),
        ("put", ("a", 1, None)),
        ("put", ("a", 1, 1, 0.0)),
        ("put", ("a", 1, 1, -1)),
        ("put", ("a", 1, 1, float("nan"))),
        ("put", ("a", 1, 1, "soon")),
        ("put", ("a", 1, 1, None, 1.1)),
        ("put", ("a", 1, 1, None, -0.1)),
        ("put", ("a", 1, 1, None, float("nan"))),
        ("put", ("a", 1, 1, None, "dear")),
        ("put", ("a", 1, 1, None, 0.0, "tag")),
        ("put", ("a", 1, 1, None, 0.0, [b"tag"])),
        ("remove", (3.0,)),
        ("drop", (b"tag",)),
    ]
    pair = Pair(100)
    for name, arguments in calls:
        words = []
        for cache in (pair.rust, pair.reference):
            with pytest.raises((BadArray, KernelError)) as refused:
                getattr(cache, name)(*arguments)
            words.append((type(refused.value), str(refused.value)))
        assert words[0] == words[1]
        assert pair.do("counts").entries == 0
    for limit in (0, -1, 2**53 + 1, 2**80, 1.5, "many", None):
        words = []
        for backend in (RUST, REFERENCE):
            with pytest.raises(KernelError) as refused:
                backend.bounded_cache(limit, float)  # type: ignore[arg-type]
            words.append((type(refused.value), str(refused.value)))
        assert words[0] == words[1]


def test_it_is_served_natively() -> None:
    assert isinstance(RUST, Compiled) and "bounded_cache" in RUST.native


BOTH = pytest.mark.parametrize("backend", [RUST, REFERENCE], ids=["rust", "reference"])


class Ending:
    """A value whose end uses the cache."""

    def __init__(self, cache: BoundedCache[Any], ended: list[str], name: str) -> None:
        self._cache, self._ended, self._name = cache, ended, name

    def __del__(self) -> None:
        self._cache.get("other")
        self._cache.put(f"grave of {self._name}", 1, 1)
        self._cache.counts()
        self._ended.append(self._name)


@BOTH
def test_a_value_whose_end_uses_the_cache_finds_it_ready(backend: Any) -> None:
    clock, ended = FrozenClock(), list[str]()
    cache: BoundedCache[Any] = backend.bounded_cache(100, clock.monotonic_s)
    for name in "abcdefgh":
        cache.put(name, Ending(cache, ended, name), 20, 5.0 if name == "h" else None, 0.0, ["t"] if name < "e" else ())
    assert ended, "some were evicted"
    cache.put("h", 1, 20)
    cache.put("g", Ending(cache, ended, "replaced"), 20, 1.0)
    cache.put("g", 1, 20)
    assert "replaced" in ended
    cache.put("x", Ending(cache, ended, "refused"), 101)
    cache.put("y", Ending(cache, ended, "over"), 20, 1.0)
    clock.advance(2.0)
    cache.get("y")
    cache.put("z", Ending(cache, ended, "removed"), 20)
    cache.remove("z")
    cache.put("z", Ending(cache, ended, "dropped"), 20, None, 0.0, ["t"])
    cache.drop("t")
    cache.put("z", Ending(cache, ended, "cleared"), 20)
    cache.clear()
    assert {"refused", "over", "removed", "dropped", "cleared"} <= set(ended)
    assert cache.counts().bytes <= 100


@BOTH
def test_a_clock_that_fails_or_uses_the_cache_does_no_harm(backend: Any) -> None:
    def now_s() -> float:
        if held:
            held[0].counts()
            held[0].get("lasting")
        if broken:
            raise ValueError("no time")
        return 1.0

    held, broken = list[Any](), list[bool]()
    cache = backend.bounded_cache(100, now_s)
    held.append(cache)
    cache.put("lasting", "l", 10)
    cache.put("timed", "t", 10, 5.0)
    assert cache.get("timed") == "t"
    broken.append(True)
    with pytest.raises(ValueError, match="no time"):
        cache.get("timed")
    assert cache.get("lasting") == "l"
    broken.clear()
    assert cache.get("timed") == "t"


@BOTH
def test_a_circle_through_the_cache_is_collected(backend: Any) -> None:
    class Holder:
        cache: BoundedCache[Any]

        def now_s(self) -> float:
            return 0.0

    holder = Holder()
    holder.cache = backend.bounded_cache(100, holder.now_s)
    holder.cache.put("self", holder, 10)
    seen = weakref.ref(holder)
    del holder
    gc.collect()
    assert seen() is None


@BOTH
def test_values_are_let_go_of_and_not_copied(backend: Any) -> None:
    cache = backend.bounded_cache(100, float)
    value = object()
    before = sys.getrefcount(value)
    cache.put("a", value, 10)
    held = sys.getrefcount(value)
    found = cache.get("a")
    given = sys.getrefcount(value)
    assert found is value and (held, given) == (before + 1, before + 2)
    del found
    cache.put("a", None, 10)
    assert sys.getrefcount(value) == before
    cache.put("b", value, 10)
    cache.clear()
    assert sys.getrefcount(value) == before


@BOTH
def test_many_threads_leave_the_counts_consistent(backend: Any) -> None:
    cache: BoundedCache[int] = backend.bounded_cache(64, float)
    wrong: list[object] = []

    def work(seed: int) -> None:
        for step in range(800):
            key = (seed * 31 + step) % 40
            if (found := cache.get(str(key))) not in (None, key):
                wrong.append(found)
            cache.put(str(key), key, 1 + key % 5)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    counts = cache.counts()
    assert not wrong and counts.hits + counts.misses == 8 * 800 and 0 < counts.bytes <= 64
