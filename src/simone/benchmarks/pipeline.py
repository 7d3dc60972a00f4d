"""`simone bench pipeline`: what governance costs, part by part and as a whole, warm.

Not for kernels.

Three tables: the pipeline with stages that do nothing, each protocol on one draft of 200 words, and the whole
`answer` workflow with the extractive engine over 1,000 documents (abstracts of the Cranfield collection) with its own
queries, each asked once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import msgspec

from simone.benchmarks.collections import read
from simone.benchmarks.report import machine, percentile, table
from simone.clock import Clock, Deadline, SystemClock
from simone.errors import SimoneError
from simone.governance.policy import load_policy
from simone.observability.events import Event, ignore
from simone.orchestration.drafts import make_draft
from simone.orchestration.pipeline import Pipeline, Watch
from simone.orchestration.workflow import compile_workflow, load_workflow
from simone.records import Case, Cost, Decision, Draft, Output, Passage, Plan, Request
from simone.runtime import Runtime
from simone.runtime.wiring import STAGES, Parts, make_stages
from simone.settings import NO_CACHES, Settings
from simone.truth.judge import Judge
from simone.workers.pool import Pool

DOCUMENTS = 1000
WARM_UP = 10
DRAFT_WORDS = 200


class Row(msgspec.Struct, frozen=True):
    """Times of one thing, seconds."""

    name: str
    seconds: tuple[float, ...]


class Report(msgspec.Struct, frozen=True):
    """The three tables. `failed` counts queries of the whole workflow that ended in an error."""

    idle: tuple[Row, ...]
    protocols: tuple[Row, ...]
    workflow: tuple[Row, ...]
    failed: int


def run(
    data: Path, home: Path, settings: Settings, repeats: int = 200, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Measure all three tables.

    Raises:
        MissingSource: the collection is not in the data folder.
        WeightsMissing: the encoder's weights are not in the cache.
    """
    clock = SystemClock()
    tell("pipeline without protocol work")
    idle = _idle(clock, repeats * 10)
    collection = read("cran", data)
    folder = _written(collection.documents[:DOCUMENTS], home / "bench" / "pipeline")
    tell("reading and encoding the documents")
    generous = msgspec.structs.replace(
        settings, retrieval=msgspec.structs.replace(settings.retrieval, index_on_open=1_000_000), cache=NO_CACHES
    )
    with Runtime.open(folder, engine="extractive", home=home, settings=generous) as runtime:
        tell("each protocol")
        protocols = _protocols(runtime, home, " ".join(collection.documents[:3]), repeats)
        tell("the whole workflow")
        workflow, failed = _workflow(runtime, [query.text for query in collection.queries])
    return Report(idle, protocols, workflow, failed)


def render(report: Report) -> str:
    """The tables as text, milliseconds."""
    header = ("", "p50 ms", "p95 ms", "p99 ms", "n")
    return "\n".join(
        [
            f"the cost of governance; {machine()}",
            "",
            table(("pipeline without protocol work", *header[1:]), [_row(row) for row in report.idle]),
            "",
            table(
                (f"one stage on a draft of {DRAFT_WORDS} words", *header[1:]), [_row(row) for row in report.protocols]
            ),
            "",
            table(
                (f"answer workflow, extractive, {DOCUMENTS} documents", *header[1:]),
                [_row(row) for row in report.workflow],
            ),
            f"queries that ended in an error: {report.failed}",
            "",
        ]
    )


