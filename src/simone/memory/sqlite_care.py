"""A SQLite store looked over: what is wrong with it, what can be set right, and what was forgotten made to vanish.

Not for everyday reading and writing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from simone.errors import StoreError
from simone.memory.contract import Keys, Memory
from simone.memory.rows import told_aside
from simone.memory.sqlite_rows import STORED_BYTES, as_keys, key_rows, name_rows, printable, readable, verified
from simone.memory.sqlite_writing import SqliteWriting
from simone.storage import Connection, transaction

_MOST_LISTED = 20


class _Kept(NamedTuple):
    number: int
    memory: Memory
    keys: Keys


class _Ailments(NamedTuple):
    """Memories whose rows are not what was written, by number their ids, and memories whose keys are wrong."""

    damaged: dict[int, str]
    mismatched: list[_Kept]
    keys_of_none: list[int]


def check(connection: Connection) -> tuple[str, ...]:
    """What is wrong, a sentence each: pages, rows changed under us, keys and links without their memory.

    All of it is read as of one moment, whatever other processes write.
    """
    try:
        connection.execute("BEGIN")
        return _checked(connection)
    except sqlite3.Error as error:
        return (f"SQLite cannot read the file: {error}",)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _checked(connection: Connection) -> tuple[str, ...]:
    found: list[str] = []
    try:
        for (line,) in connection.execute(f"PRAGMA integrity_check({_MOST_LISTED})").fetchall():
            if line != "ok":
                found.append(f"SQLite finds the file damaged: {' '.join(str(line).split())}")
        for table, parent, count in _orphans(connection):
            found.append(f"{count} rows of {table} have lost their row of {parent}")
        ailments = _ailments(connection)
    except sqlite3.Error as error:
        return (*found, f"SQLite cannot read the rows: {error}")
    found.extend(
        f"memory {name} is not what was written: its checksum differs"
        for name in list(ailments.damaged.values())[:_MOST_LISTED]
    )
    if len(ailments.damaged) > _MOST_LISTED:
        found.append(f"and {len(ailments.damaged) - _MOST_LISTED} more memories like these")
    if ailments.mismatched:
        named = ", ".join(kept.memory.id for kept in ailments.mismatched[:_MOST_LISTED])
        found.append(f"{len(ailments.mismatched)} memories are not found by all their keys: {named}")
    if ailments.keys_of_none:
        found.append(f"keys of {len(ailments.keys_of_none)} memories are left that the store does not have")
    return tuple(found)


def repair(connection: Connection) -> tuple[str, ...]:
    """Make indexes, keys and references agree with the rows, in one transaction; what was done, a sentence each.

    A damaged row is set aside, a damaged page stays as it is: its words are nowhere else.

    Raises:
        StoreError: the database refused; nothing was changed.
    """
    done: list[str] = []
    with transaction(connection):
        wrong = [row for row in connection.execute("PRAGMA integrity_check(1)").fetchall() if row[0] != "ok"]
        if wrong:
            connection.execute("REINDEX")
            done.append("the indexes were built anew")
        for table, parent, count in _orphans(connection):
            columns = ("memory", "other") if table == "links" else ("memory",)
            lost = " OR ".join(f"{column} NOT IN (SELECT number FROM {parent})" for column in columns)
            connection.execute(f"DELETE FROM {table} WHERE {lost}")
            done.append(f"{count} rows of {table} without their row of {parent} were deleted")
        ailments = _ailments(connection)
        stale = [(number,) for number in ailments.keys_of_none]
        stale.extend((kept.number,) for kept in ailments.mismatched)
        stale.extend((number,) for number in ailments.damaged)
        if stale:
            connection.execute("CREATE TEMP TABLE stale (memory INTEGER PRIMARY KEY)")
            connection.executemany("INSERT INTO stale VALUES (?)", stale)
            for table in ("keys", "names"):
                connection.execute(f"DELETE FROM {table} WHERE memory IN (SELECT memory FROM stale)")
            connection.execute("DROP TABLE stale")
        for kept in ailments.mismatched:
            rows = [(*key, kept.number) for key in key_rows(kept.keys)]
            connection.executemany("INSERT INTO keys VALUES (?, ?, ?)", rows)
            names = [(*name, kept.number) for name in name_rows(kept.memory)]
            connection.executemany("INSERT INTO names VALUES (?, ?, ?)", names)
        if ailments.mismatched:
            done.append(f"the keys of {len(ailments.mismatched)} memories were made anew from their rows")
        if ailments.keys_of_none:
            done.append(f"keys of {len(ailments.keys_of_none)} memories that are not there were deleted")
        if ailments.damaged:
            current = SqliteWriting(connection).set_aside(set(ailments.damaged))
            done.extend(told_aside(list(ailments.damaged.values()), current))
    return tuple(done)


def purge(connection: Connection, place: str) -> None:
    """Write the file anew without free space, and empty the write-ahead log.

    Raises:
        StoreError: another process is in the way.
    """
    try:
        connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{place!r} could not be written anew: {error}; purge again when nobody uses it") from error
    if busy:
        raise StoreError(
            f"the log of {place!r} could not be emptied while another process reads it; purge again when it is done"
        )


def _orphans(connection: Connection) -> list[tuple[str, str, int]]:
    """Table, the table it refers to, and how many of its rows refer to nothing."""
    counts: dict[tuple[str, str], set[int]] = {}
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        counts.setdefault((table, parent), set()).add(row)
    return [(table, parent, len(rows)) for (table, parent), rows in sorted(counts.items())]


def _ailments(connection: Connection) -> _Ailments:
    held = _held(connection)
    damaged: dict[int, str] = {}
    mismatched: list[_Kept] = []
    for number, name, kept in _kept(connection):
        if kept is None:
            held.pop(number, None)
            damaged[number] = name
            continue
        keys, names = key_rows(kept.keys), name_rows(kept.memory)
        if held.pop(number, (0, 0)) != (len(keys) + len(names), _mixed([*keys, *names])):
            mismatched.append(kept)
    return _Ailments(damaged, mismatched, sorted(held))


def _held(connection: Connection) -> dict[int, tuple[int, int]]:
    """By number of a memory: how many keys and names it has, and their hashes mixed."""
    held: dict[int, tuple[int, int]] = {}
    for table, column in (("keys", "key"), ("names", "name")):
        for kind, value, number in connection.execute(f"SELECT kind, {column}, memory FROM {table}"):
            count, mixed = held.get(number, (0, 0))
            held[number] = count + 1, mixed ^ hash((kind, value))
    return held


def _mixed(rows: list[tuple[int, int] | tuple[int, str]]) -> int:
    mixed = 0
    for row in rows:
        mixed ^= hash(row)
    return mixed


def _kept(connection: Connection) -> Iterator[tuple[int, str, _Kept | None]]:
    """Number and id of every memory with what its row holds, None where that is not what was written."""
    for number, *columns in connection.execute(f"SELECT m.number, {STORED_BYTES} FROM memories AS m ORDER BY m.number"):
        row = readable(tuple(columns))
        name = printable(str(row[0]))
        try:
            yield number, name, _Kept(number, verified(row), as_keys(columns[-2]))
        except (StoreError, msgspec.MsgspecError):
            yield number, name, None
