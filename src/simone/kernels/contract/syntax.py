"""Code and data: whether a text is well formed, where it is not, and what lies where in it.

Not for running code. JSON is the only language so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from simone.kernels.contract.types import Ints

LANGUAGES = ("json",)
"""What can be asked for by name."""
SYNTAX_ERRORS = (
    "a value is expected",
    "nothing may follow the value",
    "a name in quotation marks is expected",
    "a colon is expected",
    "a comma or the closing bracket is expected",
    "the string is not closed",
    "a control character must be written as an escape",
    "the escape is unknown",
    "the number is not well formed",
    "the word is neither true, false nor null",
    "the name is used before in this object",
)
"""What is wrong, by code. The last does not make a text malformed; all others do, and only the first such is given."""
REPEATED_NAME = len(SYNTAX_ERRORS) - 1
JSON_KINDS = ("object", "array", "string", "number", "true", "false", "null")


class SyntaxErrors(NamedTuple):
    """What is wrong in texts, one row each, ordered by text and start."""

    text: Ints
    code: Ints
    """Index in SYNTAX_ERRORS."""
    line: Ints
    """From 1; a line ends with a line feed."""
    column: Ints
    """From 1, in code points."""
    start: Ints
    end: Ints
    """Code points [start, end); empty where the text ends too soon."""


class JsonValues(NamedTuple):
    """The values of JSON texts, one row each, ordered by text and start: a container comes before what it holds."""

    text: Ints
    kind: Ints
    """Index in JSON_KINDS."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    parent: Ints
    """Row of the container, -1 for a text's outermost value."""
    token: list[str]
    """The member's name (escapes read, a lone surrogate as U+FFFD), the item's number, "" for an outermost value."""

    def pointer(self, row: int) -> str:
        """The JSON Pointer of a row's value inside its text.

        Source: RFC 6901.
        """
        tokens: list[str] = []
        while int(self.parent[row]) >= 0:
            tokens.append(self.token[row].replace("~", "~0").replace("/", "~1"))
            row = int(self.parent[row])
        return "".join(f"/{token}" for token in reversed(tokens))


class Syntax(Protocol):
    """Code and data: whether a text is well formed, where it is not, and what lies where in it."""

    def syntax_errors_batch(self, texts: Sequence[str], languages: Sequence[str]) -> SyntaxErrors:
        """What is wrong in each text, read as the language at the same place of `languages`.

        JSON is read strictly: no comments, no trailing commas, no byte order mark, any depth. Linear in the lengths.

        Raises:
            KernelError: a language is not in LANGUAGES, or there are not as many languages as texts.

        Source: RFC 8259 (JSON).
        """

    def json_paths_batch(self, texts: Sequence[str]) -> JsonValues:
        """Every value of each well formed JSON text with its place; a malformed text has none.

        Names and numbers of items are given level by level (`parent`, `token`), so that the size stays linear however
        deep a text nests; `pointer` puts one path together.

        Source: RFC 8259 (JSON).
        """
