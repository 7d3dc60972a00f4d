"""The ledger: every run's steps as a hash chain in one SQLite file, enough to replay it.

Not for running again (`replay` compares, the runtime executes), and no proof of authorship: whoever can rewrite the
whole file can compute a new chain, so keep a run's head hash elsewhere where that matters.

An entry's hash covers the hash before it, its number, kind, name and the digest of its payload. The chain starts from
the run's id, which is the digest of request and bundle. Times are kept beside the chain: equal runs have equal heads.
What was forgotten (`redaction`) or pruned (`pruning`) is gone but for its digest: the chain still holds, and a payload
put in its place would have to have that digest. What is there is kept compressed (`packing`).
"""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from simone.clock import Clock, digest
from simone.errors import ContractBroken, LedgerBroken, RunUnknown, StoreError
from simone.governance.held import REQUEST_SEQ, Held, held
from simone.governance.packing import grown, pack_all, packed, unpack_all, unpacked
from simone.governance.schema import MIGRATIONS
from simone.storage import check_writable, connect, transaction

FINISH = "finish"
"""Kind of the last entry of a finished run; its payload is the output."""

CHAIN = 2
"""Form of the chains written now; in form 1, of earlier versions, an entry's hash covers its payload itself."""


class Entry(msgspec.Struct, frozen=True):
    """One step of a run: `seq` from 0, `payload` canonical JSON; where that is gone its digest is left."""

    seq: int
    kind: str
    name: str
    payload: bytes
    forgotten: str = ""


class RecordedRun(msgspec.Struct, frozen=True):
    """One attempt at a run, its chain verified. Not `finished`: it is still at work, or its process died.

    `forgotten` names what of it is gone: the request, or entries. `pruned` is when its request and all payloads went.
    """

    run_id: str
    attempt: int
    request: bytes
    bundle: bytes
    entries: tuple[Entry, ...]
    finished: bool
    head: str
    started: str
    forgotten: tuple[str, ...] = ()
    pruned: str = ""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is left of an entry that was pruned: `digest` is that of its payload."""

    kind: str
    name: str
    digest: str


class RunSummary(msgspec.Struct, frozen=True):
    """One line about an attempt, not verified. `finished` is "" where it has not ended, `pruned` where it was not."""

    run_id: str
    attempt: int
    started: str
    finished: str
    entries: int
    head: str
    pruned: str


def run_id_of(request: bytes, bundle: bytes) -> str:
    """The id of a run: SHA-256 over its canonical request and bundle, in hex."""
    return digest(request, bundle)


def chained(previous: str, entry: Entry) -> str:
    """The hash of `entry` after an entry (or a run id) whose hash is `previous`."""
    content = entry.forgotten or digest(entry.payload)
    return digest(
        previous.encode(), str(entry.seq).encode(), entry.kind.encode(), entry.name.encode(), content.encode()
    )


def _chained_before(previous: str, entry: Entry) -> str:
    """The hash in a chain of form 1."""
    return digest(previous.encode(), str(entry.seq).encode(), entry.kind.encode(), entry.name.encode(), entry.payload)


class Transcript:
    """The entries of a run in memory, chained as the ledger chains them: what a replay writes to."""

    def __init__(self, run_id: str) -> None:
        self.head = run_id
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was appended, in order."""
        return tuple(self._entries)

    def append(self, kind: str, name: str, payload: bytes) -> None:
        """Add a step."""
        entry = Entry(len(self._entries), kind, name, payload)
        self.head = chained(self.head, entry)
        self._entries.append(entry)

    def finish(self, payload: bytes) -> str:
        """Add the last step and give the head hash."""
        self.append(FINISH, "output", payload)
        return self.head


