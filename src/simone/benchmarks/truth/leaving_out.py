"""How weights that join logits and signals do on a set that they were fitted without: `... truth --left-out`.

Not for the figures: these are the fitting halves, where PULL and the signals are chosen; `simone bench truth` prints
those of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from simone.benchmarks.report import table
from simone.benchmarks.truth import HEADLINE
from simone.benchmarks.truth.contestants import Answer, likeliest
from simone.benchmarks.truth.figures import Result, count, mean_balanced
from simone.benchmarks.truth.fusing import SUITE, Row, weigh
from simone.records import Measured, Score
from simone.truth.fusion import STATUSES, Fusion, decided

AS_READ = "logits"
PULLS = (0.1, 1.0, 5.0)
"""What `weigh` is asked for, beside the logits as they are."""


class Report(msgspec.Struct, frozen=True):
    """Figures of every set, by "logits" and by "left out, PULL" and "in view, PULL"."""

    results: tuple[Result, ...]


def run(
    rows: Sequence[Row], entailment: str, pulls: Sequence[float] = PULLS, tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Decide each set's own sample by the logits, by weights of the other sets, and by weights of all."""
    drawn = [row for row in rows if row.is_drawn]
    sets = [name for name in dict.fromkeys(row.source for row in drawn) if name != SUITE]
    results: list[Result] = []
    for pull in pulls:
        tell(f"pull {pull:g}")
        whole = weigh(drawn, entailment, pull)
        for name in sets:
            own = [row for row in drawn if row.source == name]
            without = weigh([row for row in drawn if row.source != name], entailment, pull)
            results += [
                _counted(name, f"left out, {pull:g}", own, without),
                _counted(name, f"in view, {pull:g}", own, whole),
            ]
    return Report((*as_read(drawn), *results))


def as_read(drawn: Sequence[Row]) -> tuple[Result, ...]:
    """Each set but the suite, decided by the likeliest status of the logits."""
    sets = [name for name in dict.fromkeys(row.source for row in drawn) if name != SUITE]
    return tuple(_counted(name, AS_READ, [row for row in drawn if row.source == name]) for name in sets)


def _counted(name: str, who: str, rows: Sequence[Row], weights: Fusion | None = None) -> Result:
    return count(name, who, [row.pair for row in rows], [_answer(row, weights) for row in rows])


def _answer(row: Row, weights: Fusion | None) -> Answer:
    if row.settled is not None:
        return Answer(row.settled, "exact")
    if weights is None:
        return likeliest(row.logits)
    shares = weights.shares(np.array(row.logits, np.float32), row.given)
    status = decided(shares, row.given, {})
    return Answer(status, "entailment", shares[STATUSES.index(status)])


def render(report: Report) -> str:
    """Balanced accuracy, or three-way where the mean takes that, by set and by how it was decided."""
    kinds = {name.partition("=")[0]: name for name in HEADLINE}
    names = list(dict.fromkeys(result.name for result in report.results))
    who = list(dict.fromkeys(result.contestant for result in report.results))
    found = {(result.name, result.contestant): result for result in report.results}
    rows = [(name, *(_cell(found[name, one], kinds.get(name, name)) for one in who)) for name in names]
    means = (f"mean of {len(HEADLINE)}", *(_number(mean_balanced(report.results, one, HEADLINE)) for one in who))
    return table(("fitting half of", *who), [*rows, means])


def _cell(result: Result, kind: str) -> str:
    return _number(result.three_way if kind.endswith("=3") else result.balanced_accuracy)


def _number(score: Score) -> str:
    return f"{score.value:.3f}" if isinstance(score, Measured) else "-"
