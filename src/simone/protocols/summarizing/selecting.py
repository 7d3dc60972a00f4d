"""Chooses the sentences that stand for a text: similarity graph, greedy and submodular.

Not for wording: sentences are taken as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.retrieval.contract import Floats

BLOCK_SENTENCES = 500
"""Longer texts are condensed block by block first: the similarity matrix grows with the square."""
_KEPT_PER_BLOCK = 50
_LENGTH_POWER = 0.3
_LEAST_LENGTH = 6
"""Gains are divided by words^0.3, words counted as 6 at least, so that length alone wins nothing.

Source: Lin and Bilmes, Multi-document Summarization via Budgeted Maximization, 2010 (the scaled greedy rule).
"""
_LEAST_WORDS = 4
"""Shorter sentences are headings, exclamations and leftovers; they stand for nothing unless all are short."""


def summarise(sentences: Sequence[str], vectors: Floats, count: int) -> tuple[int, ...]:
    """Indices of the `count` sentences that cover the text best, in document order.

    `vectors` (n, d) float32, one row per sentence. The choice is nested: a shorter summary is part of a longer one.
    """
    return tuple(sorted(rank(sentences, vectors, count)))


def rank(sentences: Sequence[str], vectors: Floats, count: int) -> tuple[int, ...]:
    """Indices of the best `count` sentences in the order in which they were chosen, ties by earlier place.

    Greedy maximisation of facility location: the sum, over all sentences, of the similarity to the nearest chosen
    one. Each choice is the one that adds most for its length, so what repeats a chosen sentence adds nothing.

    Source: Lin and Bilmes, A Class of Submodular Functions for Document Summarization, 2011 (facility location and
    its greedy guarantee of 1 - 1/e); the graph of cosines as in Erkan and Radev, LexRank, 2004.
    """
    if count <= 0 or not sentences:
        return ()
    lengths = np.array([len(sentence.split()) for sentence in sentences])
    wordy = np.flatnonzero(lengths >= _LEAST_WORDS).tolist()
    places = wordy if len(wordy) >= min(count, len(sentences)) else list(range(len(sentences)))
    if len(places) > BLOCK_SENTENCES:
        kept = []
        for start in range(0, len(places), BLOCK_SENTENCES):
            block = places[start : start + BLOCK_SENTENCES]
            kept.extend(
                sorted(block[at] for at in _greedy(vectors[block], lengths[block], max(count, _KEPT_PER_BLOCK)))
            )
        places = kept
        if len(places) > BLOCK_SENTENCES:
            inner = rank([sentences[place] for place in places], vectors[places], count)
            return tuple(places[at] for at in inner)
    return tuple(places[at] for at in _greedy(vectors[places], lengths[places], count))


def _greedy(vectors: Floats, lengths: NDArray[np.int64], count: int) -> list[int]:
    similarity: NDArray[np.float64] = np.maximum(kernels.similarity_matrix(vectors).astype(np.float64), 0.0)
    covered = np.zeros(len(vectors))
    scale = np.maximum(lengths, _LEAST_LENGTH) ** _LENGTH_POWER
    chosen: list[int] = []
    free = np.ones(len(vectors), dtype=bool)
    while len(chosen) < min(count, len(vectors)):
        # Rounded, so that the order of summation on another machine cannot decide between equals.
        gains = np.round(np.maximum(similarity - covered, 0.0).sum(axis=1) / scale, 6)
        best = int(np.argmax(np.where(free, gains, -1.0)))
        chosen.append(best)
        free[best] = False
        covered = np.maximum(covered, similarity[best])
    return chosen
