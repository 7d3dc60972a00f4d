"""Consolidation by example: what is grouped, what is merged, and what is refused and why."""

from __future__ import annotations

import numpy as np
import pytest

from simone.kernels import kernels
from simone.kernels.contract.consolidation import DATE, NAME, NEGATION, NUMBER, ORDER, Plan

DAY = 86_400.0
LONG = "Anna Berg moved to Oslo on May 5, 2021."


def facts(text: str) -> list[tuple[int, str]]:
    _, kinds, starts, ends, _ = kernels.fact_tokens_batch([text])
    return [
        (kind, text[start:end]) for kind, start, end in zip(kinds.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]


def together(*texts: str) -> Plan:
    """The plan for memories that lie in one place, with equal saliences."""
    count = len(texts)
    vectors = np.ones((count, 4), np.float32)
    return kernels.consolidate(
        texts, vectors, np.arange(count).astype(np.uint64), np.zeros(count), np.ones(count, np.float32), 0.0, DAY
    )


def conflict(text: str, other: str) -> int:
    """What is lost when the memory with fewer facts (or the later one) is merged into the other."""
    plan = together(text, other)
    return int(plan.conflicts[0]) if len(plan.conflicts) else 0


def test_facts_are_read_as_they_stand() -> None:
    assert facts("Anna's sister didn't pay $1,200.50 for 3 cats in New York on 2021-05-03.") == [
        (NAME, "Anna's"), (NEGATION, "didn't"), (NUMBER, "$1,200.50"), (NUMBER, "3"), (NAME, "New York"),
        (DATE, "2021-05-03"),
    ]  # fmt: skip
    assert facts("He is there and she was here.") == []
    assert facts("Twenty-two of them, −5°, at 10:30 yesterday") == [
        (NUMBER, "Twenty"), (NUMBER, "two"), (NUMBER, "−5°"), (DATE, "10:30"), (DATE, "yesterday"),
    ]  # fmt: skip
    assert facts("May I march in May or March?") == [(DATE, "May"), (DATE, "May"), (DATE, "March")]


@pytest.mark.parametrize(
    ("text", "other", "lost"),
    [
        (LONG, "Anna Berg moved to Oslo.", 0),
        (LONG, "Anna Berg moved to Oslo on May 6, 2021.", DATE),
        (LONG, "Anna Berg moved to Bergen on May 5, 2021.", NAME),
        (LONG, "Anna Berg never moved to Oslo on May 5, 2021.", NEGATION),
        ("The road is 5 km long.", "The road is 5 miles long.", NUMBER),
        ("The road cost $5.", "The road cost €5.", NUMBER),
        ("It costs 1,200 euros.", "It costs 1200 euros.", 0),
        ("Anna paid Berit.", "Berit paid Anna.", ORDER),
        ("Anna left on May 5 and June 7.", "Anna left on May 7 and June 5.", ORDER),
        ("The bridge held.", "The bridge did not hold.", NEGATION),
        ("He cannot come.", "He can't come.", 0),
        ("国王死了", "国王万岁", NAME),
    ],
)
def test_a_merge_that_would_lose_something_is_refused_by_name(text: str, other: str, lost: int) -> None:
    assert conflict(text, other) == lost


def test_the_memory_with_most_facts_stands_for_the_others() -> None:
    plan = together("Anna moved.", LONG, "Anna Berg moved to Oslo in winter.", "Anna Berg moved to Oslo.")
    assert plan.groups.tolist() == [0, 0, 0, 0]
    assert plan.representatives.tolist() == [1]
    assert plan.merges.tolist() == [[3, 1]]
    assert plan.refused.tolist() == [[0, 1], [2, 1]]
    assert plan.conflicts.tolist() == [NAME, DATE]


def test_a_chain_of_neighbours_does_not_tie_its_ends_together() -> None:
    angles = np.radians([0.0, 20.0, 40.0, 60.0, 80.0])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    plan = kernels.consolidate(
        ["rain"] * 5, vectors, np.arange(5).astype(np.uint64), np.zeros(5), np.ones(5, np.float32), 0.0, DAY, 0.99, 0.93
    )
    assert plan.clusters.tolist() == [0, 0, 1, 1, -1]
    assert plan.centres.tolist() == [0, 2]
    assert plan.groups.tolist() == [-1] * 5


def test_equal_hashes_are_one_memory_wherever_their_vectors_lie() -> None:
    vectors = np.eye(3, dtype=np.float32)
    plan = kernels.consolidate(
        ["rain", "sun", "rain"], vectors, np.array([7, 8, 7], np.uint64), np.zeros(3), np.ones(3, np.float32), 0.0, DAY
    )
    assert plan.groups.tolist() == [0, -1, 0]
    assert plan.merges.tolist() == [[2, 0]]


def test_half_of_a_salience_is_left_after_each_half_life_and_the_future_does_not_count() -> None:
    plan = kernels.consolidate(
        ["a", "b", "c"], np.eye(3, dtype=np.float32), np.arange(3).astype(np.uint64),
        np.array([0.0, 3 * DAY, 9 * DAY]), np.array([0.8, 0.8, 0.8], np.float32), 4 * DAY, DAY,
    )  # fmt: skip
    assert plan.saliences.tolist() == pytest.approx([0.05, 0.4, 0.8], rel=1e-7)


def test_nothing_makes_an_empty_plan() -> None:
    plan = kernels.consolidate(
        [], np.zeros((0, 4), np.float32), np.zeros(0, np.uint64), np.zeros(0), np.zeros(0, np.float32), 0.0, DAY
    )
    assert [len(column) for column in plan] == [0] * 8
    assert plan.merges.shape == plan.refused.shape == (0, 2)
