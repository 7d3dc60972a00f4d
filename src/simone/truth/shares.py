"""Amounts that are a whole of which the evidence counts a part, a part of another whole, or of several together.

Not for limits and rates (`limits`), nor for what stands behind an amount (`measured`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import is_plural
from simone.truth.amounts import Amount, amounts
from simone.truth.deferred import pattern
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, means, stems, words_from

_TOTALS = frozenset(
    "total sum group team crew party crowd age number population area length height width depth distance staff"
    " circulation capacity budget loss losses profit profits cost costs revenue revenues debt turnover output speed"
    " weight value average audience income damage price prices fee fees fine salary wage wages temperature duration"
    " period score amount".split()
)
"""Nouns whose "of" says how much there is of them all."""
_DEFINITE = r"(?:(?:the|his|her|its|their|our|my|your|these|those|this)|[^\W\d_]+['’]s?)"
_WHOLE = pattern(
    rf"(?:\b(?P<out>out of)(?: {_DEFINITE})?|(?:(?P<before>[\w%'’]+) |^)of(?P<definite> {_DEFINITE})?"
    rf"|\b(?P<half>half|most) {_DEFINITE})(?: [^\W\d_]+)? $",
    re.IGNORECASE,
)
_LONGEST = 60
"""Characters before an amount in which is looked for of what it is a whole, count."""
_PART = pattern(r"(?:th|third|half|quarter|rd)s?\Z|[%\d]")
_SHARES = frozenset(
    "one three four five six seven eight nine ten none percent percentage % share portion proportion fraction rest"
    " remainder third thirds quarter quarters bulk minority majority little lot some".split()
)
_PARTS = lex.AMOUNTS | lex.PARTIAL | _SHARES
_OF_ALL = frozenset(("all", "each", "every", "both"))
_BETWEEN = pattern(r" (?:(?:out )?of(?: the)?|in|to) ")
_OUT_OF = pattern(r" (?:out of|of|in) (?:the )?(?=\d)")
_FRONTED = pattern(r"(?:of|among|amongst|out of) ([^,]*), ", re.IGNORECASE)
_EACH = frozenset("each both apiece respectively every either".split())
_ARTICLES = frozenset("the a an no this that any every each at single".split())


def is_alike(ours: Amount, theirs: Amount) -> bool:
    """Whether two amounts are the same one, as far as their units say."""
    return ours.low == theirs.low and ours.high == theirs.high and (ours.unit == theirs.unit or not ours.unit)


def whole(claim: Reading, evidence: Reading) -> Doubt | None:
    """An amount of the claim is, in the evidence, that of which a part is counted: "three of his four races"."""
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if is_alike(ours, one)]
        if not alike or _is_whole(claim, ours, claim):
            continue
        if all(_is_whole(evidence, one, claim) for one in alike):
            return Doubt("quantifier", evidence.text[max(0, alike[0].start - 12) : alike[0].end].strip())
    return None


def _is_whole(reading: Reading, amount: Amount, claim: Reading) -> bool:
    """Whether a part of it is counted: behind "of the", or behind "of" and an amount or a share."""
    text = reading.text[max(0, amount.start - _LONGEST) : amount.start]
    found = _WHOLE().search(text)
    if found is None:
        return _is_in_ratio(reading, amount)
    if not found["before"]:
        return True
    before = found["before"].lower()
    if before in _OF_ALL:
        return "nearly" in text or "almost" in text
    end = amount.start - len(text) + found.end("before")
    is_part = before in _PARTS or bool(_PART().search(before)) or _ends_in_amount(reading, end)
    is_known = before in _TOTALS or (reading is not claim and before in claim.operators and not is_part)
    return is_part or (bool(found["definite"]) and not is_known)


def _ends_in_amount(reading: Reading, end: int) -> bool:
    return any(one.start < end <= one.end for one in amounts(reading.text))


def _is_in_ratio(reading: Reading, amount: Amount) -> bool:
    """Whether it is the second number of "three in ten"."""
    start = amount.start - len(" in ")
    is_in = reading.text[: amount.start].endswith(" in ")
    return is_in and any(one.end == start and not one.unit for one in amounts(reading.text))


def turned(claim: Reading, evidence: Reading) -> Doubt | None:
    """A ratio the other way round, or without that of which it is: "20 out of 25"."""
    ours, theirs = _ratios(claim), _ratios(evidence)
    for low, high in ours:
        if (high, low) in theirs and (low, high) not in theirs:
            return Doubt("role", evidence.text)
    for one in amounts(claim.text):
        is_bare = not one.unit and not claim.text[one.end :].strip(" .!")
        alike = [other for other in amounts(evidence.text) if is_alike(one, other)]
        if is_bare and alike and all(_OUT_OF().match(evidence.text, other.end) for other in alike):
            return Doubt("number", evidence.text[alike[0].start : alike[0].end + 8].strip())
    return None


def _ratios(reading: Reading) -> set[tuple[float, float]]:
    return {
        (one.low, other.low)
        for one, other in pairwise(amounts(reading.text))
        if one.low != other.low and _BETWEEN().fullmatch(reading.text[one.end : other.start])
    }


def share_of(claim: Reading, evidence: Reading) -> Doubt | None:
    """A share or count of those whom the opening names, and the claim does not: "Of those over 65, 12 percent"."""
    found = _FRONTED().match(evidence.text)
    if found is None:
        return _of_nothing(claim, evidence)
    behind = [one for one in amounts(evidence.text) if one.start >= found.end()]
    ours = [one for one in amounts(claim.text) if any(is_alike(one, other) for other in behind)]
    if not ours:
        return None
    inside = [i for i, word in enumerate(evidence.words) if found.start(1) <= word.start < found.end(1)]
    is_share = any(one.unit == "%" for one in ours)
    named = [i for i in inside if means(evidence.words[i]) and (is_share or i in evidence.content)]
    if stems(evidence, named) - stems(claim, range(len(claim.words))):
        return Doubt("quantifier", found[0].rstrip(", "))
    return None


def _of_nothing(claim: Reading, evidence: Reading) -> Doubt | None:
    """A percentage that the claim has of nothing, and the evidence of something."""
    for ours in amounts(claim.text):
        alike = [one for one in amounts(evidence.text) if one.unit == "%" and is_alike(ours, one)]
        is_bare = not claim.text[ours.end :].strip(" .!")
        if is_bare and alike and all(evidence.text[one.end :].startswith(" of ") for one in alike):
            return Doubt("quantifier", evidence.text[alike[0].start : alike[0].end + len(" of")])
    return None


def joint(claim: Reading, evidence: Reading) -> Doubt | None:
    """An amount of several together, which the claim has of some of them: "Lund and Berg earned 5 million"."""
    if _EACH & evidence.operators:
        return None
    theirs = amounts(evidence.text)
    shared = [one for one in theirs if any(is_alike(ours, one) for ours in amounts(claim.text))]
    said = stems(claim, range(len(claim.words)))
    for group, end in _groups(evidence):
        if not any(one.start >= evidence.words[end].start for one in shared):
            continue
        named = [bool(stems(evidence, part) & said) for part in group]
        if any(named) and not all(named):
            return Doubt("role", words_from(evidence, group[0][0], group[-1][-1]))
    return None


def _groups(evidence: Reading) -> Iterable[tuple[Sequence[Sequence[int]], int]]:
    """The things joined by "and" of the subject, and of an object before an amount, each as places; where they end."""
    lower = [word.lower for word in evidence.words]
    values = {word.start for word in evidence.words if any(map(str.isdigit, word.lower))}
    values |= {one.start for one in (*evidence.quantities, *evidence.dates)}
    edges = [verb.first for verb in evidence.verbs]
    start = 0
    if lower[0] in lex.PREPOSITIONS and "," in lower:
        start = lower.index(",") + 1
    for first, end in pairwise((start - 1, *(edge for edge in edges if edge > start), len(lower))):
        head = next((verb.head for verb in evidence.verbs if verb.first == first), first)
        if "and" not in lower[head + 1 : end]:
            continue
        stop = end if head < start else _end_of_row(lower, head + 1, end)
        row = _row(evidence, lower, head + 1, stop)
        is_whole = bool(row) and not any(evidence.words[i].is_word for i in range(row[-1][-1] + 1, stop))
        if len(row) > 1 and is_whole and not any(evidence.words[i].start in values for part in row for i in part):
            yield row, min(stop, len(lower) - 1)
        if head >= start:
            return


def _end_of_row(lower: Sequence[str], start: int, end: int) -> int:
    joint_at = lower.index("and", start, end)
    return next((i for i in range(joint_at + 1, end) if lower[i] in lex.PREPOSITIONS or lower[i] in STOPS), end)


def _row(evidence: Reading, lower: Sequence[str], start: int, end: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for i in range(start, end):
        if lower[i] in ("and", ","):
            parts.append([])
        elif means(evidence.words[i]):
            parts[-1].append(i)
    return [part for part in parts if part]


def one_for_several(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "One member" where the evidence has "several members"."""
    lower = [word.lower for word in claim.words]
    for i, word in enumerate(lower[:-1]):
        is_count = word == "one" and i + 1 in claim.content and (i == 0 or lower[i - 1] not in _ARTICLES)
        if is_count and not {"one", "1"} & evidence.operators:
            places = [j for j, other in enumerate(evidence.words) if other.stem == claim.words[i + 1].stem]
            if places and all(is_plural(evidence.words[j].lower) for j in places):
                return Doubt("number", words_from(evidence, max(0, places[0] - 1), places[0]))
    return None


DOUBTS = (whole, turned, share_of, joint, one_for_several)
"""Each of a claim that is supported and the evidence."""
