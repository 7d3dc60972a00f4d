"""Time, ids and chance: the same on every run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.clock import Deadline, FrozenClock, SystemClock, digest, seeded
from simone.errors import BudgetExceeded, Cancelled


def test_a_deadline_counts_down_and_stops_the_work_by_name() -> None:
    clock = FrozenClock()
    deadline = Deadline(clock, 2)
    deadline.check("checking")
    clock.advance(1.5)
    assert deadline.remaining_s == 0.5
    clock.advance(1)
    assert deadline.remaining_s == 0.0
    with pytest.raises(BudgetExceeded, match=r"checking: the budget of 2 s is spent"):
        deadline.check("checking")


def test_a_withdrawn_request_is_told_apart_from_a_spent_budget() -> None:
    deadline = Deadline(FrozenClock(), 0)
    deadline.cancel()
    assert deadline.is_cancelled
    with pytest.raises(Cancelled):
        deadline.check("checking")


def test_an_extended_deadline_has_the_rest_and_more_and_is_withdrawn_with_the_first() -> None:
    clock = FrozenClock()
    deadline = Deadline(clock, 10)
    clock.advance(4)
    later = deadline.extended(60)
    assert later.remaining_s == 66
    clock.advance(20)
    assert deadline.remaining_s == 0.0
    later.check("removing")
    later.cancel()
    assert deadline.is_cancelled


def test_the_machines_clock_has_a_zone_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is not None
    assert clock.monotonic_s() <= clock.monotonic_s()


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_a_digest_is_equal_only_for_equal_parts(left: list[bytes], right: list[bytes]) -> None:
    assert (digest(*left) == digest(*right)) == (left == right)


def test_chance_depends_on_seed_and_purpose_alone() -> None:
    assert seeded(1, "a").random() == seeded(1, "a").random()
    assert len({seeded(1, "a").random(), seeded(2, "a").random(), seeded(1, "b").random()}) == 3
