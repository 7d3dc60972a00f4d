"""How well passages and documents are found: three public collections, and questions over Wikipedia paragraphs.

Not for answers: finding the right sentence is measured here, what is made of it elsewhere.

A document is worth what its best sentence is worth. Source: Dai and Callan, Deeper Text Understanding for IR with
Contextual Neural Language Modeling, 2019 (there called MaxP).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from simone.benchmarks.collections import NAMES, Collection, read
from simone.benchmarks.ranking import Figure, figure, ndcg, recall, reciprocal_first
from simone.clock import SystemClock
from simone.errors import MissingSource
from simone.kernels import kernels
from simone.retrieval.contract import Floats, TextEncoder
from simone.retrieval.corpus import Corpus
from simone.retrieval.fusion import reciprocal_rank
from simone.retrieval.search import Search
from simone.retrieval.vector import index_vectors
from simone.settings import RetrievalSettings

SYSTEMS = ("lexical", "dense", "fused", "search")
"""BM25; cosine; both by reciprocal rank; and what `simone run` uses: both as a weighted sum with its small terms."""
DEEP = RetrievalSettings(candidates=1000)
"""Documents need more sentences than passages do, since each brings several."""

Ranking = list[tuple[int, float]]
Result = TypeVar("Result")
OnProgress = Callable[[str, int, int], None]


class SystemReport(msgspec.Struct, frozen=True):
    """One system on one collection: figures by name, and seconds per query with the encoding of the query included."""

    system: str
    figures: tuple[tuple[str, Figure], ...]
    seconds_per_query: float


class SetReport(msgspec.Struct, frozen=True):
    """One set of documents and queries."""

    name: str
    documents: int
    sentences: int
    queries: int
    systems: tuple[SystemReport, ...]


class Report(msgspec.Struct, frozen=True):
    """Everything measured, with what could have changed it."""

    backend: str
    encoder: str
    seed: int
    sets: tuple[SetReport, ...]


def run(
    data: Path,
    work: Path,
    encoder: TextEncoder,
    *,
    names: Sequence[str] = (*NAMES, "xquad"),
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Report:
    """Measure on the named sets of `data`. Corpora and vectors are kept under `work`, so a second run is quick.

    Raises:
        MissingSource: a set is not in `data`.
    """
    report = on_progress or (lambda _name, _done, _total: None)
    sets = []
    for name in names:
        measure = _passages if name == "xquad" else _documents
        sets.append(measure(name, data, work, encoder, seed, report))
    return Report(kernels.backend, encoder.name, seed, tuple(sets))


def _documents(name: str, data: Path, work: Path, encoder: TextEncoder, seed: int, report: OnProgress) -> SetReport:
    collection = read(name, data)
    with _corpus(name, enumerate(collection.documents, start=1), work, encoder, report) as corpus:
        timed = _Systems(corpus, encoder, DEEP)
        number = {row: int(record.path.partition(".")[0]) for row, record in enumerate(corpus.documents())}
        table = corpus.sentences()
        place = dict(zip(table.ids.tolist(), (number[row] for row in table.document.tolist()), strict=True))
        rankings: dict[str, list[list[int]]] = {system: [] for system in SYSTEMS}
        for done, query in enumerate(collection.queries, start=1):
            found = timed.rank(query.text)
            documents = {system: _by_document(found[system], place) for system in ("lexical", "dense", "search")}
            documents["fused"] = [item for item, _ in reciprocal_rank([documents["lexical"], documents["dense"]])]
            for system in SYSTEMS:
                rankings[system].append(documents[system])
            report(f"{name}: searching", done, len(collection.queries))
        systems = tuple(
            SystemReport(system, _document_figures(rankings[system], collection, seed), timed.seconds(system))
            for system in SYSTEMS
        )
        return SetReport(name, len(collection.documents), len(table), len(collection.queries), systems)


def _document_figures(
    rankings: Sequence[Sequence[int]], collection: Collection, seed: int
) -> tuple[tuple[str, Figure], ...]:
    pairs = [(ranking, dict(query.gains)) for ranking, query in zip(rankings, collection.queries, strict=True)]
    return (
        ("nDCG@10", figure([ndcg(ranking, gains, 10) for ranking, gains in pairs], seed)),
        ("recall@10", figure([recall(ranking, gains, 10) for ranking, gains in pairs], seed)),
        ("recall@100", figure([recall(ranking, gains, 100) for ranking, gains in pairs], seed)),
        ("MRR", figure([reciprocal_first(ranking, gains) for ranking, gains in pairs], seed)),
    )


def _by_document(ranking: Ranking, place: Mapping[int, int]) -> list[int]:
    """Documents in the order of their best sentences."""
    return list(dict.fromkeys(place[sentence] for sentence, _ in ranking))


class _Paragraph(msgspec.Struct):
    id: str
    text: str
    questions: list[_Question]


class _Question(msgspec.Struct):
    question: str
    answers: list[str]


def _passages(name: str, data: Path, work: Path, encoder: TextEncoder, seed: int, report: OnProgress) -> SetReport:
    """How often one of the first k sentences holds a gold answer, all paragraphs being one corpus."""
    path = data / "qa" / "xquad_en_dev.json"
    if not path.is_file():
        raise MissingSource(f"the questions are not at {str(path)!r}; set SIMONE_DATA to the folder that holds them")
    paragraphs = msgspec.json.decode(path.read_bytes(), type=list[_Paragraph])
    texts = ((paragraph.id, paragraph.text) for paragraph in paragraphs)
    asked = [question for paragraph in paragraphs for question in paragraph.questions]
    with _corpus(name, texts, work, encoder, report) as corpus:
        timed = _Systems(corpus, encoder, RetrievalSettings())
        firsts: dict[str, list[float]] = {system: [] for system in SYSTEMS}
        for done, question in enumerate(asked, start=1):
            for system, ranking in timed.rank(question.question).items():
                sentences = [corpus.passage(identity, 0).text for identity, _ in ranking[:10]]
                hits = (rank for rank, text in enumerate(sentences, start=1) if _holds(text, question.answers))
                firsts[system].append(next(hits, float("inf")))
            report(f"{name}: searching", done, len(asked))
        systems = tuple(
            SystemReport(
                system,
                tuple((f"hit@{k}", figure([float(first <= k) for first in firsts[system]], seed)) for k in (1, 3, 5)),
                timed.seconds(system),
            )
            for system in SYSTEMS
        )
        return SetReport(name, len(paragraphs), len(corpus.sentences()), len(asked), systems)


def _holds(text: str, answers: Sequence[str]) -> bool:
    return any(answer in text for answer in answers)


class _Systems:
    """The four rankings of a corpus's sentences for a query, and the time each took."""

    def __init__(self, corpus: Corpus, encoder: TextEncoder, settings: RetrievalSettings) -> None:
        self._corpus = corpus
        self._encoder = encoder
        self._settings = settings
        self._search = Search(corpus, encoder, settings)
        self._clock = SystemClock()
        self._spent_s: defaultdict[str, float] = defaultdict(float)
        self._queries = 0

    def rank(self, query: str) -> dict[str, Ranking]:
        """Sentence ids with scores, best first, by system."""
        self._queries += 1
        vector = self._timed("encode", lambda: self._encoder.encode([query])[0])
        lexical = self._timed("lexical", lambda: self._corpus.lexical(query, self._settings.candidates))
        dense = self._timed("dense", lambda: self._dense(vector))
        orders = [[identity for identity, _ in ranking] for ranking in (lexical, dense)]
        fused = self._timed("fused", lambda: reciprocal_rank(orders))
        search = self._timed("search", lambda: list(self._search.rank(query, vector)))
        return {"lexical": lexical, "dense": dense, "fused": fused, "search": search}

    def seconds(self, system: str) -> float:
        """Mean seconds per query, of everything the system needs."""
        parts = {
            "lexical": ("lexical",),
            "dense": ("encode", "dense"),
            "fused": ("encode", "lexical", "dense", "fused"),
            "search": ("encode", "search"),
        }
        return sum(self._spent_s[part] for part in parts[system]) / self._queries

    def _dense(self, vector: Floats) -> Ranking:
        identities, vectors = self._corpus.vectors(self._encoder.name)
        indices, scores = kernels.top_k_similarity(vector, vectors, self._settings.candidates)
        return list(zip(identities[indices[0]].tolist(), scores[0].tolist(), strict=True))

    def _timed(self, part: str, work: Callable[[], Result]) -> Result:
        started_s = self._clock.monotonic_s()
        result = work()
        self._spent_s[part] += self._clock.monotonic_s() - started_s
        return result


