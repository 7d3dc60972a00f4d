"""The twin suite: large enough, split cleanly, and the measurement that comes with the program is what it gives."""

from __future__ import annotations

from pathlib import Path

from simone.benchmarks import twins
from simone.caching.near_answers import admitted, shipped
from simone.retrieval.encoder import MiniLM
from simone.settings import CacheSettings, EncoderSettings


def test_the_suite_is_large_and_no_question_is_in_both_halves() -> None:
    halves = twins.load()
    pairs = [pair for half in halves.values() for pair in half]
    assert sum(pair.kind != "same" for pair in pairs) >= 300
    assert sum(pair.kind == "same" for pair in pairs) >= 150
    assert len({(pair.base, pair.other) for pair in pairs}) == len(pairs)
    assert all(pair.base != pair.other for pair in pairs)
    dev, test = ({text for pair in half for text in (pair.base, pair.other)} for half in halves.values())
    assert not dev & test


def test_the_shipped_measurement_is_what_the_suite_gives(home: Path) -> None:
    report = twins.run(MiniLM(home, EncoderSettings()))
    assert report.measured == shipped(), "run `simone bench twins --write src/simone/caching/near_measured.json`"
    defaults = CacheSettings()
    row = admitted(defaults.near_threshold, defaults.near_budget, report.measured.encoder)
    assert row.bound <= defaults.near_budget
    assert row.kept > 0
    shown = twins.render(report, 0.9, show=2)
    assert "true hits kept" in shown
    assert "lost to" in shown
