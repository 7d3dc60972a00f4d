"""Chooses the backend once and offers it as `kernels`; callers never branch.

Not for algorithms: see contract.py for what is promised and reference.py for the specification.
"""

from __future__ import annotations

from collections.abc import Sequence

from simone.kernels.chosen import backend_report, kernels
from simone.kernels.contract import PatternSet
from simone.kernels.door import BackendReport
from simone.kernels.exact_index import ExactIndex

__all__ = ["BackendReport", "CompiledPatternSet", "ExactIndex", "backend_report", "kernels"]


def CompiledPatternSet(patterns: Sequence[tuple[str, str]]) -> PatternSet:  # noqa: N802 - made like an object of a class
    """`kernels.compile_pattern_set(patterns)`.

    Raises:
        KernelError: a pattern is not valid or not in the common subset; names it and says why.
    """
    return kernels.compile_pattern_set(patterns)
