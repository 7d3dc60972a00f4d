"""Vectors: cosines, distances, rankings, compressed rows, token alignment.

Not for texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.kernels.contract.types import Bools, Coarse, Compressed, Floats, Ints


class Similarity(Protocol):
    """Vectors: cosines, distances, rankings, compressed rows, token alignment."""

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

        A residual is at least the length of what the codes miss. Zero rows compress to zeros. At most 131,072 columns.
        """

    def coarsen_codes(self, compressed: Compressed) -> Coarse:
        """What `compress_rows` gave, in half a byte per value: h = floor((code + 7) / 14), but in -8..7.

        Byte 64 s + j of a row holds h + 8 of column 128 s + j in its low half, of column 128 s + 64 + j in its high
        half; 0 + 8 beyond the last. The scale is that for which scale * h is nearest to what the codes stand for. A
        residual is at least the length of what that misses of row / |row|.
        """

    def top_k_compressed(
        self,
        queries: Floats,
        rows: Floats,
        compressed: Compressed,
        k: int,
        mask: Bools | None = None,
        coarse: Coarse | None = None,
    ) -> tuple[Ints, Floats, Floats]:
        """`top_k_similarity` through `compress_rows` of the same rows -> indices, scores, certificates (q,) float32.

        `coarse` is `coarsen_codes` of the same: it may spare reading, and changes nothing that is found.

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
