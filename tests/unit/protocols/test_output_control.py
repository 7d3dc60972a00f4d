from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import UndeclaredRead
from simone.kernels import kernels
from simone.mvlm.scripted import Script, Scripted
from simone.protocols.output_control import OutputControl
from simone.protocols.output_control.form import enforce
from simone.records import (
    Budget,
    Case,
    Claim,
    Decision,
    Draft,
    DraftSentence,
    Evidence,
    Output,
    OutputContract,
    Request,
    Status,
    Unmeasured,
    Verdict,
)

TEXT = "Belmar paid 4 million.\n\nOrsk signed in 1931. The moon was bright. Belmar paid in gold."
SCHEMA = (
    '{"type": "object", "required": ["payer"], "properties": {"payer": {"type": "string"}, "sum": {"type": "number"}}}'
)

RELEASE = Decision("release", (), "all fine")
PLENTY = Budget()


def draft_of(text: str) -> Draft:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    return Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))


def verdict(sentence: int, start: int, status: Status = "supported") -> Verdict:
    quote = f"quote at {start}"
    evidence = Evidence("a.md", "id", 1, start, start + len(quote), quote, "supports", 0.9)
    claim = Claim("claim", 0, 1, sentence)
    return Verdict(claim, status, "exact", "because", Unmeasured("a test"), (evidence,))


VERDICTS = (verdict(0, 5), verdict(1, 70), verdict(2, 0, "unverifiable"), verdict(3, 5))


def run(
    contract: OutputContract,
    text: str = TEXT,
    verdicts: tuple[Verdict, ...] = VERDICTS,
    script: Script = (),
    decision: Decision | None = RELEASE,
    budget: Budget = PLENTY,
) -> Output:
    case = Case(
        Request("Who paid?", contract=contract, budget=budget),
        draft=draft_of(text),
        verdicts=verdicts,
        decision=decision,
    )
    output = OutputControl(Scripted(script)).apply(case, Deadline(FrozenClock(), 10)).output
    assert output is not None
    return output


def test_carried_sentences_are_numbered_by_first_use_and_the_same_quote_keeps_its_number() -> None:
    output = run(OutputContract())
    assert output.text == (
        "Belmar paid 4 million. [1]\n\nOrsk signed in 1931. [2] The moon was bright. Belmar paid in gold. [1]"
    )
    assert [(citation.number, citation.start) for citation in output.citations] == [(1, 5), (2, 70)]
    assert all(output.text[one.start : one.end] == one.text for one in output.sentences)
    assert [(one.rule, one.sentence) for one in output.findings] == [("unsupported", 2)]


def test_markdown_ends_with_the_sources_in_full() -> None:
    output = run(OutputContract("markdown"))
    assert output.text.endswith("## Sources\n\n1. a.md (5–15): “quote at 5”\n2. a.md (70–81): “quote at 70”")


def test_without_citations_the_text_is_the_drafts_own() -> None:
    assert run(OutputContract("markdown", citations=False)).text == TEXT


def test_limits_cut_whole_sentences_from_the_end_and_say_so() -> None:
    output = run(OutputContract(max_sentences=2, max_words=7))
    assert output.text == "Belmar paid 4 million. [1]"
    assert output.findings[0].message == "3 of 4 sentences were cut from the end to meet the length contract"
    assert len(output.citations) == 1


def test_a_limit_below_the_first_sentence_withholds() -> None:
    output = run(OutputContract(max_words=2))
    assert output.text == ""
    assert output.decision.action == "withhold"
    assert "first sentence alone exceeds the limits" in output.decision.reason


def test_a_refuted_sentence_is_never_cited_even_when_another_claim_of_it_is_supported() -> None:
    output = run(OutputContract(), "It rained and it snowed.", (verdict(0, 5), verdict(0, 9, "refuted")))
    assert output.text == "It rained and it snowed."
    assert output.citations == ()


