"""Words, digit runs and signs of a text with their offsets, and the little English morphology that counting needs.

Not for model vocabularies: the encoder has its own tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

T = TypeVar("T")
REMEMBERED_CHARACTERS = 20_000
"""A longer text is not worth the memory of its answer."""
# Possessive quantifiers keep the scan linear on any input.
_TOKEN = re.compile(r"[^\W\d_]++(?:['’][^\W\d_]++)?+|[0-9]++|\S")


def remembering(count: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Keep the last `count` answers of a pure function of a text, for texts up to REMEMBERED_CHARACTERS."""

    def wrap(function: Callable[[str], T]) -> Callable[[str], T]:
        recent = lru_cache(maxsize=count)(function)

        @wraps(function)
        def answer(text: str) -> T:
            return recent(text) if len(text) <= REMEMBERED_CHARACTERS else function(text)

        return answer

    return wrap


def word_list(table: str) -> list[str]:
    """The words of a table written as plain text."""
    return table.split()


class Tokens(NamedTuple):
    """Parallel lists: token `i` is `words[i]`, in lower case `lows[i]`, and begins at `starts[i]` of `text`."""

    text: str
    words: list[str]
    lows: list[str]
    starts: list[int]

    def end(self, index: int) -> int:
        """Offset just after token `index`."""
        return self.starts[index] + len(self.words[index])

    def low(self, index: int) -> str:
        """Lower case of token `index`, "" outside the text."""
        return self.lows[index] if 0 <= index < len(self.lows) else ""

    def touches(self, index: int) -> bool:
        """Whether token `index` follows its predecessor without a gap."""
        return 0 < index < len(self.words) and self.starts[index] == self.end(index - 1)

    def after(self, offset: int, index: int) -> int:
        """First token at or after `offset`, searching from token `index`."""
        while index < len(self.starts) and self.starts[index] < offset:
            index += 1
        return index


@remembering(16)
def tokenise(text: str) -> Tokens:
    """All tokens of `text` in order; white space and underscores aside, every character belongs to one token."""
    # All finders ask for the same short text in turn.
    matches = list(_TOKEN.finditer(text))
    words = [match[0] for match in matches]
    return Tokens(text, words, [word.lower() for word in words], [match.start() for match in matches])


FUNCTION_WORDS = frozenset(
    word_list(
        """a an the this that these those my your his her its our their whose which who whom what and or but nor so yet
    if then than as at by for from in into of off on onto out over per to under until up upon with within
    without about above across after against along among around before behind below beneath beside besides
    between beyond during except inside like near since through throughout toward towards via while because
    although though unless whether where when why how is am are was were be been being do does did done has
    have had having will would shall should can could may might must not no none neither either both each
    every any some all such only just also too very there here he she it they we you i me him them us
    himself herself itself themselves ourselves yourself myself however therefore thus hence instead
    meanwhile nevertheless moreover indeed perhaps maybe still ever never always often again once even much
    many more most less least few several another other same one ones now later ago respectively each apiece
    plus minus times"""
    )
)

_ADJECTIVES = frozenset(
    word_list(
        """old new young big small large little long short high low good bad great silver gold golden early late own
    first last next previous further additional extra different separate distinct similar various main major
    minor full whole entire single double local national international public private free federal foreign
    total annual daily weekly monthly yearly big black white red green blue human more other consecutive
    successive straight equal individual brave heavy light fine rich poor true false open closed"""
    )
)

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "geese": "goose", "oxen": "ox", "lives": "life", "wives": "wife", "knives": "knife",
    "halves": "half", "leaves": "leaf", "wolves": "wolf", "shelves": "shelf", "loaves": "loaf", "thieves": "thief",
    "calves": "calf", "movies": "movie", "cookies": "cookie", "buses": "bus", "gases": "gas", "viruses": "virus",
    "shoes": "shoe", "toes": "toe", "criteria": "criterion", "phenomena": "phenomenon", "data": "datum",
    "indices": "index", "matrices": "matrix", "vertices": "vertex", "analyses": "analysis", "crises": "crisis",
    "theses": "thesis", "hypotheses": "hypothesis", "bases": "base", "axes": "axis", "series": "series",
    "species": "species", "sheep": "sheep", "fish": "fish", "aircraft": "aircraft", "deer": "deer", "cattle": "cattle",
    "campuses": "campus", "statuses": "status", "bonuses": "bonus", "choruses": "chorus", "police": "police",
}  # fmt: skip
_NOT_PLURAL = frozenset(
    word_list("was has does his its this as is us thus always perhaps yes plus versus news less across")
)


def is_plural(low: str) -> bool:
    """Whether a lower-case word has the form of an English plural noun."""
    if low in _IRREGULAR:
        return True
    return len(low) > 3 and low[-1] == "s" and low[-2] not in "suí'’" and low[-2:] != "is" and low not in _NOT_PLURAL


def singular(low: str) -> str:
    """The singular of a lower-case plural, other words unchanged."""
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if low.endswith("women") or (low.endswith("men") and len(low) > 5):
        return low[:-2] + "an"
    if not is_plural(low):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y" if len(low) > 4 else low[:-1]
    if low.endswith(("sses", "shes", "ches", "xes", "zzes")) or (low.endswith("oes") and len(low) > 5):
        return low[:-2]
    return low[:-1]


def counted_noun(tokens: Tokens, index: int) -> str:
    """The lower-case singular head of what is counted by a number that ends before token `index`; "" if unknown.

    The first plural within five words, else the first word that is neither a common adjective nor a verb form.
    """
    if tokens.low(index) == "-" and tokens.touches(index) and tokens.touches(index + 1):
        low = tokens.low(index + 1)
        return singular(low) if low.isalpha() else ""
    if tokens.low(index) == "of":
        index += 1
        while tokens.low(index) in {"the", "its", "his", "her", "their", "our", "all", "these", "those", "my", "your"}:
            index += 1
    fallback = ""
    for position in range(index, min(index + 5, len(tokens.lows))):
        low = tokens.lows[position]
        if low[0] == "-" and fallback:
            continue
        if not low[0].isalpha() or (low in FUNCTION_WORDS and low not in _ADJECTIVES):
            break
        if is_plural(low):
            while is_plural(tokens.low(position + 1)):
                position += 1
            return singular(tokens.lows[position])
        if not fallback and low not in _ADJECTIVES and not low.endswith(("ed", "ing", "ly")):
            fallback = low
    return fallback
