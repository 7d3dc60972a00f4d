"""How long memory takes and how much room: writing, recalling, starting up, consolidating, at growing sizes.

Not for quality (`locomo` measures that).
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np

from simone import settings
from simone.benchmarks.memory.texts import Pool, batches, made, pool
from simone.benchmarks.report import percentile
from simone.clock import Clock, FrozenClock, SystemClock
from simone.kernels import kernels
from simone.kernels.contract import Floats, Kernels
from simone.kernels.reference import Reference
from simone.memory.contract import Candidate, Keys, Memory, Refusal, Vectors
from simone.memory.mirror import vectors_name
from simone.memory.nearest import Nearest
from simone.memory.ranking import Question
from simone.memory.recall import CANDIDATES, EVERYTHING, Recall
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.retrieval.contract import TextEncoder
from simone.retrieval.encoder import MiniLM

SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
CONSOLIDATED = 10_000
_K = 10
_DAY_S = 86_400.0
_TODAY = "2026-01-01"
_WRITES_PER_RECALL = 10

Tell = Callable[[str], None]


class Calls(msgspec.Struct, frozen=True):
    """How many are timed of each kind."""

    writes: int = 500
    synced: int = 200
    recalls: int = 400
    encoded: int = 60
    reference: int = 5


CALLS = Calls()


class Times(msgspec.Struct, frozen=True):
    """Milliseconds of single calls, and of processor time per call in the mean, all threads together."""

    samples: tuple[float, ...]
    processor: float

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
    start_up: Times
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


def run_alone(data: Path, work: Path, count: int, seed: int) -> Size:
    """`run_size` in a process of its own: a program has one store, and what others left in memory slows it.

    The encoder is that of the settings; `work` holds the vectors of the sentences.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return alone.submit(_alone, data, work, count, seed).result()


def _alone(data: Path, work: Path, count: int, seed: int) -> Size:
    encoder = MiniLM(settings.home(), settings.load().encoder)
    return run_size(pool(data, work, encoder, lambda _: None), count, encoder, seed, lambda _: None)


def run_size(pool: Pool, count: int, encoder: TextEncoder, seed: int, tell: Tell, calls: Calls = CALLS) -> Size:
    """Fill a store with `count` memories, then write and recall one at a time."""
    watch = SystemClock()
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
        start_up = _timed(watch, [recall.mirror.refresh])
        process, arrays = _resident() - before, recall.mirror.nbytes
        tell(f"{count:,} memories: recalling")
        parts += _recalls(recall, store, pool, encoder, watch, calls)
        tell(f"{count:,} memories: writing")
        fresh = made(pool, count, calls.writes + calls.synced + 1, seed)
        bare = made(pool, count + len(fresh.memories), calls.writes, seed)
        kept: list[Memory | Refusal] = []
        parts += _writes(recall, store, pool, fresh.candidates[: calls.writes + 1], kept, watch)
        alone = [partial(_add, store, memory, keys) for memory, keys in zip(bare.memories, bare.keys, strict=True)]
        parts.append(("  part: the store alone", _timed(watch, alone)))
        store.close()
        durable = SqliteStore.open(path, durable=True)
        synced = [partial(_write, durable, candidate, kept) for candidate in fresh.candidates[calls.writes + 1 :]]
        parts.append(("write, waiting for the disk", _timed(watch, synced)))
        durable.close()
    refused = sum(isinstance(one, Refusal) for one in kept)
    return Size(count, tuple(parts), start_up, arrays / count, process / count, on_disk / count, refused)


def _recalls(
    recall: Recall, store: SqliteStore, pool: Pool, encoder: TextEncoder, watch: Clock, calls: Calls
) -> list[tuple[str, Times]]:
    asked = [number % len(pool.questions) for number in range(calls.recalls)]
    questions, rows = [pool.questions[number] for number in asked], pool.question_rows[asked]
    alone = partial(recall.recall, k=_K, vector=np.zeros_like(rows[0]))
    few, others = questions[: calls.encoded], questions[calls.encoded : 2 * calls.encoded]
    given = [partial(recall.recall, text, k=_K, vector=row) for text, row in zip(questions, rows, strict=True)]
    hits = [hit.memory.id for hit in given[0]()]
    with recall.mirror.shelf(EVERYTHING.tenant) as shelf:
        allowed = shelf.allowed(EVERYTHING)
        search, reference = shelf.nearest.search, _searched_by(Reference(), shelf.nearest)
        dense = _timed(watch, [partial(search, row, CANDIDATES, allowed) for row in rows])
        plain = _timed(watch, [partial(reference, row) for row in rows[: calls.reference]])
        stems = [Question(text, None, _TODAY).stems for text in questions]
        words = _timed(watch, [partial(shelf.by_words, some, allowed) for some in stems])
    return [
        ("recall, vector given", _timed(watch, given)),
        ("recall, question encoded first", _timed(watch, [partial(recall.recall, q, k=_K) for q in few])),
        ("recall, words and names alone", _timed(watch, [partial(alone, q) for q in questions])),
        ("  part: vectors searched", dense),
        ("  part: vectors searched, reference", plain),
        ("  part: words weighed", words),
        ("  part: changes asked for", _timed(watch, [recall.mirror.refresh] * calls.recalls)),
        ("  part: ten memories read", _timed(watch, [partial(store.get, hits)] * calls.recalls)),
        ("  part: question encoded", _timed(watch, [partial(encoder.encode, [q]) for q in others])),
    ]


