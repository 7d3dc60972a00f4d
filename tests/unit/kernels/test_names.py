"""Proper names in English prose, and when two forms name the same thing."""

from __future__ import annotations

import pytest

from simone.kernels.reference.validation.names import find_names, same_name


@pytest.mark.parametrize(
    ("text", "normals"),
    [
        ("President Barack Obama met Angela Merkel in Berlin.", ["barack obama", "angela merkel", "berlin"]),
        ("The U.S. agreed, but Mr. Smith's lawyer did not.", ["us", "smith"]),
        ("J. R. R. Tolkien wrote it.", ["j r r tolkien"]),
        ("the University of Oxford and the Bank of America", ["university of oxford", "bank of america"]),
        ("Ludwig van Beethoven's music", ["ludwig van beethoven"]),
        ("the Treaty of Versailles", ["treaty of versailles"]),
        ("an F-16 over Jean-Luc's house", ["f-16", "jean-luc"]),
        ("an iPhone from eBay", ["iphone", "ebay"]),
        ("the crew of Apollo 11 landed", ["apollo 11"]),
        ("Only Belmar agreed.", ["belmar"]),
        ("Belmar paid forty talents.", ["belmar"]),
        ("Belmar's fleet", ["belmar"]),
        ("Deputies voted. Water is wet. However, nobody came.", []),
        ("THE GREAT HEADING OF THE TEXT", []),
        ("I said on Monday in March that I would.", []),
        ("", []),
    ],
)
def test_names_are_found_and_normalised(text: str, normals: list[str]) -> None:
    assert [one.normal for one in find_names(text)] == normals


def test_a_word_that_opens_a_sentence_is_a_name_when_the_text_names_it_elsewhere() -> None:
    assert [one.text for one in find_names("Tessin, then. We saw Tessin.")] == ["Tessin", "Tessin"]


def test_a_word_that_also_occurs_in_lower_case_is_not_a_name_at_the_start() -> None:
    assert find_names("Treaty was signed. The treaty was broken.") == ()


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("President Barack Obama", "Obama", True),
        ("Dr. Obama", "Barack Obama", True),
        ("UN", "United Nations", True),
        ("U.S.", "United States", True),
        ("the United Nations", "United Nations", True),
        ("J. Smith", "John Smith", True),
        ("John Fitzgerald Kennedy", "John Kennedy", True),
        ("Belmar's", "belmar", True),
        ("John Smith", "Jane Smith", False),
        ("New York", "York Minster", False),
        ("Belmar", "Tessin", False),
        ("", "Belmar", False),
    ],
)
def test_aliases_are_the_same_name_and_namesakes_are_not(first: str, second: str, same: bool) -> None:
    assert same_name(first, second) is same
    assert same_name(second, first) is same
