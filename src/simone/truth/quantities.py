"""Finds every quantity in English text: counts, measures, money, percentages, fractions, ordinals, ranges and bounds.

Not for dates and clock times (`dates`), nor for numbers that only name something: versions, section numbers, phone numbers.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from typing import NamedTuple

from simone.truth import numerals
from simone.truth.dates import find_dates, find_times
from simone.truth.mentions import Quantity, QuantityKind
from simone.truth.numerals import Numeral
from simone.truth.tokens import FUNCTION_WORDS, Tokens, counted_noun, is_plural, tokenise
from simone.truth.units import Unit, canonical_value, divided, find_unit, raised

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.\-]{1,12}://|www\.)[^\s<>\"]++|[\w.+\-]++@[\w.\-]++", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[\w.:/\\\-#@%+]*+")
_LIST_MARK = re.compile(r"[ \t>]*+[0-9]{1,3}[.)][ \t]")
_SIGNS = frozenset("$€£¥₹₽₩₺₪฿₴₫₱₦₿")
_CODES = frozenset(
    "usd eur gbp jpy cny rmb inr chf cad aud nzd hkd sgd twd sek nok dkk isk rub krw brl mxn ars try ils thb pln czk huf "
    "uah zar vnd php idr myr pkr sar aed egp ngn kwd rs".split()
)
_SIGN_COUNTRIES = frozenset("us ca c au a nz hk s nt r mx cn".split())
_DASHES = frozenset("-–—‒−~")
_LABELS = frozenset(
    """chapter chapters page pages p pp section sections sec article articles figure figures fig table tables room no nos
    number numbers nr № version v pep rfc eip erc isbn issn doi part volume vol line lines type phase grade appendix
    flight route highway iso step level section § item items question exercise example equation eq theorem lemma verse
    psalm act scene episode season track gate platform bus zone district channel port id pid error code model class
    category tier stage round issue release build windows python java interstate apartment apt suite box channel
    unit paragraph para clause note footnote rule title psalm apollo boeing airbus""".split()
)
_CHANGES = frozenset(
    """rise rises rose risen rising fall falls fell fallen falling grow grows grew grown growing increase increases
    increased increasing decrease decreases decreased decreasing drop drops dropped dropping cut cuts raise raises raised
    raising change changes changed changing went go goes gone jump jumps jumped climb climbs climbed decline declines
    declined declining reduce reduces reduced reducing move moved shrink shrank shrunk slip slipped expand expanded plunge
    plunged lower lowered lowering up down soar soared surge surged swell swelled dwindle dwindled convert converted
    rename renamed""".split()
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
    "greater than or equal to": ("low", False), "more than or equal to": ("low", False), "equal or more than": ("low", False),
    "equal to or more than": ("low", False), "equal to or greater than": ("low", False), "exceed": ("low", True),
    "surpassing": ("low", True), "less than or equal to": ("high", False), "smaller or equal than": ("high", False),
    "less or equal than": ("high", False), "fewer than or equal to": ("high", False), "equal to or less than": ("high", False),
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
_APPROXIMATIONS = frozenset(
    """about around roughly approximately approx nearly almost circa ca some ~ ≈ ∼ estimated approximate perhaps
    virtually""".split()
)


class _Measure(NamedTuple):
    """A number with its own sign, scale and unit, before any conversion."""

    numeral: Numeral
    value: float
    unit: Unit | None
    kind: QuantityKind
    first: int
    after: int
    start: int
    end: int


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
    index, count, lows = 0, len(tokens.lows), tokens.lows
    while index < count:
        low = lows[index]
        if not ("0" <= low[0] <= "9" or low in numerals.STARTERS or low in _SIGNS or low in _CODES):
            index += 1
            continue
        place = bisect_right(taken_starts, tokens.starts[index]) - 1
        if place >= 0 and tokens.starts[index] < taken[place][1]:
            index = tokens.after(taken[place][1], index)
            continue
        quantity, index = _read(tokens, index)
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
    spans = [(mention.start, mention.end) for mention in (*find_dates(text), *find_times(text))]
    if "://" in text or "@" in text or "www." in text:
        spans += [match.span() for match in _ADDRESS.finditer(text)]
    return sorted(spans)


def _read(tokens: Tokens, index: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at token `index`, if any, and the token to go on with (always a later one)."""
    measure, after = _measure(tokens, index)
    if measure is None:
        return None, max(after, index + 1)
    measure = _compound(tokens, measure)
    second = _range_end(tokens, measure)
    if second is not None:
        return _range(tokens, measure, second), second.after
    return _point(tokens, measure), measure.after


