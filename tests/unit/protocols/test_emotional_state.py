from __future__ import annotations

from pathlib import Path

import pytest

from simone.benchmarks import emotion
from simone.clock import Deadline, FrozenClock
from simone.protocols.emotional_state import EmotionalState, emotion_labels, read_tone
from simone.records import Case, Draft, DraftSentence, Request


def test_praise_is_pleasant_and_blame_is_not() -> None:
    assert read_tone("What a wonderful, generous idea.").valence > 0.2
    assert read_tone("The service was horrible and the staff rude.").valence < -0.2


def test_negation_turns_a_word_within_its_reach_only() -> None:
    assert read_tone("The meal was not good.").valence < 0.0 < read_tone("The meal was good.").valence
    assert read_tone("It was not late, and good.").valence > read_tone("It was not good, and late.").valence


def test_degree_and_emphasis_move_the_reading_further_out() -> None:
    plain = read_tone("the result is great").valence
    assert read_tone("the result is really great").valence > plain
    assert read_tone("the result is GREAT").valence > plain
    assert read_tone("the result is great!!!").valence > plain
    assert read_tone("the result is somewhat great").valence < plain


def test_the_side_after_but_counts_more() -> None:
    pleasant_last = read_tone("It was terrible, but the end was great.").valence
    assert pleasant_last > read_tone("The end was great, but it was terrible.").valence


def test_faces_and_emoji_carry_feeling() -> None:
    assert read_tone("see you :)").valence > read_tone("see you :(").valence
    assert read_tone("see you 😀").valence > read_tone("see you 😢").valence


def test_spans_quote_the_words_that_carry_the_feeling() -> None:
    text = "The café was lovely — truly lovely — but the naïve plan failed horribly."
    spans = read_tone(text).spans
    shown = {text[span.start : span.end]: span for span in spans}
    assert {"lovely", "horribly"} <= shown.keys()
    assert all(-4.0 <= span.weight <= 4.0 for span in spans)


def test_discrete_emotions_are_named_and_their_shares_sum_to_one() -> None:
    tone = read_tone("Thank you so much, I am grateful for your help!")
    assert tone.emotions[0][0] == "gratitude"
    assert sum(share for _, share in tone.emotions) == pytest.approx(1.0)
    assert emotion_labels("The valve has four screws.") == ("neutral",)


def test_text_without_feeling_or_words_is_read_without_complaint() -> None:
    for text in ("", "   ", "1931", "中文字", "\u200b", "!!!!", "Ω"):
        tone = read_tone(text)
        assert -1.0 <= tone.valence <= 1.0
        assert 0.0 <= tone.arousal <= 1.0


def test_the_protocol_writes_the_tone_of_the_draft_and_nothing_else() -> None:
    text = "We are delighted."
    case = Case(Request("q"), draft=Draft(text, (DraftSentence(text, 0, len(text)),)))
    done = EmotionalState().apply(case, Deadline(FrozenClock(), 9.0))
    assert done.tone == read_tone(text)
    assert done.draft == case.draft
    assert EmotionalState().apply(Case(Request("q")), Deadline(FrozenClock(), 9.0)).tone is None


@pytest.mark.data
def test_held_out_tweets_are_read_as_people_rated_them(data: Path) -> None:
    rated = emotion._rated(data / "emotion/vader/tweets_GroundTruth.txt")[:600]
    found = emotion._agreement("tweets", "simone", "valence", rated, lambda text: read_tone(text).valence)
    assert found.pearson > 0.82
