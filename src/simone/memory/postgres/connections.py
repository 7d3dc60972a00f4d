"""Connections to a PostgreSQL server: opened when needed, replaced where the server dropped them, one writer at a time.

Not for what is asked over them.
"""

from __future__ import annotations

import os
import re
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import psycopg
from pgvector.psycopg import register_vector
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from simone.clock import digest
from simone.errors import BadSettings, StoreError

Connection = psycopg.Connection[TupleRow]

_IDLE_IN_TRANSACTION_S = 600
"""A writer that says nothing for so long is ended by the server, so that a hung one does not stop all others."""
_PREPARE = """
    SELECT set_config('search_path', quote_ident(%s) || coalesce((
               SELECT ', ' || quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
               WHERE e.extname = 'vector'), ''), false),
           set_config('statement_timeout', %s, false),
           set_config('lock_timeout', %s, false),
           set_config('idle_in_transaction_session_timeout', %s, false),
           EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')
"""
_MARKS = 16
_MARK = f"""
    UPDATE writer SET commits = commits + 1, recent = gen_random_uuid() || recent[1:{_MARKS - 1}]
    RETURNING commits, recent[1]
"""


class _Mark(NamedTuple):
    """What a write leaves in the row of the writer: its number, and a name that stays there for _MARKS writes.

    The number of a transaction would not do: a server that crashed may give it again.
    """

    number: int
    name: uuid.UUID