def _measure(tokens: Tokens, index: int) -> tuple[_Measure | None, int]:
    """The number with sign, currency and unit at token `index`; without one, the token after what was looked at."""
    first, sign, money = index, 1.0, None
    if tokens.lows[index] in {"a", "an"} and (single := _single(tokens, index)) is not None:
        return single, single.after
    low = tokens.lows[index]
    if low in {"minus", "negative"}:
        index, sign = index + 1, -1.0
    elif low in _SIGNS or low in _CODES:
        money = find_unit(tokens.words[index])
        country = find_unit(tokens.low(index - 1) + low) if tokens.low(index - 1) in _SIGN_COUNTRIES else None
        if low in _SIGNS and country is not None and (tokens.touches(index) or tokens.words[index - 1] == "US"):
            first, money = index - 1, country
        index += 1
        if tokens.low(index) in _DASHES and tokens.touches(index):
            index, sign = index + 1, -1.0
    low = tokens.low(index)
    if not low or (money is not None and not low[0].isdigit()):
        return None, index
    if "0" <= low[0] <= "9":
        if money is None and (skip := _identifier(tokens, index)):
            return None, skip
        numeral = numerals.read_digits(tokens, index, money is not None)
        if index == first and sign > 0 and _has_minus(tokens, index):
            first, sign = index - 1, -1.0
    elif low in numerals.STARTERS:
        numeral = numerals.read_words(tokens, index)
    else:
        return None, index
    if numeral is None:
        return None, index + 1 if not low[0].isdigit() else _skip(tokens, index)
    start, end = tokens.starts[first], numeral.end
    if low[0].isdigit() and index > 0 and tokens.words[index - 1] == "." and tokens.touches(index):
        decimals = len(tokens.words[index])
        value = numeral.value / 10**decimals
        numeral, start = numeral._replace(value=value, step=10.0**-decimals), start - 1
    if numeral.form == "ordinal":
        return _Measure(numeral, sign * numeral.value, None, "ordinal", first, numeral.after, start, end), numeral.after
    if money is not None:
        return _Measure(numeral, sign * numeral.value, money, "money", first, numeral.after, start, end), numeral.after
    return _with_unit(tokens, numeral, sign, first, start, index)


def _single(tokens: Tokens, index: int) -> _Measure | None:
    """One unit of time said as "an hour": after a bound or "for", or with "and a half" behind it."""
    unit = find_unit(tokens.low(index + 1)) if len(tokens.low(index + 1)) > 2 else None
    if unit is None or unit.dimension not in {"time", "calendar"}:
        return None
    value, after = 1.0, index + 2
    if tokens.lows[after : after + 3] == ["and", "a", "half"]:
        value, after = 1.5, after + 3
    elif tokens.low(index - 1) not in {"for", "than", "least", "within", "under", "over", "nearly", "almost", "about"}:
        return None
    elif tokens.low(after).isalpha() and tokens.low(after) not in FUNCTION_WORDS:
        return None
    numeral = Numeral(value, 1.0, 1.0, "words", tokens.starts[index], tokens.end(after - 1), after)
    return _Measure(numeral, value, unit, "unit", index, after, numeral.start, numeral.end)


def _with_unit(
    tokens: Tokens, numeral: Numeral, sign: float, first: int, start: int, index: int
) -> tuple[_Measure | None, int]:
    """The numeral with the unit after it; None where what follows or precedes makes it a mere label."""
    unit, after = _unit(tokens, numeral)
    kind: QuantityKind = "fraction" if numeral.form == "fraction" and numeral.scale == 1.0 else "number"
    if unit is not None:
        if unit.dimension.startswith("percent"):
            kind = "percent"
        else:
            kind = "money" if unit.dimension.startswith("money") and "/" not in unit.dimension else "unit"
        end = tokens.end(after - 1)
    else:
        after, end = numeral.after, numeral.end
        if _glued(tokens, numeral) or (tokens.lows[index][0].isdigit() and _is_label(tokens, index, first, after)):
            return None, _skip(tokens, index)
    return _Measure(numeral, sign * numeral.value, unit, kind, first, after, start, end), after


