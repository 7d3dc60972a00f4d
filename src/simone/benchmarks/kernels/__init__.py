"""`simone bench kernels`: the compiled kernels beside the reference and what people use otherwise, in one run.

Not for the program's own speed: `bench pipeline` measures that.

Every contestant first answers, and the answers are compared; then all take turns, so that a busy machine
hits all alike. What is prepared once in use (unit rows, an index, compiled patterns) is prepared once here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np

from simone.benchmarks.kernels import content, patterns, similarity, texts
from simone.benchmarks.kernels.measuring import Family, Row, Setting, timed
from simone.benchmarks.report import machine, table
from simone.clock import Clock, SystemClock
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
    "tiny": similarity.tiny,
    "hash": content.hashes,
    "sentences": texts.sentences,
    "patterns": patterns.patterns,
}
"""Every task by name, in the order of the report."""


class Report(msgspec.Struct, frozen=True):
    """Everything measured, with what could have changed it."""

    setting: tuple[str, ...]
    rows: tuple[Row, ...]
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
    setting = [machine(), f"BLAS: {_blas()}", f"memory: {_memory_speed(clock) / 1e9:.1f} GB/s read by one thread"]
    if extension is None:
        setting.append("the compiled kernels are not built: make rust-build")
    else:
        backends["rust"], report = choose("rust", extension, os.environ.get("SIMONE_KERNEL_THREADS", "0"))
        setting.append(f"rust: {report.reason}")
    rows: list[Row] = []
    disagreements, left_out = [], []
    for name in only or TASKS:
        try:
            for task in TASKS[name](Setting(data, backends, large, seed)):
                tell(task.name)
                if not task.agree({name: call() for name, call in task.contestants.items()}):
                    disagreements.append(task.name)
                rows += timed(task, clock, repeats)
        except MissingSource as error:
            left_out.append(f"{name}: {error}")
    return Report(tuple(setting), tuple(rows), tuple(disagreements), tuple(left_out))


def render(report: Report) -> str:
    """The figures, and then where we lose."""
    figures = [
        (
            row.task,
            row.contestant,
            f"{row.seconds * 1e3:.3f}",
            f"{row.times_slower:.2f}",
            f"{row.bytes_per_second / 1e9:.2f}",
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
    samples = min((row.samples for row in report.rows), default=0)
    return "\n".join(
        [
            *report.setting,
            f"medians of {samples}, contestants taking turns; the answers "
            + (f"DISAGREE in {', '.join(report.disagreements)}" if report.disagreements else "agree"),
            "",
            table(("task", "contestant", "ms", "times rust", "GB/s"), figures),
            "",
            "where we lose:" if lost else "no contestant is faster",
            *lost,
            *(f"left out: {reason}" for reason in report.left_out),
        ]
    )


def _memory_speed(clock: Clock) -> float:
    """Bytes per second that one thread reads: the best of five sums over 256 MB."""
    values = np.ones(1 << 25)
    best = float("inf")
    for _ in range(5):
        begin = clock.monotonic_s()
        values.sum()
        best = min(best, clock.monotonic_s() - begin)
    return values.nbytes / best


def _blas() -> str:
    forced = [name for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ]
    note = f"; {' and '.join(forced)} set, which changes its speed: unset" if forced else ""
    if find_spec("threadpoolctl") is None:
        return f"kernel unknown, threadpoolctl is not installed{note}"
    found = [entry for entry in import_module("threadpoolctl").threadpool_info() if entry["user_api"] == "blas"]
    return ", ".join(f"{entry.get('architecture', '?')} with {entry['num_threads']} threads" for entry in found) + note
