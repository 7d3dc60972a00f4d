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


def test_two_predicates_of_one_subject_become_two_claims_that_both_name_it() -> None:
    text = "Anna Pell founded the firm and sold it in 1995."
    claims = find_claims(text)
    assert [c.text for c in claims] == ["Anna Pell founded the firm.", "Anna Pell sold it in 1995."]
    assert [text[c.start : c.end] for c in claims] == ["Anna Pell founded the firm", "sold it in 1995."]


@pytest.mark.parametrize(
    "text",
    [
        "He did not read the letter and burn it.",
        "The woman who wrote the book and drew the maps lives in Oslo.",
        "Greta wanted to win and keep her title.",
        "She has difficulty walking and climbing stairs.",
        "Both the captain and the mate were saved.",
        "The child has an infection and a cough that kept her awake.",
    ],
)
def test_what_one_word_governs_is_not_taken_apart(text: str) -> None:
    assert [c.text for c in find_claims(text)] == [text]


def test_a_quotation_is_a_claim_that_somebody_said_it() -> None:
    text = "“The cracks are deep,” said chief engineer Oda Brandt. She left in 1990."
    first, second = find_claims(text)
    assert (first.speaker, first.text) == ("Oda Brandt", text[: first.end])
    assert (second.speaker, second.text) == ("", "Oda Brandt left in 1990.")


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("According to the council, the work will cost 2 million euros.", "the council"),
        ("The ministry denied that the mine was unsafe.", "The ministry"),
        ("The historian Frederick W. Mote wrote that the term is misleading.", "Frederick W. Mote"),
        ("The judge was told that the girl had left.", ""),
        ("The ship “Morning Star” was launched in 1871.", ""),
        ("“It was a farce,” she said.", ""),
    ],
)
def test_who_is_quoted_or_reported(text: str, speaker: str) -> None:
    assert find_claims(text)[0].speaker == speaker


def test_the_company_is_the_one_of_the_sentence_before() -> None:
    one = "Tarnow Glass Ltd made a profit. The company employs 830 people."
    two = "Osprey Foods Inc bought the chain Millbrook. The company had lost money."
    assert find_claims(one)[1].text == "Tarnow Glass Ltd employs 830 people."
    assert find_claims(two)[1].text == "The company had lost money."


def test_a_question_told_of_another_is_a_claim() -> None:
    assert find_claims("Lund asked, “Who built the mill?”")[0].checkable
    assert not find_claims("“Who built the mill?”")[0].checkable


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Thanks for your question.", "courtesy"),
        ("Have a great day!", "courtesy"),
        ("What a life!", "opinion"),
        ("The second act is boring and far too long.", "opinion"),
        ("To reset the device, hold the button for ten seconds.", "instruction"),
        ("Talk to a pharmacist if the rash returns.", "instruction"),
        ("- two brushes", "fragment"),
        ("Table 2: Yields by field", "heading"),
        ("The wonderful old theatre was built in 1899.", ""),
        ("Use of the radio is forbidden on board.", ""),
        ("Call volume rose by a third in 2020.", ""),
        ("The director said that she found the ending boring.", ""),
    ],
)
def test_opinions_orders_and_courtesies_are_told_from_claims(text: str, reason: str) -> None:
    claim = find_claims(text)[0]
    assert reason in claim.why_not
    assert claim.checkable == (not reason)


def test_a_pronoun_is_resolved_only_where_one_name_precedes() -> None:
    one = find_claims("The pier was designed by Ines Toral. She lived in Belmar.")
    two = find_claims("The pier was designed by Ines Toral for Arno Pell. She lived in Belmar.")
    assert one[1].text == "Ines Toral lived in Belmar."
    assert two[1].text == "She lived in Belmar."


def test_an_endless_sentence_is_one_claim() -> None:
    assert len(find_claims("word " * 10_000)) == 1


@pytest.mark.parametrize(
    ("before", "meant"),
    [
        ("Robin Hale came from Selm.", "Robin Hale"),
        ("Robin Hale lived with two brothers.", "They"),
        ("Robin Hale led the crew.", "They"),
        ("Robin Hale met Alex Brink.", "They"),
        ("Alex Brink was a singer. Robin Hale came from Selm.", "They"),
        ("Robin Hale wrote to the miners.", "They"),
        ("The town is old.", "They"),
    ],
)
def test_they_may_be_one_person_where_nobody_else_could_be_meant(before: str, meant: str) -> None:
    assert find_claims(f"{before} They painted the hall in 1888.")[-1].text == f"{meant} painted the hall in 1888."


