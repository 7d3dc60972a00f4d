"""Finds the passages of a corpus that bear on a query: words and meaning, each exact, blended into one ranking.

Not for storing: the corpus holds sentences, their word index and their vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.records import Passage
from simone.retrieval.contract import Floats, TextEncoder
from simone.retrieval.corpus import Corpus, SentenceTable
from simone.retrieval.fusion import blend
from simone.retrieval.sentences import plain
from simone.settings import RetrievalSettings

Mode = Literal["full", "rerank"]
Positions = NDArray[np.int64]


class _Places(msgspec.Struct, frozen=True):
    """A sentence table with the order that sorts its ids."""

    table: SentenceTable
    by_id: Positions


class Search:
    """Implements `contract.Retriever` over one corpus. Thread-safe; sees what is ingested and encoded meanwhile."""

    def __init__(self, corpus: Corpus, encoder: TextEncoder, settings: RetrievalSettings) -> None:
        self._corpus = corpus
        self._encoder = encoder
        self._settings = settings
        table = corpus.sentences()
        self._places = _Places(table, np.argsort(table.ids, kind="stable"))

    @property
    def mode(self) -> Mode:
        """ "full": every sentence has a vector. "rerank": meaning only orders what the words found."""
        return "rerank" if self._vectors(self._corpus.sentences()) is None else "full"

    @property
    def version(self) -> str:
        """Digest of the content searched; ends in "+rerank" in that mode, since the mode changes what is found."""
        return self._corpus.version + ("+rerank" if self.mode == "rerank" else "")

    def documents(self) -> tuple[str, ...]:
        """Paths of the live documents, sorted."""
        return tuple(sorted(record.path for record in self._corpus.documents()))

    def text(self, document: str) -> str:
        """A live document's own text.

        Raises:
            MissingSource: no live document has that path.
        """
        return self._corpus.text(document)

    def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
        """The k best passages, best first, ties by document path then offset. `vector` (384,) is the query's; without
        one words alone decide, and no sentence needs a vector.

        One passage per found sentence, its focus. No two passages share a sentence: the better one keeps it as context,
        but a found sentence always stands in its own passage. Of sentences with equal text only the best is kept.
        """
        table = self._corpus.sentences()
        ranked = self._ranked(table, query, vector)
        focuses: dict[str, tuple[int, float, Passage]] = {}
        for position, score in ranked:
            if len(focuses) >= k:
                break
            focus = self._corpus.passage(int(table.ids[position]), 0)
            focuses.setdefault(focus.text, (position, score, focus))
        spans = _windows([position for position, _, _ in focuses.values()], table.section, self._settings.window)
        passages = []
        for (_, score, focus), (first, last) in zip(focuses.values(), spans, strict=True):
            start, end = int(table.start[first]), int(table.end[last])
            text = self._corpus.text(focus.document)[start:end]
            passages.append(msgspec.structs.replace(focus, start=start, end=end, text=text, score=score))
        return tuple(passages)

    def rank(self, query: str, vector: Floats) -> tuple[tuple[int, float], ...]:
        """Every candidate sentence as (sentence id, score), best first: what `search` cuts its passages from."""
        table = self._corpus.sentences()
        return tuple((int(table.ids[position]), score) for position, score in self._ranked(table, query, vector))

    def _ranked(self, table: SentenceTable, query: str, vector: Floats | None) -> list[tuple[int, float]]:
        """Candidates as (position in the table, score), best first, ties by position."""
        count = self._settings.candidates
        words = self._lexical(table, query, count)
        if vector is None:
            return sorted(words.items(), key=lambda item: (-item[1], item[0]))
        candidates = np.array(sorted(words), np.int64)
        vectors = self._vectors(table)
        if vectors is not None and np.any(vector):
            nearest, _ = kernels.top_k_similarity(vector, vectors, count)
            candidates = np.union1d(candidates, nearest[0])
        if not len(candidates):
            return []
        scores = blend(
            kernels.cosine_similarity_batch(vector, self._rows(table, vectors, candidates)).astype(np.float64),
            np.array([words.get(position, 0.0) for position in candidates.tolist()]),
            _neighbours(candidates, words, table.section),
            table.end[candidates] - table.start[candidates],
        )
        order = np.lexsort((candidates, -scores))
        return [(int(candidates[index]), float(scores[index])) for index in order]

    def _lexical(self, table: SentenceTable, query: str, count: int) -> dict[int, float]:
        """Position -> share 0..1 of the best lexical score."""
        hits = self._corpus.lexical(query, count)
        if not hits:
            return {}
        places = self._places
        if places.table is not table:
            self._places = places = _Places(table, np.argsort(table.ids, kind="stable"))
        best = hits[0][1]
        positions = places.by_id[np.searchsorted(table.ids[places.by_id], [identity for identity, _ in hits])]
        return {position: score / best for position, (_, score) in zip(positions.tolist(), hits, strict=True)}

    def _vectors(self, table: SentenceTable) -> Floats | None:
        """The vectors of all sentences of the table, or None while some are missing."""
        identities, vectors = self._corpus.vectors(self._encoder.name)
        return vectors if len(table) and np.array_equal(identities, table.ids) else None

    def _rows(self, table: SentenceTable, vectors: Floats | None, candidates: Positions) -> Floats:
        if vectors is not None:
            return vectors[candidates]
        texts = [self._corpus.passage(int(table.ids[position]), 0).text for position in candidates]
        return self._encoder.encode([plain(text) for text in texts])


def _neighbours(candidates: Positions, words: dict[int, float], section: Positions) -> NDArray[np.float64]:
    """Summed lexical share of the sentences before and after each candidate, in the same section."""
    sums = np.zeros(len(candidates))
    for index, position in enumerate(candidates.tolist()):
        for other in (position - 1, position + 1):
            if other in words and section[other] == section[position]:
                sums[index] += words[other]
    return sums


def _windows(positions: Sequence[int], section: Positions, width: int) -> list[tuple[int, int]]:
    """First and last sentence of each found position's passage: up to `width` on each side, none taken twice."""
    taken = set(positions)
    spans = [(position, position) for position in positions]
    for _ in range(width):
        for index, (first, last) in enumerate(spans):
            if first > 0 and section[first - 1] == section[first] and first - 1 not in taken:
                first -= 1
                taken.add(first)
            if last + 1 < len(section) and section[last + 1] == section[last] and last + 1 not in taken:
                last += 1
                taken.add(last)
            spans[index] = (first, last)
    return spans
