"""Plain text: paragraphs between blank lines, list items on lines of their own.

Not for markup: Markdown and reStructuredText have their own modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simone.retrieval.formats.blocks import Block, lines, trimmed

ITEM = re.compile(r"[ \t]*(?:[-*+•‣◦]|\(?(?:\d{1,4}|[A-Za-z]|#)[.)])[ \t]+(?=\S)")
"""A list marker at the start of a line, with what follows it left outside."""


def blocks(text: str, start: int = 0, end: int | None = None) -> Iterator[Block]:
    """Paragraphs and list items of text[start:end]."""
    first = last = -1
    is_item = False
    for begin, stop in lines(text, start, end):
        blank = not text[begin:stop].strip()
        marker = None if blank else ITEM.match(text, begin, stop)
        if (blank or (marker and _opens_item(marker, inside=first >= 0))) and first >= 0:
            yield _block(text, first, last, is_item)
            first = -1
        if blank:
            continue
        if first < 0:
            is_item = marker is not None
            first = marker.end() if marker else begin
        last = stop
    if first >= 0:
        yield _block(text, first, last, is_item)


def _opens_item(marker: re.Match[str], inside: bool) -> bool:
    # A wrapped line of prose can begin with "1931. " or "I. "; inside a paragraph only a bullet or "1." opens a list.
    return not inside or marker.group().strip() in ("-", "*", "+", "•", "‣", "◦") or len(marker.group().strip()) <= 3


def _block(text: str, start: int, end: int, is_item: bool) -> Block:
    start, end = trimmed(text, start, end)
    return Block("item" if is_item else "prose", start, end)
