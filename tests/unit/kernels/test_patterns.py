"""Pattern sets: what matches, in which order, and what is refused."""

from __future__ import annotations

import pytest

from simone.errors import KernelError
from simone.kernels import kernels


def test_matches_come_by_text_start_pattern_and_end() -> None:
    patterns = kernels.compile_pattern_set([("word", r"\b\w+\b"), ("number", r"\d+"), ("x", "x")])
    assert patterns.names == ("word", "number", "x")
    found = [column.tolist() for column in patterns.find_batch(["ab 12", "", "x"])]
    assert list(zip(*found, strict=True)) == [(0, 0, 0, 2), (0, 0, 3, 5), (0, 1, 3, 5), (2, 0, 0, 1), (2, 2, 0, 1)]
    assert patterns.match_batch(["ab 12", "", "x"]) == [["word", "number"], [], ["word", "x"]]


def test_offsets_are_code_points() -> None:
    start, end = kernels.compile_pattern_set([("b", "b")]).find_batch(["😀éb"])[2:]
    assert (start.tolist(), end.tolist()) == ([2], [3])


def test_a_dollar_stands_for_the_very_end_alone() -> None:
    patterns = kernels.compile_pattern_set([("end", "a$"), ("line", "(?m)a$")])
    assert patterns.match_batch(["a\n", "a"]) == [["line"], ["end", "line"]]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("a(?=b)", "look-around"),
        ("a(?!b)", "look-around"),
        ("(?<=a)b", "look-around"),
        ("(?<!a)b", "look-around"),
        (r"(a)\1", "back-reference"),
        ("(?P<n>a)(?P=n)", "back-reference"),
        ("(a)(?(1)b|c)", "conditional"),
        ("(?>a+)b", "atomic"),
        ("a++b", "possessive"),
        ("a{2,3}+b", "possessive"),
        (r"a\Z", "anchor"),
        ("a{,3}b", "lower bound"),
        ("(?x) a", "flag"),
        ("a(?m:b)", "multi-line"),
        ("[a[b]", "set operation"),
        ("[a&&b]", "set operation"),
        (r"\N{DIGIT ONE}", "by name"),
        ("(a", "does not compile"),
        ("a*", "empty text"),
    ],
)
def test_syntax_outside_the_common_subset_is_refused_by_name(pattern: str, said: str) -> None:
    with pytest.raises(KernelError, match=f"'bad'.*{said}"):
        kernels.compile_pattern_set([("good", "x"), ("bad", pattern)])


@pytest.mark.parametrize(
    "pattern",
    [r"\(?=x", r"[(?=]x", r"[\[\]]", r"a\+\+", r"(?i)abc", r"(?P<n>a)b", r"(?:a|b)+?", r"\\1", "[]x]", r"[^]]"],
)
def test_syntax_that_only_looks_alike_is_accepted(pattern: str) -> None:
    assert kernels.compile_pattern_set([("p", pattern)]).names == ("p",)


def test_two_patterns_of_one_name_are_refused() -> None:
    with pytest.raises(KernelError, match="several patterns are named 'a'"):
        kernels.compile_pattern_set([("a", "x"), ("a", "y")])
