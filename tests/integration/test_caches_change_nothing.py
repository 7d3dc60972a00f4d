"""Caches change speed, never bytes: cold, warm, off, shared by two processes, and while the sources change."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from simone.clock import FrozenClock, seeded
from simone.errors import SimoneError
from simone.mvlm.extractive import Extractive
from simone.mvlm.scripted import Scripted
from simone.records import Request
from simone.reports.plain import as_json
from simone.runtime import Runtime
from simone.settings import CacheSettings, Settings

OFF = CacheSettings(ram_bytes=0, disk_bytes=0)
WAYS = {
    "off": OFF,
    "memory": CacheSettings(disk_bytes=0),
    "disk": CacheSettings(ram_bytes=0),
    "both": CacheSettings(),
    "tiny": CacheSettings(ram_bytes=20_000, disk_bytes=20_000),
}
GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def golden() -> ModuleType:
    """The module that has the golden cases."""
    spec = importlib.util.spec_from_file_location("golden_cases", GOLDEN / "test_golden.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_golden_outputs_are_the_same_cold_and_warm(way: str, ready_home: Path) -> None:
    cases = golden()
    settings = Settings(durable=False, cache=WAYS[way])
    for _ in range(2):  # the second time over what the first one left on disk
        with Runtime.open(
            cases.BELMAR, engine=Scripted(cases.SCRIPT), home=ready_home, settings=settings, clock=FrozenClock()
        ) as house:
            for _ in range(2):
                for name, request in cases.CASES.items():
                    output = msgspec.structs.replace(house.run(request), run=cases.RUN)
                    assert as_json(output) == (GOLDEN / f"{name}.json").read_text("utf-8"), name
            assert house.caches is not None
            assert house.caches.events == []
            used = {one.name: sum(one.hits) for one in house.caches.statistics}
            assert (used.get("verdicts", 0) > 0) == (way != "off")


TOGETHER = """
import importlib.util, os, sys
from pathlib import Path
import msgspec
from simone.clock import FrozenClock
from simone.mvlm.scripted import Scripted
from simone.reports.plain import as_json
from simone.runtime import Runtime
from simone.settings import Settings
spec = importlib.util.spec_from_file_location("golden_cases", Path(sys.argv[1]) / "test_golden.py")
cases = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cases)
home = Path(os.environ["SIMONE_HOME"])
with Runtime.open(
    cases.BELMAR, engine=Scripted(cases.SCRIPT), home=home, settings=Settings(durable=False), clock=FrozenClock()
) as house:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(2):
        for name, request in cases.CASES.items():
            shown = as_json(msgspec.structs.replace(house.run(request), run=cases.RUN))
            assert shown == (Path(sys.argv[1]) / f"{name}.json").read_text("utf-8"), name
    assert house.caches.events == [], house.caches.events
print("same")
"""


def test_the_golden_outputs_are_the_same_in_two_processes_at_once_over_one_cache(ready_home: Path) -> None:
    words = [sys.executable, "-c", TOGETHER, str(GOLDEN)]
    variables = {**os.environ, "SIMONE_HOME": str(ready_home)}
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=variables) for _ in range(2)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        output, error = process.communicate(timeout=120)
        assert output == "same\n", error


SENTENCES = (
    "The siege lasted nine weeks.",
    "The siege lasted nineteen weeks.",
    "Belmar agreed to pay 40 talents of silver over ten years.",
    "Belmar agreed to pay 14 talents of silver over ten years.",
    "Belmar refused to pay.",
    "The bridge was built of stone.",
    "Nobody besieged Low Kessing.",
)
QUESTIONS = (
    "How long did the siege of Low Kessing last?",
    "What did Belmar agree to pay?",
    "What did Belmar refuse to pay?",
    "Who built the stone bridge?",
    "Who was the first emperor of the moon?",
)


def requests(seed: int, count: int) -> list[Request]:
    """Questions and texts to verify, some again and again."""
    chance = seeded(seed, "requests")
    made = []
    for _ in range(count):
        if chance.random() < 0.5:
            made.append(Request(chance.choice(QUESTIONS)))
        else:
            text = " ".join(chance.sample(SENTENCES, chance.randint(1, 3)))
            made.append(Request("", text=text, workflow="verify", explain=chance.random() < 0.3))
    return made


def answer(house: Runtime, request: Request) -> str:
    """The output and the head of the ledger; or the error in words."""
    try:
        return as_json(house.run(request)) + house.ledger.runs()[-1].head
    except SimoneError as error:
        return f"{type(error).__name__}: {error}"


def test_a_random_workload_over_sources_that_change_is_answered_as_without_caches(
    ready_home: Path, belmar: Path, tmp_path: Path
) -> None:
    sources = Path(shutil.copytree(belmar, tmp_path / "sources"))
    homes = {"off": Path(shutil.copytree(ready_home, tmp_path / "off", symlinks=True)), "both": ready_home}
    heron = sources / "heron.md"
    texts = [heron.read_text("utf-8"), heron.read_text("utf-8").replace("40 talents", "14 talents")]
    hits = 0
    for round_, text in enumerate((texts[0], texts[1], texts[0])):
        heron.write_text(text, "utf-8")
        shown: dict[str, list[str]] = {}
        for way, home in homes.items():
            settings = Settings(durable=False, cache=WAYS[way])
            with Runtime.open(sources, engine=Extractive(), home=home, settings=settings, clock=FrozenClock()) as house:
                shown[way] = [answer(house, request) for request in requests(round_, 12)]
                hits += sum(sum(one.hits) for one in house.caches.statistics) if house.caches else 0
        assert shown["off"] == shown["both"]
    assert hits > 30


def test_two_processes_that_share_the_cache_answer_as_one_without_it(ready_home: Path, belmar: Path) -> None:
    text = " ".join(SENTENCES)
    variables = {**os.environ, "SIMONE_HOME": str(ready_home), "SIMONE_DURABLE": "false"}
    words = [sys.executable, "-m", "simone", "verify", "-", "--against", str(belmar), "--format", "json", "--quiet"]

    def start(**more: str) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env={**variables, **more})

    together = [start(), start()]
    shared = [process.communicate(text.encode(), timeout=120) for process in together]
    again = start().communicate(text.encode(), timeout=120)
    off = start(SIMONE_CACHE_DISK_BYTES="0", SIMONE_CACHE_RAM_BYTES="0").communicate(text.encode(), timeout=120)
    assert off[0] != b"", off[1]
    assert {one[0] for one in (*shared, again)} == {off[0]}, again[1]


def test_a_cache_that_cannot_be_opened_breaks_nothing_and_is_named(ready_home: Path, belmar: Path) -> None:
    shutil.rmtree(ready_home / "cache")
    (ready_home / "cache").write_text("in the way", "utf-8")
    settings = Settings(durable=False)
    with Runtime.open(belmar, engine=Extractive(), home=ready_home, settings=settings) as house:
        assert house.run(Request(QUESTIONS[0])).text
        assert house.caches is not None
        assert [event.trouble for event in house.caches.events] == ["off"]
