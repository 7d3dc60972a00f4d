"""Word documents (.docx): paragraphs, headings, lists and table rows, read by python-docx.

Not for headers, footers, footnotes and comments: only the body is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from simone.retrieval.formats.blocks import Reading, TextBuilder, Unreadable

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

MAX_XML_BYTES, MAX_UNPACKED_BYTES = 64 * 1024 * 1024, 512 * 1024 * 1024
"""A document whose XML, or all of it with its pictures, unpacks to more is refused, bytes."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_FAILURES: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
)
_FAILURES += (RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)
_BROKEN: tuple[
    type[Exception], ...
] = (  # what a broken file can make python-docx and lxml raise, beside their own errors
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def read(content: bytes) -> Reading:
    """The body in order, inserted text in, deleted and hidden text out.

    Raises:
        Unreadable: the file is broken, is no Word document, unpacks to too much, or holds no text.
    """
    import docx  # lazy: parsers are not needed until a file of their kind is read
    from docx.opc.exceptions import OpcError

    broken: tuple[type[Exception], ...] = (OpcError, *_BROKEN)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            # A member is never unpacked beyond the size it declares, so the declared sizes bound the memory.
            sizes = {member.filename.lower(): member.file_size for member in archive.infolist()}
        markup = sum(size for name, size in sizes.items() if name.endswith((".xml", ".rels")))
        for size, most in ((markup, MAX_XML_BYTES), (sum(sizes.values()), MAX_UNPACKED_BYTES)):
            if size > most:
                raise Unreadable("huge", f"the document unpacks to {size} bytes where at most {most} are read")
        document = docx.Document(BytesIO(content))
        builder = TextBuilder()
        title = _body(document, builder)
        named = document.core_properties.title
    except broken as error:
        raise Unreadable("unreadable", f"the Word document cannot be read ({type(error).__name__}: {error})") from error
    if not builder.blocks:
        raise Unreadable("empty", "the Word document holds no text")
    return Reading(builder.text(), (named or title).strip(), builder.blocks)


def _body(document: Document, builder: TextBuilder) -> str:
    names = {style.style_id: style.name or "" for style in document.styles}
    title = ""
    for element in document.element.body:
        if element.tag == _W + "tbl":
            for row in element.iter(_W + "tr"):
                cells = [_text(cell).replace("\n", " ").strip() for cell in row.iterchildren(_W + "tc")]
                builder.add("row", " | ".join(cell for cell in cells if cell))
            continue
        for paragraph in [element] if element.tag == _W + "p" else element.iter(_W + "p"):
            properties = paragraph.find(_W + "pPr")
            style = properties.find(_W + "pStyle") if properties is not None else None
            name = names.get(style.get(_W + "val"), "") if style is not None else ""
            heading = _HEADING.match(name)
            text = _text(paragraph)
            if heading or name == "Title":
                title = title or text
                builder.add("heading", text, int(heading.group(1)) + 1 if heading else 1)
            elif name.startswith("List") or (properties is not None and properties.find(_W + "numPr") is not None):
                builder.add("item", text)
            else:
                builder.add("prose", text)
    return title


def _text(element: _Element) -> str:
    parts: list[str] = []
    pending = [element]
    while pending:
        node = pending.pop()
        if node.tag == _W + "t":
            parts.append(node.text or "")
        elif node.tag in (_W + "tab", _W + "br", _W + "cr"):
            parts.append("\n" if node.tag != _W + "tab" else "\t")
        elif node.tag == _W + "p" and parts:
            parts.append("\n")
        if node.tag in (_MC_FALLBACK, _W + "del", _W + "pPr") or node.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        pending.extend(reversed(node))
    return "".join(parts)
