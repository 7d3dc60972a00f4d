"""What a sentence says around its brackets and in them: "Lund (born 1904) was a botanist" states two things.

Not for commas and dashes: their reading is left to `reading`.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.dates import find_dates
from simone.kernels.reference.validation.tokens import remembering
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import read

LONGEST_PHRASE = 8
"""Words before a bracket that it can be about, count."""
ADDED = frozenset(stem(verb) for verb in ("is", "born", "die"))
"""Stems that a statement unfolded from brackets can have and its sentence not."""
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_PARTICIPLE = re.compile(r"(?:(?:also|formerly|originally|first|later|now|better)\s+)?(\w+)", re.IGNORECASE)
_TAKES_BACK = re.compile(
    r"\s*(?:and/or|or|if|unless|except|excluding|only|not|but|possibly|probably|perhaps|maybe|allegedly|supposedly"
    r"|reportedly|apparently|presumably|purportedly|partly|partially|nearly|almost|formerly|nominally|planned|proposed"
    r"|subject to|when|where|provided)\b",
    re.IGNORECASE,
)
"""What a bracket begins with that what stands around it does not hold without."""
_SPAN = re.compile(r"\s*(?:–|—|-{1,2}|−)\s*")


@remembering(1024)
def unfold(text: str) -> tuple[str, ...]:
    """The sentence without its brackets, then what they say of the phrase that opens it; () where it has none, or where
    one takes back what stands around it."""
    brackets = list(_BRACKET.finditer(text))
    if not brackets:
        return ()
    if any(_TAKES_BACK.match(bracket[1]) for bracket in brackets):
        return ()
    found = [_BRACKET.sub("", text)]
    first = brackets[0]
    phrase = text[: first.start()].strip(" ;,")
    if 0 < len(phrase.split()) <= LONGEST_PHRASE and not read(phrase).verbs and phrase[0].isupper():
        for part in first[1].split(";"):
            found += _said(phrase, part.strip(" ;,"))
    return tuple(found)


def _said(phrase: str, aside: str) -> list[str]:
    """The statements that an aside makes about the phrase before it."""
    opening = _PARTICIPLE.match(aside)
    if opening is None:
        return []
    verb = opening[1].lower()
    if verb == "died":
        return [f"{phrase} {aside}."]
    if verb in lex.PARTICIPLES or (verb.endswith("ed") and len(verb) > 4):
        return [f"{phrase} was {aside}."]
    ends = _SPAN.split(aside)
    dates = [find_dates(end) for end in ends]
    if len(ends) == 2 and all(len(d) == 1 and d[0].precision == "day" and d[0].valid for d in dates):
        # The dates of a life; events have years in brackets, or a range within one month.
        return [f"{phrase} was born on {ends[0]}.", f"{phrase} died on {ends[1]}."]
    return []