def test_a_withheld_decision_gives_no_text_and_keeps_its_reason() -> None:
    output = run(OutputContract(), decision=Decision("withhold", ("no-refuted",), "sentence 1 is refuted"))
    assert (output.text, output.sentences, output.citations) == ("", (), ())
    assert output.decision.reason == "sentence 1 is refuted"
    assert output.run == ""


def test_a_revise_decision_that_nobody_carried_out_withholds() -> None:
    output = run(OutputContract(), decision=Decision("revise", ("r",), "sentence 1 is refuted", (0,)))
    assert output.decision.action == "withhold"
    assert output.decision.reason == "no revision was left to repair it: sentence 1 is refuted"


def test_no_decision_is_an_error_of_the_workflow() -> None:
    with pytest.raises(UndeclaredRead, match="POCP needs a decision"):
        run(OutputContract(), decision=None)


def test_sentences_are_filed_under_the_sections_that_the_model_chooses() -> None:
    contract = OutputContract("template", sections=("Money", "Law", "Weather"), citations=False)
    output = run(contract, script={"CLASSIFY": ["Money", "Law", "nonsense", "Money"]})
    assert output.text == (
        "## Money\n\nBelmar paid 4 million. Belmar paid in gold.\n\n"
        "## Law\n\nOrsk signed in 1931. The moon was bright.\n\n## Weather"
    )
    assert output.cost.calls == 4
    assert [one.rule for one in output.findings] == ["empty-section", "unsupported"]
    assert all(output.text[one.start : one.end] == one.text for one in output.sentences)


def test_a_draft_with_the_sections_headings_needs_no_model() -> None:
    text = "## Money\n\nBelmar paid 4 million.\n\n## Law\n\nOrsk signed in 1931."
    output = run(OutputContract("template", sections=("Law", "Money"), citations=False), text, ())
    assert output.text == "## Law\n\nOrsk signed in 1931.\n\n## Money\n\nBelmar paid 4 million."
    assert output.cost.calls == 0


def test_json_that_meets_its_schema_leaves_as_it_is_even_from_a_code_fence() -> None:
    contract = OutputContract("json", schema=SCHEMA)
    assert run(contract, '```json\n{"payer": "Belmar"}\n```', ()).text == '{"payer": "Belmar"}'


def test_broken_json_is_repaired_once_with_what_the_draft_says() -> None:
    output = run(OutputContract("json", schema=SCHEMA), script={"FORMAT": ['{"payer": "Belmar", "sum": 4}']})
    assert output.text == '{"payer": "Belmar", "sum": 4}'
    assert output.cost.calls == 1
    assert output.findings[-1].rule == "repaired"
    assert [citation.number for citation in output.citations] == [1, 2]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"payer": "Narnia"}', r"$.payer: 'Narnia' is not in the checked text"),
        ('{"payer": "Belmar", "sum": 5}', "$.sum: 5 is not in the checked text"),
    ],
)
def test_a_repair_that_says_what_the_draft_does_not_say_is_withheld(line: str, reason: str) -> None:
    output = run(OutputContract("json", schema=SCHEMA), script={"FORMAT": [line, line]})
    assert output.text == ""
    assert reason in output.decision.reason


def test_a_repair_that_fails_withholds_with_path_and_message() -> None:
    output = run(OutputContract("json", schema=SCHEMA), '{"sum": 1}', (), script=())
    assert output.decision.rules == ("POCP:schema",)
    assert '$: "payer" is a required property' in output.decision.reason


def test_a_repair_needs_tokens() -> None:
    output = run(OutputContract("json", schema=SCHEMA), budget=Budget(tokens=0))
    assert "no tokens are left to repair it" in output.decision.reason


def test_the_same_input_gives_the_same_form() -> None:
    assert enforce(OutputContract(), draft_of(TEXT), VERDICTS) == enforce(OutputContract(), draft_of(TEXT), VERDICTS)
