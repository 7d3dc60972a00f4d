"""Claims in labelled text: what the figures count, and what the rules reach on the half they were made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from simone.benchmarks.claims import Sentence, Text, compare, load, render, run
from simone.errors import MissingSource

LABELS = Path(__file__).parents[1] / "truth" / "labelled_sentences.toml"


def test_the_labels_are_many_of_many_kinds_and_in_two_halves() -> None:
    texts = load(LABELS)
    assert sum(len(text.sentences) for text in texts) >= 200
    assert len({text.kind for text in texts}) >= 15
    for half in ("dev", "test"):
        assert sum(len(text.sentences) for text in texts if text.half == half) >= 100


def test_labels_name_spans_of_their_sentences() -> None:
    for text in load(LABELS):
        for sentence in text.parts():
            assert all(span in sentence.text for span in sentence.claims)


def test_what_is_found_wrongly_counts_against_precision_and_what_is_missed_against_recall() -> None:
    # Labelled against the rules on purpose: the first is a claim, the second is none, the third has one speaker.
    text = Text(
        "dev",
        "made up",
        (
            Sentence("The wall held.", why="opinion"),
            Sentence("Who built it?"),
            Sentence("Lund says that it fell.", speaker="Bo"),
        ),
    )
    tallies = compare(text)
    assert [len(part) for part in (tallies["claims"].right, tallies["claims"].extra, tallies["claims"].missed)] == [
        1,
        1,
        1,
    ]
    assert (len(tallies["question"].extra), len(tallies["opinion"].missed)) == (1, 1)
    assert (len(tallies["speaker"].extra), len(tallies["speaker"].missed)) == (1, 1)


def test_the_rules_keep_what_they_reach_on_their_own_half() -> None:
    texts = load(LABELS)
    scores = {score.label: score for score in run(texts, "dev")}
    for label, least in (
        ("claims", 0.95),
        ("joints", 0.9),
        ("not checkable", 0.95),
        ("speaker", 0.9),
        ("reference", 0.85),
    ):
        assert scores[label].f1 >= least, (label, scores[label])
    assert "dev half" in render(texts, tuple(scores.values()), "dev", 1)


def test_labels_that_are_not_there_are_named() -> None:
    with pytest.raises(MissingSource, match="source tree"):
        load(Path("nowhere.toml"))
