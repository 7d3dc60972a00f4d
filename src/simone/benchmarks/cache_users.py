"""`simone bench cache-users`: what the parts of the house gain by their caches, and what an operation on disk costs.

Not for hit ratios and not for the memory tier alone: `caches` has them.

Each user is measured off (nothing kept), cold (computed and kept), warm (from memory where the user keeps it there) and
from disk (the same file opened by new objects; what is recalled is kept in memory alone). Whatever way, the results
must be the same to the last bit.

Data: SIMONE_DATA/readability/onestop.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from simone.benchmarks.report import machine, percentile, table
from simone.benchmarks.verifying import News, article, read_news
from simone.caching.disk import DiskCache
from simone.caching.redis import RedisCache
from simone.clock import FrozenClock, SystemClock, seeded
from simone.errors import ContractBroken
from simone.kernels import kernels
from simone.memory.recall import Recall
from simone.memory.remembering import remember
from simone.memory.sqlite import SqliteStore
from simone.protocols.memory_tagging.candidates import Said, candidates
from simone.records import Claim, Passage
from simone.retrieval.contract import TextEncoder
from simone.retrieval.corpus import Corpus
from simone.retrieval.encoder import MiniLM
from simone.retrieval.kept_search import LiveDocuments
from simone.retrieval.search import Search
from simone.retrieval.vector import index_vectors
from simone.runtime.caches import Caches
from simone.settings import CacheSettings, Settings
from simone.truth.claims import find_claims
from simone.truth.judge import Judge, as_passage

DOCUMENTS = 20
SENTENCES = 100
CLAIMS = 60
SIZES = (1024, 4096)
ENTRIES = 1000
ROUNDS = 9
Work = Callable[[], object]


class User(msgspec.Struct, frozen=True):
    """Milliseconds per item of one user of the caches."""

    name: str
    items: int
    off_ms: float
    cold_ms: float
    warm_ms: float
    disk_ms: float


class Operation(msgspec.Struct, frozen=True):
    """Microseconds per operation of one cache: the median of the rounds, and of the hits also the processor's time, in
    the best round; on a busy machine that says more than the time that passed."""

    cache: str
    size_bytes: int
    threads: int
    put_us: float
    hit_us: float
    hit_processor_us: float
    miss_us: float


class Report(msgspec.Struct, frozen=True):
    """Both tables, and what could not be measured."""

    users: tuple[User, ...]
    operations: tuple[Operation, ...]
    missing: tuple[str, ...]


def run(
    data: Path, home: Path, settings: Settings, redis: str = "", tell: Callable[[str], None] = lambda _: None
) -> Report:
    """Measure everything; `redis` is the address of a server to measure too.

    Raises:
        MissingSource: the articles are missing.
        WeightsMissing: the encoder's weights are not in the cache.
        ContractBroken: a cached result is not the computed one.
    """
    news = read_news(data)[:DOCUMENTS]
    encoder = MiniLM(home, settings.encoder)
    encoder.encode(["The model is loaded before anything is timed."])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        users = _users(news, encoder, settings, place, tell)
        tell("single operations")
        made: list[tuple[str, Callable[[], Any]]] = [
            ("simone disk", lambda: DiskCache(place / "operations.sqlite", 1 << 30))
        ]
        missing = []
        if find_spec("diskcache") is None:
            missing.append("diskcache: not installed")
        else:
            made.append(("diskcache", lambda: _Peer(place / "peer")))
        if redis:
            made.append(("simone redis", lambda: RedisCache(redis, prefix="simone-bench:")))
        else:
            missing.append("redis: no address given")
        operations = [
            _operations(name, make(), size, threads) for size in SIZES for threads in (1, 8) for name, make in made
        ]
    return Report(tuple(users), tuple(operations), tuple(missing))


def render(report: Report) -> str:
    """Two tables."""
    users = [
        (
            one.name,
            str(one.items),
            *(f"{value:.3f}" for value in (one.off_ms, one.cold_ms, one.warm_ms, one.disk_ms)),
            f"{one.off_ms / one.warm_ms:.0f}x",
            f"{one.off_ms / one.disk_ms:.0f}x",
        )
        for one in report.users
    ]
    operations = [
        (
            one.cache,
            str(one.size_bytes),
            str(one.threads),
            *(f"{value:.1f}" for value in (one.put_us, one.hit_us, one.hit_processor_us, one.miss_us)),
        )
        for one in report.operations
    ]
    header = ("ms per item", "items", "off", "cold", "warm", "from disk", "warm gains", "disk gains")
    parts = [f"users of caches: {machine()}; results of all ways compared bit by bit", "", table(header, users), ""]
    parts += [table(("us per operation", "bytes", "threads", "put", "hit", "hit, processor", "miss"), operations), ""]
    return "\n".join([*parts, *report.missing])


# ── users ───────────────────────────────────────────────────────────────────────────────────────


def _users(
    news: Sequence[News], encoder: TextEncoder, settings: Settings, place: Path, tell: Callable[[str], None]
) -> list[User]:
    sources = place / "sources"
    sources.mkdir()
    for piece in news:
        (sources / f"{piece.name}.txt").write_text(piece.text(2), "utf-8")
    text = article(news)
    spans = kernels.split_sentences_batch([text])[0].tolist()
    sentences = [text[start:end] for start, end in spans][:SENTENCES]
    claims = find_claims(text)[:CLAIMS]
    passages = [as_passage(piece.text(2), number) for number, piece in enumerate(news[:4], 1)]
    with Corpus.open(place / "corpus.sqlite", durable=False) as corpus:
        corpus.ingest([sources], settings.retrieval)
        tell("encoding the documents")
        index_vectors(corpus, encoder)
        search = Search(corpus, encoder, settings.retrieval)
        vectors = encoder.encode(sentences)
        documents = LiveDocuments(corpus)

        def searching(caches: Caches) -> Work:
            retriever = caches.retriever(search, documents, encoder.name, settings.retrieval)
            return lambda: [retriever.search(one, row, 8) for one, row in zip(sentences, vectors, strict=True)]

        store = SqliteStore.open(place / "memory.sqlite", durable=False)
        said = [
            Said(one, "article", "bench", "reporter", at="2026-05-31", start=start)
            for one, (start, _) in zip(sentences, spans, strict=False)
        ]
        remember(store, candidates(said), FrozenClock())

        def recalling(caches: Caches) -> Work:
            recall = Recall(store, encoder, FrozenClock(), kept=caches.recalled())
            recall.catch_up()
            return lambda: [recall.recall(one, vector=row) for one, row in zip(sentences, vectors, strict=True)]

        ways: list[tuple[str, int, Callable[[Caches], Work]]] = [
            ("sentence vectors", len(sentences), lambda caches: _encoding(caches.encoder(encoder), sentences)),
            ("token vectors", len(sentences), lambda caches: _tokens(caches.encoder(encoder), sentences)),
            ("searches", len(sentences), searching),
            ("verdicts", len(claims), lambda caches: _judging(caches, encoder, claims, passages)),
            ("recalled memories", len(sentences), recalling),
        ]
        users = []
        for name, items, make in ways:
            tell(name)
            users.append(_user(name, items, make, place / name.replace(" ", "-")))
        store.close()
    return users


def _encoding(encoder: TextEncoder, sentences: Sequence[str]) -> Work:
    return lambda: encoder.encode(sentences)


def _tokens(encoder: TextEncoder, sentences: Sequence[str]) -> Work:
    return lambda: [one.vectors for one in encoder.encode_tokens(sentences)]


def _judging(caches: Caches, encoder: TextEncoder, claims: Sequence[Claim], passages: Sequence[Passage]) -> Work:
    judge = caches.judge(Judge(encoder), encoder.name)
    return lambda: judge.judge(claims, passages)


def _user(name: str, items: int, make: Callable[[Caches], Work], home: Path) -> User:
    clock = SystemClock()
    spent: list[float] = []
    results: list[bytes] = []

    def once(work: Work) -> None:
        begin = clock.monotonic_s()
        result = work()
        spent.append((clock.monotonic_s() - begin) * 1e3 / items)
        results.append(_bits(result))

    nothing = Caches(home, CacheSettings(ram_bytes=0, disk_bytes=0), clock)
    make(nothing)()  # what is computed once per process is not counted
    once(make(nothing))
    nothing.close()
    caches = Caches(home, CacheSettings(), clock)
    work = make(caches)
    once(work)
    once(work)
    caches.close()
    caches = Caches(home, CacheSettings(), clock)
    once(make(caches))
    caches.close()
    if len(set(results)) != 1:
        raise ContractBroken(f"{name}: what was kept is not what was computed; the figures mean nothing")
    return User(name, items, *spent)


def _bits(result: object) -> bytes:
    if isinstance(result, np.ndarray):
        return bytes(result.tobytes())
    if isinstance(result, list) and result and isinstance(result[0], np.ndarray):
        return b"".join(one.tobytes() for one in result)
    return msgspec.msgpack.encode(result)


# ── single operations ───────────────────────────────────────────────────────────────────────────


class _Peer:
    """diskcache behind the part of the contract that is timed."""

    def __init__(self, folder: Path) -> None:
        import diskcache  # type: ignore[import-not-found] # a peer, installed by hand

        self._cache = diskcache.Cache(str(folder), size_limit=1 << 30)

    def get(self, key: str) -> bytes | None:
        found: bytes | None = self._cache.get(key)
        return found

    def put(self, key: str, value: bytes, size_bytes: int) -> bool:
        return bool(self._cache.set(key, value))

    def clear(self) -> None:
        self._cache.clear()

    def close(self) -> None:
        self._cache.close()


def _operations(name: str, cache: Any, size: int, threads: int) -> Operation:
    """Times of `ENTRIES` puts, hits and misses, shared out among threads; every hit is compared."""
    clock = SystemClock()
    chance = seeded(size, "values")
    letters = b"etaoin shrdlu cmfwyp vbgkjq xz"
    values = {f"key{number}": bytes(chance.choices(letters, k=size)) for number in range(ENTRIES)}
    keys = list(values)
    shares = [keys[number::threads] for number in range(threads)]
    cache.clear()

    def put(share: Sequence[str]) -> None:
        for key in share:
            cache.put(key, values[key], size)

    def hit(share: Sequence[str]) -> None:
        for key in share:
            if cache.get(key) != values[key]:
                raise ContractBroken(f"{name} did not give back what was put under {key!r}")

    def miss(share: Sequence[str]) -> None:
        for key in share:
            if cache.get(f"no{key}") is not None:
                raise ContractBroken(f"{name} has what was never put")

    figures: list[float] = []
    with ThreadPoolExecutor(threads) as pool:
        for work in (put, hit, miss):
            spent, worked = [], []
            for _ in range(ROUNDS):
                begin, used = clock.monotonic_s(), _processor_s()
                list(pool.map(work, shares))
                spent.append((clock.monotonic_s() - begin) * 1e6 / ENTRIES)
                worked.append((_processor_s() - used) * 1e6 / ENTRIES)
            figures.append(percentile(spent, 0.5))
            if work is hit:
                figures.append(min(worked))
    cache.clear()
    cache.close()
    return Operation(name, size, threads, *figures)


def _processor_s() -> float:
    """Processor time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
