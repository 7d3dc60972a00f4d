"""Finds every quantity in English text: counts, measures, money, percentages, fractions, ordinals, ranges and bounds.

Not for dates and clock times (`dates`), nor for numbers that only name something: versions, sections, phone numbers.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right

from simone.kernels.reference.validation import numerals
from simone.kernels.reference.validation.dates import find_dates, find_times
from simone.kernels.reference.validation.measures import (
    APPROXIMATIONS,
    CODES,
    DASHES,
    SIGNS,
    Measure,
    add_parts,
    read_measure,
    with_unit,
)
from simone.kernels.reference.validation.mentions import Quantity
from simone.kernels.reference.validation.tokens import Tokens, counted_noun, tokenise, word_list
from simone.kernels.reference.validation.units import canonical_value

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.\-]{1,12}://|www\.)[^\s<>\"]++|(?<![\w.+\-])[\w.+\-]++@[\w.\-]++", re.IGNORECASE
)
_CHANGES = frozenset(
    word_list(
        """rise rises rose risen rising fall falls fell fallen falling grow grows grew grown growing increase increases
    increased increasing decrease decreases decreased decreasing drop drops dropped dropping cut cuts raise
    raises raised raising change changes changed changing went go goes gone jump jumps jumped climb climbs
    climbed decline declines declined declining reduce reduces reduced reducing move moved shrink shrank
    shrunk slip slipped expand expanded plunge plunged lower lowered lowering up down soar soared surge
    surged swell swelled dwindle dwindled convert converted rename renamed"""
    )
)
# phrase before the number -> (side that is bounded, strict)
_BOUNDS = {
    "at least": ("low", False), "no fewer than": ("low", False), "no less than": ("low", False),
    "not less than": ("low", False), "not fewer than": ("low", False), "a minimum of": ("low", False),
    "minimum of": ("low", False), "upwards of": ("low", False), "≥": ("low", False), "> =": ("low", False),
    "more than": ("low", True), "over": ("low", True), "above": ("low", True), "greater than": ("low", True),
    "exceeding": ("low", True), "exceeds": ("low", True), "exceeded": ("low", True), "larger than": ("low", True),
    "higher than": ("low", True), "in excess of": ("low", True), "bigger than": ("low", True),
    "longer than": ("low", True), "older than": ("low", True), "heavier than": ("low", True), ">": ("low", True),
    "taller than": ("low", True), "faster than": ("low", True), "well over": ("low", True), "beyond": ("low", True),
    "at most": ("high", False), "up to": ("high", False), "no more than": ("high", False),
    "not more than": ("high", False), "no greater than": ("high", False), "a maximum of": ("high", False),
    "maximum of": ("high", False), "as many as": ("high", False), "as much as": ("high", False), "≤": ("high", False),
    "greater or equal than": ("low", False), "bigger or equal than": ("low", False),
    "greater than or equal to": ("low", False), "more than or equal to": ("low", False),
    "equal or more than": ("low", False),
    "equal to or more than": ("low", False), "equal to or greater than": ("low", False), "exceed": ("low", True),
    "surpassing": ("low", True), "less than or equal to": ("high", False), "smaller or equal than": ("high", False),
    "less or equal than": ("high", False), "fewer than or equal to": ("high", False),
    "equal to or less than": ("high", False),
    "smaller than or equal to": ("high", False), "lower than or equal to": ("high", False), "surpass": ("low", True),
    "at least or equal to": ("low", False), "at most or equal to": ("high", False), "surpasses": ("low", True),
    "not exceeding": ("high", False), "not over": ("high", False), "no larger than": ("high", False),
    "no longer than": ("high", False), "< =": ("high", False), "not exceed": ("high", False),
    "less than": ("high", True), "fewer than": ("high", True), "under": ("high", True), "below": ("high", True),
    "lower than": ("high", True), "smaller than": ("high", True), "shorter than": ("high", True),
    "younger than": ("high", True), "lighter than": ("high", True), "slower than": ("high", True), "<": ("high", True),
}  # fmt: skip
_BOUND_ENDS = frozenset(phrase.rsplit(" ", 1)[-1] for phrase in _BOUNDS)
_BOUND_TAILS = {
    "more": "low", "above": "low", "over": "low", "greater": "low", "higher": "low", "longer": "low", "older": "low",
    "upwards": "low", "larger": "low", "up": "low", "less": "high", "fewer": "high", "under": "high", "below": "high",
    "lower": "high", "younger": "high", "smaller": "high", "shorter": "high",
}  # fmt: skip


_STARTERS = numerals.STARTERS | SIGNS | CODES


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of `text` in text order, not overlapping. Time and memory are linear in the length of the text.

    A span covers the number, its scale, its unit or currency and the words of a range or bound ("at least 40 km"); the
    counted noun and words of approximation ("about") stay outside. Dates, years and clock times are left to `dates`.
    """
    if not text:
        return ()
    tokens = tokenise(text)
    taken = _taken(text)
    taken_starts = [start for start, _ in taken]
    found: list[Quantity] = []
    after = 0
    for index in [at for at, low in enumerate(tokens.lows) if low in _STARTERS or low[0] in "0123456789"]:
        if index < after:
            continue
        place = bisect_right(taken_starts, tokens.starts[index]) - 1
        if place >= 0 and tokens.starts[index] < taken[place][1]:
            after = tokens.after(taken[place][1], index)
            continue
        quantity, after = _read(tokens, index)
        if quantity is None or (found and quantity.start < found[-1].end):
            continue
        joined = _both_bounds(text, found[-1], quantity) if found else None
        if joined is not None:
            found[-1] = joined
        else:
            found.append(quantity)
    return tuple(found)


