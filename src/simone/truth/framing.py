"""Stretches of a text that are no statements of it, by what stands above, before or behind them.

A heading reaches until the next one of the same or a higher level; a lead-in that ends with a colon, over the list or
block that follows; a label, to the end of its line; an empty check box, over its item. What frames a paragraph
(`retold`) reaches as it says itself. The innermost of those that lie around one another counts, so that a "Fact:" under
"Myths" is a fact.

Not for what a sentence says of itself (`doubts`), nor for quotations (`voiced`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from simone.truth.frames import is_banner, of_heading, of_label, of_lead, says_as_much
from simone.truth.retold import find_retold, is_past

LONGEST_LINE = 200
"""Characters of a line that can be a heading or open with a label, count."""
LONGEST_LABEL = 80
"""Characters of a label, count."""
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_ATX = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+\S")
_HTML = re.compile(r"\s*<h([1-6])[^<>]{0,200}>(.{0,200}?)</h\1>", re.IGNORECASE)
_BOLD = re.compile(r"\s*(?:\*\*|__)[^*_]+(?:\*\*|__):?\s*$")
_UNDERLINE = re.compile(r"[ \t]{0,3}(=+|-+)[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|[☐□◻✗✘❌✕☑✓✔✅])[ \t]+")
_OPEN_BOX = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?(\[ \]|[☐□◻✗✘❌✕]|(?:TODO|FIXME)(?=\W))(?=\W)")
_LABEL = re.compile(
    rf"(?:(?<=[.!?] )|(?<=[.!?]\) )|^)[\s>*_#+•-]*([^:.!?\n]{{1,{LONGEST_LABEL}}}:|[A-Za-z]+ \d{{1,3}}\.)[*_]*"
    r"[ \t]+(?=\S)"
)
_NUMBERED = re.compile(r"\W*[A-Za-z]+ \d{1,3}\. ")
_BOLD_LEVEL, _TITLE_LEVEL = 7, 8
_FENCES = ("```", "~~~")
_NO_TITLE = frozenset('.!?,;:|"”')
_PAST_IS_FACT = re.compile(r"old|former|previous|earlier|past|outdated|obsolete|superseded|expired|prior|\(until")
"""Keys of frames under which only what is said in the present tense is not so any more."""


class Scope(NamedTuple):
    """A stretch [start, end) of a text and whether what stands there is so; `said` frames it, `key` is why."""

    start: int
    end: int
    holds: bool
    said: str
    key: str


class _Line(NamedTuple):
    start: int
    end: int
    text: str


class Frames:
    """What frames the sentences of one text; worked out when it is first asked for. Linear in its length."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _around(self) -> tuple[list[int], list[Scope | None]]:
        """Where it changes what frames the text, and the innermost scope from there on."""
        places, inner, open_ones = list[int](), list[Scope | None](), list[Scope]()
        for scope in [*_find_around(self._text), Scope(len(self._text) + 1, 0, True, "", "")]:
            while open_ones and open_ones[-1].end <= scope.start:
                places.append(open_ones.pop().end)
                inner.append(open_ones[-1] if open_ones else None)
            end = min(scope.end, open_ones[-1].end) if open_ones else scope.end
            open_ones.append(scope._replace(end=end))
            places.append(scope.start)
            inner.append(scope)
        return places, inner

    @cached_property
    def _retold(self) -> dict[int, list[Scope]]:
        """What paragraphs frame or take back, by where each sentence begins."""
        found: dict[int, list[Scope]] = {}
        for start, end, said, key in find_retold(self._text):
            found.setdefault(start, []).append(Scope(start, end, False, said, key))
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(self._retold)

    def frame_of(self, start: int, end: int, claim: str) -> str | None:
        """The words by which the text does not state its sentence [start, end); None where it does, or the claim
        says so itself."""
        places, inner = self._around
        found: list[Scope] = []
        for place in (end - 1, start):
            at = bisect_right(places, place) - 1
            if at >= 0 and (scope := inner[at]) is not None:
                found = [] if scope.holds else [scope]
                break
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self._starts) and self._starts[at] < end:
            found += [scope for scope in self._retold[self._starts[at]] if start < scope.end]
            at += 1
        for scope in found:
            is_over = _PAST_IS_FACT.match(scope.key) is not None and is_past(self._text[start:end])
            if not is_over and not says_as_much(claim, scope.key):
                return scope.said
        return None


def frame_of_titles(titles: str, claim: str) -> str | None:
    """The same of the path of titles under which a passage stands, "Outer > Inner"."""
    for title in reversed(titles.split(" > ")):
        found = of_heading(title)
        if found is not None:
            return None if found[0] or says_as_much(claim, found[1]) else title
    return None


