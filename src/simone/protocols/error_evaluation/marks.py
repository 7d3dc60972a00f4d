"""What an error rule returns before it becomes a finding, and reading shared by the rules.

Not for rules.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.records import Severity

_FENCE = re.compile(r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n]*$", re.MULTILINE)
_INLINE = re.compile(r"`[^`\n]{1,400}`")


class Mark(NamedTuple):
    """One defect: its span in the draft's text, the rule, how bad it is, what is wrong and what to do."""

    start: int
    end: int
    rule: str
    severity: Severity
    message: str
    remedy: str


class Block(NamedTuple):
    """A fenced code block: the span of its fences, of its body, its language, and whether it was closed."""

    start: int
    end: int
    body: tuple[int, int]
    language: str
    closed: bool


def find_blocks(text: str) -> list[Block]:
    """Fenced code blocks in order; a fence closes with its own character, at least as long. Source: CommonMark 0.31."""
    if "```" not in text and "~~~" not in text:
        return []
    blocks: list[Block] = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match["fence"].startswith(opened["fence"]) and not match["language"]:
            body = (min(opened.end() + 1, match.start()), match.start())
            blocks.append(Block(opened.start(), match.end(), body, opened["language"].lower(), True))
            opened = None
    if opened is not None:
        body = (min(opened.end() + 1, len(text)), len(text))
        blocks.append(Block(opened.start(), len(text), body, opened["language"].lower(), False))
    return blocks


def without_code(text: str, blocks: list[Block]) -> str:
    """The text with code blanked out, so that offsets stay."""
    for block in blocks:
        blank = re.sub(r"[^\n]", " ", text[block.start : block.end])
        text = text[: block.start] + blank + text[block.end :]
    return _INLINE.sub(lambda match: " " * len(match.group()), text) if "`" in text else text


def short(text: str) -> str:
    """At most sixty characters of `text` on one line, for a message."""
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else f"{line[:59]}…"