@pytest.mark.parametrize(
    "text",
    [
        "1. The dam is 142 feet high.",
        "12) The dam is 142 feet high.",
        "(1) The dam is 142 feet high.",
        "(b) The dam is 142 feet high.",
        "iv. The dam is 142 feet high.",
        "- [x] The dam is 142 feet high.",
        "> The dam is 142 feet high.",
        "> [!WARNING]\n> The dam is 142 feet high.",
        "> - Note: The dam is 142 feet high.",
        "[3] The dam is 142 feet high.",
        "[^2]: The dam is 142 feet high.",
        "Note: The dam is 142 feet high.",
        "**Note:** The dam is 142 feet high.",
        "**Warning**: The dam is 142 feet high.",
        "*Example 2:* The dam is 142 feet high.",
        "Update: The dam is 142 feet high.",
        "1.2. The dam is 142 feet high.",
        "IV. The dam is 142 feet high.",
        "A) The dam is 142 feet high.",
        "• The dam is 142 feet high.",
        "[^dam]: The dam is 142 feet high.",
        "The dam is 142 feet high.[^dam]",
        '!!! note "Dams"\n    The dam is 142 feet high.',
        "IMPORTANT: The dam is 142 feet high.",
        "Please note that The dam is 142 feet high.",
        "<!-- measured by hand --> The dam is 142 feet high.",
        "The dam is 142 feet high. <!-- it is not -->",
    ],
)
def test_marks_and_labels_before_a_statement_are_no_part_of_it(text: str) -> None:
    stated = [claim for claim in find_claims(text) if claim.checkable]
    assert [claim.text for claim in stated] == ["The dam is 142 feet high."]
    assert "The dam is 142 feet high." in text[stated[0].start : stated[0].end]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Note: Close the gate.", "instruction"),
        ("Report: two brushes", "instruction"),
        ("Tip: is the gate closed?", "question"),
        ("Note:", "introduces"),
        ("- return x;", "code"),
        ("int x;", "code"),
        ("2. x = compute(1);", "code"),
        ("> # The pier of Belmar", "heading"),
    ],
)
def test_a_mark_or_label_makes_no_claim_of_what_is_none(text: str, reason: str) -> None:
    claim = find_claims(text)[0]
    assert not claim.checkable
    assert reason in claim.why_not


def test_items_of_a_list_that_end_with_a_semicolon_are_claims() -> None:
    text = "- the dam is 142 feet high;\n- Windows remains supported;\n- the wall is red."
    assert [claim.checkable for claim in find_claims(text)] == [True, True, True]


def test_both_predicates_of_an_item_lose_its_mark() -> None:
    text = "1. Anna Pell founded the firm and sold it in 1995."
    assert [c.text for c in find_claims(text)] == ["Anna Pell founded the firm.", "Anna Pell sold it in 1995."]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: The dam is 142 feet high.\ndate: 2020-01-01\n---\n\n", "front matter"),
        ('+++\ntitle = "The dam is 142 feet high."\n+++\n\n', "front matter"),
        ("<!-- The dam is 142 feet high. It is old. -->\n\n", "comment"),
        ("<!-- The dam\n\nis 142 feet high. -->\n\n", "comment"),
    ],
)
def test_what_no_reader_is_shown_is_no_claim(text: str, reason: str) -> None:
    claims = find_claims(text + "The wall is red.")
    assert [claim.text for claim in claims if claim.checkable] == ["The wall is red."]
    assert all(reason in claim.why_not for claim in claims[:-1])
    assert len(claims) > 1


def test_lines_between_two_rules_are_no_front_matter_where_they_are_prose() -> None:
    assert find_claims("---\n\nThe dam is 142 feet high.\n\n---")[1].checkable


@pytest.mark.parametrize(
    "table",
    [
        "| name | height is |\n|---|---|\n| Dam | 142 feet |\n| Wall | 12 feet |",
        "name | height is\n--- | ---\nDam | 142 feet\nWall | 12 feet",
        "| name | height in 1990 |\r\n|:-|-:|\r\n| Dam | 142 feet |\r\n| Wall | 12 feet |",
    ],
)
def test_the_rows_of_a_table_are_claims_and_its_head_and_rule_are_none(table: str) -> None:
    claims = find_claims(table)
    assert [claim.checkable for claim in claims] == [False, False, True, True]
    assert [table[claim.start : claim.end] for claim in claims] == [claim.text for claim in claims]


def test_a_verb_before_a_colon_makes_no_instruction_of_a_statement() -> None:
    assert find_claims("Report: the dam is 142 feet high.")[0].checkable
    assert not find_claims("Report the dam.")[0].checkable


@pytest.mark.parametrize(
    "text", ["V. Lund built the mill.", "1.5 million people live here.", "I. Newton wrote it in 1687."]
)
def test_initials_and_numbers_that_open_a_sentence_are_no_marks(text: str) -> None:
    assert find_claims(text)[0].text == text
