"""Hashes of many strings, beside xxhash and hashlib.

Not for vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial

import numpy as np
import xxhash

from simone.benchmarks.kernels.measuring import Contestants, Setting, Task


def hashes(setting: Setting) -> Iterator[Task]:
    """Strings of three lengths."""
    for length, count in ((64, 100_000), (1024, 100_000), (16_384, 10_000)):
        yield _hashing(length, count, setting)


def _hashing(length: int, count: int, setting: Setting) -> Task:
    items = [f"{number} of many, ".ljust(length, chr(97 + number % 26)) for number in range(count)]
    contestants: Contestants = {name: partial(b.hash_content_batch, items) for name, b in setting.named()}
    contestants["xxhash, comprehension"] = lambda: [xxhash.xxh3_64_intdigest(item.encode()) for item in items]
    contestants["hashlib.sha256"] = lambda: [hashlib.sha256(item.encode()).digest() for item in items]

    def agree(answers: dict[str, object]) -> bool:
        expected = answers["xxhash, comprehension"]
        return all(np.asarray(answers[name]).tolist() == expected for name in setting.backends)

    return Task(f"hash {count:,} of {length:,} bytes", length * count, contestants, agree)