class Connections:
    """To one schema of one database, at most `most` at once. Thread-safe; a forked process opens its own."""

    def __init__(self, url: str, schema: str, statement_timeout_s: float, most: int) -> None:
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
            raise BadSettings(f"schema {schema!r} cannot be used; write at most 63 of a-z, 0-9 and _, no digit first")
        if most < 2:
            raise BadSettings(f"connections is {most!r}; a store needs at least 2, one for writing and one for reading")
        self._conninfo, self.place = _read(url, schema)
        self.schema = schema
        self._timeout_ms = str(max(1, int(statement_timeout_s * 1000)))
        self._writer_key = int.from_bytes(bytes.fromhex(digest(b"memory writer", schema.encode()))[:8], signed=True)
        self._idle: list[Connection] = []
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(most)
        self._writing = threading.Lock()
        self._writer = 0
        self._is_closed = False

    def close(self) -> None:
        """Close what is idle now and what is given back later; nothing is opened any more."""
        with self._lock:
            self._is_closed = True
        self.renew()

    def renew(self) -> None:
        """Close what is idle, so that what follows goes over new connections."""
        with self._lock:
            dropped, self._idle = self._idle, []
        for connection in dropped:
            connection.close()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """A connection in autocommit, for one piece of work.

        Raises:
            StoreError: the server cannot be reached, or the store was closed.
        """
        with self._free:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give(connection)

    def read(self, query: str, values: Sequence[object] = ()) -> list[TupleRow]:
        """The rows of one statement that changes nothing; where the connection was lost it is asked anew, once.

        Raises:
            StoreError: the server refused or cannot be reached.
        """
        for is_last in (False, True):
            with self.one() as connection:
                try:
                    return connection.execute(query.encode(), values, binary=True).fetchall()
                except psycopg.Error as error:
                    if is_last or not connection.closed:
                        raise StoreError(f"{self.place} refused to answer: {said(error)}") from error
            self.renew()
        raise AssertionError("the last attempt answers or raises")

    @contextmanager
    def transaction(self, *, is_marked: bool = False) -> Iterator[Connection]:
        """The one write transaction of this schema, among all its clients: committed whole or rolled back whole.

        A marked one leaves a mark by which to tell, should the connection be lost while it commits, what became of it.

        Raises:
            StoreError: the server refused, or this thread is writing already; nothing was kept.
        """
        if self._writer == threading.get_ident():
            raise StoreError("this thread is writing to the store already; end that block before another is opened")
        with self._writing, self._free:
            connection, mark = self._begin(is_marked)
            self._writer = threading.get_ident()
            is_done = False
            try:
                yield connection
                self._commit(connection, mark)
                is_done = True
            except psycopg.Error as error:
                raise StoreError(f"{self.place} refused the write: {said(error)}; nothing of it was kept") from error
            finally:
                self._writer = 0
                if not is_done:
                    connection.close()  # the server rolls back; a connection costs less than a doubt about its state
                self._give(connection)

    def _begin(self, is_marked: bool) -> tuple[Connection, _Mark | None]:
        """An open transaction that holds the writer's lock, and the mark it will leave; asked for in one message."""
        script = f"BEGIN; SELECT pg_advisory_xact_lock({self._writer_key})" + (f"; {_MARK}" if is_marked else "")
        for is_last in (False, True):
            connection = self._take()
            try:
                cursor = connection.execute(script.encode())
                while cursor.nextset():
                    pass
                row = cursor.fetchone() if is_marked else None
            except psycopg.Error as error:
                is_lost = connection.closed
                connection.close()
                if is_last or not is_lost:
                    raise StoreError(
                        f"{self.place} refused to begin a write: {said(error)}; nothing was kept"
                    ) from error
                self.renew()
            else:
                return connection, _Mark(*row) if row else None
        raise AssertionError("the last attempt answers or raises")

    def _commit(self, connection: Connection, mark: _Mark | None) -> None:
        """Commit; where the connection is lost meanwhile, look whether the mark was left."""
        if connection.info.transaction_status is TransactionStatus.INERROR:
            raise StoreError("a statement of this write was refused, so nothing of it was kept")
        try:
            connection.execute("COMMIT", prepare=False)
        except psycopg.OperationalError as error:
            if not connection.closed:
                raise
            self.renew()
            if mark is None or not self._was_left(mark):
                raise StoreError(
                    f"the connection to {self.place} was lost while a write was committed; nothing of it was kept"
                ) from error

    def _was_left(self, mark: _Mark) -> bool:
        """Whether the write was committed.

        Raises:
            StoreError: the server cannot be reached, or so much was written since that it cannot be told.
        """
        why = f"the connection to {self.place} was lost while a write was committed; whether it was kept is not known"
        try:
            # a server may still be committing: the lock is free once it has or has not
            self.read(f"SELECT pg_advisory_xact_lock({self._writer_key})")
            ((is_there, commits),) = self.read("SELECT %s = ANY(recent), commits FROM writer", (mark.name,))
        except StoreError as error:
            raise StoreError(f"{why}: {error}") from error
        if not is_there and commits >= mark.number + _MARKS:
            raise StoreError(why)
        return bool(is_there)

    def _take(self) -> Connection:
        with self._lock:
            if self._is_closed:
                raise StoreError(f"the store at {self.place} was closed; open it again")
            if self._process != os.getpid():  # connections of the parent process stay the parent's
                self._idle, self._process = [], os.getpid()
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give(self, connection: Connection) -> None:
        is_fit = not connection.closed and connection.info.transaction_status is TransactionStatus.IDLE
        with self._lock:
            if is_fit and not self._is_closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(self._conninfo, autocommit=True)
            waits = (self._timeout_ms, self._timeout_ms, str(_IDLE_IN_TRANSACTION_S * 1000))
            row = connection.execute(_PREPARE, (self.schema, *waits)).fetchone()
            if row and row[-1]:
                register_vector(connection)
        except psycopg.Error as error:
            raise StoreError(f"cannot reach {self.place}: {said(error)}; check server, name and password") from error
        return connection


def said(error: psycopg.Error) -> str:
    """What the server said, on one line, without the statement and its values."""
    return error.diag.message_primary or (str(error).strip().splitlines() or [type(error).__name__])[0]


def _read(url: str, schema: str) -> tuple[str, str]:
    """The connection string for the library, and the place for people, without the password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise BadSettings("the address of a PostgreSQL store must begin with postgresql:// ")
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:  # its message quotes the address, and with it the password
        raise BadSettings(
            "the address of the PostgreSQL store cannot be read; write postgresql://USER@HOST:PORT/DATABASE"
        ) from None
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    place = f"postgresql://{user}{parts.get('host', '')}{port}/{parts.get('dbname', '')} schema {schema}"
    settled = make_conninfo("", connect_timeout=10, application_name="simone", client_encoding="UTF8")
    given = {name: str(value) for name, value in parts.items() if value is not None}
    return make_conninfo(settled, **given), place
