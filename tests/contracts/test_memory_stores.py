"""What `memory.contract` promises, held against every store there is: one table of behaviours, no store excused."""

from __future__ import annotations

import itertools
import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone.clock import digest
from simone.errors import BadRequest, StoreError
from simone.memory.contract import (
    Change,
    Entity,
    Filter,
    Interval,
    Keys,
    Link,
    Memory,
    Origin,
    Statement,
    Store,
    Use,
    Vectors,
    Writing,
)
from simone.memory.exchange import exported
from simone.memory.mirror import Mirror
from simone.memory.postgres import open_postgres
from simone.memory.sqlite import SqliteStore
from simone.memory.sqlite_writing import POSTINGS

# The stores.

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

    def files(self) -> tuple[Path, ...]:
        return self._here.files()

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
        self._ask(f"DELETE FROM conformance{self._number}.bands" if self.url else "DELETE FROM keys")

    def damage(self, old: str, new: str) -> None:
        """Change what rows of memories say in the store opened last, from outside."""
        if self.url:
            self._ask(f"UPDATE conformance{self._number}.memories SET record = replace(record, '{old}', '{new}')")
        else:
            columns = ", ".join(f"{name} = replace({name}, '{old}', '{new}')" for name in ("text", "origins"))
            self._ask(f"UPDATE memories SET {columns}")

    def set_aside(self) -> set[str]:
        """The ids of what was set aside in the store opened last."""
        table = f"conformance{self._number}.set_aside" if self.url else "set_aside"
        return {row[0] for row in self._ask(f"SELECT id FROM {table}")}

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.url:
            import psycopg  # imported here: only where there is a server is there the library

            with psycopg.connect(self.url, autocommit=True) as server:
                cursor = server.execute(statement.encode())
                return cursor.fetchall() if cursor.description else []
        connection = sqlite3.connect(self.address)
        with connection:
            rows = connection.execute(statement).fetchall()
        connection.close()
        return rows

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


# What is kept in them.

NO_KEYS = Keys(0, (), ())
AT = "2026-01-{:02d}T12:00:00+00:00"
"""The n-th day at noon."""


def memory(text: str, day: int = 1, **changed: Any) -> Memory:
    origin = Origin("doc", 0, len(text), text, "run", "Ann", 0.9)
    fields: dict[str, Any] = {
        "text": text,
        "origins": (origin,),
        "kind": "fact",
        "tenant": "default",
        "session": "",
        "entities": (),
        "times": (),
        "statements": (),
        "topics": (),
        "valence": 0.0,
        "arousal": 0.0,
        "salience": 0.5,
        "pinned": False,
        "trust": 0.9,
        "valid_from": "",
        "valid_to": "",
        "recorded_at": AT.format(day),
        **changed,
    }
    return Memory(id=digest(repr(fields).encode())[:16], **fields)


def from_whom(source: str, author: str) -> dict[str, Any]:
    return {"origins": (Origin(source, 0, 4, "said", "run", author, 0.9),)}


def link(
    kind: Any, one: Memory, other: Memory, day: int = 20, *, valid_to: str = "", batch: str = "", name: str = ""
) -> Link:
    identity = name or digest(f"{kind}{one.id}{other.id}{day}".encode())[:16]
    return Link(identity, kind, one.id, other.id, AT.format(day), "because", valid_to, batch)


def keep(store: Store, *memories: Memory, keys: Keys = NO_KEYS) -> None:
    with store.writing() as writing:
        for one in memories:
            writing.add(one, keys)


def keep_links(store: Store, *links: Link) -> None:
    with store.writing() as writing:
        for one in links:
            writing.link(one)


def texts(memories: Iterable[Memory]) -> list[str]:
    return [one.text for one in memories]


def everything(store: Store) -> object:
    """All that a store tells, to compare before and after."""
    memories = store.select(Filter(tenant="", current=False))
    ids = [one.id for one in memories]
    vectors = store.vectors("e", ids)
    return (
        memories,
        store.links(ids),
        store.uses(ids),
        (vectors.ids, vectors.rows.tobytes()),
        store.changes(0),
        store.refusals("default"),
    )


FULL = memory(
    "Ann paid Bob 40 euros on 3 May.",
    origins=(
        Origin("doc é", 3, 34, "Ann paid Bob 40 euros on 3 May.", "run 1", "Ann\x00Lee", 1.0),
        Origin("doc 2", 0, 3, "Ann", "run 2", "模", 0.25),
    ),
    kind="event",
    tenant="tenant",
    session="s\\1",
    entities=(Entity(0, 3, "person", "Ann"), Entity(13, 21, "money", "40 EUR")),
    times=(Interval(25, 30, "2026-05-03", "2026-05-03"), Interval(0, 1, "", "")),
    statements=(Statement("Ann", "paid", "Bob"),),
    topics=("payment", "debt"),
    valence=-0.1,
    arousal=0.30000000000000004,
    salience=2 / 3,
    pinned=True,
    trust=0.25,
    valid_from="2026-05-03",
    valid_to="2026-05-04T10:00:00+00:00",
    recorded_at="2026-05-03T10:00:00.000001+00:00",
)


# What is kept comes back.


def test_a_memory_comes_back_as_it_was_given(store: Store) -> None:
    keep(store, FULL)
    assert store.get([FULL.id]) == (FULL,)
    assert store.select(Filter(tenant="tenant", current=False)) == (FULL,)


def test_memories_are_given_in_the_order_asked_and_unknown_ones_are_absent(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    assert store.get([b.id, "0" * 16, a.id, b.id]) == (b, a, b)
    assert store.get([]) == ()
    assert store.get(["", "\x00", "\\", "é", "\ud800"]) == ()


def test_thousands_are_asked_for_at_once(store: Store) -> None:
    kept = [memory(str(number)) for number in range(40)]
    keep(store, *kept)
    asked = [kept[number % 40].id for number in range(33_000)]  # more than SQLite takes parameters
    assert len(store.get(asked)) == 33_000
    assert store.links(asked) == ()
    assert store.uses(asked) == {}


def test_a_memory_whose_id_is_known_is_left_as_it_is(store: Store) -> None:
    a = memory("a")
    keep(store, a, keys=Keys(1, (), ()))
    keep(store, Memory(**{**{name: getattr(FULL, name) for name in FULL.__struct_fields__}, "id": a.id}))
    assert store.get([a.id]) == (a,)
    assert store.changes(0) == (Change(1, "added", a.id),)
    assert store.check() == ()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=30), min_size=8, max_size=8))
