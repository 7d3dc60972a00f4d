"""Code read by the compiled backend equals what the reference reads: errors, trees, outlines and queries."""

# ruff: noqa: E501 - samples of code and lists of pieces are read as wholes

from __future__ import annotations

import sysconfig
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.errors import KernelError
from simone.kernels.contract import Kernels
from simone.kernels.contract.syntax import BRACKETS, CONTINUATIONS, GRAMMARS, HOPELESS, INDENTATIONS, UNREADABLE
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference

EXTENSION = installed_extension()
if EXTENSION is None:
    pytest.skip("simone.kernels._rust is not built (make rust-build)", allow_module_level=True)

ROOT = Path(__file__).parents[2]
REFERENCE = Reference()
BACKENDS = [choose("rust", EXTENSION, threads)[0] for threads in ("1", "2", "4")]
SOUND = {
    "python": "import os\nfrom a.b import c\n\nclass A(B):\n    def f(self, x: int = 1) -> str:\n        return f'{x!r} é'\n",
    "javascript": "import a from 'b';\nclass C extends D { m() { return <a b={1}>x</a>; } }\nconst f = (x) => x ?? 1;\n",
    "typescript": "interface I<T> { a?: T }\nnamespace N { export function f(x: number): string { return `${x}`; } }\n",
    "tsx": "enum E { A = 1 }\nexport const V = (p: P) => <div>{p.a as string}</div>;\n",
    "rust": 'use a::{b, c};\nimpl<T: X> A for B<T> { fn f(&self) -> u8 { r#"x"#.len() as u8 } }\nmod m { pub struct S; }\n',
    "sql": "CREATE TABLE a (b int PRIMARY KEY, c text);\nSELECT b, count(*) FROM a WHERE c = 'é' GROUP BY b;\n",
    "toml": '[a.b]\nc = 1\nd = [1, "é"]\n[[e]]\nf = 1979-05-27\n',
    "yaml": "a:\n  - b: 1\n    c: [x, {y: z}]\n  - |\n    text\n    more\nd: &x é\ne: *x\n",
    "json": '{"a": [1, {"é": null}]}\n',
}
MARKDOWN = "# é\n\n" + "\n".join(f"```{language}\n{code}```\n" for language, code in SOUND.items())
PIECE = st.sampled_from(
    [
        *("(", ")", "[", "]", "{", "}", "<", ">", '"', "'", "`", "${", "/*", "*/", "//", "--", "- ", ": ", "? ", "| ", "#"),
        *("a", "é", "\U0001f600", "1", "0x", "1.5", "\n", "\n  ", "\n\t", "\r\n", " ", "\\", "\\\n", "\0", "\ud800", "\ufeff"),
        *("def f(x):\n  pass\n", "class A", "import a", "from a import b", "if x:", "else", "return", "lambda", "@", "->"),
        *("fn f() {}", "impl A", 'r#"', '"#', "'a ", "let", "mod m", "use a;", "=>", "function", "const f = () => 1;"),
        *("SELECT a", "FROM b", "CREATE TABLE a (b int);", "$a$", "begin", "[a]\n", "[[a]]\n", "a = 1\n", "a: b\n", "&a ", "*a"),
        *("```py\n", "```\n", "  ```json\n", "~~~rust\n", "~~~", "```` js x\n", "````", "```cobol\n", "```yaml", "> "),
    ]
)  # fmt: skip
TEXT = st.lists(PIECE | st.text(st.characters(exclude_categories=()), max_size=2), max_size=16).map("".join)
LANGUAGE = st.sampled_from([*GRAMMARS, "json", "markdown"])


def same(found: Sequence[object], expected: Sequence[object]) -> None:
    assert type(found) is type(expected)
    for one, other in zip(found, expected, strict=True):
        if isinstance(other, np.ndarray):
            assert np.array_equal(np.asarray(one), other)
            assert np.asarray(one).dtype == other.dtype
        else:
            assert one == other


