"""Sentences that are understood only behind the one before them."""

from __future__ import annotations

import pytest

from simone.records import Passage
from simone.retrieval.leaning import Surroundings, leaning


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
        "In both plays of 1931, he says that he was a father.",
        "The suite of 1973 uses this type.",
        "Chivas left in 2014, with a second team to return in 2018.",
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
        "In 1811 Belmar sold the mill, and he left.",
        "After Belmar left Dunholm, he was poor.",
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
    around = Surroundings((Passage("d", "d", 1, 100, 100 + len(text), text, (100, 110)),))
    at = 100 + text.index("It had")
    assert around.before("d", at) == (100, 100 + len("The company left Dunholm."), "The company left Dunholm.")
    assert around.told("d", at) == "The company left Dunholm. "
    assert around.before("d", 100 + text.index("They")) is None
    assert around.before("d", 100) is None
    assert around.before("e", at) is None


def test_the_sentence_before_may_be_in_another_passage() -> None:
    text = "The company left Dunholm. It had 402 members. They were poor. Belmar paid."
    cuts = (0, text.index("It had"), text.index("Belmar"))
    spans = [(cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[2], len(text))]
    passages = [Passage("d", "d", 1, a, b, text[a:b], (a, b)) for a, b in spans]
    found = Surroundings(passages[:2]).before("d", cuts[1])
    assert found is not None
    assert found[2] == "The company left Dunholm."
    assert Surroundings(passages[1:]).before("d", cuts[1]) is None
    assert Surroundings((passages[0], passages[2])).before("d", cuts[2]) is None
    assert Surroundings(passages).told("d", cuts[2]).split("\n") == [text[a:b] for a, b in spans[:2]]
