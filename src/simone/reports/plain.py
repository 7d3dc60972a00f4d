"""An output as text for a terminal and as Markdown.

Not for colours: a terminal's own tools add them.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import msgspec

from simone.records import Citation, Cost, Evidence, Finding, Measured, Output, Revision, Score, Verdict, WordSupport
from simone.reports.places import JudgedFile
from simone.truth.explaining import marked

WIDTH = 100
MARKS = {"supported": "+", "refuted": "x", "unverifiable": "?"}
QUOTE_CHARACTERS = 240
CLAIM_CHARACTERS = 480
"""Of a claim, on a terminal."""
TEXT_CHARACTERS = 4000
"""Of a text that was checked, on a terminal; what was answered is never cut."""
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed, and Unicode's bidirectional overrides and isolates."""
_KEPT = tuple(" \t-*+|#>`")


def as_text(output: Output, file: JudgedFile | None = None) -> str:
    """The answer, its sources, the table of claims, what was changed and what was found, for a terminal.

    Claims and findings begin with their line in the `file` whose text was judged.
    """
    parts = [_head_of(_answer(output)) if _reports_claims(output) else _answer(output)]
    if output.citations:
        parts.append("Sources\n" + "\n".join(_citation(citation) for citation in output.citations))
    if output.verdicts:
        parts.append(
            f"Claims ({tally(output.verdicts)})\n" + "\n".join(_claim(verdict, file) for verdict in output.verdicts)
        )
    if output.revisions:
        parts.append("Removed or revised\n" + "\n".join(_revision(revision) for revision in output.revisions))
    if reading := _reading(output):
        parts.append("Reading\n" + "\n".join(f"  {line}" for line in reading))
    if notable := notable_findings(output):
        parts.append("Findings\n" + "\n".join(_finding(finding, file) for finding in notable))
    if _reports_claims(output):
        parts.append(_outcome(output, file))
    else:
        parts.append(f"Decision: {output.decision.action} ({', '.join(output.decision.rules) or 'no rule fired'})")
    parts.append(f"Run: {output.run[:16]}   {cost_line(output.cost)}")
    return visible("\n\n".join(parts) + "\n")


def as_markdown(output: Output) -> str:
    """The same as one Markdown document with a real table of claims."""
    lines = [_answer(output), ""]
    if output.citations and "## Sources" not in output.text.splitlines():  # a Markdown contract brings its own
        lines += ["## Sources", ""]
        lines += [
            f"{c.number}. {c.document} [{c.start}, {c.end}): “{shortened(c.quote)}”" for c in output.citations
        ] + [""]
    if output.verdicts:
        lines += ["## Claims", "", "| claim | verdict | decided by | confidence | evidence |", "|---|---|---|---|---|"]
        lines += [_row(verdict) for verdict in output.verdicts] + [""]
    if output.revisions:
        lines += ["## Removed or revised", ""]
        lines += [
            f"- {r.action}: “{_cell(r.before)}” → “{_cell(r.after)}” ({_cell(r.reason)})" for r in output.revisions
        ]
        lines.append("")
    if reading := _reading(output):
        lines += ["## Reading", "", *(f"- {line}" for line in reading), ""]
    if notable := notable_findings(output):
        lines += ["## Findings", ""]
        lines += [f"- {f.severity}, {f.protocol} {f.rule}: {_cell(f.message)}" for f in notable] + [""]
    lines.append(f"Decision: {output.decision.action}. Run {output.run[:16]}. {cost_line(output.cost)}.")
    return visible("\n".join(lines) + "\n")


def as_json(output: Output) -> str:
    """The whole record, indented; the same bytes for the same output."""
    return msgspec.json.format(msgspec.json.encode(output, order="deterministic"), indent=2).decode() + "\n"


def visible(text: str) -> str:
    """The text with every character that would steer a terminal, or reorder what is read, spelled out; its lines end
    with a line feed alone."""
    plain = text.replace("\r\n", "\n")
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), plain)


