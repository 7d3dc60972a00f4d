"""Memory measured: how fast and how large it is, and whether recall finds what answers a question.

Not for the quality of what is let in: `bench soak` measures that.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.memory import locomo, scale, texts
from simone.benchmarks.memory.scale import CONSOLIDATED, LARGE, SIZES, Consolidation, Size
from simone.benchmarks.report import machine, table
from simone.retrieval.contract import TextEncoder

BARS = (
    ("write: gate, contradictions, commit", 1.0, 1.0, None),
    ("recall, vector given", 2.0, 5.0, 100_000),
)
"""What was promised: milliseconds at the median and at the 95th percentile, and at which size (None: at every one)."""


class Report(msgspec.Struct, frozen=True):
    """Everything measured."""

    quality: locomo.Report | None
    sizes: tuple[Size, ...]
    consolidation: Consolidation | None
    load: float
    seed: int


def run(
    data: Path,
    work: Path,
    encoder: TextEncoder,
    sizes: Sequence[int],
    *,
    quality: bool = True,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure recall on LoCoMo where `quality` is asked for, and time and room at these sizes.

    Raises:
        MissingSource: the conversations are not in `data`.
    """
    found = locomo.run(data, work, encoder, seed, tell) if quality else None
    pool = texts.pool(data, work, encoder, tell)
    measured = []
    for size in sizes:
        tell(f"{size:,} memories, in a process of their own")
        measured.append(scale.run_alone(data, work, size, seed))
    plan = scale.run_consolidation(pool, min(CONSOLIDATED, max(sizes)), seed, tell) if sizes else None
    return Report(found, tuple(measured), plan, os.getloadavg()[0], seed)


def render(report: Report) -> str:
    """The report as tables for people."""
    parts = [f"{machine()}; load {report.load:.1f} at the end: what else ran takes its share of every time below"]
    if report.quality:
        parts.append(locomo.render(report.quality))
    if report.sizes:
        parts += [_times(report.sizes), _room(report.sizes), _bars(report.sizes)]
    if (plan := report.consolidation) is not None:
        seconds = ", ".join(f"{name} {spent:.2f} s" for name, spent in plan.seconds)
        ratio = plan.seconds[-1][1] / plan.seconds[0][1]
        parts.append(
            f"a plan for {plan.count:,} memories: {seconds} ({ratio:.1f} times as long);"
            f" {plan.merges} merges, {plan.episodes} episodes"
        )
    return "\n\n".join(parts) + "\n"


def _times(sizes: Sequence[Size]) -> str:
    names = [name for name, _ in sizes[0].parts]
    rows = []
    for place, name in enumerate(names):
        times = [size.parts[place][1] for size in sizes]
        rows.append(
            [
                name,
                *(f"{one.p50:.3f} / {one.p95:.3f} ({one.processor:.3f})" for one in times),
                str(len(times[0].samples)),
            ]
        )
    opening = (
        "milliseconds, median / 95th percentile (processor time in the mean, all threads together), one call at a\n"
        "time; memories are two real sentences joined, their vectors made of the real vectors of the two and a\n"
        "little seeded noise; a SQLite file, ten hits asked for; each size in a process of its own\n"
    )
    return opening + table(["", *(f"{size.count:,}" for size in sizes), "calls"], rows)


def _room(sizes: Sequence[Size]) -> str:
    rows = [
        ["arrays in memory, bytes each", *(f"{size.arrays:,.0f}" for size in sizes)],
        ["process, more bytes each after start-up", *(f"{size.process:,.0f}" for size in sizes)],
        ["file, bytes each, vectors included", *(f"{size.on_disk:,.0f}" for size in sizes)],
        [
            "start-up, seconds (processor time)",
            *(f"{size.start_up.p50 / 1e3:.2f} ({size.start_up.processor / 1e3:.2f})" for size in sizes),
        ],
        ["candidates that the gate refused", *(str(size.refused) for size in sizes)],
    ]
    return table(["room and start", *(f"{size.count:,}" for size in sizes)], rows)


def _bars(sizes: Sequence[Size]) -> str:
    lines = []
    for size in sizes:
        for name, p50, p95, at in BARS:
            times = dict(size.parts)[name]
            if at in (None, size.count):
                met = times.p50 <= p50 and times.p95 <= p95
                lines.append(
                    f"{size.count:,}: {name} <= {p50:g} / {p95:g} ms: {times.p50:.3f} / {times.p95:.3f},"
                    f" {'met' if met else 'MISSED'}"
                )
    return "\n".join(lines)


__all__ = ["BARS", "LARGE", "SIZES", "Report", "render", "run"]
