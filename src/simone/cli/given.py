"""The text that a command is given: a file, standard input or the argument itself, and how it was read.

Not for sources: `retrieval` reads those.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from simone.cli.streams import hear, text_of
from simone.errors import BadRequest

_PAGE = re.compile(r"\ufeff?\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_TEXTS = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".rst", ".pdf", ".docx")
LONGEST_NAME = 300
"""Of several words that are taken for the name of a file, characters."""


class Given(NamedTuple):
    """A text with the name it is shown under; `remark` says what was read where that is not all that was given.

    `path` is the file as it was named, "" where there is none; `has_lines` whether the text has the file's own lines.
    """

    name: str
    text: str
    remark: str = ""
    path: str = ""
    has_lines: bool = False


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
        given = text_file(path, "text")
        return given._replace(path=argument, has_lines=not given.remark)
    if is_folder:
        raise BadRequest(f"{argument!r} is a folder; name one file, and run the command once for each")
    bare = argument.strip()
    is_one_word = bare and not re.search(r"\s", bare) and not _is_half(bare) and (bare.isascii() or "/" in bare)
    if is_one_word or _names_a_file(bare):
        is_path = "/" in bare or bare.lower().endswith(_TEXTS)
        looks = "looks like a file" if is_path or not is_one_word else "is one word, which is read as a file"
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
    """A file's text as it stands, without a byte order mark.

    Raises:
        BadRequest: it cannot be read, or is neither UTF-8 nor what its mark says.
    """
    return text_of(_bytes(path, what), f"{what} file {str(path)!r}")


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


def _names_a_file(words: str) -> bool:
    """Whether words that are no file look like the name of one: by an ending or a separator, and stating nothing."""
    is_ending = words.lower().endswith(_TEXTS)
    if len(words) > LONGEST_NAME or "\n" in words or not (is_ending or "/" in words or "\\" in words):
        return False
    from simone.truth.checkable import kind_of
    from simone.truth.reading import read

    try:
        folder = Path(words).parent
        if is_ending and folder != Path() and folder.is_dir():
            return True
    except (OSError, ValueError):
        return False
    return not read(words).verbs if is_ending else kind_of(words) in ("heading", "fragment")


def _is_half(text: str) -> bool:
    """Whether it holds half a character, which the request refuses with a message of its own."""
    return any("\ud800" <= c <= "\udfff" for c in text)
