"""SQLite files whose every page is encrypted, through SQLite3 Multiple Ciphers (the extra `encrypted`).

Not for keeping keys: whoever opens the file brings its key. What is encrypted are the pages of the file and of its log;
names and sizes of the files, and that they change, remain to be seen.

Source: https://utelle.github.io/SQLite3MultipleCiphers/docs/ciphers/cipher_chacha20/ (ChaCha20-Poly1305, the default).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simone.errors import StoreError
from simone.storage.port import Value

if TYPE_CHECKING:
    import apsw

_BUSY_MS = 30_000


class EncryptedRows:
    """Rows that were read already."""

    def __init__(self, rows: list[Any]) -> None:
        self._left = iter(rows)

    def fetchone(self) -> Any:
        """The next row, None behind the last."""
        return next(self._left, None)

    def fetchall(self) -> list[Any]:
        """The rows that are left."""
        return list(self._left)

    def __iter__(self) -> Iterator[Any]:
        return self._left


class EncryptedConnection:
    """Implements `port.Connection`; a wrong key shows at the first statement, as a file that is no database."""

    def __init__(self, path: Path, key: str) -> None:
        try:
            import apsw
        except ImportError as error:
            raise StoreError(
                f"{str(path)!r} is to be encrypted, which needs apsw-sqlite3mc; run: pip install 'simone[encrypted]'"
            ) from error
        if not hasattr(apsw, "mc_version"):
            raise StoreError(
                f"{str(path)!r} is to be encrypted, but the installed apsw has no ciphers; "
                "run: pip uninstall apsw; pip install 'simone[encrypted]'"
            )
        self._error = apsw.Error
        try:
            self._connection = apsw.Connection(str(path))
            self._connection.set_busy_timeout(_BUSY_MS)
        except apsw.Error as error:
            raise _translated(error) from error
        self.execute(f"PRAGMA hexkey='{key.encode('utf-8', 'surrogatepass').hex()}'")
        self.execute("PRAGMA temp_store=MEMORY")  # what is spilled to a file would be there in the clear

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def execute(self, sql: str, parameters: Sequence[Value] = (), /) -> EncryptedRows:
        """One statement; its rows are read at once."""
        try:
            return EncryptedRows(self._connection.execute(sql, tuple(parameters)).fetchall())
        except self._error as error:
            raise _translated(error) from error

    def executemany(self, sql: str, parameters: Iterable[Sequence[Value]], /) -> EncryptedRows:
        """One statement, once for each row of parameters."""
        try:
            return EncryptedRows(self._connection.executemany(sql, map(tuple, parameters)).fetchall())
        except self._error as error:
            raise _translated(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _translated(error: apsw.Error) -> sqlite3.Error:
    """The same error as the standard library names it."""
    translated = sqlite3.OperationalError(str(error))
    translated.sqlite_errorcode = getattr(error, "extendedresult", sqlite3.SQLITE_ERROR)
    return translated
