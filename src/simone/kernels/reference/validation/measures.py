"""Reads one measure where it stands: sign, currency, number, scale and unit, and tells mere labels from numbers.

Not for ranges and bounds: `quantities` puts those around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.reference.validation import numerals
from simone.kernels.reference.validation.mentions import QuantityKind
from simone.kernels.reference.validation.numerals import Numeral
from simone.kernels.reference.validation.tokens import FUNCTION_WORDS, Tokens, is_plural, word_list
from simone.kernels.reference.validation.units import Unit, divided, find_unit, raised

_IDENTIFIER = re.compile(r"[\w.:/\\\-#@%+]{0,64}+")  # longer ones are skipped in pieces
_LIST_MARK = re.compile(r"[ \t>]*+[0-9]{1,3}[.)][ \t]")
SIGNS = frozenset("$€£¥₹₽₩₺₪฿₴₫₱₦₿")
CODES = frozenset(
    word_list(
        "usd eur gbp jpy cny rmb inr chf cad aud nzd hkd sgd twd sek nok dkk isk rub krw brl mxn ars ils thb pln czk "
        "huf uah zar vnd php idr myr pkr sar aed egp ngn kwd rs"
    )
)
_SIGN_COUNTRIES = frozenset(word_list("us ca c au a nz hk s nt r mx cn"))
DASHES = frozenset("-–—‒−~")
_LABELS = frozenset(
    word_list(
        """chapter chapters page pages p pp section sections sec article articles figure figures fig table tables room
    no nos number numbers nr № version v pep rfc eip erc isbn issn doi part volume vol line lines type phase
    grade appendix flight route highway iso step level section § item items question exercise example
    equation eq theorem lemma verse psalm act scene episode season track gate platform bus zone district
    channel port id pid error code model class category tier stage round issue release build windows python
    java interstate apartment apt suite box channel unit paragraph para clause note footnote rule title
    psalm apollo boeing airbus"""
    )
)
_PREFIXES = frozenset({"mid", "pre", "post", "sub", "under", "over", "plus", "non", "near"})
_DIGITS = tuple("0123456789")
_UNMARKED_PLURALS = frozenset({"percent", "per", "degrees", "feet", "hertz", "horsepower", "celsius"})
APPROXIMATIONS = frozenset(
    word_list(
        """about around roughly approximately approx nearly almost circa ca some ~ ≈ ∼ estimated approximate perhaps
    virtually"""
    )
)
_NAMES_SOMETHING = re.compile(
    r"[0-9]++(?:\.[0-9]++){2,}|[0-9]{3}-[0-9]{3,4}(?:-[0-9]++)*+$|[0-9]++(?:-[0-9]++){2,}|[0-9]++/[0-9]++/[0-9]|24/7|0x"
)


class Measure(NamedTuple):
    """A number with its own sign, scale and unit, before any conversion."""

    numeral: Numeral
    value: float
    unit: Unit | None
    kind: QuantityKind
    first: int
    after: int
    start: int
    end: int


def read_measure(tokens: Tokens, index: int) -> tuple[Measure | None, int]:
    """The number with sign, currency and unit at token `index`; without one, the token after what was looked at."""
    first, sign, money = index, 1.0, None
    if tokens.lows[index] in {"a", "an"} and (single := _single(tokens, index)) is not None:
        return single, single.after
    low = tokens.lows[index]
    if low in {"minus", "negative"}:
        index, sign = index + 1, -1.0
    elif low in SIGNS or low in CODES:
        money = find_unit(tokens.words[index])
        country = find_unit(tokens.low(index - 1) + low) if tokens.low(index - 1) in _SIGN_COUNTRIES else None
        if low in SIGNS and country is not None and (tokens.touches(index) or tokens.words[index - 1] == "US"):
            first, money = index - 1, country
        index += 1
        if tokens.low(index) in DASHES and tokens.touches(index):
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
        return Measure(numeral, sign * numeral.value, None, "ordinal", first, numeral.after, start, end), numeral.after
    if money is not None:
        return Measure(numeral, sign * numeral.value, money, "money", first, numeral.after, start, end), numeral.after
    return with_unit(tokens, numeral, sign, first, start, index)


def _single(tokens: Tokens, index: int) -> Measure | None:
    """One unit of time said as "an hour": after a bound or "for", or with "and a half" behind it."""
    unit = find_unit(tokens.low(index + 1)) if len(tokens.low(index + 1)) > 2 else None
    if unit is None or unit.dimension not in {"time", "calendar"}:
        return None
    value, after = 1.0, index + 2
    if tokens.lows[after : after + 3] == ["and", "a", "half"]:
        value, after = 1.5, after + 3
    elif tokens.low(index - 1) not in {
        "for",
        "than",
        "least",
        "within",
        "under",
        "over",
        "nearly",
        "almost",
        "about",
    } or (tokens.low(after).isalpha() and tokens.low(after) not in FUNCTION_WORDS):
        return None
    numeral = Numeral(value, 1.0, 1.0, "words", tokens.starts[index], tokens.end(after - 1), after)
    return Measure(numeral, value, unit, "unit", index, after, numeral.start, numeral.end)


def with_unit(
    tokens: Tokens, numeral: Numeral, sign: float, first: int, start: int, index: int
) -> tuple[Measure | None, int]:
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
    return Measure(numeral, sign * numeral.value, unit, kind, first, after, start, end), after


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
        if unit is None or is_plural(tokens.low(after)):
            return None, numeral.after
        is_of_more = unit.dimension.startswith("money") and tokens.low(after).startswith(_DIGITS)
        return (None, numeral.after) if is_of_more else (unit, after)  # two thirds of €150 million
    unit, after = _one_unit(tokens, index, digits)
    if unit is None:
        return None, numeral.after
    spelled = len(low) > 2 and low.isalpha()
    if (
        spelled and not joined and abs(numeral.value) != 1 and numeral.form != "fraction" and not is_plural(low)
        and low not in _UNMARKED_PLURALS and is_plural(tokens.low(after))
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
        if tokens.low(step) in {"square", "sq", "cubic", "cu"}:
            return None, index
        base, after = _one_unit(tokens, step, digits=True)
        power = raised(base, 2 if low in {"square", "sq"} else 3) if base is not None else None
        return (power, after) if power is not None else (None, index)
    for size in (4, 3, 2):
        if index + size <= len(tokens.words):
            phrase = " ".join(tokens.lows[index : index + size])
            unit = find_unit(phrase.replace(" - ", " ")) or (
                find_unit(tokens.text[tokens.starts[index] : tokens.end(index + size - 1)])
                if low in {"°", "in"}
                else None
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
    joined = before == "-" and start > 1 and (text[start - 2].isalnum() or text[start - 2] in ")_")
    if joined and tokens.low(index - 2) not in _PREFIXES:
        return _skip(tokens, index)
    end = tokens.end(index)
    after = text[end : end + 2]
    if before == "[" and after[:1] == "]":
        return index + 1
    if len(after) == 2 and after[0] == ":" and after[1].isdigit():
        return _skip(tokens, index)
    if after[:1] == "_" or (
        tokens.words[index][0] == "0" and len(tokens.words[index]) > 1 and after[:1] not in {",", "."}
    ):
        return _skip(tokens, index)
    line = text.rfind("\n", max(0, start - 8), start) + 1 or (0 if start < 8 else -1)
    if line >= 0 and (mark := _LIST_MARK.match(text, line)) is not None and mark.end() > start:
        return index + 2
    match = _IDENTIFIER.match(text, start)
    chunk = match.group().rstrip(".:/-+%") if match is not None else ""
    return _skip(tokens, index) if _NAMES_SOMETHING.match(chunk) else 0


def _skip(tokens: Tokens, index: int) -> int:
    match = _IDENTIFIER.match(tokens.text, tokens.starts[index])
    end = match.end() if match is not None else 0
    return max(index + 1, tokens.after(end, index))


def _has_minus(tokens: Tokens, index: int) -> bool:
    """Whether a minus sign stands before token `index`, rather than a dash between two things."""
    if tokens.low(index - 1) not in {"-", "−", "–"} or not tokens.touches(index):
        return False
    return not (
        tokens.touches(index - 1) and (tokens.words[index - 2][-1].isalnum() or tokens.words[index - 2] in ")%°")
    )


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
    if not word or not word[0].isupper() or before in FUNCTION_WORDS or before in APPROXIMATIONS or first < 2:
        return False
    if is_plural(tokens.low(after)) or tokens.words[index] != tokens.text[tokens.starts[index] : tokens.end(after - 1)]:
        return False
    if len(word) > 1 and word.isupper():
        return True
    previous = tokens.words[first - 2]
    return (previous[-1].isalnum() or previous == ",") and before not in numerals.STARTERS


def add_parts(tokens: Tokens, measure: Measure) -> Measure:
    """Adds the smaller parts: 5 ft 10 in, 2 hours and 30 minutes, two years and three months, $5 and 20 cents."""
    while measure.unit is not None and measure.unit.dimension in {
        "length",
        "mass",
        "time",
        "calendar",
        "money USD",
        "money EUR",
    }:
        index = measure.after
        while tokens.low(index) in {"and", ","} and index < measure.after + 2:
            index += 1
        low = tokens.low(index)
        if not low or not (low[0].isdigit() or low in numerals.SMALL or low in numerals.TENS):
            break
        part, _ = read_measure(tokens, index)
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


def _small_part(tokens: Tokens, measure: Measure, part: Measure) -> Measure:
    """The part with a unit that only the larger one explains: inches after feet, cents after dollars."""
    assert measure.unit is not None
    low = tokens.low(part.after)
    inches = (
        low == "in" and measure.unit.dimension == "length" and tokens.low(measure.after - 1) in {"ft", "feet", "foot"}
    )
    cents = low in {"cents", "cent"} and measure.unit.dimension.startswith("money")
    if not (inches or cents):
        return part
    unit = find_unit("inch") if inches else measure.unit._replace(factor=0.01)
    return part._replace(unit=unit, after=part.after + 1, end=tokens.end(part.after))
