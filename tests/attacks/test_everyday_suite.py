"""The everyday suite is sound; without models no wrong claim of it comes out supported, no right one refuted.

How many right claims are kept is measured: `simone bench contrast tests/attacks/everyday.jsonl`.
"""

from __future__ import annotations

from pathlib import Path

from simone.benchmarks.contrast import read_suite, run
from simone.truth.judge import Judge

PATH = Path(__file__).with_name("everyday.jsonl")
SUITE = read_suite(PATH)
LEAST_KEPT = 0.35
"""Share of the right claims of the dev half, which the rules were made with, 0..1."""


def test_the_suite_is_what_it_says() -> None:
    halves: dict[str, set[str]] = {}
    for case in SUITE.cases:
        halves.setdefault(case.document, set()).add(case.split)
    assert all(len(found) == 1 for found in halves.values())
    assert halves.keys() == SUITE.documents.keys() == SUITE.domains.keys()
    assert len({case.id for case in SUITE.cases}) == len(SUITE.cases) >= 360
    assert [case.id for case in SUITE.cases if case.supported != (case.expected == "supported")] == []
    ids = {case.id for case in SUITE.cases}
    assert [case.id for case in SUITE.cases if case.twin and case.twin not in ids] == []


def test_exact_checks_support_nothing_wrong_and_refute_nothing_right() -> None:
    judged = run(PATH, Judge(None), "all").judged
    assert [j.case.id for j in judged if j.status == "supported" and not j.case.supported] == []
    assert [j.case.id for j in judged if j.status == "refuted" and j.case.expected == "supported"] == []
    right = [j for j in judged if j.case.split == "dev" and j.case.supported]
    assert sum(j.status == "supported" for j in right) >= LEAST_KEPT * len(right)
