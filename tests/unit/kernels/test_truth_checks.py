"""Claims held against sentences as codes and spans: what decided, where, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import BadArray
from simone.kernels.contract.validation import CHECKS, STATUSES, WHYS, TruthChecks
from simone.kernels.reference import Reference
from simone.truth.exact import _REASONS

KERNELS = Reference()


def named(found: TruthChecks, row: int = 0) -> tuple[str, str, str]:
    return STATUSES[found.status[row]], CHECKS[found.check[row]], WHYS[found.why[row]]


def test_another_number_refutes_and_both_are_pointed_at() -> None:
    claim, evidence = "The pier is 700 metres long.", "The pier is 640 metres long."
    found = KERNELS.validate_truth_claims_batch([claim], [evidence])
    assert named(found) == ("refuted", "number", "says")
    a, b, c, d = found.spans[0]
    assert (claim[a:b], evidence[c:d]) == found.said[0] == ("700 metres", "640 metres")
    assert found.missing.shape == (0, 4)


def test_a_lone_surrogate_is_read_like_any_sign_that_is_no_letter() -> None:
    found = KERNELS.validate_truth_claims_batch(
        ["The \ud800 mill closed.", "The mill closed."], ["The mill \udfff closed."]
    )
    assert [STATUSES[code] for code in found.status] == ["supported", "supported"]
    assert KERNELS.detect_contradictions_fast(["The old mill \ud800 closed.", "The old mill did not close."]) == [
        (0, 1, "polarity")
    ]


def test_an_opposite_is_found_in_both() -> None:
    claim, evidence = "The price rose.", "The price fell."
    found = KERNELS.validate_truth_claims_batch([claim], [evidence])
    assert named(found) == ("refuted", "direction", "says")
    assert [(claim[a:b], evidence[c:d]) for _, a, b, c, d in found.opposed] == [("rose", "fell")]


def test_words_without_counterpart_are_listed_and_a_close_word_stands_for_one() -> None:
    claim, evidence = "The mill closed quietly.", "The mill closed silently."
    open_ = KERNELS.validate_truth_claims_batch([claim], [evidence])
    assert named(open_) == ("silent", "alignment", "missing")
    assert [(i, claim[a:b]) for _, i, a, b in open_.missing] == [(3, "quietly")]
    bridged = KERNELS.validate_truth_claims_batch([claim], [evidence], np.array([[0, 0]]), [{3: 3}])
    assert named(bridged)[0] == "supported"
    assert bridged.strength[0] == 1.0


def test_pairs_are_all_by_default_and_a_row_depends_on_its_own_pair_only() -> None:
    claims, evidences = ["The mill closed.", "The mill opened."], ["The mill closed.", "", "The mill did not close."]
    every = KERNELS.validate_truth_claims_batch(claims, evidences)
    assert list(zip(every.claim, every.evidence, strict=True)) == [(i, j) for i in range(2) for j in range(3)]
    for row, pair in enumerate(zip(every.claim, every.evidence, strict=True)):
        alone = KERNELS.validate_truth_claims_batch(claims, evidences, np.array([pair]))
        assert (named(alone), alone.said, alone.spans.tolist()) == (
            named(every, row),
            [every.said[row]],
            [every.spans[row].tolist()],
        )


def test_nothing_gives_empty_columns() -> None:
    found = KERNELS.validate_truth_claims_batch([], [])
    assert (len(found.status), found.spans.shape, found.missing.shape, found.opposed.shape) == (
        0,
        (0, 4),
        (0, 4),
        (0, 5),
    )


@pytest.mark.parametrize(
    "pairs", [np.zeros((1, 3), int), np.zeros(2, int), np.zeros((1, 2)), np.array([[0, 1]]), np.array([[-1, 0]])]
)
def test_wrong_pairs_are_refused(pairs: np.ndarray) -> None:
    with pytest.raises(BadArray, match="pair"):
        KERNELS.validate_truth_claims_batch(["a"], ["b"], pairs)


def test_close_needs_a_mapping_per_pair() -> None:
    with pytest.raises(BadArray, match="close has 0 mappings for 1 pairs"):
        KERNELS.validate_truth_claims_batch(["a"], ["b"], None, [])


def test_every_why_has_a_reason() -> None:
    assert set(WHYS) <= set(_REASONS)


def test_contradictions_are_pairs_with_their_check_and_their_spans() -> None:
    said = [
        "The pier is 640 metres long.",
        "Anna lives in Rome.",
        "The pier is 700 metres long.",
        "",
        "Anna lives in Rome.",
    ]
    assert KERNELS.detect_contradictions_fast(said) == [(0, 2, "number")]
    found = KERNELS.check_contradictions(said)
    assert (found.claim.tolist(), found.evidence.tolist()) == ([0], [2])
    assert found.said == [("640 metres", "700 metres")]
    assert KERNELS.detect_contradictions_fast([]) == []
    assert KERNELS.check_contradictions([]).spans.shape == (0, 4)


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=30), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_text_is_checked_and_spans_lie_inside(texts: list[str]) -> None:
    found = KERNELS.validate_truth_claims_batch(texts, texts)
    assert len(found.status) == len(texts) ** 2
    for claim, evidence, (a, b, c, d) in zip(found.claim, found.evidence, found.spans.tolist(), strict=True):
        assert -1 <= a <= b <= len(texts[claim])
        assert -1 <= c <= d <= len(texts[evidence])
    assert all(i < j for i, j, _ in KERNELS.detect_contradictions_fast(texts))
