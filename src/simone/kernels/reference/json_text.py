"""Strict JSON read without recursion: values with their places, and what is wrong.

Not for building objects: see the standard library's json.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.contract.syntax import JSON_KINDS, REPEATED_NAME, SYNTAX_ERRORS

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?")
_NUMBER_SIGNS = re.compile(r"[0-9+\-.eE]*")
_WORD = re.compile(r"[A-Za-z0-9_]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")
(VALUE, TRAILING, NAME, COLON, COMMA, UNCLOSED, CONTROL, ESCAPE, NUMBER, WORD) = range(REPEATED_NAME)
OBJECT, ARRAY, STRING, NUMERAL, TRUE, FALSE, NULL = range(len(JSON_KINDS))
_WORDS = {"true": TRUE, "false": FALSE, "null": NULL}


class Value(NamedTuple):
    """A value: kind, span, row of its container or -1, its name or number there."""

    kind: int
    start: int
    end: int
    parent: int
    token: str


class _Malformed(Exception):
    """The first place where the text is not JSON."""

    def __init__(self, code: int, start: int, end: int) -> None:
        super().__init__(SYNTAX_ERRORS[code])
        self.row = code, start, end


class _Open:
    """A container that is not closed yet."""

    def __init__(self, row: int, is_object: bool) -> None:
        self.row = row
        self.is_object = is_object
        self.names: set[str] = set()
        self.items = 0


def read_json(text: str) -> tuple[list[Value], list[tuple[int, int, int]]]:
    """The values in order of their starts, and errors as (code, start, end) in order."""
    errors: list[tuple[int, int, int]] = []
    values: list[Value] = []
    try:
        _read(text, values, errors)
    except _Malformed as malformed:
        return [], [*errors, malformed.row]
    return values, errors


def _read(text: str, values: list[Value], errors: list[tuple[int, int, int]]) -> None:
    opened: list[_Open] = []
    key = ""
    place = _space(text, 0)
    wants_value, may_close = True, False  # may_close: the container was opened just now
    while True:
        sign = text[place : place + 1]
        inner = opened[-1] if opened else None
        closing = "" if inner is None else "}" if inner.is_object else "]"
        if inner is not None and sign == closing and (may_close or not wants_value):
            value = values[inner.row]
            values[inner.row] = value._replace(end=place + 1)
            opened.pop()
            place, wants_value, may_close = _space(text, place + 1), False, False
        elif not wants_value:
            if inner is None:
                if place < len(text):
                    raise _Malformed(TRAILING, place, place + 1)
                return
            if sign != ",":
                raise _Malformed(COMMA, place, place + len(sign))
            inner.items += 1
            place, wants_value = _space(text, place + 1), True
            key = str(inner.items)
            if inner.is_object:
                place, key = _name(text, place, inner, errors)
        elif may_close and inner is not None and inner.is_object:
            place, key = _name(text, place, inner, errors)
            may_close = False
        else:
            kind, end = (
                _scalar(text, place) if sign not in ("{", "[") else (OBJECT if sign == "{" else ARRAY, place + 1)
            )
            values.append(Value(kind, place, end, inner.row if inner else -1, key))
            wants_value = may_close = kind in (OBJECT, ARRAY)
            if wants_value:
                opened.append(_Open(len(values) - 1, kind == OBJECT))
                key = "0"
            place = _space(text, end)


def _space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _name(text: str, place: int, inner: _Open, errors: list[tuple[int, int, int]]) -> tuple[int, str]:
    """The name of a member -> where its value begins, and the name."""
    sign = text[place : place + 1]
    if sign != '"':
        raise _Malformed(NAME, place, place + len(sign))
    end, name = _string(text, place)
    if name in inner.names:
        errors.append((REPEATED_NAME, place, end))
    inner.names.add(name)
    place = _space(text, end)
    if text[place : place + 1] != ":":
        raise _Malformed(COLON, place, place + len(text[place : place + 1]))
    return _space(text, place + 1), name


def _scalar(text: str, place: int) -> tuple[int, int]:
    sign = text[place : place + 1]
    if sign == '"':
        return STRING, _string(text, place)[0]
    if sign and sign in "-0123456789":
        signs = _NUMBER_SIGNS.match(text, place)
        end = signs.end() if signs else place
        if not _NUMBER.fullmatch(text, place, end):
            raise _Malformed(NUMBER, place, end)
        return NUMERAL, end
    if sign.isascii() and sign.isalpha():
        word = _WORD.match(text, place)
        end = word.end() if word else place
        if text[place:end] not in _WORDS:
            raise _Malformed(WORD, place, end)
        return _WORDS[text[place:end]], end
    raise _Malformed(VALUE, place, place + len(sign))


def _string(text: str, start: int) -> tuple[int, str]:
    """Where the string that begins at `start` ends, and what it says."""
    pieces: list[str] = []
    place = start + 1
    while True:
        plain = _PLAIN.match(text, place)
        end = plain.end() if plain else place
        pieces.append(text[place:end])
        sign = text[end : end + 1]
        if sign == '"':
            return end + 1, "".join(pieces)
        if not sign:
            raise _Malformed(UNCLOSED, start, end)
        if sign != "\\":
            raise _Malformed(CONTROL, end, end + 1)
        place, said = _escape(text, end)
        pieces.append(said)


def _escape(text: str, start: int) -> tuple[int, str]:
    sign = text[start + 1 : start + 2]
    if sign in _ESCAPES:
        return start + 2, _ESCAPES[sign]
    code = _code(text, start)
    if code is None:
        raise _Malformed(ESCAPE, start, min(len(text), start + 2))
    if 0xD800 <= code < 0xDC00:
        low = _code(text, start + 6)
        if low is not None and 0xDC00 <= low < 0xE000:
            return start + 12, chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
    return start + 6, "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


def _code(text: str, start: int) -> int | None:
    """The code unit of `\\uXXXX` at `start`, or None."""
    if text[start : start + 2] != "\\u":
        return None
    digits = _HEX.match(text, start + 2)
    return int(digits.group(), 16) if digits else None
