"""The port of whatever gives verdicts: `judge.Judge`, or one that asks a bigger judge about what that leaves open.

Not for a judge: `judge` is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from simone.records import Claim, Passage, Verdict


class Judging(Protocol):
    """Judges claims against passages in batches."""

    @property
    def name(self) -> str:
        """What decides, for the bundle."""

    @property
    def first(self) -> Judging:
        """The judge that decides without asking another: itself, where there is no bigger one behind it."""

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool = False) -> tuple[Verdict, ...]:
        """One verdict per claim, in order; with `explain` also how far the evidence carries each word of it."""
