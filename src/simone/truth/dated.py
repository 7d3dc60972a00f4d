"""Dates that are not when it was: with what it is compared, a part of the time, one that can be read in two ways.

Not for reading dates (the kernels do) and not for spans from one date to another (`limits.span`).
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import is_opposite, stem
from simone.truth.amounts import Span, amounts, spans
from simone.truth.deferred import pattern
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

_WHEN = frozenset("in on at during of for as through throughout within from to about around".split())
"""Prepositions behind which a date is when it was, or of which something is."""
_SKIPPED = frozenset("the a an early late mid - ’s 's year years month summer winter spring autumn".split())
_COMPARED = pattern(
    r"\b(?:compared|comparison|relative|opposed|contrast|equal|similar) (?:with|to)(?: [^\s,]+){0,3} $"
    r"|\b(?:than|versus|vs\.?)(?: [^\s,]+){0,3} $",
    re.IGNORECASE,
)
_LOOK_BACK = 48
"""Characters before a date in which is looked for what it is compared with, count."""
_PARTS = pattern(
    r"(?:\b(early|late|mid|middle|beginning|start|end|first|second|third|fourth|last)\b[ -]?"
    r"(?:(?:half|quarter|third|part|days|weeks|months|\w+ months) )?(?:of (?:the )?)?(?:in )?)$",
    re.IGNORECASE,
)
_BOUND = pattern(r",? (?:at the (?:very )?(?:latest|earliest|soonest)|onwards?|if not (?:later|earlier))\b")
_INSIDE = pattern(r"(early|late|mid)\b", re.IGNORECASE)
_PERIOD = pattern(r"\b(?:[QH][1-4]|(?:half|quarter|third|months|weeks|days|part|rest) of)(?: the)? $", re.I)
_CHANGES = tuple(stem(one) for one in ("rise", "fall", "grow", "shrink", "increase", "decrease"))
_MULTIPLIED = frozenset(stem(one) for one in "double triple quadruple halve climb drop gain improve worsen".split())
BEFORE = 3
"""Words before a date that a reason quotes, count."""
_DIGITS = pattern(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})\Z")


def compared(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date of the claim is, in the evidence, only that with which something is compared."""
    for one in claim.dates:
        alike = [other for other in evidence.dates if other.text.lower() == one.text.lower()]
        ours = _lead(claim.text[: one.start])
        if alike and all(_is_aside(evidence.text[: other.start], ours) for other in alike):
            if _COMPARED().search(claim.text[max(0, one.start - _LOOK_BACK) : one.start]):
                continue
            return Doubt("date", _around(evidence, alike[0].start, alike[0].end))
    return None


def _around(reading: Reading, start: int, end: int) -> str:
    """A value with the words before it."""
    before = [word.start for word in reading.words if word.start < start][-BEFORE:]
    return reading.text[min(before, default=start) : end]


def _lead(before: str) -> str:
    words = [word.strip("(").lower() for word in before.split()]
    return next((word for word in reversed(words) if word not in _SKIPPED), "")


def _is_aside(before: str, ours: str) -> bool:
    lead = _lead(before)
    is_other = lead in lex.PREPOSITIONS and lead not in _WHEN and lead != ours
    return is_other or _COMPARED().search(before[-_LOOK_BACK:]) is not None


def bounded(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date of the claim is, in the evidence, only that from or until which it may have been."""
    for one in claim.dates:
        alike = [other for other in evidence.dates if other.text.lower() == one.text.lower()]
        found = [_BOUND().match(evidence.text, other.end) for other in alike]
        if alike and all(found) and not _BOUND().match(claim.text, one.end):
            return Doubt("date", evidence.text[alike[0].start :].rstrip("."))
    return None


def part_of(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The late 1980s" where the evidence has the early ones, or no part of them."""
    for ours in spans(claim.text):
        wanted = _part(claim.text, ours)
        alike = [one for one in spans(evidence.text) if (one.first, one.last) == (ours.first, ours.last)]
        is_said = any(_part(evidence.text, one) == wanted for one in alike)
        if wanted and alike and not is_said and not any(_is_within(one, ours) for one in spans(evidence.text)):
            return Doubt("date", _around(evidence, alike[0].start, alike[0].end))
    return None


def _part(text: str, date: Span) -> str:
    inside = _INSIDE().match(text, date.start)
    before = _PARTS().search(text[max(0, date.start - 32) : date.start])
    return inside[1].lower() if inside else before[1].lower() if before else ""


def _is_within(one: Span, other: Span) -> bool:
    return other.first <= one.first and one.last <= other.last and (one.first, one.last) != (other.first, other.last)


def wider(claim: Reading, evidence: Reading) -> Doubt | None:
    """A change or a count within a part of a time, which the claim has of all of it: "rose in Q1 2024"."""
    is_change = _is_change(claim)
    if not is_change and not amounts(claim.text):
        return None
    for ours in spans(claim.text):
        if "?" in ours.first or _PERIOD().search(claim.text[max(0, ours.start - 24) : ours.start]):
            continue
        alike = [one for one in spans(evidence.text) if ours.first <= one.first and one.last <= ours.last]
        parts = [
            bool(_PERIOD().search(evidence.text[max(0, one.start - 24) : one.start]))
            or (is_change and bool(amounts(claim.text)) and _is_within(one, ours))
            for one in alike
        ]
        if parts and all(parts):
            return Doubt("date", _around(evidence, alike[0].start, alike[0].end))
    return None


def _is_change(reading: Reading) -> bool:
    return any(
        verb.stem in _MULTIPLIED or verb.stem in _CHANGES or any(is_opposite(verb.stem, one) for one in _CHANGES)
        for verb in reading.verbs
    )


def ambiguous(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date in digits that is another day where the month stands first: "3/4/2020"."""
    for one, other in ((evidence, claim), (claim, evidence)):
        for date in spans(one.text):
            written = one.text[date.start : date.end]
            turned = _turned(written, date)
            if not turned:
                continue
            rivals = [
                rival
                for rival in spans(other.text)
                if rival.size > len("2020") and other.text[rival.start : rival.end] != written
            ]
            if any(rival.first <= turned <= rival.last or _is_within_or_same(date, rival) for rival in rivals):
                return Doubt("date", written)
    return None


def _is_within_or_same(date: Span, rival: Span) -> bool:
    return rival.first <= date.first and date.last <= rival.last


def _turned(written: str, date: Span) -> str:
    """The other day as which a date in digits can be read, "" for none."""
    found = _DIGITS().match(written)
    if found is None or found[1] == found[3] or max(int(found[1]), int(found[3])) > 12:
        return ""
    year, month, day = date.first.split("-")
    return f"{year}-{day}-{month}"


DOUBTS = (compared, bounded, part_of, wider, ambiguous)
"""Each of a claim that is supported and the evidence."""
