"""Compiled comparisons of claims, and contradictions, equal the reference: every column, on any text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import BadArray
from simone.kernels.arrays import as_text
from simone.kernels.contract import Kernels
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference
from simone.kernels.reference.validation.reading import read
from simone.kernels.reference.validation.words import stems_of
from simone.truth import reading

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
RUST = BACKENDS["2"]
DATA = Path(os.environ.get("SIMONE_DATA", "../shared/data")) / "nli" / "dev"
SETS = ("snli_test", "fracas", "healthver_dev", "conjnli_dev", "feverous_s_dev", "qags_cnndm")

WORDS = """the a an this all some most few many several both two handful any
quite rarely under than no not n't never only every each of in on at by to from for with without
before after until since under over near into off about than as like and or but either who which that because if
is are was were be been has had did do can could may might will should said claims denied agreed failed to built
opened closed rose fell won lost bought sold founded married demolished was made by there he she it they his its
Ada Lovelace Lund United Nations UN Dr. Smith bridge bridges company ship ships museum town king capital
first last largest best second former annual monthly 12 1,200 3.5 half two million % 5 km 300 metres $ 40 more less
least between 1931 1958 2019 March 5 June the 1930s 44 BC Monday respectively anything nothing hardly without
, , . ; : ( ) [ ] “ ” " 's ’s — – - ! ? & U.S. ſ İ Σ été ½ used ly fly apply supply very same also just so once"""
WORD = st.sampled_from(WORDS.split())
JOIN = st.sampled_from([" ", " ", " ", " ", "", "-", "\n"])
ANY = st.text(st.characters(exclude_categories=()), max_size=8)  # every plane, NUL and lone surrogates
SENTENCE = st.lists(st.tuples(st.one_of(WORD, WORD, WORD, WORD, WORD, ANY), JOIN).map("".join), max_size=18).map(
    "".join
)


@st.composite
def pairs_of_texts(draw: st.DrawFn) -> tuple[str, str]:
    """A claim and a sentence that shares most of its words, so that every check has something to do."""
    words = draw(st.lists(WORD, min_size=1, max_size=14))
    changed = list(words)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(changed) - 1)) if changed else 0
        match draw(st.sampled_from(("replace", "insert", "remove", "swap"))):
            case "replace" if changed:
                changed[place] = draw(WORD)
            case "insert":
                changed.insert(place, draw(WORD))
            case "remove" if len(changed) > 1:
                del changed[place]
            case "swap":
                changed[place:] = [*changed[place:][1:2], *changed[place:][:1], *changed[place:][2:]]
    return " ".join(words), " ".join(changed)


def same(left: Any, right: Any) -> bool:
    """Equal columns, to the bit."""
    if isinstance(left, np.ndarray):
        return (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes())
    if isinstance(left, tuple) and hasattr(left, "_fields"):
        return type(left) is type(right) and all(map(same, left, right))
    return bool(left == right)


def answer(kernels: Kernels, name: str, *given: Any) -> Any:
    """The answer, or what the refusal says."""
    try:
        return getattr(kernels, name)(*given)
    except BadArray as error:
        return str(error)


@settings(max_examples=200, deadline=None)
@given(st.lists(pairs_of_texts(), min_size=1, max_size=6))
def test_claims_near_their_evidence_are_checked_alike(texts: list[tuple[str, str]]) -> None:
    claims, evidences = map(list, zip(*texts, strict=True))
    for ours, theirs in ((claims, evidences), (evidences, claims)):
        expected = REFERENCE.validate_truth_claims_batch(ours, theirs)
        assert same(RUST.validate_truth_claims_batch(ours, theirs), expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(SENTENCE, max_size=3), st.lists(SENTENCE, max_size=3), st.data())
def test_any_texts_are_checked_alike(claims: list[str], evidences: list[str], data: st.DataObject) -> None:
    count = len(claims) * len(evidences)
    word = st.integers(0, 30)
    near = st.one_of(st.none(), st.lists(st.dictionaries(word, word, max_size=2), min_size=count, max_size=count))
    given = claims, evidences, None, data.draw(near)
    name = "validate_truth_claims_batch"
    assert same(answer(RUST, name, *given), answer(REFERENCE, name, *given))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(SENTENCE, pairs_of_texts().map(" ".join)), max_size=4))
def test_any_texts_are_read_alike(texts: list[str]) -> None:
    assert same(RUST.read_sentences_batch(texts), REFERENCE.read_sentences_batch(texts))
    assert RUST.content_stems_batch(texts) == REFERENCE.content_stems_batch(texts)


