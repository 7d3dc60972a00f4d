"""Those of the Five Laws that recorded runs can measure, as figures with their samples.

Not for laws 1 and 4: what governance adds and what it costs need runs beside it, which benchmarks make.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.governance.ledger import FINISH, RecordedRun
from simone.records import Measured, Output, Score, Unmeasured


class Law(msgspec.Struct, frozen=True):
    """One law, what its figure says, and the figure."""

    number: int
    name: str
    measure: str
    score: Score


def measure_laws(runs: Sequence[RecordedRun]) -> tuple[Law, ...]:
    """All five laws over these attempts; those that did not finish are left out."""
    finished = [run for run in runs if run.finished]
    outputs = [output for run in finished if (output := _output(run)) is not None]
    elsewhere = Unmeasured("a ledger does not hold it; benchmarks measure it")
    return (
        Law(1, "architectural intelligence", "quality of governed answers minus raw answers, per token", elsewhere),
        Law(2, "cognitive governance", "share of the workflow's stages that stand in the ledger", _governed(finished)),
        Law(3, "truth foundation", "share of released checkable claims that are supported", _supported(outputs)),
        Law(4, "energy stewardship", "CPU seconds and peak memory per governed answer", elsewhere),
        Law(5, "deterministic reliability", "share of repeated runs with identical records", _repeated(finished)),
    )


class _Block(msgspec.Struct):
    stages: tuple[str, ...] = ()
    check: tuple[str, ...] = ()


class _Blocks(msgspec.Struct):
    blocks: tuple[_Block, ...]


def _governed(runs: Sequence[RecordedRun]) -> Score:
    """Stages that the recorded workflow declares for every run of it; repairs run only where something failed."""
    declared = recorded = 0
    for run in runs:
        names = {entry.name for entry in run.entries if entry.kind == "stage"}
        for entry in run.entries:
            if entry.kind == "workflow" and not entry.forgotten:
                blocks = msgspec.json.decode(entry.payload, type=_Blocks).blocks
                wanted = [code for block in blocks for code in (*block.stages, *block.check)]
                declared += len(wanted)
                recorded += sum(code in names for code in wanted)
    return Measured(recorded / declared, declared) if declared else Unmeasured("no finished run with a workflow")


def _supported(outputs: Sequence[Output]) -> Score:
    verdicts = [
        verdict.status == "supported"
        for output in outputs
        if output.decision.action == "release"
        for verdict in output.verdicts
        if verdict.claim.checkable
    ]
    return Measured(sum(verdicts) / len(verdicts), len(verdicts)) if verdicts else Unmeasured("no released claim")


def _repeated(runs: Sequence[RecordedRun]) -> Score:
    heads: dict[str, list[str]] = {}
    for run in runs:
        heads.setdefault(run.run_id, []).append(run.head)
    again = [head == group[0] for group in heads.values() for head in group[1:]]
    return Measured(sum(again) / len(again), len(again)) if again else Unmeasured("no run was repeated")


def _output(run: RecordedRun) -> Output | None:
    """The run's output; None where the last entry is not one, or was forgotten."""
    if not run.entries or run.entries[-1].kind != FINISH or run.entries[-1].forgotten:
        return None
    try:
        return msgspec.json.decode(run.entries[-1].payload, type=Output)
    except msgspec.ValidationError:
        return None
