"""What a document is about, and claims that name it where its sentences do not."""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.topics import topic_of, without_topic

MUSEUM = (
    "The Marlow Street Museum is open from Tuesday to Sunday. The café can be visited without a ticket. "
    "Most of the rooms are closed in winter."
)


@pytest.mark.parametrize(
    ("opening", "topic"),
    [
        ("The Marlow Street Museum is open from Tuesday to Sunday.", "The Marlow Street Museum"),
        ("Sundry Island lies off the west coast of Ardovia.", "Sundry Island"),
        ("Marlow Works was founded by Elias Brandvold in 1928.", "Marlow Works"),
        ("Corvane beat Listow 3-1 in the final.", ""),
        ("We tested the drug in adults.", ""),
    ],
)
def test_a_document_is_about_the_one_name_that_acts_in_its_first_sentence(opening: str, topic: str) -> None:
    assert topic_of(opening) == topic


@pytest.mark.parametrize(
    ("claim", "shorter"),
    [
        ("The museum's café is open.", ("The café is open.",)),
        ("Winters on Sundry Island are mild.", ("Winters are mild.",)),
        ("Winters on Other Island are mild.", ()),
        ("The café is open.", ()),
    ],
)
def test_a_claim_is_shortened_by_the_topic_alone(claim: str, shorter: tuple[str, ...]) -> None:
    topic = "The Marlow Street Museum" if "museum" in claim else "Sundry Island"
    assert without_topic(claim, topic) == shorter


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("The museum's café can be visited without a ticket.", "supported"),
        ("The museum's café cannot be visited without a ticket.", "refuted"),
        ("The library's café can be visited without a ticket.", "unverifiable"),
    ],
)
def test_claims_about_the_topic(claim: str, status: str) -> None:
    assert judge([claim], MUSEUM)[0].status == status


def test_what_two_parties_have_is_nobodys() -> None:
    source = "Corvane beat Listow 3-1 in the final. The goalkeeper saved two penalties."
    assert judge(["The goalkeeper of Corvane saved two penalties."], source)[0].status == "unverifiable"


def test_another_name_just_before_leaves_it_open() -> None:
    source = "Sundry Island lies off the coast. Port Lowick is a town. Winters are mild."
    assert judge(["Winters on Sundry Island are mild."], source)[0].status == "unverifiable"
