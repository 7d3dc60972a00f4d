"""Memories in one SQLite file: rows for what is remembered, keys to find it by while more is let in.

Not for deciding what is let in (`gate`), and not for ranking: recall reads rows and ranks in memory.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from simone.errors import BadRequest, StoreError
from simone.memory import sqlite_care
from simone.memory.contract import Change, Filter, Keys, Link, Memory, Use, Vectors
from simone.memory.sqlite_rows import (
    BAND,
    EXACT,
    INSERT_MEMORY,
    IS_CURRENT,
    LINK_COLUMNS,
    MEMORY_COLUMNS,
    MIGRATIONS,
    TERM,
    Row,
    Value,
    as_array,
    as_keys,
    as_link,
    as_memory,
    conditions,
    key_rows,
    memory_row,
    name_rows,
    signed,
)
from simone.storage import connect, migrate, transaction

POSTINGS = 64
"""Of the memories that share a term, so many of the latest are compared; frequent terms tell little."""
_CHECKPOINT_PAGES = 4000
_CACHE_KIB = 32768
"""Pages that a write touches lie all over the keys; read from the file anew they would cost more than the write."""


_POSTINGS_OF = f"SELECT memory FROM keys WHERE kind = {TERM} AND key = ? ORDER BY memory DESC LIMIT {POSTINGS}"


class SqliteWriting:
    """An open write transaction of a SqliteStore."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def exact(self, tenant: str, key: int) -> Memory | None:
        """The current memory with this exact key, the earliest if there are several."""
        row = self._connection.execute(
            f"SELECT {MEMORY_COLUMNS} FROM keys AS k JOIN memories AS m ON m.number = k.memory"
            f" WHERE k.kind = {EXACT} AND k.key = ? AND m.tenant = ? AND {IS_CURRENT} ORDER BY k.memory LIMIT 1",
            (signed(key), tenant),
        ).fetchone()
        return as_memory(row) if row else None

    def near(self, tenant: str, bands: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a band, those with most in common first, then earliest."""
        rows = self._connection.execute(
            f"SELECT {MEMORY_COLUMNS} FROM"
            f" (SELECT memory, count(*) AS shared FROM keys WHERE kind = {BAND}"
            "   AND key IN (SELECT value FROM json_each(?)) GROUP BY memory) AS k"
            f" JOIN memories AS m ON m.number = k.memory WHERE m.tenant = ? AND {IS_CURRENT}"
            " ORDER BY k.shared DESC, m.number LIMIT ?",
            (as_array([signed(band) for band in bands]), tenant, limit),
        ).fetchall()
        return tuple(map(as_memory, rows))

    def sharing(self, tenant: str, terms: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a term, those with most in common first, then latest.

        Of a term that more than POSTINGS memories have only the latest POSTINGS are looked at.
        """
        shared: Counter[int] = Counter()
        for term in dict.fromkeys(map(signed, terms)):
            rows = self._connection.execute(_POSTINGS_OF, (term,)).fetchall()
            shared.update([number for (number,) in rows])
        ranked = sorted(shared, key=lambda number: (-shared[number], -number))
        found: list[Memory] = []
        for start in range(0, len(ranked), max(limit, 1)):
            if len(found) >= limit:
                break
            found.extend(self._current(tenant, ranked[start : start + limit]))
        return tuple(found[:limit])

    def add(self, memory: Memory, keys: Keys) -> None:
        """Keep a memory; one whose id is known is left as it is."""
        connection = self._connection
        try:
            row = connection.execute(INSERT_MEMORY, memory_row(memory, keys)).fetchone()
        except UnicodeEncodeError as error:
            raise BadRequest(
                f"memory {memory.id!r} holds a lone surrogate, which no store can keep: {error}"
            ) from error
        if row is None:
            return
        number = int(row[0])
        connection.executemany("INSERT INTO keys VALUES (?, ?, ?)", [(*key, number) for key in key_rows(keys)])
        connection.executemany("INSERT INTO names VALUES (?, ?, ?)", [(*name, number) for name in name_rows(memory)])
        self._tell("added", memory.id)

    def link(self, link: Link) -> None:
        """Keep a link; its memories must be known, and a link whose id is known is left as it is.

        Raises:
            StoreError: a memory of the link is not known.
        """
        ends = [self._number(link.memory), self._number(link.other)]
        for memory, number in zip((link.memory, link.other), ends, strict=True):
            if number is None:
                raise StoreError(
                    f"link {link.id!r} names memory {memory!r}, which the store does not have; add it first"
                )
        row = self._connection.execute(
            "INSERT OR IGNORE INTO links (id, kind, memory, other, recorded_at, reason, valid_to, batch, undone_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (link.id, link.kind, *ends, link.recorded_at, link.reason, link.valid_to, link.batch, link.undone_at),
        ).fetchone()
        if row is not None:
            self._tell("linked", link.memory)

    def undo(self, link: str, at: str) -> bool:
        """End a link at that moment; whether it held until now."""
        row = self._connection.execute(
            "UPDATE links SET undone_at = ? WHERE id = ? AND undone_at = '' RETURNING memory", (at, link)
        ).fetchone()
        if row is None:
            return False
        (memory,) = self._connection.execute("SELECT id FROM memories WHERE number = ?", row).fetchone()
        self._tell("undone", memory)
        return True

    def refuse(self, tenant: str, rule: str) -> None:
        """Count a refusal."""
        self._connection.execute(
            "INSERT INTO refusals VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (tenant, rule)
        )

    def use(self, memories: Sequence[str], at: str) -> None:
        """Count that these were recalled and shown; unknown ones are passed over."""
        self._connection.executemany(
            "INSERT INTO uses SELECT number, 1, ? FROM memories WHERE id = ?"
            " ON CONFLICT DO UPDATE SET count = count + 1, last_at = max(last_at, excluded.last_at)",
            [(at, memory) for memory in memories],
        )

    def vectors(self, vectors: Vectors) -> None:
        """Keep vectors of known memories; those of unknown ones are dropped, those known replaced.

        Raises:
            BadRequest: there are not as many rows as ids.
        """
        rows = np.ascontiguousarray(vectors.rows, np.float32)
        if rows.ndim != 2 or len(rows) != len(vectors.ids):
            raise BadRequest(f"{len(vectors.ids)} memories came with vectors of shape {rows.shape}; needed: a row each")
        self._connection.executemany(
            "INSERT INTO vectors SELECT number, ?, ? FROM memories WHERE id = ?"
            " ON CONFLICT DO UPDATE SET row = excluded.row",
            [(vectors.encoder, row.tobytes(), memory) for memory, row in zip(vectors.ids, rows, strict=True)],
        )

    def forget(self, memories: Sequence[str]) -> int:
        """Delete these with every key, vector, link, use and word of them; how many there were.

        An episode that holds a sentence of one of them is deleted too. Of a memory that stays but loses a link that
        held, the changes tell that the link was undone.
        """
        asked = [number for memory in dict.fromkeys(memories) if (number := self._number(memory)) is not None]
        doomed = self._with_episodes(asked)
        left: set[str] = set()
        for number in sorted(doomed):
            left |= self._delete_links(number, doomed)
        for memory in sorted(left):
            self._tell("undone", memory)
        for number in sorted(doomed):
            self._tell("forgotten", self._delete(number))
        return len(doomed)

    def _with_episodes(self, numbers: list[int]) -> set[int]:
        doomed = set(numbers)
        pending = list(numbers)
        while pending:
            held_by = self._connection.execute(
                "SELECT other FROM links WHERE memory = ? AND kind = 'holds'", (pending.pop(),)
            ).fetchall()
            fresh = {int(other) for (other,) in held_by} - doomed
            doomed |= fresh
            pending.extend(fresh)
        return doomed

    def _delete_links(self, number: int, doomed: set[int]) -> set[str]:
        """The memories that stay and lose a link that held."""
        held = self._connection.execute(
            "SELECT m.number, m.id FROM links AS l JOIN memories AS m ON m.number = l.memory"
            " WHERE l.other = ? AND l.undone_at = ''",
            (number,),
        ).fetchall()
        self._connection.execute("DELETE FROM links WHERE memory = ?1 OR other = ?1", (number,))
        return {memory for other, memory in held if other not in doomed}

    def _delete(self, number: int) -> str:
        row, packed = self._row(number)
        for table in ("uses", "vectors"):
            self._connection.execute(f"DELETE FROM {table} WHERE memory = ?", (number,))
        self._connection.executemany(
            "DELETE FROM keys WHERE kind = ? AND key = ? AND memory = ?",
            [(*key, number) for key in key_rows(as_keys(packed))],
        )
        self._connection.executemany(
            "DELETE FROM names WHERE kind = ? AND name = ? AND memory = ?",
            [(*name, number) for name in name_rows(row)],
        )
        self._connection.execute("DELETE FROM memories WHERE number = ?", (number,))
        return row.id

    def _row(self, number: int) -> tuple[Memory, bytes]:
        *columns, packed = self._connection.execute(
            f"SELECT {MEMORY_COLUMNS}, m.keys FROM memories AS m WHERE m.number = ?", (number,)
        ).fetchone()
        return as_memory(tuple(columns)), packed

    def _current(self, tenant: str, numbers: Sequence[int]) -> list[Memory]:
        """Those of these that are current, in the order given."""
        rows = self._connection.execute(
            f"SELECT {MEMORY_COLUMNS} FROM json_each(?) AS k CROSS JOIN memories AS m ON m.number = k.value"
            f" WHERE m.tenant = ? AND {IS_CURRENT} ORDER BY k.key",
            (as_array(list(numbers)), tenant),
        ).fetchall()
        return list(map(as_memory, rows))

    def _number(self, memory: str) -> int | None:
        row = self._connection.execute("SELECT number FROM memories WHERE id = ?", (memory,)).fetchone()
        return int(row[0]) if row else None

    def _tell(self, what: str, memory: str) -> None:
        self._connection.execute("INSERT INTO changes (what, memory) VALUES (?, ?)", (what, memory))


class SqliteStore:
    """Implements `contract.Store` in one file. Readers see the last commit and never wait for a writer."""

    def __init__(self, path: Path, writer: sqlite3.Connection, reader: sqlite3.Connection) -> None:
        self._path = path
        self._writer, self._reader = writer, reader
        self._writing, self._reading = threading.RLock(), threading.Lock()

    @classmethod
    def open(cls, path: Path, *, durable: bool = True) -> SqliteStore:
        """Open or create the file. `durable` False saves the fsync of each commit.

        Raises:
            StoreError: it cannot be opened or is no database.
            MigrationFailed: it is newer than this program.
        """
        writer = connect(path, MIGRATIONS, durable=durable)
        reader = connect(path, MIGRATIONS, durable=durable)
        try:
            for pragma in ("secure_delete=ON", f"wal_autocheckpoint={_CHECKPOINT_PAGES}", f"cache_size=-{_CACHE_KIB}"):
                writer.execute(f"PRAGMA {pragma}")
            reader.execute("PRAGMA query_only=ON")
        except sqlite3.Error as error:
            raise StoreError(f"cannot prepare the memories in {str(path)!r}: {error}; check the file") from error
        return cls(path, writer, reader)

    @staticmethod
    def migrate(path: Path, to: int) -> tuple[int, int]:
        """Bring a store that nobody has open to schema `to`, forward or back; the schemas before and after.

        Raises:
            StoreError: there is no such store.
            MigrationFailed: there is no such schema, or no way back to it.
        """
        return migrate(path, MIGRATIONS, to)

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
        """
        with self._idle() as writer, transaction(writer) as connection:
            yield SqliteWriting(connection)

    def get(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        """Those of these that are known, in the order asked."""
        rows = self._read(
            f"SELECT {MEMORY_COLUMNS} FROM json_each(?) AS k CROSS JOIN memories AS m ON m.id = k.value ORDER BY k.key",
            (as_array(list(ids)),),
        )
        return tuple(map(as_memory, rows))

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
        rows = self._read(
            f"SELECT {MEMORY_COLUMNS} FROM memories AS m WHERE m.number > ? AND {condition} ORDER BY m.number LIMIT ?",
            (behind, *values, limit or -1),
        )
        return tuple(map(as_memory, rows))

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

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store, a sentence each; nothing else can be written meanwhile."""
        with self._idle() as writer:
            return sqlite_care.check(writer)

    def repair(self) -> tuple[str, ...]:
        """Set right what `check` finds and can be set right from the rows; what was done, a sentence each."""
        with self._idle() as writer:
            return sqlite_care.repair(writer)

    def close(self) -> None:
        """Close the file; the store is not used afterwards."""
        with self._idle(), self._reading:
            self._reader.close()
            self._writer.close()

    @contextmanager
    def _idle(self) -> Iterator[sqlite3.Connection]:
        """The writing connection, for this thread alone."""
        with self._writing:
            if self._writer.in_transaction:
                raise StoreError("a transaction of this store is open in this thread; end it before the next step")
            yield self._writer

    def _read(self, query: str, values: Sequence[Value]) -> list[Row]:
        with self._reading:
            try:
                return self._reader.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"the memories in {self.place!r} cannot be read: {error}; run check") from error
