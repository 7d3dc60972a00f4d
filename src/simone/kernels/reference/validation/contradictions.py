"""Statements that contradict one another, by the same exact checks that refute a claim.

Not for contradictions that need knowledge beyond the two sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from simone.kernels import arrays
from simone.kernels.reference.validation.exact import compare
from simone.kernels.reference.validation.reading import read
from simone.kernels.reference.validation.words import stems_of

LONGEST = 2000
"""Characters beyond which a statement is passed over, count."""
EXCLUDING = frozenset(("number", "date", "unit", "polarity", "direction", "role"))
"""Checks that make a contradiction."""


def exclusions(statements: Sequence[str]) -> list[tuple[int, int, str]]:
    """The contradictions as (claim, evidence, check), in order of the lower, then the higher index of each pair."""
    texts = [arrays.as_text(statement) for statement in statements]
    stems = [stems_of(text) if len(text) <= LONGEST else frozenset() for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, words in enumerate(stems):
        for word in words:
            holders[word].append(index)
    found: dict[tuple[int, int], tuple[int, int, str]] = {}
    for claim in range(len(texts)):
        for other in _sharing(claim, stems, holders):
            pair = min(claim, other), max(claim, other)
            if pair not in found:
                decided = compare(read(texts[claim]), read(texts[other])).difference
                if decided.status == "refuted" and decided.check in EXCLUDING:
                    found[pair] = (claim, other, decided.check)
    return [found[pair] for pair in sorted(found)]


def _sharing(claim: int, stems: Sequence[frozenset[str]], holders: Mapping[str, Sequence[int]]) -> list[int]:
    """The statements that share words enough with a claim to exclude it.

    Who shares half of its words shares one of the rarer half, so only the holders of those are looked at.
    """
    ours = stems[claim]
    half = -(-len(ours) // 2)
    rare = sorted(ours, key=lambda word: len(holders[word]))[: len(ours) - half + 1]
    near = {other for word in rare for other in holders[word]} - {claim}
    least = {other: max(half, 1, min(2, min(len(ours), len(stems[other])) - 1)) for other in near}
    return sorted(other for other in near if len(ours & stems[other]) >= least[other])
