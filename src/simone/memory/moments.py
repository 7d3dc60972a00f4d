"""Moments in one written form, so that they compare as text.

Not for reading times out of sentences: MTP resolves those.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from simone.errors import BadRequest
from simone.memory.contract import OPEN

_DATE_LENGTH = len("2026-01-01")


def moment(text: str, what: str) -> str:
    """A date as it is, an instant in UTC, OPEN as OPEN: of two such the earlier compares less, a date as its beginning.

    Raises:
        BadRequest: it is neither an ISO 8601 date nor an instant with an offset from UTC; `what` names it.
    """
    if text == OPEN:
        return OPEN
    try:
        if len(text) == _DATE_LENGTH:
            return date.fromisoformat(text).isoformat()
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(
            f"{what} {text!r} is neither a date like 2026-01-31 nor an instant like 2026-01-31T12:00:00+00:00: {error}"
        ) from error
    if instant.tzinfo is None:
        raise BadRequest(f"{what} {text!r} has no offset from UTC; write for instance {text}+00:00")
    return instant.astimezone(UTC).isoformat()
