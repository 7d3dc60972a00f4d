"""The tables of a ledger, as numbered migrations.

Not for what stands in them: `ledger` writes and reads it.

Entries have been rows of a table without row ids, which gives each longer payload pages of its own.
"""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE attempts (
        attempt INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id TEXT NOT NULL,
        request BLOB NOT NULL,
        bundle BLOB NOT NULL,
        started TEXT NOT NULL,
        finished TEXT,
        head TEXT
    ) STRICT;
    CREATE INDEX attempts_by_run ON attempts (run_id, attempt);
    CREATE TABLE entries (
        attempt INTEGER NOT NULL REFERENCES attempts (attempt),
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        payload BLOB NOT NULL,
        hash TEXT NOT NULL,
        written TEXT NOT NULL,
        PRIMARY KEY (attempt, seq)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE attempts ADD COLUMN chain INTEGER NOT NULL DEFAULT 1;
    CREATE TABLE forgotten (
        attempt INTEGER NOT NULL REFERENCES attempts (attempt),
        seq INTEGER NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (attempt, seq)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE rows_of_entries (
        attempt INTEGER NOT NULL REFERENCES attempts (attempt),
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        payload BLOB NOT NULL,
        hash TEXT NOT NULL,
        written TEXT NOT NULL,
        PRIMARY KEY (attempt, seq)
    ) STRICT;
    INSERT INTO rows_of_entries SELECT * FROM entries ORDER BY attempt, seq;
    DROP TABLE entries;
    ALTER TABLE rows_of_entries RENAME TO entries;
    CREATE TABLE pruned (
        attempt INTEGER PRIMARY KEY REFERENCES attempts (attempt),
        at TEXT NOT NULL,
        head TEXT NOT NULL,
        entries INTEGER NOT NULL,
        digests BLOB NOT NULL
    ) STRICT;
    """,
)
