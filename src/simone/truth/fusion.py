"""One calibrated decision from what the exact checks found and what the entailment model reads.

Not for either of them. A multinomial logistic regression of few weights, which anyone can read in fusion.json:
`z = matrix @ logits + bias + sum of signals[name] * count`, and the shares of the three statuses are softmax(z).
What the exact comparison refutes is never supported by reading: its share of "supported" is 0, and the other two make
up 1. Where a value clashes, that share goes to "unverifiable".

How sure a share must be for a verdict is `risk`'s.

Source: Platt, Probabilistic outputs for support vector machines, 1999 (calibration by regression on held-out data).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.records import Status
from simone.truth.entailment import fitted_file
from simone.truth.risk import accepts
from simone.truth.signals import CLASH, refutes

STATUSES: tuple[Status, ...] = ("supported", "refuted", "unverifiable")
HELD = "window:held"
"""The signal of how much of the claim's word rarity the window holds, 0..1."""


class Fusion(msgspec.Struct, frozen=True):
    """The weights, what they were fitted on, and for which model."""

    source: str
    entailment: str
    samples: int
    matrix: tuple[tuple[float, float, float], ...]
    bias: tuple[float, float, float]
    signals: dict[str, tuple[float, float, float]]
    """By name, as `truth.signals` gives them; others weigh nothing."""

    def shares(self, logits: NDArray[np.float32], given: Mapping[str, float]) -> tuple[float, ...]:
        """Calibrated shares of the three statuses, which sum to 1."""
        row = [float(x) for x in logits]
        counted = [(self.signals[name], count) for name, count in sorted(given.items()) if name in self.signals]
        z = [
            math.fsum(
                [
                    *(w * x for w, x in zip(weights, row, strict=True)),
                    bias,
                    *(signal[n] * count for signal, count in counted),
                ]
            )
            for n, (weights, bias) in enumerate(zip(self.matrix, self.bias, strict=True))
        ]
        if refutes(given):
            z[0] = -math.inf
        most = max(z)
        powers = [math.exp(x - most) for x in z]
        supported, refuted, rest = (p / math.fsum(powers) for p in powers)
        return (0.0, refuted, supported + rest) if CLASH in given else (supported, refuted, rest)


def decided(shares: tuple[float, ...], given: Mapping[str, float], limits: Mapping[str, float]) -> Status:
    """The status with the largest share, or "unverifiable" where that share is not sure enough (`risk.accepts`)."""
    status = likeliest(shares)
    is_decided = status != "unverifiable" and accepts(status, shares[STATUSES.index(status)], given, limits)
    return status if is_decided else "unverifiable"


def likeliest(shares: Sequence[float]) -> Status:
    """The status with the largest share, the first of several."""
    return STATUSES[max(range(len(STATUSES)), key=lambda n: (shares[n], -n))]


@cache
def shipped(entailment: str) -> Fusion:
    """The weights that ship with the package for the entailment model of that name."""
    data = resources.files("simone.truth").joinpath(fitted_file("fusion", entailment)).read_bytes()
    return msgspec.json.decode(data, type=Fusion)


def write(fusion: Fusion, path: Path) -> None:
    """Write weights where `shipped` of the next start will read them."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(fusion), indent=1) + b"\n")
