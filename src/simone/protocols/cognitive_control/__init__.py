"""CCP: reads the request, decides what kind it is and how it shall be worked on, and explains every choice.

Not for doing the work, and not for judging what comes out of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection

import msgspec

from simone.clock import Deadline
from simone.errors import BadRequest, BudgetExceeded
from simone.protocols.cognitive_control.kinds import classify, is_composition, is_explanatory
from simone.protocols.schemas import schema_problem
from simone.records import Case, OutputContract, Plan, Request, RequestKind
from simone.settings import RetrievalSettings

MAX_QUESTION_CHARACTERS = 100_000
TOKENS_PER_SENTENCE = 64
"""Tokens a generated sentence may take: about twice a mean English sentence of 21 words, 1.5 word pieces each."""

_SENTENCES: dict[RequestKind, int] = {
    "question": 3,
    "verification": 3,
    "open": 5,
    "summary": 6,
    "comparison": 6,
    "instruction": 8,
}
_EXPLANATION_SENTENCES = 5
_PASSAGE_SHARE: dict[RequestKind, float] = {"comparison": 1.5, "summary": 2.0, "instruction": 1.5}
_MAX_PASSAGES = 100

_SHORT_KINDS = frozenset({"question", "verification"})
"""Kinds whose failed sentences are not worth a second call of the model: quoting is certain and costs nothing."""


class CognitiveControl:
    """The planner. `workflows` are the names a request may choose from; `retrieval` gives the usual passage count."""

    code = "CCP"
    purpose = "classifies the request, chooses workflow and limits, refuses what the budget cannot pay"
    reads = frozenset({"request"})
    writes = frozenset({"plan"})

    def __init__(self, retrieval: RetrievalSettings, workflows: Collection[str]) -> None:
        self._retrieval = retrieval
        self._workflows = tuple(sorted(workflows))

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its plan.

        Raises:
            BadRequest: the request is empty, too long, contradicts itself or names an unknown workflow.
            BudgetExceeded: the budget cannot pay for the smallest answer; the message says what it would need.
        """
        plan = self.plan(case.request)
        deadline.check("planning")
        return msgspec.structs.replace(case, plan=plan)

    def plan(self, request: Request) -> Plan:
        """What to do about `request`. Raises as `apply`."""
        _refuse_contradictions(request)
        kind, why_kind = classify(request.question, has_text=bool(request.text.strip()))
        workflow, why_workflow = self._workflow(request, kind)
        passages, why_passages = self._passages(kind)
        sentences, why_sentences = _sentences(request, kind)
        revisions, why_revisions = _revisions(request, kind, workflow, sentences)
        return Plan(
            kind=kind,
            workflow=workflow,
            passages=passages,
            max_sentences=sentences,
            revisions=revisions,
            reasons=(why_kind, why_workflow, why_passages, why_sentences, why_revisions),
        )

    def _workflow(self, request: Request, kind: RequestKind) -> tuple[str, str]:
        if request.workflow:
            name, reason = request.workflow, f"Workflow {request.workflow}: the request names it."
        else:
            name, reason = _choose(request, kind)
        if name not in self._workflows:
            raise BadRequest(f"no workflow is called {name!r}; choose one of {', '.join(self._workflows)}")
        return name, reason

    def _passages(self, kind: RequestKind) -> tuple[int, str]:
        count = min(_MAX_PASSAGES, math.ceil(self._retrieval.passages * _PASSAGE_SHARE.get(kind, 1.0)))
        if count == self._retrieval.passages:
            return count, f"{count} passages: the usual number (retrieval.passages)."
        return count, f"{count} passages: a {kind} draws on more than the usual {self._retrieval.passages}."


def _choose(request: Request, kind: RequestKind) -> tuple[str, str]:
    if kind == "summary":
        return "summarize", "Workflow summarize: a summary is asked for."
    if not request.text.strip():
        if kind == "verification":
            return (
                "answer",
                "Workflow answer: the statement to check stands in the question, so evidence is cited for it.",
            )
        if kind == "instruction" and is_composition(request.question):
            return "write", "Workflow write: a text is to be composed."
        return "answer", f"Workflow answer: a request of kind {kind} over the sources."
    if kind == "verification":
        return "verify", "Workflow verify: material is given and is to be checked."
    if kind == "instruction" and is_composition(request.question):
        return "write", "Workflow write: a text is to be composed from the material."
    if kind in {"question", "comparison"}:
        return "answer", f"Workflow answer: a request of kind {kind}, answered from the material given."
    return "analyze", f"Workflow analyze: a request of kind {kind} about the material given."


