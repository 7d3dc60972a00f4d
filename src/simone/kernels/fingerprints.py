"""Words, shingles and their sketches, as the contract defines them.

Not for comparing sketches.
"""

from __future__ import annotations

import re
import struct

import numpy as np
import xxhash
from numpy.typing import NDArray

from simone.kernels.contract.types import Hashes, Slots

_ALONE = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"(?=[{_ALONE}])\w|[^\W{_ALONE}]+")
EMPTY = np.uint32(2**32 - 1)
"""Every slot of a text without words."""
_BITS = np.arange(64, dtype=np.uint64)


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return ["".join("σ" if sign in "Σς" else sign.lower() for sign in word) for word in _WORD.findall(text)]


def shingle_hashes(text: str, shingle: int) -> Hashes:
    """The hash of every shingle, in order."""
    hashes = [struct.pack("<Q", xxhash.xxh3_64_intdigest(word.encode())) for word in words(text)]
    size = min(shingle, len(hashes))
    starts = range(len(hashes) - size + 1 if size else 0)
    joined = (b"".join(hashes[start : start + size]) for start in starts)
    return np.fromiter(map(xxhash.xxh3_64_intdigest, joined), np.uint64, len(starts))


def permutations(count: int) -> tuple[Slots, Slots]:
    """Multipliers and summands -> (count,) uint32 each."""
    seeds = np.array([xxhash.xxh3_64_intdigest(struct.pack("<Q", number)) for number in range(count)], np.uint64)
    return (seeds >> np.uint64(32)).astype(np.uint32) | np.uint32(1), seeds.astype(np.uint32)


def minhash(hashes: Hashes, multipliers: Slots, summands: Slots) -> Slots:
    """The least value of each permutation -> (p,) uint32."""
    values: NDArray[np.uint32] = hashes.astype(np.uint32)[:, None] * multipliers + summands
    least: Slots = values.min(axis=0, initial=EMPTY)
    return least


def simhash(hashes: Hashes) -> int:
    """The bits that are set in more than half of the hashes."""
    counts = ((hashes[:, None] >> _BITS) & np.uint64(1)).sum(axis=0)
    return sum(1 << bit for bit in range(64) if 2 * int(counts[bit]) > len(hashes))
