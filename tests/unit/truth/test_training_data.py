"""What the entailment model learns from and what it is measured on have nothing in common."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[3] / "training" / "entailment"


@pytest.fixture(scope="module")
def loading() -> ModuleType:
    spec = importlib.util.spec_from_file_location("training_data", FOLDER / "data.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
def test_no_premise_and_no_claim_of_an_evaluation_set_is_learned_from(data: Path, loading: ModuleType) -> None:
    pairs, left_out = loading.load(data, 0)
    premises, claims = loading.held_back(data / "nli" / "dev")
    assert len(pairs) > 100_000
    assert left_out["in an evaluation set"] > 0
    assert [p for p in pairs if loading.key(p.premise) in premises] == []
    assert [p for p in pairs if loading.key(p.claim) in claims] == []


@pytest.mark.data
def test_the_pairs_are_the_same_every_time(data: Path, loading: ModuleType) -> None:
    assert loading.load(data, 3)[0][:500] == loading.load(data, 3)[0][:500]


def test_a_long_premise_keeps_the_sentences_that_share_most_with_the_claim(loading: ModuleType) -> None:
    premise = "The town is old. " * 30 + "Ada Lovelace wrote notes in 1843. " + "It rained in May. " * 30
    found = loading.closest(premise, "Ada Lovelace wrote notes.", 20)
    assert "Ada Lovelace wrote notes in 1843." in found
    assert len(found.split()) <= 20
