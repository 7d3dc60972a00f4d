"""A store in PostgreSQL looked over: what is wrong, what can be set right, and what was forgotten made to vanish.

Not for everyday reading and writing.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.rows import TupleRow

from simone.errors import StoreError
from simone.memory.contract import Keys, Link, Memory
from simone.memory.postgres.columns import keys_of, link_of, memory_of, memory_row, signed, unplain, written
from simone.memory.postgres.connections import Connection, Connections, said
from simone.memory.postgres.writing import PostgresWriting
from simone.memory.rows import told_aside

_TABLES = ("memories", "bands", "terms", "links", "uses", "vectors", "changes", "refusals", "set_aside")
_MOST_LISTED = 20
_PAGE = 2000
_ORPHANS = {
    "bands": "row NOT IN (SELECT row FROM memories)",
    "terms": "row NOT IN (SELECT row FROM memories)",
    "links": "memory NOT IN (SELECT id FROM memories) OR other NOT IN (SELECT id FROM memories)",
    "uses": "memory NOT IN (SELECT id FROM memories)",
    "vectors": "memory NOT IN (SELECT id FROM memories)",
}
_COLUMNS = "tenant, session, kind, sources, authors, subjects, trust, valid_from, valid_to, recorded_at, exact"
"""What a row repeats of its record."""
_WHERE = """
    SELECT current_setting('data_directory'), pg_database.oid, system_identifier, current_setting('log_directory')
    FROM pg_database, pg_control_system() WHERE datname = current_database()
"""
_PAGE_OF_MEMORIES = f"""
    SELECT memories.row, id, record, keys, checksum, {_COLUMNS},
           ARRAY(SELECT band FROM bands WHERE bands.row = memories.row ORDER BY band),
           ARRAY(SELECT term FROM terms WHERE terms.row = memories.row ORDER BY term)
    FROM memories WHERE memories.row > %s ORDER BY memories.row LIMIT {_PAGE}
