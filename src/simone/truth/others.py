"""The other one, the rest, one of them: a claim that takes what is said of these for what is said of all or of another.

Not for pronouns, which `context` reads, and not for names.
"""

from __future__ import annotations

from collections.abc import Iterator

from simone.kernels.reference.validation.tokens import is_plural
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, meaning, stems, words_from

_OTHER = frozenset("other others another remaining rest latter former".split())
_ONE = frozenset("one another other single".split())
_DEFINITE = frozenset("the its his her their our my your 's these those all every".split())
_IDLE = frozenset(("hand", "day", "week", "words", "side", "end", "things"))
_RELATIVES = frozenset("who whom whose which that".split())


def the_other(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The other gate", said of "one gate", or the other way round."""
    for i in _others(claim):
        lead = claim.words[i - 1].lower if i else "the"
        is_one = claim.words[i].lower in ("another", "others") or lead in _DEFINITE
        if is_one and not _OTHER & evidence.operators and _places(evidence, claim.words[i + 1].stem):
            return Doubt("quantifier", evidence.text)
    if _OTHER & claim.operators:
        return None
    for i in _others(evidence):
        lead = evidence.words[i - 1].lower if i else ""
        is_added = evidence.words[i].lower != "another" and lead not in _DEFINITE
        places = _places(claim, evidence.words[i + 1].stem)
        if not is_added and any(not k or claim.words[k - 1].lower in _DEFINITE for k in places):
            return Doubt("quantifier", words_from(evidence, i, i + 1))
    return None


def _others(reading: Reading) -> Iterator[int]:
    """Places of "other" and the like before a noun."""
    for i, word in enumerate(reading.words[:-1]):
        if word.lower in _OTHER and i + 1 in reading.content and reading.words[i + 1].lower not in _IDLE:
            yield i


def _places(reading: Reading, noun: str) -> list[int]:
    return [k for k, word in enumerate(reading.words) if word.stem == noun]


def several_for_one(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The pumps are blue" where the evidence says it of one pump."""
    for i in meaning(claim):
        word = claim.words[i]
        if not is_plural(word.lower) or not any(verb.first > i for verb in claim.verbs):
            continue
        places = [j for j, other in enumerate(evidence.words) if other.stem == word.stem]
        befores = [evidence.words[j - 1].lower if j else "" for j in places]
        is_one = [
            before in _ONE and not is_plural(evidence.words[j].lower) for before, j in zip(befores, places, strict=True)
        ]
        if places and all(is_one) and claim.words[i - 1].lower not in ("of", "some"):
            return Doubt("quantifier", words_from(evidence, places[0] - 1, places[0]))
    return None


def in_a_relative(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim has the main verb of somebody who stands in a relative clause alone: "Lund, whom Berg beat, left"."""
    if not claim.verbs:
        return None
    ours = claim.verbs[0]
    subject = stems(claim, (i for i in claim.content if i < ours.first))
    for i, word in enumerate(evidence.words):
        if word.lower not in _RELATIVES or not i:
            continue
        own = next((verb for verb in evidence.verbs if verb.first > i), None)
        main = next((verb for verb in evidence.verbs if own and verb.first > own.head), None)
        if own is None or main is None or main.stem != ours.stem or own.stem == ours.stem:
            continue
        between = [w.lower for w in evidence.words[own.head + 1 : main.first]]
        if {"and", "or", "but", ";", "who", "which", "that"} & set(between) or between.count(",") > 1:
            continue
        end = next((k for k in range(own.head, main.first) if evidence.words[k].lower == ","), main.first)
        inside = stems(evidence, (k for k in evidence.content if i < k < end))
        outside = stems(evidence, (k for k in evidence.content if not i < k < end))
        if subject & (inside - outside) and not subject & outside:
            return Doubt("role", words_from(evidence, max(0, i - 2), main.head))
    return None


DOUBTS = (the_other, several_for_one, in_a_relative)
"""Each of a claim that is supported and the evidence."""
