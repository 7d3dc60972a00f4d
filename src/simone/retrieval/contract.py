"""What the house needs of retrieval: vectors for text, passages for a query, the text of a document.

Not for implementations: `encoder`, `corpus`, `search` hold them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.records import Passage

Floats = NDArray[np.float32]


class TokenVectors(msgspec.Struct, frozen=True):
    """A text's word pieces: `vectors` (t, 384) float32 unit rows; `offsets` (t, 2) int64 code points into the text."""

    vectors: Floats
    offsets: NDArray[np.int64]


class TextEncoder(Protocol):
    """Text to vectors. The vector of a text never depends on its neighbours in the batch."""

    @property
    def name(self) -> str:
        """Model and digest, for the bundle."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors (n, 384) float32, unit rows; an empty text gives a zero row."""

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of each text, without the model's special tokens; long texts are encoded in strides."""


class Retriever(Protocol):
    """Finds passages for a query in one set of sources."""

    @property
    def version(self) -> str:
        """Digest of the content searched, for the bundle."""

    def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
        """The k best passages, best first, ties by document path then offset. `vector` (384,) is the query's.

        Without a vector words alone decide.
        """

    def documents(self) -> tuple[str, ...]:
        """Paths of the live documents, sorted."""

    def text(self, document: str) -> str:
        """A live document's own text, which offsets refer to.

        Raises:
            MissingSource: no live document has that path.
        """
