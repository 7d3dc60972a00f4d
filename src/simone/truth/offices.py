"""Offices and who holds them: what a sentence of the past says of its "Mayor Dahl" is that she was the mayor then.

Not for finding the statements that a sentence makes of its titles (`parts`), nor for trades, which last.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.recurring import is_past
from simone.truth.stretches import Doubt, means, words_from

OFFICES = frozenset(
    "mayor governor president premier minister chancellor king queen emperor empress prince princess duke duchess pope"
    " bishop archbishop abbot director manager head chief chairman chairwoman chair captain coach trainer secretary"
    " senator ambassador consul commander general admiral colonel leader treasurer speaker deputy superintendent"
    " commissioner sheriff marshal judge rector dean principal headmaster headmistress professor editor librarian"
    " councillor councilor spokesman spokeswoman envoy regent ruler champion holder owner".split()
)
"""Nouns of what somebody is for a time."""
_DYING, _KILLING = (frozenset(map(stem, verbs.split())) for verbs in ("die perish", "kill murder assassinate execute"))
_LEAVING = _DYING | frozenset(stem(verb) for verb in "resign retire quit abdicate leave lose vacate relinquish".split())
_REMOVING = _KILLING | frozenset(
    stem(verb)
    for verb in (
        "dismiss sack fire oust depose remove succeed replace suspend expel unseat overthrow topple impeach defeat drop"
        " recall relieve strip exile"
    ).split()
)
_DOWN = frozenset(("step", "stand", "stood"))
_BE_NOW = frozenset(("is", "are", "'s", "'re"))


def has_ended(reading: Reading) -> bool:
    """Whether a sentence says that somebody left an office, lost it, was put out of it, or died."""
    return _says(reading, _LEAVING, _REMOVING) or any(
        verb.stem in _DOWN and reading.words[verb.head + 1].lower in ("down", "aside")
        for verb in reading.verbs
        if verb.head + 1 < len(reading.words)
    )


def _says(reading: Reading, active: frozenset[str], passive: frozenset[str]) -> bool:
    """Whether a verb is one of `active`, or a passive of one of `passive`, and not denied."""
    return any(v.positive and (v.stem in active or (v.passive and v.stem in passive)) for v in reading.verbs)


def copula(reading: Reading, noun: str) -> str:
    """What links somebody with the noun before the name: "was" for an office in the past, and for the dead."""
    verb = next((one for one in reading.verbs if not reading.words[one.head].lower.endswith("ing")), None)
    is_over = verb is not None and (is_past(reading, verb) or has_ended(reading))
    return "was" if (noun in OFFICES and is_over) or _says(reading, _DYING, _KILLING) else "is"


def as_it_was(part: str, whole: Reading) -> str:
    """A statement about somebody's office that was made from a sentence, in the past where the sentence ends it."""
    named = {word.strip(".,").lower() for word in part.split()} & (OFFICES | lex.PERSONS)
    if named and " is " in part and part.strip(".") not in whole.text and has_ended(whole):
        return part if "is" in whole.operators else part.replace(" is ", " was ", 1)
    return part


def _former(claim: Reading, evidence: Reading) -> Doubt | None:
    """Who has left or lost an office is not what the claim says that he is."""
    now = next((v for v in claim.verbs if v.stem == "be" and claim.words[v.first].lower in _BE_NOW), None)
    if now is None or _BE_NOW & evidence.operators or not has_ended(evidence):
        return None
    behind = [word for word in claim.words[now.head + 1 :] if means(word)]
    if behind and any(word.lower in OFFICES | lex.PERSONS for word in behind):
        return Doubt("modality", evidence.text)
    return None


def _the_one(claim: Reading, evidence: Reading) -> Doubt | None:
    """Who is a mayor need not be the mayor."""
    verb = next((one for one in claim.verbs if one.stem == "be"), None)
    if verb is None or verb.head + 1 >= len(claim.words) or claim.words[verb.head + 1].lower != "the":
        return None
    noun = next((i for i in range(verb.head + 2, len(claim.words)) if means(claim.words[i])), -1)
    places = [j for j, word in enumerate(evidence.words) if noun >= 0 and word.stem == claim.words[noun].stem]
    befores = [evidence.words[j - 1].lower if j else "" for j in places]
    if places and all(word in ("a", "an") for word in befores):
        return Doubt("quantifier", words_from(evidence, places[0] - 1, places[0]))
    return None


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_former, _the_one)
