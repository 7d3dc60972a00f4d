from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import BadRequest, BudgetExceeded
from simone.protocols.cognitive_control import CognitiveControl
from simone.records import Budget, Case, OutputContract, Plan, Request
from simone.settings import RetrievalSettings

WORKFLOWS = {"answer", "analyze", "summarize", "verify", "write"}
CONTROL = CognitiveControl(RetrievalSettings(), WORKFLOWS)


def plan(question: str, **fields: object) -> Plan:
    case = CONTROL.apply(Case(Request(question, **fields)), Deadline(FrozenClock(), 10))  # type: ignore[arg-type]  # test shorthand
    assert case.plan is not None
    return case.plan


@pytest.mark.parametrize(
    ("question", "text", "workflow"),
    [
        ("What did Belmar agree to pay?", "", "answer"),
        ("Summarise the treaty.", "", "summarize"),
        ("Summarise this.", "The treaty was signed. It held.", "summarize"),
        ("Is this correct?", "The treaty was signed in 1931.", "verify"),
        ("Is it true that the treaty was signed in 1931?", "", "answer"),
        ("Write a letter to the council.", "", "write"),
        ("List the signatories.", "", "answer"),
        ("What does it say about fish?", "The treaty covers fish.", "answer"),
        ("Go through the tone of it.", "The treaty covers fish.", "analyze"),
        ("", "The treaty covers fish.", "analyze"),
    ],
)
def test_the_workflow_follows_the_kind_of_request_and_the_material(question: str, text: str, workflow: str) -> None:
    assert plan(question, text=text).workflow == workflow


def test_a_named_workflow_wins_over_the_wording() -> None:
    assert plan("Summarise the treaty.", workflow="answer").workflow == "answer"


def test_an_unknown_workflow_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(BadRequest, match=r"'dance'; choose one of analyze, answer, summarize, verify, write"):
        plan("Why?", workflow="dance")


def test_every_choice_has_a_plain_reason() -> None:
    chosen = plan("Compare the two treaties.")
    assert len(chosen.reasons) == 5
    assert all(reason.endswith(".") and ": " in reason for reason in chosen.reasons)
    assert chosen.passages == 12
    assert chosen.max_sentences == 6


def test_a_fact_takes_three_sentences_and_an_explanation_five() -> None:
    assert plan("Who signed the treaty?").max_sentences == 3
    assert plan("How many people signed the treaty?").max_sentences == 3
    assert plan("Why was the treaty signed?").max_sentences == 5


def test_the_contract_decides_the_length() -> None:
    assert plan("Why was it signed?", contract=OutputContract(max_sentences=2)).max_sentences == 2


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        (Budget(seconds=0), "more than 0 s"),
        (Budget(tokens=0), r"0 tokens; workflow 'answer' needs 192: 0 for an outline and 192 for a draft"),
        (Budget(tokens=191), "191 tokens"),
        (Budget(0, 0, 0), "more than 0 s"),
    ],
)
def test_what_the_budget_cannot_pay_is_refused_with_what_it_needs(budget: Budget, message: str) -> None:
    with pytest.raises(BudgetExceeded, match=message):
        plan("Who signed the treaty?", budget=budget)


def test_verifying_generates_nothing_and_needs_no_tokens() -> None:
    assert plan("Is this correct?", text="It rained.", budget=Budget(tokens=0)).revisions == 0


def test_revisions_shrink_to_what_the_tokens_pay() -> None:
    assert plan("Who signed it?", budget=Budget(tokens=192)).revisions == 0
    assert plan("Who signed it?", budget=Budget(tokens=192 + 192)).revisions == 1
    assert plan("Tell me about the treaty.").revisions == 2


def test_a_short_answer_is_repaired_by_quoting_at_once() -> None:
    assert plan("Who signed it?").revisions == 1


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (OutputContract("json"), "needs a schema"),
        (OutputContract("json", schema="{"), "not JSON"),
        (OutputContract("json", schema='{"type": "objekt"}'), "not a valid schema"),
        (OutputContract("json", schema='{"$ref": "https://a.org/b"}'), "never fetched"),
        (OutputContract("json", schema="false"), "allows nothing"),
        (OutputContract("json", schema="{}", max_words=10), "max_words would cut JSON"),
        (OutputContract("plain", schema="{}"), "goes with kind 'json'"),
        (OutputContract("plain", sections=("A",)), "go with kind 'template'"),
        (OutputContract("template"), "needs one-line section titles"),
        (OutputContract("template", sections=("A", "a ")), "each once"),
        (OutputContract(max_sentences=9, max_words=8), "max_words 8 is less than max_sentences 9"),
        (OutputContract(max_words=-1), "0 means no limit"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused_with_the_contradiction(
    contract: OutputContract, message: str
) -> None:
    with pytest.raises(BadRequest, match=message):
        plan("Who signed it?", contract=contract)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("x" * 1_000_000, r"1,000,000 characters; the limit is 100,000"),
        ("", "asks nothing"),
        (" ?! \n", "asks nothing"),
    ],
)
def test_a_question_that_is_too_long_or_empty_is_refused(question: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        plan(question)


@pytest.mark.parametrize("budget", [Budget(seconds=float("nan")), Budget(tokens=-1), Budget(revisions=-1)])
def test_a_senseless_budget_is_refused(budget: Budget) -> None:
    with pytest.raises(BadRequest, match="none may be negative"):
        plan("Who?", budget=budget)


@pytest.mark.parametrize(
    "piece", ["is ", "which more ", "a, ", "how do x ", "give ", "\u202e", "?", "(((", "what what "]
)
def test_a_long_strange_question_is_planned_without_delay(piece: str) -> None:
    assert plan(("q " + piece * 99_000)[:99_000]).reasons
