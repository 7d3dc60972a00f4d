"""The port of a trained entailment model, which speaks only where the exact checks are silent.

Not for a model: none ships yet, and its absence is normal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Entailment(Protocol):
    """Scores (evidence, claim) pairs."""

    @property
    def name(self) -> str:
        """Model and digest, for the bundle and for `Verdict.decided_by`."""

    @property
    def least(self) -> float:
        """Share, 0..1, that a label must reach before it decides; fitted with the model."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Shares of (supported, refuted, unverifiable) per pair -> (n, 3) float32, rows sum to 1.

        The scores of a pair never depend on its neighbours in the batch.
        """
