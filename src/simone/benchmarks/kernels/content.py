"""Hashes of many strings, chunks of bytes and buckets of keys, beside xxhash, hashlib, fastcdc and jump.

Not for near-duplicates: `fingerprints` has those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import xxhash

from simone.benchmarks.kernels.measuring import Bar, Contestants, Finding, Setting, Task, all_equal

_BARS = {
    64: (Bar("xxhash, comprehension", 5), Bar("hashlib.sha256", 20)),
    1024: (Bar("xxhash, comprehension", 2.5), Bar("hashlib.sha256", 8)),
    16_384: (Bar("xxhash, comprehension", 1),),
}
_CHUNKED_BYTES = 1 << 24


def hashes(setting: Setting) -> Iterator[Task]:
    """Strings of three lengths, and 128-bit hashes in base 16."""
    for length, count in ((64, 100_000), (1024, 100_000), (16_384, 10_000)):
        yield _hashing(length, count, setting)
    items = _items(64, 100_000)
    contestants: Contestants = {name: partial(b.hash_content_hex_batch, items) for name, b in setting.named()}
    contestants["xxhash, comprehension"] = lambda: [xxhash.xxh3_128_hexdigest(item.encode()) for item in items]
    yield Task("128-bit hash 100,000 of 64 bytes", 6_400_000, contestants, partial(all_equal, tuple(contestants)))


def chunks(setting: Setting) -> Iterator[Task]:
    """Bytes that do not repeat, cut at 8 KiB on average."""
    data = np.random.default_rng(setting.seed).bytes(_CHUNKED_BYTES)
    contestants: Contestants = {name: partial(b.rolling_hash, data) for name, b in setting.named()}
    if find_spec("fastcdc") is not None:
        cut = import_module("fastcdc").fastcdc
        contestants["fastcdc, other cuts"] = lambda: list(cut(data, 2048, 8192, 65536))
    ends = setting.named()[0][1].rolling_hash(data)
    sizes = Finding(f"chunks have {_CHUNKED_BYTES / len(ends):,.0f} bytes on average, 8,192 were asked for")
    yield Task(
        f"cut {_CHUNKED_BYTES >> 20} MiB into chunks",
        _CHUNKED_BYTES,
        contestants,
        partial(all_equal, tuple(setting.backends)),
        bars=(Bar("fastcdc, other cuts", 1), sizes),
        slow=frozenset({"reference"}),
    )


def buckets(setting: Setting) -> Iterator[Task]:
    """A bucket for each of many keys, given as hashes."""
    keys = np.random.default_rng(setting.seed).integers(0, 2**64, 200_000, np.uint64)
    contestants: Contestants = {name: partial(b.consistent_hash, keys, 100) for name, b in setting.named()}
    alike = tuple(contestants)
    if find_spec("jump") is not None:
        place, listed = import_module("jump").hash, keys.tolist()
        contestants["jump, comprehension"] = lambda: [place(key, 100) for key in listed]
        alike = tuple(contestants)
    yield Task(
        "100 buckets for 200,000 keys",
        keys.nbytes,
        contestants,
        partial(all_equal, alike),
        bars=(Bar("jump, comprehension", 1),),
    )


def _items(length: int, count: int) -> list[str]:
    return [f"{number} of many, ".ljust(length, chr(97 + number % 26)) for number in range(count)]


def _hashing(length: int, count: int, setting: Setting) -> Task:
    items = _items(length, count)
    contestants: Contestants = {name: partial(b.hash_content_batch, items) for name, b in setting.named()}
    contestants["xxhash, comprehension"] = lambda: [xxhash.xxh3_64_intdigest(item.encode()) for item in items]
    contestants["hashlib.sha256"] = lambda: [hashlib.sha256(item.encode()).digest() for item in items]

    def agree(answers: dict[str, object]) -> bool:
        expected = answers["xxhash, comprehension"]
        return all(np.asarray(answers[name]).tolist() == expected for name in setting.backends)

    return Task(f"hash {count:,} of {length:,} bytes", length * count, contestants, agree, bars=_BARS.get(length, ()))
