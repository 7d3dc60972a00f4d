"""`simone ledger …` from the outside: what is checked, shown, pruned and said afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from simone.errors import RunPruned
from simone.records import Request
from simone.runtime import Runtime, replay
from simone.settings import Settings

ASKED = Request("How long did the siege of Low Kessing last?")


class Said(NamedTuple):
    exit: int
    output: str
    error: str


Command = Callable[..., Said]


@pytest.fixture
def run(ready_home: Path, belmar: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a recorded run of today, in the home that commands use."""
    monkeypatch.setenv("SIMONE_HOME", str(ready_home))
    with Runtime.open(belmar, home=ready_home, settings=Settings(durable=False)) as house:
        return house.run(ASKED).run


def test_old_runs_are_shown_then_pruned_and_their_chains_still_hold(
    command: Command, run: str, ready_home: Path
) -> None:
    assert command("ledger", "check").output.startswith("1 runs, 0 of them pruned, 0 broken")
    assert command("ledger", "prune", "--before", "9000-01-01", "--dry-run")[:2] == (
        0,
        "1 runs began before 9000-01-01T00:00:00+00:00\nnothing was pruned; --yes does it\n",
    )
    assert command("ledger", "prune", "--before", "9000-01-01").exit == 1
    assert replay(run, home=ready_home).divergence is None
    done = command("ledger", "prune", "--before", "9000-01-01", "--yes")
    assert (done.exit, "1 runs pruned" in done.output) == (0, True)
    checked = command("ledger", "check")
    assert (checked.exit, checked.output[:36]) == (0, "1 runs, 1 of them pruned, 0 broken, ")
    assert "(pruned)" in command("runs").output
    with pytest.raises(RunPruned, match="its record was pruned on"):
        replay(run, home=ready_home)


def test_what_is_younger_stays(command: Command, run: str, ready_home: Path) -> None:
    assert command("ledger", "prune", "--older-than", "1", "--yes").exit == 0
    assert replay(run, home=ready_home).divergence is None


def test_a_pruned_question_asked_again_has_a_whole_record_and_the_same_head(
    command: Command, run: str, ready_home: Path, belmar: Path
) -> None:
    command("ledger", "prune", "--before", "9000-01-01", "--yes")
    with Runtime.open(belmar, home=ready_home, settings=Settings(durable=False)) as house:
        assert house.run(ASKED).run == run
        assert len({one.head for one in house.ledger.runs()}) == 1
    assert replay(run, home=ready_home).divergence is None


def test_a_run_that_does_not_hold_is_named(command: Command, run: str, ready_home: Path) -> None:
    connection = sqlite3.connect(ready_home / "ledger.sqlite")
    connection.execute("UPDATE entries SET payload = CAST('{}' AS BLOB) WHERE seq = 1")
    connection.commit()
    connection.close()
    checked = command("ledger", "check")
    assert (checked.exit, run in checked.output, "1 broken" in checked.output) == (1, True, True)


def test_all_runs_are_those_older_than_no_days(command: Command, run: str) -> None:
    assert "1 runs pruned" in command("ledger", "prune", "--older-than", "0", "--yes").output