def test_any_text_stands_in_any_place_and_is_found_by(store: Store, words: list[str]) -> None:
    text, source, author, session, tenant, subject, run, topic = words
    tenant = tenant or "tenant"
    one = memory(
        text,
        origins=(Origin(source, 0, 1, text, run, author, 0.9),),
        tenant=tenant,
        session=session,
        entities=(Entity(0, 1, topic, subject),),
        topics=(topic,),
    )
    keep(store, one)
    assert store.get([one.id]) == (one,)
    which = Filter(tenant, (session,), ("fact",), (source,), (author,), subject.upper().lower().upper())
    if subject.upper().lower().upper().casefold() != subject.casefold():
        which = Filter(tenant, (session,), (), (source,), (author,), subject)
    assert one in store.select(which)
    with store.writing() as writing:
        writing.refuse(tenant, topic)
    assert store.refusals(tenant)[topic] >= 1


SURROGATES = {
    "text": {"text": "half \ud83d"},
    "source": from_whom("\udc80", "Ann"),
    "author": from_whom("doc", "\ud83d"),
    "session": {"session": "\ud83d"},
    "tenant": {"tenant": "\ud83d"},
    "subject": {"entities": (Entity(0, 1, "person", "\ud83d"),)},
    "topic": {"topics": ("\ud83d",)},
}


@pytest.mark.parametrize("place_of_it", SURROGATES)
def test_a_lone_surrogate_is_refused_by_name_and_leaves_the_block_usable(store: Store, place_of_it: str) -> None:
    changed = dict(SURROGATES[place_of_it])
    bad = memory(str(changed.pop("text", "a")), **changed)
    with store.writing() as writing:
        writing.add(memory("before"), NO_KEYS)
        with pytest.raises(BadRequest, match="surrogate"):
            writing.add(bad, NO_KEYS)
        writing.add(memory("behind"), NO_KEYS)
    assert texts(store.select(Filter(tenant=""))) == ["before", "behind"]
    assert store.check() == ()


def test_a_lone_surrogate_that_is_asked_for_is_found_nowhere(store: Store) -> None:
    keep(store, memory("a"))
    half = ("\ud83d",)
    for which in (Filter("\ud83d"), Filter(sessions=half), Filter(sources=half), Filter(authors=half)):
        assert store.select(which) == ()
    assert store.select(Filter(subject="\ud83d")) == ()
    assert store.refusals("\ud83d") == {}
    assert store.batch("\ud83d") == ()
    assert store.links(half) == ()
    assert store.uses(half) == {}
    assert store.vectors("\ud83d", half).ids == ()


@pytest.mark.parametrize("field", ["trust", "salience", "valence", "arousal", "origins"])
def test_a_number_that_is_not_finite_is_refused_and_leaves_the_block_usable(store: Store, field: str) -> None:
    value: Any = (Origin("doc", 0, 1, "a", "run", "Ann", float("inf")),) if field == "origins" else float("nan")
    with store.writing() as writing:
        with pytest.raises(BadRequest, match="finite"):
            writing.add(memory("a", **{field: value}), NO_KEYS)
        writing.add(memory("b"), NO_KEYS)
    assert texts(store.select(Filter())) == ["b"]


