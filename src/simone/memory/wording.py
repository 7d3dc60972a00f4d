"""Texts in the forms in which the gate compares them.

Not for meaning: the kernels' checks have that.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from simone.memory.contract import Candidate, Memory
from simone.memory.openings import openings

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STRAIGHT = str.maketrans("‘’‚‛“”„‟\u00a0", "''''\"\"\"\" ")
_CONDITIONS = frozenset(("if", "when"))
_PLACING = _CONDITIONS | frozenset(
    "at by can earlier for from in may now of on one or other our then to too with".split()
)
"""Words of `phatic` with which a time, a place or a condition begins."""
_SILENT = frozenset("a an the oh ah um uh hm really very actually just so also please anyway".split())
"""Words without which a sentence says the same, most often; whether it does is not decided here."""
_PERSONAL = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves|you|your|yours|yourself)\b")
_OPENING = re.compile(r"([^,:;.!?]{1,60}),\s+(?=\S)")
_SHORT = re.compile(r"\b[^\W_]+'[^\W_]+|\b(?:gonna|wanna|cannot)\b", re.IGNORECASE)
_WHOLE = {
    "cannot": "can not",
    "can't": "can not",
    "can'not": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "gonna": "going to",
    "wanna": "want to",
    "i'm": "i am",
    **{f"{word}'s": f"{word} is" for word in "it that there here he she what who where how".split()},
}
_ENDINGS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will"}
"""The short forms and what they stand for most often; "it's been" comes out wrong, but always in the same way."""


@lru_cache(maxsize=1024)
def opened(text: str) -> str:
    """The normal form without phatic words at its front and contractions opened, beginning with a capital."""
    plain = normal(text)
    while (found := _OPENING.match(plain)) and is_phatic(found[1]) and says_something(plain[found.end() :]):
        plain = plain[found.end() :]
    plain = in_full(plain)
    return plain[:1].upper() + plain[1:]


def in_full(text: str) -> str:
    """The text with contractions opened: "I'm" is "I am"."""
    plain = text if text.isascii() else text.translate(_STRAIGHT)
    return _SHORT.sub(_in_full, plain) if "'" in plain or "nna" in plain or "cannot" in plain else plain


def is_phatic(opening: str) -> bool:
    """Whether words before a comma say nothing: "well", "as far as I remember"; "at one" and "if I can" do."""
    said = opening.lower()
    words = said.split()
    lists = openings()
    if not lists.phatic.issuperset(words):
        return False
    return (
        words[0] not in _PLACING
        or said in lists.idioms
        or (words[0] not in _CONDITIONS and not lists.recalling.isdisjoint(words))
    )


def says_something(text: str) -> bool:
    """Whether it is more than a word or a name: it has two words, and one behind the first begins without a capital."""
    return any(word[0].islower() or word[0].isdigit() for word in text.split()[1:])


def _in_full(found: re.Match[str]) -> str:
    short = found.group()
    lower = short.lower()
    if whole := _WHOLE.get(lower):
        return short[0] + whole[1:]
    for ending, into in _ENDINGS.items():
        if lower.endswith(ending):
            return short[: -len(ending)] + into
    return short


def normal(text: str) -> str:
    """NFC, straight quotation marks, single spaces, no full stop or exclamation mark at the end."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_STRAIGHT)
    return " ".join(plain.split()).rstrip(".! ")


def words_of(text: str) -> list[str]:
    """Words in lower case with their inner apostrophes."""
    return _WORD.findall(normal(text).lower())


def telling(text: str) -> str:
    """The words without those that say nothing, and whether it asks."""
    words = words_of(opened(text))
    kept = [word for word, behind in pairwise([*words, ""]) if word not in _SILENT or _is_some(word, behind)] or words
    return " ".join([*kept, "?"] if text.rstrip().endswith("?") else kept)


def _is_some(word: str, behind: str) -> bool:
    """Whether it makes some of hardly any: "a few", "a little"."""
    return word == "a" and behind in ("few", "little")


def is_personal(text: str) -> bool:
    """Whether what it says depends on who says it to whom."""
    return _PERSONAL.search(text.lower()) is not None


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return _WORD.search(text) is not None


def speakers(said: Candidate | Memory) -> tuple[str, ...]:
    """Who said it, without case, where that changes what it says; nobody where it does not."""
    return tuple(sorted({origin.author.casefold() for origin in said.origins})) if _tells_of_people(said.text) else ()


@lru_cache(maxsize=1024)
def _tells_of_people(text: str) -> bool:
    return is_personal(text) and is_personal(opened(text))  # "you know, …" says nothing of you
