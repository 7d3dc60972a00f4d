"""Numbers that say which one and not how many, marks that say how a number is meant, and unit signs by their case.

Not for letters that say which one (`letters`) and not for amounts in units (`limits`). A label must agree to the
letter: firmware 3.20 is not firmware 3.2, 5 MB are not 5 Mb.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.units import find_unit, symbols_and_names
from simone.kernels.reference.validation.words import Word
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, means, words_from

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|[.,]\d)")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
"""Thousands in groups as many languages write them, or three decimals."""
_SIGN = re.compile(r"(\d)[ \u00a0\u202f-]?([^\W\d_]{1,6})(?![\w'’])")
_VERSIONED = frozenset("in since until before after with on".split())
"""Prepositions before a version or an item, where no unit follows."""
_ENDS = frozenset(".,;:!?)\"'”’")
_GIVE_OR_TAKE = re.compile(r"(?:±|\+/[-−–]|\+-)\s?$")
_CLOCK = frozenset(("am", "pm"))
_STERLING = re.compile(r"£|\bGBP\b", re.IGNORECASE)
_POUNDS = re.compile(r"\bpounds?\b", re.IGNORECASE)


class _Figure(NamedTuple):
    """A number as it is written, with the words around it in lower case; `value` without the commas."""

    text: str
    value: float
    before: str
    after: str
    start: int
    is_label: bool


def _figures(reading: Reading) -> list[_Figure]:
    return [_figure(reading, found) for found in _NUMBER.finditer(reading.text)]


def _figure(reading: Reading, found: re.Match[str]) -> _Figure:
    words = reading.words
    j = bisect_left(words, found.start(), key=_start)
    k = bisect_left(words, found.end(), lo=j, key=_start)
    before = words[j - 1].lower if j else ""
    after = words[k].lower if k < len(words) else "."
    is_measured = after == "%" or find_unit(after) is not None or before in ("$", "£", "€", "¥")
    is_noun = bool(j) and means(words[j - 1]) and before.isalpha() and not before.endswith("ly")
    is_noun = is_noun and before not in lex.AMOUNTS and not any(v.first <= j - 1 <= v.head for v in reading.verbs)
    is_version = before in _VERSIONED and after in _ENDS
    value = float(found.group().replace(",", ""))
    return _Figure(found.group(), value, before, after, found.start(), not is_measured and (is_noun or is_version))


def _start(word: Word) -> int:
    return word.start


def _as_written(claim: Reading, evidence: Reading) -> Doubt | None:
    """A number of the claim equals one of the evidence and is written otherwise, where that tells two things apart."""
    theirs = _figures(evidence)
    written = {one.text for one in theirs}
    for one in _figures(claim):
        alike = [other for other in theirs if other.value == one.value]
        if one.text in written or not alike:
            continue
        is_finer = one.text.endswith("0") and "." in one.text and all("." not in other.text for other in alike)
        is_bare = find_unit(one.after) is None and one.after != "%"
        if (is_finer and is_bare) or any(_is_ambiguous(other) or _is_other_label(one, other) for other in alike):
            return Doubt("number", alike[0].text)
    return None


def _is_other_label(one: _Figure, other: _Figure) -> bool:
    return (one.is_label or other.is_label) and ("." in one.text or "." in other.text)


def _is_ambiguous(one: _Figure) -> bool:
    """Whether a point may part thousands: "5.000 euros", but not "3.125 inches"."""
    if not _DOTTED.fullmatch(one.text):
        return False
    unit = find_unit(one.after)
    return unit is None or unit.dimension.startswith("money") or one.text.endswith("000")


def _in_groups(claim: Reading, evidence: Reading) -> Doubt | None:
    """One number is the other with points between its thousands: "5.000 euros" and "5,000 euros"."""
    ours, theirs = _figures(claim), _figures(evidence)
    for dotted, plain in ((ours, theirs), (theirs, ours)):
        for one in dotted:
            whole = float(one.text.replace(".", "").replace(",", "")) if _is_ambiguous(one) else -1.0
            if any(other.value == whole for other in plain):
                return Doubt("number", one.text if dotted is theirs else evidence.text)
    return None


def _without_its_label(claim: Reading, evidence: Reading) -> Doubt | None:
    """A number between two words that the claim has next to each other: "type 2 diabetes"."""
    words = evidence.words
    pairs = {(one.stem, other.stem) for one, other in pairwise(words)}
    between = {
        (one.stem, other.stem): j
        for j, (one, label, other) in enumerate(zip(words, words[1:], words[2:], strict=False))
        if label.lower[0].isdigit()
    }
    for one, other in pairwise(claim.words):
        pair = (one.stem, other.stem)
        if (
            pair in between
            and pair not in pairs
            and means(one)
            and means(other)
            and not _has_digit(one.lower + other.lower)
        ):
            return Doubt("entity", words_from(evidence, between[pair], between[pair] + 2))
    return None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _give_or_take(claim: Reading, evidence: Reading) -> Doubt | None:
    """A number stands in the evidence only as by how much another may be off: "5 ± 2 mm"."""
    for one in _figures(claim):
        alike = [other for other in _figures(evidence) if other.value == one.value]
        is_off = [_GIVE_OR_TAKE.search(evidence.text, max(0, other.start - 4), other.start) for other in alike]
        if alike and all(is_off) and not _GIVE_OR_TAKE.search(claim.text, max(0, one.start - 4), one.start):
            return Doubt("number", evidence.text[alike[0].start - 2 : alike[0].start + len(alike[0].text)])
    return None


# ── unit signs ──────────────────────────────────────────────────────────────────────────────────


def signs(text: str) -> Iterator[tuple[str, str]]:
    """The short words behind a digit, each with that digit."""
    return ((found[1], found[2]) for found in _SIGN.finditer(text))


@lru_cache(maxsize=256)
def is_same_sign(one: str, other: str) -> bool:
    """Whether two signs are one, or differ in case only and no two units do: "KM" and "km", not "MW" and "mW"."""
    if one == other:
        return True
    if one.lower() != other.lower() or any(a != b and a in "bB" for a, b in zip(one, other, strict=True)):
        return False
    symbols = symbols_and_names()[0]
    forms = map("".join, product(*((letter.lower(), letter.upper()) for letter in one)))
    return len({symbols[form] for form in forms if form in symbols}) < 2 or one.lower() in _CLOCK


def _sign(claim: Reading, evidence: Reading) -> Doubt | None:
    """A unit sign of the claim is written in another case, which is another unit."""
    theirs = list(signs(evidence.text))
    for digit, sign in signs(claim.text):
        alike = [other for same, other in theirs if same == digit and other.lower() == sign.lower()]
        if alike and not any(is_same_sign(sign, other) for other in alike):
            return Doubt("unit", alike[0])
    return None


def _sterling(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "£5" and "5 pounds": the word names a unit of mass too."""
    for one, other in ((claim, evidence), (evidence, claim)):
        found = _STERLING.search(one.text)
        if found and _POUNDS.search(other.text):
            return Doubt("unit", evidence.text)
    return None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _as_written,
    _without_its_label,
    _give_or_take,
    _sign,
)
"""Each of a claim that is supported and the evidence."""
OF_REFUSAL: dict[str, tuple[Callable[[Reading, Reading], Doubt | None], ...]] = {
    "number": (_in_groups,),
    "unit": (_sterling, _in_groups),
}
"""The same of one that is refuted, by the check that decided."""
