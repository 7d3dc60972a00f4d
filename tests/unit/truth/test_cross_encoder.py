"""The entailment model reads pairs; what it says of one never depends on the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simone.errors import WeightsMissing
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.pair_text import plain

PAIRS = [
    ("A man is playing a guitar on the stage.", "A man is playing an instrument."),
    ("A man is playing a guitar on the stage.", "Nobody is on the stage."),
    ("A man is playing a guitar on the stage.", "The man is famous."),
    ("", ""),
    ("word " * 900, "A claim."),
    ("\ud800 \0 \U0001f600", "é" * 300),
]


@pytest.fixture
def model(home: Path) -> CrossEncoder:
    return CrossEncoder(home)


@pytest.mark.weights
def test_plain_cases_are_read_as_a_person_would(model: CrossEncoder) -> None:
    assert model.score(PAIRS[:3]).argmax(axis=1).tolist() == [0, 1, 2]


@pytest.mark.weights
def test_a_pair_does_not_depend_on_its_neighbours_or_the_cache(model: CrossEncoder, home: Path) -> None:
    together = model.score(PAIRS)
    fresh = CrossEncoder(home)
    alone = np.concatenate([fresh.score([pair]) for pair in reversed(PAIRS)])[::-1]
    assert np.array_equal(together, alone)
    assert np.array_equal(model.score(PAIRS), together)
    assert np.isfinite(together).all()
    assert model.score([]).shape == (0, 3)


def test_missing_weights_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="simone models pull entailment"):
        CrossEncoder(tmp_path)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Anna 's -LRB- born 1920 -RRB- [[Oslo|home]] .", "Anna's (born 1920) home."),
        ("It is `` new '' [<|cit|>, <|other_cit|>] .", 'It is " new ".'),
        ("A  line\nbreak", "A line break"),
        ("[[Civil_engineer]]s do n't", "Civil engineers don't"),
    ],
)
def test_traces_of_other_forms_are_removed(written: str, read: str) -> None:
    assert plain(written) == read
