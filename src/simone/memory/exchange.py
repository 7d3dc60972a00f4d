"""A store's memories as lines of JSON, to carry them from one store to another and to keep them elsewhere.

Not for deciding what is let in: what is read back was let in once, and is restored as it was.

The first line names the format and its version, the last counts what stands between and holds its SHA-256, so that a
file that was cut off is known. Between them stand memories in the order they were added, then links by the moment they
were recorded, then uses, then vectors. The same memories give the same bytes, whichever store held them.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from simone.errors import BadRequest, StoreError
from simone.memory.contract import Filter, Link, Memory, Store, Use, Vectors, Writing
from simone.memory.keying import keys_to_keep
from simone.memory.moments import instant, moment
from simone.memory.remembering import memory_id

FORMAT = "simone-memory"
VERSION = 1
EVERYTHING = Filter(tenant="", current=False)
"""Of every tenant, closed ones too."""
_PAGE = 1000
_MOST_USES = 1_000_000_000
"""More often no memory was recalled."""


class _Head(msgspec.Struct, frozen=True, tag="head", tag_field="line", forbid_unknown_fields=True):
    format: str
    version: int


class _Memory(msgspec.Struct, frozen=True, tag="memory", tag_field="line", forbid_unknown_fields=True):
    memory: Memory


class _Link(msgspec.Struct, frozen=True, tag="link", tag_field="line", forbid_unknown_fields=True):
    link: Link


class _Use(msgspec.Struct, frozen=True, tag="use", tag_field="line", forbid_unknown_fields=True):
    memory: str
    count: int
    last_at: str


class _Vector(msgspec.Struct, frozen=True, tag="vector", tag_field="line", forbid_unknown_fields=True):
    """`row` is base64 of little-endian float32."""

    memory: str
    encoder: str
    row: str


class _End(msgspec.Struct, frozen=True, tag="end", tag_field="line", forbid_unknown_fields=True):
    memories: int
    links: int
    uses: int
    vectors: int
    sha256: str


class _Tally:
    """What is counted and digested on the way, whether lines are written or read."""

    def __init__(self) -> None:
        self._counts: dict[type, int] = dict.fromkeys((_Memory, _Link, _Use, _Vector), 0)
        self._state = hashlib.sha256()

    def take(self, line: _Line, written: bytes) -> None:
        """Another line, with its line break."""
        self._state.update(written)
        if type(line) in self._counts:
            self._counts[type(line)] += 1

    def end(self) -> _End:
        """The last line."""
        memories, links, uses, vectors = self._counts.values()
        return _End(memories, links, uses, vectors, self._state.hexdigest())


_Line = _Head | _Memory | _Link | _Use | _Vector | _End
_decoder = msgspec.json.Decoder(_Line)
_encode = msgspec.json.Encoder().encode


class Carried(msgspec.Struct, frozen=True):
    """How many of each a file holds; `known` of its memories were in the store already."""

    memories: int
    links: int
    uses: int
    vectors: int
    known: int = 0


def exported(store: Store, which: Filter = EVERYTHING, encoders: Sequence[str] = ()) -> Iterator[bytes]:
    """The lines, each with its line break. Links go along where both their memories do, vectors of `encoders` only.

    A store that is written to meanwhile is not stopped: what is added later may be missing.

    Raises:
        BadRequest: a moment of the filter is none, or the store forgot a memory while it was read: start anew.
        StoreError: the store cannot be read.
    """
    tally = _Tally()
    for line in chain([_Head(FORMAT, VERSION)], _contents(store, which, encoders)):
        written = _encode(line) + b"\n"
        tally.take(line, written)
        yield written
    yield _encode(tally.end()) + b"\n"


def export_file(store: Store, path: Path, which: Filter = EVERYTHING, encoders: Sequence[str] = ()) -> Carried:
    """Write the lines to `path`, which is replaced only when all of them are there; a pipe or a device is written to.

    Raises:
        BadRequest: as `exported`.
        StoreError: the store cannot be read, or the file cannot be written.
    """
    line = b""
    try:
        with _written_whole(path) as file:
            for line in exported(store, which, encoders):
                file.write(line)
    except OSError as error:
        raise StoreError(f"memories cannot be written to {str(path)!r}: {error}; the file is as it was") from error
    end = _decoder.decode(line)
    assert isinstance(end, _End)
    return Carried(end.memories, end.links, end.uses, end.vectors)


def import_lines(
    store: Store, lines: Iterable[bytes] | BinaryIO, tell: Callable[[int], None] = lambda _: None
) -> Carried:
    """Restore what the lines hold, whole or not at all; a second time changes nothing. `tell` learns how many are done.

    Memories keep their ids and moments. A link that the file says was undone is undone; uses are brought up to what the
    file says, never down.

    Raises:
        BadRequest: a line cannot be, says its number and why; nothing was kept.
        StoreError: the store refused; nothing was kept.
    """
    reader = _Reader(store)
    with store.writing() as writing:
        for number, line in enumerate(lines, start=1):
            reader.take(writing, number, line)
            if number % _PAGE == 0:
                tell(number)
        return reader.end(writing)


@contextmanager
def _written_whole(path: Path) -> Iterator[BinaryIO]:
    """What is written to takes the place of `path` when the block ends; what is no regular file is written to itself.

    Raises:
        OSError: it cannot be written.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    place = path.resolve()
    beside = place.with_name(f".{place.name}.part")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def _contents(store: Store, which: Filter, encoders: Sequence[str]) -> Iterator[_Line]:
    ids: list[str] = []
    for memory in _pages(store, which):
        ids.append(memory.id)
        yield _Memory(memory)
    places = {identity: place for place, identity in enumerate(ids)}
    links: list[Link] = []
    for page in _chunks(ids):
        asked = set(page)
        links.extend(link for link in store.links(page) if link.memory in asked and link.other in places)
    links.sort(key=lambda link: (link.recorded_at, places[link.memory]))  # stable: what one page held keeps its order
    yield from map(_Link, links)
    for page in _chunks(ids):
        uses = store.uses(page)
        yield from (_Use(one, uses[one].count, uses[one].last_at) for one in page if one in uses)
    for encoder in dict.fromkeys(encoders):
        for page in _chunks(ids):
            vectors = store.vectors(encoder, page)
            for one, row in zip(vectors.ids, vectors.rows, strict=True):
                yield _Vector(one, encoder, base64.b64encode(row.astype("<f4").tobytes()).decode())


