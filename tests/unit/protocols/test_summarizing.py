from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from simone.clock import Deadline, FrozenClock
from simone.errors import Cancelled
from simone.kernels import kernels
from simone.mvlm.scripted import Script, Scripted
from simone.protocols.summarizing import Summarizing
from simone.protocols.summarizing.selecting import rank, summarise
from simone.records import Case, Claim, Draft, DraftSentence, Passage, Request, Summary, Unmeasured, Verdict
from simone.retrieval.contract import Floats, TokenVectors
from simone.truth.judge import Judge

TEXT = (
    "The harbour treaty was signed in Orsk in 1931. Belmar agreed to pay four million crowns for the harbour. "
    "The treaty was signed after ten months of talks. Fishing rights in the bay stayed with Orsk. "
    "The bay freezes in winter. Belmar paid the last crown of the four million in 1940."
)


class WordVectors:
    """Sentence vectors from word counts: enough to tell sentences apart without weights."""

    name = "word-counts"

    def encode(self, texts: Sequence[str]) -> Floats:
        rows = np.zeros((len(texts), 384), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w{4,}", text.lower()):
                row[zlib.crc32(word.encode()) % 384] += 1
        return kernels.vector_normalize_batch(rows)

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise AssertionError("summaries need no token vectors")


class NoVectors(WordVectors):
    def encode(self, texts: Sequence[str]) -> Floats:
        raise AssertionError("one sentence needs no vectors")


def draft_of(text: str) -> Draft:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    return Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))


def condense(case: Case, script: Script = (), encoder: WordVectors | None = None) -> Summary:
    stage = Summarizing(encoder or WordVectors(), Scripted(script), Judge(None))
    summary = stage.apply(case, Deadline(FrozenClock(), 10)).summary
    assert summary is not None
    return summary


def test_three_lengths_are_made_of_the_drafts_own_sentences_in_its_order() -> None:
    summary = condense(Case(Request("q"), draft=draft_of(TEXT)))
    sentences = [one.text for one in draft_of(TEXT).sentences]
    for text, count in ((summary.short, 1), (summary.medium, 3), (summary.long, 6)):
        used = [sentence for sentence in sentences if sentence in text]
        assert len(used) == count
        assert text == " ".join(used)
    assert "the model could not reword it" in summary.method


def test_a_text_of_one_sentence_is_its_own_summary_and_costs_no_encoder_call() -> None:
    summary = condense(Case(Request("q"), draft=draft_of("It rained.")), encoder=NoVectors())
    assert summary == Summary("It rained.", "It rained.", "It rained.", "extractive: the text is one sentence")


def test_wording_of_the_model_stands_when_every_claim_is_supported() -> None:
    worded = "Belmar agreed to pay four million crowns for the harbour. The bay freezes in winter."
    summary = condense(Case(Request("q"), draft=draft_of(TEXT)), {"SUMMARIZE": worded})
    assert summary.medium == worded
    assert summary.method.startswith("medium in the words of scripted, all 2 claims supported")


@pytest.mark.parametrize(
    ("worded", "why"),
    [
        ("Belmar agreed to pay five million crowns for the harbour.", "is refuted"),
        ("The king of Belmar danced all night.", "is unverifiable"),
        ("The bay freezes in winter. " * 4, "more than 3 sentences"),
    ],
)
def test_wording_with_an_unsupported_claim_falls_back_and_says_why(worded: str, why: str) -> None:
    plain = condense(Case(Request("q"), draft=draft_of(TEXT)))
    summary = condense(Case(Request("q"), draft=draft_of(TEXT)), {"SUMMARIZE": worded})
    assert summary.medium == plain.medium
    assert why in summary.method


def test_sentences_that_failed_their_check_are_left_out() -> None:
    claim = Claim("c", 0, 1, 1)
    verdicts = (Verdict(claim, "refuted", "exact", "because", Unmeasured("a test")),)
    summary = condense(Case(Request("q"), draft=draft_of(TEXT), verdicts=verdicts))
    assert "four million crowns for the harbour" not in summary.long


def test_without_a_draft_the_material_is_the_text_or_the_found_sentences() -> None:
    assert condense(Case(Request("q", text="It rained."))).short == "It rained."
    passage = Passage("a.md", "a", 1, 10, 38, "It rained. It snowed at dawn", (21, 38))
    assert condense(Case(Request("q"), passages=(passage,))).short == "It snowed at dawn"
    assert condense(Case(Request("q"))).method == "nothing: no sentence passed its check"


def test_a_cancelled_summary_is_cancelled() -> None:
    deadline = Deadline(FrozenClock(), 10)
    deadline.cancel()
    with pytest.raises(Cancelled):
        Summarizing(WordVectors(), Scripted(()), Judge(None)).apply(Case(Request("q")), deadline)


def test_repetition_is_not_chosen_twice_and_choices_are_nested() -> None:
    sentences = ["The red fox ran home."] * 3 + ["A blue whale swam far away."] * 2 + ["Green tea cools down slowly."]
    vectors = WordVectors().encode(sentences)
    assert summarise(sentences, vectors, 3) == (0, 3, 5)
    order = rank(sentences, vectors, 6)
    assert all(set(order[:count]) == set(summarise(sentences, vectors, count)) for count in range(7))


def test_long_texts_are_condensed_block_by_block() -> None:
    sentences = [f"Sentence number {index} speaks of topic {index % 7} here." for index in range(1100)]
    vectors = np.random.default_rng(0).standard_normal((1100, 16)).astype(np.float32)
    chosen = summarise(sentences, vectors, 6)
    assert len(set(chosen)) == 6
    assert chosen == tuple(sorted(chosen)) == summarise(sentences, vectors, 6)


def test_counts_below_one_and_beyond_the_text_are_met() -> None:
    vectors = WordVectors().encode(["a", "b"])
    assert summarise(["a", "b"], vectors, 0) == ()
    assert summarise(["a", "b"], vectors, 9) == (0, 1)
    assert summarise([], vectors[:0], 3) == ()
