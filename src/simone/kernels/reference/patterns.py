"""The reference of `contract.patterns`: many regular expressions at once, and what they find by name.

Not for parsing: see syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from simone.kernels.contract.patterns import Entities, PatternSet
from simone.kernels.contract.validation import Validation
from simone.kernels.entities import NAMED, settled
from simone.kernels.patterns import ReferencePatternSet


class PatternsReference:
    """Implements `contract.patterns.Patterns`."""

    def compile_pattern_set(self, patterns: Sequence[tuple[str, str]]) -> PatternSet:
        """Compile (name, pattern) pairs of the common subset.

        Raises:
            KernelError: a pattern is not valid or not in the subset.
        """
        return ReferencePatternSet(patterns)

    def multi_pattern_match(self, patterns: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[list[str]]:
        """For each text the names of the patterns that match anywhere, in pattern order.

        Raises:
            KernelError: a pattern is not valid or not in the subset.
        """
        return self.compile_pattern_set(patterns).match_batch(texts)

    def replace_patterns_batch(
        self, texts: Sequence[str], patterns: PatternSet, replacements: Sequence[str]
    ) -> list[str]:
        """Each text with the matches of each pattern exchanged for its replacement.

        Raises:
            KernelError: there are not as many replacements as patterns.
        """
        return patterns.replace_batch(texts, replacements)

    def extract_entities_batch(self: _Finding, texts: Sequence[str]) -> Entities:
        """Entities of every kind, settled by the order of ENTITIES where they overlap."""
        return settled(self.entity_patterns.find_batch(texts), self.find_mentions_batch(texts))

    @cached_property
    def entity_patterns(self) -> PatternSet:
        """The patterns of entities, compiled by the backend itself when first needed."""
        return self.compile_pattern_set(NAMED)


class _Finding(Validation, Protocol):
    """A backend whose own pattern sets and mentions are put together."""

    @property
    def entity_patterns(self) -> PatternSet: ...
