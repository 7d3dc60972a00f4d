"""EEP, error evaluation: defects that a draft shows by itself, with how bad they are and what to do.

Not for facts: what needs evidence is verification's, except instructions that came in with the evidence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from simone.clock import Deadline, unlimited
from simone.protocols.error_evaluation.fluency import find_fluency
from simone.protocols.error_evaluation.form import find_form
from simone.protocols.error_evaluation.impossible import find_impossible
from simone.protocols.error_evaluation.marks import Mark, find_blocks, without_code
from simone.protocols.error_evaluation.obedience import find_obedience, find_orders
from simone.records import Case, Draft, DraftSentence, Finding, Passage

__all__ = ["ErrorEvaluation", "find_errors"]


class ErrorEvaluation:
    """Writes the errors of the draft, in text order, after those of its sources."""

    code = "EEP"
    purpose = "finds loops, broken ends, impossible numbers, contradictions, broken form and obeyed instructions"
    reads = frozenset({"draft", "passages"})
    writes = frozenset({"errors"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with the errors of its draft.

        Raises:
            Cancelled, BudgetExceeded: from the deadline.
        """
        if case.draft is None:
            return case
        deadline.check(self.code)
        return msgspec.structs.replace(case, errors=find_errors(case.draft, case.passages, deadline))


def find_errors(
    draft: Draft, passages: Sequence[Passage] = (), deadline: Deadline | None = None
) -> tuple[Finding, ...]:
    """Findings about the sources first, then those with a span, by start, end and rule.

    Raises:
        Cancelled, BudgetExceeded: from the deadline, where there is one.
    """
    deadline = deadline or unlimited()
    text = draft.text
    blocks = find_blocks(text)
    prose = without_code(text, blocks)
    findings, orders = find_orders(list(deadline.over(passages, "EEP")))
    kinds = (
        find_fluency(prose, draft.sentences),
        find_impossible(prose, draft.sentences, deadline),
        find_form(text, prose, blocks),
        find_obedience(text, draft.sentences, orders),
    )
    marks = {mark for found in kinds for mark in deadline.over(found, "EEP")}
    return (*findings, *_located(sorted(marks), draft.sentences))


def _located(marks: list[Mark], sentences: Sequence[DraftSentence]) -> list[Finding]:
    starts = [sentence.start for sentence in sentences]
    return [
        Finding(
            "EEP",
            mark.rule,
            mark.severity,
            mark.message,
            mark.remedy,
            (mark.start, mark.end),
            -1 if mark.rule == "degeneration" else max(0, bisect_right(starts, mark.start) - 1) if starts else -1,
        )
        for mark in marks
    ]
