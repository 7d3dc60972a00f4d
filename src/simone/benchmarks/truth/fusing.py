"""Fits `truth.fusion` and the limits of `truth.risk`: `python -m simone.benchmarks.truth --fuse`.

Not for the figures: `simone bench truth` and `simone bench risk` print those of the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simone.benchmarks.contrast import read_suite
from simone.benchmarks.truth.contestants import Answer
from simone.benchmarks.truth.figures import is_right
from simone.benchmarks.truth.pairs import Pair, development, half, sample
from simone.clock import digest
from simone.records import Status
from simone.truth import risk
from simone.truth.claims import as_claim
from simone.truth.contraries import against
from simone.truth.entailment import BOTH, SURE_OF_LAST, Entailment, read_each
from simone.truth.fusion import STATUSES, Fusion, likeliest
from simone.truth.judge import Judge, as_passage, is_sure
from simone.truth.signals import agrees, excludes

LEAST = 30
"""Pairs in which a signal must occur to get weights, count."""
CONTRAST = 5.0
"""How many sets the contrast suite counts as: its kinds of change are what the public sets hardly hold."""
SUITE = "contrast"
FOLDS = 4
"""Parts of the documents, each weighed by what was fitted on the others, count."""
MOST_OF_A_SET = 300
"""Pairs of each set that are read, count: beyond these a set adds little to weights that count all sets alike."""
ROUNDS, STILL = 60, 1e-7
PULL, PULL_OF_BOTH = 1.0, 5.0
"""How strongly weights are held to "the logits as they are", those of the small model and of both. Sets left out of the
fitting are decided better at these than looser (`--left-out`): what fits other sets better does not fit them. For both
1 would do a little better still with the large model that ships (docs/results/fusion-left-out-both.txt)."""
TEMPERATURES = tuple(round(0.5 + 0.05 * step, 2) for step in range(71))
"""By one of these all weights are divided, which changes no decision and makes the shares honest.

