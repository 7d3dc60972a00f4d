"""Sentences that are understood only behind the one before them."""

from __future__ import annotations

import pytest

from simone.records import Passage
from simone.retrieval.leaning import before, leaning


@pytest.mark.parametrize(
    "sentence",
    [
        "It had 402 members.",
        "They were poor.",
        "This ended the war.",
        "Weeks later the city fell.",
        "Three years later, he returned.",
        "At the time, nobody knew.",
        "By then the toll had doubled.",
        "The following year the bridge burned.",
        "The network was closed in 1984.",
        "The new deal was signed in May.",
        "The collection moved to Orlow.",
        "Later that year Belmar sold the mill.",
        "For example, the knots are counted.",
        "In contrast, Belmar paid nothing.",
        "So the toll was raised.",
        "Four years prior to this, Orlow was flooded.",
        "Belmar read the works of these writers.",
        "The council met at that point.",
        "Since its foundation Orlow has had a market.",
    ],
)
def test_a_sentence_that_counts_on_what_was_said_before_leaning(sentence: str) -> None:
    assert leaning(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Belmar kept the toll of the bridge.",
        "The charter of 1402 gave Orlow a market.",
        "The Tyne and Wear Metro was opened in 1980.",
        "In 1811 the company left Dunholm.",
        "Ten years of war left the city poor.",
        "Days of rain followed.",
        "Belmar raised a higher toll than that of Orlow.",
        "Belmar praised those who paid.",
        "Sofia kept the books.",
        "Time is measured in seconds.",
        "",
    ],
)
def test_a_sentence_that_says_of_what_it_speaks_does_not_lean(sentence: str) -> None:
    assert not leaning(sentence)


def test_what_the_question_names_needs_no_telling() -> None:
    assert not leaning("The toll was 12 crowns.", frozenset({"toll"}))


def test_a_thing_that_was_told_of_is_that_thing() -> None:
    sentence = "Belmar sold the old mill in May and left."
    assert leaning(sentence) == ""
    assert leaning("Belmar sold the mill and left.", told=frozenset({"mill"})) == "the mill"
    assert leaning("Belmar sold the mill and left.", frozenset({"mill"}), frozenset({"mill"})) == ""


def test_the_words_that_lean_are_given() -> None:
    assert leaning("Four years prior to this, Orlow was flooded.") == "to this"
    assert leaning("The network was closed in 1984.") == "The network"


def test_the_sentence_before_is_of_the_same_paragraph() -> None:
    text = "The company left Dunholm. It had 402 members.\n\nThey were poor."
    whole = Passage("d", "d", 1, 100, 100 + len(text), text, (100, 110))
    found = before(whole, 100 + text.index("It had"))
    assert found == (100, 100 + len("The company left Dunholm."))
    assert before(whole, 100 + text.index("They")) is None
    assert before(whole, 100) is None
