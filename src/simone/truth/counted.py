"""All doubts about which of several is meant, how many of them and when: choices, shares, gaps, ranks, dates, others.

Not for the doubts themselves: each has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.truth import choices, dated, gapped, measured, others, ranked, shares
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    *(*choices.DOUBTS, *shares.DOUBTS, *measured.DOUBTS, *gapped.DOUBTS),
    *(*ranked.DOUBTS, *dated.DOUBTS, *others.DOUBTS),
)
"""Each of a claim that is supported and the evidence."""
