"""Where a text has blank lines and the marks that open, close or strike out what it only cites.

Not for what they mean: `voiced` says that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

_BREAK = re.compile(r"\n(?=\n)")
_TAG = re.compile(r"<(/?)(?:s|del|strike)>", re.IGNORECASE)


class Marks:
    """The marks of one text, each kind looked for once; places are code points."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: dict[str, list[int]] = {}

    def paragraph(self, place: int) -> int:
        """Where the paragraph of a place begins, with the line break in front of it."""
        n = bisect_left(self._breaks, place - 1)
        return self._breaks[n - 1] + 1 if n else 0

    def count(self, mark: str, start: int, end: int) -> int:
        """How often a mark stands in [start, end), none of them overlapping."""
        places = self._of(mark)
        return max(0, bisect_left(places, end - len(mark) + 1) - bisect_left(places, start))

    def last(self, mark: str, start: int, end: int) -> int:
        """Where a mark of one character stands last in [start, end), -1 where it does not."""
        places = self._of(mark)
        n = bisect_left(places, end)
        return places[n - 1] if n and places[n - 1] >= start else -1

    def count_bare(self, start: int, end: int) -> int:
        """How many straight quotation marks in [start, end) stand behind no digit, where they would be inches."""
        return bisect_left(self._bare, end) - bisect_left(self._bare, start)

    def is_struck(self, start: int, end: int) -> bool:
        """Whether the last tag in [start, end) opens what is struck out."""
        ends, opens = self._tags
        n = bisect_left(ends, end + 1)
        return n > 0 and ends[n - 1] > start and opens[n - 1]

    def _of(self, mark: str) -> list[int]:
        if mark not in self._places:
            self._places[mark] = [found.start() for found in re.finditer(re.escape(mark), self._text)]
        return self._places[mark]

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in _BREAK.finditer(self._text)]

    @cached_property
    def _bare(self) -> list[int]:
        text = self._text
        return [place for place in self._of('"') if not place or not text[place - 1].isdecimal()]

    @cached_property
    def _tags(self) -> tuple[list[int], list[bool]]:
        tags = list(_TAG.finditer(self._text))
        return [tag.end() for tag in tags], [not tag[1] for tag in tags]
