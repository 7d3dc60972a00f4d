"""Chooses the backend once and offers it as `kernels`; callers never branch.

Not for algorithms: see contract.py for what is promised and reference.py for the specification.
"""

from __future__ import annotations

import os

from simone.kernels.contract import Kernels
from simone.kernels.door import BackendReport, choose, installed_extension

kernels: Kernels
kernels, _REPORT = choose(
    os.environ.get("SIMONE_BACKEND", "auto"),
    installed_extension(),
    os.environ.get("SIMONE_KERNEL_THREADS", "0"),
    os.environ.get("SIMONE_KERNEL_LEVEL", "auto"),
)


def backend_report() -> BackendReport:
    """Which backend serves, what was asked for, what is available and why this one."""
    return _REPORT


__all__ = ["BackendReport", "backend_report", "kernels"]
