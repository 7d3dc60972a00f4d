"""What a watcher hears while a case is worked on.

Not for the record: the ledger keeps what must be kept; an event is gone when nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec


class Event(msgspec.Struct, frozen=True):
    """A stage ended. `seconds` is wall-clock time; `note` says in a few words what came of it."""

    stage: str
    seconds: float
    note: str = ""


Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener of those who do not watch."""
