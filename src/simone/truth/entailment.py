"""The port of a trained entailment model, whose shares are weighed with the exact checks.

Not for a model: `cross_encoder` is one. Without any the exact checks stand alone, and what they leave open stays open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

SMALL, LARGE, BOTH = "entailment", "entailment-large", "entailment-both"
"""The weights of the small and of the large model; how the name of a judge begins where it reads too."""

SURE_OF_LAST = 0.9
"""Share of the likeliest status from which the narrowest text of a claim is enough, 0..1. Chosen on the fitting halves,
where it decides as well as the mean of all (docs/results/readers-joined.txt)."""


class Read(NamedTuple):
    """Of each claim the mean logits of its texts that were read, (n, 3) float32, and whether all of them were."""

    logits: NDArray[np.float32]
    wholly: tuple[bool, ...]


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


def read_each(
    entailment: Entailment, readings: Sequence[tuple[Sequence[str], str]], sure: float = SURE_OF_LAST
) -> Read:
    """What is read of each claim with its texts: the last, and where that does not make it `sure` the others too.

    `readings`: (texts, claim), at least one text each, the narrowest last. Reading is asked for at most twice.
    """
    if not readings:
        return Read(np.zeros((0, 3), np.float32), ())
    found = entailment.score([(texts[-1], claim) for texts, claim in readings])
    powers = np.exp(found.astype(np.float64) - found.max(axis=1, keepdims=True))
    unsure = sure * powers.sum(axis=1) > 1.0
    wider = [(n, texts[:-1], claim) for n, (texts, claim) in enumerate(readings) if unsure[n] and len(texts) > 1]
    if wider:
        rows = entailment.score([(text, claim) for _, texts, claim in wider for text in texts]).astype(np.float64)
        found, begin = found.copy(), 0
        for n, texts, _ in wider:
            end = begin + len(texts)
            found[n] = (found[n].astype(np.float64) + rows[begin:end].sum(axis=0)) / (len(texts) + 1)
            begin = end
    widened = {n for n, *_ in wider}
    return Read(found, tuple(len(texts) == 1 or n in widened for n, (texts, _) in enumerate(readings)))


def fitted_file(kind: str, entailment: str) -> str:
    """The file of the package that holds what was fitted for the entailment model of that name."""
    return f"{kind}-both.json" if entailment.startswith(BOTH) else f"{kind}.json"
