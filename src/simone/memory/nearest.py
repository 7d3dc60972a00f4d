"""The vectors of some rows, searched exactly; whatever the order in which they came, ties fall to the lower row.

Not for making vectors.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simone.errors import BadArray
from simone.kernels import ExactIndex, kernels
from simone.kernels.contract import Bools, Floats
from simone.memory.postings import Rows, Table

NONE = -1
Scores = NDArray[np.float64]


class Nearest:
    """Vectors by row: each row has one or none. Not thread-safe."""

    def __init__(self) -> None:
        self._index: ExactIndex | None = None
        self._held = Table(row=np.int32)
        """The row of each place in the index, ascending."""
        self._place = Table(place=np.int32)
        """The place of each row in the index, or NONE."""

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self._held.nbytes + self._place.nbytes + (self._index.nbytes if self._index else 0)

    def __len__(self) -> int:
        """How many rows have a vector."""
        return len(self._held)

    def has(self, rows: Rows) -> Bools:
        """Which of these rows have a vector."""
        has: Bools = self._places(rows) != NONE
        return has

    def add(self, rows: Rows, vectors: Floats) -> None:
        """Give rows their vectors (m, d); a row that has one keeps it.

        Raises:
            BadArray: they are not as long as those that are here.
        """
        new = ~self.has(rows)
        order = np.argsort(rows[new], kind="stable")
        rows, vectors = rows[new][order], vectors if new.all() and _ascends(rows) else vectors[new][order]
        if not len(rows):
            return
        held = self._held["row"]
        if self._index is None:
            self._index = ExactIndex(vectors)
        elif rows[0] > held[-1]:
            self._index.add(vectors)
        else:
            known = self._index.rows(np.arange(len(held)))
            if known.shape[1] != vectors.shape[1]:
                raise BadArray(f"vectors have {vectors.shape[1]} columns, those of the index {known.shape[1]}")
            order = np.argsort(np.concatenate([held, rows]), kind="stable")
            self._index = ExactIndex(np.concatenate([known, vectors])[order])
            self._renumber(np.sort(np.concatenate([held, rows])))
            return
        self._number(rows)

    def rows(self, rows: Rows) -> Floats:
        """The vectors (m, d) of those of these rows that have one."""
        places = self._places(rows)
        return self._index.rows(places[places != NONE]) if self._index else np.empty((0, 0), np.float32)

    def forget(self, rows: Rows) -> None:
        """Let go of the vectors of these rows; costs what all that stay cost."""
        gone = self._places(rows)
        stays = np.ones(len(self._held), np.bool_)
        stays[gone[gone != NONE]] = False
        if self._index is None or stays.all():
            return
        self._index = ExactIndex(self._index.rows(np.flatnonzero(stays))) if stays.any() else None
        self._renumber(self._held["row"][stays])

    def search(self, vector: Floats, count: int, allowed: Bools) -> tuple[Rows, Scores]:
        """The `count` nearest of the allowed rows (a bool for every row) with their cosines, best first."""
        if self._index is None or not np.any(vector):
            return np.empty(0, np.int32), np.empty(0)
        held = self._held["row"]
        places, scores, _ = self._index.search(vector, count, allowed if len(allowed) == len(held) else allowed[held])
        return held[places[0]], scores[0].astype(np.float64)

    def cosines(self, vector: Floats, rows: Rows) -> Scores:
        """The cosine of each of these rows (m,), 0.0 where it has no vector."""
        cosines, places = np.zeros(len(rows)), self._places(rows)
        has = places != NONE
        if self._index is not None and has.any():
            cosines[has] = kernels.cosine_similarity_batch(vector, self._index.rows(places[has]))
        return cosines

    def likeness(self, rows: Rows) -> Callable[[int], Scores]:
        """A function that tells the cosine of one of these rows, by its place, with each (m,); 0.0 without a vector."""
        has, vectors = self.has(rows), self.rows(rows)
        place = np.cumsum(has) - 1

        def of(one: int) -> Scores:
            cosines = np.zeros(len(rows))
            if has[one]:
                cosines[has] = kernels.cosine_similarity_batch(vectors[place[one]], vectors)
            return cosines

        return of

    def _places(self, rows: Rows) -> Rows:
        places: Rows = np.full(len(rows), NONE, np.int32)
        inside = rows < len(self._place)
        places[inside] = self._place["place"][rows[inside]]
        return places

    def _renumber(self, rows: Rows) -> None:
        self._held, self._place = Table(row=np.int32), Table(place=np.int32)
        if len(rows):
            self._number(rows)

    def _number(self, rows: Rows) -> None:
        first = len(self._held)
        self._held.extend(len(rows), row=rows)
        if (missing := int(rows[-1]) + 1 - len(self._place)) > 0:
            self._place.extend(missing, place=NONE)
        self._place["place"][rows] = np.arange(first, first + len(rows), dtype=np.int32)


def _ascends(rows: Rows) -> bool:
    return bool((np.diff(rows) > 0).all())
