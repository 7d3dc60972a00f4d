"""The whole judge gives the same verdicts, confidences and reasons on both backends."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simone.kernels.contract import Kernels
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference
from simone.records import Verdict
from simone.truth import amounts, contradictions, exact, misplaced, pieces, reading, retold, stated, talk
from simone.truth.judge import judge

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)
DATA = Path(os.environ.get("SIMONE_DATA", "../shared/data")) / "nli" / "dev"
CONTRAST = Path(__file__).parent.parent / "attacks" / "contrast.jsonl"


NLI = ("snli_test", "fracas", "healthver_dev", "conjnli_dev")


def verdicts(
    kernels: Kernels, monkeypatch: pytest.MonkeyPatch, cases: list[tuple[str, str]]
) -> list[tuple[Verdict, ...]]:
    for module in (amounts, exact, misplaced, pieces, reading, retold, stated, talk):
        monkeypatch.setattr(module, "kernels", kernels)
    reading.read.cache_clear()
    return [judge([claim], text) for claim, text in cases]


def equal(monkeypatch: pytest.MonkeyPatch, cases: list[tuple[str, str]]) -> None:
    reference = verdicts(Reference(), monkeypatch, cases)
    compiled = verdicts(choose("rust", EXTENSION, "2")[0], monkeypatch, cases)
    for case, ours, theirs in zip(cases, reference, compiled, strict=True):
        assert ours == theirs, case


def contrast() -> list[tuple[str, str]]:
    documents: dict[str, str] = {}
    cases = []
    for row in map(json.loads, CONTRAST.read_text("utf-8").splitlines()):
        documents = row.get("documents", documents)
        if "claim" in row:
            cases.append((row["claim"], documents[row["document"]]))
    return cases


def test_the_contrast_suite_is_judged_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    equal(monkeypatch, contrast())


@pytest.mark.parametrize("name", NLI)
def test_sentence_pairs_are_judged_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:150]]
    equal(monkeypatch, [(row["hypothesis"], row["premise"]) for row in rows])


def test_contradictions_are_found_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    statements = [claim for claim, _ in contrast()]
    found = []
    for kernels in (Reference(), choose("rust", EXTENSION, "2")[0]):
        for module in (contradictions, exact):
            monkeypatch.setattr(module, "kernels", kernels)
        found.append(contradictions.find_contradictions(statements))
    assert found[0] == found[1]
    assert found[0].found
