"""What one run recalls and remembers: its sources with memories beside them, and its release kept.

Not for what people tell (`remembering`), and not for ranking or judging: `memory` does both.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import zip_longest

from simone.clock import Clock, Deadline, digest
from simone.errors import BudgetExceeded, SimoneError
from simone.governance.ledger import Ledger
from simone.governance.redaction import redact
from simone.memory.background import BackgroundConsolidation
from simone.memory.contract import DEFAULT_TENANT, Filter, Memory, Refusal, Store
from simone.memory.forgetting import Place
from simone.memory.gate import Recalled, is_model, refusal_by
from simone.memory.mirror import vectors_name
from simone.memory.pieces import Pieces
from simone.memory.recall import KeptHits, Recall
from simone.memory.remembering import remember
from simone.protocols.memory_tagging.candidates import (
    Recollection,
    is_read_back,
    proposed,
)
from simone.records import Output, Passage
from simone.retrieval.contract import Floats, Retriever, TextEncoder
from simone.runtime.remembering import feeling
from simone.settings import MemorySettings

FROM_MEMORY = "memory "
"""What the `document_id` of a passage begins with that was recalled; the memory's id follows."""
_ENCODING_S = 2.0
"""Longest time that vectors of new memories may take at the end of a run."""


class RunMemory:
    """What one runtime remembers with: a store and recall over it."""

    def __init__(
        self,
        store: Store,
        encoder: TextEncoder,
        clock: Clock,
        settings: MemorySettings,
        kept: KeptHits | None = None,
    ) -> None:
        """`kept` keeps what was recalled, where anything may be kept."""
        self.store = store
        self._recall = Recall(store, encoder, clock, kept=kept)
        self._recall.catch_up()
        self._clock, self._passages = clock, settings.passages
        self._number, self._history = 0, ""
        self._lock = threading.Lock()
        self._background = BackgroundConsolidation(
            store,
            clock,
            encoder=vectors_name(encoder),
            least_members=settings.episode_members,
            least_new=settings.consolidate_after,
        )
        if settings.consolidate_after:
            self._background.start()

    def beside(self, sources: Retriever, tenant: str) -> WithMemories:
        """The sources of one run, with the memories of a tenant as they are now."""
        with self._lock:
            for change in self.store.changes(self._number):  # numbers alone would take two stores for one
                self._history = digest(self._history.encode(), change.what.encode(), change.memory.encode())
                self._number = change.number
            _, vectors = self._recall.mirror.state(tenant)
            state = (self._history, str(vectors))
        return WithMemories(sources, self._recall, self._passages, state, tenant, self._clock.now())

    def forgotten(self, seen: WithMemories) -> int:
        """How many memories the run was shown that are no longer in the store.

        Raises:
            StoreError: the store cannot be read.
        """
        shown = [memory.id for memory in seen.shown.values()]
        return len(shown) - len(self.store.get(shown))

    def keep(self, output: Output, seen: WithMemories) -> str:
        """Remember what a run released, count what it cited as recalled; a clause about both.

        The answer is there already: where the store refuses, the clause says so and nothing is raised.
        """
        cited = {
            evidence.document_id.removeprefix(FROM_MEMORY)
            for verdict in output.verdicts
            for evidence in verdict.evidence
            if evidence.document_id.startswith(FROM_MEMORY)
        }
        try:
            if output.decision.action == "release" and cited:
                with self.store.writing() as writing:
                    writing.use(sorted(cited), self._clock.now().isoformat())
            results = remember_output(self.store, output, self._clock, seen.shown, seen.tenant)
            if gone := self.forgotten(seen):  # while this was remembered
                with self.store.writing() as writing:
                    writing.forget([one.id for _, one in results if isinstance(one, Memory)])
                self.store.purge()
                return f"nothing was remembered: {_forgotten_meanwhile(gone)}"
            with suppress(BudgetExceeded):  # what has no vector yet is recalled by its words, and gets one later
                self._recall.catch_up(deadline=Deadline(self._clock, _ENCODING_S))
        except SimoneError as error:
            return f"nothing was remembered: {error}"
        refused = [result.rule for _, result in results if isinstance(result, Refusal)]
        rules = f", {len(refused)} refused ({', '.join(sorted(set(refused)))})" if refused else ""
        return f"{len(seen.shown)} recalled, {len(results) - len(refused)} remembered{rules}"

    def close(self) -> None:
        """End the thread that consolidates, and let go of the store."""
        self._background.stop()
        self.store.close()


