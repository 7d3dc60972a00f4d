"""A claim and a sentence in one way of writing: names in code as names, and times of day in twenty-four hours.

Not for values in general, which the comparison reads as they stand. What stands in code is the same only where it is
the same to the letter, and denies nothing: "never returns `None`" is denied once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import remembering
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

_CODE = re.compile(r"`([^`\n]{1,80})`")
_TIME = re.compile(
    r"\b(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))? ?(a\.?m|p\.?m)\b(?:\.(?! ?[A-Z]|$))?", re.IGNORECASE | re.ASCII
)
_LETTERS = "bcdfghjkmnpqrtvwz"


def alike(claim: str, sentence: str) -> tuple[str, str] | None:
    """Both in that way, where it differs from how they are written and both have something of the kind."""
    ours, theirs = _clock(claim), _clock(sentence)
    codes = _CODE.findall(claim)
    if codes and set(codes) <= set(_CODE.findall(sentence)) and sentence.count("`") < 2 * len(_LETTERS) ** 2:
        known = {code: f"Zo{_letters(n)}ek" for n, code in enumerate(sorted({*codes, *_CODE.findall(sentence)}))}
        ours, theirs = (_CODE.sub(lambda found: known[found[1]], text) for text in (ours, theirs))
    return None if (ours, theirs) == (claim, sentence) else (ours, theirs)


@remembering(1024)
def _clock(text: str) -> str:
    """ "9 pm" as "21:00"."""
    return _TIME.sub(_in_hours, text)


def _in_hours(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3][0] in "pP" else 0)
    return f"{hour:02d}:{found[2] or '00'}"


def _letters(number: int) -> str:
    first, second = divmod(number, len(_LETTERS))
    return _LETTERS[first % len(_LETTERS)] + "o" + _LETTERS[second]


def denies_beside_code(claim: Reading, evidence: Reading) -> Doubt | None:
    """A denial beside code that is itself a word of denial: "never returns `None`", where the claim has none."""
    inside = {word for code in _CODE.findall(evidence.text) for word in code.lower().split()}
    if not inside & lex.NEGATORS:
        return None
    ours, theirs = (
        [word for word in _CODE.sub(" ", reading.text).lower().replace("n't", " not").split() if word in lex.NEGATORS]
        for reading in (claim, evidence)
    )
    return Doubt("polarity", evidence.text) if bool(ours) != bool(theirs) else None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (denies_beside_code,)
"""Each of a claim that is supported and the evidence."""
