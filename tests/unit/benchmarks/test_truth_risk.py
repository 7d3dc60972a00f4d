"""Weights and limits are fitted, logits kept and left-out sets measured, on a small set of invented pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from simone.benchmarks.contrast import read_suite
from simone.benchmarks.truth.fusing import SUITE, fitted, gather
from simone.benchmarks.truth.remembering import Remembering
from simone.benchmarks.truth.risking import RISKS, draw, render, run
from simone.kernels.reference.validation.words import stems_of
from simone.truth.judge import Judge

CONTRAST = Path(__file__).parents[2] / "attacks" / "contrast.jsonl"
LABELS = {"supported": "entailment", "refuted": "contradiction", "unverifiable": "neutral"}


class Overlapping:
    """A plain model: the more of the claim's words the evidence has, the more it follows. It counts what it reads."""

    name = "overlapping"

    def __init__(self) -> None:
        self.asked = 0

    @property
    def first(self) -> Overlapping:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.asked += len(pairs)
        shares = [len(stems_of(b) & stems_of(a)) / max(1, len(stems_of(b))) for a, b in pairs]
        return np.array([[4 * share - 2, 0.0, 2 - 4 * share] for share in shares], np.float32)


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """Two development sets made of the contrast suite's documents."""
    suite = read_suite(CONTRAST)
    folder = tmp_path / "data" / "nli" / "dev"
    folder.mkdir(parents=True)
    for number, name in enumerate(("first", "second")):
        rows = [
            {
                "premise": suite.documents[case.document],
                "hypothesis": case.claim,
                "label": LABELS[case.expected],
                "source": name,
            }
            for case in suite.cases[number * 60 : number * 60 + 60]
        ]
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, rows)))
    return tmp_path / "data"


def silent(_: str) -> None:
    """Nobody watches."""


def test_what_is_fitted_does_not_depend_on_the_order_of_its_rows(invented: Path) -> None:
    rows = gather(invented, CONTRAST, Judge(None), Overlapping(), silent, 20)
    assert {row.source for row in rows} == {"first", "second", SUITE}
    assert sum(row.is_drawn for row in rows if row.source == "first") == 20
    weights, limits = fitted(rows, "overlapping")
    again = fitted(rows[::-1], "overlapping")
    assert limits.samples == again[1].samples > 0
    assert weights.bias == pytest.approx(again[0].bias, abs=2e-4)
    assert set(limits.kinds) == set(again[1].kinds)
    assert fitted(rows, "overlapping") == (weights, limits)


def test_each_set_is_left_out_and_the_report_shows_it(invented: Path, tmp_path: Path) -> None:
    report = run(invented, CONTRAST, None, Overlapping(), per_set=10, fit_per_set=20)
    assert [left.name for left in report.left] == ["first", "second", SUITE]
    assert all(len(left.out) == len(RISKS) == len(left.within) - 1 for left in report.left)
    assert all(left.within[-1].decided >= left.within[0].decided for left in report.left)
    shown = render(report)
    for part in ("all 2 public sets", "ECE, fused", "compared too", "Wrong among the surest"):
        assert part in shown
    drawn = draw(report, tmp_path / "figures")
    assert [path.name for path in drawn] == ["reliability.svg", "risk-coverage.svg", "left-out.svg"]
    assert "2 development sets" in drawn[1].read_text("utf-8")


def test_kept_logits_are_the_same_and_no_pair_is_read_twice(tmp_path: Path) -> None:
    pairs = [("The wall held.", "The wall held."), ("The wall held.", "It rained."), ("The wall held.", "It rained.")]
    plain = Overlapping()
    first = Remembering(plain, tmp_path).score(pairs)
    assert plain.asked == 2
    assert np.array_equal(first, Overlapping().score(pairs))
    kept = next(tmp_path.iterdir())
    kept.write_bytes(kept.read_bytes()[:-5])  # an interruption cut the last line short
    again = Remembering(plain, tmp_path)
    assert np.array_equal(again.score(pairs), first)
    assert plain.asked == 3
    assert np.array_equal(Remembering(plain, tmp_path).score(pairs), first)
    assert plain.asked == 3
