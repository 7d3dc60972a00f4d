"""What two models joined in one way let pass and keep of the contrast suite."""

from __future__ import annotations

from simone.benchmarks.truth.fusing import SUITE, Row
from simone.benchmarks.truth.joining import _of_suite
from simone.benchmarks.truth.pairs import Pair


def row(source: str, label: str, supported: float) -> Row:
    return Row(source, Pair("premise", "claim", label, source), {}, (supported, 0.0, 0.0), None, True)


def test_changed_claims_that_pass_and_true_ones_that_stay_are_counted_of_the_suite_alone() -> None:
    rows = [
        row(SUITE, "refuted", 2.0),
        row(SUITE, "unverifiable", -2.0),
        row(SUITE, "supported", 2.0),
        row("a set", "refuted", 2.0),
    ]
    assert _of_suite(rows) == ("1/2", "1/1")
