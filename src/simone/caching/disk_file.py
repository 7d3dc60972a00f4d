"""The SQLite file under the disk tier: opened, followed where it is replaced, set aside where it is damaged.

Not for entries: `disk` keeps those.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from simone.caching.events import Trouble
from simone.errors import StoreError
from simone.storage import connect

Result = TypeVar("Result")

WAIT_MS = 250
"""How long a call waits for another process that writes; then it is a miss, or nothing is kept."""
PAUSE_S = 0.1
"""Between two attempts at what SQLite does not wait for."""
PAGE_CACHE_KIB = 8192
"""Of the file, kept in memory by SQLite. The file is never mapped: one that is cut off would end the process."""

LOG_SHARE, LEAST_LOG_BYTES, MOST_LOG_BYTES = 0.1, 1 << 17, 1 << 22
"""How large the write-ahead log may become before it is written to the file: a share of the limit, within bounds."""
PAGE_BYTES = 4096
"""Of a file of SQLite, unless it was made otherwise."""

MIGRATIONS = (
    """
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL, packed INTEGER NOT NULL,
    checksum BLOB NOT NULL, ends_ms INTEGER NOT NULL, size INTEGER NOT NULL, salience REAL NOT NULL, worth REAL NOT NULL
);
CREATE INDEX entry_worth ON entry(worth, id, size);
CREATE INDEX entry_ends ON entry(ends_ms) WHERE ends_ms > 0;
CREATE TABLE tag (
    entry INTEGER NOT NULL REFERENCES entry(id) ON DELETE CASCADE, name BLOB NOT NULL, PRIMARY KEY (entry, name)
) WITHOUT ROWID;
CREATE INDEX tag_name ON tag(name);
CREATE TABLE total (entries INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO total VALUES (0, 0);
CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    UPDATE total SET entries = entries + 1, bytes = bytes + new.size;
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry BEGIN
    UPDATE total SET entries = entries - 1, bytes = bytes - old.size;
END;
CREATE TABLE quarantined (id INTEGER PRIMARY KEY, key BLOB NOT NULL, reason TEXT NOT NULL, at_s REAL NOT NULL);
CREATE TABLE history (name BLOB PRIMARY KEY, count INTEGER NOT NULL);
""",
)

_MOST_LOCAL, _LEAST_LOCAL, _OWN_BYTES, _PAGE_HEAD, _ROW_HEAD = 4061, 489, 4092, 8, 12
_ATTEMPTS = 3
_GIVEN_UP = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class DiskFile:
    """Not thread-safe: whoever uses it holds a lock. Whatever goes wrong with the file is told, not raised."""

    def __init__(
        self, path: Path, limit_bytes: int, tell: Callable[[Trouble, str], None], replaced: Callable[[], None]
    ) -> None:
        """`limit_bytes` decides how large the log may become, not what is kept. `replaced` is called when numbers of
        entries mean nothing any more, since the file is another one."""
        self.path = path
        self._log_bytes = min(MOST_LOG_BYTES, max(LEAST_LOG_BYTES, int(LOG_SHARE * limit_bytes)))
        self.off = ""
        """Why nothing is kept or found any more; "" while the file works."""
        self._tell = tell
        self._replaced = replaced
        self._log = path.with_name(f"{path.name}-wal")
        self._inode = (0, 0)
        self._connection: sqlite3.Connection | None = None
        self._open()

    def present(self) -> sqlite3.Connection | None:
        """The file that has the name now, which another process may have set aside or deleted; None while off."""
        if self._connection is None:
            return None
        if self._found() == self._inode:
            return self._connection
        self._let_go()
        self._open()
        return self._connection

    def ask(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a query; None where there is none, or the file fails."""
        connection = self.present()
        if connection is None:
            return None
        try:
            row: tuple[Any, ...] | None = connection.execute(query, values).fetchone()
        except sqlite3.Error as error:
            self.failed(error)
            return None
        return row

    def change(self, statement: str, *values: object) -> int:
        """How many rows a statement changed; 0 where the file fails."""
        connection = self.present()
        if connection is None:
            return 0
        try:
            return connection.execute(statement, values).rowcount
        except sqlite3.Error as error:
            self.failed(error)
            return 0

    def shorten_log(self) -> None:
        """Write a log that one large transaction has made too long to the file; nobody who uses it is waited for."""
        connection = self.present()
        try:
            if connection is None or self._log.stat().st_size <= 2 * self._log_bytes:
                return
            with _waiting(connection, 0):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except FileNotFoundError:  # another process has just closed the file
            return
        except (sqlite3.Error, OSError) as error:
            self.failed(error)

    def empty_log(self, connection: sqlite3.Connection, patience_s: float) -> bool:
        """Write all of the log to the file and cut it to nothing; False where other processes would not let it."""
        with _waiting(connection, WAIT_MS):
            # SQLite waits for those who read or write, but not for another one that does the same
            for _ in range(max(1, round(patience_s * 1e3 / WAIT_MS))):
                if not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return True
                threading.Event().wait(PAUSE_S)
        return False

    def insist(
        self,
        asked: str,
        work: Callable[[sqlite3.Connection], Result],
        patience_s: float,
        lock: AbstractContextManager[object],
    ) -> Result | None:
        """What `work` gives, for which other processes are waited for; None where there is no file.

        It works over a connection of its own, so that `lock`, which whoever else uses this object holds meanwhile, is
        taken for moments only. A file that proves damaged is set aside, and `work` done on the new one.

        Raises:
            StoreError: another process kept the file to itself for `patience_s`, or the file cannot be used.
        """
        why = "it was replaced again and again"
        for _ in range(_ATTEMPTS):
            with lock:
                if self.present() is None:
                    why = self.off
                    break
                inode = self._inode
            try:
                done = self._beside(work, patience_s)
                with lock:
                    if self._found() == inode:
                        return done
            except sqlite3.Error as error:
                if _code(error) in _BUSY:
                    raise StoreError(
                        f"{str(self.path)!r} cannot {asked}: another process held it for {patience_s:g} s; ask again,"
                        " or end that process"
                    ) from error
                with lock:
                    self.failed(error)
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:  # it may be there
            pass
        raise StoreError(f"{str(self.path)!r} cannot {asked}: {why}; remove {str(self.path.parent)!r} instead")

    def _beside(self, work: Callable[[sqlite3.Connection], Result], patience_s: float) -> Result:
        """What `work` gives over a connection of its own.

        Raises:
            sqlite3.Error: the file cannot be opened, or what `work` met with.
            StoreError: there cannot be such a file, or what `work` met with.
        """
        try:
            connection = self._connected()
        except StoreError as error:
            if isinstance(error.__cause__, sqlite3.Error):
                raise error.__cause__ from None
            raise
        with closing(connection), _waiting(connection, round(patience_s * 1e3)):
            return work(connection)

    def failed(self, error: BaseException | None) -> None:
        """What to do about an error of SQLite: wait for better times, begin a new file, or turn off."""
        code = _code(error)
        if code in _BUSY:
            return
        if code in _GIVEN_UP:
            self._set_aside(f"{str(self.path)!r} is damaged: {error}")
        else:
            self._turn_off(f"{str(self.path)!r} cannot be used: {error}")

    def set_aside(self) -> list[Path]:
        """Damaged files that were renamed, sorted."""
        return sorted(self.path.parent.glob(f"{self.path.name}.broken-*"))

    def close(self) -> None:
        """Close the file for good."""
        self._let_go()
        self.off = self.off or "it was closed"

    def _open(self) -> None:
        try:
            self._connection = self._opened()
        except StoreError as error:
            if _code(error.__cause__) in _GIVEN_UP:
                self._set_aside(str(error))
            else:
                self._turn_off(str(error))

    def _found(self) -> tuple[int, int]:
        """Which file has the name now; zeros where none has."""
        try:
            found = self.path.stat()
        except OSError:
            return 0, 0
        return found.st_dev, found.st_ino

    def _opened(self) -> sqlite3.Connection:
        self._inode = self._found()  # also of a file that proves damaged
        connection = self._connected()
        self._inode = self._found()
        return connection

    def _connected(self) -> sqlite3.Connection:
        """Another connection to the file that has the name now.

        Raises:
            StoreError: it is damaged or cannot be used.
        """
        connection = connect(self.path, MIGRATIONS, durable=False)
        try:
            connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(f"PRAGMA wal_autocheckpoint={self._log_bytes // PAGE_BYTES}")
            connection.execute(f"PRAGMA journal_size_limit={self._log_bytes}")
            connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
            connection.text_factory = bytes  # damaged columns may hold text that is none
            connection.execute("SELECT entries, bytes FROM total").fetchone()
        except sqlite3.Error as error:
            connection.close()
            raise StoreError(f"{str(self.path)!r} cannot be read: {error}") from error
        return connection

    def _set_aside(self, why: str) -> None:
        """Rename a damaged file and begin a new one, unless another process did; the name holds the file's inode."""
        self._let_go()
        try:
            if self._found() != self._inode:
                raise FileExistsError
            aside = self.path.with_name(f"{self.path.name}.broken-{self._inode[1]}")
            os.link(self.path, aside)  # fails where another process was first
            for suffix in ("-wal", "-shm"):  # first: who finds no file begins one, with a log of the same name
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)
            self._tell("set aside", f"{why}; it is now {aside.name!r} and a new file was begun")
        except FileExistsError:
            pass
        except OSError as error:
            self._turn_off(f"{why}; and it cannot be renamed: {error}")
            return
        try:
            self._connection = self._opened()
        except StoreError as error:
            self._turn_off(str(error))

    def _turn_off(self, why: str) -> None:
        self._let_go()
        self.off = why
        self._tell("off", f"{why}; nothing is cached on disk until it is opened again")

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._replaced()


