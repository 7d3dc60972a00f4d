"""Words, syllables and text statistics of the compiled backend equal those of the reference, on any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.kernels.contract.texts import CountedWords, FoundTerms, TextStatistics
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference
from simone.kernels.reference.syllables import _table

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = [choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")]
PIECES = st.sampled_from(
    [
        *("harbour", "Extraordinary", "wanted", "Families", "inventing", "well-known", "don't"),
        *("state\u2010of\u2011the-art", "It’s", "3.5", "1,200", "10:30pm", "3rd", "1.", "a_b", "_", "²", "٣٤", "Ⅷ"),
        *("1,234.5,", "12,345", "1,23", "10.1.2", ",", ".", "7"),
        *("É", "naïveté", "ΣΑΣ", "İs", "ǅ", "-", "'"),
        *(". ", "! ", "? ", " ", " ", " ", "\n\n", "\n", "\0", "\ud800", "🎉", "(", ")", "国王", "e\u0301"),
    ]
)  # fmt: skip
WORD = st.sampled_from(sorted(_table()[1]))
TEXT = st.lists(PIECES | WORD | st.text(st.characters(exclude_categories=()), max_size=5), max_size=16).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_words_and_statistics_are_equal_on_any_text(texts: list[str]) -> None:
    words, counts = REFERENCE.find_words_batch(texts), REFERENCE.text_statistics_batch(texts)
    for backend in BACKENDS:
        for found, expected in (
            (backend.find_words_batch(texts), words),
            (backend.text_statistics_batch(texts), counts),
        ):
            assert type(found) is type(expected)
            for name, one, other in zip(found._fields, found, expected, strict=True):
                assert np.array_equal(one, other) and one.dtype == other.dtype, name


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXT, max_size=4), st.frozensets(st.sampled_from(["harbour", "12345", "ii", "1", "σασ"])))
def test_search_terms_are_equal_on_any_text(texts: list[str], without: frozenset[str]) -> None:
    expected = REFERENCE.find_terms_batch(texts, without)
    assert len(expected.lengths) == len(texts) and int(expected.lengths.sum()) == len(expected.tokens)
    for backend in BACKENDS:
        found = backend.find_terms_batch(texts, without)
        assert type(found) is FoundTerms and found.vocabulary == expected.vocabulary
        for one, other in ((found.tokens, expected.tokens), (found.lengths, expected.lengths)):
            assert np.array_equal(one, other) and one.dtype == other.dtype


def test_every_listed_word_has_its_syllables() -> None:
    listed = sorted(word for word in _table()[1] if "-" not in word)
    text = " ".join(listed)
    for backend in BACKENDS:
        assert np.array_equal(backend.find_words_batch([text]).syllables, REFERENCE.find_words_batch([text]).syllables)


def test_long_texts_are_counted_alike_on_any_number_of_threads() -> None:
    texts = [
        f"The harbour town of Belmar {number} bought two extraordinary boats in 1931. It rained. " * 40
        for number in range(60)
    ]
    expected = REFERENCE.text_statistics_batch(texts)
    for backend in BACKENDS:
        assert all(np.array_equal(*pair) for pair in zip(backend.text_statistics_batch(texts), expected, strict=True))


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a-" * 100_000, "1." * 100_000, "a'" * 100_000, "_" * 200_000, "é" * 100_000]
)
def test_hostile_texts_are_counted(text: str) -> None:
    counts = BACKENDS[1].text_statistics_batch([text])
    assert isinstance(counts, TextStatistics)
    assert isinstance(BACKENDS[1].find_words_batch([text]), CountedWords)
    assert counts.words.shape == (1,)
