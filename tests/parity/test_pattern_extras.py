"""Replacing, matching once and entities: the compiled backend equals the reference, and stays linear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import KernelError
from simone.kernels import CompiledPatternSet
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = {threads: choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")}
RUST = BACKENDS["2"]
PIECE = st.sampled_from(
    [
        *("anna.berg@mail.example.org", "a@b", "@", "https://x.org/a(b)", "www.x.de/", "http://", "v1.2", "1.2.3-rc1"),
        *(
            "1.2.3.4",
            "256.1.1.1",
            "12.5.2020",
            "10.1000/abc",
            "CVE-2021-44228",
            "RFC 9110",
            "ABC-12",
            "ISBN 0-19-852663-6",
        ),
        *("de:ad:be:ef:00:01", "550e8400-e29b-41d4-a716-446655440000", "d41d8cd98f00b204e9800998ecf8427e", "5 pm"),
        *("Ada Lovelace", "$5 million", "12%", "40 km", "May 5, 1931", "é", "🎉", "\0", "\ud800", "ſ", "İ", "K"),
        *(".", ",", " ", " ", "-", "/", ":", "(", ")", "\n", "aab", "ab", "b"),
    ]
)
TEXT = st.lists(PIECE | st.text(st.characters(exclude_categories=()), max_size=4), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_entities_are_equal_on_any_text(texts: list[str]) -> None:
    expected = REFERENCE.extract_entities_batch(texts)
    for backend in BACKENDS.values():
        found = backend.extract_entities_batch(texts)
        assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, max_size=4), st.lists(st.text(max_size=3), min_size=4, max_size=4))
def test_replacing_is_equal_on_any_text(texts: list[str], words: list[str]) -> None:
    patterns = [("first", "a+b"), ("second", "b|é"), ("third", r"\w+@\w+"), ("fourth", "[^\\x00-\\x7f]{2}")]
    one, other = (backend.compile_pattern_set(patterns) for backend in (RUST, REFERENCE))
    words = [word.encode("utf-8", "replace").decode() for word in words]
    assert one.replace_batch(texts, words) == other.replace_batch(texts, words)
    assert RUST.replace_patterns_batch(texts, one, words) == one.replace_batch(texts, words)
    assert RUST.multi_pattern_match(patterns, texts) == REFERENCE.multi_pattern_match(patterns, texts)


def test_the_leftmost_match_is_replaced_then_the_first_pattern() -> None:
    for backend in (RUST, REFERENCE):
        found = backend.compile_pattern_set([("short", "ab"), ("long", "abc"), ("late", "bcd")])
        assert found.replace_batch(["xabcd bcd"], ["<1>", r"<\1>", "<3>"]) == ["x<1>cd <3>"]


def test_replacements_must_be_as_many_as_the_patterns() -> None:
    for backend in (RUST, REFERENCE):
        with pytest.raises(KernelError, match="1 replacements were given for 2 patterns; give one for each"):
            backend.compile_pattern_set([("a", "a"), ("b", "b")]).replace_batch(["ab"], ["x"])


def test_a_set_can_be_made_by_name() -> None:
    assert CompiledPatternSet([("a", "a+"), ("b", "b")]).match_batch(["caab", ""]) == [["a", "b"], []]


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 60_000,
        "a." * 60_000 + "@",
        "www." * 30_000,
        "http://" * 20_000,
        "1." * 60_000,
        "10.1000/" + "(" * 100_000,
        "A" * 100_000 + "-",
        "Ada " * 30_000,
        "ab:" * 40_000,
    ],
)
def test_hostile_text_does_not_hang_the_compiled_backend(text: str) -> None:
    entities = RUST.extract_entities_batch([text])
    assert (entities.start[1:] >= entities.end[:-1]).all()


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|a)*b", "(.*a){12}b", "(x+x+)+y", r"(\w+\s?)*!"])
def test_the_classic_patterns_do_not_hang_the_compiled_backend(pattern: str) -> None:
    texts = ["a" * 50_000 + "c", "x" * 50_000, "word " * 10_000]
    assert RUST.compile_pattern_set([("it", pattern)]).replace_batch(texts, [""])
