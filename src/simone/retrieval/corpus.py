"""The corpus: documents, sentences, passages, word search and stored vectors of one SQLite file.

Not for judging or fusing what is found: `search` ranks passages, `encoder` makes the vectors kept here.

Thread-safe: one connection behind a lock. What is read comes from one snapshot of the live documents, rebuilt when this
or another process has changed them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import TracebackType

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.clock import digest
from simone.errors import BadArray, MissingSource, StoreError
from simone.records import Passage
from simone.retrieval.editions import (
    MIGRATIONS,
    ORDINAL_BITS,
    LiveFile,
    live_files,
    load_cut,
    load_terms,
    load_text,
)
from simone.retrieval.formats.blocks import BlockKind
from simone.retrieval.ingest import IngestReport, Progress, ingest
from simone.retrieval.lexical import LexicalIndex
from simone.retrieval.sentences import HASH_BYTES, KINDS, plain, section_paths, text_hash
from simone.settings import RetrievalSettings
from simone.storage import connect, transaction

DIMENSIONS = 384
"""Width of a stored vector."""
TEXT_CACHE_CHARACTERS = 64_000_000
"""Texts kept unpacked for passages, characters."""


class DocumentRecord(msgspec.Struct, frozen=True):
    """A live document. `path` is relative to its source folder, `id` a digest of `path`, `kind` its format."""

    id: str
    path: str
    title: str
    version: int
    content_hash: str
    characters: int
    kind: str


class SentenceTable(msgspec.Struct, frozen=True):
    """Every live sentence, by document path, then start; all arrays (n,) and read-only.

    `ids` int64; `document` int64 into documents(); `start`, `end` int64 code points; `kind` uint8 into KINDS; `section`
    int64 into `titles`, headings joined by " > ", "" where there is none.
    """

    ids: NDArray[np.int64]
    document: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.uint8]
    section: NDArray[np.int64]
    titles: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def kind_of(self, index: int) -> BlockKind:
        """What the sentence at this index is part of."""
        return KINDS[int(self.kind[index])]


class _Snapshot(msgspec.Struct):
    """What one state of the corpus holds; parts are filled when first asked for."""

    state: tuple[int, int]
    files: list[LiveFile]
    documents: tuple[DocumentRecord, ...]
    version: str
    places: dict[str, int]
    table: SentenceTable | None = None
    hashes: bytes = b""
    first: dict[int, int] = {}
    index: LexicalIndex | None = None
    vectors: dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}
    rows: dict[str, dict[bytes, int]] = {}
    texts: dict[int, str] = {}


class Corpus:
    """One corpus file. Open it with `Corpus.open`; close it, or use it in a `with` statement."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._writes = 0
        self._held: _Snapshot | None = None

    @classmethod
    def open(cls, path: Path, *, durable: bool = True) -> Corpus:
        """Open or create the corpus file at `path`.

        Raises:
            StoreError: the file cannot be opened, is no database, or belongs to a newer program.
        """
        return cls(connect(path, MIGRATIONS, durable=durable), path)

    def close(self) -> None:
        """Close the file; the corpus is not used afterwards."""
        with self._lock:
            self._held = None
            self._connection.close()

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ── filling it ──────────────────────────────────────────────────────────────────────────────

    def ingest(
        self,
        sources: Sequence[Path],
        settings: RetrievalSettings,
        *,
        threads: int = 2,
        on_progress: Progress | None = None,
    ) -> IngestReport:
        """Bring the corpus to what the sources hold now: new and changed files in, files gone from them retired.

        Files of other sources stay as they are. A file that can no longer be read is retired and reported.

        Raises:
            MissingSource: a source does not exist, or none holds anything readable; then nothing was retired.
            StoreError: the corpus file refused a write; whole documents written before stay.
        """
        with self._reading() as connection:
            live = live_files(connection)
        try:
            report = ingest(self._connection, self._lock, live, sources, settings, threads, on_progress)
        finally:
            with self._lock:
                self._writes += 1
        return msgspec.structs.replace(report, documents=len(self.documents()), sentences=len(self.sentences()))

    # ── documents ───────────────────────────────────────────────────────────────────────────────

    @property
    def version(self) -> str:
        """Digest over live paths, content hashes and readers: equal content, equal version, whatever the history."""
        return self._snapshot().version

    def documents(self) -> tuple[DocumentRecord, ...]:
        """Live documents, by path."""
        return self._snapshot().documents

    def text(self, document: str) -> str:
        """The text of a live document, which all offsets refer to.

        Raises:
            MissingSource: no live document has that path.
        """
        with self._lock:
            held = self._snapshot()
            if document not in held.places:
                raise MissingSource(
                    f"no live document {document!r} among {len(held.places)}; ingest it or correct its path"
                )
            return self._text(held, held.places[document])

    # ── sentences ───────────────────────────────────────────────────────────────────────────────

    def sentences(self) -> SentenceTable:
        """Every live sentence; kept until the corpus changes."""
        with self._lock:
            return self._table(self._snapshot())

    def passage(self, sentence_id: int, window: int) -> Passage:
        """The sentence with up to `window` sentences on each side, never crossing a section or a document.

        Raises:
            MissingSource: the sentence is not live (its document changed, was retired, or never had it).
        """
        with self._lock:
            held = self._snapshot()
            table = self._table(held)
            index = self._index(held, table, sentence_id)
            place = int(table.document[index])
            first = last = index
            while first > 0 and index - first < window and table.section[first - 1] == table.section[index]:
                first -= 1
            while last + 1 < len(table) and last - index < window and table.section[last + 1] == table.section[index]:
                last += 1
            start, end = int(table.start[first]), int(table.end[last])
            record = held.documents[place]
            return Passage(
                document=record.path,
                document_id=record.id,
                version=record.version,
                start=start,
                end=end,
                text=self._text(held, place)[start:end],
                focus=(int(table.start[index]), int(table.end[index])),
                section=table.titles[int(table.section[index])],
                kind=table.kind_of(index),
            )

    def lexical(self, query: str, k: int, among: NDArray[np.int64] | None = None) -> list[tuple[int, float]]:
        """The k best sentences by BM25 -> (sentence id, score), best first, ties in sentence order.

        No word of the query in the corpus gives []. Any text is a valid query. `among` (n,) are the ids of
        the sentences to look at, all where it is None.
        """
        with self._lock:
            held = self._snapshot()
            table = self._table(held)
            if held.index is None:
                terms = [load_terms(self._connection, file.edition) for file in held.files]
                held.index = LexicalIndex([own for own, _ in terms], [titles for _, titles in terms], table.section)
            positions, scores = held.index.search(query, k, None if among is None else np.isin(table.ids, among))
            return list(zip(table.ids[positions].tolist(), scores.tolist(), strict=True))

    # ── vectors ─────────────────────────────────────────────────────────────────────────────────

    def missing_vectors(self, encoder: str) -> list[tuple[int, str]]:
        """Live sentences (id, plain text) that still need a vector of this encoder, in sentence order.

        Equal texts share one vector, so each text is listed once.
        """
        with self._lock:
            held = self._snapshot()
            table = self._table(held)
            stored = set(_split(b"".join(hashes for hashes, _ in self._stored(encoder, "x''"))))
            found: list[tuple[int, str]] = []
            text, place = "", -1
            for index in range(len(table)):
                key = held.hashes[index * HASH_BYTES : (index + 1) * HASH_BYTES]
                if key in stored:
                    continue
                stored.add(key)
                if table.document[index] != place:
                    place = int(table.document[index])
                    text = self._text(held, place)
                found.append((int(table.ids[index]), plain(text[table.start[index] : table.end[index]])))
            return found

    def put_vectors(self, encoder: str, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors (n, 384) float32 of live sentences, in one transaction; equal texts share the first kept.

        Raises:
            BadArray: the vectors have another shape, or hold NaN or infinities.
            MissingSource: a sentence is not live.
        """
        values = np.ascontiguousarray(vectors, dtype="<f4")
        if values.shape != (len(ids), DIMENSIONS) or not np.isfinite(values).all():
            raise BadArray(
                f"vectors of {len(ids)} sentences must be finite ({len(ids)}, {DIMENSIONS}) float32, not {values.shape}"
            )
        with self._lock:
            held = self._snapshot()
            table = self._table(held)
            starts = [HASH_BYTES * self._index(held, table, number) for number in ids]
            keys = [held.hashes[start : start + HASH_BYTES] for start in starts]
            with transaction(self._connection) as connection:
                connection.execute("INSERT OR IGNORE INTO encoder(name) VALUES (?)", (encoder,))
                number = connection.execute("SELECT id FROM encoder WHERE name = ?", (encoder,)).fetchone()[0]
                connection.execute(
                    "INSERT INTO vector(encoder, hashes, matrix) VALUES (?, ?, ?)",
                    (number, b"".join(keys), values.tobytes()),
                )
            held.vectors.pop(encoder, None)

    def keep_vectors_of(self, encoder: str) -> None:
        """Let go of the vectors that other encoders made: of weights or versions that are no longer in use.

        Raises:
            StoreError: the corpus refused the write.
        """
        with self._lock:
            others = self._connection.execute("SELECT id FROM encoder WHERE name <> ?", (encoder,)).fetchall()
            if not others:
                return
            with transaction(self._connection) as connection:
                connection.executemany("DELETE FROM vector WHERE encoder = ?", others)
                connection.executemany("DELETE FROM encoder WHERE id = ?", others)

    def vectors(self, encoder: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Stored vectors of live sentences, in sentence order -> ids (n,), matrix (n, 384), both read-only."""
        with self._lock:
            held = self._snapshot()
            table = self._table(held)
            if encoder not in held.vectors:
                batches = self._stored(encoder, "matrix")
                place: dict[bytes, int] = {}
                for row, key in enumerate(_split(b"".join([hashes for hashes, _ in batches]))):
                    place.setdefault(key, row)
                matrix = np.frombuffer(b"".join([rows for _, rows in batches]), "<f4").reshape(-1, DIMENSIONS)
                taken = np.array([place.get(key, -1) for key in _split(held.hashes)], np.int64)
                kept = taken >= 0
                held.vectors[encoder] = table.ids[kept], matrix[taken[kept]]
                held.rows[encoder] = {}
                for array in held.vectors[encoder]:
                    array.flags.writeable = False
            return held.vectors[encoder]

    def known_vector(self, encoder: str, text: str) -> NDArray[np.float32] | None:
        """The stored vector (384,) float32 of a live sentence whose plain text is `text`; None where there is none."""
        with self._lock:
            ids, matrix = self.vectors(encoder)
            held = self._snapshot()
            rows = held.rows[encoder]
            if not rows and len(ids):
                known = np.isin(self._table(held).ids, ids)
                keys = (key for key, kept in zip(_split(held.hashes), known.tolist(), strict=True) if kept)
                for row, key in enumerate(keys):
                    rows.setdefault(key, row)
            row = rows.get(text_hash(text), -1)
            return matrix[row] if row >= 0 else None

    def _stored(self, encoder: str, column: str) -> list[tuple[bytes, bytes]]:
        with self._reading() as connection:
            return connection.execute(
                f"SELECT hashes, {column} FROM vector JOIN encoder ON encoder.id = vector.encoder "
                "WHERE encoder.name = ? ORDER BY vector.id",
                (encoder,),
            ).fetchall()

    # ── the snapshot ────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise StoreError(f"{str(self.path)!r} cannot be read: {error}; restore it or ingest anew") from error

    def _snapshot(self) -> _Snapshot:
        with self._reading() as connection:
            state = (int(connection.execute("PRAGMA data_version").fetchone()[0]), self._writes)
            if self._held is None or self._held.state != state:
                self._held = _opened(state, live_files(connection), self._held)
            return self._held

    def _table(self, held: _Snapshot) -> SentenceTable:
        if held.table is not None:
            return held.table
        columns: list[tuple[NDArray[np.int64], ...]] = [(np.empty(0, np.int64),) * 5]
        kinds: list[NDArray[np.uint8]] = [np.empty(0, np.uint8)]
        hashes: list[bytes] = []
        titles: list[str] = []
        count = 0
        with self._reading() as connection:
            for place, file in enumerate(held.files):
                cut, keys = load_cut(connection, file.edition)
                size = len(cut.starts)
                held.first[file.edition] = count
                ids = np.arange(size, dtype=np.int64) + (file.edition << ORDINAL_BITS)
                spans = (cut.starts.astype(np.int64), cut.ends.astype(np.int64))
                columns.append((ids, np.full(size, place), *spans, cut.inside.astype(np.int64) + len(titles)))
                kinds.append(cut.kinds)
                hashes.append(keys)
                titles += section_paths(cut.sections)
                count += size
        ids, document, start, end, section = (np.concatenate(column) for column in zip(*columns, strict=True))
        held.hashes = b"".join(hashes)
        held.table = SentenceTable(ids, document, start, end, np.concatenate(kinds), section, tuple(titles))
        for column in (ids, document, start, end, section, held.table.kind):
            column.flags.writeable = False
        return held.table

    def _index(self, held: _Snapshot, table: SentenceTable, sentence_id: int) -> int:
        edition, ordinal = sentence_id >> ORDINAL_BITS, sentence_id & ((1 << ORDINAL_BITS) - 1)
        index = held.first.get(edition, len(table)) + ordinal
        if index >= len(table) or int(table.ids[index]) != sentence_id:
            raise MissingSource(f"sentence {sentence_id} is not live in {str(self.path)!r}; search again")
        return index

    def _text(self, held: _Snapshot, place: int) -> str:
        if place not in held.texts:
            with self._reading() as connection:
                text = load_text(connection, held.files[place].edition)
            while held.texts and sum(map(len, held.texts.values())) + len(text) > TEXT_CACHE_CHARACTERS:
                held.texts.pop(next(iter(held.texts)))
            held.texts[place] = text
        return held.texts[place]


def _split(hashes: bytes) -> Iterator[bytes]:
    return (hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))


