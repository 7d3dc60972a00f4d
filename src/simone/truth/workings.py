"""What the numbers of the evidence make, where a claim states a value that stands there otherwise or follows from them.

Not for sums that a text does itself (`arithmetic`), and not for deciding: a working is a true sentence about numbers
("54 times 8 megawatts is 432 megawatts."), put behind the sentence that holds the last of them, for the entailment
model to read. Models that read cannot reckon; whether the claim is about these numbers is what they can read.

A working is sought only for a value that the evidence does not state in the same words, and only by the operation that
words of the claim or of the sentence ask for ("fewer", "together", "each").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import NamedTuple

import msgspec

from simone.kernels import kernels
from simone.kernels.contract.validation import MENTIONS, PRECISIONS

MOST = 2
"""Workings of a claim, count."""
LEAST_CHANGED = 20.0
"""Smallest result of three values: smaller ones come about by chance."""
PLAIN = 13.0
"""Counts below this are as plain in words as in digits."""
NEAR = 4
"""Characters between "after" and the date that it goes with, at most."""
MOST_VALUES = 16
"""Values of the evidence that are reckoned with, the first ones, count."""
ROUNDED = 0.005
"""Relative slack between values in different units, and of "about" in what is reckoned ten times as much."""
_NUMBER = re.compile(r"[-−]?[$€£¥]?\s?(\d[\d,]*(?:\.\d+)?)\s?")
_DIGITS = re.compile(r"\d[\d.,]*")
_KINDS = frozenset(MENTIONS.index(name) for name in ("number", "percent", "money", "unit", "fraction", "range"))
_FRACTION, _DATE, _TIME = (MENTIONS.index(name) for name in ("fraction", "date", "time"))
_PART = re.compile(r"\b(?:an?|one) (third|fourth|quarter|fifth|sixth|seventh|eighth|ninth|tenth)\b", re.IGNORECASE)
_MOST_OF = re.compile(r"\b(?:most|a majority) of\b", re.IGNORECASE)
_PARTS = {"third": 3, "fourth": 4, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9}
_DOWN = r"fell|falls?|dropp?\w*|los[ts]|loss\w*|decreas\w*|declin\w*|reduc\w*|cut|shrank|shrunk|lower|less|fewer|down"
_UP = r"grew|grow\w*|gain\w*|rose|rise\w*|climbed|increas\w*|rais\w*|more|higher|up"
_REST = r"remain\w*|left|rest|others|not|without|still|off|sav\w*"
_GAP = r"difference|gap|lead|majority|margin|longer|shorter|older|younger|earlier|later|took"
_LESS = re.compile(rf"\b(?:{_DOWN}|{_UP}|{_REST}|{_GAP})\b", re.IGNORECASE)
"""Words of a claim that ask for a difference."""
_BY = re.compile(r"\b(?:by|of)(?: (?:about|some|nearly|almost|roughly|around))?\s*$", re.IGNORECASE)
_REMAINING = re.compile(rf"\b(?:{_REST})\b", re.IGNORECASE)
_FALLING, _RISING = (re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in (_DOWN, _UP))
_BELOW = re.compile(r"\b(?:lower|less|fewer|shorter|younger|smaller|earlier|below|except|but)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:higher|more|longer|older|larger|later|another|additional|extra|further)\b", re.IGNORECASE)
"""Words of the evidence that make one of its values a difference from another."""
_CHANGED = re.compile(r"\b(?:clos|open|add|remov|return|join|left|leav|los|gain|sold|sell|bought|buy|built|hir)\w*\b")
_TOGETHER = re.compile(
    r"\b(?:total\w*|together|altogether|combined|in all|overall|sum|both|all|counting|including|plus|between them)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per|every|apiece|total|together|combined|altogether|a (?:day|week|month|year))\b")
_TIMES = re.compile(r"\s?(?:times|fold)\b", re.IGNORECASE)
_FROM = re.compile(r"from\b|between\b", re.IGNORECASE)
_VERB = re.compile(r"exceed|surpass|top", re.IGNORECASE)
_AGO = re.compile(r"\W{1,2}(?:\w+ )?(?:earlier|ago|previously|prior)\b", re.IGNORECASE)
_NEXT_TO = re.compile(r"\W{1,2}(before|after) ", re.IGNORECASE)
_LINK = re.compile(r",? (?:to|and|or|but) (?:only |just )?|, ", re.IGNORECASE)


class Working(msgspec.Struct, frozen=True):
    """What is read in the evidence for code points [start, end): a true sentence that is put there, where these are
    equal, or the same value in the claim's words. `said` tells it to people.
    """

    start: int
    end: int
    text: str
    said: str

    @property
    def is_made(self) -> bool:
        """Whether it was reckoned, not only said otherwise."""
        return self.start == self.end


class Reckoned(msgspec.Struct, frozen=True):
    """`workings` in the order of the evidence. `clash`: that a value of the claim is another one there, "" for none."""

    workings: tuple[Working, ...] = ()
    clash: str = ""


class _Value(NamedTuple):
    start: int
    end: int
    text: str
    low: float
    high: float
    step: float
    unit: str
    noun: str
    kind: int
    approximate: bool


class _Day(NamedTuple):
    start: int
    end: int
    text: str
    first: str
    last: str
    precision: str


class _Said(NamedTuple):
    text: str
    values: list[_Value]
    """Points."""
    bounds: list[_Value]
    """Ranges and what is open at one end."""
    days: list[_Day]
    times: list[_Day]


def reckon(claim: str, evidence: str, ends: Sequence[int]) -> Reckoned:
    """What to read with the evidence; `ends` are the ends of its sentences, ascending, code points."""
    ours = _said(claim)
    if not ours.values and not ours.bounds and not ours.days:
        return Reckoned()
    theirs = _said(evidence)
    made: list[Working | str] = []
    for value in ours.values:
        made += _of_value(value, ours, theirs, ends)
    for value in ours.bounds:
        made += _of_bound(value, theirs, ends)
    for day in ours.days:
        made += _of_day(day, theirs, ends)
    found = {one.start: one for one in [one for one in made if isinstance(one, Working)][:MOST]}
    clashes = [one for one in made if isinstance(one, str)]
    return Reckoned(tuple(found[start] for start in sorted(found)), clashes[0] if clashes else "")


def with_workings(evidence: str, found: Sequence[Working]) -> str:
    """The evidence with its workings, each in its place."""
    parts, before = [], 0
    for working in found:
        parts += [evidence[before : working.start], working.text]
        before = working.end
    return "".join([*parts, evidence[before:]])


def _said(text: str) -> _Said:
    rows = kernels.find_mentions_batch([text])
    said = _Said(text, [], [], [], [])
    columns = (rows.kind, rows.start, rows.end, rows.low, rows.high, rows.step, rows.approximate, rows.strict)
    for (kind, start, end, low, high, step, approximate, strict), names in zip(
        zip(*(column.tolist() for column in columns), strict=True), rows.said, strict=True
    ):
        stated = text[start:end]
        if kind == _DATE and not strict and "?" not in names[0] and names[0] > "0001":
            said.days.append(_Day(start, end, stated, *names, PRECISIONS[int(step)]))
        elif kind == _TIME:
            said.times.append(_Day(start, end, stated, names[0], names[0], ""))
        elif kind in _KINDS:
            value = _Value(start, end, stated, low, high, step, *names, kind, approximate or strict)
            (said.values if low == high else said.bounds).append(value)
    known = {value.start for value in said.values}
    for part in _PART.finditer(text):
        if part.start() not in known and part.start(1) not in known:
            share = 1 / _PARTS.get(part.group(1).lower(), 10)
            said.values.append(_Value(*part.span(), part.group(), share, share, 0.0, "", "", _FRACTION, False))
    if (most := _MOST_OF.search(text)) is not None:
        said.bounds.append(_Value(*most.span(), "most", 0.5, math.inf, 0.0, "", "", _FRACTION, True))
    said.values.sort()
    said.values[MOST_VALUES:] = ()
    for place, (before, value) in enumerate(pairwise(said.values), 1):
        is_bare = not value.unit and not value.noun and not _is_share(value)
        if is_bare and before.unit and _LINK.fullmatch(text[before.end : value.start]):
            said.values[place] = _in_unit_of(value, before)
    return said


def _in_unit_of(value: _Value, before: _Value) -> _Value:
    """A bare number as the value before it is stated: "from nine years to six"."""
    found = _DIGITS.search(before.text)
    decimals = len(found.group().rpartition(".")[2]) if found and "." in found.group() else 0
    one = value.low * (before.step * 10.0**decimals or 1.0)
    return value._replace(low=one, high=one, unit=before.unit)


def _of_value(ours: _Value, claim: _Said, evidence: _Said, ends: Sequence[int]) -> list[Working | str]:
    """The working for a value of the claim, or what clashes with it; nothing where the evidence states it."""
    alike = [value for value in evidence.values if value.unit == ours.unit and _is_share(value) == _is_share(ours)]
    if equal := [value for value in alike if _is_equal(ours, value)]:
        is_said = any(_words(value.text) == _words(ours.text) for value in equal)
        is_plain = not ours.unit and ours.low < PLAIN
        return [] if is_said or is_plain else [_restated(ours, equal[0])]
    for text, operands in _made(ours, claim, evidence, alike, ends):
        return [_placed(text, operands, ends)]
    return _other(ours, claim, evidence)


def _restated(ours: _Value, theirs: _Value) -> Working:
    """The claim's wording in place of a value that is equal."""
    is_exact = ours.approximate or _is_share(ours) or _is_close(ours, theirs.low, 0.0)
    text = _small(ours.text) if is_exact else f"about {_small(ours.text)}"
    return Working(theirs.start, theirs.end, text, f"{theirs.text} is {text}")


