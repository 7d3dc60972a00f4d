"""Re-executes a recorded run with its recorded model outputs and sources; never goes live.

Not for comparing: governance.replay does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from simone.clock import Deadline, SystemClock
from simone.errors import ReplayError, ReplayMiss, RunForgotten, RunPruned
from simone.governance.ledger import Entry, Ledger, RecordedRun, RunSummary, Transcript
from simone.governance.policy import Policy, PolicyFile
from simone.governance.replay import Divergence, first_divergence
from simone.mvlm.recorded import Exchange, Recorded, Recording
from simone.observability.events import Listener, ignore
from simone.orchestration.escalation import EscalatingJudge, without_second
from simone.orchestration.workflow import Workflow
from simone.protocols.cognitive_control import CognitiveControl
from simone.protocols.contract import Stage
from simone.records import Case, Finding, Output, Passage, Plan, Request
from simone.reports.plain import visible
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.runtime.execution import execute
from simone.runtime.opening import NEAR
from simone.runtime.wiring import CODE_VERSION, LEDGER, Bundle, NoSources, Parts, make_judge, make_stages
from simone.settings import RetrievalSettings
from simone.settings import home as default_home
from simone.settings import load as load_settings
from simone.truth.judge import recorded_limit
from simone.truth.judging import Judging
from simone.truth.readers import recorded_reader
from simone.workers.pool import Pool

REPLAY_S = 3600.0
"""Longest time a replay may take; the recorded budget bounded the model, which is not asked again."""

ASKED_CHARACTERS = 60
"""Of a question or text, in the list of runs."""


class ReplayReport(msgspec.Struct, frozen=True):
    """What a replay found. `output` is the recorded one; `divergence` None where every entry was identical."""

    run: str
    entries: int
    output: Output
    divergence: Divergence | None
    notes: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """What a stage that looks into the sources wrote."""

    passages: tuple[Passage, ...] = ()
    source_findings: tuple[Finding, ...] = ()


class FromRecord:
    """A stage that looked into the sources, giving what it found then."""

    def __init__(self, stage: Stage, found: Found) -> None:
        self.code = stage.code
        self.purpose = stage.purpose
        self.reads = stage.reads
        self.writes = stage.writes
        self._found = found

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with the recorded passages."""
        deadline.check(f"replaying {self.code}")
        return msgspec.structs.replace(case, passages=self._found.passages, source_findings=self._found.source_findings)


def replay(run: str, *, home: Path | None = None, listen: Listener = ignore) -> ReplayReport:
    """Re-execute the run with that id (or unique prefix) and compare every entry with the record.

    Raises:
        RunUnknown: the ledger holds no such run, or several.
        LedgerBroken: the record was changed after it was written.
        RunForgotten: something that the run held was forgotten.
        RunPruned: the run's record was pruned.
        ReplayError: the run never finished, so there is nothing whole to compare with.
        WeightsMissing: the encoder's or the verifier's weights are not in the cache.
    """
    home = home or default_home()
    settings = load_settings()
    ledger = Ledger.open(home / LEDGER, SystemClock(), durable=settings.durable)
    try:
        recorded = ledger.load(run)
    finally:
        ledger.close()
    if recorded.pruned:
        raise RunPruned(
            f"run {recorded.run_id[:16]} cannot be replayed: its record was pruned on {recorded.pruned[:10]}; its"
            " digests are left and its chain holds; ask again to get a whole record"
        )
    if recorded.forgotten:
        raise RunForgotten(
            f"run {recorded.run_id[:16]} cannot be replayed: {len(recorded.forgotten)} parts were forgotten, first"
            f" {recorded.forgotten[0]}; its digests are left and its chain holds; ask again to get a whole record"
        )
    if not recorded.finished:
        raise ReplayError(
            f"run {recorded.run_id[:16]} stopped after {len(recorded.entries)} entries and never finished;"
            " ask the question again to get a whole record"
        )
    near = next((entry for entry in recorded.entries if entry.kind == NEAR), None)
    if near is not None:
        report = replay(near.name, home=home, listen=listen)
        note = f"run {recorded.run_id[:16]} was given the answer of run {near.name[:16]}, which is what was replayed"
        return msgspec.structs.replace(report, notes=(note, *report.notes))
    encoder = CachedEncoder(MiniLM(home, settings.encoder), settings.encoder.cache_bytes)
    bundle = msgspec.json.decode(recorded.bundle, type=Bundle)
    policy = Policy(msgspec.json.decode(_only(recorded, "policy").payload, type=PolicyFile), "the recorded policy")
    exchanges = [msgspec.json.decode(e.payload, type=Exchange) for e in recorded.entries if e.kind == "execution"]
    recording = Recording(Recorded(exchanges, bundle.engine))
    first, second = without_second(bundle.verifier)
    judge: Judging = make_judge(encoder, home, recorded_reader(first), recorded_limit(first))
    if second:
        name = judge.name + bundle.verifier.removeprefix(first)
        judge = EscalatingJudge(judge, Recording(Recorded(exchanges, second)), name, Deadline(SystemClock(), REPLAY_S))
    parts = Parts(recording, encoder, NoSources(), judge, policy, home)
    transcript = Transcript(recorded.run_id)
    with Pool(settings.workers.count) as pool:
        missed = _rerun(recorded, parts, recording, transcript, pool, listen)
    divergence = first_divergence(recorded.entries, transcript.entries)
    notes = [*_bundle_notes(bundle, encoder.name, judge.name), *([missed] if missed else [])]
    return ReplayReport(
        run=recorded.run_id,
        entries=len(recorded.entries),
        output=msgspec.json.decode(recorded.entries[-1].payload, type=Output),
        divergence=divergence,
        notes=tuple(notes),
    )


