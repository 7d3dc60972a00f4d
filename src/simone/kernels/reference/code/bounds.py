"""Which texts a grammar's parser would choke on: told by counting octets, before it is asked.

Not for what is wrong in a text. Each rule stands for a weakness of the pinned parsers: a stack that overflows, or a
search to the end of the text that is repeated from every place.
"""

from __future__ import annotations

import re

from simone.kernels.contract.syntax import BRACKETS, CONTINUATIONS, INDENTATIONS, SEARCHED, TAG

_BRACKET = re.compile(rb"[()\[\]{}]")
_CLOSES = {ord(")"): ord("("), ord("]"): ord("["), ord("}"): ord("{")}
_CONTINUED = re.compile(rb"(?:\\[ \t]*\r?\n[ \t]*){%d}" % (CONTINUATIONS + 1))
_TAG = re.compile(rb"\$[^$ \t\r\n\x0b\x0c]*\$")
_INDICATOR = re.compile(rb"[-?:|>][-+0-9]*(?=[ \t\r]|$)")


def readable(language: str, data: bytes) -> bool:
    """Whether the text's parser can be trusted with it."""
    if _deepest(data) > BRACKETS:
        return False
    if language == "python":
        return _CONTINUED.search(data) is None
    if language == "rust":
        return _raw_left_open(data) * len(data) <= SEARCHED
    if language == "sql":
        return _tags_readable(data)
    return language != "yaml" or _levels(data) <= INDENTATIONS


def _deepest(data: bytes) -> int:
    """Brackets open at once, at most; a closing one that fits no open one is passed over."""
    opened: list[int] = []
    deepest = 0
    for match in _BRACKET.finditer(data):
        sign = data[match.start()]
        if sign not in _CLOSES:
            opened.append(sign)
            deepest = max(deepest, len(opened))
        elif opened and opened[-1] == _CLOSES[sign]:
            opened.pop()
    return deepest


def _raw_left_open(data: bytes) -> int:
    """Starts of raw strings behind which no quotation mark has as many hashes."""
    starts: list[tuple[int, int]] = []
    closers: list[tuple[int, int]] = []
    place = data.find(b'"')
    while place >= 0:
        before = place
        while before > 0 and data[before - 1] == ord("#"):
            before -= 1
        behind = place + 1
        while behind < len(data) and data[behind] == ord("#"):
            behind += 1
        if before > 0 and data[before - 1] == ord("r"):
            starts.append((place, place - before))
        closers.append((place, behind - place - 1))
        place = data.find(b'"', behind)
    most, left = -1, 0
    for place, hashes in reversed(closers):
        if starts and starts[-1][0] == place:
            left += starts.pop()[1] > most
        most = max(most, hashes)
    return left


def _tags_readable(data: bytes) -> bool:
    """No tag is too long, and those with no equal behind them, one of each kind, are not searched for too long."""
    tags: set[bytes] = set()
    place = data.find(b"$")
    while place >= 0:
        match = _TAG.match(data, place)
        if match is not None:
            if len(match[0]) >= TAG:
                return False
            tags.add(match[0])
        place = data.find(b"$", place + 1)
    return len(tags) * len(data) <= SEARCHED


def _levels(data: bytes) -> int:
    """Levels of indentation that may be open at once, at most: each line counts its indicators and itself."""
    opened: list[tuple[int, int]] = []
    total = deepest = 0
    for line in data.split(b"\n"):
        bare = line.lstrip(b" ")
        if not bare or bare == b"\r":
            continue
        indentation = len(line) - len(bare)
        while opened and opened[-1][0] >= indentation:
            total -= opened.pop()[1]
        count = 1 + sum(1 for _ in _INDICATOR.finditer(bare))
        opened.append((indentation, count))
        total += count
        deepest = max(deepest, total)
    return deepest
