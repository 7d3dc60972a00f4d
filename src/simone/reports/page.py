"""An output as one self-contained HTML page: sentences coloured by verdict, a click shows the evidence in its source.

Not for serving: no scripts, fonts or styles come from elsewhere, so the file can be mailed or archived.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from importlib import resources

from simone.records import DraftSentence, Evidence, Output, Verdict
from simone.reports.plain import confidence, cost_line, notable_findings, tally

AROUND = 600
"""Source text shown on each side of an evidence span, characters."""

WORST = ("refuted", "unverifiable", "supported")

REPORTING = frozenset({"verify", "analyze"})
"""Workflows that change nothing: their decision says nothing about the text."""

SourceText = Callable[[str], str]
"""A document's own text by its path; "" where it is no longer there."""


def as_html(output: Output, source_text: SourceText, title: str) -> str:
    """The page. `title` is what was asked or which text was checked."""
    style = (resources.files("simone.reports") / "page.css").read_text("utf-8")
    script = (resources.files("simone.reports") / "page.js").read_text("utf-8")
    by_sentence: dict[int, list[tuple[int, Verdict]]] = {}
    for number, verdict in enumerate(output.verdicts):
        by_sentence.setdefault(verdict.claim.sentence, []).append((number, verdict))
    if output.decision.action == "withhold":
        text = f'<p class="withheld">Withheld: {escape(output.decision.reason)}</p>'
    else:
        text = _prose(output.sentences, by_sentence) or f"<p>{escape(output.text)}</p>"
    cards = "".join(_card(number, verdict, source_text) for number, verdict in enumerate(output.verdicts))
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title[:120])}</title><style>{style}</style></head><body>"
        f'<header><h1>{escape(title)}</h1><p class="tally">{escape(tally(output.verdicts))}'
        f"{_decision(output)}</p></header>"
        f'<main><section class="text" aria-label="Text">{text}{_legend()}{_changes(output)}{_notes(output)}</section>'
        f'<section class="evidence" aria-label="Evidence"><p class="hint">Choose a sentence to see what carries it.</p>'
        f"{cards}</section></main>"
        f"<footer>Run {escape(output.run[:16])} · {escape(cost_line(output.cost))}. “Supported” means carried by the"
        f" given sources; it does not mean true.</footer><script>{script}</script></body></html>\n"
    )


def _prose(sentences: Sequence[DraftSentence], by_sentence: dict[int, list[tuple[int, Verdict]]]) -> str:
    """Sentences in their order; a paragraph ends where the text had a blank line (a gap of more than one character)."""
    paragraphs: list[list[str]] = [[]]
    end = 0
    for index, sentence in enumerate(sentences):
        if paragraphs[-1] and sentence.start - end > 1:
            paragraphs.append([])
        end = sentence.end
        paragraphs[-1].append(_sentence(sentence.text, by_sentence.get(index, [])))
    return "".join(f"<p>{' '.join(spans)}</p>" for spans in paragraphs if spans)


def _sentence(text: str, verdicts: list[tuple[int, Verdict]]) -> str:
    checked = [(number, verdict) for number, verdict in verdicts if verdict.claim.checkable]
    if not checked:
        why = verdicts[0][1].claim.why_not if verdicts else "no checkable claim"
        return f'<span class="s none" title="{escape(why)}">{escape(text)}</span>'
    status = next(status for status in WORST if any(verdict.status == status for _, verdict in checked))
    numbers = " ".join(str(number) for number, _ in checked)
    return (
        f'<span class="s {status}" tabindex="0" role="button" data-claims="{numbers}"'
        f' title="{escape(status)}">{escape(text)}</span>'
    )


def _card(number: int, verdict: Verdict, source_text: SourceText) -> str:
    if not verdict.claim.checkable:
        return ""
    shown = "".join(_evidence(evidence, source_text) for evidence in verdict.evidence[:3])
    return (
        f'<article class="card {verdict.status}" id="claim-{number}" hidden><h2>{escape(verdict.claim.text)}</h2>'
        f'<p class="verdict"><b>{verdict.status}</b> by {escape(verdict.decided_by)}'
        f" · confidence {escape(confidence(verdict.confidence))}</p><p>{escape(verdict.reason)}</p>"
        f"{shown or '<p>No evidence was found in the sources.</p>'}</article>"
    )


def _evidence(evidence: Evidence, source_text: SourceText) -> str:
    text = source_text(evidence.document)
    if text[evidence.start : evidence.end] == evidence.quote:
        low, high = max(0, evidence.start - AROUND), min(len(text), evidence.end + AROUND)
        before, after = text[low : evidence.start], text[evidence.end : high]
        lead, trail = "…" if low else "", "…" if high < len(text) else ""
    else:  # the source changed since, or is not at hand: only the recorded quote can be shown
        before = after = lead = trail = ""
    return (
        f'<figure class="{evidence.stance}"><figcaption>{escape(evidence.document)} ·'
        f" characters {evidence.start}–{evidence.end} · {evidence.stance}</figcaption>"
        f"<blockquote>{lead}{escape(before)}<mark>{escape(evidence.quote)}</mark>{escape(after)}{trail}</blockquote></figure>"
    )


def _decision(output: Output) -> str:
    if output.plan is not None and output.plan.workflow in REPORTING:
        return ""
    return f' · decision: <b class="{output.decision.action}">{output.decision.action}</b>'


def _legend() -> str:
    marks = "".join(f'<span class="s {status}">{status}</span> ' for status in ("supported", "unverifiable", "refuted"))
    return f'<p class="legend">{marks}<span class="s none">no claim</span></p>'


def _changes(output: Output) -> str:
    if not output.revisions:
        return ""
    rows = "".join(
        f"<li><b>{revision.action}</b>: <del>{escape(revision.before)}</del> <ins>{escape(revision.after)}</ins><br>"
        f"<small>{escape(revision.reason)}</small></li>"
        for revision in output.revisions
    )
    return f"<h2>Removed or revised</h2><ul>{rows}</ul>"


def _notes(output: Output) -> str:
    rows = "".join(
        f'<li class="{finding.severity}"><b>{escape(finding.protocol)} {escape(finding.rule)}</b>:'
        f" {escape(finding.message)}{f' <i>{escape(finding.remedy)}</i>' if finding.remedy else ''}</li>"
        for finding in notable_findings(output)
    )
    return f"<h2>Findings</h2><ul>{rows}</ul>" if rows else ""
