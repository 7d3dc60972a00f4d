"""The words of a claim that the evidence does not carry are told from those it does."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simone.records import Verdict, WordSupport
from simone.truth.explaining import MARKED, marked
from simone.truth.judge import judge

TEXT = "The old sea wall held during the storm of 1953. Ines Toral approved the plan in March 1998."


def unsupported(claim: str, *evidence: str) -> list[str]:
    verdict = judge([claim], evidence or [TEXT], explain=True)[0]
    assert verdict.words
    return [claim[word.start : word.end] for word in verdict.words if word.support < MARKED]


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("The old sea wall held during the storm of 1953.", []),
        ("The old sea wall collapsed during the storm of 1953.", ["collapsed"]),
        ("The old sea wall held during the storm of 1954.", ["1954"]),
        ("Ines Toral, the mayor, approved the plan.", ["mayor"]),
        ("Zebras graze quietly.", ["Zebras", "graze", "quietly"]),
    ],
)
def test_what_the_evidence_does_not_have_is_not_carried(claim: str, words: list[str]) -> None:
    assert unsupported(claim) == words


def test_a_word_that_only_an_unrelated_sentence_has_is_carried_less() -> None:
    verdict = judge(["Ines Toral approved the wall in March 1998."], TEXT, explain=True)[0]
    assert verdict.words
    by_word = {verdict.claim.text[w.start : w.end]: w.support for w in verdict.words}
    assert by_word["wall"] < by_word["Toral"] == 1.0


def test_an_explanation_changes_no_verdict_and_is_not_written_where_none_was_asked_for() -> None:
    plain, explained = (judge(["The wall held."], TEXT, explain=asked)[0] for asked in (False, True))
    assert msgspec.structs.replace(explained, words=msgspec.UNSET) == plain
    assert b"words" not in msgspec.json.encode(plain)
    assert msgspec.json.decode(msgspec.json.encode(explained), type=Verdict) == explained


@given(st.text(max_size=80), st.text(max_size=120))
def test_offsets_lie_in_the_claim_in_order_and_supports_between_nothing_and_one(claim: str, evidence: str) -> None:
    words = judge([claim], evidence, explain=True)[0].words
    assert not isinstance(words, msgspec.UnsetType)
    ends = [0, *(place for word in words for place in (word.start, word.end)), len(claim)]
    assert ends == sorted(ends)
    assert all(0.0 <= word.support <= 1.0 and claim[word.start : word.end].strip() for word in words)


def test_without_evidence_no_word_is_carried() -> None:
    words = judge(["The wall held."], [], explain=True)[0].words
    assert words
    assert {word.support for word in words} == {0.0}


class _Doubtful:
    """A stand-in for a trained model: the claim follows unless it says "safely"."""

    name = "doubtful"

    @property
    def first(self) -> _Doubtful:
        return self

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        return np.array([[-3.0 if "safely" in claim else 3.0, 0.0, 0.0] for _, claim in pairs], np.float32)


def test_a_word_without_which_the_model_would_follow_is_not_carried() -> None:
    evidence = "The wall held safely in Orn. The old sea wall held during the storm of 1953."
    claim = "The old sea wall safely held during the storm of 1953."
    words = judge([claim], evidence, entailment=_Doubtful(), explain=True)[0].words
    assert words
    found = {claim[w.start : w.end]: w.support for w in words}
    assert found["safely"] < 0.1
    assert found["wall"] == 1.0


def test_neighbouring_words_are_marked_as_one_stretch() -> None:
    claim = "It held very firmly, oddly."
    spans = ((0, 2, 0.9), (3, 7, 0.2), (8, 12, 0.1), (13, 19, 0.3), (21, 26, 0.0))
    found = marked(claim, [WordSupport(*span) for span in spans])
    assert [(claim[w.start : w.end], w.support) for w in found] == [("held very firmly", 0.2), ("oddly", 0.0)]
