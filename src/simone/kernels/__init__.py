"""Chooses the backend once and offers it as `kernels`; callers never branch.

Not for algorithms: see contract.py for what is promised and reference.py for the specification.
"""

from __future__ import annotations

from simone.kernels.chosen import backend_report, kernels
from simone.kernels.door import BackendReport
from simone.kernels.exact_index import ExactIndex

__all__ = ["BackendReport", "ExactIndex", "backend_report", "kernels"]
