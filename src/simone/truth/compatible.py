"""Opposites of which both can be so: "bought" and "sold", "some can" and "some cannot", "the men" and "the women".

Not for finding them: the comparison refutes by an opposite in the same place. Two opposites exclude each other as
states of one thing, as ways in which one thing changes, as decisions on it, and as anything else on one day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.measures import APPROXIMATIONS
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import is_opposite, stem
from simone.truth.narrowed import holds_in_general
from simone.truth.reading import Reading
from simone.truth.stretches import EXCEPTS, Doubt, phrases, words_from

NEAR = 5
"""Years that "around" may be from the one it is said with, count."""
_ABOUT = APPROXIMATIONS | {"c", "circa"}
_EXCLUSIVE = frozenset(
    stem(verb)
    for verb in (
        "rise fall drop decline sink increase decrease reduce shrink lower grow raise cut climb descend ascend soar "
        "plunge expand contract widen narrow accelerate decelerate slow improve worsen deteriorate lengthen prolong "
        "shorten extend tighten loosen inflate deflate appreciate depreciate soften harden brighten darken strengthen "
        "weaken double halve lift lead trail gain "
        "win lose accept reject refuse decline approve disapprove veto deny oppose support agree disagree allow forbid "
        "ban prohibit permit pass fail succeed confirm admit convict acquit ratify adopt uphold overturn grant attend "
        "miss skip include exclude cover love hate like dislike overestimate underestimate encourage discourage obey "
        "disobey hold collapse stand remain stay belong own contain"
    ).split()
)
"""Verbs of a change, a decision or a state: the opposite one was not so, where they speak of the same."""
_DEAD = frozenset(stem(verb) for verb in ("die", "perish"))
_REFUSING = frozenset(stem(verb) for verb in ("refuse", "decline", "reject", "deny"))
_STATES = frozenset(("is", "are", "'s", "'re", "am"))
_WAYS = frozenset(("from", "to", "into", "toward", "towards", "onto"))
_COMPARED = frozenset(
    "earlier later higher lower larger smaller bigger longer shorter taller older younger faster slower greater better "
    "worse heavier lighter warmer colder hotter cheaper stronger weaker more less fewer before after until since above "
    "below up down with without over under".split()
)
_SOME = frozenset("some several another one many few certain various half two three four five six".split())
_OWNED = frozenset(stem(verb) for verb in "own have possess keep buy sell drive wear rent order".split())
"""Verbs of what one may have two of."""
_DETERMINERS = frozenset("a an the his her its their our my your 's this that these those each every".split())
_NEAREST = 4
"""Words before a noun among which its determiner is looked for, count."""
_WHOLE = frozenset("no none nobody nothing neither all every each both any everyone everybody the never".split())
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\b\d{1,2}(?:st|nd|rd|th)?\b\D+\b\d{4}\b|[A-Z][a-z]+ \d{1,2}\b", re.ASCII)
_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays"
    " sundays".split()
)
_CALENDAR = lex.TIMES | lex.PARTS_OF_DAYS | frozenset("spring summer autumn winter".split())
"""Words whose opposites `recurring` looks at."""
_REVERSED = frozenset(stem(verb) for verb in "lock load pack dress tie cover fold block plug wrap pin do".split())
"""Verbs of which "un-" makes another deed rather than a state."""
_YEAR = re.compile(r"\b\d{4}\b", re.ASCII)
_SLASHED = re.compile(r"\b(\d{1,2})([/.-])(\d{1,2})\2(?:\d\d)?(\d\d)\b", re.ASCII)


def asked(claim: Reading, evidence: Reading) -> Doubt | None:
    """What only asks says nothing."""
    if evidence.text.rstrip().endswith("?") and not claim.text.rstrip().endswith("?"):
        return Doubt("modality", evidence.text)
    return None


def excepted(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is said of all but some is not said of these."""
    for first, start in phrases(evidence, claim, EXCEPTS):
        return Doubt("quantifier", words_from(evidence, first, start))
    return None


def both(claim: Reading, evidence: Reading) -> Doubt | None:
    """The opposite may have happened too, at another time, or to or by another."""
    said = {word.stem for word in evidence.words}
    is_strict = _is_flipped(claim, evidence)
    for i, j in _opposites(claim, evidence):
        verbs = [
            next((verb for verb in reading.verbs if verb.head == at), None)
            for reading, at in ((claim, i), (evidence, j))
        ]
        ours, theirs = verbs
        if is_strict and claim.words[i].stem in said:
            continue
        if ours is not None and theirs is not None:
            if _are_events(claim, ours, evidence, theirs):
                return Doubt("polarity", evidence.words[j].lower)
        elif ours is None and theirs is None and not _excludes(claim, i, evidence, j):
            return Doubt("polarity", words_from(evidence, j, j))
    return None


