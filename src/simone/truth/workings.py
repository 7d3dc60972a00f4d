"""What the numbers of the evidence make, where a claim states a value that stands there otherwise or follows from them.

Not for sums that a text does itself (`arithmetic`), and not for deciding: a working is a sentence about numbers that is
true ("54 times 8 megawatts is 432 megawatts."), put behind the sentence that holds the last of them, for the entailment
model to read. Models that read cannot reckon; whether the claim is about these numbers is what they can read.

A working is sought only for a value that the evidence does not state in the same words, and only by the operation that
words of the claim or of the sentence ask for ("fewer", "together", "each").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from simone.kernels import kernels
from simone.truth import shifts
from simone.truth.shifts import Made
from simone.truth.stated import DIGITS, Stated, Value, stated

MOST = 2
"""Workings of a claim, count."""
MOST_VALUES = 16
"""Values of the evidence that are combined, the first ones, count."""
CONVERTED = 0.005
"""Relative slack between values in different units."""
ABOUT = 0.05
"""Relative slack of a value that the claim gives with "about"."""
ROUNDED = 0.02
"""Most that rounding to the claim's last digit explains, relative."""
EXACT = 1e-9
PLAIN = 13.0
"""Counts below this are as plain in words as in digits."""
LEAST_WHOLE = 10.0
"""Smallest count of which a part is reckoned: parts of fewer come about by chance."""
LEAST_CHANGED = 20.0
"""Smallest result of three values: smaller ones come about by chance."""
LEAST_FACTOR = 1000.0
"""Times as much from which one digit is enough to tell that another size was meant."""
SAME_SENTENCE, SAME_UNIT = 0.6, 0.5
"""Share of the claim's content words that a sentence holds whose value may clash with the claim's, 0..1; the second
where the number is the same and the unit another."""
_DOWN = r"fell|falls?|dropp?\w*|los[ts]|loss\w*|decreas\w*|declin\w*|reduc\w*|cut|shrank|shrunk|lower|less|fewer|down"
_UP = r"grew|grow\w*|gain\w*|rose|rise\w*|climbed|increas\w*|rais\w*|more|higher|up"
_REST = r"remain\w*|left|rest|others|not|without|still|off|sav\w*"
_GAP = r"difference|gap|lead|majority|margin|longer|shorter|older|younger|earlier|later|took"
_LESS = re.compile(rf"\b(?:{_DOWN}|{_UP}|{_REST}|{_GAP})\b", re.IGNORECASE)
"""Words of a claim that ask for a difference."""
_ABOUT = r"(?:(?:about|some|nearly|almost|roughly|around|just) )?"
_BY = re.compile(rf"\b(?:by|(?:change|surplus|deficit|profit) of) {_ABOUT}$", re.IGNORECASE)
"""What before a value asks for a difference; not the "of" of "teams of nine players"."""
_CHANGE = rf"(?:{_DOWN}|{_UP}|went|moved|chang\w+|turned|shift\w*)"
_BEFORE_OLD = re.compile(rf"\b{_CHANGE}\b[^.;,]{{0,80}} from {_ABOUT}$", re.IGNORECASE)
_BEFORE_NEW = re.compile(rf"\bto {_ABOUT}$", re.IGNORECASE)
_CHANGED_BY = re.compile(rf"(?<!\bmade )(?<!\bmakes )(?<!\bmake )\b(?:by|{_CHANGE}) {_ABOUT}$", re.IGNORECASE)
_ONWARDS = re.compile(rf" to {_ABOUT}")
_BACK = re.compile(rf" from {_ABOUT}")
_COMPARED = re.compile(rf"(?: [\w' -]{{0,40}})?, (?:(?:up|down) from|compared (?:with|to)) {_ABOUT}")
"""What stands before the first of two values and between the two where one became the other."""
_REMAINING = re.compile(rf"\b(?:{_REST})\b", re.IGNORECASE)
_FALLING, _RISING = (re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in (_DOWN, _UP))
_BELOW = re.compile(r"\b(?:lower|less|fewer|shorter|younger|smaller|earlier|below|except|but)\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:higher|more|longer|older|larger|later|another|additional|extra|further)\b", re.IGNORECASE)
"""Words of the evidence that make one of its values a difference from another."""
_COMPARING = re.compile(rf"{_BELOW.pattern}|{_ABOVE.pattern}", re.IGNORECASE)
_CHANGED = re.compile(r"\b(?:clos|open|add|remov|return|join|left|leav|los|gain|sold|sell|bought|buy|built|hir)\w*\b")
_TOGETHER = re.compile(
    r"\b(?:total\w*|together|altogether|combined|in all|overall|sum|both|all|counting|including|plus|between them)\b",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|per|every|apiece|total|together|combined|altogether|a (?:day|week|month|year))\b")
