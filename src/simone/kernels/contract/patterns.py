"""Many regular expressions at once, in linear time.

Not for parsing: see syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.kernels.contract.types import Ints


class PatternSet(Protocol):
    """Many regular expressions compiled together; matches are found per pattern, leftmost first, not overlapping."""

    @property
    def names(self) -> tuple[str, ...]:
        """Pattern names in the order given."""

    def match_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text the names of the patterns that match anywhere, in pattern order."""

    def find_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
        """All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end."""


class Patterns(Protocol):
    """Many regular expressions at once, in linear time."""

    def compile_pattern_set(self, patterns: Sequence[tuple[str, str]]) -> PatternSet:
        """Compile (name, pattern) pairs. Syntax: the common subset of Python `re` and Rust `regex`.

        Raises:
            KernelError: a pattern is not valid or uses look-around or back-references; names it and says why.
        """
