"""One ranking of a shelf for a question: words, meaning, names, days and neighbours as a weighted sum, with reasons.

Not for finding the shelf or the memories themselves: `recall` does.

Source: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, 2023 (a weighted sum of normalised
scores keeps how much better one is than the next); Carbonell and Goldstein, The Use of MMR, 1998 (redundancy).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract import Bools, Floats
from simone.memory.contract import Filter, Memory
from simone.memory.later import earlier_twins
from simone.memory.nearest import NONE, Scores
from simone.memory.postings import Rows
from simone.memory.shelf import Shelf
from simone.memory.standing import AUTHOR, NAME
from simone.memory.times import days_named
from simone.retrieval.fusion import log_length
from simone.retrieval.lexical import terms_of

PartName = Literal["words", "meaning", "names", "days", "nearby", "length", "later"]

Read = Callable[[Sequence[str]], Sequence[Memory]]
"""Memories by their ids, as far as they are known."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ASKS_WHEN = re.compile(r"^\W*when\b|\b(?:what|which) (?:date|day|month|year|time)\b|\bhow long ago\b", re.IGNORECASE)
_LONGEST_NAME = 3
_POOL_PER_HIT = 2
_LEAST_POOL = 16
LEAST_MEANING = 0.25
"""Cosine below which a memory that shares no word, name or day with the question has nothing to do with it."""
_HELD_THEN = 0.5
_NEARLY = 0.15
"""By how much less a memory itself may fit the question than an earlier one that says nearly the same."""
_COMPARED = 64
"""Memories, the best of the sum, of which the later one is looked for."""
_STEPS = (-2, -1, 1, 2)
_TIED = 1e-9
"""Scores that differ by less are equal, so that no order hangs on the last bit of a sum."""


class Weights(msgspec.Struct, frozen=True):
    """What each part counts in the sum; chosen with `simone bench memory` on two conversations of LoCoMo."""

    words: float = 0.5
    """Of the share of the best score by words."""
    meaning: float = 1.0
    """Of the cosine."""
    names: float = 0.05
    """Of the share, by rarity, of the names in the question that the memory has or was said by."""
    days: float = 0.3
    """Where the memory names a day that the question names; half of it where the memory only holds, or else is known,
    from such a day."""
    when: float = 0.1
    """Where the question asks for a time and the memory names one."""
    before: float = 0.4
    """Of the words of the memory just before in the session: what it asks is answered here."""
    after: float = 0.2
    """Of the words of the memory just after."""
    around: float = 0.1
    """Of the words of the memories two before and two after."""
    length: float = 0.05
    """Of the logarithm of the characters of the text, up to 256: short ones match more than they say."""
    later: float = 0.05
    """How far the latest of those that say nearly the same is put above the earlier ones."""
    redundancy: float = 0.2
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
        self.today = today
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
    shelf: Shelf, question: Question, which: Filter, k: int, weights: Weights, count: int, read: Read
) -> list[tuple[Memory, tuple[Part, ...]]]:
    """The k best memories that `which` means, best first, ties by id, each with the parts of its score, largest first.

    `count` rows are taken from each part before the sum, and of the best of the sum `read` gives the memories. A memory
    that shares nothing with the question, and whose cosine is below LEAST_MEANING, is none; one that `read` does not
    give is none either.

    Raises:
        BadRequest: a time of the filter is not ISO 8601.
    """
    if k <= 0 or not len(shelf):
        return []
    found = _Found(shelf, question, which, weights, count)
    parts: dict[PartName, Scores] = {
        "words": weights.words * found.words,
        "meaning": weights.meaning * np.maximum(found.meaning, 0.0),
        "names": weights.names * found.names,
        "days": weights.days * found.days + weights.when * found.answering_when,
        "nearby": found.nearby,
    }
    total = np.sum(list(parts.values()), axis=0)
    if total.size:
        total[(total == parts["meaning"]) & (found.meaning < LEAST_MEANING)] = 0.0
    parts["length"] = np.where(total > 0.0, weights.length * found.length, 0.0)
    total += parts["length"]
    pool = _highest(total, max(_LEAST_POOL, _POOL_PER_HIT * k)).tolist()
    known = {memory.id: memory for memory in read([shelf.ids[found.rows[place]] for place in pool])}
    pool = [place for place in pool if shelf.ids[found.rows[place]] in known]  # not forgotten a moment ago
    memories = {place: known[shelf.ids[found.rows[place]]] for place in pool}
    parts["later"] = found.later({place: memories[place] for place in pool[:_COMPARED]}, parts, total, weights.later)
    pool.sort(key=lambda place: memories[place].id)
    order = _ordered(found, total + parts["later"], pool, k, weights.redundancy)
    return list(zip([memories[place] for place in order], found.explained(order, parts), strict=True))


