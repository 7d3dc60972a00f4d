"""`simone bench kernels`: the compiled kernels beside the reference and what people use otherwise, in one run.

Not for the program's own speed: `bench pipeline` measures that.

Every contestant first answers, and the answers are compared; then all take turns, so that a busy machine
hits all alike, each after a moment of quiet, so that none pays for the spinning threads of another. What is
prepared once in use (unit rows, an index, compiled patterns) is prepared once here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.kernels import (
    claims,
    consolidation,
    content,
    fingerprints,
    patterns,
    similarity,
    syntax,
    texts,
    tiny,
)
from simone.benchmarks.kernels.hardware import Bandwidth, bandwidth, blas
from simone.benchmarks.kernels.measuring import Family, Row, Setting, answered, judged, timed
from simone.benchmarks.report import machine, table
from simone.clock import SystemClock
from simone.errors import MissingSource
from simone.kernels.contract import Kernels
from simone.kernels.door import choose, installed_extension

REPEATS = 7
TASKS: dict[str, Family] = {
    "top": similarity.top,
    "batch": similarity.batch,
    "matrix": similarity.matrix,
    "normalize": similarity.normalize,
    "euclidean": similarity.euclidean,
    "tiny": tiny.tiny,
    "hash": content.hashes,
    "fingerprint": fingerprints.fingerprints,
    "near": fingerprints.near,
    "chunks": content.chunks,
    "buckets": content.buckets,
    "sentences": texts.sentences,
    "statistics": texts.statistics,
    "terms": texts.terms,
    "patterns": patterns.patterns,
    "entities": texts.entities,
    "consolidate": consolidation.plans,
    "claims": claims.checks,
    "contradictions": claims.contradictions,
    "syntax": syntax.syntax,
}
"""Every task by name, in the order of the report."""


class Report(msgspec.Struct, frozen=True):
    """Everything measured, with what could have changed it."""

    setting: tuple[str, ...]
    memory: Bandwidth
    rows: tuple[Row, ...]
    verdicts: tuple[str, ...]
    """One line for each bar of each task."""
    disagreements: tuple[str, ...]
    left_out: tuple[str, ...]


def run(
    data: Path,
    only: Sequence[str] = (),
    large: bool = False,
    seed: int = 0,
    repeats: int = REPEATS,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure the named tasks, or all."""
    clock = SystemClock()
    extension = installed_extension()
    backends: dict[str, Kernels] = {"reference": choose("reference", extension)[0]}
    memory = bandwidth(clock)
    setting = [machine(), f"BLAS: {blas()}", memory.render()]
    if extension is None:
        setting.append("the compiled kernels are not built: make rust-build")
    else:
        threads, level = os.environ.get("SIMONE_KERNEL_THREADS", "0"), os.environ.get("SIMONE_KERNEL_LEVEL", "auto")
        backends["rust"], report = choose("rust", extension, threads, level)
        setting.append(f"rust: {report.reason}")
    rows: list[Row] = []
    verdicts: list[str] = []
    disagreements, left_out = [], []
    for name in only or TASKS:
        try:
            for task in TASKS[name](Setting(data, backends, large, seed)):
                tell(task.name)
                answers, seconds = answered(task, clock)
                if not task.agree(answers):
                    disagreements.append(task.name)
                measured = timed(task, clock, repeats, seconds)
                rows += measured
                verdicts += judged(task, measured)
        except MissingSource as error:
            left_out.append(f"{name}: {error}")
    return Report(tuple(setting), memory, tuple(rows), tuple(verdicts), tuple(disagreements), tuple(left_out))


def render(report: Report) -> str:
    """The figures, then where we lose, then what was promised.

    The last column compares bytes with what one thread reads from memory; above 100 % the caches or two threads helped.
    """
    figures = [
        (
            row.task,
            row.contestant,
            f"{row.seconds * 1e3:.3f}",
            f"{row.times_slower:.2f}",
            f"{row.moved / 1e6:.1f}",
            f"{row.bytes_per_second / 1e9:.2f}",
            f"{row.bytes_per_second / report.memory.one_thread:.0%}",
        )
        for row in report.rows
    ]
    lost = [
        f"{ours.task}: {row.contestant} takes {row.seconds / ours.seconds:.2f} of the time of {ours.contestant}"
        for ours in report.rows
        if ours.contestant.startswith("rust")
        for row in report.rows
        if row.task == ours.task and not row.contestant.startswith("rust") and row.seconds < ours.seconds
    ]
    samples = " or ".join(str(count) for count in sorted({row.samples for row in report.rows}, reverse=True))
    return "\n".join(
        [
            *report.setting,
            f"medians of {samples}, contestants taking turns; the answers "
            + (f"DISAGREE in {', '.join(report.disagreements)}" if report.disagreements else "agree"),
            "",
            table(("task", "contestant", "ms", "times rust", "MB", "GB/s", "of memory"), figures),
            "",
            "where we lose:" if lost else "no contestant is faster",
            *lost,
            *(["", "bars:", *report.verdicts] if report.verdicts else []),
            *(f"left out: {reason}" for reason in report.left_out),
        ]
    )
