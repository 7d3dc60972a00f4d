"""The shared tier: bytes in a Redis server that several machines use, behind the same contract.

Not for keeping what must not be lost, and not for a cluster: one script writes an entry and its tags. Needs the extra
`redis`. The server bounds the size (`maxmemory` with an `allkeys-lru` or `allkeys-lfu` policy) and is trusted: who can
write to it can make this program serve what they like, as with any shared cache.

A server that does not answer is left alone for half a minute at a time; meanwhile every look-up is a miss. Where
something is to be let go of it is asked all the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import msgspec

from simone.caching.codecs import Packed
from simone.caching.contract import CacheStatistics
from simone.caching.events import CacheEvent, Listen, ignore
from simone.caching.sealing import Compression, as_octets, checksum
from simone.caching.wall_time import WallTime
from simone.clock import Clock, SystemClock
from simone.errors import BadSettings, StoreError

TIMEOUT_S = 0.25
"""How long one answer of the server is waited for."""
PATIENCE_S = 5.0
"""How long one answer is waited for where something is to be let go of."""
RETRY_S = 30.0
"""How long a server that failed is left alone."""
MOST_DROPPED = 1000
"""Keys deleted per call when everything is let go of, count."""

_PUT = """
local number = redis.call('INCR', KEYS[2])
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'n', number)
local ms = tonumber(ARGV[2])
if ms > 0 then redis.call('PEXPIRE', KEYS[1], ms) end
for place = 3, #KEYS do
    local left = redis.call('PTTL', KEYS[place])
    redis.call('HSET', KEYS[place], KEYS[1], number)
    if ms == 0 then redis.call('PERSIST', KEYS[place])
    elseif left == -2 or (left >= 0 and left < ms) then redis.call('PEXPIRE', KEYS[place], ms) end
end
return 1
"""
_DROP = """
local held, gone = redis.call('HGETALL', KEYS[1]), 0
for place = 1, #held, 2 do
    if redis.call('HGET', held[place], 'n') == held[place + 1] then gone = gone + redis.call('DEL', held[place]) end
