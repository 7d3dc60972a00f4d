"""`simone bench marks`: does an explanation mark the words that make a claim wrong?

Not for verdicts: see `simone bench contrast`.

Each changed claim of the contrast suite that names its true twin is held against it: the words that the twin does not
have in the same order are the changed ones. What is marked in true claims is marked wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import msgspec

from simone.benchmarks.contrast import Case, read_suite
from simone.benchmarks.report import machine, share, table
from simone.kernels.reference.validation.words import Word, find_words, is_content
from simone.retrieval.contract import TextEncoder
from simone.truth import evidence
from simone.truth.entailment import Entailment
from simone.truth.explaining import MARKED, explain
from simone.truth.judge import as_passage


class Row(msgspec.Struct, frozen=True):
    """Words of changed claims: `changed` there are, `marked` were, `hits` are both; and of true claims `true_marked`.

    `found` of `claims` changed claims have a changed word among those marked.
    """

    contestant: str
    claims: int
    found: int
    words: int
    changed: int
    marked: int
    hits: int
    true_words: int
    true_marked: int


class Report(msgspec.Struct, frozen=True):
    """Everything measured, and how many changed claims only leave something out and so have no changed word."""

    split: str
    rows: tuple[Row, ...]
    without: int


Marker = Callable[[str, evidence.Pool], set[int]]
"""The places among a claim's words, punctuation left out, that are marked."""


def run(
    suite: Path,
    encoder: TextEncoder,
    entailment: Entailment,
    split: str = "dev",
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Mark the words of every changed claim with a twin, and of every true claim, of one half of the suite.

    Raises:
        MissingSource: there is no such file.
        BadRequest: the file is not a contrast suite.
    """
    read = read_suite(suite)
    by_id = {case.id: case for case in read.cases}
    pools = {name: evidence.collect([as_passage(text, 1)]) for name, text in read.documents.items()}
    chosen = [case for case in read.cases if case.split == split]
    pairs = [(case, changed_words(case.claim, by_id[case.twin].claim)) for case in chosen if case.twin]
    wrong = [(case, changed) for case, changed in pairs if changed and not case.supported]
    markers: dict[str, Marker] = {
        "every content word": _content,
        "words the document lacks": _absent,
        "exact": _explaining(None, None),
        "with token vectors": _explaining(encoder, None),
        "with the entailment model": _explaining(encoder, entailment),
    }
    rows = []
    for name, marker in markers.items():
        tell(name)
        rows.append(_counted(name, marker, pools, wrong, [case for case in chosen if case.supported]))
    return Report(split, tuple(rows), sum(not changed and not case.supported for case, changed in pairs))


def changed_words(claim: str, twin: str) -> set[int]:
    """The places of a claim's words that its twin does not have in the same order, by stem."""
    ours, theirs = ([word.stem for word in _words(text)] for text in (claim, twin))
    changed = set(range(len(ours)))
    for block in SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks():
        changed -= set(range(block.b, block.b + block.size))
    return changed


def render(report: Report) -> str:
    """The figures as a text table."""
    header = (
        "marked by",
        "changed words found [95 %]",
        "of those marked, changed [95 %]",
        "claims with a changed word marked [95 %]",
        "marked in true claims [95 %]",
    )
    rows = [
        (
            row.contestant,
            share(row.hits, row.changed),
            share(row.hits, row.marked),
            share(row.found, row.claims),
            share(row.true_marked, row.true_words),
        )
        for row in report.rows
    ]
    first = report.rows[0]
    return "\n".join(
        (
            (
                f"Contrast suite, the {report.split} half: {first.claims} changed claims, {first.changed} of"
                f" {first.words} words changed; marked is what has a support below {MARKED}"
            ),
            table(header, rows),
            f"left out: {report.without} changed claims that only leave something out",
            machine(),
        )
    )


def _counted(
    name: str,
    marker: Marker,
    pools: dict[str, evidence.Pool],
    wrong: Sequence[tuple[Case, set[int]]],
    true: Sequence[Case],
) -> Row:
    found = [(marker(case.claim, pools[case.document]), changed) for case, changed in wrong]
    kept = [marker(case.claim, pools[case.document]) for case in true]
    return Row(
        name,
        len(wrong),
        sum(bool(marks & changed) for marks, changed in found),
        sum(len(_words(case.claim)) for case, _ in wrong),
        sum(len(changed) for _, changed in found),
        sum(len(marks) for marks, _ in found),
        sum(len(marks & changed) for marks, changed in found),
        sum(len(_words(case.claim)) for case in true),
        sum(map(len, kept)),
    )


def _explaining(encoder: TextEncoder | None, entailment: Entailment | None) -> Marker:
    def marker(claim: str, pool: evidence.Pool) -> set[int]:
        words = explain([claim], pool, encoder, entailment)[0]
        return {place for place, word in enumerate(words) if word.support < MARKED}

    return marker


def _content(claim: str, _: evidence.Pool) -> set[int]:
    return {place for place, word in enumerate(_words(claim)) if is_content(word)}


def _absent(claim: str, pool: evidence.Pool) -> set[int]:
    held = {word.stem for text in pool.texts for word in find_words(text)}
    return {place for place, word in enumerate(_words(claim)) if word.stem not in held}


def _words(text: str) -> list[Word]:
    return [word for word in find_words(text) if word.is_word]