class Idle:
    """A stage that declares what another declares and does nothing but write an empty value."""

    def __init__(self, code: str, reads: frozenset[str], writes: frozenset[str]) -> None:
        self.code = code
        self.purpose = "does nothing"
        self.reads = reads
        self.writes = writes

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with a released decision, a draft and an output where those are declared."""
        changes: dict[str, object] = {}
        if "draft" in self.writes:
            changes["draft"] = Draft(text="", sentences=())
        if "decision" in self.writes:
            changes["decision"] = RELEASED
        if "output" in self.writes:
            changes["output"] = Output(run="", text="", decision=RELEASED)
        return msgspec.structs.replace(case, **changes)


RELEASED = Decision(action="release", rules=(), reason="nothing was checked")
PLAN = Plan("question", "answer", 8, 3, 2, ())


def _idle(clock: Clock, repeats: int) -> tuple[Row, ...]:
    """The stages of `answer`, idle; per request, and per stage."""
    stages = {stage.code: Idle(stage.code, stage.reads, stage.writes) for stage in STAGES}
    workflow = load_workflow("answer")
    blocks = compile_workflow(workflow, stages)
    case = Case(request=Request(question="?"), plan=PLAN)
    rows: list[Row] = []
    for workers in (1, 2):
        codes: list[str] = []
        watch = Watch(Deadline(clock, 3600.0), partial(_noted, codes), ignore, Cost)
        with Pool(workers) as pool:
            work = partial(Pipeline(stages, pool, clock).run, case, blocks, watch)
            times = [_timed(clock, work) for _ in range(repeats)]
        each = len(codes) // repeats
        rows.append(Row(f"a request of {each} stages, {workers} workers", tuple(times)))
        rows.append(Row(f"per stage, {workers} workers", tuple(time / each for time in times)))
    return tuple(rows)


def _noted(codes: list[str], code: str, _written: Mapping[str, object]) -> None:
    codes.append(code)


def _protocols(runtime: Runtime, home: Path, text: str, repeats: int) -> tuple[Row, ...]:
    judge = Judge(runtime.encoder)
    parts = Parts(runtime.engine, runtime.encoder, runtime.retriever, judge, load_policy("default"), home)
    draft = make_draft(" ".join(text.split()[:DRAFT_WORDS]))
    deadline = Deadline(runtime.clock, 3600.0)
    found = runtime.run(Request(question=draft.sentences[0].text, workflow="answer"))
    passages = _passages(runtime, draft.sentences[0].text)
    plan = found.plan or PLAN
    rows = []
    case = Case(request=Request(question=draft.sentences[0].text), plan=plan, passages=passages, draft=draft)
    for code, stage in make_stages(parts).items():
        if code in {"IDEATOR", "INTAKE", "MATERIAL", "CONDENSE", "SUMMARIZER", "REVISOR", "DRAFTER", "COLLECT"}:
            continue
        case = stage.apply(case, deadline)
        at = case
        times = [_timed(runtime.clock, partial(stage.apply, at, deadline)) for _ in range(repeats)]
        rows.append(Row(f"{code} {stage.purpose[:50]}", tuple(times)))
    return tuple(rows)


def _passages(runtime: Runtime, text: str) -> tuple[Passage, ...]:
    return runtime.retriever.search(text, runtime.encoder.encode([text])[0], runtime.settings.retrieval.passages)


def _workflow(runtime: Runtime, questions: list[str]) -> tuple[tuple[Row, ...], int]:
    stages: dict[str, list[float]] = {}
    whole: list[float] = []
    failed = 0

    def listen(event: Event) -> None:
        stages.setdefault(event.stage, []).append(event.seconds)

    for number, question in enumerate(questions):
        request = Request(question=question, workflow="answer")
        if number < WARM_UP:
            _answered(runtime, request, lambda _: None)
            continue
        seconds, answered = _answered(runtime, request, listen)
        failed += not answered
        whole.append(seconds)
    rows = [Row("whole request, ledger included", tuple(whole))]
    rows += [Row(f"  {code}", tuple(times)) for code, times in stages.items()]
    return tuple(rows), failed


def _answered(runtime: Runtime, request: Request, listen: Callable[[Event], None]) -> tuple[float, bool]:
    started_s = runtime.clock.monotonic_s()
    try:
        runtime.run(request, listen)
    except SimoneError:
        return runtime.clock.monotonic_s() - started_s, False
    return runtime.clock.monotonic_s() - started_s, True


def _timed(clock: Clock, work: Callable[[], object]) -> float:
    started_s = clock.monotonic_s()
    work()
    return clock.monotonic_s() - started_s


def _row(row: Row) -> tuple[str, ...]:
    return (row.name, *(f"{percentile(row.seconds, p) * 1000:.3f}" for p in (0.5, 0.95, 0.99)), str(len(row.seconds)))


def _written(documents: tuple[str, ...], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents, start=1):
        path = folder / f"{number:04}.txt"
        if not path.exists():
            path.write_text(document, "utf-8")
    return folder
