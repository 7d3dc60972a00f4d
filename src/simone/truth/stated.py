"""The values and dates that a text states, in forms that can be reckoned with.

Not for finding them (the kernels do) or for what follows from them (`workings`).
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import NamedTuple

from simone.kernels import kernels
from simone.kernels.contract.validation import MENTIONS, PRECISIONS
from simone.kernels.reference.validation.tokens import remembering

LARGEST = 1e15
"""Numbers above are no counts of anything."""
DIGITS = re.compile(r"\d[\d.,]*")
FRACTION = MENTIONS.index("fraction")
_KINDS = frozenset(MENTIONS.index(name) for name in ("number", "percent", "money", "unit", "fraction", "range"))
_DATE, _TIME = MENTIONS.index("date"), MENTIONS.index("time")
_PART = re.compile(r"\b(?:an?|one) (third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth)\b", re.IGNORECASE)
_PARTS = {"third": 3, "fourth": 4, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9}
_MOST_OF = re.compile(r"\b(?:most|a majority) of\b", re.IGNORECASE)
_POUNDS = re.compile(r"\bpounds?\b", re.IGNORECASE)
_SCALE = re.compile(r"[mb]illion|thousand|\d ?[mkb]n?\b", re.IGNORECASE)
_KG_OF_A_POUND = 0.45359237
_LINK = re.compile(r",? (?:to|and|or|but) (?:only |just )?|, ", re.IGNORECASE)
_TO = re.compile(r" to (?:only |just )?", re.IGNORECASE)
_VAGUE = frozenset(("K", "°"))
"""Temperatures: their differences are other than their ratios, and "degrees" may be of either scale."""


class Value(NamedTuple):
    """A number in its canonical unit; years count as twelve months each. `is_open`: "about", or an end is excluded."""

    start: int
    end: int
    text: str
    low: float
    high: float
    step: float
    unit: str
    noun: str
    kind: int
    is_open: bool

    @property
    def is_share(self) -> bool:
        """Whether it is a part of something: a percentage or a fraction."""
        return self.kind == FRACTION or self.unit == "%"

    @property
    def share(self) -> float:
        """As a part of one, where it is a percentage."""
        return self.low / 100 if self.unit == "%" else self.low


class Day(NamedTuple):
    """A date from `first` to `last`, ISO days, or a clock time in both."""

    start: int
    end: int
    text: str
    first: str
    last: str
    precision: str


class Stated(NamedTuple):
    """What a text states, each in text order: points, ranges and bounds, dates, clock times."""

    text: str
    values: tuple[Value, ...]
    bounds: tuple[Value, ...]
    days: tuple[Day, ...]
    times: tuple[Day, ...]


@remembering(512)
def stated(text: str) -> Stated:
    """The values, dates and clock times of a text; temperatures and what may be money or weight ("pounds") left out."""
    rows = kernels.find_mentions_batch([text])
    values, bounds, days, times = list[Value](), list[Value](), list[Day](), list[Day]()
    columns = (rows.kind, rows.start, rows.end, rows.low, rows.high, rows.step, rows.approximate, rows.strict)
    for (kind, start, end, low, high, step, approximate, strict), names in zip(
        zip(*(column.tolist() for column in columns), strict=True), rows.said, strict=True
    ):
        said = text[start:end]
        if kind == _DATE and not strict and "?" not in names[0] and names[0] > "0001":
            days.append(Day(start, end, said, *names, PRECISIONS[int(step)]))
        elif kind == _TIME:
            times.append(Day(start, end, said, names[0], names[0], ""))
        elif kind in _KINDS:
            value = _certain(Value(start, end, said, low, high, step, *names, kind, approximate or strict))
            if value is not None:
                (values if low == high else bounds).append(value)
    known = {value.start for value in values}
    for part in _PART.finditer(text):
        if part.start() not in known and part.start(1) not in known:
            share = 1 / _PARTS.get(part.group(1).lower(), 10)
            values.append(Value(*part.span(), part.group(), share, share, 0.0, "", "", FRACTION, False))
    if (most := _MOST_OF.search(text)) is not None:
        bounds.append(Value(*most.span(), "most", 0.5, math.inf, 0.0, "", "", FRACTION, True))
    values.sort()
    for place, (before, value) in enumerate(pairwise(values), 1):
        link = _TO if before.unit == "%" else _LINK
        is_bare = not value.unit and not value.noun and not value.is_share
        if is_bare and before.unit and link.fullmatch(text[before.end : value.start]):
            values[place] = _in_unit_of(value, before)
    return Stated(text, tuple(values), tuple(bounds), tuple(days), tuple(times))


def _certain(value: Value) -> Value | None:
    """The value, if it is plain what it is of."""
    ends = [end for end in (value.low, value.high) if math.isfinite(end)]
    if value.unit in _VAGUE or not ends or max(map(abs, ends)) > LARGEST or (value.low == value.high and len(ends) < 2):
        return None
    if value.unit == "kg" and _POUNDS.search(value.text):
        return _of(value, 1 / _KG_OF_A_POUND, "GBP") if _SCALE.search(value.text) else None
    return _of(value, 12.0, "month") if value.unit == "year" else value


def _of(value: Value, factor: float, unit: str) -> Value:
    low, high, step = (round(number * factor, 9) for number in (value.low, value.high, value.step))
    return value._replace(low=low, high=high, step=step, unit=unit)


def _in_unit_of(value: Value, before: Value) -> Value:
    """A bare number as the value before it is stated: "from nine years to six"."""
    found = DIGITS.search(before.text)
    decimals = len(found.group().rpartition(".")[2]) if found and "." in found.group() else 0
    one = value.low * (before.step * 10.0**decimals or 1.0)
    return value._replace(low=one, high=one, step=before.step, unit=before.unit)
