"""Things or values of which only one is meant: "in 1950 or 1951", "copper/lead", "5 (or 10) mg".

Not for rows that are joined by "and", nor for choices that a sentence gives ("you can pay by card or cash").
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import isclose
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.values import ROUNDING
from simone.truth.amounts import Amount, Span, amounts, spans
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, means, words_from

_MAY = frozenset(("can", "may", "could"))
FARTHEST = 6
"""Words behind "or" among which the other choice begins, count."""


class _Choice(NamedTuple):
    """One of two: its word, what tells it from others, and the value that it is, if it is one."""

    at: int
    key: Hashable
    value: Amount | Span | None


def one_of_two(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim has one of two choices of the evidence, and not the other."""
    if _MAY & _modals(evidence) & _modals(claim):
        return None
    ours = _keys(claim)
    lower = [[word.lower for word in one.words] for one in (claim, evidence)]
    if any(not verb.positive for verb in claim.verbs) and any(not verb.positive for verb in evidence.verbs):
        return None
    if lower[0].count("or") and lower[0].count("or") >= lower[1].count("or"):
        return None
    for i in _joints(evidence):
        left, right = _left(evidence, i), _right(evidence, i)
        if left is None or right is None or left.key == right.key or _is_same_measure(left, right):
            continue
        has_left, has_right = left.key in ours, right.key in ours
        chosen = left if has_left else right
        if has_left != has_right and _times(evidence, chosen.key) == 1:
            return Doubt("modality", words_from(evidence, min(left.at, i), max(right.at, i)))
    return None


def _modals(reading: Reading) -> set[str]:
    return {reading.words[verb.first].lower for verb in reading.verbs if verb.first < verb.head}


def _joints(evidence: Reading) -> Iterator[int]:
    """Places of each "or" and of each slash between two words that is part of no value, where nothing is denied."""
    words = evidence.words
    for i, word in enumerate(words):
        if word.lower not in ("or", "/") or not 0 < i < len(words) - 1:
            continue
        is_inside = any(one.start < word.start < one.end for one in (*evidence.quantities, *evidence.dates))
        is_tight = words[i - 1].end == word.start and word.end == words[i + 1].start
        if is_inside or (word.lower == "/" and not is_tight) or _is_denied(evidence, i):
            continue
        yield i


def _is_denied(evidence: Reading, i: int) -> bool:
    """Whether both are denied: "neither … or", "did not buy apples or pears"."""
    verb = next((verb for verb in reversed(evidence.verbs) if verb.head < i), None)
    denies = any(word.lower in lex.NEGATORS and word.lower != "few" for word in evidence.words[:i])
    return denies or (verb is not None and not verb.positive)


def _left(evidence: Reading, i: int) -> _Choice | None:
    """What stands before the joint, also before a bracket, a comma or the "and" of "and/or"."""
    k = i - 1
    while k > 0 and evidence.words[k].lower in ("/", "and", ",", "("):
        k -= 1
    return _choice(evidence, k) if means(evidence.words[k]) or _value(evidence, k) else None


def _right(evidence: Reading, i: int) -> _Choice | None:
    """The first word behind the joint that means something, or the value there."""
    for k in range(i + 1, min(i + 1 + FARTHEST, len(evidence.words))):
        if evidence.words[k].lower in STOPS:
            return None
        if (means(evidence.words[k]) and not evidence.words[k].lower.endswith("ly")) or _value(evidence, k):
            return None if evidence.words[k].lower in ("perhaps", "maybe", "even") else _choice(evidence, k)
    return None


def _choice(evidence: Reading, k: int) -> _Choice:
    value = _value(evidence, k)
    return _Choice(k, _key(value) if value else evidence.words[k].stem, value)


def _value(reading: Reading, k: int) -> Amount | Span | None:
    """The quantity or date of which a word is part."""
    at = reading.words[k].start
    return next((one for one in _values(reading) if one.start <= at < one.end), None)


def _values(reading: Reading) -> list[Amount | Span]:
    return [*amounts(reading.text), *spans(reading.text)]


def _key(value: Amount | Span) -> Hashable:
    return (value.low, value.high) if isinstance(value, Amount) else (value.first, value.last)


def _keys(reading: Reading) -> set[Hashable]:
    return {*(word.stem for word in reading.words), *(_key(one) for one in _values(reading))}


def _times(evidence: Reading, key: Hashable) -> int:
    """How often a choice stands in the evidence."""
    if isinstance(key, str):
        return sum(word.stem == key for word in evidence.words)
    return sum(_key(one) == key for one in _values(evidence))


def _is_same_measure(left: _Choice, right: _Choice) -> bool:
    """Whether two values are one ("50 kilometres or 31 miles"), or limits that pick out who ("under 6 or over 65")."""
    one, other = left.value, right.value
    if not isinstance(one, Amount) or not isinstance(other, Amount):
        return False
    if one.low != one.high and other.low != other.high:
        return True
    is_other_unit = one.unit != other.unit and bool(one.unit and other.unit)
    is_near = one.unit == other.unit and isclose(one.low, other.low, rel_tol=10 * ROUNDING)
    return is_other_unit or (is_near and one.step != other.step)


DOUBTS = (one_of_two,)
"""Each of a claim that is supported and the evidence."""
