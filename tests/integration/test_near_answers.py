"""Near matches in a running house: off unless asked for, told to the user, recorded, and gone with the evidence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.errors import NearRefused
from simone.mvlm.extractive import Extractive
from simone.records import Output, Request
from simone.runtime import Runtime, replay
from simone.settings import CacheSettings, Settings

ASKED = "What did Belmar agree to pay over ten years?"
AGAIN = "Over ten years, what did Belmar agree to pay?"
TWINS = (
    "What did Belmar refuse to pay over ten years?",
    "What did Kessing agree to pay over ten years?",
    "Why did Belmar agree to pay over ten years?",
    "What did Belmar agree to pay over two years?",
)


def house(home: Path, sources: Path, **changed: object) -> Runtime:
    settings = Settings(durable=False, cache=CacheSettings(near=True, **changed))  # type: ignore[arg-type]
    return Runtime.open(sources, engine=Extractive(), home=home, settings=settings, clock=FrozenClock())


def is_near(output: Output) -> bool:
    return any((finding.protocol, finding.rule) == ("CACHE", "near") for finding in output.findings)


def test_the_same_question_in_other_words_gets_the_same_answer_and_is_told_so(ready_home: Path, belmar: Path) -> None:
    with house(ready_home, belmar, near_threshold=0.7) as runtime:
        first = runtime.run(Request(ASKED))
        second = runtime.run(Request(AGAIN))
        assert not is_near(first)
        assert is_near(second)
        assert second.text == first.text
        assert second.run != first.run
        assert not any(is_near(runtime.run(Request(twin))) for twin in TWINS)
        assert runtime.run(Request(ASKED)) == first
        assert runtime.run(Request(AGAIN)) == second
        assert not is_near(runtime.run(Request(AGAIN, seed=1)))
    report = replay(second.run, home=ready_home)
    assert report.divergence is None
    assert first.run[:16] in report.notes[0]


def test_without_the_setting_every_question_is_answered_on_its_own(ready_home: Path, belmar: Path) -> None:
    settings = Settings(durable=False)
    with Runtime.open(belmar, engine=Extractive(), home=ready_home, settings=settings) as runtime:
        runtime.run(Request(ASKED))
        assert not is_near(runtime.run(Request(AGAIN)))


def test_a_budget_below_the_bound_is_refused_by_name(ready_home: Path, belmar: Path) -> None:
    with pytest.raises(NearRefused, match=r"near_budget is 0\.10%"):
        house(ready_home, belmar, near_budget=0.001)


def test_an_answer_goes_with_its_evidence(ready_home: Path, belmar: Path, tmp_path: Path) -> None:
    sources = Path(shutil.copytree(belmar, tmp_path / "sources"))
    with house(ready_home, sources, near_threshold=0.7) as runtime:
        first = runtime.run(Request(ASKED))
        cited = sources / first.citations[0].document
        cited.write_text(cited.read_text("utf-8").replace("40 talents", "14 talents"), "utf-8")
        with house(ready_home, sources) as other:  # reads the changed file into the same corpus
            assert "14 talents" in other.run(Request(ASKED)).text
        second = runtime.run(Request(AGAIN))
        assert not is_near(second)
        assert "14 talents" in second.text