_BOUND_LINK = re.compile(r",? (?:and|but) (?:is |are |was |were )?")


def _both_bounds(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """More than 20 and less than 35 as one range; None unless both bound the same kind of thing from two sides."""
    if math.isinf(first.low) == math.isinf(second.low) or first.low == first.high or second.low == second.high:
        return None
    if not (math.isinf(first.low) or math.isinf(first.high)) or not (math.isinf(second.low) or math.isinf(second.high)):
        return None
    low, high = max(first.low, second.low), min(first.high, second.high)
    if low >= high or (first.unit and second.unit and first.unit != second.unit):
        return None
    if _BOUND_LINK.fullmatch(text, first.end, second.start) is None:
        return None
    return Quantity(
        first.start, second.end, low, high, second.unit or first.unit, "range", second.noun or first.noun,
        first.approximate or second.approximate, first.strict and second.strict, max(first.step, second.step),
    )  # fmt: skip


def find_durations(text: str) -> tuple[Quantity, ...]:
    """The quantities of `text` whose unit is one of time: "s" (fixed lengths up to weeks), "month" or "year"."""
    return tuple(quantity for quantity in find_quantities(text) if quantity.unit in {"s", "month", "year"})


def _taken(text: str) -> list[tuple[int, int]]:
    """Spans that hold digits but no quantities: dates, clock times, addresses."""
    spans = [(date.start, date.end) for date in find_dates(text)]
    spans += [(time.start, time.end) for time in find_times(text)]
    if "://" in text or "@" in text or "www." in text:
        spans += [match.span() for match in _ADDRESS.finditer(text)]
    return sorted(spans)


def _read(tokens: Tokens, index: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at token `index`, if any, and the token to go on with (always a later one)."""
    measure, after = read_measure(tokens, index)
    if measure is None:
        return None, max(after, index + 1)
    measure = add_parts(tokens, measure)
    second = _range_end(tokens, measure)
    if second is not None:
        return _range(tokens, measure, second), second.after
    return _point(tokens, measure), measure.after


def _range_end(tokens: Tokens, measure: Measure) -> Measure | None:
    """The upper end of a range that begins with `measure`; None where there is no range."""
    if measure.kind == "ordinal":
        return None
    index = measure.after
    link, before = tokens.low(index), tokens.low(measure.first - 1)
    if link in DASHES:
        glued = tokens.touches(index) and tokens.touches(index + 1)
        if not (glued or (link != "-" and link != "—")):
            return None
    elif link in {"to", "through"}:
        if before == "from" and _tells_change(tokens, measure.first - 2):
            return None
    elif not (link == "and" and before == "between"):
        return None
    low = tokens.low(index + 1)
    if not low or not (low[0].isdigit() or low in numerals.STARTERS or low in SIGNS or low in CODES):
        return None
    if low[0].isdigit():
        second = _bare(tokens, index + 1)
    else:
        second, _ = read_measure(tokens, index + 1)
    if second is None or second.kind == "ordinal":
        return None
    first = _like(measure, second)
    if second.unit is None and measure.unit is not None:
        second = second._replace(unit=measure.unit, kind=measure.kind)
    if first.unit is not None and second.unit is not None and first.unit.dimension != second.unit.dimension:
        return None
    return second if _canonical(first) < _canonical(second) else None


def _bare(tokens: Tokens, index: int) -> Measure | None:
    """A measure in digits whose place after a dash is already explained."""
    numeral = numerals.read_digits(tokens, index)
    if numeral is None or numeral.form == "ordinal":
        return None
    measure, _ = with_unit(tokens, numeral, 1.0, index, tokens.starts[index], index)
    text, end = tokens.text, numeral.end
    if text[end : end + 1] in {"-", ":"} and text[end + 1 : end + 2].isdigit():
        return None
    return measure


def _like(first: Measure, second: Measure) -> Measure:
    """The lower end with the scale and unit that were only said once: 5 to 7 million, 10–12 km."""
    numeral, value = first.numeral, first.value
    if numeral.scale == 1.0 and second.numeral.scale > 1.0 and value < second.value / second.numeral.scale:
        value = value * second.numeral.scale
        numeral = numeral._replace(step=numeral.step * second.numeral.scale)
    unit = first.unit if first.unit is not None else second.unit
    kind = first.kind if first.unit is not None else second.kind
    return first._replace(numeral=numeral, value=value, unit=unit, kind=kind)


def _tells_change(tokens: Tokens, index: int) -> bool:
    """Whether a verb of change stands within four tokens before "from": two points in time, not a range."""
    return any(tokens.low(place) in _CHANGES for place in range(index, index - 4, -1))


def _canonical(measure: Measure) -> float:
    return canonical_value(measure.value, measure.unit) if measure.unit is not None else measure.value


def _step(measure: Measure) -> float:
    factor = abs(measure.unit.factor) if measure.unit is not None else 1.0
    return float(f"{measure.numeral.step * factor:.6g}")


def _range(tokens: Tokens, measure: Measure, second: Measure) -> Quantity:
    if second.unit is None and measure.unit is not None:
        second = second._replace(unit=measure.unit, kind=measure.kind)
    first = _like(measure, second)
    before = tokens.low(first.first - 1)
    start = tokens.starts[first.first - 1] if before in {"from", "between"} else first.start
    approximate = _approximate(tokens, first.first - (before in {"from", "between"}))
    unit = first.unit.canonical if first.unit is not None else ""
    return Quantity(
        start, second.end, _canonical(first), _canonical(second), unit, "range", _noun(tokens, second), approximate,
        False, max(_step(first), _step(second)),
    )  # fmt: skip


def _point(tokens: Tokens, measure: Measure) -> Quantity:
    value = _canonical(measure)
    low = high = value
    strict, start, end, first = False, measure.start, measure.end, measure.first
    approximate = _approximate(tokens, first)
    if measure.kind != "ordinal":
        bound, size = _bound_before(tokens, first)
        if bound is not None:
            side, strict = bound
            low, high = (value, math.inf) if side == "low" else (-math.inf, value)
            start = tokens.starts[first - size]
            approximate = approximate or _approximate(tokens, first - size)
        else:
            side, tail = _bound_after(tokens, measure.after)
            if side:
                low, high = (value, math.inf) if side == "low" else (-math.inf, value)
                end = tokens.end(tail - 1)
                measure = measure._replace(after=tail)
    after = measure.after
    approximate = approximate or (tokens.low(after) == "or" and tokens.low(after + 1) == "so")
    approximate = approximate or measure.numeral.form == "couple"
    unit = measure.unit.canonical if measure.unit is not None else ""
    noun = _noun(tokens, measure)
    return Quantity(start, end, low, high, unit, measure.kind, noun, approximate, strict, _step(measure))


def _noun(tokens: Tokens, measure: Measure) -> str:
    if measure.unit is None:
        return counted_noun(tokens, measure.after)
    if measure.kind == "percent" and tokens.low(measure.after) == "of":
        return counted_noun(tokens, measure.after)
    return ""


def _approximate(tokens: Tokens, index: int) -> bool:
    before = tokens.low(index - 1)
    if before == "." and tokens.low(index - 2) in {"approx", "ca", "c"}:
        return True
    return before in APPROXIMATIONS or (before == "to" and tokens.low(index - 2) == "close")


def _bound_before(tokens: Tokens, first: int) -> tuple[tuple[str, bool] | None, int]:
    """The bound said before token `first` with the number of its tokens, approximations between them skipped."""
    if tokens.low(first - 1) not in _BOUND_ENDS:
        return None, 0
    for size in (5, 4, 3, 2, 1):
        if first >= size:
            bound = _BOUNDS.get(" ".join(tokens.lows[first - size : first]))
            if bound is not None:
                return bound, size
    return None, 0


def _bound_after(tokens: Tokens, index: int) -> tuple[str, int]:
    """The side bounded by words after the number ("or more", "+") and the token after them; "" for none."""
    low = tokens.low(index)
    if low == "+" and tokens.touches(index) and not (tokens.low(index + 1)[:1].isdigit()):
        return "low", index + 1
    if low in {"or", "and"}:
        side = _BOUND_TAILS.get(tokens.low(index + 1), "")
        if side and (low == "or" or tokens.low(index + 1) in {"above", "over", "below", "under", "up", "upwards"}):
            return side, index + 2
    return "", index
