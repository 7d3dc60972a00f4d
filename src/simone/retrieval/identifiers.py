"""Identifiers that a question names ("PEP 572", "CVE-2024-1234", "§ 12", "version 3.1"), and which names bear them.

Not for numbers that count or measure: an identifier matters only where a document or a section is named by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from simone.retrieval.lexical import STOP_WORDS

_TOKEN = re.compile(r"§|[^\W\d_]+|\d+(?:st|nd|rd|th)(?![^\W_])|\d+(?:\.\d+)*")
_NUMBER = r"\d+(?:\.\d+)*"
_NAMED = re.compile(rf"(§|(?<![^\W\d_])[^\W\d_]+)[\s_#:/.-]{{0,2}}({_NUMBER}(?:[-:/]{_NUMBER})*)")
_PARTS = frozenset("§ section sections chapter article clause rule paragraph part appendix step".split())
_VERSIONS = frozenset("v version versions release ver".split())


class Identifier(msgspec.Struct, frozen=True):
    """What a name has to hold (`forms`) to bear it; that of a part may also begin with its number alone (`openings`).

    Both are as `folded` writes them.
    """

    forms: tuple[str, ...]
    openings: tuple[str, ...] = ()
    digits: str = ""

    def is_borne_by(self, name: str) -> bool:
        """Whether the name holds the identifier whole: "PEP 57" is not in "pep-0572"."""
        if self.digits not in name:
            return False
        words = f" {folded(name)} "
        return any(f" {form} " in words for form in self.forms)

    def numbers(self, name: str) -> bool:
        """Whether the name begins with the number of the part that is meant, as "12. Fees" does with that of "§ 12"."""
        return self.digits in name and f"{folded(name)} ".startswith(tuple(f"{one} " for one in self.openings))

    def opens(self, text: str) -> bool:
        """Whether the text begins with it, as "PEP: 572" does."""
        return self.digits in text and f"{folded(text)} ".startswith(tuple(f"{form} " for form in self.forms))


def folded(text: str) -> str:
    """Words and numbers of a text, case-folded, without leading zeros, a space between: "pep-0572" is "pep 572"."""
    tokens = _TOKEN.findall(text.casefold())
    return " ".join(token.lstrip("0") or "0" if token.isdecimal() else token for token in tokens)


def renamed(question: str, name: str, borne: Collection[Identifier]) -> str:
    """The question with a name in the place of the identifiers that something bears: they are like whatever bears
    others of the kind."""

    def put(found: re.Match[str]) -> str:
        return f" {name} " if _identifier(*found.groups()) in borne else found[0]

    return " ".join(_NAMED.sub(put, question).split())


def identifiers_of(question: str) -> tuple[Identifier, ...]:
    """The identifiers that a question names, each once, in its order."""
    found: dict[Identifier, None] = {}
    for label, number in _NAMED.findall(question):
        one = _identifier(label, number)
        if one is not None:
            found[one] = None
    return tuple(found)


def _identifier(label: str, number: str) -> Identifier | None:
    digits = max(re.findall(r"\d+", number), key=len).lstrip("0") or "0"
    label, number = label.casefold(), folded(number)
    if label in _PARTS:
        labels = ("§", "section") if label in ("§", "section", "sections") else (label,)
        return Identifier(tuple(f"{each} {number}" for each in labels), (number,), digits)
    if label in _VERSIONS:
        alone = (number,) if "." in number else ()
        return Identifier((*(f"{each} {number}" for each in ("v", "version", "release")), *alone), (), digits)
    if label in STOP_WORDS:
        return Identifier((number,), (), digits) if "." in number else None
    return Identifier((f"{label} {number}",), (), digits)
