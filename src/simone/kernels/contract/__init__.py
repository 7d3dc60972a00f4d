"""The one door to computation: what every kernel takes, returns and refuses.

Not for algorithms: `reference` is the specification, other backends must equal it.

Common rules. Vectors are float32; a float64 array is accepted and rounded, anything else is BadArray. NaN and
infinities are refused by name (BadArray). Scores are defined as float32(sum in float64 over 8 lanes i mod 8, each lane
summed in ascending index, lanes then added 0..7): products of two float32 are exact in float64, so every backend can
reproduce the bits. A zero vector has cosine 0.0 with everything and normalises to itself. Equal scores order by lower
index. Offsets into text are code points.
"""

from __future__ import annotations

from typing import Protocol

from simone.kernels.contract.caching import BoundedCache, Caching
from simone.kernels.contract.consolidation import Consolidation
from simone.kernels.contract.content import Content
from simone.kernels.contract.patterns import Patterns, PatternSet
from simone.kernels.contract.reading import Reading, Transformer
from simone.kernels.contract.similarity import Similarity
from simone.kernels.contract.syntax import Syntax
from simone.kernels.contract.texts import Texts
from simone.kernels.contract.types import Bools, Coarse, Compressed, Floats, Hashes, Ints
from simone.kernels.contract.validation import Validation


class Kernels(Similarity, Content, Patterns, Texts, Syntax, Validation, Consolidation, Caching, Reading, Protocol):
    """Everything a backend offers."""

    @property
    def backend(self) -> str:
        """Name of the implementation: "reference" or "rust"."""


__all__ = [
    "Bools",
    "BoundedCache",
    "Coarse",
    "Compressed",
    "Floats",
    "Hashes",
    "Ints",
    "Kernels",
    "PatternSet",
    "Transformer",
]
