"""JSON read by the compiled backend equals what the reference reads, on any text."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import KernelError
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

REFERENCE = Reference()
BACKENDS = [choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")]
PIECE = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", '"', '"a"', '"a":', '{"a":1,"a":2}', "[1,2]", "true", "false", "null"),
        *("nul", '"\U0001f600"', "tr\u00fce", "//", "é", " ", "\n", "\t", "\r"),
        *("0", "-1", "01", "1.", "1.5e+3", "1e", "-", "+1", ".5", "1\u0661", "\ufeff", "\xa0", "\x0b", "\0"),
        *("\\", '"\\n"', '"\\x"', '"\\u12"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\ud800"'),
    ]
)  # fmt: skip
TEXT = st.lists(PIECE | st.text(st.characters(exclude_categories=()), max_size=3), max_size=14).map("".join)
TREE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


def check(texts: list[str]) -> None:
    languages = ["json"] * len(texts)
    errors, values = REFERENCE.syntax_errors_batch(texts, languages), REFERENCE.json_paths_batch(texts)
    for backend in BACKENDS:
        found = backend.syntax_errors_batch(texts, languages)
        assert found.missing == errors.missing
        assert all(np.array_equal(*pair) for pair in zip(found[:-1], errors[:-1], strict=True))
        paths = backend.json_paths_batch(texts)
        assert type(paths) is type(values)
        assert paths.token == values.token
        assert all(np.array_equal(*pair) for pair in zip(paths[:-1], values[:-1], strict=True))


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXT, max_size=4))
def test_any_text_is_read_alike(texts: list[str]) -> None:
    check(texts)


@settings(max_examples=200, deadline=None)
@given(st.lists(TREE.map(json.dumps), max_size=3))
def test_well_formed_texts_are_read_alike(texts: list[str]) -> None:
    check(texts)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "[" * 50_000 + "]" * 50_000,
        '{"a":' * 20_000,
        '"' + "\\n" * 50_000,
        "1" * 100_000,
        '{"a":1,' * 20_000,
    ],
)
def test_hostile_texts_are_read_alike(text: str) -> None:
    check([text, "[]"])


def test_refusals_are_alike() -> None:
    for backend in (*BACKENDS, REFERENCE):
        with pytest.raises(KernelError, match="language 'cobol' is not known; known: json, python, "):
            backend.syntax_errors_batch(["x"], ["cobol"])
        with pytest.raises(KernelError, match="1 languages were given for 2 texts; give one for each"):
            backend.syntax_errors_batch(["1", "2"], ["json"])
