"""The reference of `contract.texts`: sentences, words and what can be counted in them.

Not for judging texts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.kernels import arrays
from simone.kernels.contract.texts import CountedWords, TextStatistics
from simone.kernels.contract.types import Ints
from simone.kernels.reference.counting import find_words, statistics
from simone.kernels.sentences import split_sentences


class TextsReference:
    """Implements `contract.texts.Texts`."""

    def split_sentences_batch(self, texts: Sequence[str]) -> list[Ints]:
        """Sentence spans of each text -> (n, 2) int64 [start, end)."""
        return [np.array(split_sentences(text), np.int64).reshape(-1, 2) for text in texts]

    def find_words_batch(self, texts: Sequence[str]) -> CountedWords:
        """Words of each text with their syllables."""
        rows = [
            (number, word.start, word.end, word.syllables)
            for number, text in enumerate(texts)
            for word in find_words(arrays.as_text(text))
        ]
        return CountedWords(*np.array(rows, np.int64).reshape(-1, 4).T.copy())

    def text_statistics_batch(self, texts: Sequence[str]) -> TextStatistics:
        """What readability indices count in each text."""
        readable = [arrays.as_text(text) for text in texts]
        rows = [statistics(text, split_sentences(text)) for text in readable]
        return TextStatistics(*np.array(rows, np.int64).reshape(-1, 6).T.copy())
