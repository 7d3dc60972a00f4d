"""The reference of `contract.similarity`: vectors: cosines, distances, rankings, compressed rows, token alignment.

Not for texts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.kernels import arrays
from simone.kernels.compressed import certify, coarsen, compress
from simone.kernels.contract.types import Bools, Coarse, Compressed, Floats, Ints
from simone.kernels.scoring import Doubles, cosines, lane_sums

_UNIT_32 = 2.0**-24
_ROWS_AT_ONCE = 1024  # with 384 columns a block stays in the second-level cache for its two passes
_QUERIES_AT_ONCE = 64


class SimilarityReference:
    """Implements `contract.similarity.Similarity`."""

    def cosine_similarity_batch(self, query: Floats, rows: Floats) -> Floats:
        """Cosine of query (d,) with each of rows (n, d) -> (n,) float32."""
        rows = arrays.matrix(rows, "rows")
        query = arrays.row(query, "query", rows.shape[1])
        scores: Floats = cosines(query[None, :], rows)[0]
        return scores

    def top_k_similarity(self, queries: Floats, rows: Floats, k: int, mask: Bools | None = None) -> tuple[Ints, Floats]:
        """The k best rows by cosine, best first, ties by lower index -> indices (q, k) int64, scores (q, k) float32.

        A float32 estimate of every cosine, wrong by at most `_margin(d)`, leaves the rows that could be among the best;
        those are scored as defined. Source: the bound of `scoring`, in single precision.
        """
        rows = arrays.shaped(rows, "rows", 2)
        queries = np.atleast_2d(arrays.finite(arrays.shaped(queries, "queries", 1, 2), "queries"))
        arrays.ranking(queries.shape[1], rows.shape[1], k)
        allowed = arrays.mask(mask, len(rows))
        width = min(k, int(np.count_nonzero(allowed)))
        indices = np.empty((len(queries), width), np.int64)
        scores = np.empty((len(queries), width), np.float32)
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            block = queries[start : start + _QUERIES_AT_ONCE]
            estimates, unsure = _estimate(block, rows)
            if not np.isfinite(estimates).all():
                arrays.finite(rows, "rows")
            for number, (query, estimate) in enumerate(zip(block, estimates, strict=True), start):
                found = _candidates(query, estimate, unsure, allowed, width, rows.shape[1])
                exact = cosines(query[None, :], rows[found])[0]
                order = np.lexsort((found, -exact))[:width]
                indices[number], scores[number] = found[order], exact[order]
        return indices, scores

    def euclidean_distance_batch(self, query: Floats, rows: Floats) -> Floats:
        """Distance of query (d,) from each of rows (n, d) -> (n,) float32: float32(sqrt(lane sum of squares))."""
        rows = arrays.matrix(rows, "rows")
        query = arrays.row(query, "query", rows.shape[1])
        apart: Doubles = rows.astype(np.float64) - query.astype(np.float64)
        with np.errstate(over="ignore"):
            return np.sqrt(lane_sums(apart, apart)).astype(np.float32)

    def compress_rows(self, rows: Floats) -> Compressed:
        """Directions of rows (n, d) in one byte per value -> codes, scales, residuals."""
        rows = arrays.shaped(rows, "rows", 2)
        arrays.compressible(rows.shape[1])
        return compress(arrays.finite(rows, "rows"))

    def coarsen_codes(self, compressed: Compressed) -> Coarse:
        """Compressed rows in half a byte per value -> halves, scales, residuals."""
        return coarsen(arrays.coarsenable(compressed))

    def top_k_compressed(
        self,
        queries: Floats,
        rows: Floats,
        compressed: Compressed,
        k: int,
        mask: Bools | None = None,
        coarse: Coarse | None = None,
    ) -> tuple[Ints, Floats, Floats]:
        """`top_k_similarity` through compressed rows -> indices (q, k), scores (q, k), certificates (q,) float32.

        Every row is bounded by its codes, whether `coarse` is there or not.
        """
        rows = arrays.shaped(rows, "rows", 2)
        queries = np.atleast_2d(arrays.finite(arrays.shaped(queries, "queries", 1, 2), "queries"))
        arrays.ranking(queries.shape[1], rows.shape[1], k)
        compressed = arrays.compressed(compressed, (len(rows), rows.shape[1]))
        if coarse is not None:
            arrays.coarse(coarse, (len(rows), rows.shape[1]))
        allowed = arrays.mask(mask, len(rows))
        width = min(k, int(np.count_nonzero(allowed)))
        indices, scores = np.empty((len(queries), width), np.int64), np.empty((len(queries), width), np.float32)
        certificates = np.empty(len(queries), np.float32)
        for number, query in enumerate(queries):
            indices[number], scores[number], certificates[number] = certify(query, rows, compressed, allowed, width)
        return indices, scores, certificates

    def similarity_matrix(self, rows: Floats) -> Floats:
        """Cosine of every pair of rows (n, d) -> (n, n) float32, symmetric to the bit."""
        rows = arrays.matrix(rows, "rows")
        return cosines(rows, rows)

    def vector_normalize_batch(self, rows: Floats) -> Floats:
        """Rows (n, d) scaled to unit length -> (n, d) float32: float32(x / sqrt(lane sum of squares))."""
        rows = arrays.matrix(rows, "rows")
        wide: Doubles = rows.astype(np.float64)
        lengths = np.sqrt(lane_sums(wide, wide))[:, None]
        return np.divide(wide, lengths, out=np.zeros_like(wide), where=lengths > 0.0).astype(np.float32)

    def token_alignment_batch(self, claims: Sequence[Floats], evidences: Sequence[Floats]) -> list[Floats]:
        """Per pair, for each claim token (c, d) the best cosine among evidence tokens (e, d) -> (c,) float32.

        Without evidence tokens every claim token scores 0.0, as beside zero vectors.
        """
        arrays.one_each(claims, evidences)
        best = []
        for number, (claim, evidence) in enumerate(zip(claims, evidences, strict=True)):
            claim = arrays.matrix(claim, f"claim {number}")
            evidence = arrays.matrix(evidence, f"evidence {number}")
            if not len(evidence):
                best.append(np.zeros(len(claim), np.float32))
                continue
            arrays.same_columns(number, claim.shape[1], evidence.shape[1])
            best.append(cosines(claim, evidence).max(axis=1))
        return best


def _margin(width: int) -> float:
    """Absolute error of a float32 estimate: gamma_d in the dot, gamma_d / 2 in the norm, 16 units for the rest."""
    return 2.0 * (width + 16) * _UNIT_32


def _estimate(queries: Floats, rows: Floats) -> tuple[Floats, Bools]:
    """Estimated cosines (q, n), and which rows (n,) lie where float32 squares may under- or overflow.

    Non-finite rows give non-finite estimates; so do overflowing ones.
    """
    estimates = np.empty((len(queries), len(rows)), np.float32)
    squares = np.empty(len(rows), np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", queries, queries, dtype=np.float64)).astype(np.float32)[:, None]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        step = _ROWS_AT_ONCE * len(queries)  # many queries use each row often; fewer, larger products serve them better
        for start in range(0, len(rows), step):
            block = rows[start : start + step]
            squares[start : start + step] = np.vecdot(block, block)
            np.matmul(queries, block.T, out=estimates[:, start : start + step])
        unsure = ~((squares > 1e-20) & (squares < 1e20))
        estimates /= np.where(squares == 0.0, np.float32(1.0), np.sqrt(squares))
        estimates /= np.where(lengths == 0.0, np.float32(1.0), lengths)
    return estimates, unsure


def _candidates(query: Floats, estimate: Floats, unsure: Bools, allowed: Bools, width: int, columns: int) -> Ints:
    """Indices, ascending, of every allowed row that could be among the `width` best."""
    square = float(np.vecdot(query.astype(np.float64), query.astype(np.float64)))
    certain = allowed & ~unsure
    if width == 0 or not 1e-20 < square < 1e20 or np.count_nonzero(certain) <= width:
        return np.flatnonzero(allowed)
    usable = estimate[certain]
    threshold = float(np.partition(usable, len(usable) - width)[len(usable) - width])
    # two margins, since both the row and the k-th best may be off, and the rounding of the score to float32 on top
    floor = threshold - 2.0 * _margin(columns) - 4.0 * _UNIT_32
    return np.flatnonzero((estimate >= floor) & certain | unsure & allowed)
