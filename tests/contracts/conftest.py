"""Every store of memories that there is, to be held against the one contract."""

from __future__ import annotations

import itertools
import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from simone.memory.contract import Change, Filter, Link, Memory, Store, Use, Vectors, Writing
from simone.memory.postgres import open_postgres
from simone.memory.sqlite import SqliteStore

SCHEMAS = itertools.count(1)


class Elsewhere:
    """Another process that writes to stores."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("store_process.py"))
        self._process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.RLock()

    def send(self, *words: object) -> None:
        assert self._process.stdin
        pickle.dump(words, self._process.stdin)
        self._process.stdin.flush()

    def receive(self) -> Any:
        assert self._process.stdout
        answer = pickle.load(self._process.stdout)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def ask(self, *words: object) -> Any:
        self.send(*words)
        return self.receive()

    def end(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


class WritingElsewhere:
    """A transaction in the other process, call by call."""

    def __init__(self, process: Elsewhere) -> None:
        self._process = process

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._process.ask(name, *arguments)


class WrittenElsewhere:
    """A store that this process reads and another one writes."""

    def __init__(self, path: Path, process: Elsewhere) -> None:
        self._here = SqliteStore.open(path, durable=False)
        self._process, self._address = process, str(path)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        with self._process.lock:
            self._process.ask("write", self._address)
            is_done = False
            try:
                yield cast("Writing", WritingElsewhere(self._process))
                is_done = True
            finally:
                self._process.ask("commit" if is_done else "give up")

    @property
    def place(self) -> str:
        return self._here.place

    def get(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        return self._here.get(ids)

    def select(self, which: Filter, limit: int = 0, after: str = "") -> tuple[Memory, ...]:
        return self._here.select(which, limit, after)

    def links(self, memories: Sequence[str]) -> tuple[Link, ...]:
        return self._here.links(memories)

    def batch(self, batch: str) -> tuple[Link, ...]:
        return self._here.batch(batch)

    def uses(self, memories: Sequence[str]) -> Mapping[str, Use]:
        return self._here.uses(memories)

    def vectors(self, encoder: str, ids: Sequence[str]) -> Vectors:
        return self._here.vectors(encoder, ids)

    def changes(self, after: int, limit: int = 0) -> tuple[Change, ...]:
        return self._here.changes(after, limit)

    def refusals(self, tenant: str) -> Mapping[str, int]:
        return self._here.refusals(tenant)

    def purge(self) -> None:
        self._here.purge()

    def check(self) -> tuple[str, ...]:
        return self._here.check()

    def repair(self) -> tuple[str, ...]:
        return self._here.repair()

    def close(self) -> None:
        self._process.ask("close", self._address)
        self._here.close()


class Place:
    """Where stores under test are. `open` gives a fresh, empty one, `again` another handle to the one opened last."""

    def __init__(self, kind: str, folder: Path, url: str, process: Elsewhere | None) -> None:
        self.kind, self.url = kind, url
        self._folder, self._process = folder, process
        self._opened: list[Store] = []
        self._number = 0

    @property
    def address(self) -> str:
        """For another process."""
        return f"{self.url}#conformance{self._number}" if self.url else str(self._folder / f"{self._number}.sqlite")

    def open(self) -> Store:
        self._number = next(SCHEMAS)
        return self.again()

    def again(self) -> Store:
        store: Store
        if self.url:
            store = open_postgres(self.url, schema=f"conformance{self._number}")
        elif self._process:
            store = WrittenElsewhere(Path(self.address), self._process)
        else:
            store = SqliteStore.open(Path(self.address), durable=False)
        self._opened.append(store)
        return store

    def lose_keys(self) -> None:
        """Damage the store opened last from outside: the keys that memories are found by are gone."""
        if self.url:
            import psycopg  # only where there is a server is there the library

            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"DELETE FROM conformance{self._number}.bands".encode())
        else:
            connection = sqlite3.connect(self.address)
            with connection:
                connection.execute("DELETE FROM keys")
            connection.close()

    def close(self) -> None:
        for store in self._opened:
            store.close()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """One process for all tests."""
    process = Elsewhere()
    yield process
    process.end()


@pytest.fixture(params=["sqlite", "sqlite written by another process", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Each kind of store in turn."""
    kind = str(request.param)
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else ""
    process = request.getfixturevalue("elsewhere") if "process" in kind else None
    made = Place(kind, tmp_path, url, process)
    yield made
    made.close()


@pytest.fixture
def store(place: Place) -> Store:
    """An empty store of each kind in turn."""
    return place.open()