def _reports_claims(output: Output) -> bool:
    return output.plan is not None and output.plan.workflow == "verify"


def _outcome(output: Output, file: JudgedFile | None) -> str:
    """The counts once more, where a long report ends, with the refuted claims."""
    refuted = [verdict.claim for verdict in output.verdicts if verdict.status == "refuted"]
    lines = [_placed(f"x {shortened(claim.text, CLAIM_CHARACTERS)}", file, claim.start) for claim in refuted]
    return "\n".join((f"Result: {tally(output.verdicts)}", *lines))


def _reading(output: Output) -> list[str]:
    """What `analyze` found out about the text, a line each; nothing for workflows that answer or verify."""
    if output.plan is None or output.plan.workflow != "analyze":
        return []
    lines: list[str] = []
    if output.tone is not None:
        felt = ", ".join(f"{name} {share:.2f}" for name, share in output.tone.emotions[:3]) or "no emotion"
        lines.append(f"tone: valence {output.tone.valence:+.2f}, arousal {output.tone.arousal:.2f}, {felt}")
    if (read := output.readability) is not None:
        grades = f"Flesch {_figure(read.flesch)}, Flesch-Kincaid grade {_figure(read.flesch_kincaid)}"
        lines.append(f"readability: {grades}; {read.sentences} sentences, {read.words} words")
    if (tags := output.tags) is not None:
        names = dict.fromkeys(mention.normal for mention in tags.mentions if mention.kind == "name")
        lines.append(f"topics: {', '.join(tags.topics[:6]) or 'none'}")
        lines.append(f"names: {', '.join(list(names)[:10]) or 'none'}")
        lines += [f"relation: {one.subject} | {one.relation} | {one.object}" for one in tags.relations[:6]]
        lines += [f"worth remembering ({tag.salience:.2f}): {shortened(tag.text)}" for tag in tags.remember[:5]]
    if output.summary is not None and output.summary.short:
        lines.append(f"in one sentence: {shortened(output.summary.short)}")
    return lines


def _figure(score: Score) -> str:
    return f"{score.value:.1f}" if isinstance(score, Measured) else "unmeasured"


def tally(verdicts: Sequence[Verdict]) -> str:
    """How many claims are supported, refuted, unverifiable, and how many sentences make no claim."""
    checked = [verdict for verdict in verdicts if verdict.claim.checkable]
    counts = [f"{sum(v.status == status for v in checked)} {status}" for status in MARKS]
    if rest := len(verdicts) - len(checked):
        counts.append(f"{rest} not checkable")
    return ", ".join(counts)


def notable_findings(output: Output) -> tuple[Finding, ...]:
    """Findings worth a reader's time: not mere information, and not what the verdicts say already."""
    return tuple(
        finding
        for finding in output.findings
        if finding.severity != "info" and finding.rule not in {"refuted", "unsupported"}
    )


def cost_line(cost: Cost) -> str:
    """Model and tokens in one line; time is not part of it because it differs every time."""
    model = cost.model.split(" ")[0] or "none"
    return f"model {model}, {cost.calls} calls, {cost.tokens_in} tokens read, {cost.tokens_out} written"


def confidence(score: Score) -> str:
    """A measured confidence with its sample size, or a dash with nothing invented."""
    return f"{score.value:.2f} (n={score.samples})" if isinstance(score, Measured) else "unmeasured"


def _answer(output: Output) -> str:
    if output.decision.action == "withhold":
        return f"Withheld: {output.decision.reason}"
    return _fill(output.text) if output.text else "(nothing to release)"