def _is_equal(ours: _Value, theirs: _Value) -> bool:
    if _is_share(ours):
        return _is_close(ours, _share(theirs), 0.0)
    return _is_close(ours, theirs.low, ROUNDED if ours.unit else 0.0)


def _made(
    ours: _Value, claim: _Said, evidence: _Said, alike: Sequence[_Value], ends: Sequence[int]
) -> Iterator[tuple[str, list[_Value | _Day]]]:
    """What makes the value, in words, and of what it is made, likelier ways first."""
    every = evidence.values
    if _is_share(ours):
        yield from _shares(ours, claim, evidence, ends)
        return
    shares = [value for value in every if _is_share(value)]
    amounts = [value for value in every if not _is_share(value)]
    for share in shares:
        for whole in alike:
            if (ours.unit or whole.low >= 10) and _is_close(ours, _share(share) * whole.low, 0.0):
                yield f"{share.text} of {whole.text} is {_named(ours, claim)}", [share, whole]
    if not ours.unit and _TIMES.match(claim.text, ours.end):
        for one, other in combinations(amounts, 2):
            for high, low in ((one, other), (other, one)):
                if one.unit == other.unit and low.low and _is_close(ours, high.low / low.low, 0.0):
                    yield f"{high.text} is {ours.text} times {low.text}", [one, other]
    for count in amounts:
        for unit in alike:
            if count is unit or count.unit or count.low < 2 or not _is_close(ours, count.low * unit.low, 0.0):
                continue
            if _EACH.search(_around(evidence, (count, unit), ends)) or _EACH.search(claim.text):
                yield f"{count.text} times {unit.text} is {_named(ours, claim)}", [count, unit]
    is_asked = bool(_LESS.search(claim.text) or _BY.search(claim.text[: ours.start]))
    for one, other in combinations(alike, 2):
        around = _around(evidence, (one, other), ends)
        if _is_close(ours, abs(one.low - other.low), 0.0) and (is_asked or _BELOW.search(around)):
            high, low = (one, other) if one.low > other.low else (other, one)
            yield f"{high.text} less {low.text} is {_named(ours, claim)}", [one, other]
        is_sum = _ABOVE.search(around) or (_TOGETHER.search(claim.text) and _is_all([one, other], alike, ends))
        if is_sum and _is_close(ours, one.low + other.low, 0.0):
            yield f"{one.text} and {other.text} make {_named(ours, claim)}", [one, other]
    yield from _runs(ours, claim, alike, evidence, ends)
    yield from _spans(ours, evidence)


