"""A recorded run is executed again from its record alone, and says so when the record does not hold."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import msgspec
import pytest

from simone import weights
from simone.clock import SystemClock
from simone.errors import LedgerBroken, ModelTimeout, ReplayError, SimoneError
from simone.governance.ledger import Ledger
from simone.mvlm.contract import MVLM
from simone.mvlm.scripted import Line, Scripted
from simone.orchestration.workflow import load_workflow
from simone.records import Budget, Output, OutputContract, Request
from simone.runtime import Bundle, Runtime, replay
from simone.settings import RetrievalSettings, Settings, VerifierSettings
from simone.truth.entailment import LARGE

SOURCE = Path(__file__).resolve().parents[2] / "src" / "simone"
ASKED = Request("How long did the siege of Low Kessing last?")
DRAFT = "The siege lasted nine weeks. The League besieged Low Kessing in the autumn of 1728. Vey kept a parrot."
SCRIPT = {
    "DRAFT": DRAFT,
    "REVISE": "The League besieged Low Kessing in the autumn of 1729.",
    "SUMMARIZE": "The siege lasted nine weeks.",
}


def recorded(home: Path, sources: Path, request: Request = ASKED, engine: MVLM | None = None) -> Output:
    settings = Settings(durable=False)
    with Runtime.open(sources, engine=engine or Scripted(SCRIPT), home=home, settings=settings) as house:
        return house.run(request)


def test_a_replay_is_identical(ready_home: Path, belmar: Path) -> None:
    output = recorded(ready_home, belmar)
    report = replay(output.run[:12], home=ready_home)
    assert (report.divergence, report.notes) == (None, ())
    assert report.output == output


def test_a_replay_uses_the_verifier_of_the_record(
    ready_home: Path, belmar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = recorded(ready_home, belmar)
    settings = Settings(durable=False, verifier=VerifierSettings(entailment=True))
    with Runtime.open(belmar, engine=Scripted(SCRIPT), home=ready_home, settings=settings) as house:
        weighed = house.run(ASKED)
    assert weighed.run != plain.run
    for asked in ("0", "1"):
        monkeypatch.setenv("SIMONE_VERIFIER_ENTAILMENT", asked)
        for output in (plain, weighed):
            report = replay(output.run, home=ready_home)
            assert (report.divergence, report.notes, report.output) == (None, (), output)


def test_a_replay_reads_with_the_models_of_the_record(ready_home: Path, belmar: Path) -> None:
    if {one.weight.name: one.state for one in weights.listing(ready_home)}[LARGE] != "present":
        pytest.skip("the large entailment model is missing; run `make weights-large`")
    settings = Settings(durable=False, verifier=VerifierSettings(entailment=True, reader="large", max_error=1.0))
    with Runtime.open(belmar, engine=Scripted(SCRIPT), home=ready_home, settings=settings) as house:
        output = house.run(ASKED)
    report = replay(output.run, home=ready_home)
    assert (report.divergence, report.notes, report.output) == (None, (), output)


def test_a_bundle_from_before_verifiers_were_named_was_judged_by_the_exact_checks() -> None:
    bundle = Bundle("1", "e", "m", "s", "p", "w", RetrievalSettings())
    old = msgspec.to_builtins(bundle)
    del old["verifier"]
    assert msgspec.convert(old, Bundle) == bundle
    assert bundle.verifier == "exact"


@pytest.mark.parametrize("workflow", ["verify", "analyze", "summarize", "write"])
def test_every_workflow_can_be_replayed(ready_home: Path, belmar: Path, workflow: str) -> None:
    text = "" if workflow == "write" else (belmar / "heron.md").read_text("utf-8")
    request = Request("Write about the siege.", text=text, workflow=workflow)
    script = {**SCRIPT, "IDEATE": "The siege", "SUMMARIZE": ["The barge was raised.", "The barge was raised."]}
    output = recorded(ready_home, belmar, request, Scripted(script))
    report = replay(output.run, home=ready_home)
    assert (report.divergence, report.notes) == (None, ())


def test_a_replay_needs_neither_the_sources_nor_the_corpus(ready_home: Path, belmar: Path, tmp_path: Path) -> None:
    sources = shutil.copytree(belmar, tmp_path / "sources")
    output = recorded(ready_home, sources)
    shutil.rmtree(sources)
    shutil.rmtree(ready_home / "corpora")
    assert replay(output.run, home=ready_home).divergence is None


def test_a_replay_uses_the_recorded_workflow_and_policy(ready_home: Path, belmar: Path, tmp_path: Path) -> None:
    workflow, policy = tmp_path / "w.toml", tmp_path / "p.toml"
    shutil.copy(SOURCE / "orchestration" / "workflows" / "answer.toml", workflow)
    shutil.copy(SOURCE / "governance" / "policies" / "default.toml", policy)
    request = msgspec.structs.replace(ASKED, workflow=str(workflow), policy=str(policy))
    output = recorded(ready_home, belmar, request)
    workflow.write_text(workflow.read_text().replace('"HIP", ', ""))
    policy.unlink()
    assert load_workflow(str(workflow)) != load_workflow("answer")
    report = replay(output.run, home=ready_home)
    assert report.divergence is None
    assert report.output == output


def test_a_replay_uses_the_recorded_settings(ready_home: Path, belmar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(durable=False, retrieval=RetrievalSettings(passages=3))
    with Runtime.open(belmar, engine=Scripted(SCRIPT), home=ready_home, settings=settings) as house:
        output = house.run(ASKED)
    monkeypatch.setenv("SIMONE_RETRIEVAL_PASSAGES", "12")
    assert replay(output.run, home=ready_home).divergence is None


def test_a_run_whose_model_ran_out_of_time_is_replayed_with_its_end(ready_home: Path, belmar: Path) -> None:
    script: dict[str, Line] = {
        **SCRIPT,
        "IDEATE": "The siege",
        "REVISE": ModelTimeout("scripted: no answer within 5 s"),
        "SUMMARIZE": ModelTimeout("again"),
    }
    long = Request("Write a report on the siege of Low Kessing.", contract=OutputContract(max_sentences=6))
    output = recorded(ready_home, belmar, long, Scripted(script))
    assert output.decision.action == "release"
    assert {revision.action for revision in output.revisions} == {"removed"}
    assert replay(output.run, home=ready_home).divergence is None


def test_a_run_whose_tokens_ran_out_is_replayed_with_its_end(ready_home: Path, belmar: Path) -> None:
    tight = msgspec.structs.replace(ASKED, budget=Budget(tokens=600, revisions=2))
    filler = "The siege lasted ten weeks. " * 40
    script = {**SCRIPT, "DRAFT": DRAFT, "REVISE": filler}
    output = recorded(ready_home, belmar, tight, Scripted(script))
    assert replay(output.run, home=ready_home).divergence is None


@pytest.mark.parametrize("kind", ["stage", "execution", "finish", "policy"])
def test_a_changed_record_is_refused(ready_home: Path, belmar: Path, kind: str) -> None:
    output = recorded(ready_home, belmar)
    ledger = Ledger.open(ready_home / "ledger.sqlite", SystemClock(), durable=False)
    first = next(entry for entry in ledger.load(output.run).entries if entry.kind == kind)
    ledger.close()
    connection = sqlite3.connect(ready_home / "ledger.sqlite")
    changed = (first.payload.replace(b"e", b"o"), first.seq)
    connection.execute("UPDATE entries SET payload = ? WHERE seq = ?", changed)
    connection.commit()
    connection.close()
    with pytest.raises(LedgerBroken, match=kind):
        replay(output.run, home=ready_home)


def test_a_run_that_never_finished_cannot_be_replayed(ready_home: Path, belmar: Path) -> None:
    with pytest.raises(SimoneError):
        recorded(ready_home, belmar, engine=Scripted([]))
    with Runtime.open(home=ready_home, engine=Scripted([]), settings=Settings(durable=False)) as house:
        (run,) = house.ledger.runs()
    with pytest.raises(ReplayError, match="never finished"):
        replay(run.run_id, home=ready_home)


def test_a_record_of_what_this_program_would_not_do_is_a_divergence(ready_home: Path, belmar: Path) -> None:
    """Another program wrote a whole, sound record; this one says where it would have done otherwise."""
    output = recorded(ready_home, belmar)
    ledger = Ledger.open(ready_home / "ledger.sqlite", SystemClock(), durable=False)
    old = ledger.load(output.run)
    journal = ledger.begin(old.run_id, old.request, old.bundle)
    for entry in old.entries[:-1]:
        payload = entry.payload
        if entry.name == "GOV":
            payload = payload.replace(b"the sources contradict it", b"the stars are against it")
        journal.append(entry.kind, entry.name, payload)
    journal.finish(old.entries[-1].payload)
    ledger.close()
    divergence = replay(output.run, home=ready_home).divergence
    assert divergence is not None
    assert (divergence.name, divergence.path) == ("GOV", "$.decision.reason")
