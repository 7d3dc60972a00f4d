"""What an argument of a kernel must be: converted where that loses nothing that matters, refused by name otherwise.

Not for computing. The compiled backend borrows what is fit as it is and asks here about the rest, so both refuse alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Sized
from typing import Any

import numpy as np

from simone.errors import BadArray
from simone.kernels.compressed import halves_of
from simone.kernels.contract import Bools, Coarse, Compressed, Floats, Ints

WIDEST = 1 << 17
"""Columns of compressed rows, at most."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def shaped(array: Floats, name: str, *dimensions: int) -> Floats:
    """The array as contiguous float32.

    Raises:
        BadArray: it is no float32 or float64 array, or has another number of dimensions.
    """
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
        raise BadArray(f"{name} must be a float32 (or float64) array, found {found!s}")
    if array.ndim not in dimensions:
        raise BadArray(f"{name} must have {' or '.join(map(str, dimensions))} dimensions, found shape {array.shape}")
    with np.errstate(over="ignore"):
        fit = np.ascontiguousarray(array, np.float32)
    return fit if fit.flags.aligned else fit.copy()


def finite(array: Floats, name: str) -> Floats:
    """The array itself.

    Raises:
        BadArray: it holds NaN or an infinity; says where.
    """
    if not np.isfinite(array).all():
        place = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
        raise BadArray(
            f"{name} holds {array[place]} at {place}; NaN and infinities (after rounding to float32) are refused"
        )
    return array


def matrix(array: Floats, name: str) -> Floats:
    """A finite matrix."""
    return finite(shaped(array, name, 2), name)


def row(array: Floats, name: str, columns: int) -> Floats:
    """A finite row of so many columns."""
    array = finite(shaped(array, name, 1), name)
    if len(array) != columns:
        raise BadArray(f"{name} has {len(array)} columns and rows {columns}; both need the same")
    return array


def mask(mask: Bools | None, count: int) -> Bools:
    """A bool for each of `count` rows; without a mask all are allowed."""
    if mask is None:
        return np.ones(count, np.bool_)
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (count,):
        found = f"{mask.dtype} {mask.shape}" if isinstance(mask, np.ndarray) else type(mask).__name__
        raise BadArray(f"mask must be a bool array of shape ({count},), found {found}")
    return np.ascontiguousarray(mask)


def ranking(query_columns: int, row_columns: int, k: int) -> None:
    """Refuses queries of another width than the rows, and a negative k."""
    if query_columns != row_columns:
        raise BadArray(f"queries have {query_columns} columns and rows {row_columns}; both need the same")
    if k < 0:
        raise BadArray(f"k is {k}; it must be 0 or more")


def compressible(columns: int) -> None:
    """Refuses rows whose products of codes would not add up in 32 bits."""
    if columns > WIDEST:
        raise BadArray(f"rows have {columns} columns; at most {WIDEST} can be compressed: use top_k_similarity")


def compressed(given: Compressed, shape: tuple[int, int]) -> Compressed:
    """Contiguous codes, scales and residuals for rows of `shape`."""
    compressible(shape[1])
    codes, scales, residuals = given
    _given(codes, "codes", np.dtype(np.int8), shape, "compress_rows")
    _given(scales, "scales", np.dtype(np.float32), shape[:1], "compress_rows")
    _given(residuals, "residuals", np.dtype(np.float32), shape[:1], "compress_rows")
    return np.ascontiguousarray(codes), np.ascontiguousarray(scales), np.ascontiguousarray(residuals)


def coarsenable(given: Compressed) -> Compressed:
    """Contiguous codes, scales and residuals of however many rows.

    Raises:
        BadArray: they are not what compress_rows gives.
    """
    if not isinstance(given, tuple) or len(given) != 3:
        raise BadArray(f"compressed rows are a tuple of three arrays, found {type(given).__name__}")
    codes = given[0]
    return compressed(given, codes.shape if isinstance(codes, np.ndarray) and codes.ndim == 2 else (0, 0))