def _runs(
    ours: _Value, claim: _Said, alike: Sequence[_Value], evidence: _Said, ends: Sequence[int]
) -> Iterator[tuple[str, list[_Value | _Day]]]:
    """Sums of three to five values that stand one behind the other, and a whole less one value and more by another."""
    for count in (3, 4, 5):
        for first in range(len(alike) - count + 1):
            run = alike[first : first + count]
            is_sum = _TOGETHER.search(claim.text) and _is_all(run, alike, ends)
            if is_sum and _is_close(ours, math.fsum(value.low for value in run), 0.0):
                listed = ", ".join(value.text for value in run[:-1])
                yield f"{listed} and {run[-1].text} make {_named(ours, claim)}", list(run)
    for first in range(len(alike) - 2):
        trio = alike[first : first + 3]
        whole = max(trio, key=lambda value: value.low)
        one, other = (value for value in trio if value is not whole)
        if ours.low < LEAST_CHANGED or len(_CHANGED.findall(_around(evidence, trio, ends))) < 2:
            continue
        for less, more in ((one, other), (other, one)):
            if _is_close(ours, whole.low - less.low + more.low, 0.0):
                yield f"{whole.text} less {less.text} and {more.text} more make {_named(ours, claim)}", list(trio)


def _is_all(run: Sequence[_Value], alike: Sequence[_Value], ends: Sequence[int]) -> bool:
    """Whether the sentences of some values hold no other of their kind: together means all."""
    begin = max((end for end in ends if end <= run[0].start), default=0)
    after = next((end for end in ends if end >= run[-1].end), run[-1].end)
    return sum(begin <= value.start < after for value in alike) == len(run)


