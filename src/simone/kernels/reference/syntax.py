"""The reference of `contract.syntax`: what is wrong in a text, and what lies where in it.

Not for running code. The grammars are imported when a language that needs one is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simone.errors import KernelError
from simone.kernels import arrays
from simone.kernels.contract.syntax import (
    JSON_KINDS,
    LANGUAGES,
    MISSING,
    REPEATED_NAME,
    UNEXPECTED,
    Captures,
    JsonValues,
    Outline,
    SyntaxErrors,
    SyntaxNodes,
)
from simone.kernels.contract.types import Ints
from simone.kernels.reference.code.fences import Part, parts
from simone.kernels.reference.json_text import read_json

if TYPE_CHECKING:
    from tree_sitter import Tree

    from simone.kernels.reference.code.trees import Places


class SyntaxReference:
    """Implements `contract.syntax.Syntax`."""

    def syntax_errors_batch(self, texts: Sequence[str], languages: Sequence[str]) -> SyntaxErrors:
        """What is wrong in each text.

        Raises:
            KernelError: a language is not in LANGUAGES, or there are not as many languages as texts.
        """
        rows: list[tuple[int, ...]] = []
        missing: list[str] = []
        for number, (text, language) in enumerate(_asked(texts, languages)):
            errors = [
                (code, part.outer(start), part.outer(end), what)
                for part in parts(text, language)
                for code, start, end, what in _wrong(part)
            ]
            for (code, start, end, what), place in zip(
                errors, _placed(text, [error[1] for error in errors]), strict=True
            ):
                rows.append((number, code, *place, start, end))
                missing.append(what)
        text_of, code_of, line, column, start_of, end_of = _columns(rows, 6)
        return SyntaxErrors(text_of, code_of, line, column, start_of, end_of, missing)

    def parse_batch(self, texts: Sequence[str], languages: Sequence[str]) -> SyntaxNodes:
        """The tree of each text as rows.

        Raises:
            KernelError: as `syntax_errors_batch`.
        """
        rows: list[tuple[int, str, str | None, int, int, int]] = []
        for number, (text, language) in enumerate(_asked(texts, languages)):
            for part in parts(text, language):
                first = len(rows)
                for kind, field, start, end, parent in _nodes(part):
                    parent += first if parent >= 0 else 0
                    rows.append((number, kind, field, part.outer(start), part.outer(end), parent))
        kinds = sorted({row[1] for row in rows})
        fields = sorted({row[2] for row in rows if row[2] is not None})
        kind_of = {kind: index for index, kind in enumerate(kinds)}
        field_of: dict[str | None, int] = {None: -1} | {field: index for index, field in enumerate(fields)}
        numbered = [(number, kind_of[kind], field_of[field], *rest) for number, kind, field, *rest in rows]
        text_of, kinds_of, fields_of, starts, ends, parents = _columns(numbered, 6)
        return SyntaxNodes(text_of, kinds_of, fields_of, starts, ends, parents, kinds, fields)

    def outline_batch(self, texts: Sequence[str], languages: Sequence[str]) -> Outline:
        """What each text declares and imports.

        Raises:
            KernelError: as `syntax_errors_batch`.
        """
        rows: list[tuple[int, ...]] = []
        for number, (text, language) in enumerate(_asked(texts, languages)):
            found: list[tuple[int, ...]] = []
            for part in parts(text, language):
                first = len(rows) + len(found)
                for kind, parent, *places in _declared(part):
                    found.append(
                        (kind, parent + first if parent >= 0 else -1, *(part.outer(place) for place in places))
                    )
            lines = _placed(text, [row[2] for row in found])
            rows += [
                (number, kind, line, start, end, name_start, name_end, parent)
                for (kind, parent, start, end, name_start, name_end), (line, _) in zip(found, lines, strict=True)
            ]
        return Outline(*_columns(rows, 8))

    def query_batch(self, texts: Sequence[str], language: str, query: str) -> Captures:
        """What a query in tree-sitter's notation finds in each text.

        Raises:
            KernelError: the language has no grammar, the query cannot be read, or too many of its matches are open.
        """
        from simone.kernels.reference.code.queries import capture_names, matches, read_query

        given = [arrays.as_text(text) for text in texts]
        asked = read_query(language, arrays.as_text(query))
        rows: list[tuple[int, ...]] = []
        match = 0
        for number, text in enumerate(given):
            tree, places = _tree(Part(language, text))
            if isinstance(tree, int):
                continue
            for pattern, captures in matches(asked, tree.root_node, number):
                rows += [(number, match, pattern, name, places(start), places(end)) for start, end, name in captures]
                match += 1
        text_of, match_of, pattern_of, name_of, starts, ends = _columns(rows, 6)
        return Captures(text_of, match_of, pattern_of, name_of, starts, ends, capture_names(asked))

    def json_paths_batch(self, texts: Sequence[str]) -> JsonValues:
        """Every value of each well formed JSON text with its place."""
        rows: list[tuple[int, int, int, int, int]] = []
        tokens: list[str] = []
        for number, text in enumerate(texts):
            first = len(rows)
            for value in read_json(arrays.as_text(text))[0]:
                parent = value.parent + first if value.parent >= 0 else -1
                rows.append((number, value.kind, value.start, value.end, parent))
                tokens.append(value.token)
        text_of, kind, start, end, container = np.array(rows, np.int64).reshape(-1, 5).T.copy()
        return JsonValues(text_of, kind, start, end, container, tokens)


def _asked(texts: Sequence[str], languages: Sequence[str]) -> list[tuple[str, str]]:
    given = [arrays.as_text(text) for text in texts]
    asked = list(languages)
    if len(asked) != len(given):
        raise KernelError(f"{len(asked)} languages were given for {len(given)} texts; give one for each")
    if unknown := [language for language in asked if language not in LANGUAGES]:
        raise KernelError(f"language {unknown[0]!r} is not known; known: {', '.join(LANGUAGES)}")
    return list(zip(given, asked, strict=True))


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> Iterator[Ints]:
    return iter(np.array(rows, np.int64).reshape(-1, width).T.copy())


def _tree(part: Part) -> tuple[Tree | int, Places]:
    from simone.kernels.reference.code.trees import Places, tree_of

    data = part.text.encode()
    return tree_of(part.language, data), Places(data)


def _wrong(part: Part) -> Iterator[tuple[int, int, int, str]]:
    """(code, start, end, what is missing) of each error in code points."""
    if part.language == "json":
        yield from ((*error, "") for error in read_json(part.text)[1])
        return
    from simone.kernels.reference.code.trees import wrong

    tree, places = _tree(part)
    if isinstance(tree, int):
        yield tree, 0, len(part.text), ""
        return
    for start, end, missing in wrong(tree.root_node):
        yield MISSING if missing else UNEXPECTED, places(start), places(end), missing


def _nodes(part: Part) -> Iterator[tuple[str, str | None, int, int, int]]:
    if part.language == "json":
        values, errors = read_json(part.text)
        if all(code == REPEATED_NAME for code, _, _ in errors):
            yield from ((JSON_KINDS[value.kind], None, value.start, value.end, value.parent) for value in values)
        return
    from simone.kernels.reference.code.trees import named

    tree, places = _tree(part)
    if not isinstance(tree, int):
        for kind, field, start, end, parent in named(tree.root_node):
            yield kind, field, places(start), places(end), parent


def _declared(part: Part) -> Iterator[tuple[int, int, int, int, int, int]]:
    """(kind, parent, start, end, start and end of the name) of each declaration in code points."""
    if part.language == "json":
        return
    from simone.kernels.reference.code.outlines import declared

    tree, places = _tree(part)
    if isinstance(tree, int):
        return
    for kind, node, name, parent in declared(tree.root_node, part.language):
        span = (node.start_byte, node.start_byte) if name is None else (name.start_byte, name.end_byte)
        yield kind, parent, places(node.start_byte), places(node.end_byte), places(span[0]), places(span[1])


def _placed(text: str, starts: Sequence[int]) -> list[tuple[int, int]]:
    """Line and column, from 1, of code points in rising order."""
    found = []
    line, line_start, seen = 1, 0, 0
    for start in starts:
        breaks = text.count("\n", seen, start)
        if breaks:
            line += breaks
            line_start = text.rindex("\n", seen, start) + 1
        seen = max(seen, start)
        found.append((line, start - line_start + 1))
    return found
