"""How right a contestant is on labelled pairs, with counts and intervals.

Not for speed: see timing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from simone.benchmarks.report import wilson
from simone.benchmarks.truth.contestants import Answer, Contestant
from simone.benchmarks.truth.pairs import Pair
from simone.records import Measured, Score, Status, Unmeasured

RISKS = (0.05, 0.10)
"""Shares of wrong verdicts among those accepted, for coverage, 0..1."""
BINS = 10
"""Equal-width bins of confidence for the calibration error, count."""
_STATUSES: tuple[Status, ...] = ("supported", "refuted", "unverifiable")


class Result(msgspec.Struct, frozen=True):
    """One contestant on one set. Shares are 0..1, ranges are 95 % intervals.

    `false_supported`: of the pairs that are not supported, those that came out so. `calibration_error`: mean distance
    between confidence and share right over BINS bins, weighted by count. `coverage`: by risk, the share of verdicts
    whose confidence is at least 1 - risk, and how many of those are right.
    Source: Naeini et al., Obtaining Well Calibrated Probabilities Using Bayesian Binning, 2015 (the error).
    """

    name: str
    contestant: str
    pairs: int
    balanced_accuracy: Score
    balanced_range: tuple[float, float]
    three_way: Score
    three_way_range: tuple[float, float]
    macro_f1: Score
    supported_precision: Score
    refuted_precision: Score
    supported_recall: Score
    false_supported: Score
    false_supported_range: tuple[float, float]
    calibration_error: Score
    coverage: tuple[tuple[Score, Score], ...]


def measure(name: str, who: str, pairs: Sequence[Pair], contestant: Contestant) -> Result:
    """Ask about every pair, one by one, and count."""
    return count(name, who, pairs, [contestant(pair) for pair in pairs])


def count(name: str, who: str, pairs: Sequence[Pair], answers: Sequence[Answer]) -> Result:
    """The figures of answers already given."""
    said = [(answer.status, pair.label) for answer, pair in zip(answers, pairs, strict=True)]
    hits = sum(s == "supported" == label for s, label in said)
    supported = sum(label == "supported" for _, label in said)
    false = sum(s == "supported" != label for s, label in said)
    others = len(said) - supported
    three = all(p.label != "not" for p in pairs) and len({p.label for p in pairs}) == 3
    right = sum(s == label for s, label in said)
    refuted = [label for s, label in said if s == "refuted" and label != "not"]
    balanced: Score = Unmeasured("one class")
    between = (0.0, 1.0)
    if supported and others:
        value = (hits / supported + (others - false) / others) / 2
        balanced, between = Measured(value, len(said)), _between(hits, supported, others - false, others)
    return Result(
        name,
        who,
        len(said),
        balanced,
        between,
        Measured(right / len(said), len(said)) if three else Unmeasured("two labels"),
        wilson(right, len(said)) if three else (0.0, 1.0),
        Measured(_macro_f1(said), len(said)) if three else Unmeasured("two labels"),
        _of(hits, hits + false),
        _of(sum(label == "refuted" for label in refuted), len(refuted)),
        _of(hits, supported),
        _of(false, others),
        wilson(false, others),
        calibration_error(answers, pairs),
        tuple(_covered(answers, pairs, risk) for risk in RISKS),
    )


def is_right(answer: Answer, pair: Pair) -> bool | None:
    """Whether a verdict agrees with the label; None where it only says not supported and cannot tell."""
    if pair.label == "not":
        return None if answer.status == "refuted" else answer.status == "unverifiable"
    return answer.status == pair.label


def _between(hits: int, supported: int, passed: int, others: int) -> tuple[float, float]:
    """The interval of a mean of two shares: theirs, added in quadrature.

    Source: Newcombe, Interval estimation for the difference between independent proportions, 1998 (the MOVER form).
    """
    one, two = hits / supported, passed / others
    (low_one, high_one), (low_two, high_two) = wilson(hits, supported), wilson(passed, others)
    below = ((one - low_one) ** 2 + (two - low_two) ** 2) ** 0.5 / 2
    above = ((high_one - one) ** 2 + (high_two - two) ** 2) ** 0.5 / 2
    return max(0.0, (one + two) / 2 - below), min(1.0, (one + two) / 2 + above)


def _macro_f1(said: Sequence[tuple[Status, str]]) -> float:
    scores = []
    for status in _STATUSES:
        hits = sum(s == status == label for s, label in said)
        wrong = sum((s == status) != (label == status) for s, label in said)
        scores.append(2 * hits / (2 * hits + wrong) if hits + wrong else 0.0)
    return sum(scores) / len(scores)


def judged(answers: Sequence[Answer], pairs: Sequence[Pair]) -> list[tuple[float, bool]]:
    """Confidence and rightness of the answers that have the one and allow the other to be known."""
    found = []
    for answer, pair in zip(answers, pairs, strict=True):
        right = is_right(answer, pair)
        if answer.confidence is not None and right is not None:
            found.append((answer.confidence, right))
    return found


def calibration_error(answers: Sequence[Answer], pairs: Sequence[Pair]) -> Score:
    """The mean distance between confidence and share right, as `Result` says."""
    found = judged(answers, pairs)
    if not found:
        return Unmeasured("no confidences")
    error = 0.0
    for number in range(BINS):
        inside = [(c, right) for c, right in found if min(BINS - 1, int(c * BINS)) == number]
        error += abs(sum(c for c, _ in inside) - sum(right for _, right in inside))
    return Measured(error / len(found), len(found))


def _covered(answers: Sequence[Answer], pairs: Sequence[Pair], risk: float) -> tuple[Score, Score]:
    """The share of decided verdicts that are sure enough for a risk, and the share of those that are right."""
    if all(answer.confidence is None for answer in answers):
        return Unmeasured("no confidences"), Unmeasured("no confidences")
    sure = [
        is_right(answer, pair)
        for answer, pair in zip(answers, pairs, strict=True)
        if answer.confidence is not None and answer.confidence >= 1.0 - risk
    ]
    known = [right for right in sure if right is not None]
    return _of(len(sure), len(answers)), _of(sum(known), len(known))


def _of(part: int, total: int) -> Score:
    return Measured(part / total, total) if total else Unmeasured("none given")


def mean_balanced(results: Iterable[Result], who: str, names: Sequence[str]) -> Score:
    """The mean over named sets of balanced accuracy, or of three-way accuracy where `name` ends in "=3"."""
    values = []
    for wanted in names:
        name, _, kind = wanted.partition("=")
        for result in results:
            if (result.name, result.contestant) == (name, who):
                score = result.three_way if kind == "3" else result.balanced_accuracy
                if isinstance(score, Measured):
                    values.append(score.value)
    if len(values) != len(names):
        return Unmeasured(f"{len(values)} of {len(names)} sets measured")
    return Measured(sum(values) / len(values), len(values))
