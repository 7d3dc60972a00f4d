from __future__ import annotations

import pytest

from simone.truth.claims import find_claims


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Who opened the pier?", "question"),
        ("Please check the table.", "instruction"),
        ("I think the pier is too long.", "opinion"),
        ("# The pier of Belmar", "heading"),
        ("Here is a summary of the sources.", "about the text"),
        ("The results are as follows:", "introduces"),
        ("x = compute(1);", "code"),
        ("---", "no words"),
    ],
)
def test_what_states_nothing_is_marked_with_its_reason(text: str, reason: str) -> None:
    claim = find_claims(text)[0]
    assert not claim.checkable
    assert reason in claim.why_not


def test_spans_are_the_text_they_name() -> None:
    text = "The pier opened in 1931.  It has two tracks, and the wall held.\n\n- Ships enter from the north."
    for claim in find_claims(text):
        assert text[claim.start : claim.end].strip() == text[claim.start : claim.end]
        assert claim.checkable
    assert [c.sentence for c in find_claims(text)] == sorted(c.sentence for c in find_claims(text))


def test_two_full_clauses_become_two_claims() -> None:
    claims = find_claims("Anna founded the firm in 1990, and Bob left the firm in 1995.")
    assert [c.text for c in claims] == ["Anna founded the firm in 1990", "Bob left the firm in 1995."]


def test_a_shared_subject_stays_one_claim() -> None:
    assert len(find_claims("Anna founded the firm and sold it in 1995.")) == 1


def test_a_pronoun_is_resolved_only_where_one_name_precedes() -> None:
    one = find_claims("The pier was designed by Ines Toral. She lived in Belmar.")
    two = find_claims("The pier was designed by Ines Toral for Arno Pell. She lived in Belmar.")
    assert one[1].text == "Ines Toral lived in Belmar."
    assert two[1].text == "She lived in Belmar."


def test_an_endless_sentence_is_one_claim() -> None:
    assert len(find_claims("word " * 10_000)) == 1
