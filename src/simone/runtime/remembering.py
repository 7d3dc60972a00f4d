"""The house's memory: opened as the settings say, told by people, forgotten in every place of a home.

Not for runs (`recalling`), and not for what memory does: `memory` does it; here its parts meet the tagger, the encoder
and the ledger.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Annotated, cast

import msgspec
import numpy as np

from simone.caching.redis import RedisCache
from simone.clock import Clock, SystemClock
from simone.errors import BadRequest, BadSettings
from simone.governance.ledger import Ledger
from simone.governance.redaction import redact
from simone.memory.consolidation import ConsolidationPlan, plan_consolidation
from simone.memory.contract import Filter, Link, Memory, Refusal, Store, Use, Vectors
from simone.memory.forgetting import CachePlace, ForgettingPlan, Place, Proof, forget
from simone.memory.mirror import BATCH_TEXTS, vectors_name
from simone.memory.pieces import Pieces
from simone.memory.remembering import remember
from simone.memory.rows import tenant_named
from simone.memory.salience import Explained, Rarity, explain
from simone.memory.shelf import as_said
from simone.memory.sqlite import SqliteStore
from simone.protocols.emotional_state.reading import read_tone
from simone.protocols.memory_tagging.candidates import (
    Said,
    Tone,
    candidates,
)
from simone.retrieval.contract import TextEncoder
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.retrieval.sources import CORPORA
from simone.runtime.caches import FOLDER, clear_disk
from simone.runtime.wiring import LEDGER
from simone.settings import CacheSettings, Settings

MEMORY = "memory.sqlite"


def open_memory(home: Path, settings: Settings, environment: Mapping[str, str] | None = None) -> Store:
    """The store that the settings name, created if need be.

    Raises:
        StoreError: it cannot be opened, or the key is not its key.
        BadSettings: its address is of a kind that nobody knows, it needs an extra that is not installed, or the
            environment does not hold its key.
    """
    key = _key(settings, os.environ if environment is None else environment)
    where = memory_place(home, settings)
    if isinstance(where, Path):
        return SqliteStore.open(where, durable=settings.durable, key=key)
    store: Store = _postgres().open_postgres(where)
    return store


def migrate_memory(
    home: Path, settings: Settings, to: int, environment: Mapping[str, str] | None = None
) -> tuple[int, int]:
    """Bring the store that the settings name, which nobody has open, to schema `to`; the schemas before and after.

    Raises:
        StoreError: there is no such store, or it cannot be opened.
        MigrationFailed: there is no such schema, no way back to it, or a step failed.
        BadSettings: as `open_memory`.
    """
    key = _key(settings, os.environ if environment is None else environment)
    where = memory_place(home, settings)
    if isinstance(where, Path):
        return SqliteStore.migrate(where, to, key)
    before, after = _postgres().migrate_postgres(where, to)
    return before, after


def memory_place(home: Path, settings: Settings) -> Path | str:
    """The file of the store that the settings name, or its address where it is a server.

    Raises:
        BadSettings: the address is of a kind that nobody knows.
    """
    named = settings.memory.store
    if named.startswith(("postgresql://", "postgres://")):
        return named
    if "://" in named:
        raise BadSettings(f"memory.store is {named!r}; allowed: a file, or postgresql://…")
    return Path(named).expanduser() if named else home / MEMORY


def _key(settings: Settings, environment: Mapping[str, str]) -> str:
    key_env = settings.memory.key_env
    key = environment.get(key_env, "") if key_env else ""
    if key_env and not key:
        raise BadSettings(
            f"memory.key_env is {key_env!r}, and the environment holds no such key; set it, or unset that"
        )
    return key


def _postgres() -> ModuleType:
    """The module, loaded only where it is needed."""
    from simone.memory import postgres

    return postgres


def memory_called(store: Store, name: str, tenant: str) -> Memory:
    """The memory with that id or unique beginning of one.

    Raises:
        BadRequest: the tenant has none, or several, or is no name.
    """
    tenant_named(tenant)
    if found := [memory for memory in store.get([name]) if memory.tenant == tenant]:
        return found[0]
    begins = [memory for memory in store.select(Filter(tenant=tenant, current=False)) if memory.id.startswith(name)]
    if len(begins) == 1 and name:
        return begins[0]
    listed = ", ".join(memory.id for memory in begins[:3])
    raise BadRequest(
        f"{len(begins)} memories of tenant {tenant!r} have an id that begins with {name!r}"
        f"{f' ({listed})' if name and begins else ''}; `simone memory list` shows the ids"
    )


def hiding(store: Store, memory: Memory) -> tuple[Link, ...]:
    """The links that keep a memory from being recalled now."""
    kinds = ("closes", "stands_for")
    return tuple(
        link
        for link in store.links([memory.id])
        if link.memory == memory.id and link.kind in kinds and not link.undone_at
    )


def feeling(text: str) -> Tone:
    """ESL's reading, as MTP takes it."""
    tone = read_tone(text)
    return tone.valence, tone.arousal


