"""What the kernel benchmarks are made of: a task, its contestants, what was promised, and how they take turns.

Not for tasks: each family of kernels has a module of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

import msgspec
import numpy as np

from simone.clock import Clock
from simone.kernels.contract import Floats, Kernels

WIDTH = 384
Contestants = dict[str, Callable[[], object]]


class Bar(msgspec.Struct, frozen=True):
    """The promise that the contestant `peer` takes at least `least` times as long as the contestant `ours`."""

    peer: str
    least: float
    ours: str = "rust"

    def judge(self, seconds: Mapping[str, float]) -> str:
        """What was asked, what was measured, and whether that is enough; `seconds` by contestant."""
        asked = f"{self.ours} >= {self.least:g}x {self.peer}"
        if missing := [name for name in (self.ours, self.peer) if name not in seconds]:
            return f"{asked}: not measured, no {missing[0]}"
        found = seconds[self.peer] / seconds[self.ours]
        return f"{asked}: {found:.2f}x {'met' if found >= self.least else 'MISSED'}"


class Ceiling(msgspec.Struct, frozen=True):
    """The promise that the contestant `ours` takes at most `most_s` seconds."""

    most_s: float
    ours: str = "rust"

    def judge(self, seconds: Mapping[str, float]) -> str:
        """As that of `Bar`."""
        asked = f"{self.ours} <= {self.most_s * 1e3:g} ms"
        if self.ours not in seconds:
            return f"{asked}: not measured, no {self.ours}"
        found = seconds[self.ours]
        return f"{asked}: {found * 1e3:.3f} ms {'met' if found <= self.most_s else 'MISSED'}"


class Needed(msgspec.Struct, frozen=True):
    """How fast memory must be read for `ours` to be `least` times as fast as `peer`; `moved`: bytes that it reads."""

    peer: str
    least: float
    moved: int
    ours: str = "rust"

    def judge(self, seconds: Mapping[str, float]) -> str:
        """As that of `Bar`, in bytes per second."""
        if self.ours not in seconds or self.peer not in seconds:
            return f"{self.ours}, {self.least:g}x {self.peer}: not measured"
        asked_s, found_s = seconds[self.peer] / self.least, seconds[self.ours]
        return (
            f"{self.ours}, {self.least:g}x {self.peer}: {self.moved / 1e6:.1f} MB in {asked_s * 1e3:.3f} ms, so "
            f"{self.moved / asked_s / 1e9:.1f} GB/s read from memory; it reads {self.moved / found_s / 1e9:.1f} GB/s"
        )


class Finding(msgspec.Struct, frozen=True):
    """What else was measured, such as quality; printed among the bars."""

    text: str

    def judge(self, seconds: Mapping[str, float]) -> str:
        """As that of `Bar`, whatever the seconds."""
        return self.text


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `agree` is given all answers.

    moved: bytes that must at least be read or written.
    moves: the same for contestants that need another number of bytes.
    slow: contestants that answer, but are timed three times only.
    once: contestants so slow that the time of their answer must do.
    """

    name: str
    moved: int
    contestants: Contestants
    agree: Callable[[dict[str, object]], bool]
    bars: tuple[Bar | Ceiling | Needed | Finding, ...] = ()
    moves: dict[str, int] = msgspec.field(default_factory=dict)
    slow: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()


class Setting(msgspec.Struct, frozen=True):
    """What every family makes its tasks from. `backends`: by name, the reference first, "rust" where it is built."""

    data: Path
    backends: dict[str, Kernels]
    large: bool
    seed: int

    def named(self) -> list[tuple[str, Kernels]]:
        """The backends, the compiled one first."""
        return list(reversed(self.backends.items()))


Family = Callable[[Setting], Iterator[Task]]
SLOW_REPEATS = 3
_QUIET_S = 0.1
"""Before each turn, so that the idle threads of the contestant before have stopped spinning: those of OpenBLAS and
OpenMP go on for tens of milliseconds after their work and would hold a core that the next contestant needs."""


class Row(msgspec.Struct, frozen=True):
    """One contestant at one task; `seconds` is the median of `samples`."""

    task: str
    contestant: str
    seconds: float
    samples: int
    moved: int
    times_slower: float
    """Than the compiled function named "rust"; below 1 it won."""

    @property
    def bytes_per_second(self) -> float:
        """Of the bytes that must be moved."""
        return self.moved / self.seconds


def answered(task: Task, clock: Clock) -> tuple[dict[str, object], dict[str, float]]:
    """The answer of every contestant, and the seconds it took."""
    answers, seconds = {}, {}
    for name, call in task.contestants.items():
        begin = clock.monotonic_s()
        answers[name] = call()
        seconds[name] = clock.monotonic_s() - begin
    return answers, seconds


def timed(task: Task, clock: Clock, repeats: int, answering: Mapping[str, float]) -> list[Row]:
    """The medians of `repeats` rounds in which every contestant takes a turn, after a moment of quiet.

    answering: seconds that each took to answer.
    """
    seconds = {name: [answering[name]] if name in task.once else [] for name in task.contestants}
    for turn in range(repeats):
        for name, call in task.contestants.items():
            if name in task.once or (name in task.slow and turn >= SLOW_REPEATS):
                continue
            Event().wait(_QUIET_S)
            begin = clock.monotonic_s()
            call()
            seconds[name].append(clock.monotonic_s() - begin)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    ours = medians.get("rust", float("nan"))
    return [
        Row(task.name, name, median, len(seconds[name]), task.moves.get(name, task.moved), median / ours)
        for name, median in medians.items()
    ]


def judged(task: Task, rows: Sequence[Row]) -> list[str]:
    """One line for each bar of the task."""
    seconds = {row.contestant: row.seconds for row in rows}
    return [f"{task.name}: {bar.judge(seconds)}" for bar in task.bars]


def vectors(kind: str, size: int, seed: int) -> Floats:
    """Rows (size, WIDTH), "gaussian" or "clustered" around one centre per hundred rows."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((size, WIDTH), np.float32)
    if kind == "clustered":
        rows = (
            random.standard_normal((max(1, size // 100), WIDTH), np.float32)[
                random.integers(0, max(1, size // 100), size)
            ]
            + np.float32(0.5) * rows
        )
    return rows


def all_equal(names: Sequence[str], answers: dict[str, object]) -> bool:
    """Whether the named contestants gave the same arrays or lists."""
    first, *others = (answers[name] for name in names)
    return all(
        len(one) == len(two) and all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
        for one, two in ((first, other) for other in others)
        if isinstance(one, (list, tuple, np.ndarray)) and isinstance(two, (list, tuple, np.ndarray))
    )


def size_of(texts: Sequence[str]) -> int:
    """Bytes of the texts in UTF-8."""
    return sum(len(text.encode()) for text in texts)