def _rerun(
    recorded: RecordedRun, parts: Parts, recording: Recording, transcript: Transcript, pool: Pool, listen: Listener
) -> str:
    """Fill the transcript; the message of a miss where the run asked for something that was not recorded."""
    clock = SystemClock()
    deadline = Deadline(clock, REPLAY_S)
    request = msgspec.json.decode(recorded.request, type=Request)
    workflow = msgspec.json.decode(_only(recorded, "workflow").payload, type=Workflow)
    settings = msgspec.json.decode(recorded.bundle, type=Bundle).retrieval
    plan = _planned(request, workflow, settings, deadline)
    try:
        execute(
            Case(request=request, plan=plan),
            workflow,
            parts,
            pool,
            transcript,
            recording,
            deadline,
            listen,
            clock,
            recorded.run_id,
            _substitutes(recorded, parts),
        )
    except ReplayMiss as error:
        return str(error)
    return ""


def _planned(request: Request, workflow: Workflow, settings: RetrievalSettings, deadline: Deadline) -> Plan:
    names = frozenset({workflow.name, request.workflow or workflow.name})
    planned = CognitiveControl(settings, names).apply(Case(request=request), deadline).plan
    assert planned is not None
    return planned


def _substitutes(recorded: RecordedRun, parts: Parts) -> Mapping[str, Stage]:
    found = {
        entry.name: msgspec.json.decode(entry.payload, type=Found)
        for entry in recorded.entries
        if entry.kind == "stage" and entry.name in {"GATHER", "COLLECT"}
    }
    stages = make_stages(parts)
    return {code: FromRecord(stages[code], passages) for code, passages in found.items()}


def _only(recorded: RecordedRun, kind: str) -> Entry:
    for entry in recorded.entries:
        if entry.kind == kind:
            return entry
    raise ReplayError(f"run {recorded.run_id[:16]} holds no {kind}; it was recorded by another version")


def _bundle_notes(bundle: Bundle, encoder: str, verifier: str) -> list[str]:
    notes = []
    if bundle.code != CODE_VERSION:
        notes.append(f"recorded by simone {bundle.code}, replayed by {CODE_VERSION}")
    if bundle.encoder != encoder:
        notes.append(f"recorded with the encoder {bundle.encoder}, replayed with {encoder}")
    if bundle.verifier != verifier:
        notes.append(f"recorded with the verifier {bundle.verifier}, replayed with {verifier}")
    return notes


def recorded_runs(limit: int, home: Path | None = None) -> list[str]:
    """One line for each recorded attempt, newest first: when it was, its workflow, and how what was asked begins."""
    ledger = Ledger.open((home or default_home()) / LEDGER, SystemClock())
    try:
        found = ledger.runs()[::-1][:limit]
        opened = ledger.opened([run.attempt for run in found])
        return [_line(run, *opened[run.attempt]) for run in found]
    finally:
        ledger.close()


def _line(run: RunSummary, request: bytes, workflow: str) -> str:
    when = f"{run.run_id[:16]}  {run.started[:19]}  {run.entries:4} entries"
    return f"{when}  {_state(run):8}  {workflow:9}  {'(pruned)' if run.pruned else _asked(request)}"


def _asked(request: bytes) -> str:
    """The first words of the question, or of the text where there is none."""
    if not request:
        return "(forgotten)"
    asked = msgspec.json.decode(request, type=Request)
    words = " ".join((asked.question.strip() or asked.text)[: 4 * ASKED_CHARACTERS].split())
    return visible(words if len(words) <= ASKED_CHARACTERS else words[: ASKED_CHARACTERS - 1] + "…")


def _state(run: RunSummary) -> str:
    return "finished" if run.finished else "stopped"
