"""What is only said again, by a person or by a model that was shown it, and what is new though it sounds alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Interval, Origin, Refusal
from simone.memory.gate import MODEL, Recalled
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore

TURNS = itertools.count()


def said(text: str, author: str = "Ann", run: str = "run-1", **fields: Any) -> Candidate:
    origin = Origin(f"turn {next(TURNS)}", 0, len(text), text, run, author, 0.9)
    return msgspec.structs.replace(Candidate(text, (origin,)), **fields)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened
    opened.close()


def rules_of(store: SqliteStore, *candidates: Candidate, shown: tuple[str, ...] = ()) -> list[str]:
    recalled = [Recalled("run-2", shown)] if shown else []
    answers = remember(store, candidates, FrozenClock(), recalled)
    return [answer.rule if isinstance(answer, Refusal) else "" for answer in answers]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("Yuki's exam in Aarhus is on 8 August.", "Anyway, Yuki's exam in Aarhus is on 8 August."),
        ("The price of the stove in Split rose.", "Hey, the price of the stove in Split rose."),
        ("Amara sold the piano to Ingrid.", "Like I said, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "Well, you know, Amara sold the piano to Ingrid!"),
        ("Amara sold the piano to Ingrid.", "As far as I remember, Amara sold the piano to Ingrid."),
        ("It's a lovely cabin by the lake.", "It is a lovely cabin by the lake."),
        ("I don't eat oysters.", "I do not eat oysters."),
        ("We're going to move to Ghent.", "We are gonna move to Ghent."),
    ],
)
def test_a_filler_or_an_opened_contraction_makes_no_new_memory(store: SqliteStore, first: str, again: str) -> None:
    assert rules_of(store, said(first), said(again)) == ["", "duplicate"]


@pytest.mark.parametrize(
    "again",
    [
        "Correct me if I'm wrong, Amara sold the piano to Ingrid.",
        "Long story short, Amara sold the piano to Ingrid!",
        "Not to brag, Amara sold the piano to Ingrid.",
        "I heard that Amara sold the piano to Ingrid.",
        "At the end of the day, Amara sold the piano to Ingrid.",
        "If memory serves, Amara sold the piano to Ingrid.",
        "As everybody knows by now, Amara sold the piano to Ingrid.",
        "In my opinion, Amara sold the piano to Ingrid.",
        "Sadly: Amara sold the piano to Ingrid.",
    ],
)
def test_words_that_only_say_how_it_is_said_make_no_new_memory(store: SqliteStore, again: str) -> None:
    assert rules_of(store, said("Amara sold the piano to Ingrid."), said(again)) == ["", "near-duplicate"]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ("I can't swim.", "I can swim."),
        ("Amara sold the piano to Ingrid.", "Anyway, Amara sold the piano to Olga."),
        ("Amara sold the piano to Ingrid.", "In spring, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "With my brother, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "I doubt that Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "I know that it is a lie that Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "It is not true that Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "As a child, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "Before the war, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "At the end of the month, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "If it rains, Amara sold the piano to Ingrid."),
        ("Amara sold the piano to Ingrid.", "Two days before Marek, Amara sold the piano to Ingrid."),
        ("So happy children live in Ghent.", "Happy children live in Ghent."),
        ("Well, that Ends is a farm near Oslo.", "That ended is a farm near Oslo."),
    ],
)
def test_what_differs_in_more_is_a_new_memory(store: SqliteStore, first: str, other: str) -> None:
    assert rules_of(store, said(first), said(other)) == ["", ""]


def test_what_holds_since_an_earlier_day_is_no_news_on_a_later_one(store: SqliteStore) -> None:
    def on(day: str, **fields: Any) -> Candidate:
        return said("Amara lives in Ghent.", valid_from=day, **fields)

    assert rules_of(store, on("2026-05-08"), on("2026-05-25")) == ["", "duplicate"]
    assert rules_of(store, on("2026-05-01"), on("2026-06-01", valid_to="2026-07-01")) == ["", ""]


def test_what_held_until_a_day_is_news_behind_it(store: SqliteStore) -> None:
    first = said("Amara lives in Ghent.", valid_from="2020-01-01", valid_to="2021-01-01")
    assert rules_of(store, first, said("Amara lives in Ghent.", valid_from="2026-05-25")) == ["", ""]


def test_one_event_told_on_two_days_is_one_and_two_events_in_the_same_words_are_two(store: SqliteStore) -> None:
    def raced(told: str, day: str) -> Candidate:
        return said("Amara ran a race on Saturday.", kind="event", valid_from=told, times=(Interval(14, 25, day, day),))

    asked = (raced("2026-05-23", "2026-05-23"), raced("2026-05-25", "2026-05-23"), raced("2026-06-01", "2026-05-30"))
    assert rules_of(store, *asked) == ["", "duplicate", ""]


SHOWN = (
    "I'm swamped with the kids and the work at the harbour office.",
    "Priya keeps the blue sofa in Utrecht.",
    "Yuki is allergic to oysters.",
)


@pytest.mark.parametrize(
    "text",
    [
        "As you mentioned, Priya keeps the blue sofa in Utrecht.",
        "According to my notes, Priya keeps the blue sofa in Utrecht.",
        'I remember that you said: "Priya keeps the blue sofa in Utrecht."',
        "Yes. You told me: Yuki is allergic to oysters.",
        "Priya keeps the blue sofa in Utrecht. That is what I have on record.",
        "Ann is swamped with the kids and the work at the harbour office.",
        "To sum up what I know: Priya keeps the blue sofa in Utrecht.",
        "If I recall correctly, Yuki is allergic to oysters. That was your statement.",
        "Right now Ann is swamped with the kids and the work at the harbour office.",
        "My records show that Priya keeps the blue sofa in Utrecht.",
        "You once shared the following with me. Yuki is allergic to oysters.",
        "Yuki is allergic to oysters. At least that is how you put it.",
        "It seems that Yuki is allergic to oysters.",
        "From what has been shared so far, Yuki is allergic to oysters.",
        "Good question! Yuki is allergic to oysters.",
        "As far as can be said here Yuki is allergic to oysters.",
        "From our earlier conversation I know that Yuki is allergic to oysters.",
    ],
)
def test_a_model_that_says_again_what_it_was_shown_is_refused_however_it_opens(store: SqliteStore, text: str) -> None:
    assert rules_of(store, said(text, MODEL, "run-2", verdict="supported"), shown=SHOWN) == ["recalled"]


@pytest.mark.parametrize(
    "text",
    [
        "As you mentioned, Priya keeps the blue piano in Utrecht.",
        "Marek keeps the blue sofa in Utrecht.",
        "Yuki is allergic to mango.",
        "In spring, Priya keeps the blue sofa in Utrecht.",
        "It is not true that Priya keeps the blue sofa in Utrecht.",
        "Before the flood, Priya keeps the blue sofa in Utrecht.",
        "I told Marek that Priya keeps the blue sofa in Utrecht.",
        "Yuki is allergic to oysters. I have sold you 40 of them.",
        "Says Marek: Priya keeps the blue sofa in Utrecht.",
        "Priya keeps the blue sofa in Utrecht. It cost 400 euros.",
        "According to my notes, the harbour office closes on Friday.",
    ],
)
def test_a_model_that_says_something_else_is_heard(store: SqliteStore, text: str) -> None:
    assert rules_of(store, said(text, MODEL, "run-2", verdict="supported"), shown=SHOWN) == [""]


def test_a_person_is_heard_though_much_the_same_was_shown(store: SqliteStore) -> None:
    mine = "I'm swamped with the kids and the work at the harbour office."
    other = "Kofi is allergic to oysters."
    assert rules_of(store, said(mine, "Wanda", "run-2"), said(other, "Wanda", "run-2"), shown=SHOWN) == ["", ""]
