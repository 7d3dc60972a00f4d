"""The shared tier against a real server: shared, damaged, full, silent, and in the house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from simone.caching.events import CacheEvent
from simone.caching.redis import RETRY_S, RedisCache
from simone.clock import FrozenClock
from simone.errors import BadSettings
from simone.mvlm.extractive import Extractive
from simone.records import Request
from simone.reports.plain import as_json
from simone.runtime import Runtime
from simone.settings import CacheSettings, Settings


@pytest.fixture
def server(redis_url: str) -> Iterator[Any]:
    connection: Any = redis.Redis.from_url(redis_url)
    connection.flushall()
    yield connection
    connection.config_set("maxmemory-policy", "allkeys-lru")
    connection.close()


def test_two_processes_share_entries_and_a_drop_is_seen_by_both(redis_url: str, server: Any) -> None:
    one, other = RedisCache(redis_url, FrozenClock()), RedisCache(redis_url, FrozenClock())
    apart = RedisCache(redis_url, FrozenClock(), prefix="apart:")
    one.put("a", b"1" * 5000, tags=["document:x"])
    assert other.get("a") == b"1" * 5000
    assert apart.get("a") is None
    assert other.drop("document:x") == 1
    assert one.get("a") is None
    assert server.keys("*t*document*") == []
    for cache in (one, other, apart):
        cache.close()


def test_entries_and_their_tags_end_on_the_server_too(redis_url: str, server: Any) -> None:
    cache = RedisCache(redis_url, FrozenClock())
    cache.put("a", b"1", ttl_s=100, tags=["t"])
    cache.put("b", b"1", ttl_s=1000, tags=["t"])
    lives = {name: server.pttl(name) for name in server.keys("simone:[et]*")}
    assert all(0 < left <= 1_000_000 for left in lives.values())
    assert server.pttl("simone:ttt") > 900_000
    cache.put("c", b"1", tags=["t"])
    assert server.pttl("simone:ttt") == -1
    cache.close()


def test_a_damaged_entry_is_never_served(redis_url: str, server: Any) -> None:
    events: list[CacheEvent] = []
    cache = RedisCache(redis_url, FrozenClock(), events.append)
    cache.put("a", b"value" * 100)
    (name,) = server.keys("simone:e*")
    data = server.hget(name, "v")
    for damaged in (data[:-1] + b"?", b"", b"junk", server.hget(name, "n")):
        server.hset(name, "v", damaged)
        assert cache.get("a") is None
        cache.put("a", b"value" * 100)
    cache.put("b", b"other" * 100)
    other = next(key for key in server.keys("simone:e*") if key != name)
    server.hset(name, "v", server.hget(other, "v"))  # whole, but of another key
    assert cache.get("a") is None
    assert cache.statistics.quarantined == 5
    assert {event.trouble for event in events} == {"quarantined"}
    cache.close()


def test_a_server_that_is_full_refuses_and_is_asked_again(redis_url: str, server: Any) -> None:
    cache = RedisCache(redis_url, FrozenClock())
    cache.put("a", b"1")
    server.config_set("maxmemory-policy", "noeviction")
    held = server.config_get("maxmemory")["maxmemory"]
    server.config_set("maxmemory", 1024)
    assert not cache.put("b", b"2")
    assert cache.get("a") == b"1"
    server.config_set("maxmemory", held)
    assert cache.put("b", b"2")
    assert cache.statistics.refused == 1
    cache.close()


def test_a_server_that_is_not_there_makes_misses_is_named_once_and_left_alone(tmp_path: Path) -> None:
    events: list[CacheEvent] = []
    clock = FrozenClock()
    cache = RedisCache(f"unix://:secret@{tmp_path}/none.sock", clock, events.append)
    assert cache.get("a") is None
    assert not cache.put("a", b"1")
    assert not cache.remove("a")
    assert [event.trouble for event in events] == ["off"]
    assert "secret" not in events[0].message
    clock.advance(RETRY_S)
    assert cache.get("a") is None
    assert len(events) == 2
    assert cache.statistics.misses == 2


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadSettings, match=r"no address of a Redis server"):
        RedisCache("ftp://somewhere")


def test_the_house_answers_alike_over_a_shared_server_and_without_one(
    redis_url: str, server: Any, ready_home: Path, belmar: Path
) -> None:
    request = Request("", text="The siege lasted nine weeks. It rained.", workflow="verify")
    shown = []
    hits = 0
    for address in ("", redis_url, redis_url):
        cache = CacheSettings(ram_bytes=0, disk_bytes=0, redis=address)
        settings = Settings(durable=False, cache=cache)
        with Runtime.open(belmar, engine=Extractive(), home=ready_home, settings=settings) as house:
            shown.append(as_json(msgspec.structs.replace(house.run(request))))
            assert house.caches is not None
            hits += sum(sum(one.hits) for one in house.caches.statistics)
    assert len(set(shown)) == 1
    assert hits > 0
