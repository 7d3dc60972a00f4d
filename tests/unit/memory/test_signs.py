"""Signs and capitals: what makes two texts of the same words two statements, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.memory.contract import Candidate, Filter, Memory, Origin
from simone.memory.gate import Recalled
from simone.memory.remembering import remember
from simone.memory.signs import is_written_alike, signs
from simone.memory.sqlite import SqliteStore
from simone.memory.wording import opened

DIFFERENT = [
  ("The dog's blood group is B+.", "The dog's blood group is B-."),
  ("We write the driver in D.", "We write the driver in D++."),
  ("The tune ends on F.", "The tune ends on F#."),
  ("The valve opens at ≥ 3 bar.", "The valve opens at ≤ 3 bar."),
  ("n < 9 passes.", "n > 9 passes."),
  ("The cellar has - 4 degrees.", "The cellar has 4 degrees."),
  ("The slope is 7 %.", "The slope is 7 ‰."),
  ("Bread: ✓", "Bread: ✗"),
  ("The sum is p+q.", "The sum is p-q."),
  ("Supper was fine 🙂", "Supper was fine 🙁"),
  ("Supper was fine :)", "Supper was fine :("),
  ("The mail is in /srv/post.", "The mail is in srv/post."),
  ("The host is mill.example.", "The host is mill example."),
  ("The field is due_day.", "The field is due day."),
  ("The shelf is 6' long.", 'The shelf is 6" long.'),
  ("The slot is 9:30.", "The slot is 9 30."),
  ("The pass phrase is Heron.", "The pass phrase is heron."),
  ("The owner is AN Weiss.", "The owner is An Weiss."),
  ("Just Ines passed.", "Ines passed."),
  ("It was just one crate.", "It was one crate."),
]  # fmt: skip
SAME = [
  ("The mill by the lake burned down.", "The mill - by the lake - burned down!"),
  ("The mill by the lake burned down.", "The mill (by the lake) burned down..."),
  ("The well-known mill burned down.", "The well known mill burned down."),
  ("The mill burned down.", '"The mill burned down."'),
  ("The mill burned down.", "- The mill burned down"),
  ("The mill burned down in the “great year 1931”.", "The mill burned down in the great year 1931."),
  ("Ines has just left the mill.", "Ines has left the mill."),
  ("the mill burned down and i saw it.", "The mill burned down and I saw it."),
  ("The mill ❤️ burned.", "The mill ❤ burned."),
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened_store = SqliteStore.open(tmp_path / "memories.sqlite", durable=False)
    yield opened_store
    opened_store.close()


def said(text: str, run: str = "run-1", author: str = "Ann") -> Candidate:
    return Candidate(text, (Origin("letter 7", 0, len(text), text, run, author, 0.9),))


@pytest.mark.parametrize(("one", "other"), [*DIFFERENT, *((b, a) for a, b in DIFFERENT)])
def test_texts_that_differ_in_a_sign_or_a_capital_are_two(store: SqliteStore, one: str, other: str) -> None:
    assert not is_written_alike(opened(one), opened(other))
    first, second = remember(store, [said(one), said(other)], FrozenClock())
    assert isinstance(first, Memory)
    assert isinstance(second, Memory), second


@pytest.mark.parametrize(("one", "other"), [*SAME, *((b, a) for a, b in SAME)])
def test_marks_that_only_hold_words_together_make_no_other_text(store: SqliteStore, one: str, other: str) -> None:
    assert is_written_alike(opened(one), opened(other))
    remember(store, [said(one), said(other)], FrozenClock())
    assert len(store.select(Filter())) == 1


def test_a_person_who_says_another_sign_than_was_shown_is_heard(store: SqliteStore) -> None:
    shown = [Recalled("run-2", ("The dog's blood group is B+.",))]
    answers = [
        remember(store, [said(text, "run-2")], FrozenClock(), shown)[0]
        for text in ("The dog's blood group is B-.", "The dog's blood group is B+.")
    ]
    assert isinstance(answers[0], Memory)
    assert not isinstance(answers[1], Memory)


def test_signs_are_told_with_what_stands_before_them() -> None:
    assert signs("is A+, not B") == (("a", "+"),)
    assert signs("5 % of -3") == (("5", "%"), ("of", "-"))
    assert signs("plain words, (no more)") == ()
    assert signs("from 9–12") == signs("from 9-12") == (("9", "-"),)
    assert signs("7 %") == signs("7%") == (("7", "%"),)