_TIMES = re.compile(r"\s?(?:times|fold)\b", re.IGNORECASE)
_VERB = re.compile(r"exceed|surpass|top", re.IGNORECASE)
_MONEY = re.compile(r"[A-Z]{3}")
_TENS = frozenset(10.0**power for power in range(1, 10))


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


def reckon(claim: str, evidence: str, ends: Sequence[int]) -> Reckoned:
    """What to read with the evidence; `ends` are the ends of its sentences, ascending, code points."""
    ours = stated(claim)
    if not ours.values and not ours.bounds and not ours.days:
        return Reckoned()
    work = _Work(ours, stated(evidence), ends)
    made: list[Working | str] = []
    for value in ours.values:
        made += work.of_value(value)
    for value in ours.bounds:
        made += work.of_bound(value)
    for day in ours.days:
        made += [work.placed(way) for way in shifts.of_day(day, work.evidence)]
    clashes = [one for one in made if isinstance(one, str)]
    return Reckoned(_apart([one for one in made if isinstance(one, Working)]), clashes[0] if clashes else "")


def with_workings(evidence: str, found: Sequence[Working]) -> str:
    """The evidence with its workings, each in its place."""
    parts, before = [], 0
    for working in found:
        parts += [evidence[before : working.start], working.text]
        before = working.end
    return "".join([*parts, evidence[before:]])


def _apart(made: Sequence[Working]) -> tuple[Working, ...]:
    """The first workings that are not in each other's place, in the order of the evidence."""
    kept: list[Working] = []
    for working in made:
        overlaps = any(working.start < other.end and other.start < working.end for other in kept)
        if not overlaps and working not in kept and len(kept) < MOST:
            kept.append(working)
    return tuple(sorted(kept, key=lambda working: (working.start, working.end)))


