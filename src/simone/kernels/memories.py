"""What the arguments of `consolidate` must be; the compiled backend asks here too, so both refuse alike.

Not for computing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.errors import BadArray, KernelError
from simone.kernels import arrays
from simone.kernels.contract.types import Doubles, Floats, Hashes


def checked(
    texts: Sequence[str], vectors: Floats, hashes: Hashes, times: Doubles, saliences: Floats
) -> tuple[list[str], Floats, Hashes, Doubles, Floats]:
    """The five columns, fit to compute with: texts without lone surrogates, finite contiguous arrays of one length.

    Raises:
        BadArray: one of them is not what it must be; says which and why.
    """
    if isinstance(texts, str):
        raise BadArray(f"texts must be a sequence of str, found the str {texts[:40]!r}; put it into a list")
    held = [arrays.as_text(text) for text in texts]
    vectors = arrays.matrix(vectors, "vectors")
    hashes = column(hashes, "hashes", np.uint64)
    times = column(times, "times", np.float64)
    saliences = arrays.finite(arrays.shaped(saliences, "saliences", 1), "saliences")
    if not np.isfinite(times).all():
        place = int(np.argmin(np.isfinite(times)))
        raise BadArray(f"times holds {times[place]} at ({place},); every memory needs a time")
    if (saliences < 0.0).any():
        place = int(np.argmax(saliences < 0.0))
        raise BadArray(f"saliences holds {saliences[place]} at ({place},); they must be 0 or more")
    lengths = [len(held), len(vectors), len(hashes), len(times), len(saliences)]
    if len(set(lengths)) > 1:
        found = ", ".join(
            f"{length} {name}"
            for length, name in zip(lengths, ("texts", "vectors", "hashes", "times", "saliences"), strict=True)
        )
        raise BadArray(f"found {found}; each memory needs one of each")
    return held, vectors, hashes, times, saliences


def column(values: NDArray[Any], name: str, kind: type[np.generic]) -> NDArray[Any]:
    """A contiguous column of exactly that type."""
    if not isinstance(values, np.ndarray) or values.dtype != kind or values.ndim != 1:
        found = f"{values.dtype} {values.shape}" if isinstance(values, np.ndarray) else type(values).__name__
        raise BadArray(f"{name} must be a {np.dtype(kind)} array of one dimension, found {found}")
    fit = np.ascontiguousarray(values)
    return fit if fit.flags.aligned else fit.copy()


def limits(now: float, half_life_s: float, duplicate_threshold: float, cluster_threshold: float) -> None:
    """Refuses a half-life and thresholds that mean nothing.

    Raises:
        KernelError: says which and what is allowed.
    """
    if not math.isfinite(now):
        raise KernelError(f"now is {now!r}; it must be a finite number of seconds")
    if not (math.isfinite(half_life_s) and half_life_s > 0.0):
        raise KernelError(f"half_life_s is {half_life_s!r}; it must be above 0 seconds and finite")
    if not 0.0 < cluster_threshold <= duplicate_threshold <= 1.0:
        raise KernelError(
            f"cluster_threshold is {cluster_threshold!r} and duplicate_threshold {duplicate_threshold!r}; "
            "needed: 0 < cluster_threshold <= duplicate_threshold <= 1"
        )
