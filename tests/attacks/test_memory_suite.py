"""Sentences that a memory must not refuse as known or end as contradicted: `memory.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from simone.clock import FrozenClock
from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import DEFAULT_TENANT, Candidate, Filter, Memory, Origin, Vectors
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.protocols.memory_tagging.candidates import Said, candidates

SUITE = tomllib.loads((Path(__file__).with_name("memory.toml")).read_text("utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


def bare(text: str) -> Candidate:
    return Candidate(text, (Origin("letter 7", 0, len(text), text, "run-1", "Ann", 0.9),))


def tagged(text: str) -> Candidate:
    (made,) = candidates([Said(text, "chat", "run-1", "Ann", 0.9, "2026-06-01")])
    return made


@pytest.mark.parametrize("made", [bare, tagged])
@pytest.mark.parametrize(("known", "new"), SUITE["kept"])
def test_a_text_that_says_something_else_is_let_in(store: SqliteStore, known: str, new: str, made: object) -> None:
    assert callable(made)
    for text in (known, new):
        (kept,) = remember(store, [made(text)], FrozenClock())
        assert isinstance(kept, Memory), kept


@pytest.mark.parametrize(("one", "other"), [*SUITE["both_hold"], *([b, a] for a, b in SUITE["both_hold"])])
def test_two_facts_that_can_both_hold_are_both_current(store: SqliteStore, one: str, other: str) -> None:
    for text in (one, other):
        remember(store, [bare(text)], FrozenClock())
    assert {memory.text for memory in store.select(Filter())} == {one, other}


@pytest.mark.parametrize(("before", "after"), SUITE["ends"])
def test_a_newer_value_of_the_same_ends_the_older(store: SqliteStore, before: str, after: str) -> None:
    for text in (before, after):
        remember(store, [bare(text)], FrozenClock())
    assert [memory.text for memory in store.select(Filter())] == [after]


@pytest.mark.parametrize(("one", "other"), SUITE["apart"])
def test_two_texts_that_say_different_things_are_not_merged(store: SqliteStore, one: str, other: str) -> None:
    clock = FrozenClock()
    kept = [memory for text in (one, other) for memory in remember(store, [bare(text)], clock)]
    ids = tuple(memory.id for memory in kept if isinstance(memory, Memory))
    assert len(ids) == 2
    with store.writing() as writing:
        writing.vectors(Vectors("blunt", ids, np.ones((2, 4), np.float32)))  # of an encoder that tells nothing apart
    assert plan_consolidation(store, DEFAULT_TENANT, clock.now(), encoder="blunt").merges == ()
