"""Statements that contradict one another, and why in words.

Not for finding them (`check_contradictions`), nor for contradictions that need knowledge beyond the two sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from simone.kernels import kernels
from simone.truth.exact import doubted, in_words


def find_contradictions(statements: Sequence[str]) -> tuple[tuple[int, int, str, str], ...]:
    """Pairs i < j of statements that exclude each other, with the check that found it and the reason, in order."""
    found = kernels.check_contradictions(statements)
    places = list(zip(found.claim.tolist(), found.evidence.tolist(), strict=True))
    results = in_words(found, [(statements[a], statements[b]) for a, b in places])
    sure = [doubted(one, statements[a], statements[b]) for one, (a, b) in zip(results, places, strict=True)]
    return tuple(
        (min(p), max(p), one.check, one.reason) for p, one in zip(places, sure, strict=True) if one.status == "refuted"
    )
