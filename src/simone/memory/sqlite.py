"""Memories in one SQLite file: rows for what is remembered, keys to find it by while more is let in.

Not for deciding what is let in (`gate`), and not for ranking: recall reads rows and ranks in memory.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from simone.errors import BadRequest, StoreError
from simone.memory import sqlite_care
from simone.memory.contract import Change, Filter, Link, Memory, Use, Vectors
from simone.memory.sqlite_rows import (
    LINK_COLUMNS,
    STORED_BYTES,
    STORED_COLUMNS,
    Row,
    as_array,
    as_link,
    conditions,
    readable,
    verified,
)
from simone.memory.sqlite_schema import MIGRATIONS
from simone.memory.sqlite_writing import SqliteWriting
from simone.storage import Connection, connect, connect_encrypted, migrate, transaction
from simone.storage.port import Value

_CHECKPOINT_PAGES = 4000
_CACHE_KIB = 32768
"""Pages that a write touches lie all over the keys; read from the file anew they would cost more than the write."""


class SqliteStore:
    """Implements `contract.Store` in one file. Readers see the last commit and never wait for a writer."""

    def __init__(self, path: Path, writer: Connection, reader: Connection) -> None:
        self._path = path
        self._writer, self._reader = writer, reader
        self._writing, self._reading = threading.RLock(), threading.Lock()
        self._is_closed = False

    @classmethod
    def open(cls, path: Path, *, durable: bool = True, key: str = "") -> SqliteStore:
        """Open or create the file. `durable` False saves the fsync of each commit; a `key` encrypts every page.

        Raises:
            StoreError: it cannot be opened, is no database, or the key is not its key.
            MigrationFailed: it is newer than this program.
        """
        writer, reader = (_connected(path, durable, key) for _ in range(2))
        try:
            for pragma in ("secure_delete=ON", f"wal_autocheckpoint={_CHECKPOINT_PAGES}", f"cache_size=-{_CACHE_KIB}"):
                writer.execute(f"PRAGMA {pragma}")
            reader.execute("PRAGMA query_only=ON")
        except sqlite3.Error as error:
            raise StoreError(f"cannot prepare the memories in {str(path)!r}: {error}; check the file") from error
        return cls(path, writer, reader)

    @staticmethod
    def migrate(path: Path, to: int, key: str = "") -> tuple[int, int]:
        """Bring a store that nobody has open to schema `to`, forward or back; the schemas before and after.

        Raises:
            StoreError: there is no such store.
            MigrationFailed: there is no such schema, or no way back to it.
        """
        return migrate(path, MIGRATIONS, to, key)

    @property
    def place(self) -> str:
        """The path."""
        return str(self._path)

    @contextmanager
    def writing(self) -> Iterator[SqliteWriting]:
        """One transaction: committed whole when the block ends, rolled back whole when it raises.

        What the store itself answers inside the block is as before the transaction.

        Raises:
            StoreError: the database refused (full, locked, corrupt), or this thread is writing already.
            BadRequest: a text holds half a surrogate pair.
        """
        with self._idle() as writer:
            try:
                with transaction(writer) as connection:
                    yield SqliteWriting(connection)
            except UnicodeEncodeError as error:
                raise BadRequest(f"a text holds a lone surrogate, which no store can keep: {error}") from error

    def get(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        """Those of these that are known, in the order asked."""
        return self._memories(
            "FROM json_each(?) AS k CROSS JOIN memories AS m ON m.id = k.value ORDER BY k.key", (as_array(list(ids)),)
        )

    def select(self, which: Filter, limit: int = 0, after: str = "") -> tuple[Memory, ...]:
        """Memories in the order they were added; at most `limit` (0: all), from behind the memory `after`.

        Raises:
            BadRequest: `after` is not known, or a moment of the filter is none.
        """
        condition, values = conditions(which)
        behind = 0
        if after:
            known = self._read("SELECT number FROM memories WHERE id = ?", (after,))
            if not known:
                raise BadRequest(f"memories behind {after!r} were asked for; the store does not have it: start anew")
            behind = int(known[0][0])  # type: ignore[arg-type]
        return self._memories(
            f"FROM memories AS m WHERE m.number > ? AND {condition} ORDER BY m.number LIMIT ?",
            (behind, *values, limit or -1),
        )

    def links(self, memories: Sequence[str]) -> tuple[Link, ...]:
        """Every link, ended ones too, with one of these at either end, in the order they were added."""
        numbers = "(SELECT number FROM memories WHERE id IN (SELECT value FROM json_each(?)))"
        asked = as_array(list(memories))
        rows = self._read(
            f"SELECT {LINK_COLUMNS} WHERE l.number IN (SELECT number FROM links WHERE memory IN {numbers}"
            f" UNION SELECT number FROM links WHERE other IN {numbers}) ORDER BY l.number",
            (asked, asked),
        )
        return tuple(map(as_link, rows))  # type: ignore[arg-type]

    def batch(self, batch: str) -> tuple[Link, ...]:
        """Every link of a consolidation, in the order they were added."""
        rows = self._read(f"SELECT {LINK_COLUMNS} WHERE l.batch = ? AND l.batch <> '' ORDER BY l.number", (batch,))
        return tuple(map(as_link, rows))  # type: ignore[arg-type]

    def uses(self, memories: Sequence[str]) -> Mapping[str, Use]:
        """How often each was recalled; those never recalled are absent."""
        rows = self._read(
            "SELECT m.id, u.count, u.last_at FROM json_each(?) AS k CROSS JOIN memories AS m ON m.id = k.value"
            " JOIN uses AS u ON u.memory = m.number ORDER BY k.key",
            (as_array(list(memories)),),
        )
        return {str(memory): Use(int(count), str(last)) for memory, count, last in rows}  # type: ignore[arg-type]

    def vectors(self, encoder: str, ids: Sequence[str]) -> Vectors:
        """The vectors of these by that encoder, as far as there are any, in the order asked.

        Raises:
            StoreError: they are not of one length: another encoder of that name made some of them.
        """
        rows = self._read(
            "SELECT m.id, v.row FROM json_each(?) AS k CROSS JOIN memories AS m ON m.id = k.value"
            " JOIN vectors AS v ON v.memory = m.number AND v.encoder = ? ORDER BY k.key",
            (as_array(list(ids)), encoder),
        )
        lengths = sorted({len(row) for _, row in rows})  # type: ignore[arg-type]
        if len(lengths) > 1:
            raise StoreError(f"vectors of {encoder!r} have lengths {lengths} in bytes; keep those of one encoder anew")
        joined = np.frombuffer(b"".join(row for _, row in rows), "<f4")  # type: ignore[misc]
        shape = (len(rows), lengths[0] // 4 if lengths else 0)
        return Vectors(encoder, tuple(str(memory) for memory, _ in rows), joined.reshape(shape).astype(np.float32))

    def changes(self, after: int, limit: int = 0) -> tuple[Change, ...]:
        """What happened behind change number `after`, at most `limit` steps (0: all)."""
        rows = self._read(
            "SELECT number, what, memory FROM changes WHERE number > ? ORDER BY number LIMIT ?", (after, limit or -1)
        )
        return tuple(Change(*row) for row in rows)  # type: ignore[arg-type]

    def refusals(self, tenant: str) -> Mapping[str, int]:
        """How many candidates each rule refused, by name of the rule."""
        rows = self._read("SELECT rule, count FROM refusals WHERE tenant = ? ORDER BY rule", (tenant,))
        return {str(rule): int(count) for rule, count in rows}  # type: ignore[arg-type]

    def purge(self) -> None:
        """Let no byte of what was forgotten stay in free pages or in the log: the file is written anew.

        Raises:
            StoreError: another process is reading or writing, so that the log cannot be emptied now.
        """
        with self._idle() as writer, self._reading:
            sqlite_care.purge(writer, self.place)

    def files(self) -> tuple[Path, ...]:
        """The file, and its log, index and journal where there are any."""
        beside = (self._path.with_name(self._path.name + ending) for ending in ("", "-wal", "-shm", "-journal"))
        return tuple(one for one in beside if one.is_file())

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store, a sentence each; nothing else can be written meanwhile."""
        with self._idle() as writer:
            return sqlite_care.check(writer)

    def repair(self) -> tuple[str, ...]:
        """Set right what `check` finds, set aside what is damaged; what was done, a sentence each."""
        with self._idle() as writer:
            return sqlite_care.repair(writer)

    def close(self) -> None:
        """Close the file; the store is not used afterwards."""
        if self._is_closed:
            return
        with self._idle(), self._reading:
            self._is_closed = True
            self._reader.close()
            self._writer.close()

    @contextmanager
    def _idle(self) -> Iterator[Connection]:
        """The writing connection, for this thread alone."""
        with self._writing:
            if self._is_closed:
                raise StoreError(f"the store {self.place!r} was closed; open it again")
            if self._writer.in_transaction:
                raise StoreError("a transaction of this store is open in this thread; end it before the next step")
            yield self._writer

    def _memories(self, which: str, values: Sequence[Value]) -> tuple[Memory, ...]:
        """The memories of the rows of `memories` as m that what follows SELECT means."""
        try:
            rows = self._read(f"SELECT {STORED_COLUMNS} {which}", values)
        except StoreError:  # a text that is none any more? fetched as bytes, its memory can be named
            rows = list(map(readable, self._read(f"SELECT {STORED_BYTES} {which}", values)))
        return tuple(map(verified, rows))

    def _read(self, query: str, values: Sequence[Value]) -> list[Row]:
        with self._reading:
            try:
                return self._reader.execute(query, values).fetchall()
            except UnicodeEncodeError:  # half a surrogate pair, which no row holds
                return []
            except sqlite3.Error as error:
                raise StoreError(
                    f"the memories in {self.place!r} cannot be read: {error}; run `simone memory check`"
                ) from error


def _connected(path: Path, durable: bool, key: str) -> Connection:
    if key:
        return connect_encrypted(path, MIGRATIONS, key, durable=durable)
    return connect(path, MIGRATIONS, durable=durable)
