"""The mirror against the store itself, and against a mirror that learned everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simone.errors import BadRequest, StoreError
from simone.memory.contract import Entity, Filter, Interval, Keys, Link, Memory, Origin, Store, Vectors
from simone.memory.mirror import Mirror, vectors_name
from simone.memory.ranking import Question, Weights, best
from simone.memory.sqlite import SqliteStore
from simone.retrieval.contract import Floats, TokenVectors

WORDS = ("harbour", "closed", "bridge", "Anna", "boat", "Monday", "paid", "forty")
DAYS = ("", "2026-01-01", "2026-01-15", "2026-02-01T12:00:00+00:00", "2026-03-01", "2026-01-15T00:00:00+00:00")

ids = st.integers(0, 7)
steps = st.one_of(
    st.tuples(st.just("add"), ids, st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), ids),
    st.tuples(st.just("closes"), ids, ids, st.sampled_from(DAYS)),
    st.tuples(st.just("stands_for"), ids, ids, st.just("")),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("forget"), ids),
    st.tuples(st.just("vector"), ids),
    st.tuples(st.just("refresh")),
)
filters = st.builds(
    Filter,
    tenant=st.sampled_from(("default", "other")),
    sessions=st.sampled_from(((), ("s0",), ("s1", ""), ("unknown",))),
    kinds=st.sampled_from(((), ("fact",), ("event", "episode"))),
    sources=st.sampled_from(((), ("doc-1", "doc-2"), ("unknown",))),
    authors=st.sampled_from(((), ("Anna",), ("anna",))),
    subject=st.sampled_from(("", "ANNA", "boat")),
    least_trust=st.sampled_from((0.0, 0.5)),
    since=st.sampled_from(("", "2026-01-03", "2026-01-03T02:00:00+02:00")),
    until=st.sampled_from(("", "2026-01-05", "2026-01-05T00:00:00+00:00")),
    valid_at=st.sampled_from(DAYS),
    known_at=st.sampled_from(("", "2026-01-05T00:00:00+00:00", "2026-01-05", "2026-02-03T00:00:00+00:00")),
    current=st.booleans(),
)


def memory(number: int, words: list[str], shape: int) -> Memory:
    text = " ".join(words)
    return Memory(
        id=f"{number:016x}",
        text=text,
        origins=(Origin(f"doc-{shape % 3}", 0, len(text), text, "run", ("Anna", "Ben")[shape % 2], 1.0),),
        kind=("fact", "event", "episode")[shape % 3],
        tenant="other" if number % 4 == 3 else "default",
        session=("s0", "s1", "")[shape % 3],
        entities=(Entity(0, 4, "name", "Anna"),) if "Anna" in words else (),
        times=(Interval(0, 4, "2026-01-02", ""),) if "Monday" in words else (),
        statements=(),
        topics=(),
        valence=0.0,
        arousal=0.0,
        salience=0.5,
        pinned=False,
        trust=(shape % 4) / 3,
        valid_from=DAYS[shape % 4 if shape < 6 else 5],
        valid_to=DAYS[4] if shape % 5 == 4 else "",
        recorded_at=f"2026-01-{number + 1:02d}T00:00:00+00:00",
    )


def do(store: SqliteStore, step: tuple[object, ...], number: int) -> None:
    what, *given_ = step
    with store.writing() as writing:
        if what == "add":
            identity, words, shape = given_
            writing.add(memory(identity, words, shape), Keys(identity, (), ()))  # type: ignore[arg-type]
        elif what in ("closes", "stands_for"):
            old, new, ends = (f"{given_[0]:016x}", f"{given_[1]:016x}", str(given_[2]))
            known = {one.id: one for one in store.get([old, new])}
            if old != new and len(known) == 2 and known[old].tenant == known[new].tenant:
                at = "2026-02-02T00:00:00+00:00"
                writing.link(Link(f"link-{number % 6}", what, old, new, at, "said", ends))
        elif what == "undo":
            writing.undo(f"link-{given_[0]}", "2026-02-04T00:00:00+00:00")
        elif what == "forget":
            writing.forget([f"{given_[0]:016x}"])
        elif what == "vector":
            row = np.random.default_rng(int(str(given_[0]))).standard_normal((1, 8)).astype(np.float32)
            writing.vectors(Vectors(vectors_name(_Silent()), (f"{given_[0]:016x}",), row))


def answers(mirror: Mirror, which: Filter, store: SqliteStore) -> list[tuple[str, float]]:
    vector = np.random.default_rng(99).standard_normal(8).astype(np.float32)
    found = []
    for query in ("Who closed the harbour?", "What did Anna pay in January 2026?", "bridge boat", "When was Monday?"):
        with mirror.shelf(which.tenant) as shelf:
            ranked = best(shelf, Question(query, vector, "2026-02-05"), which, 8, Weights(), 64, store.get)
        found += [(memory.id, sum(part.share for part in parts)) for memory, parts in ranked]
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, min_size=1, max_size=30), filters)
def test_however_it_learned_a_mirror_filters_as_the_store_does_and_ranks_as_a_fresh_one(
    history: list[tuple[object, ...]], which: Filter
) -> None:
    with TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder) / "m.sqlite", durable=False)
        mirror = Mirror(store, vectors_name(_Silent()))
        for number, step in enumerate(history):
            if step[0] == "refresh":
                mirror.refresh()
            else:
                do(store, step, number)
        with mirror.shelf(which.tenant) as shelf:
            meant = [identity for identity, is_meant in zip(shelf.ids, shelf.allowed(which), strict=True) if is_meant]
        assert meant == [one.id for one in store.select(which)]
        mirror.catch_up(_Silent())
        assert answers(mirror, which, store) == answers(Mirror(store, vectors_name(_Silent())), which, store)
        store.close()


class _Silent:
    """An encoder for what got no vector: everything means the same to it."""

    @property
    def name(self) -> str:
        return "another"

    def encode(self, texts: Sequence[str]) -> Floats:
        return np.zeros((len(texts), 8), np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise AssertionError(texts)


def test_a_memory_that_was_forgotten_and_told_again_is_there_once_and_last(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "m.sqlite", durable=False)
    mirror = Mirror(store)
    for step in (("add", 0, ["harbour"], 0), ("forget", 0), ("add", 1, ["harbour"], 0), ("add", 0, ["harbour"], 0)):
        do(store, step, 0)
    with mirror.shelf("default") as shelf:
        assert shelf.ids == [f"{1:016x}", f"{0:016x}"]
    do(store, ("forget", 0), 0)
    do(store, ("add", 0, ["bridge"], 0), 0)
    with mirror.shelf("default") as shelf:
        assert [identity for identity in shelf.ids if identity] == [f"{1:016x}", f"{0:016x}"]
        assert len(shelf) == 2


class _ChangedMeanwhile:
    """A store that somebody writes to while a mirror learns from it: before and behind the links that it asks for."""

    def __init__(self, store: SqliteStore, before: list[tuple[object, ...]], behind: list[tuple[object, ...]]) -> None:
        self._store, self._before, self._behind = store, before, behind

    def links(self, memories: Sequence[str]) -> tuple[Link, ...]:
        while self._before:
            do(self._store, self._before.pop(0), 1)
        found = self._store.links(memories)
        while self._behind:
            do(self._store, self._behind.pop(0), 1)
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


@pytest.mark.parametrize("again", [[], [("add", 1, ["bridge"], 0)]], ids=["gone", "told again"])
@pytest.mark.parametrize("what", [("closes", 0, 1, ""), ("stands_for", 0, 1, "")])
def test_what_was_closed_by_a_memory_that_came_and_went_unseen_is_there_again(
    what: tuple[object, ...], again: list[tuple[object, ...]], tmp_path: Path
) -> None:
    store = SqliteStore.open(tmp_path / "m.sqlite", durable=False)
    do(store, ("add", 0, ["harbour"], 0), 0)
    do(store, ("add", 2, ["boat"], 0), 0)
    do(store, ("closes", 0, 2, ""), 0)
    do(store, ("undo", 0), 0)
    changing = _ChangedMeanwhile(store, [("add", 1, ["bridge"], 0), what], [("forget", 1), *again])
    mirror = Mirror(cast("Store", changing))
    mirror.refresh()  # learned of the link, not of the memory that it names
    for _ in range(2):
        with mirror.shelf("default") as shelf:
            meant = [
                identity for identity, is_meant in zip(shelf.ids, shelf.allowed(Filter()), strict=True) if is_meant
            ]
        assert meant == [one.id for one in store.select(Filter())]
        assert f"{0:016x}" in meant
        if again:
            do(store, what, 2)
            do(store, ("forget", 1), 0)


def test_a_store_that_cannot_be_read_is_learned_from_later(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "m.sqlite", durable=False)
    mirror = Mirror(store)
    store.close()
    with pytest.raises(StoreError):
        mirror.refresh()


@pytest.mark.parametrize("said", ["soon", "2026-07-01T00:00:00", "0001-01-01T00:00:00+05:00"])
def test_a_filter_with_a_time_that_is_none_is_refused_by_mirror_and_store_alike(said: str, tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "m.sqlite", durable=False)
    mirror = Mirror(store)
    for which in (Filter(valid_at=said), Filter(known_at=said), Filter(since=said), Filter(until=said)):
        with mirror.shelf("default") as shelf, pytest.raises(BadRequest) as refused:
            shelf.allowed(which)
        with pytest.raises(BadRequest) as refused_by_store:
            store.select(which)
        assert repr(said) in str(refused.value) == str(refused_by_store.value)
