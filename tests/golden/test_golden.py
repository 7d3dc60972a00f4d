"""Whole outputs, byte for byte: a scripted model, a clock that stands still, the example corpus.

A change of these files is a change of what users get. `SIMONE_RENEW_GOLDEN=1 pytest tests/golden` writes them anew;
read the difference before you commit it. The run's id is blanked: it covers the versions of code and model.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec
import pytest

from simone.clock import FrozenClock
from simone.mvlm.scripted import Scripted
from simone.records import Output, Request
from simone.reports.plain import as_json, as_text
from simone.runtime import Runtime
from simone.settings import Settings

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
BELMAR = EXAMPLES / "belmar"
RUN = "0" * 64

SCRIPT = {
    "IDEATE": "The siege of Low Kessing\nThe outer wall",
    "DRAFT": "The siege lasted nine weeks. The League besieged Low Kessing in the autumn of 1728. Vey kept a parrot.",
    "REVISE": "The League besieged Low Kessing in the autumn of 1729.",
    "SUMMARIZE": "Belmar agreed to pay 40 talents of silver over ten years.",
}
CASES = {
    "answer": Request("How long did the siege of Low Kessing last?"),
    "verify": Request("", text=(EXAMPLES / "answer_to_check.md").read_text("utf-8"), workflow="verify"),
    "summarize": Request("Summarize this.", text=(BELMAR / "heron.md").read_text("utf-8")),
    "analyze": Request(
        "",
        text="What a terrible loss! The barge sank on 31 June 1738. See [the bridge](bridge.rst).",
        workflow="analyze",
    ),
    "write": Request("Write a short report on the siege of Low Kessing."),
}


@pytest.fixture(scope="module")
def outputs(warm_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Output]:
    home = shutil.copytree(warm_home, tmp_path_factory.mktemp("golden") / "home", symlinks=True)
    settings = Settings(durable=False)
    with Runtime.open(BELMAR, engine=Scripted(SCRIPT), home=home, settings=settings, clock=FrozenClock()) as house:
        return {name: msgspec.structs.replace(house.run(request), run=RUN) for name, request in CASES.items()}


@pytest.mark.parametrize("name", sorted(CASES))
@pytest.mark.parametrize("form", ["json", "txt"])
def test_the_output_is_what_it_was(name: str, form: str, outputs: dict[str, Output]) -> None:
    shown = as_json(outputs[name]) if form == "json" else as_text(outputs[name])
    golden = HERE / f"{name}.{form}"
    if os.environ.get("SIMONE_RENEW_GOLDEN"):
        golden.write_text(shown, "utf-8")
    assert shown == golden.read_text("utf-8"), "see the head of this file for how to renew it"


def test_nothing_in_the_files_belongs_to_one_machine() -> None:
    for file in sorted(HERE.glob("*.json")) + sorted(HERE.glob("*.txt")):
        text = file.read_text("utf-8")
        assert str(Path.home()) not in text
        assert str(HERE.parents[1]) not in text
        assert len(text) < 40_000
