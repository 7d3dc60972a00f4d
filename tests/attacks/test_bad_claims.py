"""Claims and evidence that are no prose: each gets a verdict and the right reason, no crash and no false support."""

from __future__ import annotations

import time

import pytest

from simone import judge
from simone.records import Measured, Unmeasured, Verdict
from simone.truth.claims import find_claims

WALL = "The wall held during the storm of 1987. It cost 61,000 marks."
BOTH = ("The wall held during the storm.", "The wall did not hold during the storm.")


def one(claim: str, evidence: str | list[str] = WALL) -> Verdict:
    (verdict,) = judge([claim], evidence)
    assert isinstance(verdict.confidence, Measured | Unmeasured)
    assert verdict.reason
    return verdict


@pytest.mark.parametrize(
    ("claim", "check", "said"),
    [
        ("", "form", "no words"),
        (" \n\t", "form", "no words"),
        ("?! … —", "form", "no words"),
        ("\x00\x01\x1b\u202e", "form", "no words"),
        ("<br/><hr>", "form", "no words"),
        ("The wall held. " * 3334, "form", "longer than 2000 characters"),
        ("wall " * 10_000, "form", "longer than 2000 characters"),
        ("if (wall) { hold(); }", "form", "code or markup"),
        ("def wall(): return held", "form", "code or markup"),
        ("wall = held", "form", "code or markup"),
        ("Die Mauer hielt während des Sturms und war nicht teuer für die Stadt.", "language", "not written in English"),
        ("Стена выдержала бурю.", "language", "not written in English"),
        ("城墙在风暴中屹立不倒。", "language", "not written in English"),
        ("צרה באה", "language", "not written in English"),
    ],
)
def test_what_is_no_claim_is_unverifiable_and_says_why(claim: str, check: str, said: str) -> None:
    verdict = one(claim)
    assert (verdict.status, verdict.decided_by) == ("unverifiable", check)
    assert said in verdict.reason


@pytest.mark.parametrize("evidence", ["", "  ", [], ["", "\n"], "\x00\x01", "| | |\n|---|---|"])
def test_without_evidence_nothing_is_decided(evidence: str | list[str]) -> None:
    verdict = one("The wall held.", evidence)
    assert (verdict.status, verdict.evidence) == ("unverifiable", ())


@pytest.mark.parametrize(
    "claim",
    [
        "<b>The wall</b> held during the <i>storm</i> of 1987.",
        "**The wall held** during the [storm](https://x.y/z?a=1 \"A storm\") of 1987.",
        "The wall held during the storm of 1987 [1].",
        "The __wall__ held during the storm[^2] of 1987.",
        "- The wall held during the storm of 1987.",
        "> The wall held during the storm of 1987.",
    ],
)  # fmt: skip
def test_markup_is_no_part_of_a_claim(claim: str) -> None:
    assert one(claim).status == "supported"
    assert one(claim.replace("held", "collapsed")).status != "supported"
    assert one(claim.replace("1987", "1988")).status != "supported"


def test_a_claim_of_fifty_thousand_characters_may_still_be_a_quote() -> None:
    long = "The wall held, " + "and held, " * 5000 + "and fell."
    verdict = one(long, f"It rained. {long} It stopped.")
    assert (verdict.status, verdict.decided_by) == ("supported", "quote")


def test_control_characters_do_not_join_or_hide_words() -> None:
    assert one("The wall col\x07lapsed during the storm of 1987.").status == "unverifiable"
    assert one("The wall \x1b[8mnot\x1b[0m held during the storm of 1987.").status != "supported"
    assert one("The wall did n\u00adot hold during the storm of 1987.").status != "supported"


def test_rows_of_a_table_are_no_support_for_other_values() -> None:
    table = "| item | cost |\n|---|---|\n| wall | 61,000 marks |\n| gate | 7,000 marks |"
    assert one("The gate cost 61,000 marks.", table).status != "supported"
    assert one("| wall | 62,000 marks |", table).status != "supported"


def test_the_head_of_a_table_claims_nothing() -> None:
    table = "| wall | held |\n|---|:--:|\n| cost | 62,000 marks |"
    assert [claim.why_not for claim in find_claims(table)] == ["it is the head of a table", "it holds no words", ""]
    assert one(table).status != "supported"


def test_contradicting_evidence_is_shown_on_both_sides_in_any_order() -> None:
    for evidence in (list(BOTH), list(BOTH[::-1]), " ".join(BOTH)):
        verdict = one("The wall had held during the storm.", evidence)
        assert {piece.stance for piece in verdict.evidence} == {"supports", "refutes"}
        assert "disagree" in verdict.reason or "contradict" in verdict.reason


def test_long_evidence_without_sentences_takes_no_time() -> None:
    begin = time.monotonic()
    assert one("The wall held.", "wall " * 40_000).status == "unverifiable"
    assert one("The wall held.", "{[(<" * 20_000).status == "unverifiable"
    assert one("[" * 25_000 + "a](b" * 5_000, WALL).status == "unverifiable"
    assert one("<a " * 15_000, WALL).status == "unverifiable"
    assert one("*" * 50_000 + "a", WALL).status == "unverifiable"
    assert time.monotonic() - begin < 20