def coarse(given: Coarse, shape: tuple[int, int]) -> Coarse:
    """Contiguous halves, scales and residuals for rows of `shape`."""
    halves, scales, residuals = given
    _given(halves, "halves", np.dtype(np.uint8), (shape[0], halves_of(shape[1])), "coarsen_codes")
    _given(scales, "scales", np.dtype(np.float32), shape[:1], "coarsen_codes")
    _given(residuals, "residuals", np.dtype(np.float32), shape[:1], "coarsen_codes")
    return np.ascontiguousarray(halves), np.ascontiguousarray(scales), np.ascontiguousarray(residuals)


def _given(array: object, name: str, kind: np.dtype[Any], shape: tuple[int, ...], by: str) -> None:
    """Refuses an array that the function of that name does not give."""
    if not isinstance(array, np.ndarray) or array.dtype != kind or array.shape != shape:
        found = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
        raise BadArray(f"{name} must be {kind} {shape}, found {found}; use what {by} gave")


def one_each(claims: Sized, evidences: Sized) -> None:
    """Refuses claims and evidences that do not pair up."""
    if len(claims) != len(evidences):
        raise BadArray(f"{len(claims)} claims came with {len(evidences)} evidences; give one evidence per claim")


def same_columns(number: int, claim_columns: int, evidence_columns: int) -> None:
    """Refuses a pair of token matrices of different width."""
    if claim_columns != evidence_columns:
        raise BadArray(f"pair {number} has {claim_columns} and {evidence_columns} columns; both need the same")


def as_bytes(item: str | bytes) -> bytes:
    """The bytes that stand for an item: UTF-8, lone surrogates as WTF-8.

    Raises:
        BadArray: it is neither str nor bytes.
    """
    if isinstance(item, bytes):
        return item
    if isinstance(item, str):
        return item.encode("utf-8", "surrogatepass")
    raise BadArray(f"items must be str or bytes, found {type(item).__name__} {item!r}")


def as_text(text: str) -> str:
    """The text with U+FFFD for each lone surrogate: neither is a letter, digit, mark or white space.

    Raises:
        BadArray: it is no str.
    """
    if isinstance(text, str):
        return _SURROGATE.sub("\ufffd", text)
    raise BadArray(f"texts must be str, found {type(text).__name__} {text!r}")


def text_pairs(pairs: Ints | None, claims: int, evidences: int) -> Ints:
    """Which claim is held against which evidence, as int64; all of them in order of the claims where none are named.

    Raises:
        BadArray: they are no integers of shape (n, 2), or point outside the texts.
    """
    if pairs is None:
        return np.stack(np.divmod(np.arange(claims * evidences, dtype=np.int64), max(1, evidences)), axis=1)
    if not isinstance(pairs, np.ndarray) or pairs.dtype.kind not in "iu" or pairs.ndim != 2 or pairs.shape[1] != 2:
        found = f"{pairs.dtype} of shape {pairs.shape}" if isinstance(pairs, np.ndarray) else type(pairs).__name__
        raise BadArray(f"pairs must be an integer array of shape (n, 2), found {found}")
    outside = np.flatnonzero((pairs < 0).any(axis=1) | (pairs >= (claims, evidences)).any(axis=1))
    if len(outside):
        row = tuple(pairs[outside[0]].tolist())
        raise BadArray(f"pair {int(outside[0])} is {row}, but there are {claims} claims and {evidences} evidences")
    return np.ascontiguousarray(pairs, np.int64)


def near_words(close: Sequence[Mapping[int, int]] | None, pairs: int) -> list[list[tuple[int, int]]]:
    """For each pair of texts the (claim word, evidence word) indices that are near each other; [] where none are said.

    Raises:
        BadArray: there is not one mapping for each pair, or it holds what is no index.
    """
    if close is None:
        return []
    if len(close) != pairs:
        raise BadArray(f"close has {len(close)} mappings for {pairs} pairs; give one for each, {{}} for none")
    for number, words in enumerate(close):
        for word in (*words, *words.values()):
            if not isinstance(word, int) or word < 0:
                raise BadArray(f"close[{number}] must map word indices to word indices, found {word!r}")
    return [list(words.items()) for words in close]


def no_such_word(pair: int, words: tuple[int, int], counts: tuple[int, int]) -> BadArray:
    """The error about a near word that one of two texts does not have."""
    return BadArray(
        f"close[{pair}] maps word {words[0]} of the claim to word {words[1]} of the evidence, "
        f"but they have {counts[0]} and {counts[1]} words"
    )
