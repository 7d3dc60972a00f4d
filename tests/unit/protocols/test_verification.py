from __future__ import annotations

import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, ContractBroken
from simone.orchestration.drafts import make_draft
from simone.protocols.verification import Verification
from simone.records import Case, Draft, DraftSentence, PrincipleLevel, PrincipleName, Request
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


def test_the_principles_find_what_goes_against_them_by_sentence() -> None:
    text = "The pier was opened in 1931. Undoubtedly, the mayor stole the money. Immigrants are lazy."
    case = Case(Request("", text=text), draft=make_draft(text))
    asked: tuple[tuple[PrincipleLevel, str], ...] = (("warn", "warning"), ("block", "error"))
    for level, severity in asked:
        levels: dict[PrincipleName, PrincipleLevel] = {"certainty": level, "dignity": level}
        found = Verification(Judge(None), levels).apply(case, Deadline(FrozenClock(), 1.0)).principles
        assert [(f.rule, f.sentence, f.severity, text[slice(*f.span)] if f.span else "") for f in found] == [
            ("principle-certainty", 1, severity, "Undoubtedly"),
            ("principle-dignity", 2, severity, "Immigrants are lazy"),
        ]
    off = Verification(Judge(None), {"certainty": "off", "dignity": "off"})
    assert off.apply(case, Deadline(FrozenClock(), 1.0)).principles == ()


def test_nothing_but_verdicts_and_principles_changes() -> None:
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


SOURCE = "Orlow built a bridge and a mill in 1811. It burned in 1832. Belmar left."


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("Orlow built a bridge and a mill in 1811. It burned in 1832.", "quote"),
        ("In 1811 Orlow built a mill. It burned in 1832.", "quote"),
        ("The barn of Dunholm stood for 80 years. It burned in 1832.", "context"),
        ("It burned in 1832.", "quote"),
        ("The barn of Dunholm stood for 80 years. Belmar left.", "quote"),
    ],
)
def test_a_sentence_moved_from_where_it_leans_on_another_is_not_supported(text: str, decided: str) -> None:
    case = Case(Request("", text=text), passages=(as_passage(SOURCE, 1),), draft=make_draft(text))
    last = Verification(Judge(None)).apply(case, Deadline(FrozenClock(), 1.0)).verdicts[-1]
    assert last.decided_by == decided
    assert (last.status == "supported") == (decided == "quote")


@pytest.mark.parametrize("before", ["", "1. ", "(2) ", "[3] ", "- ", "Note: ", "**Warning:** ", "> [!TIP]\n> "])
def test_a_verdict_does_not_depend_on_the_mark_or_label_before_a_statement(before: str) -> None:
    source = as_passage("The pier is 640 metres long. The wall held.", 1)
    text = f"{before}The pier is 460 metres long.\n{before}The wall held."
    case = Case(Request("", text=text), passages=(source,), draft=make_draft(text))
    verdicts = Verification(Judge(None)).apply(case, Deadline(FrozenClock(), 1.0)).verdicts
    assert [(v.status, v.decided_by) for v in verdicts] == [("refuted", "number"), ("supported", "quote")]


def test_what_states_nothing_is_no_claim_though_the_sources_hold_it_word_for_word() -> None:
    text = "---\ntitle: The pier\n---\n\n| name | length |\n|------|------|\n| Pier | 640 metres |"
    case = Case(Request("", text=text), passages=(as_passage(text, 1),), draft=make_draft(text))
    verdicts = Verification(Judge(None)).apply(case, Deadline(FrozenClock(), 1.0)).verdicts
    assert [v.claim.text for v in verdicts if v.claim.checkable] == ["| Pier | 640 metres |"]


def test_what_is_said_again_gets_the_same_verdict_in_its_own_place() -> None:
    text = " ".join(["The wall held.", "The pier is 460 metres long."] * 300)
    draft = make_draft(text)
    verdicts = (
        Verification(Judge(None))
        .apply(Case(Request("", text=text), passages=CASE.passages, draft=draft), Deadline(FrozenClock(), 1.0))
        .verdicts
    )
    assert [v.claim.sentence for v in verdicts] == list(range(600))
    assert all(text[v.claim.start : v.claim.end] == v.claim.text for v in verdicts)
    assert {(v.claim.text, v.status) for v in verdicts} == {
        ("The wall held.", "supported"),
        ("The pier is 460 metres long.", "refuted"),
    }
