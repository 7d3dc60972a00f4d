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
from simone.truth.entailment import BOTH
from simone.truth.fusion import Fusion, decided, shipped
from simone.truth.signals import CLASH, ELSEWHERE

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


SIGNALS = st.dictionaries(st.sampled_from([*shipped("entailment").signals, "x"]), st.floats(0, 3))


@given(st.sampled_from(["entailment", BOTH]), st.tuples(FINITE, FINITE, FINITE), SIGNALS)
def test_shares_sum_to_one_whatever_is_given(
    name: str, logits: tuple[float, float, float], given_: dict[str, float]
) -> None:
    shares = shipped(name).shares(np.array(logits, np.float32), given_)
    assert math.fsum(shares) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in shares)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    fusion.write(PLAIN, tmp_path / "fusion.json")
    assert msgspec.json.decode((tmp_path / "fusion.json").read_bytes(), type=Fusion) == PLAIN


LIMITS = {"supported, read only": 0.6, "refuted, read only": 0.9, "supported, compared too": 0.5}


def test_a_share_that_does_not_reach_its_limit_leaves_the_claim_open() -> None:
    assert decided((0.7, 0.2, 0.1), {}, LIMITS) == "supported"
    assert decided((0.55, 0.2, 0.25), {}, LIMITS) == "unverifiable"
    assert decided((0.55, 0.2, 0.25), {"is:number:supported": 1.0}, LIMITS) == "supported"
    assert decided((0.1, 0.8, 0.1), {}, LIMITS) == "unverifiable"
    assert decided((0.1, 0.8, 0.1), {}, {}) == "refuted"
    assert decided((0.1, 0.2, 0.7), {}, {}) == "unverifiable"


@pytest.mark.parametrize("noticed", ["other:unit:refuted", "is:modality:unverifiable"])
def test_a_difference_that_the_exact_comparison_names_outweighs_any_share_where_there_is_a_limit(noticed: str) -> None:
    sure = (0.99, 0.005, 0.005)
    assert decided(sure, {noticed: 1.0}, LIMITS) == "unverifiable"
    assert decided(sure, {noticed: 1.0}, {}) == "supported"
    assert decided(sure, {"other:modality:unverifiable": 1.0}, LIMITS) == "supported"


def test_what_the_exact_comparison_refutes_is_never_supported_by_reading() -> None:
    sure = np.array([9.0, 1.0, 0.0], np.float32)
    shares = PLAIN.shares(sure, {"is:unit:refuted": 1.0})
    powers = [math.exp(x) for x in (1.0, 0.0)]
    assert shares == pytest.approx([0.0, *(p / sum(powers) for p in powers)])
    assert decided(shares, {"is:unit:refuted": 1.0}, {}) == "refuted"
    for elsewhere in ({"other:unit:refuted": 1.0}, {"is:unit:refuted": 1.0, ELSEWHERE: 1.0}):
        assert PLAIN.shares(sure, elsewhere)[0] > 0.99


def test_where_a_value_clashes_what_would_be_supported_is_open() -> None:
    logits = np.array([3.0, 1.0, 0.0], np.float32)
    supported, refuted, rest = PLAIN.shares(logits, {})
    assert PLAIN.shares(logits, {CLASH: 1.0}) == pytest.approx((0.0, refuted, supported + rest))
