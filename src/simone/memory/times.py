"""Instants as numbers, and the days that a question names.

Not for tagging memories: MTP does that when they are written.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from simone.errors import BadRequest
from simone.kernels.reference.validation.dates import find_dates

EARLIEST, LATEST = -(2**62), 2**62
"""Microseconds that stand for an end in time that is not told."""
NO_DAY = -(2**30)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAY_NAME_A_TIME = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|today|yesterday|tomorrow|last|this|next|spring|summer"
    r"|autumn|fall|winter|thirty|christmas)",
    re.IGNORECASE,
)


def microseconds(moment: str, otherwise: int) -> int:
    """An ISO 8601 date (its beginning in UTC) or instant since 1970; `otherwise` where it is empty.

    Raises:
        BadRequest: it is neither; an instant without an offset is taken as UTC.
    """
    if not moment:
        return otherwise
    try:
        found = datetime.fromisoformat(moment)
    except ValueError as error:
        raise BadRequest(
            f"{moment!r} is no ISO 8601 date or instant: {error}; write 2026-05-31 or with a time"
        ) from error
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    passed = found - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def day(moment: str) -> int:
    """The number of an ISO 8601 date, or of an instant's, since year 1; NO_DAY where it is empty or before year 1."""
    if _DAY.match(moment) is None:
        return NO_DAY
    try:
        return date.fromisoformat(moment[:10]).toordinal()
    except ValueError:
        return NO_DAY


class Named(NamedTuple):
    """A time that a text names: its span, and the days it covers as `day` numbers them, `last` included."""

    start: int
    end: int
    first: int
    last: int


def days_named(text: str, today: str) -> tuple[Named, ...]:
    """The days, weeks, months and years that a text names, in its order.

    "Yesterday" and the like count from `today`, an ISO 8601 date; a month or day without its year is the latest that
    had begun by then.
    """
    if _MAY_NAME_A_TIME.search(text) is None:
        return ()
    named = []
    present = day(today)
    for found in find_dates(text, today):
        if not found.valid:
            continue
        first, last = found.first, found.last
        if "?" in first or "?" in last:
            year = today[:4]
            if day(first.replace("????", year)) > present:
                year = f"{int(year) - 1:04d}"
            first, last = first.replace("????", year), last.replace("????", year)
            if last < first:  # a winter
                last = f"{int(year) + 1:04d}{last[4:]}"
        begin, end = day(first), day(last)
        if NO_DAY < begin <= end:
            named.append(Named(found.start, found.end, begin, end))
    return tuple(named)
