"""Reads one number where it stands: digits in every English spelling, number words, ordinals and fractions.

Not for units, ranges or bounds: `quantities` puts those around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.reference.validation.tokens import FUNCTION_WORDS, Tokens, is_plural, word_list

_DIGITS = re.compile(
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,12}+(?![0-9])|[0-9]{1,2}(?:,[0-9]{2}){1,6},[0-9]{3}(?![0-9,])|"
    r"[0-9]{1,3}(?:[\u00a0\u202f ][0-9]{3}){1,12}+(?![0-9,]| [0-9])|[0-9]{1,3}(?:, 000)++(?![0-9])|[0-9]++)"
    r"(?P<part>\.[0-9]++)?+"
    r"(?P<power>[eE][+-]?[0-9]{1,3}+(?![\w])|\s?[×x]\s?10(?:\^|\*\*)?(?:[-−]?[0-9]{1,3}|[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))?+"
)
_FRACTION = re.compile(r"(?:([0-9]{1,6}) {1,2}|)([0-9]{1,4}) ?[/⁄] ?([0-9]{1,4})(?![\w/.,]{0,20}[0-9/])")
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_LONGEST_DIGITS = 40  # longer runs are keys and hashes, never counts

SMALL = {
    word: value
    for value, word in enumerate(
        word_list(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
        )
    )
}
SMALL |= {"nought": 0, "naught": 0}
TENS = {
    word: 10 * value
    for value, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15}
_SCALE_FORMS = {
    **SCALES, **{word + "s": value for word, value in SCALES.items()}, "hundred": 1e2, "dozen": 12.0, "mn": 1e6,
    "mln": 1e6, "bn": 1e9, "bln": 1e9, "tn": 1e12, "trn": 1e12, "mio": 1e6, "crore": 1e7, "lakh": 1e5, "lakhs": 1e5,
    "crores": 1e7, "dozens": 12.0, "tln": 1e12, "hundreds": 1e2,
}  # fmt: skip
_SCALE_LETTERS = {"k": 1e3, "K": 1e3, "M": 1e6, "MM": 1e6}
# Also metres, bits, bytes and tesla: scales only for money and before a plural ("3.2m people").
_UNSURE_LETTERS = {"m": 1e6, "b": 1e9, "B": 1e9, "T": 1e12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        word_list(
            """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"""
        )
    )
}
_ORDINAL_TENS = {word[:-1] + "ieth": value for word, value in TENS.items()}
_ORDINAL_SCALES = {"hundredth": 1e2, **{word + "th": value for word, value in SCALES.items()}}
ORDINALS = {**_ORDINALS, **_ORDINAL_TENS, **_ORDINAL_SCALES}
_PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    form: int(value) for word, value in ORDINALS.items() if value > 2 for form in (word, word + "s")
}
_VULGAR = {
    "½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5,
    "⅙": 1 / 6, "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8, "⅐": 1 / 7, "⅑": 1 / 9, "⅒": 1 / 10,
}  # fmt: skip
_DETERMINERS = frozenset(word_list("the a an his her its their our my your every each this that"))

_VAGUE = frozenset(word_list("several few couple many per of or this that next first last"))

# Every lower-case word that can begin a number; anything else costs one set look-up.
STARTERS = frozenset(SMALL) | frozenset(TENS) | frozenset(ORDINALS) | frozenset(_VULGAR) | {"half", "quarter", "dozen"}
STARTERS |= frozenset(SCALES) | {"hundred", "a", "an", "minus", "negative"}


class Numeral(NamedTuple):
    """A number read from tokens [`first`, `after`); its text is [start, end)."""

    value: float
    step: float
    scale: float
    form: str  # "digits" | "words" | "fraction" | "ordinal"
    start: int
    end: int
    after: int


def read_digits(tokens: Tokens, index: int, money: bool = False) -> Numeral | None:
    """The number written in digits that begins at token `index`, with its scale word; None for over-long keys.

    After a sign of `money` "m" and "b" are millions and billions.
    """
    text, start = tokens.text, tokens.starts[index]
    mixed = _FRACTION.match(text, start)
    if mixed is not None and int(mixed[3]) and (mixed[1] is None or int(mixed[2]) < int(mixed[3])):
        value = int(mixed[1] or 0) + int(mixed[2]) / int(mixed[3])
        numeral = Numeral(value, 0.0, 1.0, "fraction", start, mixed.end(), tokens.after(mixed.end(), index))
        return _scaled(tokens, numeral)
    match = _DIGITS.match(text, start)
    if match is None or match.end() - start > _LONGEST_DIGITS * 2:
        return None
    whole, part, power = match.group("whole", "part", "power")
    digits = "".join(filter(str.isdigit, whole))
    if len(digits) > _LONGEST_DIGITS:
        return None
    decimals = len(part) - 1 if part else 0
    exponent = 0
    if power:
        written = power[1:] if power[0] in "eE" else power.split("10", 1)[1].lstrip("^*")
        exponent = int(written.translate(_SUPERSCRIPT))
    value = float(f"{digits}{part or ''}e{exponent}")
    step = float(f"1e{exponent - decimals}")
    after = tokens.after(match.end(), index)
    form = "digits"
    end = match.end()
    if tokens.low(after) in _VULGAR and not part:
        value, end, after, form = value + _VULGAR[tokens.low(after)], tokens.end(after), after + 1, "fraction"
    if tokens.low(after) in {"st", "nd", "rd", "th"} and tokens.touches(after) and not part:
        return Numeral(value, 0.0, 1.0, "ordinal", start, tokens.end(after), after + 1)
    return _scaled(tokens, Numeral(value, step, 1.0, form, start, end, after), money)


def _scaled(tokens: Tokens, numeral: Numeral, money: bool = False) -> Numeral:
    """The numeral with the scale words and letters after it: "3.5 million", "40k", "2 hundred thousand"."""
    index, scale = numeral.after, 1.0
    position = index + 1 if tokens.low(index) == "-" and tokens.touches(index) else index
    low = tokens.low(position)
    if low in _SCALE_FORMS and (position == index or tokens.touches(position)):
        while low in _SCALE_FORMS and scale < 1e15:
            scale *= _SCALE_FORMS[low]
            position += 1
            low = tokens.low(position)
    elif position == index and tokens.touches(index) and tokens.words[index] in _SCALE_LETTERS:
        scale, position = _SCALE_LETTERS[tokens.words[index]], index + 1
    elif (
        tokens.touches(index)
        and low in {"m", "b", "t"}
        and tokens.words[index] in _UNSURE_LETTERS
        and (money or is_plural(tokens.low(index + 1)))
    ):
        scale, position = _UNSURE_LETTERS[tokens.words[index]], index + 1
    else:
        return numeral
    if (
        tokens.low(position) == "and"
        and tokens.low(position + 1) in {"a", "one"}
        and tokens.low(position + 2) == "half"
    ):
        return numeral._replace(
            value=_clean((numeral.value + 0.5) * scale), step=0.0, scale=scale, end=tokens.end(position + 2),
            after=position + 3,
        )  # fmt: skip
    return numeral._replace(
        value=_clean(numeral.value * scale),
        step=numeral.step * scale,
        scale=scale,
        end=tokens.end(position - 1),
        after=position,
    )


def _clean(value: float) -> float:
    return float(f"{value:.15g}")


def read_words(tokens: Tokens, index: int) -> Numeral | None:
    """The number spelled in words that begins at token `index`; None where the words only look like one."""
    low = tokens.lows[index]
    if low in _VULGAR:
        return _scaled(
            tokens, Numeral(_VULGAR[low], 0.0, 1.0, "fraction", tokens.starts[index], tokens.end(index), index + 1)
        )
    if low in {"half", "quarter"}:
        return _read_part(tokens, index, 1.0, index)
    if low in {"a", "an"}:
        return _read_article(tokens, index)
    if low in {"dozen", "couple"}:
        return None
    if (low in SCALES or low == "hundred") and tokens.low(index - 1) in _VAGUE:
        return None
    cardinal = _read_cardinal(tokens, index)
    if cardinal is None:
        return _read_ordinal(tokens, index)
    return _finish_cardinal(tokens, index, cardinal)


def _read_article(tokens: Tokens, index: int) -> Numeral | None:
    follower = tokens.low(index + 1)
    if follower == "couple" and tokens.low(index + 2) == "of":
        return Numeral(2.0, 0.0, 1.0, "couple", tokens.starts[index], tokens.end(index + 2), index + 3)
    if follower == "half" and tokens.low(index + 2) in SCALES:
        return _read_part(tokens, index + 1, 1.0, index)
    if follower in _PARTS and (tokens.low(index + 2) == "of" or follower in {"half", "quarter"}):
        return _read_part(tokens, index + 1, 1.0, index)
    if follower == "hundred" or follower in SCALES:
        cardinal = _read_cardinal(tokens, index + 1)
        return _finish_cardinal(tokens, index, cardinal) if cardinal is not None else None
    if follower == "dozen":
        return Numeral(12.0, 1.0, 12.0, "words", tokens.starts[index], tokens.end(index + 1), index + 2)
    return None


def _read_part(tokens: Tokens, index: int, count: float, first: int) -> Numeral | None:
    """`count` parts named by token `index` (half, thirds), with a scale or after "of"; None for other senses."""
    after = index + 1
    value = count / _PARTS[tokens.lows[index]]
    start = tokens.starts[first]
    plain = Numeral(value, 0.0, 1.0, "fraction", start, tokens.end(index), after)
    follower = tokens.low(after)
    if follower in {"a", "an"} and (tokens.low(after + 1) in SCALES or tokens.low(after + 1) in {"dozen", "hundred"}):
        return _scaled(tokens, plain._replace(after=after + 1))
    if follower == "of" and tokens.low(after + 1) == "a" and tokens.low(after + 2) in SCALES:
        return _scaled(tokens, plain._replace(after=after + 2))
    if first != index:
        return _scaled(tokens, plain)
    if follower in SCALES or follower in {"dozen", "hour", "year", "mile", "day", "century"}:
        return _scaled(tokens, plain)
    before = tokens.low(index - 1)
    if before in ORDINALS or before in {"the", "last", "next", "final", "better", "other", "latter"}:
        return None
    if tokens.lows[index] == "quarter" and follower != "of":
        return None
    return plain if follower in {"of", "the", "a", "an", "its", "their", "his", "her", "our"} else None


class _Cardinal(NamedTuple):
    value: float
    after: int
    scale: float


def _read_cardinal(tokens: Tokens, index: int) -> _Cardinal | None:
    """Number words from token `index`: value, the token after them and the last scale (1 without one)."""
    total = group = 0.0
    room = 1000.0  # what may still be added must be smaller than this
    limit, last_scale, position, seen = 1e18, 1.0, index, False
    while True:
        probe = position
        if seen and tokens.low(probe) == "-" and tokens.touches(probe) and tokens.touches(probe + 1):
            probe += 1
        elif seen and tokens.low(probe) == "and" and (room == 100 or group == 0):
            probe += 1
            if tokens.low(probe + 1) in _PARTS and tokens.low(probe + 1) not in _ORDINALS:
                break
        low = tokens.low(probe)
        if low in SMALL and SMALL[low] < room and (SMALL[low] or not seen):
            small = SMALL[low]
            group, room, last_scale = group + small, (1.0 if room <= 100 else 0.5), 1.0
            if room == 0.5 and small == 0:
                room = 0.0
        elif low in TENS and room >= 100:
            group, room, last_scale = group + TENS[low], 10.0, 1.0
        elif (
            low == "hundred" and group < 100 and (group == 0 or room < 100) and (group or not seen or probe == position)
        ):
            if seen and group == 0:
                break
            group, room, last_scale = (group or 1.0) * 100, 100.0, 100.0
        elif low in SCALES and SCALES[low] < limit and (group or not seen):
            limit = last_scale = SCALES[low]
            total, group, room = total + (group or 1.0) * limit, 0.0, 1000.0
        else:
            break
        seen, position = True, probe + 1
    return _Cardinal(total + group, position, last_scale) if seen else None


def _finish_cardinal(tokens: Tokens, index: int, cardinal: _Cardinal) -> Numeral | None:
    """Decimals, "and a half", fraction parts, ordinal endings and digit scales after spelled number words."""
    value, after, scale = cardinal
    start = tokens.starts[index]
    low = tokens.low(after)
    joined = low == "-" and tokens.touches(after) and tokens.touches(after + 1)
    part = after + 1 if joined else after
    part_word = tokens.low(part)
    if part_word in _ORDINAL_SCALES and value >= 1 and scale < _ORDINAL_SCALES[part_word]:
        return Numeral(value * _ORDINAL_SCALES[part_word], 0.0, 1.0, "ordinal", start, tokens.end(part), part + 1)
    if (
        part_word in _ORDINALS
        and value % 10 == 0
        and value % 100 >= 20
        and _ORDINALS[part_word] < 10
        and _ORDINALS[part_word]
    ):
        return Numeral(value + _ORDINALS[part_word], 0.0, 1.0, "ordinal", start, tokens.end(part), part + 1)
    if part_word in _PARTS and value < 100 and (is_plural(part_word) if value != 1 else not part_word.endswith("s")):
        return _read_part(tokens, part, value, index)
    if low == "point" and tokens.low(after + 1) in SMALL and SMALL[tokens.low(after + 1)] < 10:
        digits = ""
        after += 1
        while tokens.low(after) in SMALL and SMALL[tokens.low(after)] < 10 and len(digits) < _LONGEST_DIGITS:
            digits += str(SMALL[tokens.low(after)])
            after += 1
        value = float(f"{value:.0f}.{digits}")
        numeral = Numeral(value, 10.0 ** -len(digits), 1.0, "words", start, tokens.end(after - 1), after)
        return _scaled(tokens, numeral)
    if low == "and" and tokens.low(after + 1) in {"a", "one", "three", "two"} and tokens.low(after + 2) in _PARTS:
        count = {"a": 1, "one": 1, "two": 2, "three": 3}[tokens.low(after + 1)]
        share = count / _PARTS[tokens.low(after + 2)]
        after += 3
        if scale > 1.0 and tokens.low(after) in SCALES:
            value, after = value + share * SCALES[tokens.low(after)], after + 1
            return Numeral(value, 0.0, 1.0, "words", start, tokens.end(after - 1), after)
        value += share * (scale if scale >= 1000 else 1.0)
        return _scaled(tokens, Numeral(value, 0.0, 1.0, "words", start, tokens.end(after - 1), after))
    if value == 1 and cardinal.after == index + 1 and _is_pronoun(tokens, index):
        return None
    numeral = Numeral(value, scale, scale, "words", start, tokens.end(after - 1), after)
    return _scaled(tokens, numeral) if low in {"dozen", "dozens", "mn", "bn"} else numeral


def _is_pronoun(tokens: Tokens, index: int) -> bool:
    """Whether "one" at token `index` stands for somebody or something instead of counting."""
    before, after = tokens.low(index - 1), tokens.low(index + 1)
    if before in {"no", "any", "every", "each", "some", "this", "that", "which", "another", "the", "such", "other"}:
        return not (after.isalpha() and after not in FUNCTION_WORDS) or before not in {"the", "this", "that"}
    if before in {"minus", "plus", "equals", "times", "number"}:
        return False
    if after == "-" and tokens.touches(index + 1):
        return False
    return not after or not after[0].isalpha() or after in FUNCTION_WORDS or after in {"another", "who", "day"}


def _read_ordinal(tokens: Tokens, index: int) -> Numeral | None:
    low = tokens.lows[index]
    value = ORDINALS.get(low)
    if value is None:
        return None
    before, after = tokens.low(index - 1), tokens.low(index + 1)
    if low in {"second", "first"} and before not in _DETERMINERS and (not after.isalpha() or after in FUNCTION_WORDS):
        return None
    return Numeral(float(value), 0.0, 1.0, "ordinal", tokens.starts[index], tokens.end(index), index + 1)
