"""Two readers: the large model is asked only where the small one is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from simone import weights
from simone.errors import BadSettings
from simone.runtime.wiring import reader_of
from simone.settings import Reader, VerifierSettings
from simone.truth import fusion, risk
from simone.truth.cross_encoder import MOST_PIECES
from simone.truth.entailment import BOTH, LARGE, fitted_file
from simone.truth.judge import EXACT, Judge
from simone.truth.readers import LARGE_SHARE, SURE, TwoReaders, open_reader, recorded_reader
from simone.weights.merging import MOST_PLACES


class Written:
    """Implements `entailment.Entailment`: logits by the words of the claim."""

    def __init__(self, name: str, logits: dict[str, tuple[float, float, float]]) -> None:
        self.name = name
        self.asked: list[tuple[str, str]] = []
        self._logits = logits

    @property
    def first(self) -> Written:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.asked += pairs
        return np.array([self._logits[claim] for _, claim in pairs], np.float32).reshape(-1, 3)


SMALL = {"sure": (9.0, 0.0, 0.0), "unsure": (-1.0, -1.5, -2.0), "unsure too": (0.0, 0.5, 0.0)}
LARGE_SAYS = {"unsure": (0.0, 4.0, 0.0), "unsure too": (0.0, 0.0, 8.0)}


def test_the_large_model_reads_only_what_the_small_one_is_not_sure_of() -> None:
    small, large = Written("entailment:s", SMALL), Written("entailment-large:l", LARGE_SAYS)
    both = TwoReaders(small, large)
    found = both.score([("text", claim) for claim in SMALL])
    assert [claim for _, claim in large.asked] == ["unsure", "unsure too"]
    assert found[0].tolist() == list(SMALL["sure"])
    wanted = LARGE_SHARE * np.array(LARGE_SAYS["unsure"]) + (1 - LARGE_SHARE) * np.array(SMALL["unsure"])
    assert np.allclose(found[1], wanted)
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
    assert both.score([]).shape == (0, 3)
    assert large.asked == [("text", "unsure"), ("text", "unsure too")]


def test_how_sure_the_small_model_is_does_not_depend_on_the_level_of_its_logits() -> None:
    far = {"sure": (-800.0, -809.0, -809.0), "unsure": (-800.0, -801.0, -802.0)}
    large = Written("entailment-large:l", LARGE_SAYS)
    TwoReaders(Written("entailment:s", far), large).score([("text", claim) for claim in far])
    assert [claim for _, claim in large.asked] == ["unsure"]


def test_words_are_explained_by_the_model_that_reads_every_pair() -> None:
    small = Written("entailment:s", {})
    assert TwoReaders(small, Written("entailment-large:l", {})).first is small


def test_a_pair_is_never_longer_than_the_large_model_has_places_for() -> None:
    assert MOST_PIECES <= MOST_PLACES


def test_the_large_model_without_any_entailment_is_refused() -> None:
    with pytest.raises(BadSettings, match=r"verifier\.entailment is off"):
        reader_of(VerifierSettings(reader="large"))
    assert reader_of(VerifierSettings(entailment=True, reader="large")) == "large"
    assert reader_of(VerifierSettings(entailment=True)) == "small"
    assert reader_of(VerifierSettings()) == "none"


def test_each_reader_has_weights_and_limits_of_its_own() -> None:
    assert fitted_file("fusion", "anything") == "fusion.json"
    pinned = {one: weights.named(one).file_sha256[:12] for one in ("entailment", LARGE, "minilm-tokenizer")}
    small = f"entailment:{pinned['entailment']}:{pinned['minilm-tokenizer']}"
    large = f"{LARGE}:{pinned[LARGE]}:{pinned['minilm-tokenizer']}"
    for name, parts in ((small, [small]), (BOTH, [f"{BOTH}:{SURE!r}:{LARGE_SHARE!r}:", small, large])):
        fitted = fusion.shipped(name).entailment
        assert risk.shipped(name).entailment == fitted
        assert all(part in fitted for part in parts), "fit again: docs/verification.md"


@pytest.mark.parametrize("reader", ["none", "small", "large"])
@pytest.mark.weights
def test_the_name_of_a_judge_tells_its_reader(reader: Reader, home: Path) -> None:
    if reader == "large" and {s.weight.name: s.state for s in weights.listing(home)}[LARGE] != "present":
        pytest.skip("the large entailment model is not pulled")
    judge = Judge(None, open_reader(reader, home), max_error=0.05)
    assert recorded_reader(judge.name) == reader
    assert (judge.name == EXACT) == (reader == "none")


@pytest.mark.weights
def test_plain_cases_are_read_as_a_person_would_by_both(home: Path) -> None:
    if {s.weight.name: s.state for s in weights.listing(home)}[LARGE] != "present":
        pytest.skip("the large entailment model is not pulled")
    pairs = [
        ("A man is playing a guitar on the stage.", "A man is playing an instrument."),
        ("A man is playing a guitar on the stage.", "Nobody is on the stage."),
        ("A man is playing a guitar on the stage.", "The man is famous."),
        ("The committee rejected the plan of the mayor.", "The mayor rejected the plan of the committee."),
    ]
    model = open_reader("large", home)
    assert model is not None
    found = model.score(pairs)
    assert found[:3].argmax(axis=1).tolist() == [0, 1, 2]
    assert found[3].argmax() != 0
    again = open_reader("large", home)
    assert again is not None
    assert np.array_equal(np.concatenate([again.score([pair]) for pair in reversed(pairs)])[::-1], found)
