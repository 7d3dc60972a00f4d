"""Code of eight languages and of Markdown's blocks: where it is wrong, what it declares, what a query finds."""

from __future__ import annotations

import pytest

from simone.errors import KernelError
from simone.kernels import kernels
from simone.kernels.contract.syntax import GRAMMARS, MISSING, OUTLINE_KINDS, SYNTAX_ERRORS, UNREADABLE


def wrong(text: str, language: str) -> list[tuple[str, int, int, str, str]]:
    """(message, line, column, the text in question, what is missing) of each error."""
    found = kernels.syntax_errors_batch([text], [language])
    return [
        (SYNTAX_ERRORS[code], line, column, text[start:end], missing)
        for code, line, column, start, end, missing in zip(*(list(part) for part in found[1:]), strict=True)
    ]


def outline(text: str, language: str) -> list[tuple[str, str, int, int]]:
    """(kind, name, line, row of what holds it) of each declaration."""
    found = kernels.outline_batch([text], [language])
    return [
        (OUTLINE_KINDS[kind], text[first:last], int(line), int(parent))
        for kind, line, first, last, parent in zip(
            found.kind, found.line, found.name_start, found.name_end, found.parent, strict=True
        )
    ]


@pytest.mark.parametrize(
    ("language", "sound", "broken"),
    [
        ("python", "x = [1, 2]\n", "x = [1, 2\ny = 3\n"),
        ("javascript", "let a = {b: 1};\n", "let a = {b: };\n"),
        ("typescript", "let a: number = 1;\n", "let a: = 1;\n"),
        ("tsx", "const a = <b>c</b>;\n", "const a = <b>c</d;\n"),
        ("rust", "fn f() -> u8 { 1 }\n", "fn f( -> u8 { 1 }\n"),
        ("sql", "SELECT a FROM b WHERE c = 1;\n", "SELECT a FROM b WHERE (c = ;\n"),
        ("toml", "a = 1\n", "a = \n"),
        ("yaml", "a: [1, 2]\n", "a: [1, 2\n"),
        ("json", '{"a": 1}\n', '{"a": }\n'),
    ],
)
def test_a_fault_is_seen_where_there_is_one(language: str, sound: str, broken: str) -> None:
    assert wrong(sound, language) == []
    assert wrong(broken, language) != []
    assert wrong(f"é\n\n```{language}\n{sound}```\n", "markdown") == []
    (_, line, *_), *_ = wrong(f"é\n\n```{language}\n{broken}```\n", "markdown")
    assert line >= 4


def test_what_is_missing_is_named() -> None:
    assert wrong("é = f(1)\nstruct", "python") == []
    assert ("something is missing here", 1, 12, "", ";") in wrong("struct A(B)", "rust")


def test_places_count_code_points() -> None:
    ((message, line, column, text, _), *_) = wrong('a = "\U0001f600é"\nb = $ 1\n', "python")
    assert (message, line, column, text[:1]) == ("this does not belong here", 2, 5, "$")


def test_blocks_of_markdown_are_read_in_their_place() -> None:
    text = "1. é\n\n   ```py\n   x = (\n   ```\n\n~~~~ js\nf(;\n~~~\n~~~~\n\n```text\n(((\n```\n\n```rust\nfn f( {\n"
    found = wrong(text, "markdown")
    assert {line for _, line, *_ in found} <= {4, 8, 9, 17, 18}
    assert {line for _, line, *_ in found} & {4, 5}
    assert {line for _, line, *_ in found} & {8, 9}
    assert {line for _, line, *_ in found} & {17, 18}
    assert text[text.index("(") :].startswith("(\n")


