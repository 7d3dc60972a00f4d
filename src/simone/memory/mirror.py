"""A store's memories in this process, ready to be searched: follows the store's changes, also those of others.

Not for ranking: `recall` asks the shelves. Whatever the order and the batches in which changes come, the same memories
give the same scores.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from simone.clock import Deadline
from simone.memory.contract import Change, Memory, Store, Vectors
from simone.memory.shelf import Shelf, as_said
from simone.retrieval.contract import TextEncoder

BATCH_CHANGES = 4096
BATCH_TEXTS = 256
"""Texts encoded between two writes: what a killed process loses at most."""

OnProgress = Callable[[int, int], None]


def vectors_name(encoder: TextEncoder) -> str:
    """The name under which stores keep vectors of memories: of what was said with who said it."""
    return f"{encoder.name}:as-said"


class Mirror:
    """The shelves of all tenants. Thread-safe: one thread at a time reads or refreshes them."""

    def __init__(self, store: Store, encoder: str = "") -> None:
        """`encoder` names whose vectors are mirrored; none are where it is empty."""
        self._store = store
        self._encoder = encoder
        self._shelves: dict[str, Shelf] = {}
        self._tenant: dict[str, str] = {}
        self._named_before: dict[str, set[str]] = {}
        """Memories that links name and no change told of yet, since links are read later than changes: whose links."""
        self._unseen: list[str] = []
        self._number = 0
        self._lock = threading.RLock()

    @contextmanager
    def shelf(self, tenant: str) -> Iterator[Shelf]:
        """The tenant's memories as the store has them now; nothing changes them inside the block.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._lock:
            self.refresh()
            yield self._shelves.get(tenant) or Shelf()

    def refresh(self) -> int:
        """Learn what happened in the store since the last time; how many steps. Costs one small question if nothing.

        Raises:
            StoreError: the store cannot be read; what was learned before stays, the rest is learned the next time.
        """
        with self._lock:
            steps = 0
            while changes := self._store.changes(self._number, BATCH_CHANGES):
                self._unseen += self._follow(changes)
                self._number = changes[-1].number
                steps += len(changes)
                if len(changes) < BATCH_CHANGES:
                    break
            if self._unseen:
                self._load_vectors(self._unseen)
                self._unseen = []
            return steps

    def state(self, tenant: str) -> tuple[int, int]:
        """The number of the last change that was learned, and how many of the tenant's memories have a vector: where
        both are equal, so is what is recalled.

        Raises:
            StoreError: the store cannot be read.
        """
        with self.shelf(tenant) as shelf:
            return self._number, len(shelf.nearest)

    def missing(self) -> tuple[str, ...]:
        """The memories without a vector, tenant by tenant, each in the order in which they were added."""
        with self._lock:
            self.refresh()
            return tuple(
                memory for tenant in sorted(self._shelves) for memory in self._shelves[tenant].without_vector()
            )

    def catch_up(
        self, encoder: TextEncoder, on_progress: OnProgress | None = None, deadline: Deadline | None = None
    ) -> int:
        """Take from the store or compute, and keep there, the vectors that are missing; how many were computed.

        `on_progress` is told (done, total) after each batch is kept.

        Raises:
            BudgetExceeded, Cancelled: the deadline ended the work; what was kept stays.
            StoreError: the store refused.
        """
        with self._lock:
            self._load_vectors(self.missing())
            missing = self.missing()
        for first in range(0, len(missing), BATCH_TEXTS):
            if deadline is not None:
                deadline.check("encoding memories")
            memories = self._store.get(missing[first : first + BATCH_TEXTS])
            vectors = Vectors(
                vectors_name(encoder),
                tuple(memory.id for memory in memories),
                encoder.encode([as_said(one) for one in memories]),
            )
            with self._store.writing() as writing:
                writing.vectors(vectors)
            with self._lock:
                self._place(vectors)
            if on_progress is not None:
                on_progress(min(first + BATCH_TEXTS, len(missing)), len(missing))
        return len(missing)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; ids and dictionaries come on top."""
        with self._lock:
            return sum(shelf.nbytes for shelf in self._shelves.values())

    def _follow(self, changes: Sequence[Change]) -> list[str]:
        """Apply some changes; the memories that are new."""
        gone = dict.fromkeys(change.memory for change in changes if change.what == "forgotten")
        last: dict[str, str] = {}
        for change in changes:
            if change.what in ("added", "forgotten"):
                last.pop(change.memory, None)
                last[change.memory] = change.what
        arrived = [
            memory
            for memory, what in last.items()
            if what == "added" and (memory in gone or memory not in self._tenant)
        ]
        memories = self._store.get(arrived)
        links = self._store.links([change.memory for change in changes if change.what in ("linked", "undone")])
        self._forget(gone)
        by_tenant: dict[str, list[Memory]] = {}
        for memory in memories:
            by_tenant.setdefault(memory.tenant, []).append(memory)
            self._tenant[memory.id] = memory.tenant
            self._named_before.pop(memory.id, None)
        for tenant, some in by_tenant.items():
            self._shelves.setdefault(tenant, Shelf()).add(some)
        for link in links:
            if (home := self._tenant.get(link.memory)) is not None:
                self._shelves[home].link((link,))
                if link.other not in self._tenant:
                    self._named_before.setdefault(link.other, set()).add(home)
        return [memory.id for memory in memories]

    def _forget(self, memories: Iterable[str]) -> None:
        by_tenant: dict[str, list[str]] = {}
        for memory in memories:
            tenants = self._named_before.pop(memory, set())
            if (own := self._tenant.pop(memory, None)) is not None:
                tenants.add(own)
            for tenant in tenants:
                by_tenant.setdefault(tenant, []).append(memory)
        for tenant, some in by_tenant.items():
            self._shelves[tenant].forget(some)

    def _load_vectors(self, memories: Sequence[str]) -> None:
        """Take from the store what vectors it has of these."""
        by_tenant: dict[str, list[str]] = {}
        for memory in memories if self._encoder else ():
            if memory in self._tenant:
                by_tenant.setdefault(self._tenant[memory], []).append(memory)
        for tenant, some in by_tenant.items():
            rows, ids = np.empty((0, 0), np.float32), list[str]()
            for first in range(0, len(some), BATCH_CHANGES):
                found = self._store.vectors(self._encoder, some[first : first + BATCH_CHANGES])
                if len(found.ids):
                    if not len(rows):
                        rows = np.empty((len(some) - first, found.rows.shape[1]), np.float32)
                    rows[len(ids) : len(ids) + len(found.ids)] = found.rows
                    ids += found.ids
            shelf = self._shelves[tenant]
            shelf.nearest.add(shelf.rows(ids), rows[: len(ids)])

    def _place(self, vectors: Vectors) -> None:
        by_tenant: dict[str, list[int]] = {}
        for place, memory in enumerate(vectors.ids):
            if memory in self._tenant:
                by_tenant.setdefault(self._tenant[memory], []).append(place)
        for tenant, places in by_tenant.items():
            shelf = self._shelves[tenant]
            shelf.nearest.add(shelf.rows(vectors.ids[place] for place in places), vectors.rows[places])
