"""Consolidates a store from a thread of its own, a little whenever enough is new.

Not for deciding when a program ends: `stop` waits for the step at hand, and what is not done is done another time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from simone.clock import Clock
from simone.memory.applying import Batch, apply_plan
from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import Store


class BackgroundConsolidation:
    """The thread. Each step looks at what was added since the step before it; the first looks at everything."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        encoder: str = "",
        least_members: int = 3,
        least_new: int = 100,
        every_s: float = 60.0,
        tell: Callable[[Batch | Exception], None] = lambda _: None,
    ) -> None:
        """`tell` hears of every batch, and of every step that failed, with whatever error; the next one tries again."""
        self._store, self._clock = store, clock
        self._encoder, self._least_members = encoder, least_members
        self._least_new, self._every_s, self._tell = least_new, every_s, tell
        self._seen = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="consolidation", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the step at hand."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def step(self) -> tuple[Batch, ...]:
        """One step now, in the caller's thread: a batch of each tenant that was told more, or none: too little is new.

        Raises:
            StoreError: the store refused, or another process consolidated meanwhile. What failed for one tenant,
                whatever it was, is raised when the others are done.
        """
        changes = self._store.changes(self._seen)
        added = [change.memory for change in changes if change.what == "added"]
        if len(added) < self._least_new:
            return ()
        batches: list[Batch] = []
        failed: Exception | None = None
        for tenant in sorted({memory.tenant for memory in self._store.get(added)}):
            try:
                batches.append(self._consolidated(tenant))
            except Exception as error:  # noqa: BLE001 - the worker: the other tenants are not to wait for this one
                failed = error
        if failed is not None:
            raise failed
        self._seen = changes[-1].number
        return tuple(batches)

    def _consolidated(self, tenant: str) -> Batch:
        now = self._clock.now()
        plan = plan_consolidation(
            self._store, tenant, now, encoder=self._encoder, least_members=self._least_members, since=self._seen
        )
        return apply_plan(self._store, plan, now)

    def _run(self) -> None:
        while not self._stopped.wait(self._every_s):
            try:
                batches = self.step()
            except Exception as error:  # noqa: BLE001 - the worker: it tells of what nobody foresaw and goes on
                self._tell(error)
            else:
                for batch in batches:
                    if batch.name:
                        self._tell(batch)
