"""`simone bench risk`: do the limits keep the error they promise, on sets that nothing was fitted on?

Not for fitting what ships: `python -m simone.benchmarks.truth --fuse` does that from the same rows.

Each set in turn is left out: weights and limits come from the fitting halves of the others, and the judge that has them
is asked about the left-out set's other half. The figures with every set in view stand beside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from simone.benchmarks.report import machine, share, table, wilson
from simone.benchmarks.truth.contestants import Answer, ours
from simone.benchmarks.truth.drawing import Curve, Point, left_out, reliability, risk_coverage
from simone.benchmarks.truth.figures import BINS, calibration_error, judged
from simone.benchmarks.truth.fusing import MOST_OF_A_SET, SUITE, contrast_pairs, fitted, gather
from simone.benchmarks.truth.pairs import Pair, development
from simone.records import Measured
from simone.retrieval.contract import TextEncoder
from simone.truth.entailment import Entailment
from simone.truth.judge import Judge

RISKS = (0.05, 0.10)
"""Errors that are asked for, 0..1."""
LIKELIEST = 1.0
"""No limit at all."""


class Accepted(msgspec.Struct, frozen=True):
    """Of `asked` claims: how many were decided, of how many of these it is known whether they are right, how many not.

    `false_supported` of the `unsupported` claims that came out supported.
    """

    asked: int
    decided: int
    known: int
    wrong: int
    unsupported: int
    false_supported: int


class Left(msgspec.Struct, frozen=True):
    """What came out for one set, by error asked for: left out of the fit, and in view (last there: without a limit)."""

    name: str
    out: tuple[Accepted, ...]
    within: tuple[Accepted, ...]


class Report(msgspec.Struct, frozen=True):
    """Everything measured: by set, and curves and errors of the confidence by contestant."""

    left: tuple[Left, ...]
    bins: tuple[Curve, ...]
    errors: tuple[tuple[str, float, int], ...]
    curves: tuple[Curve, ...]
    limits: tuple[tuple[str, dict[str, float]], ...]


def run(
    data: Path,
    suite: Path,
    encoder: TextEncoder | None,
    entailment: Entailment,
    per_set: int = 300,
    fit_per_set: int = MOST_OF_A_SET,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Fit and measure; `per_set` pairs of each reported half and `fit_per_set` of each fitting half (0 takes all).

    Raises:
        MissingSource: the development sets or the suite are missing.
    """
    rows = gather(data, suite, Judge(None), entailment, tell, fit_per_set)
    held = dict(development(data, per_set, 0, (), "report"))
    held[SUITE] = contrast_pairs(suite, "test")
    weights, limits = fitted(rows, entailment.name, tell)
    errors = (*RISKS, LIKELIEST)
    within = {e: ours(Judge(encoder, entailment, weights=weights, limits=limits, max_error=e)) for e in errors}
    left: list[Left] = []
    likeliest: dict[str, list[Answer]] = {}
    for name, pairs in held.items():
        tell(f"{name} left out")
        without = fitted([row for row in rows if row.source != name], entailment.name)
        counts: list[Accepted] = []
        for error in RISKS:
            judge = Judge(encoder, entailment, weights=without[0], limits=without[1], max_error=error)
            counts.append(accepted([ours(judge)(pair) for pair in pairs], pairs))
        answers = {error: [within[error](pair) for pair in pairs] for error in errors}
        likeliest[name] = answers[LIKELIEST]
        left.append(Left(name, tuple(counts), tuple(accepted(answers[error], pairs) for error in errors)))
    exact = ours(Judge(encoder))
    public = [name for name in held if name != SUITE]
    told = {
        "fused": (
            [answer for name in public for answer in likeliest[name]],
            [pair for name in public for pair in held[name]],
        ),
        "fused, contrast suite": (likeliest[SUITE], held[SUITE]),
    }
    pairs = told["fused"][1]
    told["exact"] = ([exact(pair) for pair in pairs], pairs)
    return Report(
        tuple(left),
        tuple(Curve(name, bins(*found)) for name, found in told.items()),
        tuple(
            (name, missed.value, missed.samples)
            for name, found in told.items()
            if isinstance(missed := calibration_error(*found), Measured)
        ),
        tuple(Curve(name, coverage(*found)) for name, found in told.items()),
        tuple((f"{error:.2f}", limits.at(error)) for error in RISKS),
    )


def accepted(answers: Sequence[Answer], pairs: Sequence[Pair]) -> Accepted:
    """Count what was decided, and how much of it wrongly."""
    decided = [(a, p) for a, p in zip(answers, pairs, strict=True) if a.status != "unverifiable"]
    known = judged([a for a, _ in decided], [p for _, p in decided])
    return Accepted(
        len(answers),
        len(decided),
        len(known),
        sum(not right for _, right in known),
        sum(pair.label != "supported" for pair in pairs),
        sum(a.status == "supported" != p.label for a, p in decided),
    )


def bins(answers: Sequence[Answer], pairs: Sequence[Pair]) -> tuple[Point, ...]:
    """The share right by confidence, in BINS parts; each at the mean confidence of what is in it."""
    found = judged(answers, pairs)
    points = []
    for number in range(BINS):
        inside = [(c, right) for c, right in found if min(BINS - 1, int(c * BINS)) == number]
        if inside:
            hits = sum(right for _, right in inside)
            middle = sum(c for c, _ in inside) / len(inside)
            points.append(Point(middle, hits / len(inside), *wilson(hits, len(inside)), len(inside)))
    return tuple(points)


