"""The reference of `contract.texts`: sentences, words and what can be counted in them.

Not for judging texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from simone.kernels import arrays
from simone.kernels.contract.texts import CountedWords, FoundTerms, TextStatistics
from simone.kernels.contract.types import Ints
from simone.kernels.reference.counting import find_words, statistics
from simone.kernels.sentences import split_sentences

_TERM = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)+|[^\W_]+")


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

    def find_terms_batch(self, texts: Sequence[str], without: AbstractSet[str]) -> FoundTerms:
        """Words of each text as word search counts them, but for those of `without`."""
        numbers: dict[str, int] = {}
        tokens, lengths = list[int](), list[int]()
        for text in texts:
            lowered = arrays.as_text(text).lower().replace("ς", "σ")
            words = [word.replace(",", "") for word in _TERM.findall(lowered)]
            kept = [word for word in words if word not in without]
            tokens += [numbers.setdefault(word, len(numbers)) for word in kept]
            lengths.append(len(kept))
        return FoundTerms(list(numbers), np.array(tokens, np.int64), np.array(lengths, np.int64))

    def text_statistics_batch(self, texts: Sequence[str]) -> TextStatistics:
        """What readability indices count in each text."""
        readable = [arrays.as_text(text) for text in texts]
        rows = [statistics(text, split_sentences(text)) for text in readable]
        return TextStatistics(*np.array(rows, np.int64).reshape(-1, 6).T.copy())
