"""One write transaction of a store in PostgreSQL.

Not for beginning or ending it: `connections` does. One writer at a time is let in, so what is read here nobody changes,
and numbers are given in the order in which they are committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import psycopg
from psycopg.rows import TupleRow

from simone.errors import StoreError
from simone.memory.contract import Keys, Link, Memory, Vectors
from simone.memory.postgres.columns import MEMORY, digest_of, link_of, memory_of, memory_row, plain, signed, written
from simone.memory.postgres.connections import Connection, said
from simone.memory.rows import checked, whole
from simone.memory.sqlite_writing import POSTINGS

IS_CURRENT = """NOT EXISTS (
    SELECT FROM links WHERE links.memory = memories.id AND links.kind IN ('closes', 'stands_for')
        AND links.undone_at = '')"""
_NEXT = "(SELECT coalesce(max(number), 0) FROM changes)"
_EXACT = f"""
    SELECT {MEMORY} FROM memories WHERE exact = %s AND tenant = %s AND {IS_CURRENT} ORDER BY row LIMIT 1
"""
_NEAR = f"""
    SELECT {MEMORY} FROM memories JOIN (
        SELECT latest.row, count(*) AS shared FROM (
            SELECT DISTINCT band FROM unnest(%s::bigint[]) AS given (band)
        ) AS asked CROSS JOIN LATERAL (
            SELECT row FROM bands WHERE bands.band = asked.band ORDER BY row DESC LIMIT {POSTINGS}
        ) AS latest GROUP BY latest.row
    ) AS alike USING (row)
    WHERE tenant = %s AND {IS_CURRENT} ORDER BY shared DESC, row LIMIT %s
"""
_SHARING = f"""
    SELECT {MEMORY} FROM memories JOIN (
        SELECT latest.row, count(*) AS shared FROM unnest(%s::bigint[]) AS asked (term) CROSS JOIN LATERAL (
            SELECT row FROM terms WHERE terms.term = asked.term ORDER BY row DESC LIMIT {POSTINGS}
        ) AS latest GROUP BY latest.row
    ) AS alike USING (row)
    WHERE tenant = %s AND {IS_CURRENT} ORDER BY shared DESC, row DESC LIMIT %s
"""
_ADD = f"""
    WITH added AS (
        INSERT INTO memories (id, tenant, session, kind, sources, authors, subjects, trust, valid_from, valid_to,
                              recorded_at, exact, record, keys, checksum)
        VALUES (%(id)s, %(tenant)s, %(session)s, %(kind)s, %(sources)s::uuid[], %(authors)s::uuid[],
                %(subjects)s::uuid[], %(trust)s, %(valid_from)s, %(valid_to)s, %(recorded_at)s, %(exact)s, %(record)s,
                %(keys)s, %(checksum)s)
        ON CONFLICT (id) DO NOTHING RETURNING row
    ), added_bands AS (INSERT INTO bands SELECT unnest(%(bands)s::bigint[]), row FROM added
    ), added_terms AS (INSERT INTO terms SELECT unnest(%(terms)s::bigint[]), row FROM added)
    INSERT INTO changes SELECT {_NEXT} + 1, 'added', %(id)s FROM added
"""
_LINK = f"""
    WITH added AS (
        INSERT INTO links (id, kind, memory, other, batch, recorded_at, valid_to, undone_at, record)
        VALUES (%(id)s, %(kind)s, %(memory)s, %(other)s, %(batch)s, %(recorded_at)s, %(valid_to)s, %(undone_at)s,
                %(record)s)
        ON CONFLICT (id) DO NOTHING RETURNING memory
    )
    INSERT INTO changes SELECT {_NEXT} + 1, 'linked', memory FROM added
"""
_UNDO = f"""
    WITH ended AS (
        UPDATE links SET undone_at = greatest(%s, recorded_at) WHERE id = %s AND undone_at = '' RETURNING memory
    )
    INSERT INTO changes SELECT {_NEXT} + 1, 'undone', memory FROM ended
"""
_LEFT_IDS = """
    SELECT DISTINCT memory FROM links
    WHERE other = ANY(%s::text[]) AND undone_at = '' AND memory <> ALL(%s::text[])
