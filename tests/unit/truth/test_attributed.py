"""What a sentence reports, and after whom."""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.attributed import attributed, is_same_speaker


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
    assert found.what == "The wall held." and is_same_speaker(found, other)


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
        ("According to the Weather Service, a storm will cross the coast on Friday.", "supported"),
        ("According to the Weather Service, a storm will cross the coast on Sunday.", "refuted"),
        ("According to the council, a storm will cross the coast on Friday.", "unverifiable"),
    ],
)
def test_a_report_is_held_against_one_of_the_same_speaker(claim: str, status: str) -> None:
    source = "A storm will cross the coast on Friday night, the Regional Weather Service said on Thursday."
    assert judge([claim], source)[0].status == status