def _shares(
    ours: _Value, claim: _Said, evidence: _Said, ends: Sequence[int]
) -> Iterator[tuple[str, list[_Value | _Day]]]:
    """A value of another, the rest of it, and a change from one to the other, as a share."""
    text = _small(ours.text)
    for share in (value for value in evidence.values if _is_share(value)):
        if _is_close(ours, 1 - _share(share), 0.0) and _BELOW.search(_around(evidence, [share], ends)):
            yield f"{share.text} less leaves {text}", [share]
    for one, other in combinations([value for value in evidence.values if not _is_share(value)], 2):
        low, high = (one, other) if one.low < other.low else (other, one)
        if one.unit != other.unit or low.low <= 0:
            continue
        if _is_close(ours, low.low / high.low, 0.0):
            yield f"{low.text} is {text} of {high.text}", [one, other]
        if _is_close(ours, 1 - low.low / high.low, 0.0):
            if _FALLING.search(claim.text):
                yield f"from {high.text} to {low.text} it is {text} less", [one, other]
            elif _REMAINING.search(claim.text):
                yield f"{high.text} without {low.text} is {text} of it", [one, other]
        if _is_close(ours, high.low / low.low - 1, 0.0) and _RISING.search(claim.text):
            yield f"from {low.text} to {high.text} it is {text} more", [one, other]


