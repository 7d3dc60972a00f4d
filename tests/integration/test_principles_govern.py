"""Principles in governed runs: what a policy blocks does not leave, what it warns of is reported, verdicts stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.mvlm.scripted import Scripted
from simone.records import Output, Request
from simone.reports.page import as_html
from simone.reports.plain import as_json, as_text
from simone.runtime import Runtime
from simone.settings import Settings

BELMAR = Path(__file__).parents[2] / "examples" / "belmar"
LAZY = "Immigrants are lazy."
SCRIPT = {"DRAFT": f"The siege lasted nine weeks. {LAZY}", "REVISE": LAZY}
POLICY = 'name = "mine"\nversion = 1\nrules = []\n[principles]\ndignity = "{}"\n'


@pytest.fixture
def home(warm_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(warm_home, tmp_path / "home", symlinks=True)


def asked(home: Path, tmp_path: Path, level: str) -> Output:
    policy = tmp_path / "mine.toml"
    policy.write_text(POLICY.format(level), "utf-8")
    settings = Settings(durable=False)
    with Runtime.open(BELMAR, engine=Scripted(SCRIPT), home=home, settings=settings, clock=FrozenClock()) as house:
        return house.run(Request("How long did the siege of Low Kessing last?", policy=str(policy)))


def test_what_a_policy_blocks_is_removed_and_what_it_warns_of_stays(home: Path, tmp_path: Path) -> None:
    warned, blocked, off = (asked(home, tmp_path, level) for level in ("warn", "block", "off"))
    assert LAZY in warned.text
    assert LAZY in off.text
    assert LAZY not in blocked.text
    assert "nine weeks" in blocked.text
    assert blocked.revisions[-1].action == "removed"
    assert [f.severity for f in warned.findings if f.rule == "principle-dignity"] == ["warning"]
    assert not [f for f in off.findings if f.rule == "principle-dignity"]
    assert warned.verdicts == off.verdicts


def test_a_verified_text_shows_its_findings_in_every_form(home: Path) -> None:
    settings = Settings(durable=False)
    with Runtime.open(BELMAR, engine="extractive", home=home, settings=settings, clock=FrozenClock()) as house:
        output = house.verify(f"The siege lasted nine weeks. {LAZY}")
    for shown in (as_text(output), as_json(output), as_html(output, lambda _: "", "a text")):
        assert "principle-dignity" in shown
