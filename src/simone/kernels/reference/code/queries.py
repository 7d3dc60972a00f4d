"""Structural queries in tree-sitter's notation.

Not for queries with regular expressions: those of the backends differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node, Query, QueryCursor, QueryError

from simone.errors import KernelError
from simone.kernels.contract.syntax import GRAMMARS, PREDICATES, UNFINISHED_MATCHES
from simone.kernels.reference.code.trees import grammar

_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|;[^\n]*|#(?P<predicate>[A-Za-z0-9_.!?-]*)', re.DOTALL)
_BLANK = re.compile(r"[ \t\n\v\f\r]+")
_PLACED = re.compile(r"Invalid (?P<what>syntax|node type|field name|capture name)|Impossible pattern")
WRONG = {
    "syntax": "its notation is wrong",
    "node type": "it names a kind of node that the language has not",
    "field name": "it names a field that the language has not",
    "capture name": "a predicate names a capture that the query has not",
}
IMPOSSIBLE = "a pattern can never match"
PREDICATE = "a predicate is not well formed"


def read_query(language: str, text: str) -> Query:
    """The query.

    Raises:
        KernelError: the language has no grammar, or the query cannot be read or has a predicate that is not served.
    """
    if language not in GRAMMARS:
        raise KernelError(f"language {language!r} has no queries; those with: {', '.join(GRAMMARS)}")
    if "\0" in text:
        raise KernelError(f"the query cannot be read: {WRONG['syntax']}")
    for piece in _PIECE.finditer(text):
        if piece["predicate"] is not None and piece["predicate"] not in PREDICATES:
            shown = ", ".join(f"#{name}" for name in PREDICATES)
            raise KernelError(
                f"the query's predicate {'#' + piece['predicate']!r} is not served; those served: {shown}"
            )
    if ":(#" in _BLANK.sub("", _PIECE.sub(_skeleton, text)):  # a field whose node is a predicate: the library aborts
        raise KernelError(f"the query cannot be read: {WRONG['syntax']}")
    try:
        return Query(grammar(language), text)
    except QueryError as error:
        if str(error) == "Unexpected EOF":
            raise KernelError(f"the query cannot be read: {WRONG['syntax']}") from error
        placed = _PLACED.search(str(error))
        reason = PREDICATE if placed is None else WRONG[placed["what"]] if placed["what"] else IMPOSSIBLE
        raise KernelError(f"the query cannot be read: {reason}") from error


def _skeleton(piece: re.Match[str]) -> str:
    """A predicate as it is, and nothing of strings and comments but that something stands there."""
    return piece[0] if piece["predicate"] is not None else '""' if piece[0].startswith('"') else " "


def capture_names(query: Query) -> list[str]:
    """The names of a query's captures, in order of their first mention."""
    return [query.capture_name(number) for number in range(query.capture_count)]


def matches(query: Query, root: Node, number: int) -> Iterator[tuple[int, list[tuple[int, int, int]]]]:
    """(pattern, [(start, end, capture)] in order) of each match in a tree, in octets.

    Raises:
        KernelError: too many matches are open at one place of the text, which is the one with this number.
    """
    numbers = {name: index for index, name in enumerate(capture_names(query))}
    cursor = QueryCursor(query, match_limit=UNFINISHED_MATCHES)
    found = cursor.matches(root)
    if cursor.did_exceed_match_limit:
        raise KernelError(
            f"more than {UNFINISHED_MATCHES} matches of the query are open at one place of text {number};"
            " ask for less with one pattern"
        )
    for pattern, captures in found:
        held = [(node.start_byte, node.end_byte, numbers[name]) for name, nodes in captures.items() for node in nodes]
        yield pattern, sorted(held)
