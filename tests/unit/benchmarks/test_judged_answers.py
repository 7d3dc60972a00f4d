"""Sentences of governed answers judged by hand: the file is whole, and what no longer fits it is told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from simone.benchmarks.answers import load
from simone.benchmarks.judged import (
    DRAWN,
    Judged,
    Report,
    Span,
    changed,
    draw,
    lot,
    read,
    render,
    run,
    texts_of,
    write,
)
from simone.errors import InputError
from simone.settings import Settings

SAMPLE = Path(__file__).with_name("judged_answers.jsonl")


@pytest.fixture
def questions(data: Path) -> Path:
    """The folder with the data; skips by name where it lacks the questions."""
    if not (data / "qa" / "xquad_en_dev.json").is_file():
        pytest.skip("questions missing: SIMONE_DATA/qa/xquad_en_dev.json")
    return data


def test_every_sentence_is_judged_and_what_is_wrong_has_a_reason() -> None:
    sentences = read(SAMPLE)
    assert {engine: sum(s.engine == engine for s in sentences) for engine in DRAWN} == DRAWN
    assert all(s.judgment and s.sources for s in sentences)
    assert all(bool(s.reason) == (s.judgment != "supported" or not s.faithful) for s in sentences)
    assert len({(s.engine, s.place, s.sentence) for s in sentences}) == len(sentences)


def test_the_file_holds_no_text_of_the_data(questions: Path) -> None:
    written = SAMPLE.read_text("utf-8")
    words = [paragraph.text.split() for paragraph in load(questions)]
    runs = {" ".join(text[i : i + 6]) for text in words for i in range(len(text) - 5)}
    assert not [run for run in runs if run in written]


def test_the_data_are_still_the_ones_that_were_read(questions: Path) -> None:
    assert list(changed(load(questions), read(SAMPLE))) == []


def test_changed_data_are_told(questions: Path) -> None:
    one = read(SAMPLE)[0]
    moved = msgspec.structs.replace(one.sources[0], start=one.sources[0].start + 1)
    altered = [
        msgspec.structs.replace(one, asked="0" * 16),
        msgspec.structs.replace(one, question=999),
        msgspec.structs.replace(one, sources=(moved,)),
    ]
    for sentence in altered:
        assert len(list(changed(load(questions), [sentence]))) == 1


def test_a_slice_is_answered_as_it_was_judged_and_another_answer_is_stale(questions: Path, home: Path) -> None:
    some = [s for s in read(SAMPLE) if s.engine == "extractive"][:5]
    other = msgspec.structs.replace(some[0], digest="0" * 16)
    beyond = msgspec.structs.replace(some[1], sentence=99)
    report = run(questions, home, Settings(), [*some, other, beyond], ["extractive"])
    assert [problem.split(": ")[-1] for problem in report.stale] == [
        "the answer says something else there now",
        "the answer has no such sentence now",
    ]
    assert "stale: 2" in render(report)


def test_the_lot_draws_the_committed_sentences(questions: Path, home: Path) -> None:
    drawn = draw(questions, home, Settings(), {"extractive": 4}, seed=6)
    judged = [s for s in read(SAMPLE) if s.engine == "extractive"][:4]
    assert [(s.place, s.sentence, s.digest, s.sources) for s in drawn] == [
        (s.place, s.sentence, s.digest, s.sources) for s in judged
    ]
    assert not any(s.judgment for s in drawn)


def test_the_lot_depends_on_seed_and_engine_only(questions: Path) -> None:
    paragraphs = load(questions)
    assert lot(paragraphs, "extractive", 0) == lot(paragraphs, "extractive", 0)
    assert lot(paragraphs, "extractive", 0) != lot(paragraphs, "smollm2", 0)
    assert lot(paragraphs, "extractive", 0) != lot(paragraphs, "extractive", 1)


def test_words_are_shown_to_whoever_judges(questions: Path) -> None:
    one = read(SAMPLE)[0]
    shown = texts_of(questions, [one])
    paragraph = next(p for p in load(questions) if p.id == one.paragraph)
    assert paragraph.questions[one.question].question.strip() in shown
    assert one.reason in shown


def test_figures_count_what_was_judged() -> None:
    span = (Span("p", 0, 9, "d"),)
    sentences = (
        Judged("extractive", "p", 0, "a", 0, "d", span, "supported", True, True),
        Judged("extractive", "p", 0, "a", 1, "e", span, "not supported", False, False, "says more"),
        Judged("extractive", "p", 1, "a", 0, "d", span, "cannot tell", True, False, "who?"),
        Judged("extractive", "p", 2, "a", 0, "d", span),
    )
    shown = render(Report(sentences, (), ()))
    row = next(line for line in shown.splitlines() if line.startswith("all"))
    assert row.split("  ")[0] == "all"
    assert [figure for figure in row.split() if "/" in figure] == ["1/3", "1/3", "1/3", "1/3"]
    assert "not judged: 1" in shown
    assert "sentence 1: not supported: says more" in shown
    assert "extractive, written" in shown


def test_judgments_are_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    write(path, read(SAMPLE))
    assert path.read_bytes() == SAMPLE.read_bytes()
    with pytest.raises(InputError, match="exists"):
        write(path, ())


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    path.write_text(SAMPLE.read_text("utf-8") + '{"engine": 1}\n', "utf-8")
    with pytest.raises(InputError, match="line 201"):
        read(path)
    with pytest.raises(InputError, match="no file"):
        read(tmp_path / "absent.jsonl")