def _unit(tokens: Tokens, numeral: Numeral) -> tuple[Unit | None, int]:
    """The unit that begins after the numeral, and the token after it."""
    index = numeral.after
    joined = tokens.low(index) == "-" and tokens.touches(index) and tokens.touches(index + 1)
    if joined:
        index += 1
    if index >= len(tokens.words):
        return None, index
    low, digits = tokens.lows[index], tokens.text[numeral.start].isdigit() or numeral.form == "fraction"
    if numeral.form == "fraction" and low in {"of", "a", "an", "the"}:
        index += 1  # half an hour, a third of a mile
        if tokens.low(index) in {"a", "an"}:
            index += 1
        unit, after = _one_unit(tokens, index, digits=False)
        return (unit, after) if unit is not None and not is_plural(tokens.low(after)) else (None, numeral.after)
    unit, after = _one_unit(tokens, index, digits)
    if unit is None:
        return None, numeral.after
    spelled = len(low) > 2 and low.isalpha()
    if (
        spelled and not joined and abs(numeral.value) != 1 and numeral.form != "fraction" and not is_plural(low)
        and low not in {"percent", "per", "degrees", "feet", "hertz", "horsepower", "celsius"} and is_plural(tokens.low(after))
    ):  # fmt: skip
        return None, numeral.after  # 12 foot soldiers
    for slash in ("/", "per", "a", "an"):
        if tokens.low(after) == slash and (slash != "/" or tokens.touches(after)):
            by, beyond = _one_unit(tokens, after + 1, digits=slash == "/")
            if by is not None and (slash in {"/", "per"} or by.dimension in {"time", "calendar"}):
                quotient = divided(unit, by)
                if quotient is not None:
                    return quotient, beyond
    return unit, after


def _one_unit(tokens: Tokens, index: int, digits: bool) -> tuple[Unit | None, int]:
    """One unit name or symbol at token `index`, longest first; bare symbols of one letter need a number in digits."""
    if index >= len(tokens.words):
        return None, index
    word, low = tokens.words[index], tokens.lows[index]
    if low in {"square", "sq", "cubic", "cu"}:
        step = index + 2 if tokens.low(index + 1) == "." else index + 1
        base, after = _one_unit(tokens, step, digits=True)
        power = raised(base, 2 if low in {"square", "sq"} else 3) if base is not None else None
        return (power, after) if power is not None else (None, index)
    for size in (4, 3, 2):
        if index + size <= len(tokens.words):
            phrase = " ".join(tokens.lows[index : index + size])
            unit = find_unit(phrase.replace(" - ", " ")) or (
                find_unit(tokens.text[tokens.starts[index] : tokens.end(index + size - 1)]) if low in {"°", "in"} else None
            )
            if unit is not None:
                return unit, index + size
    unit = find_unit(word)
    if unit is None and len(word) > 1 and word[-1] in "²³":
        base = find_unit(word[:-1])
        unit = raised(base, 2 if word[-1] == "²" else 3) if base is not None else None
        return unit, index + 1
    if unit is None or (len(word) <= 2 and word.isalpha() and not digits):
        return None, index
    if word in {"K", "A"} and not tokens.touches(index):
        return None, index
    if word in {"C", "F"} and (tokens.touches(index) and tokens.words[max(index - 2, 0)][0].isupper()):
        return None, index
    if low in FUNCTION_WORDS:
        return None, index
    after = index + 1
    if unit.dimension == "length" and tokens.touches(after) and tokens.low(after) in {"2", "3"}:
        return raised(unit, int(tokens.lows[after])), after + 1
    if unit.dimension == "length" and tokens.low(after) == "^" and tokens.low(after + 1) in {"2", "3"}:
        return raised(unit, int(tokens.lows[after + 1])), after + 2
    return unit, after


