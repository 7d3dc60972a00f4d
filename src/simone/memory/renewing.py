"""Whether something else was said since of what a text says again: the light is on, is off, is on.

Not for contradictions: what is found to exclude the other closes it, and then nothing is said again. Here both are
current since the rules cannot tell; only which was said last can, so that a text must be let in that says again what is
no longer the last word. It is once for each change: said again then, it is the last word already.
"""

from __future__ import annotations

from collections.abc import Sequence

from simone.kernels.reference.validation.lexicon import DIRECTIONS, FUNCTION, NEGATORS, OPPOSITES
from simone.kernels.reference.validation.words import stem
from simone.memory.contract import Candidate, Keys, Memory, Writing
from simone.memory.excluding import happened
from simone.memory.moments import moment
from simone.memory.twins import find_value
from simone.memory.wording import opened, words_of

_MOST = 8
"""Memories with the same words but for the value, and with some of the words, that are looked at."""
_LONGEST_VALUE = 6
_LASTING = frozenset("now currently still again today".split())
_PRESENT = frozenset(("is", "are", "am"))
_PLACED = frozenset(("in", "at", "on", "called", "named"))
_PARTICLES = (frozenset(("on", "off")), frozenset(("in", "out")), frozenset(("up", "down")))
_DENYING = ("un", "dis", "in", "im", "de", "non")
_OPPOSED = frozenset((stem(one), stem(other)) for one, other in OPPOSITES | DIRECTIONS)


def said_since(writing: Writing, candidate: Candidate, known: Memory, keys: Keys) -> Memory | None:
    """The latest current memory that has another value in the words of the known one and came after it, if any.

    A candidate that is told of an earlier day than that one says nothing of what holds since.
    """
    if not keys.terms or happened(known.text):
        return None
    same = writing.sharing(known.tenant, keys.terms[:1], _MOST)  # the latest first
    order = [one.id for one in same]
    later = list(same[: order.index(known.id)] if known.id in order else same)
    some = writing.sharing(known.tenant, keys.terms[1:], _MOST)
    later += [one for one in some if one.id not in order and one.recorded_at > known.recorded_at]
    begins = moment(candidate.valid_from, "valid_from")
    for one in sorted(later, key=lambda one: one.recorded_at, reverse=True):
        if not (_before(one.valid_from, known.valid_from) or _before(begins, one.valid_from)) and has_other_value(
            one.text, known.text
        ):
            return one
    return None


def has_other_value(one: str, other: str) -> bool:
    """Whether two texts are the same words but for one value: a number, an opposite, a denial, or all that something is
    said to be."""
    ours, theirs = _words(one), _words(other)
    before = ours[: _shared(ours, theirs)]
    ours, theirs = ours[len(before) :], theirs[len(before) :]
    behind = _shared(ours[::-1], theirs[::-1])
    ours, theirs = ours[: len(ours) - behind], theirs[: len(theirs) - behind]
    if not before or max(len(ours), len(theirs)) > _LONGEST_VALUE or happened(one):
        return False
    if not ours or not theirs:
        return len(ours) + len(theirs) == 1 and (ours or theirs)[0] in NEGATORS
    if not _PRESENT.isdisjoint(_words(one)[len(before) + len(ours) :]):
        return False  # it tells which one is meant: "the fee for berth 4 is", "the upper door is"
    if all(any(map(str.isdigit, word)) for word in (*ours, *theirs)):
        return True
    if len(ours) == len(theirs) == 1 and _is_opposed(ours[0], theirs[0]):
        return True
    if not behind and _is_said_to_be(before) and (set(ours) & set(theirs)) <= FUNCTION:
        return True
    around = _around_value(one)
    return around is not None and around == _around_value(other)


def _before(one: str, other: str) -> bool:
    return bool(one and other) and one < other


def _words(text: str) -> list[str]:
    return [word for word in words_of(opened(text)) if word not in _LASTING]


def _shared(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many words they begin with in common."""
    pairs = zip(ours, theirs, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))


def _is_opposed(one: str, other: str) -> bool:
    if frozenset((one, other)) in _PARTICLES or (stem(one), stem(other)) in _OPPOSED:
        return True
    shorter, longer = sorted((one, other), key=len)
    return any(longer == denying + shorter for denying in _DENYING)


def _around_value(text: str) -> list[str] | None:
    """The words around the one value that the text tells of something, None if it tells none."""
    span = find_value(text)
    return [*_words(text[: span[0]]), "", *_words(text[span[1] :])] if span else None


def _is_said_to_be(before: Sequence[str]) -> bool:
    """Whether these words end where it is told what something is now, or where."""
    words = before[:-1] if before[-1] in _PLACED else before
    return bool(words) and words[-1] in _PRESENT
