"""Reads dates written in digits only: 1931-03-05, 05/03/1931, 11/2016, 1931–1934, 1930s.

Not for bare years: the words around them decide, and `dates` reads those.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation.days import (
    Precision,
    begin_with_qualifier,
    exact_day,
    first_day,
    interval,
    last_day_of,
    month_days,
    month_ends,
)
from simone.kernels.reference.validation.mentions import DateMention
from simone.kernels.reference.validation.tokens import Tokens, is_plural

_ISO = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])(?=(?:T[0-9])?)")
_ISO_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])(?![0-9-])")
_MONTH_YEAR = re.compile(r"(1[0-2]|0?[1-9]) ?[/-] ?((?:1[0-9]|20|21)[0-9]{2})(?![0-9/.-]{0,20}[0-9])")
_MONTH_DAY = re.compile(r"([0-3]?[0-9])/([0-3]?[0-9])(?![0-9/.-]{0,20}[0-9])")
_SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9/.-]{0,20}[0-9])")
_YEARS = re.compile(r"([0-9]{4})(?: ?[–—‒] ?|-)([0-9]{4}|[0-9]{2})(?![0-9]|-[0-9])")
_DECADE = re.compile(r"([0-9]{3}0)['’]?s(?![\w])")


def digit_date(tokens: Tokens, index: int) -> tuple[DateMention | None, int] | None:
    """ISO and all-digit dates, year ranges and decades; None where the digits are something else."""
    text, start = tokens.text, tokens.starts[index]
    before = text[start - 1] if start else " "
    goes_on = before.isalnum() or before in "_/#@$€£" or (before in "-." and start > 1 and text[start - 2].isalnum())
    if goes_on and not (before == "-" and tokens.low(index - 2) in {"mid", "pre", "post"}):
        return None, tokens.after(_digits_end(text, start), index)
    if (match := _ISO.match(text, start)) is not None:
        year, month, day = int(match[1]), int(match[3]), int(match[4])
        return exact_day(year, month, day, match.span()), tokens.after(match.end(), index)
    if (match := _SLASHED.match(text, start)) is not None:
        month, day, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "." or month > 12:
            month, day = day, month
        if match[2] == "." and month > 12:
            month, day = day, month
        if match[2] == "." and not (1 <= month <= 12 and 1 <= day <= 31):
            return None, tokens.after(match.end(), index)  # a version
        if len(match[4]) == 2:
            if match[2] == "." or month > 12 or not 0 < day <= 31 or month == 0:
                return None, tokens.after(match.end(), index)
            year += 2000 if year < 50 else 1900
        return exact_day(year, month, day, match.span()), tokens.after(match.end(), index)
    if (match := _MONTH_YEAR.match(text, start)) is not None:
        return interval(match.span(), *month_ends(int(match[2]), int(match[1])), "month"), tokens.after(
            match.end(), index
        )
    if (match := _MONTH_DAY.match(text, start)) is not None and tokens.low(index - 1) in {"on", "by", "until", "since"}:
        month, day = int(match[1]), int(match[2])
        if month > 12:
            month, day = day, month
        if 1 <= month <= 12 and 1 <= day <= month_days(None, month):
            return interval(
                match.span(), first_day(None, month, day), first_day(None, month, day), "day"
            ), tokens.after(match.end(), index)
    if (match := _ISO_MONTH.match(text, start)) is not None and not _is_span(match[1], match[2]):
        year, month = int(match[1]), int(match[2])
        return interval(match.span(), *month_ends(year, month), "month"), tokens.after(match.end(), index)
    if (match := _DECADE.match(text, start)) is not None:
        year = int(match[1])
        precision: Precision = "decade"
        last = year + 9
        if year % 100 == 0 and year < 2000:
            last, precision = year + 99, "century"
        begin = begin_with_qualifier(tokens, index)
        return interval((begin, match.end()), first_day(year), last_day_of(last), precision), tokens.after(
            match.end(), index
        )
    if (match := _YEARS.match(text, start)) is not None:
        year, other = int(match[1]), match[2]
        last = int(match[1][:2] + other) if len(other) == 2 else int(other)
        if 1000 <= year < last <= 2199 and not is_plural(tokens.low(tokens.after(match.end(), index))):
            return interval(match.span(), first_day(year), last_day_of(last), "year"), tokens.after(match.end(), index)
    return None


def _digits_end(text: str, start: int) -> int:
    while start < len(text) and (text[start].isalnum() or text[start] in "-./:"):
        start += 1
    return start


def _is_span(year: str, tail: str) -> bool:
    """Whether 1931-12 style digits are rather a span of years: 2011-12."""
    return int(tail) == int(year[2:]) + 1
