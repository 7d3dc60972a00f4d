"""How documents lie in the corpus file: one row per file, one per edition of it, arrays as little-endian blobs.

Not for reading sources: `ingest` does; not for searching: `corpus` does.

A sentence's id is its edition's number and its position in it, so it never changes and is never used again.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import PurePath

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from simone.retrieval.lexical import Terms, terms_of
from simone.retrieval.sentences import HASH_BYTES, Cut, Section, plain, section_paths, text_hash

MIGRATIONS = (
    """
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        root TEXT NOT NULL
    );
    CREATE TABLE edition (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file INTEGER NOT NULL REFERENCES file(id),
        version INTEGER NOT NULL,
        live INTEGER NOT NULL,
        content_hash TEXT NOT NULL,
        reader INTEGER NOT NULL,
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        characters INTEGER NOT NULL,
        remark TEXT NOT NULL,
        UNIQUE (file, version)
    );
    CREATE UNIQUE INDEX edition_live ON edition(file) WHERE live;
    CREATE TABLE content (
        edition INTEGER PRIMARY KEY REFERENCES edition(id),
        sections BLOB NOT NULL,
        starts BLOB NOT NULL,
        ends BLOB NOT NULL,
        kinds BLOB NOT NULL,
        inside BLOB NOT NULL,
        hashes BLOB NOT NULL,
        words BLOB NOT NULL,
        tokens BLOB NOT NULL,
        lengths BLOB NOT NULL,
        title_words BLOB NOT NULL,
        title_tokens BLOB NOT NULL,
        title_lengths BLOB NOT NULL,
        text BLOB NOT NULL
    );
    CREATE TABLE encoder (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE vector (
        id INTEGER PRIMARY KEY,
        encoder INTEGER NOT NULL REFERENCES encoder(id),
        hashes BLOB NOT NULL,
        matrix BLOB NOT NULL
    );
    CREATE INDEX vector_encoder ON vector(encoder);
    """,
)

ORDINAL_BITS = 24
"""Low bits of a sentence id: its position in the edition; the rest is the edition's number."""

_DESCRIBED_AT_ONCE = 4096


class Prepared(msgspec.Struct, frozen=True):
    """A file read and cut, ready to be written. `hashes` holds HASH_BYTES per sentence."""

    path: str
    root: str
    content_hash: str
    reader: int
    state: str
    kind: str
    title: str
    text: str
    remark: str
    cut: Cut
    hashes: bytes
    terms: Terms
    title_terms: Terms


class LiveFile(msgspec.Struct, frozen=True):
    """The live edition of a file, without its content. `version` counts the file's editions from 1."""

    edition: int
    path: str
    root: str
    version: int
    content_hash: str
    reader: int
    state: str
    kind: str
    title: str
    characters: int
    remark: str


def describe(text: str, cut: Cut, title: str) -> tuple[bytes, Terms, Terms]:
    """Hashes of the sentences, their terms, and the terms of each section's headings with the document's title."""
    hashes = bytearray()

    def sentences() -> Iterable[str]:
        for first in range(0, len(cut.starts), _DESCRIBED_AT_ONCE):
            spans = slice(first, first + _DESCRIBED_AT_ONCE)
            for start, end in zip(cut.starts[spans].tolist(), cut.ends[spans].tolist(), strict=True):
                sentence = plain(text[start:end])
                hashes.extend(text_hash(sentence))
                yield sentence

    terms = terms_of(sentences())
    return bytes(hashes), terms, terms_of(f"{title} {path}" for path in section_paths(cut.sections))


def live_files(connection: sqlite3.Connection) -> list[LiveFile]:
    """The live edition of every file, by path."""
    rows = connection.execute(
        "SELECT edition.id, path, root, version, content_hash, reader, state, kind, title, characters, remark "
        "FROM edition JOIN file ON file.id = edition.file WHERE live ORDER BY path"
    )
    return [LiveFile(*row) for row in rows]


def write(connection: sqlite3.Connection, new: Prepared) -> str:
    """Make `new` the live edition of its file, inside the caller's transaction -> "added", "changed" or "unchanged".

    Compares with what is live now, since another process may have written since `new` was read.
    """
    known = connection.execute("SELECT id, root FROM file WHERE path = ?", (new.path,)).fetchone()
    if known is None:
        file = connection.execute("INSERT INTO file(path, root) VALUES (?, ?)", (new.path, new.root)).lastrowid
    else:
        file = known[0]
        connection.execute("UPDATE file SET root = ? WHERE id = ?", (outermost(known[1], new.root), file))
    live = connection.execute("SELECT content_hash, reader FROM edition WHERE file = ? AND live", (file,)).fetchone()
    if live == (new.content_hash, new.reader):
        return "unchanged"
    connection.execute("UPDATE edition SET live = 0 WHERE file = ? AND live", (file,))
    last = connection.execute("SELECT coalesce(max(version), 0) FROM edition WHERE file = ?", (file,)).fetchone()[0]
    edition = connection.execute(
        "INSERT INTO edition(file, version, live, content_hash, reader, state, kind, title, characters, remark) "
        "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(file, last + 1, new.content_hash, new.reader, new.state, new.kind, new.title),
            *(len(new.text), new.remark),
        ),
    ).lastrowid
    connection.execute(f"INSERT INTO content VALUES ({', '.join('?' * 14)})", (edition, *_packed(new)))
    return "added" if live is None else "changed"


