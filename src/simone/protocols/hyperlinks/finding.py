"""Finds links and citations in plain text, Markdown, reStructuredText and HTML, with their places.

Not for judging them. Code (fenced or between backticks) and HTML comments are skipped: what stands there is shown,
not linked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import chain
from typing import Literal

import msgspec

from simone.protocols.hyperlinks.bare import find_bare

Form = Literal["markdown", "definition", "reference", "footnote", "html", "autolink", "bare", "citation"]


class Found(msgspec.Struct, frozen=True):
    """One link as written: text[start:end], what it points at, and the words shown ("": itself)."""

    start: int
    end: int
    form: Form
    target: str
    label: str = ""


_CODE = re.compile(
    r"^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*\n.*?(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<tick>`+)(?!`)[^`\n]{1,2000}(?P=tick)(?![`_])|<!--.*?(?:-->|\Z)",
    re.MULTILINE | re.DOTALL,
)
_LABEL = r"\[(?P<label>(?:[^\[\]\n\\]|\\.|\[[^\[\]\n]*\]|\n(?!\s*\n)){0,500})\]"
_INLINE = re.compile(
    rf"!?{_LABEL}\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<target>(?:[^\s()<>]|\((?:[^\s()]|\([^\s()]*\))*\))*))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_DEFINITION = re.compile(
    r"^[ ]{0,3}\[(?P<key>(?!\^)[^\[\]\n]{1,200})\]:[ \t]*\n?[ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<target>[^\s<]\S*))",
    re.MULTILINE,
)
_FOOTNOTE_DEFINITION = re.compile(
    r"^[ ]{0,3}\[\^(?P<key>[^\]\s]{1,100})\]:|^\.\. \[(?P<rst>#?[\w.:+-]{1,100}|\*)\][ \t]", re.MULTILINE
)
_FOOTNOTE = re.compile(r"\[\^(?P<key>[^\]\s]{1,100})\](?!:)|(?<!\.\. )\[(?P<rst>#?[\w.:+-]{1,100})\]_\b")
_REFERENCE = re.compile(rf"!?{_LABEL}\[(?P<key>[^\[\]\n]{{0,200}})\]")
_SHORTCUT = re.compile(r"(?<![\]\w!])\[(?P<key>(?!\^)[^\[\]\n]{1,200})\](?![\[(:_])")
_RST = re.compile(r"`(?P<label>[^`<\n]{0,300}(?:\n[^`<\n]{0,300})?)<(?P<target>[^`<>\s]+(?<!_))>`__?")
_AUTOLINK = re.compile(
    r"<(?P<target>[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]+|[^\s<>@\"'=]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,})>"
)
_ANCHOR_TAG = re.compile(r"<a\b(?P<attributes>[^<>]*)>(?P<label>.*?)</a\s*>", re.IGNORECASE | re.DOTALL)
_OTHER_TAG = re.compile(r"<(?:img|link|iframe|script|source|area|form|embed)\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_TARGET = re.compile(
    r"(?<![\w-])(?:href|src|action)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))", re.I
)
_NUMBERS = re.compile(r"(?<![\w\]!\\])\[(?P<numbers>\d{1,3}(?:\s*[,;–-]\s*\d{1,3}){0,9})\](?![\[(:_])")
_SERIES = re.compile(r"\b(?P<series>PEP|EIP|ERC|RFC|ISO|BIP|BCP|STD)(?:[ \u00a0]|-| #)(?P<number>\d{1,5})\b")
_NOT_A_NAME = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|"
    r"Aug|Sept?|Oct|Nov|Dec|Spring|Summer|Autumn|Fall|Winter|In|Since|By|From|Until|After|Before|During|The|Around|Circa|"
    r"Early|Late|Mid|On|At|Version|Copyright|Year|Between|About|Q[1-4])\b)"
)
_NAME = rf"{_NOT_A_NAME}[A-Z][\w'’-]+"
_AUTHOR_YEAR = re.compile(
    rf"(?<![\w'’-])(?P<names>{_NAME}(?:(?:,? and |,? & |, ){_NAME}){{0,3}}(?: et al\.?)?)"
    r"(?:,? (?P<inside>(?:1[5-9]|20)\d\d[a-z]?)| \((?P<outside>(?:1[5-9]|20)\d\d[a-z]?)\))"
)
_PARENTHESES = re.compile(r"\((?:see |e\.g\.,? |cf\. )?(?P<inner>[^()]{4,200})\)")
_TAG = re.compile(r"<[^<>]*>")


def find_links(text: str) -> tuple[Found, ...]:
    """All links and citations, by place; none overlaps another."""
    taken = _Taken(text)
    definitions = {_key(found["key"]): _target(found) for found in taken.unmarked(_DEFINITION)}
    bare = (Found(one.start, one.end, "bare", one.target) for one in find_bare(text))
    candidates = chain(_written(text, taken, definitions), bare, _citations(taken))
    # INVARIANT: generators, so that what is taken by one is seen by the next.
    found = [one for one in candidates if taken.take(one.start, one.end)]
    return tuple(sorted(found, key=lambda one: one.start))


def footnote_keys(text: str) -> frozenset[str]:
    """Keys of the footnotes that the text defines, Markdown or reStructuredText."""
    return frozenset(_key(found["key"] or found["rst"]) for found in _Taken(text).unmarked(_FOOTNOTE_DEFINITION))


class _Taken:
    """Which characters already belong to code or to a link."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._flags = bytearray(len(text))
        for found in _CODE.finditer(text):
            self._mark(found.start(), found.end())

    def take(self, start: int, end: int) -> bool:
        if start >= end or any(self._flags[start:end]):
            return False
        self._mark(start, end)
        return True

    def unmarked(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for found in pattern.finditer(self._text):
            if not self._flags[found.start()] and not self._flags[found.end() - 1]:
                yield found

    def _mark(self, start: int, end: int) -> None:
        self._flags[start:end] = b"\1" * (end - start)


def _written(text: str, taken: _Taken, definitions: dict[str, str]) -> Iterator[Found]:
    for found in _ANCHOR_TAG.finditer(text):
        target = _attribute(found["attributes"])
        if target is not None:
            label = " ".join(html.unescape(_TAG.sub(" ", found["label"])).split())
            yield Found(found.start(), found.end(), "html", target, label)
    for found in _OTHER_TAG.finditer(text):
        target = _attribute(found["attributes"])
        if target is not None:
            yield Found(found.start(), found.end(), "html", target)
    for found in taken.unmarked(_INLINE):
        yield Found(found.start(), found.end(), "markdown", _target(found), " ".join(found["label"].split()))
    for found in _RST.finditer(text):  # its backticks look like code, so it is sought in the whole text
        yield Found(found.start(), found.end(), "markdown", found["target"], " ".join(found["label"].split()))
    for found in taken.unmarked(_DEFINITION):
        yield Found(found.start(), found.end(), "definition", _target(found))
    for found in taken.unmarked(_FOOTNOTE):
        yield Found(found.start(), found.end(), "footnote", _key(found["key"] or found["rst"]))
    for found in taken.unmarked(_REFERENCE):
        key = _key(found["key"] or found["label"])
        if key in definitions or found["key"]:
            form: Form = "markdown" if key in definitions else "reference"
            yield Found(found.start(), found.end(), form, definitions.get(key, key), " ".join(found["label"].split()))
    for found in taken.unmarked(_SHORTCUT):
        if _key(found["key"]) in definitions:
            yield Found(found.start(), found.end(), "markdown", definitions[_key(found["key"])], found["key"])
    for found in taken.unmarked(_AUTOLINK):
        yield Found(found.start(), found.end(), "autolink", found["target"])


def _citations(taken: _Taken) -> Iterator[Found]:
    for found in taken.unmarked(_NUMBERS):
        yield Found(found.start(), found.end(), "citation", found.group())
    for found in taken.unmarked(_SERIES):
        yield Found(found.start(), found.end(), "citation", f"{found['series']} {int(found['number'])}")
    for outer in taken.unmarked(_PARENTHESES):
        for found in _AUTHOR_YEAR.finditer(outer["inner"]):
            if found["inside"]:
                start = outer.start("inner") + found.start()
                yield Found(start, start + len(found.group()), "citation", f"{found['names']} {found['inside']}")
    for found in taken.unmarked(_AUTHOR_YEAR):
        if found["outside"]:
            yield Found(found.start(), found.end(), "citation", f"{found['names']} {found['outside']}")


def _attribute(attributes: str) -> str | None:
    found = _TARGET.search(attributes)
    if found is None:
        return None
    return html.unescape(next(value for value in found.group("double", "single", "bare") if value is not None)).strip()


def _target(found: re.Match[str]) -> str:
    angle = found["angle"]
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", angle if angle is not None else found["target"])


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
