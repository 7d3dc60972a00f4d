"""When what a memory says has ended, by its own words or by what closed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Link, Memory, Origin
from simone.memory.holding import as_ended
from simone.memory.moments import has_ended
from simone.memory.remembering import remember, undo
from simone.memory.sqlite import SqliteStore

DAY, LATER = "2026-01-04T12:00:00+00:00", "2026-01-09T12:00:00+00:00"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


def kept(store: SqliteStore, text: str, begins: str = "2025-01-01", ends: str = "") -> Memory:
    origin = Origin("letter 7", 0, len(text), text, "run-1", "Ann", 0.9)
    (memory,) = remember(store, [Candidate(text, (origin,), valid_from=begins, valid_to=ends)], FrozenClock())
    assert isinstance(memory, Memory)
    return memory


def close(store: SqliteStore, name: str, memory: Memory, other: Memory, ends: str) -> None:
    with store.writing() as writing:
        writing.link(Link(name, "closes", memory.id, other.id, DAY, "another price", ends))


def test_the_earliest_end_counts_and_an_undone_link_gives_none(store: SqliteStore) -> None:
    plain, other = kept(store, "The weir is low."), kept(store, "Herons nest at the mill.")
    until = kept(store, "The sluice is shut for repairs.", ends="2026-03-01")
    assert as_ended(store, [plain, until]) == (plain, until)
    close(store, "a", plain, other, "2026-02-01")
    close(store, "b", plain, until, "2025-12-01")
    close(store, "c", until, other, "2026-06-01")
    assert [memory.valid_to for memory in as_ended(store, [plain, until, other])] == [
        "2025-12-01T00:00:00+00:00",
        "2026-03-01",
        "",
    ]
    undo(store, ["b"], FrozenClock())
    assert [memory.valid_to for memory in as_ended(store, [plain])] == ["2026-02-01T00:00:00+00:00"]


def test_a_link_counts_where_the_store_had_it_then(store: SqliteStore) -> None:
    plain, other = kept(store, "The weir is low."), kept(store, "Herons nest at the mill.")
    close(store, "a", plain, other, "2026-02-01")
    before, then = "2026-01-03T00:00:00+00:00", "2026-01-05T00:00:00+00:00"
    assert [as_ended(store, [plain], at)[0].valid_to for at in (before, then)] == ["", "2026-02-01T00:00:00+00:00"]
    with store.writing() as writing:
        writing.undo("a", LATER)
    assert [as_ended(store, [plain], at)[0].valid_to for at in (then, LATER)] == ["2026-02-01T00:00:00+00:00", ""]


@pytest.mark.parametrize(
    ("ends", "at", "is_past"),
    [
        ("2026-03-01", "2026-03-01T00:00:00+00:00", False),
        ("2026-03-01", "2026-03-01T23:59:59.999999+00:00", False),
        ("2026-03-01", "2026-03-02T00:00:00+00:00", True),
        ("2026-03-01T00:00:00+00:00", "2026-02-28T23:59:59+00:00", False),
        ("2026-03-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00", True),
        ("9999-12-31", "9999-12-31T23:59:59+00:00", False),
        ("", "2026-03-01T00:00:00+00:00", False),
    ],
)
def test_an_end_that_is_a_day_comes_with_the_end_of_that_day(ends: str, at: str, is_past: bool) -> None:
    assert has_ended(ends, at) is is_past
