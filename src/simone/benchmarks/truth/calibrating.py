"""Counts how often each check of the judge is right on the shippable training pairs, and fits thresholds there.

Not for the development sets, which are only measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from simone.benchmarks.truth.contestants import ours, overlap
from simone.benchmarks.truth.figures import is_right, measure
from simone.benchmarks.truth.pairs import TRAINING, training
from simone.kernels import kernels
from simone.records import Measured, Status
from simone.retrieval.contract import TextEncoder
from simone.truth import calibration
from simone.truth.claims import as_claim
from simone.truth.judge import Judge, as_passage

QUOTED = 2000
"""Premises of which a sentence is sought as a quote, count."""
GRID = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)


def calibrate(data: Path, judge: Judge, encoder: str, size: int) -> calibration.Calibration:
    """Count right verdicts per check and status on the "count" part of the training pairs.

    Quotes are counted on sentences cut out of the premises: against their own premise, where a quote is right, and
    against the next one's, where it is wrong.
    """
    right: Counter[tuple[str, Status]] = Counter()
    total: Counter[tuple[str, Status]] = Counter()
    pairs = training(data, "count", size)
    answer = ours(judge)
    for pair in pairs:
        given = answer(pair)
        agrees = is_right(given, pair)
        if agrees is not None:
            total[given.decided_by, given.status] += 1
            right[given.decided_by, given.status] += agrees
    right["quote", "supported"], total["quote", "supported"] = _quotes([pair.premise for pair in pairs], judge)
    rows = tuple(
        calibration.Row(check, status, right[check, status], n) for (check, status), n in sorted(total.items())
    )
    return calibration.Calibration(f"{TRAINING}, {len(pairs)} pairs of the half held aside from fitting", encoder, rows)


def _quotes(premises: Sequence[str], judge: Judge) -> tuple[int, int]:
    """Quotes found that are right, and all that were found, for one sentence of each of the first QUOTED premises."""
    distinct = list(dict.fromkeys(premises))[:QUOTED]
    right = found = 0
    for number, premise in enumerate(distinct):
        spans = kernels.split_sentences_batch([premise])[0].tolist()
        start, end = spans[number % len(spans)] if spans else (0, 0)
        other = distinct[(number + 1) % len(distinct)]
        for text in (premise, other):
            verdict = judge.judge([as_claim(premise[start:end], 0)], [as_passage(text, 1)])[0]
            if verdict.decided_by == "quote":
                found += 1
                right += text is premise
    return right, found


def fit(data: Path, encoder: TextEncoder | None, size: int) -> str:
    """Balanced accuracy over the grid behind bridging.THRESHOLD and OVERLAP_THRESHOLD, on the "fit" part."""
    pairs = training(data, "fit", size)
    found = [measure(f">= {step}", "overlap", pairs, overlap(step)) for step in GRID]
    if encoder is not None:
        found += [measure(f">= {x}", "bridge", pairs, ours(Judge(encoder, threshold=x))) for x in GRID]
    return "\n".join(
        f"{result.contestant:8} {result.name:8} "
        + (f"{score.value:.4f}" if isinstance(score := result.balanced_accuracy, Measured) else score.reason)
        for result in found
    )
