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
    to it. `noun` is the lower-cased head of what is counted ("deputies"), "" if unknown. `approximate`: "about".
    """

    start: int
    end: int
    low: float
    high: float
    unit: str
    kind: QuantityKind
    noun: str = ""
    approximate: bool = False


class DateMention(msgspec.Struct, frozen=True):
    """A calendar time in text as an interval of ISO days, both ends inclusive: 1931 is 1931-01-01 … 1931-12-31.

    A date without a year ("5 March") has "????" in place of the year. `valid` False for an impossible date.
    """

    start: int
    end: int
    first: str
    last: str
    precision: Literal["day", "month", "year", "decade", "century"]
    valid: bool = True


class NameMention(msgspec.Struct, frozen=True):
    """A proper-name run: `normal` is case-folded, without titles and possessives."""

    start: int
    end: int
    text: str
    normal: str
