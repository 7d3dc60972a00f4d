"""Where the value of a code stands in a statement: a password, a key, what is quoted or made of letters and digits.

Not for whether a value is right, and not for values of which the case says nothing: of a code it does, "Blue" is no
"blue" there.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAMED = re.compile(
    r"\b(?:pass(?:word|phrase|code|key)|pin|code|key|token|secret)\b(?: (?:of|for|to|on|at|in) [^:=]{1,60}?)?"
    r"(?: (?:is|=)|:) (?:now |still )?(?P<value>[^ ].*)",
    re.IGNORECASE,
)
_MIXED = re.compile(r" (?:is|=) (?:now |still )?(?P<value>(?=\S*\d)(?=\S*[^\W\d_])[^\s@]+)$", re.IGNORECASE)
_QUOTED = re.compile(r" (?:is|=) (?:now |still )?(?P<value>[\"“'‘][^\"“”]+[\"”'’])$", re.IGNORECASE)
MARKS = "\"“”'‘’«»"
"""Quotation marks, which belong to no code."""


@lru_cache(maxsize=256)
def find_code(text: str) -> tuple[int, int] | None:
    """Where the code stands that the text tells of something, without quotation marks and full stop; None if it tells
    none."""
    end = len(text.rstrip(".! "))
    if text[:end].lower().endswith(" now"):
        end -= len(" now")
    found = _NAMED.search(text, 0, end) or _MIXED.search(text, 0, end) or _QUOTED.search(text, 0, end)
    if found is None:
        return None
    start, end = found.span("value")
    start += len(found["value"]) - len(found["value"].lstrip(MARKS))
    return start, max(start, start + len(text[start:end].rstrip(MARKS)))
