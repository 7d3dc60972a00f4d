"""Numbers and dates of a claim held against those of its evidence: matched, in conflict, or without counterpart.

Not for finding them (`quantities`, `dates`) and not for the words around them (`exact`).
"""

from __future__ import annotations

import re
from math import isinf
from typing import Literal

import msgspec

from simone.kernels.reference.validation.lexicon import PREPOSITIONS
from simone.kernels.reference.validation.mentions import DateMention, Quantity
from simone.kernels.reference.validation.reading import Reading
from simone.kernels.reference.validation.words import find_words, is_opposite, is_same, stem

_DIGITS = re.compile(r"\d[\d.,]*")
_TIME_PREPOSITIONS = frozenset("before after since until till by from to between".split())
ROUNDING = 0.005
"""Relative slack between values stated in different units: half a percent."""
ABOUT = 0.1
"""Relative slack granted by "about"."""


class ValueCheck(msgspec.Struct, frozen=True):
    """What became of one value of the claim; `theirs` is the evidence's wording, "" where there is none."""

    outcome: Literal["matched", "conflict", "vague", "absent"]
    check: Literal["number", "unit", "date", "direction"]
    ours: str
    theirs: str = ""
    at: tuple[int, int] = (-1, -1)
    """Offsets where the two start in claim and evidence; -1 without a match."""
    ours_span: tuple[int, int] = (-1, -1)
    theirs_span: tuple[int, int] = (-1, -1)
    """Code points [start, end) of the two values; -1 where there is none."""


def check_values(claim: Reading, evidence: Reading) -> tuple[ValueCheck, ...]:
    """One outcome for each quantity and date of the claim, quantities first; each value of the evidence serves once."""
    used: set[int] = set()
    checks: list[ValueCheck] = []
    for q in claim.quantities:
        checks.append(_check_quantity(claim, q, evidence, used))
        used.add(checks[-1].at[1])
    for d in claim.dates:
        checks.append(_check_date(claim, d, evidence, used))
        used.add(checks[-1].at[1])
    return tuple(checks)


def _check_quantity(claim: Reading, ours: Quantity, evidence: Reading, used: set[int]) -> ValueCheck:
    said = claim.text[ours.start : ours.end]
    rivals: list[Quantity] = []
    span = (ours.start, ours.end)
    vague: Quantity | None = None
    for theirs in evidence.quantities:
        if theirs.start in used:
            continue
        wording = evidence.text[theirs.start : theirs.end]
        meant = _meant(claim, ours, evidence, theirs)
        if not _comparable(ours, meant):
            continue
        if _covers(ours, meant, said, wording):
            return ValueCheck("matched", "number", said, wording, (ours.start, theirs.start), span, _span(theirs))
        if meant is not theirs:
            continue
        if _overlaps(ours, theirs):
            vague = vague or theirs
        else:
            rivals.append(theirs)
    if vague is None and rivals and _is_said(said, evidence):
        vague = rivals[0]
    if vague is not None:
        wording = evidence.text[vague.start : vague.end]
        return ValueCheck("vague", "number", said, wording, ours_span=span, theirs_span=_span(vague))
    if rivals:
        place = _kinds(claim, ours.start)
        best = next((r for r in rivals if place & _kinds(evidence, r.start)), rivals[0])
        wording = evidence.text[best.start : best.end]
        same_digits = _DIGITS.findall(said) == _DIGITS.findall(wording) != []
        check: Literal["unit", "number"] = "unit" if same_digits else "number"
        return ValueCheck("conflict", check, said, wording, ours_span=span, theirs_span=_span(best))
    for theirs in evidence.quantities:
        wording = evidence.text[theirs.start : theirs.end]
        if ours.unit and theirs.unit and _DIGITS.findall(said) == _DIGITS.findall(wording) != []:
            return ValueCheck("conflict", "unit", said, wording, ours_span=span, theirs_span=_span(theirs))
    return ValueCheck("absent", "number", said, ours_span=span)


def _meant(claim: Reading, ours: Quantity, evidence: Reading, theirs: Quantity) -> Quantity:
    """A value of the evidence as the claim may put it: a fraction in percent, a percentage as a fraction, a sum without
    its currency. Where it is another one it may support and never refute: it may be of something else.
    """
    if ours.kind == "fraction" and not ours.unit and theirs.unit == "%":
        return _share(theirs, 0.01, ours)
    if ours.unit == "%" and theirs.kind == "fraction" and not theirs.unit:
        behind = evidence.text[theirs.end : theirs.end + 6].lower()
        is_of = behind.startswith(" of ") and not behind.startswith((" of a ", " of an", " of on"))
        return _share(theirs, 100.0, ours) if is_of else theirs
    if ours.kind == "number" and not ours.noun and theirs.kind == "money":
        at = claim.word_at(ours.start)
        if at and claim.words[at - 1].lower in _PAYING:
            return msgspec.structs.replace(theirs, unit="")
    return theirs


