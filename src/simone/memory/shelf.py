"""The memories of one tenant in arrays, filtered and scored without a loop over rows.

Not for reading a store (`mirror` does) or for joining the scores (`recall` does). Not thread-safe.

Rows are numbered in the order in which their memories were added. What another tenant keeps changes no score here, and
what was forgotten leaves no trace in one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract import Bools
from simone.memory.contract import Filter, Link, Memory
from simone.memory.nearest import NONE, Nearest
from simone.memory.postings import Postings, Rows, Table
from simone.memory.standing import NO_SESSION, Standing
from simone.memory.times import NO_DAY, day
from simone.retrieval.lexical import K1, B, terms_of

_NO_ROWS: Rows = np.empty(0, np.int32)
_LAST_DAY = 4_000_000
"""Beyond year 9999."""


class Shelf:
    """One tenant's memories. Every (n,) array has a place for each row ever added; forgotten ones score nothing."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        """The memory of each row, "" where it was forgotten."""
        self.nearest = Nearest()
        self._words = Postings()
        self._row: dict[str, int] = {}
        self._standing = Standing(self._row)
        self._table = Table(
            length=np.int32, characters=np.int32, dated=np.bool_, day=np.int32, before=np.int32, after=np.int32
        )
        self._times = Table(row=np.int32, first=np.int32, last=np.int32)
        self._last_of: dict[int, int] = {}
        self._lengthening = np.empty(0, np.float32)
        self._mean = 0.0
        self._terms = 0

    def __len__(self) -> int:
        """How many memories there are."""
        return len(self._row)

    def __contains__(self, memory: str) -> bool:
        return memory in self._row

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays; ids and dictionaries come on top."""
        parts = (self.nearest, self._words, self._standing, self._table, self._times)
        return sum(part.nbytes for part in parts)

    def add(self, memories: Sequence[Memory]) -> None:
        """Put new memories at the end."""
        first = len(self.ids)
        rows = np.arange(first, first + len(memories), dtype=np.int32)
        self.ids.extend(memory.id for memory in memories)
        self._row.update(zip(self.ids[first:], rows.tolist(), strict=True))
        self._standing.add(memories)
        terms = terms_of(as_said(memory) for memory in memories)
        self._words.add(terms.vocabulary, terms.tokens, np.repeat(rows, terms.lengths))
        days = [day(memory.valid_from or memory.recorded_at) for memory in memories]
        characters = [len(memory.text) for memory in memories]
        dated = [any(time.first or time.last for time in memory.times) for memory in memories]
        self._table.extend(
            len(rows),
            length=terms.lengths,
            characters=characters,
            dated=dated,
            day=days,
            before=NONE,
            after=NONE,
        )
        self._join(rows)
        times = [
            (row, day(time.first) if time.first else -_LAST_DAY, day(time.last) if time.last else _LAST_DAY)
            for row, memory in zip(rows.tolist(), memories, strict=True)
            for time in memory.times
            if time.first or time.last
        ]
        self._times.extend(
            len(times),
            row=[row for row, _, _ in times],
            first=[begin for _, begin, _ in times],
            last=[end for _, _, end in times],
        )
        self._terms += int(terms.lengths.sum())

    def link(self, links: Iterable[Link]) -> None:
        """Learn of links, or of their end; those about a memory that is not here are passed over."""
        for link in links:
            if link.memory in self._row:
                self._standing.link(link, self._row[link.memory])

    def forget(self, memories: Iterable[str]) -> None:
        """Let go of memories, of their words and vectors, and of the links that they, here or not, are an end of."""
        asked = frozenset(memories)
        rows = np.array(sorted(self._row.pop(memory) for memory in asked if memory in self._row), np.int32)
        for row in rows.tolist():
            self.ids[row] = ""
        self._standing.forget(rows, asked)
        if not len(rows):
            return
        kept = self._standing.kept
        self._words.keep(kept)
        self._times.keep(kept[self._times["row"]])
        self.nearest.forget(rows)
        self._terms -= int(self._table["length"][rows].sum())
        self._table["length"][rows] = 0
        self._table["before"][:] = self._table["after"][:] = NONE
        self._last_of.clear()
        self._join(np.flatnonzero(kept).astype(np.int32))
        self._lengthening, self._mean = self._lengthening[:0], 0.0

    def rows(self, memories: Iterable[str]) -> Rows:
        """The rows of these memories, as far as they are here."""
        return np.array([self._row[memory] for memory in memories if memory in self._row], np.int32)

    def without_vector(self) -> tuple[str, ...]:
        """The memories that have no vector, in the order in which they were added."""
        rows = np.flatnonzero(self._standing.kept).astype(np.int32)
        return tuple(self.ids[row] for row in rows[~self.nearest.has(rows)].tolist())

    def allowed(self, which: Filter) -> Bools:
        """The rows that a filter means (n,); `which.tenant` is not looked at. Do not change it.

        Raises:
            BadRequest: a moment of the filter is no date and no instant.
        """
        return self._standing.allowed(which)

    def by_words(self, stems: Sequence[str], allowed: Bools) -> tuple[NDArray[np.float32], list[tuple[str, Rows]]]:
        """BM25 of the rows that are `allowed` for these stems (n,), 0.0 where none occurs; and of each stem that occurs
        its rows. How rare a stem is, is told among these rows: what is closed makes no word of what holds common.

        The mean length is rounded, so that one memory more rarely changes what a word counts.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, equation 3.15,
        with the idf of Lucene, which is never negative.
        """
        total, held = np.zeros(len(self.ids), np.float32), []
        self._lengthen()
        count = int(np.count_nonzero(allowed))
        for stem in stems:
            rows, impacts = self._words.weighed(stem)
            if count < len(allowed):
                stays = allowed[rows]
                rows, impacts = rows[stays], impacts[stays]
            if len(rows):
                total[rows] += impacts * np.float32(_rarity(len(rows), count) * (K1 + 1))
                held.append((stem, rows))
        return total, held

    def labelled(self, label: str) -> Rows:
        """The rows that bear a label, ascending."""
        labels = self._standing.labels
        return labels.of(label) if label in labels else _NO_ROWS

    def in_days(self, first: int, last: int) -> tuple[Rows, Bools]:
        """The rows whose text names a day from `first` to `last`; and for every row if it holds or is known since."""
        times, days = self._times, self._table["day"]
        named = times["row"][(times["first"] <= last) & (times["last"] >= first)]
        holding: Bools = (days >= first) & (days <= last) & (days != NO_DAY)
        return named[np.diff(named, prepend=NONE) != 0], holding

    def names_a_day(self, rows: Rows) -> Bools:
        """Which of these rows have a text that names a time."""
        named: Bools = self._table["dated"][rows]
        return named

    def beside(self, rows: Rows, steps: int) -> Rows:
        """For each row the one that was added so many steps before (below 0) or after it in the same session, NONE
        where there is none."""
        there = self._table["before" if steps < 0 else "after"]
        for _ in range(abs(steps)):
            rows = np.where(rows == NONE, NONE, there[rows])
        return rows

    def characters(self, rows: Rows) -> NDArray[np.int32]:
        """How long the text of each of these rows is."""
        lengths: NDArray[np.int32] = self._table["characters"][rows]
        return lengths

    def rarity(self, frequency: int) -> float:
        """How much it tells that so many memories share something."""
        return _rarity(frequency, len(self._row))

    def _lengthen(self) -> None:
        """Tell the postings how much a row's length takes off; costs all of them where the mean became another."""
        lengths = self._table["length"]
        mean = _rounded(self._terms / max(1, len(self._row)))
        if mean != self._mean or len(self._lengthening) != len(lengths):
            known = self._lengthening if mean == self._mean else self._lengthening[:0]
            more = (K1 * (1 - B + B * lengths[len(known) :] / mean)).astype(np.float32)
            self._lengthening = np.concatenate([known, more])
            self._words.lengthen(self._lengthening, anew=mean != self._mean)
            self._mean = mean

    def _join(self, rows: Rows) -> None:
        """Tie rows, ascending, to their neighbours in the session."""
        before, after, sessions = self._table["before"], self._table["after"], self._standing.session
        for row, session in zip(rows.tolist(), sessions[rows].tolist(), strict=True):
            if session == NO_SESSION:
                continue
            if (other := self._last_of.get(session, NONE)) != NONE:
                before[row], after[other] = other, row
            self._last_of[session] = row


def as_said(memory: Memory) -> str:
    """The text with who said it, as it is searched and encoded: "Anna: I moved to Bergen."

    A question names people; what they say of themselves does not.
    """
    authors = ", ".join(dict.fromkeys(origin.author for origin in memory.origins if origin.author))
    return f"{authors}: {memory.text}" if authors else memory.text


def _rarity(frequency: int, count: int) -> float:
    return math.log(1 + (count - frequency + 0.5) / (frequency + 0.5))


def _rounded(mean: float) -> float:
    """To a power of the eighth root of 2: BM25 hardly feels the difference."""
    return math.pow(2.0, round(8 * math.log2(max(1.0, mean))) / 8)
