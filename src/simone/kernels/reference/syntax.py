"""The reference of `contract.syntax`: what is wrong in a text, and what lies where in it.

Not for running code.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.errors import KernelError
from simone.kernels import arrays
from simone.kernels.contract.syntax import LANGUAGES, JsonValues, SyntaxErrors
from simone.kernels.reference.json_text import read_json


class SyntaxReference:
    """Implements `contract.syntax.Syntax`."""

    def syntax_errors_batch(self, texts: Sequence[str], languages: Sequence[str]) -> SyntaxErrors:
        """What is wrong in each text.

        Raises:
            KernelError: a language is not in LANGUAGES, or there are not as many languages as texts.
        """
        given = [arrays.as_text(text) for text in texts]
        asked = list(languages)
        if len(asked) != len(given):
            raise KernelError(f"{len(asked)} languages were given for {len(given)} texts; give one for each")
        if unknown := [language for language in asked if language not in LANGUAGES]:
            raise KernelError(f"language {unknown[0]!r} is not known; known: {', '.join(LANGUAGES)}")
        rows = [
            (number, code, line, column, start, end)
            for number, text in enumerate(given)
            for (code, start, end), (line, column) in _placed(text, read_json(text)[1])
        ]
        return SyntaxErrors(*np.array(rows, np.int64).reshape(-1, 6).T.copy())

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


def _placed(text: str, errors: Sequence[tuple[int, int, int]]) -> list[tuple[tuple[int, int, int], tuple[int, int]]]:
    """Each error, in order of its start, with its line and column."""
    found = []
    line, line_start, seen = 1, 0, 0
    for error in errors:
        start = error[1]
        breaks = text.count("\n", seen, start)
        if breaks:
            line += breaks
            line_start = text.rindex("\n", seen, start) + 1
        seen = max(seen, start)
        found.append((error, (line, start - line_start + 1)))
    return found