def unasserted(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the evidence only names, behind a preposition, it does not say: "before taking"."""
    for ours in claim.verbs:
        alike = [verb for verb in evidence.verbs if verb.stem == ours.stem]
        if alike and all(_is_named(evidence, verb) for verb in alike) and not _is_named(claim, ours):
            return Doubt("modality", words_from(evidence, alike[0].head - 1, alike[0].head))
    return None


def _is_named(reading: Reading, verb: Verb) -> bool:
    words = reading.words
    is_noun = verb.first == verb.head > 0 and words[verb.head].lower.endswith("ing")
    return is_noun and words[verb.head - 1].lower in lex.PREPOSITIONS


def in_part(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is not so of all, or so of few, may be so of some."""
    is_denied = any(not verb.positive for verb in evidence.verbs)
    wholes = evidence.operators & {"every", "all", "both", "each"}
    if is_denied and wholes and not claim.operators & _WHOLE:
        return Doubt("quantifier", min(wholes))
    lead = evidence.words[0].lower if evidence.words else ""
    if lead == "few" and not claim.operators & {"few", "many", "most", "all", "several", "every", "majority"}:
        return Doubt("quantifier", lead)
    return None


def some(claim: Reading, evidence: Reading) -> Doubt | None:
    """Of some it may be so and of others not."""
    if not claim.words or not evidence.words or _WHOLE & {claim.words[0].lower}:
        return None
    if _opens_with_some(evidence) and (_is_flipped(claim, evidence) or any(_opposites(claim, evidence))):
        lead = evidence.words[0].lower
        if _opens_with_some(claim) or _is_bare(claim):
            return Doubt("quantifier", lead)
    for i, j in _opposites(claim, evidence):
        if evidence.words[j].stem in _REFUSING:
            continue  # as good as a denial
        few = _SOME | {"a", "an"} if _is_verb(claim, i) and _is_verb(evidence, j) else _SOME
        if _behind(claim, i) & few and _behind(evidence, j) & few:
            return Doubt("quantifier", words_from(evidence, j, min(j + 1, len(evidence.words) - 1)))
    return None


def either_order(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date whose day and month may be meant the other way round: "3/4/2020"; another year refutes either way."""
    for reading, against in ((claim, evidence), (evidence, claim)):
        for found in _SLASHED.finditer(reading.text):
            years = [year[-2:] for year in _YEAR.findall(against.text)]
            is_other_year = bool(years) and found[4] not in years
            if int(found[1]) <= 12 and int(found[3]) <= 12 and found[1] != found[3] and not is_other_year:
                return Doubt("date", found.group())
    return None


def near_when(claim: Reading, evidence: Reading) -> Doubt | None:
    """A year near the one that the evidence only says about."""
    ours = [int(one.text[-4:]) for one in claim.dates if one.text[-4:].isdecimal()]
    for one in evidence.dates:
        before = (evidence.text[: one.start].split() or [""])[-1].lower().strip(".")
        first = one.text.lower().split()[0].strip(".")
        year = one.text[-4:]
        if {before, first} & _ABOUT and year.isdecimal() and any(abs(int(year) - other) <= NEAR for other in ours):
            return Doubt("date", f"{before} {one.text}")
    return None


def same_rate(claim: Reading, evidence: Reading) -> Doubt | None:
    """The same amount per time or person: "20 million dollars a year"."""
    for one in claim.quantities:
        for other in evidence.quantities:
            if other.text.lower().startswith(f"{one.text.lower()} "):
                return Doubt("unit", other.text)
    return None


def of_a_work(claim: Reading, evidence: Reading) -> Doubt | None:
    """Who is named behind "by" or "of" is not whom the verb is about: "translated a play by Lund"."""
    lower = [word.lower for word in evidence.words]
    if any(verb.passive and (verb.first < verb.head or lower[verb.head + 1] == "by") for verb in evidence.verbs):
        return None
    for name in evidence.names:
        before = evidence.text[: name.start].split()[-1:]
        if before in (["by"], ["of"]) and name.text.lower() in claim.text.lower():
            return Doubt("role", f"{before[0]} {name.text}")
    return None


def _opposites(claim: Reading, evidence: Reading) -> Iterator[tuple[int, int]]:
    """(word of the claim, word of the evidence) that are opposites, at least one of them on one side only."""
    ours, theirs = ({word.stem for word in reading.words} for reading in (claim, evidence))
    for i, one in enumerate(claim.words):
        if not one.is_word:
            continue
        for j, other in enumerate(evidence.words):
            if {one.lower, other.lower} <= _CALENDAR or (one.stem in theirs and other.stem in ours):
                continue
            if is_opposite(one.stem, other.stem):
                yield i, j


def _is_flipped(claim: Reading, evidence: Reading) -> bool:
    """Whether one side denies what the other says."""
    return any(
        ours.positive != theirs.positive and ours.stem == theirs.stem
        for ours in claim.verbs
        for theirs in evidence.verbs
    )


def _are_events(claim: Reading, ours: Verb, evidence: Reading, theirs: Verb) -> bool:
    """Whether two verbs tell of what can happen one after the other."""
    if {ours.stem, theirs.stem} <= _EXCLUSIVE or _is_one_day(claim, evidence):
        return False
    shorter, longer = sorted((ours.stem, theirs.stem), key=len)
    if longer == "un" + shorter and shorter not in _REVERSED:
        return False
    if theirs.stem in _DEAD and ours.stem not in _DEAD:
        return False  # who died did not survive
    states = [
        verb.passive and reading.words[verb.first].lower in _STATES
        for reading, verb in ((claim, ours), (evidence, theirs))
    ]
    return not all(states)


def _is_one_day(claim: Reading, evidence: Reading) -> bool:
    """Whether both name the same day."""
    if _WEEKDAYS & claim.operators & evidence.operators:
        return True
    days = {found.group().lower() for found in _DAY.finditer(claim.text)}
    return any(found.group().lower() in days for found in _DAY.finditer(evidence.text))


def _excludes(claim: Reading, i: int, evidence: Reading, j: int) -> bool:
    """Whether two opposite words that are no verbs are said of one thing, rather than tell which one is meant."""
    sides = ((claim, i), (evidence, j))
    return all(_is_said(reading, at) for reading, at in sides) or all(_is_of_one(reading, at) for reading, at in sides)


def _is_of_one(reading: Reading, at: int) -> bool:
    """Whether a word belongs to something that is brought up there ("in a yellow shirt") or to somebody's own; of what
    one owns there may be two, and "the old bridge" is another than the new one."""
    determiner = next(
        (n for n in range(at - 1, max(-1, at - 1 - _NEAREST), -1) if reading.words[n].lower in _DETERMINERS), None
    )
    if determiner is None:
        is_first = at == 0 or (at == 1 and any(verb.first == 2 for verb in reading.verbs))
        return not is_first and not any(holds_in_general(reading, verb) for verb in reading.verbs)
    if reading.words[determiner].lower in ("the", "these", "those", "each", "every"):
        return False
    before = next((verb for verb in reading.verbs if verb.head == determiner - 1), None)
    return before is None or before.stem not in _OWNED


def _is_said(reading: Reading, at: int) -> bool:
    words = reading.words
    lower = words[at].lower
    if lower in _COMPARED or lower in lex.PREPOSITIONS or at not in reading.content:
        return True
    before = words[at - 1].lower if at else ""
    after = words[at + 1].lower if at + 1 < len(words) else "."
    lead = words[at - 2].lower if at > 1 else ""
    if after in ("of", "than") or before in _WAYS or lead in _WAYS or lower.endswith(("ly", "ward", "wards")):
        return True
    if before == "of" and (lead == "made" or words[max(0, at - 3)].lower[:1].isdigit()):
        return True  # "40 talents of silver"
    if any(verb.first <= at <= verb.head for verb in reading.verbs):
        return True
    if before == "of" and any(
        words[max(0, at - 3)].start < one.end <= words[at - 1].start for one in reading.quantities
    ):
        return True  # "40 talents of silver"
    verb = next((one for one in reversed(reading.verbs) if one.head < at), None)
    return verb is not None and verb.stem == "be" and not verb.passive


def _opens_with_some(reading: Reading) -> bool:
    lower = reading.words[0].lower
    return lower in _SOME or lower.isdigit() or lower in ("part", "parts", "thirds")


def _is_bare(reading: Reading) -> bool:
    """Whether the subject is a plural without a determiner: "birds can fly"."""
    verb = reading.verbs[0] if reading.verbs else None
    return verb is not None and verb.first == 1 and reading.words[0].lower.endswith("s") and not reading.names


def _is_verb(reading: Reading, at: int) -> bool:
    return any(verb.head == at for verb in reading.verbs)


def _behind(reading: Reading, at: int) -> set[str]:
    """The determiner of what a verb does it to, or that stands before a word."""
    words = reading.words
    near = words[at + 1 : at + 2] if _is_verb(reading, at) else words[max(0, at - 1) : at]
    return {word.lower for word in near}


OF_REFUSAL = (asked, excepted)
"""What is asked of every comparison that refutes."""
OF_OPPOSITES = (*OF_REFUSAL, both, unasserted, in_part, some)
"""What is asked of one that refutes by an opposite or a denial."""
OF_DATES = (*OF_REFUSAL, either_order, near_when)
OF_UNITS = (*OF_REFUSAL, same_rate)
OF_ROLES = (*OF_REFUSAL, of_a_work)
