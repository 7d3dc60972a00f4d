"""Texts in the forms in which the gate compares them.

Not for meaning: the kernels' checks have that.
"""

from __future__ import annotations

import re
import unicodedata

from simone.memory.contract import Candidate, Memory

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STRAIGHT = str.maketrans("‘’‚‛“”„‟\u00a0", "''''\"\"\"\" ")
_SILENT = frozenset("a an the oh ah um uh hm well really very actually just so also please anyway".split())
"""Words without which a sentence says the same, most often; whether it does is not decided here."""
_PERSONAL = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves|you|your|yours|yourself)\b", re.IGNORECASE)


def normal(text: str) -> str:
    """NFC, straight quotation marks, single spaces, no full stop or exclamation mark at the end."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_STRAIGHT)
    return " ".join(plain.split()).rstrip(".! ")


def words_of(text: str) -> list[str]:
    """Words in lower case with their inner apostrophes."""
    return _WORD.findall(normal(text).lower())


def telling(text: str) -> str:
    """The words without those that say nothing, and whether it asks."""
    words = words_of(text)
    kept = [word for word in words if word not in _SILENT] or words
    return " ".join([*kept, "?"] if text.rstrip().endswith("?") else kept)


def is_personal(text: str) -> bool:
    """Whether what it says depends on who says it to whom."""
    return _PERSONAL.search(text) is not None


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return _WORD.search(text) is not None


def speakers(said: Candidate | Memory) -> tuple[str, ...]:
    """Who said it, where that changes what it says; nobody where it does not."""
    return tuple(sorted({origin.author for origin in said.origins})) if is_personal(said.text) else ()
