from __future__ import annotations

import pytest

from simone.kernels import kernels
from simone.truth.contradictions import COMPARED, find_contradictions


def test_statements_that_exclude_each_other_are_found_with_the_check() -> None:
    found = find_contradictions(
        [
            "The pier is 640 metres long.",
            "Ships enter from the north.",
            "The pier is 460 metres long.",
            "Ships enter from the south.",
        ]
    ).found
    assert [(one.first, one.second, one.check) for one in found] == [(0, 2, "number"), (1, 3, "direction")]


def test_different_facts_are_no_contradiction() -> None:
    statements = ["Anna lives in Rome.", "Bob lives in Oslo.", "The pier is 640 metres long.", ""]
    assert find_contradictions(statements) == ((), {}, ())
    assert find_contradictions([]) == ((), {}, ())


def test_the_pairs_are_those_of_the_kernel_where_few_statements_are_alike() -> None:
    statements = [
        "The ferry carries 40 passengers.",
        "The wall held during the storm.",
        "The ferry carries 60 passengers over the strait every day.",
        "The wall did not hold.",
        "Ships enter from the north.",
        "The ferry carries 50 passengers.",
        "Ships enter the harbour from the south.",
    ]
    ours = {(one.first, one.second, one.check) for one in find_contradictions(statements).found}
    assert ours
    assert ours <= set(kernels.detect_contradictions_fast(statements))


def test_each_of_many_statements_alike_is_held_against_a_few_and_the_rest_is_counted() -> None:
    statements = [f"Belmar agreed to pay {n} talents of silver." for n in range(200)]
    found, passed_over, _ = find_contradictions(statements)
    assert len(found) <= COMPARED * len(statements)
    assert all(one.second - one.first <= COMPARED for one in found)
    for second in range(len(statements)):
        told = sum(one.second == second for one in found)
        assert told + passed_over.get(second, 0) == second


@pytest.mark.parametrize(
    ("statements", "contradict"),
    [
        ([f"The temperature was {n}.3 degrees." for n in range(20, 30)], False),
        (["The pier is 640 metres long.", "The pier is 460 metres long."], True),
        ([f"On 1 May the temperature was {n}.3 degrees." for n in range(20, 30)], True),
        ([f"On {n} May the temperature was {n}.3 degrees." for n in range(20, 30)], False),
        ([f"The ferry carries {n} passengers." for n in range(20, 30)], True),
    ],
)
def test_measures_one_after_another_are_no_contradiction_unless_they_name_one_time(
    statements: list[str], contradict: bool
) -> None:
    assert bool(find_contradictions(statements).found) is contradict


def test_a_name_that_every_sentence_holds_makes_none_of_them_like_the_others() -> None:
    statements = [f"Belmar bought quarry{n} beside forest{n} under hill{n}." for n in range(200)]
    assert find_contradictions(statements) == ((), {}, ())
