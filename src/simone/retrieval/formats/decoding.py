"""Bytes to text: which encoding a file is in, and how sure that is.

Not for binary formats: their readers decode themselves.
"""

from __future__ import annotations

import codecs
import re

from simone.retrieval.formats.blocks import Unreadable, printable

SAMPLE_BYTES = 256 * 1024
"""How much of a file a guess looks at, bytes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_TEXT_CODECS = re.compile(r"utf|iso|latin|cp\d|windows|ascii|mac|koi8|big5|gb|euc|shift|johab|hz|tis", re.IGNORECASE)


def marked_encoding(content: bytes) -> str:
    """The encoding that a byte order mark names, whose decoding leaves the mark out; "" where there is none."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), "")


def decode(content: bytes, *, markup: bool = False) -> tuple[str, str]:
    """The text, and "" or a remark that says which encoding was used where that was not certain.

    A byte order mark, an HTML declaration (`markup`) or valid UTF-8 is certain; everything else is a guess.

    Raises:
        Unreadable: the content is not text.
    """
    if name := marked_encoding(content):
        return _strict(content, name) or _replaced(content, name)
    head = content[:8192]
    if b"\x00" in head:
        return _wide(content, head)
    found = _strict(content, "utf-8")
    if found is None and markup and (declared := _DECLARED.search(content[:2048])):
        found = _strict(content, _known(declared.group(1).decode("ascii")))
    text, remark = found or _guessed(content)
    sample = text[:65536]
    if len(_CONTROL.findall(sample)) > 0.02 * len(sample):
        raise Unreadable("binary", "the file holds control characters, not text; remove it or convert it")
    return printable(text), remark


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return "utf-8"
    return found if _TEXT_CODECS.match(found) and found != "utf-7" else "utf-8"


def _strict(content: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return printable(content.decode(encoding)), ""
    except UnicodeError:
        return None


def _replaced(content: bytes, encoding: str) -> tuple[str, str]:
    text = content.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    return printable(text), f"read as {encoding}; {bad} undecodable places became U+FFFD; save it as UTF-8"


def _wide(content: bytes, head: bytes) -> tuple[str, str]:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 0.4 * half and others < 0.02 * half + 1:
            text, _ = _replaced(content, encoding)
            return text, f"no byte order mark; read as {encoding}, a guess; save it as UTF-8"
    raise Unreadable("binary", "the file holds NUL bytes, so it is not text; remove it or convert it")


def _guessed(content: bytes) -> tuple[str, str]:
    text, remark = _replaced(content, "utf-8")
    foreign = sum(1 for character in text[: SAMPLE_BYTES * 4] if character > "\x7f")
    if text.count("\ufffd") <= 0.1 * foreign:
        return text, remark  # UTF-8 with a few damaged bytes
    from charset_normalizer import from_bytes  # lazy: only a file that is not UTF-8 needs it

    matches = list(from_bytes(_around(content)))
    if not matches:
        if text.count("\ufffd") > 0.1 * len(text):
            raise Unreadable("binary", "the file is not text in any known encoding; remove it or convert it")
        return text, remark
    # Several code pages often fit equally well; Windows-1252 is by far the most common of them in English text.
    best = [match.encoding for match in matches if match.chaos <= matches[0].chaos]
    encoding = "cp1252" if "cp1252" in best else best[0]
    whole = _strict(content, encoding) or _replaced(content, encoding)
    return whole[0], whole[1] or f"not UTF-8; read as {encoding}, a guess; save it as UTF-8"


def _around(content: bytes) -> bytes:
    """A sample around the first byte that is not UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        start = max(0, error.start - SAMPLE_BYTES // 2)
        start = content.rfind(b"\n", 0, start) + 1 if start else 0
        return content[start : start + SAMPLE_BYTES]
    return content[:SAMPLE_BYTES]
