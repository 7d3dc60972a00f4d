"""Quotations whose context the text does not give."""

from __future__ import annotations

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
    assert list(misplaced(opening, _whole(NETWORKS), "Which virtual calls keep order?")) == []
    assert list(misplaced(make_draft("They are simple."), _whole(NETWORKS), "How simple is X.25?")) == []


def _whole(text: str) -> tuple[Passage, ...]:
    return (Passage("d", "d", 1, 0, len(text), text, (0, len(text))),)