class Journal:
    """Writes one attempt, each step committed before `append` returns. Safe from several threads."""

    def __init__(self, ledger: Ledger, attempt: int, run_id: str, before: bytes) -> None:
        """`before`: what its first payload is packed against."""
        self._ledger = ledger
        self._lock = threading.Lock()
        self._before = before
        self._gone = 0
        self._seq = 0
        self._closed = False
        self.attempt = attempt
        self.head = run_id

    def append(self, kind: str, name: str, payload: bytes) -> None:
        """Add a step.

        Raises:
            ContractBroken: the attempt is finished already, or `kind` is the one that `finish` writes.
            StoreError: the database refused; the step is not recorded.
        """
        if kind == FINISH:
            raise ContractBroken(f"a step of kind {FINISH!r} is written by finish() alone")
        self._write(kind, name, payload)

    def finish(self, payload: bytes) -> str:
        """Add the last step, mark the attempt finished and give the head hash.

        Raises:
            ContractBroken: the attempt is finished already.
            StoreError: the database refused; the attempt stays unfinished.
        """
        self._write(FINISH, "output", payload)
        return self.head

    def _write(self, kind: str, name: str, payload: bytes) -> None:
        with self._lock:
            if self._closed:
                raise ContractBroken(f"attempt {self.attempt} is finished; {kind} {name!r} came after its end")
            head = chained(self.head, Entry(self._seq, kind, name, payload))
            now = self._ledger.clock.now().isoformat()
            with self._ledger.writing(to_disk=kind == FINISH) as connection:
                before = self._still_there(connection)
                row = (self.attempt, self._seq, kind, name, packed(payload, before), head, now)
                connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                if kind == FINISH:
                    values = (now, head, self.attempt)
                    connection.execute("UPDATE attempts SET finished = ?, head = ? WHERE attempt = ?", values)
            self.head, self._seq, self._closed = head, self._seq + 1, kind == FINISH
            self._before = grown(before, payload)

    def _still_there(self, connection: sqlite3.Connection) -> bytes:
        """What the next payload may be packed against: nothing of before somebody forgot a part of this attempt."""
        gone, is_pruned = connection.execute(
            "SELECT (SELECT count(*) FROM forgotten WHERE attempt = ?),"
            " EXISTS (SELECT 1 FROM pruned WHERE attempt = ?)",
            (self.attempt, self.attempt),
        ).fetchone()
        if is_pruned:
            raise StoreError(f"attempt {self.attempt} was pruned while it was at work; ask again")
        before = self._before if gone == self._gone else b""
        self._gone = gone
        return before


