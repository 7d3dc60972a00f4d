from __future__ import annotations

import pytest

from simone.truth.claims import find_claims
from simone.truth.context import Before, asked_about, fill


def filled(text: str, *paragraph: str, titles: tuple[str, ...] = (), elsewhere: tuple[str, ...] = ()) -> str:
    """The text as read behind these sentences, nearest last."""
    before = tuple(reversed(paragraph))
    found = fill(text, Before(before, opens=True, earlier=before, titles=titles, elsewhere=elsewhere))
    return found.text if found else text


def test_a_pronoun_continues_the_only_subject_it_can_mean() -> None:
    assert filled("It cost 9 marks.", "The old mill burned in 1832.") == "The old mill cost 9 marks."
    assert filled("He died in 1840.", "Veit Arnholm lived in Ulm.") == "Veit Arnholm died in 1840."
    assert filled("In 1840 he died.", "Veit Arnholm lived in Ulm.") == "In 1840 Veit Arnholm died."
    assert filled("Its owner left.", "The old mill burned in 1832.") == "The old mill's owner left."


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("She died in 1840.", "Anna Moll met Bea Karn in 1811."),
        ("It was closed in 1984.", "The bank bought a shipyard in 1980."),
        ("They fled to Ulm.", "The guards arrested the thieves."),
        ("It rained for nine days.", "The council met in May."),
        ("It is clear that he won.", "The council met in May."),
        ("He came.", "Nobody saw the thief."),
    ],
)
def test_what_could_mean_two_things_or_nothing_stays(text: str, before: str) -> None:
    assert filled(text, before) == text


def test_a_title_decides_between_subject_and_object() -> None:
    before = "The Treaty of Halm ended the Wool War."
    assert filled("It was signed in June.", before) == "It was signed in June."
    assert filled("It was signed in June.", before, titles=("The Treaty of Halm",)).startswith("The Treaty of Halm was")


def test_a_chain_of_pronouns_leads_back_to_its_name() -> None:
    chain = ("Hanne Ruusk was born in Sarre.", "She learned to draw.", "She built the bridge over the Orsk.")
    assert filled("She refused a pension.", *chain) == "Hanne Ruusk refused a pension."


def test_the_noun_is_filled_where_one_thing_has_that_name() -> None:
    said = "Selm is the capital of the Orn district."
    assert filled("The capital has two theatres.", said) == "The capital Selm has two theatres."
    assert filled("The captain was hurt.", "Captain Amsel led the crew.").startswith("The Captain Amsel")
    two = ("Captain Amsel led the crew.", "Captain Brand fled.")
    assert filled("The captain was hurt.", *two) == "The captain was hurt."
    assert filled("The mill on the Orsk burned.", "The Tarn mill stood.") == "The mill on the Orsk burned."


def test_a_town_is_the_title_s_name_only_where_that_is_a_place() -> None:
    title = ("The siege of Ostmar",)
    assert filled("She held the town.", titles=title) == "She held the town."
    assert filled("Renn held the town.", titles=title, elsewhere=("People in Ostmar ate rats.",)).endswith(
        "town Ostmar."
    )


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("When was Abraham Lincoln born?", "Abraham Lincoln"),
        ("How long did the siege of Low Kessing last?", "the siege of Low Kessing"),
        ("Who built the stone bridge?", "the stone bridge"),
        ("What did Belmar pay the League?", ""),
        ("Why?", ""),
    ],
)
def test_a_question_asks_about_one_thing_or_none(question: str, topic: str) -> None:
    assert asked_about(question) == topic


def test_an_answer_s_pronoun_means_what_the_question_asks_about() -> None:
    assert (
        find_claims("It was signed in 1731.", "When was the treaty signed?")[0].text == "The treaty was signed in 1731."
    )
    assert find_claims("It was signed in 1731.")[0].text == "It was signed in 1731."
