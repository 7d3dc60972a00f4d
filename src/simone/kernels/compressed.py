"""Rows in one byte per value, and exact ranking through them: the specification.

Not for approximate search: the bytes decide which rows need not be scored, never what a score is.

A row x stands for its direction u = x / |x|, kept as s c (scale, codes) with residual r >= |u - s c|. For a query v of
codes p, scale t and residual f, the inequality of Cauchy and Schwarz gives |u.v - s t (c.p)| <= f (1 + r) + r. The same
holds for the halves of c with a scale and a residual of their own: they can rule rows out for half the reading.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract import Bools, Coarse, Compressed, Floats, Ints
from simone.kernels.scoring import Doubles, cosines, lane_sums

ROUNDING = 2.0**-22
"""Covers the rounding of bounds and scores to float32 (2^-24 each, the values being below 2), with room."""
HALVES = 64
"""Bytes of a step of halves: each holds one column of the first half of the step and one of the second."""
_HALF_UNIT, _HALF_ROOM = 14, 2.0**-20
"""What one half stands for, in codes, about; what covers the rounding of residuals."""
_GREATEST_CODE = 127.0
_ROWS_AT_ONCE = 4096


def compress(rows: Floats) -> Compressed:
    """Finite rows (n, d) -> codes (n, d) int8 in -127..127, scales (n,) and residuals (n,) float32."""
    wide: Doubles = rows.astype(np.float64)
    lengths = np.sqrt(lane_sums(wide, wide))
    is_zero = lengths == 0.0
    lengths[is_zero] = 1.0
    units = wide / lengths[:, None]
    scales = (np.abs(wide).max(axis=1, initial=0.0) / lengths / _GREATEST_CODE).astype(np.float32)
    steps = scales.astype(np.float64)[:, None]
    codes = np.rint(np.divide(units, steps, out=np.zeros_like(units), where=steps > 0.0))
    codes = np.clip(codes, -_GREATEST_CODE, _GREATEST_CODE)
    missed = units - steps * codes
    residuals = (np.sqrt(lane_sums(missed, missed)) * (1.0 + 2.0**-20) + 1e-12).astype(np.float32)
    residuals[is_zero] = 0.0
    return codes.astype(np.int8), scales, residuals


def halves_of(width: int) -> int:
    """Bytes of halves of a row of `width` columns: whole steps."""
    return -(-width // (2 * HALVES)) * HALVES


def coarsen(compressed: Compressed) -> Coarse:
    """Codes (n, d) -> halves (n, halves_of(d)) uint8, scales and residuals (n,) float32."""
    codes, scales, residuals = compressed
    size = halves_of(codes.shape[1])
    wide = np.zeros((len(codes), 2 * size), np.int64)
    wide[:, : codes.shape[1]] = codes
    halves = np.clip((wide + _HALF_UNIT // 2) // _HALF_UNIT, -8, 7)
    squares, products, own = (
        (left * right).sum(axis=1).astype(np.float64)
        for left, right in ((wide, wide), (wide, halves), (halves, halves))
    )
    steps, is_held = scales.astype(np.float64), own > 0
    factors = (steps * np.divide(products, own, out=np.zeros_like(own), where=is_held)).astype(np.float32)
    factor = factors.astype(np.float64)
    square = steps * steps * squares - 2.0 * (steps * factor) * products + factor * factor * own
    missed = (residuals + np.sqrt(np.maximum(square, 0.0))) * (1.0 + _HALF_ROOM) + _HALF_ROOM
    missed = np.where(is_held, missed, (residuals + steps * np.sqrt(squares)) * (1.0 + _HALF_ROOM))
    raised = (halves + 8).astype(np.uint8).reshape(len(codes), size // HALVES, 2, HALVES)
    packed = (raised[:, :, 0] | raised[:, :, 1] << np.uint8(4)).reshape(len(codes), size)
    return packed, factors, missed.astype(np.float32)


def certify(
    query: Floats, rows: Floats, compressed: Compressed, allowed: Bools, width: int
) -> tuple[Ints, Floats, np.float32]:
    """The `width` best allowed rows for a query (d,): indices, scores, certificate, as the contract says.

    Rows are scored in the order of their upper bounds until the next bound lies below the k-th best score.
    """
    uppers, lowers = _bounds(query, compressed)
    uppers[~allowed] = -np.inf
    usable = lowers[allowed]
    bar = np.partition(usable, len(usable) - width)[len(usable) - width] if width else np.float32(np.inf)
    likely = np.flatnonzero((uppers >= bar) & allowed)
    likely = likely[np.lexsort((likely, -uppers[likely]))]
    exact = cosines(query[None, :], rows[likely])[0]
    scored = _settled(exact, uppers[likely], width)
    order = np.lexsort((likely[:scored], -exact[:scored]))[:width]
    left = np.ones(len(uppers), np.bool_)
    left[likely[:scored]] = False
    return likely[order], exact[order], uppers[left].max(initial=np.float32(-np.inf))


def _bounds(query: Floats, compressed: Compressed) -> tuple[Floats, Floats]:
    """Upper and lower bound of every row's score, rounded to float32."""
    codes, scales, residuals = compressed
    asked_codes, asked_scale, asked_residual = compress(query[None, :])
    dots = np.empty(len(codes))  # whole numbers far below 2^53: exact in any order
    for start in range(0, len(codes), _ROWS_AT_ONCE):
        block: NDArray[np.float64] = codes[start : start + _ROWS_AT_ONCE].astype(np.float64)
        dots[start : start + _ROWS_AT_ONCE] = block @ asked_codes[0].astype(np.float64)
    middle = dots * (scales.astype(np.float64) * float(asked_scale[0]))
    residual, rest = float(asked_residual[0]), residuals.astype(np.float64)
    slack = residual * (1.0 + rest) + rest + ROUNDING
    return (middle + slack).astype(np.float32), (middle - slack).astype(np.float32)


def _settled(exact: Floats, uppers: Floats, width: int) -> int:
    """How many candidates, greatest bound first, must be scored."""
    best: list[float] = []
    for number, (score, upper) in enumerate(zip(exact.tolist(), uppers.tolist(), strict=True)):
        if len(best) == width and (width == 0 or upper < best[0]):
            return number
        (heapq.heappush if len(best) < width else heapq.heappushpop)(best, score)
    return len(exact)