def remember_said(
    store: Store, said: Sequence[Said], clock: Clock, *, by_sentence: bool = True, pinned: bool = False
) -> tuple[tuple[str, Memory | Refusal], ...]:
    """Each text that was read out of what was said, with the memory that it became or the refusal that it met.

    Raises:
        BadRequest: a date is none.
        StoreError: the store refused; nothing was kept.
    """
    found = candidates(said, feeling, by_sentence=by_sentence)
    if pinned:
        found = tuple(msgspec.structs.replace(one, pinned=True) for one in found)
    return tuple(zip((one.text for one in found), remember(store, found, clock), strict=True))


def said_lines(content: str, otherwise: Said) -> tuple[Said, ...]:
    """JSON lines of text and, where they differ from `otherwise`, author, source, session, at and trust.

    Raises:
        BadRequest: a line is none; names it.
    """
    made = []
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            raise BadRequest(
                f"line {number} is no text to remember: {error}; write for instance"
                ' {"text": "…", "author": "Ann", "at": "2026-03-05"}'
            ) from error
        told = {name: value for name in given.__struct_fields__ if (value := getattr(given, name)) is not None}
        one = msgspec.structs.replace(otherwise, **told)
        made.append(one if given.source else msgspec.structs.replace(one, source=f"{one.source}, line {number}"))
    return tuple(made)


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    author: str | None = None
    source: str | None = None
    session: str | None = None
    at: str | None = None
    trust: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] | None = None


def explain_memory(store: Store, memory: Memory, clock: Clock, settings: Settings) -> Explained:
    """How much the memory matters now, with rarity told among the current memories of its tenant."""
    rarity = Rarity(store.select(Filter(tenant=memory.tenant)))
    use = store.uses([memory.id]).get(memory.id, Use(0, ""))
    return explain(memory, use, rarity, clock.now(), settings.memory)


def plan_for(
    store: Store, tenant: str, clock: Clock, settings: Settings, encoder: TextEncoder | None
) -> ConsolidationPlan:
    """The consolidation plan of a tenant, by the vectors of the encoder if there is one, by words otherwise.

    Vectors that are missing are computed for the plan and not kept: nothing is written.

    Raises:
        BadRequest: the tenant is no name.
        StoreError: the store cannot be read.
    """
    name = vectors_name(encoder) if encoder else ""
    least = settings.memory.episode_members
    read = cast(Store, _Encoded(store, encoder)) if encoder else store
    return plan_consolidation(read, tenant, clock.now(), encoder=name, least_members=least)


class _Encoded:
    """A store to read from in which every memory has its vector by one encoder."""

    def __init__(self, store: Store, encoder: TextEncoder) -> None:
        self._store, self._encoder = store, encoder

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def vectors(self, encoder: str, ids: Sequence[str]) -> Vectors:
        """Those that the store has, and the others as they would be kept."""
        kept = self._store.vectors(encoder, ids)
        rows = dict(zip(kept.ids, kept.rows, strict=True))
        missing = self._store.get([memory for memory in ids if memory not in rows])
        for first in range(0, len(missing), BATCH_TEXTS):
            some = missing[first : first + BATCH_TEXTS]
            encoded = self._encoder.encode([as_said(memory) for memory in some])
            rows |= zip((memory.id for memory in some), encoded, strict=True)
        known = tuple(memory for memory in ids if memory in rows)
        return Vectors(encoder, known, np.stack([rows[memory] for memory in known]) if known else kept.rows)


