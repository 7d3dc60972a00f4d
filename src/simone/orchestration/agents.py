"""The five agents: Ideator, Drafter, Critic, Revisor, Summarizer. They speak to the MVLM; nobody trusts what it says.

Not for checking: protocols check, governance decides, the Revisor obeys.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.clock import Deadline
from simone.errors import ModelFailed, UndeclaredRead
from simone.mvlm.contract import MVLM
from simone.orchestration.drafts import make_draft, repaired
from simone.protocols.cognitive_control import TOKENS_PER_SENTENCE
from simone.protocols.summarizing import Summarizing
from simone.records import (
    Case,
    Critique,
    Draft,
    Finding,
    Idea,
    Instruction,
    Passage,
    Plan,
    Revision,
    RevisionAction,
    Stance,
    Verdict,
)
from simone.retrieval.leaning import Surroundings
from simone.truth.markup import without_hidden

IDEA_KINDS = frozenset({"summary", "comparison", "instruction", "open"})
"""Kinds of request that deserve an outline; a plain question is its own point."""
EVIDENCE_PER_REPAIR = 4
"""Passages shown for the repair of one sentence, count."""
PASSAGES_PER_DRAFT = 4
"""Passages shown for a draft at least, count: of eight a small model copied the right one less often than of four."""
MORE_FOR_CONTEXT = 1
"""Sentences by which an answer may be longer than planned for what its quotations count on, count; not than asked."""


class Ideator:
    """IDEATOR: what the answer should say, point by point, each with the passages that could carry it."""

    code = "IDEATOR"
    purpose = "outlines the answer: points, and the passages that could carry them"
    reads = frozenset({"plan", "passages"})
    writes = frozenset({"ideas"})

    def __init__(self, mvlm: MVLM) -> None:
        self._mvlm = mvlm

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with at least one idea; a plain question costs no model call."""
        assert case.plan is not None
        everything = tuple(range(len(case.passages)))
        if case.plan.kind not in IDEA_KINDS:
            return msgspec.structs.replace(case, ideas=(Idea(point=case.request.question, passages=everything),))
        answer = self._mvlm.execute(
            Instruction(
                operation="IDEATE",
                task=case.request.question,
                passages=case.passages,
                max_sentences=case.plan.max_sentences,
                max_tokens=case.plan.max_sentences * TOKENS_PER_SENTENCE,
                seed=case.request.seed,
            ),
            deadline,
        )
        points = [line.strip() for line in answer.text.splitlines() if line.strip()]
        ideas = tuple(Idea(point=point, passages=_bearing(point, case.passages) or everything) for point in points)
        fallback = (Idea(point=case.request.question, passages=everything),)
        return msgspec.structs.replace(case, ideas=ideas[: case.plan.max_sentences] or fallback)


class Drafter:
    """DRAFTER: the first text, from the passages alone."""

    code = "DRAFTER"
    purpose = "writes the first text from the passages alone"
    reads = frozenset({"plan", "passages", "ideas"})
    writes = frozenset({"draft"})

    def __init__(self, mvlm: MVLM) -> None:
        self._mvlm = mvlm

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with a draft; a sentence cut off by the token limit is dropped when others remain."""
        assert case.plan is not None
        answer = self._mvlm.execute(_draft_instruction(case, case.plan), deadline)
        text = answer.text if case.request.contract.schema else _seen(answer.text, case.passages)
        draft = make_draft(text, sentences=answer.sentences)
        if answer.finish == "length" and not case.request.contract.schema and len(draft.sentences) > 1:
            draft = make_draft(draft.text[: draft.sentences[-2].end])
        return msgspec.structs.replace(case, draft=draft)


def _draft_instruction(case: Case, plan: Plan) -> Instruction:
    points = [idea.point for idea in case.ideas if idea.point != case.request.question]
    return Instruction(
        operation="DRAFT",
        task=case.request.question,
        text="\n".join(points),
        passages=case.passages[: max(PASSAGES_PER_DRAFT, plan.max_sentences)],
        schema=case.request.contract.schema,
        max_sentences=plan.max_sentences,
        max_tokens=plan.max_sentences * TOKENS_PER_SENTENCE,
        seed=case.request.seed,
    )


class Critic:
    """CRITIC: every finding of every protocol in one order, and the sentences that failed.

    It asks no model: a model judging its own text without outside evidence does not get better.
    Source: Huang et al., Large Language Models Cannot Self-Correct Reasoning Yet, 2023.
    """

    code = "CRITIC"
    purpose = "gathers what the protocols found and names the sentences that failed"
    reads = frozenset({"draft", "verdicts", "principles", "errors", "style", "link_findings", "source_findings"})
    writes = frozenset({"critique"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its critique: findings by sentence, then severity, protocol and rule."""
        deadline.check("gathering the findings")
        findings = [finding for verdict in case.verdicts if (finding := _of_verdict(verdict))]
        findings += [*case.principles, *case.errors, *case.style, *case.link_findings, *case.source_findings]
        rank = {"error": 0, "warning": 1, "info": 2}
        findings.sort(key=lambda f: (f.sentence, rank[f.severity], f.protocol, f.rule, f.span or (-1, -1), f.message))
        failed = sorted({f.sentence for f in findings if f.severity == "error" and f.sentence >= 0})
        return msgspec.structs.replace(case, critique=Critique(findings=tuple(findings), failed=tuple(failed)))