def _spans(ours: _Value, evidence: _Said) -> Iterator[tuple[str, list[_Value | _Day]]]:
    """Time from one date or clock time to another."""
    if ours.unit not in ("s", "month", "year"):
        return
    for one, other in combinations(evidence.times, 2):
        if ours.unit == "s" and _is_close(ours, abs(_clock(other.first) - _clock(one.first)), 0.0):
            yield f"from {one.text} to {other.text} it is {ours.text}", [one, other]
    ranges = [
        (day._replace(last=day.first), day._replace(first=day.last)) for day in evidence.days if _FROM.match(day.text)
    ]
    for one, other in (*ranges, *combinations(evidence.days, 2)):
        early, late = (one, other) if one.first <= other.first else (other, one)
        if ours.unit == "year":
            is_span = int(late.first[:4]) - int(early.first[:4]) == ours.low
        elif "year" in (early.precision, late.precision) or early.precision not in ("day", "month"):
            is_span = False
        elif ours.unit == "month":
            is_span = _months(late.first) - _months(early.first) == ours.low
        else:
            is_span = early.precision == late.precision == "day" and _is_close(ours, _seconds(early, late), 0.0)
        if is_span:
            stretch = one.text if one.text == other.text else f"from {one.text} to {other.text}"
            yield f"{stretch} it is {ours.text}", [one, other]


def _of_bound(ours: _Value, evidence: _Said, ends: Sequence[int]) -> list[Working | str]:
    """Whether the one value of the evidence that can be meant lies in a range, or above or below a bound."""
    noun = bool(ours.noun) and not ours.unit and not _is_share(ours)
    alike = [
        value
        for value in evidence.values
        if _is_share(value) == _is_share(ours)
        and (_is_share(ours) or value.unit == ours.unit)
        and (bool(ours.unit) or _is_share(ours) or not noun or value.noun == ours.noun)
    ]
    if len(alike) != 1 or (not ours.unit and not _is_share(ours) and not noun and ours.low < PLAIN):
        return []
    scale = 1 / 100 if ours.unit == "%" else 1.0
    low, high, value = ours.low * scale, ours.high * scale, _share(alike[0])
    if low < value < high or (not ours.approximate and value in (low, high)):
        verb = "" if _VERB.match(ours.text) else "is "
        return [_placed(f"{alike[0].text} {verb}{_small(ours.text)}", alike, ends)]
    is_of_the_same = bool(ours.unit) or alike[0].unit == "%" or noun
    if math.isfinite(low + high) or _VERB.match(ours.text) or not is_of_the_same:
        return []  # "18 to 25 years olds": a range may be a name
    return [f"{alike[0].text} is not {_small(ours.text)}"]


def _seconds(early: _Day, late: _Day) -> float:
    return 86400.0 * (date.fromisoformat(late.first) - date.fromisoformat(early.first)).days


def _of_day(ours: _Day, evidence: _Said, ends: Sequence[int]) -> list[Working | str]:
    """The working for a date of the claim that the evidence does not name: another one, and the time from it on."""
    if ours.precision not in ("day", "month", "year"):
        return []
    if any(ours.first <= day.last and day.first <= ours.last for day in evidence.days):
        return []
    for span in evidence.values:
        if (day := _anchor(span, evidence)) is None:
            continue
        sign = _direction(span, evidence)
        moved = _moved(day, span, sign)
        if moved is not None and ours.first <= moved[0] and moved[1] <= ours.last:
            word = "after" if sign > 0 else "before"
            return [_placed(f"{span.text} {word} {day.text} is {ours.text}", [day, span], ends)]
    return []


def _anchor(span: _Value, evidence: _Said) -> _Day | None:
    """The date from which a time counts: the last one before it, else the first behind it."""
    before = [day for day in evidence.days if day.end <= span.start]
    return before[-1] if before else next(iter(evidence.days), None)


def _direction(span: _Value, evidence: _Said) -> int:
    """1 where what happened so much time from a date comes after it, else -1.

    "Three days after 4 May" and "on 4 May, three days before she died" both mean the 7th.
    """
    if _AGO.match(evidence.text, span.end):
        return -1
    link = _NEXT_TO.match(evidence.text, span.end)
    if link is None:
        return 1
    is_of_date = any(0 <= day.start - link.end() <= NEAR for day in evidence.days)
    return 1 if (link.group(1).lower() == "after") == is_of_date else -1