"""


class _Stale(NamedTuple):
    """A memory whose columns or keys are not what its record says."""

    row: int
    memory: Memory
    keys: Keys


class _Ailments(NamedTuple):
    """What was found: ids of damaged memories and links, and rows that can be made anew from their record."""

    damaged: list[str]
    broken: list[str]
    stale: list[_Stale]
    orphans: list[tuple[str, int]]


def check(connections: Connections) -> tuple[str, ...]:
    """What is wrong, a sentence each: rows changed under us, keys, links and vectors without their memory.

    Raises:
        StoreError: the server refused.
    """
    with connections.transaction() as connection:
        ailments = _ailments(connection)
    found = [f"{count} rows of {table} have lost their memory" for table, count in ailments.orphans]
    damaged = [f"memory {one} is not what was written: its checksum differs" for one in ailments.damaged]
    damaged += [f"link {one} cannot be read" for one in ailments.broken]
    found.extend(damaged[:_MOST_LISTED])
    if len(damaged) > _MOST_LISTED:
        found.append(f"and {len(damaged) - _MOST_LISTED} more rows like these")
    if ailments.stale:
        named = ", ".join(stale.memory.id for stale in ailments.stale[:_MOST_LISTED])
        found.append(f"{len(ailments.stale)} memories are not found by all their keys: {named}")
    return tuple(found)


def repair(connections: Connections) -> tuple[str, ...]:
    """Make columns, keys and references agree with the records, in one transaction; what was done, a sentence each.

    A damaged memory is set aside: its words are nowhere else. Of a damaged link only the reason is nowhere else.

    Raises:
        StoreError: the server refused; nothing was changed.
    """
    done: list[str] = []
    with connections.transaction() as connection:
        ailments = _ailments(connection)
        for table, count in ailments.orphans:
            connection.execute(f"DELETE FROM {table} WHERE {_ORPHANS[table]}".encode())
            done.append(f"{count} rows of {table} without their memory were deleted")
        for stale in ailments.stale:
            _renew(connection, stale)
        if ailments.stale:
            done.append(f"the keys of {len(ailments.stale)} memories were made anew from their rows")
        for link in ailments.broken:
            _renew_link(connection, link)
            done.append(f"link {link} was made anew from its columns; its reason is lost")
        if ailments.damaged:
            current = PostgresWriting(connection, connections.place).set_aside(ailments.damaged)
            done.extend(told_aside(ailments.damaged, current))
    return tuple(done)


def purge(connections: Connections) -> None:
    """Write every table anew without dead rows, then let the server move on to a new log file.

    Raises:
        StoreError: the server refused, or a session that began before still sees what was forgotten.
    """
    with connections.one() as connection:
        try:
            connection.execute("SET statement_timeout = 0")
            _refuse_old_readers(connection, connections.place)
            for table in _TABLES:
                connection.execute(f"VACUUM (FULL, ANALYZE) {connections.schema}.{table}".encode())
            try:
                for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
                    connection.execute(statement.encode())
            except psycopg.errors.InsufficientPrivilege:
                pass  # the docstring of `PostgresStore.purge` tells: the log then ages by itself
        except psycopg.Error as error:
            raise StoreError(f"{connections.place} could not be written anew: {said(error)}; purge again") from error
        finally:
            connection.close()  # its timeout was changed


def files(connections: Connections) -> tuple[Path, ...]:
    """The files of the database, the server's log of changes, and what it wrote down of its work.

    None where the server is another machine, the role may not ask where they are, one of them cannot be read, or tables
    may lie in folders of their own (tablespaces).

    Raises:
        StoreError: the server cannot be reached.
    """
    with connections.one() as connection:
        try:
            row = connection.execute(_WHERE.encode()).fetchone()
        except psycopg.errors.InsufficientPrivilege:
            return ()
    if row is None:
        return ()
    folder, database, identity, notes = Path(row[0]), row[1], int(row[2]), row[3]
    try:
        with (folder / "global" / "pg_control").open("rb") as control:
            is_the_same = struct.unpack("<Q", control.read(8))[0] == identity
    except (OSError, struct.error):
        return ()
    tables, log = folder / "base" / str(database), folder / "pg_wal"
    if not is_the_same or any((folder / "pg_tblspc").iterdir()):
        return ()
    held = [[path for path in sorted(part.rglob("*")) if path.is_file()] for part in (tables, log, folder / notes)]
    found = tuple(path for files in held for path in files)
    return found if held[0] and held[1] and all(os.access(path, os.R_OK) for path in found) else ()


def _refuse_old_readers(connection: Connection, place: str) -> None:
    """Rows that an open transaction may still see are copied by VACUUM FULL, so there must be none."""
    rows = connection.execute(
        "SELECT pid, application_name FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type ="
        " 'client backend' AND datname = current_database() AND backend_xmin IS NOT NULL"
        " AND state <> 'active' ORDER BY pid"
    ).fetchall()
    if rows:
        named = ", ".join(f"{pid} ({name or 'unnamed'})" for pid, name in rows)
        raise StoreError(f"sessions of {place} have old transactions open: {named}; end them, then purge again")


def _ailments(connection: Connection) -> _Ailments:
    connection.execute("SET LOCAL statement_timeout = 0")
    orphans: list[tuple[str, int]] = []
    for table, condition in _ORPHANS.items():
        row = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}".encode()).fetchone()
        if row and row[0]:
            orphans.append((table, int(row[0])))
    damaged: list[str] = []
    broken: list[str] = []
    stale: list[_Stale] = []
    for row in _memories(connection):
        number, identity, record, packed, expected, *columns = row
        try:
            memory, keys = memory_of(identity, record, expected), keys_of(packed)
        except StoreError:
            damaged.append(identity)
            continue
        wanted = memory_row(memory, keys)
        named = [*(wanted[name] for name in _COLUMNS.split(", ")), signed(keys.bands), signed(keys.shared)]
        if memory.id != identity or columns != named:
            stale.append(_Stale(number, memory, keys))
    for identity, record, undone_at in connection.execute("SELECT id, record, undone_at FROM links ORDER BY number"):
        try:
            link_of(record, undone_at)
        except StoreError:
            broken.append(identity)
    return _Ailments(damaged, broken, stale, orphans)


def _memories(connection: Connection) -> Iterator[TupleRow]:
    behind = 0
    while rows := connection.execute(_PAGE_OF_MEMORIES.encode(), (behind,), binary=True).fetchall():
        yield from rows
        behind = rows[-1][0]


def _renew_link(connection: Connection, name: str) -> None:
    columns = "id, kind, memory, other, recorded_at, valid_to, batch, undone_at"
    row = connection.execute(f"SELECT {columns} FROM links WHERE id = %s".encode(), (name,)).fetchone()
    assert row is not None
    identity, kind, memory, other, recorded_at, valid_to, batch, undone_at = row
    reason = "its reason was damaged and could not be read"
    link = Link(unplain(identity), kind, memory, other, recorded_at, reason, valid_to, unplain(batch), undone_at)
    connection.execute("UPDATE links SET record = %s WHERE id = %s", (written(link, f"link {name!r}"), name))


def _renew(connection: Connection, stale: _Stale) -> None:
    wanted = memory_row(stale.memory, stale.keys)
    columns = ", ".join(f"{name} = %({name})s" for name in _COLUMNS.split(", "))
    connection.execute(f"UPDATE memories SET {columns} WHERE row = %(row)s".encode(), {**wanted, "row": stale.row})
    for key in ("band", "term"):
        connection.execute(f"DELETE FROM {key}s WHERE row = %s".encode(), (stale.row,))
        connection.execute(
            f"INSERT INTO {key}s SELECT unnest(%s::bigint[]), %s".encode(), (wanted[f"{key}s"], stale.row)
        )