class Ledger:
    """All runs of one home. Several processes may write to one file."""

    def __init__(self, connection: sqlite3.Connection, path: Path, clock: Clock, durable: bool) -> None:
        self._connection = connection
        self._durable = durable
        self._path = path
        self._file = _identity(path)
        self._lock = threading.RLock()
        self.clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock, durable: bool = True) -> Self:
        """Open or create the ledger at `path`.

        Every step is committed at once, so that a killed process loses none. `durable`: the commit that finishes a run
        waits for the disk and takes the steps before it along; loss of power costs unfinished runs at most.

        Raises:
            StoreError: the file cannot be opened or is not a ledger.
        """
        return cls(connect(path, MIGRATIONS, durable=False), path, clock, durable)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def files(self) -> tuple[Path, ...]:
        """The file with its log and index, there or not."""
        return tuple(self._path.with_name(self._path.name + ending) for ending in ("", "-wal", "-shm", "-journal"))

    @property
    def size(self) -> int:
        """Bytes of the file and of the log that is still to be written into it."""
        return sum(path.stat().st_size for path in self.files[:2] if path.exists())

    def check_writable(self, wait_s: float) -> None:
        """Write nothing new, waiting for other writers at most `wait_s` seconds.

        Raises:
            StoreError: the file cannot be written, or is not the one that was opened: no run could be recorded.
        """
        check_writable(self._path, wait_s)
        self._check_file()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def writing(self, *, to_disk: bool = False) -> Iterator[sqlite3.Connection]:
        """One write transaction, alone among the threads of this process; with `to_disk` a durable one.

        Raises:
            StoreError: the database refused, or its file is gone: what is written to it nobody could read.
        """
        with self._lock:
            self._check_file()
            waits = to_disk and self._durable
            if waits:
                self._connection.execute("PRAGMA synchronous=FULL")
            try:
                with transaction(self._connection) as connection:
                    yield connection
            finally:
                if waits:
                    self._connection.execute("PRAGMA synchronous=NORMAL")

    def purge(self) -> None:
        """Let no byte of what was forgotten stay in free pages or in the write-ahead log.

        Raises:
            StoreError: another process reads or writes the ledger now.
        """
        with self._lock:
            try:
                self._connection.execute("VACUUM")
                busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.Error as error:
                raise StoreError(f"the ledger {str(self._path)!r} cannot be purged: {error}; try again") from error
        if busy:
            raise StoreError(f"the ledger {str(self._path)!r} cannot be purged: another process reads it; try again")

    def begin(self, run_id: str, request: bytes, bundle: bytes) -> Journal:
        """Record that an attempt starts.

        Raises:
            ContractBroken: `run_id` is not `run_id_of(request, bundle)`.
            StoreError: the database refused.
        """
        if run_id != run_id_of(request, bundle):
            raise ContractBroken(f"run id {run_id!r} is not the digest of its request and bundle; use run_id_of")
        with self.writing() as connection:
            cursor = connection.execute(
                "INSERT INTO attempts (run_id, request, bundle, started, chain) VALUES (?, ?, ?, ?, ?)",
                (run_id, *pack_all((request, bundle)), self.clock.now().isoformat(), CHAIN),
            )
            attempt = cursor.lastrowid
        assert attempt is not None
        return Journal(self, attempt, run_id, grown(request, bundle))

    def runs(self) -> tuple[RunSummary, ...]:
        """Every attempt, oldest first."""
        with self._reading():
            rows = self._rows(
                "SELECT run_id, attempt, started, coalesce(finished, ''),"
                " coalesce(pruned.entries, (SELECT count(*) FROM entries WHERE entries.attempt = attempts.attempt)),"
                " coalesce(attempts.head, ''), coalesce(pruned.at, '')"
                " FROM attempts LEFT JOIN pruned USING (attempt) ORDER BY attempt"
            )
        return tuple(msgspec.convert(row, RunSummary) for row in map(_named, rows))

    def opened(self, attempts: Sequence[int]) -> dict[int, tuple[bytes, str]]:
        """Of each attempt the request, b"" where it is gone, and its workflow's name, "" where that is not known."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT attempt, request, coalesce((SELECT name FROM entries WHERE entries.attempt = attempts.attempt"
                f" AND kind = 'workflow'), '') FROM attempts WHERE attempt IN ({', '.join('?' * len(attempts))})",
                tuple(attempts),
            ).fetchall()
        return {number: (next(unpack_all([request])) or b"", name) for number, request, name in rows}

    def load(self, run: str, attempt: int = 0) -> RecordedRun:
        """The attempt numbered `attempt` of the run with that id or unique prefix, every hash checked.

        Of an attempt of chain form 1 that was forgotten nothing is left that a hash could be checked against.
        Without a number: the last finished attempt, or the last one where none is finished.

        Raises:
            RunUnknown: no run, or more than one, starts with `run`, or it has no such attempt; names the nearest.
            LedgerBroken: what is stored is not what was written; names the first bad entry.
        """
        with self._reading():
            run_id = self._resolve(run)
            found = self._connection.execute(
                "SELECT attempt, started, finished, head, chain FROM attempts"
                " WHERE run_id = ? AND (attempt = ? OR ? = 0) ORDER BY finished IS NOT NULL DESC, attempt DESC LIMIT 1",
                (run_id, attempt, attempt),
            ).fetchone()
            if found is None:
                raise RunUnknown(f"run {run_id!r} has no attempt {attempt}; see the list of runs")
            number, started, finished, head, chain = found
            stored = held(self._connection, number)
            left = self._connection.execute(
                "SELECT at, head, digests FROM pruned WHERE attempt = ?", (number,)
            ).fetchone()
        where = f"run {run_id!r}, attempt {number}"
        if not stored.bundle:
            raise LedgerBroken(f"{where}: the bundle is damaged")
        if left is None:
            _vouched(where, run_id, stored)
            entries, last = _verified(where, run_id, stored, chain)
        else:
            entries, last = _left(where, run_id, stored, chain, *left[1:])
        ends = bool(entries) and entries[-1].kind == FINISH
        if ends != (finished is not None) or (ends and head != last):
            raise LedgerBroken(f"{where}: entries are missing or were added at the end")
        forgotten = (
            *(["the request"] if REQUEST_SEQ in stored.gone else []),
            *(f"entry {entry.seq} ({entry.kind} {entry.name!r})" for entry in entries if entry.forgotten and not left),
        )
        return RecordedRun(
            run_id=run_id,
            attempt=number,
            request=stored.request or b"",
            bundle=stored.bundle or b"",
            entries=entries,
            finished=ends,
            head=last,
            started=started,
            forgotten=forgotten,
            pruned=left[0] if left else "",
        )

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Every request and payload, unpacked, each with where it stands; none for one that is damaged."""
        for summary in self.runs():
            with self._reading():
                stored = held(self._connection, summary.attempt)
            for seq, content in stored.searched():
                place = "the request" if seq == REQUEST_SEQ else f"entry {seq}"
                yield f"{self._path}, run {summary.run_id[:16]}, attempt {summary.attempt}, {place}", content or b""

    def _resolve(self, run: str) -> str:
        if self._rows("SELECT 1 FROM attempts WHERE run_id = ? LIMIT 1", (run,)):
            return run
        known = [str(row[0]) for row in self._rows("SELECT DISTINCT run_id FROM attempts ORDER BY run_id")]
        found = [run_id for run_id in known if run and run_id.startswith(run)]
        if len(found) == 1:
            return found[0]
        if found:
            raise RunUnknown(f"{len(found)} runs start with {run!r}: {_listed(found)}; give more of the id")
        nearest = sorted(known, key=lambda run_id: (-_shared(run, run_id), run_id))
        hint = f"nearest: {_listed(nearest)}" if known else "the ledger is empty"
        raise RunUnknown(f"no run in {str(self._path)!r} is called {run!r}; {hint}")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One snapshot for several queries, whatever other processes write meanwhile."""
        with self._lock:
            try:
                self._connection.execute("BEGIN")
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite may quote damaged bytes in its message
                raise StoreError(
                    f"the ledger {str(self._path)!r} cannot be read: {error}; restore it from a copy"
                ) from error
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _check_file(self) -> None:
        if self._file != _identity(self._path):
            found = "it was removed or replaced while it was open"
            raise StoreError(
                f"the ledger {str(self._path)!r} cannot be written: {found}; put the file back, or start again"
            ) from OSError(found)

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        return self._connection.execute(query, values).fetchall()


def _vouched(where: str, run_id: str, stored: Held) -> None:
    """The request and bundle are those that the run's id was made of, or the request was forgotten."""
    if REQUEST_SEQ in stored.gone:
        if stored.request != b"":
            raise LedgerBroken(f"{where}: the request was forgotten, and another stands in its place")
    elif stored.request is None or run_id != run_id_of(stored.request, stored.bundle or b""):
        raise LedgerBroken(f"{where}: the request or the bundle was changed after the run")


