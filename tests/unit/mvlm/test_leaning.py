"""Sentences that are understood only behind the one before them."""

from __future__ import annotations

import pytest

from simone.mvlm.leaning import before, leans
from simone.records import Passage


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
    ],
)
def test_a_sentence_that_counts_on_what_was_said_before_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Belmar kept the toll of the bridge.",
        "The charter of 1402 gave Orlow a market.",
        "The Tyne and Wear Metro was opened in 1980.",
        "In 1811 the company left Dunholm.",
        "Ten years of war left the city poor.",
        "Days of rain followed.",
        "Time is measured in seconds.",
        "",
    ],
)
def test_a_sentence_that_says_of_what_it_speaks_does_not_lean(sentence: str) -> None:
    assert not leans(sentence)


def test_what_the_question_names_needs_no_telling() -> None:
    assert not leans("The toll was 12 crowns.", frozenset({"toll"}))


def test_the_sentence_before_is_of_the_same_paragraph() -> None:
    text = "The company left Dunholm. It had 402 members.\n\nThey were poor."
    whole = Passage("d", "d", 1, 100, 100 + len(text), text, (100, 110))
    found = before(whole, 100 + text.index("It had"))
    assert found == (100, 100 + len("The company left Dunholm."))
    assert before(whole, 100 + text.index("They")) is None
    assert before(whole, 100) is None