def _identifier(tokens: Tokens, index: int) -> int:
    """The token after the identifier that the digits at token `index` belong to; 0 where they may be a number."""
    text, start = tokens.text, tokens.starts[index]
    before = text[start - 1] if start else " "
    if before.isalnum() or before in "_#@&\\^":
        return _skip(tokens, index)
    if before == "." and start > 1 and not text[start - 2].isspace() and text[start - 2] not in "([-–$~<>=":
        return _skip(tokens, index)
    if before == "/" and start > 1 and text[start - 2].isalnum():
        return _skip(tokens, index)
    if before == "-" and start > 1 and (text[start - 2].isalnum() or text[start - 2] in ")_"):
        if tokens.low(index - 2) not in {"mid", "pre", "post", "sub", "under", "over", "plus", "non", "near"}:
            return _skip(tokens, index)
    end = tokens.end(index)
    after = text[end : end + 2]
    if before == "[" and after[:1] == "]":
        return index + 1
    if len(after) == 2 and after[0] == ":" and after[1].isdigit():
        return _skip(tokens, index)
    if after[:1] == "_" or (tokens.words[index][0] == "0" and len(tokens.words[index]) > 1 and after[:1] not in {",", "."}):
        return _skip(tokens, index)
    line = text.rfind("\n", max(0, start - 8), start) + 1 or (0 if start < 8 else -1)
    if line >= 0 and (mark := _LIST_MARK.match(text, line)) is not None and mark.end() > start:
        return index + 2
    match = _IDENTIFIER.match(text, start)
    chunk = match.group().rstrip(".:/-+%") if match is not None else ""
    return _skip(tokens, index) if _NAMES_SOMETHING.match(chunk) else 0


_NAMES_SOMETHING = re.compile(
    r"[0-9]++(?:\.[0-9]++){2,}|[0-9]{3}-[0-9]{3,4}(?:-[0-9]++)*+$|[0-9]++(?:-[0-9]++){2,}|[0-9]++/[0-9]++/[0-9]|24/7|0x"
)


def _skip(tokens: Tokens, index: int) -> int:
    match = _IDENTIFIER.match(tokens.text, tokens.starts[index])
    end = match.end() if match is not None else 0
    return max(index + 1, tokens.after(end, index))


def _has_minus(tokens: Tokens, index: int) -> bool:
    """Whether a minus sign stands before token `index`, rather than a dash between two things."""
    if tokens.low(index - 1) not in {"-", "−", "–"} or not tokens.touches(index):
        return False
    return not (tokens.touches(index - 1) and (tokens.words[index - 2][-1].isalnum() or tokens.words[index - 2] in ")%°"))


def _glued(tokens: Tokens, numeral: Numeral) -> bool:
    """Whether letters or digits are stuck to the end of the numeral: 3D, 747B, 4x4."""
    text, end = tokens.text, numeral.end
    if end >= len(text) or not tokens.text[end - 1].isalnum():
        return False
    if text[end].isalnum() or text[end] == "_":
        return True
    return text[end] in "./" and end + 1 < len(text) and text[end + 1].isdigit() and numeral.form != "words"


def _is_label(tokens: Tokens, index: int, first: int, after: int) -> bool:
    """Whether the word before a bare number in digits makes it a name: chapter 5, PEP 8, Windows 10."""
    before = tokens.low(first - 1)
    if before == "." and tokens.low(first - 2) in {"no", "p", "pp", "fig", "vol", "sec", "ch", "nos", "eq", "art"}:
        return True
    if before in {"-", "#", "§", "№"}:
        return before != "-"
    if before in _LABELS:
        return True
    word = tokens.words[first - 1] if first > 0 else ""
    if not word or not word[0].isupper() or before in FUNCTION_WORDS or before in _APPROXIMATIONS or first < 2:
        return False
    if is_plural(tokens.low(after)) or tokens.words[index] != tokens.text[tokens.starts[index] : tokens.end(after - 1)]:
        return False
    if len(word) > 1 and word.isupper():
        return True
    previous = tokens.words[first - 2]
    return (previous[-1].isalnum() or previous == ",") and before not in numerals.STARTERS


def _compound(tokens: Tokens, measure: _Measure) -> _Measure:
    """Adds the smaller parts: 5 ft 10 in, 2 hours and 30 minutes, two years and three months, 5 dollars and 20 cents."""
    while measure.unit is not None and measure.unit.dimension in {"length", "mass", "time", "calendar", "money USD", "money EUR"}:
        index = measure.after
        while tokens.low(index) in {"and", ","} and index < measure.after + 2:
            index += 1
        low = tokens.low(index)
        if not low or not (low[0].isdigit() or low in numerals.SMALL or low in numerals.TENS):
            break
        part, _ = _measure(tokens, index)
        if part is not None and part.unit is None:
            part = _small_part(tokens, measure, part)
        if part is None or part.unit is None or part.value < 0 or part.unit.dimension != measure.unit.dimension:
            break
        if part.unit.canonical == measure.unit.canonical:
            if part.unit.factor >= measure.unit.factor or part.unit.factor * part.value >= measure.unit.factor:
                break
            value = measure.value + part.value * part.unit.factor / measure.unit.factor
            unit = measure.unit
            step = part.numeral.step * part.unit.factor / measure.unit.factor
        elif measure.unit.canonical == "year" and part.value < 12:
            value, unit, step = measure.value * measure.unit.factor * 12 + part.value, part.unit, part.numeral.step
        else:
            break
        numeral = measure.numeral._replace(step=step)
        measure = measure._replace(numeral=numeral, value=value, unit=unit, after=part.after, end=part.end)
    return measure


