"""SQLite connections, numbered migrations and transactions.

Not for choosing a schema: each store brings its migrations.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from simone.errors import MigrationFailed, StoreError
from simone.storage.encrypted import EncryptedConnection
from simone.storage.port import Connection, Rows

__all__ = [
    "Connection",
    "Migration",
    "Rows",
    "check_writable",
    "connect",
    "connect_encrypted",
    "migrate",
    "transaction",
]

_Opened = TypeVar("_Opened", bound=Connection)


class Migration(NamedTuple):
    """A step of a schema as SQL scripts; `back` undoes `forward`, empty where there is no way back.

    `derive` gets the connection behind `forward`, in the same transaction, for what SQL cannot compute.
    """

    forward: str
    back: str = ""
    derive: Callable[[Any], None] | None = None


def connect(path: Path, migrations: Sequence[str | Migration], *, durable: bool = True) -> sqlite3.Connection:
    """Open (or create) the database at `path` and bring it to the newest schema.

    Migration number n (from 1; a bare script has no way back) runs once, inside its own transaction, and is recorded
    in PRAGMA user_version. Write-ahead logging; `durable` False trades the fsync of each commit for speed (a crash of
    the process still loses nothing, a crash of the machine may lose the last commits, never the consistency).

    Raises:
        StoreError: the file cannot be opened or is not a database.
        MigrationFailed: a migration failed, or the file is newer than this program.
    """
    return _brought_up(_opened(path), path, migrations, durable)


def connect_encrypted(
    path: Path, migrations: Sequence[str | Migration], key: str, *, durable: bool = True
) -> Connection:
    """As `connect`, of a file that is encrypted with `key` (any text; the cipher's own derivation makes a key of it).

    Raises:
        StoreError: as `connect`; the key is wrong, the file is not encrypted, or the extra is not installed.
        MigrationFailed: as `connect`.
    """
    return _brought_up(_opened_encrypted(path, key), path, migrations, durable)


def migrate(path: Path, migrations: Sequence[str | Migration], to: int, key: str = "") -> tuple[int, int]:
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
    connection: Connection = _opened_encrypted(path, key) if key else _opened(path)
    version = _prepared(connection, path, len(migrations), durable=True)
    _step(connection, path, migrations, to)
    connection.close()
    return version, to


def check_writable(path: Path, wait_s: float) -> None:
    """Write to the database at `path` what it holds already, waiting for other writers at most `wait_s` seconds.

    Raises:
        StoreError: it cannot be written now: it is gone, read-only, locked or damaged, or the disk is full.
    """
    try:
        address = f"{path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, timeout=wait_s, isolation_level=None, uri=True)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")  # the disk may take it later
            connection.execute("BEGIN IMMEDIATE")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute(f"PRAGMA user_version={version}")
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(
            f"{str(path)!r} cannot be written: {error}; check the file, its disk and who holds it"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise _unopened(path, error) from error


def _opened_encrypted(path: Path, key: str) -> Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return EncryptedConnection(path, key)
    except (sqlite3.Error, OSError) as error:
        raise _unopened(path, error) from error


def _brought_up(connection: _Opened, path: Path, migrations: Sequence[str | Migration], durable: bool) -> _Opened:
    """The connection, with the file at the newest schema."""
    if _prepared(connection, path, len(migrations), durable) < len(migrations):
        _step(connection, path, migrations, len(migrations))
    return connection


def _prepared(connection: Connection, path: Path, known: int, durable: bool) -> int:
    """The schema that the file has; the connection is closed where it cannot be used."""
    try:
        _write_ahead(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in its message
        connection.close()
        raise _unopened(path, error) from error
    if version > known:
        connection.close()
        raise MigrationFailed(
            f"{str(path)!r} has schema {version}, this program knows {known}; use a newer simone to open it"
        )
    return version


def _unopened(path: Path, error: Exception) -> StoreError:
    return StoreError(f"cannot open the database {str(path)!r}: {error}; check path, permissions and key")


def _write_ahead(connection: Connection) -> None:
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


def _step(connection: Connection, path: Path, migrations: Sequence[str | Migration], to: int) -> None:
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
            step = steps[number - 1]
            if not (is_forward or step.back):
                raise sqlite3.NotSupportedError("it has no way back")
            for statement in _statements(step.forward if is_forward else step.back):
                connection.execute(statement)
            if is_forward and step.derive:
                step.derive(connection)
            connection.execute(f"PRAGMA user_version={number if is_forward else number - 1}")
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
        raise MigrationFailed(
            f"migration {number} of {str(path)!r} failed: {error}; the file keeps its earlier schema"
        ) from error
    except BaseException:
        connection.close()  # which rolls back
        raise


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
def transaction(connection: _Opened) -> Iterator[_Opened]:
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
