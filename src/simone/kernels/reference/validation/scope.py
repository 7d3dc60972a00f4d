"""What stands over a verb from outside its own clause: a report without "that", a predicate it is joined to, a denial.

Not for what its own clause says of it: `reading` has read that.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import Word, stem

_REPORTING_STEMS = frozenset(stem(verb) for verb in lex.REPORTING)
BREAKS = frozenset(
    {",", ";", ":", "—", "–", "but", "which", "who", "because", "although", "while", "whereas", "that", "."}
)
"""What a clause does not reach beyond."""


class Verb(msgspec.Struct, frozen=True):
    """A verb group: `head` and `first` index the words; `positive` its polarity; `certain` False under a hedge."""

    head: int
    first: int
    stem: str
    passive: bool
    positive: bool
    certain: bool


def scoped(words: Sequence[Word], verbs: Sequence[Verb]) -> list[Verb]:
    """Verb groups in order, with what stands over each of them."""
    is_open = len(words) > 1 and words[1].lower == "," and words[0].lower in lex.HEDGES
    is_open = is_open or _ends_in_doubt(words, verbs)
    found: list[Verb] = []
    for verb in verbs:
        positive, certain = verb.positive, verb.certain and not is_open
        if found:
            first = _joined_to(words, verb, found)
            if first is not None:
                certain = certain and first.certain and (first.positive or _is_past(words, verb))
            certain = certain and not _is_told(words, found[-1], verb)
            positive = positive != _is_called_false(words, found[-1], verb)
        found.append(msgspec.structs.replace(verb, positive=positive, certain=certain))
    return found


def is_beside(words: Sequence[Word], k: int) -> bool:
    """Whether the "not" at `k` only says what is not meant: "the deputy, not the mayor, came"."""
    if words[k].lower != "not" or k == 0 or words[k - 1].lower not in (",", "but", "and") or k + 1 == len(words):
        return False
    return words[k + 1].is_word and words[k + 1].lower not in lex.NOT_BESIDE


def denies_all(words: Sequence[Word], end: int) -> bool:
    """Whether a subject like "no man who came" still stands over what follows its relative clause."""
    opening = [w.lower for w in words[:end]]
    return opening[0] in ("no", "none", "nobody", "nothing", "neither", "few", "hardly") and not (
        set(opening) & {"and", "but", ";", "because", "that", "while", "although"}
    )


def is_not_only(words: Sequence[Word], k: int) -> bool:
    """Whether the "not" at `k` denies nothing: "not only"."""
    return k + 1 < len(words) and words[k].lower in ("not", "n't") and words[k + 1].lower in ("only", "just", "merely")


def is_hedge(words: Sequence[Word], k: int, head: int) -> bool:
    """Whether a word leaves its verb open; what is said, claimed or planned is, but saying so is not."""
    lower = words[k].lower
    if lower == "can" and k + 1 < len(words) and words[k + 1].lower in ("not", "n't"):
        return False
    return lower in lex.HEDGES and (k != head or lower in lex.AUXILIARIES)


def _is_past(words: Sequence[Word], verb: Verb) -> bool:
    lower = words[verb.head].lower
    return lower.endswith("ed") or lower in lex.PARTICIPLES or lex.IRREGULAR.get(lower, lower) != lower


def _joined_to(words: Sequence[Word], verb: Verb, before: Sequence[Verb]) -> Verb | None:
    """The verb whose subject and whose scope a bare one behind an "and" or "or" shares: the last of its form."""
    if verb.first != verb.head or words[verb.first - 1].lower not in ("and", "or"):
        return None
    alike = (one for one in reversed(before) if _is_past(words, one) == _is_past(words, verb))
    return next(alike, before[-1])


def _is_told(words: Sequence[Word], before: Verb, verb: Verb) -> bool:
    """Whether a verb is of what somebody says, thinks or denies, with no "that": "critics claim it lost money"."""
    if before.stem not in _REPORTING_STEMS or before.passive or before.head + 1 >= verb.first:
        return False
    between = [word.lower for word in words[before.head + 1 : verb.first]]
    if between[0] in lex.PREPOSITIONS | lex.COORDINATORS | {"to", "that"} or between[-1] in ("to", "and", "or"):
        return False
    return not (BREAKS - {"that"}) & set(between)


def _ends_in_doubt(words: Sequence[Word], verbs: Sequence[Verb]) -> bool:
    """Whether somebody only claims it, as is said at the end: "…, prosecutors allege."."""
    if len(verbs) < 2 or verbs[-1].stem not in _REPORTING_STEMS - {"say"}:
        return False
    if any(word.is_word for word in words[verbs[-1].head + 1 :]):
        return False
    between = [word.lower for word in words[verbs[-2].head + 1 : verbs[-1].first]]
    return "," in between and not {"and", "but", "who", "which", "that"} & set(between)


def _is_called_false(words: Sequence[Word], before: Verb, verb: Verb) -> bool:
    """Whether a "that" makes the clause of the verb what is called false, or not true: "it was false that …"."""
    place = next((k for k in range(verb.first - 1, before.head, -1) if words[k].lower == "that"), 0)
    if place <= before.head + 1 or before.stem != "be":
        return False
    said = words[place - 1].lower
    return said in (lex.UNTRUE if before.positive else lex.TRUE)
