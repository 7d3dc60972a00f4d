"""The tables of a store in PostgreSQL, as numbered migrations with their way back.

Not for what is asked of them.

The whole memory stands in `record` as JSON, in which any character can be written; PostgreSQL's own text cannot hold
U+0000, and its indexes no long ones. What is searched by equality stands beside it as a digest of 16 bytes, which is
short, the same in every locale, and tells nothing to whoever reads an index or the planner's statistics.
"""

from __future__ import annotations

import psycopg

from simone.errors import MigrationFailed, StoreError
from simone.memory.contract import Keys, Memory
from simone.memory.keying import keys_to_keep
from simone.memory.postgres.columns import keys_of, memory_of, memory_row
from simone.memory.postgres.connections import Connection, Connections, said
from simone.storage import Migration

_TOGETHER = 2000
"""Memories keyed at a time."""
_KEYED = """
    WITH kept AS (UPDATE memories SET exact = %(exact)s::bigint, keys = %(keys)s::bytea WHERE row = %(row)s::bigint),
        bands_gone AS (DELETE FROM bands WHERE row = %(row)s::bigint AND band <> ALL(%(bands)s::bigint[])),
        terms_gone AS (DELETE FROM terms WHERE row = %(row)s::bigint AND term <> ALL(%(terms)s::bigint[])),
        bands_new AS (INSERT INTO bands SELECT unnest(%(bands)s::bigint[]), %(row)s::bigint ON CONFLICT DO NOTHING)
    INSERT INTO terms SELECT unnest(%(terms)s::bigint[]), %(row)s::bigint ON CONFLICT DO NOTHING
"""


def rekey(connection: Connection) -> None:
    """Give every memory the keys that it would get today, in the transaction that is open.

    Damaged rows keep theirs: `check` tells of them.
    """
    behind = -1
    page = f"SELECT row, id, record, checksum, keys FROM memories WHERE row > %s ORDER BY row LIMIT {_TOGETHER}"
    while rows := connection.execute(page.encode(), (behind,), binary=True).fetchall():
        behind = rows[-1][0]
        sound: list[tuple[int, Memory, Keys]] = []
        for row, *columns, packed in rows:
            try:
                sound.append((row, memory_of(*columns), keys_of(packed)))
            except StoreError:
                continue
        keyed = zip(sound, keys_to_keep([memory for _, memory, _ in sound]), strict=True)
        with connection.cursor() as cursor:
            cursor.executemany(
                _KEYED.encode(),
                [memory_row(memory, keys) | {"row": row} for (row, memory, old), keys in keyed if keys != old],
            )


MIGRATIONS = (
    Migration(
        """
        CREATE TABLE memories (
            row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text COLLATE "C" NOT NULL UNIQUE,
            tenant uuid NOT NULL,
            session uuid NOT NULL,
            kind text COLLATE "C" NOT NULL,
            sources uuid[] NOT NULL,
            authors uuid[] NOT NULL,
            subjects uuid[] NOT NULL,
            trust double precision NOT NULL,
            valid_from text COLLATE "C" NOT NULL,
            valid_to text COLLATE "C" NOT NULL,
            recorded_at text COLLATE "C" NOT NULL,
            exact bigint NOT NULL,
            record text NOT NULL,
            keys bytea NOT NULL,
            checksum bigint NOT NULL
        );
        ALTER TABLE memories ALTER COLUMN record SET STATISTICS 0;
        ALTER TABLE memories ALTER COLUMN keys SET STATISTICS 0;
        CREATE INDEX memories_exact ON memories (exact);
        CREATE INDEX memories_sources ON memories USING gin (sources);
        CREATE INDEX memories_subjects ON memories USING gin (subjects);

        CREATE TABLE bands (
            band bigint NOT NULL,
            row bigint NOT NULL REFERENCES memories ON DELETE CASCADE,
            PRIMARY KEY (band, row)
        );
        CREATE INDEX bands_row ON bands (row);
        CREATE TABLE terms (
            term bigint NOT NULL,
            row bigint NOT NULL REFERENCES memories ON DELETE CASCADE,
            PRIMARY KEY (term, row)
        );
        CREATE INDEX terms_row ON terms (row);

        CREATE TABLE links (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text COLLATE "C" NOT NULL UNIQUE,
            kind text COLLATE "C" NOT NULL,
            memory text COLLATE "C" NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
            other text COLLATE "C" NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
            batch text COLLATE "C" NOT NULL,
            recorded_at text COLLATE "C" NOT NULL,
            valid_to text COLLATE "C" NOT NULL,
            undone_at text COLLATE "C" NOT NULL,
            record text NOT NULL
        );
        ALTER TABLE links ALTER COLUMN record SET STATISTICS 0;
        CREATE INDEX links_memory ON links (memory);
        CREATE INDEX links_other ON links (other);
        CREATE INDEX links_batch ON links (batch) WHERE batch <> '';

        CREATE TABLE uses (
            memory text COLLATE "C" PRIMARY KEY REFERENCES memories (id) ON DELETE CASCADE,
            count bigint NOT NULL,
            last_at text COLLATE "C" NOT NULL
        );
        CREATE TABLE vectors (
            memory text COLLATE "C" NOT NULL REFERENCES memories (id) ON DELETE CASCADE,
            encoder text COLLATE "C" NOT NULL,
            value vector NOT NULL,
            PRIMARY KEY (memory, encoder)
        );
        ALTER TABLE vectors ALTER COLUMN value SET STATISTICS 0;
        CREATE TABLE refusals (
            tenant uuid NOT NULL,
            rule text COLLATE "C" NOT NULL,
            count bigint NOT NULL,
            PRIMARY KEY (tenant, rule)
        );
        CREATE TABLE writer (
            commits bigint NOT NULL,
            recent uuid[] NOT NULL
        );
        INSERT INTO writer VALUES (0, '{}');
        CREATE TABLE changes (
            number bigint PRIMARY KEY,
            what text COLLATE "C" NOT NULL,
            memory text COLLATE "C" NOT NULL
        );
        """,
        back="DROP TABLE writer, changes, refusals, vectors, uses, links, terms, bands, memories;",
    ),
    Migration(
        """
        CREATE INDEX memories_session ON memories (tenant, session);
        CREATE INDEX memories_authors ON memories USING gin (authors);
        """,
        back="DROP INDEX memories_session, memories_authors;",
    ),
    Migration(
        """
        CREATE TABLE set_aside (LIKE memories, episodes text[] COLLATE "C" NOT NULL);
        ALTER TABLE set_aside ALTER COLUMN record SET STATISTICS 0;
        ALTER TABLE set_aside ALTER COLUMN keys SET STATISTICS 0;
        """,
        back="DROP TABLE set_aside;",
    ),
    Migration("", back="-- an earlier program finds by keys what it can", derive=rekey),
)
"""Number n, from 1: the way to schema n and the way back from it. Number 4 came with keys of values, and of authors
without case."""

