"""`simone bench caches`: how fast the cache in memory is and how much it finds, beside what people use otherwise.

Not for what caches save the program: that is measured where they are used. Peers are not dependencies: cachetools,
moka-py, theine and diskcache take part where they are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from simone.benchmarks.caches import ratios, speed
from simone.benchmarks.caches.traces import FILES, load
from simone.benchmarks.report import machine
from simone.clock import SystemClock

PEERS = ("cachetools", "moka-py", "theine", "diskcache")
PARTS = ("speed", "ratios")


class Report(msgspec.Struct, frozen=True):
    """What was measured, as text, part by part."""

    parts: tuple[str, ...]


def run(
    data: Path,
    only: Sequence[str] = (),
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """The parts named, or all; the traces are read before anything is timed.

    Raises:
        MissingSource: a trace is not there.
    """
    wanted = only or PARTS
    traces = [load(data, name) for name in FILES] if "ratios" in wanted else []
    parts = [f"{machine()}; {', '.join(map(_version, PEERS))}"]
    if "speed" in wanted:
        parts.append(speed.render(speed.run(SystemClock(), seed, tell)))
    if "ratios" in wanted:
        parts.append(ratios.render(traces, ratios.run(traces, tell)))
    return Report(tuple(parts))


def render(report: Report) -> str:
    """All parts."""
    return "\n\n".join(report.parts)


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"
