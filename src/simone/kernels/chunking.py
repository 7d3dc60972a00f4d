"""Cutting bytes by their content, as the contract defines it.

Not for text: a boundary may fall inside a character.
"""

from __future__ import annotations

import numpy as np
import xxhash
from numpy.typing import NDArray

from simone.kernels.content_rules import WINDOW, finished, octets
from simone.kernels.contract.types import Hashes, Ints, Octets

_GEAR = np.array([xxhash.xxh3_64_intdigest(bytes([byte])) for byte in range(256)], np.uint64)


def window_hashes(data: NDArray[np.uint8]) -> Hashes:
    """The gear hash after each byte, over the last 64 bytes or as many as there are."""
    hashes = _GEAR[data]
    covered = 1
    while covered < WINDOW:  # a hash over twice as many bytes is the hash here and, shifted, the hash that far back
        before = hashes[:-covered] << np.uint64(covered)
        hashes[covered:] += before
        covered *= 2
    return hashes


class ReferenceChunker:
    """Implements `contract.content.Chunker`. Sizes in bytes."""

    def __init__(self, minimum: int, average: int, maximum: int) -> None:
        self._minimum, self._average, self._maximum = minimum, average, maximum
        self._open = np.empty(0, np.uint8)
        self._start = 0
        self._finished = False

    def feed(self, data: Octets) -> Ints:
        """The next bytes; the offsets at which chunks end so far."""
        if self._finished:
            raise finished()
        fed = np.concatenate([self._open, octets(data)])
        hashes = window_hashes(fed)
        ends = np.arange(1, len(fed) + 1)
        early = ends[hashes < np.uint64(2**62 // self._average)]
        late = ends[hashes < np.uint64(2**66 // self._average)]
        begin, cuts = 0, []
        while end := self._next_cut(begin, len(fed), early, late):
            cuts.append(self._start + end)
            begin = end
        self._start += begin
        self._open = fed[begin:]
        return np.array(cuts, np.int64)

    def finish(self) -> Ints:
        """The end of the last chunk, if any is open."""
        if self._finished:
            raise finished()
        self._finished = True
        end = self._start + len(self._open)
        return np.array([end] if len(self._open) else [], np.int64)

    def _next_cut(self, begin: int, length: int, early: Ints, late: Ints) -> int | None:
        """Where the chunk that begins at `begin` ends; None where that is not known yet."""
        first = np.searchsorted(early, begin + self._minimum)
        if first < len(early) and early[first] < begin + self._average:
            return int(early[first])
        first = np.searchsorted(late, begin + self._average)
        if first < len(late) and late[first] < begin + self._maximum:
            return int(late[first])
        return begin + self._maximum if begin + self._maximum <= length else None
