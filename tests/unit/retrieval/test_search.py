import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from simone import settings
from simone.clock import Deadline, FrozenClock
from simone.errors import BudgetExceeded, MissingSource, WeightsMissing
from simone.retrieval.contract import Retriever
from simone.retrieval.corpus import Corpus
from simone.retrieval.encoder import CachedEncoder, MiniLM
from simone.retrieval.search import Search
from simone.retrieval.vector import index_vectors
from simone.settings import EncoderSettings, RetrievalSettings

pytestmark = pytest.mark.weights
SETTINGS = RetrievalSettings(window=1)
BRIDGE = (
    "The bridge over the Lorn was opened in 1931. It took four years to build. Belmar paid 4.2 million crowns for it. "
    "The sum was raised by a tax on salt. Nobody was asked. The tax was lifted after the war."
)
SHIPS = "Forty ships came to the harbour that winter. Most of them carried grain. It was sold at once."
SHARED = "All figures are taken from the town archive."


@pytest.fixture(scope="module")
def encoder() -> CachedEncoder:
    home = Path(os.environ.get("SIMONE_TEST_HOME") or settings.home())
    try:
        return CachedEncoder(MiniLM(home, EncoderSettings()), limit_bytes=1 << 22)
    except WeightsMissing as error:
        pytest.skip(f"the pinned weights are not pulled: {error}")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    folder = tmp_path / "sources"
    folder.mkdir()
    for name, text in (("bridge", BRIDGE), ("ships", SHIPS), ("a", SHARED), ("b", SHARED)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with Corpus.open(tmp_path / "corpus.sqlite", durable=False) as opened:
        opened.ingest([folder], SETTINGS)
        yield opened


def indexed(corpus: Corpus, encoder: CachedEncoder, window: int = 1) -> Search:
    index_vectors(corpus, encoder)
    return Search(corpus, encoder, RetrievalSettings(window=window))


def focus(search: Retriever, question: str, encoder: CachedEncoder, k: int = 3) -> list[str]:
    found = search.search(question, encoder.encode([question])[0], k)
    return [search.text(passage.document)[slice(*passage.focus)] for passage in found]


def test_the_sentence_that_answers_is_found_first(corpus: Corpus, encoder: CachedEncoder) -> None:
    search = indexed(corpus, encoder)
    assert search.mode == "full"
    assert focus(search, "How much did Belmar pay for the bridge?", encoder)[0].startswith("Belmar paid")


def test_meaning_finds_what_shares_no_word(corpus: Corpus, encoder: CachedEncoder) -> None:
    assert corpus.lexical("vessels arriving at port", 5) == []
    assert focus(indexed(corpus, encoder), "vessels arriving at port", encoder)[0].startswith("Forty ships")


def test_passages_are_verbatim_hold_their_focus_and_share_no_sentence(corpus: Corpus, encoder: CachedEncoder) -> None:
    question = "What did the tax on salt pay for?"
    search = indexed(corpus, encoder)
    passages = search.search(question, encoder.encode([question])[0], 6)
    seen: set[tuple[str, int]] = set()
    for passage in passages:
        assert search.text(passage.document)[passage.start : passage.end] == passage.text
        assert passage.start <= passage.focus[0] < passage.focus[1] <= passage.end
        covered = {(passage.document, offset) for offset in range(passage.start, passage.end)}
        assert not covered & seen
        seen |= covered
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)


def test_a_found_sentence_brings_its_neighbours(corpus: Corpus, encoder: CachedEncoder) -> None:
    question = "How much did Belmar pay for the bridge?"
    (passage,) = indexed(corpus, encoder).search(question, encoder.encode([question])[0], 1)
    assert passage.text.startswith("It took four years")
    assert passage.text.endswith("tax on salt.")
    (alone,) = indexed(corpus, encoder, window=0).search(question, encoder.encode([question])[0], 1)
    assert alone.text == "Belmar paid 4.2 million crowns for it."


def test_equal_sentences_of_two_documents_are_found_once(corpus: Corpus, encoder: CachedEncoder) -> None:
    question = "Where are the figures taken from?"
    found = indexed(corpus, encoder).search(question, encoder.encode([question])[0], 5)
    assert found[0].document == "a.txt"
    assert "b.txt" not in {passage.document for passage in found}


def test_without_vectors_meaning_orders_what_the_words_found(corpus: Corpus, encoder: CachedEncoder) -> None:
    search = Search(corpus, encoder, SETTINGS)
    modes = [search.mode]
    assert search.version.endswith("+rerank")
    assert focus(search, "How much did Belmar pay for the bridge?", encoder)[0].startswith("Belmar paid")
    assert focus(search, "vessels arriving at port", encoder) == []
    index_vectors(corpus, encoder)
    modes.append(search.mode)
    assert modes == ["rerank", "full"]
    assert search.version == corpus.version


def test_what_is_ingested_later_is_found(corpus: Corpus, encoder: CachedEncoder, tmp_path: Path) -> None:
    search = indexed(corpus, encoder)
    before = search.version
    (tmp_path / "sources" / "moon.txt").write_text("The lunar lander set down in the dark crater.", "utf-8")
    corpus.ingest([tmp_path / "sources"], SETTINGS)
    assert search.mode == "rerank"
    index_vectors(corpus, encoder)
    assert search.version != before
    assert "moon.txt" in search.documents()
    assert focus(search, "Where did the lander touch down?", encoder)[0].startswith("The lunar lander")


