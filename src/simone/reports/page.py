"""An output as one self-contained HTML page: sentences marked by verdict, each with the evidence in its source.

Not for serving: no scripts, fonts or styles come from elsewhere, so the file can be mailed or archived. Without
scripts, and on paper, the evidence of all claims follows the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from importlib import resources
from typing import NamedTuple

import msgspec

from simone.kernels import kernels
from simone.records import DraftSentence, Evidence, Output, Stance, Status, Verdict, WordSupport
from simone.reports.plain import confidence, cost_line, notable_findings, visible
from simone.truth.explaining import marked

AROUND = 400
"""Source text shown on each side of an evidence span, characters."""
NEAREST_SPACE = 24
"""The text shown is cut at white space where there is some so near, characters."""
LONGEST_MARKED = 2000
"""In longer claims the words that the evidence lacks are not marked, characters."""
MOST_SHOWN = 3
"""Pieces of evidence shown for a claim, count."""

WORST: tuple[Status, ...] = ("refuted", "unverifiable", "supported")
SIGNS: dict[Status, str] = {"refuted": "✗", "unverifiable": "?", "supported": "✓"}
STANCES: dict[Stance, str] = {"supports": "✓ supports", "refutes": "✗ refutes", "mentions": "· mentions"}

REPORTING = frozenset({"verify", "analyze"})
"""Workflows that change nothing: their decision says nothing about the text."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What the page may load: nothing but what it holds."""

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
        text = _prose(output.text, output.sentences, by_sentence) or f"<p>{escape(output.text)}</p>"
    lacking = _lacking(output.verdicts)
    carried = [None if v.words is msgspec.UNSET else marked(v.claim.text, v.words) for v in output.verdicts]
    notes = [_underlined(own, words) for own, words in zip(lacking, carried, strict=True)]
    cards = "".join(
        _card(number, verdict, notes[number], source_text) for number, verdict in enumerate(output.verdicts)
    )
    return visible(
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title[:120])}</title><style>{style}</style></head><body>"
        f"<header><h1>{escape(title)}</h1>{_overview(output)}</header>"
        f'<main><section class="text" aria-label="Text">{text}{_changes(output)}{_notes(output)}</section>'
        f'<section class="evidence" aria-label="Evidence">{_steps()}'
        f'<div class="cards" aria-live="polite">{cards or "<p>No claim was checked.</p>"}</div></section></main>'
        f"<footer>{_sources(output)}<p>Run {escape(output.run[:16])} · {escape(cost_line(output.cost))}. “Supported”"
        f" means carried by the given sources; it does not mean true.</p></footer><script>{script}</script>"
        "</body></html>\n"
    )


def _overview(output: Output) -> str:
    """How many claims have which status, as a bar and as buttons that leave only these standing out."""
    counts = Counter(verdict.status for verdict in output.verdicts if verdict.claim.checkable)
    bar = "".join(f'<i class="{status}" style="flex:{counts[status]}"></i>' for status in WORST if counts[status])
    every = f'<button type="button" data-only="" aria-pressed="true">All <b>{counts.total()}</b></button>'
    buttons = "".join(
        f'<button type="button" class="{status}" data-only="{status}" aria-pressed="false">'
        f"{SIGNS[status]} {status} <b>{counts[status]}</b></button>"
        for status in WORST
    )
    rest = len(output.verdicts) - counts.total()
    unchecked = f'<span class="rest">{rest} not checkable</span>' if rest else ""
    return (
        f'<div class="bar" aria-hidden="true">{bar}</div>'
        f'<p class="tally" role="group" aria-label="Claims by verdict">{every}{buttons}{unchecked}'
        f"{_decision(output)}</p>"
    )


def _steps() -> str:
    return (
        '<p class="steps"><button type="button" data-step="-1" aria-label="Previous claim">←</button>'
        '<button type="button" data-step="1" aria-label="Next claim">→</button>'
        "<span>Choose a sentence to see what carries it; ← and → go on.</span></p>"
    )


def _lacking(verdicts: Sequence[Verdict]) -> list[list[tuple[int, int]]]:
    """Spans of the words of each claim whose stems stand in none of the evidence shown for it."""
    short = [n for n, v in enumerate(verdicts) if v.evidence and len(v.claim.text) <= LONGEST_MARKED]
    shown = [" ".join(e.quote for e in verdicts[n].evidence[:MOST_SHOWN]) for n in short]
    held = kernels.content_stems_batch(shown)
    texts = [verdicts[n].claim.text for n in short]
    read, own = kernels.read_sentences_batch(texts), kernels.content_stems_batch(texts)
    missing = [set(mine) - set(theirs) for mine, theirs in zip(own, held, strict=True)]
    found: list[list[tuple[int, int]]] = [[] for _ in verdicts]
    for (text, start, end), (_, stem) in zip(read.words.tolist(), read.forms, strict=True):
        if stem in missing[text]:
            found[short[text]].append((start, end))
    return found


