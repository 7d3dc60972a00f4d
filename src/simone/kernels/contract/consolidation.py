"""Which memories belong together, and which merges would lose something.

Not for storing or merging them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from simone.kernels.contract.types import Doubles, Floats, Hashes, Ints

NUMBER, DATE, NAME, NEGATION, ORDER = 1, 2, 4, 8, 16
"""Kinds of facts, and what a refused merge would lose; conflicts are sums. ORDER: the same facts in another order."""


class Plan(NamedTuple):
    """What `consolidate` proposes; indices are those of the items given, kept items are never listed as merged.

    Groups and clusters are numbered by their lowest item and have two items or more.
    """

    saliences: Floats
    """(n,) float32: what is left of each salience at `now`."""
    groups: Ints
    """(n,) int64: the group of near-duplicates that each item is in, or -1."""
    representatives: Ints
    """(g,) int64: the item that stands for each group: most facts, then highest salience left, then lowest index."""
    clusters: Ints
    """(n,) int64: the episode that each item is in, or -1."""
    centres: Ints
    """(c,) int64: the item that stands for each episode, chosen as representatives are."""
    merges: Ints
    """(m, 2) int64, ascending: an item, and the item of its group that keeps every fact of it."""
    refused: Ints
    """(r, 2) int64, ascending: an item, and the representative that it cannot be merged into."""
    conflicts: Ints
    """(r,) int64: what each refused merge would lose, a sum of the kinds."""


class Consolidation(Protocol):
    """Which memories belong together, and which merges would lose something."""

    def fact_tokens_batch(self, texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints, Hashes]:
        """What a merge must not lose, as (text index, kind, start, end, key), ordered by text and start.

        Numbers with their signs and separators, dates and words of time, runs of capitalised words (and of words in
        scripts without capitals), negators. Rather too many than too few: the first word of a sentence is a name
        unless it is a function word. `key`: XXH3-64 of the normalised form, which holds the unit of a number; two
        facts are the same where kind and form are.
        """

    def consolidate(
        self,
        texts: Sequence[str],
        vectors: Floats,
        hashes: Hashes,
        times: Doubles,
        saliences: Floats,
        now: float,
        half_life_s: float,
        duplicate_threshold: float = 0.95,
        cluster_threshold: float = 0.75,
    ) -> Plan:
        """Groups of near-duplicates, episodes and a merge plan for n memories.

        Texts, vectors (n, d), hashes (n,) uint64, times (n,) float64 seconds, saliences (n,) float32 >= 0. A salience
        s of age t = max(0, now - time) has float32(s * 2^(-t / half_life_s)) left. Items with equal hashes are one;
        others are near where their cosine is at least the threshold (both float32). Groups and episodes are
        complete-link: every two members are near, so that no chain of neighbours ties unrelated memories together. In
        the order of representatives each free item takes, in the same order, the free items near to all it has.

        A merge is refused where the item holds a fact that the representative does not, where their negators differ,
        or where the facts stand in another order. A refused item may keep others of its group in turn.

        Source: Settles and Meeder, A trainable spaced repetition model for language learning, 2016 (half-life);
        Sorensen, A method of establishing groups of equal amplitude in plant sociology, 1948 (complete linkage).

        Raises:
            BadArray: lengths differ, a type or shape is wrong, a value is not finite, or a salience is negative.
            KernelError: half_life_s is not above 0, or not 0 < cluster_threshold <= duplicate_threshold <= 1.
        """
