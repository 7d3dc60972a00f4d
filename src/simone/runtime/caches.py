"""The caches of a runtime: what they are made of, and which parts of the house use them.

Not for what may be cached: `caching.truth_preserving` and the users say that.
"""

from __future__ import annotations

import platform
from collections import deque
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import simone
from simone.caching.codecs import Arrays, Codec, Packed
from simone.caching.contract import Cache
from simone.caching.disk import DiskCache
from simone.caching.events import CacheEvent
from simone.caching.flights import Claims
from simone.caching.kept import Encoded, Kept
from simone.caching.near_answers import NearAnswers, admitted
from simone.caching.ram import ENTRY_BYTES, RamCache
from simone.caching.redis import RedisCache
from simone.caching.sizes import held_bytes
from simone.caching.tiers import Tiers, TiersStatistics
from simone.caching.truth_preserving import Answers, Edition, Standing, Versions, canonical
from simone.clock import Clock, digest
from simone.errors import StoreError
from simone.kernels import backend_report
from simone.memory.kept_recall import KeptRecall
from simone.memory.recall import Hit
from simone.records import Output, Passage, Verdict
from simone.retrieval.contract import Retriever, TextEncoder, TokenVectors
from simone.retrieval.kept_search import KeptSearch, LiveDocuments
from simone.retrieval.kept_vectors import KeptEncoder, TokenCodec, token_bytes, vector_bytes
from simone.runtime.wiring import CODE_VERSION
from simone.settings import CacheSettings, RetrievalSettings
from simone.settings import home as default_home
from simone.settings import load as load_settings
from simone.truth.judging import Judging
from simone.truth.kept_verdicts import KeptJudge

Value = TypeVar("Value")

FOLDER = "cache"
"""Under SIMONE_HOME."""
FILE = "cache.sqlite"
MOST_EVENTS = 100


class NoDocuments:
    """Implements `Versions` where there are no sources."""

    def live(self) -> Mapping[str, str]:
        """None."""
        return {}


class Caches:
    """All that a runtime caches beyond single calls. Where all sizes are 0, parts are handed back as they are."""

    def __init__(self, home: Path, settings: CacheSettings, clock: Clock) -> None:
        """Open the tiers; one that cannot be used is off and said so in `events`.

        Raises:
            BadSettings: `redis` is no address of a server, or the extra is not installed.
        """
        self._events: deque[CacheEvent] = deque(maxlen=MOST_EVENTS)
        self._settings = settings
        self._clock = clock
        self._code = code_digest()
        folder = home / FOLDER
        self._disk: DiskCache | None = None
        if settings.disk_bytes:
            self._disk = DiskCache(folder / FILE, settings.disk_bytes, clock, self._events.append)
        self._octets: list[Cache[bytes]] = [self._disk] if self._disk else []
        self._redis: RedisCache | None = None
        if settings.redis:
            self._redis = RedisCache(settings.redis, clock, self._events.append)
            self._octets.append(self._redis)
        self._ram: RamCache[Kept[Any]] | None = None
        if settings.ram_bytes:
            self._ram = RamCache(settings.ram_bytes, clock)
        self._claims = Claims(folder / "claims") if settings.disk_bytes else Claims(None)
        self._versions: Versions = NoDocuments()
        self._tiers: list[Callable[[], TiersStatistics]] = []

    @property
    def events(self) -> list[CacheEvent]:
        """What went wrong, latest last; the latest hundred."""
        return list(self._events)

    def encoder(self, encoder: TextEncoder) -> TextEncoder:
        """The encoder, its vectors kept on disk and beyond."""
        if not self._octets:
            return encoder
        sentences = self._made("sentences", Arrays(), vector_bytes, in_ram=False)
        tokens: Tiers[TokenVectors] = self._made("tokens", TokenCodec(), token_bytes, in_ram=False)
        return KeptEncoder(encoder, sentences, tokens, self._code)

    def retriever(
        self, retriever: Retriever, documents: LiveDocuments, encoder: str, settings: RetrievalSettings
    ) -> Retriever:
        """The retriever, its results kept while the documents are the same."""
        self._versions = documents
        if not self._is_on:
            return retriever
        tiers = self._made("searches", Packed(tuple[Passage, ...]), _in_memory, Standing(documents))
        bundle = digest(self._code.encode(), encoder.encode(), canonical(settings))
        return KeptSearch(retriever, documents, tiers, self._settings.ttl_s, bundle)

    def judge(self, judge: Judging, encoder: str) -> Judging:
        """The judge, its verdicts kept while their evidence stands."""
        if not self._is_on:
            return judge
        tiers = self._made("verdicts", Packed(Verdict), _in_memory, Standing(self._versions))
        bundle = digest(self._code.encode(), encoder.encode())
        return KeptJudge(judge, tiers, self._versions, self._settings.ttl_s, bundle)

    def recalled(self) -> KeptRecall | None:
        """What keeps what is recalled from memory, in this process alone; None where nothing is kept there."""
        if self._ram is None:
            return None
        tiers: Tiers[tuple[Hit, ...]] = self._made("recalled", Packed(tuple[Hit, ...]), _in_memory, on_disk=False)
        return KeptRecall(tiers, self._settings.ttl_s, digest(self._code.encode()))

    def near(self, encoder: str) -> NearAnswers | None:
        """Answers to questions asked in other words; None where they are not wanted.

        Raises:
            NearRefused: they are wanted and were not shown to be safe enough for the budget.
        """
        settings = self._settings
        if not settings.near:
            return None
        admitted(settings.near_threshold, settings.near_budget, encoder)
        tiers = self._made("answers", Packed(Output), _in_memory, Standing(self._versions))
        return NearAnswers(Answers(tiers), settings.near_threshold, settings.ttl_s)

    def state(self) -> tuple[Edition, ...]:
        """Of all documents as they are now: evidence for the key of an answer."""
        documents = self._versions
        return (Edition("documents", documents.digest),) if isinstance(documents, LiveDocuments) else ()

    @property
    def statistics(self) -> tuple[TiersStatistics, ...]:
        """What each use of the caches counted, in the order in which they were made."""
        return tuple(count() for count in self._tiers)

    def close(self) -> None:
        """Close the files."""
        if self._disk is not None:
            self._disk.close()
        if self._redis is not None:
            self._redis.close()
        self._claims.close()

    @property
    def _is_on(self) -> bool:
        return bool(self._settings.ram_bytes or self._octets)

    def _made(
        self,
        name: str,
        codec: Codec[Value],
        size_of: Callable[[Value], int],
        is_valid: Standing | None = None,
        in_ram: bool = True,
        on_disk: bool = True,
    ) -> Tiers[Value]:
        tiers: list[Cache[Kept[Value]]] = []
        if in_ram and self._ram is not None:
            tiers.append(self._ram)
        tiers += [Encoded(name, octets, codec) for octets in self._octets if on_disk]
        made = Tiers(name, tiers, size_of, self._clock, self._claims, is_valid=is_valid)
        self._tiers.append(lambda: made.by_tier)
        return made


