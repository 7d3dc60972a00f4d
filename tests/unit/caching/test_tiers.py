"""Tiers: the nearest serves, the nearer keep, one computes, and nothing that was dropped comes back."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.caching.codecs import Packed
from simone.caching.disk import DiskCache
from simone.caching.flights import Claims
from simone.caching.kept import Absent, Encoded, Kept
from simone.caching.ram import RamCache
from simone.caching.tiers import Computed, Tiers
from simone.clock import FrozenClock
from simone.errors import BudgetExceeded, Cancelled, ContractBroken, ModelTimeout, StoreError


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "cache.sqlite", 1_000_000, FrozenClock())
    yield cache
    cache.close()


def over(disk: DiskCache, clock: FrozenClock | None = None, keep_stale_s: float = 0.0) -> Tiers[str]:
    """Memory over disk."""
    near: RamCache[Kept[str]] = RamCache(50_000, clock)
    return Tiers("texts", [near, Encoded("far", disk, Packed(str))], len, clock or FrozenClock(), None, keep_stale_s)


def test_what_only_the_far_tier_has_is_promoted_with_its_tags_and_end(disk: DiskCache) -> None:
    tiers = over(disk)
    tiers.put("a", "value", tags=["t"], ttl_s=100)
    near, far = tiers._tiers
    near.clear()
    assert tiers.get("a") == "value"
    assert near.get("a") == far.get("a")
    assert isinstance(near.get("a"), Kept)
    assert tiers.by_tier.hits == (0, 1)
    assert tiers.get("a") == "value"
    assert tiers.by_tier.hits == (1, 1)
    assert tiers.drop("t") == 1
    assert tiers.get("a") is None
    assert tiers.statistics.hits == 2
    assert tiers.statistics.misses == 1


def test_however_many_threads_wait_the_value_is_computed_once(disk: DiskCache) -> None:
    tiers = over(disk)
    computed = []
    everyone = threading.Barrier(8)
    entered, leave = threading.Event(), threading.Event()

    def compute() -> Computed[str]:
        computed.append(1)
        entered.set()
        leave.wait(10)
        return Computed("value")

    def ask(number: int) -> str | Absent:
        everyone.wait(10)
        return tiers.fetch("key", compute).value

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, number) for number in range(8)]
        assert entered.wait(10)
        leave.set()
        assert {one.result(10) for one in asked} == {"value"}
    assert len(computed) == 1
    counts = tiers.by_tier
    assert counts.computed == 1
    assert counts.waited + sum(counts.hits) == 7


def test_an_exception_reaches_every_waiter_and_the_next_one_tries_again(disk: DiskCache) -> None:
    tiers = over(disk)
    entered, leave = threading.Event(), threading.Event()

    def fail() -> Computed[str]:
        entered.set()
        leave.wait(10)
        raise ModelTimeout("too slow")

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(tiers.fetch, "key", fail)
        assert entered.wait(10)
        others = [pool.submit(tiers.fetch, "key", fail) for _ in range(3)]
        leave.set()
        for one in [first, *others]:
            with pytest.raises(ModelTimeout, match="too slow"):
                one.result(10)
    assert tiers.fetch("key", lambda: Computed("fine")).value == "fine"


def test_an_interrupted_leader_does_not_take_the_waiters_with_it(disk: DiskCache) -> None:
    tiers = over(disk)
    entered, leave = threading.Event(), threading.Event()

    def interrupted() -> Computed[str]:
        entered.set()
        leave.wait(10)
        raise KeyboardInterrupt

    def lead() -> None:
        with pytest.raises(KeyboardInterrupt):
            tiers.fetch("key", interrupted)

    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(lead)
        assert entered.wait(10)
        waiter = pool.submit(tiers.fetch, "key", lambda: Computed("mine"))
        leave.set()
        leader.result(10)
        assert waiter.result(10).value == "mine"


@pytest.mark.parametrize("error", [Cancelled("withdrawn"), BudgetExceeded("the leader's budget")])
def test_a_leader_whose_own_time_is_over_does_not_take_the_waiters_with_it(disk: DiskCache, error: Exception) -> None:
    tiers = over(disk)
    entered, leave = threading.Event(), threading.Event()

    def out_of_time() -> Computed[str]:
        entered.set()
        leave.wait(10)
        raise error

    with ThreadPoolExecutor(3) as pool:
        leader = pool.submit(tiers.fetch, "key", out_of_time)
        assert entered.wait(10)
        waiters = [pool.submit(tiers.fetch, "key", lambda: Computed("mine")) for _ in range(2)]
        leave.set()
        assert [one.result(10).value for one in waiters] == ["mine", "mine"]
        with pytest.raises(type(error)):
            leader.result(10)


def test_a_computation_that_waits_for_a_thread_which_waits_for_it_ends(disk: DiskCache) -> None:
    tiers: Tiers[str] = Tiers("t", [Encoded("t", disk, Packed(str))], len, FrozenClock(), patience_s=0.05)
    with ThreadPoolExecutor(1) as pool:

        def compute() -> Computed[str]:
            there = pool.submit(tiers.fetch_all, "ab", lambda places: [Computed("theirs") for _ in places])
            return Computed(f"of {there.result(10)[0].value}")

        assert tiers.fetch("a", compute).value == "of theirs"
    assert tiers.get("b") == "theirs"


def test_a_computation_that_asks_for_itself_is_refused_by_name(disk: DiskCache) -> None:
    tiers = over(disk)
    with pytest.raises(ContractBroken, match="its own result"):
        tiers.fetch("key", lambda: Computed(str(tiers.fetch("key", lambda: Computed("x")).value)))
    assert tiers.fetch("key", lambda: Computed("fine")).value == "fine"


def test_that_there_is_nothing_is_remembered_by_name_until_its_time_is_over(disk: DiskCache) -> None:
    clock = FrozenClock()
    tiers = over(disk, clock)
    found = tiers.fetch("key", lambda: Absent("no such document", ttl_s=30))
    assert found.value == Absent("no such document")
    again = tiers.fetch("key", lambda: Computed("not asked"))
    assert (again.value, again.origin) == (Absent("no such document"), "kept")
    assert tiers.get("key") is None
    assert tiers.by_tier.absent == 2
    clock.advance(30)
    assert tiers.fetch("key", lambda: Computed("there now")).value == "there now"


def test_an_old_value_is_served_only_where_the_caller_allows_it_and_only_for_errors_named(disk: DiskCache) -> None:
    clock = FrozenClock()
    tiers = over(disk, clock, keep_stale_s=100)

    def fail() -> Computed[str]:
        raise ModelTimeout("too slow")

    tiers.put("key", "old", ttl_s=10)
    clock.advance(11)
    assert tiers.get("key") is None
    with pytest.raises(ModelTimeout):
        tiers.fetch("key", fail)
    with pytest.raises(ModelTimeout):
        tiers.fetch("key", fail, stale_on=(OSError,))
    found = tiers.fetch("key", fail, stale_on=(ModelTimeout,))
    assert (found.value, found.origin) == ("old", "stale")
    assert tiers.by_tier.stale == 1
    clock.advance(100)
    with pytest.raises(ModelTimeout):
        tiers.fetch("key", fail, stale_on=(ModelTimeout,))


def test_what_is_dropped_while_it_is_computed_is_not_kept(disk: DiskCache) -> None:
    tiers = over(disk)

    def compute() -> Computed[str]:
        tiers.drop("document:x")
        return Computed("of the old document", tags=("document:x",))

    assert tiers.fetch("key", compute).value == "of the old document"
    assert tiers.get("key") is None


@pytest.mark.parametrize("how", ["dropped", "no longer valid"])
def test_an_old_value_that_goes_while_computing_fails_is_not_served(disk: DiskCache, how: str) -> None:
    clock, live = FrozenClock(), {"document:x", "document:y"}
    far = Encoded("far", disk, Packed(str))
    tiers = Tiers("texts", [far], len, clock, keep_stale_s=100, is_valid=lambda tags: set(tags) <= live)
    tiers.put("x", "old", ttl_s=10, tags=["document:x"])
    tiers.put("y", "old", ttl_s=10, tags=["document:y"])
    clock.advance(11)

    def fail(_: Sequence[int]) -> list[Computed[str] | Absent]:
        if how == "dropped":
            tiers.drop("document:x")
        live.discard("document:x")
        raise ModelTimeout("too slow")

    with pytest.raises(ModelTimeout):
        tiers.fetch_all("yx", fail, stale_on=(ModelTimeout,))
    assert [one.value for one in tiers.fetch_all("y", fail, stale_on=(ModelTimeout,))] == ["old"]
    assert tiers.by_tier.stale == 1


@pytest.mark.parametrize("how", ["drop", "remove", "clear"])
def test_who_asks_after_a_drop_does_not_get_what_was_begun_before_it(disk: DiskCache, how: str) -> None:
    tiers = over(disk)
    entered, leave = threading.Event(), threading.Event()

    def old() -> Computed[str]:
        entered.set()
        leave.wait(10)
        return Computed("old", ("document:x",))

    with ThreadPoolExecutor(2) as pool:
        leader = pool.submit(tiers.fetch, "key", old)
        assert entered.wait(10)
        if how == "drop":
            tiers.drop("document:x")
        elif how == "remove":
            tiers.remove("key")
        else:
            tiers.clear()
        after = pool.submit(tiers.fetch, "key", lambda: Computed("new", ("document:x",)))
        assert after.result(10).value == "new"
        leave.set()
        assert leader.result(10).value == "old"
    assert tiers.get("key") == "new"


def test_an_entry_that_no_longer_holds_is_let_go_of_at_the_read(disk: DiskCache) -> None:
    live = {"edition:1"}
    far = Encoded("far", disk, Packed(str))
    tiers = Tiers("texts", [far], len, FrozenClock(), is_valid=lambda tags: set(tags) <= live, keep_stale_s=50)
    tiers.put("key", "value", tags=["edition:1"])
    assert tiers.get("key") == "value"
    live.clear()
    assert tiers.get("key") is None
    assert tiers.by_tier.invalid == 1
    live.add("edition:1")
    assert tiers.get("key") is None


def test_where_nobody_can_tell_whether_an_entry_holds_it_is_a_miss_and_stays(disk: DiskCache) -> None:
    readable: list[bool] = []

    def holds(tags: Sequence[str]) -> bool:
        if not readable:
            raise StoreError("the corpus cannot be read")
        return True

    tiers = Tiers("texts", [Encoded("far", disk, Packed(str))], len, FrozenClock(), is_valid=holds)
    tiers.put("key", "value", tags=["edition:1"])
    assert tiers.get("key") is None
    assert tiers.fetch("other", lambda: Computed("computed")).value == "computed"
    readable.append(True)
    assert tiers.get("key") == "value"


def test_that_there_is_nothing_counts_with_all_that_it_depends_on() -> None:
    near: RamCache[Kept[str]] = RamCache(10**6)
    tiers = Tiers("texts", [near], len)
    for number in range(100):
        tags = tuple(f"document:{number}-{place}-ü" + "x" * 80 for place in range(20))
        tiers.fetch(f"absent {number}", partial(Absent, "none", None, tags))
        tiers.fetch(f"{number}", partial(Computed, "none", tags))
    statistics = near.statistics
    assert statistics.entries > 10
    held = sum(sys.getsizeof(f"document:{0}-{place}-ü" + "x" * 80) for place in range(20))
    assert statistics.entries * held <= statistics.bytes <= 10**6


def test_many_keys_are_computed_in_one_call_and_each_once(disk: DiskCache) -> None:
    tiers = over(disk)
    tiers.put("b", "kept")
    calls: list[list[int]] = []

    def compute(places: Sequence[int]) -> list[Computed[str] | Absent]:
        calls.append(list(places))
        return [Computed("abcbd"[place].upper()) for place in places]

    found = tiers.fetch_all(list("abcbd"), compute)
    assert [one.value for one in found] == ["A", "kept", "C", "kept", "D"]
    assert calls == [[0, 2, 4]]
    assert tiers.fetch_all(list("abcbd"), compute) == tiers.fetch_all(list("abcbd"), compute)
    assert len(calls) == 1


def test_threads_that_want_overlapping_keys_wait_for_one_another_without_a_knot(disk: DiskCache) -> None:
    tiers = over(disk)
    counted: list[int] = []

    def work(seed: int) -> None:
        keys = [f"{(seed * step) % 23}" for step in range(1, 9)]

        def compute(places: Sequence[int]) -> list[Computed[str] | Absent]:
            counted.extend(places)
            return [Computed(keys[place] * 2) for place in places]

        assert [one.value for one in tiers.fetch_all(keys, compute)] == [key * 2 for key in keys]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 23)))
    assert len(counted) == tiers.by_tier.computed <= 23


def test_bytes_that_cannot_be_read_are_a_miss_and_counted(disk: DiskCache) -> None:
    tiers = over(disk)
    disk.put("far:key", b"not what an encoder gives")
    assert tiers.get("key") is None
    assert tiers.by_tier.tiers[1].quarantined == 1
    assert disk.get("far:key") is None


def test_what_cannot_be_written_down_is_kept_in_memory_only(disk: DiskCache) -> None:
    tiers = over(disk)
    assert tiers.fetch("key", lambda: Computed("half a character \ud800")).value == "half a character \ud800"
    near, far = tiers._tiers
    assert near.get("key") is not None
    assert far.get("key") is None


def test_clearing_one_name_leaves_what_others_keep_in_the_same_file(disk: DiskCache) -> None:
    one, other = Encoded("one", disk, Packed(str)), Encoded("other", disk, Packed(str))
    first = Tiers("one", [one], len, FrozenClock())
    second = Tiers("other", [other], len, FrozenClock())
    first.put("a", "1")
    second.put("a", "2")
    first.clear()
    assert (first.get("a"), second.get("a")) == (None, "2")


STEP = st.tuples(
    st.sampled_from(["get", "put", "fetch", "drop", "remove", "advance", "clear near"]),
    st.sampled_from("abc"),
    st.sampled_from([None, 5.0, 50.0]),
)


@given(steps=st.lists(STEP, max_size=30))
@settings(max_examples=25, deadline=None)
def test_two_tiers_serve_what_one_dictionary_with_ends_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, float | None]]
) -> None:
    folder, clock = tmp_path_factory.mktemp("tiers"), FrozenClock()
    far = DiskCache(folder / "far.sqlite", 10**6, clock)
    near: RamCache[Kept[str]] = RamCache(10**6, clock)
    tiers: Tiers[str] = Tiers("t", [near, Encoded("f", far, Packed(str))], len, clock)
    model: dict[str, tuple[str, float]] = {}
    for number, (what, key, ttl_s) in enumerate(steps):
        held = model.get(key)
        expected = held[0] if held and clock.monotonic_s() < held[1] else None
        if what == "get":
            assert tiers.get(key) == expected
        elif what in ("put", "fetch"):
            value = str(number)
            if what == "fetch":
                assert tiers.fetch(key, partial(Computed, value, (f"tag {key}",), ttl_s)).value == (expected or value)
            else:
                assert tiers.put(key, value, ttl_s=ttl_s, tags=[f"tag {key}"])
            if what == "put" or expected is None:
                model[key] = value, clock.monotonic_s() + (ttl_s or float("inf"))
        elif what == "drop":
            tiers.drop(f"tag {key}")
            model.pop(key, None)
        elif what == "remove":
            tiers.remove(key)
            model.pop(key, None)
        elif what == "advance":
            clock.advance(3)
        else:
            near.clear()
    far.close()


SHARED = """
import sys, threading
from pathlib import Path
from simone.caching.codecs import Packed
from simone.caching.disk import DiskCache
from simone.caching.flights import Claims
from simone.caching.kept import Encoded
from simone.caching.ram import RamCache
from simone.caching.tiers import Computed, Tiers
folder = Path(sys.argv[1])
disk = DiskCache(folder / "cache.sqlite", 10**6)
tiers = Tiers("t", [Encoded("t", disk, Packed(str))], len, claims=Claims(folder / "claims"))
computed = 0
def compute():
    global computed
    computed += 1
    threading.Event().wait(0.3)
    return Computed("value")
