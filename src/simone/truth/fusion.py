"""One calibrated decision from what the exact checks found and what the entailment model reads.

Not for either of them. A multinomial logistic regression of few weights, which anyone can read in fusion.json:
`z = matrix @ logits + bias + sum of signals[name] * count`, and the shares of the three statuses are softmax(z).

How sure a share must be for a verdict is read off shares that claims had whose right verdict is another one.

Source: Platt, Probabilistic outputs for support vector machines, 1999 (calibration by regression on held-out data);
Angelopoulos et al., Conformal risk control, 2024 (the limits).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.records import Status
from simone.truth.signals import excludes

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
    wrong_support: tuple[float, ...] = ()
    """Shares of "supported" that changed claims of the contrast suite had, from weights fitted without their document,
    greatest first."""
    wrong_refusal: tuple[float, ...] = ()
    """Shares of "refuted" that true claims of the contrast suite had, likewise."""

    def limits(self, max_error: float) -> tuple[float, float]:
        """What the shares of "supported" and of "refuted" must exceed, so that at most `max_error` of wrong ones do."""
        return _limit(self.wrong_support, max_error), _limit(self.wrong_refusal, max_error)

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
        most = max(z)
        powers = [math.exp(x - most) for x in z]
        return tuple(p / math.fsum(powers) for p in powers)


def decided(shares: tuple[float, ...], given: Mapping[str, float], limits: tuple[float, float]) -> Status:
    """The status with the largest share, or "unverifiable" where that share does not exceed its limit.

    Where there is a limit, a difference that the exact comparison names keeps a claim from being supported.
    """
    best = max(range(3), key=lambda n: (shares[n], -n))
    if best == 0 and limits[0] > 0 and excludes(given):
        return STATUSES[2]
    return STATUSES[best] if best == 2 or shares[best] > limits[best] else STATUSES[2]


def _limit(wrong: tuple[float, ...], max_error: float) -> float:
    """The least limit that so few shares exceed that one more would still keep the error: 1.0 where there is none."""
    most = math.floor(max_error * (len(wrong) + 1)) - 1
    if most < 0:
        return 1.0
    return wrong[most] if most < len(wrong) else 0.0


@cache
def shipped() -> Fusion:
    """The weights that ship with the package."""
    return msgspec.json.decode(resources.files("simone.truth").joinpath("fusion.json").read_bytes(), type=Fusion)


def write(fusion: Fusion, path: Path) -> None:
    """Write weights where `shipped` of the next start will read them."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(fusion), indent=1) + b"\n")
