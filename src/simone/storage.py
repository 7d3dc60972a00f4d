"""SQLite connections and numbered migrations: how every file of ours is opened.

Not for queries: each store keeps its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from simone.errors import MigrationFailed, StoreError


class Migration(NamedTuple):
    """A step of a schema as SQL scripts; `back` undoes `forward`, empty where there is no way back."""

    forward: str
    back: str = ""


def connect(path: Path, migrations: Sequence[str | Migration], *, durable: bool = True) -> sqlite3.Connection:
    """Open (or create) the database at `path` and bring it to the newest schema.

    Migration number n (from 1; a bare script has no way back) runs once, inside its own transaction, and is recorded
    in PRAGMA user_version. Write-ahead logging; `durable` False trades the fsync of each commit for speed (a crash of
    the process still loses nothing, a crash of the machine may lose the last commits, never the consistency).

    Raises:
        StoreError: the file cannot be opened or is not a database.
        MigrationFailed: a migration failed, or the file is newer than this program.
    """
    connection, version = _open(path, durable)
    if version > len(migrations):
        connection.close()
        raise MigrationFailed(
            f"{str(path)!r} has schema {version}, this program knows {len(migrations)}; use a newer simone to open it"
        )
    if version < len(migrations):
        _step(connection, path, migrations, len(migrations))
    return connection


def migrate(path: Path, migrations: Sequence[str | Migration], to: int) -> tuple[int, int]:
    """Bring an existing database to schema `to`, forward or back; the schemas before and after.

    Every step is a transaction of its own: one that fails leaves the file at the schema before it.

    Raises:
        StoreError: there is no such file, it cannot be opened or is not a database.
        MigrationFailed: there is no such schema, a step has no way back, or a step failed.
    """
    if not 0 <= to <= len(migrations):
        raise MigrationFailed(f"schema {to} of {str(path)!r} was asked for; known are 0 to {len(migrations)}")
    if not path.exists():
        raise StoreError(f"cannot migrate {str(path)!r}: there is no such file; name the database you mean")
    connection, version = _open(path, durable=True)
    if version > len(migrations):
        connection.close()
        raise MigrationFailed(
            f"{str(path)!r} has schema {version}, this program knows {len(migrations)}; use a newer simone to migrate"
        )
    _step(connection, path, migrations, to)
    connection.close()
    return version, to


def _open(path: Path, durable: bool) -> tuple[sqlite3.Connection, int]:
    """The connection, and the schema that the file has."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
        _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in its message
        raise StoreError(f"cannot open the database {str(path)!r}: {error}; check path and permissions") from error
    return connection, version


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


def _step(connection: sqlite3.Connection, path: Path, migrations: Sequence[str | Migration], to: int) -> None:
    """Step by step to the schema `to`; other processes may be stepping too, each step looks where the file is."""
    steps = [Migration(step) if isinstance(step, str) else step for step in migrations]
    number = to
    try:
        while True:
            connection.execute("BEGIN IMMEDIATE")
            current = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if current == to:
                connection.execute("COMMIT")
                return
            if current > len(steps):
                raise sqlite3.NotSupportedError(f"it has schema {current} by now, of a newer program")
            is_forward = current < to
            number = current + 1 if is_forward else current
            script = steps[number - 1].forward if is_forward else steps[number - 1].back
            if not script:
                raise sqlite3.NotSupportedError("it has no way back")
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={number if is_forward else number - 1}")
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
