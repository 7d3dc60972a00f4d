"""The sentences of a passage as a reader parts them: whole spans of code, one field a line, no mark of the next item.

Not for clauses and claims (`claims`), nor for the division of documents, which retrieval keeps.
"""

from __future__ import annotations

import re

from simone.kernels import kernels

_FIELD = re.compile(r"[\s\-*+•>]*[^:\n|]{1,60}:[ \t]+[^\n]{1,120}")
_KEPT = frozenset("\"“”'’`*_~|()[]")
LONGEST_MARK = 6
"""Characters of a line that only bears a mark, with its break, count."""
LONGEST_CODE = 400
"""Characters of two pieces that are joined over a cut within a span of code, count."""


def find_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, none of them cut within a span of code; code points."""
    rows: list[tuple[int, int]] = [(start, end) for start, end in kernels.split_sentences_batch([text])[0].tolist()]
    return _with_whole_code(text, rows) if "`" in text else rows


def find_pieces(text: str) -> list[tuple[int, int]]:
    """The same as evidence is compared: one field of a list of fields each, and no mark of the next item behind."""
    found: list[tuple[int, int]] = []
    for start, end in find_sentences(text):
        if "\n" not in text[start:end]:
            found.append((start, end))
            continue
        found += _fields(text, start, _without_marks(text, start, end))
    return found


def _with_whole_code(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans, those joined between which a span of code is cut."""
    found: list[tuple[int, int]] = []
    is_open = False
    for start, end in spans:
        is_odd = text.count("`", start, end) % 2 == 1
        first, last = found[-1] if found else (start, start)
        if is_open and is_odd and "\n" not in text[last:start] and end - first <= LONGEST_CODE:
            found[-1] = (first, end)
            is_open = False
        else:
            found.append((start, end))
            is_open = is_odd
    return found


def _without_marks(text: str, start: int, end: int) -> int:
    """Where a piece ends without lines that only bear the mark of what follows."""
    while (cut := text.rfind("\n", start, end)) > start and end - cut <= LONGEST_MARK:
        mark = text[cut:end].strip()
        if any(map(str.isalnum, mark)) or not _KEPT.isdisjoint(mark):
            break
        end = cut
    return end


def _fields(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a piece where each is a field with its value, else the piece."""
    if ":" not in text[start : text.find("\n", start)]:
        return [(start, end)]
    lines = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            lines.append((at, at + len(line.rstrip())))
        at += len(line)
    if len(lines) > 1 and all(_FIELD.fullmatch(text, a, b) for a, b in lines):
        return lines
    return [(start, end)]
