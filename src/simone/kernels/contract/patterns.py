"""Many regular expressions at once, in linear time.

Not for parsing: see syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from simone.kernels.contract.types import Ints

ENTITIES = (
    *("email", "url", "identifier", "version"),
    *("date", "time", "money", "percentage", "quantity", "name"),
)
"""Kinds of entity by code; where two overlap, the one named first stays."""


class Entities(NamedTuple):
    """What texts name, one entity per row, ordered by text and start; no two of a text overlap."""

    text: Ints
    kind: Ints
    """Code in ENTITIES."""
    start: Ints
    end: Ints
    """Code points [start, end)."""


class PatternSet(Protocol):
    """Many regular expressions compiled together; matches are found per pattern, leftmost first, not overlapping."""

    @property
    def names(self) -> tuple[str, ...]:
        """Pattern names in the order given."""

    def match_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text the names of the patterns that match anywhere, in pattern order."""

    def find_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
        """All matches as (text index, pattern index, start, end), ordered by text, start, pattern, end."""

    def replace_batch(self, texts: Sequence[str], replacements: Sequence[str]) -> list[str]:
        """Each text with the matches of each pattern exchanged for its replacement, which is taken as it stands.

        Matches are taken from left to right; of those that begin at one place the first pattern's, and none that
        begins inside the one taken before. A lone surrogate becomes U+FFFD.

        Raises:
            KernelError: there are not as many replacements as patterns.
        """


class Patterns(Protocol):
    """Many regular expressions at once, in linear time."""

    def compile_pattern_set(self, patterns: Sequence[tuple[str, str]]) -> PatternSet:
        """Compile (name, pattern) pairs. Syntax: the common subset of Python `re` and Rust `regex`.

        Raises:
            KernelError: a pattern is not valid or uses look-around or back-references; names it and says why.
        """

    def multi_pattern_match(self, patterns: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[list[str]]:
        """`compile_pattern_set(patterns).match_batch(texts)`: for patterns that are used once.

        Raises:
            KernelError: as `compile_pattern_set`.
        """

    def replace_patterns_batch(
        self, texts: Sequence[str], patterns: PatternSet, replacements: Sequence[str]
    ) -> list[str]:
        """`patterns.replace_batch(texts, replacements)`.

        Raises:
            KernelError: there are not as many replacements as patterns.
        """

    def extract_entities_batch(self, texts: Sequence[str]) -> Entities:
        """E-mail addresses, URLs, versions, identifiers, dates, times, sums, shares, quantities with units, names.

        Identifiers are UUIDs, DOIs, ISBNs, IPv4 and MAC addresses, hexadecimal digests, and names of standards, tickets
        and vulnerabilities ("RFC 9110", "ABC-123", "CVE-2021-44228"). Dates to names are those of
        `find_mentions_batch`. On the compiled backend finding is linear in the lengths; what was found is sorted.
        """
