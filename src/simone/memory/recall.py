"""Finds the memories that bear on a question, each with the reason.

Not for ranking (`ranking` does), and not for judging: what is recalled is as true as its source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from simone.clock import Clock, Deadline, SystemClock
from simone.errors import BadRequest
from simone.kernels.contract import Floats
from simone.memory.contract import Filter, Memory, Store
from simone.memory.mirror import Mirror, OnProgress, vectors_name
from simone.memory.moments import moment
from simone.memory.ranking import Part, Question, Weights, best
from simone.retrieval.contract import TextEncoder

EVERYTHING = Filter()
"""What is current and belongs to the default tenant."""
WEIGHTS = Weights()
CANDIDATES = 64
"""Rows taken from each part before the sum; half or twice as many change nothing on LoCoMo."""


class Hit(msgspec.Struct, frozen=True):
    """A memory that was found; `score` is the sum of its parts, less what redundancy took off for the order alone."""

    memory: Memory
    score: float
    parts: tuple[Part, ...]

    @property
    def why(self) -> str:
        """The parts as a line for people, the largest first."""
        return "; ".join(f"{part.said} (+{part.share:.2f})" for part in self.parts)


class KeptHits(Protocol):
    """Keeps what was recalled."""

    def fetch(
        self, request: object, tenant: str, state: Callable[[], str], compute: Callable[[], tuple[Hit, ...]]
    ) -> tuple[Hit, ...]:
        """What was computed for an equal request in this state, else what `compute` gives.

        It is kept where the state is the same behind it as before.
        """


class Recall:
    """Recall over one store. Thread-safe; sees at once what this or another process let in, closed or forgot."""

    def __init__(
        self,
        store: Store,
        encoder: TextEncoder | None = None,
        clock: Clock | None = None,
        weights: Weights = WEIGHTS,
        candidates: int = CANDIDATES,
        kept: KeptHits | None = None,
    ) -> None:
        """Without an encoder words, names and days decide. `candidates` are taken from each part before the sum.

        `kept` keeps what was recalled for as long as nothing changes in the store; results are the same without it.
        """
        self._store = store
        self._encoder = encoder
        self._clock = clock or SystemClock()
        self._weights = weights
        self._candidates = candidates
        self._kept = kept
        self.mirror = Mirror(store, vectors_name(encoder) if encoder else "")

    def recall(
        self,
        query: str,
        which: Filter = EVERYTHING,
        k: int = 10,
        *,
        vector: Floats | None = None,
        now: datetime | None = None,
    ) -> tuple[Hit, ...]:
        """The k memories among those that `which` means that bear most on the query, best first, ties by id.

        `vector` (d,) is the query's, asked of the encoder unless given. "Last week" in the query counts from `now`,
        the clock's unless given. What is superseded does not come back unless `which` asks for it: with `valid_at` and
        not `current`, as the world was then; with `known_at`, as the store knew it.

        Raises:
            BadRequest: `which` names no tenant, or a time that is none.
            StoreError: the store cannot be read.
        """
        if not which.tenant:
            raise BadRequest("recall was asked of every tenant at once; name the tenant whose memories are meant")
        if vector is None and self._encoder is not None and query.strip():
            vector = self._encoder.encode([query])[0]
        today = (now or self._clock.now()).date().isoformat()
        if self._kept is None:
            return self._found(query, which, k, vector, today)
        request = ("recall", query, None if vector is None else (vector.dtype.str, vector.tobytes()), which, k, today)
        settings = (vectors_name(self._encoder) if self._encoder else "", self._weights, self._candidates)

        def state() -> str:
            return f"{self._store.place} {self.mirror.state(which.tenant)}"

        return self._kept.fetch(
            (request, settings), which.tenant, state, lambda: self._found(query, which, k, vector, today)
        )

    def recall_holding(
        self,
        query: str,
        which: Filter = EVERYTHING,
        k: int = 10,
        *,
        vector: Floats | None = None,
        now: datetime | None = None,
    ) -> tuple[Hit, ...]:
        """As `recall`, but without what has ended before the day of `now`.

        What holds from a later day on is among them: it is known already.

        Raises:
            BadRequest: `which` names no tenant, or a time that is none.
            StoreError: the store cannot be read.
        """
        now = now or self._clock.now()
        holding = msgspec.structs.replace(which, ends_after=now.date().isoformat())
        return self.recall(query, holding, k, vector=vector, now=now)

    def _found(self, query: str, which: Filter, k: int, vector: Floats | None, today: str) -> tuple[Hit, ...]:
        question = Question(query, vector, today)
        with self.mirror.shelf(which.tenant) as shelf:
            ranked = best(shelf, question, which, k, self._weights, self._candidates, self._store.get)
        return tuple(Hit(memory, sum(part.share for part in parts), parts) for memory, parts in ranked)

    def catch_up(self, on_progress: OnProgress | None = None, deadline: Deadline | None = None) -> int:
        """Give every memory its vector; how many had to be computed. Without an encoder there is nothing to do.

        Raises:
            BudgetExceeded, Cancelled: the deadline ended the work; what was kept stays.
            StoreError: the store refused.
        """
        return self.mirror.catch_up(self._encoder, on_progress, deadline) if self._encoder else 0

    def shown(self, hits: Sequence[Hit]) -> None:
        """Count that these were shown to somebody: what is shown often stays salient. Recalling alone counts nothing.

        Raises:
            StoreError: the store refused.
        """
        with self._store.writing() as writing:
            writing.use([hit.memory.id for hit in hits], moment(self._clock.now().isoformat(), "now"))
