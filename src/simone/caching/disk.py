"""The disk tier: bytes in one SQLite file that survive the process and are shared by several.

Not for anything that must not be lost: whatever goes wrong with the file, entries are given up and the request is not.

The least worthy entries go first, a tenth of the file at a time: worth is the second of last use, and a salience of 1
counts as if the entry had been used a week later. Every value has a checksum over its key, its end and its bytes; one
that does not match is taken out and never served. A file that SQLite finds damaged is renamed and a new one begun. A
disk that is full or may not be written turns the cache off. All of it is told as a `CacheEvent`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from simone.caching.contract import CacheStatistics
from simone.caching.disk_file import WAIT_MS, DiskFile, taken_bytes
from simone.caching.events import CacheEvent, Listen, Trouble, ignore
from simone.caching.kept import Put
from simone.caching.sealing import Compression, as_octets, checksum
from simone.caching.wall_time import WallTime
from simone.clock import Clock, SystemClock
from simone.errors import StoreError
from simone.storage import transaction

SALIENCE_S = 7 * 86400.0
"""By how much later an entry of salience 1 counts as used, seconds."""
EVICTED_SHARE = 0.1
"""Share of the limit that is freed at once when there is no room."""
PATIENCE_S = 5.0
"""How long other processes are waited for where something is to be let go of."""
MOST_TOUCHED = 1024
"""Uses remembered before they are written, count: a crash forgets them, nothing else."""
ROW_BYTES, INDEX_BYTES, TAG_BYTES = 64, 72, 40
"""What an entry counts for besides its key and value: in its row, in the indices, and for each tag besides its name."""
MOST_QUARANTINED = 100
"""Damaged entries remembered, by key and reason, count."""

_FIND = "SELECT id, value, packed, checksum, ends_ms, salience FROM entry WHERE key = ?"


class _Row(NamedTuple):
    key: bytes
    value: bytes
    packed: int
    checksum: bytes
    ends_ms: int
    size: int
    salience: float


class _Counts(msgspec.Struct):
    hits: int = 0
    misses: int = 0
    evictions: int = 0
    expired: int = 0
    refused: int = 0
    quarantined: int = 0


class DiskCache:
    """Implements `contract.Cache` for bytes. Safe for threads and processes, not across a fork.

    An entry counts for about the bytes that it takes in the file, whatever `size_bytes` says.
    """

    def __init__(
        self,
        path: Path,
        limit_bytes: int,
        clock: Clock | None = None,
        listen: Listen = ignore,
        name: str = "disk",
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Open or create the file. One that cannot be used leaves a cache that is off: nothing is raised.

        `patience_s`: how long `drop` and `clear` wait for other processes.
        """
        self.path = path
        self._name = name
        self._limit_bytes = limit_bytes
        self._patience_s = patience_s
        self._time = WallTime(clock or SystemClock())
        self._listen = listen
        self._lock = threading.RLock()
        self._letting_go = threading.Lock()
        """Held for as long as something is let go of; whoever looks up or keeps does not wait for it."""
        self._compression = Compression()
        self._counts = _Counts()
        self._told = _Counts()
        self._touched: dict[int, float] = {}
        self._latest_s = 0.0
        self._file = DiskFile(path, limit_bytes, self._tell, self._touched.clear)

    @property
    def off(self) -> str:
        """Why the cache keeps and finds nothing any more; "" while it works."""
        return self._file.off

    # ── the contract ────────────────────────────────────────────────────────────────────────────

    def get(self, key: str | bytes) -> bytes | None:
        """The bytes kept under `key` while their time is not over, as they were put; None if there are none."""
        name = as_octets(key)
        with self._lock:
            row = self._file.ask(_FIND, name)
        if row is None:
            with self._lock:
                self._counts.misses += 1
            return None
        number, value, packed, sum_, ends_ms, salience = row
        if not isinstance(value, bytes) or sum_ != checksum(name, value, packed, ends_ms):
            self._quarantine(name, "the bytes are not those that were stored")
            return None
        now_s = self._time()
        if 0 < ends_ms <= int(now_s * 1e3):
            self._expire(number, ends_ms)
            return None
        plain = self._compression.unpacked(value) if packed else value
        if plain is None:
            self._quarantine(name, "the bytes cannot be decompressed")
            return None
        with self._lock:
            self._counts.hits += 1
            self._touch(number, salience, now_s)
        return plain

    def put(
        self,
        key: str | bytes,
        value: bytes,
        size_bytes: int = 0,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep bytes in place of what was there; whether they were kept."""
        return self.put_all([Put(key, value, size_bytes, ttl_s, salience, tags)])[0]

    def put_all(self, puts: Sequence[Put[bytes]]) -> list[bool]:
        """As many calls of `put`, in one transaction."""
        rows = [self._row(one) for one in puts]
        with self._lock:
            held = self._file.present()
            fits = [held is not None and row.size <= self._limit_bytes for row, _ in rows]
            if held is not None:
                try:
                    with transaction(held) as connection:
                        self._write_touched(connection)
                        for (row, tags), fit in zip(rows, fits, strict=True):
                            connection.execute("DELETE FROM entry WHERE key = ?", (row.key,))
                            if fit:
                                self._insert(connection, row, tags)
                    self._file.shorten_log()
                except StoreError as error:
                    self._file.failed(error.__cause__)
                    fits = [False] * len(rows)
            self._counts.refused += fits.count(False)
        return fits

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one."""
        with self._lock:
            return self._file.change("DELETE FROM entry WHERE key = ?", as_octets(key)) > 0

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`; its bytes are overwritten, in the write-ahead log too.

        Where another process is reading at that moment, the log is overwritten later.

        Raises:
            StoreError: another process wrote all the time, or the file cannot be used; they may still be served.
        """
        delete = "DELETE FROM entry WHERE id IN (SELECT entry FROM tag WHERE name = ?)"

        def dropped(connection: sqlite3.Connection) -> int:
            gone = connection.execute(delete, (as_octets(tag),)).rowcount
            if gone:
                connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return gone

        asked = f"let go of what depends on {tag!r}"
        with self._letting_go:
            return self._file.insist(asked, dropped, self._patience_s, self._lock) or 0

    def clear(self) -> None:
        """Let go of everything, files that were set aside too; no byte of it is left. The statistics go on.

        Raises:
            StoreError: another process wrote or read all the time, or a file cannot be used or removed.
        """
        with self._letting_go:
            self._file.insist("be cleared", self._emptied, self._patience_s, self._lock)
            with self._lock:
                self._touched.clear()
            for aside in self.set_aside():
                try:
                    aside.unlink(missing_ok=True)
                except OSError as error:
                    raise StoreError(f"{str(aside)!r} is to be let go of and cannot be removed: {error}") from error

    def _emptied(self, connection: sqlite3.Connection) -> None:
        for statement in ("DELETE FROM entry", "DELETE FROM quarantined", "VACUUM"):
            connection.execute(statement)
        if not self._file.empty_log(connection, self._patience_s):
            raise StoreError(
                f"{str(self.path)!r} was emptied, but bytes of it stay in its log: another process kept using it for"
                f" {self._patience_s:g} s; ask again, or end that process"
            )

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since this object was made, and what the file holds now."""
        with self._lock:
            entries, held = self._file.ask("SELECT entries, bytes FROM total") or (0, 0)
            return CacheStatistics(
                self._name, **msgspec.structs.asdict(self._counts), entries=entries, bytes=held,
                limit_bytes=self._limit_bytes,
            )  # fmt: skip

    # ── beyond the contract ─────────────────────────────────────────────────────────────────────

    @property
    def lifetime(self) -> dict[str, int]:
        """What all processes counted since the file was begun, as far as they have written it down; by name."""
        with self._lock:
            self.flush()
            names = sorted(msgspec.structs.asdict(self._counts))
            found = {name: self._file.ask("SELECT count FROM history WHERE name = ?", name.encode()) for name in names}
            return {name: row[0] for name, row in found.items() if row is not None}

    def set_aside(self) -> list[Path]:
        """Damaged files that were renamed, sorted."""
        return self._file.set_aside()

    def flush(self) -> None:
        """Write down which entries were used and what was counted."""
        with self._lock:
            held = self._file.present()
            if held is None or (not self._touched and self._counts == self._told):
                return
            try:
                with transaction(held) as connection:
                    self._write_touched(connection)
                    now, told = msgspec.structs.asdict(self._counts), msgspec.structs.asdict(self._told)
                    connection.executemany(
                        "INSERT INTO history VALUES (?, ?)"
                        " ON CONFLICT(name) DO UPDATE SET count = count + excluded.count",
                        [(name.encode(), now[name] - told[name]) for name in sorted(now)],
                    )
                    self._told = msgspec.structs.replace(self._counts)
            except StoreError as error:
                self._file.failed(error.__cause__)

    def close(self) -> None:
        """Write down what was used and close the file; afterwards every call finds and keeps nothing."""
        with self._lock:
            self.flush()
            self._file.close()

    # ── entries ─────────────────────────────────────────────────────────────────────────────────

    def _now_ms(self) -> int:
        return int(self._time() * 1e3)

    def _used_s(self, now_s: float) -> float:
        """The time, later than that of any use before: uses keep their order where the clock stands still."""
        self._latest_s = max(now_s, self._latest_s + 1e-6)
        return self._latest_s

    def _tell(self, trouble: Trouble, message: str) -> None:
        self._listen(CacheEvent(self._name, trouble, message))

    def _touch(self, number: int, salience: float, now_s: float) -> None:
        self._touched[number] = self._used_s(now_s) + salience * SALIENCE_S
        if len(self._touched) >= MOST_TOUCHED:
            self.flush()

    def _write_touched(self, connection: sqlite3.Connection) -> None:
        if self._touched:
            rows = [(worth, number) for number, worth in self._touched.items()]
            connection.executemany("UPDATE entry SET worth = ? WHERE id = ?", rows)
            self._touched.clear()

    def _row(self, put: Put[bytes]) -> tuple[_Row, list[bytes]]:
        name, tags = as_octets(put.key), sorted({as_octets(tag) for tag in put.tags})
        stored = self._compression.packed(put.value)
        packed = int(stored is not put.value)
        size = taken_bytes(len(name) + len(stored) + ROW_BYTES) + INDEX_BYTES + len(name)
        size += sum(2 * len(tag) + TAG_BYTES for tag in tags)
        ends_ms = self._now_ms() + max(1, round(put.ttl_s * 1e3)) if put.ttl_s is not None else 0
        sum_ = checksum(name, stored, packed, ends_ms)
        return _Row(name, stored, packed, sum_, ends_ms, size, put.salience), tags

    def _insert(self, connection: sqlite3.Connection, row: _Row, tags: Sequence[bytes]) -> None:
        self._make_room(connection, row.size)
        added = connection.execute(
            "INSERT INTO entry(key, value, packed, checksum, ends_ms, size, salience, worth)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, self._used_s(self._time()) + row.salience * SALIENCE_S),
        ).lastrowid
        connection.executemany("INSERT INTO tag(entry, name) VALUES (?, ?)", [(added, tag) for tag in tags])

    def _make_room(self, connection: sqlite3.Connection, size: int) -> None:
        """Free enough for `size` more bytes, and some to spare: entries whose time is over first."""
        held = connection.execute("SELECT bytes FROM total").fetchone()[0]
        if held + size <= self._limit_bytes:
            return
        over = connection.execute("DELETE FROM entry WHERE ends_ms > 0 AND ends_ms <= ?", (self._now_ms(),)).rowcount
        self._counts.expired += over
        held = connection.execute("SELECT bytes FROM total").fetchone()[0]
        target = min(self._limit_bytes - size, int(self._limit_bytes * (1 - EVICTED_SHARE)))
        gone: list[tuple[int]] = []
        for number, freed in connection.execute("SELECT id, size FROM entry ORDER BY worth, id"):
            if held <= target:
                break
            held -= freed
            gone.append((number,))
        connection.executemany("DELETE FROM entry WHERE id = ?", gone)
        self._counts.evictions += len(gone)

    def _expire(self, number: int, ends_ms: int) -> None:
        with self._lock:
            self._counts.expired += 1
            self._counts.misses += 1
            self._file.ask("DELETE FROM entry WHERE id = ? AND ends_ms = ?", number, ends_ms)

    def _quarantine(self, name: bytes, reason: str) -> None:
        """Take a damaged entry out and remember its key; what it held is not kept."""
        with self._lock:
            self._counts.quarantined += 1
            self._counts.misses += 1
            self._file.change("DELETE FROM entry WHERE key = ?", name)
            self._file.ask("INSERT INTO quarantined(key, reason, at_s) VALUES (?, ?, ?)", name, reason, self._time())
            self._file.ask(
                "DELETE FROM quarantined WHERE id <= (SELECT max(id) FROM quarantined) - ?", MOST_QUARANTINED
            )
        self._tell("quarantined", f"an entry of {str(self.path)!r} was given up: {reason}")
