"""The reference of `contract.caching`: the policy in plain dictionaries, written to be read.

Not for speed: whenever one is put, every entry whose time ends is looked at.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar

import xxhash

from simone.kernels import cache_rules
from simone.kernels.contract.caching import BoundedCache, CacheCounts

Value = TypeVar("Value")
Key = tuple[bool, bytes]
_MASK = (1 << 64) - 1
LOOKED_AT, WEIGHT, WORTH_OF_SALIENCE = 8, 64, 1024
"""Entries looked at for the least salient one; what one access weighs, and a salience of 1, in units of worth."""
REMEMBERED = 20
"""Three keys of each kind that was let go of are remembered for so many entries."""


class CachingReference:
    """Implements `contract.caching.Caching`."""

    def bounded_cache(self, limit_bytes: int, now_s: Callable[[], float]) -> BoundedCache[Value]:
        """An empty cache of at most `limit_bytes`."""
        return ReferenceCache(cache_rules.limit(limit_bytes), now_s)


class Sketch:
    """How often keys were asked for lately: four rows of counters from 0 to 15, halved now and then.

    Source: Cormode and Muthukrishnan, the count-min sketch, 2005; halving from TinyLFU.
    """

    MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
    FIRST_WIDTH, WIDTH_PER_ENTRY, MOST, PERIOD, FEWEST = 1024, 8, 15, 28, 16

    def __init__(self) -> None:
        self._rows = [bytearray(self.FIRST_WIDTH) for _ in self.MULTIPLIERS]
        self._noted = 0

    def note(self, code: int) -> None:
        """One more access."""
        for row, place in self._places(code):
            row[place] = min(self.MOST, row[place] + 1)
        self._noted += 1

    def age(self, entries: int) -> None:
        """Halves all counts if many accesses were noted since, for a cache of `entries`."""
        if self._noted >= self.PERIOD * max(self.FEWEST, entries):
            self._rows = [bytearray(count >> 1 for count in row) for row in self._rows]
            self._noted //= 2

    def count(self, code: int) -> int:
        """How often, from 0 to 15."""
        return min(row[place] for row, place in self._places(code))

    def fit(self, entries: int) -> None:
        """Wide enough for `entries`: a row that holds itself twice counts what it counted before."""
        while entries * self.WIDTH_PER_ENTRY > len(self._rows[0]):
            self._rows = [row + row for row in self._rows]

    def _places(self, code: int) -> Iterator[tuple[bytearray, int]]:
        width = len(self._rows[0])
        for row, multiplier in zip(self._rows, self.MULTIPLIERS, strict=True):
            yield row, ((code * multiplier & _MASK) >> 32) & (width - 1)


class Entry(Generic[Value]):
    """A value and how it is kept; `worth` is what is left of its salience."""

    __slots__ = ("code", "ends", "size", "tags", "value", "worth")

    def __init__(self, code: int, value: Value, size: int, ends: float, worth: int, tags: Sequence[bytes]) -> None:
        self.code, self.value, self.size, self.ends, self.worth, self.tags = code, value, size, ends, worth, tags


class Queue(OrderedDict[Key, Entry[Value]]):
    """Entries in the order in which they go, and their bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def add(self, key: Key, entry: Entry[Value]) -> None:
        """At the end."""
        self[key] = entry
        self.bytes += entry.size

    def take(self, key: Key) -> Entry[Value]:
        """Out of the queue."""
        entry = self.pop(key)
        self.bytes -= entry.size
        return entry


