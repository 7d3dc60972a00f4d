"""Words with their syllables, and what readability indices count: the specification.

Not for the indices: see protocols.readability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from simone.kernels.reference.syllables import count_syllables

_WORD = re.compile(r"\d+(?:[.,:]\d+)*\w*|[^\W_]+(?:['’\-\u2010\u2011][^\W_]+)*")
LONG = 3
"""Syllables from which a word is long, count."""


class CountedWord(NamedTuple):
    """One word as written, with its span, lower-case form and syllables."""

    start: int
    end: int
    text: str
    form: str
    syllables: int


def form_of(raw: str) -> str:
    """A word in lower case, with plain apostrophes and hyphens."""
    form = raw.lower()
    if not raw.isascii():
        form = form.replace("’", "'").replace("\u2010", "-").replace("\u2011", "-")
    return form


def find_words(text: str) -> list[CountedWord]:
    """Words in order: letters and digits with inner apostrophes and hyphens; "3.5" is one word, a lone dash none."""
    words = []
    for match in _WORD.finditer(text):
        form = form_of(match.group())
        words.append(CountedWord(match.start(), match.end(), match.group(), form, count_syllables(form)))
    return words


def first_words(words: Sequence[CountedWord], sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Where the first word of each sentence that has one stands; a sentence without words is none."""
    firsts: list[int] = []
    position = 0
    for start, end in sentences:
        while position < len(words) and words[position].start < start:
            position += 1
        if position < len(words) and words[position].start < end:
            firsts.append(words[position].start)
    return firsts


def is_hard(word: CountedWord, opens: bool) -> bool:
    """Gunning's hard word: three syllables or more, not a name, not a compound, not made long by -es, -ed or -ing."""
    if word.syllables < LONG or "-" in word.form or (word.text[0].isupper() and not opens):
        return False
    for ending in ("es", "ed", "ing"):
        if word.form.endswith(ending):
            return word.syllables > LONG or count_syllables(word.form.removesuffix(ending)) == word.syllables
    return True


def statistics(text: str, sentences: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The counts of `contract.texts.TextStatistics` for one text."""
    words = find_words(text)
    firsts = first_words(words, sentences)
    openers = set(firsts)
    return (
        len(firsts),
        len(words),
        sum(word.syllables for word in words),
        sum(sum(map(str.isalnum, word.text)) for word in words),
        sum(word.syllables >= LONG for word in words),
        sum(is_hard(word, word.start in openers) for word in words),
    )