class _Underlined(NamedTuple):
    """Spans of a claim with what a reader may see on pointing at each, and what being underlined means."""

    spans: Sequence[tuple[int, int, str]]
    note: str


def _underlined(lacking: Sequence[tuple[int, int]], carried: Sequence[WordSupport] | None) -> _Underlined:
    """What the verdict's own explanation marks where there is one, else words that the evidence shown lacks."""
    if carried is None:
        return _Underlined([(*span, "") for span in lacking], "words that the evidence below does not have")
    spans = [(one.start, one.end, f"carried {one.support:.2f}") for one in carried]
    return _Underlined(spans, "words that the sources do not carry, or hardly")


def _prose(text: str, sentences: Sequence[DraftSentence], by_sentence: dict[int, list[tuple[int, Verdict]]]) -> str:
    """Sentences in their order; a paragraph ends where the text has a blank line between them."""
    paragraphs: list[list[str]] = [[]]
    end = 0
    for index, sentence in enumerate(sentences):
        if paragraphs[-1] and text[end : sentence.start].count("\n") > 1:
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
        f'<a class="s {status}" href="#claim-{checked[0][0]}" data-claims="{numbers}" data-status="{status}"'
        f' title="{escape(status)}">{escape(text)}</a>'
    )


def _card(number: int, verdict: Verdict, lines: _Underlined, source_text: SourceText) -> str:
    if not verdict.claim.checkable:
        return ""
    pieces = verdict.evidence[:MOST_SHOWN]
    shown = "".join(_evidence(evidence, source_text) for evidence in pieces)
    note = f'<p class="note">Underlined: {lines.note}.</p>' if lines.spans else ""
    claim = _marked(verdict.claim.text, lines.spans)
    return (
        f'<article class="card {verdict.status}" id="claim-{number}"><h2>{claim}</h2>'
        f'<p class="verdict"><b>{SIGNS[verdict.status]} {verdict.status}</b> by {escape(verdict.decided_by)}'
        f" · confidence {escape(confidence(verdict.confidence))}</p><p>{escape(verdict.reason)}</p>{note}"
        f"{shown or '<p>No evidence was found in the sources.</p>'}</article>"
    )


def _marked(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    pieces, end = [], 0
    for start, stop, told in spans:
        title = f' title="{escape(told)}"' if told else ""
        pieces += [escape(text[end:start]), f"<u{title}>{escape(text[start:stop])}</u>"]
        end = stop
    return "".join((*pieces, escape(text[end:])))


def _sources(output: Output) -> str:
    """Which documents the verdicts rest on, the most used first."""
    carried: Counter[tuple[str, Stance]] = Counter(
        (evidence.document, evidence.stance)
        for verdict in output.verdicts
        for evidence in verdict.evidence[:MOST_SHOWN]
        if evidence.stance != "mentions"
    )
    documents = sorted({name for name, _ in carried}, key=lambda name: (-carried[name, "supports"], name))
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{carried[name, "supports"]}</td>'
        f"<td>{carried[name, 'refutes']}</td></tr>"
        for name in documents
    )
    head = '<tr><th scope="col">document</th><th scope="col">supports</th><th scope="col">refutes</th></tr>'
    count = f"{len(documents)} document{'s' if len(documents) != 1 else ''}"
    return f"<details><summary>Evidence from {count}</summary><table>{head}{rows}</table></details>" if rows else ""


def _evidence(evidence: Evidence, source_text: SourceText) -> str:
    text = source_text(evidence.document)
    if text[evidence.start : evidence.end] == evidence.quote:
        low, high = _cut(text, evidence.start, evidence.end)
        before, after = text[low : evidence.start], text[evidence.end : high]
        lead, trail = "…" if low else "", "…" if high < len(text) else ""
    else:  # the source changed since, or is not at hand: only the recorded quote can be shown
        before = after = lead = trail = ""
    return (
        f'<figure class="{evidence.stance}"><figcaption><b>{STANCES[evidence.stance]}</b> {escape(evidence.document)}'
        f" <small>characters {evidence.start}–{evidence.end}</small></figcaption>"
        f"<blockquote><span>{lead}{escape(before)}</span><mark>{escape(evidence.quote)}</mark>"
        f"<span>{escape(after)}{trail}</span></blockquote></figure>"
    )


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a source that is shown around a span."""
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    if low:
        low += next((n for n in range(min(NEAREST_SPACE, start - low)) if text[low + n - 1].isspace()), 0)
    if high < len(text):
        high -= next((n for n in range(min(NEAREST_SPACE, high - end)) if text[high - n].isspace()), 0)
    return low, high


def _decision(output: Output) -> str:
    if output.plan is not None and output.plan.workflow in REPORTING:
        return ""
    return f' · decision: <b class="{output.decision.action}">{output.decision.action}</b>'


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
