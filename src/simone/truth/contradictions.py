"""Statements of one text that contradict one another, and why in words.

Not for the comparison itself (a kernel's), nor for contradictions that need knowledge beyond the two sentences.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from simone.clock import Deadline, unlimited
from simone.kernels import kernels
from simone.kernels.contract.validation import MENTIONS
from simone.kernels.reference.validation.contradictions import EXCLUDING, LONGEST
from simone.truth.exact import doubted, in_words
from simone.truth.reading import stems_of_all

REMEMBERED = 64
"""Latest statements with a word among which those like a new one are looked for, count."""
COMPARED = 8
"""Earlier statements that one is held against, those that share most with it and then the nearest, count."""
LEAST_SERIES = 3
"""Different measures given in the same words from which on they are a series, count."""
_MEASURES = frozenset(map(MENTIONS.index, ("unit", "percent")))
_WHEN = frozenset(map(MENTIONS.index, ("date", "time")))


class Contradiction(NamedTuple):
    """Statements i < j that exclude each other, the check that found it, and the reason."""

    first: int
    second: int
    check: str
    reason: str


class Contradictions(NamedTuple):
    """Those found, by their second statement; `passed_over`: how many earlier ones like it each was not held against.

    `series`: statements that give one measure after another in the same words, and are no contradictions.
    """

    found: tuple[Contradiction, ...]
    passed_over: dict[int, int]
    series: tuple[tuple[int, ...], ...]


def find_contradictions(statements: Sequence[str], deadline: Deadline | None = None) -> Contradictions:
    """Each statement held against at most COMPARED earlier ones; time and findings grow with their number alone.

    In a text with fewer statements alike, these are the pairs of `check_contradictions`. Measures in the same words
    contradict one another only if they name a day or a time, or if there are just two of them.

    Raises:
        Cancelled, BudgetExceeded: from the deadline, where there is one.
    """
    deadline = deadline or unlimited()
    series = _series(statements)
    member = {index: number for number, members in enumerate(series) for index in members}
    passed_over: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    for later, (near, rest) in enumerate(deadline.over(_alike(statements), "comparing sentences")):
        ours = member.get(later)
        pairs += [pair for pair in near if ours is None or any(member.get(one) != ours for one in pair)]
        if rest and ours is None:
            passed_over[later] = rest
    return Contradictions(tuple(_exclusions(statements, pairs)), passed_over, series)


def _exclusions(statements: Sequence[str], pairs: Sequence[tuple[int, int]]) -> Iterator[Contradiction]:
    """Those of the pairs (claim, evidence) that exclude each other, in order."""
    if not pairs:
        return
    checks = kernels.validate_truth_claims_batch(statements, statements, np.array(pairs, np.int64))
    results = in_words(checks, [(statements[a], statements[b]) for a, b in pairs])
    for (a, b), one in zip(pairs, results, strict=True):
        if one.status == "refuted" and one.check in EXCLUDING:
            sure = doubted(one, statements[a], statements[b])
            if sure.status == "refuted":
                yield Contradiction(min(a, b), max(a, b), sure.check, sure.reason)


def _alike(statements: Sequence[str]) -> Iterator[tuple[list[tuple[int, int]], int]]:
    """For each statement the pairs (claim, evidence) of it and those before that share words enough, and how many
    more share them or were too many to look at. The rule of what is enough is that of `detect_contradictions_fast`."""
    stems = [
        words if len(text) <= LONGEST else frozenset()
        for text, words in zip(statements, stems_of_all(statements), strict=True)
    ]
    holders: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
    times: Counter[str] = Counter()
    for later, words in enumerate(stems):
        shared = Counter(index for word in words for index in holders[word])
        near = [(index, one) for index in shared if (one := _pair(index, later, stems))]
        near.sort(key=lambda row: (-shared[row[0]], -row[0]))
        rarer = sorted(words, key=lambda word: (times[word], word))[: len(words) // 2 + 1]  # who shares half has one
        unseen = max((times[word] - len(holders[word]) for word in rarer), default=0)
        yield [one for _, one in sorted(near[:COMPARED])], len(near[COMPARED:]) + unseen
        for word in words:
            holders[word].append(later)
            times[word] += 1


def _pair(first: int, second: int, stems: Sequence[frozenset[str]]) -> tuple[int, int] | None:
    """Which of two statements is held as a claim against the other; None where they share too few words."""
    ours, theirs = stems[first], stems[second]
    shared, least = len(ours & theirs), min(2, min(len(ours), len(theirs)) - 1)
    if shared >= max(-(-len(ours) // 2), 1, least):
        return first, second
    return (second, first) if shared >= max(-(-len(theirs) // 2), 1, least) else None


def _series(statements: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Statements in the same words with another measure each, which name no day and no time."""
    mentions = kernels.find_mentions_batch(statements)
    values: dict[int, list[tuple[int, int]]] = defaultdict(list)
    dated: set[int] = set()
    for text, kind, *span in zip(*(column.tolist() for column in mentions[:4]), strict=True):
        if kind in _MEASURES:
            values[text].append((span[0], span[1]))
        elif kind in _WHEN:
            dated.add(text)
    alike: dict[str, list[int]] = defaultdict(list)
    for text, spans in values.items():
        if text not in dated:
            alike[_without(statements[text], spans)].append(text)
    return tuple(
        tuple(members) for members in alike.values() if len({statements[index] for index in members}) >= LEAST_SERIES
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with a mark for what stands at the spans."""
    edges = [0, *(edge for span in sorted(spans) for edge in span), len(text)]
    return "#".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
