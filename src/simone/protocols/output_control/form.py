"""Builds the final text from checked sentences: citations, length, sections.

Not for JSON: `structured` has that. A sentence is never changed and never cut in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.records import Citation, Draft, DraftSentence, Evidence, Finding, OutputContract, Verdict


class Form(msgspec.Struct, frozen=True):
    """The text in its form. `sentences` are the draft's, in order, placed in `text`; `problem`: why there is none."""

    text: str
    sentences: tuple[DraftSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: str = ""
    rule: str = ""


def enforce(contract: OutputContract, draft: Draft, verdicts: Sequence[Verdict], filed: Sequence[int] = ()) -> Form:
    """The draft in the form of a plain, Markdown or template contract.

    Marks like [1] follow each sentence that a quote carries; Markdown and templates end with the list of sources.
    Limits cut whole sentences from the end. `filed` gives the section index of each sentence for a template, -1 for
    a sentence that is itself the heading of a section.
    """
    kept, cut = _fit(draft, contract)
    if not kept:
        limits = f"max_sentences {contract.max_sentences}, max_words {contract.max_words}"
        what = f"the first sentence alone exceeds the limits ({limits})" if draft.sentences else "the draft is empty"
        return Form("", findings=cut, problem=f"nothing can be released: {what}", rule="length")
    numbers, citations, findings = cite(kept, verdicts)
    marks = ["".join(f"[{number}]" for number in row) if contract.citations else "" for row in numbers]
    if contract.kind == "template":
        text, placed, empty = _sections(contract.sections, kept, marks, filed)
    else:
        text, placed, empty = *_running(draft, kept, marks), ()
    if contract.citations and contract.kind != "plain" and citations:
        text += "\n\n" + _sources(citations)
    return Form(text, placed, citations, (*cut, *empty, *findings))


def cite(
    sentences: Sequence[DraftSentence], verdicts: Sequence[Verdict]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Citation, ...], tuple[Finding, ...]]:
    """Numbers of the quotes that carry each sentence, the numbered quotes by first use, and what is not carried.

    A sentence is carried when it has verdicts on checkable claims and all are "supported"; each claim brings its
    strongest supporting quote. Sentences that are not carried get no number and a finding (rule "unsupported").
    """
    citations: dict[tuple[str, int, int, int], Citation] = {}
    numbers: list[tuple[int, ...]] = []
    findings: list[Finding] = []
    for index, sentence in enumerate(sentences):
        own = [verdict for verdict in verdicts if verdict.claim.sentence == index and verdict.claim.checkable]
        failed = [verdict for verdict in own if verdict.status != "supported"]
        row: list[int] = []
        for verdict in () if failed else own:
            best = _best(verdict)
            if best is not None:
                key = (best.document_id, best.version, best.start, best.end)
                citation = citations.setdefault(key, _numbered(len(citations) + 1, best))
                row.append(citation.number)
        numbers.append(tuple(dict.fromkeys(row)))
        if failed:
            findings.append(_unsupported(index, sentence, failed[0]))
    return tuple(numbers), tuple(citations.values()), tuple(findings)


def headings(draft: Draft, sections: Sequence[str]) -> tuple[int, ...] | None:
    """The section index of each sentence where the draft has the headings itself, -1 for the headings; else None."""
    titles = [_title(section) for section in sections]
    found = [titles.index(_title(s.text)) if _title(s.text) in titles else None for s in draft.sentences]
    if all(index is None for index in found):
        return None
    filed, current = [], 0
    for index in found:
        current = current if index is None else index
        filed.append(current if index is None else -1)
    return tuple(filed)


def _title(text: str) -> str:
    return text.strip(" \t#*:.").casefold()


def _best(verdict: Verdict) -> Evidence | None:
    supporting = [evidence for evidence in verdict.evidence if evidence.stance == "supports"]
    return max(supporting, key=lambda evidence: evidence.strength, default=None)


def _numbered(number: int, evidence: Evidence) -> Citation:
    return Citation(
        number, evidence.document, evidence.document_id, evidence.version, evidence.start, evidence.end, evidence.quote
    )


def _unsupported(index: int, sentence: DraftSentence, verdict: Verdict) -> Finding:
    return Finding(
        "POCP",
        "unsupported",
        "warning",
        f"released without a citation: {verdict.status}, {verdict.reason}",
        "check this sentence by hand or remove it",
        (sentence.start, sentence.end),
        index,
    )


def _fit(draft: Draft, contract: OutputContract) -> tuple[tuple[DraftSentence, ...], tuple[Finding, ...]]:
    kept, words = 0, 0
    for sentence in draft.sentences:
        words += len(sentence.text.split())
        if (contract.max_sentences and kept == contract.max_sentences) or (
            contract.max_words and words > contract.max_words
        ):
            break
        kept += 1
    gone = draft.sentences[kept:]
    if not gone:
        return draft.sentences, ()
    message = f"{len(gone)} of {len(draft.sentences)} sentences were cut from the end to meet the length contract"
    span = (gone[0].start, gone[-1].end)
    return draft.sentences[:kept], (Finding("POCP", "length", "info", message, "raise the limit", span, kept),)


def _running(
    draft: Draft, kept: Sequence[DraftSentence], marks: Sequence[str]
) -> tuple[str, tuple[DraftSentence, ...]]:
    """The draft's own line breaks between sentences are kept."""
    text, placed, end = "", [], 0
    for sentence, mark in zip(kept, marks, strict=True):
        gap = draft.text[end : sentence.start]
        text += (gap if gap and not gap.strip() else " ") if text else ""
        text, at = _append(text, sentence, mark)
        placed.append(at)
        end = sentence.end
    return text, tuple(placed)


def _append(text: str, sentence: DraftSentence, mark: str) -> tuple[str, DraftSentence]:
    start = len(text)
    at = msgspec.structs.replace(sentence, start=start, end=start + len(sentence.text))
    return text + sentence.text + (f" {mark}" if mark else ""), at


def _sections(
    sections: Sequence[str], kept: Sequence[DraftSentence], marks: Sequence[str], filed: Sequence[int]
) -> tuple[str, tuple[DraftSentence, ...], tuple[Finding, ...]]:
    text, findings = "", []
    placed: dict[int, DraftSentence] = {}
    for number, section in enumerate(sections):
        text += ("\n\n" if text else "") + "## "
        for index, sentence in enumerate(kept):
            if filed[index] == -1 and _title(sentence.text) == _title(section):
                placed[index] = DraftSentence(section, len(text), len(text) + len(section), sentence.sources)
        text += section
        members = [index for index in range(len(kept)) if filed[index] == number]
        for position, index in enumerate(members):
            text, placed[index] = _append(text + (" " if position else "\n\n"), kept[index], marks[index])
        if not members:
            message = f"section {section!r} is empty: no checked sentence belongs to it"
            findings.append(Finding("POCP", "empty-section", "warning", message, "add sources on it or drop it"))
    return text, tuple(placed[index] for index in sorted(placed)), tuple(findings)


def _sources(citations: Sequence[Citation]) -> str:
    lines = [
        f"{each.number}. {each.document} ({each.start}–{each.end}): “{' '.join(each.quote.split())}”"
        for each in citations
    ]
    return "## Sources\n\n" + "\n".join(lines)
