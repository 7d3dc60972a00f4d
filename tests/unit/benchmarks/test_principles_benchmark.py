"""What the figures of the principles count, and that the labels are what their head says."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.benchmarks.principles import Labelled, load, render, run
from simone.clock import FrozenClock
from simone.errors import BadRequest, MissingSource
from simone.truth.judge import Judge

LABELS = Path(__file__).parents[1] / "truth" / "labelled_principles.toml"


def test_the_halves_share_no_text_and_each_principle_has_labels_in_both() -> None:
    labels = load(LABELS)
    halves = [{(one.text, one.evidence) for one in half} for half in (labels.dev, labels.test)]
    assert not halves[0] & halves[1]
    for half in (labels.dev, labels.test):
        assert len({name for one in half for name in one.against}) == 6


def test_findings_are_counted_against_labels() -> None:
    labelled = (
        Labelled("Undoubtedly, the mill is haunted.", against=("certainty",)),
        Labelled("Undoubtedly, the barn is haunted."),
        Labelled("The barn is old.", against=("certainty",)),
    )
    rows = run(labelled, Judge(None), FrozenClock())
    row = next(row for row in rows if row.name == "certainty")
    assert (row.right, row.found, row.labelled) == (1, 2, 2)
    assert row.wrong == ("Undoubtedly, the barn is haunted.", "The barn is old.")
    assert (row.fired, row.spared) == (row.fires, row.spares)
    assert "certainty, wrong: The barn is old." in render(rows, None, 2)


def test_labels_that_are_missing_or_wrong_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="source tree"):
        load(tmp_path / "none.toml")
    path = tmp_path / "labels.toml"
    path.write_text('dev = [{ text = "x", against = ["kindness"] }]\ntest = []\n', "utf-8")
    with pytest.raises(BadRequest, match="kindness"):
        load(path)
