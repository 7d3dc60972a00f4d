"""Finds bare URLs, host names and e-mail addresses in running text.

Not for marked-up links. A host name without a scheme counts only with a well-known ending, because file names
(main.py) and method calls (node.js) look the same; an address of four numbers only with a scheme or a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec


class Bare(msgspec.Struct, frozen=True):
    """text[start:end] as found, and the target it stands for (with the scheme it implies)."""

    start: int
    end: int
    target: str


_GENERIC = (
    "com|org|net|edu|gov|mil|int|biz|info|name|pro|aero|coop|museum|asia|cat|jobs|mobi|tel|travel|post|xxx|app|dev|"
    "рф|укр|中国|한국"
)
"""Endings sure enough to stand without a scheme.

Source: RFC 920 and ICANN's additions of 2000, 2003 and later as commonly met; two letters are countries (ISO 3166).
"""
_FILE_ENDINGS = (
    "py|md|rs|sh|pl|pm|cc|so|ps|tf|ml|mk|cs|hs|kt|vb|js|ts|go|rb|db|in|id|is|it|no|be|am|my|me|to|do|as|at|us"
)
"""Country endings that are as often a file, an attribute or a word; they need "www." or a path."""
_LETTER = r"(?:[^\W_]|[^\x00-\x7f\s\u2000-\u200c\u200e-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff65])"
_HOST_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|-){{0,61}}{_LETTER})?"
_HOST = rf"(?:{_HOST_LABEL}\.)*{_HOST_LABEL}"
_STOP = r"(?![\w@]|[.:-]\w)"
_PORT = r"(?::(?P<port>\d{1,5})(?!\d))?"
_URL = re.compile(
    rf"(?<![A-Za-z0-9_])(?:https?|ftp)://(?:[^\s/?#<>@\[\]()\"'｜]{{1,256}}@)?(?:{_HOST}|\[[0-9A-Fa-f:.]+\]){_PORT}{_STOP}",
    re.IGNORECASE,
)
_FUZZY = re.compile(
    rf"(?<![\w@./:$#%&=+~-])(?://)?(?:{_HOST_LABEL}\.)+(?P<ending>{_GENERIC}|[a-z]{{2}}){_PORT}(?![\w@(]|[.:-]\w)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.@/:-])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!/)|(?=[/:]))){4}(?P<port>:\d{2,5})?(?=/)")
_ATOM = r"(?:[\w!#$%&'*+/=?^`{|}~-]{1,64}|\"[^\"\s]{1,62}\")"
"""A piece of the part before "@", which has 64 octets at most (RFC 5321, section 4.5.3.1.1); the bound also keeps
hostile text from taking quadratic time."""
_MAIL = re.compile(
    rf"(?<![\w.@])(?:(?P<scheme>mailto:){_ATOM}(?:\.{_ATOM})*@(?:{_HOST_LABEL}\.)*{_HOST_LABEL}"
    rf"|[^\W_](?:\.?(?:[\w!#$%&*+=?^~-]|\"[^\"\s]{{1,62}}\")){{0,63}}@(?:{_HOST_LABEL}\.)+[a-z]{{2,24}})(?![\w@-])",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[/?#][^\s<>｜\x00-\x1f\x7f]*")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def find_bare(text: str) -> tuple[Bare, ...]:
    """Bare links by place; none overlaps another, the earlier and then the longer wins."""
    found = sorted(_candidates(text), key=lambda bare: (bare.start, -bare.end))
    kept: list[Bare] = []
    for bare in found:
        if not kept or bare.start >= kept[-1].end:
            kept.append(bare)
    return tuple(kept)


def _candidates(text: str) -> Iterator[Bare]:
    for found in _MAIL.finditer(text):
        words = found.group()
        yield Bare(found.start(), found.end(), words if found["scheme"] else f"mailto:{words}")
    for found in _URL.finditer(text):
        end = _with_tail(text, found.end())
        if _is_port(found["port"]):
            yield Bare(found.start(), end, text[found.start() : end])
    for found in _FUZZY.finditer(text):
        ending = found["ending"].lower()
        sure = len(ending) > 2 or not re.fullmatch(_FILE_ENDINGS, ending) or "www." in found.group().lower()
        end = _with_tail(text, found.end())
        if _is_port(found["port"]) and (sure or end > found.end()):
            yield Bare(found.start(), end, "http://" + text[found.start() : end].removeprefix("//"))
    for found in _ADDRESS.finditer(text):
        end = _with_tail(text, found.end())
        yield Bare(found.start(), end, "http://" + text[found.start() : end])


def _is_port(port: str | None) -> bool:
    return port is None or int(port) <= 65535


def _with_tail(text: str, start: int) -> int:
    """Where the path, query and fragment after `start` end: before an unpaired closing bracket or final punctuation."""
    found = _TAIL.match(text, start)
    if found is None:
        return start
    end, open_brackets = found.end(), []
    for at in range(start, end):
        letter = text[at]
        if letter in _PAIRS.values():
            open_brackets.append(letter)
        elif letter in _PAIRS:
            if not open_brackets or open_brackets.pop() != _PAIRS[letter]:
                end = at
                break
        elif letter == '"' and text.count('"', start, end) % 2:
            end = at
            break
    while end > start and (
        text[end - 1] in ".,;:!?*`" or (text[end - 1] in "'’”" and text.count(text[end - 1], start, end) % 2)
    ):
        end -= 1
    return start if end == start + 1 and text[start] in "?#" else end