def check(texts: list[str], languages: list[str]) -> None:
    for name in ("syntax_errors_batch", "parse_batch", "outline_batch"):
        expected = getattr(REFERENCE, name)(texts, languages)
        for backend in BACKENDS:
            same(getattr(backend, name)(texts, languages), expected)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(TEXT, LANGUAGE), max_size=3))
def test_any_text_is_read_alike(given_: list[tuple[str, str]]) -> None:
    check([text for text, _ in given_], [language for _, language in given_])


@settings(max_examples=150, deadline=None)
@given(LANGUAGE.filter(lambda language: language != "markdown"), st.data())
def test_sound_code_with_a_change_is_read_alike(language: str, data: st.DataObject) -> None:
    text = SOUND[language]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    text = text[:start] + data.draw(TEXT) + text[end:]
    check([text, f"* a\n\n  ```{language}\n{text}"], [language, "markdown"])


def test_sound_code_is_read_alike_and_without_fault() -> None:
    check([*SOUND.values(), MARKDOWN], [*SOUND, "markdown"])
    assert not len(REFERENCE.syntax_errors_batch([*SOUND.values(), MARKDOWN], [*SOUND, "markdown"]).text)


def test_real_files_are_read_alike() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    paths = {
        "python": [library / "argparse.py", library / "typing.py", ROOT / "src/simone/truth/judge.py"],
        "rust": sorted((ROOT / "crates/simone-ast/src").glob("*.rs")),
        "toml": [ROOT / "pyproject.toml", ROOT / "crates/Cargo.lock"],
        "markdown": [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))],
    }
    texts = [path.read_text(encoding="utf-8") for group in paths.values() for path in group]
    languages = [language for language, group in paths.items() for _ in group]
    check(texts, languages)
    found = REFERENCE.syntax_errors_batch(texts, languages)
    assert [(languages[text], int(line)) for text, line in zip(found.text, found.line, strict=True)] == []


@pytest.mark.parametrize("language", GRAMMARS)
@pytest.mark.parametrize(
    "text",
    [
        *("(" * 3_000, "(" * 200, "a{" * 250, "[a]\n" * 1_000, "<!--" * 500, "->" * 1_000, "lambda a:" * 500, "x if " * 500),
        *('r#"' * 2_000, "$a$" * 500, " ".join(f"$a{n}$" for n in range(800)), "$" + "a" * 2_000 + "$", "- " * 300, "- " * 90),
        *("\\\n" * 90, "\\\n" * 4_000, "".join(" " * n + "- a\n" for n in range(120)), "? " * 120, "a: " * 400, "'" * 2_000),
        *('"""' * 1_001, "/*" * 1_000, "`${" * 200, "f'{" * 200, "é\n" * 2_000, "a\n" * 2_000, "\t" * 2_000, "\0" * 500),
    ],
)  # fmt: skip
def test_hostile_texts_are_read_alike(language: str, text: str) -> None:
    check([text], [language])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 40),
    st.lists(st.sampled_from(["- ", "? ", "a: ", "\n", " ", "|\n", "b", "-", ":", "\t"]), max_size=60),
)
def test_yaml_never_overflows(indentation: int, pieces: list[str]) -> None:
    check([("".join(pieces) + "\n" + " " * indentation) * 6], ["yaml"])


@settings(max_examples=20, deadline=None)
@given(st.integers(-2, 2))
def test_bounds_are_counted_alike(more: int) -> None:
    texts = {
        "python": ["(" * (BRACKETS + more), "a" + "\\\n" * (CONTINUATIONS + more)],
        "yaml": ["- " * (INDENTATIONS + more)],
        "rust": ["{" * (BRACKETS + more) + "}" * 300],
    }
    for language, group in texts.items():
        check(group, [language] * len(group))
        refused = REFERENCE.syntax_errors_batch(group, [language] * len(group)).code == UNREADABLE
        limit = -1 if language == "yaml" else 0  # the line itself counts too
        assert refused.any() == (more > limit)