def coverage(answers: Sequence[Answer], pairs: Sequence[Pair]) -> tuple[Point, ...]:
    """The share of claims decided, surest first, against the share of wrong ones among those; ties are taken together.

    What was decided of pairs that do not tell whether that is right counts as decided and not among the wrong ones.
    """
    decided = sorted(
        ((a.confidence or 0.0, a, p) for a, p in zip(answers, pairs, strict=True) if a.status != "unverifiable"),
        key=lambda item: -item[0],
    )
    points, known, wrong = [], 0, 0
    for place, (confidence, answer, pair) in enumerate(decided, 1):
        for _, right in judged([answer], [pair]):
            known, wrong = known + 1, wrong + (not right)
        last = place == len(decided)
        if known >= BINS and (last or decided[place][0] < confidence):
            points.append(Point(place / len(answers), wrong / known, *wilson(wrong, known), known))
    return tuple(points)


def render(report: Report) -> str:
    """The figures as text tables."""
    header = (
        "set",
        "claims",
        "asked",
        "decided",
        "wrong among them [95 %]",
        "false supported [95 %]",
        "in view: decided",
        "wrong",
    )
    rows = []
    for left in (*report.left, *_together(report.left)):
        for error, out, within in zip((*RISKS, LIKELIEST), (*left.out, None), left.within, strict=True):
            rows.append(
                (
                    left.name,
                    str(within.asked),
                    f"{error:.0%}" if error < 1 else "any",
                    *(_cells(out) if out else ("", "", "")),
                    *_cells(within)[:2],
                )
            )
    kept = [
        f"  asked {error:.0%}: above it in {', '.join(_above(report.left, n, error)) or 'no set'};"
        f" surely so (whole interval) in {', '.join(_above(report.left, n, error, True)) or 'no set'}"
        for n, error in enumerate(RISKS)
    ]
    confidence = [
        (curve.name, f"{p.at:.3f}", str(p.count), f"{p.value:.3f} [{p.low:.3f}, {p.high:.3f}]")
        for curve in report.bins
        for p in curve.points
    ]
    traded = [
        (curve.name, *(_error_at(curve, covered) for covered in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)))
        for curve in report.curves
    ]
    return "\n".join(
        (
            "Weights and limits fitted without the set and asked about it; on the right, with it in view",
            table(header, rows),
            *kept,
            "",
            "Limits with all sets in view: the least share of each kind of verdict (a dash: none is shown to be safe)",
            table(
                ("kind", *(error for error, _ in report.limits)),
                [
                    (kind, *(f"{found[kind]:.4f}" if found[kind] <= 1 else "-" for _, found in report.limits))
                    for kind in report.limits[0][1]
                ],
            ),
            "",
            "Reliability of the likeliest verdict, in ten parts of the confidence",
            table(("contestant", "confidence", "n", "right [95 %]"), confidence),
            *(f"ECE, {name}: {error:.3f} (n={count})" for name, error, count in report.errors),
            "",
            "Wrong among the surest, by share of claims decided",
            table(("contestant", "5 %", "10 %", "20 %", "30 %", "50 %", "70 %"), traded),
            machine(),
        )
    )


def draw(report: Report, folder: Path) -> tuple[Path, ...]:
    """The figures as SVG files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    public = sum(left.out[0].asked for left in report.left if left.name != SUITE)
    suite = sum(left.out[0].asked for left in report.left if left.name == SUITE)
    sets = len(report.left) - 1
    told = f"reported halves of {sets} development sets ({public} pairs) and the suite's test half ({suite})"
    ece = ", ".join(f"{name} {error:.3f}" for name, error, _ in report.errors)
    names = [left.name for left in report.left]
    dots = tuple(
        Curve(f"max_error {error:.2f}", tuple(_dot(row, left.out[n]) for row, left in enumerate(report.left)))
        for n, error in enumerate(RISKS)
    )
    files = {
        "reliability.svg": reliability(report.bins, f"ECE: {ece}; bars: how many; whiskers: 95 %"),
        "risk-coverage.svg": risk_coverage(report.curves, told),
        "left-out.svg": left_out(names, dots, RISKS, "of those accepted, with 95 % intervals; dashed: what was asked"),
    }
    paths = []
    for name, drawn in files.items():
        (folder / name).write_text(drawn, "utf-8")
        paths.append(folder / name)
    return tuple(paths)


def _dot(row: int, out: Accepted) -> Point:
    value = out.wrong / out.known if out.known else 0.0
    return Point(row, value, *wilson(out.wrong, out.known), out.known)


def _together(left: Sequence[Left]) -> list[Left]:
    """All sets but the suite, summed."""
    chosen = [one for one in left if one.name != SUITE]
    return [
        Left(
            f"all {len(chosen)} public sets",
            tuple(_sum([one.out[n] for one in chosen]) for n in range(len(RISKS))),
            tuple(_sum([one.within[n] for one in chosen]) for n in range(len(RISKS) + 1)),
        )
    ]


def _cells(found: Accepted) -> tuple[str, str, str]:
    return (
        f"{found.decided / found.asked:.3f}",
        share(found.wrong, found.known),
        share(found.false_supported, found.unsupported),
    )


def _sum(parts: Sequence[Accepted]) -> Accepted:
    return Accepted(*(sum(part) for part in zip(*(msgspec.structs.astuple(part) for part in parts), strict=True)))


def _above(left: Sequence[Left], place: int, error: float, surely: bool = False) -> list[str]:
    """The sets whose error was above what was asked, or whose whole interval was."""
    found = []
    for one in left:
        out = one.out[place]
        if out.known and (wilson(out.wrong, out.known)[0] if surely else out.wrong / out.known) > error:
            found.append(f"{one.name} ({out.wrong}/{out.known})")
    return found


def _error_at(curve: Curve, covered: float) -> str:
    """Wrong ones at the first point that covers so much."""
    point = next((p for p in curve.points if p.at >= covered), None)
    return f"{point.value:.3f}" if point else "-"
