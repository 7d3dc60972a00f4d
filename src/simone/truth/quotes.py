"""Whether a claim stands word for word in a text as sentences of its own, and where.

Not for quotations inside a sentence: "nobody believes that X" does not state X.
"""

from __future__ import annotations

import re

_ALIKE = tuple((frozenset(group), f"[{re.escape(group)}]") for group in ('"“”„«»‟', "'‘’‚‛`´", "-‐‑‒–—−"))
_ENDS = ".!?…\n"
_TRAILING = " .!?…\"“”'‘’"


def find_quote(claim: str, text: str) -> tuple[int, int] | None:
    """Span of `text` where the claim's whole sentences stand as whole sentences; None where they do not.

    Case, white space and the shapes of quotation marks and dashes do not matter.
    """
    words = "".join(c if c.isprintable() else " " for c in claim).split()
    wanted = " ".join(words).strip(_TRAILING)
    if len(wanted) < 3 or len(wanted) > 2 * len(text):
        return None
    pattern = re.compile(r"\s+".join("".join(map(_likeness, word)) for word in wanted.split()), re.IGNORECASE)
    for match in pattern.finditer(text):
        start, end = match.span()
        if _starts_sentence(text, start) and _ends_sentence(text, end):
            while end < len(text) and text[end] in ".!…":
                end += 1
            return start, end
    return None


def _likeness(character: str) -> str:
    return next((pattern for group, pattern in _ALIKE if character in group), None) or re.escape(character)


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 40) : start].rstrip(" \t*_#>-•")
    return not before or before[-1] in _ENDS or (before[-1] in '"”' and before[-2:-1] != "" and before[-2] in _ENDS)


def _ends_sentence(text: str, end: int) -> bool:
    rest = text[end : end + 40].lstrip(" \t*_")
    if not rest or rest[0] in "!…\n":
        return True
    if rest[0] != ".":
        return False
    following = rest[1:].lstrip('"”’)] \t')
    return not rest[1:2].isalnum() and (not following or not following[0].islower())
