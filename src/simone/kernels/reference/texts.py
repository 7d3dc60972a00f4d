"""The reference of `contract.texts`: sentences and what can be counted in them.

Not for judging texts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.kernels.contract.types import Ints
from simone.kernels.sentences import split_sentences


class TextsReference:
    """Implements `contract.texts.Texts`."""

    def split_sentences_batch(self, texts: Sequence[str]) -> list[Ints]:
        """Sentence spans of each text -> (n, 2) int64 [start, end)."""
        return [np.array(split_sentences(text), np.int64).reshape(-1, 2) for text in texts]