def _moved(day: _Day, span: _Value, sign: int) -> tuple[str, str] | None:
    """First and last day of a date so much time later (`sign` 1) or earlier (-1), as fine as both are."""
    count = span.low * sign
    if span.unit == "year" and count == int(count) and 0 < int(day.first[:4]) + count < 10_000:
        years = (f"{int(end[:4]) + int(count):04}{end[4:]}" for end in (day.first, day.last))
        first, last = years
        return first, last
    if span.unit == "month" and count == int(count) and day.precision in ("day", "month"):
        month = _months(day.first) + int(count)
        if not 12 <= month < 120_000:
            return None
        stem = f"{month // 12:04}-{month % 12 + 1:02}"
        return f"{stem}-01", f"{stem}-31"
    if span.unit == "s" and span.low % 86400 == 0 and day.precision == "day":
        try:
            moved = date.fromisoformat(day.first) + timedelta(days=int(count // 86400))
        except (OverflowError, ValueError):
            return None
        return moved.isoformat(), moved.isoformat()
    return None


def _other(ours: _Value, claim: _Said, evidence: _Said) -> list[Working | str]:
    """That a value with the same digits is another: of another unit, or of another magnitude."""
    digits = _significant(ours.text)
    for theirs in evidence.values if digits else ():
        units = theirs.unit, ours.unit
        is_alike = theirs.unit == ours.unit and (ours.unit or theirs.noun == ours.noun)
        is_apart = theirs.unit != ours.unit and (all(units) or "%" in units)
        if _significant(theirs.text) == digits and (is_apart or (is_alike and theirs.low != ours.low)):
            return [f"{theirs.text} is not {_named(ours, claim)}"]
    return []


def _significant(text: str) -> str:
    found = _DIGITS.search(text)
    return re.sub(r"[.,]", "", found.group()).strip("0") if found else ""


def _placed(text: str, operands: Sequence[_Value | _Day], ends: Sequence[int]) -> Working:
    """A sentence behind that which holds the last operand."""
    last = max(operand.end for operand in operands)
    place = next((end for end in ends if end >= last), last)
    return Working(place, place, f" {text[:1].upper()}{text[1:]}.", text)


def _around(evidence: _Said, operands: Sequence[_Value], ends: Sequence[int]) -> str:
    """The sentences from the first to the last operand."""
    first, last = min(value.start for value in operands), max(value.end for value in operands)
    begin = max((end for end in ends if end <= first), default=0)
    return evidence.text[begin : next((end for end in ends if end >= last), len(evidence.text))]


def _is_close(ours: _Value, value: float, slack: float) -> bool:
    """Whether rounding to the digits that the claim gives explains the difference."""
    relative = max(slack, 10 * ROUNDED if ours.approximate else 0.0, 1e-9)
    if ours.unit == "%":
        value *= 100
    is_coarse = ours.unit not in ("", "s", "month", "year") or ours.low != int(ours.low)
    step = ours.step if is_coarse and _DIGITS.search(ours.text) else 0.0
    return value > 0 and abs(value - ours.low) <= max(relative * abs(ours.low), step / 2)


def _is_share(value: _Value) -> bool:
    return value.kind == _FRACTION or value.unit == "%"


def _share(value: _Value) -> float:
    return value.low / 100 if value.unit == "%" else value.low


def _named(ours: _Value, claim: _Said) -> str:
    """A value of the claim with what it counts."""
    noun = re.compile(rf"\b{re.escape(ours.noun or '_')}\w*", re.IGNORECASE).search(claim.text, ours.end)
    return _small(ours.text) if ours.unit or noun is None else f"{_small(ours.text)} {noun.group()}"


def _small(text: str) -> str:
    """A value as it stands inside a sentence."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _words(text: str) -> str:
    """What stands beside the digits of a value, without its plural."""
    return _DIGITS.sub("", text).strip().lower().removesuffix("s")


def _months(day: str) -> int:
    return 12 * int(day[:4]) + int(day[5:7]) - 1


def _clock(value: str) -> float:
    hours, minutes, *seconds = value.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes) + float(seconds[0] if seconds else 0)
