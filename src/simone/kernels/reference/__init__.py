"""The reference backend: NumPy and plain Python, written to be read; other backends must equal it.

Not for speed above all: it is fast enough to work with, and it is the specification.
"""

from __future__ import annotations

from simone.kernels.reference.caching import CachingReference
from simone.kernels.reference.consolidation import ConsolidationReference
from simone.kernels.reference.content import ContentReference
from simone.kernels.reference.patterns import PatternsReference
from simone.kernels.reference.reading import ReadingReference
from simone.kernels.reference.similarity import SimilarityReference
from simone.kernels.reference.syntax import SyntaxReference
from simone.kernels.reference.texts import TextsReference
from simone.kernels.reference.validation import ValidationReference


class Reference(
    SimilarityReference,
    ContentReference,
    PatternsReference,
    TextsReference,
    SyntaxReference,
    ValidationReference,
    ConsolidationReference,
    CachingReference,
    ReadingReference,
):
    """Implements `contract.Kernels`."""

    @property
    def backend(self) -> str:
        """Name of the implementation."""
        return "reference"


__all__ = ["Reference"]
