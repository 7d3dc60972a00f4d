"""The disk tier: what it keeps survives, what is damaged is never served, and a file that fails breaks no request."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.caching.disk import DiskCache
from simone.caching.disk_file import DiskFile
from simone.caching.events import CacheEvent
from simone.caching.kept import Put
from simone.clock import FrozenClock

START = datetime(2026, 1, 1, tzinfo=UTC)
Opens = Callable[..., DiskCache]


@pytest.fixture
def events() -> list[CacheEvent]:
    return []


@pytest.fixture
def opened(tmp_path: Path, events: list[CacheEvent]) -> Iterator[Opens]:
    """Opens the same file again and again; closes all at the end."""
    made: list[DiskCache] = []

    def open_it(limit_bytes: int = 1_000_000, clock: FrozenClock | None = None) -> DiskCache:
        made.append(DiskCache(tmp_path / "cache.sqlite", limit_bytes, clock or FrozenClock(START), events.append))
        return made[-1]

    yield open_it
    for cache in made:
        cache.close()


def test_what_was_kept_is_there_after_the_file_is_opened_again(opened: Opens) -> None:
    first = opened()
    assert first.put("a", b"bytes" * 1000, tags=["t"])
    assert first.put(b"a", b"other", tags=["t"])
    first.close()
    again = opened()
    assert again.get("a") == b"bytes" * 1000
    assert again.get(b"a") == b"other"
    assert again.statistics.entries == 2


def test_an_entry_ends_with_its_time_also_in_another_process_that_opens_the_file_later(opened: Opens) -> None:
    cache = opened()
    cache.put("short", b"x", ttl_s=10)
    cache.put("long", b"y", ttl_s=1000)
    cache.put("ever", b"z")
    later = opened(clock=FrozenClock(START + timedelta(seconds=10)))
    assert (later.get("short"), later.get("long"), later.get("ever")) == (None, b"y", b"z")
    assert later.statistics.expired == 1
    assert later.statistics.entries == 2


def test_the_least_worthy_go_first_and_what_was_used_again_stays(opened: Opens) -> None:
    cache = opened(limit_bytes=2000)
    cache.put("dear", bytes(range(100)), salience=1.0)
    for name in "abcdef":
        cache.put(name, bytes(range(100)))
    assert cache.get("a") is not None
    for name in "ghijklmnopqrs":
        cache.put(name, bytes(range(100)))
        cache.get("a")
    assert cache.get("a") is not None
    assert cache.get("dear") is not None
    assert cache.get("b") is None
    assert cache.statistics.evictions > 0


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 600), st.floats(0, 1), st.booleans()), max_size=40
    )
)
@settings(max_examples=25, deadline=None)
def test_the_bound_holds_and_every_value_found_is_the_latest_put(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, float, bool]]
) -> None:
    cache = DiskCache(tmp_path_factory.mktemp("disk") / "cache.sqlite", 2500, FrozenClock(START))
    latest: dict[str, bytes] = {}
    for number, (key, size, salience, reads) in enumerate(steps):
        value = bytes((number * 31 + place * 7) % 251 for place in range(size))
        if cache.put(key, value, salience=salience, tags=[key]):
            latest[key] = value
        if reads:
            assert cache.get(key) in (None, latest.get(key))
        assert cache.statistics.bytes <= 2500
    for key, value in latest.items():
        assert cache.get(key) in (None, value)
        cache.drop(key)
        assert cache.get(key) is None
    assert (cache.statistics.entries, cache.statistics.bytes) == (0, 0)
    cache.close()


@pytest.mark.parametrize(("size", "at_once"), [(8, 200), (100, 50), (1400, 5), (2100, 5), (4200, 5), (300_000, 1)])
def test_the_file_and_its_log_stay_near_the_limit(opened: Opens, tmp_path: Path, size: int, at_once: int) -> None:
    limit = 1_000_000
    cache, made = opened(limit_bytes=limit), random.Random(0)
    most = 0
    for _ in range(3 * limit // ((size + 200) * at_once)):
        tags = [f"document:{made.randrange(50)}", f"edition:40:{made.randrange(50):040}"]
        puts = [Put(made.randbytes(32), made.randbytes(size), tags=tags) for _ in range(at_once)]
        assert all(cache.put_all(puts))
        most = max(most, sum(path.stat().st_size for path in tmp_path.iterdir()))
    assert cache.statistics.bytes > 0.6 * limit
    assert most <= 1.5 * limit


def test_a_value_larger_than_the_limit_is_not_kept_and_its_older_self_goes(opened: Opens) -> None:
    cache = opened(limit_bytes=1000)
    assert cache.put("a", b"small")
    assert not cache.put("a", bytes(range(256)) * 8 + b"".join(number.to_bytes(3, "big") for number in range(999)))
    assert cache.get("a") is None
    assert cache.statistics.refused == 1


def test_dropping_a_tag_lets_go_of_all_that_depends_on_it_and_leaves_no_byte_of_it(
    opened: Opens, tmp_path: Path
) -> None:
    cache = opened()
    cache.put("one", b"SECRET-one", tags=["document:x", "document:y"])
    cache.put("two", b"SECRET-two", tags=["document:x"])
    cache.put("three", b"open", tags=["document:y"])
    cache.flush()
    assert cache.drop("document:x") == 2
    assert (cache.get("one"), cache.get("two"), cache.get("three")) == (None, None, b"open")
    assert all(b"SECRET" not in path.read_bytes() for path in sorted(tmp_path.iterdir()))


def damage(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET value = substr(value, 1, 5) || X'00' || substr(value, 7)",
        "UPDATE entry SET value = 'text'",
        "UPDATE entry SET packed = 1 - packed",
        "UPDATE entry SET packed = 'x'",
        "UPDATE entry SET ends_ms = ends_ms + 1",
        "UPDATE entry SET checksum = X'00'",
    ],
)
def test_a_damaged_entry_is_quarantined_and_never_served(
    statement: str, opened: Opens, tmp_path: Path, events: list[CacheEvent]
) -> None:
    cache = opened()
    cache.put("a", b"some bytes of a value" * 20, ttl_s=60)
    damage(tmp_path / "cache.sqlite", statement)
    assert cache.get("a") is None
    assert cache.statistics.quarantined == 1
    assert cache.statistics.entries == 0
    assert [event.trouble for event in events] == ["quarantined"]
    assert cache.put("a", b"anew")
    assert cache.get("a") == b"anew"


def test_no_flipped_byte_of_the_file_is_ever_served(tmp_path: Path) -> None:
    """Every 97th byte of a real file, one at a time: what is found is what was put, or nothing."""
    path = tmp_path / "cache.sqlite"
    values = {f"key{number}": bytes((number + place) % 256 for place in range(300)) for number in range(12)}
    cache = DiskCache(path, 1_000_000, FrozenClock(START))
    for key, value in values.items():
        cache.put(key, value, tags=[key])
    cache.close()
    whole = path.read_bytes()
    for place in range(18, len(whole), 397):
        for leftover in sorted(tmp_path.iterdir()):
            leftover.unlink()
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        again = DiskCache(path, 1_000_000, FrozenClock(START))
        for key, value in values.items():
            assert again.get(key) in (None, value)
        again.put("new", b"value")
        again.close()


def test_a_broken_file_is_set_aside_under_a_new_name_and_a_fresh_one_begun(
    opened: Opens, tmp_path: Path, events: list[CacheEvent]
) -> None:
    (tmp_path / "cache.sqlite").write_bytes(b"this is no database" * 500)
    cache = opened()
    assert [event.trouble for event in events] == ["set aside"]
    assert len(cache.set_aside()) == 1
    assert cache.put("a", b"b")
    assert cache.get("a") == b"b"
    assert cache.off == ""
    cache.clear()
    assert cache.set_aside() == []


def test_a_file_that_breaks_while_it_is_open_is_set_aside_and_another_process_follows(
    opened: Opens, tmp_path: Path, events: list[CacheEvent]
) -> None:
    cache, other = opened(), opened()
    for number in range(200):
        cache.put(f"{number}", bytes(range(256)) * 4)
    cache._file.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray((tmp_path / "cache.sqlite").read_bytes())
    whole[4096:] = b"\xaa" * (len(whole) - 4096)
    (tmp_path / "cache.sqlite").write_bytes(whole)
    damaged = opened()
    for number in range(200):
        assert damaged.get(f"{number}") in (None, bytes(range(256)) * 4)
    assert "set aside" in {event.trouble for event in events}
    assert damaged.put("a", b"new")
    assert other.put("b", b"too")
    assert (damaged.get("b"), other.get("a")) == (b"too", b"new")


def test_a_process_that_only_reads_follows_a_file_that_was_set_aside_or_deleted(opened: Opens, tmp_path: Path) -> None:
    writer, reader = opened(), opened()
    path = tmp_path / "cache.sqlite"
    writer.put("a", b"old", tags=["document:x"])
    assert reader.get("a") == b"old"
    path.rename(tmp_path / "cache.sqlite.broken-1")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"cache.sqlite{suffix}").unlink()
    writer.put("b", b"new")
    assert writer.drop("document:x") == 0
    assert (reader.get("a"), reader.get("b")) == (None, b"new")
    assert reader.statistics.entries == 1
    path.unlink()
    assert (reader.get("b"), reader.statistics.entries) == (None, 0)


def test_of_two_that_meet_one_damaged_file_the_second_takes_the_file_that_the_first_began(tmp_path: Path) -> None:
    told: list[str] = []

    def held() -> DiskFile:
        return DiskFile(tmp_path / "cache.sqlite", 1000, lambda trouble, _: told.append(trouble), lambda: None)

    first, second = held(), held()
    damaged = sqlite3.DatabaseError("malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    first.failed(damaged)
    assert first.change("INSERT INTO quarantined VALUES (1, X'00', 'mark', 0.0)") == 1
    second.failed(damaged)
    assert second.ask("SELECT reason FROM quarantined") == (b"mark",)
    assert (len(first.set_aside()), told) == (1, ["set aside"])
    first.close()
    second.close()


def test_a_path_that_cannot_be_a_file_turns_the_cache_off_by_name(tmp_path: Path, events: list[CacheEvent]) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = DiskCache(tmp_path / "file" / "cache.sqlite", 1000, listen=events.append)
    assert not cache.put("a", b"b")
    assert cache.get("a") is None
    assert cache.drop("t") == 0
    cache.clear()
    assert "cannot open" in cache.off
    assert [event.trouble for event in events] == ["off"]
    assert cache.statistics.misses == 1


FULL = """
import resource, signal, sys
from pathlib import Path
from simone.caching.disk import DiskCache
from simone.caching.disk_file import DiskFile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
events = []
cache = DiskCache(Path(sys.argv[1]), 10**9, listen=events.append)
assert cache.put("first", b"1" * 100)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
import random
made = random.Random(0)
kept = [cache.put(str(n), made.randbytes(5000)) for n in range(100)]
assert kept[0] and not kept[-1], kept
assert cache.off and cache.get("first") is None
assert [event.trouble for event in events] == ["off"], events
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
again = DiskCache(Path(sys.argv[1]), 10**9)
assert again.get("first") == b"1" * 100 and again.put("more", b"x"), again.off
print("fine")
"""


def test_a_disk_that_is_full_turns_the_cache_off_and_the_file_still_opens(tmp_path: Path) -> None:
    words = [sys.executable, "-c", FULL, str(tmp_path / "cache.sqlite")]
    shown = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert shown.stdout.strip() == "fine", shown.stderr


WRITER = """
import sys
from pathlib import Path
from simone.caching.disk import DiskCache
from simone.caching.disk_file import DiskFile
cache = DiskCache(Path(sys.argv[1]), 60_000)
for step in range(300):
    key = f"k{step * int(sys.argv[2]) % 40}"
    found = cache.get(key)
    assert found is None or found == key.encode() * 50, found
    cache.put(key, key.encode() * 50, tags=[key])
    if step % 50 == 0:
        cache.drop(key)
