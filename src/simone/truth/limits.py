"""Limits, ranges and rates: where one that holds another is no ground to say so.

Not for the comparison, which supports a wider range by a narrower one: that is right of what was counted ("more than
200 died": more than 100 did), and wrong of rules ("up to five days"), of whom they are for ("children under 12") and of
spans ("from 1990 to 2000").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf, isclose, isinf

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.values import ROUNDING
from simone.truth import compatible
from simone.truth.amounts import Amount, Span, amounts, spans
from simone.truth.letters import unlabelled, unnamed
from simone.truth.reading import Reading
from simone.truth.recurring import happens_once, is_past, other_day, other_measure, other_time
from simone.truth.restricted import restricted, restricted_event
from simone.truth.stretches import Doubt
from simone.truth.swapped import how_often, of_another, of_another_letter, swapped

TINY = 1e-6
"""Values below this, in the units that all are compared in, are told apart by their ratio alone."""
_EXACT = 1e-9
_RULES = frozenset(
    "allow allows allowed permit permits permitted permissible require requires required requirement need needs needed "
    "limit limits limited maximum minimum max min threshold ceiling cap capped eligible eligibility qualify qualifies "
    "entitled rule rules law if unless when whenever dose doses dosage aged age ages exceed apply applies "
    "recommended mandatory compulsory permitting between each per".split()
)
"""Words of a sentence that may say what ought to be, or for whom."""
_OF_WHAT_WAS = frozenset("when between each if".split())
_CAPPING = re.compile(r"\b(?:up to|maximum|at most|as (?:many|much) as|no more than|not more than)\b", re.IGNORECASE)
_MEASURED = frozenset(
    "population total area length height width depth number distance staff circulation capacity budget loss losses "
    "profit profits cost costs revenue revenues debt turnover output speed weight value average crowd audience team "
    "majority collection rate share income damage".split()
)
"""Nouns whose "of" says how much."""
_CIRCUMSTANCES = frozenset("at for from on after over during since".split())
_PLAIN = frozenset(("in", "to", "by", "than", "into"))
_LINKED = re.compile(r"\bto\b|\band\b|\buntil\b|\btill\b|\bthrough\b|[-–—]", re.IGNORECASE)
_PERIOD = re.compile(
    r"\s*(?:\w+\s+)?(?:per|every|each|an?)\s+(?:\w+\s+)?"
    r"(?:second|minute|hour|day|night|week|month|quarter|year|person|head|child)s?\b(?!\s+(?:later|earlier|ago|before|after))",
    re.IGNORECASE,
)
"""What makes a rate of the value in front of it."""


def limit(claim: Reading, evidence: Reading) -> Doubt | None:
    """A limit or range of the claim is not that of the evidence, and does not follow from it as a fact."""
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if one.unit == ours.unit or (not ours.unit and one.unit != "%")]
        if not alike or any(_is_same(claim, ours, evidence, one) for one in alike):
            continue
        if ours.low == ours.high:
            if 0 < abs(ours.low) < TINY and not ours.is_about:
                return Doubt("number", evidence.text[alike[0].start : alike[0].end])
        elif not any(_is_its_end(ours, evidence, one) or _carries(claim, ours, evidence, one) for one in alike):
            return Doubt("number", evidence.text[alike[0].start : alike[0].end])
    return None


def span(claim: Reading, evidence: Reading) -> Doubt | None:
    """A stretch of time of the claim is not the one that the evidence gives."""
    theirs = spans(evidence.text)
    for ours in spans(claim.text):
        said = claim.text[ours.start : ours.end]
        if ours.first[: ours.size] == ours.last[: ours.size] or not _LINKED.search(said):
            continue
        if any(_is_same_span(ours, one) for one in theirs):
            continue
        inside = [one for one in theirs if ours.first <= one.first and one.last <= ours.last]
        if not (said.lower().startswith("between") and inside and happens_once(claim, ours.start)):
            return Doubt("date", evidence.text[theirs[0].start : theirs[0].end] if theirs else evidence.text)
    return None


def period(claim: Reading, evidence: Reading) -> Doubt | None:
    """A value that the evidence gives per day or person, and the claim as such."""
    for one in claim.quantities:
        if _PERIOD.match(claim.text, one.end):
            continue
        alike = [other for other in evidence.quantities if other.text.lower() == one.text.lower()]
        rates = [rate for other in alike if (rate := _PERIOD.match(evidence.text, other.end))]
        if rates and len(rates) == len(alike):
            return Doubt("unit", rates[0].string[alike[0].start : rates[0].end()])
    return None


def _is_same(claim: Reading, ours: Amount, evidence: Reading, theirs: Amount) -> bool:
    if ours.low != ours.high and ours.is_strict != theirs.is_strict:
        return False
    wordings = (_unit(claim.text[ours.start : ours.end]), _unit(evidence.text[theirs.start : theirs.end]))
    slack = _EXACT if wordings[0] == wordings[1] or not ours.unit else ROUNDING
    return all(isclose(a, b, rel_tol=slack) for a, b in ((ours.low, theirs.low), (ours.high, theirs.high)))


def _is_its_end(ours: Amount, evidence: Reading, theirs: Amount) -> bool:
    """Whether the evidence has as a number what the claim has as a limit, which it may be: "up to 80 cars and 350"."""
    is_denied = any(not verb.positive for verb in evidence.verbs)
    return theirs.low == theirs.high and theirs.low in (ours.low, ours.high) and not ours.is_strict and not is_denied


def _unit(wording: str) -> str:
    return re.sub(r"[\d.,\s]+", " ", wording).strip().lower()


def _carries(claim: Reading, ours: Amount, evidence: Reading, theirs: Amount) -> bool:
    """Whether what is stated of facts follows: more than 100 from more than 200 or from 120."""
    if not (ours.low <= theirs.low and theirs.high <= ours.high):
        return False
    is_capped = ours.low == -inf
    if not isinf(ours.low) and not isinf(ours.high) and theirs.low != theirs.high:
        return False
    if is_capped and (_CAPPING.search(claim.text) or _CAPPING.search(evidence.text)):
        return False
    return all(_is_fact(one, amount, is_capped) for one, amount in ((claim, ours), (evidence, theirs)))


def _is_fact(reading: Reading, amount: Amount, is_capped: bool) -> bool:
    """Whether a sentence says how much there was or is: no rule, and not of which things it speaks.

    "At least 20 days" may be a rule wherever it is not of the past.
    """
    words = reading.words
    at = next((i for i, word in enumerate(words) if word.start >= amount.start), len(words) - 1)
    lower = [word.lower for word in words]
    if not reading.verbs or reading.verbs[0].first == 0:
        return False
    spared = _OF_WHAT_WAS if all(is_past(reading, one) for one in reading.verbs) else frozenset()
    if ((_RULES | lex.MODALS) - spared) & {*lower[:at], *lower[at + 1 :]}:
        return False
    if any(not verb.positive for verb in reading.verbs) or lex.NEGATORS & reading.operators:
        return False
    lead = next((verb for verb in reversed(reading.verbs) if verb.head < at), None)
    verb = lead or reading.verbs[0]
    was = is_past(reading, verb)
    is_least = amount.low != amount.high and not amount.is_strict
    if (is_capped or is_least or lead is None) and not was:
        return False
    if _picks_out(reading, lead) or lower[at] in ("above", "below", "beyond"):
        return False
    before = lower[at - 1] if at else ""
    if before in lex.PREPOSITIONS:
        if lead is None and at > 1 and before != "of":
            return False
        return (
            before in _PLAIN
            or (before in _CIRCUMSTANCES and was)
            or (before == "of" and at > 1 and lower[at - 2] in _MEASURED)
        )
    return at - 1 not in reading.content or before.endswith("ly")


def _picks_out(reading: Reading, verb: Verb | None) -> bool:
    """Whether a verb only says which things are meant: "firms that employed", "vehicles weighing"."""
    if verb is None or not verb.first:
        return False
    before = [word.lower for word in reading.words[max(0, verb.first - 2) : verb.first]]
    is_bare = verb.first == verb.head and reading.words[verb.head].lower.endswith("ing")
    return "," not in before and (is_bare or before[-1] in ("who", "that", "which", "whose", "where"))


def _is_same_span(ours: Span, theirs: Span) -> bool:
    """Whether two stretches of time begin and end alike, as exactly as the claim says it."""
    skip = 4 if "?" in ours.first + theirs.first else 0
    size = ours.size
    return ours.first[skip:size] == theirs.first[skip:size] and ours.last[skip:size] == theirs.last[skip:size]


OF_SUPPORT = (limit, span, period, swapped, of_another, of_another_letter, how_often, unlabelled, unnamed)
"""What is asked of a comparison that supports."""
_OF_REFUSAL = {
    "number": (other_measure, unlabelled, *compatible.OF_REFUSAL, restricted),
    "unit": (other_measure, unlabelled, *compatible.OF_UNITS, restricted),
    "date": (other_time, unlabelled, *compatible.OF_DATES),
    "polarity": (other_day, unlabelled, *compatible.OF_OPPOSITES, restricted_event),
    "direction": (other_day, unlabelled, *compatible.OF_OPPOSITES, restricted),
    "role": (unlabelled, *compatible.OF_ROLES),
}


def of_refusal(check: str) -> tuple[Callable[[Reading, Reading], Doubt | None], ...]:
    """What is asked of one that refutes, by the check that decided."""
    return _OF_REFUSAL.get(check, (unlabelled, *compatible.OF_REFUSAL))
