"""What names something in running text is found, and what overlaps is settled."""

from __future__ import annotations

import pytest

from simone.kernels import kernels
from simone.kernels.contract.patterns import ENTITIES


def found(text: str) -> list[tuple[str, str]]:
    entities = kernels.extract_entities_batch([text])
    rows = zip(entities.kind.tolist(), entities.start.tolist(), entities.end.tolist(), strict=True)
    return [(ENTITIES[kind], text[start:end]) for kind, start, end in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to anna.berg+x@mail.example.org.", [("email", "anna.berg+x@mail.example.org")]),
        ("(see https://example.org/a_(b)?q=1#top).", [("url", "https://example.org/a_(b)?q=1#top")]),
        ("It runs on v2.1 and 1.4.0-rc.1 now.", [("version", "v2.1"), ("version", "1.4.0-rc.1")]),
        ("On 12.5.2020 it rained.", [("date", "12.5.2020")]),
        ("Reach 192.168.1.1:80 or ::1.", [("identifier", "192.168.1.1:80")]),
        ("CVE-2021-44228 breaks RFC 9110.", [("identifier", "CVE-2021-44228"), ("identifier", "RFC 9110")]),
        ("Cite 10.1000/xyz.123; it is free.", [("identifier", "10.1000/xyz.123")]),
        ("It cost $5 million, or 12% of all, for 40 km.",
         [("money", "$5 million"), ("percentage", "12%"), ("quantity", "40 km")]),
        ("we met Ada Lovelace in London", [("name", "Ada Lovelace"), ("name", "London")]),
        ("nothing is named here", []),
        ("", []),
    ],
)  # fmt: skip
def test_entities_are_found_with_their_kind(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_name_inside_an_address_is_no_entity_of_its_own() -> None:
    assert found("https://Example.Org/Ada/Lovelace") == [("url", "https://Example.Org/Ada/Lovelace")]


def test_offsets_are_code_points() -> None:
    text = "🎉🎉 é x@y.de 🎉 40 km"
    assert found(text) == [("email", "x@y.de"), ("quantity", "40 km")]


def test_texts_are_told_apart() -> None:
    entities = kernels.extract_entities_batch(["", "x@y.de", "none", "12% and x@y.de"])
    assert entities.text.tolist() == [1, 3, 3]
