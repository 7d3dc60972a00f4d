"""The shares of the three statuses are a calibrated, readable sum."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.truth import fusion
from simone.truth.fusion import Fusion, shipped

PLAIN = Fusion(
    source="a test",
    entailment="a model",
    samples=10,
    matrix=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    bias=(0.0, 0.0, 0.0),
    signals={"noticed": (-1.0, 2.0, 0.0)},
)
FINITE = st.floats(-1e6, 1e6, width=32)


def test_without_signals_the_shares_are_the_models_own() -> None:
    shares = PLAIN.shares(np.array([1.0, 0.0, -1.0], np.float32), {})
    powers = [math.exp(x) for x in (1.0, 0.0, -1.0)]
    assert shares == pytest.approx([p / sum(powers) for p in powers])


def test_a_signal_counts_as_often_as_it_was_noticed_and_an_unknown_one_not_at_all() -> None:
    zero = np.zeros(3, np.float32)
    once, twice = PLAIN.shares(zero, {"noticed": 1.0}), PLAIN.shares(zero, {"noticed": 2.0, "unknown": 5.0})
    assert twice[1] > once[1] > 1 / 3 > once[0] > twice[0]


@given(st.tuples(FINITE, FINITE, FINITE), st.dictionaries(st.sampled_from([*shipped().signals, "x"]), st.floats(0, 3)))
def test_shares_sum_to_one_whatever_is_given(logits: tuple[float, float, float], given_: dict[str, float]) -> None:
    shares = shipped().shares(np.array(logits, np.float32), given_)
    assert math.fsum(shares) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    fusion.write(PLAIN, tmp_path / "fusion.json")
    assert msgspec.json.decode((tmp_path / "fusion.json").read_bytes(), type=Fusion) == PLAIN
