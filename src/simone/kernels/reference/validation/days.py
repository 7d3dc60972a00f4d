"""Calendar days as ISO stamps: first and last days of months and years, and days told from today.

Not for finding dates in text: `dates` does that.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from simone.kernels.reference.validation.mentions import DateMention
from simone.kernels.reference.validation.tokens import Tokens

QUALIFIERS = frozenset({"early", "late", "mid"})

Precision = Literal["day", "month", "year", "decade", "century"]


def exact_day(year: int, month: int, day: int, span: tuple[int, int]) -> DateMention:
    """A day written out in full; not valid where the calendar has no such day."""
    valid = 1 <= month <= 12 and 1 <= day <= monthrange(year or 4, month)[1] and year > 0
    stamp = f"{year:04d}-{month:02d}-{day:02d}"
    return DateMention(span[0], span[1], stamp, stamp, "day", valid)


def interval(span: tuple[int, int], first: str, last: str, precision: Precision) -> DateMention:
    """A mention of the days from `first` to `last`."""
    return DateMention(span[0], span[1], first, last, precision)


def year_stamp(year: int | None) -> str:
    """The year in four digits, "????" where unsaid, "-0043" for 44 BC."""
    if year is None:
        return "????"
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def first_day(year: int | None, month: int = 1, day: int = 1) -> str:
    """ISO day on which a year, month or day begins."""
    return f"{year_stamp(year)}-{month:02d}-{day:02d}"


def last_day_of(year: int | None, month: int = 12, day: int = 0) -> str:
    """ISO day on which a year, month or day ends."""
    return f"{year_stamp(year)}-{month:02d}-{day or month_days(year, month):02d}"


def month_days(year: int | None, month: int) -> int:
    """Days of a month; 29 for February of an unsaid year."""
    return monthrange(year if year is not None and year > 0 else 4, month)[1]


def month_ends(year: int | None, month: int) -> tuple[str, str]:
    """First and last ISO day of a month."""
    return first_day(year, month), last_day_of(year, month)


def relative_date(tokens: Tokens, index: int, present: date) -> tuple[DateMention | None, int]:
    """Today, yesterday, tomorrow, last year, this month, next week."""
    low, follower = tokens.lows[index], tokens.low(index + 1)
    shift = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(low)
    if shift is not None:
        stamp = (present + timedelta(days=shift)).isoformat()
        return DateMention(tokens.starts[index], tokens.end(index), stamp, stamp, "day"), index + 1
    shift = {"last": -1, "this": 0, "next": 1}[low]
    if follower not in {"year", "month", "week"}:
        return None, index + 1
    span = (tokens.starts[index], tokens.end(index + 1))
    if follower == "year":
        return interval(span, first_day(present.year + shift), last_day_of(present.year + shift), "year"), index + 2
    if follower == "month":
        months = present.year * 12 + present.month - 1 + shift
        return interval(span, *month_ends(months // 12, months % 12 + 1), "month"), index + 2
    monday = present + timedelta(days=7 * shift - present.weekday())
    return interval(span, monday.isoformat(), (monday + timedelta(days=6)).isoformat(), "day"), index + 2


def date_ago(tokens: Tokens, index: int, present: date) -> tuple[DateMention | None, int]:
    """3 days ago, 2 weeks ago, 5 years ago (the year)."""
    low, unit = tokens.lows[index], tokens.low(index + 1)
    if tokens.low(index + 2) != "ago" or len(low) > 4:
        return None, index + 1
    count, span = int(low), (tokens.starts[index], tokens.end(index + 2))
    if unit in {"day", "days", "week", "weeks"}:
        stamp = (present - timedelta(days=count * (7 if unit.startswith("week") else 1))).isoformat()
        return DateMention(span[0], span[1], stamp, stamp, "day"), index + 3
    if unit in {"month", "months"}:
        months = present.year * 12 + present.month - 1 - count
        return interval(span, *month_ends(months // 12, months % 12 + 1), "month"), index + 3
    if unit in {"year", "years"}:
        return interval(span, first_day(present.year - count), last_day_of(present.year - count), "year"), index + 3
    return None, index + 1


def begin_with_qualifier(tokens: Tokens, index: int) -> int:
    """Offset where a date begins that says "early", "late" or "mid" before token `index`."""
    if tokens.low(index - 1) in QUALIFIERS:
        return tokens.starts[index - 1]
    if tokens.low(index - 1) == "-" and tokens.low(index - 2) in QUALIFIERS:
        return tokens.starts[index - 2]
    return tokens.starts[index]
