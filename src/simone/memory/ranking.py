"""One ranking of a shelf for a question: words, meaning, names, days and neighbours as a weighted sum, with reasons.

Not for finding the shelf or the memories themselves: `recall` does.

Source: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, 2023 (a weighted sum of normalised
scores keeps how much better one is than the next); Carbonell and Goldstein, The Use of MMR, 1998 (redundancy).
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
import numpy as np

from simone.kernels.contract import Bools, Floats
from simone.memory.contract import Filter
from simone.memory.nearest import NONE, Scores
from simone.memory.postings import Rows
from simone.memory.shelf import Shelf
from simone.memory.standing import AUTHOR, NAME
from simone.memory.times import days_named
from simone.retrieval.lexical import terms_of

PartName = Literal["words", "meaning", "names", "days", "nearby"]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ASKS_WHEN = re.compile(r"^\W*when\b|\b(?:what|which) (?:date|day|month|year|time)\b|\bhow long ago\b", re.IGNORECASE)
_LONGEST_NAME = 3
_POOL_PER_HIT = 3
_LEAST_POOL = 24
_HELD_THEN = 0.5
_TIED = 1e-9
"""Scores that differ by less are equal, so that no order hangs on the last bit of a sum."""


class Weights(msgspec.Struct, frozen=True):
    """What each part counts in the sum; chosen with `simone bench memory` on two conversations of LoCoMo."""

    words: float = 0.5
    """Of the share of the best score by words."""
    meaning: float = 1.0
    """Of the cosine."""
    names: float = 0.2
    """Of the share, by rarity, of the names in the question that the memory has or was said by."""
    days: float = 0.2
    """Where the memory names a day that the question names; half of it where the memory only holds from such a day."""
    when: float = 0.05
    """Where the question asks for a time and the memory names one."""
    nearby: float = 0.1
    """Of the words and meaning of the memories just before and after in the session."""
    redundancy: float = 0.1
    """Taken off, for the order alone, for the likeness to the most like memory that ranks before."""


class Part(msgspec.Struct, frozen=True):
    """What one part added to a score, and in words why."""

    name: PartName
    share: float
    said: str


class Question:
    """A question, taken apart once."""

    def __init__(self, text: str, vector: Floats | None, today: str) -> None:
        """`vector` (d,) is its own, `today` an ISO 8601 date that "last week" counts from."""
        words = [word.removesuffix("'s").removesuffix("’s") for word in _WORD.findall(text)]
        terms = terms_of(words)
        ends = np.cumsum(terms.lengths)
        self.said: dict[str, str] = {}
        """The words of the question by stem, in its order."""
        for word, first, last in zip(words, (ends - terms.lengths).tolist(), ends.tolist(), strict=True):
            for token in terms.tokens[first:last].tolist():
                self.said.setdefault(terms.vocabulary[token], word)
        self.stems = sorted(self.said)
        self.vector = vector
        self.asks_when = _ASKS_WHEN.search(text) is not None
        self.days = tuple((text[named.start : named.end], named.first, named.last) for named in days_named(text, today))
        folded = [word.casefold() for word in words]
        self.names = tuple(
            dict.fromkeys(
                " ".join(folded[first : first + size])
                for size in range(1, _LONGEST_NAME + 1)
                for first in range(len(folded) - size + 1)
            )
        )


def best(
    shelf: Shelf, question: Question, which: Filter, k: int, weights: Weights, count: int
) -> list[tuple[str, tuple[Part, ...]]]:
    """The k best memories that `which` means, best first, ties by id, each with the parts of its score, largest first.

    `count` rows are taken from each part before the sum. A memory that shares nothing with the question is none.

    Raises:
        BadRequest: a time of the filter is not ISO 8601.
    """
    if k <= 0 or not len(shelf):
        return []
    found = _Found(shelf, question, which, count)
    if not len(found.rows):
        return []
    parts: dict[PartName, Scores] = {
        "words": weights.words * found.words,
        "meaning": weights.meaning * np.maximum(found.meaning, 0.0),
        "names": weights.names * found.names,
        "days": weights.days * found.days + weights.when * found.answering_when,
        "nearby": weights.nearby * found.nearby,
    }
    total = np.sum(list(parts.values()), axis=0)
    order = _ordered(found, total, k, weights.redundancy)
    return [(shelf.ids[found.rows[place]], found.explained(place, parts)) for place in order]


class _Found:
    """The rows worth ranking, ascending, with what each part says of them (m,)."""

    def __init__(self, shelf: Shelf, question: Question, which: Filter, count: int) -> None:
        self.shelf, self.question = shelf, question
        allowed = shelf.allowed(which)
        words = shelf.by_words(question.stems)[0]
        words *= allowed
        if (most := float(words.max())) > 0.0:
            words /= most
        self._named = _named(shelf, question)
        self._dated = [(said, *shelf.in_days(first, last)) for said, first, last in question.days]
        nearest, cosines = np.empty(0, np.int32), np.empty(0)
        if question.vector is not None:
            nearest, cosines = shelf.nearest.search(question.vector, count, allowed)
        lexical = _highest(words, count)
        seeds = [lexical, nearest, *shelf.beside(lexical[: count // 2]), *shelf.beside(nearest[: count // 2])]
        seeds += [_latest(rows, allowed, count) for _, _, rows in self._named]
        for _, naming, holding in self._dated:
            seeds += [_latest(naming, allowed, count), _latest(np.flatnonzero(holding & allowed), allowed, count)]
        rows = np.unique(np.concatenate(seeds))
        self.rows: Rows = rows[(rows != NONE)]
        self.rows = self.rows[allowed[self.rows]].astype(np.int32)
        self.words: Scores = words[self.rows]
        self.meaning = self._meaning(nearest, cosines)
        self.names = self._share_of_names()
        self.days = self._share_of_days()
        self.answering_when = (
            _among(self.rows, shelf.naming_days()).astype(np.float64)
            if question.asks_when
            else np.zeros(len(self.rows))
        )
        self.nearby = self._nearby(words)

    def explained(self, place: int, parts: dict[PartName, Scores]) -> tuple[Part, ...]:
        """Why the row at a place was found, the largest part first."""
        shares = {name: float(share[place]) for name, share in parts.items()}
        return tuple(
            Part(name, share, self._said(name, place))
            for name, share in sorted(shares.items(), key=lambda item: -item[1])
            if share > 0.0
        )

    def _said(self, name: PartName, place: int) -> str:
        row = self.rows[place : place + 1]
        if name == "words":
            shared = [word for stem, word in self.question.said.items() if self.shelf.holding(stem, row)[0]]
            return "shares " + ", ".join(shared)
        if name == "meaning":
            return f"means much the same, cosine {self.meaning[place]:.2f}"
        if name == "names":
            return "about or by " + ", ".join(name for name, _, rows in self._named if _among(row, rows)[0])
        if name == "days":
            named = [said for said, naming, holding in self._dated if _among(row, naming)[0] or holding[row[0]]]
            return "from the time of " + ", ".join(named) if named else "names a time, which is asked for"
        return "stands beside what fits"

    def _meaning(self, nearest: Rows, cosines: Scores) -> Scores:
        meaning = np.zeros(len(self.rows))
        if self.question.vector is None or not np.any(self.question.vector):
            return meaning
        order = np.argsort(nearest)
        known = _among(self.rows, nearest[order])
        meaning[known] = cosines[order][np.isin(nearest[order], self.rows)]
        meaning[~known] = self.shelf.nearest.cosines(self.question.vector, self.rows[~known])
        return meaning

    def _share_of_names(self) -> Scores:
        share, whole = np.zeros(len(self.rows)), sum(rarity for _, rarity, _ in self._named)
        for _, rarity, rows in self._named:
            share[_among(self.rows, rows)] += rarity / whole
        return share

    def _share_of_days(self) -> Scores:
        share = np.zeros(len(self.rows))
        for _, naming, holding in self._dated:
            one = np.where(_among(self.rows, naming), 1.0, _HELD_THEN * holding[self.rows])
            share = np.maximum(share, one)
        return share

    def _nearby(self, words: Scores) -> Scores:
        """Words and meaning of the neighbours; of those that were not found themselves only the words are known."""
        nearby = np.zeros(len(self.rows))
        for beside in self.shelf.beside(self.rows):
            there = beside != NONE
            nearby[there] += words[beside[there]]
            places = np.minimum(np.searchsorted(self.rows, beside), len(self.rows) - 1)
            nearby += np.where(there & (self.rows[places] == beside), self.meaning[places], 0.0)
        return nearby


def _ordered(found: _Found, total: Scores, k: int, redundancy: float) -> list[int]:
    """Places of the k best rows: each time the one whose score, less its likeness to what stands before, is highest."""
    rows, ids = found.rows, found.shelf.ids
    pool = _highest(total, max(_LEAST_POOL, _POOL_PER_HIT * k))
    pool = pool[[rank for rank, _ in sorted(enumerate(pool.tolist()), key=lambda item: ids[rows[item[1]]])]]
    left = np.round(total[pool] / _TIED) * _TIED
    if redundancy <= 0.0:
        return [int(place) for place in pool[np.argsort(-left, kind="stable")[:k]]]
    likeness = found.shelf.nearest.likeness(rows[pool]).astype(np.float64)
    nearest, order = np.zeros(len(pool)), []
    for _ in range(min(k, len(pool))):
        place = int(np.argmax(left - redundancy * nearest))
        order.append(int(pool[place]))
        left[place] = -np.inf
        nearest = np.maximum(nearest, likeness[place])
    return order


def _named(shelf: Shelf, question: Question) -> list[tuple[str, float, Rows]]:
    """The names in the question that memories bear: each with its rarity and the rows, ascending."""
    named = []
    for name in question.names:
        if len(rows := shelf.labelled((NAME + name, AUTHOR + name))):
            named.append((name, shelf.rarity(len(rows)), rows))
    return named


def _highest(scores: Scores, count: int) -> Rows:
    """The places of the `count` highest scores above 0, highest first, ties by lower place."""
    places = np.flatnonzero(scores > 0.0)
    values = scores[places]
    if 0 < count < len(places):
        kept = values >= np.partition(values, len(values) - count)[len(values) - count]
        places, values = places[kept], values[kept]
    highest: Rows = places[np.argsort(-values, kind="stable")[:count]].astype(np.int32)
    return highest


def _latest(rows: Rows, allowed: Bools, count: int) -> Rows:
    """The last `count` of the rows that are allowed."""
    return rows[allowed[rows]][-count:]


def _among(rows: Rows, ascending: Rows) -> Bools:
    """Which of the rows are among others in ascending order."""
    found: Bools = np.zeros(len(rows), np.bool_)
    places = np.searchsorted(ascending, rows)
    inside = places < len(ascending)
    found[inside] = ascending[places[inside]] == rows[inside]
    return found
