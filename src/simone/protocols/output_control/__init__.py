"""POCP: gives the released text the form the request's contract asks for, or withholds it with the reason.

Not for deciding whether the content may leave: governance did that. Nothing unchecked is added here.
"""

from __future__ import annotations

import msgspec

from simone.clock import Deadline
from simone.errors import BudgetExceeded, ModelFailed, ModelTimeout, UndeclaredRead
from simone.mvlm.contract import MVLM
from simone.protocols.output_control.form import Form, cite, enforce, headings
from simone.protocols.output_control.structured import meet_schema, unwrap
from simone.protocols.schemas import violation
from simone.records import Case, Cost, Decision, Draft, Execution, Finding, Instruction, Output

MAX_REPAIR_TOKENS = 1024


class OutputControl:
    """The last stage. `mvlm` repairs JSON (FORMAT, once) and files sentences under template sections (CLASSIFY)."""

    code = "POCP"
    purpose = "enforces the output contract: citations, length, sections, JSON Schema; else withholds"
    reads = frozenset(
        {"draft", "plan", "verdicts", "decision", "summary", "revisions", "critique", "cost"}
        | {"tone", "readability", "tags"}
    )
    writes = frozenset({"output"})

    def __init__(self, mvlm: MVLM) -> None:
        self._mvlm = mvlm

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its output; `Output.run` stays "" for the runtime to fill.

        Raises:
            UndeclaredRead: no decision was made, or a release was decided without a draft.
            Cancelled, BudgetExceeded: from the deadline.
        """
        deadline.check("output control")
        if case.decision is None:
            raise UndeclaredRead("POCP needs a decision, and no stage before it made one; add governance before it")
        decision, cost, form = case.decision, case.cost, Form("")
        if decision.action == "release":
            if case.draft is None:
                raise UndeclaredRead("POCP was told to release, and there is no draft; add a drafting stage before it")
            form, spent = self._form(case, case.draft, deadline)
            cost = _add(cost, spent)
            if form.problem:
                decision = Decision("withhold", (f"POCP:{form.rule}",), form.problem)
                form = Form("", findings=form.findings)
        elif decision.action == "revise":
            decision = Decision(
                "withhold", decision.rules, f"no revision was left to repair it: {decision.reason}", decision.sentences
            )
        earlier = case.critique.findings if case.critique else ()
        output = Output(
            run="",
            text=form.text,
            decision=decision,
            verdicts=case.verdicts,
            citations=form.citations,
            sentences=form.sentences,
            findings=earlier + form.findings,
            revisions=case.revisions,
            summary=case.summary if form.text else None,
            tone=case.tone if form.text else None,
            readability=case.readability if form.text else None,
            tags=case.tags if form.text else None,
            plan=case.plan,
            cost=cost,
            judged=_judged(case, is_released=bool(form.text)),
        )
        return msgspec.structs.replace(case, output=output)

    def _form(self, case: Case, draft: Draft, deadline: Deadline) -> tuple[Form, tuple[Execution, ...]]:
        contract = case.request.contract
        if contract.kind == "json":
            return self._json(case, draft, deadline)
        if contract.kind != "template":
            return enforce(contract, draft, case.verdicts), ()
        filed = headings(draft, contract.sections)
        spent: tuple[Execution, ...] = ()
        if filed is None:
            try:
                filed, spent = self._file(case, draft, deadline)
            except (BudgetExceeded, ModelTimeout) as error:
                deadline.check("filing sentences under sections")
                return Form("", problem=f"the sentences could not be filed under sections: {error}", rule="budget"), ()
        return enforce(contract, draft, case.verdicts, filed), spent

    def _file(self, case: Case, draft: Draft, deadline: Deadline) -> tuple[tuple[int, ...], tuple[Execution, ...]]:
        """The section of each sentence, as the MVLM classifies them; an answer that is no section keeps the last."""
        labels, filed, spent = case.request.contract.sections, [], []
        current = 0
        for sentence in draft.sentences:
            deadline.check("filing sentences under sections")
            done = self._mvlm.execute(
                Instruction(
                    "CLASSIFY",
                    task="Choose the section of the document that this sentence belongs to.",
                    text=sentence.text,
                    labels=labels,
                    max_tokens=16,
                    seed=case.request.seed,
                ),
                deadline,
            )
            spent.append(done)
            if done.text.strip() in labels:
                current = labels.index(done.text.strip())
            filed.append(current)
        return tuple(filed), tuple(spent)

    def _json(self, case: Case, draft: Draft, deadline: Deadline) -> tuple[Form, tuple[Execution, ...]]:
        contract = case.request.contract
        _, citations, findings = cite(draft.sentences, case.verdicts)
        text = unwrap(draft.text)
        problem = violation(text, contract.schema)
        if problem is None:
            sentences = draft.sentences if text == draft.text else ()
            return Form(text, sentences, citations, findings), ()
        tokens = min(MAX_REPAIR_TOKENS, case.request.budget.tokens - case.cost.tokens_out)
        if tokens <= 0:
            reason = f"the draft does not meet the schema ({problem}) and no tokens are left to repair it"
            return Form("", findings=findings, problem=reason, rule="schema"), ()
        instruction = Instruction(
            "FORMAT",
            task=f"Give the text as JSON that meets the schema; say only what it says. Wrong so far: {problem}",
            text=draft.text,
            schema=contract.schema,
            max_tokens=tokens,
            seed=case.request.seed,
        )
        try:
            done = self._mvlm.execute(instruction, deadline)
        except (BudgetExceeded, ModelFailed, ModelTimeout) as error:
            deadline.check("putting the draft into JSON form")
            reason = f"the draft does not meet the schema ({problem}) and its repair failed: {error}"
            return Form("", findings=findings, problem=reason, rule="schema"), ()
        text, still = meet_schema(unwrap(done.text), contract.schema, draft.text)
        if still:
            reason = f"neither the draft ({problem}) nor its repair ({still}) meets the schema"
            return Form("", findings=findings, problem=reason, rule="schema"), (done,)
        repaired = Finding(self.code, "repaired", "info", f"the draft was put into JSON form; before: {problem}")
        return Form(text, (), citations, (*findings, repaired)), (done,)


def _judged(case: Case, is_released: bool) -> str:
    """The draft's text, where it may be shown: it is released, or the caller's own."""
    text = case.draft.text if case.draft else ""
    return text if is_released or text == case.request.text.strip() else ""


def _add(cost: Cost, spent: tuple[Execution, ...]) -> Cost:
    return Cost(
        model=cost.model or (spent[0].model if spent else ""),
        calls=cost.calls + len(spent),
        tokens_in=cost.tokens_in + sum(each.tokens_in for each in spent),
        tokens_out=cost.tokens_out + sum(each.tokens_out for each in spent),
    )
