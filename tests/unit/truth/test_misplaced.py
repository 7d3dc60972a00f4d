"""Quotations whose context the text does not give."""

from __future__ import annotations

import pytest

from simone.orchestration.drafts import make_draft
from simone.records import Passage
from simone.truth.misplaced import misplaced

FORT = "Trent built a fort at the forks in 1754. The French took the fort and burned it. It was never built again."


def _passages(*cuts: int) -> tuple[Passage, ...]:
    spans = zip((0, *cuts), (*cuts, len(FORT)), strict=True)
    return tuple(Passage("d", "d", 1, a, b, FORT[a:b], (a, b)) for a, b in spans)


def test_what_stands_before_it_may_lie_in_another_passage() -> None:
    first, second = FORT.index("The French"), FORT.index("It was")
    moved = make_draft("Belmar paid 40 talents of silver. It was never built again.")
    for passages in (_passages(), _passages(first), _passages(first, second)):
        assert list(misplaced(moved, passages)) == [(1, "It")]
        assert list(misplaced(make_draft(FORT), passages)) == []


def test_nothing_is_said_where_the_passages_do_not_hold_what_stands_before_it() -> None:
    moved = make_draft("Belmar paid 40 talents of silver. It was never built again.")
    assert list(misplaced(moved, _passages(FORT.index("It was"))[1:])) == []


def test_a_thing_that_the_text_or_the_question_names_needs_no_telling() -> None:
    sentence = "The French took the fort and burned it."
    assert list(misplaced(make_draft(f"Belmar paid in silver. {sentence}"), _passages())) == [(1, "the fort")]
    assert list(misplaced(make_draft(f"Belmar held a fort. {sentence}"), _passages())) == []
    assert list(misplaced(make_draft(f"Belmar paid in silver. {sentence}"), _passages(), "Who took the fort?")) == []


NETWORKS = "UDP is a datagram protocol. Virtual calls keep the order. They are simple. The X.25 suite uses this type."


def test_a_pronoun_may_reach_further_back_than_this_does() -> None:
    assert list(misplaced(make_draft("Virtual calls keep the order. They are simple."), _whole(NETWORKS))) == []
    assert list(misplaced(make_draft("UDP is a datagram protocol. They are simple."), _whole(NETWORKS))) == []
    skipped = make_draft("UDP is a datagram protocol. The X.25 suite uses this type.")
    assert list(misplaced(skipped, _whole(NETWORKS))) == [(1, "this type")]
    kept = make_draft("They are simple. The X.25 suite uses this type.")
    assert list(misplaced(kept, _whole(NETWORKS))) == []


def test_the_first_sentence_is_read_behind_the_question() -> None:
    opening = make_draft("The X.25 suite uses this type. UDP is a datagram protocol.")
    assert list(misplaced(opening, _whole(NETWORKS))) == []
    assert list(misplaced(opening, _whole(NETWORKS), "Which type do they use in the X.25 suite?")) == [(0, "this type")]
    assert list(misplaced(opening, _whole(NETWORKS), "Which type of call keeps the order?")) == []
    assert list(misplaced(opening, _whole(NETWORKS), "Which virtual calls keep order?")) == [(0, "this type")]
    assert list(misplaced(make_draft("They are simple."), _whole(NETWORKS), "How simple is X.25?")) == []


MINE = "The mine at Orlow opened in 1801. A flood closed it for a while. Weeks later, the mine opened again."


def test_a_question_gives_no_time_to_count_from_and_only_the_things_it_names() -> None:
    again = make_draft("Weeks later, the mine opened again.")
    assert list(misplaced(again, _whole(MINE), "When did the mine at Orlow open again?")) == [(0, "Weeks later")]
    led = make_draft("A flood closed it for a while. Weeks later, the mine opened again.")
    assert list(misplaced(led, _whole(MINE), "What closed the mine at Orlow?")) == []
    taken = make_draft("The French took the fort and burned it.")
    assert list(misplaced(taken, _passages(), "What did Trent do?")) == [(0, "the fort")]
    assert list(misplaced(taken, _passages(), "Who burned the fort?")) == []
    counted = "Orlow lies in Tarn. The population is 900."
    assert list(misplaced(make_draft("The population is 900."), _whole(counted), "How big is Orlow?")) == []


@pytest.mark.parametrize(
    ("told", "sentence", "words"),
    [
        ("Orlow has a mine.", "Nearby stands a chapel.", "Nearby"),
        ("The mine closed in 1801.", "Orlow lost two mills in the same year.", "the same year"),
        ("Vey came as far as the ford.", "Up to that point Vey met nobody.", "to that"),
        ("Tarn has the oldest mills of all.", "The mill grinds the corn of Orlow.", "The mill"),
        ("Chloroplasts came from bacteria.", "These chloroplasts are primary.", "These chloroplasts"),
    ],
)
def test_what_a_question_cannot_give_is_missing_from_an_opening(told: str, sentence: str, words: str) -> None:
    passages = _whole(f"{told} {sentence}")
    found = list(misplaced(make_draft(sentence), passages, "What did Vey see on the way to Orlow?"))
    assert [index for index, _ in found] == [0]
    assert found[0][1].casefold().startswith(words.casefold())
    assert list(misplaced(make_draft(f"{told} {sentence}"), passages, "What did Vey see on the way to Orlow?")) == []


@pytest.mark.parametrize(
    "opening", ["Weeks later they opened it again.", "Then Vey came.", "During that reign, he died."]
)
def test_a_pronoun_beside_it_does_not_hide_what_is_counted(opening: str) -> None:
    passages = _whole(f"The mine closed under Vey. {opening}")
    assert [index for index, _ in misplaced(make_draft(opening), passages, "When did Orlow get a mine?")] == [0]


def test_nothing_leads_behind_a_sentence_that_is_not_in_place() -> None:
    passages = (
        *_whole("Frame relay uses one kind of call. This kind keeps order."),
        _other("Tarn has a bridge. Another crosses the Orsk."),
    )
    draft = make_draft("Frame relay uses one kind of call. Another crosses the Orsk. This kind keeps order.")
    assert [index for index, _ in misplaced(draft, passages)] == [1, 2]


def test_a_year_that_is_named_is_counted_from_nothing() -> None:
    text = "Orlow has a mine. In the year 1832 it burned."
    assert list(misplaced(make_draft("In the year 1832 it burned."), _whole(text), "When did Orlow burn?")) == []


def test_what_is_not_in_place_leads_nothing() -> None:
    text = "Trent led a party. It built a fort. The fort was small. The French took the fort."
    draft = make_draft("The fort was small. The French took the fort.")
    assert [index for index, _ in misplaced(draft, _whole(text), "Who was Trent?")] == [0, 1]


def _whole(text: str) -> tuple[Passage, ...]:
    return (Passage("d", "d", 1, 0, len(text), text, (0, len(text))),)


def _other(text: str) -> Passage:
    return Passage("other", "other", 1, 0, len(text), text, (0, len(text)))


def test_a_pronoun_behind_a_sentence_in_other_words_needs_the_same_subject() -> None:
    text = "Stratus was sued in 2020. It won in 2022."
    assert list(misplaced(make_draft("Nimbus sued Stratus in 2020. It won in 2022."), _whole(text))) == [(1, "It")]
    assert list(misplaced(make_draft("Stratus was sued by Nimbus in 2020. It won in 2022."), _whole(text))) == []
    assert list(misplaced(make_draft(text), _whole(text))) == []
