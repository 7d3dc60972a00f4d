"""What is to be let go of is gone when the call returns, or the call says that it is not."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.caching.codecs import Octets
from simone.caching.disk import DiskCache
from simone.caching.kept import Encoded, Kept
from simone.caching.ram import RamCache
from simone.caching.redis import RedisCache
from simone.caching.tiers import Computed, Tiers
from simone.clock import FrozenClock
from simone.errors import StoreError

PATIENCE_S = 1.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache.sqlite"


@pytest.fixture
def disk(path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(path, 1_000_000, FrozenClock(), patience_s=PATIENCE_S)
    cache.put("a", b"SECRET " * 100, tags=["document:x"])
    yield cache
    cache.close()


@pytest.fixture
def other(path: Path, disk: DiskCache) -> Iterator[sqlite3.Connection]:
    """Another process, as far as SQLite is concerned."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


@pytest.mark.parametrize("what", ["clear", "drop"])
def test_a_disk_that_another_process_keeps_writing_to_is_not_said_to_be_let_go_of(
    what: str, disk: DiskCache, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process"):
        disk.clear() if what == "clear" else disk.drop("document:x")
    assert disk.get("a") is not None
    other.execute("ROLLBACK")
    disk.clear() if what == "clear" else disk.drop("document:x")
    assert disk.get("a") is None
    assert disk.off == ""


@pytest.mark.parametrize("what", ["clear", "drop"])
def test_another_process_that_writes_for_a_moment_is_waited_for(
    what: str, disk: DiskCache, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    ends = threading.Timer(PATIENCE_S / 2, other.execute, ["ROLLBACK"])
    ends.start()
    disk.clear() if what == "clear" else disk.drop("document:x")
    ends.join()
    assert disk.get("a") is None


def test_a_disk_is_not_said_to_be_cleared_while_another_process_reads_what_it_held(
    disk: DiskCache, other: sqlite3.Connection, path: Path
) -> None:
    other.execute("BEGIN")
    (held,) = other.execute("SELECT value FROM entry").fetchone()
    with pytest.raises(StoreError, match="another process"):
        disk.clear()
    assert disk.get("a") is None
    other.execute("ROLLBACK")
    disk.clear()
    assert all(held not in one.read_bytes() for one in path.parent.iterdir())


BUSY = """
import random, sys
from pathlib import Path
from simone.caching.disk import DiskCache
cache, made = DiskCache(Path(sys.argv[1]), 10_000_000), random.Random(sys.argv[2])
print("busy", flush=True)
while True:
    key = str(made.randrange(900))
    if cache.get(key) is None:
        cache.put(key, made.randbytes(500), tags=["document:x"])
"""


def test_a_disk_that_others_read_and_write_all_the_time_is_cleared_all_the_same(path: Path) -> None:
    words = [[sys.executable, "-c", BUSY, str(path), str(seed)] for seed in range(2)]
    busy = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for line in words]
    cache = DiskCache(path, 10_000_000)
    try:
        for process in busy:
            assert process.stdout is not None
            assert process.stdout.readline() == "busy\n"
        for _ in range(3):
            while not cache.put("ours", b"SECRET"):
                pass  # the others were writing
            cache.clear()
            assert cache.get("ours") is None
            assert all(b"SECRET" not in one.read_bytes() for one in path.parent.iterdir())
    finally:
        for process in busy:
            process.kill()
            process.communicate()
        cache.close()


def test_a_process_that_reads_does_not_keep_a_drop_from_holding(disk: DiskCache, other: sqlite3.Connection) -> None:
    other.execute("BEGIN")
    other.execute("SELECT value FROM entry").fetchone()
    assert disk.drop("document:x") == 1
    assert disk.get("a") is None
    other.execute("ROLLBACK")


def test_a_file_that_proves_damaged_while_it_is_cleared_is_removed(disk: DiskCache, path: Path) -> None:
    for number in range(200):
        disk.put(f"{number}", bytes(range(256)) * 4)
    disk.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xaa" * (len(whole) - 8192))
    damaged = DiskCache(path, 1_000_000, FrozenClock())
    damaged.clear()
    assert (damaged.set_aside(), damaged.off, damaged.statistics.entries) == ([], "", 0)
    assert damaged.put("a", b"new")
    damaged.close()


def test_a_disk_that_is_off_does_not_say_that_it_let_go_of_what_lies_there(disk: DiskCache, path: Path) -> None:
    disk.close()
    with pytest.raises(StoreError, match="it was closed"):
        disk.clear()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    newer = DiskCache(path, 1_000_000, FrozenClock())
    with pytest.raises(StoreError, match="newer simone"):
        newer.clear()
    with pytest.raises(StoreError, match="newer simone"):
        newer.drop("document:x")


def test_a_disk_that_cannot_be_looked_at_is_not_said_to_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    cache = DiskCache(tmp_path / "loop" / "cache.sqlite", 1000)
    with pytest.raises(StoreError, match="cannot be cleared"):
        cache.clear()
    cache.close()


def test_tiers_let_go_in_every_tier_even_where_one_cannot_and_say_so(
    disk: DiskCache, other: sqlite3.Connection
) -> None:
    near: RamCache[Kept[bytes]] = RamCache(100_000)
    tiers: Tiers[bytes] = Tiers("t", [Encoded("t", disk, Octets()), near], len, FrozenClock())
    for let_go in (lambda: tiers.drop("document:x"), tiers.clear):
        tiers.put("b", b"value", tags=["document:x"])
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process"):
            let_go()
        other.execute("ROLLBACK")
        assert near.get("b") is None
        assert tiers.get("b") == b"value"
        let_go()
        assert tiers.get("b") is None


def test_a_server_that_cannot_be_reached_is_not_said_to_be_emptied(tmp_path: Path) -> None:
    cache = RedisCache(f"unix://:secret@{tmp_path}/none.sock", FrozenClock())
    assert cache.get("a") is None  # and is left alone from now on, but for these:
    for let_go in (lambda: cache.drop("document:x"), cache.clear):
        with pytest.raises(StoreError, match="Redis at") as raised:
            let_go()
        assert "secret" not in str(raised.value)
    cache.close()


def test_a_server_that_came_back_is_emptied_though_it_was_to_be_left_alone(redis_url: str, tmp_path: Path) -> None:
    socket = redis_url.removeprefix("unix://").partition("?")[0]
    here = tmp_path / "redis.sock"
    cache = RedisCache(f"unix://{here}?db=0", FrozenClock(), prefix="back:")
    assert cache.get("a") is None
    other = RedisCache(redis_url, FrozenClock(), prefix="back:")
    other.put("a", b"1", tags=["t"])
    other.put("b", b"1")
    here.symlink_to(socket)
    assert cache.drop("t") == 1
    for number in range(1500):
        other.put(f"{number}", b"1", tags=[f"t{number}", "t"])
    cache.clear()
    assert (other.get("b"), other.statistics.entries) == (None, 0)
    assert other.drop("t") == 0
    other.put("b", b"2", tags=["t"])
    assert other.drop("t") == 1
    for one in (cache, other):
        one.close()


LONG_S = 30.0
"""Longer than any look-up takes, shorter than a test may."""


@pytest.fixture
def patient(path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(path, 1_000_000, FrozenClock(), patience_s=LONG_S)
    yield cache
    cache.close()


def test_who_looks_up_does_not_wait_for_a_clear_that_waits(patient: DiskCache, path: Path) -> None:
    patient.put("a", b"value", tags=["document:x"])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT value FROM entry").fetchone()  # the log cannot be emptied before this ends
    clearing = threading.Thread(target=patient.clear)
    clearing.start()
    seen = sqlite3.connect(path, isolation_level=None)
    while seen.execute("SELECT entries FROM total").fetchone() != (0,):
        pass  # until the clear has emptied the file and waits for the other reader
    assert patient.get("a") is None
    assert clearing.is_alive(), "the look-up waited for the clear"
    other.execute("ROLLBACK")
    clearing.join()
    other.close()
    seen.close()
    assert patient.statistics.entries == 0


def _tiers(ram: RamCache[Kept[bytes]], disk: DiskCache) -> Tiers[bytes]:
    return Tiers("t", [ram, Encoded("t", disk, Octets())], len, FrozenClock())


@pytest.mark.parametrize("what", ["clear", "drop"])
def test_while_a_tier_waits_to_let_go_others_look_up_keep_and_compute(
    what: str, patient: DiskCache, path: Path
) -> None:
    ram: RamCache[Kept[bytes]] = RamCache(1_000_000, FrozenClock())
    tiers = _tiers(ram, patient)
    tiers.put("gone", b"old", tags=["document:x"])
    tiers.put("stays", b"other", tags=["document:y"])
    ram.remove("stays")  # it will have to be kept in memory again
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    letting_go = threading.Thread(target=tiers.clear if what == "clear" else lambda: tiers.drop("document:x"))
    letting_go.start()
    while ram.get("gone") is not None:
        pass  # until the tier in memory has let go, which is asked first
    assert tiers.get("gone") is None
    if what == "drop":
        assert tiers.get("stays") == b"other"
        assert ram.get("stays") is not None
    assert tiers.fetch("new", lambda: Computed(b"made", ("document:z",))).value == b"made"
    assert letting_go.is_alive(), "others waited for what was let go of"
    other.execute("ROLLBACK")
    letting_go.join()
    other.close()
    assert tiers.get("gone") is None
    assert tiers.get("new") == b"made"


def test_what_a_tier_could_not_let_go_of_is_found_again(disk: DiskCache, other: sqlite3.Connection) -> None:
    tiers = _tiers(RamCache(1_000_000, FrozenClock()), disk)
    tiers.put("a", b"value", tags=["document:y"])
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process"):
        tiers.drop("document:y")
    other.execute("ROLLBACK")
    assert tiers.get("a") == b"value"
    assert tiers.drop("document:y") == 1
    assert tiers.get("a") is None
