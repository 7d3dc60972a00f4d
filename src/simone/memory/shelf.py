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
from simone.memory.nearest import NONE, Nearest, Scores
from simone.memory.postings import Postings, Rows, Table
from simone.memory.standing import NO_SESSION, Standing
from simone.memory.times import NO_DAY, day
from simone.retrieval.lexical import K1, B, terms_of

_LAST_DAY = 4_000_000
"""Beyond year 9999."""


class Shelf:
    """One tenant's memories. Every (n,) array has a place for each row ever added; forgotten ones score nothing."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        """The memory of each row, "" where it was forgotten."""
        self.nearest = Nearest()
        self._words = Postings()
        self._standing = Standing()
        self._row: dict[str, int] = {}
        self._table = Table(length=np.int32, day=np.int32, before=np.int32, after=np.int32)
        self._times = Table(row=np.int32, first=np.int32, last=np.int32)
        self._last_of: dict[int, int] = {}
        self._lengthening: Scores | None = None

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
        terms = terms_of(memory.text for memory in memories)
        self._words.add(terms.vocabulary, terms.tokens, np.repeat(rows, terms.lengths))
        days = [day(memory.valid_from) for memory in memories]
        self._table.extend(len(rows), length=terms.lengths, day=days, before=NONE, after=NONE)
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
        self._lengthening = None

    def link(self, links: Iterable[Link]) -> None:
        """Learn of links, or of their end; those about a memory that is not here are passed over."""
        for link in links:
            if link.memory in self._row:
                self._standing.link(link, self._row[link.memory])

    def forget(self, memories: Iterable[str]) -> None:
        """Let go of memories, of their words and vectors, and of the links that they are an end of."""
        gone = {memory: self._row.pop(memory) for memory in memories if memory in self._row}
        if not gone:
            return
        rows = np.array(sorted(gone.values()), np.int32)
        for row in rows.tolist():
            self.ids[row] = ""
        self._standing.forget(rows, frozenset(gone))
        kept = self._standing.kept
        self._words.keep(kept)
        self._times.keep(kept[self._times["row"]])
        self.nearest.forget(rows)
        self._table["length"][rows] = 0
        self._table["before"][:] = self._table["after"][:] = NONE
        self._last_of.clear()
        self._join(np.flatnonzero(kept).astype(np.int32))
        self._lengthening = None

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
            BadRequest: a time of the filter is not ISO 8601.
        """
        return self._standing.allowed(which)

    def by_words(self, stems: Sequence[str]) -> tuple[Scores, Scores]:
        """BM25 of every row for these stems (n,), 0.0 where none occurs; and the rarity of each stem (s,), 0.0 where
        no row holds it.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, equation 3.15,
        with the idf of Lucene, which is never negative.
        """
        total, rarities = np.zeros(len(self.ids)), np.zeros(len(stems))
        lengthening = self._saturation()
        for place, stem in enumerate(stems):
            rows, counts = self._words.of(stem)
            if not len(rows):
                continue
            rarities[place] = rarity = self.rarity(len(rows))
            total[rows] += rarity * (K1 + 1) * counts / (counts + lengthening[rows])
        return total, rarities

    def holding(self, stem: str, rows: Rows) -> Bools:
        """Which of these rows hold a stem."""
        return np.isin(rows, self._words.of(stem)[0])

    def labelled(self, labels: Sequence[str]) -> Rows:
        """The rows that bear one of these labels, ascending."""
        return np.unique(np.concatenate([self._standing.labels.of(label)[0] for label in labels]))

    def in_days(self, first: int, last: int) -> tuple[Rows, Bools]:
        """The rows whose text names a day from `first` to `last`; and for every row whether it holds from such a day."""
        times, days = self._times, self._table["day"]
        named = times["row"][(times["first"] <= last) & (times["last"] >= first)]
        return np.unique(named), (days >= first) & (days <= last) & (days != NO_DAY)

    def naming_days(self) -> Rows:
        """The rows whose text names a time, ascending."""
        return np.unique(self._times["row"])

    def beside(self, rows: Rows) -> tuple[Rows, Rows]:
        """For each row the one that was added before and after it in the same session, NONE where there is none."""
        return self._table["before"][rows], self._table["after"][rows]

    def rarity(self, frequency: int) -> float:
        """How much it tells that so many memories share something."""
        return math.log(1 + (len(self._row) - frequency + 0.5) / (frequency + 0.5))

    def _saturation(self) -> Scores:
        """What BM25 adds below the line for each row: more for a longer text."""
        if self._lengthening is None:
            lengths = self._table["length"]
            mean = max(1.0, int(lengths.sum(dtype=np.int64)) / max(1, len(self._row)))
            self._lengthening = K1 * (1 - B + B * lengths / mean)
        return self._lengthening

    def _join(self, rows: Rows) -> None:
        """Tie rows, ascending, to their neighbours in the session."""
        before, after, sessions = self._table["before"], self._table["after"], self._standing.session
        for row, session in zip(rows.tolist(), sessions[rows].tolist(), strict=True):
            if session == NO_SESSION:
                continue
            if (other := self._last_of.get(session, NONE)) != NONE:
                before[row], after[other] = other, row
            self._last_of[session] = row
