"""Amounts that alignment cannot tell, phrases in front of the subject, and reasons that name what is missing."""

from __future__ import annotations

import pytest

from simone.truth.exact import Comparison, compare_all
from simone.truth.reading import read


def held(claim: str, evidence: str) -> Comparison:
    return compare_all([(claim, evidence)])[0]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("A few people attended.", "Many people attended."),
        ("The few ships that sailed sank.", "The many ships that sailed sank."),
        ("The firm sold a few ships.", "The firm sold ships."),
        ("A few of the ships sank.", "More than half of the ships sank."),
        ("A few people came.", "Quite a few people came."),
        ("Quite a few people came.", "A few people came."),
        ("A handful of ships sank.", "Many ships sank."),
        ("Several people attended.", "A few people attended."),
        ("Many people attended.", "Several people attended."),
        ("Most people attended.", "Many people attended."),
        ("All people attended.", "Most people attended."),
        ("All people attended.", "Nearly all people attended."),
        ("Nearly all ships sank.", "Hardly any ships sank."),
        ("Hundreds of people came.", "Dozens of people came."),
        ("A majority of the ships sank.", "A minority of the ships sank."),
        ("The town sold both ships.", "The town sold all ships."),
        ("Both of the ships sank.", "One of the ships sank."),
        ("Both ships sank.", "Two ships sank."),
        ("Any ship sank.", "Some ship sank."),
        ("The ships sank.", "Some ships sank."),
        ("The ships sank.", "Most ships sank."),
        ("More than half of the ships sank.", "Half of the ships sank."),
        ("Less than half of the ships sank.", "Half of the ships sank."),
        ("Some of the ships sank.", "Less than half of the ships sank."),
        ("More than five ships sank.", "Five ships sank."),
        ("Fewer than five ships sank.", "Five ships sank."),
        ("More than 5 km were built.", "5 km were built."),
        ("No ships sank.", "Few ships sank."),
        ("No ships sank.", "Not all ships sank."),
        ("No ships sank.", "Some ships did not sink."),
        ("Nobody came.", "Hardly anybody came."),
        ("The ships did not sink.", "Most ships did not sink."),
        ("The ships never sank.", "The ships seldom sank."),
        ("The mill was not destroyed.", "The mill was not completely destroyed."),
        ("Few ships sank.", "Not all ships sank."),
    ],
)
def test_another_amount_does_not_support(claim: str, evidence: str) -> None:
    assert held(claim, evidence).status == "unverifiable"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Some ships sank.", "Few ships sank."),
        ("Few ships sank.", "Some ships sank."),
        ("Some ships sank.", "Not all ships sank."),
    ],
)
def test_few_and_some_neither_support_nor_refute(claim: str, evidence: str) -> None:
    assert held(claim, evidence).status == "unverifiable"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Some ships sank.", "Most ships sank."),
        ("Some ships sank.", "All ships sank."),
        ("Some of the ships sank.", "More than half of the ships sank."),
        ("Ships sank.", "Many ships sank."),
        ("The ships sank.", "All ships sank."),
        ("The ships sank.", "The few ships sank."),
        ("A few people attended.", "The few people attended."),
        ("Few ships sank.", "No ships sank."),
        ("Hardly any ships sank.", "Few ships sank."),
        ("Both bridges closed.", "The two bridges closed."),
        ("Both Ann and Bob came.", "Ann and Bob came."),
        ("More than five ships sank.", "Six ships sank."),
        ("More than five ships sank.", "More than five ships sank."),
        ("The mill was not completely destroyed.", "The mill was not completely destroyed."),
        ("Some ships were not sold.", "Some ships were not sold at all."),
    ],
)
def test_the_same_or_a_weaker_amount_is_supported(claim: str, evidence: str) -> None:
    assert held(claim, evidence).status == "supported"


FRONTED = [
    ("During the storm the wall held.", "The wall held during the storm."),
    ("In 1923 the dam broke.", "The dam broke in 1923."),
    ("In 1923 Belmar sold the mill.", "Belmar sold the mill in 1923."),
    ("On 5 June 1923 the dam broke.", "The dam broke on 5 June 1923."),
    ("Last year the dam broke.", "The dam broke last year."),
    ("On the night of the storm the wall held.", "The wall held on the night of the storm."),
    ("In the town and the village the dam broke.", "The dam broke in the town and the village."),
    ("In Norway, the company sold ships to Sweden.", "The company sold ships to Sweden in Norway."),
    ("After the war the company sold ships.", "The company sold ships after the war."),
    ("To the king the queen gave a ring.", "The queen gave a ring to the king."),
    ("In the 2001 census the town had 596 people.", "The town had 596 people in the 2001 census."),
]


@pytest.mark.parametrize(("fronted", "plain"), FRONTED)
def test_a_phrase_in_front_says_what_it_says_behind(fronted: str, plain: str) -> None:
    assert held(fronted, plain).status == held(plain, fronted).status == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence", "status"),
    [
        (
            "In Norway the company sold ships to Sweden.",
            "In Sweden the company sold ships to Norway.",
            "unverifiable",
        ),
        (
            "In Norway, the company sold ships to Sweden.",
            "The company sold ships to Norway in Sweden.",
            "unverifiable",
        ),
        ("To the king the queen gave a ring.", "To the queen the king gave a ring.", "unverifiable"),
        ("To the king the queen gave a ring.", "The king gave a ring to the queen.", "unverifiable"),
        ("After the war the company sold ships.", "The company sold ships before the war.", "unverifiable"),
        ("During the storm the wall held.", "The storm held during the wall.", "unverifiable"),
        ("In the castle the king killed the queen.", "In the castle the queen killed the king.", "refuted"),
        ("Under the treaty the king paid the duke.", "The duke paid the king under the treaty.", "refuted"),
    ],
)
def test_a_phrase_in_front_exchanges_no_roles(claim: str, evidence: str, status: str) -> None:
    assert held(claim, evidence).status == status


def test_the_comma_behind_a_phrase_in_front_says_nothing_but_one_of_two_does() -> None:
    front = read("In Norway, the company sold ships.")
    apposed = read("In Norway, the land of fjords, ships sank.")
    assert [verb.stem for verb in front.verbs] == ["sell"]
    assert [verb.stem for verb in apposed.verbs] == ["be", "sink"]


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("The ships are red.", "The red ships sank.", "the sources do not say “ships are red”"),
        ("The ships do.", "The ships sank.", "the sources do not say “ships do”"),
        ("Only two ships sank.", "Two ships sank.", "the sources do not say “Only two ships”"),
        ("Many ships sank.", "Ships sank.", "the sources do not say “Many ships”"),
        ("The ships are Danish.", "The ships sank.", "the sources say nothing about “Danish”"),
    ],
)
def test_a_reason_names_no_word_that_only_links_others(claim: str, evidence: str, reason: str) -> None:
    assert held(claim, evidence).reason == reason