def _share(theirs: Quantity, factor: float, ours: Quantity) -> Quantity:
    low, high = theirs.low * factor, theirs.high * factor
    return msgspec.structs.replace(theirs, low=low, high=high, unit=ours.unit, noun="")


_PAYING = frozenset("for pay pays paid paying cost costs".split())


def _span(mention: Quantity | DateMention) -> tuple[int, int]:
    return mention.start, mention.end


def _is_said(said: str, evidence: Reading) -> bool:
    """Whether the evidence has every word of a value somewhere, be it in "1958 and 1960" or of something else."""
    return {w.lower for w in find_words(said) if w.is_word} <= evidence.operators


def _kinds(reading: Reading, start: int) -> frozenset[str]:
    return frozenset(r.kind for r in reading.relations[reading.word_at(start)])


def _comparable(ours: Quantity, theirs: Quantity) -> bool:
    if ours.unit != theirs.unit or (ours.kind == "ordinal") != (theirs.kind == "ordinal"):
        return False
    if ours.unit or not ours.noun or not theirs.noun:
        return True
    return is_same(stem(ours.noun), stem(theirs.noun))


def _covers(ours: Quantity, theirs: Quantity, said: str, wording: str) -> bool:
    if theirs.approximate and not ours.approximate:
        return False
    slack = ABOUT if ours.approximate else 0.0
    if ours.unit and _unit_word(said) != _unit_word(wording):
        slack = max(slack, ROUNDING)
    low, high = (end if isinf(end) else end + sign * slack * abs(end) for end, sign in ((ours.low, -1), (ours.high, 1)))
    grain = 1e-9 * max(1.0, abs(theirs.low) if abs(theirs.low) < float("inf") else 1.0)
    if ours.strict and not theirs.strict and (theirs.low <= ours.low + grain or ours.high - grain <= theirs.high):
        return False  # five are not more than five
    return low - grain <= theirs.low and theirs.high <= high + grain


def _unit_word(wording: str) -> str:
    return _DIGITS.sub("", wording).strip().lower()


def _overlaps(ours: Quantity, theirs: Quantity) -> bool:
    slack = ABOUT if ours.approximate or theirs.approximate else 0.0
    return ours.low * (1 - slack) <= theirs.high and theirs.low * (1 - slack) <= ours.high


def _check_date(claim: Reading, ours: DateMention, evidence: Reading, used: set[int]) -> ValueCheck:
    said = claim.text[ours.start : ours.end]
    before = _leading(claim, ours.start)
    span = (ours.start, ours.end)
    rivals: list[DateMention] = []
    vague: DateMention | None = None
    for theirs in evidence.dates:
        if theirs.start in used:
            continue
        wording = evidence.text[theirs.start : theirs.end]
        if "?" in theirs.first and "?" not in ours.first and ours.precision not in ("day", "month"):
            continue  # 8 February is in every year
        first, last, their_first, their_last = _aligned_years(ours, theirs)
        their_before = _leading(evidence, theirs.start)
        if first <= their_first and their_last <= last:
            if "?" in theirs.first and "?" not in ours.first:
                vague = vague or theirs
                continue
            if before == their_before:
                return ValueCheck("matched", "date", said, wording, (ours.start, theirs.start), span, _span(theirs))
            if is_opposite(stem(before), stem(their_before)):
                said, wording = f"{before} {said}", f"{their_before} {wording}"
                return ValueCheck("conflict", "direction", said, wording, ours_span=span, theirs_span=_span(theirs))
            vague = vague or theirs
        elif last < their_first or their_last < first:
            if before == their_before == "":
                rivals.append(theirs)
            else:
                vague = vague or theirs
        else:
            vague = vague or theirs
    outcome: Literal["vague", "conflict"] = "vague" if vague or _is_said(said, evidence) else "conflict"
    best = vague or next(iter(rivals), None)
    if best is None:
        return ValueCheck("absent", "date", said, ours_span=span)
    wording = evidence.text[best.start : best.end]
    return ValueCheck(outcome, "date", said, wording, ours_span=span, theirs_span=_span(best))


def _aligned_years(ours: DateMention, theirs: DateMention) -> tuple[str, str, str, str]:
    if "?" in ours.first + theirs.first:
        return ours.first[4:], ours.last[4:], theirs.first[4:], theirs.last[4:]
    return ours.first, ours.last, theirs.first, theirs.last


def _leading(reading: Reading, start: int) -> str:
    """The preposition of time before a date; "" for those that only place it (in, on, at)."""
    at = reading.word_at(start)
    for word in reversed(reading.words[max(0, at - 2) : at]):
        if word.lower in PREPOSITIONS:
            return word.lower if word.lower in _TIME_PREPOSITIONS else ""
    return ""
