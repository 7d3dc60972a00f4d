"""Weights that join logits and signals, asked about a set that they were fitted without; the model by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from simone.benchmarks.truth.contestants import alone, likeliest
from simone.benchmarks.truth.fusing import Row
from simone.benchmarks.truth.leaving_out import AS_READ, run
from simone.benchmarks.truth.pairs import Pair
from simone.records import Measured, Status

LABELS = ("supported", "refuted", "unverifiable")


def rows(source: str, settled: Status | None = None) -> list[Row]:
    """A set whose logits are right for its signal alone: in "turned" they say the opposite of the label."""
    found = []
    for number in range(60):
        label = LABELS[number % 3]
        said = np.full(3, -2.0)
        said[(LABELS.index(label) + (source == "turned")) % 3] = 2.0
        pair = Pair(f"premise {number} {source}", f"claim {number}", label, source)
        found.append(Row(source, pair, {}, tuple(said.tolist()), settled, True))
    return found


def balanced(results: Sequence[object], name: str, who: str) -> float:
    (result,) = [r for r in results if (r.name, r.contestant) == (name, who)]  # type: ignore[attr-defined]
    assert isinstance(result.balanced_accuracy, Measured)  # type: ignore[attr-defined]
    return result.balanced_accuracy.value  # type: ignore[attr-defined]


def test_a_set_unlike_the_others_is_decided_better_in_view_than_left_out() -> None:
    report = run([*rows("straight"), *rows("turned")], "a model", pulls=(0.0001,))
    assert balanced(report.results, "straight", AS_READ) == 1.0
    assert balanced(report.results, "turned", AS_READ) < 0.5
    left_out, in_view = (balanced(report.results, "turned", f"{who}, 0.0001") for who in ("left out", "in view"))
    assert left_out < in_view


def test_what_the_exact_checks_settle_is_not_weighed() -> None:
    report = run([*rows("turned", "supported"), *rows("straight")], "a model", pulls=(1.0,))
    assert {balanced(report.results, "turned", who) for who in (AS_READ, "left out, 1", "in view, 1")} == {0.5}


class Fixed:
    """Implements `entailment.Entailment`: the same logits for every pair."""

    name = "fixed"

    @property
    def first(self) -> Fixed:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return np.tile(np.array([0.0, 2.0, 1.0], np.float32), (len(pairs), 1))


def test_the_model_alone_says_its_likeliest_status_with_its_share() -> None:
    answer = alone(Fixed())(Pair("The mine closed.", "The mine is open.", "refuted", "a set"))
    assert (answer.status, answer.decided_by) == ("refuted", "entailment")
    assert answer.confidence == pytest.approx(np.exp(2) / (1 + np.exp(1) + np.exp(2)))
    assert likeliest([1.0, 1.0, 0.0]).status == "supported"
    assert alone(Fixed())(Pair("", "The mine is open.", "refuted", "a set")).status == "unverifiable"
