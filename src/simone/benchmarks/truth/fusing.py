"""Fits `truth.fusion` on one half of the development sets: `python -m simone.benchmarks.truth --fuse`.

Not for the figures: `simone bench truth` prints those of the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simone.benchmarks.contrast import read_suite
from simone.benchmarks.truth.pairs import Pair, development, half
from simone.truth.claims import as_claim
from simone.truth.entailment import Entailment
from simone.truth.fusion import STATUSES, Fusion
from simone.truth.judge import Judge, as_passage

LEAST = 30
"""Pairs in which a signal must occur to get weights, count."""
CONTRAST = 5.0
"""How many sets the contrast suite counts as: its kinds of change are what the public sets hardly hold."""
STEPS, RATE, PULL = 3000, 0.02, 2e-3
Array = NDArray[np.float64]


def fuse(data: Path, suite: Path, exact: Judge, entailment: Entailment, tell: Callable[[str], None]) -> Fusion:
    """Weights from the fitting halves; `exact` is the judge without models, `suite` the contrast suite.

    Every set counts alike, the contrast suite as much as CONTRAST sets, and within a set the supported as much as the
    others.
    """
    rows: list[tuple[str, dict[str, float], float]] = []
    logits: list[Array] = []
    sets = [(name, half(pairs, "fit"), 1.0) for name, pairs in development(data, 0, 0)]
    sets.append(("contrast", _contrast(suite), CONTRAST))
    for name, chosen, counts in sets:
        tell(f"{name}: {len(chosen)}")
        supported = sum(pair.label == "supported" for pair in chosen)
        weight = {True: 0.5 / max(1, supported), False: 0.5 / max(1, len(chosen) - supported)}
        read = [exact.features([as_claim(p.hypothesis, 0)], [as_passage(p.premise, 1)])[0] for p in chosen]
        found = entailment.score([(text, p.hypothesis) for p, (text, _) in zip(chosen, read, strict=True)])
        for pair, (_, given), row in zip(chosen, read, found, strict=True):
            rows.append((pair.label, given, counts * weight[pair.label == "supported"]))
            logits.append(row.astype(np.float64))
    seen = Counter(name for _, given, _ in rows for name in given)
    names = sorted(name for name, count in seen.items() if count >= LEAST)
    inputs = np.array(
        [
            [*row.tolist(), 1.0, *(given.get(name, 0.0) for name in names)]
            for row, (_, given, _) in zip(logits, rows, strict=True)
        ]
    )
    allowed = np.array([_allowed(label) for label, *_ in rows])
    weights = np.array([weight for *_, weight in rows])
    fitted = _fitted(inputs, allowed, weights / weights.sum())
    return Fusion(
        source=f"the fitting half of {len(sets) - 1} development sets and of the contrast suite",
        entailment=entailment.name,
        samples=len(rows),
        matrix=tuple(_three(fitted[:3, n]) for n in range(3)),
        bias=_three(fitted[3]),
        signals={name: _three(fitted[4 + n]) for n, name in enumerate(names)},
    )


def _contrast(suite: Path) -> list[Pair]:
    """The dev half of the contrast suite as pairs."""
    read = read_suite(suite)
    return [
        Pair(read.documents[case.document], case.claim, case.expected, case.kind)
        for case in read.cases
        if case.split == "dev"
    ]


def _allowed(label: str) -> list[float]:
    if label == "not":
        return [0.0, 1.0, 1.0]
    return [float(label == status) for status in STATUSES]


def _fitted(inputs: Array, allowed: Array, weights: Array) -> Array:
    """Weights (inputs, 3) by Adam on the weighted log loss, pulled towards "the logits as they are".

    Source: Kingma and Ba, Adam, 2015.
    """
    start = np.zeros((inputs.shape[1], 3))
    start[:3, :3] = np.eye(3)
    found, first, second = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        z = inputs @ found
        shares = np.exp(z - z.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        wanted = shares * allowed
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-12)
        slope = inputs.T @ ((shares - wanted) * weights[:, None]) + PULL * (found - start)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        found -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
    return found


def _three(values: Array) -> tuple[float, float, float]:
    one, two, three = (round(float(value), 4) for value in values)
    return one, two, three
