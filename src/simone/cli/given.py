"""The text that a command is given: a file, standard input or the argument itself, and how it was read.

Not for sources: `retrieval` reads those.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from simone.cli.streams import hear
from simone.errors import BadRequest

_PAGE = re.compile(r"\ufeff?\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_TEXTS = (".md", ".txt", ".html", ".htm", ".rst")


class Given(NamedTuple):
    """A text with the name it is shown under; `remark` says what was read where that is not all that was given."""

    name: str
    text: str
    remark: str = ""


def given_text(argument: str) -> Given:
    """What an argument stands for: "-" standard input, else the file of that name, else itself.

    Raises:
        BadRequest: it is a folder, one word or a path that is no file, or a file that is no text.
    """
    if argument == "-":
        return _read_as("standard input", hear("text"))
    path = Path(argument)
    try:
        is_file, is_folder = path.is_file(), bool(argument) and path.is_dir()
    except (OSError, ValueError):  # a text too long to be a path, or with a character that none may have
        is_file = is_folder = False
    if is_file:
        return text_file(path, "text")
    if is_folder:
        raise BadRequest(f"{argument!r} is a folder; name one file, and run the command once for each")
    bare = argument.strip()
    if bare and not re.search(r"\s", bare) and not _is_half(bare) and (bare.isascii() or "/" in bare):
        looks = "looks like a file" if "/" in bare or bare.endswith(_TEXTS) else "is one word, which is read as a file"
        shown = argument if len(argument) <= 200 else argument[:200] + "…"
        raise BadRequest(
            f"{shown!r} {looks}, but there is none; name an existing file, give the text itself,"
            " or '-' and the text on standard input"
        )
    return Given("Verification", argument)


def text_file(path: Path, what: str) -> Given:
    """A file's text, of an HTML page what it shows.

    Raises:
        BadRequest: it cannot be read, or is no text.
    """
    if path.suffix.lower() in (".html", ".htm"):
        return _shown_by(path.name, _bytes(path, what))
    return _read_as(path.name, decoded(path, what))


def decoded(path: Path, what: str) -> str:
    """A file's text as it stands.

    Raises:
        BadRequest: it cannot be read, or is not UTF-8.
    """
    try:
        return _bytes(path, what).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} file {str(path)!r} is not UTF-8 (byte {error.start}); convert it first") from error


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"{what} file {str(path)!r} cannot be read: {error.strerror or error}") from error


def _read_as(name: str, text: str) -> Given:
    return _shown_by(name, text.encode("utf-8", "surrogatepass")) if _PAGE.match(text) else Given(name, text)


def _shown_by(name: str, page: bytes) -> Given:
    """The text that an HTML page shows, read as the pages of sources are."""
    from simone.retrieval.formats.blocks import Unreadable
    from simone.retrieval.readers import parse

    try:
        text = parse(page, "html").text
    except Unreadable as error:
        raise BadRequest(f"the page {name!r} cannot be read: {error}") from error
    if not text.strip():
        raise BadRequest(f"the page {name!r} shows no text; name a page with text, or another file")
    remark = f"of the page {name} the {len(text):,} characters that it shows were read; offsets count in these"
    return Given(name, text, remark)


def _is_half(text: str) -> bool:
    """Whether it holds half a character, which the request refuses with a message of its own."""
    return any("\ud800" <= c <= "\udfff" for c in text)