def _of_verdict(verdict: Verdict) -> Finding | None:
    if verdict.status == "supported" or not verdict.claim.checkable:
        return None
    return Finding(
        protocol="VVP",
        rule="refuted" if verdict.status == "refuted" else "unsupported",
        severity="error",
        message=verdict.reason,
        remedy="rewrite it from the evidence, or leave it out",
        span=(verdict.claim.start, verdict.claim.end),
        sentence=verdict.claim.sentence,
    )


class Revisor:
    """REVISOR: repairs the sentences that failed and no others.

    Round by round: a quotation that counts on the sentence before it in its source gets that too; any other failed
    sentence the model rewrites from its evidence; the last round before the end, or at once where the model has no
    whole sentence to give, the evidence held against it takes its place word for word. What no evidence bears on, and
    what still fails after that, is removed. Where not one sentence held, the whole answer is quoted.
    """

    code = "REVISOR"
    purpose = "repairs only the sentences that failed: rewrite, then quote the evidence, then remove"
    reads = frozenset({"plan", "passages", "draft", "ideas", "verdicts", "critique", "decision", "revisions"})
    writes = frozenset({"draft", "revisions"})

    def __init__(self, mvlm: MVLM, quoter: MVLM) -> None:
        self._mvlm = mvlm
        self._quoter = quoter

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with a repaired draft, one revision on, and a record of every change."""
        assert case.plan is not None and case.draft is not None and case.decision is not None
        draft = case.draft
        nothing_held = len(case.decision.sentences) == len(draft.sentences)
        if nothing_held and draft.revision == case.plan.revisions - 1 and (quoted := self._quoted(case, deadline)):
            return quoted
        taken = {_plain(s.text) for i, s in enumerate(draft.sentences) if i not in case.decision.sentences}
        replacements: dict[int, str] = {}
        more = 0
        done: list[Revision] = []
        for index in case.decision.sentences:
            after: str = ""
            action: RevisionAction = "removed"
            reason = _reason(case, index)
            if draft.revision < case.plan.revisions and (led := _led(case, draft, case.plan, index, more)):
                after, action = led, "replaced"
                more += led != draft.sentences[index].text
            elif draft.revision < case.plan.revisions:
                after, action = self._repair(case, index, reason, deadline)
            if not after or _plain(after) in taken:
                after, action = "", "removed"
            taken.add(_plain(after))
            replacements[index] = after
            before = draft.sentences[index].text
            if after != before:
                done.append(Revision(before, after, action, reason))
        return msgspec.structs.replace(case, draft=repaired(draft, replacements), revisions=(*case.revisions, *done))

    def _quoted(self, case: Case, deadline: Deadline) -> Case | None:
        """The case whose draft is the evidence that answers the question, word for word; None where there is none."""
        assert case.plan is not None and case.draft is not None
        try:
            answer = self._quoter.execute(_draft_instruction(case, case.plan), deadline)
        except ModelFailed:
            return None
        draft = make_draft(answer.text, case.draft.revision + 1, answer.sentences)
        if _plain(draft.text) == _plain(case.draft.text):
            return None
        change = Revision(case.draft.text, draft.text, "replaced", f"no sentence of it held: {_reason(case, 0)}")
        return msgspec.structs.replace(case, draft=draft, revisions=(*case.revisions, change))

    def _repair(self, case: Case, index: int, reason: str, deadline: Deadline) -> tuple[str, RevisionAction]:
        """The new sentence, "" where nothing bears on it, and how it was made."""
        assert case.plan is not None and case.draft is not None
        instruction = Instruction(
            operation="REVISE",
            task=f"{case.request.question}\n{reason}",
            text=case.draft.sentences[index].text,
            passages=_evidence_for(case, index),
            max_sentences=1,
            max_tokens=TOKENS_PER_SENTENCE,
            seed=case.request.seed,
        )
        if case.draft.revision < case.plan.revisions - 1 and (text := _said(self._mvlm, instruction, deadline)):
            return text, "rewritten"
        held = _held_against(case, index)
        if not held:  # nothing contradicts it and nothing carries it: another sentence would be no repair
            return "", "removed"
        quoting = msgspec.structs.replace(instruction, task=case.request.question, passages=held)
        return _said(self._quoter, quoting, deadline), "replaced"


def _led(case: Case, draft: Draft, plan: Plan, index: int, more: int) -> str:
    """A quotation that counts on the sentence before it in its source, behind that; "" where it is none, or no room.

    `more` sentences were added already.
    """
    moved = next(
        (
            evidence
            for verdict in case.verdicts
            if verdict.claim.sentence == index and verdict.decided_by == "context"
            for evidence in verdict.evidence[:1]
        ),
        None,
    )
    before = Surroundings(case.passages).before(moved.document_id, moved.start) if moved else None
    if before is None:
        return ""
    if index and _plain(before[2]) == _plain(draft.sentences[index - 1].text):
        return draft.sentences[index].text  # it is behind that already, and in place as soon as that one is
    most = case.request.contract.max_sentences or plan.max_sentences + MORE_FOR_CONTEXT
    if len(draft.sentences) + more >= most:
        return ""
    if _plain(before[2]) in {_plain(sentence.text) for sentence in draft.sentences}:
        return ""
    return f"{before[2]} {draft.sentences[index].text}"


def _said(engine: MVLM, instruction: Instruction, deadline: Deadline) -> str:
    """What the engine answers, "" where it has nothing to say or was cut off in the middle."""
    try:
        answer = engine.execute(instruction, deadline)
    except ModelFailed:
        return ""
    return make_draft(_seen(answer.text, instruction.passages)).text if answer.finish == "stop" else ""


def _seen(text: str, passages: Sequence[Passage]) -> str:
    """What an engine wrote without what its reader would not see and no passage holds."""
    return without_hidden(text, [passage.text for passage in passages])


class Summarizer:
    """SUMMARIZER: hands the checked draft to SP, the protocol that condenses."""

    code = "SUMMARIZER"
    purpose = "condenses the draft in three lengths through SP"
    reads = Summarizing.reads
    writes = Summarizing.writes

    def __init__(self, summarizing: Summarizing) -> None:
        self._summarizing = summarizing

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case with its summary."""
        return self._summarizing.apply(case, deadline)


