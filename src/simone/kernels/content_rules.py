"""What the arguments of the content kernels must be: converted where that loses nothing, refused by name otherwise.

Not for computing. The compiled backend asks here about whatever it cannot take as it is, so both refuse alike.
"""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import NDArray

from simone.errors import BadArray
from simone.kernels.contract.types import Hashes, Octets, Slots

WINDOW = 64
"""Bytes that the hash of `rolling_hash` covers."""
MOST_SHINGLE, MOST_PERMUTATIONS, MOST_BUCKETS = 64, 4096, 2**31 - 1
_LEAST_AVERAGE, _GREATEST_CHUNK = 256, 2**30


def count(value: int, name: str, most: int) -> int:
    """`value` as a whole number from 1 to `most`.

    Raises:
        BadArray: it is something else.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise BadArray(f"{name} must be a whole number, found {value!r}") from None
    if not 1 <= number <= most:
        raise BadArray(f"{name} is {number}; it must be from 1 to {most}")
    return number


def threshold(value: float) -> float:
    """The share of slots that must agree.

    Raises:
        BadArray: it is no number above 0 and up to 1.
    """
    try:
        share = float(value)
    except (TypeError, ValueError):
        raise BadArray(f"threshold must be a number above 0 and up to 1, found {value!r}") from None
    if not 0.0 < share <= 1.0:
        raise BadArray(f"threshold is {share!r}; it must be above 0 and up to 1")
    return share


def fingerprints(array: Slots) -> Slots:
    """A contiguous matrix of slots.

    Raises:
        BadArray: it is no uint32 matrix with columns.
    """
    if not isinstance(array, np.ndarray) or array.dtype != np.uint32 or array.ndim != 2 or array.shape[1] == 0:
        raise BadArray(
            f"fingerprints must be uint32 of shape (n, p) with p >= 1, found {_found(array)}; "
            "use what content_fingerprint gave"
        )
    fit = np.ascontiguousarray(array, np.uint32)
    return fit if fit.flags.aligned else fit.copy()


def hashes(array: Hashes) -> Hashes:
    """Hashes of keys, contiguous.

    Raises:
        BadArray: it is no uint64 array of one dimension.
    """
    if array.dtype != np.uint64 or array.ndim != 1:
        raise BadArray(f"keys as an array must be uint64 of shape (n,), found {_found(array)}")
    fit = np.ascontiguousarray(array, np.uint64)
    return fit if fit.flags.aligned else fit.copy()


def octets(data: Octets) -> NDArray[np.uint8]:
    """The bytes of a buffer, not copied.

    Raises:
        BadArray: it has no buffer, or one that is not contiguous or not of bytes.
    """
    try:
        view = data.data if isinstance(data, np.ndarray) else memoryview(data)
    except TypeError:
        raise BadArray(f"data must be bytes or a buffer of bytes, found {type(data).__name__}; encode text") from None
    if view.itemsize != 1 or not view.contiguous:
        raise BadArray(
            f"data must be a contiguous buffer of bytes, found {view.format!r} of shape {view.shape}"
            f"{'' if view.contiguous else ', not contiguous'}"
        )
    return np.frombuffer(view.cast("B") if view.nbytes else b"", np.uint8)


def chunk_sizes(minimum: int, average: int, maximum: int) -> tuple[int, int, int]:
    """Sizes of chunks in bytes.

    Raises:
        BadArray: they do not ascend within what the hash and memory allow.
    """
    try:
        sizes = operator.index(minimum), operator.index(average), operator.index(maximum)
    except TypeError:
        found = ", ".join(repr(size) for size in (minimum, average, maximum))
        raise BadArray(f"sizes of chunks must be whole numbers of bytes, found {found}") from None
    if not (WINDOW <= sizes[0] < sizes[1] < sizes[2] <= _GREATEST_CHUNK and sizes[1] >= _LEAST_AVERAGE):
        raise BadArray(
            f"chunks were asked for with minimum {sizes[0]}, average {sizes[1]} and maximum {sizes[2]} bytes; needed: "
            f"{WINDOW} <= minimum < average < maximum <= {_GREATEST_CHUNK} and average >= {_LEAST_AVERAGE}"
        )
    return sizes


def finished() -> BadArray:
    """The refusal of a stream that was finished."""
    return BadArray("the stream was finished; make a new chunker for the next one")


def _found(array: object) -> str:
    return f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
