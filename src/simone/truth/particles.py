"""Small words behind a verb that make it another one: "called off", "logged out", "resigned himself".

Not for prepositions before a noun: the comparison looks at the places of nouns.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import is_same, stem
from simone.truth.reading import Reading
from simone.truth.scopes import lower_of
from simone.truth.stretches import Doubt, words_from

_PURE = frozenset("up down out off back away apart aside forward forwards ahead together backwards".split())
"""Words that seldom stand before a noun."""
_MAYBE = frozenset("in on over through under along around by about".split())
_OPPOSED = {
    one: other
    for pair in "on off,in out,up down,back forward,back forth,over under,upwards downwards,apart together".split(",")
    for one, other in (pair.split(), reversed(pair.split()))
}
_REFLEXIVE = frozenset("himself herself itself themselves myself yourself ourselves oneself".split())
_GOING = frozenset(
    stem(verb)
    for verb in (
        "fall come go run walk climb fly drive burn rise march sail swim travel jump return ride move sink drop slide"
        " grow cut slow shrink add join gather live stay work play sing eat drink pay sit stand lie kneel settle"
    ).split()
)
"""Verbs that say the same without "up", "down", "back", "away" or "together"."""
_WALKING = frozenset(stem(verb) for verb in "walk come climb drive fly swim ride march sail".split())
_HARMLESS = frozenset("up down back away together forward forwards ahead".split())
_REACH = 5
"""Words behind a verb among which a particle behind its object is looked for, count."""


def _another_verb(claim: Reading, evidence: Reading) -> Doubt | None:
    """A particle or "himself" goes with the verb of one of them only."""
    ours, theirs = lower_of(claim), lower_of(evidence)
    for verb in claim.verbs:
        alike = [one for one in evidence.verbs if one.stem == verb.stem or is_same(one.stem, verb.stem)]
        if not alike:
            continue
        mine = _behind(ours, verb)
        if any(_go_together(mine, _behind(theirs, one), one, ours, theirs) for one in alike):
            continue
        one = alike[0]
        return Doubt("role", words_from(evidence, one.first, min(one.head + 2, len(theirs) - 1)))
    return None


def _go_together(mine: str, other: str, verb: Verb, ours: list[str], theirs: list[str]) -> bool:
    if mine == other:
        return True
    if verb.stem == "be":
        return True
    if mine and mine not in theirs:
        return not other and _is_idle(mine, verb)
    return not other or other in ours or _is_idle(other, verb)


def _is_idle(particle: str, verb: Verb) -> bool:
    """Whether a verb says the same without a particle: "fell down", "sat together", "walked out"."""
    is_going = verb.stem in _GOING and particle in _HARMLESS
    return is_going or particle == "together" or (particle == "out" and verb.stem in _WALKING)


def _behind(lower: list[str], verb: Verb) -> str:
    """The particle or reflexive right behind a verb, "" where there is none."""
    after = lower[verb.head + 1] if verb.head + 1 < len(lower) else "."
    beyond = lower[verb.head + 2] if verb.head + 2 < len(lower) else "."
    if after in _REFLEXIVE:
        return after
    if after in _PURE:
        return "" if beyond == "of" and after == "out" else after
    ends = not beyond[0].isalnum() or beyond in lex.PREPOSITIONS | lex.COORDINATORS | lex.SUBORDINATORS
    return after if after in _MAYBE and ends and beyond not in ("about", "around", "over", "under") else ""


def _opposed(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "On" in the claim and nowhere in the evidence, which has "off" behind a verb: "is off by default"."""
    ours, theirs = lower_of(claim), lower_of(evidence)
    for word, other in _OPPOSED.items():
        if word not in ours or word in theirs or other not in theirs or other in ours:
            continue
        j = theirs.index(other)
        if any(0 <= j - verb.head <= _REACH for verb in evidence.verbs):
            return Doubt("direction", words_from(evidence, max(0, j - 1), min(j + 1, len(theirs) - 1)))
    return None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_another_verb, _opposed)
"""Each of a claim that is supported and the evidence."""
