"""Marks around true words, and the parts of a document that claim nothing.

Not for what the words say: the other tables ask that.
"""

from __future__ import annotations

import pytest

from simone import judge
from simone.truth.claims import find_claims

TOWER = "The lighthouse of Sund is 38 metres high."
MARKED = [
    "The lighthouse of Sund is `38` metres high.",
    "The lighthouse of Sund is `38 metres` high.",
    "The lighthouse of Sund is 38&nbsp;metres high.",
    "The lighthouse of Sund is 38&#160;metres high.",
    "The light&shy;house of Sund is 38 metres high.",
    "The lighthouse of Sund is 38 metres high ([source](https://sund.example)).",
    "The lighthouse of Sund is 38 metres high ([1](https://sund.example), [2](https://coast.example)).",
    "The lighthouse of Sund is 38 metres high [(source)](https://sund.example).",
    "The lighthouse of Sund is 38 metres high (see [here](https://sund.example)).",
    "The lighthouse of Sund is 38 metres high (https://sund.example/height).",
    "The lighthouse of Sund is 38 metres high (see <https://sund.example>).",
    "The lighthouse of Sund (source: https://sund.example) is 38 metres high.",
    "The lighthouse of Sund is ~~83~~ 38 metres high.",
    "The lighthouse of Sund is [38 metres high](https://sund.example/a?b=1).",
    "The [lighthouse of Sund](https://sund.example) is 38 metres [high][1].",
    "[![Build](b.svg)](https://ci.example) The lighthouse of Sund is 38 metres high.",
]
NOT_THE_SAME = [
    ("The mirror (https://a.example) is down.", "The mirror is down."),
    ("The files are kept on the mirror (https://a.example).", "The files are kept on the mirror (https://b.example)."),
    ("The mayor was guilty ([disputed](https://a.example)).", "The mayor was guilty."),
    ("The lighthouse of Sund is `83` metres high.", TOWER),
    ("The lighthouse of Sund is 83&nbsp;metres high.", TOWER),
    ("The lighthouse of Sund is ~~38~~ 83 metres high.", TOWER),
    ("Set `read_user` to open the file.", "Set `read_users` to open the file."),
]
CLAIM_NOTHING = [
    ("[![CI](b.svg)](https://ci.example)", "image"),
    ("![A view of the tower](tower.png) ![Its lamp](lamp.png)", "image"),
    ("[^1]: Archive of Sund.", "footnote"),
    ("[^note]: Berg, box 12.", "footnote"),
    ("[3]: https://sund.example/3", "footnote"),
    ('[ref]: https://sund.example "Tower"', "footnote"),
    ("- Support for lamps.", "fragment"),
    ("The `read_lamp` function.", "fragment"),
    ("The usual delay.", "fragment"),
    ("A tower of granite.", "fragment"),
    ("Copyright 2021 Sund Ltd.", "notice"),
    ("© 2019–2024 Friends of the Tower", "notice"),
    ("(c) 2020 Sund Ltd. All rights reserved.", "notice"),
    ("All rights reserved.", "notice"),
    ("~~The lighthouse of Sund is 3 metres high.~~", "struck"),
    ("# Use\n\nCall it:\n\n    The lighthouse of Sund is 3 metres high.\n    It is old.\n\nThat is all.", "indented"),
    ("Home Tickets About us", "label"),
]
CLAIM_SOMETHING = [
    "[^1]: The tower was closed in 1931.",
    "Copyright law was reformed in 1976.",
    "Status: open.",
    "Height: 38 m",
    "Lund wept.",
    "The keeper slept.",
    "Berg rebuilt the tower.",
    "The function `read_lamp` returns a list.",
    "The lamp flickers.",
    "Men like the tower.",
    "We ship lamps.",
    "The police arrest her brother.",
    "Version 2.1 fixes the crash.",
    "* Lamps\n\n    The lighthouse of Sund is 3 metres high.\n\nThat is all there is.",
    "A letter said this.\n\n    The lighthouse of Sund is 3 metres high.\n\nThat is all there is.",
    "!!! note\n\n    The lighthouse of Sund is `3` metres high.\n\nThat is all there is.",
    "(c) 2020 was a good year.",
    "Berg from the island lives.",
    "Half of the women smoke.",
    "It costs ~5 marks or ~6 marks.",
]


