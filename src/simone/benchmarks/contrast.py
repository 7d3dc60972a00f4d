"""Measures by kind of change how many changed claims come out supported, and how many true ones stay so.

Not for accuracy on public data (`truth`) and not for speed.

Data: tests/attacks/contrast.jsonl of a checkout, documents and claims written for this project. A document's cases are
all in one half: rules and thresholds are made with "dev" in view, "test" gives the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from simone.benchmarks.report import machine, share, table, wilson
from simone.errors import BadRequest, MissingSource
from simone.records import Status
from simone.truth.claims import as_claim
from simone.truth.judge import Judge, as_passage

SPLITS = ("dev", "test", "all")
EXACT = frozenset(
    {
        "arithmetic",
        "date",
        "direction",
        "magnitude",
        "negation",
        "number",
        "only/except",
        "order",
        "quantifier",
        "role swap",
        "unit",
        "unit conversion",
    }
)
"""Kinds that comparing values and slots can decide; at most 3 % of their changed claims may come out supported."""


class Case(msgspec.Struct, frozen=True):
    """A claim about a document and what a careful reader says of it from the document alone.

    `supported` is whether `expected` is "supported"; `twin` the id of the true claim of which this one is a minimal
    change; `style` how a paraphrase differs; `note` why, where that is not obvious.
    """

    id: str
    split: Literal["dev", "test"]
    kind: str
    document: str
    claim: str
    supported: bool
    expected: Status
    twin: str = ""
    style: str = ""
    note: str = ""


class Suite(msgspec.Struct, frozen=True):
    """The documents by name, what field each is from, and the cases in file order."""

    documents: dict[str, str]
    domains: dict[str, str]
    cases: tuple[Case, ...]


class Judged(msgspec.Struct, frozen=True):
    """What the judge said of a case."""

    case: Case
    status: Status
    decided_by: str


class Row(msgspec.Struct, frozen=True):
    """Counts of one kind. `changed` claims are not supported by their document, `true` ones are.

    `false_supported` of the changed, `kept` (supported) and `refuted` of the true; `right` three-way, of both.
    """

    kind: str
    changed: int
    false_supported: int
    true: int
    kept: int
    refuted: int
    right: int


class Report(msgspec.Struct, frozen=True):
    """Everything this benchmark measures: rows by kind, and every verdict in file order; `suite` is the file's name."""

    suite: str
    split: str
    rows: tuple[Row, ...]
    judged: tuple[Judged, ...]


def read_suite(path: Path) -> Suite:
    """The suite of a file.

    Raises:
        MissingSource: there is no such file.
        BadRequest: the file is not a contrast suite.
    """
    if not path.is_file():
        raise MissingSource(
            f"there is no contrast suite at {str(path)!r}; it is part of the source tree, not of the installed package:"
            " run from a checkout, or give the path of its tests/attacks/contrast.jsonl"
        )
    lines = path.read_bytes().splitlines()
    try:
        head = msgspec.json.decode(lines[0] if lines else b"", type=dict[str, dict[str, str]])
        cases = tuple(msgspec.json.decode(line, type=Case) for line in lines[1:])
        documents, domains = head["documents"], head["domains"]
    except (msgspec.DecodeError, KeyError) as problem:
        raise BadRequest(f"{str(path)!r} is no contrast suite: {problem}; give a contrast.jsonl") from problem
    if unknown := [case for case in cases if case.document not in documents]:
        raise BadRequest(
            f"case {unknown[0].id!r} names the document {unknown[0].document!r}, which {str(path)!r} lacks"
        )
    return Suite(documents, domains, cases)


def run(path: Path, judge: Judge, split: str = "test", tell: Callable[[str], None] | None = None) -> Report:
    """Judge the cases of one half ("dev", "test") or of both ("all"), the claims of a document in one call.

    Raises:
        MissingSource: there is no such file.
        BadRequest: the file is not a contrast suite, or there is no such half.
    """
    if split not in SPLITS:
        raise BadRequest(f"there is no half {split!r} of the contrast suite; halves: {', '.join(SPLITS)}")
    suite = read_suite(path)
    chosen = [case for case in suite.cases if split in (case.split, "all")]
    found: dict[str, Judged] = {}
    for number, name in enumerate(suite.documents, 1):
        own = [case for case in chosen if case.document == name]
        if tell is not None:
            tell(f"document {number} of {len(suite.documents)}")
        verdicts = judge.judge([as_claim(case.claim, 0) for case in own], [as_passage(suite.documents[name], 1)])
        for case, verdict in zip(own, verdicts, strict=True):
            found[case.id] = Judged(case, verdict.status, verdict.decided_by)
    judged = tuple(found[case.id] for case in chosen)
    kinds = sorted({case.kind for case in chosen})
    rows = tuple(_row(kind, [j for j in judged if j.case.kind == kind]) for kind in kinds)
    return Report(path.stem, split, rows, judged)


