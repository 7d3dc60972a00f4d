"""Cuts the blocks of a document into sentences and keeps its sections.

Not for sentence boundaries inside prose: the kernels decide those.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Callable, Iterable, Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.retrieval.formats.blocks import Block, BlockKind, lines, trimmed

KINDS: tuple[BlockKind, ...] = ("prose", "heading", "item", "row", "field", "code")
"""Kinds of sentence; a sentence's kind is stored as its index here."""
MAX_SENTENCE = 1000
"""A longer run without a boundary is cut behind a semicolon or at white space, characters."""
CODE_CHUNK = 400
"""Code is kept in chunks of whole lines, cut at blank lines or at about this length, characters."""
HEADLINE_WORDS = 6
"""A heading of at least so many words reads as a statement and is a sentence too; shorter ones only name a section."""
MAX_TITLE = 300
"""Of a longer heading only the beginning names its section, characters."""
HASH_BYTES = 16
"""Bytes of the hash that stands for a sentence's text."""
_BATCH = 512


class Section(msgspec.Struct, frozen=True):
    """A heading and what stands under it: text[start:end], up to the next heading of its level or higher."""

    level: int
    title: str
    start: int
    end: int


class Cut(msgspec.Struct, frozen=True):
    """The sentences of one document, in order.

    `starts`, `ends` (n,) int32 code points; `kinds` (n,) uint8 into KINDS; `inside` (n,) int32: 0 before the first
    heading, else 1 + the index of the nearest heading before the sentence.
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    inside: NDArray[np.int32]
    sections: tuple[Section, ...]


def cut(text: str, blocks: Iterable[Block]) -> Cut:
    """Sentences and sections of `text`; memory follows the number of sentences, not of blocks."""
    starts, ends, kinds, inside = array("i"), array("i"), array("B"), array("i")
    headings: list[Block] = []
    only_headings: list[tuple[int, int]] = []

    def keep(start: int, end: int, kind: BlockKind, section: int) -> None:
        for first, last in _bounded(text, start, end):
            if any(map(str.isalnum, text[first:last])):
                starts.append(first)
                ends.append(last)
                kinds.append(KINDS.index(kind))
                inside.append(section)

    pending: list[tuple[Block, int]] = []
    for block in blocks:
        if block.kind == "heading":
            headings.append(block)
            only_headings.append((block.start, block.end))
        pending.append((block, len(headings)))
        if len(pending) >= _BATCH:
            _settle(text, pending, keep)
    _settle(text, pending, keep)
    if not starts:  # a document of headings alone still says something
        for index, (start, end) in enumerate(only_headings, start=1):
            keep(start, end, "heading", index)
    return Cut(
        np.array(starts, np.int32),
        np.array(ends, np.int32),
        np.array(kinds, np.uint8),
        np.array(inside, np.int32),
        _sections(text, headings),
    )


def _settle(text: str, pending: list[tuple[Block, int]], keep: Callable[[int, int, BlockKind, int], None]) -> None:
    spoken = [block for block, _ in pending if block.kind in ("prose", "item")]
    spans = iter(kernels.split_sentences_batch([block.mask or text[block.start : block.end] for block in spoken]))
    for block, section in pending:
        if block.kind in ("prose", "item"):
            for first, last in next(spans).tolist():
                keep(block.start + first, block.start + last, block.kind, section)
        elif block.kind == "code":
            for first, last in _chunks(text, block):
                keep(first, last, "code", section)
        elif block.kind != "heading" or len(text[block.start : block.end].split()) >= HEADLINE_WORDS:
            keep(block.start, block.end, block.kind, section)
    pending.clear()


def _chunks(text: str, block: Block) -> Iterator[tuple[int, int]]:
    first = last = -1
    for start, end in lines(text, block.start, block.end):
        blank = not text[start:end].strip()
        if first >= 0 and (blank or end - first > CODE_CHUNK):
            yield first, last
            first = -1
        if not blank:
            first, last = (start if first < 0 else first), end
    if first >= 0:
        yield first, last


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The run in parts that are short enough, cut behind a semicolon if one stands late enough, else at white space."""
    while end - start > MAX_SENTENCE:
        least, most = start + MAX_SENTENCE // 2, start + MAX_SENTENCE
        stop = text.rfind(";", least, most) + 1
        if not stop:
            stop = next((at for at in range(most, least, -1) if text[at].isspace()), most)
        yield trimmed(text, start, stop)
        start, end = trimmed(text, stop, end)
    if start < end:
        yield start, end


def _sections(text: str, headings: list[Block]) -> tuple[Section, ...]:
    ends = [len(text)] * len(headings)
    open_headings: list[int] = []
    for index, block in enumerate(headings):
        while open_headings and headings[open_headings[-1]].level >= block.level:
            ends[open_headings.pop()] = block.start
        open_headings.append(index)
    return tuple(
        Section(block.level, plain(text[block.start : min(block.end, block.start + MAX_TITLE)]), block.start, end)
        for block, end in zip(headings, ends, strict=True)
    )


def section_paths(sections: Iterable[Section]) -> list[str]:
    """For each value of `Cut.inside` the headings above, outermost first, joined by " > "; "" for 0."""
    paths = [""]
    above: list[Section] = []
    for section in sections:
        while above and above[-1].level >= section.level:
            above.pop()
        above.append(section)
        paths.append(" > ".join(each.title for each in above))
    return paths


_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)")
_ROLE = re.compile(r"(?::[\w+.-]+(?::[\w+.-]+)*:)?`([^`<]+?)\s*(?:<[^<>`]*>)?`_{0,2}")
_MARKS = re.compile(r"`+|\*\*+|\n[ \t]*>+(?=[ \t])")


def plain(text: str) -> str:
    """A sentence as it is searched and encoded: link targets and inline marks removed, white space collapsed."""
    if "`" in text or "](" in text or "*" in text or ">" in text:
        text = _MARKS.sub(" ", _LINK.sub(r"\1", _ROLE.sub(r"\1", text)))
    return " ".join(text.split())


def text_hash(text: str) -> bytes:
    """The key under which equal sentences share one vector. HASH_BYTES long."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()
