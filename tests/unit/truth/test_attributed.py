"""What a sentence reports, and after whom."""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.attributed import attributed, is_same_report


@pytest.mark.parametrize(
    "sentence",
    [
        "According to the council, the wall held.",
        "The wall held, according to the council.",
        "The council said that the wall held.",
        "The council later said on Monday that the wall held.",
        "The wall held, the council said on Thursday.",
        "The wall held, said the council.",
    ],
)
def test_reports_are_one_whatever_their_form(sentence: str) -> None:
    found, other = attributed(sentence), attributed("According to the council, the wall held.")
    assert found is not None and other is not None
    assert found.what == "The wall held." and is_same_report(other, found)


@pytest.mark.parametrize(
    "sentence",
    [
        "The wall held.",
        "The council did not say that the wall held.",
        "All of the experts said that the wall held.",
        "Two of the experts said that the wall held.",
        "“The wall held,” said the council.",
        "If the council said that the wall held, it is so.",
    ],
)
def test_other_sentences_report_nothing_for_sure(sentence: str) -> None:
    assert attributed(sentence) is None


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("According to the Regional Weather Service, a storm will cross the coast on Friday.", "supported"),
        ("According to the Regional Weather Service, a storm will cross the coast on Sunday.", "unverifiable"),
        ("According to the Weather Service, a storm will cross the coast on Friday.", "unverifiable"),
        ("According to the council, a storm will cross the coast on Friday.", "unverifiable"),
        ("The Regional Weather Service confirmed that a storm will cross the coast on Friday.", "unverifiable"),
    ],
)
def test_a_report_is_held_against_one_of_the_same_speaker(claim: str, status: str) -> None:
    source = "A storm will cross the coast on Friday night, the Regional Weather Service said on Thursday."
    assert judge([claim], source)[0].status == status


@pytest.mark.parametrize(
    "source",
    [
        "Smith's lawyer said that the wall fell.",
        "A critic of Smith said that the wall fell.",
        "Smith denied claims that the wall fell.",
        "Smith refused to say that the wall fell.",
        "Smith has yet to say that the wall fell.",
        "The wall fell, said Smith's wife.",
        "Smith or Lund said that the wall fell.",
    ],
)
def test_what_others_say_is_not_said_by_the_speaker(source: str) -> None:
    assert judge(["Smith said that the wall fell."], source)[0].status != "supported"
