"""What is said again after something else took its place: it is the last word, once for each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Filter, Memory, Origin
from simone.memory.remembering import remember
from simone.memory.renewing import has_other_value
from simone.memory.sqlite import SqliteStore

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


def say(store: SqliteStore, text: str, day: int, trust: float = 0.9, told: int = -1, **fields: object) -> str:
    """The rule that refuses a text said on a day, "" where it is let in."""
    at = BEGIN + timedelta(days=day)
    origin = Origin(f"turn {day}", 0, len(text), text, f"run {day}", "Ann", trust)
    began = (BEGIN + timedelta(days=day if told < 0 else told)).date().isoformat()
    candidate = msgspec.structs.replace(Candidate(text, (origin,), valid_from=began), **fields)
    (answer,) = remember(store, [candidate], FrozenClock(at))
    return "" if isinstance(answer, Memory) else answer.rule


FLIPS = [
    ("The heater in the attic is on.", "The heater in the attic is off."),
    ("The gate is locked.", "The gate is open."),
    ("The pump is connected.", "The pump is disconnected."),
    ("The choir meets at 18:15.", "The choir meets at 19:45."),
    ("The ferry leaves at 7:10 from pier B.", "The ferry leaves at 8:40 from pier B."),
    ("Ruth lives in San Remo.", "Ruth lives in Los Gatos."),
    ("The key of the shed is in the blue drawer.", "The key of the shed is under the mat."),
    ("The door code is heron-7.", "The door code is tulip-4."),
]


@pytest.mark.parametrize(("first", "then"), FLIPS)
def test_what_is_said_again_after_another_value_is_the_last_word(store: SqliteStore, first: str, then: str) -> None:
    assert [say(store, text, day) for day, text in enumerate((first, then, first))] == ["", "", ""]
    last = store.select(Filter())[-1]
    assert (last.text, last.valid_from) == (first, "2026-01-07"), "it holds from when it was said again"
    assert [memory.text for memory in store.select(Filter())].count(first) == 1


@pytest.mark.parametrize(("first", "then"), FLIPS)
def test_the_last_word_said_again_is_no_news_however_often(store: SqliteStore, first: str, then: str) -> None:
    for day, text in enumerate((first, then, first)):
        say(store, text, day)
    assert {say(store, first, day) for day in range(3, 30)} == {"duplicate"}
    assert say(store, then, 31) == ""
    assert say(store, then, 32) == "duplicate"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("The heater in the attic is on.", "The heater in the cellar is off."),
        ("Ruth painted the shed in 3 days.", "Ruth painted the shed in 5 days."),
        ("Ruth is fond of figs.", "Ruth is fond of dates."),
        ("The fee for berth 4 is 40 euros.", "The fee for berth 5 is 40 euros."),
        ("The upper door is locked.", "The lower door is locked."),
        ("Ruth sold the piano to Ingrid.", "Ruth sold the piano to Olga."),
        ("Ruth is not fond of figs.", "Ruth is fond of dates."),
        ("Ruth's boss at the mill is Ingrid.", "Ruth's boss at the quay is Olga."),
        ("The choir meets at 18:15.", "The choir sings well."),
        ("The choir meets at 18:15 in Ghent.", "The choir meets at 19:45 in Turin."),
    ],
)
def test_after_another_thing_it_is_remembered_already(store: SqliteStore, first: str, then: str) -> None:
    assert [say(store, text, day) for day, text in enumerate((first, then, first))] == ["", "", "duplicate"]
    assert not has_other_value(first, then)


def test_what_is_told_of_an_earlier_day_is_not_the_last_word(store: SqliteStore) -> None:
    on, off = FLIPS[6]
    assert [say(store, on, 1), say(store, off, 4), say(store, on, 6, told=2)] == ["", "", "duplicate"]
    other = SqliteStore.open(Path(store.place).with_name("other.sqlite"), durable=False)
    assert [say(other, on, 3), say(other, off, 4, told=1), say(other, on, 6)] == ["", "", "duplicate"]


def test_less_trust_does_not_stand_for_more(store: SqliteStore) -> None:
    on, off = FLIPS[6]
    assert [say(store, on, 1, 0.9), say(store, off, 2, 0.9), say(store, on, 3, 0.4)] == ["", "", "duplicate"]


def test_a_pin_stays_and_the_link_says_what_came_between(store: SqliteStore) -> None:
    on, off = FLIPS[6]
    say(store, on, 1, pinned=True)
    say(store, off, 2)
    say(store, on, 3)
    last = store.select(Filter())[-1]
    assert last.pinned
    (link,) = store.links([last.id])
    assert (link.kind, link.other) == ("stands_for", last.id)
    assert off in link.reason
    assert [memory.text for memory in store.select(Filter(valid_at="2026-01-06", current=False))] == [on]
