"""What the file of a ledger holds of one attempt, unpacked.

Not for vouching for it: `ledger` checks its hashes.
"""

from __future__ import annotations

import sqlite3

import msgspec

from simone.governance.packing import unpack_all

REQUEST_SEQ = -1
"""Number under which a forgotten request is kept among the forgotten entries of its attempt."""


class HeldRow(msgspec.Struct, frozen=True):
    """An entry as the file has it, unpacked; `payload` None where it is damaged."""

    seq: int
    kind: str
    name: str
    hash: str
    payload: bytes | None


class Held(msgspec.Struct, frozen=True):
    """What the file holds of an attempt, not verified; request and bundle None where they are damaged.

    `gone` has the digests of what was forgotten by number.
    """

    request: bytes | None
    bundle: bytes | None
    rows: tuple[HeldRow, ...]
    gone: dict[int, str]

    def searched(self) -> list[tuple[int, bytes | None]]:
        """The request, under the number REQUEST_SEQ, and the payloads."""
        return [(REQUEST_SEQ, self.request), *((row.seq, row.payload) for row in self.rows)]


def held(connection: sqlite3.Connection, attempt: int) -> Held:
    """Read an attempt and unpack it."""
    opening = connection.execute("SELECT request, bundle FROM attempts WHERE attempt = ?", (attempt,)).fetchone()
    rows = connection.execute(
        "SELECT seq, kind, name, hash, payload FROM entries WHERE attempt = ? ORDER BY seq", (attempt,)
    ).fetchall()
    gone = connection.execute("SELECT seq, digest FROM forgotten WHERE attempt = ?", (attempt,)).fetchall()
    request, bundle, *payloads = unpack_all([*opening, *(stored for *_, stored in rows)])
    entries = tuple(
        HeldRow(seq, kind, name, chain, payload)
        for (seq, kind, name, chain, _), payload in zip(rows, payloads, strict=True)
    )
    return Held(request, bundle, entries, dict(gone))