@settings(max_examples=100, deadline=None)
@given(SENTENCE)
def test_a_reading_is_that_of_the_reference(text: str) -> None:
    ours, theirs = reading.read(text), read(as_text(text))
    assert ours.text == text
    for name in ("words", "content", "verbs", "relations", "operators"):
        assert getattr(ours, name) == getattr(theirs, name)
    for name in ("quantities", "dates", "names"):
        assert [(s.start, s.end) for s in getattr(ours, name)] == [(s.start, s.end) for s in getattr(theirs, name)]
    assert [as_text(name.text) for name in ours.names] == [name.text for name in theirs.names]
    assert reading.stems_of(text) == stems_of(as_text(text))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(SENTENCE, pairs_of_texts().map(" and ".join)), max_size=6),
    st.lists(pairs_of_texts(), max_size=6),
)
def test_contradictions_are_found_alike(texts: list[str], near: list[tuple[str, str]]) -> None:
    statements = [*texts, *(text for pair in near for text in pair)]
    expected = REFERENCE.detect_contradictions_fast(statements)
    checks = REFERENCE.check_contradictions(statements)
    for backend in BACKENDS.values():
        assert backend.detect_contradictions_fast(statements) == expected
        assert same(backend.check_contradictions(statements), checks)


@pytest.mark.parametrize("name", SETS)
def test_labelled_pairs_are_checked_alike(name: str) -> None:
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:300]]
    rows = [row for row in rows if len(row["premise"]) < 2000]
    claims, evidences = [row["hypothesis"] for row in rows], [row["premise"] for row in rows]
    assert same(RUST.read_sentences_batch(evidences), REFERENCE.read_sentences_batch(evidences))
    assert RUST.content_stems_batch(evidences) == REFERENCE.content_stems_batch(evidences)
    own = np.arange(len(rows))
    pairs = np.concatenate([np.stack([own, own], 1), np.stack([own, np.roll(own, 1)], 1)])
    expected = REFERENCE.validate_truth_claims_batch(claims, evidences, pairs)
    for backend in BACKENDS.values():
        assert same(backend.validate_truth_claims_batch(claims, evidences, pairs), expected)
    assert same(RUST.check_contradictions(claims), REFERENCE.check_contradictions(claims))


@pytest.mark.parametrize(
    "given",
    [
        (["a"], ["b"], [(0, 0)]),
        (["a"], ["b"], np.zeros((1, 3), np.int64)),
        (["a"], ["b"], np.array([[0, 1]])),
        (["a"], ["b"], np.array([[-1, 0]])),
        (["a"], ["b"], None, [{}, {}]),
        (["a"], ["b"], None, [{0: "b"}]),
        (["a"], ["b"], None, [{-1: 0}]),
        (["a"], ["b"], None, [{0: 1}]),
        (["a", 1], ["b"]),
        (["a"], [None]),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(given: tuple[Any, ...]) -> None:
    refused = answer(REFERENCE, "validate_truth_claims_batch", *given)
    assert isinstance(refused, str)
    assert answer(RUST, "validate_truth_claims_batch", *given) == refused


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(pairs_of_texts(), st.tuples(SENTENCE, SENTENCE)), max_size=5))
def test_quotations_are_found_alike(texts: list[tuple[str, str]]) -> None:
    quotations, sources = [one for one, _ in texts], [f"{other} {one[:9]}. {other}" for one, other in texts]
    expected = REFERENCE.find_quotations_batch(quotations, sources)
    for backend in BACKENDS.values():
        assert same(backend.find_quotations_batch(quotations, sources), expected)


def test_common_words_hide_no_contradiction() -> None:
    statements = [f"The gate number {n} of the old harbour opens at noon." for n in range(100)]
    statements.append("The gate number 7 of the old harbour never opens at noon.")
    found = REFERENCE.detect_contradictions_fast(statements)
    assert (7, 100, "polarity") in found
    assert RUST.detect_contradictions_fast(statements) == found


@pytest.mark.parametrize(
    "unit",
    [
        "not ", "(((", "the king of the ", "Bob won the cup and Ann sold it, ", "fly supply apply ", "5 km and ",
        "in 1931, ", "Ada Lovelace ", "is was ", "'s ", "Paris, the capital, ", "alpha beta gamma delta ",
        "Bob won, sold, bought and lost the cup, ",
    ],
)  # fmt: skip
def test_a_text_that_repeats_itself_is_checked_alike(unit: str) -> None:
    text = unit * (1500 // len(unit))
    assert same(
        RUST.validate_truth_claims_batch([text], [text, unit]),
        REFERENCE.validate_truth_claims_batch([text], [text, unit]),
    )
