"""Tiers of caches as one: the nearest that has a value serves it, and the nearer ones keep it then.

Not for what may be kept, nor under which key: `truth_preserving` says that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from sys import getsizeof
from typing import Generic, Literal, TypeVar

import msgspec

from simone.caching.contract import Cache, CacheStatistics
from simone.caching.flights import THREADS_PATIENCE_S, Claims, Flight, Flights
from simone.caching.kept import Absent, Kept, Put, put_all
from simone.caching.ram import ENTRY_BYTES
from simone.caching.wall_time import WallTime
from simone.clock import Clock, SystemClock
from simone.errors import ContractBroken, StoreError

Value = TypeVar("Value")
Result = TypeVar("Result")
Key = str | bytes
KEPT_BYTES, TAG_BYTES = 200, 170
"""What keeping a value, and a tag that no other value has, takes in memory besides them; a tag is held twice."""
_Goes = Callable[[Key, Kept[Value]], bool]
"""Whether what is kept under a key is being let go of."""
Origin = Literal["kept", "computed", "waited", "stale"]


class Computed(msgspec.Struct, Generic[Value], frozen=True):
    """A value worth keeping for `ttl_s` seconds, None for ever, with what it depends on."""

    value: Value
    tags: tuple[str, ...] = ()
    ttl_s: float | None = None
    salience: float = 0.0


class Found(msgspec.Struct, Generic[Value], frozen=True):
    """What was found, or that there is nothing; where it comes from; what it depends on."""

    value: Value | Absent
    origin: Origin
    tags: tuple[str, ...] = ()


class TiersStatistics(msgspec.Struct, frozen=True):
    """What happened: `tiers` what each tier counted, `hits` those of each tier here, nearest first.

    `absent` are hits that said there is nothing, `waited` those who got the result of a computation under way, `stale`
    those who got an old value because computing failed, `invalid` entries that no longer held when they were read.
    """

    name: str
    tiers: tuple[CacheStatistics, ...]
    hits: tuple[int, ...]
    misses: int
    computed: int
    waited: int
    absent: int
    stale: int
    invalid: int


class _Counts(msgspec.Struct):
    misses: int = 0
    computed: int = 0
    waited: int = 0
    absent: int = 0
    stale: int = 0
    invalid: int = 0


class Tiers(Generic[Value]):
    """Implements `contract.Cache` over caches of kept values, nearest first. Thread-safe.

    What was dropped while it was computed or promoted is not kept, and nobody who asks after the drop gets it: here a
    drop holds from the moment it is called. It cannot reach what another process, or another object like this one, has
    in memory or is computing: values that can go stale there need `is_valid`, or what they rest on in their key.
    """

    def __init__(
        self,
        name: str,
        tiers: Sequence[Cache[Kept[Value]]],
        size_of: Callable[[Value], int],
        clock: Clock | None = None,
        claims: Claims | None = None,
        keep_stale_s: float = 0.0,
        is_valid: Callable[[Sequence[str]], bool] | None = None,
        patience_s: float = THREADS_PATIENCE_S,
    ) -> None:
        """`size_of`: bytes that a value takes in memory. `keep_stale_s`: how long a value outlives its time, to be
        served where computing fails and the caller allows it. `is_valid` is asked at every read whether what an entry
        depends on still holds, by its tags; where not, the entry is let go of, also as a stale one; a `StoreError`
        says that nobody can tell now, which is a miss. `patience_s`: how long a thread waits for another that computes
        what it wants; then it computes too, since the other may be waiting for it."""
        self.name = name
        self._tiers = tuple(tiers)
        self._size_of = size_of
        self._time = WallTime(clock or SystemClock())
        self._claims = claims or Claims(None)
        self._keep_stale_s = keep_stale_s
        self._is_valid = is_valid
        self._patience_s = patience_s
        self._flights: Flights[Kept[Value]] = Flights()
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._drops = 0
        self._going: tuple[_Goes[Value], ...] = ()
        self._hits = [0] * len(self._tiers)
        self._counts = _Counts()

    # ── computing what is missing ───────────────────────────────────────────────────────────────

    def fetch(
        self,
        key: Key,
        compute: Callable[[], Computed[Value] | Absent],
        stale_on: tuple[type[Exception], ...] = (),
    ) -> Found[Value]:
        """What is kept under the key, or what `compute` gives: once, however many threads ask meanwhile.

        Where computing raises one of `stale_on`, the value whose time was over is served, if there still is one then.

        Raises:
            ContractBroken: `compute` asks for the same key.
            Exception: what `compute` raised, to all who wait for it; but `Cancelled` and `BudgetExceeded` to its own
                caller alone, while the others compute.
        """
        return self.fetch_all([key], lambda _: [compute()], stale_on)[0]

    def fetch_all(
        self,
        keys: Sequence[Key],
        compute: Callable[[Sequence[int]], Sequence[Computed[Value] | Absent]],
        stale_on: tuple[type[Exception], ...] = (),
    ) -> list[Found[Value]]:
        """As `fetch`, for many keys: `compute` is given the places of those that nobody else is computing."""
        found: dict[Key, Found[Value]] = {}
        landed = self._flights.landed
        for key in dict.fromkeys(keys):
            kept, is_fresh = self._find(key)
            if kept is not None and is_fresh:
                found[key] = _found(kept, "kept")
        places: dict[Key, int] = {}
        for place, key in enumerate(keys):
            if key not in found:
                places.setdefault(key, place)
        while places:
            try:
                self._fly(places, compute, found, landed)
            except stale_on:
                # looked up now: what there was may have been dropped meanwhile
                left = {key: self._find(key, counted=False) for key in places if key not in found}
                if any(kept is None for kept, _ in left.values()):
                    raise
                for key, (kept, is_fresh) in left.items():
                    if kept is not None:
                        found[key] = self._taken(kept, "waited" if is_fresh else "stale")
            places = {key: place for key, place in places.items() if key not in found}
        return [found[key] for key in keys]

    def _fly(
        self,
        places: dict[Key, int],
        compute: Callable[[Sequence[int]], Sequence[Computed[Value] | Absent]],
        found: dict[Key, Found[Value]],
        landed: int,
    ) -> None:
        """Compute what nobody else is computing, then take what others computed; what they gave up stays open."""
        led: dict[Key, Flight[Kept[Value]]] = {}
        awaited: dict[Key, Flight[Kept[Value]]] = {}
        with self._flights.led(led):
            for key in places:
                flight, leads = self._flights.join(key)
                (led if leads else awaited)[key] = flight
            if led:
                with self._claims.held(list(led)) as contended:
                    missing = list(led)
                    if contended or self._flights.landed != landed:
                        missing = [key for key in led if not self._already(key, led[key], found)]
                    drops = self._drops
                    results = compute([places[key] for key in missing]) if missing else ()
                    made = {key: self._kept(result) for key, result in zip(missing, results, strict=True)}
                    self._keep(made, drops, self._tiers)
                    for key, kept in made.items():
                        led[key].land(kept)
                        found[key] = self._taken(kept, "computed")
        patience_s = self._patience_s
        for key, flight in awaited.items():
            if (waited := flight.wait(patience_s)) is not None:
                found[key] = self._taken(waited, "waited")
            elif not flight.has_ended:
                self._flights.part(key, flight)
                patience_s = 0.0

    def _already(self, key: Key, flight: Flight[Kept[Value]], found: dict[Key, Found[Value]]) -> bool:
        """Whether someone else finished it between our look and our turn."""
        kept, is_fresh = self._find(key, counted=False)
        if kept is None or not is_fresh:
            return False
        flight.land(kept)
        found[key] = self._taken(kept, "waited")
        return True

    def _taken(self, kept: Kept[Value], origin: Literal["computed", "waited", "stale"]) -> Found[Value]:
        self._add(origin)
        return _found(kept, origin)

    # ── the contract ────────────────────────────────────────────────────────────────────────────

    def look(self, key: Key) -> Found[Value] | None:
        """What is kept under the key and fresh, also that there is nothing; None where it must be computed."""
        kept, is_fresh = self._find(key)
        return _found(kept, "kept") if kept is not None and is_fresh else None

    def get(self, key: Key) -> Value | None:
        """The value kept under `key` while its time is not over; None if there is none, or it is known to be absent."""
        kept, is_fresh = self._find(key)
        return kept.value if kept is not None and is_fresh else None

    def put(
        self,
        key: Key,
        value: Value,
        size_bytes: int = 0,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep a value in every tier; whether one kept it. `size_bytes` 0 lets it be measured."""
        kept = self._kept(Computed(value, tuple(tags), ttl_s, salience), size_bytes)
        return self._keep({key: kept}, self._drops, self._tiers)

    def remove(self, key: Key) -> bool:
        """Let go of one entry in every tier; whether there was one."""
        return any(self._in_every_tier(lambda tier: tier.remove(key), lambda other, _: other == key))

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`, at once; how many the tier with most of them had.

        Raises:
            StoreError: a tier could not; the others did.
        """
        return max(self._in_every_tier(lambda tier: tier.drop(tag), lambda _, kept: tag in kept.tags), default=0)

    def clear(self) -> None:
        """Let go of everything that these tiers keep.

        Raises:
            StoreError: a tier could not; the others did.
        """
        self._in_every_tier(lambda tier: tier.clear(), lambda _, __: True)

    def _in_every_tier(self, let_go: Callable[[Cache[Kept[Value]]], Result], goes: _Goes[Value]) -> list[Result]:
        """What each tier answers; the first one's error once all were asked.

        A tier may wait for other processes. Meanwhile others look up and keep; what `goes` they do not find.
        """
        done: list[Result] = []
        refused: list[StoreError] = []
        with self._lock:
            self._going += (goes,)  # INVARIANT: before the count, so that who reads the new count sees what goes
            self._drops += 1
            self._flights.part_all()
        try:
            for tier in self._tiers:
                try:
                    done.append(let_go(tier))
                except StoreError as error:
                    refused.append(error)
        finally:
            with self._lock:
                self._going = tuple(one for one in self._going if one is not goes)
        if refused:
            raise refused[0]
        return done

    @property
    def statistics(self) -> CacheStatistics:
        """As one cache: its hits and misses, and all else of the nearest tier."""
        with self._counting:
            hits, misses = sum(self._hits), self._counts.misses
        empty = CacheStatistics(self.name, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        nearest = self._tiers[0].statistics if self._tiers else empty
        return msgspec.structs.replace(nearest, name=self.name, hits=hits, misses=misses)

    @property
    def by_tier(self) -> TiersStatistics:
        """What each tier counted and what happened between them."""
        tiers = tuple(tier.statistics for tier in self._tiers)
        with self._counting:
            counts = msgspec.structs.asdict(self._counts)
            return TiersStatistics(name=self.name, tiers=tiers, hits=tuple(self._hits), **counts)

    # ── finding and keeping ─────────────────────────────────────────────────────────────────────

    def _find(self, key: Key, counted: bool = True) -> tuple[Kept[Value] | None, bool]:
        """What the nearest tier has that is fresh, or else what is not; whether it is fresh."""
        old: Kept[Value] | None = None
        drops, going = self._drops, self._going
        for number, tier in enumerate(self._tiers):
            kept = tier.get(key)
            if kept is None or any(goes(key, kept) for goes in going):
                continue
            if self._is_valid is not None:
                try:
                    if not self._is_valid(kept.tags):
                        tier.remove(key)
                        self._add("invalid")
                        continue
                except StoreError:  # nobody can tell now
                    continue
            if kept.fresh_ms == 0 or self._time() * 1e3 < kept.fresh_ms:
                if number:
                    self._keep({key: kept}, drops, self._tiers[:number])
                if counted:
                    with self._counting:
                        self._hits[number] += 1
                        self._counts.absent += kept.value is None
                return kept, True
            if kept.value is not None and self._time() * 1e3 < kept.fresh_ms + self._keep_stale_s * 1e3:
                old = old or kept
        if counted:
            self._add("misses")
        return old, False

    def _kept(self, result: Computed[Value] | Absent, size_bytes: int = 0) -> Kept[Value]:
        fresh_ms = 0 if result.ttl_s is None else max(1, round((self._time() + result.ttl_s) * 1e3))
        if isinstance(result, Absent):
            size = ENTRY_BYTES + KEPT_BYTES + getsizeof(result.reason) + _tag_bytes(result.tags)
            return Kept(None, result.reason, fresh_ms, size, 0.0, result.tags)
        size = size_bytes or self._size_of(result.value) + KEPT_BYTES + _tag_bytes(result.tags)
        return Kept(result.value, "", fresh_ms, size, result.salience, result.tags)

    def _keep(self, made: Mapping[Key, Kept[Value]], drops: int, tiers: Sequence[Cache[Kept[Value]]]) -> bool:
        """Put all into these tiers, unless something was dropped since `drops` was read; whether any was kept."""
        now_s = self._time()
        puts = []
        for key, kept in made.items():
            ttl_s = None
            if kept.fresh_ms:
                ttl_s = kept.fresh_ms / 1e3 + (0.0 if kept.value is None else self._keep_stale_s) - now_s
            if ttl_s is None or ttl_s > 0:
                puts.append(Put(key, kept, kept.size_bytes, ttl_s, kept.salience, kept.tags))
        if not puts:
            return False
        with self._lock:
            if self._drops != drops:
                return False
            done = [put_all(tier, puts) for tier in tiers]
        return any(any(kept) for kept in done)

    def _add(self, name: str) -> None:
        with self._counting:
            setattr(self._counts, name, getattr(self._counts, name) + 1)


def _tag_bytes(tags: Sequence[str]) -> int:
    return sum(TAG_BYTES + 2 * getsizeof(tag) for tag in tags)


def _found(kept: Kept[Value], origin: Origin) -> Found[Value]:
    value: Value | Absent = Absent(kept.absent) if kept.value is None else kept.value
    return Found(value, origin, kept.tags)


def present(found: Found[Value]) -> Value:
    """The value of what is never absent.

    Raises:
        ContractBroken: it is absent all the same.
    """
    if isinstance(found.value, Absent):
        raise ContractBroken(f"a value was asked for that is always there, found none: {found.value.reason}")
    return found.value
