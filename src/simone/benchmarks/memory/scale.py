"""How long memory takes and how much room: writing, recalling, starting up, consolidating, at growing sizes.

Not for quality (`locomo` measures that).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from simone.benchmarks.memory.texts import Pool, batches, made
from simone.benchmarks.report import percentile
from simone.clock import Clock, FrozenClock, SystemClock
from simone.kernels import kernels
from simone.kernels.contract import Floats, Kernels
from simone.kernels.reference import Reference
from simone.memory.contract import Candidate, Memory, Refusal, Vectors
from simone.memory.mirror import vectors_name
from simone.memory.nearest import Nearest
from simone.memory.ranking import Question
from simone.memory.recall import CANDIDATES, EVERYTHING, Recall
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.retrieval.contract import TextEncoder

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
WRITES, SYNCED, RECALLS, ENCODED, REFERENCE = 500, 200, 400, 60, 5
CONSOLIDATED = 10_000
_K = 10
_DAY_S = 86_400.0
_TODAY = "2026-01-01"
_WRITES_PER_RECALL = 10

Tell = Callable[[str], None]


class Times(msgspec.Struct, frozen=True):
    """Milliseconds of single calls."""

    samples: tuple[float, ...]

    @property
    def p50(self) -> float:
        """Median."""
        return percentile(self.samples, 0.5)

    @property
    def p95(self) -> float:
        """95th percentile."""
        return percentile(self.samples, 0.95)


class Size(msgspec.Struct, frozen=True):
    """One size; `parts` are times by what was done, in the order in which it was; room in bytes per memory."""

    count: int
    parts: tuple[tuple[str, Times], ...]
    start_up_s: float
    arrays: float
    process: float
    on_disk: float
    refused: int


class Consolidation(msgspec.Struct, frozen=True):
    """Seconds for a plan by backend, and what it proposes."""

    count: int
    seconds: tuple[tuple[str, float], ...]
    merges: int
    episodes: int


def run_size(pool: Pool, count: int, encoder: TextEncoder, seed: int, tell: Tell, clock: Clock | None = None) -> Size:
    """Fill a store with `count` memories, then write and recall one at a time."""
    watch = clock or SystemClock()
    with TemporaryDirectory(prefix="simone-bench-memory-") as folder:
        path = Path(folder) / "memories.sqlite"
        store = SqliteStore.open(path, durable=False)
        for batch in batches(pool, count, seed):
            tell(f"{count:,} memories: filling the store")
            with store.writing() as writing:
                for memory, keys in zip(batch.memories, batch.keys, strict=True):
                    writing.add(memory, keys)
                writing.vectors(Vectors(vectors_name(encoder), tuple(one.id for one in batch.memories), batch.rows))
        store.close()
        on_disk = sum(file.stat().st_size for file in Path(folder).iterdir())
        parts: list[tuple[str, Times]] = []
        store = SqliteStore.open(path, durable=False)
        before = _resident()
        recall = Recall(store, encoder, FrozenClock())
        tell(f"{count:,} memories: starting up")
        started = watch.monotonic_s()
        recall.mirror.refresh()
        start_up_s = watch.monotonic_s() - started
        process, arrays = _resident() - before, recall.mirror.nbytes
        tell(f"{count:,} memories: recalling")
        parts += _recalls(recall, store, pool, encoder, watch)
        tell(f"{count:,} memories: writing")
        fresh = made(pool, count, WRITES + SYNCED + 1, seed)
        kept: list[Memory | Refusal] = []
        parts += _writes(recall, store, pool, fresh.candidates, kept, watch)
        store.close()
        durable = SqliteStore.open(path, durable=True)
        calls = [partial(_write, durable, candidate, kept) for candidate in fresh.candidates[WRITES + 1 :]]
        parts.append(("write, waiting for the disk", _timed(watch, calls)))
        durable.close()
    refused = sum(isinstance(one, Refusal) for one in kept)
    return Size(count, tuple(parts), start_up_s, arrays / count, process / count, on_disk / count, refused)


def _recalls(
    recall: Recall, store: SqliteStore, pool: Pool, encoder: TextEncoder, watch: Clock
) -> list[tuple[str, Times]]:
    asked = [number % len(pool.questions) for number in range(RECALLS)]
    questions, rows = [pool.questions[number] for number in asked], pool.question_rows[asked]
    alone = partial(recall.recall, k=_K, vector=np.zeros_like(rows[0]))
    few, others = questions[:ENCODED], questions[ENCODED : 2 * ENCODED]
    given = [partial(recall.recall, text, k=_K, vector=row) for text, row in zip(questions, rows, strict=True)]
    hits = [hit.memory.id for hit in given[0]()]
    with recall.mirror.shelf(EVERYTHING.tenant) as shelf:
        allowed = shelf.allowed(EVERYTHING)
        search, reference = shelf.nearest.search, _searched_by(Reference(), shelf.nearest)
        dense = _timed(watch, [partial(search, row, CANDIDATES, allowed) for row in rows])
        plain = _timed(watch, [partial(reference, row) for row in rows[:REFERENCE]])
        stems = [Question(text, None, _TODAY).stems for text in questions]
        words = _timed(watch, [partial(shelf.by_words, some) for some in stems])
    return [
        ("recall, vector given", _timed(watch, given)),
        ("recall, question encoded first", _timed(watch, [partial(recall.recall, q, k=_K) for q in few])),
        ("recall, words and names alone", _timed(watch, [partial(alone, q) for q in questions])),
        ("  part: vectors searched", dense),
        ("  part: vectors searched, reference", plain),
        ("  part: words weighed", words),
        ("  part: changes asked for", _timed(watch, [recall.mirror.refresh] * RECALLS)),
        ("  part: ten memories read", _timed(watch, [partial(store.get, hits)] * RECALLS)),
        ("  part: question encoded", _timed(watch, [partial(encoder.encode, [q]) for q in others])),
    ]


def _searched_by(backend: Kernels, nearest: Nearest) -> Callable[[Floats], object]:
    """The same exact search of the same rows by another backend."""
    rows = nearest.rows(np.arange(len(nearest), dtype=np.int32))
    compressed, allowed = kernels.compress_rows(rows), np.ones(len(rows), np.bool_)
    return lambda vector: backend.top_k_compressed(vector, rows, compressed, CANDIDATES, allowed)


def _writes(
    recall: Recall,
    store: SqliteStore,
    pool: Pool,
    candidates: Sequence[Candidate],
    kept: list[Memory | Refusal],
    watch: Clock,
) -> list[tuple[str, Times]]:
    """Writes, and now and then a recall that has to learn what was written since the last."""
    _write(store, candidates[WRITES], kept)  # the very first prepares statements and rules
    recall.mirror.refresh()
    writes, recalls = [], []
    for number in range(WRITES):
        writes += _timed(watch, [partial(_write, store, candidates[number], kept)]).samples
        if number % _WRITES_PER_RECALL == 0:
            question = number % len(pool.questions)
            asked = partial(recall.recall, pool.questions[question], k=_K, vector=pool.question_rows[question])
            recalls += _timed(watch, [asked]).samples
    return [
        ("write: gate, contradictions, commit", Times(tuple(writes))),
        ("recall after ten writes", Times(tuple(recalls))),
    ]


def _write(store: SqliteStore, candidate: Candidate, kept: list[Memory | Refusal]) -> None:
    kept += remember(store, [candidate], FrozenClock())


def run_consolidation(pool: Pool, count: int, seed: int, tell: Tell, clock: Clock | None = None) -> Consolidation:
    """A plan for the first `count` memories, by the backend in use and by the reference."""
    watch = clock or SystemClock()
    some = list(batches(pool, count, seed))
    texts = [memory.text for batch in some for memory in batch.memories]
    rows = np.concatenate([batch.rows for batch in some])
    hashes = kernels.hash_content_batch(texts)
    times, saliences = np.arange(count) * 60.0, np.full(count, 0.5, np.float32)
    backends: dict[str, Kernels] = {kernels.backend: kernels, "reference": Reference()}
    seconds, plans = [], []
    for name, backend in backends.items():
        tell(f"consolidating {count:,} memories: {name}")
        started = watch.monotonic_s()
        plans.append(backend.consolidate(texts, rows, hashes, times, saliences, count * 60.0, 30 * _DAY_S))
        seconds.append((name, watch.monotonic_s() - started))
    return Consolidation(count, tuple(seconds), len(plans[0].merges), len(plans[0].centres))


def _timed(watch: Clock, calls: Sequence[Callable[[], object]]) -> Times:
    samples = []
    for call in calls:
        started = watch.monotonic_s()
        call()
        samples.append((watch.monotonic_s() - started) * 1e3)
    return Times(tuple(samples))


def _resident() -> int:
    """Bytes of memory that this process holds, 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