def _find_around(text: str) -> tuple[Scope, ...]:
    """All headings, lead-ins, labels and boxes that say whether what they reach over is so, by where they begin."""
    lines = _lines(text)
    found = [*_of_headings(lines, len(text)), *_of_leads(lines)]
    for number, line in enumerate(lines):
        if box := _OPEN_BOX.match(line.text):
            found.append(Scope(line.start + box.end(), line.end, False, line.text.strip(), box[1]))
        if ":" in line.text or _NUMBERED.match(line.text):
            found += _of_labels(lines, number)
    return tuple(sorted(found, key=lambda scope: (scope.start, -scope.end)))


def _lines(text: str) -> list[_Line]:
    """The lines of a text, those of code blanked."""
    found: list[_Line] = []
    is_code = False
    for line in _LINE.finditer(text):
        bare = line.group().rstrip()
        is_fence = bare.lstrip()[:3] in _FENCES
        found.append(_Line(*line.span(), "" if is_code or is_fence else bare))
        is_code ^= is_fence
    return found


def _of_headings(lines: list[_Line], end: int) -> Iterator[Scope]:
    above: list[tuple[int, _Line, tuple[bool, str] | None]] = []
    first = next((number for number, line in enumerate(lines) if line.text), 0)
    for number, line in enumerate(lines):
        level = _level(lines, number) if line.text and len(line.text) <= LONGEST_LINE else 0
        if not level:
            continue
        bearing = of_heading(_without_tags(line.text))
        while above and above[-1][0] >= level:
            yield from _scope_of(above.pop(), line.start)
        above.append((0 if number == first and bearing and is_banner(line.text) else level, line, bearing))
    for one in above:
        yield from _scope_of(one, end)


def _scope_of(heading: tuple[int, _Line, tuple[bool, str] | None], end: int) -> Iterator[Scope]:
    _, line, bearing = heading
    if bearing is not None:
        yield Scope(line.end, end, bearing[0], line.text.strip(), bearing[1])


def _level(lines: list[_Line], number: int) -> int:
    """How high a heading a line is, 1 for the highest; 0 for none."""
    text = lines[number].text
    if atx := _ATX.match(text):
        return len(atx[1])
    if html := _HTML.match(text):
        return int(html[1])
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    if _ITEM.match(text) is None and (under := _UNDERLINE.match(below)):
        return 1 if under[1][0] == "=" else 2
    if _BOLD.match(text):
        return _BOLD_LEVEL
    is_alone = not below and (number == 0 or not lines[number - 1].text) and number + 2 < len(lines)
    return _TITLE_LEVEL if is_alone and text[-1] not in _NO_TITLE and _ITEM.match(text) is None else 0


def _without_tags(text: str) -> str:
    return html[2] if (html := _HTML.match(text)) else text


def _of_leads(lines: list[_Line]) -> Iterator[Scope]:
    for number, line in enumerate(lines):
        bare = line.text.rstrip("*_ ")
        if not bare.endswith(":") or _ATX.match(bare):
            continue
        sentence = re.split(r"[.!?]\s", bare[-LONGEST_LINE:])[-1]
        bearing = of_lead(sentence)
        if bearing is not None and (end := _block_behind(lines, number)) > line.end:
            yield Scope(line.end, end, bearing[0], sentence.strip(), bearing[1])


def _block_behind(lines: list[_Line], number: int) -> int:
    """Where the list or block that a line introduces ends."""
    first = next((n for n in range(number + 1, len(lines)) if lines[n].text), len(lines))
    if first == len(lines):
        return lines[number].end
    is_list = _ITEM.match(lines[first].text) is not None
    last = first
    for n in range(first + 1, len(lines)):
        text = lines[n].text
        if _level(lines, n) or (is_list and text and not _continues(text, lines[n - 1].text)):
            break
        if not text and not is_list:
            break
        last = n if text else last
    return lines[last].end


def _continues(text: str, before: str) -> bool:
    """Whether a line goes on a list: an item, what is set in under one, or the rest of one."""
    return _ITEM.match(text) is not None or text[0] in " \t" or (before != "" and text[0].islower())


def _of_labels(lines: list[_Line], number: int) -> Iterator[Scope]:
    """The labels of a line; each reaches to the next that says something, or to the end of its last sentence."""
    line = lines[number]
    found = [(label, of_label(label[1])) for label in _LABEL.finditer(line.text[: 10 * LONGEST_LINE])]
    known = [(label, bearing) for label, bearing in found if bearing is not None]
    ends = [label.start() + line.start for label, _ in known[1:]]
    for (label, (holds, key)), end in zip(known, [*ends, _end_of_line(lines, number)], strict=False):
        start = line.start + label.end()
        is_code = key in ("example", "e.g") and "`" in line.text
        if not is_code:
            yield Scope(start, end, holds, label[1].strip(), key)


def _end_of_line(lines: list[_Line], number: int) -> int:
    """Where what a line begins ends: with it, or with the lines that only go on its last sentence."""
    end = lines[number].end
    for before, line in pairwise(lines[number:]):
        if not line.text or before.text[-1:] in _NO_TITLE or _ITEM.match(line.text) or ":" in line.text:
            break
        end = line.end
    return end
