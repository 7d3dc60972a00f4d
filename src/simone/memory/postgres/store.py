"""Memories in one schema of a PostgreSQL database: what any number of machines read and write at once.

Not for opening (`open_postgres` says what is missing) and not for ranking: recall reads rows and ranks in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from simone.errors import BadRequest, StoreError
from simone.memory.contract import Change, Filter, Link, Memory, Use, Vectors
from simone.memory.moments import EVENING, MIDNIGHT, read
from simone.memory.postgres import care
from simone.memory.postgres.columns import MEMORY, digest_of, digests_of, link_of, memory_of, plain, unplain
from simone.memory.postgres.connections import Connections
from simone.memory.postgres.schema import MIGRATIONS, is_present, migrate
from simone.memory.postgres.writing import PostgresWriting

_SUCCEEDED = (
    "SELECT FROM links JOIN memories AS closed ON closed.id = links.memory WHERE links.other = memories.id"
    " AND links.kind = 'closes' AND closed.kind <> 'episode' AND closed.valid_from < links.valid_to"
    f" AND closed.valid_from || '{MIDNIGHT}' <> links.valid_to"
)
"""What held before a memory closed it."""
_UNENDED = (
    f"(valid_to = '' OR CASE WHEN length(valid_to) = 10 THEN valid_to || '{EVENING}' ELSE valid_to END"
    ' COLLATE "C" > %s)'
)
"""As `moments.has_ended` tells."""
_STANDING = (
    "WITH RECURSIVE standing (id) AS ("
    "SELECT links.other FROM links WHERE links.memory = memories.id AND links.kind = 'stands_for' AND {holds}"
    " UNION SELECT links.other FROM standing JOIN links ON links.memory = standing.id"
    " WHERE links.kind = 'stands_for' AND {holds})"
    " SELECT FROM standing JOIN memories AS other USING (id) WHERE other.id <> memories.id"
)
"""What stands for a memory, directly or through others."""


class PostgresStore:
    """Implements `contract.Store`. Readers see the last commit and never wait for a writer."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, url: str, *, schema: str, statement_timeout_s: float, connections: int) -> PostgresStore:
        """As `open_postgres`."""
        held = Connections(url, schema, statement_timeout_s, connections)
        with ExitStack() as stack:
            stack.callback(held.close)
            if not is_present(held):
                migrate(held, len(MIGRATIONS))
            stack.pop_all()
        return cls(held)

    @staticmethod
    def migrate(url: str, to: int, *, schema: str, statement_timeout_s: float) -> tuple[int, int]:
        """Bring a store that nobody has open to schema `to`, forward or back; the schemas before and after.

        Raises:
            StoreError: the server cannot be reached or refuses.
            MigrationFailed: there is no such schema, or a step failed.
        """
        held = Connections(url, schema, statement_timeout_s, 2)
        try:
            return migrate(held, to), to
        finally:
            held.close()

    @property
    def place(self) -> str:
        """The address without its password, and the schema."""
        return self._connections.place

    @contextmanager
    def writing(self) -> Iterator[PostgresWriting]:
        """One transaction: committed whole when the block ends, rolled back whole when it raises.

        What the store itself answers inside the block is as before the transaction. Where the connection is lost just
        while it commits, the server is asked what became of it.

        Raises:
            StoreError: the server refused, another writer took too long, or this thread is writing already.
        """
        with self._connections.transaction(is_marked=True) as connection:
            yield PostgresWriting(connection, self.place)

    def get(self, ids: Sequence[str]) -> tuple[Memory, ...]:
        """Those of these that are known, in the order asked."""
        rows = self._connections.read(
            f"SELECT {MEMORY} FROM unnest(%s::text[]) WITH ORDINALITY AS asked (id, place) JOIN memories USING (id)"
            " ORDER BY place",
            (_plain(ids),),
        )
        return tuple(memory_of(*row) for row in rows)

    def select(self, which: Filter, limit: int = 0, after: str = "") -> tuple[Memory, ...]:
        """Memories in the order they were added; at most `limit` (0: all), from behind the memory `after`.

        Raises:
            BadRequest: `after` is not known, or a moment of the filter is none.
        """
        condition, values = _conditions(which)
        behind = 0
        if after:
            known = self._connections.read("SELECT row FROM memories WHERE id = %s", (plain(after),))
            if not known:
                raise BadRequest(f"memories behind {after!r} were asked for; the store does not have it: start anew")
            behind = int(known[0][0])
        rows = self._connections.read(
            f"SELECT {MEMORY} FROM memories WHERE row > %s AND {condition} ORDER BY row LIMIT %s",
            (behind, *values, limit or None),
        )
        return tuple(memory_of(*row) for row in rows)

    def links(self, memories: Sequence[str]) -> tuple[Link, ...]:
        """Every link, ended ones too, with one of these at either end, in the order they were added."""
        asked = _plain(memories)
        rows = self._connections.read(
            "SELECT record, undone_at FROM links WHERE number IN ("
            "SELECT number FROM links WHERE memory = ANY(%s::text[])"
            " UNION SELECT number FROM links WHERE other = ANY(%s::text[])) ORDER BY number",
            (asked, asked),
        )
        return tuple(link_of(*row) for row in rows)

    def batch(self, batch: str) -> tuple[Link, ...]:
        """Every link of a consolidation, in the order they were added."""
        rows = self._connections.read(
            "SELECT record, undone_at FROM links WHERE batch = %s AND batch <> '' ORDER BY number", (plain(batch),)
        )
        return tuple(link_of(*row) for row in rows)

    def uses(self, memories: Sequence[str]) -> Mapping[str, Use]:
        """How often each was recalled; those never recalled are absent."""
        rows = self._connections.read(
            "SELECT uses.* FROM unnest(%s::text[]) WITH ORDINALITY AS asked (memory, place) JOIN uses USING (memory)"
            " ORDER BY place",
            (_plain(memories),),
        )
        return {memory: Use(count, last_at) for memory, count, last_at in rows}

    def vectors(self, encoder: str, ids: Sequence[str]) -> Vectors:
        """The vectors of these by that encoder, as far as there are any, in the order asked.

        Raises:
            StoreError: they are not of one length: another encoder of that name made some of them.
        """
        rows = self._connections.read(
            "SELECT memory, value FROM unnest(%s::text[]) WITH ORDINALITY AS asked (memory, place)"
            " JOIN vectors USING (memory) WHERE encoder = %s ORDER BY place",
            (_plain(ids), plain(encoder)),
        )
        lengths = sorted({value.dimensions() for _, value in rows})
        if len(lengths) > 1:
            raise StoreError(f"vectors of {encoder!r} have {lengths} values; keep those of one encoder anew")
        joined = np.array([value.to_numpy() for _, value in rows], np.float32).reshape(len(rows), *(lengths or [0]))
        return Vectors(encoder, tuple(memory for memory, _ in rows), joined)

    def changes(self, after: int, limit: int = 0) -> tuple[Change, ...]:
        """What happened behind change number `after`, at most `limit` steps (0: all)."""
        rows = self._connections.read(
            "SELECT number, what, memory FROM changes WHERE number > %s ORDER BY number LIMIT %s",
            (after, limit or None),
        )
        return tuple(Change(*row) for row in rows)

    def refusals(self, tenant: str) -> Mapping[str, int]:
        """How many candidates each rule refused, by name of the rule."""
        rows = self._connections.read(
            "SELECT rule, count FROM refusals WHERE tenant = %s ORDER BY rule", (digest_of(tenant),)
        )
        return {unplain(rule): count for rule, count in rows}

    def purge(self) -> None:
        """Write the tables anew without what was forgotten, and have the server leave its old log behind.

        Readers and writers wait meanwhile. What backups, replicas and archived logs hold is out of reach, and a server
        that reuses log files (`wal_recycle`, on by default) overwrites them only as it writes on; the log is left alone
        where the role may not ask for a checkpoint.

        Raises:
            StoreError: the server refused, or another session still sees what was forgotten.
        """
        care.purge(self._connections)

    def files(self) -> tuple[Path, ...]:
        """The server's files, where it runs on this machine and this process may read them; else none."""
        return care.files(self._connections)

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store, a sentence each; nothing else can be written meanwhile."""
        return care.check(self._connections)

    def repair(self) -> tuple[str, ...]:
        """Set right what `check` finds, set aside what is damaged; what was done, a sentence each."""
        return care.repair(self._connections)

    def close(self) -> None:
        """Close the connections; the store is not used afterwards."""
        self._connections.close()


def _plain(texts: Sequence[str]) -> list[str]:
    return [plain(text) for text in texts]


def _conditions(which: Filter) -> tuple[str, list[object]]:
    """What follows WHERE, about `memories`, and its parameters.

    Raises:
        BadRequest: a moment of the filter is no date and no instant.
    """
    which = read(which)
    parts: list[str] = []
    values: list[object] = []

    def ask(condition: str, *given: object) -> None:
        parts.append(condition)
        values.extend(given)

    if which.tenant:
        ask("tenant = %s", digest_of(which.tenant))
    for condition, given in _narrow(which, "memories"):
        ask(condition, *given)
    holds, at = "undone_at = ''", []
    if known_at := which.known_at:
        ask("recorded_at <= %s", known_at)
        holds, at = "links.recorded_at <= %s AND (undone_at = '' OR undone_at > %s)", [known_at, known_at]
    ended = f"NOT EXISTS (SELECT FROM links WHERE links.memory = memories.id AND {holds}"
    if valid_at := which.valid_at:
        ask(f"valid_from <= %s AND {_UNENDED}", valid_at, valid_at)
        ask(f"{ended} AND links.kind = 'closes' AND links.valid_to <> '' AND links.valid_to <= %s)", *(*at, valid_at))
        ask(f"(valid_from <> '' OR NOT EXISTS ({_SUCCEEDED} AND {holds} AND links.valid_to > %s))", *at, valid_at)
    if which.ends_after:
        ask(_UNENDED, which.ends_after)
    if which.current and not which.is_narrow:
        ask(f"{ended} AND links.kind IN ('closes', 'stands_for'))", *at)
    elif which.current:
        ask(f"{ended} AND links.kind = 'closes')", *at)
        narrow = _narrow(which, "other")
        meant = " AND ".join(condition for condition, _ in narrow)
        given = [value for _, some in narrow for value in some]
        ask(f"NOT EXISTS ({_STANDING.format(holds=holds)} AND {meant})", *at, *at, *given)
    return " AND ".join(parts) or "true", values


def _narrow(which: Filter, memories: str) -> list[tuple[str, list[object]]]:
    """What `Filter.is_narrow` tells of, of the memories with that name; moments as `read` gives them."""
    asked: list[tuple[str, list[object]]] = []
    if which.sessions:
        asked.append((f"{memories}.session = ANY(%s::uuid[])", [digests_of(which.sessions)]))
    if which.kinds:
        asked.append((f"{memories}.kind = ANY(%s::text[])", [_plain(which.kinds)]))
    named = (("sources", which.sources), ("authors", which.authors), ("subjects", (which.subject.casefold(),)))
    for column, names in named:
        if any(names):
            asked.append((f"{memories}.{column} && %s::uuid[]", [digests_of(names)]))
    if which.least_trust > 0.0:
        asked.append((f"{memories}.trust >= %s", [which.least_trust]))
    if which.since:
        asked.append((f"{memories}.recorded_at >= %s", [which.since]))
    if until := which.until:  # a date includes its whole day
        asked.append((f'left({memories}.recorded_at, length(%s)) COLLATE "C" <= %s', [until, until]))
    return asked
