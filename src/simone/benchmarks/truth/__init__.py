"""`simone bench truth`: how right the judge is on public development sets, beside guesses, its own tiers and peers.

Not for tuning: thresholds and confidences of the exact checks come from the training pairs, the weights of `fusion`
from the halves of the sets that are not reported.

    python -m simone.benchmarks.truth --calibrate     counts for truth/calibration.json
    python -m simone.benchmarks.truth --fit           the grid behind the thresholds
    python -m simone.benchmarks.truth --fuse          the weights of truth/fusion.json, from the other half
    python -m simone.benchmarks.truth --left-out      how such weights do on a set that they were fitted without
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, table
from simone.benchmarks.truth.contestants import Contestant, HypothesisOnly, alone, majority, ours, overlap, sourced
from simone.benchmarks.truth.figures import Result, mean_balanced, measure
from simone.benchmarks.truth.pairs import development
from simone.benchmarks.truth.timing import Seconds, Timing, sum_up, time_claims
from simone.records import Score, Unmeasured
from simone.truth.entailment import Entailment
from simone.truth.judge import Judge

TIMED = 100
"""Pairs of each set that are timed, count."""
HEADLINE = (
    "fever_symmetric_dev",
    "eraser_fever_test",
    "feverous_s_dev",
    "snli_test=3",
    "breaking_nli",
    "negation_SNLI=3",
    "conjnli_dev=3",
    "qags_cnndm",
    "wice_claim_dev",
    "begin_dev",
    "dialfact_small",
    "healthver_dev",
)
"""The sets whose mean is given: balanced accuracy, or three-way accuracy where marked."""


class Report(msgspec.Struct, frozen=True):
    """Everything measured."""

    results: tuple[Result, ...]
    timings: tuple[Timing, ...]


def run(
    data: Path,
    judges: dict[str, Judge],
    models: Mapping[str, Entailment] | None = None,
    per_set: int = 300,
    seed: int = 0,
    only: Sequence[str] = (),
    timed: int = TIMED,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Every contestant on a seeded sample of the half of each set that nothing was fitted on.

    `judges` are tiers and thread counts by name; `models` take part by themselves, without checks and weights.

    Raises:
        MissingSource: there are no development sets or training pairs, or no set of a name.
    """
    fixed: dict[str, Contestant] = {"overlap": overlap(), "hypothesis": HypothesisOnly(data)}
    peer = sourced()
    if peer is not None:
        fixed["sourced-evidence"] = peer
    fixed |= {name: alone(model) for name, model in (models or {}).items()}
    fixed |= {name: ours(judge) for name, judge in judges.items()}
    results: list[Result] = []
    spent: dict[str, list[Seconds]] = {who: [] for who in fixed}
    for name, pairs in development(data, per_set, seed, only, "report"):
        for who, contestant in {"majority": majority(pairs), **fixed}.items():
            tell(f"{name}: {who}")
            if who in spent:
                spent[who].append(time_claims(pairs[:timed], contestant))
            results.append(measure(name, who, pairs, contestant))
    timings = [sum_up(who, parts) for who, parts in spent.items()]
    return Report(tuple(results), tuple(timings))


def render(report: Report) -> str:
    """The figures as text tables."""
    header = (
        "set, contestant",
        "n",
        "balanced [95 %]",
        "3-way [95 %]",
        "macro-F1",
        "P(supported)",
        "P(refuted)",
        "R(supported)",
        "false supported [95 %]",
        "ECE",
        "covered, right at 5 %",
        "at 10 %",
    )
    rows = [
        (
            f"{r.name}, {r.contestant}",
            str(r.pairs),
            _ranged(r.balanced_accuracy, r.balanced_range),
            _ranged(r.three_way, r.three_way_range),
            _cell(r.macro_f1),
            _cell(r.supported_precision, True),
            _cell(r.refuted_precision, True),
            _cell(r.supported_recall),
            _ranged(r.false_supported, r.false_supported_range),
            _cell(r.calibration_error),
            *(f"{_cell(covered)}, {_cell(right)}" for covered, right in r.coverage),
        )
        for r in report.results
    ]
    names = list(dict.fromkeys(r.contestant for r in report.results))
    means = [(who, _cell(mean_balanced(report.results, who, HEADLINE))) for who in names]
    times = [
        (
            t.contestant,
            str(t.claims),
            *(f"{ms:.2f}" for ms in (t.cold_p50_ms, t.cold_p95_ms, t.warm_p50_ms, t.warm_p95_ms)),
        )
        for t in report.timings
    ]
    return "\n".join(
        (
            table(header, rows),
            "",
            f"mean of {len(HEADLINE)} sets ({', '.join(name.replace('=3', ' three-way') for name in HEADLINE)})",
            table(("contestant", "mean"), means),
            "",
            table(("ms per claim", "claims", "cold p50", "cold p95", "warm p50", "warm p95"), times),
            machine(),
        )
    )


def _cell(score: Score, counted: bool = False) -> str:
    if isinstance(score, Unmeasured):
        return "-"
    return f"{score.value:.3f}/{score.samples}" if counted else f"{score.value:.3f}"


def _ranged(score: Score, between: tuple[float, float]) -> str:
    return "-" if isinstance(score, Unmeasured) else f"{score.value:.3f} [{between[0]:.3f}, {between[1]:.3f}]"
