from __future__ import annotations

import os
from pathlib import Path

import pytest

from simone.benchmarks.summaries import Rouge, SummaryScores, read_topics, render, rouge
from simone.errors import MissingSource


def test_identical_texts_score_one_and_strangers_zero() -> None:
    assert rouge("The cat sat.", ["the cat sat"]) == Rouge(1.0, 1.0, 1.0)
    assert rouge("The cat sat.", ["A dog ran"]) == Rouge(0.0, 0.0, 0.0)


def test_scores_are_f1_of_clipped_overlaps_worked_by_hand() -> None:
    score = rouge("the the cat sat on a mat", ["the cat lay on the mat"])  # 7 and 6 words
    assert score.one == pytest.approx(2 * 5 / 13)  # the, the, cat, on, mat
    assert score.two == pytest.approx(2 * 1 / 11)  # "the cat"
    assert score.longest == pytest.approx(2 * 4 / 13)  # the cat on mat


def test_several_references_are_averaged() -> None:
    assert rouge("a b", ["a b", "c d"]).one == pytest.approx(0.5)


def test_the_table_names_the_collection_and_the_methods() -> None:
    table = render(SummaryScores(51, 2, "e", (("lead", Rouge(0.1, 0.2, 0.3)),)))
    assert "Opinosis, 51 topics" in table
    assert "lead" in table and "0.3000" in table


def test_a_missing_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingSource, match="SIMONE_DATA"):
        read_topics(tmp_path)


@pytest.mark.data
def test_every_topic_has_sentences_and_human_summaries() -> None:
    data = Path(os.environ.get("SIMONE_DATA", "../shared/data"))
    if not (data / "summary").is_dir():
        pytest.skip(f"no data under {data / 'summary'}")
    topics = read_topics(data)
    assert len(topics) == 51
    assert all(topic.sentences and 3 <= len(topic.gold) <= 5 for topic in topics)