print("ready", flush=True)
sys.stdin.readline()
assert tiers.fetch("key", compute).value == "value"
print(computed)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="locks on bytes of a file are POSIX")
def test_processes_that_want_the_same_wait_for_the_one_that_computes(tmp_path: Path) -> None:
    words = [sys.executable, "-c", SHARED, str(tmp_path)]
    running = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [int(process.communicate(timeout=30)[0]) for process in running]
    assert sum(counts) == 1


def test_a_process_that_holds_a_claim_for_too_long_is_not_waited_for(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from simone.caching.flights import Claims\n"
        "with Claims(Path(sys.argv[1])).held(['key']): print('held', flush=True); sys.stdin.readline()"
    )
    words = [sys.executable, "-c", holder, str(tmp_path / "claims")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        claims = Claims(tmp_path / "claims", patience_s=0.05)
        with claims.held(["key", "other"]) as contended:
            assert contended
        with claims.held(["other"]) as contended:
            assert not contended
        claims.close()
        process.communicate("done\n", timeout=30)


def is_claimed_elsewhere(path: Path) -> bool:
    """Whether another process meets a claim on "key"."""
    asks = (
        "import sys; from pathlib import Path; from simone.caching.flights import Claims\n"
        "with Claims(Path(sys.argv[1]), 0.05).held(['key']) as contended: print(contended)"
    )
    words = [sys.executable, "-c", asks, str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout == "True\n"


@pytest.mark.skipif(sys.platform == "win32", reason="locks on bytes of a file are POSIX")
def test_claims_on_one_file_in_one_process_do_not_let_go_of_one_another(tmp_path: Path) -> None:
    path = tmp_path / "claims"
    first, second = Claims(path), Claims(path, patience_s=0.05)
    (tmp_path / "alias").symlink_to(path)
    third = Claims(tmp_path / "alias")
    with first.held(["key"]) as contended:
        assert not contended
        with second.held(["key"]) as contended:
            assert contended
        with first.held(["key"]) as contended:
            assert not contended
        second.close()
        third.close()
        assert is_claimed_elsewhere(path)
    assert not is_claimed_elsewhere(path)
    first.close()
    first.close()
    with first.held(["key"]) as contended:
        assert not contended
        assert not is_claimed_elsewhere(path)
