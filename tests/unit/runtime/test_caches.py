"""What the parts of the house keep, how often they compute, and when they must compute anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from simone.clock import FrozenClock
from simone.records import Claim, Passage, Verdict
from simone.retrieval.contract import Floats, TokenVectors
from simone.retrieval.corpus import Corpus
from simone.retrieval.kept_search import LiveDocuments
from simone.retrieval.search import Search
from simone.runtime.caches import Caches
from simone.settings import CacheSettings, RetrievalSettings
from simone.truth.claims import as_claim
from simone.truth.judge import Judge

TEXT = "The wall was built in 1412. It is nine metres high. The tower burned down."
CLAIMS = [as_claim(text, 0) for text in ("The wall was built in 1412.", "The wall is ten metres high.", "It rained.")]


class Counting:
    """A judge, an encoder and a retriever that count what they are asked; the judging is real."""

    name = "counting"

    def __init__(self) -> None:
        self.claims: list[str] = []
        self.texts: list[str] = []
        self._judge = Judge(None)

    @property
    def first(self) -> Counting:
        return self

    def judge(self, claims: Sequence[Claim], passages: Sequence[Passage], explain: bool = False) -> tuple[Verdict, ...]:
        self.claims += [claim.text for claim in claims]
        return self._judge.judge(claims, passages, explain)

    def encode(self, texts: Sequence[str]) -> Floats:
        self.texts += texts
        rows = [np.random.default_rng(len(text)).standard_normal(384) for text in texts]
        return np.array(rows, np.float32).reshape(-1, 384)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.texts += texts
        return [TokenVectors(self.encode([text]), np.array([[0, len(text)]], np.int64)) for text in texts]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "wall.txt").write_text(TEXT, "utf-8")
    (folder / "rain.txt").write_text("It rained for weeks.", "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path, sources: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus.sqlite", durable=False) as opened:
        opened.ingest([sources], RetrievalSettings())
        yield opened


@pytest.fixture(params=[CacheSettings(), CacheSettings(disk_bytes=0), CacheSettings(ram_bytes=0)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Caches]]:
    made: list[Caches] = []

    def again() -> Caches:
        made.append(Caches(tmp_path / "home", request.param, FrozenClock()))
        return made[-1]

    yield again
    for caches in made:
        caches.close()


def passages_of(corpus: Corpus) -> list[Passage]:
    return [corpus.passage(int(number), 0) for number in corpus.sentences().ids]


def test_a_verdict_is_kept_until_the_document_it_cites_is_changed_or_retired(
    opened: Callable[[], Caches], corpus: Corpus, sources: Path
) -> None:
    caches, counting = opened(), Counting()
    caches.retriever(Search(corpus, counting, RetrievalSettings()), LiveDocuments(corpus), "e", RetrievalSettings())
    judge = caches.judge(counting, "encoder")
    old = passages_of(corpus)
    first = judge.judge(CLAIMS, old)
    assert [verdict.status for verdict in first] == ["supported", "refuted", "supported"]
    assert judge.judge(CLAIMS, old) == first
    assert judge.judge(CLAIMS[::-1], old) == first[::-1]
    assert len(counting.claims) == 3
    (sources / "wall.txt").write_text(TEXT.replace("1412", "1421"), "utf-8")
    corpus.ingest([sources], RetrievalSettings())
    assert judge.judge(CLAIMS, old) == first  # the same passages are asked about, but their document has changed
    assert counting.claims[3:] == [claim.text for claim in CLAIMS[:2]]
    judge.judge(CLAIMS, passages_of(corpus))
    (sources / "rain.txt").unlink()
    corpus.ingest([sources], RetrievalSettings())
    counting.claims.clear()
    judge.judge(CLAIMS[2:], old)
    assert counting.claims == ["It rained."]


def test_another_claim_passage_explanation_or_encoder_is_judged_anew(
    opened: Callable[[], Caches], corpus: Corpus
) -> None:
    caches, counting = opened(), Counting()
    judge = caches.judge(counting, "encoder")
    passages = passages_of(corpus)
    judge.judge(CLAIMS[:1], passages)
    for claims, given, explain in (
        ([msgspec.structs.replace(CLAIMS[0], start=1)], passages, False),
        (CLAIMS[:1], passages[:-1], False),
        (CLAIMS[:1], passages[::-1], False),
        (CLAIMS[:1], passages, True),
    ):
        before = len(counting.claims)
        judge.judge(claims, given, explain)
        assert len(counting.claims) == before + 1
    before = len(counting.claims)
    caches.judge(counting, "another encoder").judge(CLAIMS[:1], passages)
    assert len(counting.claims) == before + 1


def test_passages_with_half_a_character_are_judged_without_being_kept(
    opened: Callable[[], Caches], corpus: Corpus
) -> None:
    counting = Counting()
    judge = opened().judge(counting, "encoder")
    passages = [msgspec.structs.replace(passages_of(corpus)[0], section="\ud800")]
    assert judge.judge(CLAIMS[:1], passages) == judge.judge(CLAIMS[:1], passages)
    assert len(counting.claims) == 2


def test_vectors_come_back_bit_for_bit_and_each_text_is_encoded_once(tmp_path: Path) -> None:
    counting = Counting()
    for _ in range(2):
        caches = Caches(tmp_path / "home", CacheSettings(), FrozenClock())
        encoder = caches.encoder(counting)
        assert encoder.name == "counting"
        rows = encoder.encode(["a", "bb", "a", "half \ud800"])
        assert np.array_equal(rows, Counting().encode(["a", "bb", "a", "half \ud800"]))
        assert encoder.encode([]).shape == (0, 384)
        (tokens,) = encoder.encode_tokens(["ccc"])
        assert np.array_equal(tokens.vectors, Counting().encode(["ccc"]))
        assert tokens.offsets.tolist() == [[0, 3]]
        caches.close()
    assert sorted(counting.texts) == ["a", "bb", "ccc", "ccc", "half \ud800"]


def test_a_search_is_kept_while_the_documents_are_the_same(
    opened: Callable[[], Caches], corpus: Corpus, sources: Path
) -> None:
    asked: list[str] = []

    class Asked(Search):
        def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
            asked.append(query)
            return super().search(query, vector, k)

    settings = RetrievalSettings()
    search = opened().retriever(Asked(corpus, Counting(), settings), LiveDocuments(corpus), "encoder", settings)
    first = search.search("wall", None, 2)
    assert search.search("wall", None, 2) == first
    search.search("wall", None, 1)
    search.search("wall", np.zeros(384, np.float32), 2)
    assert len(asked) == 3
    (sources / "more.txt").write_text("Another wall stands in the town.", "utf-8")
    corpus.ingest([sources], settings)
    assert search.search("wall", None, 2) != first
    assert len(asked) == 4


def test_what_is_found_while_the_documents_change_is_not_kept(
    opened: Callable[[], Caches], corpus: Corpus, sources: Path
) -> None:
    settings = RetrievalSettings()
    asked: list[str] = []

    class Changing(Search):
        def search(self, query: str, vector: Floats | None, k: int) -> tuple[Passage, ...]:
            asked.append(query)
            if len(asked) == 1:
                (sources / "rain.txt").write_text("It never rained.", "utf-8")
                corpus.ingest([sources], settings)
            found = super().search(query, vector, k)
            if len(asked) == 1:
                (sources / "rain.txt").write_text("It rained for weeks.", "utf-8")
                corpus.ingest([sources], settings)
            return found

    search = opened().retriever(Changing(corpus, Counting(), settings), LiveDocuments(corpus), "encoder", settings)
    assert search.search("rained", None, 1)[0].text == "It never rained."
    assert search.search("rained", None, 1)[0].text == "It rained for weeks."
