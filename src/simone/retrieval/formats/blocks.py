"""What every format reader produces: a text and its blocks, in order.

Not for sentences: `retrieval.sentences` cuts blocks into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from simone.records import SentenceKind

BlockKind = SentenceKind


class Unreadable(Exception):
    """A reader cannot make text of this file; `rule` is the SourceFinding rule it becomes. Never leaves ingest."""

    def __init__(self, rule: Literal["empty", "huge", "binary", "unreadable", "unsupported"], message: str) -> None:
        super().__init__(message)
        self.rule = rule


class Block(msgspec.Struct, frozen=True):
    """A run of text that no sentence crosses: text[start:end] of the document, `level` 1.. for headings.

    `mask` is "" or what to cut into sentences instead: text[start:end] with markup inside it blanked, equally long.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    mask: str = ""


class Reading(msgspec.Struct, frozen=True):
    """A document's own text, its title ("" if it names none), its blocks in order, and remarks about the encoding."""

    text: str
    title: str
    blocks: Iterable[Block]
    remark: str = ""


class TextBuilder:
    """Builds the text of a format that has no plain text of its own, and the blocks with it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Append a block; blank text is dropped, rows follow one another without a blank line."""
        text = printable(text).strip() if kind != "code" else printable(text).strip("\n").rstrip()
        if not text.strip():
            return
        if self.blocks:
            tight = kind == "row" and self.blocks[-1].kind == "row"
            self._append("\n" if tight else "\n\n")
        start = self._length
        self._append(text)
        self.blocks.append(Block(kind, start, self._length, level))

    def text(self) -> str:
        """Everything appended so far."""
        return "".join(self._parts)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` with NUL and lone surrogates, which no store can hold, replaced one for one by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


_LINE = re.compile(r"[^\n\r]*(?:\r\n|\n|\r|\Z)")


def lines(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Spans (start, end without the line ending) of the lines of text[start:end], one at a time."""
    stop = len(text) if end is None else end
    position = start
    while position < stop:
        match = _LINE.match(text, position, stop)
        assert match is not None  # the pattern matches the empty string
        bare = match.end()
        while bare > position and text[bare - 1] in "\r\n":
            bare -= 1
        yield position, bare
        position = match.end()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; empty (start, start) where nothing is left."""
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """`text` with every match of `pattern` overwritten by spaces, newlines kept: offsets stay what they were."""
    return pattern.sub(lambda found: re.sub(r"[^\r\n]", " ", found.group()), text)
