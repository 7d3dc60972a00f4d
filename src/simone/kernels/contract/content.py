"""What texts and bytes hold, as numbers: hashes, fingerprints, near-duplicates, chunks.

Not for meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.kernels.contract.types import Floats, Hashes, Ints, Octets, Slots


class Chunker(Protocol):
    """Cuts a stream of bytes by its content; how the bytes are split over calls makes no difference."""

    def feed(self, data: Octets) -> Ints:
        """The next bytes -> (m,) int64, the offsets in the whole stream at which chunks end so far.

        Raises:
            BadArray: `data` is no contiguous buffer of bytes, or the stream was finished.
        """

    def finish(self) -> Ints:
        """The end of the last chunk -> (0,) or (1,) int64; nothing can be fed afterwards.

        Raises:
            BadArray: the stream was finished before.
        """


class Content(Protocol):
    """What texts and bytes hold, as numbers: hashes, fingerprints, near-duplicates, chunks."""

    def hash_content_batch(self, items: Sequence[str | bytes]) -> Hashes:
        """XXH3-64 (seed 0) of each item's bytes (UTF-8 for str; lone surrogates as WTF-8) -> (n,) uint64."""

    def hash_content_hex_batch(self, items: Sequence[str | bytes]) -> list[str]:
        """XXH3-128 (seed 0) of each item's bytes, as 32 digits in base 16."""

    def deduplicate_by_hash(self, items: Sequence[str | bytes]) -> Ints:
        """Indices of the first of each group of equal items, ascending."""

    def content_fingerprint(self, texts: Sequence[str], shingle: int = 3, permutations: int = 128) -> Slots:
        r"""MinHash of each text's word shingles -> (n, permutations) uint32.

        The share of slots in which two rows agree estimates the Jaccard similarity of the texts' sets of shingles,
        with standard deviation sqrt(J (1 - J) / permutations) and without bias.

        A word is a maximal run of what `\w` matches, except that a letter of Hiragana, Katakana or Han is a word of
        its own. Words are found in the text as written, then put into lower case character by character, final
        sigma as σ; a word's hash is XXH3-64 of its UTF-8. A shingle is `shingle` consecutive words, or all where
        there are fewer; its hash is XXH3-64 of its words' hashes (8 bytes each, little-endian). Slot i is the least
        `(a x + b) mod 2**32` over the lower 32 bits x of the shingles' hashes, where XXH3-64 of i (8 bytes,
        little-endian) gives a (its upper half, made odd) and b (its lower half). A text without words has
        2**32 - 1 in every slot.

        Raises:
            BadArray: a text is no str, `shingle` is not from 1 to 64 or `permutations` not from 1 to 4096.

        Source: Broder, On the resemblance and containment of documents, 1997.
        """

    def content_sketches(self, texts: Sequence[str], shingle: int = 3, permutations: int = 128) -> tuple[Slots, Hashes]:
        """`content_fingerprint` and SimHash from one reading -> (n, permutations) uint32, (n,) uint64.

        A bit of the SimHash is set where it is set in more than half of the hashes of the text's shingles, each
        counted as often as it occurs; a text without words has 0. Few differing bits mean a small angle between
        the texts' counts of shingles.

        Raises:
            BadArray: as `content_fingerprint`.

        Source: Charikar, Similarity estimation techniques from rounding algorithms, 2002.
        """

    def near_duplicates(self, fingerprints: Slots, threshold: float) -> tuple[Ints, Floats]:
        """All pairs of rows whose share of equal slots is at least `threshold` -> (m, 2) int64, (m,) float32.

        Exact: no pair is missed. Pairs are (lower, higher) index in ascending order; the similarity is the share of
        equal slots. Time grows with the pairs found, and with rows that agree in parts without being alike.

        Raises:
            BadArray: `fingerprints` is no (n, p) uint32 array with p >= 1, or `threshold` not above 0 and up to 1.
        """

    def rolling_hash(self, data: Octets, minimum: int = 2048, average: int = 8192, maximum: int = 65536) -> Ints:
        """Content-defined chunks of `data` -> (m,) int64, the offset at which each ends; the last is the length.

        Gear hash over the last 64 bytes: h = sum of gear[byte] << (bytes since), modulo 2**64, where gear[byte] is
        XXH3-64 of the byte. A chunk ends after the first byte, from `minimum` bytes on, at which h is below
        2**62 // average, or below 2**66 // average once it has `average` bytes; and at `maximum` bytes.

        Raises:
            BadArray: `data` is no contiguous buffer of bytes, or not 64 <= minimum < average < maximum <= 2**30 with
                average >= 256.

        Source: Xia et al., FastCDC, USENIX ATC 2016 (gear hash, normalised chunking of level 2). Unlike there, the
        window never reaches back beyond its chunk and thresholds replace masks, so any average can be asked for.
        """

    def chunker(self, minimum: int = 2048, average: int = 8192, maximum: int = 65536) -> Chunker:
        """What cuts a stream at the same places as `rolling_hash` cuts the whole.

        Raises:
            BadArray: the sizes are refused, as in `rolling_hash`.
        """

    def consistent_hash(self, keys: Sequence[str | bytes] | Hashes, buckets: int) -> Ints:
        """The bucket of each key -> (n,) int64 from 0 to buckets - 1; keys are items, or their hashes (uint64).

        With one bucket more, a key stays or moves to the new one; each bucket holds an equal share.

        Raises:
            BadArray: a key is neither str nor bytes, an array is not (n,) uint64, or `buckets` not from 1 to 2**31 - 1.

        Source: Lamping and Veach, A fast, minimal memory, consistent hash algorithm, 2014 (jump consistent hash).
        """
