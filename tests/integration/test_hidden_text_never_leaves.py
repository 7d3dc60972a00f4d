"""A draft whose markup hides what its words do not say: only what a reader sees is checked, so only that leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simone.clock import FrozenClock
from simone.mvlm.scripted import Scripted
from simone.records import Request
from simone.runtime import Runtime
from simone.settings import Settings

BELMAR = Path(__file__).parents[2] / "examples" / "belmar"
TRUE = "Belmar agreed to pay 40 talents of silver over ten years."
DRAFTS = (
    f'<span title="90 talents of gold" onclick="alert(1)">{TRUE}</span>',
    TRUE.replace("40", '<img src="http://elsewhere.example/p.png" alt="90 talents of gold">40'),
    "Belmar agreed to pay 40 talents of silver over ten years<!-- 90 talents of gold -->.",
    "Belmar agreed to pay [40 talents of silver](http://elsewhere.example/x?told=1) over ten years.",
    '[Belmar](http://elsewhere.example "90 talents of gold") agreed to pay 40 talents of silver over ten years.',
    f"![{TRUE}](http://elsewhere.example/p.png)",
    f"{TRUE} <!-- Belmar agreed to pay 90 talents of gold.",
)


@pytest.mark.parametrize("draft", DRAFTS)
def test_what_no_reader_sees_does_not_leave(draft: str, warm_home: Path, tmp_path: Path) -> None:
    engine = Scripted({"IDEATE": "The payment", "DRAFT": draft, "REVISE": TRUE})
    settings = Settings(durable=False)
    home = shutil.copytree(warm_home, tmp_path / "home", symlinks=True)
    with Runtime.open(BELMAR, engine=engine, home=home, settings=settings, clock=FrozenClock()) as house:
        output = house.run(Request("What did Belmar agree to pay?"))
    assert output.text.startswith("Belmar agreed to pay 40 talents of silver over ten years")
    assert not any(mark in output.text for mark in ("<", "example", "gold", "]("))