WRITTEN: dict[str, Callable[[Writing], object]] = {
    "link": lambda w: w.link(Link("n", "closes", memory("a").id, memory("a").id, AT.format(2), "half \ud83d")),
    "batch": lambda w: w.link(Link("n", "closes", memory("a").id, memory("a").id, AT.format(2), "", "", "\ud83d")),
    "rule": lambda w: w.refuse("default", "\ud83d"),
    "tenant": lambda w: w.refuse("\ud83d", "empty"),
    "encoder": lambda w: w.vectors(Vectors("\ud83d", (memory("a").id,), np.ones((1, 2), np.float32))),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_block_that_writes_a_lone_surrogate_anywhere_is_refused_by_name(store: Store, what: str) -> None:
    keep(store, memory("a"))
    before = everything(store)
    with pytest.raises(BadRequest, match="surrogate"), store.writing() as writing:
        WRITTEN[what](writing)
    assert everything(store) == before


# Transactions.


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    before = everything(store)
    with pytest.raises(ZeroDivisionError), store.writing() as writing:
        fill(writing, a, b)
        raise ZeroDivisionError
    assert everything(store) == before
    keep(store, memory("c"))
    assert store.changes(2)[0].number == 3
    assert store.check() == ()


def fill(writing: Writing, a: Memory, b: Memory) -> None:
    """Some of everything."""
    writing.add(memory("more"), Keys(5, (6,), (7,)))
    writing.link(link("closes", a, b))
    writing.use([a.id], AT.format(2))
    writing.refuse("default", "empty")
    writing.vectors(Vectors("e", (a.id,), np.ones((1, 4), np.float32)))
    writing.forget([b.id])


def test_what_a_block_writes_is_seen_when_it_ends_by_every_handle(place: Place) -> None:
    one, other = place.open(), place.again()
    a = memory("a")
    with one.writing() as writing:
        writing.add(a, Keys(1, (), ()))
        assert writing.exact("default", 1) == a
        assert one.get([a.id]) == other.get([a.id]) == ()
    assert one.get([a.id]) == other.get([a.id]) == (a,)
    assert other.changes(0) == (Change(1, "added", a.id),)


def test_a_block_within_a_block_is_refused_and_the_outer_one_goes_on(store: Store) -> None:
    with store.writing() as writing:
        writing.add(memory("a"), NO_KEYS)
        with pytest.raises(StoreError, match="thread"), store.writing():
            pass
        writing.add(memory("b"), NO_KEYS)
    assert texts(store.select(Filter())) == ["a", "b"]


def test_a_refused_call_leaves_the_rest_of_its_block(store: Store) -> None:
    a = memory("a")
    with store.writing() as writing:
        writing.add(a, NO_KEYS)
        with pytest.raises(StoreError, match="not have"):
            writing.link(link("closes", a, memory("unknown")))
        with pytest.raises(BadRequest, match="shape"):
            writing.vectors(Vectors("e", (a.id,), np.ones((2, 4), np.float32)))
        writing.use([a.id], AT.format(2))
    assert store.uses([a.id]) == {a.id: Use(1, AT.format(2))}
    assert store.links([a.id]) == ()


def test_a_closed_store_says_so(place: Place) -> None:
    store = place.open()
    keep(store, memory("a"))
    store.close()
    store.close()
    with pytest.raises(StoreError, match="clos"):
        store.get(["0" * 16])
    if "process" not in place.kind:  # there the other process opens it anew
        with pytest.raises(StoreError, match="clos"):
            keep(store, memory("b"))


def test_what_was_kept_is_there_when_the_store_is_opened_again(place: Place) -> None:
    store = place.open()
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    with store.writing() as writing:
        writing.link(link("closes", a, b))
        writing.vectors(Vectors("e", (b.id,), np.full((1, 3), 0.1, np.float32)))
        writing.refuse("default", "empty")
    before = everything(store)
    store.close()
    assert everything(place.again()) == before


# Which memories are meant.

WORLD = [
    memory("plain", 1),
    memory("theirs", 2, tenant="other"),
    memory("talk", 3, session="s1", **from_whom("turn", "Bob")),
    memory("moved in", 4, kind="event", valid_from="2020-03-01", valid_to="2021-03-01"),
    memory("doubted", 5, trust=0.2),
    memory("about Zoë", 6, entities=(Entity(6, 9, "person", "Zoë"),), session="s2"),
    memory("old", 7, valid_from="2019-01-01"),
    memory("new", 8, valid_from="2022-01-01"),
    memory("said twice", 9),
    memory("said better", 10, kind="statement"),
    memory("reopened", 11),
    memory(
        "of two", 12, origins=(Origin("doc", 0, 1, "o", "r", "Ann", 0.9), Origin("turn", 0, 1, "o", "r", "Cy", 0.9))
    ),
]
NAMED = {one.text: one for one in WORLD}
MINE = [one.text for one in WORLD if one.tenant == "default"]
LINKS = [
    link("closes", NAMED["old"], NAMED["new"], 8, valid_to="2022-01-01"),
    link("stands_for", NAMED["said twice"], NAMED["said better"], 10, batch="b1"),
    link("closes", NAMED["reopened"], NAMED["new"], 13, valid_to="2023-01-01"),
    link("holds", NAMED["plain"], NAMED["said better"], 14, batch="b1"),
]
UNDONE = LINKS[2].id, AT.format(15)


def but(*left_out: str) -> list[str]:
    return [text for text in MINE if text not in left_out]


FILTERS: list[tuple[Filter, list[str]]] = [
    (Filter(), but("old", "said twice")),
    (Filter(current=False), MINE),
    (Filter(tenant="", current=False), [one.text for one in WORLD]),
    (Filter(tenant="other"), ["theirs"]),
    (Filter(tenant="nobody"), []),
    (Filter(sessions=("s1",)), ["talk"]),
    (Filter(sessions=("s2", "s1")), ["talk", "about Zoë"]),
    (Filter(sessions=("",), kinds=("event",)), ["moved in"]),
    (Filter(kinds=("event", "statement")), ["moved in", "said better"]),
    (Filter(sources=("turn",)), ["talk", "of two"]),
    (Filter(sources=("turn", "doc", "x"), current=False), MINE),
    (Filter(authors=("Bob", "Cy")), ["talk", "of two"]),
    (Filter(authors=("bob",)), []),
    (Filter(subject="ZOË"), ["about Zoë"]),
    (Filter(subject="Zo"), []),
    (Filter(least_trust=0.2), but("old", "said twice")),
    (Filter(least_trust=0.21), but("old", "said twice", "doubted")),
    (Filter(since=AT.format(11)), ["reopened", "of two"]),
    (Filter(since="2026-01-11"), ["reopened", "of two"]),
    (Filter(since="2026-01-11T13:00:00+01:00"), ["reopened", "of two"]),
    (Filter(until=AT.format(3)), ["plain", "talk"]),
    (Filter(until="2026-01-03"), ["plain", "talk"]),
    (Filter(until="2026-01-03T11:59:59.999999+00:00"), ["plain"]),
    (Filter(since=AT.format(3), until=AT.format(4)), ["talk", "moved in"]),
    (Filter(valid_at="2020-06-01", current=False), but("new")),
    (Filter(valid_at="2020-03-01", kinds=("event",)), ["moved in"]),
    (Filter(valid_at="2020-02-29T23:59:59+00:00", kinds=("event",)), []),
    (Filter(valid_at="2021-03-01", kinds=("event",)), ["moved in"]),
    (Filter(valid_at="2021-03-01T23:59:59.999999+00:00", kinds=("event",)), ["moved in"]),
    (Filter(valid_at="2021-03-01T23:00:00-01:00", kinds=("event",)), []),
    (Filter(valid_at="2021-03-02", kinds=("event",)), []),
    (Filter(ends_after="2021-03-01", kinds=("event",)), ["moved in"]),
    (Filter(ends_after="2021-03-02"), but("old", "said twice", "moved in")),
    (Filter(ends_after="2019-03-02", kinds=("event",)), ["moved in"]),
    (Filter(until="2026-01-09", since="2026-01-09"), ["said twice"]),
    (Filter(until="2026-01-10", since="2026-01-09"), ["said better"]),
    (Filter(valid_at="2021-12-31", current=False), but("moved in", "new")),
    (Filter(valid_at="2022-01-01", current=False), but("moved in", "old")),
    (Filter(valid_at="2022-01-01", current=True), but("moved in", "old", "said twice")),
    (Filter(valid_at="2018-01-01", current=False), but("moved in", "old", "new")),
    (Filter(known_at=AT.format(7)), but("new", "said twice", "said better", "reopened", "of two")),
    (Filter(known_at=AT.format(8)), but("old", "said twice", "said better", "reopened", "of two")),
    (Filter(known_at="2026-01-08"), but("new", "said twice", "said better", "reopened", "of two")),
    (Filter(known_at=AT.format(12)), but("old", "said twice")),
    (Filter(known_at=AT.format(13)), but("old", "said twice", "reopened")),
    (Filter(known_at=AT.format(14)), but("old", "said twice", "reopened")),
    (Filter(known_at=AT.format(15)), but("old", "said twice")),
    (Filter(known_at=AT.format(13), valid_at="2023-01-01", current=False), but("moved in", "old", "reopened", "")),
    (Filter(known_at=AT.format(15), valid_at="2023-01-01", current=False), but("moved in", "old")),
    (Filter(known_at=AT.format(7), valid_at="2022-01-01"), ["plain", "talk", "doubted", "about Zoë", "old"]),
]


def build_world(store: Store) -> None:
    keep(store, *WORLD)
    keep_links(store, *LINKS)
    with store.writing() as writing:
        assert writing.undo(*UNDONE)


def test_a_filter_leaves_what_it_says_in_the_order_added(store: Store) -> None:
    build_world(store)
    wrong = [
        (which, found, wanted)
        for which, wanted in FILTERS
        if (found := texts(store.select(which))) != [text for text in wanted if text]
    ]
    assert wrong == []
    with Mirror(store).shelf("default") as shelf:
        for which, wanted in FILTERS:
            if which.tenant == "default":
                rows = [shelf.ids[row] for row in shelf.allowed(which).nonzero()[0]]
                assert (which, texts(store.get(rows))) == (which, [text for text in wanted if text])


def test_pages_of_a_selection_join_to_the_whole(store: Store) -> None:
    build_world(store)
    for which, wanted in FILTERS[:3]:
        for size in (1, 2, 5, 100):
            paged: list[Memory] = []
            while page := store.select(which, size, paged[-1].id if paged else ""):
                assert len(page) <= size
                paged.extend(page)
            assert texts(paged) == wanted
    behind_a_closed_one = store.select(Filter(), after=NAMED["old"].id)
    assert texts(behind_a_closed_one)[0] == "new"


def test_a_selection_behind_what_is_not_there_or_at_no_moment_is_refused(store: Store) -> None:
    keep(store, memory("a"))
    for after in ("0" * 16, "\x00", "\ud800"):
        with pytest.raises(BadRequest, match="start anew"):
            store.select(Filter(), after=after)
    strange = (
        Filter(since="May"),
        Filter(until="2026-13-01"),
        Filter(known_at="2026-01-01T00:00:00"),
        Filter(valid_at="0001-01-01T00:00:00+05:00"),
        Filter(valid_at="9999-12-31T23:59:59-05:00"),
        Filter(ends_after="soon 2026"),
    )
    for which in strange:
        with pytest.raises(BadRequest, match=r"2026|May|0001|9999"):
            store.select(which)


@pytest.mark.parametrize("begin", ["2026-01-01", "2026-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("asked", ["2026-01-01", "2026-01-01T00:00:00+00:00", "2026-01-01T05:00:00+05:00"])
def test_a_day_and_the_instant_of_its_beginning_are_one_moment(store: Store, begin: str, asked: str) -> None:
    began, ended = memory("began", 2, valid_from=begin), memory("ended", 2, valid_to=begin)
    told, closed = memory("told", recorded_at=begin), memory("closed", 2)
    keep(store, began, ended, told, closed)
    closing = Link("l", "closes", closed.id, told.id, "2025-12-01T00:00:00+00:00", "because", begin)
    keep_links(store, closing)
    holds = ["began", "ended", "told"] if len(begin) == len("2026-01-01") else ["began", "told"]
    assert texts(store.select(Filter(valid_at=asked, current=False))) == holds
    assert texts(store.select(Filter(ends_after=asked, current=False))) == [*holds, "closed"]
    assert texts(store.select(Filter(known_at=asked, current=False))) == ["told"]
    assert texts(store.select(Filter(since=asked, until=asked, current=False))) == ["told"]
    with Mirror(store).shelf("default") as shelf:
        for which in (
            Filter(valid_at=asked, current=False),
            Filter(ends_after=asked),
            Filter(known_at=asked),
            Filter(since=asked),
        ):
            assert shelf.allowed(which).sum() == len(store.select(which))


def test_what_is_stood_for_answers_where_what_stands_for_it_is_not_meant(store: Store) -> None:
    """Merged into one another session after session, and asked for some of the sessions."""
    first, second, third = (memory(f"of {name}", day, session=name) for day, name in enumerate("abc", start=1))
    alone, closed = memory("alone", 4, session="a"), memory("closed", 5, session="a")
    keep(store, first, second, third, alone, closed)
    keep_links(
        store,
        link("stands_for", first, second, 10),
        link("stands_for", second, third, 12),
        link("closes", closed, third, 11),
    )
    asked = {
        Filter(): ["of c", "alone"],
        Filter(sessions=("a",)): ["of a", "alone"],
        Filter(sessions=("b",)): ["of b"],
        Filter(sessions=("a", "b")): ["of b", "alone"],
        Filter(sessions=("a", "c")): ["of c", "alone"],
        Filter(sessions=("a", "b", "c")): ["of c", "alone"],
        Filter(sessions=("a", "c"), known_at=AT.format(11)): ["of a", "of c", "alone"],
        Filter(sessions=("a", "b"), known_at=AT.format(11)): ["of b", "alone"],
        Filter(until="2026-01-01"): ["of a"],
        Filter(sessions=("a",), current=False): ["of a", "alone", "closed"],
    }
    with Mirror(store).shelf("default") as shelf:
        for which, wanted in asked.items():
            assert (which, texts(store.select(which))) == (which, wanted)
            rows = [shelf.ids[row] for row in shelf.allowed(which).nonzero()[0]]
            assert (which, texts(store.get(rows))) == (which, wanted)
    with store.writing() as writing:
        writing.undo(link("stands_for", first, second, 10).id, AT.format(14))
    assert texts(store.select(Filter(sessions=("a", "c")))) == ["of a", "of c", "alone"]


def test_at_any_moment_one_of_two_without_a_beginning_holds_where_one_closed_the_other(store: Store) -> None:
    fees = [memory(f"{number} euros", number // 10) for number in (40, 50, 60)]
    never, dated = memory("of little trust", 1, valid_from="2026-01-04"), memory("by a day", 3, valid_from="2026-01-03")
    episode, told_of = memory("an episode", 1, kind="episode"), memory("told of by the episode", 7)
    keep(store, *fees, never, dated, episode, told_of)
    keep_links(
        store,
        link("closes", fees[0], fees[1], 5, valid_to=AT.format(5)),
        link("closes", fees[1], fees[2], 7, valid_to="2026-01-06"),
        link("closes", never, fees[0], 5, valid_to="2026-01-04T00:00:00+00:00"),
        link("closes", dated, dated, 6, valid_to="2026-01-06"),
        link("closes", episode, told_of, 9, valid_to="2026-01-09"),
    )
    always = ["told of by the episode"]
    wanted = {
        "2020-01-01": ["40 euros", "an episode", *always],
        "2026-01-03": ["40 euros", "by a day", "an episode", *always],
        "2026-01-05": ["40 euros", "by a day", "an episode", *always],
        AT.format(5): ["50 euros", "by a day", "an episode", *always],
        "2026-01-06": ["60 euros", "an episode", *always],
        "2026-01-09": ["60 euros", *always],
    }
    found = {at: texts(store.select(Filter(valid_at=at, current=False))) for at in wanted}
    assert found == wanted
    mirror = Mirror(store)
    for at, held in wanted.items():
        with mirror.shelf("default") as shelf:
            rows = np.flatnonzero(shelf.allowed(Filter(valid_at=at, current=False))).tolist()
            assert texts(store.get([shelf.ids[row] for row in rows])) == held
    unknown_yet = Filter(valid_at="2020-01-01", known_at="2026-01-07", current=False)
    assert "60 euros" in texts(store.select(unknown_yet))  # that it closed another was learned at noon
    with store.writing() as writing:
        writing.undo(link("closes", fees[0], fees[1], 5).id, AT.format(8))
    assert texts(store.select(Filter(valid_at="2020-01-01", current=False)))[:2] == ["40 euros", "50 euros"]


# Links.


def test_links_come_with_either_end_in_the_order_added(store: Store) -> None:
    build_world(store)
    ended = Link(**{**{name: getattr(LINKS[2], name) for name in LINKS[2].__struct_fields__}, "undone_at": UNDONE[1]})
    assert store.links([NAMED["new"].id]) == (LINKS[0], ended)
    assert store.links([NAMED["old"].id, NAMED["reopened"].id, NAMED["new"].id]) == (LINKS[0], ended)
    assert store.links([one.id for one in reversed(WORLD)]) == (LINKS[0], LINKS[1], ended, LINKS[3])
    assert store.links([NAMED["talk"].id]) == ()
    assert store.batch("b1") == (LINKS[1], LINKS[3])
    assert store.batch("") == store.batch("none") == ()


def test_a_link_whose_id_is_known_is_left_as_it_is(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    keep_links(store, link("closes", a, b, name="n"), link("holds", b, a, name="n"))
    assert [(one.kind, one.memory) for one in store.links([a.id])] == [("closes", a.id)]
    assert len(store.changes(0)) == 3


def test_a_link_that_had_ended_is_kept_as_ended(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    ended = Link("n", "closes", a.id, b.id, AT.format(3), "é\x00", "", "", AT.format(4))
    keep_links(store, ended)
    assert store.links([b.id]) == (ended,)
    assert texts(store.select(Filter())) == ["a", "b"]
    with store.writing() as writing:
        assert not writing.undo("n", AT.format(5))
    assert store.links([b.id]) == (ended,)


def test_a_link_is_undone_once(store: Store) -> None:
    build_world(store)
    before = store.changes(0)
    with store.writing() as writing:
        assert not writing.undo(*UNDONE)
        assert not writing.undo("unknown", AT.format(16))
        assert writing.undo(LINKS[0].id, AT.format(16))
    assert store.changes(0)[len(before) :] == (Change(before[-1].number + 1, "undone", NAMED["old"].id),)
    assert "old" in texts(store.select(Filter()))
    assert "old" not in texts(store.select(Filter(known_at=AT.format(15))))


# What a writer finds.


def found(store: Store, ask: Callable[[Writing], Any]) -> Any:
    with store.writing() as writing:
        return ask(writing)


def test_the_exact_key_finds_the_earliest_current_memory_of_the_tenant(store: Store) -> None:
    a, b, c = memory("a"), memory("b"), memory("c", tenant="other")
    keep(store, c, a, b, keys=Keys(2**64 - 1, (), ()))
    assert found(store, lambda w: w.exact("default", 2**64 - 1)) == a
    assert found(store, lambda w: w.exact("other", 2**64 - 1)) == c
    assert found(store, lambda w: w.exact("default", 2**63)) is None
    closing = link("stands_for", a, b)
    keep_links(store, closing)
    assert found(store, lambda w: w.exact("default", 2**64 - 1)) == b
    with store.writing() as writing:
        writing.undo(closing.id, AT.format(21))
        assert writing.exact("default", 2**64 - 1) == a


def test_near_gives_those_with_most_in_common_first_then_the_earliest(store: Store) -> None:
    high = 2**64 - 5
    shared = {"a": (1, 2), "b": (1, 2, high), "c": (3, 4, high), "d": (1,), "e": (9,)}
    with store.writing() as writing:
        for text, bands in shared.items():
            writing.add(memory(text), Keys(0, bands, bands))
        writing.add(memory("theirs", tenant="other"), Keys(0, (1, 2, 3), ()))
    asked = (1, 2, high, 3, 1, 1)
    assert texts(found(store, lambda w: w.near("default", asked, 9))) == ["b", "a", "c", "d"]
    assert texts(found(store, lambda w: w.near("default", asked, 2))) == ["b", "a"]
    assert found(store, lambda w: w.near("default", asked, 0)) == ()
    assert found(store, lambda w: w.near("default", (), 5)) == ()
    assert found(store, lambda w: w.near("default", (77, 0), 5)) == ()
    keep_links(store, link("closes", memory("b"), memory("a")))
    assert texts(found(store, lambda w: w.near("default", asked, 2))) == ["a", "c"]


def test_sharing_gives_those_with_most_in_common_first_then_the_latest(store: Store) -> None:
    with store.writing() as writing:
        for text, terms in {"a": (1, 2), "b": (1, 2, 3), "c": (2, 1), "d": (1,), "e": (0,)}.items():
            writing.add(memory(text), Keys(0, (), terms))
        writing.add(memory("theirs", tenant="other"), Keys(0, (), (1, 2, 3)))
    assert texts(found(store, lambda w: w.sharing("default", (3, 2, 1, 1), 9))) == ["b", "c", "a", "d"]
    assert texts(found(store, lambda w: w.sharing("default", (1,), 2))) == ["d", "c"]
    assert found(store, lambda w: w.sharing("default", (1,), 0)) == ()
    assert found(store, lambda w: w.sharing("default", (), 4)) == ()
    keep_links(store, link("closes", memory("c"), memory("a")), link("holds", memory("a"), memory("d")))
    assert texts(found(store, lambda w: w.sharing("default", (3, 2, 1), 9))) == ["b", "a", "d"]


def test_of_a_frequent_term_the_latest_are_looked_at_by_every_store_alike(store: Store) -> None:
    with store.writing() as writing:
        for number in range(POSTINGS + 40):  # the first 30 have both terms, but of the frequent one are too old
            writing.add(memory(str(number)), Keys(0, (), (1, 2) if number < 30 else (1,)))
    last = POSTINGS + 39
    assert texts(found(store, lambda w: w.sharing("default", (1, 2), 3))) == [str(last - n) for n in range(3)]
    wanted = [*range(last, 39, -1), *range(29, -1, -1)]
    assert texts(found(store, lambda w: w.sharing("default", (2, 1), 400))) == [str(number) for number in wanted]


def test_of_a_frequent_band_the_latest_are_looked_at_by_every_store_alike(store: Store) -> None:
    with store.writing() as writing:
        for number in range(POSTINGS + 20):  # the first ten have both bands, but of the frequent one are too old
            writing.add(memory(str(number)), Keys(0, (1, 2) if number < 10 else (1,), ()))
    wanted = [str(number) for number in (*range(10), *range(20, POSTINGS + 20))]
    assert texts(found(store, lambda w: w.near("default", (1, 2, 1), 400))) == wanted
    assert texts(found(store, lambda w: w.near("default", (1,), 2))) == ["20", "21"]


# Vectors, uses, refusals, changes.


def test_vectors_come_back_to_the_bit_in_the_order_asked(store: Store) -> None:
    kept = [memory(str(number)) for number in range(5)]
    keep(store, *kept)
    rows = np.random.default_rng(0).standard_normal((6, 384)).astype(np.float32)
    rows[0, :4] = (0.0, -0.0, np.finfo(np.float32).tiny, 3.4e38)
    ids = (*(one.id for one in kept), "0" * 16)
    with store.writing() as writing:
        writing.vectors(Vectors("e", ids, rows))
        writing.vectors(Vectors("é\x00\\", ids[:1], rows[:1, :7]))
        writing.vectors(Vectors("e", (), np.zeros((0, 384), np.float32)))
    asked = store.vectors("e", [ids[3], "unknown", ids[0], ids[3]])
    assert asked.ids == (ids[3], ids[0], ids[3])
    assert asked.rows.dtype == np.float32
    assert asked.rows.tobytes() == rows[[3, 0, 3]].tobytes()
    assert store.vectors("é\x00\\", ids).rows.tobytes() == rows[:1, :7].tobytes()
    assert store.vectors("none", ids).rows.shape == (0, 0)
    assert store.vectors("none", ids).ids == ()


def test_a_vector_is_replaced_and_a_strange_one_refused(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    with store.writing() as writing:
        writing.vectors(Vectors("e", (a.id, b.id), np.ones((2, 3), np.float32)))
        writing.vectors(Vectors("e", (b.id,), np.full((1, 3), 2.0, np.float32)))
        for value in (np.nan, np.inf):
            with pytest.raises(BadRequest, match="finite"):
                writing.vectors(Vectors("e", (a.id,), np.full((1, 3), value, np.float32)))
        with pytest.raises(BadRequest, match="shape"):
            writing.vectors(Vectors("e", (a.id,), np.ones((1, 0), np.float32)))
    assert store.vectors("e", [a.id, b.id]).rows[:, 0].tolist() == [1.0, 2.0]
    with store.writing() as writing:
        writing.vectors(Vectors("e", (a.id,), np.ones((1, 5), np.float32)))
    with pytest.raises(StoreError, match="e"):
        store.vectors("e", [a.id, b.id])


def test_uses_are_counted_each_time_and_the_last_moment_kept(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    with store.writing() as writing:
        writing.use([a.id, a.id, "unknown", "\x00"], AT.format(5))
        writing.use([a.id], AT.format(4))
        writing.use([], AT.format(9))
    assert store.uses([b.id, a.id]) == {a.id: Use(3, AT.format(5))}
    assert store.uses([]) == {}
    assert len(store.changes(0)) == 2


def test_refusals_are_counted_by_tenant_and_rule(store: Store) -> None:
    with store.writing() as writing:
        for tenant, rule in (("default", "empty"), ("default", "dup"), ("default", "empty"), ("t", "empty")):
            writing.refuse(tenant, rule)
    assert dict(store.refusals("default")) == {"dup": 1, "empty": 2}
    assert list(store.refusals("default")) == ["dup", "empty"]
    assert store.refusals("t") == {"empty": 1}
    assert store.refusals("nobody") == {}


def test_changes_tell_every_step_once_in_ascending_numbers(store: Store) -> None:
    build_world(store)
    told = store.changes(0)
    assert [one.number for one in told] == list(range(1, len(told) + 1))
    steps = [("added", one.id) for one in WORLD] + [("linked", one.memory) for one in LINKS]
    assert [(one.what, one.memory) for one in told] == [*steps, ("undone", NAMED["reopened"].id)]
    assert store.changes(3, 2) == told[3:5]
    assert store.changes(len(told)) == ()
    assert store.changes(10**12) == ()


# Forgetting.


def test_what_is_forgotten_is_gone_from_every_answer(store: Store) -> None:
    a, b, c = memory("a"), memory("b"), memory("c")
    keep(store, a, b, c, keys=Keys(3, (4,), (5,)))
    with store.writing() as writing:
        writing.link(link("closes", a, b))
        writing.link(link("closes", c, a))
        writing.use([a.id, b.id], AT.format(2))
        writing.vectors(Vectors("e", (a.id, b.id), np.ones((2, 3), np.float32)))
    before = store.changes(0)[-1].number
    with store.writing() as writing:
        assert writing.forget([b.id, b.id, "unknown", "\x00"]) == 1
        assert texts(writing.near("default", (4,), 9)) == ["a"]
        assert texts(writing.sharing("default", (5,), 9)) == ["a"]
        assert writing.exact("default", 3) == a
    assert store.get([b.id]) == ()
    assert texts(store.select(Filter(tenant="", current=False))) == ["a", "c"]
    assert [one.memory for one in store.links([a.id, b.id, c.id])] == [c.id]
    assert list(store.uses([a.id, b.id])) == [a.id]
    assert store.vectors("e", [a.id, b.id]).ids == (a.id,)
    assert store.changes(before) == (Change(before + 1, "undone", a.id), Change(before + 2, "forgotten", b.id))
    with store.writing() as writing:
        assert writing.forget([b.id]) == 0
        assert writing.forget([]) == 0
    assert store.check() == ()


def test_an_episode_is_forgotten_with_any_memory_of_which_it_holds_a_sentence(store: Store) -> None:
    a, b, free = memory("a"), memory("b"), memory("free")
    episode, longer = memory("episode", kind="episode"), memory("longer", kind="episode")
    undone = memory("undone episode", kind="episode")
    keep(store, a, b, free, episode, longer, undone)
    ended = link("holds", a, undone)
    keep_links(store, link("holds", a, episode), link("holds", b, episode), link("holds", episode, longer), ended)
    with store.writing() as writing:
        writing.undo(ended.id, AT.format(25))  # it still holds the sentence
    before = store.changes(0)[-1].number
    with store.writing() as writing:
        assert writing.forget([a.id]) == 4
    assert texts(store.select(Filter(current=False))) == ["b", "free"]
    told = store.changes(before)
    assert [(one.what, one.memory) for one in told] == [
        ("undone", b.id),
        *(("forgotten", one.id) for one in (a, episode, longer, undone)),
    ]


def test_what_was_forgotten_may_be_remembered_again_behind_the_others(store: Store) -> None:
    a, b = memory("a"), memory("b")
    keep(store, a, b)
    with store.writing() as writing:
        writing.forget([a.id, b.id])
    keep(store, b, a)
    assert texts(store.select(Filter())) == ["b", "a"]
    assert [one.number for one in store.changes(0)] == [1, 2, 3, 4, 5, 6]


def test_purging_keeps_what_was_not_forgotten(store: Store) -> None:
    build_world(store)
    with store.writing() as writing:
        writing.forget([NAMED["talk"].id])
    before = everything(store)
    store.purge()
    assert everything(store) == before
    assert store.check() == ()
    keep(store, memory("behind"))
    assert store.changes(0)[-1].number == len(store.changes(0))


# Sound or set right.


def test_lost_keys_are_named_and_made_anew(place: Place) -> None:
    store = place.open()
    a = memory("a")
    with store.writing() as writing:
        writing.add(a, Keys(2**64 - 1, (1, 2**63), (3,)))
    assert store.check() == ()
    place.lose_keys()
    assert found(store, lambda w: w.near("default", (2**63,), 5)) == ()
    assert any(a.id in sentence for sentence in store.check())
    assert store.repair() != ()
    assert store.check() == ()
    assert found(store, lambda w: w.near("default", (2**63,), 5)) == (a,)
    assert found(store, lambda w: w.exact("default", 2**64 - 1)) == a
    assert store.repair() == ()


DAMAGE = {"a digit": ("40 euros", "90 euros"), "its form": ('"run":"run"', '"run:"run"')}
"""What a row says before and after: it can still be read, or not."""


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_memory_is_never_served_and_named_by_whoever_reads_it(place: Place, how: str) -> None:
    store = place.open()
    fee, other = memory("The fee is 40 euros."), memory("the other", origins=())
    keep(store, fee, other, keys=Keys(0, (1,), (2,)))
    before = everything(store)
    place.damage(*DAMAGE[how])
    asks: list[Callable[[], object]] = [
        lambda: store.select(Filter()),
        lambda: store.get([other.id, fee.id]),
        lambda: Mirror(store).refresh(),
        lambda: list(exported(store)),
        lambda: found(store, lambda w: w.exact("default", 0)),
        lambda: found(store, lambda w: w.near("default", (1,), 5)),
        lambda: found(store, lambda w: w.sharing("default", (2,), 5)),
    ]
    for ask in asks:
        with pytest.raises(StoreError, match=f"memory '{fee.id}' is not what was written.*memory check --repair"):
            ask()
    assert store.get([other.id]) == (other,)
    assert store.check() == (f"memory {fee.id} is not what was written: its checksum differs",)
    place.damage(*reversed(DAMAGE[how]))
    assert everything(store) == before


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_memory_is_forgotten_by_its_id_with_every_key_and_name(place: Place, how: str) -> None:
    store = place.open()
    fee, other = memory("The fee is 40 euros."), memory("the other", origins=())
    with store.writing() as writing:
        writing.add(fee, Keys(1, (2, 3), (4,)))
        writing.add(other, NO_KEYS)
    place.damage(*DAMAGE[how])
    with store.writing() as writing:
        assert writing.forget([fee.id]) == 1
    assert store.select(Filter()) == (other,)
    assert store.changes(0)[-1] == Change(3, "forgotten", fee.id)
    assert store.check() == ()


@pytest.mark.parametrize("how", DAMAGE)
def test_repair_sets_a_damaged_memory_aside_and_the_rest_is_whole(place: Place, how: str) -> None:
    store = place.open()
    fee, closed, twice = memory("The fee is 40 euros."), memory("closed", origins=()), memory("twice", origins=())
    told, episode = memory("told", origins=()), memory("episode", kind="episode", origins=())
    with store.writing() as writing:
        for one in (fee, closed, twice, told, episode):
            writing.add(one, Keys(5, (6,), (7,)))
        writing.use([fee.id], AT.format(3))
        writing.vectors(Vectors("e", (fee.id,), np.ones((1, 2), np.float32)))
    keep_links(
        store,
        link("closes", closed, fee),
        link("closes", twice, fee),
        link("closes", twice, told),
        link("holds", fee, episode),
    )
    mirror = Mirror(store)
    mirror.refresh()
    place.damage(*DAMAGE[how])
    done = " ".join(store.repair())
    assert f"memory {fee.id} was set aside" in done
    assert f"1 memories that these closed or stood for are current again: {closed.id}" in done
    assert texts(store.select(Filter())) == ["closed", "told", "episode"]
    assert store.get([fee.id, twice.id]) == (twice,)
    assert [one.memory for one in store.links([fee.id, twice.id, episode.id])] == [twice.id]
    assert store.uses([fee.id]) == {} and store.vectors("e", [fee.id]).ids == ()
    assert found(store, lambda w: w.near("default", (6,), 9)) == (closed, told, episode)
    with mirror.shelf("default") as shelf:
        meant = [identity for identity, is_meant in zip(shelf.ids, shelf.allowed(Filter()), strict=True) if is_meant]
    assert meant == [closed.id, told.id, episode.id]
    assert place.set_aside() == {fee.id}
    assert store.check() == () and store.repair() == ()
    keep(store, fee)  # as an import of an earlier export does
    assert store.get([fee.id]) == (fee,)
    store.purge()
    assert place.set_aside() == {fee.id}


def test_what_was_set_aside_goes_with_whatever_of_its_tenant_is_forgotten(place: Place) -> None:
    store = place.open()
    fee, other = memory("The fee is 40 euros."), memory("the other", origins=())
    theirs, lonely = memory("theirs", tenant="other", origins=()), memory("The fee of 40 euros.", 2, tenant="third")
    episode = memory("episode", kind="episode", origins=())
    keep(store, fee, other, theirs, lonely, memory("more", tenant="other", origins=()), episode)
    keep_links(store, link("holds", fee, episode))
    place.damage(*DAMAGE["a digit"])
    store.repair()
    assert place.set_aside() == {fee.id, lonely.id}
    with store.writing() as writing:
        assert writing.forget([theirs.id]) == 1
    assert place.set_aside() == {fee.id}  # whose the other was no memory tells
    with store.writing() as writing:
        assert writing.forget([fee.id]) == 2  # with the episode that holds a sentence of it
    assert place.set_aside() == set()
    assert texts(store.select(Filter())) == ["the other"]
    keep(store, fee)
    place.damage(*DAMAGE["a digit"])
    store.repair()
    with store.writing() as writing:
        assert writing.forget([], "other") == 0
        assert writing.forget([]) == 0
    assert place.set_aside() == {fee.id}
    with store.writing() as writing:
        assert writing.forget([], "default") == 0
    assert place.set_aside() == set()
    keep(store, fee)
    place.damage(*DAMAGE["a digit"])
    store.repair()
    with store.writing() as writing:
        assert writing.forget([other.id]) == 1
    assert place.set_aside() == set()


# Many at once.


def test_threads_and_processes_that_write_at_once_lose_nothing_and_readers_miss_no_change(place: Place) -> None:
    store = place.open()
    written = {number: [(memory(f"{number} {n}"), Keys(n, (n,), (n,))) for n in range(12)] for number in range(4)}
    ended = threading.Event()

    def write(number: int) -> None:
        handle = store if number < 2 else place.again()
        for one, keys in written[number]:
            with handle.writing() as writing:
                writing.add(one, keys)

    def follow() -> list[Change]:
        seen: list[Change] = []
        is_last = False
        while not is_last:
            is_last = ended.is_set()
            seen.extend(store.changes(seen[-1].number if seen else 0))
        return seen

    with ThreadPoolExecutor() as pool:
        following = pool.submit(follow)
        try:
            for writer in [pool.submit(write, number) for number in written]:
                writer.result()
        finally:
            ended.set()
        seen = following.result()
    assert sorted(texts(store.select(Filter()))) == sorted(one.text for some in written.values() for one, _ in some)
    assert seen == list(store.changes(0))
    assert [one.number for one in seen] == list(range(1, 49))
    assert store.check() == ()


def test_another_process_and_this_one_write_in_turn(place: Place, elsewhere: Elsewhere) -> None:
    store = place.open()
    theirs = [(memory(f"their {n}"), NO_KEYS) for n in range(15)]
    with elsewhere.lock:
        elsewhere.send("many", place.address, theirs)
        if "process" not in place.kind:
            for n in range(15):
                keep(store, memory(f"my {n}"))
        elsewhere.receive()
    kept = texts(store.select(Filter()))
    assert [text for text in kept if text.startswith("their")] == [one.text for one, _ in theirs]
    assert len(kept) == (15 if "process" in place.kind else 30)
    assert [one.number for one in store.changes(0)] == list(range(1, len(kept) + 1))
    with elsewhere.lock:
        elsewhere.ask("close", place.address)


# Any sequence of steps, beside a plain model.

Step = tuple[str, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "closes", "stands_for", "holds", "undo", "forget", "use", "vectors", "abandon"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    max_size=25,
)
PEOPLE = [memory(f"m{number}", 1 + number % 3, tenant="default" if number < 5 else "other") for number in range(6)]
ASKED = [
    Filter(),
    Filter(tenant="", current=False),
    Filter(known_at=AT.format(12)),
    Filter(valid_at="2026-01-10", current=False),
    Filter(valid_at="2026-01-10", known_at=AT.format(14), current=False),
    Filter(valid_at="2026-01-05", current=False),
    Filter(valid_at="2026-01-05", known_at=AT.format(12)),
]


class Plain:
    """The contract in a few lists."""

    def __init__(self) -> None:
        self.memories: list[Memory] = []
        self.links: dict[str, Link] = {}
        self.told: list[tuple[str, str]] = []
        self.uses: dict[str, int] = {}
        self.vectors: dict[str, float] = {}

    def knows(self, *memories: Memory) -> bool:
        return all(one in self.memories for one in memories)

    def holds(self, one: Link, known_at: str) -> bool:
        if not known_at:
            return not one.undone_at
        return one.recorded_at <= known_at and not (one.undone_at and one.undone_at <= known_at)

    def select(self, which: Filter) -> list[Memory]:
        left = []
        for one in self.memories:
            links = [x for x in self.links.values() if x.memory == one.id and self.holds(x, which.known_at)]
            closing = [x for x in links if x.kind == "closes" and x.valid_to and x.valid_to <= (which.valid_at or "0")]
            succeeded = [
                x
                for x in self.links.values()
                if x.other == one.id and x.kind == "closes" and self.holds(x, which.known_at) and x.valid_to
            ]  # nobody here says since when it holds, and none is an episode
            if which.valid_at and any(x.valid_to > which.valid_at for x in succeeded):
                continue
            if (
                which.tenant in ("", one.tenant)
                and not (which.known_at and one.recorded_at > which.known_at)
                and not (which.current and any(x.kind != "holds" for x in links))
                and not (which.valid_at and closing)
            ):
                left.append(one)
        return left

    def forget(self, one: Memory) -> None:
        doomed = {one.id} if self.knows(one) else set()
        while more := {x.other for x in self.links.values() if x.kind == "holds" and x.memory in doomed} - doomed:
            doomed |= more
        left = {x.memory for x in self.links.values() if x.other in doomed and not x.undone_at} - doomed
        self.told += [("undone", identity) for identity in sorted(left)]
        self.told += [("forgotten", x.id) for x in self.memories if x.id in doomed]
        self.memories = [x for x in self.memories if x.id not in doomed]
        self.links = {n: x for n, x in self.links.items() if not {x.memory, x.other} & doomed}
        self.uses = {identity: count for identity, count in self.uses.items() if identity not in doomed}
        self.vectors = {identity: value for identity, value in self.vectors.items() if identity not in doomed}


def take(model: Plain, writing: Writing, step: Step, number: int) -> None:
    what, i, j, k = step
    one, other, at = PEOPLE[i], PEOPLE[j], AT.format(10 + k)
    if what == "add":
        if not model.knows(one):
            model.memories.append(one)
            model.told.append(("added", one.id))
        writing.add(one, Keys(i, (k,), (k,)))
    elif what in ("closes", "stands_for", "holds") and one != other:
        made = Link(f"l{i}{j}{k}", what, one.id, other.id, at, what, "2026-01-09" if k else "")  # type: ignore[arg-type]
        if not model.knows(one, other):
            with pytest.raises(StoreError):
                writing.link(made)
            return
        if made.id not in model.links:
            model.links[made.id] = made
            model.told.append(("linked", one.id))
        writing.link(made)
    elif what == "undo":
        known = model.links.get(f"l{i}{j}{k}")
        does = known is not None and not known.undone_at
        if known and does:
            fields = {name: getattr(known, name) for name in known.__struct_fields__}
            model.links[known.id] = Link(**{**fields, "undone_at": AT.format(15)})
            model.told.append(("undone", known.memory))
        assert writing.undo(f"l{i}{j}{k}", AT.format(15)) == does
    elif what == "forget":
        before = len(model.memories)
        model.forget(one)
        assert writing.forget([one.id]) == before - len(model.memories)
    elif what == "use" and model.knows(one):
        model.uses[one.id] = model.uses.get(one.id, 0) + 1
        writing.use([one.id], at)
    elif what == "vectors" and model.knows(one):
        model.vectors[one.id] = float(number)
        writing.vectors(Vectors("e", (one.id,), np.full((1, 2), number, np.float32)))


class Abandoned(Exception):
    """A block of the model test that is to leave nothing."""


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.integers(1, 6))
def test_any_steps_answer_as_the_plain_model_does(place: Place, steps: list[Step], size: int) -> None:
    store, model = place.open(), Plain()
    for start in range(0, len(steps), size):
        block(store, model, steps[start : start + size], start)
    assert [store.select(which) for which in ASKED] == [tuple(model.select(which)) for which in ASKED]
    ids = [one.id for one in PEOPLE]
    assert store.links(ids) == tuple(model.links.values())
    assert {one: use.count for one, use in store.uses(ids).items()} == model.uses
    vectors = store.vectors("e", ids)
    assert dict(zip(vectors.ids, (float(row[0]) for row in vectors.rows), strict=True)) == model.vectors
    assert [(one.what, one.memory) for one in store.changes(0)] == model.told
    assert store.check() == ()
    store.close()


def block(store: Store, model: Plain, steps: Sequence[Step], number: int) -> None:
    """One transaction; one with an odd "abandon" raises at its end and is done by the model not at all."""
    is_left = any(what == "abandon" and k % 2 for what, _, _, k in steps)
    saved = list(model.memories), dict(model.links), list(model.told), dict(model.uses), dict(model.vectors)
    try:
        with store.writing() as writing:
            for place, step in enumerate(steps):
                take(model, writing, step, number + place)
            if is_left:
                raise Abandoned
    except Abandoned:
        model.memories, model.links, model.told, model.uses, model.vectors = saved
