"""The runtime: what it refuses before it works, and what it leaves in the ledger."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import BadRequest, BadWorkflow, BudgetExceeded, Cancelled, ModelFailed
from simone.mvlm.scripted import Scripted
from simone.records import Budget, OutputContract, Request
from simone.runtime import Bundle, Runtime
from simone.settings import RetrievalSettings, Settings

SETTINGS = Settings(durable=False)
ASKED = Request("How long did the siege of Low Kessing last?")
HALF = "\udc80"


@pytest.fixture
def house(ready_home: Path, belmar: Path) -> Runtime:
    return Runtime.open(
        belmar, engine=Scripted({"DRAFT": "The siege lasted nine weeks."}), home=ready_home, settings=SETTINGS
    )


def test_an_answer_names_the_run_that_the_ledger_holds(house: Runtime) -> None:
    with house:
        output = house.run(ASKED)
        recorded = house.ledger.load(output.run)
        assert recorded.finished
        assert output.cost.calls == 1
        assert (
            house.source_text(output.citations[0].document)[output.citations[0].start : output.citations[0].end]
            == output.citations[0].quote
        )
        assert house.source_text("nowhere.md") == ""


def test_the_bundle_changes_with_whatever_changes_bytes(house: Runtime, ready_home: Path, belmar: Path) -> None:
    with house:
        first = house.run(ASKED).run
        recorded = msgspec.json.decode(house.ledger.load(first).bundle, type=Bundle)
        assert recorded.retrieval == SETTINGS.retrieval
    other = msgspec.structs.replace(SETTINGS, retrieval=RetrievalSettings(passages=4))
    script = Scripted({"DRAFT": "The siege lasted nine weeks."})
    with Runtime.open(belmar, engine=script, home=ready_home, settings=other) as changed:
        assert changed.run(ASKED).run != first
    with Runtime.open(belmar / "siege.md", engine=script, home=ready_home, settings=SETTINGS) as fewer:
        assert fewer.run(ASKED).run != first


@pytest.mark.parametrize(
    "request_",
    [
        Request(f"What did {HALF} say?"),
        Request("What?", text=HALF),
        Request("What?", contract=OutputContract(kind="template", sections=(HALF,))),
    ],
    ids=["question", "text", "contract"],
)
def test_half_a_character_is_refused_before_anything_is_recorded(house: Runtime, request_: Request) -> None:
    with house:
        with pytest.raises(BadRequest, match=r"holds '\\udc80'"):
            house.run(request_)
        assert house.ledger.runs() == ()


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_an_impossible_budget_is_a_bad_request_not_a_spent_one(house: Runtime, seconds: float) -> None:
    with house, pytest.raises(BadRequest, match="the seconds must be finite"):
        house.run(msgspec.structs.replace(ASKED, budget=Budget(seconds=seconds)))


def test_an_unknown_workflow_is_refused_before_the_plan(house: Runtime) -> None:
    with house, pytest.raises(BadWorkflow, match="ponder"):
        house.run(msgspec.structs.replace(ASKED, workflow="ponder"))


def test_an_empty_text_is_not_verified(house: Runtime) -> None:
    with house, pytest.raises(BadRequest, match="empty"):
        house.verify(" \n")


def test_a_failed_run_is_recorded_with_its_error_and_never_as_finished(ready_home: Path, belmar: Path) -> None:
    with Runtime.open(belmar, engine=Scripted([]), home=ready_home, settings=SETTINGS) as house:
        with pytest.raises(ModelFailed):
            house.run(ASKED)
        (run,) = house.ledger.runs()
        recorded = house.ledger.load(run.run_id)
        assert not recorded.finished
        assert (recorded.entries[-1].kind, recorded.entries[-1].name) == ("error", "ModelFailed")


def test_a_withdrawn_or_late_request_releases_nothing(house: Runtime) -> None:
    clock = FrozenClock()
    withdrawn, late = Deadline(clock, 60), Deadline(clock, 1)
    withdrawn.cancel()
    clock.advance(2)
    with house:
        with pytest.raises(Cancelled):
            house.run(ASKED, deadline=withdrawn)
        with pytest.raises(BudgetExceeded):
            house.run(ASKED, deadline=late)
        assert [run for run in house.ledger.runs() if run.finished] == []


def test_a_text_of_ones_own_can_be_asked_about_and_written_from(ready_home: Path) -> None:
    text = "The council met twice. The toll was raised to 14 crowns in May. Nobody objected."
    with Runtime.open(home=ready_home, settings=SETTINGS) as house:
        for workflow in ("answer", "write"):
            output = house.run(Request("What was the toll raised to?", text=text, workflow=workflow))
            assert output.decision.action == "release"
            assert "14 crowns" in output.text
            assert {citation.document for citation in output.citations} == {"text"}
