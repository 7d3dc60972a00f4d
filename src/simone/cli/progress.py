"""What a person sees on standard error while work goes on; silent when that is not a terminal.

Not for results.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from simone.observability.events import Event


class Progress(Protocol):
    """Something that can be told how far the work is."""

    def event(self, event: Event) -> None:
        """A stage ended."""

    def count(self, done: int, total: int, what: str) -> None:
        """`done` of `total` things of one kind are finished."""


class Silent:
    """Tells nobody."""

    def event(self, event: Event) -> None:
        """Nothing."""

    def count(self, done: int, total: int, what: str) -> None:
        """Nothing."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A live line on standard error, gone when the block ends."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console  # only a terminal pays for it

    console = Console(stderr=True)
    with console.status("starting") as status:

        class Live:
            def event(self, event: Event) -> None:
                status.update(f"{event.stage} done in {event.seconds * 1000:.0f} ms")

            def count(self, done: int, total: int, what: str) -> None:
                status.update(f"{done} of {total}: {what[-60:]}")

        yield Live()
