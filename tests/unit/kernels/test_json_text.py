"""JSON is read strictly, errors have their place, and every value its path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simone.errors import KernelError
from simone.kernels import kernels
from simone.kernels.contract.syntax import JSON_KINDS, REPEATED_NAME, SYNTAX_ERRORS

LEAF = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4)
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=9,
)


def wrong(text: str) -> list[tuple[str, int, int, int, int]]:
    found = kernels.syntax_errors_batch([text], ["json"])
    columns = (column.tolist() for column in found[1:-1])
    return [(SYNTAX_ERRORS[code], *place) for code, *place in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("a value is expected", 1, 1, 0, 0)),
        ("[1,]", ("a value is expected", 1, 4, 3, 4)),
        ("{} {}", ("nothing may follow the value", 1, 4, 3, 4)),
        ('{\n "é": 1,\n}', ("a name in quotation marks is expected", 3, 1, 11, 12)),
        ('{"a" 1}', ("a colon is expected", 1, 6, 5, 6)),
        ("[1 2]", ("a comma or the closing bracket is expected", 1, 4, 3, 4)),
        ('["a', ("the string is not closed", 1, 2, 1, 3)),
        ('["a\tb"]', ("a control character must be written as an escape", 1, 4, 3, 4)),
        ('["\\x"]', ("the escape is unknown", 1, 3, 2, 4)),
        ("[01]", ("the number is not well formed", 1, 2, 1, 3)),
        ("[nul]", ("the word is neither true, false nor null", 1, 2, 1, 4)),
        ("\ufeff{}", ("a value is expected", 1, 1, 0, 1)),
        ("[" * 100_000, ("a value is expected", 1, 100_001, 100_000, 100_000)),
    ],
)
def test_the_first_error_has_its_place(text: str, expected: tuple[str, int, int, int, int]) -> None:
    assert wrong(text) == [expected]


def test_a_name_used_before_is_told_and_the_text_still_read() -> None:
    text = '{"a": 1,\n "a": {"a": 2}}'
    assert wrong(text) == [(SYNTAX_ERRORS[REPEATED_NAME], 2, 2, 10, 13)]
    assert len(kernels.json_paths_batch([text]).kind) == 4


def test_paths_are_pointers_and_spans_hold_the_values() -> None:
    text = '{"a/b": [1, {"c~": "\\ud83d\\ude00"}], "": null}'
    found = kernels.json_paths_batch(["[", text])
    assert set(found.text.tolist()) == {1}
    shown = {found.pointer(row): text[found.start[row] : found.end[row]] for row in range(len(found.kind))}
    assert shown == {
        "": text,
        "/a~1b": '[1, {"c~": "\\ud83d\\ude00"}]',
        "/a~1b/0": "1",
        "/a~1b/1": '{"c~": "\\ud83d\\ude00"}',
        "/a~1b/1/c~0": '"\\ud83d\\ude00"',
        "/": "null",
    }
    assert [JSON_KINDS[kind] for kind in found.kind] == ["object", "array", "number", "object", "string", "null"]


@given(TREE, st.sampled_from([None, 1]), st.booleans())
def test_what_the_standard_library_writes_is_read(tree: object, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    assert wrong(text) == []
    found = kernels.json_paths_batch([text])
    for row in range(len(found.kind)):
        value = tree
        for token in found.pointer(row).split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]  # type: ignore[index]
        assert json.loads(text[found.start[row] : found.end[row]]) == value


@given(st.text(st.sampled_from('{}[]",:\\u0123456789abtfn \n.-+eE'), max_size=12))
def test_what_is_accepted_the_standard_library_accepts_too(text: str) -> None:
    is_good = all(message == SYNTAX_ERRORS[REPEATED_NAME] for message, *_ in wrong(text))
    try:
        json.loads(text)
    except ValueError:
        assert not is_good
    else:
        assert is_good


@pytest.mark.data
def test_the_json_parsing_suite_passes(data: Path) -> None:
    wrongly = []
    for path in sorted((data / "structured" / "json_parsing").rglob("*.json")):
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            is_good = False
        else:
            is_good = all(message == SYNTAX_ERRORS[REPEATED_NAME] for message, *_ in wrong(text))
        if {"y": not is_good, "n": is_good}.get(path.name[0], False):
            wrongly.append(path.name)
    assert wrongly == []


def test_a_language_that_is_not_known_is_refused_by_name() -> None:
    with pytest.raises(KernelError, match="language 'cobol' is not known; known: json, python, "):
        kernels.syntax_errors_batch(["x"], ["cobol"])
    with pytest.raises(KernelError, match="1 languages were given for 2 texts; give one for each"):
        kernels.syntax_errors_batch(["1", "2"], ["json"])
