"""A plan for ten thousand memories, beside the reference and beside all pairs alone in NumPy.

Not for the quality of memory: `bench memory` measures that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from simone.benchmarks.kernels.measuring import Bar, Contestants, Setting, Task, all_equal, size_of, vectors
from simone.kernels.contract import Floats

DAY_S = 86_400.0
SIZES = (1_000, 10_000)
DUPLICATE, CLUSTER = 0.9, 0.75
_ROWS_AT_ONCE = 1024
_TEXTS = (
    "{name} paid {sum} euros for the boat on May {day}.",
    "{name} did not pay for the boat.",
    "On May {day} the boat went to {name} for {sum} euros.",
    "The boat was repaired after the storm.",
)


def plans(setting: Setting) -> Iterator[Task]:
    """Memories that repeat one another, about eight to a fact, and memories that have nothing in common."""
    for size in SIZES:
        for kind in ("repeated", "gaussian"):
            yield _plan(kind, size, setting)


def _plan(kind: str, size: int, setting: Setting) -> Task:
    chance = np.random.default_rng(setting.seed)
    rows = vectors("gaussian", size, setting.seed)
    facts = chance.integers(0, max(1, size // 8), size)
    if kind == "repeated":
        rows = vectors("gaussian", size, setting.seed + 1)[facts] + np.float32(0.35) * rows
    texts = [
        _TEXTS[number % 4].format(name=f"Anna Berg{fact % 97}", sum=fact % 1000, day=1 + fact % 28)
        for number, fact in enumerate(facts.tolist())
    ]
    hashes = setting.backends["reference"].hash_content_batch(
        [f"{text} {number}" if number % 10 else text for number, text in enumerate(texts)]
    )
    times = chance.random(size) * 90.0 * DAY_S
    saliences = chance.random(size, np.float32)
    contestants: Contestants = {
        name: partial(
            b.consolidate, texts, rows, hashes, times, saliences, 90.0 * DAY_S, 30.0 * DAY_S, DUPLICATE, CLUSTER
        )
        for name, b in setting.named()
    }
    ours = list(contestants)
    contestants["NumPy, pairs only, float32"] = partial(_pairs, rows)
    return Task(
        f"plan for {size:,} memories, {kind}",
        rows.nbytes + size_of(texts),
        contestants,
        partial(all_equal, ours),
        (Bar("reference", 20.0),) if size == SIZES[-1] else (),
        slow=frozenset({"reference"}),
    )


def _pairs(rows: Floats) -> int:
    """How many pairs come near, from unit rows in blocks of the upper half; neither exact nor a plan."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    found = 0
    for start in range(0, len(unit), _ROWS_AT_ONCE):
        scores = unit[start : start + _ROWS_AT_ONCE] @ unit[start:].T
        found += int(np.count_nonzero(np.triu(scores >= CLUSTER, 1)))
    return found
