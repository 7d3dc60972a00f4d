"""Which rows hold a term, and how often: an inverted index in NumPy that grows at its end.

Not for ranking: `shelf` makes scores of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simone.kernels.contract import Bools

Rows = NDArray[np.int32]

_LEAST_TAIL = 4096


class Table:
    """Columns of one length that grow together at their end, at the cost of what is added on average."""

    def __init__(self, **kinds: type[np.generic]) -> None:
        self._held: dict[str, NDArray[Any]] = {name: np.empty(0, kind) for name, kind in kinds.items()}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column, as a view: what is written into it is kept."""
        return self._held[name][: self._count]

    @property
    def nbytes(self) -> int:
        """Bytes held, room for more included."""
        return sum(held.nbytes for held in self._held.values())

    def extend(self, count: int, /, **values: ArrayLike) -> None:
        """Add `count` places at the end; a column that is not named gets zeros."""
        after = self._count + count
        for name, held in self._held.items():
            if after > len(held):
                grown = np.empty(max(after, len(held) + (len(held) >> 1)), held.dtype)
                grown[: self._count] = held[: self._count]
                self._held[name] = held = grown
            held[self._count : after] = values.get(name, 0)
        self._count = after

    def keep(self, kept: Bools) -> None:
        """Let go of the places that are not kept, and of the room for more."""
        self._held = {name: self[name][kept] for name in self._held}
        self._count = int(np.count_nonzero(kept))


class Postings:
    """Rows by term. What was added lately stands in a tail that is searched through; now and then it is sorted in.

    A term's rows come in ascending order, whatever was sorted in already. Not thread-safe.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._bounds = np.zeros(1, np.int64)
        self._rows: Rows = np.empty(0, np.int32)
        self._counts: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._impacts: NDArray[np.float32] | None = None
        self._lengthening: NDArray[np.float32] = np.empty(0, np.float32)
        self._tail = Table(number=np.int32, row=np.int32, count=np.uint16)

    def __contains__(self, term: str) -> bool:
        return term in self._numbers

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays; the dictionary of terms comes on top."""
        return sum(
            part.nbytes
            for part in (self._bounds, self._rows, self._counts, self._tail, self._lengthening, self._impacts)
            if part is not None
        )

    def add(self, vocabulary: Sequence[str], tokens: NDArray[np.int32], rows: NDArray[np.int32]) -> None:
        """Add occurrences (t,): token i is the term vocabulary[tokens[i]] in row rows[i].

        The rows ascend, and are above every row added before.
        """
        if not len(tokens):
            return
        numbers = np.array([self._numbers.setdefault(term, len(self._numbers)) for term in vocabulary], np.int64)
        pairs, counts = np.unique((rows.astype(np.int64) << 32) | numbers[tokens], return_counts=True)
        self._tail.extend(len(pairs), number=pairs & 0xFFFFFFFF, row=pairs >> 32, count=np.minimum(counts, 0xFFFF))
        if len(self._tail) > _LEAST_TAIL + len(self._rows) // 16:
            self._sort_in()

    def of(self, term: str) -> Rows:
        """The rows that hold a term, ascending."""
        sorted_in, tail = self._places(term)
        rows = self._rows[sorted_in]
        return np.concatenate([rows, self._tail["row"][tail]]) if len(tail) else rows

    def lengthen(self, lengthening: NDArray[np.float32], anew: bool) -> None:
        """What BM25 adds below the line for each row (n,), for `weighed`; `anew` where it is not just longer."""
        self._lengthening = lengthening
        if anew:
            self._impacts = None

    def weighed(self, term: str) -> tuple[Rows, NDArray[np.float32]]:
        """The rows that hold a term, ascending, and how much each time counts there by BM25, 0..1, without K1 + 1."""
        sorted_in, tail = self._places(term)
        if self._impacts is None:
            self._impacts = self._weigh(self._rows, self._counts)
        rows, impacts = self._rows[sorted_in], self._impacts[sorted_in]
        if len(tail):
            late = self._tail["row"][tail]
            rows = np.concatenate([rows, late])
            impacts = np.concatenate([impacts, self._weigh(late, self._tail["count"][tail])])
        return rows, impacts

    def _weigh(self, rows: Rows, counts: NDArray[np.uint16]) -> NDArray[np.float32]:
        times = counts.astype(np.float32)
        return times / (times + self._lengthening[rows])

    def _places(self, term: str) -> tuple[slice, NDArray[np.int64]]:
        """Where a term stands in what is sorted in, and in the tail."""
        number = self._numbers.get(term, -1)
        known = 0 <= number < len(self._bounds) - 1
        tail = (
            np.flatnonzero(self._tail["number"] == number) if number >= 0 and len(self._tail) else np.empty(0, np.int64)
        )
        return slice(*self._bounds[number : number + 2].tolist()) if known else slice(0, 0), tail

    def keep(self, kept: Bools) -> None:
        """Let go of every row that is not kept (n,), and of the terms that no other row holds."""
        self._sort_in()
        stays = kept[self._rows]
        terms = np.repeat(np.arange(len(self._bounds) - 1), np.diff(self._bounds))[stays]
        self._rows, self._counts, self._impacts = self._rows[stays], self._counts[stays], None
        frequency = np.bincount(terms, minlength=len(self._numbers))
        self._numbers = {
            term: number
            for number, (term, count) in enumerate(zip(self._numbers, frequency.tolist(), strict=True))
            if count
        }
        self._numbers = {term: place for place, term in enumerate(self._numbers)}
        self._bounds = np.concatenate([[0], np.cumsum(frequency[frequency > 0])])

    def _sort_in(self) -> None:
        numbers, rows, counts = self._tail["number"], self._tail["row"], self._tail["count"]
        frequency = np.diff(self._bounds)
        bounds = np.concatenate([self._bounds, np.full(len(self._numbers) - len(frequency), self._bounds[-1])])
        if not len(numbers):
            return
        order = np.argsort(numbers, kind="stable")
        places = bounds[1:][numbers[order]]
        self._rows = np.insert(self._rows, places, rows[order])
        self._counts = np.insert(self._counts, places, counts[order])
        self._impacts = None
        added = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(self._numbers)))])
        self._bounds = bounds + added
        self._tail = Table(number=np.int32, row=np.int32, count=np.uint16)
