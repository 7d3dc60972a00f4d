"""The five agents: they obey the decision, change nothing else, and keep one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.clock import Deadline, FrozenClock
from simone.errors import ModelFailed, UndeclaredRead
from simone.mvlm.extractive import Extractive
from simone.mvlm.scripted import Scripted
from simone.orchestration.agents import Condense, Critic, Drafter, Ideator, Revisor
from simone.orchestration.drafts import make_draft
from simone.protocols.verification import Verification
from simone.records import (
    Case,
    Decision,
    Evidence,
    Finding,
    OutputContract,
    Passage,
    Plan,
    Request,
    RequestKind,
    Severity,
    Summary,
    Unmeasured,
    Verdict,
)
from simone.truth.claims import as_claim
from simone.truth.judge import Judge

SIEGE = "The siege lasted nine weeks."
MEN = "Vey commanded the town with 640 men."
QUESTION = "How long was the siege?"


def deadline() -> Deadline:
    return Deadline(FrozenClock(), 60)


def passage(document: str, text: str) -> Passage:
    return Passage(document, document, 1, 0, len(text), text, (0, len(text)))


def case(kind: RequestKind = "question", revisions: int = 2, sentences: int = 3) -> Case:
    return Case(
        request=Request(QUESTION),
        plan=Plan(kind, "answer", 4, sentences, revisions, ()),
        passages=(passage("siege.md", SIEGE), passage("men.md", MEN)),
    )


def failed(text: str, *sentences: int, revision: int = 0, revisions: int = 2) -> Case:
    draft = make_draft(text, revision)
    verdicts = tuple(
        Verdict(
            as_claim(sentence.text, index),
            "refuted" if index in sentences else "supported",
            "exact",
            "another number",
            Unmeasured("a test"),
            (Evidence("men.md", "men.md", 1, 0, len(MEN), MEN, "refutes", 1.0),),
        )
        for index, sentence in enumerate(draft.sentences)
    )
    return msgspec.structs.replace(
        case(revisions=revisions),
        draft=draft,
        verdicts=verdicts,
        decision=Decision("revise", ("refuted-sentence",), "the sources contradict it", sentences),
    )


def revised(given_case: Case, script: Mapping[str, str | ModelFailed | Sequence[str]]) -> Case:
    return Revisor(Scripted(script), Extractive()).apply(given_case, deadline())


def test_a_plain_question_costs_no_outline() -> None:
    after = Ideator(Scripted({})).apply(case(), deadline())
    assert [(idea.point, idea.passages) for idea in after.ideas] == [(QUESTION, (0, 1))]


def test_an_outline_names_the_passages_that_could_carry_each_point() -> None:
    script = {"IDEATE": "The siege lasted nine weeks\n\n  Vey commanded 640 men \nNobody knows this"}
    after = Ideator(Scripted(script)).apply(case("summary"), deadline())
    assert [(idea.point, idea.passages) for idea in after.ideas] == [
        ("The siege lasted nine weeks", (0,)),
        ("Vey commanded 640 men", (1,)),
        ("Nobody knows this", (0, 1)),
    ]


def test_a_draft_cut_off_by_the_token_limit_ends_with_its_last_whole_sentence() -> None:
    script = {"DRAFT": f"{SIEGE} {MEN} " + "And then the walls came down and " * 20}
    after = Drafter(Scripted(script)).apply(case(sentences=1), deadline())
    assert after.draft is not None
    assert after.draft.text == f"{SIEGE} {MEN}"


def test_the_critic_keeps_one_order_whatever_comes_first() -> None:
    findings = [
        Finding("REP", "long sentence", "info", "m", sentence=1),
        Finding("EEP", "arithmetic", "error", "m", sentence=1),
        Finding("EEP", "repetition", "warning", "m", sentence=0),
        Finding("GATHER", "injected instruction", "warning", "m"),
        Finding("EEP", "arithmetic", "error", "a", sentence=1, span=(3, 4)),
    ]
    base = failed(f"{MEN} {SIEGE}", 1)
    one = Critic().apply(msgspec.structs.replace(base, errors=tuple(findings)), deadline()).critique
    other = (
        Critic()
        .apply(
            msgspec.structs.replace(base, style=tuple(findings[:2]), link_findings=tuple(reversed(findings[2:]))),
            deadline(),
        )
        .critique
    )
    assert one is not None
    assert one == other
    assert [(f.sentence, f.severity, f.protocol) for f in one.findings] == [
        (-1, "warning", "GATHER"),
        (0, "warning", "EEP"),
        (1, "error", "EEP"),
        (1, "error", "EEP"),
        (1, "error", "VVP"),
        (1, "info", "REP"),
    ]
    assert one.failed == (1,)


SEVERITY: st.SearchStrategy[Severity] = st.sampled_from(["info", "warning", "error"])
FINDING = st.builds(
    Finding,
    protocol=st.sampled_from(["EEP", "REP", "HIP"]),
    rule=st.sampled_from(["a", "b"]),
    severity=SEVERITY,
    message=st.sampled_from(["x", "y"]),
    span=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
    sentence=st.integers(-1, 3),
)


@given(st.lists(FINDING, max_size=8), st.randoms())
def test_the_critique_does_not_depend_on_the_order_of_the_findings(findings: list[Finding], chance: object) -> None:
    mixed = sorted(findings, key=lambda finding: hash((finding.message, finding.sentence, finding.rule)))
    empty = Case(request=Request(QUESTION))
    one = Critic().apply(msgspec.structs.replace(empty, errors=tuple(findings)), deadline())
    other = Critic().apply(msgspec.structs.replace(empty, errors=tuple(mixed)), deadline())
    assert one.critique == other.critique


@settings(deadline=None)
@given(st.sets(st.integers(0, 3), max_size=3), st.integers(0, 2))
def test_only_failed_sentences_change(indices: set[int], revision: int) -> None:
    text = f"{SIEGE} {MEN} The outer wall held. Relief came from Belmar."
    before = failed(text, *sorted(indices), revision=revision)
    after = revised(before, {"REVISE": ["Trevane offered terms.", "Trevane left.", "Trevane came.", "Trevane fell."]})
    assert before.draft is not None
    assert after.draft is not None
    kept = [sentence.text for index, sentence in enumerate(before.draft.sentences) if index not in indices]
    assert [sentence.text for sentence in after.draft.sentences if sentence.text in kept] == kept
    quoted_whole = len(indices) == 4 and revision == 1
    assert len(after.revisions) == (1 if quoted_whole else len(indices))
    assert after.draft.revision == revision + 1


def test_the_model_is_told_what_was_wrong_and_shown_the_evidence_first() -> None:
    asked: list[object] = []

    class Listening(Scripted):
        def execute(self, instruction, deadline):  # type: ignore[no-untyped-def]  # as the contract says
            asked.append(instruction)
            return super().execute(instruction, deadline)

    before = Critic().apply(failed(f"{SIEGE} Vey commanded 700 men.", 1), deadline())
    after = Revisor(Listening({"REVISE": MEN}), Extractive()).apply(before, deadline())
    assert after.draft is not None
    assert after.draft.text == f"{SIEGE} {MEN}"
    (instruction,) = asked
    assert instruction.task == f"{QUESTION}\nanother number"  # type: ignore[attr-defined]  # an Instruction
    assert [one.document for one in instruction.passages] == ["men.md", "siege.md"]  # type: ignore[attr-defined]  # the same


def test_the_last_round_before_the_end_quotes_the_evidence_without_the_model() -> None:
    after = revised(failed(f"{SIEGE} Vey commanded the town with 700 men.", 1, revision=1), {})
    assert [(one.after, one.action) for one in after.revisions] == [(MEN, "replaced")]


def test_where_not_one_sentence_held_the_answer_is_quoted_as_a_whole() -> None:
    after = revised(failed(f"{SIEGE} Vey commanded the town with 700 men.", 1, revision=1), {})
    assert after.draft is not None
    assert after.draft.text == f"{SIEGE} {MEN}"
    assert [one.action for one in after.revisions] == ["replaced"]


FORT = "Trent built a fort at the forks. The French took the fort and burned it."


@pytest.mark.parametrize(
    ("said", "room", "left"),
    [
        ("The French took the fort and burned it.", 3, FORT),
        ("The French took the fort and burned it.", 1, "Trent built a fort at the forks."),
        (f"{SIEGE} The French took the fort and burned it.", 3, f"{SIEGE} {FORT}"),
    ],
)
def test_a_quotation_out_of_its_context_gets_it(said: str, room: int, left: str) -> None:
    asked = Case(
        Request("What did Trent do?", contract=OutputContract(max_sentences=room)),
        plan=Plan("question", "answer", 4, room, 2, ()),
        passages=(passage("siege.md", SIEGE), passage("fort.md", FORT)),
        draft=make_draft(said),
    )
    verified = Critic().apply(Verification(Judge(None)).apply(asked, deadline()), deadline())
    index = len(verified.verdicts) - 1
    assert verified.verdicts[index].decided_by == "context"
    decision = Decision("revise", ("unsupported-sentence",), "nothing carries it", (index,))
    after = revised(msgspec.structs.replace(verified, decision=decision), {"REVISE": ModelFailed("nothing")})
    assert after.draft is not None
    assert after.draft.text == left
    again = Verification(Judge(None)).apply(after, deadline()).verdicts
    assert [verdict.status for verdict in again] == ["supported"] * len(again)


def test_two_quotations_in_a_row_get_what_the_first_counts_on() -> None:
    told = "Trent built a fort at the forks. It was small. It stood for a year. Vey left."
    asked = Case(
        Request("", text="It was small. It stood for a year."),
        plan=Plan("question", "answer", 4, 3, 2, ()),
        passages=(passage("fort.md", told), passage("siege.md", SIEGE)),
        draft=make_draft(f"{SIEGE} It was small. It stood for a year."),
    )
    verified = Critic().apply(Verification(Judge(None)).apply(asked, deadline()), deadline())
    assert [verdict.decided_by for verdict in verified.verdicts] == ["quote", "context", "context"]
    decision = Decision("revise", ("unsupported-sentence",), "nothing carries it", (1, 2))
    after = revised(msgspec.structs.replace(verified, decision=decision), {"REVISE": ModelFailed("nothing")})
    assert after.draft is not None
    assert after.draft.text == f"{SIEGE} Trent built a fort at the forks. It was small. It stood for a year."
    assert len(after.revisions) == 1


def test_a_model_that_fails_to_rewrite_leaves_the_place_to_the_evidence() -> None:
    after = revised(failed("Vey commanded the town with 700 men.", 0), {"REVISE": ModelFailed("nothing")})
    assert [(one.after, one.action) for one in after.revisions] == [(MEN, "replaced")]


def test_after_the_planned_rounds_what_failed_is_removed() -> None:
    after = revised(failed(f"{SIEGE} Vey commanded the town with 700 men.", 1, revision=2), {})
    assert after.draft is not None
    assert after.draft.text == SIEGE
    assert after.revisions[0].action == "removed"
    assert after.revisions[0].reason == "the sources contradict it"


def test_a_repair_that_repeats_a_sentence_is_left_out() -> None:
    after = revised(failed(f"{MEN} Vey commanded 700 men.", 1), {"REVISE": f"  {MEN.lower()}"})
    assert after.draft is not None
    assert after.draft.text == MEN
    assert after.revisions[0].action == "removed"


@pytest.mark.parametrize(("sentences", "wanted"), [(1, "short"), (2, "medium"), (3, "medium"), (6, "long")])
def test_the_summary_of_the_wanted_length_becomes_the_draft(sentences: int, wanted: str) -> None:
    summary = Summary("It is short.", "It is medium.", "It is long.", "extractive")
    after = Condense().apply(msgspec.structs.replace(case(sentences=sentences), summary=summary), deadline())
    assert after.draft is not None
    assert after.draft.text == f"It is {wanted}."


def test_condensing_without_a_summary_says_which_stage_is_missing() -> None:
    with pytest.raises(UndeclaredRead, match="add SUMMARIZER before it"):
        Condense().apply(case(), deadline())