def _row(kind: str, judged: Sequence[Judged]) -> Row:
    changed = [j for j in judged if not j.case.supported]
    true = [j for j in judged if j.case.supported]
    return Row(
        kind,
        len(changed),
        sum(j.status == "supported" for j in changed),
        len(true),
        sum(j.status == "supported" for j in true),
        sum(j.status == "refuted" for j in true),
        sum(j.status == j.case.expected for j in judged),
    )


def render(report: Report, losses: int = 0) -> str:
    """The report as plain text: a row for each kind and for groups of kinds, then `losses` wrong cases of each."""
    exact = [row for row in report.rows if row.kind in EXACT]
    others = [row for row in report.rows if row.kind not in EXACT]
    groups = [
        *exact,
        *([_summed("all exact-decidable kinds", exact)] if exact else []),
        *others,
        *([_summed("all other kinds", others)] if others else []),
        _summed("all kinds", report.rows),
    ]
    styles = Counter(j.case.style for j in report.judged if j.case.style)
    held = Counter(j.case.style for j in report.judged if j.case.style and j.status == "supported")
    by_style = [f"{style} {held[style]}/{styles[style]}" for style in sorted(styles)]
    header = ("kind", "changed", "false-supported", "95 %", "true", "kept", "kept %", "refuted", "three-way")
    half = "both halves" if report.split == "all" else f"the {report.split} half"
    name, size = report.suite.capitalize(), f"{len(report.judged)} claims about {_documents(report)} documents"
    text = [
        f"{name} suite, {half}: {size}; {machine()}",
        table(header, [_cells(row) for row in groups]),
        f"false-supported, exact-decidable kinds: {_share(exact)}",
        f"false-supported, other kinds: {_share(others)}",
        *([f"paraphrases kept, by style: {', '.join(by_style)}"] if by_style else []),
    ]
    for row in report.rows:
        wrong = [j for j in report.judged if j.case.kind == row.kind and _is_loss(j)]
        text += [
            f"  {row.kind}: {j.status} by {j.decided_by}, not {_wanted(j)}: {j.case.claim}" for j in wrong[:losses]
        ]
    return "\n".join(text)


def _documents(report: Report) -> int:
    return len({j.case.document for j in report.judged})


def _is_loss(judged: Judged) -> bool:
    """Whether a changed claim came out supported, or a true one did not."""
    return judged.case.supported != (judged.status == "supported")


def _wanted(judged: Judged) -> str:
    note = f" ({judged.case.note})" if judged.case.note else ""
    return f"{judged.case.expected}{note}, {judged.case.id}"


def _share(rows: Sequence[Row]) -> str:
    return share(sum(row.false_supported for row in rows), sum(row.changed for row in rows))


def _summed(name: str, rows: Sequence[Row]) -> Row:
    return Row(
        name,
        sum(row.changed for row in rows),
        sum(row.false_supported for row in rows),
        sum(row.true for row in rows),
        sum(row.kept for row in rows),
        sum(row.refuted for row in rows),
        sum(row.right for row in rows),
    )


def _cells(row: Row) -> tuple[str, ...]:
    low, high = wilson(row.false_supported, row.changed)
    return (
        row.kind,
        str(row.changed) if row.changed else "-",
        f"{row.false_supported} ({row.false_supported / row.changed:.1%})" if row.changed else "-",
        f"{low:.3f}-{high:.3f}" if row.changed else "-",
        str(row.true) if row.true else "-",
        str(row.kept) if row.true else "-",
        f"{row.kept / row.true:.1%}" if row.true else "-",
        str(row.refuted) if row.true else "-",
        f"{row.right / (row.changed + row.true):.3f}",
    )