def outermost(first: str, second: str) -> str:
    """Of two folders that hold the same file, the outer one."""
    return min(first, second, key=lambda folder: (len(PurePath(folder).parts), folder))


def touch(connection: sqlite3.Connection, edition: int, state: str, root: str) -> None:
    """Note a file's new state although its content is what it was, and the outermost folder it was found from."""
    connection.execute("UPDATE edition SET state = ? WHERE id = ?", (state, edition))
    connection.execute("UPDATE file SET root = ? WHERE id = (SELECT file FROM edition WHERE id = ?)", (root, edition))


def retire(connection: sqlite3.Connection, editions: Iterable[int]) -> int:
    """Withdraw editions that are still live; they stay in the file. Returns how many were."""
    rows = [(edition,) for edition in editions]
    return connection.executemany("UPDATE edition SET live = 0 WHERE id = ? AND live", rows).rowcount if rows else 0


def _packed(new: Prepared) -> tuple[bytes, ...]:
    cut, terms, titles = new.cut, new.terms, new.title_terms
    return (
        msgspec.msgpack.encode(cut.sections),
        *(_bytes(cut.starts, "<i4"), _bytes(cut.ends, "<i4"), _bytes(cut.kinds, "u1"), _bytes(cut.inside, "<i4")),
        new.hashes,
        *(_words(terms), _bytes(terms.tokens, "<i4"), _bytes(terms.lengths, "<i4")),
        *(_words(titles), _bytes(titles.tokens, "<i4"), _bytes(titles.lengths, "<i4")),
        zlib.compress(new.text.encode("utf-8"), 1),
    )


def _words(terms: Terms) -> bytes:
    return zlib.compress("\n".join(terms.vocabulary).encode("utf-8"), 1)


def _bytes(values: NDArray[np.generic], dtype: DTypeLike) -> bytes:
    return values.astype(dtype).tobytes()


def load_text(connection: sqlite3.Connection, edition: int) -> str:
    """The text of an edition."""
    row = connection.execute("SELECT text FROM content WHERE edition = ?", (edition,)).fetchone()
    return zlib.decompress(row[0]).decode("utf-8")


def load_cut(connection: sqlite3.Connection, edition: int) -> tuple[Cut, bytes]:
    """Sentences, sections and sentence hashes of an edition."""
    row = connection.execute(
        "SELECT starts, ends, kinds, inside, sections, hashes FROM content WHERE edition = ?", (edition,)
    ).fetchone()
    starts, ends, kinds, inside = (
        np.frombuffer(blob, dtype) for blob, dtype in zip(row, ("<i4", "<i4", "u1", "<i4"), strict=False)
    )
    sections = msgspec.msgpack.decode(row[4], type=tuple[Section, ...])
    assert len(row[5]) == HASH_BYTES * len(starts)
    return Cut(starts, ends, kinds, inside, sections), row[5]


def load_terms(connection: sqlite3.Connection, edition: int) -> tuple[Terms, Terms]:
    """Terms of the sentences and of the sections of an edition."""
    row = connection.execute(
        "SELECT words, tokens, lengths, title_words, title_tokens, title_lengths FROM content WHERE edition = ?",
        (edition,),
    ).fetchone()
    return _terms(*row[:3]), _terms(*row[3:])


def _terms(words: bytes, tokens: bytes, lengths: bytes) -> Terms:
    listed = zlib.decompress(words).decode("utf-8")
    return Terms(
        tuple(listed.split("\n")) if listed else (), np.frombuffer(tokens, "<i4"), np.frombuffer(lengths, "<i4")
    )
