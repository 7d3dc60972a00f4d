"""The engine that only quotes: it never adds a word, and it keeps what was found first."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from simone.clock import Deadline, SystemClock
from simone.errors import ModelFailed
from simone.mvlm.extractive import Extractive, trimmed
from simone.records import Instruction, Operation, Passage, SentenceKind

CHARTER = (
    "The charter of 1402 gave Orlow a market. However, Belmar kept the toll of the bridge. "
    "The toll was 12 crowns a year.[3] Who paid it? Nobody knows who kept the books."
)
LETTER = "* The toll was 14 crowns a year.\nThe council of Orlow\nrefused to pay more."


def passage(document: str, text: str, focus: str, padding: int = 0) -> Passage:
    at = text.index(focus)
    return Passage(document, document, 1, padding, padding + len(text), text, (padding + at, padding + at + len(focus)))


def answer(operation: Operation, task: str = "", **fields: object) -> str:
    instruction = msgspec.structs.replace(Instruction(operation=operation, task=task), **fields)
    return Extractive().execute(instruction, Deadline(SystemClock(), 60.0)).text


TOLL = passage("charter", CHARTER, "The toll was 12 crowns a year.[3]", padding=500)
KEPT = passage("charter", CHARTER, "However, Belmar kept the toll of the bridge.", padding=500)
RAISED = passage("letter", LETTER, "* The toll was 14 crowns a year.")
REFUSED = passage("letter", LETTER, "The council of Orlow\nrefused to pay more.")
ASKED = passage("charter", CHARTER, "Who paid it?", padding=500)


def test_a_draft_reads_in_document_order_inside_a_document_and_in_rank_order_across_documents() -> None:
    text = answer("DRAFT", "What toll did the council pay?", passages=(TOLL, REFUSED, KEPT), max_sentences=3)
    assert text == (
        "Belmar kept the toll of the bridge. The toll was 12 crowns a year. The council of Orlow refused to pay more."
    )


def test_the_best_ranked_sentences_are_the_ones_kept() -> None:
    text = answer("DRAFT", "What was the toll?", passages=(TOLL, KEPT, REFUSED), max_sentences=1)
    assert text == "The toll was 12 crowns a year."


LEFT = "The company left Dunholm in 1811. It had 402 members. They were poor."
MEMBERS = passage("company", LEFT, "It had 402 members.")
POOR = passage("company", LEFT, "They were poor.")


def test_a_sentence_that_begins_with_it_brings_the_one_that_says_what_it_is() -> None:
    """Behind a sentence about the toll alone, "it" would stand for the toll."""
    given = {"passages": (TOLL, MEMBERS, POOR, REFUSED), "max_sentences": 3}
    text = answer("DRAFT", "What was the toll of the company?", **given)
    assert text == "The toll was 12 crowns a year. The company left Dunholm in 1811. It had 402 members."


def test_a_sentence_is_left_out_where_there_is_no_room_for_the_one_that_it_leans_on() -> None:
    given = {"passages": (TOLL, MEMBERS, REFUSED), "max_sentences": 2}
    text = answer("DRAFT", "What toll did members and council pay?", **given)
    assert text == "The toll was 12 crowns a year. The council of Orlow refused to pay more."


def test_a_sentence_that_leans_on_one_that_leans_brings_both() -> None:
    assert answer("DRAFT", "Who was poor?", passages=(POOR,), max_sentences=3) == LEFT


def test_the_best_sentence_gives_others_the_room_of_what_it_leans_on_where_it_opens_the_answer() -> None:
    text = answer("DRAFT", "Members of the council?", passages=(MEMBERS, POOR, REFUSED), max_sentences=2)
    assert text == "It had 402 members. The council of Orlow refused to pay more."


def test_the_best_sentence_stands_even_where_what_it_leans_on_is_not_at_hand() -> None:
    alone = passage("company", "It had 402 members.", "It had 402 members.", padding=40)
    assert answer("DRAFT", "How many members?", passages=(alone,), max_sentences=3) == "It had 402 members."
    behind = answer("DRAFT", "What was the toll?", passages=(TOLL, alone), max_sentences=3)
    assert behind == "The toll was 12 crowns a year."


def test_what_another_document_says_has_to_bear_on_the_question() -> None:
    """Behind a sentence about the toll of the bridge, a refusal would be read as that of the toll."""
    text = answer("DRAFT", "What was the toll of the bridge?", passages=(KEPT, REFUSED, RAISED), max_sentences=3)
    assert text == "Belmar kept the toll of the bridge. The toll was 14 crowns a year."


def test_sentences_that_differ_in_a_number_are_both_kept_and_repeated_ones_are_not() -> None:
    text = answer("DRAFT", "What was the toll?", passages=(TOLL, TOLL, RAISED), max_sentences=3)
    assert text == "The toll was 12 crowns a year. The toll was 14 crowns a year."


def test_a_question_found_in_a_source_does_not_take_the_place_of_an_answer() -> None:
    assert answer("DRAFT", "Who paid it?", passages=(ASKED, TOLL), max_sentences=1).startswith("The toll")


@pytest.mark.parametrize("kind", ["row", "field", "code"])
def test_data_is_no_sentence_of_an_answer_where_a_sentence_was_found(kind: SentenceKind) -> None:
    data = msgspec.structs.replace(
        passage("table", "Toll | 12 crowns | a year", "Toll | 12 crowns | a year"), kind=kind
    )
    asked = "What was the toll of the bridge a year?"
    assert answer("DRAFT", asked, passages=(data, TOLL), max_sentences=3) == "The toll was 12 crowns a year."
    assert answer("DRAFT", asked, passages=(data,), max_sentences=3) == "Toll | 12 crowns | a year"


def test_points_stand_one_on_a_line() -> None:
    assert answer("IDEATE", "toll", passages=(TOLL, REFUSED)).splitlines() == [
        "The toll was 12 crowns a year.",
        "The council of Orlow refused to pay more.",
    ]


def test_whole_sentences_are_left_out_before_one_is_cut() -> None:
    text = answer("DRAFT", "toll council", passages=(TOLL, REFUSED, RAISED), max_tokens=17)
    assert text == "The toll was 12 crowns a year. The council of Orlow refused to pay more."


def test_a_failed_sentence_is_replaced_by_the_evidence_nearest_to_it() -> None:
    text = answer("REVISE", "What was the toll?", text="The toll was 99 crowns a year.", passages=(KEPT, TOLL))
    assert text == "The toll was 12 crowns a year."


def test_a_failed_sentence_never_replaces_itself() -> None:
    failed = "The toll was 12 crowns a year."
    assert answer("REVISE", "What was the toll?", text=failed, passages=(TOLL,)) != failed


def test_a_failed_sentence_that_nothing_resembles_gives_way_to_evidence_on_the_task() -> None:
    text = answer("REVISE", "What was the toll?", text="Penguins dislike jazz.", passages=(TOLL,))
    assert text == "The toll was 12 crowns a year."


def test_a_revision_without_any_bearing_evidence_is_a_named_failure() -> None:
    with pytest.raises(ModelFailed, match="bears on"):
        answer("REVISE", "How do penguins sing?", text="Penguins dislike jazz.", passages=(TOLL,))


def test_a_summary_keeps_the_sentences_nearest_to_the_whole() -> None:
    text = (
        "The ferry of Belmar crossed the river Orl. My aunt owns a piano. The ferry crossed twice a day. "
        "Belmar sold the ferry when the river Orl got a bridge."
    )
    short = answer("SUMMARIZE", text=text, max_sentences=2)
    assert "piano" not in short
    assert [sentence in text for sentence in re.split(r"(?<=\.) ", short)] == [True, True]


def test_a_label_is_chosen_by_its_words() -> None:
    labels = ("weather report", "market prices", "court ruling")
    assert answer("CLASSIFY", text="The price of grain rose on the market.", labels=labels) == "market prices"


def test_a_label_without_any_word_in_the_text_is_not_guessed() -> None:
    with pytest.raises(ModelFailed, match="labels"):
        answer("CLASSIFY", text="The price of grain rose.", labels=("weather", "sport"))


def test_it_has_no_opinion() -> None:
    with pytest.raises(ModelFailed, match="opinion"):
        answer("CRITIQUE", "What is wrong?", text="All of it.", passages=(TOLL,))


def test_format_leaves_the_text_as_it_is() -> None:
    assert answer("FORMAT", "as a list", text="One, two.") == "One, two."


def test_values_are_spans_of_the_evidence() -> None:
    schema = json.dumps(
        {
            "type": "object",
            "properties": {
                "crowns": {"type": "integer"},
                "place": {"type": "string", "enum": ["Paris", "Orlow"]},
                "year": {"type": "string", "pattern": "^[0-9]{4}$"},
                "quote": {"type": "string"},
                "lines": {"type": "array", "items": {"type": "string"}},
                "open": {"type": "boolean"},
            },
            "required": ["crowns", "quote"],
        }
    )
    values = json.loads(answer("EXTRACT", "What was the toll in crowns?", passages=(TOLL,), schema=schema))
    assert values == {
        "crowns": 12,
        "place": "Orlow",
        "year": "1402",
        "quote": "The toll was 12 crowns a year.",
        "lines": ["The toll was 12 crowns a year."],
    }


def test_two_numbers_for_one_property_are_not_guessed_between() -> None:
    two = "Orlow paid 12 in spring and 14 in autumn."
    schema = '{"type":"object","properties":{"toll":{"type":"integer"}},"required":["toll"]}'
    with pytest.raises(ModelFailed, match="'toll'"):
        answer("EXTRACT", "What did Orlow pay?", passages=(passage("a", two, two),), schema=schema)


@pytest.mark.parametrize("operation", ["DRAFT", "IDEATE", "REVISE", "SUMMARIZE", "EXTRACT"])
def test_every_word_comes_from_the_evidence_in_its_order(operation: Operation) -> None:
    text = answer(operation, "What was the toll?", text="The toll was low.", passages=(TOLL, KEPT, RAISED, REFUSED))
    sources = [" ".join(source.split()) for source in (CHARTER, LETTER, "The toll was low.")]
    for sentence in re.split(r"(?<=[.?]) |\n", text):
        assert any(sentence in source for source in sources), sentence


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("However, Belmar refused.", "Belmar refused."),
        ("However, the town refused.", "However, the town refused."),
        ("However hard it tried, Belmar failed.", "However hard it tried, Belmar failed."),
        ("- The toll rose.[12] [13]", "The toll rose."),
        ("The array [1] is sorted.", "The array [1] is sorted."),
        ("-40 degrees were measured.", "-40 degrees were measured."),
        ("The council\n   refused.", "The council refused."),
    ],
)
def test_only_what_says_nothing_is_trimmed(sentence: str, left: str) -> None:
    assert trimmed(sentence) == left