print(cache.statistics.quarantined, cache.off)
cache.close()
"""


def test_processes_share_one_file_and_nothing_is_mixed_up(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    words = [[sys.executable, "-c", WRITER, str(path), str(step)] for step in (7, 11, 13)]
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for line in words]
    for process in running:
        output, error = process.communicate(timeout=60)
        assert output.split() == ["0"], error
    cache = DiskCache(path, 60_000)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    counted = connection.execute("SELECT count(*), sum(size) FROM entry").fetchone()
    connection.close()
    assert counted == (cache.statistics.entries, cache.statistics.bytes)
    assert cache.statistics.bytes <= 60_000
    assert cache.lifetime["hits"] > 0
    cache.close()


def test_threads_share_one_cache(opened: Opens) -> None:
    cache = opened(limit_bytes=20_000)

    def work(seed: int) -> None:
        for step in range(60):
            key = f"{(seed * 31 + step) % 20}"
            found = cache.get(key)
            assert found in (None, key.encode() * 300)
            cache.put(key, key.encode() * 300)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    statistics = cache.statistics
    assert statistics.hits + statistics.misses == 8 * 60
    assert 0 < statistics.bytes <= 20_000


def test_another_process_that_holds_the_file_makes_misses_not_errors(opened: Opens, tmp_path: Path) -> None:
    cache = opened()
    cache.put("a", b"b")
    holder = sqlite3.connect(tmp_path / "cache.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert not cache.put("c", b"d")
    assert cache.get("a") == b"b"
    holder.execute("ROLLBACK")
    holder.close()
    assert cache.put("c", b"d")
    assert cache.off == ""


def test_a_file_of_a_newer_program_is_left_alone(opened: Opens, tmp_path: Path) -> None:
    opened().close()
    damage(tmp_path / "cache.sqlite", "PRAGMA user_version = 99")
    cache = opened()
    assert "newer simone" in cache.off
    assert cache.set_aside() == []


KILLED = """
import sys
from pathlib import Path
from simone.caching.disk import DiskCache
from simone.caching.disk_file import DiskFile
cache = DiskCache(Path(sys.argv[1]), 200_000)
number = 0
while True:
    cache.put(f"{number % 90}", str(number % 90).encode() * 700, tags=["t"])
    number += 1
    if number == 50:
        print("busy", flush=True)
"""


def test_a_process_killed_while_it_writes_leaves_a_file_that_opens_and_holds_only_whole_values(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "busy\n"
            process.kill()
        cache = DiskCache(path, 200_000)
        found = [cache.get(f"{number}") for number in range(90)]
        assert all(value in (None, str(number).encode() * 700) for number, value in enumerate(found))
        assert sum(value is not None for value in found) > 10
        assert (cache.off, cache.statistics.quarantined, cache.set_aside()) == ("", 0, [])
        cache.close()
