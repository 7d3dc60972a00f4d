"""What an argument of a kernel must be: converted where that loses nothing that matters, refused by name otherwise.

Not for computing. The compiled backend borrows what is fit as it is and asks here about the rest, so both refuse alike.
"""

from __future__ import annotations

import re
from collections.abc import Sized

import numpy as np

from simone.errors import BadArray
from simone.kernels.contract import Bools, Compressed, Floats

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
    wanted = ((np.int8, shape), (np.float32, shape[:1]), (np.float32, shape[:1]))
    for array, name, (kind, size) in zip(given, ("codes", "scales", "residuals"), wanted, strict=True):
        if not isinstance(array, np.ndarray) or array.dtype != kind or array.shape != size:
            found = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
            raise BadArray(f"{name} must be {np.dtype(kind)} {size}, found {found}; use what compress_rows gave")
    codes, scales, residuals = map(np.ascontiguousarray, given)
    return codes, scales, residuals


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