def _searched_by(backend: Kernels, nearest: Nearest) -> Callable[[Floats], object]:
    """The same exact search of the same rows by another backend."""
    rows = nearest.rows(np.arange(len(nearest), dtype=np.int32))
    compressed, allowed = kernels.compress_rows(rows), np.ones(len(rows), np.bool_)
    coarse = kernels.coarsen_codes(compressed)
    return lambda vector: backend.top_k_compressed(vector, rows, compressed, CANDIDATES, allowed, coarse)


def _writes(
    recall: Recall,
    store: SqliteStore,
    pool: Pool,
    candidates: Sequence[Candidate],
    kept: list[Memory | Refusal],
    watch: Clock,
) -> list[tuple[str, Times]]:
    """Writes, and now and then a recall that has to learn what was written since the last."""
    *others, first = candidates
    _write(store, first, kept)  # the very first prepares statements and rules
    recall.mirror.refresh()
    writes, recalls = list[Times](), list[Times]()
    for number, candidate in enumerate(others):
        writes.append(_timed(watch, [partial(_write, store, candidate, kept)]))
        if number % _WRITES_PER_RECALL == 0:
            question = number % len(pool.questions)
            asked = partial(recall.recall, pool.questions[question], k=_K, vector=pool.question_rows[question])
            recalls.append(_timed(watch, [asked]))
    return [
        ("write: gate, contradictions, commit", _joined(writes)),
        ("recall after ten writes", _joined(recalls)),
    ]


def _add(store: SqliteStore, memory: Memory, keys: Keys) -> None:
    with store.writing() as writing:
        writing.add(memory, keys)


def _write(store: SqliteStore, candidate: Candidate, kept: list[Memory | Refusal]) -> None:
    kept += remember(store, [candidate], FrozenClock())


def run_consolidation(pool: Pool, count: int, seed: int, tell: Tell) -> Consolidation:
    """A plan for the first `count` memories, by the backend in use and by the reference."""
    watch = SystemClock()
    some = list(batches(pool, count, seed))
    texts = [memory.text for batch in some for memory in batch.memories]
    rows = np.concatenate([batch.rows for batch in some])
    hashes = kernels.hash_content_batch(texts)
    times, saliences = np.arange(count, dtype=np.float64) * 60.0, np.full(count, 0.5, np.float32)
    backends: dict[str, Kernels] = {kernels.backend: kernels, "reference": Reference()}
    seconds, plans = [], []
    for name, backend in backends.items():
        tell(f"consolidating {count:,} memories: {name}")
        started = watch.monotonic_s()
        plans.append(backend.consolidate(texts, rows, hashes, times, saliences, count * 60.0, 30 * _DAY_S))
        seconds.append((name, watch.monotonic_s() - started))
    return Consolidation(count, tuple(seconds), len(plans[0].merges), len(plans[0].centres))


def _timed(watch: Clock, calls: Sequence[Callable[[], object]]) -> Times:
    samples, before = [], _processor_s()
    for call in calls:
        started = watch.monotonic_s()
        call()
        samples.append((watch.monotonic_s() - started) * 1e3)
    return Times(tuple(samples), (_processor_s() - before) / len(samples) * 1e3)


def _joined(times: Sequence[Times]) -> Times:
    samples = tuple(sample for one in times for sample in one.samples)
    return Times(samples, sum(one.processor * len(one.samples) for one in times) / len(samples))


def _processor_s() -> float:
    """Seconds that processors have worked for this process: what waits for others does not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident() -> int:
    """Bytes of memory that this process holds, 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
