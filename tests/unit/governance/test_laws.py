"""Laws are figures with samples, or unmeasured."""

from __future__ import annotations

from pathlib import Path

from simone.clock import FrozenClock
from simone.governance.canonical import canonical
from simone.governance.laws import measure_laws
from simone.governance.ledger import Ledger, RecordedRun, run_id_of
from simone.records import Claim, Decision, Measured, Output, Plan, Status, Unmeasured, Verdict

PLAN = Plan("question", "answer", 8, 3, 2, ())
WORKFLOW = b'{"name":"w","blocks":[{"kind":"loop","check":["VVP","EEP"],"repair":["REVISOR"]}]}'


def verdict(status: Status) -> Verdict:
    return Verdict(Claim("c", 0, 1, 0), status, "numbers", "", Unmeasured("no labels"))


def run_of(ledger: Ledger, request: bytes, stages: tuple[str, ...], output: Output) -> RecordedRun:
    run_id = run_id_of(request, b"{}")
    journal = ledger.begin(run_id, request, b"{}")
    journal.append("workflow", "w", WORKFLOW)
    for stage in stages:
        journal.append("stage", stage, b"{}")
    journal.finish(canonical(output))
    return ledger.load(run_id)


def test_nothing_recorded_is_unmeasured() -> None:
    assert all(isinstance(law.score, Unmeasured) for law in measure_laws([]))


def test_laws_are_measured_from_finished_runs(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger.sqlite", FrozenClock(), durable=False)
    good = Output("r", "t", Decision("release", (), ""), (verdict("supported"), verdict("unverifiable")), plan=PLAN)
    held = Output("r", "", Decision("withhold", (), ""), (verdict("refuted"),), plan=PLAN)
    runs = [
        run_of(ledger, b"1", ("VVP", "EEP"), good),
        run_of(ledger, b"1", ("VVP", "EEP"), good),
        run_of(ledger, b"2", ("VVP",), held),
        run_of(ledger, b"2", ("VVP", "EEP"), held),
    ]
    scores = {law.number: law.score for law in measure_laws(runs)}
    assert scores[2] == Measured(7 / 8, 8)
    assert scores[3] == Measured(0.5, 4)
    assert scores[5] == Measured(0.5, 2)
    assert isinstance(scores[1], Unmeasured)
    ledger.close()
