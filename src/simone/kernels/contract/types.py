"""The types that kernels take and return.

Not for functions: each family of the contract has a module of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Slots = NDArray[np.uint32]
Octets = bytes | bytearray | memoryview | NDArray[np.uint8]
Bools = NDArray[np.bool_]
Compressed = tuple[NDArray[np.int8], Floats, Floats]
"""Rows in one byte per value: codes (n, d) int8, scales (n,) float32, residuals (n,) float32."""
Coarse = tuple[NDArray[np.uint8], Floats, Floats]
"""In half a byte: halves (n, 64 * ceil(d / 128)) uint8, scales (n,) float32, residuals (n,) float32."""
