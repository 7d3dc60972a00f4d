"""Claims that differ from invented documents in one respect each: none may come out supported.

Not for accuracy on public data; `simone bench truth` measures that.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

from simone.truth.judge import judge

LINES = [json.loads(line) for line in Path(__file__).with_name("contrast.jsonl").read_text("utf-8").splitlines()]
DOCUMENTS: dict[str, str] = LINES[0]["documents"]
CASES: list[dict[str, object]] = LINES[1:]


@cache
def statuses() -> list[tuple[str, bool, str, str]]:
    found: list[tuple[str, bool, str, str]] = []
    for case in CASES:
        verdict = judge([str(case["claim"])], DOCUMENTS[str(case["document"])])[0]
        found.append((str(case["kind"]), bool(case["supported"]), verdict.status, str(case["claim"])))
    return found


def test_at_most_three_percent_of_the_changed_claims_come_out_supported() -> None:
    changed = [row for row in statuses() if not row[1]]
    wrong = [row for row in changed if row[2] == "supported"]
    assert len(changed) >= 130
    assert len(wrong) <= 0.03 * len(changed), wrong


def test_no_kind_of_change_is_waved_through() -> None:
    wrong = Counter(kind for kind, kept, status, _ in statuses() if not kept and status == "supported")
    assert all(count <= 1 for count in wrong.values()), wrong


def test_nine_in_ten_paraphrases_and_conversions_stay_supported() -> None:
    kept = [row for row in statuses() if row[1]]
    lost = [row for row in kept if row[2] != "supported"]
    assert len(lost) <= 0.1 * len(kept), lost


def test_the_suite_covers_its_kinds() -> None:
    assert len(CASES) >= 150
    assert len({case["kind"] for case in CASES}) >= 12
