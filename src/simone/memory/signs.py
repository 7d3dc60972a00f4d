"""What a text says beside its words: signs, capitals inside a sentence, and a "just" that is an "only".

Not for the words themselves: `wording` compares those, and to it "A+" is "A-", "C" is "C++", "x < 5" is "x > 5".

Marks that only hold words together or apart are no signs: quotation marks, commas, full stops, exclamation and question
marks, brackets, colons behind words, dashes between words, the mark of a list at the front. Any other character is a
sign, and so are these inside a word ("example.org", "9:30"), as a minus, and as a face.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))
_BEFORE = frozenset("\"'«»‹›`´([{¿¡")
_BEHIND = frozenset("\"'«»‹›`´)]},.;:!?…。，")
_HOLDING = re.compile(r"-+|[:;]|[\"'«»‹›`´()\[\]{},.!?…。，¿¡]+")
"""What stands alone between spaces and says nothing."""
_FACE = re.compile(r"[:;=]['-]?[()\[\]/|]")
_QUOTED = re.compile(r"(?<![^\s(\[])\"([^\"]*)\"")
_LISTING = frozenset("-*•·–")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SELECTORS = range(0xFE00, 0xFE10)
_UNSTRESSED = frozenset(
    "i we you he she it they am is are was were be been have has had will would can could do does did not".split()
)
"""Words behind which "just" says hardly anything ("I just love it")."""
_COUNTING = frozenset("a an the my your his her its our their this that one two three four five six".split())

Sign = tuple[str, str]
"""A sign with the letters or digits before it, in lower case."""


@lru_cache(maxsize=1024)
def signs(text: str) -> tuple[Sign, ...]:
    """The signs of a text in normal form, in its order."""
    chunks = _plain(text).split()
    if chunks and chunks[0] in _LISTING:
        del chunks[0]
    found: list[Sign] = []
    before = ""
    for chunk, behind in zip(chunks, [*chunks[1:], ""], strict=True):
        if any(map(str.isalnum, chunk)):
            found += _attached(chunk, before)
            before = _run_before(chunk, max(at for at, c in enumerate(chunk, start=1) if c.isalnum()))
        elif not _HOLDING.fullmatch(chunk) or (chunk == "-" and behind[:1].isdigit()):
            found.append((before, chunk))
    return tuple(found)


def is_written_alike(one: str, other: str) -> bool:
    """Whether two sentences of the same words have the same signs and capitals, and the same "just" for "only".

    The first word may have a capital or not, and so may "I".
    """
    if signs(one) != signs(other) or _limits(one) != _limits(other):
        return False
    ours, theirs = _forms(one), _forms(other)
    return all(written & theirs[word] for word, written in ours.items() if word in theirs)


def _plain(text: str) -> str:
    """Every dash as one, without quotation marks in pairs and without characters that cannot be seen."""
    plain = text
    if not text.isascii():
        plain = text.translate(_DASHES)
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf" and ord(c) not in _SELECTORS)
    return _QUOTED.sub(r" \1 ", plain) if '"' in plain else plain


def _attached(chunk: str, before: str) -> Iterator[Sign]:
    """The signs of what stands between two spaces and has a letter or digit."""
    inside = [at for at, c in enumerate(chunk) if c.isalnum()]
    for at, c in enumerate(chunk):
        if c.isalnum():
            continue
        if at < inside[0]:
            is_sign = c not in _BEFORE
        elif at < inside[-1]:
            is_sign = not _joins(chunk, at)
        else:
            is_sign = c not in _BEHIND or (c in "'\"" and chunk[at - 1].isdigit() and chunk[0] not in _BEFORE)
        if is_sign:
            yield before if at < inside[0] else _run_before(chunk, at), c
    if face := _FACE.search(chunk, inside[-1] + 1):
        yield _run_before(chunk, face.start()), face.group()


def _run_before(chunk: str, at: int) -> str:
    start = at
    while start and chunk[start - 1].isalnum():
        start -= 1
    return chunk[start:at].lower()


def _joins(chunk: str, at: int) -> bool:
    """Whether a mark inside a word says nothing: an apostrophe, a hyphen beside a letter, a bracket or comma."""
    mark, before, behind = chunk[at], chunk[at - 1], chunk[at + 1]
    if mark == "'":
        return True
    if mark == "-":
        return before.isalpha() or behind.isalpha() or "-" in (before, behind)
    return mark in _BEFORE or (mark in _BEHIND and mark not in ".:;?" and not behind.isdigit())


def _limits(text: str) -> int:
    """How often "just" stands where it means "only": at the front, before a count or an article, behind no verb."""
    words = [word.lower() for word in _WORD.findall(text)]
    pairs = zip(["", *words], words, [*words[1:], ""], strict=False)
    return sum(
        word == "just" and (before not in _UNSTRESSED or behind in _COUNTING or behind[:1].isdigit())
        for before, word, behind in pairs
    )


def _forms(text: str) -> dict[str, set[str]]:
    """For each word in lower case how it is written; the first one with a capital and without."""
    forms: dict[str, set[str]] = {}
    for place, word in enumerate(_WORD.findall(text)):
        written = forms.setdefault(word.lower(), set())
        written.add(word)
        if place == 0 or word in ("I", "i"):
            written.update((word[0].upper() + word[1:], word[0].lower() + word[1:]))
    return forms
