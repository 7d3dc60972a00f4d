"""Takes whole old runs out of a ledger and leaves their digests, so that their chains can still be checked.

Not for taking out what holds certain words: `redaction` does.
"""

from __future__ import annotations

import sqlite3

import msgspec

from simone.clock import digest
from simone.errors import StoreError
from simone.governance.held import Held, held
from simone.governance.ledger import Kept, Ledger, RunSummary
from simone.governance.packing import pack_all, packed


def prunable(ledger: Ledger, before: str) -> tuple[RunSummary, ...]:
    """The attempts that began before the instant `before` (ISO 8601, UTC) and were not pruned yet, oldest first."""
    return tuple(run for run in ledger.runs() if run.started < before and not run.pruned)


def prune(ledger: Ledger, before: str) -> int:
    """Let go of request and payloads of the attempts that `prunable` names; how many there were.

    Of each attempt stay its times, its bundle, its last hash, and kind, name and digest of every entry. Each is pruned
    in a transaction of its own, so that others can write in between. Then the file is written anew, so that it gets
    smaller.

    Raises:
        StoreError: the database refused, or the file could not be written anew; the same call does the rest.
    """
    gone = prunable(ledger, before)
    for run in gone:
        with ledger.writing() as connection:
            _prune(connection, run, ledger.clock.now().isoformat())
    try:
        ledger.purge()
    except StoreError as error:
        raise StoreError(f"{len(gone)} runs were pruned, but their bytes are still there: {error}") from error
    return len(gone)


def _prune(connection: sqlite3.Connection, run: RunSummary, now: str) -> None:
    stored = held(connection, run.attempt)
    last = stored.rows[-1].hash if stored.rows else run.run_id
    row = (run.attempt, now, last, len(stored.rows), packed(msgspec.msgpack.encode(_kept(stored)), b""))
    connection.execute("INSERT OR IGNORE INTO pruned VALUES (?, ?, ?, ?, ?)", row)
    request, bundle = pack_all((b"", stored.bundle or b""))
    connection.execute("UPDATE attempts SET request = ?, bundle = ? WHERE attempt = ?", (request, bundle, run.attempt))
    for table in ("entries", "forgotten"):
        connection.execute(f"DELETE FROM {table} WHERE attempt = ?", (run.attempt,))


def _kept(stored: Held) -> list[Kept]:
    """Of a payload that is damaged the digest of nothing stays: its chain does not hold afterwards either."""
    return [Kept(row.kind, row.name, stored.gone.get(row.seq) or digest(row.payload or b"")) for row in stored.rows]