"""
_LEFT = f"""
    INSERT INTO changes SELECT (SELECT coalesce(max(number), 0) FROM changes) + row_number() OVER (ORDER BY memory),
        'undone', memory
    FROM ({_LEFT_IDS}) AS left_open
"""
_SET_ASIDE = """
    INSERT INTO set_aside SELECT memories.*, ARRAY(
        SELECT other FROM links WHERE links.memory = memories.id AND links.kind = 'holds' ORDER BY number
    ) FROM memories WHERE id = ANY(%s::text[]) ORDER BY row
"""
_DELETE_ASIDE = """
    DELETE FROM set_aside WHERE tenant = %s OR tenant NOT IN (SELECT tenant FROM memories)
        OR tenant IN (SELECT tenant FROM set_aside WHERE id = ANY(%s::text[]))
        OR tenant IN (SELECT tenant FROM memories WHERE id = ANY(%s::text[]))
"""
"""What was set aside of a tenant, of the tenants of these, and of tenants that have no memory."""
_DOOMED = """
    WITH RECURSIVE doomed AS (
        SELECT id FROM memories WHERE id = ANY(%s::text[])
        UNION SELECT links.other FROM links JOIN doomed ON links.memory = doomed.id WHERE links.kind = 'holds'
    )
    SELECT memories.id FROM memories JOIN doomed USING (id) ORDER BY memories.row