def test_what_is_given_up_is_one_error_over_the_whole_text() -> None:
    text = "é" + "<!--" * 2_000
    found = REFERENCE.syntax_errors_batch([text], ["python"])
    assert (found.code.tolist(), found.start.tolist(), found.end.tolist()) == ([HOPELESS], [0], [len(text)])
    check([text], ["python"])


QUERY_PIECES = st.sampled_from(
    [
        *("(", ")", "[", "]", "_", "*", "+", "?", ".", "!", "@a", "@b.c", "name:", "body:", '"("', '"def"', ";x\n", " ", '"', "\\"),
        *("(identifier)", "(identifier) @a", "(call function: (_) @a)", "(nothing)", "nothing: (_)", "(ERROR) @e", "(MISSING) @m"),
        *("(#eq? @a @b.c)", '(#eq? @a "é")', '(#not-eq? @a "x")', '(#any-of? @a "x" "y")', '(#match? @a "x")', "(#eq? @a)", "#", "(#is? x)"),
    ]
)  # fmt: skip


def answer(backend: Kernels, texts: list[str], language: str, query: str) -> object:
    try:
        return backend.query_batch(texts, language, query)
    except KernelError as error:
        return str(error)


def check_query(texts: list[str], language: str, query: str) -> None:
    expected = answer(REFERENCE, texts, language, query)
    for backend in BACKENDS:
        found = answer(backend, texts, language, query)
        if isinstance(expected, str):
            assert found == expected
        else:
            assert isinstance(found, tuple)
            assert isinstance(expected, tuple)
            same(found, expected)


@settings(max_examples=250, deadline=None)
@given(st.lists(QUERY_PIECES, max_size=7).map(" ".join), st.lists(TEXT, max_size=2))
def test_any_query_is_answered_alike(query: str, texts: list[str]) -> None:
    check_query([*texts, SOUND["python"]], "python", query)


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("python", "(function_definition name: (identifier) @name parameters: (parameters (_)* @parameter)) @function"),
        ("python", '((identifier) @a (#any-of? @a "x" "f"))'),
        ("python", '((identifier) @a (#not-eq? @a "x")) (string) @b'),
        ("javascript", '(class_declaration name: (_) @a (class_heritage) @b) ["const" "import"] @c'),
        ("rust", "(impl_item trait: (_) @trait type: (_) @type)"),
        ("sql", "(relation) @a"),
        ("toml", "(pair (bare_key) @key (_) @value)"),
        ("yaml", "(block_mapping_pair key: (_) @key value: (_) @value)"),
        ("typescript", "(interface_declaration) @a (ERROR) @b (MISSING) @c"),
    ],
)
def test_queries_find_alike(language: str, query: str) -> None:
    check_query([SOUND[language], SOUND[language] * 40, "é" + SOUND[language], "(((", ""], language, query)
    assert len(REFERENCE.query_batch([SOUND[language]], language, query).text) > 0 or language == "typescript"


def test_refusals_of_queries_are_alike() -> None:
    for language, query in [
        ("json", "(a)"),
        ("cobol", "(a)"),
        ("python", "\0"),
        ("python", "(#match? @a)"),
        ("python", "(a"),
    ]:
        assert isinstance(answer(REFERENCE, ["x"], language, query), str)
        check_query(["x"], language, query)
    crossed = "((identifier) @a . (identifier) @b)* (module (_)* @x (_)* @y (_)* @z (_)* @w)"
    check_query(["a\n" * 60, "a\n" * 300], "python", crossed)


def test_refusals_are_alike() -> None:
    for backend in (*BACKENDS, REFERENCE):
        for name in ("parse_batch", "outline_batch", "syntax_errors_batch"):
            with pytest.raises(KernelError, match="language 'cobol' is not known; known: json, python, "):
                getattr(backend, name)(["x"], ["cobol"])
            with pytest.raises(KernelError, match="1 languages were given for 2 texts; give one for each"):
                getattr(backend, name)(["1", "2"], ["json"])
