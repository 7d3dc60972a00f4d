"""What is known of the adapters without the library that trains them: their size, and how to begin with some.

Not for training or shipping them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SCALE = 2.0


def started(path: Path, names: Iterable[str]) -> dict[str, NDArray[np.float32]]:
    """The named tensors of trained.npz, or of the adapters that ship, whose integers become numbers again.

    Raises:
        KeyError: the file lacks one of the tensors.
    """
    found: dict[str, NDArray[np.float32]] = {}
    with np.load(path) as saved:
        for name in names:
            value = saved[name]
            if value.dtype == np.int16:
                # both sides of a site are equally long and share one scale, which holds SCALE too
                value = value * np.sqrt(saved[f"{name.rpartition('.')[0]}.scale"] / SCALE)
            found[name] = value.astype(np.float32)
    return found
