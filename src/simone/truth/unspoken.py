"""What a document holds and states to nobody: front matter, comments, what is struck out, blocks of indented code.

Not for fenced code and headings, which a sentence shows by itself (`checkable`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

FRONT_MATTER, COMMENT = "it is front matter", "it is a comment"
STRUCK, INDENTED = "it is struck out", "it is an indented block of code"
STRUCK_OUT = re.compile(r"(?<![~\\])~~(?![~\s])((?:[^~\n]|\n(?![ \t]*\n))+)(?<=\S)~~(?!~)")
_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n")
_FIELD = re.compile(r"\s|[\w.\"'-][\w .\"'-]{0,60}[:=]|[-#\[\]{}]|\r?$")
_KEY = re.compile(r"[A-Za-z][\w.-]{0,40}\s?[:=](?:\s|$)")
_MARKDOWN = re.compile(r"(?m)^(?:#{1,6} |```|~~~|---\r?$|[-*+] )|\]\(|`|\*\*")
"""Marks by which a text shows that it is Markdown: in others an indented paragraph is a quotation."""
_DEEP = re.compile(r"(?: {4}| {0,3}\t)[ \t]*\S")
_HOLDS_INDENTED = re.compile(
    r"\s*(?:[-*+•:]|\d{1,9}[.)]|[a-zA-Z][.)]|\(\w{1,3}\)|\[\^?[^\[\]\n]{1,80}\]:|!!!|\?\?\?|:::|===|\.\.|>)(?=\s|$)"
)
"""How a line opens whose own paragraphs are indented: an item, a definition, a note."""


def find_unspoken(text: str) -> list[tuple[int, int, str]]:
    """The stretches of a document that state nothing, (start, end, what it is), in order. Linear in its length."""
    found: list[tuple[int, int, str]] = []
    at = 0
    if (front := _front_matter(text)) > 0:
        found.append((0, front, FRONT_MATTER))
        at = front
    others = [*_comments(text, at), *_indented(text, at), *_struck(text, at)]
    for start, end, what in sorted(others):
        if start >= at:
            found.append((start, end, what))
            at = end
    return found


def blanked(text: str, stretches: Sequence[tuple[int, int, str]]) -> str:
    """The text with these stretches blanked, equally long."""
    pieces, at = [], 0
    for start, end, _ in stretches:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _comments(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        at = end + 3
        yield start, at, COMMENT


def _struck(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    for match in STRUCK_OUT.finditer(text, at) if "~~" in text else ():
        yield *match.span(), STRUCK


def _indented(text: str, at: int) -> Iterator[tuple[int, int, str]]:
    """Runs of lines indented by four, behind a blank line, that belong to no item. Source: CommonMark 0.31."""
    if ("    " not in text and "\t" not in text) or not _MARKDOWN.search(text, at):
        return
    lines = text[at:].splitlines(keepends=True)
    if not any(line[:1].strip() for line in lines[1:]):
        return  # all of it is indented, as texts in programs are
    start = end = -1
    is_after_blank, holder = True, ""
    for line in lines:
        if not line.strip():
            is_after_blank = True
        elif _DEEP.match(line) and (start >= 0 or (is_after_blank and not _HOLDS_INDENTED.match(holder))):
            start, end = at if start < 0 else start, at + len(line.rstrip())
            is_after_blank = False
        else:
            if start >= 0:
                yield start, end, INDENTED
            start = -1
            is_item = bool(_HOLDS_INDENTED.match(line))
            if is_item or (is_after_blank and not line[0].isspace()) or not holder:
                holder = line
            is_after_blank = False
        at += len(line)
    if start >= 0:
        yield start, end, INDENTED


def _front_matter(text: str) -> int:
    """Where the fields before a document end; 0 where it opens with none."""
    opening = _FRONT.match(text)
    if opening is None:
        return 0
    at, fields = opening.end(), 0
    while at < len(text):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)].rstrip()
        at = end + 1 if end >= 0 else len(text)
        if line in (opening[1], "..."):
            return at if fields else 0
        if not _FIELD.match(line):
            return 0
        fields += bool(_KEY.match(line))
    return 0
