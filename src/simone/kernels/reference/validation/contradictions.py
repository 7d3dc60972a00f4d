"""Statements that contradict one another, by the same exact checks that refute a claim.

Not for contradictions that need knowledge beyond the two sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from simone.kernels import arrays
from simone.kernels.reference.validation.exact import compare
from simone.kernels.reference.validation.reading import read
from simone.kernels.reference.validation.words import stems_of

MOST_PER_WORD = 64
"""A word in more statements than this points at none of them, count."""
LEAST_SHARED = 0.5
"""Share of a statement's words that stand in the other one where the two can exclude each other, 0..1."""
LONGEST = 2000
"""Characters beyond which a statement is passed over, count."""
EXCLUDING = frozenset(("number", "date", "unit", "polarity", "direction", "role"))
"""Checks that make a contradiction."""


def exclusions(statements: Sequence[str]) -> list[tuple[int, int, str]]:
    """The contradictions as (claim, evidence, check), in order of the lower, then the higher index of each pair."""
    texts = [arrays.as_text(statement) for statement in statements]
    stems = [stems_of(text) if len(text) <= LONGEST else frozenset() for text in texts]
    found = []
    for (i, j), shared in sorted(_shared(stems).items()):
        if shared < max(1, min(2, min(len(stems[i]), len(stems[j])) - 1)):
            continue
        for a, b in ((i, j), (j, i)):
            if shared < LEAST_SHARED * len(stems[a]):
                continue
            decided = compare(read(texts[a]), read(texts[b])).difference
            if decided.status == "refuted" and decided.check in EXCLUDING:
                found.append((a, b, decided.check))
                break
    return found


def _shared(stems: Sequence[frozenset[str]]) -> dict[tuple[int, int], int]:
    """How many words that are not too common each pair shares, through an index of the words."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(stems):
        for word in words:
            groups[word].append(index)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for members in groups.values():
        if len(members) <= MOST_PER_WORD:
            for position, i in enumerate(members):
                for j in members[position + 1 :]:
                    shared[i, j] += 1
    return shared
