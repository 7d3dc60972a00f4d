"""Limits are read off labelled verdicts so that what they accept is wrong no more often than asked."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.truth import risk
from simone.truth.entailment import BOTH
from simone.truth.risk import LEAST_TRIED, NEVER, Limits, Seen, accepts, kind_of, shipped, steps, upper_bound

KIND = "supported, read only"


def limits(seen: list[Seen], max_error: float) -> float:
    return Limits("a test", "a model", len(seen), risk.DOUBT, steps(seen)).at(max_error)[KIND]


def labelled(source: str, count: int, chance_at: float, seed: int) -> list[Seen]:
    """Verdicts whose chance to be wrong falls from `chance_at` to nothing as their share rises to one."""
    chance = random.Random(seed)
    shares = [round(chance.random(), 4) for _ in range(count)]
    return [Seen(source, KIND, share, chance.random() >= chance_at * (1 - share)) for share in shares]


@pytest.mark.parametrize(
    ("wrong", "total", "doubt", "expected"),
    [
        (0, 100, 0.05, 0.02951),
        (5, 100, 0.05, 0.10225),
        (0, 10, 0.1, 0.20567),
        (10, 10, 0.1, 1.0),
        (3, 1000, 0.1, 0.00667),
    ],
)
def test_the_bound_is_clopper_and_pearsons(wrong: int, total: int, doubt: float, expected: float) -> None:
    assert upper_bound(wrong, total, doubt) == pytest.approx(expected, abs=2e-5)


@given(st.integers(0, 40), st.integers(1, 200), st.floats(0.001, 0.5))
def test_a_bound_is_never_below_what_was_seen(wrong: int, more: int, doubt: float) -> None:
    total = wrong + more
    assert wrong / total < upper_bound(wrong, total, doubt) < 1.0
    assert upper_bound(wrong, total, doubt) <= upper_bound(wrong + 1, total, doubt)


def test_too_few_labelled_verdicts_show_nothing() -> None:
    assert limits([Seen("a", KIND, 0.99, True)] * (LEAST_TRIED // 2), 0.05) == NEVER


def test_a_limit_keeps_the_error_in_nearly_all_draws() -> None:
    broken = 0
    for seed in range(100):
        limit = limits(labelled("a", 600, 0.4, seed), 0.1)
        # of shares uniform above the limit, 0.4 (1 - share) are wrong: 0.2 (1 - limit) on average
        broken += limit <= 1 and 0.2 * (1 - limit) > 0.1
    assert broken <= 10


def test_the_worst_source_decides() -> None:
    good, bad = [Seen("good", KIND, 0.9, True)] * 2000, [Seen("bad", KIND, 0.9, n % 5 > 0) for n in range(100)]
    assert limits(good, 0.05) == 0.9
    assert upper_bound(20, 2100, risk.DOUBT) < 0.05  # all together would pass
    assert limits([*good, *bad], 0.05) == NEVER


def test_sources_too_small_for_a_bound_of_their_own_are_bounded_together() -> None:
    good = [Seen("good", KIND, 0.9, True)] * 2000
    small = [Seen(f"small {n}", KIND, 0.9, k > 2) for n in range(10) for k in range(10)]
    assert limits([*good, *small], 0.05) == NEVER


def test_a_greater_error_never_accepts_less() -> None:
    found = Limits("a test", "a model", 600, risk.DOUBT, steps(labelled("a", 600, 0.5, 1)))
    asked = [n / 50 for n in range(51)]
    assert [found.at(error).get(KIND, 0.0) for error in asked] == sorted(
        (found.at(error).get(KIND, 0.0) for error in asked), reverse=True
    )
    assert found.at(0.0)[KIND] == NEVER
    assert found.at(1.0) == {}


def test_the_order_of_labelled_verdicts_changes_nothing() -> None:
    seen = labelled("a", 300, 0.5, 2) + labelled("b", 300, 0.2, 3)
    assert steps(seen) == steps(seen[::-1])


def test_a_kind_without_limits_is_never_accepted_and_a_named_difference_never_supports() -> None:
    assert not accepts("supported", 1.0, {}, {"refuted, read only": 0.5})
    assert accepts("supported", 0.6, {}, {KIND: 0.6})
    assert not accepts("supported", 1.0, {"other:date:refuted": 1.0}, {KIND: 0.6})
    assert accepts("supported", 0.4, {"other:date:refuted": 1.0}, {})


def test_kinds_tell_whether_the_comparison_agrees_and_whether_the_lists_are_the_same() -> None:
    assert kind_of("supported", {"is:date:refuted": 1.0}) == KIND
    assert kind_of("supported", {"is:number:supported": 1.0}) == "supported, compared too"
    assert kind_of("refuted", {"is:date:refuted": 1.0, "joined otherwise": 1.0}).endswith("too, joined otherwise")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    found = Limits("a test", "a model", 600, risk.DOUBT, steps(labelled("a", 600, 0.5, 1)))
    risk.write(found, tmp_path / "limits.json")
    assert msgspec.json.decode((tmp_path / "limits.json").read_bytes(), type=Limits) == found


@pytest.mark.parametrize("entailment", ["entailment", BOTH])
def test_the_limits_that_ship_are_strict_where_little_error_is_asked_for(entailment: str) -> None:
    at = shipped(entailment).at(0.05)
    assert set(at) == set(shipped(entailment).at(0.5))
    assert all(0.0 <= limit <= NEVER for limit in at.values())
    assert at[KIND] == NEVER  # reading alone is not shown to be right that often
