"""An encoder that serves the vectors a corpus holds already and asks another encoder for the rest.

Not for token vectors: those are not stored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.retrieval.corpus import Corpus


class StoredEncoder:
    """Results are the same with and without the corpus: a stored vector is what the encoder gave for that very text."""

    def __init__(self, corpus: Corpus, encoder: TextEncoder) -> None:
        self._corpus = corpus
        self._encoder = encoder

    @property
    def name(self) -> str:
        """The asked encoder's name, since the vectors are the same."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors (n, 384) float32, unit rows; an empty text gives a zero row."""
        known = [self._corpus.known_vector(self.name, text) for text in texts]
        missing = [text for text, row in zip(texts, known, strict=True) if row is None]
        fresh = iter(self._encoder.encode(missing)) if missing else iter(())
        rows = [next(fresh) if row is None else row for row in known]
        return np.stack(rows) if rows else self._encoder.encode(())

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of each text, from the asked encoder."""
        return self._encoder.encode_tokens(texts)
