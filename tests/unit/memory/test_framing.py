"""Words before a sentence: those that tell something make a new memory, those that only say how it is said do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Memory, Origin
from simone.memory.framing import behind_frame, without_frame
from simone.memory.gate import MODEL, Recalled
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

KNOWN = "Olga mends the nets."
TELLING = [
    "The mast broke,",
    "Maria left,",
    "Maria is ill,",
    "My uncle has a fever,",
    "Two crates fell off,",
    "Someone stole the winch,",
    "Fuel is expensive,",
    "I hate it,",
    "I found it,",
    "I am divorced,",
    "Divorced,",
    "New job,",
    "No boat,",
    "As she is ill,",
    "The plan is,",
    "They resigned:",
    "It was the storm:",
]
FRAMES = [
    "In my experience,",
    "Strange as it may seem,",
    "Oh man,",
    "To everybody's surprise,",
    "To nobody's surprise,",
    "The truth is,",
    "Funny story,",
    "As I told you,",
    "Quick reminder:",
    "I remember that",
    "Believe it or not,",
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


def said(text: str, author: str = "Ann", verdict: str = "", run: str = "run-1") -> Candidate:
    return Candidate(text, (Origin("letter 7", 0, len(text), text, run, author, 0.9),), verdict=verdict)


@pytest.mark.parametrize("opening", TELLING)
def test_an_opening_that_tells_something_is_news(store: SqliteStore, opening: str) -> None:
    text = f"{opening} {KNOWN}"
    assert without_frame(text) == ""
    assert all(isinstance(one, Memory) for one in remember(store, [said(KNOWN), said(text)], FrozenClock()))


@pytest.mark.parametrize("opening", FRAMES)
def test_an_opening_that_only_says_how_it_is_said_is_none(store: SqliteStore, opening: str) -> None:
    known, again = remember(store, [said(KNOWN), said(f"{opening} {KNOWN}")], FrozenClock())
    assert isinstance(known, Memory)
    assert not isinstance(again, Memory)


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("Yeah, Ines!", "My boat sank, Ines."),
        ("Oh, Ines!", "You were right, Ines."),
        ("Oh, Ines Vale!", "I sold it, Ines Vale."),
        ("Ines.", "I know, Ines."),
        ("Wait here.", "The winch slipped, wait here."),
        ("Yes, Tuesday.", "I mean, Tuesday."),
    ],
)
def test_what_stands_before_a_name_or_a_call_is_not_passed_over(store: SqliteStore, known: str, text: str) -> None:
    assert all(isinstance(one, Memory) for one in remember(store, [said(known), said(text)], FrozenClock()))


@pytest.mark.parametrize("opening", ["The mast broke,", "Fuel is expensive,", "Her tests came back,", "I lost a leg:"])
def test_a_model_that_tells_something_before_what_it_was_shown_is_heard(store: SqliteStore, opening: str) -> None:
    text = f"{opening} {KNOWN}"
    assert behind_frame(text) == ""
    shown = [Recalled("run-2", (KNOWN,))]
    (answer,) = remember(store, [said(text, MODEL, "supported", "run-2")], FrozenClock(), shown)
    assert isinstance(answer, Memory)