@pytest.mark.parametrize("question", ["", " ", "\ud800", "a\x00b", '"AND NOT (', "x " * 5000])
def test_odd_questions_are_answered_with_passages_or_none(
    corpus: Corpus, encoder: CachedEncoder, question: str
) -> None:
    search = indexed(corpus, encoder)
    assert len(search.search(question, encoder.encode([question])[0], 3)) <= 3
    assert search.search(question, np.zeros(384, np.float32), 0) == ()


def test_the_order_of_ingestion_does_not_change_what_is_found(encoder: CachedEncoder, tmp_path: Path) -> None:
    results = []
    for turn, names in enumerate((["bridge", "ships"], ["ships", "bridge"])):
        folder = tmp_path / str(turn)
        folder.mkdir()
        with Corpus.open(tmp_path / f"{turn}.sqlite", durable=False) as corpus:
            for name in names:
                (folder / f"{name}.txt").write_text({"bridge": BRIDGE, "ships": SHIPS}[name], "utf-8")
                corpus.ingest([folder], SETTINGS)
            search = indexed(corpus, encoder)
            question = "What was carried over the Lorn?"
            results.append((search.version, search.search(question, encoder.encode([question])[0], 5)))
    assert results[0] == results[1]


def test_indexing_resumes_where_a_spent_deadline_left_it(corpus: Corpus, encoder: CachedEncoder) -> None:
    clock = FrozenClock()
    deadline = Deadline(clock, 5.0)
    clock.advance(6.0)
    with pytest.raises(BudgetExceeded, match="encoding the corpus"):
        index_vectors(corpus, encoder, deadline=deadline)
    steps: list[tuple[int, int]] = []
    distinct = len(corpus.missing_vectors(encoder.name))
    assert index_vectors(corpus, encoder, lambda done, total: steps.append((done, total))) == distinct
    assert steps[-1] == (distinct, distinct)
    assert index_vectors(corpus, encoder) == 0


def test_an_unknown_document_is_named(corpus: Corpus, encoder: CachedEncoder) -> None:
    with pytest.raises(MissingSource, match="nowhere"):
        Search(corpus, encoder, SETTINGS).text("nowhere.txt")


RULES = {
    "pep-0101.rst": "PEP: 101\nTitle: Dated Coins\nStatus: Final\n\nCoins carry the year of their minting.\n",
    "pep-0102.rst": "PEP: 102\nTitle: Rules for PEPs\nStatus: Draft\n\n"
    "A PEP may add a header to another PEP. What a PEP adds is told in the PEP.\n",
    "notice.txt": "CVE-2024-1234: the gate opens to anybody. A new lock is sold by Odo.\n",
    "law.md": "# Law\n\n## § 11 Tolls\n\nEvery cart pays a coin.\n\n## § 12 Ships\n\nNo ship may land at night.\n",
}


@pytest.mark.parametrize("has_vectors", [True, False])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does PEP 101 add?", "Coins carry the year of their minting."),
        ("What does CVE-2024-1234 say of a lock?", "A new lock is sold by Odo."),
        ("What does § 12 forbid?", "No ship may land at night."),
        ("What does section 11 of the law ask for?", "Every cart pays a coin."),
    ],
)
def test_an_identifier_chooses_what_bears_it(
    question: str, answer: str, has_vectors: bool, encoder: CachedEncoder, tmp_path: Path
) -> None:
    for name, text in RULES.items():
        (tmp_path / name).write_text(text, "utf-8")
    with Corpus.open(tmp_path / "corpus.sqlite", durable=False) as corpus:
        corpus.ingest([tmp_path / name for name in RULES], SETTINGS)
        if has_vectors:
            index_vectors(corpus, encoder)
        search = Search(corpus, encoder, RetrievalSettings(window=1))
        found = search.search(question, encoder.encode([question])[0], 6)
    spoken = [passage for passage in found if not passage.is_data]
    assert spoken[0].text[spoken[0].focus[0] - spoken[0].start :].startswith(answer)
    assert spoken[0].likeness > 0.0
    assert not any(passage.text[: passage.focus[1] - passage.start].endswith("Status: Final") for passage in spoken)


def test_what_bears_a_part_by_name_goes_before_what_only_begins_with_its_number(
    encoder: CachedEncoder, tmp_path: Path
) -> None:
    (tmp_path / "contract.md").write_text("# Contract\n\n## Section 2 Fees\n\nThe fee is 40 euros a year.\n", "utf-8")
    (tmp_path / "2-may.md").write_text("# Minutes\n\nNobody objected to the section.\n", "utf-8")
    with Corpus.open(tmp_path / "corpus.sqlite", durable=False) as corpus:
        corpus.ingest([tmp_path / "contract.md", tmp_path / "2-may.md"], SETTINGS)
        search, question = Search(corpus, encoder, RetrievalSettings()), "What does section 2 say?"
        found = search.search(question, encoder.encode([question])[0], 3)
    assert {passage.likeness > 0.0 for passage in found if passage.document.endswith("2-may.md")} == {False}
    assert found[0].document.endswith("contract.md")


def test_an_identifier_that_nothing_bears_changes_no_score(corpus: Corpus, encoder: CachedEncoder) -> None:
    search = indexed(corpus, encoder)
    vector = encoder.encode(["Which bridge was opened?"])[0]
    plain = search.search("Which bridge was opened?", vector, 3)
    assert plain == search.search("Which bridge was opened? PEP 572", vector, 3)
    assert {passage.likeness for passage in plain} == {0.0}
