"""What stands behind or before an amount and makes another one of it: "500 euros too much", "50 minutes each way".

Not for rates per day or person (`limits.period`). What may be left out is a closed list: places, times, persons and
purposes behind a preposition, adverbs, clauses.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import is_plural
from simone.kernels.reference.validation.words import stem
from simone.truth.amounts import Amount, amounts
from simone.truth.reading import Reading
from simone.truth.shares import is_alike
from simone.truth.stretches import JOINTS, STOPS, Doubt, means, stems

_PLAIN = frozenset(
    "in on at from to for of with during since until till among between around within near through across against"
    " about as into onto via off inside outside behind beside along under over upon throughout before after by".split()
)
"""Prepositions whose phrase may be left out, where it names something."""
_HOW = frozenset("in on at by before after".split())
"""Those behind which a bare noun says how: "on foot", "by car", "before tax"."""
_MOSTLY = frozenset("most least best worst all".split())
_FREE = (
    frozenset(
        "again other others yesterday today already also only alone home abroad overnight then there here back".split()
    )
    | frozenset("due owed left available".split())
    | lex.TIMES
    | lex.PARTS_OF_DAYS
    | lex.SUBORDINATORS
    | {"that", "including", "'s"}
)
_LINKS = frozenset(stem(word) for word in _PLAIN)
_TIMED = frozenset(("last", "this", "next", "that"))
_TOLERANCE = re.compile(r"(?:±|\+/[-−–]|\+[-−–]|plus or minus|plus/minus|give or take)\s*$", re.IGNORECASE)
HALF = 5
"""Half of ten: how far a rounded number may be from the exact one, in units of the digit behind its last."""
WIDE = 0.25
"""How far a number may be from one of the claim to be that which was rounded, share, 0..1."""
NEAR = 0.025
"""How far one that is called "about" may be from the exact one whatever its digits, share, 0..1."""


def behind(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word behind an amount that the claim leaves out and that is none of those which may be."""
    said = stems(claim, range(len(claim.words)))
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if is_alike(ours, one)]
        lost = [_lost_behind(evidence, one, said) for one in alike]
        if lost and all(lost):
            place = lost[0]
            last = min(place + 1, len(evidence.words) - 1)
            return Doubt("number", evidence.text[alike[0].start : evidence.words[last].end])
    return None


def _lost_behind(evidence: Reading, amount: Amount, said: set[str]) -> int:
    """Place of the first word behind an amount that may not be left out and is; 0 for none."""
    words = evidence.words
    at = next((i for i, word in enumerate(words) if word.start >= amount.end), len(words))
    verbs = {verb.first for verb in evidence.verbs}
    counted = not amount.unit
    while at < len(words) and counted and means(words[at]) and at not in verbs and not _is_free(evidence, at):
        at += 1
    if at == len(words) or at in verbs or words[at].stem in said - _LINKS or _is_free(evidence, at):
        return 0
    lower, after = words[at].lower, words[at + 1] if at + 1 < len(words) else None
    if lower in STOPS | JOINTS | _TIMED | {"-"} or (after and lower == "each" and after.lower in ("other", "others")):
        return 0
    if lower in _PLAIN:
        return at if _says_how(evidence, at) and (after is None or after.stem not in said) else 0
    return at


def _is_free(evidence: Reading, i: int) -> bool:
    word = evidence.words[i]
    is_value = any(one.start <= word.start < one.end for one in (*evidence.quantities, *evidence.dates))
    return word.lower in _FREE or (word.lower.endswith("ly") and len(word.lower) > 4) or is_value


def _says_how(evidence: Reading, i: int) -> bool:
    """Whether a preposition and a bare noun say how: "by car", "on average", "at most"."""
    words = evidence.words
    if i + 1 >= len(words) or words[i].lower not in _HOW:
        return False
    after = words[i + 1]
    if after.lower in _MOSTLY:
        return True
    if words[i].lower == "by" and not any(verb.passive for verb in evidence.verbs) and after.lower in lex.DETERMINERS:
        return True
    is_bare = evidence.text[after.start].islower() and means(after) and not is_plural(after.lower)
    ends = i + 2 == len(words) or words[i + 2].lower in STOPS | JOINTS | lex.PREPOSITIONS
    return is_bare and ends and not _is_free(evidence, i + 1)


def tolerance(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "5 ± 2 mm" is not 2 mm."""
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if is_alike(ours, one)]
        marks = [_TOLERANCE.search(evidence.text[max(0, one.start - 16) : one.start]) for one in alike]
        if alike and all(marks) and not _TOLERANCE.search(claim.text[max(0, ours.start - 16) : ours.start]):
            return Doubt("number", evidence.text[alike[0].start : alike[0].end])
    return None


def rounded(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "About 1,300" where the evidence has 1,250: no nearer to it than to another such number."""
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if one.unit == ours.unit and one.low == one.high and not one.is_about]
        if not ours.is_about or ours.low != ours.high or not alike:
            continue
        zeros = _zeros(claim.text[ours.start : ours.end])
        alike = [one for one in alike if abs(one.low - ours.low) <= WIDE * abs(ours.low)]
        if zeros and alike and all(_is_far(ours, one, HALF * 10 ** (zeros - 1)) for one in alike):
            return Doubt("number", evidence.text[alike[0].start : alike[0].end])
    return None


def _is_far(ours: Amount, theirs: Amount, half: float) -> bool:
    return abs(ours.low - theirs.low) >= max(half, NEAR * abs(theirs.low))


def _zeros(wording: str) -> int:
    """Noughts at the end of a number that is written in digits alone."""
    digits = wording.replace(",", "")
    return len(digits) - len(digits.rstrip("0")) if digits.isdigit() else 0


DOUBTS = (behind, tolerance, rounded)
"""Each of a claim that is supported and the evidence."""