def _pages(store: Store, which: Filter) -> Iterator[Memory]:
    after = ""
    while page := store.select(which, _PAGE, after):
        yield from page
        after = page[-1].id


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _PAGE):
        yield ids[start : start + _PAGE]


class _Reader:
    """Takes lines in, one after another."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tally = _Tally()
        self._known = 0
        self._tenants: dict[str, str] = {}
        self._waiting: list[Memory] = []
        self._used: set[str] = set()
        self._rows: list[tuple[str, str, np.ndarray[tuple[int], np.dtype[np.float32]]]] = []
        self._end: _End | None = None
        self._number = 0

    def take(self, writing: Writing, number: int, written: bytes) -> None:
        """One line."""
        self._number = number
        try:
            line: _Line = _decoder.decode(written)
        except msgspec.MsgspecError as error:
            raise self._bad(f"it cannot be read: {error}") from error
        except RecursionError:
            raise self._bad("it cannot be read: too much of it stands within another") from None
        except UnicodeDecodeError as error:
            raise self._bad(f"it is not UTF-8: {error.reason} at byte {error.start}") from error
        if (number == 1) is not isinstance(line, _Head):
            raise self._bad("the first line, and no other, names the format; is this a file of memories?")
        if self._end is not None:
            raise self._bad("it stands behind the end of the file")
        if isinstance(line, _End):
            self._end = line
            return
        self._tally.take(line, written if written.endswith(b"\n") else written + b"\n")
        match line:
            case _Head():
                if (line.format, line.version) != (FORMAT, VERSION):
                    raise self._bad(
                        f"it says format {line.format!r} {line.version}; this program reads {FORMAT!r} {VERSION}"
                    )
            case _Memory(memory):
                self._memory(writing, memory)
            case _Link(link):
                self._link(writing, link)
            case _Use():
                self._use(writing, line)
            case _Vector():
                self._vector(writing, line)

    def end(self, writing: Writing) -> Carried:
        """Keep what waits and hold the counts against the last line."""
        self._keep(writing)
        found = self._tally.end()
        if self._end is None:
            raise BadRequest(f"the file ends behind line {self._number} without its last line; it was cut off")
        if self._end != found:
            raise BadRequest(
                f"line {self._number} counts {_told(self._end)}, found were {_told(found)}; the file was changed"
            )
        return Carried(found.memories, found.links, found.uses, found.vectors, self._known)

    def _memory(self, writing: Writing, memory: Memory) -> None:
        if memory.id in self._tenants:
            raise self._bad(f"memory {memory.id!r} stands in the file twice")
        if not memory.tenant.strip() or not memory.text.strip():
            what = "text" if memory.tenant.strip() else "tenant"
            raise self._bad(f"the {what} of memory {memory.id!r} is blank; it must say something")
        if not memory.origins:
            raise self._bad(f"memory {memory.id!r} has no origin; nothing is remembered without its source")
        self._moments(f"memory {memory.id!r}", memory, ("recorded_at", "valid_from", "valid_to"))
        if memory.valid_to and instant(memory.valid_to) < instant(memory.valid_from):
            raise self._bad(
                f"memory {memory.id!r} holds from {memory.valid_from!r} to {memory.valid_to!r}; it must not end before"
                " it begins"
            )
        least = min(origin.trust for origin in memory.origins)
        if not 0.0 <= memory.trust <= least:
            raise self._bad(
                f"memory {memory.id!r} has trust {memory.trust}, its origins at least {least}; nothing raises it"
            )
        for name, lowest in (("salience", 0.0), ("arousal", 0.0), ("valence", -1.0)):
            if not lowest <= getattr(memory, name) <= 1.0:
                raise self._bad(
                    f"{name} of memory {memory.id!r} is {getattr(memory, name)}; it must be {lowest:g} to 1"
                )
        expected = memory_id(memory, memory.recorded_at)
        if memory.id != expected:
            raise self._bad(
                f"memory {memory.id!r} holds what has the id {expected!r}; its words, tenant, origins or moment were"
                " changed"
            )
        self._tenants[memory.id] = memory.tenant
        self._waiting.append(memory)
        if len(self._waiting) >= _PAGE:
            self._keep(writing)

    def _link(self, writing: Writing, link: Link) -> None:
        self._keep(writing)
        self._moments(f"link {link.id!r}", link, ("recorded_at", "valid_to", "undone_at"))
        for end in (link.memory, link.other):
            if end not in self._tenants:
                raise self._bad(f"link {link.id!r} names memory {end!r}, which the file does not hold before it")
        if link.memory == link.other or self._tenants[link.memory] != self._tenants[link.other]:
            raise self._bad(
                f"link {link.id!r} is between {link.memory!r} and {link.other!r}; needed: two memories of one tenant"
            )
        if link.undone_at and instant(link.undone_at) < instant(link.recorded_at):
            raise self._bad(
                f"link {link.id!r} was recorded at {link.recorded_at!r} and undone at {link.undone_at!r}; it must not"
                " end before it begins"
            )
        kept = writing.link(link)
        if _ends(kept) != _ends(link):
            raise self._bad(
                f"link {link.id!r} is {_ends(link)!r}, but the link of that id which is kept already is"
                f" {_ends(kept)!r}; it is another one, export it anew from where it was made"
            )
        if link.undone_at:
            writing.undo(link.id, link.undone_at)

    def _use(self, writing: Writing, use: _Use) -> None:
        self._keep(writing)
        if use.memory not in self._tenants or use.memory in self._used or not 1 <= use.count <= _MOST_USES:
            raise self._bad(
                f"uses of memory {use.memory!r}: {use.count}; needed: one line for a memory of the file,"
                f" 1 to {_MOST_USES:,}"
            )
        try:
            last_at = moment(use.last_at, "last_at")
        except BadRequest as error:
            raise self._bad(f"uses of memory {use.memory!r}: {error}") from error
        if not last_at:
            raise self._bad(f"uses of memory {use.memory!r}: last_at is empty; it must say when it was last recalled")
        self._used.add(use.memory)
        present = self._store.uses((use.memory,)).get(use.memory, Use(0, ""))
        if missing := max(0, use.count - present.count):
            writing.use((use.memory,), last_at, missing)

    def _vector(self, writing: Writing, vector: _Vector) -> None:
        if vector.memory not in self._tenants:
            raise self._bad(f"a vector of memory {vector.memory!r}, which the file does not hold before it")
        try:
            row = np.frombuffer(base64.b64decode(vector.row, validate=True), "<f4").astype(np.float32)
        except ValueError as error:
            raise self._bad(f"the vector of memory {vector.memory!r} cannot be read: {error}") from error
        if len(row) == 0 or not np.isfinite(row).all():
            raise self._bad(f"the vector of memory {vector.memory!r} is empty or not finite")
        same = self._rows and (self._rows[0][1], len(self._rows[0][2])) == (vector.encoder, len(row))
        if self._rows and (not same or len(self._rows) >= _PAGE):
            self._keep(writing)
        self._rows.append((vector.memory, vector.encoder, row))

    def _moments(self, what: str, record: Memory | Link, names: Sequence[str]) -> None:
        """Refuse moments that are not written as stores write them; only the first may not be open."""
        for name in names:
            said = getattr(record, name)
            try:
                is_fit = moment(said, name) == said and bool(said or name != names[0])
            except BadRequest:
                is_fit = False
            if not is_fit:
                raise self._bad(f"{name} of {what} is {said!r}; it must be a date or an instant in UTC")

    def _keep(self, writing: Writing) -> None:
        """Hand on what was collected."""
        if self._waiting:
            self._known += len(self._store.get([memory.id for memory in self._waiting]))
            for memory, keys in zip(self._waiting, keys_to_keep(self._waiting), strict=True):
                writing.add(memory, keys)
            self._waiting = []
        if self._rows:
            ids, encoders, rows = zip(*self._rows, strict=True)
            writing.vectors(Vectors(encoders[0], ids, np.stack(rows)))
            self._rows = []

    def _bad(self, why: str) -> BadRequest:
        return BadRequest(f"line {self._number}: {why}; nothing of the file was kept")


def _ends(link: Link) -> tuple[str, str, str, str]:
    """Kind, memory, other and moment, in which no two links of one id may differ."""
    return link.kind, link.memory, link.other, link.recorded_at


def _told(end: _End) -> str:
    return (
        f"{end.memories} memories, {end.links} links, {end.uses} uses, {end.vectors} vectors"
        f" (sha256 {end.sha256[:12]}…)"
    )
