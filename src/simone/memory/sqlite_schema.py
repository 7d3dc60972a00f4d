"""The tables of the SQLite store, as numbered migrations with their way back.

Not for what stands in a row: `sqlite_rows` says that.
"""

from __future__ import annotations

import msgspec

from simone.errors import StoreError
from simone.memory.contract import Keys, Memory
from simone.memory.keying import keys_to_keep
from simone.memory.sqlite_rows import STORED_BYTES, Row, as_keys, checksum, key_rows, readable, verified
from simone.storage import Connection, Migration

_TOGETHER = 2000
"""Memories keyed at a time."""


def rekey(connection: Connection) -> None:
    """Give every memory the keys that it would get today, in the transaction that is open.

    Damaged rows keep theirs: `check` tells of them.
    """
    behind = -1
    while rows := connection.execute(
        f"SELECT m.number, {STORED_BYTES} FROM memories AS m WHERE m.number > ? ORDER BY m.number LIMIT {_TOGETHER}",
        (behind,),
    ).fetchall():
        behind = rows[-1][0]
        _rekey(connection, [(number, readable(tuple(columns))) for number, *columns in rows])


def _rekey(connection: Connection, rows: list[tuple[int, Row]]) -> None:
    sound: list[tuple[int, Row, Memory, Keys]] = []
    for number, row in rows:
        try:
            sound.append((number, row, verified(row), as_keys(row[-2])))  # type: ignore[arg-type]
        except (StoreError, msgspec.MsgspecError):
            continue
    for (number, row, _, before), keys in zip(sound, keys_to_keep([one[2] for one in sound]), strict=True):
        if keys == before:
            continue
        columns = (*row[:-2], msgspec.msgpack.encode(keys))
        old, new = set(key_rows(before)), set(key_rows(keys))
        for statement, changed in (
            ("DELETE FROM keys WHERE kind = ? AND key = ? AND memory = ?", old - new),
            ("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", new - old),
        ):
            connection.executemany(statement, [(*key, number) for key in sorted(changed)])
        connection.execute(
            "UPDATE memories SET keys = ?, checksum = ? WHERE number = ?", (columns[-1], checksum(columns), number)
        )


MIGRATIONS = (
    Migration(
        """
        CREATE TABLE memories (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            text TEXT NOT NULL,
            origins TEXT NOT NULL,
            kind TEXT NOT NULL,
            tenant TEXT NOT NULL,
            session TEXT NOT NULL,
            entities TEXT NOT NULL,
            times TEXT NOT NULL,
            statements TEXT NOT NULL,
            topics TEXT NOT NULL,
            valence REAL NOT NULL,
            arousal REAL NOT NULL,
            salience REAL NOT NULL,
            pinned INTEGER NOT NULL,
            trust REAL NOT NULL,
            valid_from TEXT NOT NULL,
            valid_to TEXT NOT NULL,
            recorded_at TEXT NOT NULL,
            keys BLOB NOT NULL,
            checksum INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE keys (
            kind INTEGER NOT NULL,
            key INTEGER NOT NULL,
            memory INTEGER NOT NULL,
            PRIMARY KEY (kind, key, memory)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE names (
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            memory INTEGER NOT NULL,
            PRIMARY KEY (kind, name, memory)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE links (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            memory INTEGER NOT NULL REFERENCES memories (number),
            other INTEGER NOT NULL REFERENCES memories (number),
            recorded_at TEXT NOT NULL,
            reason TEXT NOT NULL,
            valid_to TEXT NOT NULL,
            batch TEXT NOT NULL,
            undone_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX links_by_memory ON links (memory);
        CREATE INDEX links_by_other ON links (other);
        CREATE TABLE uses (
            memory INTEGER PRIMARY KEY REFERENCES memories (number),
            count INTEGER NOT NULL,
            last_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE vectors (
            memory INTEGER NOT NULL REFERENCES memories (number),
            encoder TEXT NOT NULL,
            row BLOB NOT NULL,
            UNIQUE (memory, encoder)
        ) STRICT;
        CREATE TABLE changes (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            what TEXT NOT NULL,
            memory TEXT NOT NULL
        ) STRICT;
        CREATE TABLE refusals (
            tenant TEXT NOT NULL,
            rule TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (tenant, rule)
        ) STRICT, WITHOUT ROWID;
        """
    ),
    Migration(
        """
        CREATE INDEX memories_by_session ON memories (tenant, session);
        CREATE INDEX links_by_batch ON links (batch) WHERE batch <> '';
        """,
        back="""
        DROP INDEX memories_by_session;
        DROP INDEX links_by_batch;
        """,
    ),
    Migration(
        "CREATE TABLE set_aside AS SELECT *, '' AS episodes FROM memories WHERE false;",
        back="DROP TABLE set_aside;",
    ),
    Migration("", back="-- an earlier program finds by keys what it can", derive=rekey),
)
"""Number n, from 1: the way to schema n and the way back from it. Number 4 came with keys of values, and of authors
without case."""