def test_declarations_are_told_with_what_holds_them() -> None:
    text = "import os, sys\nfrom a.b import c\n\nclass É:\n    def f(self):\n        def g(): ...\n"
    assert outline(text, "python") == [
        ("import", "os", 1, -1),
        ("import", "a.b", 2, -1),
        ("class", "É", 4, -1),
        ("function", "f", 5, 2),
        ("function", "g", 6, 3),
    ]
    assert outline("import a from 'b';\nclass C { m() {} }\nconst f = () => 1;\n", "javascript") == [
        ("import", "'b'", 1, -1),
        ("class", "C", 2, -1),
        ("function", "m", 2, 1),
        ("function", "f", 3, -1),
    ]
    assert outline("interface I {}\nnamespace N { function f() {} }\n", "typescript") == [
        ("class", "I", 1, -1),
        ("module", "N", 2, -1),
        ("function", "f", 2, 1),
    ]
    assert outline("use a::b;\nimpl T for S { fn f() {} }\nmod m { struct X; }\n", "rust") == [
        ("import", "a::b", 1, -1),
        ("class", "S", 2, -1),
        ("function", "f", 2, 1),
        ("module", "m", 3, -1),
        ("class", "X", 3, 3),
    ]
    assert outline("CREATE TABLE a.b (c int);\nCREATE VIEW v AS SELECT 1;\n", "sql") == [
        ("table", "a.b", 1, -1),
        ("table", "v", 2, -1),
    ]
    assert outline("[a.b]\nc = 1\n[[d]]\n", "toml") == [("table", "a.b", 1, -1), ("table", "d", 3, -1)]
    assert outline("a: 1\n", "yaml") == outline('{"a": 1}', "json") == []
    assert outline("```py\nclass A: ...\n```\n\n```rs\nfn f() {}\n```\n", "markdown") == [
        ("class", "A", 2, -1),
        ("function", "f", 6, -1),
    ]


def test_trees_are_rows() -> None:
    text = "é = f(1)\n"
    found = kernels.parse_batch([text, '{"a": [1]}'], ["python", "json"])
    shown = [
        (found.kinds[kind], found.fields[field] if field >= 0 else "", start, end, parent)
        for kind, field, start, end, parent in zip(*(column.tolist() for column in found[1:6]), strict=True)
    ]
    assert shown == [
        ("module", "", 0, 9, -1),
        ("expression_statement", "", 0, 8, 0),
        ("assignment", "", 0, 8, 1),
        ("identifier", "left", 0, 1, 2),
        ("call", "right", 4, 8, 2),
        ("identifier", "function", 4, 5, 4),
        ("argument_list", "arguments", 5, 8, 4),
        ("integer", "", 6, 7, 6),
        ("object", "", 0, 10, -1),
        ("array", "", 6, 9, 8),
        ("number", "", 7, 8, 9),
    ]
    assert len(kernels.parse_batch(["[", "(" * 300], ["json", "python"]).text) == 0


def test_queries_find_captures_by_name() -> None:
    text = "def é(a, b): return a\n"
    found = kernels.query_batch([text, text], "python", "(function_definition name: (_) @name parameters: (_) @of)")
    assert found.names == ["name", "of"]
    assert [text[start:end] for start, end in zip(found.start, found.end, strict=True)] == ["é", "(a, b)"] * 2
    assert (found.text.tolist(), found.match.tolist(), found.pattern.tolist()) == ([0, 0, 1, 1], [0, 0, 1, 1], [0] * 4)
    named = kernels.query_batch([text], "python", '((identifier) @a (#eq? @a "b"))')
    assert (named.start.tolist(), named.end.tolist()) == ([9], [10])


@pytest.mark.parametrize(
    ("language", "query", "message"),
    [
        ("json", "(a)", "language 'json' has no queries; those with: python, "),
        ("python", "(a", "it names a kind of node that the language has not"),
        ("python", "(identifier", "its notation is wrong"),
        ("python", '(identifier) @a body: ;x\n ( #eq? @a "b")', "its notation is wrong"),
        ("python", "no: (_)", "it names a field that the language has not"),
        ("python", '((_) @a (#eq? @b "c"))', "a predicate names a capture that the query has not"),
        ("python", "((_) @a (#eq? @a))", "a predicate is not well formed"),
        ("python", "(identifier (identifier))", "a pattern can never match"),
        ("python", '((_) @a (#match? @a "b"))', "predicate '#match[?]' is not served; those served: #eq[?], "),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_with_the_reason(language: str, query: str, message: str) -> None:
    with pytest.raises(KernelError, match=message):
        kernels.query_batch(["x"], language, query)


@pytest.mark.parametrize("language", GRAMMARS)
def test_what_no_parser_should_be_given_is_told_as_one_error(language: str) -> None:
    text = "é" + "(" * 1_000
    found = kernels.syntax_errors_batch([text], [language])
    assert (found.code.tolist(), found.start.tolist(), found.end.tolist()) == ([UNREADABLE], [0], [1_001])
    assert MISSING not in found.code
