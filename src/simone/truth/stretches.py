"""Words and stretches of a sentence as read, for those who look at a comparison once more.

Not for what they are looked at for: `doubts` and `crossed` say that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import Word
from simone.truth.reading import Reading, read


class Doubt(NamedTuple):
    """The check that cannot decide, and the words that are why: of the evidence, or of the claim alone (`ours`)."""

    check: str
    said: str
    ours: bool = False


STOPS = frozenset((",", ";", ":", ".", "—", "–", "(", ")"))
"""What ends a stretch."""
JOINTS = frozenset((",", ";", "and", "but", "while", "whereas", "or"))
"""What may stand between two parts of a sentence."""
EXCEPTS = (
    *("all but", "everyone but", "everybody but", "everything but", "except", "excluding", "apart from", "save for"),
    *("other than", "with the exception of", "aside from"),
)
"""What stands before those of whom something is not said."""


def words_from(reading: Reading, first: int, last: int) -> str:
    """A sentence from one word to another, both included."""
    return reading.text[reading.words[first].start : reading.words[last].end]


def stems(reading: Reading, places: Iterable[int]) -> set[str]:
    """Stems of the words at some places."""
    return {reading.words[i].stem for i in places}


def means(word: Word) -> bool:
    """Whether a word says more than how others hang together; values and verbs do."""
    return word.is_word and word.lower not in lex.FUNCTION and word.lower not in lex.NEGATORS


def meaning(reading: Reading) -> tuple[int, ...]:
    """Places of the words that mean something."""
    return _meaning(reading.text)


@lru_cache(maxsize=4096)
def _meaning(text: str) -> tuple[int, ...]:
    return tuple([i for i, word in enumerate(read(text).words) if means(word)])


def phrases(evidence: Reading, claim: Reading, markers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(first word of a marker, first word after it) for each that stands in the evidence and not in the claim."""
    lower: list[str] = []
    for parts in _words_of(tuple(markers)):
        if not evidence.operators.issuperset(parts) or claim.operators.issuperset(parts):
            continue
        lower = lower or [word.lower for word in evidence.words]
        for i in range(len(lower) - len(parts)):
            if lower[i : i + len(parts)] == parts:
                yield i, i + len(parts)


@lru_cache(maxsize=256)
def _words_of(markers: tuple[str, ...]) -> tuple[list[str], ...]:
    return tuple([marker.split() for marker in markers])


def until(reading: Reading, start: int, stops: frozenset[str]) -> int:
    """Where what begins at a word ends: a stop, a verb, or a relative."""
    heads = {verb.first for verb in reading.verbs}
    end = start
    while end < len(reading.words) and reading.words[end].lower not in stops and (end == start or end not in heads):
        end += 1
    return end


def only_there(claim: Reading, evidence: Reading, start: int, end: int) -> bool:
    """Whether a word of the claim stands in the evidence only within [start, end)."""
    inside = stems(evidence, (i for i in range(start, end) if means(evidence.words[i])))
    outside = stems(evidence, (i for i in meaning(evidence) if not start <= i < end))
    return bool(inside & stems(claim, meaning(claim)) - outside)
