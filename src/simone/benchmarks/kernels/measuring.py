"""What the kernel benchmarks are made of: a task, its contestants, and how they take turns.

Not for tasks: each family of kernels has a module of its own.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from simone.clock import Clock
from simone.kernels.contract import Floats, Kernels

WIDTH = 384
Contestants = dict[str, Callable[[], object]]


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `moved`: bytes that must at least be read. `agree` is given all answers."""

    name: str
    moved: int
    contestants: Contestants
    agree: Callable[[dict[str, object]], bool]


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


class Row(msgspec.Struct, frozen=True):
    """One contestant at one task; `seconds` is the median of `samples`."""

    task: str
    contestant: str
    seconds: float
    samples: int
    bytes_per_second: float
    times_slower: float
    """Than the compiled function named "rust"; below 1 it won."""


def timed(task: Task, clock: Clock, repeats: int) -> list[Row]:
    """The medians of `repeats` rounds in which every contestant takes a turn."""
    seconds: dict[str, list[float]] = {name: [] for name in task.contestants}
    for _ in range(repeats):
        for name, call in task.contestants.items():
            begin = clock.monotonic_s()
            call()
            seconds[name].append(clock.monotonic_s() - begin)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    ours = medians.get("rust", float("nan"))
    return [
        Row(task.name, name, median, repeats, task.moved / median, median / ours) for name, median in medians.items()
    ]


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