class _Work:
    """A claim and its evidence while it is reckoned."""

    def __init__(self, claim: Stated, evidence: Stated, ends: Sequence[int]) -> None:
        self.claim, self.evidence, self.ends = claim, evidence, ends

    def of_value(self, ours: Value) -> list[Working | str]:
        """The working for a value of the claim, or what clashes with it; nothing where the evidence states it."""
        alike = [value for value in self.evidence.values if _is_alike(ours, value)]
        equal = [value for value in alike if _is_equal(ours, value)]
        if equal:
            is_said = any(_words(value.text) == _words(ours.text) for value in equal)
            is_plain = not ours.unit and ours.low < PLAIN
            return [] if is_said or is_plain or "-" in equal[0].text[1:] else [_restated(ours, equal[0])]
        for way in self._ways(ours, alike[:MOST_VALUES]):
            return [self.placed(way)]
        number = _number(ours.text)
        return [] if any(_number(bound.text) == number for bound in self.evidence.bounds) else self._other(ours)

    def of_bound(self, ours: Value) -> list[Working | str]:
        """Whether the one value of the evidence that can be meant lies in a range, or above or below a bound."""
        alike = [
            value
            for value in self.evidence.values
            if _is_alike(ours, value) and (ours.unit or ours.is_share or value.noun == ours.noun)
        ]
        is_of_nothing = not ours.unit and not ours.is_share and not ours.noun
        if len(alike) != 1 or is_of_nothing or self._may_state(ours):
            return []
        theirs, text = alike[0], _small(ours.text)
        low, high = (end / 100 if ours.unit == "%" else end for end in (ours.low, ours.high))
        if low < theirs.share < high or (not ours.is_open and theirs.share in (low, high)):
            return [self.placed(Made(f"{theirs.text} {'' if _VERB.match(ours.text) else 'is '}{text}", alike))]
        is_of_the_same = bool(ours.unit) or theirs.unit == "%" or bool(ours.noun)
        if (
            math.isfinite(low + high)
            or _VERB.match(ours.text)
            or not is_of_the_same
            or not self._is_about(ours, theirs)
        ):
            return []  # "18 to 25 years olds": a range may be a name
        return [f"{theirs.text} is not {text}"]

    def placed(self, way: Made) -> Working:
        """A sentence behind that which holds the last operand."""
        last = max(operand.end for operand in way.operands)
        place = next((end for end in self.ends if end >= last), last)
        text = way.read or way.said
        return Working(place, place, f" {text[:1].upper()}{text[1:]}.", way.said)

    def _ways(self, ours: Value, alike: Sequence[Value]) -> Iterator[Made]:
        """What makes the value, likelier ways first."""
        if ours.is_share:
            yield from self._shares(ours)
            return
        every = self.evidence.values[:MOST_VALUES]
        percents = [value for value in every if value.unit == "%" and ours.unit == "pp"]
        for one, other in combinations(percents, 2):
            yield from self._difference(ours, one, other, percents)
        amounts = [value for value in every if not value.is_share]
        for share in (value for value in every if value.is_share):
            for whole in alike:
                if (ours.unit or whole.low >= LEAST_WHOLE) and _is_close(ours, share.share * whole.low):
                    yield Made(
                        f"{share.text} of {whole.text} is {self._named(ours, share.share * whole.low)}",
                        [share, whole],
                    )
        if not ours.unit and _TIMES.match(self.claim.text, ours.end):
            for one, other in combinations(amounts, 2):
                for high, low in ((one, other), (other, one)):
                    if one.unit == other.unit and low.low > 0 and _is_close(ours, high.low / low.low):
                        about = _about(ours, high.low / low.low)
                        yield Made(f"{high.text} is {about}{_small(ours.text)} times {low.text}", [one, other])
        for count in amounts:
            for unit in alike:
                product = count.low * unit.low
                if count is unit or count.unit or count.low < 2 or not _is_close(ours, product):
                    continue
                if _EACH.search(self._around((count, unit))) or _EACH.search(self.claim.text):
                    yield Made(f"{count.text} times {unit.text} is {self._named(ours, product)}", [count, unit])
        yield from self._pairs(ours, alike)
        yield from self._runs(ours, alike)
        for text, operands, _ in shifts.spans(self.evidence, ours.unit, lambda length: _is_close(ours, length)):
            yield Made(f"{text} it is {_small(ours.text)}", operands)

    def _pairs(self, ours: Value, alike: Sequence[Value]) -> Iterator[Made]:
        """A difference and a sum of two values."""
        is_all = bool(_TOGETHER.search(self.claim.text))
        for one, other in combinations(alike, 2):
            yield from self._difference(ours, one, other, alike)
            total = one.low + other.low
            is_asked = _ABOVE.search(self._around((one, other))) or (is_all and self._is_all([one, other], alike))
            if _is_close(ours, total) and is_asked:
                yield Made(f"{one.text} and {other.text} make {self._named(ours, total)}", [one, other])

    def _difference(self, ours: Value, one: Value, other: Value, alike: Sequence[Value]) -> Iterator[Made]:
        """By how much two values differ; a change is read in plain words where no other of their kind stands there."""
        less = abs(one.low - other.low)
        is_asked = _LESS.search(self.claim.text) or _BY.search(self.claim.text[: ours.start])
        if not _is_close(ours, less) or not (is_asked or _BELOW.search(self._around((one, other)))):
            return
        if change := self._change(one, other):
            old, new = sorted((one, other), key=lambda value: value.low * change)
            told = f"{self._named(ours, less)} {'more' if change > 0 else 'less'}"
            is_plain = self._is_all([one, other], [*alike, *self.evidence.bounds])
            read = f"that is {told}" if is_plain else ""
            yield Made(f"from {old.text} to {new.text} it is {told}", [one, other], read)
        elif one.unit == ours.unit:
            high, low = (one, other) if one.low > other.low else (other, one)
            yield Made(f"{high.text} less {low.text} is {self._named(ours, less)}", [one, other])

    def _change(self, one: Value, other: Value) -> float:
        """By how much what had the one value had more or less of it later, where the words say so, else 0."""
        before, between = self.evidence.text[: one.start], self.evidence.text[one.end : other.start]
        if _ONWARDS.fullmatch(between) and _BEFORE_OLD.search(before):
            return other.low - one.low
        is_back = _BACK.fullmatch(between) and _BEFORE_NEW.search(before)
        is_compared = _COMPARED.fullmatch(between) and not _CHANGED_BY.search(before)
        return one.low - other.low if is_back or is_compared else 0.0

    def _runs(self, ours: Value, alike: Sequence[Value]) -> Iterator[Made]:
        """Sums of three to five values that stand one behind the other; a whole less one value and more by another."""
        for count in (3, 4, 5):
            for first in range(len(alike) - count + 1):
                run = alike[first : first + count]
                total = math.fsum(value.low for value in run)
                if _is_close(ours, total) and _TOGETHER.search(self.claim.text) and self._is_all(run, alike):
                    listed = ", ".join(value.text for value in run[:-1])
                    yield Made(f"{listed} and {run[-1].text} make {self._named(ours, total)}", run)
        for first in range(len(alike) - 2):
            trio = alike[first : first + 3]
            whole = max(trio, key=lambda value: value.low)
            one, other = (value for value in trio if value is not whole)
            if ours.low < LEAST_CHANGED or len(_CHANGED.findall(self._around(trio))) < len(trio) - 1:
                continue
            for less, more in ((one, other), (other, one)):
                rest = whole.low - less.low + more.low
                if _is_close(ours, rest):
                    yield Made(
                        f"{whole.text} less {less.text} and {more.text} more make {self._named(ours, rest)}", trio
                    )

    def _shares(self, ours: Value) -> Iterator[Made]:
        """A value of another, the rest of it, and a change from one to the other, as a share."""
        every, scale = self.evidence.values[:MOST_VALUES], 100.0 if ours.unit == "%" else 1.0
        for share in (value for value in every if value.is_share):
            if _is_close(ours, scale * (1 - share.share)) and _BELOW.search(self._around([share])):
                yield Made(f"{share.text} less leaves {_small(ours.text)}", [share])
        for one, other in combinations([value for value in every if not value.is_share], 2):
            low, high = (one, other) if one.low < other.low else (other, one)
            if one.unit != other.unit or low.low <= 0:
                continue
            part, more = scale * low.low / high.low, scale * (high.low / low.low - 1)
            rest = scale - part
            if _is_close(ours, part):
                yield Made(f"{low.text} is {_about(ours, part)}{_small(ours.text)} of {high.text}", [one, other])
            change = self._change(one, other)
            if _is_close(ours, rest):
                text = f"{_about(ours, rest)}{_small(ours.text)}"
                if _FALLING.search(self.claim.text) and change <= 0:
                    yield Made(f"from {high.text} to {low.text} it is {text} less", [one, other])
                elif _REMAINING.search(self.claim.text):
                    yield Made(f"{high.text} without {low.text} is {text} of it", [one, other])
            if _is_close(ours, more) and _RISING.search(self.claim.text) and change >= 0:
                yield Made(
                    f"from {low.text} to {high.text} it is {_about(ours, more)}{_small(ours.text)} more", [one, other]
                )

    def _other(self, ours: Value) -> list[Working | str]:
        """That a value of the same sentence is another: of another unit, or of another magnitude."""
        for theirs in self.evidence.values:
            is_unit = _is_of_another_unit(ours, theirs, self.evidence.text)
            least = SAME_UNIT if is_unit else SAME_SENTENCE
            if (is_unit or _is_of_another_size(ours, theirs)) and self._is_about(ours, theirs, least):
                return [f"{theirs.text} is not {self._named(ours, ours.low)}"]
        return []

    def _may_state(self, ours: Value) -> bool:
        """Whether a bound or range of the evidence may be what the claim says."""
        return any(_is_alike(ours, bound) for bound in self.evidence.bounds)

    def _is_about(self, ours: Value, theirs: Value, least: float = SAME_SENTENCE) -> bool:
        """Whether the sentence of a value says most of what the claim says beside its own."""
        rest = self.claim.text[: ours.start] + self.claim.text[ours.end :]
        wanted, there = (frozenset(some) for some in kernels.content_stems_batch([rest, self._around([theirs])]))
        return len(wanted & there) >= least * len(wanted) > 0

    def _is_all(self, run: Sequence[Value], alike: Sequence[Value]) -> bool:
        """Whether the sentences of some values hold no other of their kind: together means all."""
        begin = max((end for end in self.ends if end <= run[0].start), default=0)
        after = next((end for end in self.ends if end >= run[-1].end), run[-1].end)
        return sum(begin <= value.start < after for value in alike) == len(run)

    def _around(self, operands: Sequence[Value]) -> str:
        """The sentences from the first to the last operand."""
        first, last = min(value.start for value in operands), max(value.end for value in operands)
        begin = max((end for end in self.ends if end <= first), default=0)
        return self.evidence.text[begin : next((end for end in self.ends if end >= last), len(self.evidence.text))]

    def _named(self, ours: Value, made: float) -> str:
        """A value of the claim with what it counts, as what came out."""
        noun = re.compile(rf"\b{re.escape(ours.noun or '_')}\w*", re.IGNORECASE).search(self.claim.text, ours.end)
        text = f"{_about(ours, made)}{_small(ours.text)}"
        if ours.unit or noun is None or _COMPARING.fullmatch(noun.group()):
            return text
        return f"{text} {noun.group()}"


