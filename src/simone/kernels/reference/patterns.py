"""The reference of `contract.patterns`: many regular expressions at once, in linear time.

Not for parsing: see syntax.
"""

from __future__ import annotations

from collections.abc import Sequence

from simone.kernels.contract.patterns import PatternSet
from simone.kernels.patterns import ReferencePatternSet


class PatternsReference:
    """Implements `contract.patterns.Patterns`."""

    def compile_pattern_set(self, patterns: Sequence[tuple[str, str]]) -> PatternSet:
        """Compile (name, pattern) pairs of the common subset.

        Raises:
            KernelError: a pattern is not valid or not in the subset.
        """
        return ReferencePatternSet(patterns)
