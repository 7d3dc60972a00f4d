"""Finds the passages of a corpus that bear on a query: words and meaning, each exact, blended into one ranking.

Not for storing: the corpus holds sentences, their word index and their vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.records import Passage
from simone.retrieval.contract import Floats, TextEncoder
from simone.retrieval.corpus import Corpus, SentenceTable
from simone.retrieval.fusion import blend
from simone.retrieval.identifiers import Identifier, identifiers_of, renamed
from simone.retrieval.sentences import plain
from simone.settings import RetrievalSettings

HEAD_SENTENCES = 4
"""A document whose first sentence begins with an identifier bears it, or another field or heading among so many."""
OPENING_SENTENCES = 32
"""Of what bears an identifier the first so many sentences are candidates, whatever their words, count."""

Mode = Literal["full", "rerank"]
Positions = NDArray[np.int64]


class _Places(msgspec.Struct, frozen=True):
    """A sentence table with the order that sorts its ids."""

    table: SentenceTable
    by_id: Positions


class _Bearer(msgspec.Struct, frozen=True):
    """What bears an identifier of a query: its sentences, the query as it is asked of them, and that query's vector."""

    positions: Positions
    query: str
    vector: Floats


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
        focuses: dict[str, tuple[int, Passage]] = {}
        for position, score, likeness in ranked:
            if len(focuses) >= k:
                break
            focus = self._corpus.passage(int(table.ids[position]), 0)
            focus = msgspec.structs.replace(focus, score=score, likeness=likeness)
            focuses.setdefault(focus.text, (position, focus))
        spans = _windows([position for position, _ in focuses.values()], table.section, self._settings.window)
        passages = []
        for (_, focus), (first, last) in zip(focuses.values(), spans, strict=True):
            start, end = int(table.start[first]), int(table.end[last])
            text = self._corpus.text(focus.document)[start:end]
            passages.append(msgspec.structs.replace(focus, start=start, end=end, text=text))
        return tuple(passages)

    def rank(self, query: str, vector: Floats) -> tuple[tuple[int, float], ...]:
        """Every candidate sentence as (sentence id, score), best first: what `search` cuts its passages from."""
        table = self._corpus.sentences()
        return tuple((int(table.ids[position]), score) for position, score, _ in self._ranked(table, query, vector))

    def _ranked(self, table: SentenceTable, query: str, vector: Floats | None) -> list[tuple[int, float, float]]:
        """Candidates as (position in the table, score, likeness), best first, ties by position."""
        count = self._settings.candidates
        words = self._lexical(table, query, count)
        if vector is None:
            return [(place, score, 0.0) for place, score in sorted(words.items(), key=lambda item: (-item[1], item[0]))]
        bearers = self._bearers(table, query)
        for one in bearers:
            own = set(one.positions.tolist())
            words = {position: share for position, share in words.items() if position not in own}
            words |= self._lexical(table, one.query, count, one.positions)
        candidates = np.array(sorted(words), np.int64)
        vectors = self._vectors(table)
        if vectors is not None and np.any(vector):
            nearest, _ = kernels.top_k_similarity(vector, vectors, count)
            candidates = np.union1d(candidates, nearest[0])
        for one in bearers:
            candidates = np.union1d(candidates, self._nearest(one, vectors, count))
        if not len(candidates):
            return []
        rows = self._rows(table, vectors, candidates)
        cosines = kernels.cosine_similarity_batch(vector, rows).astype(np.float64)
        named = np.zeros(len(candidates), np.int64)
        for one in bearers:
            borne = np.isin(candidates, one.positions)
            named += borne
            cosines[borne] = kernels.cosine_similarity_batch(one.vector, rows[borne])
        scores = blend(
            cosines,
            np.array([words.get(position, 0.0) for position in candidates.tolist()]),
            _neighbours(candidates, words, table.section),
            table.end[candidates] - table.start[candidates],
            named,
        )
        likeness = np.where(named > 0, cosines, 0.0)
        order = np.lexsort((candidates, -scores))
        return [(int(candidates[index]), float(scores[index]), float(likeness[index])) for index in order]

    def _nearest(self, bearer: _Bearer, vectors: Floats | None, count: int) -> Positions:
        """Where the bearer begins, and its sentences nearest to the question where all have vectors."""
        opening = bearer.positions[:OPENING_SENTENCES]
        if vectors is None:
            return opening
        nearest, _ = kernels.top_k_similarity(bearer.vector, vectors[bearer.positions], count)
        return np.union1d(opening, bearer.positions[nearest[0]])

    def _bearers(self, table: SentenceTable, query: str) -> list[_Bearer]:
        """What bears each identifier of the query, and the query with the name of that in the identifier's place."""
        found: dict[Identifier, tuple[Positions, str]] = {}
        for identifier in identifiers_of(query):
            heads = self._heads(table, identifier)
            positions, name = self._borne(table, identifier.is_borne_by, heads)
            if not len(positions):
                positions, name = self._borne(table, identifier.numbers, set())
            if len(positions):
                found[identifier] = positions, name
        asked = [renamed(query, name, found) for _, name in found.values()]
        vectors = self._encoder.encode(asked) if asked else ()
        return [
            _Bearer(positions, question, vector)
            for (positions, _), question, vector in zip(found.values(), asked, vectors, strict=True)
        ]

    def _borne(self, table: SentenceTable, bears: Callable[[str], bool], heads: set[int]) -> tuple[Positions, str]:
        """The sentences of the documents with such a path or title and of those at the places `heads`, else of the
        sections with such a heading; and the name of what that is, "" where it is several documents."""
        records = self._corpus.documents()
        documents = sorted(
            heads.union(
                place
                for place, record in enumerate(records)
                if bears(PurePath(record.path).with_suffix("").as_posix()) or bears(record.title)
            )
        )
        if documents:
            name = records[documents[0]].title if len(documents) == 1 else ""
            return np.flatnonzero(np.isin(table.document, documents)), name
        sections = [place for place, path in enumerate(table.titles) if any(map(bears, path.split(" > ")))]
        name = table.titles[sections[0]].rpartition(" > ")[2] if sections else ""
        return np.flatnonzero(np.isin(table.section, sections)), name

    def _heads(self, table: SentenceTable, identifier: Identifier) -> set[int]:
        """Places of the documents that begin with it."""
        found = set()
        for position in self._lexical(table, identifier.forms[0], self._settings.candidates):
            place = int(table.document[position])
            before = position - int(np.searchsorted(table.document, place))
            is_head = before == 0 or (before < HEAD_SENTENCES and table.kind_of(position) in ("field", "heading"))
            if is_head and identifier.opens(self._corpus.passage(int(table.ids[position]), 0).text):
                found.add(place)
        return found

    def _lexical(
        self, table: SentenceTable, query: str, count: int, among: Positions | None = None
    ) -> dict[int, float]:
        """Position -> share 0..1 of the best lexical score, of all sentences or of those at the positions `among`."""
        hits = self._corpus.lexical(query, count, None if among is None else table.ids[among])
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
