"""What this machine can do at best: how fast memory is read, and which BLAS serves NumPy.

Not for kernels.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import msgspec
import numpy as np

from simone.clock import Clock
from simone.kernels.contract import Floats

FORCING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_READS = 7
_VALUES = 1 << 26
_ROWS = 1 << 16


class Bandwidth(msgspec.Struct, frozen=True):
    """Bytes per second read from an array of 256 MB, at best of seven, by one thread and by two."""

    one_thread: float
    two_threads: float | None

    def render(self) -> str:
        """One line."""
        two = "two not measured" if self.two_threads is None else f"{self.two_threads / 1e9:.1f} GB/s by two"
        return f"memory: {self.one_thread / 1e9:.1f} GB/s read by one thread, {two}"


def bandwidth(clock: Clock) -> Bandwidth:
    """Measured by a matrix times a vector in BLAS where its threads can be set, else by a maximum in NumPy."""
    values = np.ones((_ROWS, _VALUES // _ROWS), np.float32)
    if find_spec("threadpoolctl") is None:
        return Bandwidth(_best(clock, values, lambda: values.max()), None)
    limits, vector = import_module("threadpoolctl").threadpool_limits, values[0].copy()
    with limits(1, "blas"):
        one = _best(clock, values, lambda: values @ vector)
    with limits(2, "blas"):
        two = _best(clock, values, lambda: values @ vector)
    return Bandwidth(one, two)


def blas() -> str:
    """The kernels of each BLAS in the process, their threads, and what in the environment changes their speed."""
    forced = [name for name in FORCING if name in os.environ]
    note = f"; {' and '.join(forced)} set, which changes its speed: unset" if forced else "; no OPENBLAS_* set"
    if find_spec("threadpoolctl") is None:
        return f"kernel unknown, threadpoolctl is not installed{note}"
    found = [entry for entry in import_module("threadpoolctl").threadpool_info() if entry["user_api"] == "blas"]
    return ", ".join(f"{entry.get('architecture', '?')} with {entry['num_threads']} threads" for entry in found) + note


def _best(clock: Clock, values: Floats, read: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_READS):
        begin = clock.monotonic_s()
        read()
        seconds.append(clock.monotonic_s() - begin)
    return values.nbytes / min(seconds)