class Condense:
    """CONDENSE: the summary of the wanted length becomes the draft."""

    code = "CONDENSE"
    purpose = "makes the summary of the wanted length the draft that is checked and released"
    reads = frozenset({"plan", "summary"})
    writes = frozenset({"draft"})

    def apply(self, case: Case, deadline: Deadline) -> Case:
        """The case whose draft is the short (1 sentence), medium (up to 3) or long summary.

        Raises:
            UndeclaredRead: no stage before it made a summary.
        """
        assert case.plan is not None
        if case.summary is None:
            raise UndeclaredRead("CONDENSE needs a summary, and no stage before it made one; add SUMMARIZER before it")
        deadline.check("taking the summary as the draft")
        wanted = case.plan.max_sentences
        text = case.summary.short if wanted == 1 else case.summary.medium if wanted <= 3 else case.summary.long
        return msgspec.structs.replace(case, draft=make_draft(text))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(".!? ")


def _reason(case: Case, index: int) -> str:
    findings = case.critique.findings if case.critique else ()
    reasons = [finding.message for finding in findings if finding.sentence == index and finding.severity == "error"]
    return " ".join(reasons) or (case.decision.reason if case.decision else "")


def _evidence_for(case: Case, index: int) -> tuple[Passage, ...]:
    """Passages held against the sentence, then the best of the case, without repeats."""
    return tuple(dict.fromkeys((*_held_against(case, index, "mentions"), *case.passages)))[:EVIDENCE_PER_REPAIR]


def _held_against(case: Case, index: int, *also: Stance) -> tuple[Passage, ...]:
    """Passages whose evidence supports or refutes a claim of the sentence (or has one of the stances of `also`)."""
    stances = {"supports", "refutes", *also}
    places = [
        (evidence.document_id, evidence.start, evidence.end)
        for verdict in case.verdicts
        if verdict.claim.sentence == index
        for evidence in verdict.evidence
        if evidence.stance in stances
    ]
    return tuple(
        dict.fromkeys(
            msgspec.structs.replace(passage, focus=(start, end))
            for document, start, end in places
            for passage in case.passages
            if passage.document_id == document and passage.start <= start and end <= passage.end
        )
    )


def _bearing(point: str, passages: tuple[Passage, ...]) -> tuple[int, ...]:
    words = set(_plain(point).split())
    return tuple(
        i for i, passage in enumerate(passages) if len(words & set(_plain(passage.text).split())) * 2 >= len(words)
    )