def _is_alike(ours: Value, theirs: Value) -> bool:
    """Whether two values can be equal."""
    return theirs.is_share if ours.is_share else not theirs.is_share and theirs.unit == ours.unit


def _is_equal(ours: Value, theirs: Value) -> bool:
    made = _as_stated(ours, theirs)
    if ours.is_share:
        return made == ours.low or _is_close(ours, made)
    is_converted = ours.unit and not _MONEY.fullmatch(ours.unit) and _words(ours.text) != _words(theirs.text)
    slack = CONVERTED * abs(ours.low) if is_converted else 0.0
    return _is_close(ours, made) or abs(ours.low - made) <= slack


def _as_stated(ours: Value, theirs: Value) -> float:
    """Another value as a number like the claim's: of a share a percentage where that is one."""
    if not ours.is_share:
        return theirs.low
    return theirs.share * (100.0 if ours.unit == "%" else 1.0)


def _is_close(ours: Value, value: float) -> bool:
    """Whether rounding to the digits that the claim gives, or its "about", explains the difference."""
    is_coarse = ours.unit not in ("", "s", "month") or ours.low != int(ours.low)
    step = ours.step / 2 if is_coarse and DIGITS.search(ours.text) else 0.0
    slack = max(ABOUT * ours.low if ours.is_open else 0.0, min(step, ROUNDED * abs(ours.low)), EXACT * abs(ours.low))
    return value > 0 and abs(value - ours.low) <= slack


