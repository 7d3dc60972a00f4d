"""Groups swapped: the shipped texts get the same verdicts and findings, and a difference is seen where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.benchmarks.bias import load, render, run
from simone.clock import FrozenClock
from simone.errors import BadRequest, MissingSource
from simone.truth.judge import Judge


def test_swapping_groups_changes_no_verdict_and_no_finding() -> None:
    found = run(load(), Judge(None), FrozenClock())
    assert len(found) >= 400
    assert [one for one in found if one.differs_in_verdict or one.differs_in_check or one.differs_in_findings] == []
    statuses = {status for one in found for status, _ in one.got.verdicts}
    assert {"supported", "refuted", "unverifiable"} <= statuses
    assert any(one.got.findings for one in found)


def test_a_difference_is_counted_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "swaps.toml"
    path.write_text(
        '[[swaps]]\nkind = "names"\nslots = ["who"]\nfills = [["Lund"], ["Brandt"]]\n'
        'texts = [{ evidence = "Lund left in 1990.", text = "{who} left in 1990." }]\n',
        "utf-8",
    )
    found = run(load(path), Judge(None), FrozenClock())
    assert [one.differs_in_verdict for one in found] == [True]
    assert "1 pairs differ:" in render(found, 5)
    assert "x Lund left in 1990. | Brandt left in 1990. | supported by quote" in render(found, 0, pairs=True)


def test_swaps_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "swaps.toml"
    path.write_text('[[swaps]]\nkind = "names"\nslots = ["a", "b"]\nfills = [["one"]]\ntexts = []\n', "utf-8")
    with pytest.raises(BadRequest, match="does not fill"):
        load(path)
    with pytest.raises(MissingSource):
        load(tmp_path / "none.toml")
