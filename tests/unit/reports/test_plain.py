"""An output as text and as Markdown: everything a reader needs, nothing that steers the terminal."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from simone.records import (
    Citation,
    Cost,
    Decision,
    Evidence,
    Finding,
    Measured,
    Output,
    Plan,
    Revision,
    Unmeasured,
    Verdict,
    WordSupport,
)
from simone.reports.plain import as_json, as_markdown, as_text, confidence, notable_findings, tally, visible
from simone.truth.claims import as_claim

SIEGE = "The siege lasted nine weeks."
EVIDENCE = Evidence("siege.md", "1", 1, 83, 111, SIEGE, "supports", 1.0)
SUPPORTED = Verdict(as_claim(SIEGE, 0), "supported", "quote", "word for word", Measured(0.99, 120), (EVIDENCE,))
REFUTED = Verdict(as_claim("It lasted ten weeks.", 1), "refuted", "number", "ten is not nine", Unmeasured("few"))
OPINION = Verdict(
    msgspec.structs.replace(as_claim("What a siege!", 2), checkable=False, why_not="it is an exclamation"),
    "unverifiable",
    "form",
    "",
    Unmeasured("no claim"),
)
OUTPUT = Output(
    run="0123456789abcdef" * 4,
    text=f"{SIEGE} [1]",
    decision=Decision("release", (), "no rule objects"),
    verdicts=(SUPPORTED, REFUTED, OPINION),
    citations=(Citation(1, "siege.md", "1", 1, 83, 111, SIEGE),),
    findings=(
        Finding("EEP", "repetition", "warning", "said twice", "say it once"),
        Finding("REP", "long", "info", "a long sentence"),
        Finding("VVP", "refuted", "error", "ten is not nine"),
    ),
    revisions=(Revision("It lasted a year.", "", "removed", "nothing carries it"),),
    cost=Cost("scripted v1", 2, 30, 12),
)


def test_text_tells_answer_sources_claims_changes_findings_decision_and_cost() -> None:
    shown = as_text(OUTPUT)
    for part in (
        "The siege lasted nine weeks. [1]\n",
        "[1] siege.md [83, 111)",
        "Claims (1 supported, 1 refuted, 0 unverifiable, 1 not checkable)",
        "+ supported by quote, confidence 0.99 (n=120)",
        "x refuted by number, confidence unmeasured",
        "was: It lasted a year.",
        "warning EEP repetition: said twice → say it once",
        "Decision: release (no rule fired)",
        "Run: 0123456789abcdef   model scripted, 2 calls, 30 tokens read, 12 written",
    ):
        assert part in shown
    assert shown.endswith("\n")
    assert "a long sentence" not in shown


def test_findings_that_the_verdicts_say_already_are_not_said_twice() -> None:
    assert [finding.rule for finding in notable_findings(OUTPUT)] == ["repetition"]


def test_a_withheld_text_is_not_shown_in_any_form() -> None:
    withheld = msgspec.structs.replace(OUTPUT, decision=Decision("withhold", ("r",), "nothing carries it"))
    assert as_text(withheld).startswith("Withheld: nothing carries it\n")
    assert as_markdown(withheld).startswith("Withheld: nothing carries it\n")


def test_an_unmeasured_confidence_is_never_a_number() -> None:
    assert confidence(Unmeasured("nothing labelled")) == "unmeasured"
    assert confidence(Measured(0.5, 3)) == "0.50 (n=3)"


def test_markdown_cells_cannot_break_the_table() -> None:
    nasty = msgspec.structs.replace(SUPPORTED, claim=as_claim("a | b\nc", 0))
    shown = as_markdown(msgspec.structs.replace(OUTPUT, verdicts=(nasty,)))
    (row,) = [line for line in shown.splitlines() if line.startswith("| a")]
    assert row.replace("\\|", "").count("|") == 6


def test_a_markdown_text_that_brings_its_sources_gets_no_second_list() -> None:
    own = msgspec.structs.replace(OUTPUT, text=f"{SIEGE} [1]\n\n## Sources\n\n1. siege.md")
    assert as_markdown(own).count("## Sources") == 1
    assert as_markdown(OUTPUT).count("## Sources") == 1


def test_the_tally_counts_sentences_without_claims_apart() -> None:
    assert tally(()) == "0 supported, 0 refuted, 0 unverifiable"
    assert tally((OPINION,)) == "0 supported, 0 refuted, 0 unverifiable, 1 not checkable"


def test_json_can_be_read_back_and_is_the_same_every_time() -> None:
    assert msgspec.json.decode(as_json(OUTPUT), type=Output) == OUTPUT
    assert as_json(OUTPUT) == as_json(OUTPUT)


@given(st.text())
def test_nothing_that_steers_a_terminal_or_reorders_text_is_printed(text: str) -> None:
    hostile = f"{text}\x1b]0;title\x07\x00\x9b31m\u202egnp.exe"
    steering = set("\x1b\x07\x00\x9b\u202e\x7f")
    output = msgspec.structs.replace(
        OUTPUT, text=hostile, citations=(msgspec.structs.replace(OUTPUT.citations[0], document=hostile, quote=hostile),)
    )
    for shown in (as_text(output), as_markdown(output)):
        assert not steering & set(shown)
    assert visible("plain text\n\twith tabs — and “quotes”") == "plain text\n\twith tabs — and “quotes”"


def test_words_that_the_evidence_does_not_carry_are_named_where_an_explanation_was_asked_for() -> None:
    words = (WordSupport(0, 2, 1.0), WordSupport(3, 9, 1.0), WordSupport(10, 13, 0.0), WordSupport(14, 19, 0.9))
    refuted = msgspec.structs.replace(REFUTED, words=words)
    supported = msgspec.structs.replace(SUPPORTED, words=(WordSupport(0, 3, 0.8),))
    shown = as_text(msgspec.structs.replace(OUTPUT, verdicts=(supported, refuted)))
    assert "not carried by the evidence: “ten” 0.00" in shown
    assert "the evidence carries every word" in shown
    assert "carries" not in as_text(OUTPUT).replace("nothing carries it", "")


def test_a_long_checked_text_and_long_claims_are_cut_on_a_terminal_and_whole_in_the_record() -> None:
    text = "The siege lasted very many weeks and days. " * 1000
    claim = msgspec.structs.replace(SUPPORTED, claim=as_claim(text, 0))
    plan = Plan("verification", "verify", 4, 0, 0, ())
    checked = msgspec.structs.replace(OUTPUT, text=text, verdicts=(claim,), plan=plan)
    shown = as_text(checked)
    assert len(shown) < 8000
    assert "more characters; --format json has them all]" in shown
    assert "…" in shown.partition("Claims (")[2]
    assert msgspec.json.decode(as_json(checked), type=Output).text == text
    answered = msgspec.structs.replace(checked, plan=msgspec.structs.replace(plan, workflow="answer"))
    assert "more characters" not in as_text(answered)
