from __future__ import annotations

import pytest

from simone.retrieval.identifiers import folded, identifiers_of, renamed


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does PEP 572 add?", "pep-0572"),
        ("What does pep-572 add?", "PEP 572 – Assignment Expressions"),
        ("Which methods does RFC 9110 define?", "rfc/rfc9110"),
        ("How severe is CVE-2024-1234?", "CVE-2024-1234: overflow in the parser"),
        ("What does ISO 8601 say of weeks?", "iso_8601"),
        ("What does § 12 forbid?", "§ 12 Fees"),
        ("What does § 12 forbid?", "12. Fees"),
        ("What does section 12 forbid?", "§12 Fees"),
        ("What does Article 5 grant?", "Article 5"),
        ("What changed in version 3.1?", "Release 3.1"),
        ("What changed in 3.12.1?", "v3.12.1"),
        ("What does error E1042 mean?", "E1042 Overheating"),
    ],
)
def test_a_name_bears_the_identifier_of_a_question(question: str, name: str) -> None:
    assert any(one.is_borne_by(name) or one.numbers(name) for one in identifiers_of(question))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does PEP 57 add?", "pep-0572"),
        ("What does PEP 572 add?", "572 bridges"),
        ("How severe is CVE-2024-123?", "CVE-2024-1234"),
        ("What changed in version 3.1?", "Release 3.12"),
        ("What does § 12 forbid?", "12th night"),
        ("What does § 1 forbid?", "§ 12 Fees"),
        ("What happened in 1735?", "Flood of 1735"),
        ("How many talents did 40 ships bring?", "40 ships"),
    ],
)
def test_another_number_or_a_mere_number_is_not_the_identifier(question: str, name: str) -> None:
    assert not any(one.is_borne_by(name) or one.numbers(name) for one in identifiers_of(question))


def test_names_are_folded_so_that_spelling_does_not_matter() -> None:
    assert folded("PEP-0008_Style.v2") == "pep 8 style v 2"
    assert folded("") == ""


def test_an_identifier_is_read_as_the_name_of_what_bears_it() -> None:
    question = "What does PEP 572 add?"
    assert (
        renamed(question, "Assignment Expressions", identifiers_of(question)) == "What does Assignment Expressions add?"
    )
    assert renamed(question, "", identifiers_of(question)) == "What does add?"


def test_numbers_that_name_nothing_stay_in_the_question() -> None:
    question = "What did PEP 572 cost in 2018, 40 euros or part 3?"
    borne = identifiers_of("Pep-572")
    assert renamed(question, "It", borne) == "What did It cost in 2018, 40 euros or part 3?"


@pytest.mark.parametrize("piece", ["a1", "1.", "§", "a-", "1-", "a 1"])
def test_a_long_question_is_read_in_linear_time(piece: str) -> None:
    identifiers_of(piece * (50_000 // len(piece)))
