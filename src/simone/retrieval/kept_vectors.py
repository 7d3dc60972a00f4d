"""An encoder that keeps what it encoded beyond the process, so that a text is encoded once.

Not for the vectors of a corpus, which the corpus stores, nor for the latest texts, which `CachedEncoder` has in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from simone.caching.codecs import Packed, Rows, restored, written
from simone.caching.kept import Absent
from simone.caching.tiers import Computed, Tiers, present
from simone.clock import digest
from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.retrieval.encoder import DIMENSIONS

SALIENCE = 0.2
"""Vectors are dear: a text takes milliseconds to encode."""


class _Pair(msgspec.Struct, frozen=True, array_like=True):
    vectors: Rows
    offsets: Rows


class TokenCodec:
    """Token vectors as bytes."""

    def __init__(self) -> None:
        self._pair = Packed(_Pair)

    def encode(self, value: TokenVectors) -> bytes | None:
        """Both arrays."""
        return self._pair.encode(_Pair(written(value.vectors), written(value.offsets)))

    def decode(self, data: bytes) -> TokenVectors | None:
        """Both arrays, read-only; None where the bytes are not two of the right shape."""
        pair = self._pair.decode(data)
        if pair is None:
            return None
        vectors, offsets = restored(pair.vectors), restored(pair.offsets)
        if vectors is None or offsets is None or len(vectors) != len(offsets):
            return None
        return TokenVectors(vectors, offsets)


def token_bytes(value: TokenVectors) -> int:
    """Memory of both arrays."""
    return int(value.vectors.nbytes + value.offsets.nbytes) + 256


def vector_bytes(value: Floats) -> int:
    """Memory of an array."""
    return int(value.nbytes) + 128


class KeptEncoder:
    """Implements `contract.TextEncoder`; results are the same with and without it.

    `bundle`: digest of what computes besides the model; another one finds nothing of this one's.
    """

    def __init__(
        self, encoder: TextEncoder, sentences: Tiers[Floats], tokens: Tiers[TokenVectors], bundle: str
    ) -> None:
        self._encoder = encoder
        self._sentences = sentences
        self._tokens = tokens
        self._bundle = bundle

    @property
    def name(self) -> str:
        """The wrapped encoder's name, since the vectors are the same."""
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Floats:
        """Sentence vectors (n, 384) float32, unit rows; an empty text gives a zero row."""
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)

        def compute(places: Sequence[int]) -> list[Computed[Floats] | Absent]:
            return [Computed(row.copy(), salience=SALIENCE) for row in self._encoder.encode([texts[n] for n in places])]

        found = self._sentences.fetch_all([self._key("sentence", text) for text in texts], compute)
        return np.stack([present(one) for one in found])

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Token vectors of each text; the arrays may be read-only, as they may be shared."""

        def compute(places: Sequence[int]) -> list[Computed[TokenVectors] | Absent]:
            fresh = self._encoder.encode_tokens([texts[n] for n in places])
            return [Computed(one, salience=SALIENCE) for one in fresh]

        found = self._tokens.fetch_all([self._key("tokens", text) for text in texts], compute)
        return [present(one) for one in found]

    def _key(self, kind: str, text: str) -> bytes:
        parts = (kind, self._bundle, self.name, text)
        return bytes.fromhex(digest(*(part.encode("utf-8", "surrogatepass") for part in parts)))
