"""Statements that contradict one another, by the same exact checks that refute a claim.

Not for contradictions that need knowledge beyond the two sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from simone.kernels.reference.validation.words import stems_of
from simone.truth.claims import MAX_CHARACTERS
from simone.truth.exact import compare
from simone.truth.reading import read

MOST_PER_WORD = 64
"""A word in more statements than this points at none of them, count."""
LEAST_SHARED = 0.5
"""Share of a statement's words that stand in the other one where the two can exclude each other, 0..1."""
CHECKS = frozenset(("number", "date", "unit", "polarity", "direction", "role"))
"""Checks that make a contradiction; another name in the same place may be just another fact."""


def find_contradictions(statements: Sequence[str]) -> tuple[tuple[int, int, str, str], ...]:
    """Pairs i < j of statements that exclude each other, with the check that found it and the reason, in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    stems = [stems_of(s) if len(s) <= MAX_CHARACTERS else frozenset() for s in statements]
    for index, words in enumerate(stems):
        for word in sorted(words):
            groups[word].append(index)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for members in groups.values():
        if len(members) <= MOST_PER_WORD:
            for position, i in enumerate(members):
                for j in members[position + 1 :]:
                    shared[i, j] += 1
    found = []
    for i, j in sorted(shared):
        if shared[i, j] < max(1, min(2, min(len(stems[i]), len(stems[j])) - 1)):
            continue
        for a, b in ((i, j), (j, i)):
            if shared[i, j] < LEAST_SHARED * len(stems[a]):
                continue
            result = compare(read(statements[a]), read(statements[b]))
            if result.status == "refuted" and result.check in CHECKS:
                found.append((i, j, result.check, result.reason))
                break
    return tuple(found)
