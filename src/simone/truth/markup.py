"""The words of a sentence without the marks that Markdown and HTML put around and before them.

Not for reading documents: `retrieval` has readers for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

FRONT_MATTER, COMMENT, TABLE_HEAD = "it is front matter", "it is a comment", "it is the head of a table"
NO_WORDS = "it holds no words"
_LINK = re.compile(r"!?\[([^\[\]]{1,500})\](?:\([^()\s]{0,2000}(?:\s\"[^\"]{0,500}\")?\)|\[[^\[\]]{0,200}\])")
_CITATION = re.compile(r"\s*\[(?:\^?\d+(?:\s*[,–-]\s*\d+)*|\^[\w-]{1,40})\]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,2000})?/?>")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2,3})(?=\S)([^*_]{1,1000}?)(?<=\S)\1(?![\w*])")
_LABELS = (
    "note notes warning tip hint important caution attention danger example examples info information remark reminder"
    " notice answer fact update summary result conclusion"
)
_STRESS = r"(?:\*\*|__|\*|_)?+"
_LEAD = re.compile(
    r"(?:\s+|>(?!=?\d)|\[!\w{1,20}\]|(?:!!!|:::)\s?\w{1,20}(?: \"[^\"\n]{0,100}\")?(?=\s)"
    r"|[-*+–—](?=\s)|[•▪‣◦●]|\[[ xX]\](?=\s)"
    r"|(?:\d{1,3}|(?:\d{1,3}\.){1,4}\d{1,3}(?=[.)])|[ivx]{1,4}|[IVX]{2,4})[.)](?=\s)|[a-zA-Z]\)(?=\s)"
    r"|\((?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\)(?=\s)"
    r"|\[(?:\^?\d{1,4}(?:\s*[,–-]\s*\d{1,4}){0,20}|\^[\w-]{1,40})\]:?(?=\s)"
    rf"|{_STRESS}(?i:{'|'.join(_LABELS.split())}|n\.?b\.?)(?: \d{{1,3}})?{_STRESS} ?:{_STRESS}(?=\s+\S)"
    r"|(?i:(?:please )?(?:note|remember|keep in mind|be aware) that)(?=\s+\S))++"
)
"""Marks of lists, quotations and references, and labels, before the words of a sentence."""
_QUOTATION = re.compile(r"(?m)^[ \t]*>[> \t]*")
_FRONT = re.compile(r"\ufeff?(---|\+\+\+)[ \t]*\r?\n")
_FIELD = re.compile(r"\s|[\w.\"'-][\w .\"'-]{0,60}[:=]|[-#\[\]{}]|\r?$")
_KEY = re.compile(r"[A-Za-z][\w.-]{0,40}\s?[:=](?:\s|$)")
_RULE = re.compile(r"[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+\|)++[ \t:-]*+\Z")


def without_markup(text: str) -> str:
    """The text without link targets, numbers of citations, tags and marks of emphasis."""
    if not any(mark in text for mark in "[<*_"):
        return text
    return _EMPHASIS.sub(r"\2", _TAG.sub("", _CITATION.sub("", _LINK.sub(r"\1", text))))


def lead_of(sentence: str) -> int:
    """Where the words of a sentence begin: behind the mark of a list, quotation or reference, and behind "Note:"."""
    found = _LEAD.match(sentence)
    return found.end() if found else 0


def without_quotation_marks(text: str) -> str:
    """The text with the ">" that begin its lines blanked, equally long."""
    return _QUOTATION.sub(lambda found: " " * len(found[0]), text) if ">" in text else text


def find_unspoken(text: str) -> list[tuple[int, int, str]]:
    """Front matter and comments of a document, (start, end, what it is), in order. Linear in its length."""
    found: list[tuple[int, int, str]] = []
    at = 0
    if (front := _front_matter(text)) > 0:
        found.append((0, front, FRONT_MATTER))
        at = front
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        at = end + 3
        found.append((start, at, COMMENT))
    return found


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


def is_rule(line: str) -> bool:
    """Whether a line parts the head of a table from its rows."""
    return bool(_RULE.match(line.rstrip()))


def blanked(text: str, stretches: Sequence[tuple[int, int, str]]) -> str:
    """The text with these stretches blanked, equally long."""
    pieces, at = [], 0
    for start, end, _ in stretches:
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def rows_of(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """A sentence as it is, or the lines of the table that it holds, the head and its rule with what they are."""
    lines = _lines(text, start, end) if "|" in text[start:end] else []
    rule = next((n for n, (a, b) in enumerate(lines) if n and is_rule(text[a:b])), 0)
    if not rule:
        yield start, end, ""
        return
    if rule > 1:
        yield start, lines[rule - 2][1], ""
    yield *lines[rule - 1], TABLE_HEAD
    for n, (a, b) in enumerate(lines[rule:]):
        if "|" not in text[a:b]:
            yield *trimmed(text, a, end), ""
            return
        yield a, b, "" if n else NO_WORDS


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    places = [start]
    for line in text[start:end].splitlines(keepends=True):
        places.append(places[-1] + len(line))
    return [trimmed(text, a, b) for a, b in pairwise(places)]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, start + len(piece.rstrip()))


def without_hidden(text: str, evidence: Sequence[str]) -> str:
    """The text without the comments, tags and link targets that no text of the evidence holds.

    A claim is its words without these (`without_markup`), so that what hides in them would leave unchecked.
    """

    def shown(found: re.Match[str]) -> str:
        if any(found[0] in held for held in evidence):
            return found[0]
        return found[1] if found.re is _LINK else ""

    if not any(mark in text for mark in "<["):
        return text
    for hidden in (_COMMENT, _LINK, _TAG):
        text = hidden.sub(shown, text)
    return text
