"""The backend that serves this process, chosen when this module is first imported.

Not for choosing rules: see door.py. Not for callers either: they import from the package.
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