def _small_part(tokens: Tokens, measure: _Measure, part: _Measure) -> _Measure:
    """The part with a unit that only the larger one explains: inches after feet, cents after dollars."""
    assert measure.unit is not None
    low = tokens.low(part.after)
    inches = low == "in" and measure.unit.dimension == "length" and tokens.low(measure.after - 1) in {"ft", "feet", "foot"}
    cents = low in {"cents", "cent"} and measure.unit.dimension.startswith("money")
    if not (inches or cents):
        return part
    unit = find_unit("inch") if inches else measure.unit._replace(factor=0.01)
    return part._replace(unit=unit, after=part.after + 1, end=tokens.end(part.after))


def _range_end(tokens: Tokens, measure: _Measure) -> _Measure | None:
    """The upper end of a range that begins with `measure`; None where there is no range."""
    if measure.kind == "ordinal":
        return None
    index = measure.after
    link, before = tokens.low(index), tokens.low(measure.first - 1)
    if link in _DASHES:
        glued = tokens.touches(index) and tokens.touches(index + 1)
        if not (glued or (link != "-" and link != "—")):
            return None
    elif link in {"to", "through"}:
        if before == "from" and _tells_change(tokens, measure.first - 2):
            return None
    elif not (link == "and" and before == "between"):
        return None
    low = tokens.low(index + 1)
    if not low or not (low[0].isdigit() or low in numerals.STARTERS or low in _SIGNS or low in _CODES):
        return None
    if low[0].isdigit():
        second = _bare(tokens, index + 1)
    else:
        second, _ = _measure(tokens, index + 1)
    if second is None or second.kind == "ordinal":
        return None
    first = _like(measure, second)
    if second.unit is None and measure.unit is not None:
        second = second._replace(unit=measure.unit, kind=measure.kind)
    if first.unit is not None and second.unit is not None and first.unit.dimension != second.unit.dimension:
        return None
    return second if _canonical(first) < _canonical(second) else None


def _bare(tokens: Tokens, index: int) -> _Measure | None:
    """A measure in digits whose place after a dash is already explained."""
    numeral = numerals.read_digits(tokens, index)
    if numeral is None or numeral.form == "ordinal":
        return None
    measure, _ = _with_unit(tokens, numeral, 1.0, index, tokens.starts[index], index)
    text, end = tokens.text, numeral.end
    if text[end : end + 1] in {"-", ":"} and text[end + 1 : end + 2].isdigit():
        return None
    return measure


def _like(first: _Measure, second: _Measure) -> _Measure:
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


def _canonical(measure: _Measure) -> float:
    return canonical_value(measure.value, measure.unit) if measure.unit is not None else measure.value


def _step(measure: _Measure) -> float:
    factor = abs(measure.unit.factor) if measure.unit is not None else 1.0
    return float(f"{measure.numeral.step * factor:.6g}")


def _range(tokens: Tokens, measure: _Measure, second: _Measure) -> Quantity:
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


def _point(tokens: Tokens, measure: _Measure) -> Quantity:
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


def _noun(tokens: Tokens, measure: _Measure) -> str:
    if measure.unit is None:
        return counted_noun(tokens, measure.after)
    if measure.kind == "percent" and tokens.low(measure.after) == "of":
        return counted_noun(tokens, measure.after)
    return ""


def _approximate(tokens: Tokens, index: int) -> bool:
    before = tokens.low(index - 1)
    if before == "." and tokens.low(index - 2) in {"approx", "ca", "c"}:
        return True
    return before in _APPROXIMATIONS or (before == "to" and tokens.low(index - 2) == "close")


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
