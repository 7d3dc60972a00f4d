"""Moments in one written form, so that they compare as text.

Not for reading times out of sentences: MTP resolves those.

Whoever filters reads moments here, a store as well as what mirrors it. A date is its beginning in UTC, the same moment
as the instant of its midnight, but as `until`, and as the `valid_to` of a memory, its whole day: "until 10 May" holds
on 10 May. An instant needs its offset from UTC; what ends with one does not hold at it any more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from simone.errors import BadRequest
from simone.memory.contract import OPEN, Filter

MIDNIGHT = "T00:00:00+00:00"
"""What makes an instant of a date: its beginning."""
EVENING = "T24"
"""What makes of a date what is later than any instant of it and earlier than the next day."""
_DATE_LENGTH = len("2026-01-01")


def moment(text: str, what: str) -> str:
    """A date as it is, an instant in UTC, OPEN as OPEN: of two such the earlier compares less.

    A date compares less than the instant of its midnight, though both are one moment: see `instant`.

    Raises:
        BadRequest: it is neither an ISO 8601 date nor an instant with an offset from UTC between the years 1 and 9999;
            `what` names it.
    """
    if text == OPEN:
        return OPEN
    try:
        if len(text) == _DATE_LENGTH:
            return date.fromisoformat(text).isoformat()
        found = datetime.fromisoformat(text)
        in_utc = found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            f"{what} {text!r} is neither a date like 2026-01-31 nor an instant like 2026-01-31T12:00:00+00:00: {error}"
        ) from error
    if in_utc is None:
        raise BadRequest(f"{what} {text!r} has no offset from UTC; write for instance {text}+00:00")
    return in_utc.isoformat()


def instant(said: str) -> str:
    """What `moment` gave, a date as the instant of its beginning: of two such the earlier compares less, equal ones
    are one moment."""
    return said + MIDNIGHT if len(said) == _DATE_LENGTH else said


def end(said: str) -> str:
    """The end of a memory's validity as it compares with instants: it has come where it is not later. A date ends with
    its day; OPEN stays OPEN."""
    return said + EVENING if len(said) == _DATE_LENGTH else said


def has_ended(said: str, at: str) -> bool:
    """Whether the end of a memory's validity has come at an instant of UTC."""
    return said != OPEN and end(said) <= at


def read(which: Filter) -> Filter:
    """The filter with its moments as they compare with what is kept, dates and instants alike.

    What must not be later than `valid_at`, `known_at`, `ends_after` or an `until` that is no date compares at most as
    that; what must be later compares greater, an end as `end` writes it; what must not be earlier than `since` compares
    at least as that. An `until` that is a date stays one.

    Raises:
        BadRequest: a moment of the filter is no date and no instant.
    """
    return msgspec.structs.replace(
        which,
        since=moment(which.since, "since").removesuffix(MIDNIGHT),
        until=moment(which.until, "until"),
        valid_at=instant(moment(which.valid_at, "valid_at")),
        known_at=instant(moment(which.known_at, "known_at")),
        ends_after=instant(moment(which.ends_after, "ends_after")),
    )