end
redis.call('DEL', KEYS[1])
return gone
"""


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    checksum: bytes
    packed: int
    ends_ms: int
    value: bytes


class RedisCache:
    """Implements `contract.Cache` for bytes. Thread-safe. All that share a server and a `prefix` share entries."""

    def __init__(
        self,
        url: str,
        clock: Clock | None = None,
        listen: Listen = ignore,
        prefix: str = "simone:",
        name: str = "redis",
    ) -> None:
        """Connects when first used; a server that is not there makes misses.

        Raises:
            BadSettings: the extra is not installed, or `url` names no Redis server.
        """
        try:
            import redis  # an extra
        except ImportError as error:
            raise BadSettings(
                "cache.redis names a server, but the package is missing; install simone[redis]"
            ) from error
        self._failure: type[Exception] = redis.RedisError
        self._full: type[Exception] = redis.exceptions.OutOfMemoryError
        try:
            self._server: Any = redis.Redis.from_url(
                url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, decode_responses=False
            )
            self._patient: Any = redis.Redis.from_url(
                url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S, decode_responses=False
            )
        except ValueError as error:
            raise BadSettings(f"cache.redis is no address of a Redis server: {error}; see docs/caching.md") from error
        self._put = self._server.register_script(_PUT)
        self._drop = self._server.register_script(_DROP)
        self._where = urlsplit(url).hostname or urlsplit(url).path  # without a password
        self._clock = clock or SystemClock()
        self._time = WallTime(self._clock)
        self._listen = listen
        self._prefix = prefix.encode()
        self._name = name
        self._sealed = Packed(_Sealed)
        self._encoder = msgspec.msgpack.Encoder()
        self._compression = Compression()
        self._lock = threading.Lock()
        self._counts = dict.fromkeys(("hits", "misses", "expired", "refused", "quarantined"), 0)
        self._silent_until_s = float("-inf")

    def get(self, key: str | bytes) -> bytes | None:
        """The bytes kept under `key` while their time is not over; None if there are none or the server is silent."""
        name = as_octets(key)
        data = self._ask(lambda: self._server.hget(self._entry(name), "v"))
        if not isinstance(data, bytes):
            self._count("misses")
            return None
        sealed = self._sealed.decode(data)
        if sealed is None or sealed.checksum != checksum(name, sealed.value, sealed.packed, sealed.ends_ms):
            self._quarantine(name)
            return None
        if 0 < sealed.ends_ms <= int(self._time() * 1e3):
            self._count("expired", "misses")
            self.remove(key)
            return None
        plain = self._compression.unpacked(sealed.value) if sealed.packed else sealed.value
        if plain is None:
            self._quarantine(name)
            return None
        self._count("hits")
        return plain

    def put(
        self,
        key: str | bytes,
        value: bytes,
        size_bytes: int = 0,
        ttl_s: float | None = None,
        salience: float = 0.0,
        tags: Sequence[str] = (),
    ) -> bool:
        """Keep bytes in place of what was there; whether the server took them. It knows nothing of salience."""
        name = as_octets(key)
        stored = self._compression.packed(value)
        packed = int(stored is not value)
        ms = 0 if ttl_s is None else max(1, round(ttl_s * 1e3))
        ends_ms = int(self._time() * 1e3) + ms if ms else 0
        data = self._encoder.encode(_Sealed(checksum(name, stored, packed, ends_ms), packed, ends_ms, stored))
        keys = [self._entry(name), self._prefix + b"n", *(self._tag(tag) for tag in sorted(set(tags)))]
        done = self._ask(lambda: self._put(keys=keys, args=[data, ms])) is not None
        if not done:
            self._count("refused")
        return done

    def remove(self, key: str | bytes) -> bool:
        """Let go of one entry; whether there was one."""
        return bool(self._ask(lambda: self._server.delete(self._entry(as_octets(key)))))

    def drop(self, tag: str) -> int:
        """Let go of every entry that depends on `tag`, at once, for all who share the server; how many there were.

        Raises:
            StoreError: the server failed; they may still be served once it is back.
        """
        asked = f"let go of what depends on {tag!r}"
        return int(self._insist(asked, lambda: self._drop(keys=[self._tag(tag)], client=self._patient)))

    def clear(self) -> None:
        """Let go of everything under this prefix, for all who share the server; the statistics go on.

        Raises:
            StoreError: the server failed; what it held may still be there.
        """
        self._insist("be cleared", self._emptied)

    def _emptied(self) -> None:
        for some in self._batches(b"e*"):
            self._patient.delete(*some)
        for some in self._batches(b"t*"):
            with self._patient.pipeline(transaction=False) as several:
                for tag in some:  # with what was put meanwhile: no entry loses its tag
                    self._drop(keys=[tag], client=several)
                several.execute()

    def _batches(self, pattern: bytes) -> Iterator[list[bytes]]:
        keys = list(self._patient.scan_iter(self._prefix + pattern, count=MOST_DROPPED))
        return (keys[first : first + MOST_DROPPED] for first in range(0, len(keys), MOST_DROPPED))

    def _insist(self, asked: str, question: Callable[[], Any]) -> Any:
        """What the server answers, even where it failed a moment ago.

        Raises:
            StoreError: it failed.
        """
        try:
            return question()
        except self._failure as error:
            raise StoreError(
                f"Redis at {self._where!r} cannot {asked}: {error}; ask again when it is back, or name another server"
                " as cache.redis"
            ) from error

    @property
    def statistics(self) -> CacheStatistics:
        """Counts since this object was made, and what the server holds now; reads all keys, so not for loops."""
        entries = self._keys(self._prefix + b"e*")
        sizes = [self._ask(partial(self._server.hstrlen, name, "v")) or 0 for name in entries]
        memory = self._ask(lambda: self._server.info("memory")) or {}
        with self._lock:
            return CacheStatistics(
                name=self._name,
                evictions=0,
                entries=len(entries),
                bytes=sum(sizes),
                limit_bytes=int(memory.get("maxmemory", 0)),
                **self._counts,
            )

    def close(self) -> None:
        """Close the connections."""
        self._server.close()
        self._patient.close()

    def _keys(self, pattern: bytes) -> list[bytes]:
        return sorted(self._ask(lambda: list(self._server.scan_iter(pattern, count=MOST_DROPPED))) or [])

    def _ask(self, question: Callable[[], Any]) -> Any:
        """What the server answers; None where it fails or failed a moment ago."""
        if self._clock.monotonic_s() < self._silent_until_s:
            return None
        try:
            return question()
        except self._full:
            return None
        except self._failure as error:
            with self._lock:
                tell = self._clock.monotonic_s() >= self._silent_until_s
                self._silent_until_s = self._clock.monotonic_s() + RETRY_S
            if tell:
                message = f"Redis at {self._where!r} failed: {error}; it is asked again in {RETRY_S:g} s"
                self._listen(CacheEvent(self._name, "off", message))
            return None

    def _quarantine(self, name: bytes) -> None:
        self._count("quarantined", "misses")
        self._ask(lambda: self._server.delete(self._entry(name)))
        self._listen(CacheEvent(self._name, "quarantined", f"an entry of Redis at {self._where!r} was given up"))

    def _count(self, *names: str) -> None:
        with self._lock:
            for name in names:
                self._counts[name] += 1

    def _entry(self, name: bytes) -> bytes:
        return self._prefix + b"e" + name

    def _tag(self, tag: str) -> bytes:
        return self._prefix + b"t" + as_octets(tag)