def _in_memory(value: object) -> int:
    return held_bytes(value) + ENTRY_BYTES


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Of what computes: version, backend, processor, and every file of the package by name, size and last change."""
    root = Path(simone.__file__).parent
    files = sorted(path for path in root.rglob("*") if path.suffix in {".py", ".so", ".pyd", ".toml", ".json"})
    stated = [(path, path.stat()) for path in files]
    lines = [f"{path.relative_to(root).as_posix()} {found.st_size} {found.st_mtime_ns}" for path, found in stated]
    parts = (CODE_VERSION, backend_report().backend, _processor(), "\n".join(lines))
    return digest(*(part.encode() for part in parts))


def _processor() -> str:
    """What the processor can do: another one may compute a vector that differs in its last bits."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return f"{platform.machine()} {platform.processor()}"
    telling = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.startswith(telling)}))


class KeptOnDisk(msgspec.Struct, frozen=True):
    """What the disk tier of a home holds; `lifetime` what was counted since the file was begun, by name."""

    path: Path
    off: str
    entries: int
    bytes: int
    limit_bytes: int
    lifetime: tuple[tuple[str, int], ...]
    set_aside: tuple[Path, ...]


def kept_on_disk(home: Path | None = None, settings: CacheSettings | None = None) -> KeptOnDisk | None:
    """What the disk tier of a home holds; None where there is none."""
    path = (home or default_home()) / FOLDER / FILE
    limit_bytes = (settings or load_settings().cache).disk_bytes
    if not path.exists() or not limit_bytes:
        return None
    disk = DiskCache(path, limit_bytes)
    found = disk.statistics
    lifetime = tuple(sorted(disk.lifetime.items()))
    kept = KeptOnDisk(
        disk.path, disk.off, found.entries, found.bytes, found.limit_bytes, lifetime, tuple(disk.set_aside())
    )
    disk.close()
    return kept


def clear_disk(home: Path | None = None, settings: CacheSettings | None = None) -> int:
    """Let go of all that the disk tier of a home holds, also where it is off by now; how many entries there were.

    Raises:
        StoreError: another process keeps the file to itself, or it cannot be used; something may still be there.
    """
    path = (home or default_home()) / FOLDER / FILE
    try:
        if not any(one.name.startswith(FILE) for one in path.parent.iterdir()):  # what was set aside lies beside it
            return 0
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StoreError(f"{str(path.parent)!r} cannot be cleared: {error}; remove it instead") from error
    limit_bytes = (settings or load_settings().cache).disk_bytes
    disk = DiskCache(path, limit_bytes or CacheSettings().disk_bytes)
    try:
        entries = disk.statistics.entries
        disk.clear()
    finally:
        disk.close()
    return entries
