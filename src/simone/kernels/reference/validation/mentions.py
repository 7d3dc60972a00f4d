"""Numbers, dates and names as found in text: the records that the exact checks compare.

Not for finding them: `quantities`, `dates` and `names` do that.
"""

from __future__ import annotations

from typing import Literal

import msgspec

QuantityKind = Literal["number", "percent", "money", "unit", "ordinal", "fraction", "range"]


class Quantity(msgspec.Struct, frozen=True):
    """A number in text. `low` = `high` for a point; both ends for a range; ±inf for "at least" and "at most".

    `unit` is the canonical unit ("m", "s", "kg", "USD", "%", "" for a bare count) and the values are already converted
    to it. `noun` is the lower-case singular head of what is counted ("deputy"), "" if unknown. `approximate`: "about".
    `strict`: the finite ends are excluded ("more than 40" is low 40, high inf, strict). `step` is the place value of
    the last stated digit in `unit` ("3.2 million" has 100000), 0 where unknown.
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    kind: QuantityKind
    noun: str = ""
    approximate: bool = False
    strict: bool = False
    step: float = 0.0


class DateMention(msgspec.Struct, frozen=True):
    """A calendar time in text as an interval of ISO days, both ends inclusive: 1931 is 1931-01-01 … 1931-12-31.

    A date without a year ("5 March") has "????" in place of the year; years before Christ are "-0043" for 44 BC.
    `valid` False for an impossible date, whose `first` and `last` then give what was written.
    """

    start: int
    end: int
    first: str
    last: str
    precision: Literal["day", "month", "year", "decade", "century"]
    valid: bool = True


class TimeMention(msgspec.Struct, frozen=True):
    """A clock time in text: `value` is "17:00" or "17:00:30" on the 24-hour clock."""

    start: int
    end: int
    value: str


class NameMention(msgspec.Struct, frozen=True):
    """A proper-name run: `normal` is in lower case, without titles and possessives."""

    start: int
    end: int
    text: str
    normal: str
