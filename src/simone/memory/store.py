"""Remembered sentences in one SQLite file, each with the quotes that carry it.

Not for deciding what is worth keeping (MTP does), and not for forgetting by itself: `forget` is always somebody's wish.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from simone.clock import digest
from simone.errors import BadRequest
from simone.records import Evidence, MemoryTag
from simone.storage import connect, transaction

_MIGRATIONS = (
    """
    CREATE TABLE memories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL,
        start INTEGER NOT NULL,
        end INTEGER NOT NULL,
        salience REAL NOT NULL,
        reasons TEXT NOT NULL,
        sources TEXT NOT NULL,
        run TEXT NOT NULL,
        recorded_at TEXT NOT NULL
    );
    CREATE VIRTUAL TABLE memory_words USING fts5(text, tokenize = 'porter unicode61');
    """,
)
_COLUMNS = "id, text, start, end, salience, reasons, sources, run, recorded_at"
_MAX_QUERY_WORDS = 64


class Memory(msgspec.Struct, frozen=True):
    """A remembered sentence. `start`/`end` place it in the draft of `run`; `sources` are the quotes that carry it.

    `recorded_at` is ISO 8601 with its offset from UTC.
    """

    id: int
    text: str
    start: int
    end: int
    salience: float
    reasons: tuple[str, ...]
    sources: tuple[Evidence, ...]
    run: str
    recorded_at: str


class Refused(msgspec.Struct, frozen=True):
    """Why a sentence was not remembered; `existing` is the memory that already says it, 0 if none."""

    reason: str
    existing: int = 0


class MemoryStore:
    """The store. Thread-safe; several processes may open the same file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, durable: bool = True) -> MemoryStore:
        """Open or create the file.

        Raises:
            StoreError: it cannot be opened or is no database.
            MigrationFailed: it is newer than this program.
        """
        return cls(connect(path, _MIGRATIONS, durable=durable))

    def close(self) -> None:
        """Close the file; the store is not used afterwards."""
        with self._lock:
            self._connection.close()

    def remember(self, tag: MemoryTag, sources: Sequence[Evidence], run: str, recorded_at: str) -> int | Refused:
        """Keep the tagged sentence and answer its id, or say why not: no place, no source, or known already.

        Only sources that support count. Sentences are the same when they differ in white space alone.

        Raises:
            BadRequest: `recorded_at` is not an ISO 8601 instant with an offset.
            StoreError: the database refused the write.
        """
        moment = _instant(recorded_at)
        carrying = tuple(source for source in sources if source.stance == "supports" and source.quote)
        if not tag.text.strip() or tag.end <= tag.start:
            return Refused("it has no place in a text: nothing is remembered without a span")
        if not run:
            return Refused("it belongs to no run: nothing is remembered without its origin")
        if not carrying:
            return Refused("no source supports it: nothing is remembered without evidence")
        key = digest(" ".join(tag.text.split()).encode("utf-8", "surrogatepass"))
        encode = msgspec.json.encode
        with self._lock, transaction(self._connection) as connection:
            known = connection.execute("SELECT id FROM memories WHERE digest = ?", (key,)).fetchone()
            if known:
                return Refused(f"memory {known[0]} says the same", int(known[0]))
            cursor = connection.execute(
                "INSERT INTO memories (digest, text, start, end, salience, reasons, sources, run, recorded_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    key,
                    tag.text,
                    tag.start,
                    tag.end,
                    tag.salience,
                    encode(tag.reasons).decode(),
                    encode(carrying).decode(),
                    run,
                    moment,
                ),
            )
            connection.execute("INSERT INTO memory_words (rowid, text) VALUES (?, ?)", (cursor.lastrowid, tag.text))
            return int(cursor.lastrowid or 0)

    def recall(self, query: str, k: int) -> tuple[Memory, ...]:
        """The k memories that share words with the query, best first (BM25 over stems), ties by age, oldest first."""
        words = list(dict.fromkeys(re.findall(r"\w+", query.lower())))[:_MAX_QUERY_WORDS]
        if not words or k <= 0:
            return ()
        match = " OR ".join(f'"{word}"' for word in words)
        return self._select(
            "JOIN memory_words ON memory_words.rowid = memories.id WHERE memory_words MATCH ? "
            "ORDER BY round(bm25(memory_words), 9), id LIMIT ?",
            (match, k),
        )

    def all(self) -> tuple[Memory, ...]:
        """Every memory, oldest first."""
        return self._select("ORDER BY id", ())

    def forget(self, memory: int) -> bool:
        """Delete a memory with everything kept of it; whether it existed. Its id is never given again.

        Raises:
            StoreError: the database refused the write.
        """
        with self._lock, transaction(self._connection) as connection:
            connection.execute("DELETE FROM memory_words WHERE rowid = ?", (memory,))
            return connection.execute("DELETE FROM memories WHERE id = ?", (memory,)).rowcount > 0

    def _select(self, rest: str, values: tuple[str | int, ...]) -> tuple[Memory, ...]:
        columns = ", ".join(f"memories.{name}" for name in _COLUMNS.split(", "))
        with self._lock:
            rows = self._connection.execute(f"SELECT {columns} FROM memories {rest}", values).fetchall()
        return tuple(_memory(row) for row in rows)


def _memory(row: tuple[int, str, int, int, float, str, str, str, str]) -> Memory:
    number, text, start, end, salience, reasons, sources, run, recorded_at = row
    return Memory(
        id=number,
        text=text,
        start=start,
        end=end,
        salience=salience,
        reasons=msgspec.json.decode(reasons, type=tuple[str, ...]),
        sources=msgspec.json.decode(sources, type=tuple[Evidence, ...]),
        run=run,
        recorded_at=recorded_at,
    )


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"recorded_at {text!r} is not an ISO 8601 instant: {error}") from error
    if moment.tzinfo is None:
        raise BadRequest(f"recorded_at {text!r} has no offset from UTC; write for instance {text}+00:00")
    return moment.isoformat()
