"""What a claim would say with one thing in it turned: the opposite of a word, another name, two names exchanged.

Reading that carries a claim must not carry a contrary clearly better. Where it does, what was read does not tell the
two apart, and the claim stays open.

Not for what is so if a contrary is: nothing is decided by it.

Source: Gardner et al., Evaluating Models' Local Decision Boundaries via Contrast Sets, 2020, which turns one thing at a
time by hand to see what a model has understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, combinations, islice, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.names import same_name
from simone.kernels.reference.validation.words import is_opposite, stem
from simone.truth.entailment import Entailment, read_each
from simone.truth.inflection import inflected
from simone.truth.reading import Reading, read
from simone.truth.stretches import means

Carried = tuple[str, Sequence[str], NDArray[np.float32]]
"""A claim that reading supports, the texts by which (as in `read_each`), and its logits (3,)."""
LEAD_OF_WORD, LEAD_OF_NAME = 0.3, 1.0
"""Log odds of "supported" by which a contrary must be ahead of its claim: with a word turned, with other names. Names
need more, since two of them can both be right. Chosen on the fitting halves and the dev half of the contrast suite."""
MOST = 4
"""Contraries of each kind of change per place, count; names of the evidence that are tried, count."""
MOST_NAMED = 8
"""Contraries with other names, count."""
MOST_WORDS = 25
"""Words of a claim beyond which nothing is turned, count: one thing of so many hardly moves what is read."""
_MANY_SENSES = frozenset("over under up down left right leave lift back front first last to".split())
"""Words of direction that often mean something else."""
_MORE = (("begin", "end"), ("start", "end"), ("start", "stop"))
_LISTING = frozenset(("", "and", "or", "&", "to"))
_NAME_WORD = re.compile(r"[^\W\d_a-z]\w+")
_POSSESSIVE = re.compile(r"['’]s?$")


class Contrary(NamedTuple):
    """A text that says something else than its claim, and by how much it must be ahead of it, log odds."""

    text: str
    lead: float


def contraries(claim: str, window: str) -> list[Contrary]:
    """The contraries of a claim in the words of a window of evidence, each once, in order of their places."""
    ours = read(claim)
    if len(ours.words) > MOST_WORDS:
        return []
    theirs = [read(sentence) for sentence in re.split(r"(?<=[.!?]) ", window)]
    found = {
        **dict.fromkeys(islice(_with_names(ours, theirs), MOST_NAMED), LEAD_OF_NAME),
        **dict.fromkeys(_with_opposites(ours, theirs), LEAD_OF_WORD),
    }
    return [Contrary(text, lead) for text, lead in found.items() if text != claim]


def against(entailment: Entailment, carried: Sequence[Carried]) -> list[str | None]:
    """Of each claim the contrary that its texts carry clearly better, None where there is none; read in one call."""
    said = [contraries(claim, texts[0]) for claim, texts, _ in carried]
    pairs = [(texts, one.text) for (_, texts, _), own in zip(carried, said, strict=True) for one in own]
    found, begin = read_each(entailment, pairs).logits, 0
    result: list[str | None] = []
    for (*_, row), own in zip(carried, said, strict=True):
        result.append(gainsaid(row, found[begin : begin + len(own)], own))
        begin += len(own)
    return result


def gainsaid(own: NDArray[np.float32], others: NDArray[np.float32], said: Sequence[Contrary]) -> str | None:
    """The text of the contrary that is carried better by its lead, the furthest ahead.

    `own` (3,) and `others` (n, 3): logits of the claim and of what is `said` instead.
    """
    if not said:
        return None
    ahead = _odds(others) - _odds(own[None])[0] - np.array([contrary.lead for contrary in said])
    best = int(np.argmax(ahead))
    return said[best].text if ahead[best] > 0 else None


def _odds(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds of "supported", (n,), of logits (n, 3)."""
    rows = logits.astype(np.float64)
    odds: NDArray[np.float64] = rows[:, 0] - np.logaddexp(rows[:, 1], rows[:, 2])
    return odds