Source: Guo et al., On Calibration of Modern Neural Networks, 2017.
"""
Array = NDArray[np.float64]


class Row(NamedTuple):
    """A pair as it is weighed: its set, what was noticed, what the model read, what the exact checks settle.

    `settled` is their verdict where they are sure of it; `is_gainsaid`: whether what reads as supported is read better
    of a contrary (`truth.contraries`).

    `is_drawn` is whether it belongs to the sample of its set, whose shares weights are fitted on; the others are there
    because the exact comparison speaks of them, which is rare, so that limits need all of these.
    """

    source: str
    pair: Pair
    given: dict[str, float]
    logits: tuple[float, ...]
    settled: Status | None
    is_drawn: bool
    is_gainsaid: bool = False


def fuse(
    data: Path, suite: Path, exact: Judge, entailment: Entailment, tell: Callable[[str], None], per_set: int
) -> tuple[Fusion, risk.Limits]:
    """Weights and limits from the fitting halves; `exact` is the judge without models, `suite` the contrast suite."""
    return fitted(gather(data, suite, exact, entailment, tell, per_set), entailment.name, tell)


def gather(
    data: Path,
    suite: Path,
    exact: Judge,
    entailment: Entailment,
    tell: Callable[[str], None],
    per_set: int,
    sure: float = SURE_OF_LAST,
) -> list[Row]:
    """The fitting halves as rows: `per_set` pairs of each set (0 takes all), all those of which the exact comparison
    says something, and the dev half of the contrast suite; `sure` as in `read_each`."""
    sets = [(name, half(pairs, "fit")) for name, pairs in development(data, 0, 0)]
    rows: list[Row] = []
    for name, pairs in (*sets, (SUITE, contrast_pairs(suite, "dev"))):
        tell(f"{name}: {len(pairs)}")
        drawn = set(pairs if name == SUITE else sample(pairs, per_set, 0, name))
        read = [exact.features([as_claim(p.hypothesis, 0)], [as_passage(p.premise, 1)])[0] for p in pairs]
        chosen = [
            (pair, texts, given)
            for pair, (texts, given) in zip(pairs, read, strict=True)
            if pair in drawn or agrees(given, "supported") or agrees(given, "refuted")
        ]
        found = read_each(entailment, [(texts, pair.hypothesis) for pair, texts, _ in chosen], sure).logits
        gainsaid = _gainsaid(chosen, found, entailment)
        for n, ((pair, _, given), logits) in enumerate(zip(chosen, found.tolist(), strict=True)):
            verdict = exact.judge([as_claim(pair.hypothesis, 0)], [as_passage(pair.premise, 1)])[0]
            settled = verdict.status if is_sure(verdict) else None
            rows.append(Row(name, pair, given, tuple(logits), settled, pair in drawn, n in gainsaid))
    return rows


def _gainsaid(
    chosen: Sequence[tuple[Pair, tuple[str, ...], dict[str, float]]],
    found: NDArray[np.float32],
    entailment: Entailment,
) -> set[int]:
    """Which of the pairs that read as supported are carried less than a contrary of theirs."""
    carried = [
        n
        for n, (row, (_, _, given)) in enumerate(zip(found.tolist(), chosen, strict=True))
        if likeliest(row) == "supported" and not agrees(given, "supported")
    ]
    said = against(entailment, [(chosen[n][0].hypothesis, chosen[n][1], found[n]) for n in carried])
    return {n for n, contrary in zip(carried, said, strict=True) if contrary is not None}


def fitted(
    rows: Sequence[Row], entailment: str, tell: Callable[[str], None] = lambda _: None
) -> tuple[Fusion, risk.Limits]:
    """Weights from all rows, and limits from shares that each row has by weights fitted without its document."""
    folds = [int(digest(row.pair.premise.encode("utf-8", "surrogatepass"))[:8], 16) % FOLDS for row in rows]
    seen: list[risk.Seen] = []
    for fold in range(FOLDS):
        tell(f"fold {fold + 1} of {FOLDS}")
        known = weigh([row for row, own in zip(rows, folds, strict=True) if own != fold and row.is_drawn], entailment)
        seen += verdicts([row for row, own in zip(rows, folds, strict=True) if own == fold], known)
    sets = len({row.source for row in rows} - {SUITE})
    source = f"the fitting halves of {sets} development sets and of the contrast suite"
    weights = weigh([row for row in rows if row.is_drawn], entailment)
    return weights, risk.Limits(source, entailment, len(seen), risk.DOUBT, risk.steps(seen))


def verdicts(rows: Sequence[Row], weights: Fusion) -> list[risk.Seen]:
    """What the weights decide, as far as it is known whether that is right; what is settled anyway is left out."""
    seen = []
    for row in rows:
        shares = weights.shares(np.array(row.logits, np.float32), row.given)
        status = likeliest(shares)
        right = is_right(Answer(status, ""), row.pair)
        is_excluded = status == "supported" and excludes(row.given)
        is_open = is_excluded or (status == "supported" and row.is_gainsaid)
        if status == "unverifiable" or right is None or row.settled is not None or is_open:
            continue
        kind = risk.kind_of(status, row.given)
        seen.append(risk.Seen(row.source, kind, round(max(shares), 4), right))
    return seen


def weigh(rows: Sequence[Row], entailment: str, pull: float | None = None) -> Fusion:
    """The weights that fit the rows best.

    Every set counts alike, the contrast suite as much as CONTRAST sets, and within a set the supported as much as the
    others. `pull` is PULL, or PULL_OF_BOTH, unless given.
    """
    if pull is None:
        pull = PULL_OF_BOTH if entailment.startswith(BOTH) else PULL
    sizes = Counter((row.source, row.pair.label == "supported") for row in rows)
    shares = np.array(
        [
            (CONTRAST if row.source == SUITE else 1.0) * 0.5 / sizes[row.source, row.pair.label == "supported"]
            for row in rows
        ]
    )
    counts = Counter(name for row in rows for name in row.given)
    names = sorted(name for name, count in counts.items() if count >= LEAST)
    inputs = np.array([[*row.logits, 1.0, *(row.given.get(name, 0.0) for name in names)] for row in rows])
    allowed, shares = np.array([_allowed(row.pair.label) for row in rows]), shares / shares.sum()
    found = _fitted(inputs, allowed, shares, pull)
    found /= min(TEMPERATURES, key=lambda one: _loss(inputs @ found / one, allowed, shares))
    sets = len({row.source for row in rows} - {SUITE})
    return Fusion(
        source=f"the fitting halves of {sets} development sets and of the contrast suite",
        entailment=entailment,
        samples=len(rows),
        matrix=tuple(_three(found[:3, n]) for n in range(3)),
        bias=_three(found[3]),
        signals={name: _three(found[4 + n]) for n, name in enumerate(names)},
    )


def contrast_pairs(suite: Path, split: str) -> list[Pair]:
    """A half of the contrast suite as pairs; the source of each is its kind of change."""
    read = read_suite(suite)
    return [
        Pair(read.documents[case.document], case.claim, case.expected, case.kind)
        for case in read.cases
        if case.split == split
    ]


def _allowed(label: str) -> list[float]:
    if label == "not":
        return [0.0, 1.0, 1.0]
    return [float(label == status) for status in STATUSES]


def _fitted(inputs: Array, allowed: Array, weights: Array, pull: float) -> Array:
    """Weights (inputs, 3) of least weighted log loss, pulled towards "the logits as they are".

    Where a label allows two statuses they share it as the weights of the round before say; each round is one step of
    Newton's on what is then a plain logistic regression.
    Source: Lange, A gradient algorithm locally equivalent to the EM algorithm, 1995.
    """
    width = inputs.shape[1]
    start = np.zeros((width, 3))
    start[:3, :3] = np.eye(3)
    found = start.copy()
    for _ in range(ROUNDS):
        z = inputs @ found
        shares = np.exp(z - z.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        wanted = shares * allowed
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-12)
        slope = inputs.T @ ((shares - wanted) * weights[:, None]) + pull * (found - start)
        bend = np.zeros((3, width, 3, width))
        for a in range(3):
            for b in range(3):
                curved = weights * shares[:, a] * ((a == b) - shares[:, b])
                bend[a, :, b] = inputs.T @ (inputs * curved[:, None])
        flat = bend.reshape(3 * width, 3 * width) + pull * np.eye(3 * width)
        step = np.linalg.solve(flat, slope.T.reshape(-1)).reshape(3, width).T
        found -= step
        if float(np.abs(step).max()) < STILL:
            break
    return found


def _loss(z: Array, allowed: Array, weights: Array) -> float:
    """Weighted log loss of logits (n, 3)."""
    z = z - z.max(axis=1, keepdims=True)
    right = (np.exp(z) * allowed).sum(axis=1) / np.exp(z).sum(axis=1)
    return float(-(weights * np.log(np.maximum(right, 1e-12))).sum())


def _three(values: Array) -> tuple[float, float, float]:
    one, two, three = (round(float(value), 4) for value in values)
    return one, two, three
