"""An output as workflow commands of GitHub Actions: an annotation at the line of every claim that is not supported.

Not for other services: they read JSON.
"""

from __future__ import annotations

from collections.abc import Collection

from simone.records import Output, Status, Verdict
from simone.reports.places import JudgedFile
from simone.reports.plain import notable_findings, shortened, tally, visible


def as_github(output: Output, file: JudgedFile | None, failing: Collection[Status]) -> str:
    """One command a line and the tally last: errors for claims of a failing status, notices for open ones that do not
    fail, warnings for findings."""
    lines = [
        _command("error" if verdict.status in failing else "notice", file, verdict.claim.start, verdict.claim.end,
                 f"{verdict.status} by {verdict.decided_by}", _said(verdict))
        for verdict in output.verdicts
        if verdict.claim.checkable and verdict.status != "supported"
    ]  # fmt: skip
    for finding in notable_findings(output):
        said = f"{finding.message}; {finding.remedy}" if finding.remedy else finding.message
        span = finding.span or (-1, -1)
        lines.append(_command("warning", file, *span, f"{finding.protocol} {finding.rule}", said))
    return visible("\n".join([*lines, f"Result: {tally(output.verdicts)}"]) + "\n")


def _said(verdict: Verdict) -> str:
    said = f"{shortened(verdict.claim.text)}\n{shortened(verdict.reason)}"
    held = verdict.evidence[0] if verdict.evidence else None
    return f"{said}\n{held.stance}: {held.document} “{shortened(held.quote)}”" if held else said


def _command(level: str, file: JudgedFile | None, start: int, end: int, title: str, message: str) -> str:
    values = {}
    if file is not None:
        values["file"] = file.path
        if start >= 0 and (line := file.line(start)):
            values |= {"line": str(line), "endLine": str(file.line(max(start, end - 1)))}
    values["title"] = title
    named = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in values.items())
    return f"::{level} {named}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """The text as a command may hold it. Source: the toolkit of GitHub Actions, `command.ts`."""
    for mark in f"%\r\n{more}":
        text = text.replace(mark, f"%{ord(mark):02X}")
    return text