"""


class PostgresWriting:
    """An open write transaction."""

    def __init__(self, connection: Connection, place: str) -> None:
        self._connection = connection
        self._place = place

    def exact(self, tenant: str, key: int) -> Memory | None:
        """The current memory with this exact key, the earliest if there are several."""
        rows = self._rows(_EXACT, (signed((key,))[0], digest_of(tenant)))
        return memory_of(*rows[0]) if rows else None

    def near(self, tenant: str, bands: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a band, those with most in common first, then earliest.

        Of a band that more than POSTINGS memories have only the latest POSTINGS are looked at.
        """
        return self._alike(_NEAR, tenant, bands, limit)

    def sharing(self, tenant: str, terms: Sequence[int], limit: int) -> tuple[Memory, ...]:
        """At most `limit` current memories that share a term, those with most in common first, then latest.

        Of a term that more than POSTINGS memories have only the latest POSTINGS are looked at.
        """
        return self._alike(_SHARING, tenant, terms, limit)

    def add(self, memory: Memory, keys: Keys) -> None:
        """Keep a memory; one whose id is known is left as it is.

        Raises:
            BadRequest: a text of it cannot be kept.
            StoreError: the server refused.
        """
        self._rows(_ADD, memory_row(memory, keys))

    def link(self, link: Link) -> Link:
        """Keep a link; its memories must be known. A link whose id is known is left as it is; the one that is kept.

        Raises:
            BadRequest: a text of it cannot be kept.
            StoreError: a memory of the link is not known, or the server refused.
        """
        ends = [plain(link.memory), plain(link.other)]
        known = {row[0] for row in self._rows("SELECT id FROM memories WHERE id = ANY(%s::text[])", (ends,))}
        for end in ends:
            if end not in known:
                raise StoreError(f"link {link.id!r} names memory {end!r}, which the store does not have; add it first")
        row = {
            "id": plain(link.id),
            "kind": link.kind,
            "memory": link.memory,
            "other": link.other,
            "batch": plain(link.batch),
            "recorded_at": link.recorded_at,
            "valid_to": link.valid_to,
            "undone_at": link.undone_at,
            "record": written(link, f"link {link.id!r}"),
        }
        if self._count(_LINK, row):
            return link
        ((record, undone_at),) = self._rows("SELECT record, undone_at FROM links WHERE id = %s", (row["id"],))
        return link_of(record, undone_at)

    def undo(self, link: str, at: str) -> bool:
        """End a link at that moment; whether it held until now."""
        return self._count(_UNDO, (at, plain(link))) > 0

    def refuse(self, tenant: str, rule: str) -> None:
        """Count a refusal.

        Raises:
            BadRequest: tenant or rule holds half a surrogate pair.
            StoreError: the server refused.
        """
        whole(tenant, rule)
        self._rows(
            "INSERT INTO refusals VALUES (%s, %s, 1)"
            " ON CONFLICT (tenant, rule) DO UPDATE SET count = refusals.count + 1",
            (digest_of(tenant), plain(rule)),
        )

    def use(self, memories: Sequence[str], at: str, times: int = 1) -> None:
        """Count that these were recalled and shown, each so many times."""
        self._rows(
            "INSERT INTO uses SELECT id, count(*) * %s::bigint, %s FROM unnest(%s::text[]) AS used (id)"
            " JOIN memories USING (id) GROUP BY id ORDER BY id ON CONFLICT (memory)"
            " DO UPDATE SET count = uses.count + excluded.count, last_at = greatest(uses.last_at, excluded.last_at)",
            (times, at, [plain(memory) for memory in memories]),
        )

    def vectors(self, vectors: Vectors) -> None:
        """Keep vectors of known memories; those of unknown ones are dropped, those known replaced.

        Raises:
            BadRequest: there is not one row for each id, a row is empty, or a value is not finite.
            StoreError: the server refused.
        """
        values = checked(vectors)
        whole(vectors.encoder)
        known = self._rows("SELECT id FROM memories WHERE id = ANY(%s::text[])", ([plain(one) for one in vectors.ids],))
        ids, encoder = {row[0] for row in known}, plain(vectors.encoder)
        rows = [(identity, encoder, row) for identity, row in zip(vectors.ids, values, strict=True) if identity in ids]
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO vectors VALUES (%s, %s, %b)"
                    " ON CONFLICT (memory, encoder) DO UPDATE SET value = excluded.value",
                    rows,
                )
        except psycopg.Error as error:
            raise self._refused(error) from error

    def forget(self, memories: Sequence[str], tenant: str = "") -> int:
        """Delete these with every key, vector, link, use and word of them; how many there were.

        An episode that holds a sentence of one of them is deleted too. Of a memory that stays but loses a link that
        held, the changes tell that the link was undone. What was set aside of `tenant`, of the same tenants, or of
        tenants that have no memory, goes with them.
        """
        asked = [plain(memory) for memory in memories]
        aside = self._rows("SELECT episodes FROM set_aside WHERE id = ANY(%s::text[])", (asked,))
        named = [*asked, *(episode for (episodes,) in aside for episode in episodes)]
        doomed = [row[0] for row in self._rows(_DOOMED, (named,))]
        if doomed or aside or tenant:
            self._rows(_DELETE_ASIDE, (digest_of(tenant), asked, doomed))
        self._delete(doomed)
        return len(doomed) + len(aside)

    def set_aside(self, memories: Sequence[str]) -> list[str]:
        """Take damaged rows out of what is read, and their links; the memories that one hid and nothing hides now."""
        self._rows(_SET_ASIDE, (memories,))
        left = self._rows(_LEFT_IDS, (memories, memories))
        self._delete(memories)
        rows = self._rows(
            f"SELECT id FROM memories WHERE id = ANY(%s::text[]) AND {IS_CURRENT} ORDER BY row",
            ([memory for (memory,) in left],),
        )
        return [memory for (memory,) in rows]

    def _delete(self, memories: Sequence[str]) -> None:
        """Delete the rows with all that refers to them, and tell so."""
        self._rows(_LEFT, (memories, memories))
        self._rows("DELETE FROM memories WHERE id = ANY(%s::text[])", (memories,))
        self._rows(
            f"INSERT INTO changes SELECT {_NEXT} + place, 'forgotten', id"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS gone (id, place)",
            (memories,),
        )

    def _alike(self, query: str, tenant: str, keys: Sequence[int], limit: int) -> tuple[Memory, ...]:
        if limit <= 0 or not keys:
            return ()
        return tuple(memory_of(*row) for row in self._rows(query, (signed(keys), digest_of(tenant), limit)))

    def _rows(self, query: str, values: Sequence[object] | Mapping[str, object]) -> list[TupleRow]:
        try:
            cursor = self._connection.execute(query.encode(), values, binary=True)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise self._refused(error) from error

    def _count(self, query: str, values: Sequence[object] | Mapping[str, object]) -> int:
        try:
            return self._connection.execute(query.encode(), values).rowcount
        except psycopg.Error as error:
            raise self._refused(error) from error

    def _refused(self, error: psycopg.Error) -> StoreError:
        return StoreError(f"{self._place} refused the write: {said(error)}; nothing of it was kept")
