"""Forgetting promises nothing while a cache still holds what was to be forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.caching.disk import DiskCache
from simone.clock import FrozenClock
from simone.errors import StoreError
from simone.memory.contract import Candidate, Filter, Origin
from simone.memory.forgetting import Wish, plan_forgetting
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.runtime.caches import FILE, FOLDER, clear_disk
from simone.runtime.remembering import forget_everywhere
from simone.settings import CacheSettings, Settings

SAID = "Dana Ruiz moved to Orsk last week."
WHOLE = (SAID + " ").encode() * 20  # compressed, so that no search for bytes finds it
WISH = Wish(subject="Dana Ruiz")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    held = SqliteStore.open(tmp_path / "memory.sqlite", durable=False)
    origin = Origin("letter", 0, len(SAID), SAID, "r1", "Ann", 1.0)
    remember(held, [Candidate(SAID, (origin,))], FrozenClock())
    yield held
    held.close()


def kept(home: Path) -> bytes | None:
    disk = DiskCache(home / FOLDER / FILE, 1 << 20)
    found = disk.get("k")
    disk.close()
    return found


def keep(home: Path) -> None:
    disk = DiskCache(home / FOLDER / FILE, 1 << 20)
    assert disk.put("k", WHOLE)
    disk.close()


def test_nothing_is_forgotten_while_another_process_keeps_the_disk_cache_from_being_emptied(
    store: SqliteStore, tmp_path: Path
) -> None:
    keep(tmp_path)
    settings = Settings(durable=False)
    other = sqlite3.connect(tmp_path / FOLDER / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process"):
        forget_everywhere(store, plan_forgetting(store, WISH), tmp_path, settings)
    other.execute("ROLLBACK")
    other.close()
    assert kept(tmp_path) == WHOLE
    assert [one.text for one in store.select(Filter())] == [SAID]
    proof = forget_everywhere(store, plan_forgetting(store, WISH), tmp_path, settings)
    assert proof.holds
    assert ("the disk cache", "emptied, 1 entries") in proof.erased
    assert kept(tmp_path) is None


def test_nothing_is_forgotten_while_the_shared_server_cannot_be_reached(store: SqliteStore, tmp_path: Path) -> None:
    settings = Settings(durable=False, cache=CacheSettings(redis=f"unix://{tmp_path}/none.sock"))
    with pytest.raises(StoreError, match="Redis at"):
        forget_everywhere(store, plan_forgetting(store, WISH), tmp_path, settings)
    assert [one.text for one in store.select(Filter())] == [SAID]


def test_what_a_cache_that_is_off_by_now_left_on_disk_is_cleared(tmp_path: Path) -> None:
    keep(tmp_path)
    assert clear_disk(tmp_path, CacheSettings(disk_bytes=0)) == 1
    assert kept(tmp_path) is None


def test_files_set_aside_are_removed_though_no_new_one_was_begun(tmp_path: Path) -> None:
    keep(tmp_path)
    aside = tmp_path / FOLDER / f"{FILE}.broken-1"
    (tmp_path / FOLDER / FILE).rename(aside)
    assert clear_disk(tmp_path, CacheSettings()) == 0
    assert not aside.exists()
    assert clear_disk(tmp_path / "elsewhere", CacheSettings()) == 0
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_looked_into_is_not_said_to_be_cleared(tmp_path: Path) -> None:
    (tmp_path / FOLDER).symlink_to(FOLDER)
    with pytest.raises(StoreError, match="cannot be cleared"):
        clear_disk(tmp_path, CacheSettings())
