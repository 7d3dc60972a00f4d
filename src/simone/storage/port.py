"""What of a connection our stores use, whichever library opened the file.

Not for opening one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

Value = str | int | float | bytes | None


class Rows(Protocol):
    """What a statement answered, a tuple of column values each."""

    def fetchone(self) -> Any:
        """The next row, None behind the last."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """An open database in autocommit mode. Errors are those of `sqlite3`."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, parameters: Sequence[Value] = (), /) -> Rows:
        """One statement."""

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]], /) -> Rows:
        """One statement, once for each row of parameters."""

    def close(self) -> None:
        """Let go of the file."""
