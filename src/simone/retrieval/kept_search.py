"""Search that keeps what it found, for as long as the documents searched are the same.

Not for ranking: `search` does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from simone.caching.kept import Absent
from simone.caching.tiers import Computed, Tiers, present
from simone.caching.truth_preserving import Edition, canonical, key, tags_of
from simone.clock import digest
from simone.records import Passage
from simone.retrieval.contract import Floats, Retriever
from simone.retrieval.corpus import DocumentRecord

NOT_KEPT_S = -1.0
"""The time of what is served to those who wait for it and to nobody else, seconds."""


class Documented(Protocol):
    """Knows its live documents: a `Corpus`."""

    def documents(self) -> tuple[DocumentRecord, ...]:
        """Live documents, by path; the same object until one changes."""


class _Read(msgspec.Struct, frozen=True):
    records: tuple[DocumentRecord, ...]
    live: Mapping[str, str]
    digest: str


class LiveDocuments:
    """Implements `truth_preserving.Versions` over a corpus; asks it at every call."""

    def __init__(self, corpus: Documented) -> None:
        self._corpus = corpus
        self._read = _Read((), {}, digest())

    def live(self) -> Mapping[str, str]:
        """The present version of every live document, by its id."""
        return self._now().live

    @property
    def digest(self) -> str:
        """Of everything that is recorded about them, so also of how often they changed."""
        return self._now().digest

    def _now(self) -> _Read:
        records = self._corpus.documents()
        read = self._read
        if read.records is not records:
            live = {one.id: str(one.version) for one in records}
            read = self._read = _Read(records, live, digest(_octets(records)))
        return read


def _octets(records: tuple[DocumentRecord, ...]) -> bytes:
    try:
        return msgspec.msgpack.encode(records)
    except UnicodeEncodeError:  # a path that is no UTF-8
        return canonical(records)


class KeptSearch:
    """Implements `contract.Retriever` over another one; results are the same with and without it.

    `bundle`: digest of what besides query and documents decides: code, encoder, settings of the search.
    """

    def __init__(
        self,
        retriever: Retriever,
        documents: LiveDocuments,
        tiers: Tiers[tuple[Passage, ...]],
        ttl_s: float,
        bundle: str,
    ) -> None:
        self._retriever = retriever
        self._documents = documents
        self._tiers = tiers
        self._ttl_s = ttl_s
        self._bundle = bundle

    @property
    def version(self) -> str:
        """That of the wrapped one."""
        return self._retriever.version

    def documents(self) -> tuple[str, ...]:
        """Paths of the live documents, sorted."""
        return self._retriever.documents()

    def text(self, document: str) -> str:
        """A live document's own text.

        Raises:
            MissingSource: no live document has that path.
        """
        return self._retriever.text(document)

    def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
        """The k best passages, best first, ties by document path then offset."""
        request = ("search", query, None if vector is None else (vector.dtype.str, vector.tobytes()), k)
        state = self._state()

        def compute() -> Computed[tuple[Passage, ...]] | Absent:
            passages = self._retriever.search(query, vector, k)
            ttl_s = self._ttl_s if self._state() == state else NOT_KEPT_S  # the documents changed meanwhile
            return Computed(passages, tags_of({Edition(p.document_id, str(p.version)) for p in passages}), ttl_s)

        name = key(request, policy="", evidence=state, bundle=self._bundle, tenant="")
        return present(self._tiers.fetch(name, compute))

    def _state(self) -> tuple[Edition, ...]:
        return Edition("sources", self._retriever.version), Edition("documents", self._documents.digest)
