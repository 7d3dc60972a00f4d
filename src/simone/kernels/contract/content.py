"""What texts and bytes hold, as numbers: hashes, fingerprints, near-duplicates, chunks.

Not for meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.kernels.contract.types import Hashes, Ints


class Content(Protocol):
    """What texts and bytes hold, as numbers: hashes, fingerprints, near-duplicates, chunks."""

    def hash_content_batch(self, items: Sequence[str | bytes]) -> Hashes:
        """XXH3-64 (seed 0) of each item's bytes (UTF-8 for str; lone surrogates as WTF-8) -> (n,) uint64."""

    def deduplicate_by_hash(self, items: Sequence[str | bytes]) -> Ints:
        """Indices of the first of each group of equal items, ascending."""
