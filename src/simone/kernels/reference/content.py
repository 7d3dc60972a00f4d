"""The reference of `contract.content`: hashes, fingerprints, near-duplicates, chunks.

Not for meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash

from simone.kernels import arrays
from simone.kernels.contract.types import Hashes, Ints


class ContentReference:
    """Implements `contract.content.Content`."""

    def hash_content_batch(self, items: Sequence[str | bytes]) -> Hashes:
        """XXH3-64 (seed 0) of each item's bytes -> (n,) uint64."""
        return np.fromiter((xxhash.xxh3_64_intdigest(arrays.as_bytes(item)) for item in items), np.uint64, len(items))

    def deduplicate_by_hash(self, items: Sequence[str | bytes]) -> Ints:
        """Indices of the first of each group of items with equal bytes, ascending."""
        first: dict[bytes, int] = {}
        for index, item in enumerate(items):
            first.setdefault(arrays.as_bytes(item), index)
        return np.fromiter(first.values(), np.int64, len(first))