def let_go(ledger: Ledger, attempt: int, places: Sequence[Place], gone: int) -> str:
    """Leave digests of all that a run wrote which had read what was forgotten meanwhile; a clause that says so.

    Raises:
        StoreError: the ledger or a place refused; forget again.
    """
    redact(ledger, lambda _: True, attempt)
    ledger.purge()
    for place in places:
        place.erase(Pieces((), (), ()))
    return f"nothing was remembered: {_forgotten_meanwhile(gone)}, and its record is digests now"


def _forgotten_meanwhile(gone: int) -> str:
    return f"{gone} of the memories that the run was shown {'was' if gone == 1 else 'were'} forgotten meanwhile"


class WithMemories:
    """The sources of one run with its memories beside them: their quotes are passages like others."""

    def __init__(
        self, sources: Retriever, recall: Recall, k: int, state: Sequence[str], tenant: str, now: datetime
    ) -> None:
        """`state` tells the store as it is from every other: other memories, or another day, are other sources."""
        parts = (sources.version, *state, tenant, now.date().isoformat(), str(k))
        self.version = digest(*(part.encode() for part in parts))
        self.tenant = tenant
        self.shown: dict[str, Memory] = {}
        """The memories that were found, by the `document_id` of their passages."""
        self._sources, self._recall, self._k, self._now = sources, recall, k, now

    def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
        """The sources' passages and those of memories that bear on the query in turns, `k` in all.

        Where a memory only quotes a passage that was found too, that passage is the evidence.
        """
        found = self._sources.search(query, vector, k)
        wanted = min(k, self._k)
        hits = self._recall.recall_holding(query, Filter(tenant=self.tenant), wanted, vector=vector, now=self._now)
        recalled = [passage for hit in hits for passage in _quoted(hit.memory, hit.score)]
        self.shown.update((FROM_MEMORY + hit.memory.id, hit.memory) for hit in hits)
        turns = [one for pair in zip_longest(found, recalled) for one in pair if one is not None]
        own = {(passage.document, passage.focus): passage for passage in reversed([*found, *recalled])}
        return tuple(own[place] for place in dict.fromkeys((one.document, one.focus) for one in turns))[:k]

    def documents(self) -> tuple[str, ...]:
        """Those of the sources."""
        return self._sources.documents()

    def text(self, document: str) -> str:
        """A document of the sources."""
        return self._sources.text(document)


def _quoted(memory: Memory, score: float) -> list[Passage]:
    """What people and sources said, to the letter; a model's own words are no evidence."""
    return [
        Passage(
            document=origin.source,
            document_id=FROM_MEMORY + memory.id,
            version=1,
            start=origin.start,
            end=origin.end,
            text=origin.quote,
            focus=(origin.start, origin.end),
            score=score,
            section=f"remembered on {memory.recorded_at[:10]}",
        )
        for origin in memory.origins
        if origin.author == origin.source or not is_model(origin.author)
    ]


def remember_output(
    store: Store, output: Output, clock: Clock, shown: Recollection, tenant: str = DEFAULT_TENANT
) -> tuple[tuple[str, Memory | Refusal], ...]:
    """What MTP proposes of a released output, through the gate; `shown` are the memories that the run saw.

    A sentence with a claim that only memories support is refused as recalled, whatever its words, and counted as such.

    Raises:
        StoreError: the store refused; nothing was kept.
    """
    if output.decision.action != "release" or output.tags is None:
        return ()
    read_back = [tag for tag in output.tags.remember if is_read_back(tag, output.verdicts, shown)]
    fresh = [tag for tag in output.tags.remember if tag not in read_back]
    at = clock.now().isoformat()
    found = proposed(fresh, output.verdicts, output.run, at, feeling, tenant=tenant, recalled=shown)
    told = Recalled(output.run, tuple(memory.text for memory in shown.values()))
    kept = remember(store, found, clock, (told,))
    refused = refusal_by("recalled", ": only memories support it")
    if read_back:
        with store.writing() as writing:
            for _ in read_back:
                writing.refuse(tenant, refused.rule)
    return (*zip((one.text for one in found), kept, strict=True), *((tag.text, refused) for tag in read_back))
