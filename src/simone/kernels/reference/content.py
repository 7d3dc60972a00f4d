"""The reference of `contract.content`: hashes, fingerprints, near-duplicates, chunks.

Not for meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash

from simone.kernels import arrays, content_rules, fingerprints
from simone.kernels.chunking import ReferenceChunker
from simone.kernels.contract.content import Chunker
from simone.kernels.contract.types import Floats, Hashes, Ints, Octets, Slots


class ContentReference:
    """Implements `contract.content.Content`."""

    def hash_content_batch(self, items: Sequence[str | bytes]) -> Hashes:
        """XXH3-64 (seed 0) of each item's bytes -> (n,) uint64."""
        return np.fromiter((xxhash.xxh3_64_intdigest(arrays.as_bytes(item)) for item in items), np.uint64, len(items))

    def hash_content_hex_batch(self, items: Sequence[str | bytes]) -> list[str]:
        """XXH3-128 (seed 0) of each item's bytes, as 32 digits in base 16."""
        return [xxhash.xxh3_128_hexdigest(arrays.as_bytes(item)) for item in items]

    def deduplicate_by_hash(self, items: Sequence[str | bytes]) -> Ints:
        """Indices of the first of each group of items with equal bytes, ascending."""
        first: dict[bytes, int] = {}
        for index, item in enumerate(items):
            first.setdefault(arrays.as_bytes(item), index)
        return np.fromiter(first.values(), np.int64, len(first))

    def content_fingerprint(self, texts: Sequence[str], shingle: int = 3, permutations: int = 128) -> Slots:
        """MinHash of each text's word shingles -> (n, permutations) uint32."""
        return self.content_sketches(texts, shingle, permutations)[0]

    def content_sketches(self, texts: Sequence[str], shingle: int = 3, permutations: int = 128) -> tuple[Slots, Hashes]:
        """MinHash and SimHash -> (n, permutations) uint32, (n,) uint64."""
        shingle = content_rules.count(shingle, "shingle", content_rules.MOST_SHINGLE)
        permutations = content_rules.count(permutations, "permutations", content_rules.MOST_PERMUTATIONS)
        multipliers, summands = fingerprints.permutations(permutations)
        slots, bits = np.empty((len(texts), permutations), np.uint32), np.empty(len(texts), np.uint64)
        for index, text in enumerate(texts):
            hashes = fingerprints.shingle_hashes(arrays.as_text(text), shingle)
            slots[index] = fingerprints.minhash(hashes, multipliers, summands)
            bits[index] = fingerprints.simhash(hashes)
        return slots, bits

    def near_duplicates(self, fingerprints: Slots, threshold: float) -> tuple[Ints, Floats]:
        """All pairs of rows whose share of equal slots is at least `threshold`, by comparing all pairs."""
        slots = content_rules.fingerprints(fingerprints)
        threshold = content_rules.threshold(threshold)
        pairs, similarities = [np.empty((0, 2), np.int64)], [np.empty(0)]
        for index, row in enumerate(slots):
            shares = np.count_nonzero(slots[index + 1 :] == row, axis=1) / slots.shape[1]
            alike = np.flatnonzero(shares >= threshold)
            pairs.append(np.stack([np.full(len(alike), index), index + 1 + alike], axis=1))
            similarities.append(shares[alike])
        return np.concatenate(pairs), np.concatenate(similarities).astype(np.float32)

    def rolling_hash(self, data: Octets, minimum: int = 2048, average: int = 8192, maximum: int = 65536) -> Ints:
        """Content-defined chunks of `data` -> (m,) int64, the offset at which each ends."""
        chunker = self.chunker(minimum, average, maximum)
        return np.concatenate([chunker.feed(data), chunker.finish()])

    def chunker(self, minimum: int = 2048, average: int = 8192, maximum: int = 65536) -> Chunker:
        """What cuts a stream at the same places as `rolling_hash` cuts the whole."""
        return ReferenceChunker(*content_rules.chunk_sizes(minimum, average, maximum))

    def consistent_hash(self, keys: Sequence[str | bytes] | Hashes, buckets: int) -> Ints:
        """The bucket of each key -> (n,) int64 from 0 to buckets - 1."""
        buckets = content_rules.count(buckets, "buckets", content_rules.MOST_BUCKETS)
        state = content_rules.hashes(keys).copy() if isinstance(keys, np.ndarray) else self.hash_content_batch(keys)
        last, moving = np.zeros(len(state), np.int64), np.arange(len(state))
        while len(moving):
            state[moving] = state[moving] * np.uint64(2862933555777941757) + np.uint64(1)
            jump = float(2**31) / ((state[moving] >> np.uint64(33)) + np.uint64(1)).astype(np.float64)
            following = np.floor((last[moving] + 1.0) * jump)
            moving = moving[following < buckets]
            last[moving] = following[following < buckets].astype(np.int64)
        return last
