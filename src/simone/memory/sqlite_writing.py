"""The write side of the SQLite store: what is read and changed inside one transaction.

Not for opening or ending the transaction: `sqlite` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from simone.errors import BadRequest, StoreError
from simone.memory.contract import Keys, Link, Memory, Vectors
from simone.memory.rows import checked, finite, whole
from simone.memory.sqlite_rows import (
    BAND,
    EXACT,
    INSERT_MEMORY,
    IS_CURRENT,
    LINK_COLUMNS,
    STORED_BYTES,
    STORED_COLUMNS,
    TERM,
    Row,
    as_array,
    as_keys,
    as_link,
    key_rows,
    memory_row,
    name_rows,
    printable,
    readable,
    signed,
    verified,
)
from simone.storage import Connection

POSTINGS = 32
"""Of the memories that share a term or a band so many of the latest are looked at: what is frequent tells little, and a
write must not take longer the more there is of it."""
_LATEST = f"SELECT * FROM (SELECT memory FROM keys WHERE kind = ? AND key = ? ORDER BY memory DESC LIMIT {POSTINGS})"
_TOGETHER = 100
"""Keys that are asked for in one statement, count."""


class SqliteWriting:
    """An open write transaction of a SqliteStore."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def exact(self, tenant: str, key: int) -> Memory | None:
        """The current memory with this exact key, the earliest if there are several."""
        row = self._connection.execute(
            f"SELECT {STORED_COLUMNS} FROM keys AS k JOIN memories AS m ON m.number = k.memory"
            f" WHERE k.kind = {EXACT} AND k.key = ? AND m.tenant = ? AND {IS_CURRENT} ORDER BY k.memory LIMIT 1",
            (signed(key), tenant),
        ).fetchone()
        return verified(row) if row else None

    def near(self, tenant: str, bands: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a band, those with most in common first, then earliest.

        Of a band that more than POSTINGS memories have only the latest POSTINGS are looked at.
        """
        shared = self._shared(BAND, bands)
        return self._first(
            tenant, [number for _, number in sorted((-count, number) for number, count in shared.items())], limit
        )

    def sharing(self, tenant: str, terms: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a term, those with most in common first, then latest.

        Of a term that more than POSTINGS memories have only the latest POSTINGS are looked at.
        """
        shared = self._shared(TERM, terms)
        ranked = [-late for _, late in sorted((-count, -number) for number, count in shared.items())]
        return self._first(tenant, ranked, limit)

    def add(self, memory: Memory, keys: Keys) -> None:
        """Keep a memory; one whose id is known is left as it is."""
        finite(memory)
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

    def link(self, link: Link) -> Link:
        """Keep a link; its memories must be known. A link whose id is known is left as it is; the one that is kept.

        Raises:
            StoreError: a memory of the link is not known.
            BadRequest: a text of it holds half a surrogate pair.
        """
        whole(link.id, link.reason, link.batch)
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
        if row is None:
            known = self._connection.execute(f"SELECT {LINK_COLUMNS} WHERE l.id = ?", (link.id,)).fetchone()
            return as_link(known)
        self._tell("linked", link.memory)
        return link

    def undo(self, link: str, at: str) -> bool:
        """End a link at that moment; whether it held until now."""
        row = self._connection.execute(
            "UPDATE links SET undone_at = max(?, recorded_at) WHERE id = ? AND undone_at = '' RETURNING memory",
            (at, link),
        ).fetchone()
        if row is None:
            return False
        (memory,) = self._connection.execute("SELECT id FROM memories WHERE number = ?", row).fetchone()
        self._tell("undone", memory)
        return True

    def refuse(self, tenant: str, rule: str) -> None:
        """Count a refusal."""
        whole(tenant, rule)
        self._connection.execute(
            "INSERT INTO refusals VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (tenant, rule)
        )

    def use(self, memories: Sequence[str], at: str, times: int = 1) -> None:
        """Count that these were recalled and shown, each so many times; unknown ones are passed over."""
        self._connection.executemany(
            "INSERT INTO uses SELECT number, ?, ? FROM memories WHERE id = ?"
            " ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = max(last_at, excluded.last_at)",
            [(times, at, memory) for memory in memories],
        )

    def vectors(self, vectors: Vectors) -> None:
        """Keep vectors of known memories; those of unknown ones are dropped, those known replaced.

        Raises:
            BadRequest: there is not one row for each id, a row is empty, or a value is not finite.
        """
        rows = checked(vectors)
        whole(vectors.encoder)
        self._connection.executemany(
            "INSERT INTO vectors SELECT number, ?, ? FROM memories WHERE id = ?"
            " ON CONFLICT DO UPDATE SET row = excluded.row",
            [(vectors.encoder, row.tobytes(), memory) for memory, row in zip(vectors.ids, rows, strict=True)],
        )

    def forget(self, memories: Sequence[str], tenant: str = "") -> int:
        """Delete these with every key, vector, link, use and word of them; how many there were.

        An episode that holds a sentence of one of them is deleted too. Of a memory that stays but loses a link that
        held, the changes tell that the link was undone. What was set aside of `tenant`, of the same tenants, or of
        tenants that have no memory, goes with them.
        """
        aside, episodes = self._aside(memories)
        named = dict.fromkeys((*memories, *episodes))
        asked = [number for memory in named if (number := self._number(memory)) is not None]
        doomed = self._with_episodes(asked)
        if doomed or aside or tenant:
            self._delete_aside(memories, doomed, tenant)
        self._end_links(doomed)
        for number in sorted(doomed):
            self._tell("forgotten", self._delete(number))
        return len(doomed) + aside

    def set_aside(self, numbers: set[int]) -> list[str]:
        """Take damaged rows out of what is read, and their links; the memories that one hid and nothing hides now.

        Their keys and names are left.
        """
        connection, rows = self._connection, as_array(sorted(numbers))
        connection.execute(
            "INSERT INTO set_aside SELECT m.*, (SELECT json_group_array(o.id) FROM links AS l"
            " JOIN memories AS o ON o.number = l.other WHERE l.memory = m.number AND l.kind = 'holds')"
            " FROM memories AS m WHERE m.number IN (SELECT value FROM json_each(?))",
            (rows,),
        )
        left = self._end_links(numbers)
        for number in sorted(numbers):
            self._tell("forgotten", self._delete_row(number))
        current = connection.execute(
            f"SELECT m.id FROM memories AS m WHERE m.id IN (SELECT value FROM json_each(?)) AND {IS_CURRENT}"
            " ORDER BY m.number",
            (as_array(left),),
        ).fetchall()
        return [memory for (memory,) in current]

    def _aside(self, memories: Sequence[str]) -> tuple[int, list[str]]:
        """How many rows of these were set aside, and the episodes that held them."""
        rows = self._connection.execute(
            "SELECT episodes FROM set_aside WHERE id IN (SELECT value FROM json_each(?))", (as_array(list(memories)),)
        ).fetchall()
        return len(rows), [episode for (listed,) in rows for episode in msgspec.json.decode(listed, type=list[str])]

    def _delete_aside(self, memories: Sequence[str], doomed: set[int], tenant: str) -> None:
        """Delete what was set aside of that tenant, of the tenants of these, and of tenants that have no memory."""
        if self._connection.execute("SELECT 1 FROM set_aside LIMIT 1").fetchone() is None:
            return
        whole(tenant)
        self._connection.execute(
            "DELETE FROM set_aside WHERE tenant = ? OR tenant NOT IN (SELECT tenant FROM memories) OR tenant IN ("
            "SELECT tenant FROM set_aside WHERE id IN (SELECT value FROM json_each(?))"
            " UNION SELECT tenant FROM memories WHERE number IN (SELECT value FROM json_each(?)))",
            (tenant, as_array(list(memories)), as_array(sorted(doomed))),
        )

    def _end_links(self, numbers: set[int]) -> list[str]:
        """Delete the links of these; the memories that stay and lost a link that held, as the changes tell."""
        left: set[str] = set()
        for number in sorted(numbers):
            left |= self._delete_links(number, numbers)
        for memory in sorted(left):
            self._tell("undone", memory)
        return sorted(left)

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
        row = readable(self._row(number))
        try:
            keys, names = key_rows(as_keys(row[-2])), name_rows(verified(row))  # type: ignore[arg-type]
        except (StoreError, msgspec.MsgspecError):  # what it was found by can no longer be told from the row
            for table in ("keys", "names"):
                self._connection.execute(f"DELETE FROM {table} WHERE memory = ?", (number,))
        else:
            self._connection.executemany(
                "DELETE FROM keys WHERE kind = ? AND key = ? AND memory = ?", [(*key, number) for key in keys]
            )
            self._connection.executemany(
                "DELETE FROM names WHERE kind = ? AND name = ? AND memory = ?", [(*name, number) for name in names]
            )
        return self._delete_row(number)

    def _delete_row(self, number: int) -> str:
        """Delete the row with uses and vectors; the id of its memory."""
        memory = str(readable(self._row(number))[0])
        for table in ("uses", "vectors"):
            self._connection.execute(f"DELETE FROM {table} WHERE memory = ?", (number,))
        self._connection.execute("DELETE FROM memories WHERE number = ?", (number,))
        return printable(memory)

    def _row(self, number: int) -> Row:
        """Of STORED_BYTES."""
        row: Row = self._connection.execute(
            f"SELECT {STORED_BYTES} FROM memories AS m WHERE m.number = ?", (number,)
        ).fetchone()
        return row

    def _shared(self, kind: int, keys: Sequence[int]) -> Counter[int]:
        """How many of these keys the memories have, of each key the latest POSTINGS."""
        different = list(dict.fromkeys(map(signed, keys)))
        shared: Counter[int] = Counter()
        for first in range(0, len(different), _TOGETHER):
            some = different[first : first + _TOGETHER]
            asked = [value for key in some for value in (kind, key)]
            rows = self._connection.execute(" UNION ALL ".join([_LATEST] * len(some)), asked).fetchall()
            shared.update([number for (number,) in rows])
        return shared

    def _first(self, tenant: str, ranked: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """The first `limit` of these that are current."""
        found, start, count = list[Memory](), 0, max(limit, 1)
        while start < len(ranked) and len(found) < limit:
            found.extend(self._current(tenant, ranked[start : start + count]))
            start, count = start + count, 4 * count
        return tuple(found[:limit])

    def _current(self, tenant: str, numbers: Sequence[int]) -> list[Memory]:
        """Those of these that are current, in the order given."""
        rows = self._connection.execute(
            f"SELECT {STORED_COLUMNS} FROM json_each(?) AS k CROSS JOIN memories AS m ON m.number = k.value"
            f" WHERE m.tenant = ? AND {IS_CURRENT} ORDER BY k.key",
            (as_array(list(numbers)), tenant),
        ).fetchall()
        return list(map(verified, rows))

    def _number(self, memory: str) -> int | None:
        row = self._connection.execute("SELECT number FROM memories WHERE id = ?", (memory,)).fetchone()
        return int(row[0]) if row else None

    def _tell(self, what: str, memory: str) -> None:
        self._connection.execute("INSERT INTO changes (what, memory) VALUES (?, ?)", (what, memory))