@cache
def _directions() -> dict[str, list[str]]:
    pairs = [pair for pair in lex.DIRECTIONS if not _MANY_SENSES.intersection(pair)]
    return inflected([*pairs, *_MORE])


def _with_opposites(ours: Reading, theirs: Sequence[Reading]) -> Iterator[str]:
    """With a word of direction turned, or a word replaced by its opposite as the evidence has it."""
    said = {word.lower: word.stem for sentence in theirs for word in sentence.words if means(word)}
    for word in ours.words:
        if ours.text.startswith(("n't", "n’t"), word.end):
            continue
        for other in _directions().get(word.lower, ())[:MOST]:
            yield _put(ours.text, word.start, word.end, other)
        if means(word):
            opposed = (lower for lower, other in said.items() if _excludes(word.stem, other))
            for other in islice(opposed, MOST):
                yield _put(ours.text, word.start, word.end, other)


def _with_names(ours: Reading, theirs: Sequence[Reading]) -> Iterator[str]:
    """With two names exchanged, or one replaced by another of the evidence."""
    text, names = ours.text, _names(ours)
    if not any(word.stem in _symmetric() for word in ours.words):
        breaks = [not _is_listing(text[one[1] : other[0]]) for one, other in pairwise(names)]
        lists = accumulate(breaks, initial=0)  # names of one list have one number
        pairs = [
            (one, other)
            for (own, one), (its, other) in combinations(zip(lists, names, strict=False), 2)
            if own != its and text[slice(*one)] != text[slice(*other)]
        ]
        for one, other in pairs[:MOST]:
            yield _exchanged(text, one, other)
    known = dict.fromkeys(sentence.text[slice(*name)] for sentence in theirs for name in _names(sentence))
    own = set(_NAME_WORD.findall(text))
    others = [
        name
        for name in known
        if own.isdisjoint(_NAME_WORD.findall(name)) and not any(same_name(name, text[slice(*one)]) for one in names)
    ]
    for start, end in names:
        for instead in others[:MOST]:
            yield _put(text, start, end, instead)


def _is_listing(between: str) -> bool:
    return "".join(between.split()).lstrip(",(/–-") in _LISTING


def _names(reading: Reading) -> list[tuple[int, int]]:
    """Code points of each name, with the capital words before it: a first name may be a word ("Jun Abara")."""
    found: list[tuple[int, int]] = []
    words = reading.words
    starts = {word.start: n for n, word in enumerate(words)}
    for name in reading.names:
        end = name.start + len(_POSSESSIVE.sub("", name.text))
        n = starts.get(name.start, 0)
        while n > 1 and words[n - 1].end + 1 == words[n].start and _is_capital(reading, n - 1):
            n -= 1
        start = min(name.start, words[n].start) if words else name.start
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _is_capital(reading: Reading, n: int) -> bool:
    word = reading.words[n]
    return reading.text[word.start].isupper() and word.lower not in lex.FUNCTION


@cache
def _groups() -> frozenset[tuple[str, str]]:
    return frozenset((stem(one), stem(other)) for one, other in lex.GROUPS)


@cache
def _symmetric() -> frozenset[str]:
    return frozenset(stem(verb) for verb in lex.SYMMETRIC)


def _excludes(one: str, other: str) -> bool:
    """Whether two stems are opposites, and not only two of many: a week is no opposite of a day."""
    return is_opposite(one, other) and (one, other) not in _groups()


def _put(text: str, start: int, end: int, other: str) -> str:
    written = other[:1].upper() + other[1:] if text[start].isupper() else other
    return text[:start] + written + text[end:]


def _exchanged(text: str, one: tuple[int, int], other: tuple[int, int]) -> str:
    (start, end), (begin, close) = one, other
    return text[:start] + text[begin:close] + text[end:begin] + text[start:end] + text[close:]
