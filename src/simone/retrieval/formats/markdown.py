"""Markdown: CommonMark blocks with tables and front matter, read by markdown-it-py.

Not for inline markup: it stays in the text, because offsets refer to the file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from simone.retrieval.formats.blocks import Block, BlockKind, blanked, lines, trimmed

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SLICE_CHARACTERS = 1_000_000
"""Longer files are parsed in slices cut before a heading, so that memory follows the slice and not the file."""

_FRONT = re.compile(
    r"\ufeff?---[ \t]*(?:\r\n|\n|\r)(.*?)(?:\r\n|\n|\r)(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL
)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NEWLINE = re.compile(r"\r\n|\n|\r")
_CONTAINER = re.compile(r"(?:[ \t]|>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|\[[ xX]\](?=[ \t]))*")
_QUOTE = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING_LINE = re.compile(r"#{1,6}[ \t]")


def blocks(text: str, slice_characters: int = SLICE_CHARACTERS) -> Iterator[Block]:
    """Blocks of a Markdown file, in order; the size of the slices changes memory, never the blocks."""
    from markdown_it import MarkdownIt  # lazy: parsers are not needed until a file of their kind is read

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    front = _FRONT.match(text)
    if front:
        yield from _fields(text, *front.span(1))
    for start, end in _slices(text, front.end() if front else 0, slice_characters):
        yield from _parsed(parser, text, start, end)


def title(text: str) -> str:
    """The title its front matter names, or ""."""
    front = _FRONT.match(text)
    named = _TITLE.search(front.group(1)) if front else None
    return named.group(1).strip() if named else ""


def _fields(text: str, start: int, end: int) -> Iterator[Block]:
    for begin, stop in lines(text, start, end):
        begin, stop = trimmed(text, begin, stop)
        if begin < stop:
            yield Block("field", begin, stop)


def _slices(text: str, start: int, size: int) -> Iterator[tuple[int, int]]:
    # A heading at the margin after a blank line ends every container, so cutting there changes no block.
    begin, fence, blank = start, "", True
    for here, stop in lines(text, start) if len(text) - start > size else ():
        line = text[here : min(stop, here + 100)]
        mark = _FENCE.match(line)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        if here - begin >= size and not fence and blank:
            overdue = here - begin >= 4 * size  # no heading for long: any paragraph may begin a slice
            if _HEADING_LINE.match(line) or (overdue and line[:1].strip()):
                yield begin, here
                begin = here
        blank = not line.strip()
    if begin < len(text):
        yield begin, len(text)


def _parsed(parser: MarkdownIt, text: str, start: int, end: int) -> Iterator[Block]:
    source = text[start:end]
    starts = [0, *(found.end() for found in _NEWLINE.finditer(source)), len(source)]
    for token in _leaves(parser.parse(source)):
        assert token.map is not None  # _leaves keeps tokens with a place only
        begin, stop = (start + starts[min(line, len(starts) - 1)] for line in token.map)
        yield from _block(text, token, begin, stop)


def _leaves(tokens: Sequence[Token]) -> Iterator[Token]:
    wanted = ("heading_open", "paragraph_open", "tr_open", "fence", "code_block", "html_block")
    depth = list(accumulate((token.type == "list_item_open") - (token.type == "list_item_close") for token in tokens))
    for token, items in zip(tokens, depth, strict=True):
        if token.type in wanted and token.map:
            token.meta["item"] = items > 0
            yield token


def _block(text: str, token: Token, begin: int, stop: int) -> Iterator[Block]:
    if token.type in ("fence", "code_block"):
        if token.type == "fence":
            inner = [span for span in lines(text, begin, stop) if text[slice(*span)].strip()]
            closed = len(inner) > 1 and _QUOTE.sub("", text[slice(*inner[-1])]).strip().startswith(token.markup)
            inner = inner[1 : -1 if closed else None]
            begin, stop = (inner[0][0], inner[-1][1]) if inner else (begin, begin)
        if text[begin:stop].strip():
            yield Block("code", begin, stop)
        return
    if token.type == "html_block":
        yield from _html(text, begin, stop)
        return
    marker = _CONTAINER.match(text, begin, stop) if token.level else None
    begin, stop = trimmed(text, marker.end() if marker else begin, stop)
    kind: BlockKind = "item" if token.meta["item"] else "prose"
    if token.type == "tr_open":
        begin, stop = _without(text, begin, stop, "| \t")
        kind = "row"
    elif token.type == "heading_open":
        yield from _heading(text, token, begin, stop)
        return
    if begin < stop:
        body = text[begin:stop]
        mask = blanked(body, _QUOTE) if ">" in body and token.level else ""
        yield Block(kind, begin, stop, 0, mask)


def _heading(text: str, token: Token, begin: int, stop: int) -> Iterator[Block]:
    if token.markup in ("=", "-"):  # underlined
        spans = [span for span in lines(text, begin, stop) if text[slice(*span)].strip()]
        stop = spans[-2][1] if len(spans) > 1 else stop
    else:
        begin, stop = _without(text, begin, stop, "# \t")
    begin, stop = trimmed(text, begin, stop)
    if begin < stop:
        yield Block("heading", begin, stop, int(token.tag[1:]))


def _html(text: str, begin: int, stop: int) -> Iterator[Block]:
    visible = blanked(text[begin:stop], _TAG)
    for first, last in lines(visible):
        first, last = trimmed(visible, first, last)
        if first < last:
            yield Block("prose", begin + first, begin + last, 0, visible[first:last])


def _without(text: str, start: int, end: int, characters: str) -> tuple[int, int]:
    while start < end and text[start] in characters:
        start += 1
    while end > start and text[end - 1] in characters:
        end -= 1
    return start, end