def _fill(text: str) -> str:
    """Paragraphs wrapped anew; lines that form a list, a table or code stay as they are."""
    return "\n\n".join(
        paragraph
        if any(line[:1] in _KEPT or line[:2].rstrip(".)").isdigit() for line in paragraph.splitlines())
        else textwrap.fill(" ".join(paragraph.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )


def _citation(citation: Citation) -> str:
    place = f"[{citation.number}] {citation.document} [{citation.start}, {citation.end})"
    return f"  {place}\n{_indent(f'“{shortened(citation.quote)}”', 6)}"


def _claim(verdict: Verdict, file: JudgedFile | None) -> str:
    status = verdict.status if verdict.claim.checkable else "not checkable"
    decided = (
        f" by {verdict.decided_by}, confidence {confidence(verdict.confidence)}" if verdict.claim.checkable else ""
    )
    said = f" [said by {verdict.claim.speaker}]" if verdict.claim.speaker else ""
    claim = shortened(verdict.claim.text, CLAIM_CHARACTERS) + said
    head = _placed(
        f"{MARKS[verdict.status]} {status}{decided}", file if verdict.claim.checkable else None, verdict.claim.start
    )
    lines = [head, _indent(claim, 6)]
    if verdict.status != "supported" or not verdict.evidence:
        lines.append(_indent(verdict.reason or verdict.claim.why_not, 6))
    shown = verdict.evidence[: 1 if all(e.stance == "mentions" for e in verdict.evidence) else 2]
    lines.extend(_indent(_held(evidence, verdict.claim.text), 6) for evidence in shown)
    if verdict.words:
        lines.append(_indent(_words(verdict.claim.text, verdict.words), 6))
    return "\n".join(lines)


def _words(claim: str, words: Sequence[WordSupport]) -> str:
    """What of the claim the evidence does not carry, and how far it does, 0..1."""
    found = [f"“{claim[one.start : one.end]}” {one.support:.2f}" for one in marked(claim, words)]
    return f"not carried by the evidence: {', '.join(found)}" if found else "the evidence carries every word"


def _held(evidence: Evidence, claim: str) -> str:
    place = f"{evidence.stance}: {evidence.document} [{evidence.start}, {evidence.end})"
    same = " ".join(evidence.quote.split()) == " ".join(claim.split())
    return f"{place} word for word" if same else f"{place} “{shortened(evidence.quote)}”"


def _revision(revision: Revision) -> str:
    lines = [f"  {revision.action}", _indent(f"was: {revision.before}", 6)]
    if revision.after:
        lines.append(_indent(f"now: {revision.after}", 6))
    lines.append(_indent(f"why: {revision.reason}", 6))
    return "\n".join(lines)


def _finding(finding: Finding, file: JudgedFile | None) -> str:
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    said = f"{finding.severity} {finding.protocol} {finding.rule}: {finding.message}{remedy}"
    return _placed(said, file if finding.span else None, finding.span[0] if finding.span else 0)


def _placed(text: str, file: JudgedFile | None, offset: int) -> str:
    """The text behind its place in the file, at the margin as editors look for it; indented where there is none."""
    place = file.place(offset) if file else ""
    return _indent(f"{place} {text}", 0) if place else _indent(text, 2)


def _indent(text: str, by: int) -> str:
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=" " * by,
        subsequent_indent=" " * (by + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def shortened(text: str, longest: int = QUOTE_CHARACTERS) -> str:
    """The text on one line, cut to so many characters with a mark."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _head_of(text: str) -> str:
    """The beginning of a long text, to the end of a word, and how much is left out."""
    if len(text) <= TEXT_CHARACTERS:
        return text
    head = text[:TEXT_CHARACTERS]
    head = head[: max(head.rfind(" "), head.rfind("\n"), TEXT_CHARACTERS // 2)].rstrip()
    return f"{head}…\n[{len(text) - len(head):,} more characters; --format json has them all]"


def _cell(text: str) -> str:
    return shortened(text).replace("|", "\\|")


def _row(verdict: Verdict) -> str:
    evidence = verdict.evidence[0] if verdict.evidence else None
    shown = f"{evidence.document} [{evidence.start}, {evidence.end}): “{_cell(evidence.quote)}”" if evidence else "none"
    status = verdict.status if verdict.claim.checkable else "not checkable"
    cells = (_cell(verdict.claim.text), status, verdict.decided_by, confidence(verdict.confidence), shown)
    return f"| {' | '.join(cells)} |"