class ReferenceCache(Generic[Value]):
    """Implements `contract.caching.BoundedCache`.

    What is asked for while a value is released waits until the call is over: the lock may be taken again by the thread
    that holds it, and values are released when it no longer does.
    """

    def __init__(self, limit: int, now_s: Callable[[], float]) -> None:
        self._lock = threading.RLock()
        self._limit, self._now_s = limit, now_s
        self._hits = self._misses = self._evictions = self._expired = self._refused = 0
        self._begin()

    def get(self, key: str | bytes) -> Value | None:
        """The value kept under `key` while its time is not over; None if there is none."""
        named = cache_rules.key(key)
        gone: list[Entry[Value]] = []  # released when the lock is
        with self._lock:
            queue = self._queue_of(named)
            ends = queue[named].ends if queue is not None else math.inf
            is_over = ends < math.inf and ends <= self._now_s()
            self._sketch.note(_code(named))
            if queue is None or is_over:
                self._misses += 1
                if queue is not None:
                    self._expired += 1
                    gone.append(self._release(named))
                return None
            self._hits += 1
            if queue is self._trial:
                self._proven.add(named, queue.take(named))
                self._keep_room_for_trials()
                return self._kept(named)
            queue.move_to_end(named)
            return queue[named].value

    def put(
        self,
        key: str | bytes,
        value: Value,
        size_bytes: int,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep a value in place of what was there."""
        named, size = cache_rules.key(key), cache_rules.size(size_bytes)
        ttl = None if ttl_s is None else cache_rules.ttl(ttl_s)
        worth = int(cache_rules.salience(salience) * WORTH_OF_SALIENCE + 0.5)
        marked = cache_rules.tags(tags)
        gone: list[Entry[Value]] = []
        with self._lock:
            now = self._now_s() if ttl is not None or self._timed else 0.0
            ends = math.inf if ttl is None else now + ttl
            over = [one for one, ends_at in self._timed.items() if ends_at <= now]
            self._expired += len(over)
            gone += [self._release(one) for one in over]
            before = self._queue_of(named)
            if before is not None:
                gone.append(self._release(named))
            if size > self._limit:
                self._refused += 1
                return False
            self._admit(named, Entry(_code(named), value, size, ends, worth, marked), before, gone)
            return True

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one, its time over or not."""
        named = cache_rules.key(key)
        gone: list[Entry[Value]] = []
        with self._lock:
            if self._queue_of(named) is not None:
                gone.append(self._release(named))
        return bool(gone)

    def drop(self, tag: str) -> int:
        """Let go of every entry put with `tag`; how many there were."""
        marked = cache_rules.tag(tag)
        with self._lock:
            gone = [self._release(key) for key, entry in self._entries() if marked in entry.tags]
        return len(gone)

    def clear(self) -> None:
        """Let go of everything; the counts go on, what was learned of the accesses is forgotten."""
        with self._lock:
            gone = self._entries()
            self._begin()
        del gone

    def counts(self) -> CacheCounts:
        """Counts since the cache was made, and what it holds now."""
        with self._lock:
            done = self._hits, self._misses, self._evictions, self._expired, self._refused
            return CacheCounts(*done, len(self), self._bytes, self._limit)

    def __len__(self) -> int:
        return len(self._window) + len(self._trial) + len(self._proven)

    def _begin(self) -> None:
        self._window: Queue[Value] = Queue()
        """What came in last."""
        self._trial: Queue[Value] = Queue()
        """Main part: not used since it was let in, or not for long."""
        self._proven: Queue[Value] = Queue()
        """Main part: used again."""
        self._timed: dict[Key, float] = {}
        """When the time of entries ends."""
        self._left_window: OrderedDict[int, None] = OrderedDict()
        self._left_main: OrderedDict[int, None] = OrderedDict()
        self._window_bytes = self._limit // 50
        """Bytes that the window is meant to have."""
        self._sketch = Sketch()

    @property
    def _bytes(self) -> int:
        return self._window.bytes + self._trial.bytes + self._proven.bytes

    def _entries(self) -> list[tuple[Key, Entry[Value]]]:
        return [*self._window.items(), *self._trial.items(), *self._proven.items()]

    def _queue_of(self, key: Key) -> Queue[Value] | None:
        return next((queue for queue in (self._window, self._trial, self._proven) if key in queue), None)

    def _kept(self, key: Key) -> Value:
        queue = self._queue_of(key)
        assert queue is not None
        return queue[key].value

    def _release(self, key: Key) -> Entry[Value]:
        queue = self._queue_of(key)
        assert queue is not None
        self._timed.pop(key, None)
        return queue.take(key)

    def _admit(self, key: Key, entry: Entry[Value], before: Queue[Value] | None, gone: list[Entry[Value]]) -> None:
        """Makes room and puts the entry in; `before`: where it was, if it replaces itself."""
        is_full = self._bytes + entry.size > self._limit
        left = self._learn(entry.code, entry.size)
        queue = self._window
        if before is not None:
            queue = before
        elif left is self._left_window or (left is self._left_main and (not is_full or self._is_better(entry))):
            queue = self._trial
        coming = entry.size if queue is self._window else 0
        while self._bytes + entry.size > self._limit:
            self._let_one_go(coming, gone)
        if is_full:
            self._empty_window_to_its_size()
        queue.add(key, entry)
        if entry.ends < math.inf:
            self._timed[key] = entry.ends
        self._sketch.fit(len(self))
        if queue is self._proven:
            self._keep_room_for_trials()
        if not is_full:
            self._empty_window_to_its_size()

    def _learn(self, code: int, size: int) -> OrderedDict[int, None] | None:
        """Where a key is remembered that is put again. The window grows where it left the window and shrinks where it
        left the main part, by three quarters of the entry and the more the rarer that is."""
        of_window, of_main = len(self._left_window), len(self._left_main)
        size -= size // 4
        if code in self._left_window:
            del self._left_window[code]
            step = max(size, size * of_main // of_window)
            self._window_bytes = min(self._limit - self._limit // 10, self._window_bytes + step)
            return self._left_window
        if code in self._left_main:
            step = max(size, size * of_window // of_main)
            self._window_bytes = max(0, self._window_bytes - step)
            self._keep_room_for_trials()
            del self._left_main[code]
            return self._left_main
        return None

    def _is_better(self, entry: Entry[Value]) -> bool:
        """Whether what comes in is asked for more often than what the main part would let go of."""
        main = self._main()
        return bool(main) and self._rank(entry) > self._rank(next(iter(main.values())))

    def _let_one_go(self, coming: int, gone: list[Entry[Value]]) -> None:
        """One entry less; `coming` bytes are about to enter the window."""
        self._sketch.age(len(self))
        main = self._main()
        from_window = self._window.bytes + coming > self._window_bytes
        candidate = _least(self._window) if from_window else None
        victim = _least(main)
        if (
            candidate is not None
            and victim is not None
            and self._rank(self._window[candidate]) > self._rank(main[victim])
        ):
            self._evict(victim, self._left_main, gone)
            self._trial.add(candidate, self._window.take(candidate))
        elif candidate is not None:
            if victim is not None:
                main[victim].worth //= 2
            self._evict(candidate, self._left_window, gone)
        elif victim is not None:
            self._evict(victim, self._left_main, gone)
        elif (oldest := _least(self._window)) is not None:
            self._evict(oldest, self._left_window, gone)

    def _main(self) -> Queue[Value]:
        """The queue that the main part lets go of first."""
        return self._trial or self._proven

    def _rank(self, entry: Entry[Value]) -> int:
        return self._sketch.count(entry.code) * WEIGHT + entry.worth

    def _evict(self, key: Key, left: OrderedDict[int, None], gone: list[Entry[Value]]) -> None:
        entry = self._release(key)
        gone.append(entry)
        self._evictions += 1
        self._left_window.pop(entry.code, None)
        self._left_main.pop(entry.code, None)
        left[entry.code] = None
        while len(left) > max(1, len(self) * 3 // REMEMBERED):
            left.popitem(last=False)

    def _keep_room_for_trials(self) -> None:
        """Three quarters of the main part are for what was used again."""
        while self._proven.bytes > (self._limit - self._window_bytes) // 4 * 3:
            key = next(iter(self._proven))
            self._trial.add(key, self._proven.take(key))

    def _empty_window_to_its_size(self) -> None:
        while self._window.bytes > self._window_bytes:
            key = next(iter(self._window))
            self._trial.add(key, self._window.take(key))


def _code(key: Key) -> int:
    """What is remembered of a key that was let go of, and counted of one that is asked for."""
    code = xxhash.xxh3_64_intdigest(key[1])
    return code if key[0] else code ^ _MASK


def _least(queue: Queue[Value]) -> Key | None:
    """The least worth of the first few, the first where they are equal.

    Those before it are passed over: to the end, with half their worth.
    """
    if not queue:
        return None
    seen = list(islice(queue.items(), LOOKED_AT))
    worths = [entry.worth for _, entry in seen]
    chosen = worths.index(min(worths))
    for key, entry in seen[:chosen]:
        entry.worth //= 2
        queue.move_to_end(key)
    return seen[chosen][0]