def _corpus(
    name: str, documents: Iterable[tuple[int | str, str]], work: Path, encoder: TextEncoder, report: OnProgress
) -> Corpus:
    """The documents as a corpus with all its vectors, one text file each."""
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    for identity, text in documents:
        path = folder / f"{identity}.txt"
        if not path.is_file():
            path.write_text(text, "utf-8")
    corpus = Corpus.open(work / f"{name}.sqlite", durable=False)
    corpus.ingest([folder], RetrievalSettings())
    index_vectors(corpus, encoder, lambda done, total: report(f"{name}: encoding", done, total))
    return corpus


def as_text(report: Report) -> str:
    """The report as a table for people."""
    lines = [f"backend {report.backend}, encoder {report.encoder}, seed {report.seed}; 95 % intervals over queries"]
    for one in report.sets:
        lines += ["", f"{one.name}: {one.documents} documents, {one.sentences} sentences, {one.queries} queries"]
        heads = [head for head, _ in one.systems[0].figures]
        lines.append(f"  {'system':8}" + "".join(f"{head:>24}" for head in heads) + f"{'ms/query':>10}")
        for system in one.systems:
            cells = "".join(
                f"{figure.value:10.4f} [{figure.low:.3f}, {figure.high:.3f}]" for _, figure in system.figures
            )
            lines.append(f"  {system.system:8}{cells}{system.seconds_per_query * 1000:10.1f}")
    return "\n".join(lines) + "\n"
