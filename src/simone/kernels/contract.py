"""The one door to computation: what every kernel takes, returns and refuses.

Not for algorithms: `reference` is the specification, other backends must equal it.

Common rules. Vectors are float32; a float64 array is accepted and rounded, anything else is BadArray. NaN and
infinities are refused by name (BadArray). Scores are defined as float32(sum in float64 over 8 lanes i mod 8, each lane
summed in ascending index, lanes then added 0..7): products of two float32 are exact in float64, so every backend can
reproduce the bits. A zero vector has cosine 0.0 with everything and normalises to itself. Equal scores order by lower
index. Offsets into text are code points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Bools = NDArray[np.bool_]
Compressed = tuple[NDArray[np.int8], Floats, Floats]
"""Rows in one byte per value: codes (n, d) int8, scales (n,) float32, residuals (n,) float32."""


class PatternSet(Protocol):
    """Many regular expressions compiled together; matches are found per pattern, leftmost first, not overlapping."""

    @property
    def names(self) -> tuple[str, ...]:
        """Pattern names in the order given."""

    def match_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text the names of the patterns that match anywhere, in pattern order."""

    def find_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
        """All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end."""


class Kernels(Protocol):
    """Everything a backend offers."""

    @property
    def backend(self) -> str:
        """Name of the implementation: "reference" or "rust"."""

    def cosine_similarity_batch(self, query: Floats, rows: Floats) -> Floats:
        """Cosine of query (d,) with each of rows (n, d) -> (n,) float32 in [-1, 1]."""

    def top_k_similarity(self, queries: Floats, rows: Floats, k: int, mask: Bools | None = None) -> tuple[Ints, Floats]:
        """The k best rows by cosine for queries (d,) or (q, d) -> indices (q, k) int64, scores (q, k) float32.

        Best first, ties by lower index; `mask` (n,) bool allows rows. Fewer than k allowed rows: the width shrinks.
        Exact: equal to scoring every row.
        """

    def euclidean_distance_batch(self, query: Floats, rows: Floats) -> Floats:
        """Euclidean distance of query (d,) from each of rows (n, d) -> (n,) float32 >= 0.

        float32(sqrt(sum in float64 over the 8 lanes of the squared float64 differences)), each step rounded; a distance
        beyond float32 is inf.
        """

    def compress_rows(self, rows: Floats) -> Compressed:
        """Directions of rows (n, d) in one byte per value: codes in -127..127, scale * codes ~ row / |row|.

        A residual is at least the length of what the codes miss. Zero rows compress to zeros.
        """

    def top_k_compressed(
        self, queries: Floats, rows: Floats, compressed: Compressed, k: int, mask: Bools | None = None
    ) -> tuple[Ints, Floats, Floats]:
        """`top_k_similarity` through `compress_rows` of the same rows -> indices, scores, certificates (q,) float32.

        Exact: the same indices and scores. No row that was not scored can score above the certificate of its query,
        which is below the last score given; -inf where every row was scored. Rows are not checked again.
        Source: Cauchy-Schwarz on the residuals; see docs/kernels.md.
        """

    def similarity_matrix(self, rows: Floats) -> Floats:
        """Cosine of every pair of rows (n, d) -> (n, n) float32, symmetric to the bit."""

    def vector_normalize_batch(self, rows: Floats) -> Floats:
        """Rows (n, d) scaled to unit length; zero rows stay zero."""

    def token_alignment_batch(self, claims: Sequence[Floats], evidences: Sequence[Floats]) -> list[Floats]:
        """Late interaction: per pair, for each claim token (c, d) the best cosine among evidence tokens (e, d) -> (c,).

        Source: Khattab and Zaharia, ColBERT, 2020 (the MaxSim operator, per token).
        """

    def hash_content_batch(self, items: Sequence[str | bytes]) -> Hashes:
        """XXH3-64 (seed 0) of each item's bytes (UTF-8 for str; lone surrogates as WTF-8) -> (n,) uint64."""

    def deduplicate_by_hash(self, items: Sequence[str | bytes]) -> Ints:
        """Indices of the first of each group of equal items, ascending."""

    def compile_pattern_set(self, patterns: Sequence[tuple[str, str]]) -> PatternSet:
        """Compile (name, pattern) pairs. Syntax: the common subset of Python `re` and Rust `regex`.

        Raises:
            KernelError: a pattern is not valid or uses look-around or back-references; names it and says why.
        """

    def split_sentences_batch(self, texts: Sequence[str]) -> list[Ints]:
        """Sentence spans of each text -> (n, 2) int64 [start, end), trimmed of white space, in order.

        Abbreviations, initials, decimal numbers, quotes, brackets, ellipses, list items and blank lines are handled;
        every non-blank character lies in exactly one sentence.
        """
