"""What was recalled, kept for as long as nothing changes in the store that it was recalled from.

Not for ranking, and not on disk: words of memories lie in their store alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from simone.caching.tiers import Computed, Tiers, present
from simone.caching.truth_preserving import Edition, key
from simone.memory.recall import Hit
from simone.retrieval.kept_search import NOT_KEPT_S

_TAG = "recalled"


class KeptRecall:
    """Implements `recall.KeptHits`. Thread-safe. What another state left is let go of when a state is new."""

    def __init__(self, tiers: Tiers[tuple[Hit, ...]], ttl_s: float, bundle: str) -> None:
        """`bundle`: digest of the code that ranks."""
        self._tiers, self._ttl_s, self._bundle = tiers, ttl_s, bundle
        self._states: dict[str, str] = {}
        self._lock = threading.Lock()

    def fetch(
        self, request: object, tenant: str, state: Callable[[], str], compute: Callable[[], tuple[Hit, ...]]
    ) -> tuple[Hit, ...]:
        """What was computed for an equal request in this state, else what `compute` gives.

        It is kept where the state is the same behind it as before.
        """
        before = state()
        self._forget_others(tenant, before)

        def computed() -> Computed[tuple[Hit, ...]]:
            hits = compute()
            return Computed(hits, (f"{_TAG} {tenant}",), self._ttl_s if state() == before else NOT_KEPT_S)

        name = key(request, policy="", evidence=(Edition("memories", before),), bundle=self._bundle, tenant=tenant)
        return present(self._tiers.fetch(name, computed))

    def _forget_others(self, tenant: str, state: str) -> None:
        with self._lock:
            is_new = self._states.get(tenant) != state
            self._states[tenant] = state
        if is_new:
            self._tiers.drop(f"{_TAG} {tenant}")
