"""Which entailment models take part: none, the small one, or both, the large one where the small one is not sure.

Not for what is done about a verdict that stays open: `orchestration.escalation` asks others.

Source: Viola and Jones, Rapid object detection using a boosted cascade of simple features, 2001 (cheap readers first).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simone.settings import Reader
from simone.truth.cross_encoder import CrossEncoder
from simone.truth.entailment import BOTH, LARGE, Entailment

SURE = 0.95
"""Share of the small model's likeliest status from which its word is enough, 0..1. Chosen, as the next one, on the
fitting halves: `python -m simone.benchmarks.truth --join` prints others (docs/results/readers-joined.txt)."""
LARGE_SHARE = 0.9
"""Weight of the large model's logits in the sum; the small one's have the rest, 0..1."""


class TwoReaders:
    """Implements `entailment.Entailment`. A pair's logits depend on that pair alone."""

    def __init__(
        self, small: Entailment, large: Entailment, sure: float = SURE, large_share: float = LARGE_SHARE
    ) -> None:
        """`sure` and `large_share` as the constants."""
        self._small, self._large = small, large
        self._sure, self._large_share = sure, large_share

    @property
    def name(self) -> str:
        """How they are joined, and both names."""
        return f"{BOTH}:{self._sure!r}:{self._large_share!r}:{self._small.name}+{self._large.name}"

    @property
    def first(self) -> Entailment:
        """The small model: it reads everything."""
        return self._small

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """As the port says: the small model's logits where it is sure, else the weighted sum of both."""
        found = self._small.score(pairs)
        powers = np.exp(found.astype(np.float64) - found.max(axis=1, keepdims=True))
        open_rows = np.flatnonzero(self._sure * powers.sum(axis=1) > 1.0)
        if len(open_rows):
            read = self._large.score([pairs[row] for row in open_rows.tolist()])
            mixed = self._large_share * read.astype(np.float64) + (1 - self._large_share) * found[open_rows].astype(
                np.float64
            )
            found = found.copy()
            found[open_rows] = mixed.astype(np.float32)
        return found


def open_reader(reader: Reader, home: Path) -> Entailment | None:
    """The models of that reader; None for none.

    Raises:
        WeightsMissing: the weights of one of them are not in the cache.
    """
    return None if reader == "none" else open_models(reader, home)


def open_models(reader: Literal["small", "large"], home: Path) -> Entailment:
    """The small model, or both.

    Raises:
        WeightsMissing: the weights of one of them are not in the cache.
    """
    small = CrossEncoder(home)
    return small if reader == "small" else TwoReaders(small, CrossEncoder(home, LARGE))


def recorded_reader(name: str) -> Reader:
    """The reader in the recorded name of a judge."""
    if not name.startswith("entailment"):
        return "none"
    return "large" if name.startswith(BOTH) else "small"