def figures(store: Store, tenant: str) -> dict[str, int | str | dict[str, int]]:
    """What a store holds of a tenant, by name of the figure.

    Raises:
        BadRequest: the tenant is no name.
        StoreError: the store cannot be read.
    """
    tenant_named(tenant)
    every = store.select(Filter(tenant=tenant, current=False))
    current = store.select(Filter(tenant=tenant))
    uses = store.uses([memory.id for memory in every])
    path = Path(store.place)
    found: dict[str, int | str | dict[str, int]] = {
        "store": store.place,
        "memories": len(every),
        "current": len(current),
        "kinds": dict(sorted(Counter(memory.kind for memory in current).items())),
        "sources": len({origin.source for memory in every for origin in memory.origins}),
        "pinned": sum(memory.pinned for memory in current),
        "recalled": sum(use.count for use in uses.values()),
        "refused": dict(store.refusals(tenant)),
    }
    if path.is_file():
        found["bytes"] = path.stat().st_size
    return found


def encoder_of(home: Path, settings: Settings) -> TextEncoder:
    """The sentence encoder.

    Raises:
        WeightsMissing: its weights are not in the cache.
    """
    return CachedEncoder(MiniLM(home, settings.encoder), settings.encoder.cache_bytes)


class LedgerPlace:
    """The ledger as a place where words of memories stand."""

    name = "the ledger"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._is_purged = False

    def erase(self, pieces: Pieces) -> str:
        """Leave only digests of the requests and payloads that hold a piece."""
        done = redact(self._ledger, pieces.stand_in)
        if done.payloads or not self._is_purged:  # an earlier process may have been stopped before it purged
            self._ledger.purge()
        self._is_purged = True
        if not done.payloads:
            return "no run held any of it"
        return f"{done.payloads} payloads of {len(done.runs)} runs are digests now; those runs cannot be replayed"

    def files(self) -> tuple[Path, ...]:
        """The file with its log and index."""
        return self._ledger.files

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Every request and payload."""
        return self._ledger.contents()


class DiskCachePlace:
    """A home's disk cache as a place: it is emptied, since what it holds is compressed."""

    name = "the disk cache"

    def __init__(self, home: Path, settings: CacheSettings) -> None:
        self._home = home
        self._settings = settings if settings.disk_bytes else CacheSettings()  # one that is off now may hold much

    def erase(self, pieces: Pieces) -> str:
        """Let go of everything."""
        return f"emptied, {clear_disk(self._home, self._settings)} entries"

    def files(self) -> tuple[Path, ...]:
        """All of its folder."""
        return tuple(sorted(path for path in (self._home / FOLDER).rglob("*") if path.is_file()))

    def contents(self) -> tuple[tuple[str, bytes], ...]:
        """Nothing: it was emptied."""
        return ()


def places_of(home: Path, settings: Settings, clock: Clock, ledger: Ledger | None) -> list[Place]:
    """Every place of a home, and every server that its settings name, where words of memories may stand.

    Raises:
        BadSettings: the cache's Redis is no address of a server, or the extra is not installed.
    """
    places: list[Place] = [LedgerPlace(ledger)] if ledger else []
    if (home / FOLDER).is_dir():
        places.append(DiskCachePlace(home, settings.cache))
    if settings.cache.redis:
        places.append(CachePlace("the Redis cache", RedisCache(settings.cache.redis, clock)))
    return places


def forget_everywhere(
    store: Store, plan: ForgettingPlan, home: Path, settings: Settings, clock: Clock | None = None
) -> Proof:
    """Carry the plan out in the store, in the home's ledger and in its caches.

    What a process that is running now holds in memory is its own: it ends with the process.

    Raises:
        StoreError: a place refused, for instance because another process is reading it; ask again.
    """
    clock = clock or SystemClock()
    path = home / LEDGER
    ledger = Ledger.open(path, clock, durable=settings.durable) if path.exists() else None
    try:
        return forget(store, plan, places_of(home, settings, clock, ledger), sorted((home / CORPORA).rglob("*")))
    finally:
        if ledger is not None:
            ledger.close()
