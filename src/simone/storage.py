"""SQLite connections and numbered migrations: how every file of ours is opened.

Not for queries: each store keeps its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from simone.errors import MigrationFailed, StoreError


def connect(path: Path, migrations: Sequence[str], *, durable: bool = True) -> sqlite3.Connection:
    """Open (or create) the database at `path` and bring it to the newest schema.

    Migrations are SQL scripts; number n (from 1) runs once, inside its own transaction, and is recorded in
    PRAGMA user_version. Write-ahead logging; `durable` False trades the fsync of each commit for speed (a crash of
    the process still loses nothing, a crash of the machine may lose the last commits, never the consistency).

    Raises:
        StoreError: the file cannot be opened or is not a database.
        MigrationFailed: a migration failed, or the file is newer than this program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
        _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in its message
        raise StoreError(f"cannot open the database {str(path)!r}: {error}; check path and permissions") from error
    if version > len(migrations):
        connection.close()
        raise MigrationFailed(
            f"{str(path)!r} has schema {version}, this program knows {len(migrations)}; use a newer simone to open it"
        )
    for number, script in enumerate(migrations[version:], start=version + 1):
        _migrate(connection, path, number, script)
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log. SQLite does not wait here while another process does the same, so this does."""
    for _ in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")  # waits for the other one, as every write does
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _migrate(connection: sqlite3.Connection, path: Path, number: int, script: str) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        current = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if current < number:  # another process may have been first
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={number}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
        raise MigrationFailed(
            f"migration {number} of {str(path)!r} failed: {error}; the file keeps its earlier schema"
        ) from error


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: committed whole, or rolled back whole when the block raises.

    Raises:
        StoreError: SQLite refused (disk full, locked, corrupt); nothing of the block was written.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise StoreError(f"the database refused the write: {error}; nothing of it was kept") from error
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
