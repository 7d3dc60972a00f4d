"""PDF: the text of each page as paragraphs, read by pypdf; headings come from the document's own outline.

Not for scanned pages: an image holds no text to read.
"""

from __future__ import annotations

import logging
import re
import statistics
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from simone.retrieval.formats.blocks import Reading, TextBuilder, Unreadable
from simone.retrieval.formats.plain import ITEM

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_TEXT_CHARACTERS = 200_000_000
"""Extraction stops with a finding beyond this, characters: a small file can unfold into any amount of text."""

_FAILURES: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
)
_FAILURES += (RuntimeError, TypeError, ValueError, zlib.error)  # what a broken file has made pypdf raise
_BROKEN: tuple[type[Exception], ...] = (  # what a broken file can make pypdf raise, beside their own errors
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
_HYPHEN = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


def read(content: bytes) -> Reading:
    """Pages in order; lines joined into paragraphs, words split at a line's end joined.

    Raises:
        Unreadable: the file is broken, locked by a password or holds no text.
    """
    from pypdf import PdfReader  # lazy: parsers are not needed until a file of their kind is read
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks would break the progress line
    broken: tuple[type[Exception], ...] = (PyPdfError, *_BROKEN)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("unreadable", "the PDF needs a password; save it without one")
        builder = TextBuilder()
        size = 0
        headings = _outline(reader)
        for page in reader.pages:
            text = page.extract_text()
            size += len(text)
            if size > MAX_TEXT_CHARACTERS:
                raise Unreadable("huge", f"the PDF unfolds into more than {MAX_TEXT_CHARACTERS} characters")
            _page(builder, text, headings)
        named = reader.metadata.title if reader.metadata else None
    except broken as error:
        raise Unreadable("unreadable", f"the PDF cannot be read ({type(error).__name__}: {error})") from error
    if not builder.blocks:
        raise Unreadable("empty", "the PDF holds no text, perhaps only scanned images; recognise its text first")
    return Reading(builder.text(), str(named or "").strip(), builder.blocks)


def _outline(reader: PdfReader) -> dict[str, int]:
    """Titles of the outline -> level from 1."""
    found: dict[str, int] = {}
    pending: list[tuple[object, int]] = [(reader.outline, 0)]
    while pending:
        entry, level = pending.pop()
        if isinstance(entry, list):
            pending.extend((inner, level + 1) for inner in entry)
        else:
            found[_key(str(getattr(entry, "title", "")))] = level
    found.pop("", None)
    return found


def _key(title: str) -> str:
    return "".join(title.casefold().split())


def _page(builder: TextBuilder, text: str, headings: dict[str, int]) -> None:
    rows = [line.strip() for line in text.splitlines()]
    widths = [len(row) for row in rows if row]
    full = 0.75 * statistics.quantiles(widths, n=10)[-1] if len(widths) > 1 else 0.0
    paragraph: list[str] = []

    def finish() -> None:
        if paragraph:
            marker = ITEM.match(paragraph[0])
            body = _HYPHEN.sub("", "\n".join(paragraph))
            builder.add("item" if marker else "prose", body[marker.end() :] if marker else body)
            paragraph.clear()

    for row in rows:
        if not row or _key(row) in headings:
            finish()
            if row:
                builder.add("heading", row, headings[_key(row)])
            continue
        if paragraph and (ITEM.match(row) or _ends(paragraph[-1], row, full)):
            finish()
        paragraph.append(row)
    finish()


def _ends(last: str, following: str, full: float) -> bool:
    # A line well short of the page's width ends its paragraph when a sentence ends there or a capital follows.
    return len(last) < full and (last.endswith((".", "!", "?", ":", "”", '"')) or not following[:1].islower())
