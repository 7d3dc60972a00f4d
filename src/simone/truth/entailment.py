"""The port of a trained entailment model, whose shares are weighed with the exact checks.

Not for a model: `cross_encoder` is one. Without any the exact checks stand alone, and what they leave open stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LARGE, BOTH = "entailment-large", "entailment-both"
"""The weights of the large model; how the name of a judge begins where it reads too."""


class Entailment(Protocol):
    """Scores (evidence, claim) pairs."""

    @property
    def name(self) -> str:
        """Model and digest, for the bundle."""

    @property
    def first(self) -> Entailment:
        """Itself, or where several models share the work the one that reads every pair: its logits can be compared."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Logits of (supported, refuted, unverifiable) per pair -> (n, 3) float32, finite.

        The logits of a pair never depend on its neighbours in the batch.
        """


def read_each(entailment: Entailment, readings: Sequence[tuple[Sequence[str], str]]) -> NDArray[np.float32]:
    """The mean of the logits of each claim with each of its texts, all read in one call -> (n, 3) float32.

    `readings`: (texts, claim), at least one text each.
    """
    rows = entailment.score([(text, claim) for texts, claim in readings for text in texts]).astype(np.float64)
    found = np.zeros((len(readings), 3), np.float32)
    begin = 0
    for n, (texts, _) in enumerate(readings):
        end = begin + len(texts)
        found[n] = rows[begin:end].sum(axis=0) / len(texts)
        begin = end
    return found


def fitted_file(kind: str, entailment: str) -> str:
    """The file of the package that holds what was fitted for the entailment model of that name."""
    return f"{kind}-both.json" if entailment.startswith(BOTH) else f"{kind}.json"
