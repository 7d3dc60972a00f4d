"""Fits `truth.fusion` on one half of the development sets: `python -m simone.benchmarks.truth --fuse`.

Not for the figures: `simone bench truth` prints those of the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simone.benchmarks.contrast import read_suite
from simone.benchmarks.truth.pairs import Pair, development, half
from simone.records import Status
from simone.truth.claims import as_claim
from simone.truth.entailment import Entailment
from simone.truth.fusion import STATUSES, Fusion, decided
from simone.truth.judge import Judge, as_passage, is_sure

LEAST = 30
"""Pairs in which a signal must occur to get weights, count."""
CONTRAST = 5.0
"""How many sets the contrast suite counts as: its kinds of change are what the public sets hardly hold."""
SUITE = "contrast"
FOLDS = 4
"""Parts of the contrast suite's documents, each weighed by what was fitted on the others, count."""
LEAST_LIMITS = (1e-9, 1e-9)
"""Limits that every share exceeds, and that still hold to what the exact comparison names."""
STEPS, RATE, PULL = 3000, 0.02, 2e-3
Array = NDArray[np.float64]


class _Row(NamedTuple):
    """A pair as it is weighed. `document`: of the contrast suite or ""; `sure`: what the exact checks decide alone."""

    label: str
    given: dict[str, float]
    weight: float
    document: str
    sure: Status | None


def fuse(data: Path, suite: Path, exact: Judge, entailment: Entailment, tell: Callable[[str], None]) -> Fusion:
    """Weights from the fitting halves; `exact` is the judge without models, `suite` the contrast suite.

    Every set counts alike, the contrast suite as much as CONTRAST sets, and within a set the supported as much as the
    others. The shares that limits are read off come from weights fitted without the claim's own document.
    """
    rows: list[_Row] = []
    logits: list[Array] = []
    sets = [(name, half(pairs, "fit"), 1.0) for name, pairs in development(data, 0, 0)]
    sets.append((SUITE, _contrast(suite), CONTRAST))
    for name, chosen, counts in sets:
        tell(f"{name}: {len(chosen)}")
        supported = sum(pair.label == "supported" for pair in chosen)
        weight = {True: 0.5 / max(1, supported), False: 0.5 / max(1, len(chosen) - supported)}
        read = [exact.features([as_claim(p.hypothesis, 0)], [as_passage(p.premise, 1)])[0] for p in chosen]
        found = entailment.score([(text, p.hypothesis) for p, (text, _) in zip(chosen, read, strict=True)])
        for pair, (_, given), row in zip(chosen, read, found, strict=True):
            own = name == SUITE
            sure = _sure(pair, exact) if own else None
            share = counts * weight[pair.label == "supported"]
            rows.append(_Row(pair.label, given, share, pair.premise if own else "", sure))
            logits.append(row.astype(np.float64))
    seen = Counter(name for row in rows for name in row.given)
    names = sorted(name for name, count in seen.items() if count >= LEAST)
    inputs = np.array(
        [
            [*row.tolist(), 1.0, *(of.given.get(name, 0.0) for name in names)]
            for row, of in zip(logits, rows, strict=True)
        ]
    )
    fitted = _weights(inputs, rows, list(range(len(rows))))
    shares = _held_out(inputs, rows, tell)
    return Fusion(
        source=f"the fitting half of {len(sets) - 1} development sets and of the contrast suite",
        entailment=entailment.name,
        samples=len(rows),
        matrix=tuple(_three(fitted[:3, n]) for n in range(3)),
        bias=_three(fitted[3]),
        signals={name: _three(fitted[4 + n]) for n, name in enumerate(names)},
        wrong_support=_greatest(one[0] for n, one in shares.items() if rows[n].label != "supported"),
        wrong_refusal=_greatest(one[1] for n, one in shares.items() if rows[n].label == "supported"),
    )


def _weights(inputs: Array, rows: Sequence[_Row], chosen: Sequence[int]) -> Array:
    allowed = np.array([_allowed(rows[n].label) for n in chosen])
    weights = np.array([rows[n].weight for n in chosen])
    return _fitted(inputs[list(chosen)], allowed, weights / weights.sum())


def _held_out(inputs: Array, rows: Sequence[_Row], tell: Callable[[str], None]) -> dict[int, tuple[float, float]]:
    """Shares of "supported" and "refuted" of the suite's claims by row, from weights fitted without their document."""
    documents = sorted({row.document for row in rows if row.document})
    found: dict[int, tuple[float, float]] = {}
    for fold in range(FOLDS):
        tell(f"fold {fold + 1} of {FOLDS}")
        out = set(documents[fold::FOLDS])
        fitted = _weights(inputs, rows, [n for n, row in enumerate(rows) if row.document not in out])
        for n in (n for n, row in enumerate(rows) if row.document in out):
            z = inputs[n] @ fitted
            shares = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
            sure = rows[n].sure
            status = sure or decided(tuple(shares), rows[n].given, LEAST_LIMITS)
            # a share that decides nothing is no error; where the exact checks are sure, the shares are not asked
            kept = [(1.0 if sure else float(shares[k])) if status == STATUSES[k] else 0.0 for k in (0, 1)]
            found[n] = kept[0], kept[1]
    return found


def _sure(pair: Pair, exact: Judge) -> Status | None:
    verdict = exact.judge([as_claim(pair.hypothesis, 0)], [as_passage(pair.premise, 1)])[0]
    return verdict.status if is_sure(verdict) else None


def _greatest(shares: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted((round(share, 4) for share in shares), reverse=True))


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
