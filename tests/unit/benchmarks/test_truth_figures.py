"""What `bench risk` and `bench marks` count, and the figures drawn of it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from simone.benchmarks.truth.contestants import Answer
from simone.benchmarks.truth.drawing import Curve, Point, left_out, reliability, risk_coverage
from simone.benchmarks.truth.marking import changed_words
from simone.benchmarks.truth.pairs import Pair
from simone.benchmarks.truth.risking import Accepted, accepted, bins, coverage

LABELS = ("supported", "refuted", "unverifiable", "not")


def asked(*given: tuple[str, str, float]) -> tuple[list[Answer], list[Pair]]:
    """Answers (status, confidence) to pairs of a label."""
    return (
        [Answer(status, "a check", sure) for status, _, sure in given],  # type: ignore[arg-type]
        [Pair("", "", label, "a set") for _, label, _ in given],
    )


GIVEN = asked(
    ("supported", "supported", 0.95),
    ("supported", "not", 0.9),
    ("refuted", "not", 0.8),
    ("refuted", "refuted", 0.8),
    ("unverifiable", "supported", 0.7),
    ("refuted", "unverifiable", 0.6),
)


def test_only_what_was_decided_and_can_be_known_counts_as_wrong() -> None:
    assert accepted(*GIVEN) == Accepted(6, 5, 4, 2, 4, 1)


def test_bins_hold_what_has_a_confidence_and_is_known() -> None:
    found = bins(*GIVEN)
    assert sum(point.count for point in found) == 5
    assert [point.at for point in found] == pytest.approx([0.6, 0.7, 0.8, 0.925])


def test_coverage_grows_and_takes_ties_together() -> None:
    answers, pairs = asked(*[("supported", label, sure) for sure in (0.9, 0.8, 0.7) for label in LABELS * 4])
    found = coverage(answers, pairs)
    assert [point.at for point in found] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert [point.value for point in found] == pytest.approx([0.75] * 3)


@pytest.mark.parametrize(
    ("claim", "twin", "words"),
    [
        ("The wall fell.", "The wall held.", {2}),
        ("Bob beat Alice.", "Alice beat Bob.", {0, 1}),
        ("The wall held.", "The wall held well.", set()),
        ("All of the gates held.", "Most gates held.", {0, 1, 2}),
    ],
)
def test_changed_are_the_words_that_the_twin_does_not_have_in_that_order(
    claim: str, twin: str, words: set[int]
) -> None:
    assert len(changed_words(claim, twin)) == len(words)
    if claim.startswith("The"):
        assert changed_words(claim, twin) == words


def test_figures_are_well_formed_say_what_they_show_and_know_the_dark() -> None:
    points = (Point(0.2, 0.1, 0.0, 0.3, 10), Point(0.9, 0.95, 0.9, 1.0, 50))
    curves = (Curve("ours & <others>", points), Curve("another", points[:1]))
    rows = tuple(Curve(c.name, tuple(Point(n, *p[1:4], 9) for n, p in enumerate([(0, 0.1, 0.0, 0.2)]))) for c in curves)
    for drawn in (
        reliability(curves, "a < b"),
        risk_coverage(curves, "a < b"),
        left_out(("a set",), rows, (0.05,), "x"),
    ):
        root = ElementTree.fromstring(drawn)
        assert root.tag.endswith("svg")
        assert "prefers-color-scheme:dark" in drawn
        assert "ours &amp; &lt;others&gt;" in drawn
        assert root.find("{http://www.w3.org/2000/svg}desc") is not None
