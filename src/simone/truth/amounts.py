"""Quantities and dates of a text as the kernels read them, for those who look at a comparison once more.

Not for holding them against one another: `limits` and `recurring` do.
"""

from __future__ import annotations

from typing import NamedTuple

from simone.kernels import kernels
from simone.kernels.contract.validation import MENTIONS, PRECISIONS
from simone.kernels.reference.validation.tokens import remembering

_NO_AMOUNT = frozenset(MENTIONS.index(kind) for kind in ("date", "time", "name", "ordinal"))
_DATE = MENTIONS.index("date")
_SAID = {PRECISIONS.index("day"): 10, PRECISIONS.index("month"): 7}


class Amount(NamedTuple):
    """A quantity at code points [start, end), in canonical units; the rest as in the kernels' contract."""

    start: int
    end: int
    low: float
    high: float
    unit: str
    step: float
    is_about: bool
    is_strict: bool


class Span(NamedTuple):
    """A date at code points [start, end): ISO days, and how many characters of them it says."""

    start: int
    end: int
    first: str
    last: str
    size: int


@remembering(1024)
def amounts(text: str) -> tuple[Amount, ...]:
    """The quantities, without ordinals, in order."""
    found = kernels.find_mentions_batch([text])
    columns = (found.start, found.end, found.low, found.high, found.step, found.approximate, found.strict)
    rows = zip(found.kind.tolist(), found.said, *(column.tolist() for column in columns), strict=True)
    return tuple(
        [
            Amount(start, end, low, high, unit, step, is_about, is_strict)
            for kind, (unit, _), start, end, low, high, step, is_about, is_strict in rows
            if kind not in _NO_AMOUNT
        ]
    )


@remembering(1024)
def spans(text: str) -> tuple[Span, ...]:
    """The dates, in order."""
    found = kernels.find_mentions_batch([text])
    columns = (column.tolist() for column in (found.kind, found.start, found.end, found.step))
    rows = zip(found.said, *columns, strict=True)
    return tuple(
        [
            Span(start, end, first, last, _SAID.get(int(step), 4))
            for (first, last), kind, start, end, step in rows
            if kind == _DATE
        ]
    )
