"""The facts that a policy rule sees, drawn from a case.

Not for judging them: rules do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from simone.records import Case, Finding, Measured, Verdict

Value = bool | int | float | str | list[str]
Facts = dict[str, Value]

SENTENCE_FACTS = (
    "status",
    "decided_by",
    "measured",
    "confidence",
    "errors",
    "warnings",
    "rules",
    "revisions_left",
)
OUTPUT_FACTS = (
    "sentences",
    "supported",
    "refuted",
    "unverifiable",
    "errors",
    "warnings",
    "rules",
    "empty",
    "revisions_left",
    "kind",
)
_WORST = {"refuted": 0, "unverifiable": 1, "supported": 2}


def sentence_facts(case: Case, revisions_left: int) -> tuple[Facts, ...]:
    """The facts of each sentence of the draft, in order.

    `confidence` is absent where it was not measured, so that a rule which forgets to test `measured` fails loudly.
    """
    if case.draft is None:
        return ()
    found = _findings_by_sentence(case)
    verdicts: dict[int, list[Verdict]] = {}
    for verdict in case.verdicts:
        if verdict.claim.checkable:
            verdicts.setdefault(verdict.claim.sentence, []).append(verdict)
    return tuple(_of_sentence(verdicts.get(index, []), found[index], revisions_left) for index in range(len(found)))


def output_facts(case: Case, sentences: Sequence[Facts], revisions_left: int) -> Facts:
    """The facts of the whole output; `supported`, `refuted` and `unverifiable` count sentences by their worst claim."""
    statuses = [facts["status"] for facts in sentences]
    return {
        "sentences": len(sentences),
        "supported": statuses.count("supported"),
        "refuted": statuses.count("refuted"),
        "unverifiable": statuses.count("unverifiable"),
        **_counts(_findings(case)),
        "empty": case.draft is None or not case.draft.text.strip(),
        "revisions_left": revisions_left,
        "kind": case.plan.kind if case.plan else "",
    }


def samples(scope: Literal["sentence", "output"]) -> Iterator[Facts]:
    """Facts of every type and state a rule may meet, to try it on before it is needed."""
    if scope == "output":
        for count in (0, 1, 3):
            numbers = dict.fromkeys(("sentences", "supported", "refuted", "unverifiable", "errors", "warnings"), count)
            for kind in ("", "question", "summary", "comparison", "instruction", "verification", "open"):
                yield {
                    **numbers,
                    "rules": ["a-rule"][:count],
                    "empty": not count,
                    "revisions_left": count,
                    "kind": kind,
                }
        return
    for status in ("none", *_WORST):
        for count in (0, 1):
            sample: dict[str, Value] = {"status": status, "decided_by": "", "measured": bool(count)}
            if count:
                sample["confidence"] = 0.5
            yield {**sample, "errors": count, "warnings": count, "rules": ["a-rule"][:count], "revisions_left": count}


def _of_sentence(verdicts: Sequence[Verdict], findings: Sequence[Finding], revisions_left: int) -> Facts:
    worst = min(verdicts, key=lambda verdict: _WORST[verdict.status], default=None)
    confidence = worst.confidence if worst else None
    facts: dict[str, Value] = {
        "status": worst.status if worst else "none",
        "decided_by": worst.decided_by if worst else "",
        "measured": isinstance(confidence, Measured),
        **_counts(findings),
        "revisions_left": revisions_left,
    }
    if isinstance(confidence, Measured):
        facts["confidence"] = confidence.value
    return facts


def _counts(findings: Sequence[Finding]) -> Facts:
    return {
        "errors": sum(finding.severity == "error" for finding in findings),
        "warnings": sum(finding.severity == "warning" for finding in findings),
        "rules": sorted({finding.rule for finding in findings}),
    }


def _findings(case: Case) -> tuple[Finding, ...]:
    """The Critic's account where there is one, else what the protocols wrote."""
    return (
        case.critique.findings if case.critique else (*case.principles, *case.errors, *case.style, *case.link_findings)
    )


def _findings_by_sentence(case: Case) -> list[list[Finding]]:
    sentences = case.draft.sentences if case.draft else ()
    found: list[list[Finding]] = [[] for _ in sentences]
    for finding in _findings(case):
        if 0 <= finding.sentence < len(found):
            found[finding.sentence].append(finding)
        elif finding.sentence < 0 and finding.span is not None:
            start, end = finding.span
            for index, sentence in enumerate(sentences):
                if sentence.start < end and start < sentence.end:
                    found[index].append(finding)
    return found