def _sentences(request: Request, kind: RequestKind) -> tuple[int, str]:
    if request.contract.max_sentences:
        count = request.contract.max_sentences
        return count, f"At most {count} sentences: the output contract says so."
    if kind == "question" and is_explanatory(request.question):
        return _EXPLANATION_SENTENCES, f"At most {_EXPLANATION_SENTENCES} sentences: an explanation is asked for."
    count = _SENTENCES[kind]
    return count, f"At most {count} sentences: the usual length for a request of kind {kind}."


def _revisions(request: Request, kind: RequestKind, workflow: str, sentences: int) -> tuple[int, str]:
    affordable, reason = _affordable(request, kind, workflow, sentences)
    if kind in _SHORT_KINDS and affordable > 1:
        return 1, "1 revision: in a short answer the evidence itself, word for word, replaces what fails."
    return affordable, reason


def _affordable(request: Request, kind: RequestKind, workflow: str, sentences: int) -> tuple[int, str]:
    budget = request.budget
    if budget.seconds <= 0:
        raise BudgetExceeded(
            f"the budget is {budget.seconds:g} s; any work needs more than 0 s: raise --budget-seconds"
        )
    if workflow == "verify":
        return 0, "No revisions: what is verified stays as it is."
    draft = sentences * TOKENS_PER_SENTENCE
    points = 0 if kind in _SHORT_KINDS else draft
    if budget.tokens < points + draft:
        raise BudgetExceeded(
            f"the budget is {budget.tokens} tokens; workflow {workflow!r} needs {points + draft}: {points} for an "
            f"outline and {draft} for a draft of {sentences} sentences; raise the budget or ask for fewer sentences"
        )
    affordable = min(budget.revisions, (budget.tokens - points - draft) // draft)
    if affordable < budget.revisions:
        return affordable, f"{affordable} revisions: the {budget.tokens} tokens pay for no more."
    return affordable, f"{affordable} revisions: the budget allows them."


def _refuse_contradictions(request: Request) -> None:
    length = len(request.question)
    if length > MAX_QUESTION_CHARACTERS:
        raise BadRequest(
            f"the question has {length:,} characters; the limit is {MAX_QUESTION_CHARACTERS:,}: "
            "put long material into the request's text or among the sources and ask about it"
        )
    if not re.search(r"\w", request.question) and not request.text.strip():
        raise BadRequest(f"the question {request.question[:40]!r} asks nothing and no text is given; write a question")
    budget = request.budget
    if not math.isfinite(budget.seconds) or budget.seconds < 0 or budget.tokens < 0 or budget.revisions < 0:
        raise BadRequest(
            f"the budget is {budget.seconds:g} s, {budget.tokens} tokens, {budget.revisions} revisions; "
            "none may be negative and the seconds must be finite"
        )
    problem = contract_problem(request.contract)
    if problem:
        raise BadRequest(f"the output contract contradicts itself: {problem}")


def contract_problem(contract: OutputContract) -> str | None:
    """Why no output could meet this contract and what to change, or None."""
    if contract.max_sentences < 0 or contract.max_words < 0:
        return f"max_sentences {contract.max_sentences}, max_words {contract.max_words}; 0 means no limit, none below"
    if 0 < contract.max_words < contract.max_sentences:
        return f"max_words {contract.max_words} is less than max_sentences {contract.max_sentences}; raise or drop one"
    if contract.kind == "json":
        if not contract.schema.strip():
            return "kind 'json' needs a schema; give one or choose 'plain'"
        if contract.max_words:
            return "max_words would cut JSON in two; limit lengths inside the schema (maxLength, maxItems)"
        problem = schema_problem(contract.schema)
        return f"the schema cannot be used: {problem}" if problem else None
    if contract.schema:
        return f"a schema goes with kind 'json', not {contract.kind!r}; drop it or change the kind"
    if contract.kind != "template":
        return f"sections go with kind 'template', not {contract.kind!r}; drop them" if contract.sections else None
    titles = [title.strip().casefold() for title in contract.sections]
    if not titles or not all(titles) or len(set(titles)) < len(titles) or any("\n" in title for title in titles):
        return f"kind 'template' needs one-line section titles, each once; got {list(contract.sections)!r}"
    return None
