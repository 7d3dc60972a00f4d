"""Memories in a PostgreSQL database, for more than one machine: the contract of `memory.contract`, over psycopg.

Not for machines without the extra `postgres`: importing this loads nothing of it, and opening says what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simone.errors import BadSettings

if TYPE_CHECKING:
    from simone.memory.postgres.store import PostgresStore

DEFAULT_SCHEMA = "simone"
STATEMENT_TIMEOUT_S = 30.0
"""How long one statement, or waiting for another writer, may take."""


def open_postgres(
    url: str, *, schema: str = DEFAULT_SCHEMA, statement_timeout_s: float = STATEMENT_TIMEOUT_S, connections: int = 8
) -> PostgresStore:
    """Open the store in `schema` of the database at `url` (postgresql://…), created or brought up to date if need be.

    At most `connections` are held at once.

    Raises:
        BadSettings: the extra `postgres` is not installed, or `url` or `schema` cannot be one.
        StoreError: the server cannot be reached, refuses, or lacks the extension pgvector.
        MigrationFailed: a migration failed, or the schema is newer than this program.
    """
    return _store().open(url, schema=schema, statement_timeout_s=statement_timeout_s, connections=connections)


def migrate_postgres(
    url: str, to: int, *, schema: str = DEFAULT_SCHEMA, statement_timeout_s: float = STATEMENT_TIMEOUT_S
) -> tuple[int, int]:
    """Bring a store that nobody has open to schema `to`, forward or back; the schemas before and after.

    Raises:
        BadSettings: the extra `postgres` is not installed, or `url` or `schema` cannot be one.
        StoreError: the server cannot be reached or refuses.
        MigrationFailed: there is no such schema, or a step failed.
    """
    return _store().migrate(url, to, schema=schema, statement_timeout_s=statement_timeout_s)


def _store() -> type[PostgresStore]:
    try:
        from simone.memory.postgres.store import PostgresStore
    except ImportError as error:
        raise BadSettings(
            f"a memory store in PostgreSQL was asked for, but {error.name!r} is not installed;"
            " install it with: pip install 'simone[postgres]'"
        ) from error
    return PostgresStore
