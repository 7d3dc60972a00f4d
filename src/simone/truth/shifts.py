"""Times from one date to another, and dates so much later or earlier, that follow from what a text states.

Not for numbers without dates: see `workings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from simone.truth.stated import Day, Stated, Value

MOST_DATES = 16
"""Dates and clock times of a text that are combined, the first ones, count."""
NEAR = 4
"""Characters between "after" and the date that it goes with, at most."""
_DAY_S = 86400.0
_FROM = re.compile(r"from\b|between\b", re.IGNORECASE)
_TO = re.compile(r"\W*(?:to|until|till|and)\W*|\s*[-–]\s*", re.IGNORECASE)
_AGO = re.compile(r"\W{1,2}(?:\w+ )?(?:earlier|ago|previously|prior)\b", re.IGNORECASE)
_NEXT_TO = re.compile(r"\W{1,2}(before|after) ", re.IGNORECASE)
_OLD = re.compile(r"[ -]old\b", re.IGNORECASE)
_AGED = re.compile(r"\b(?:aged|age of|age)\s*$", re.IGNORECASE)

_SIZES = {"year": 4, "month": 7, "day": 10}
"""Characters of an ISO day that say so much."""


class Made(NamedTuple):
    """What makes a value, as it is `said` to people and, where that is another text, `read` by a model."""

    said: str
    operands: Sequence[Value | Day]
    read: str = ""


def spans(text: Stated, unit: str, is_it: Callable[[float], bool]) -> Iterator[Made]:
    """The stretches of time that have a length, in seconds ("s") or months, in words, with their dates."""
    if unit == "s":
        for one, other in combinations(text.times[:MOST_DATES], 2):
            begin, end = _clock(one.first), _clock(other.first)
            is_over_night = end < begin and _TO.fullmatch(text.text[one.end : other.start]) is not None
            early, late = (one, other) if begin <= end or is_over_night else (other, one)
            if is_it(abs(end - begin) if not is_over_night else end - begin + _DAY_S):
                yield Made(f"from {early.text} to {late.text}", [one, other])
    if unit not in ("s", "month"):
        return
    days = text.days[:MOST_DATES]
    ranges = [day for day in days if _FROM.match(day.text)]
    for day in ranges:
        if is_it(_length(day._replace(last=day.first), day._replace(first=day.last), unit)):
            yield Made(day.text, [day])
    for one, other in combinations([day for day in days if day not in ranges], 2):
        early, late = (one, other) if one.first <= other.first else (other, one)
        if is_it(_length(early, late, unit)):
            yield Made(f"from {early.text} to {late.text}", [one, other])


def of_day(ours: Day, text: Stated) -> Iterator[Made]:
    """What makes a date that the text does not name: another one and the time from it on; one way at most."""
    if ours.precision not in _SIZES:
        return
    if any(ours.first <= day.last and day.first <= ours.last for day in text.days):
        return
    for span in text.values[:MOST_DATES]:
        is_age = _OLD.match(text.text, span.end) or _AGED.search(text.text[: span.start])
        found = None if is_age else _anchor(span, text)
        if found is None:
            continue
        (day, sign), size = found, _SIZES[ours.precision]
        moved = _moved(day, span, sign) or ""
        if len(moved) >= size and ours.first[: len(moved)] <= moved <= ours.last[: len(moved)]:
            yield Made(f"{span.text} {'after' if sign > 0 else 'before'} {day.text} is {ours.text}", [day, span])
            return


def _anchor(span: Value, text: Stated) -> tuple[Day, int] | None:
    """The date from which a time counts, and 1 where what happened comes after it, else -1.

    "Three days after 4 May" and "on 4 May, three days before she died" both mean the 7th; without such a word it is the
    last date before, and later.
    """
    link = _NEXT_TO.match(text.text, span.end)
    follows = next((day for day in text.days if link and 0 <= day.start - link.end() <= NEAR), None)
    if link is not None and follows is not None:
        return follows, 1 if link.group(1).lower() == "after" else -1
    before = [day for day in text.days if day.end <= span.start] or text.days[:1]
    if not before:
        return None
    is_back = _AGO.match(text.text, span.end) is not None or (link is not None and link.group(1).lower() == "after")
    return before[-1], -1 if is_back else 1


def _moved(day: Day, span: Value, sign: int) -> str | None:
    """A date so much time later (`sign` 1) or earlier (-1), as fine as both are: "2011", "2011-05" or "2011-05-07"."""
    if span.unit == "month" and span.low == int(span.low):
        count = int(span.low) * sign
        if day.precision == "year" and count % 12:
            return None
        month = _months(day.first) + count
        if not 12 <= month < 120_000:
            return None
        year, stem = f"{month // 12:04}", f"{month // 12:04}-{month % 12 + 1:02}"
        if day.precision == "year":
            return year
        return stem + day.first[7:] if day.precision == "day" and not count % 12 else stem
    if span.unit == "s" and span.low % _DAY_S == 0 and day.precision == "day":
        try:
            return (date.fromisoformat(day.first) + timedelta(days=sign * int(span.low // _DAY_S))).isoformat()
        except (OverflowError, ValueError):
            return None
    return None


def _length(early: Day, late: Day, unit: str) -> float:
    """From one date to another: whole months that are over, or seconds; 0.0 where they are not fine enough."""
    precisions = {early.precision, late.precision}
    if unit == "month":
        if precisions == {"year"}:
            return 12.0 * (int(late.first[:4]) - int(early.first[:4]))
        if not precisions <= {"day", "month"}:
            return 0.0
        is_short = precisions == {"day"} and late.first[8:] < early.first[8:]
        return float(_months(late.first) - _months(early.first) - is_short)
    if precisions != {"day"}:
        return 0.0
    return _DAY_S * (date.fromisoformat(late.first) - date.fromisoformat(early.first)).days


def _months(day: str) -> int:
    return 12 * int(day[:4]) + int(day[5:7]) - 1


def _clock(value: str) -> float:
    hours, minutes, *seconds = value.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds[0] if seconds else 0)
