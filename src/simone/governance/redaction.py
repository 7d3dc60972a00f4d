"""Takes content out of recorded runs and leaves its digests, so that their chains still hold.

Not for choosing what to forget: the caller says which bytes are to go.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

import msgspec

from simone.clock import digest
from simone.governance.held import Held, held
from simone.governance.ledger import CHAIN, Ledger
from simone.governance.packing import pack_all


class Redaction(msgspec.Struct, frozen=True):
    """What went: payloads and requests, and the ids of the runs that they were of, sorted."""

    payloads: int
    runs: tuple[str, ...]


def redact(ledger: Ledger, holds: Callable[[bytes], bool], attempt: int = 0) -> Redaction:
    """Empty every request and payload, or those of one attempt, that `holds` is true of; all of it is done, or nothing.

    What is damaged, so that nobody can tell what it holds, goes too. A run's id is the digest of request and bundle
    together, so without its request the id vouches for neither. An attempt whose hashes cover the payloads themselves
    (recorded by an earlier version) goes whole, since the rest of its chain could no longer be checked.

    Raises:
        StoreError: the database refused.
    """
    with ledger.writing(to_disk=True) as connection:
        attempts = connection.execute(
            "SELECT attempt, run_id, chain FROM attempts WHERE (attempt = ? OR ? = 0)"
            " AND attempt NOT IN (SELECT attempt FROM pruned) ORDER BY attempt",
            (attempt, attempt),
        ).fetchall()
        count = 0
        runs: set[str] = set()
        for number, run_id, chain in attempts:
            stored = held(connection, number)
            places = _places(stored, holds)
            if places and chain < CHAIN:
                places = _places(stored, lambda _: True)
            if places:
                _empty(connection, number, stored, places)
                count += len(places)
                runs.add(run_id)
    return Redaction(count, tuple(sorted(runs)))


def _places(stored: Held, holds: Callable[[bytes], bool]) -> dict[int, str]:
    """Number and digest of the request (REQUEST_SEQ) and the entries that hold it and were not forgotten before."""
    return {
        seq: digest(content or b"")
        for seq, content in stored.searched()
        if seq not in stored.gone and (content is None or holds(content))
    }


def _empty(connection: sqlite3.Connection, attempt: int, stored: Held, places: Mapping[int, str]) -> None:
    """Write the attempt anew without these places: what stays must not be packed against what goes."""
    connection.executemany(
        "INSERT INTO forgotten VALUES (?, ?, ?)", [(attempt, seq, kept) for seq, kept in places.items()]
    )
    request, *payloads = [b"" if content is None or seq in places else content for seq, content in stored.searched()]
    request, bundle, *payloads = pack_all([request, stored.bundle or b"", *payloads])
    connection.execute("UPDATE attempts SET request = ?, bundle = ? WHERE attempt = ?", (request, bundle, attempt))
    connection.executemany(
        "UPDATE entries SET payload = ? WHERE attempt = ? AND seq = ?",
        [(packed, attempt, row.seq) for packed, row in zip(payloads, stored.rows, strict=True)],
    )
