"""What lines of a name and a value, code, and sentences made lighter may support, and texts of one shape over and over.

Not for headings and labels: see test_taken_back.py and its neighbours.
"""

from __future__ import annotations

import time

import pytest

from simone import judge

NOT_CARRIED = [
    ("Previous visibility: excellent.", "The visibility is excellent."),
    ("Top speed: 80 km/h.", "The speed is 80 km/h."),
    ("Treasurer: ask Dahl.", "The treasurer is Dahl."),
    ("Treasurer: Dahl until 1988.", "The treasurer is Dahl."),
    ("Treasurer: until 1988 Dahl.", "Dahl is the treasurer."),
    ("Language: Frisian dialect.", "The language is Frisian."),
    ("Colour: e.g. green.", "The colour is green."),
    ("The method `find` never returns `None`.", "The method `find` returns `None`."),
    ("`load` calls `save`.", "`save` calls `load`."),
    ("Gates open once the horn sounds.", "Gates open."),
]
CARRIED = [
    ("Visibility: excellent.", "The visibility is excellent."),
    ("Top speed: 80 km/h.", "The top speed is 80 km/h."),
    ("Treasurer: Olga Dahl.", "The treasurer is Dahl."),
    ("Treasurer: Olga Dahl.", "Olga Dahl is the treasurer."),
    ("The method `find` returns `None` for empty lists.", "The method `find` returns `None`."),
    ("The method `find` never returns `None`.", "The method `find` does not return `None`."),
    ("The comet passes the sun once every 76 years.", "The comet passes the sun."),
    ("The pier will reopen in June after repairs.", "The pier will reopen in June."),
]
REPEATED = [
    "This is false. ",
    "He denied it. Dahl runs the mill. ",
    "None of the claims were confirmed. ",
    "The plan was rejected. ",
    "All of this is fiction. ",
]


@pytest.mark.parametrize(("evidence", "claim"), NOT_CARRIED)
def test_what_a_line_or_code_says_of_another_is_not_supported(evidence: str, claim: str) -> None:
    assert judge([claim], [evidence])[0].status != "supported"


@pytest.mark.parametrize(("evidence", "claim"), CARRIED)
def test_what_a_line_or_code_says_is_supported(evidence: str, claim: str) -> None:
    assert judge([claim], [evidence])[0].status == "supported"


def test_initials_behind_words_without_a_capital_name_nothing() -> None:
    assert judge(["Dahl runs the mill."], ["She spoke of the (WFO) mill that Dahl runs."])[0].status != "refuted"


def test_a_reason_shows_code_as_it_is_written() -> None:
    verdict = judge(["The method `find` does not return `None`."], ["The method `find` never returns `None`."])[0]
    assert "`find` never returns `None`" in verdict.reason


@pytest.mark.parametrize("sentence", REPEATED)
def test_what_takes_back_again_and_again_costs_no_more_than_its_length(sentence: str) -> None:
    begin = time.process_time()
    judge(["Dahl runs the mill."], [sentence * (40_000 // len(sentence)) + "Dahl runs the mill."])
    assert time.process_time() - begin < 10