@contextmanager
def _waiting(connection: sqlite3.Connection, milliseconds: int) -> Iterator[None]:
    """A block in which other processes are waited for as long as this, not as long as usual."""
    connection.execute(f"PRAGMA busy_timeout={milliseconds}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")


def taken_bytes(row: int) -> int:
    """Bytes of pages that a row of so many bytes takes, where rows are packed one behind the other.

    Source: https://www.sqlite.org/fileformat2.html, 1.6: a page of a table has whole rows, but for what of a row larger
    than 4061 bytes goes to pages of its own.
    """
    own = 0
    if row > _MOST_LOCAL:
        local = _LEAST_LOCAL + (row - _LEAST_LOCAL) % _OWN_BYTES
        local = local if local <= _MOST_LOCAL else _LEAST_LOCAL
        own = -(-(row - local) // _OWN_BYTES)
        row = local
    return PAGE_BYTES // max(1, (PAGE_BYTES - _PAGE_HEAD) // (row + _ROW_HEAD)) + own * PAGE_BYTES


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code, -1 where it has none."""
    found = getattr(error, "sqlite_errorcode", -1)
    if found == sqlite3.SQLITE_IOERR_SHORT_READ:  # the file was cut off
        return sqlite3.SQLITE_CORRUPT
    return found & 0xFF if found >= 0 else -1