_PRESENT = "SELECT coalesce((SELECT max(number) FROM migrations), 0)"


def migrate(connections: Connections, to: int) -> int:
    """Bring the schema to number `to`, forward or back, each step in a transaction of its own; the number it had.

    Going back drops what the earlier schema has no place for.

    Raises:
        StoreError: the server cannot be reached, or the schema or the extension may not be created.
        MigrationFailed: there is no such schema, or a step failed, which left the schema as it was before it.
    """
    if not 0 <= to <= len(MIGRATIONS):
        raise MigrationFailed(f"schema {to} of {connections.place} was asked for; known are 0 to {len(MIGRATIONS)}")
    _prepare(connections)
    present = first = int(connections.read(_PRESENT)[0][0])
    if first > len(MIGRATIONS):
        raise MigrationFailed(
            f"{connections.place} has schema {first}, this program knows {len(MIGRATIONS)}; use a newer simone"
        )
    while present != to:
        present = _step(connections, to)
    return first


def is_present(connections: Connections) -> bool:
    """Whether the schema is there and as new as this program, told by one question that changes nothing."""
    if not connections.read("SELECT to_regclass(%s) IS NOT NULL", (f"{connections.schema}.migrations",))[0][0]:
        return False
    return bool(connections.read(_PRESENT)[0][0] == len(MIGRATIONS))


def _prepare(connections: Connections) -> None:
    """The schema, the extension and the list of migrations, as far as they are missing."""
    known = connections.read(
        "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s),"
        " EXISTS (SELECT FROM pg_extension WHERE extname = 'vector'), to_regclass(%s) IS NOT NULL",
        (connections.schema, f"{connections.schema}.migrations"),
    )[0]
    if all(known):
        return
    with connections.transaction() as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {connections.schema}".encode())
        connection.execute("CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY)")
        if not known[1]:
            _add_vectors(connection, connections.place)
    connections.renew()


def _add_vectors(connection: Connection, place: str) -> None:
    try:
        connection.execute("SELECT pg_advisory_xact_lock(7305)")  # two schemas of one database may be made at once
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    except psycopg.Error as error:
        raise StoreError(
            f"{place} lacks the extension pgvector and it could not be added: {said(error)};"
            " install it on the server and run CREATE EXTENSION vector as the owner of the database"
        ) from error


def _step(connections: Connections, to: int) -> int:
    """One step towards `to` from wherever the schema is by now, which others may be changing too; where it is then."""
    with connections.transaction() as connection:
        row = connection.execute(_PRESENT).fetchone()
        present = int(row[0]) if row else 0
        if present == to or present > len(MIGRATIONS):
            return to
        number = present + 1 if present < to else present
        step = MIGRATIONS[number - 1]
        try:
            connection.execute("SET LOCAL statement_timeout = 0")
            if present < to:
                connection.execute(step.forward.encode())
                if step.derive:
                    step.derive(connection)
                connection.execute("INSERT INTO migrations VALUES (%s)", (number,))
                return number
            connection.execute(step.back.encode())
            connection.execute("DELETE FROM migrations WHERE number = %s", (number,))
        except psycopg.Error as error:
            raise MigrationFailed(
                f"migration {number} of {connections.place} failed: {said(error)}; it keeps its earlier schema"
            ) from error
        return number - 1
