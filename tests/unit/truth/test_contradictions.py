from __future__ import annotations

from simone.truth.contradictions import find_contradictions


def test_statements_that_exclude_each_other_are_found_with_the_check() -> None:
    found = find_contradictions(
        [
            "The pier is 640 metres long.",
            "Ships enter from the north.",
            "The pier is 460 metres long.",
            "Ships enter from the south.",
        ]
    )
    assert [(i, j, check) for i, j, check, _ in found] == [(0, 2, "number"), (1, 3, "direction")]


def test_different_facts_are_no_contradiction() -> None:
    assert find_contradictions(["Anna lives in Rome.", "Bob lives in Oslo.", "The pier is 640 metres long.", ""]) == ()
