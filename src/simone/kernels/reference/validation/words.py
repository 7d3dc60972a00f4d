"""Words of a text with their offsets and stems, so that two texts can be compared word by word.

Not for sentences (the kernels split those) and not for grammar (`reading` does that).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from simone.kernels.reference.validation.lexicon import DIRECTIONS, FUNCTION, IRREGULAR, OPPOSITES, SYNONYMS
from simone.kernels.reference.validation.tokens import remembering

_TOKEN = re.compile(
    r"(?i:n[’']t)\b|[’'](?:s|re|ve|ll|d|m)\b"  # clitics
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|%)?"
    r"|[^\W\d_]\.(?:[^\W\d_]\.)+"  # U.S.
    r"|[^\W_]+?(?=n[’']t\b)|[^\W_]+|[^\w\s]"
)
_VOWEL = re.compile(r"[aeiouy]")


class Word(NamedTuple):
    """One token: offsets into its text, lower case with straight apostrophes, and stem."""

    start: int
    end: int
    lower: str
    stem: str

    @property
    def is_word(self) -> bool:
        """Whether it is more than punctuation."""
        return self.lower[0].isalnum() or self.lower[0] == "'"


@remembering(64)
def find_words(text: str) -> tuple[Word, ...]:
    """Tokens of a text in order, punctuation included; what stands before an "n't" is written out ("wo" is "will")."""
    found = [_word(*match.span(), match.group()) for match in _TOKEN.finditer(text)]
    for i in range(1, len(found)):
        if found[i].lower == "n't" and found[i - 1].lower in SHORTENED:
            start, end, lower, _ = found[i - 1]
            found[i - 1] = _word(start, end, SHORTENED[lower])
    return tuple(found)


def _word(start: int, end: int, written: str) -> Word:
    lower = written.lower().replace("’", "'")
    return Word(start, end, lower, stem(lower))


SHORTENED = {"ca": "can", "wo": "will", "sha": "shall"}


def is_content(word: Word) -> bool:
    """Whether a word carries meaning of its own: not punctuation and not a function word."""
    return word.lower[0].isalnum() and word.lower not in FUNCTION


@remembering(4096)
def stems_of(text: str) -> frozenset[str]:
    """Stems of the content words."""
    return frozenset([w.stem for w in find_words(text) if is_content(w)])


@lru_cache(maxsize=65536)
def stem(lower: str) -> str:
    """Inflection removed: forms of one word share a stem, which need not be a word ("making", "make" -> "mak")."""
    base = IRREGULAR.get(lower, lower)
    if base == lower and len(lower) > 3:
        base = _strip(lower)
    if len(base) > 3 and base.endswith("e"):
        base = base[:-1]
    if len(base) > 3 and base.endswith("y") and base[-2] not in "aeiou":
        base = base[:-1] + "i"
    return base


def _strip(lower: str) -> str:
    if lower.endswith("ies") and len(lower) > 4:
        return lower[:-3] + "y"
    if lower.endswith("ied") and len(lower) > 4:
        return lower[:-3] + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zes")):
        return lower[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return lower[:-1]
    for ending in ("ing", "ed"):
        root = lower[: -len(ending)]
        if lower.endswith(ending) and len(root) > 2 and _VOWEL.search(root) and not lower.endswith("eed"):
            doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root
    return lower


_DENYING = frozenset(("un", "in", "im", "dis", "ir", "non", "mis"))


def _by_stem(pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((stem(a), stem(b)) for a, b in pairs)


_SAME = _by_stem(SYNONYMS)
_OPPOSED = _by_stem(OPPOSITES)
_DIRECTED = _by_stem(DIRECTIONS)


@lru_cache(maxsize=32768)
def is_same(a: str, b: str) -> bool:
    """Whether two stems are equal, listed synonyms, or one is the other's adverb ("annual", "annually")."""
    if a == b or (a, b) in _SAME:
        return True
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return (
        len(short) > 3
        and long.startswith(short[:-1])
        and long in (short + "li", short[:-1] + "li", short + "ward", short + "al")
    )


def is_direction(a: str, b: str) -> bool:
    """Whether two stems point opposite ways (rise, fall)."""
    return (a, b) in _DIRECTED


@lru_cache(maxsize=32768)
def is_opposite(a: str, b: str) -> bool:
    """Whether two stems exclude each other: listed opposites, directions, or one is the other with un-, in-, dis-."""
    if (a, b) in _OPPOSED or (a, b) in _DIRECTED:
        return True
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in _DENYING
