"""Claims that take a predicate from one sentence and its subject from a neighbour, a title or another document.

Not for accuracy on public data; `simone bench truth` measures that.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from simone.records import Passage
from simone.truth.claims import as_claim
from simone.truth.judge import Judge

LINES = [json.loads(line) for line in Path(__file__).with_name("context.jsonl").read_text("utf-8").splitlines()]
MISSING = " [...] "
"""Marks text of the document that no passage holds."""


def passages(name: str) -> list[Passage]:
    document = LINES[0]["documents"][name]
    found, start = [], 0
    for piece in document["text"].split(MISSING):
        end = start + len(piece)
        found.append(Passage(document["path"], name, 1, start, end, piece, (start, end), section=document["section"]))
        start = end + 100
    return found


@cache
def statuses() -> list[tuple[bool, str, str, str]]:
    found: list[tuple[bool, str, str, str]] = []
    for case in LINES[1:]:
        given = [passage for name in case["documents"] for passage in passages(name)]
        verdict = Judge(None).judge([as_claim(case["claim"], 0)], given)[0]
        found.append((case["supported"], verdict.status, case["claim"], verdict.reason))
    return found


def test_no_claim_is_supported_by_a_neighbour_s_subject() -> None:
    wrong = [row for row in statuses() if not row[0] and row[1] == "supported"]
    assert len([row for row in statuses() if not row[0]]) >= 80
    assert wrong == []


def test_nine_in_ten_claims_are_supported_by_a_sentence_in_its_place() -> None:
    kept = [row for row in statuses() if row[0]]
    lost = [row for row in kept if row[1] != "supported"]
    assert len(lost) <= 0.1 * len(kept), lost


def test_no_true_claim_is_refuted() -> None:
    assert [row for row in statuses() if row[0] and row[1] == "refuted"] == []
