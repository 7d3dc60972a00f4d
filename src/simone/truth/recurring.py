"""Differences that do not exclude a claim: another date of what may happen again, a change for a level, a rounding.

Not for finding the difference: the comparison refutes by one value or day in place of another.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.tokens import is_plural
from simone.kernels.reference.validation.words import is_opposite, stem
from simone.truth.amounts import Amount, amounts
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

ROUNDED = 0.005
"""How far whole tens or hundreds may be from the number that they may stand for, share of it, 0..1."""
_EVER = frozenset(stem(verb) for verb in "bear born die perish".split())
_ONCE = _EVER | frozenset(
    stem(verb)
    for verb in (
        "founded establish create form dissolve abolish sign ratify adopt enact repeal pass publish release "
        "premiere debut air direct write compose invent discover build construct erect complete finish demolish "
        "destroy collapse open inaugurate begin start end launch acquire merge incorporate assassinate kill "
        "murder execute bury baptise crown sink crash induct patent annex besiege surrender approve resign burn "
        "elect appoint graduate retire invade rename introduce expire discover inherit steal"
    ).split()
)
"""Verbs of what happens to one thing at one time."""
_MADE = frozenset(stem(verb) for verb in "made wrote".split())
"""The same where it is done to it."""
_RANKED = frozenset("first last final inaugural only".split())
_SEVERAL = frozenset("a an another some several many few two three four five six most".split())
_CALENDAR = (
    lex.TIMES - {"then", "now", "tomorrow", "tonight"} | lex.PARTS_OF_DAYS | set("spring summer autumn winter".split())
)
_OF_YEAR = re.compile(r"\b(?:an?|the) $", re.IGNORECASE)
_LEADS = {"by": "by", "of": "by", "to": "to", "from": "from", "within": "within", "between": "from"}
_LEVELS = frozenset(("to", "from"))
_CHANGES = ("rise", "fall", "grow", "shrink")
_DIGITS = re.compile(r"\d[\d.,]*")


def is_past(reading: Reading, verb: Verb) -> bool:
    """Whether a verb group says that it was or has been."""
    if reading.words[verb.first].lower in ("was", "were", "had", "did", "has", "have"):
        return True
    head = reading.words[verb.head].lower
    is_form = head.endswith("ed") or head in lex.INVARIANT or (head in lex.IRREGULAR and not head.endswith("s"))
    return verb.first == verb.head and is_form


def happens_once(reading: Reading, start: int = -1) -> bool:
    """Whether what a sentence dates, at an offset (-1: anywhere), happens to a thing one time only: "was founded"."""
    if not reading.verbs:
        return False
    before = [verb for verb in reading.verbs if reading.words[verb.head].start < start] if start >= 0 else []
    verb = before[-1] if before else reading.verbs[0]
    if verb.stem in _EVER:
        return True
    after = reading.words[verb.head + 1].lower if verb.head + 1 < len(reading.words) else ""
    if verb.stem == "be" and start >= 0 and _OF_YEAR.search(reading.text[:start]):
        return True  # "is a 1984 film"
    if verb.stem == "be" and after == "on" and reading.words[0].lower == "the":
        return True  # "the meeting is on Monday"
    if verb.stem == stem("close") and not verb.passive and is_past(reading, verb):
        return True
    is_dated = verb.passive or is_past(reading, verb)
    return is_dated and (
        verb.stem in _ONCE or bool(_RANKED & reading.operators) or (verb.passive and verb.stem in _MADE)
    )


def is_one_of_many(reading: Reading) -> bool:
    """Whether a sentence speaks of a thing of which there may be others: "signed a contract", "two ships sank"."""
    lower = [word.lower for word in reading.words]
    active = [verb for verb in reading.verbs if not verb.passive and verb.stem != "be"]
    objects = {lower[verb.head + 1] for verb in active if verb.head + 1 < len(lower)}
    is_bare = any(is_plural(word) and word.isalpha() and word not in lex.FUNCTION for word in objects)
    is_bare = is_bare or (is_plural(lower[0]) and any(verb.first == 1 for verb in reading.verbs) and not reading.names)
    is_born = any(verb.stem in _EVER for verb in reading.verbs)
    return not is_born and (is_bare or bool(_SEVERAL & {lower[0], *objects}))


def other_time(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is or happens at one time may be and happen at another."""
    ours = [one for one in claim.dates if not any(one.text.lower() == other.text.lower() for other in evidence.dates)]
    if not ours or not evidence.dates:
        return None
    is_once = happens_once(claim, ours[0].start) and any(happens_once(evidence, one.start) for one in evidence.dates)
    if is_once and not is_one_of_many(claim):
        return None
    return Doubt("date", evidence.dates[0].text)


def other_day(claim: Reading, evidence: Reading) -> Doubt | None:
    """The same of days of the week, months and times of day, which the comparison takes for opposites."""
    ours, theirs = _calendar(claim) - evidence.operators, _calendar(evidence) - claim.operators
    if not any(is_opposite(stem(one), stem(other)) for one in ours for other in theirs):
        return None
    if happens_once(claim) and happens_once(evidence) and not is_one_of_many(claim):
        return None
    return Doubt("date", max(theirs))


def _calendar(reading: Reading) -> set[str]:
    return set(reading.operators & _CALENDAR)


def other_measure(claim: Reading, evidence: Reading) -> Doubt | None:
    """A number that is no rival of the claim's: a level for a change, a time within which, the same one rounded."""
    theirs = amounts(evidence.text)
    for ours in amounts(claim.text):
        alike = [one for one in theirs if one.unit == ours.unit]
        if not alike or any(one.low == ours.low and one.high == ours.high for one in alike):
            continue
        close = next((one for one in alike if _is_rounded(claim, ours, evidence, one)), None)
        if close is not None:
            return Doubt("number", evidence.text[close.start : close.end])
        lead, leads = _lead(claim, ours), {_lead(evidence, one) for one in alike}
        is_level, are_levels = lead in _LEVELS, bool(leads & _LEVELS)
        is_change = "by" in (lead, *leads) or _changes(evidence)
        if "within" in leads & {lead} or (is_change and is_level != are_levels):
            return Doubt("number", evidence.text[alike[0].start : alike[0].end])
    return None


def _changes(reading: Reading) -> bool:
    return any(is_opposite(verb.stem, stem(other)) for verb in reading.verbs for other in _CHANGES)


def _lead(reading: Reading, amount: Amount) -> str:
    """What a number is of a change: "by" so much, "to" or "from" a level; a range "from … to" is two levels."""
    said = reading.text[amount.start : amount.end].split(" ", 1)[0].lower()
    before = (reading.text[: amount.start].split() or [""])[-1].lower()
    return _LEADS.get(said, _LEADS.get(before, ""))


def _is_rounded(claim: Reading, ours: Amount, evidence: Reading, theirs: Amount) -> bool:
    if ours.low != ours.high or theirs.low != theirs.high:
        return False
    difference = abs(ours.low - theirs.low)
    if ours.step != theirs.step and difference <= max(ours.step, theirs.step) / 2:
        return True
    zeros = max(_zeros(claim.text[ours.start : ours.end]), _zeros(evidence.text[theirs.start : theirs.end]))
    return zeros > 0 and difference <= min(5 * 10 ** (zeros - 1), ROUNDED * abs(theirs.low))


def _zeros(wording: str) -> int:
    found = _DIGITS.search(wording)
    digits = found.group().replace(",", "") if found else ""
    return len(digits) - len(digits.rstrip("0")) if digits.isdigit() else 0
