from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, ContractBroken
from simone.protocols.verification import Verification
from simone.records import Case, Draft, DraftSentence, Request
from simone.truth.judge import Judge, as_passage

TEXT = "The wall held. Who built it? The pier is 460 metres long."
CASE = Case(
    Request("What happened?"),
    passages=(as_passage("The wall held. The pier is 640 metres long.", 1),),
    draft=Draft(
        TEXT,
        (DraftSentence(TEXT[:14], 0, 14), DraftSentence(TEXT[15:28], 15, 28), DraftSentence(TEXT[29:], 29, len(TEXT))),
    ),
)


def test_every_sentence_of_the_draft_gets_its_verdict_in_order() -> None:
    verdicts = Verification(Judge(None)).apply(CASE, Deadline(FrozenClock(), 1.0)).verdicts
    assert [(v.claim.sentence, v.status, v.decided_by) for v in verdicts] == [
        (0, "supported", "quote"),
        (1, "unverifiable", "form"),
        (2, "refuted", "number"),
    ]


def test_nothing_but_the_verdicts_changes() -> None:
    after = Verification(Judge(None)).apply(CASE, Deadline(FrozenClock(), 1.0))
    assert (after.draft, after.passages, after.decision) == (CASE.draft, CASE.passages, None)


def test_a_case_without_a_draft_is_refused() -> None:
    with pytest.raises(ContractBroken, match="without a draft"):
        Verification(Judge(None)).apply(Case(Request("?")), Deadline(FrozenClock(), 1.0))


def test_a_spent_budget_stops_it() -> None:
    with pytest.raises(BudgetExceeded):
        Verification(Judge(None)).apply(CASE, Deadline(FrozenClock(), 0.0))


def test_a_pronoun_that_answers_the_question_is_judged_as_what_was_asked_about() -> None:
    text = "It burned in 1832."
    draft = Draft(text, (DraftSentence(text, 0, len(text)),))
    passages = (as_passage("The Tarn mill was old and burned in 1832. The barn stood.", 1),)
    for asked, status in (("When did the Tarn mill burn?", "supported"), ("When did the barn burn?", "unverifiable")):
        case = Case(Request(asked), passages=passages, draft=draft)
        verdict = Verification(Judge(None)).apply(case, Deadline(FrozenClock(), 1.0)).verdicts[0]
        assert (verdict.status, verdict.claim.start, verdict.claim.end) == (status, 0, len(text))