def _restated(ours: Value, theirs: Value) -> Working:
    """The claim's wording in place of a value that is equal."""
    text = f"{_about(ours, _as_stated(ours, theirs))}{_small(ours.text)}"
    return Working(theirs.start, theirs.end, text, f"{theirs.text} is {text}")


def _about(ours: Value, made: float) -> str:
    return "" if abs(made - ours.low) <= EXACT * abs(ours.low) else "about "


def _is_of_another_unit(ours: Value, theirs: Value, evidence: str) -> bool:
    """Whether the same number stands there of another currency, another unit of the same kind, or as a percentage."""
    if _number(ours.text) != _number(theirs.text) or not _number(ours.text):
        return False
    if theirs.unit == "%" and not ours.unit and ours.noun:
        after = evidence[theirs.end : theirs.end + 40].lower()
        return re.match(rf" of (?:\w+ )?{re.escape(ours.noun)}", after) is not None
    if ours.unit != theirs.unit:
        is_money = _MONEY.fullmatch(ours.unit) is not None
        return is_money and (theirs.unit == "%" or _MONEY.fullmatch(theirs.unit) is not None)
    return bool(ours.unit) and ours.low != theirs.low


def _is_of_another_size(ours: Value, theirs: Value) -> bool:
    """Whether the same digits stand there of the same unit or thing, ten, a hundred, … times as much or as little."""
    if ours.is_share != theirs.is_share or ours.unit != theirs.unit or (not ours.unit and ours.noun != theirs.noun):
        return False
    if not (ours.unit or ours.noun) or ours.low <= 0 or theirs.low <= 0:
        return False
    factor = max(ours.low, theirs.low) / min(ours.low, theirs.low)
    number = _number(ours.text)
    digits = re.sub(r"[.,]", "", number[0]).strip("0") if number else ""
    return round(factor, 6) in _TENS and bool(digits) and (len(digits) > 1 or factor >= LEAST_FACTOR)


def _number(text: str) -> tuple[str, str] | None:
    """Digits and scale word of a value, as they are written."""
    found = DIGITS.search(text)
    scale = re.search(r"[a-z]*illion|thousand|hundred", text.lower())
    return (found.group().strip(".,"), scale.group() if scale else "") if found else None


def _small(text: str) -> str:
    """A value as it stands inside a sentence."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _words(text: str) -> str:
    """What stands beside the digits of a value, without its plural."""
    return DIGITS.sub("", text).strip(" -").lower().removesuffix("s")
