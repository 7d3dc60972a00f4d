"""Rows kept for many searches: exact top-k through half a byte and a byte a value, certified; rows come and go.

Not for approximate search, and not for texts: `retrieval` knows what a row stands for.

The file: one line that names the format, then eight arrays as NumPy writes them, each begun at a multiple of 64 bytes,
then the XXH3-128 digest of all that.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import xxhash
from numpy.lib import format as npy
from numpy.typing import NDArray

from simone.errors import BadArray, StoreError
from simone.kernels import arrays
from simone.kernels.chosen import kernels
from simone.kernels.contract import Bools, Floats, Ints

_FORMAT = b"simone exact index 3\n"
_ALIGNED = 64
_DIGEST_BYTES = 16
_KEPT, _PARTS = 7, 8
"""Where the array of what is kept stands among the arrays, and how many they are."""


class ExactIndex:
    """Rows (n, d) by id: the place in which they were added, never used again after removal."""

    def __init__(self, rows: Floats) -> None:
        """Keep finite rows (n, d), ids 0 to n - 1. A contiguous float32 array is kept itself: do not change it."""
        rows = arrays.matrix(rows, "rows")
        self._count = len(rows)
        self._parts = _parts_of(rows)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._used(_KEPT)))

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, room for more included."""
        return sum(part.nbytes for part in self._parts)

    def add(self, rows: Floats) -> Ints:
        """Keep more finite rows (m, d) -> their ids (m,) int64. Costs what the new rows cost, on average."""
        rows = arrays.matrix(rows, "rows")
        if rows.shape[1] != self._parts[0].shape[1]:
            raise BadArray(f"rows have {rows.shape[1]} columns, those of the index {self._parts[0].shape[1]}")
        start, self._count = self._count, self._count + len(rows)
        for place, (part, new) in enumerate(zip(self._parts, _parts_of(rows), strict=True)):
            if len(part) < self._count or not part.flags.writeable:
                grown = np.empty((max(self._count, start + (start >> 2)), *part.shape[1:]), part.dtype)
                grown[:start] = part[:start]
                self._parts[place] = part = grown
            part[start : self._count] = new
        return np.arange(start, self._count)

    def remove(self, ids: Ints) -> None:
        """Forget rows; an id that is already forgotten stays so.

        Raises:
            BadArray: an id was never given.
        """
        ids = np.asarray(ids)
        if ids.size and (ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= self._count):
            raise BadArray(f"ids must be whole numbers from 0 to {self._count - 1}, found {ids.tolist()!r}")
        if not self._parts[_KEPT].flags.writeable:
            self._parts[_KEPT] = np.array(self._parts[_KEPT])
        self._parts[_KEPT][ids.astype(np.int64)] = False

    def search(self, queries: Floats, k: int, mask: Bools | None = None) -> tuple[Ints, Floats, Floats]:
        """The k best rows by cosine: ids (q, k), scores (q, k), certificates (q,), as `top_k_compressed` says.

        `mask`: a bool for every id ever given.
        """
        rows, codes, scales, residuals, halves, steps, wider, is_kept = (self._used(n) for n in range(_PARTS))
        allowed = is_kept if mask is None else is_kept & arrays.mask(mask, self._count)
        return kernels.top_k_compressed(queries, rows, (codes, scales, residuals), k, allowed, (halves, steps, wider))

    def rows(self, ids: NDArray[np.integer[Any]]) -> Floats:
        """The rows (m, d) of these ids, copied; what was forgotten is still there until the index is made anew."""
        rows: Floats = self._used(0)[ids]
        return rows

    def save(self, path: Path) -> None:
        """Write the index to a file, whole or not at all: under another name first, then in place of an old one.

        Raises:
            StoreError: it cannot be written; an old file is left as it was.
        """
        path = Path(path)
        beside = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with beside.open("wb") as file:
                file.write(_FORMAT)
                for place in range(_PARTS):
                    file.write(b"\n" * (-file.tell() % _ALIGNED))
                    npy.write_array(file, self._used(place), allow_pickle=False)
                file.flush()
                file.write(_digest(beside, file.tell()))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise StoreError(f"cannot write the index {str(path)!r}: {error}") from error

    @classmethod
    def open(cls, path: Path, check: bool = True) -> ExactIndex:
        """Map a saved index into memory. `check`: read all of it once, to see that no byte has changed.

        Raises:
            StoreError: there is no such file, or it is no index of this version, or not whole, or damaged.
        """
        path = Path(path)
        try:
            with path.open("rb") as file:
                if file.readline(len(_FORMAT)) != _FORMAT:
                    raise StoreError(f"{str(path)!r} is no index of this version; build it again")
                parts = [_mapped(path, file) for _ in range(_PARTS)]
                end, digest = file.tell(), file.read(_DIGEST_BYTES + 1)
            arrays.shaped(parts[0], "rows", 2)
            arrays.compressed((parts[1], parts[2], parts[3]), parts[0].shape)
            arrays.coarse((parts[4], parts[5], parts[6]), parts[0].shape)
            arrays.mask(parts[_KEPT], len(parts[0]))
        except (OSError, ValueError, BadArray) as error:
            raise StoreError(f"cannot read the index {str(path)!r}: {error}; build it again") from error
        if len(digest) != _DIGEST_BYTES or (check and digest != _digest(path, end)):
            raise StoreError(
                f"the index {str(path)!r} is damaged: its bytes are not those that were saved; build it again"
            )
        index = cls.__new__(cls)
        index._count, index._parts = len(parts[0]), parts
        return index

    def _used(self, place: int) -> NDArray[Any]:
        return self._parts[place][: self._count]


def _parts_of(rows: Floats) -> list[NDArray[Any]]:
    """The rows, what stands for them in bytes and in halves, and that each is kept."""
    compressed = kernels.compress_rows(rows)
    return [rows, *compressed, *kernels.coarsen_codes(compressed), np.ones(len(rows), np.bool_)]


def _digest(path: Path, size: int) -> bytes:
    """Of the first bytes of a file."""
    return xxhash.xxh3_128(np.memmap(path, np.uint8, "r", shape=(size,)).data).digest()


def _mapped(path: Path, file: BinaryIO) -> NDArray[Any]:
    """The next array of the file, which is left behind it."""
    file.seek(-file.tell() % _ALIGNED, os.SEEK_CUR)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("an array of another format")
    shape, _, dtype = npy.read_array_header_1_0(file)
    start = file.tell()
    size = int(np.prod(shape)) * dtype.itemsize
    if file.seek(0, os.SEEK_END) < start + size:
        raise ValueError("the file ends early")
    file.seek(start + size)
    if size == 0:
        return np.empty(shape, dtype)
    return np.memmap(path, dtype, "r", start, shape)