def _opened(state: tuple[int, int], files: list[LiveFile], before: _Snapshot | None) -> _Snapshot:
    if before and [(file.edition, file.root) for file in files] == [(file.edition, file.root) for file in before.files]:
        before.state = state
        before.vectors = {}  # another process may have added some
        return before
    named = sorted(zip(shown_paths(files), files, strict=True), key=lambda pair: pair[0])
    documents = tuple(
        DocumentRecord(
            id=digest(path.encode("utf-8"))[:16],
            path=path,
            title=file.title,
            version=file.version,
            content_hash=file.content_hash,
            characters=file.characters,
            kind=file.kind,
        )
        for path, file in named
    )
    version = digest(*(f"{path}\0{file.content_hash}\0{file.reader}".encode() for path, file in named))
    places = {path: place for place, (path, _) in enumerate(named)}
    return _Snapshot(state, [file for _, file in named], documents, version, places)


def shown_paths(files: Sequence[LiveFile]) -> list[str]:
    """The path users see: relative to the source folder; where two agree, with enough of the folder to tell them apart.

    Depends on the live files only, not on the order in which they came.
    """
    shown = [PurePath(file.path).relative_to(file.root).as_posix() for file in files]
    depth = 0
    while len(set(shown)) < len(shown):
        depth += 1
        seen = Counter(shown)
        for place, file in enumerate(files):
            if seen[shown[place]] > 1:
                own = len(PurePath(file.path).relative_to(file.root).parts)
                shown[place] = "/".join(PurePath(file.path).parts[-own - depth :]).replace("//", "/")
    return shown