def _verified(where: str, run_id: str, stored: Held, chain: int) -> tuple[tuple[Entry, ...], str]:
    """The entries, every hash checked, and the last hash."""
    head = run_id
    entries: list[Entry] = []
    if chain < CHAIN and stored.gone and any(row.payload != b"" for row in stored.rows):
        raise LedgerBroken(f"{where}: entries were put where an old run was forgotten whole; remove them")
    for row in stored.rows:
        place = f"{where}: entry {len(entries)} ({row.kind} {row.name!r})"
        if row.seq != len(entries):
            raise LedgerBroken(f"{place} stands where number {len(entries)} is missing; the record cannot be trusted")
        if row.payload is None:
            raise LedgerBroken(f"{place} cannot be unpacked; the record cannot be trusted")
        entry = Entry(row.seq, row.kind, row.name, row.payload, stored.gone.get(row.seq, ""))
        if entry.forgotten and entry.payload:
            raise LedgerBroken(
                f"{place} was forgotten, and something stands in its place; the record cannot be trusted"
            )
        if chain < CHAIN and stored.gone:
            head = row.hash  # a hash over what is gone: nothing of the attempt is shown that it could vouch for
        else:
            head = (chained if chain >= CHAIN else _chained_before)(head, entry)
        if head != row.hash:
            raise LedgerBroken(f"{place} does not carry the hash of what it holds; the record cannot be trusted")
        entries.append(entry)
    return tuple(entries), head


def _left(
    where: str, run_id: str, stored: Held, chain: int, last: str, digests: bytes
) -> tuple[tuple[Entry, ...], str]:
    """The entries of a pruned attempt and its last hash, checked by the digests that were left.

    Those of chain form 1 are shown unchecked: its hashes covered what is gone.
    """
    if stored.request or stored.rows or stored.gone:
        raise LedgerBroken(f"{where} was pruned, and something stands in its place; the record cannot be trusted")
    try:
        kept = msgspec.msgpack.decode(unpacked(digests, b"") or b"", type=tuple[Kept, ...])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LedgerBroken(f"{where} was pruned, and its digests cannot be read: {error}") from error
    entries = tuple(Entry(seq, one.kind, one.name, b"", one.digest) for seq, one in enumerate(kept))
    if chain >= CHAIN and last != functools.reduce(chained, entries, run_id):
        raise LedgerBroken(f"{where} was pruned, and its digests do not carry its last hash; it cannot be trusted")
    return entries, last


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _named(row: tuple[object, ...]) -> dict[str, object]:
    return dict(zip((field.name for field in msgspec.structs.fields(RunSummary)), row, strict=True))


def _listed(run_ids: list[str]) -> str:
    return ", ".join(run_id[:12] for run_id in run_ids[:3])


def _shared(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
