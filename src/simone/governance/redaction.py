"""Takes content out of recorded runs and leaves its digests, so that their chains still hold.

Not for choosing what to forget: the caller says which bytes are to go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import msgspec

from simone.clock import digest
from simone.governance.ledger import CHAIN, REQUEST_SEQ, Ledger

_ROWS_AT_ONCE = 64


class Redaction(msgspec.Struct, frozen=True):
    """What went: payloads and requests, and the ids of the runs that they were of, sorted."""

    payloads: int
    runs: tuple[str, ...]


def redact(ledger: Ledger, holds: Callable[[bytes], bool], attempt: int = 0) -> Redaction:
    """Empty every request and payload, or those of one attempt, that `holds` is true of; all of it is done, or nothing.

    A run's id is the digest of request and bundle together, so without its request the id vouches for neither. An
    attempt whose hashes cover the payloads themselves (recorded by an earlier version) goes whole, since the rest of
    its chain could no longer be checked.

    Raises:
        StoreError: the database refused.
    """
    with ledger.writing(to_disk=True) as connection:
        attempts = connection.execute(
            "SELECT attempt, run_id, chain FROM attempts WHERE attempt = ? OR ? = 0 ORDER BY attempt",
            (attempt, attempt),
        ).fetchall()
        count = 0
        runs: set[str] = set()
        for number, run_id, chain in attempts:
            places = _places(connection, number, holds)
            if places and chain < CHAIN:
                places = _places(connection, number, lambda _: True)
            for seq, kept in places:
                _empty(connection, number, seq, kept)
            if places:
                count += len(places)
                runs.add(run_id)
    return Redaction(count, tuple(sorted(runs)))


def _places(connection: sqlite3.Connection, attempt: int, holds: Callable[[bytes], bool]) -> list[tuple[int, str]]:
    """Number and digest of the request (REQUEST_SEQ) and the entries that hold it and were not forgotten before."""
    gone = {seq for (seq,) in connection.execute("SELECT seq FROM forgotten WHERE attempt = ?", (attempt,))}
    (request,) = connection.execute("SELECT request FROM attempts WHERE attempt = ?", (attempt,)).fetchone()
    found = [(REQUEST_SEQ, digest(request))] if REQUEST_SEQ not in gone and holds(request) else []
    rows = connection.execute("SELECT seq, payload FROM entries WHERE attempt = ? ORDER BY seq", (attempt,))
    while batch := rows.fetchmany(_ROWS_AT_ONCE):
        found += [(seq, digest(payload)) for seq, payload in batch if seq not in gone and holds(payload)]
    return found


def _empty(connection: sqlite3.Connection, attempt: int, seq: int, kept: str) -> None:
    connection.execute("INSERT INTO forgotten VALUES (?, ?, ?)", (attempt, seq, kept))
    if seq == REQUEST_SEQ:
        connection.execute("UPDATE attempts SET request = x'' WHERE attempt = ?", (attempt,))
    else:
        connection.execute("UPDATE entries SET payload = x'' WHERE attempt = ? AND seq = ?", (attempt, seq))
