"""Stores whose rows an earlier version wrote: keyed anew when they are opened, in either store."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.kernels import kernels
from simone.memory.contract import Candidate, Filter, Keys, Memory, Origin, Refusal, Store
from simone.memory.keying import keys_of, terms_of
from simone.memory.postgres import migrate_postgres, open_postgres
from simone.memory.remembering import as_memory, remember
from simone.memory.sqlite import SqliteStore
from simone.memory.sqlite_rows import key_rows, memory_row

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
EARLIER = "2026-01-01T12:00:00+00:00"
BEFORE = 3
"""The last schema of rows without today's keys."""


class OldKeys(msgspec.Struct, frozen=True):
    """Keys as they were, without those of values."""

    exact: int
    bands: tuple[int, ...]
    terms: tuple[int, ...]


def said(text: str, author: str = "Anna", **changed: Any) -> Candidate:
    return Candidate(text, (Origin("diary", 0, len(text), text, "run", author, 0.8),), **changed)


def old_keys(memory: Memory) -> OldKeys:
    """As an earlier version made them: its terms were of the author as written, and it had none of values."""
    (today,) = keys_of([memory])
    (stems,) = kernels.content_stems_batch([memory.text])
    terms = [term.replace("anna", "Anna", 1) for term in terms_of(memory, stems)]
    return OldKeys(today.exact, today.bands, tuple(kernels.hash_content_batch(terms).tolist()))


class Home:
    """A store of one kind, opened, brought back and forth."""

    def __init__(self, kind: str, folder: Path, url: str) -> None:
        self.kind, self._path, self._url = kind, folder / "memory.sqlite", url
        self._schema = f"keyed_{folder.name.lower()}"[-60:]
        self._opened: list[Store] = []

    def open(self) -> Store:
        store: Store = open_postgres(self._url, schema=self._schema) if self._url else SqliteStore.open(self._path)
        self._opened.append(store)
        return store

    def migrate(self, to: int) -> None:
        if self._url:
            migrate_postgres(self._url, to, schema=self._schema)
        else:
            SqliteStore.migrate(self._path, to)

    def make_old(self, *memories: Memory) -> None:
        """A store as an earlier version left it: these rows, and its schema."""
        store = self.open()
        with store.writing() as writing:
            for one in memories:
                writing.add(one, Keys(*msgspec.structs.astuple(old_keys(one))))
        store.close()
        self.migrate(BEFORE)
        if not self._url:  # to the letter: their keys had no name of values
            file = sqlite3.connect(self._path)
            for one in memories:
                *_, packed, total = memory_row(one, old_keys(one))  # type: ignore[arg-type]
                file.execute("UPDATE memories SET keys = ?, checksum = ? WHERE id = ?", (packed, total, one.id))
            file.commit()
            file.close()

    def close(self) -> None:
        for store in self._opened:
            store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    made = Home(str(request.param), tmp_path, url)
    yield made
    made.close()


def labelled(count: int) -> list[Memory]:
    """More statements of the same words than a key of words is looked through for."""
    return [
        as_memory(said(f"The fee for berth {n} is {n + 100} euros."), f"2026-01-01T12:{n // 60:02}:{n % 60:02}+00:00")
        for n in range(count)
    ]


def closed_by(store: Store, text: str) -> list[str]:
    (kept,) = remember(store, [said(text)], FrozenClock(NOW))
    assert not isinstance(kept, Refusal)
    closing = [link.memory for link in store.links([kept.id]) if link.kind == "closes"]
    return [memory.text for memory in store.get(closing)]


def test_what_an_earlier_version_kept_is_contradicted_once_the_store_is_opened(home: Home) -> None:
    own = as_memory(said("I live in Bergen."), EARLIER)
    home.make_old(own, *labelled(120))
    store = home.open()
    assert store.check() == ()
    assert closed_by(store, "I live in Oslo.") == ["I live in Bergen."]
    assert closed_by(store, "The fee for berth 7 is 250 euros.") == ["The fee for berth 7 is 107 euros."]
    assert store.get([own.id]) == (own,)
    assert store.check() == ()


def test_episodes_stay_found_by_nothing(home: Home) -> None:
    episode = msgspec.structs.replace(as_memory(said("I live in Bergen."), EARLIER), kind="episode")
    home.make_old(episode)
    store = home.open()
    with store.writing() as writing:
        (keys,) = keys_of([said("I live in Bergen.")])
        assert writing.exact("default", keys.exact) is None
    assert store.check() == ()


def test_a_store_goes_back_and_is_keyed_again(home: Home) -> None:
    home.make_old(as_memory(said("I live in Bergen."), EARLIER))
    home.open().close()
    home.migrate(BEFORE)
    home.migrate(BEFORE + 1)
    store = home.open()
    assert closed_by(store, "I live in Oslo.") == ["I live in Bergen."]


def test_any_number_may_open_an_old_store_at_once(home: Home) -> None:
    rows = labelled(300)
    home.make_old(*rows)
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: home.open(), range(6)))
    assert all(store.select(Filter(current=False)) == tuple(rows) for store in stores)
    assert stores[0].check() == ()
    assert closed_by(stores[1], "The fee for berth 7 is 250 euros.") == ["The fee for berth 7 is 107 euros."]


def test_a_damaged_row_keeps_no_other_from_being_keyed(tmp_path: Path) -> None:
    home = Home("sqlite", tmp_path, "")
    one, other = (as_memory(said(text), EARLIER) for text in ("I live in Bergen.", "I am 40 years old."))
    home.make_old(one, other)
    file = sqlite3.connect(tmp_path / "memory.sqlite")
    file.execute("UPDATE memories SET text = 'I live in Rome.' WHERE id = ?", (one.id,))
    file.commit()
    held = file.execute("SELECT count(*) FROM keys").fetchone()[0]
    assert held == sum(len(key_rows(Keys(*msgspec.structs.astuple(old_keys(m))))) for m in (one, other))
    file.close()
    store = home.open()
    assert len(store.check()) == 1
    assert closed_by(store, "I am 41 years old.") == ["I am 40 years old."]
    home.close()