class _Found:
    """The rows worth ranking, ascending, with what each part says of them (m,)."""

    def __init__(self, shelf: Shelf, question: Question, which: Filter, weights: Weights, count: int) -> None:
        self.shelf, self.question = shelf, question
        self._earlier: dict[int, str] = {}
        """By place, the memory than which it is later."""
        allowed = shelf.allowed(which)
        words, self._held = shelf.by_words(question.stems, allowed)
        if (most := float(words.max())) > 0.0:
            words /= np.float32(most)
        self._named = _named(shelf, question)
        self._dated = [(said, *shelf.in_days(first, last)) for said, first, last in question.days]
        nearest, cosines = np.empty(0, np.int32), np.empty(0)
        if question.vector is not None:
            nearest, cosines = shelf.nearest.search(question.vector, count, allowed)
        lexical = _highest(words, count, [rows for _, rows in self._held])
        seeds = [lexical, nearest, *(shelf.beside(lexical[: count // 2], step) for step in _STEPS)]
        seeds += [_latest(rows, allowed, count // 4) for _, _, some in self._named for rows in some]
        for _, naming, holding in self._dated:
            seeds += [
                _latest(naming, allowed, count),
                _latest(np.flatnonzero(holding).astype(np.int32), allowed, count),
            ]
        rows = np.sort(np.concatenate(seeds))
        rows = rows[np.diff(rows, prepend=NONE) != 0]
        self.rows: Rows = rows[allowed[rows]].astype(np.int32)
        self.words: Scores = words[self.rows].astype(np.float64)
        self.meaning = self._meaning(nearest, cosines)
        self.names = self._share_of_names()
        self.days = self._share_of_days()
        self.answering_when = shelf.names_a_day(self.rows) * float(question.asks_when)
        self.nearby = np.zeros(len(self.rows))
        for step, weight in zip(_STEPS, (weights.around, weights.before, weights.after, weights.around), strict=True):
            beside = shelf.beside(self.rows, step)
            self.nearby += weight * np.where(beside == NONE, 0.0, words[beside])
        self.length: Scores = log_length(shelf.characters(self.rows))

    def explained(self, places: Sequence[int], parts: Mapping[PartName, Scores]) -> list[tuple[Part, ...]]:
        """Why the row at each of these places was found, the largest part first."""
        rows, held = self.rows[list(places)], dict(self._held)
        said = {
            "words": _joined(
                "shares ",
                len(rows),
                [(word, _among(rows, held[stem])) for stem, word in self.question.said.items() if stem in held],
            ),
            "meaning": [f"means the like, cosine {self.meaning[place]:.2f}" for place in places],
            "names": _joined(
                "about or by ",
                len(rows),
                [(name, np.any([_among(rows, one) for one in some], axis=0)) for name, _, some in self._named],
            ),
            "days": _joined(
                "from ", len(rows), [(day, _among(rows, naming) | holds[rows]) for day, naming, holds in self._dated]
            ),
            "nearby": ["stands beside what fits"] * len(rows),
            "length": ["is of some length"] * len(rows),
            "later": [f"is later than {self._earlier.get(place, '')}, which is much the same" for place in places],
        }
        reasons = []
        for number, place in enumerate(places):
            shares = sorted(((float(share[place]), name) for name, share in parts.items()), reverse=True)
            reasons.append(
                tuple(
                    Part(name, share, said[name][number] or "names a time, which is asked for")
                    for share, name in shares
                    if share > 0.0
                )
            )
        return reasons

    def later(
        self, memories: Mapping[int, Memory], parts: Mapping[PartName, Scores], total: Scores, above: float
    ) -> Scores:
        """What puts the latest of those that say nearly the same `above` the earlier ones (m,); memories by place.

        Only where the memory itself, whatever stands beside it, fits the question about as well.
        """
        shares, places = np.zeros(len(self.rows)), list(memories)
        own = parts["words"] + parts["meaning"] + parts["names"] + parts["days"]
        for late, twins in zip(places, earlier_twins(list(memories.values()), self.question.today), strict=True):
            near = [places[twin] for twin in twins if own[late] >= own[places[twin]] - _NEARLY]
            if near:
                best = max(near, key=total.__getitem__)
                shares[late] = max(0.0, total[best] + above - total[late])
                self._earlier[late] = memories[best].id
        return shares

    def _meaning(self, nearest: Rows, cosines: Scores) -> Scores:
        meaning = np.zeros(len(self.rows))
        if self.question.vector is None or not np.any(self.question.vector):
            return meaning
        places = np.searchsorted(self.rows, nearest)
        meaning[places] = cosines
        unknown = np.ones(len(self.rows), np.bool_)
        unknown[places] = False
        meaning[unknown] = self.shelf.nearest.cosines(self.question.vector, self.rows[unknown])
        return meaning

    def _share_of_names(self) -> Scores:
        share, whole = np.zeros(len(self.rows)), sum(rarity for _, rarity, _ in self._named)
        for _, rarity, some in self._named:
            bears = np.any([_among(self.rows, rows) for rows in some], axis=0)
            share += bears * (rarity / whole)
        return share

    def _share_of_days(self) -> Scores:
        share = np.zeros(len(self.rows))
        for _, naming, holding in self._dated:
            one = np.where(_among(self.rows, naming), 1.0, _HELD_THEN * holding[self.rows])
            share = np.maximum(share, one)
        return share


def _ordered(found: _Found, total: Scores, pool: Sequence[int], k: int, redundancy: float) -> list[int]:
    """Of a pool of places by id the k best: each time the one whose score, less its likeness to what stands before, is
    highest."""
    left = np.round(total[list(pool)] / _TIED) * _TIED
    likeness = found.shelf.nearest.likeness(found.rows[list(pool)])
    nearest, order = np.zeros(len(pool)), list[int]()
    while len(order) < min(k, len(pool)):
        place = int(np.argmax(left - redundancy * nearest))
        order.append(pool[place])
        left[place] = -np.inf
        if redundancy > 0.0 and len(order) < k:
            nearest = np.maximum(nearest, likeness(place))
    return order


def _named(shelf: Shelf, question: Question) -> list[tuple[str, float, tuple[Rows, ...]]]:
    """The names in the question that memories bear: each with its rarity, the rows that have it, those it said."""
    named = []
    for name in question.names:
        some = tuple(rows for label in (NAME, AUTHOR) if len(rows := shelf.labelled(label + name)))
        if some:
            named.append((name, shelf.rarity(min(len(shelf), sum(map(len, some)))), some))
    return named


def _joined(opening: str, rows: int, said: Sequence[tuple[str, Bools]]) -> list[str]:
    """For each row what is said of it, "" where nothing is."""
    return [
        opening + ", ".join(words)
        if (words := [word for (word, _), holds in zip(said, row, strict=True) if holds])
        else ""
        for row in np.array([holds for _, holds in said], np.bool_).reshape(len(said), rows).T.tolist()
    ]


def _highest(scores: NDArray[np.floating[Any]], count: int, likely: Sequence[Rows] = ()) -> Rows:
    """The places of the `count` highest scores above 0, highest first, ties by lower place.

    `likely` places are looked at first, the fewest first: what the best of them have bounds what must be sorted.
    """
    floor = 0.0
    for rows in sorted(likely, key=len):
        if len(rows) >= count:
            floor = float(np.partition(scores[rows], len(rows) - count)[len(rows) - count])
            break
    places = np.flatnonzero(scores >= floor if floor > 0.0 else scores > 0.0)
    values = scores[places]
    if 0 < count < len(places):
        kept = values >= np.partition(values, len(values) - count)[len(values) - count]
        places, values = places[kept], values[kept]
    highest: Rows = places[np.argsort(-values, kind="stable")[:count]].astype(np.int32)
    return highest


def _latest(rows: Rows, allowed: Bools, count: int) -> Rows:
    """The last `count` of the rows, ascending, that are allowed."""
    late = rows[-4 * count :]
    found = late[allowed[late]]
    return (found if len(found) >= count or len(late) == len(rows) else rows[allowed[rows]])[-count:]


def _among(rows: Rows, ascending: Rows) -> Bools:
    """Which of the rows are among others in ascending order."""
    found: Bools = np.zeros(len(rows), np.bool_)
    places = np.searchsorted(ascending, rows)
    inside = places < len(ascending)
    found[inside] = ascending[places[inside]] == rows[inside]
    return found