@pytest.mark.parametrize("claim", MARKED)
def test_marks_and_references_are_no_part_of_a_true_claim(claim: str) -> None:
    (found,) = find_claims(claim)
    (verdict,) = judge([found.text], [TOWER])
    assert verdict.status == "supported", (found.text, verdict.reason)


@pytest.mark.parametrize(("claim", "evidence"), NOT_THE_SAME)
def test_what_a_mark_says_is_not_taken_away(claim: str, evidence: str) -> None:
    for found in find_claims(claim):
        (verdict,) = judge([found.text], [evidence])
        assert not found.checkable or verdict.status != "supported", found.text


@pytest.mark.parametrize(("text", "why"), CLAIM_NOTHING)
def test_the_apparatus_of_a_document_claims_nothing(text: str, why: str) -> None:
    claims = find_claims(text)
    assert any(why in claim.why_not for claim in claims)
    assert not any(claim.checkable for claim in claims if "all" not in claim.text)


@pytest.mark.parametrize("text", CLAIM_SOMETHING)
def test_what_only_looks_like_apparatus_stays_a_claim(text: str) -> None:
    assert find_claims(text)[-2 if "\n\nThat" in text else -1].checkable


@pytest.mark.parametrize("between", ["", "\n\nProse of no account follows here.\n\n"])
def test_rows_without_a_rule_are_judged_one_by_one(between: str) -> None:
    table = "Year | Boats | Crew\n1921 | 139 | 371\n1922 | 151 | 395" + between
    source = "| Year | Boats | Crew |\n|---|---|---|\n| 1921 | 139 | 371 |\n| 1922 | 151 | 390 |"
    claims = [claim for claim in find_claims(table) if claim.checkable and "|" in claim.text]
    assert [claim.text for claim in claims] == ["1921 | 139 | 371", "1922 | 151 | 395"]
    assert [verdict.status for verdict in judge([claim.text for claim in claims], [source])][1] != "supported"


def test_a_table_of_words_keeps_its_first_row() -> None:
    assert [c.text for c in find_claims("Lund is | mayor\nBerg is | clerk")] == ["Lund is | mayor", "Berg is | clerk"]


def test_a_place_is_shown_once_however_many_passages_hold_it() -> None:
    from simone.records import Passage

    text = "The tower is 38 metres high and white.\nIt has a lamp."
    passages = [Passage("a.md", "1", 1, 0, end, text[:end], (0, end)) for end in (20, 37, 38, len(text))]
    (verdict,) = judge(["The tower is 83 metres high."], passages)
    spans = [(piece.start, piece.end) for piece in verdict.evidence if piece.stance == "refutes"]
    assert spans == [(0, 38)]


TOLL, GATE = "The toll was raised.", "The gate is shut."


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (f"<p>{TOLL}</p><p>{GATE}</p>", [TOLL, GATE]),
        (f'<div align="center">{TOLL}<br/>{GATE}</div>', [TOLL, GATE]),
        (f"<ul><li>{TOLL}</li><li>{GATE}</li></ul>", [TOLL, GATE]),
        ("The tag `<br>` ends a line of the page.", ["The tag `<br>` ends a line of the page."]),
        ("The toll was <b>raised</b> by the council.", ["The toll was raised by the council."]),
    ],
)
def test_blocks_of_html_are_sentences_of_their_own(text: str, claims: list[str]) -> None:
    assert [claim.text for claim in find_claims(text) if claim.checkable] == claims
