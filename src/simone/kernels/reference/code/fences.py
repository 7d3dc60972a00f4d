"""The fenced code blocks of Markdown.

Not for other Markdown, and not for blocks behind a ">" of a quotation.

Source: CommonMark 0.31.2, section 4.5; any indentation is taken, as lists have it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from simone.kernels.contract.syntax import FENCES

_OPENING = re.compile(r"(?P<indentation> *)(?P<fence>`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})(?P<info>[^\n]*)")
_LANGUAGE = re.compile(r"[ \t]*([^ \t\r,{]*)")


class Part(NamedTuple):
    """A text in one language, and where it stands in the text that holds it."""

    language: str
    text: str
    places: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    """Starts of its lines in itself and in what holds it, in code points; None where they are the same."""

    def outer(self, place: int) -> int:
        """Where a code point of it stands in the text that holds it."""
        if self.places is None:
            return place
        own, held = self.places
        line = bisect_right(own, place) - 1
        return held[line] + place - own[line]


def parts(text: str, language: str) -> list[Part]:
    """What is to be read of a text: itself, or of Markdown the blocks in a known language."""
    if language != "markdown":
        return [Part(language, text)]
    found: list[Part] = []
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    row = 0
    while row < len(lines):
        opening = _OPENING.match(lines[row])
        row += 1
        if opening is None:
            continue
        first = row
        fence = opening["fence"]
        while row < len(lines) and not _closes(lines[row], fence):
            row += 1
        known = _LANGUAGE.match(opening["info"])
        asked = FENCES.get(known[1].lower() if known is not None and known[1].isascii() else "")
        if asked is not None:
            found.append(_part(asked, lines, starts, first, row, len(opening["indentation"])))
        row += 1
    return found


def _closes(line: str, fence: str) -> bool:
    bare = line.lstrip(" ").rstrip(" \t\r")
    return len(bare) >= len(fence) and bare == fence[0] * len(bare)


def _part(language: str, lines: list[str], starts: list[int], first: int, end: int, indentation: int) -> Part:
    own, held, bodies = [0], [starts[first] if first < len(lines) else starts[-1] - 1], []
    for row in range(first, end):
        line = lines[row]
        cut = min(indentation, len(line) - len(line.lstrip(" ")))
        held[-1] += cut
        body = line[cut:] + ("\n" if row + 1 < len(lines) else "")
        bodies.append(body)
        own.append(own[-1] + len(body))
        held.append(starts[row + 1] if row + 1 < len(lines) else starts[row] + len(line))
    return Part(language, "".join(bodies), (tuple(own), tuple(held)))
