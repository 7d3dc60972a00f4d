"""Trees of code, by pinned tree-sitter grammars.

Not for JSON or Markdown. The grammars are imported when they are first asked for.

Source: https://tree-sitter.github.io (the parser and its grammars).
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable

import numpy as np
from tree_sitter import Language, Node, Parser, Tree, TreeCursor

from simone.kernels.contract.syntax import HOPELESS, OCTETS_OF_WORK, UNREADABLE, WORK
from simone.kernels.reference.code.bounds import readable

_MODULES = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "rust": ("tree_sitter_rust", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "toml": ("tree_sitter_toml", "language"),
    "yaml": ("tree_sitter_yaml", "language"),
}
_CHUNK = 1 << 16


@functools.cache
def grammar(language: str) -> Language:
    """The pinned grammar."""
    module, name = _MODULES[language]
    return Language(getattr(importlib.import_module(module), name)())


def tree_of(language: str, data: bytes) -> Tree | int:
    """The tree of a text in UTF-8, or the code of why there is none."""
    if not readable(language, data):
        return UNREADABLE
    calls, most = 0, WORK + len(data) // OCTETS_OF_WORK

    def enough(_place: int, _has_error: bool) -> bool:
        nonlocal calls
        calls += 1
        return calls > most

    try:
        return Parser(grammar(language)).parse(
            lambda place, _point: data[place : place + _CHUNK], progress_callback=enough
        )
    except ValueError:  # what the parser raises when it is told that it is enough
        return HOPELESS


class Places:
    """Octets of a text in UTF-8 as code points."""

    def __init__(self, data: bytes) -> None:
        self._before = None
        if not data.isascii():
            leads = (np.frombuffer(data, np.uint8) & 0xC0) != 0x80
            self._before = np.concatenate(([0], np.cumsum(leads))).tolist()

    def __call__(self, octet: int) -> int:
        """Code points before an octet."""
        return octet if self._before is None else int(self._before[octet])


def walk(root: Node, visit: Callable[[TreeCursor, Node, int], int | None]) -> None:
    """Visit every node in order of reading.

    `visit` gets the row of what holds the node, -1 for none, and gives the row for what the node holds, or None to pass
    over that.
    """
    cursor = root.walk()
    above = [-1]
    while True:
        node = cursor.node
        assert node is not None
        row = visit(cursor, node, above[-1])
        if row is not None and cursor.goto_first_child():
            above.append(row)
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            above.pop()


def wrong(root: Node) -> list[tuple[int, int, str]]:
    """(start, end, what is missing) of the outermost parts that do not belong and of what is missing, in octets."""
    found: list[tuple[int, int, str]] = []

    def visit(_cursor: TreeCursor, node: Node, row: int) -> int | None:
        if node.is_missing or node.is_error:
            found.append((node.start_byte, node.end_byte, node.type if node.is_missing else ""))
            return None
        return row if node.has_error else None

    walk(root, visit)
    return found


def named(root: Node) -> list[tuple[str, str | None, int, int, int]]:
    """(kind, field, start, end, row of the parent or -1) of every named node in order of reading, in octets."""
    rows: list[tuple[str, str | None, int, int, int]] = []

    def visit(cursor: TreeCursor, node: Node, row: int) -> int:
        if not node.is_named:
            return row
        rows.append((node.type, cursor.field_name, node.start_byte, node.end_byte, row))
        return len(rows) - 1

    walk(root, visit)
    return rows
