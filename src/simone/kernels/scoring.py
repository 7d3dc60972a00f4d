"""Bit-exact cosines at BLAS speed: a fast estimate with a proven error bound, and the definition where it cannot tell.

Not for choosing rows: `reference` ranks.

The definition (contract.py) adds float64 products in eight lanes. `define_cosines` does just that. `cosines` gives the
same bits sooner: float64 BLAS adds in an order of its own, so its result may differ in the last digits, but by no more
than `bound`; where both ends of that interval round to one float32, that float32 is the defined score, and the rare
remainder is computed by the definition.

Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1 (|fl(x.y) - x.y| <= gamma_d |x||y|
for any order of summation, gamma_d = d u / (1 - d u)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract import Floats

Doubles = NDArray[np.float64]

LANES = 8
_UNIT_64 = 2.0**-53
_PAIRS_AT_ONCE = 4096


def lane_sums(left: Doubles, right: Doubles) -> Doubles:
    """Row-wise dot products (n, d) x (n, d) -> (n,) in the defined order: eight lanes, each ascending, then 0..7."""
    count, width = left.shape
    lanes = np.zeros((count, LANES))
    for start in range(0, width, LANES):
        stop = min(start + LANES, width)
        lanes[:, : stop - start] += left[:, start:stop] * right[:, start:stop]
    total = np.zeros(count)
    for lane in range(LANES):
        total += lanes[:, lane]
    return total


def define_cosines(left: Doubles, right: Doubles) -> Floats:
    """Cosine of each pair of rows (n, d), (n, d) -> (n,) float32, by the definition.

    float32(dot / (sqrt(left.left) * sqrt(right.right))), each sum by `lane_sums`; 0.0 beside a zero vector; never -0.0.
    """
    dots = lane_sums(left, right)
    lengths = np.sqrt(lane_sums(left, left)) * np.sqrt(lane_sums(right, right))
    scores = np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0.0)
    rounded: Floats = scores.astype(np.float32)
    rounded += np.float32(0.0)
    return rounded


def bound(width: int) -> float:
    """How far a float64 estimate of a cosine of `width` terms can be from the defined quotient, absolute.

    Both the estimate and the definition err by at most gamma_d in the dot product and gamma_d in the two norms
    together; 16 more units cover roots, product, quotient and the subtraction that uses the bound.
    """
    return 4.0 * (width + 16) * _UNIT_64


def cosines(left: Floats, right: Floats) -> Floats:
    """Cosine of every row of left (m, d) with every row of right (n, d) -> (m, n) float32, equal to the definition."""
    wide_left, wide_right = left.astype(np.float64), right.astype(np.float64)
    lengths_left = np.sqrt(np.einsum("ij,ij->i", wide_left, wide_left))
    lengths_right = np.sqrt(np.einsum("ij,ij->i", wide_right, wide_right))
    lengths = np.outer(lengths_left, lengths_right)
    estimates = np.divide(wide_left @ wide_right.T, lengths, out=np.zeros_like(lengths), where=lengths > 0.0)
    margin = bound(left.shape[1])
    lowest, scores = (estimates - margin).astype(np.float32), (estimates + margin).astype(np.float32)
    rows, columns = np.nonzero((lowest != scores) & (lengths > 0.0))
    scores[lengths == 0.0] = 0.0
    for start in range(0, len(rows), _PAIRS_AT_ONCE):
        i, j = rows[start : start + _PAIRS_AT_ONCE], columns[start : start + _PAIRS_AT_ONCE]
        scores[i, j] = define_cosines(wide_left[i], wide_right[j])
    return scores
