"""Opens a source file safely and reads it with the module of its format.

Not for deciding which files to read: `ingest` walks the folders.
"""

from __future__ import annotations

import os
import stat
from io import FileIO
from pathlib import Path

from simone.retrieval.formats import decoding, markdown, pdf, plain, restructured, web, word
from simone.retrieval.formats.blocks import Reading, Unreadable

READER_VERSION = 3
"""Raised whenever the same bytes would be read, cut or stemmed differently, so that documents are read again."""

KINDS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
"""Suffix, lower-cased -> format."""

_PIECE = 1 << 20
_ATTEMPTS = 3


def kind_of(path: Path) -> str:
    """The format of a file by its suffix, or ""."""
    return KINDS.get(path.suffix.lower(), "")


def load(path: Path, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file and its state, taken together: the state did not change while it was read.

    Raises:
        Unreadable: the file cannot be opened, is not a regular file, is too large or keeps changing.
    """
    for _ in range(_ATTEMPTS):
        try:
            # Without O_NONBLOCK a pipe with nobody at the other end would hold the reader for ever.
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
        except (OSError, ValueError) as error:
            raise Unreadable("unreadable", f"cannot be opened: {error}; check the path and permissions") from error
        with os.fdopen(handle, "rb", buffering=0) as file:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise Unreadable("unreadable", "is not a regular file; name a file or a folder of files")
            content = _content(file, max_bytes)
            after = os.fstat(handle)
        if same_state(before) == same_state(after) and len(content) == after.st_size:
            return content, after
    raise Unreadable("unreadable", f"changed while it was read, {_ATTEMPTS} times; ingest it when it is at rest")


def _content(file: FileIO, max_bytes: int) -> bytes:
    parts = bytearray()
    try:
        while piece := file.read(_PIECE):
            parts += piece
            if len(parts) > max_bytes:
                raise Unreadable(
                    "huge", f"is larger than {max_bytes} bytes; raise retrieval.max_file_bytes or split it"
                )
    except OSError as error:
        raise Unreadable("unreadable", f"cannot be read: {error}; check the file and its disk") from error
    return bytes(parts)


def same_state(state: os.stat_result) -> str:
    """Equal for two states of a file only if nothing was written to it in between (within the clock's resolution)."""
    return f"{state.st_dev}:{state.st_ino}:{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}"


def parse(content: bytes, kind: str) -> Reading:
    """Text, title and blocks of a file of that kind.

    Raises:
        Unreadable: nothing can be read from it; the rule says why.
    """
    if not content.strip(b" \t\r\n\f\x00"):
        raise Unreadable("empty", "holds nothing; remove it or fill it")
    if kind == "pdf":
        return pdf.read(content)
    if kind == "docx":
        return word.read(content)
    text, remark = decoding.decode(content, markup=kind == "html")
    if not text.strip("\ufeff \t\r\n\f\v"):
        raise Unreadable("empty", "holds only white space; remove it or fill it")
    if kind == "html":
        page = web.read(text)
        return Reading(page.text, page.title, page.blocks, remark)
    if kind == "md":
        return Reading(text, markdown.title(text), markdown.blocks(text), remark)
    if kind == "rst":
        return Reading(text, restructured.title(text), restructured.blocks(text), remark)
    return Reading(text, "", plain.blocks(text), remark)
