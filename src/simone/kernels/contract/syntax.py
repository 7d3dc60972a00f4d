"""Code and data: whether a text is well formed, where it is not, and what lies where in it.

Not for running code, and not for what code means: a name that is bound nowhere is no error here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from simone.kernels.contract.types import Ints

GRAMMARS = ("python", "javascript", "typescript", "tsx", "rust", "sql", "toml", "yaml")
"""Languages that are read by a tree-sitter grammar, pinned so that every backend reads the same."""
LANGUAGES = ("json", *GRAMMARS, "markdown")
"""What can be asked for by name. Of Markdown the fenced code blocks in a known language are read, each as its own."""
FENCES = {
    **{name: name for name in ("json", *GRAMMARS)},
    "py": "python",
    "python3": "python",
    "rs": "rust",
    "yml": "yaml",
    "ts": "typescript",
    **dict.fromkeys(("js", "jsx", "mjs", "node"), "javascript"),
    **dict.fromkeys(("postgresql", "mysql", "sqlite"), "sql"),
}
"""What the fence of a code block may call a language, in lower case."""
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
    "this does not belong here",
    "something is missing here",
    "it nests too deeply or leaves too much open to be read",
    "too much is wrong to read on",
)
"""What is wrong, by code: JSON has the first eleven, every other language the last four."""
REPEATED_NAME = 10
"""A name used before does not make JSON malformed; all others do, and only the first such is given."""
UNEXPECTED, MISSING, UNREADABLE, HOPELESS = range(REPEATED_NAME + 1, len(SYNTAX_ERRORS))
JSON_KINDS = ("object", "array", "string", "number", "true", "false", "null")
OUTLINE_KINDS = ("import", "class", "function", "module", "table")
"""What an outline tells apart: a class is any type with a name and members, a module any named space around others."""
BRACKETS, CONTINUATIONS, INDENTATIONS = 256, 100, 100
"""How much of each a text may have before it is UNREADABLE, count: brackets open at once; lines of Python in a row
that hold a backslash alone; levels of YAML open at once."""
SEARCHED = 1 << 24
"""Octets that may be searched for the ends of raw strings in Rust and dollar quotes in SQL that never close."""
TAG = 1000
"""Octets of a dollar quote's tag in SQL from which a text is UNREADABLE."""
WORK, OCTETS_OF_WORK = 200, 20
"""Hundreds of a parser's steps after which a text is HOPELESS, and octets that allow another hundred: code takes a
seventh of that."""
UNFINISHED_MATCHES = 256
"""Matches of a query that may be open at one place of a text, count."""
PREDICATES = ("eq?", "not-eq?", "any-eq?", "any-not-eq?", "any-of?", "not-any-of?")
"""Predicates that a query may hold. Those with regular expressions would not mean the same everywhere."""


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
    """Code points [start, end); empty where the text ends too soon or something is missing."""
    missing: list[str]
    """What is missing, as the grammar names it: ")" or "identifier"; "" for any other error."""


class SyntaxNodes(NamedTuple):
    """The named nodes of trees, one row each, text by text in order of reading: a node comes before what it holds."""

    text: Ints
    kind: Ints
    """Index in `kinds`."""
    field: Ints
    """What it is to the node that holds it: index in `fields`, -1 for no field."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    parent: Ints
    """Row of the node that holds it, -1 for a tree's root."""
    kinds: list[str]
    """Names of the kinds that occur, sorted: those of the grammar; of JSON those of JSON_KINDS."""
    fields: list[str]
    """Names of the fields that occur, sorted."""


class Captures(NamedTuple):
    """What a query found, one row for each captured node, ordered by text and match, then by start, end and name."""

    text: Ints
    match: Ints
    """Number of the match among all."""
    pattern: Ints
    """Which of the query's patterns matched."""
    name: Ints
    """Index in `names`."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    names: list[str]
    """The names of the query's captures, in order of their first mention."""


class Outline(NamedTuple):
    """Functions, classes, imports and the like, one row each, ordered by text and start."""

    text: Ints
    kind: Ints
    """Index in OUTLINE_KINDS."""
    line: Ints
    """From 1."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    name_start: Ints
    name_end: Ints
    """Code points of its name, of an import what is imported; empty where it has none."""
    parent: Ints
    """Row of what holds it, -1 for what stands alone."""


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

        JSON is read strictly: no comments, no trailing commas, no byte order mark, any depth. Every other language is
        read as its grammar reads it, which forgives more than a compiler. The time grows with the length whatever the
        text: what would take longer is given up as UNREADABLE or HOPELESS, by rules that count and never by a clock.

        Raises:
            KernelError: a language is not in LANGUAGES, or there are not as many languages as texts.

        Source: RFC 8259 (JSON). Wagner, "Practical algorithms for incremental software development environments"
            (1998), the error recovery of tree-sitter. CommonMark 0.31.2, section 4.5 (fenced code blocks).
        """

    def parse_batch(self, texts: Sequence[str], languages: Sequence[str]) -> SyntaxNodes:
        """The tree of each text as rows. An UNREADABLE, a HOPELESS and a malformed JSON text has none.

        Raises:
            KernelError: as `syntax_errors_batch`.
        """

    def outline_batch(self, texts: Sequence[str], languages: Sequence[str]) -> Outline:
        """What each text declares and imports. JSON and YAML declare nothing.

        Raises:
            KernelError: as `syntax_errors_batch`.
        """

    def query_batch(self, texts: Sequence[str], language: str, query: str) -> Captures:
        """What a query in tree-sitter's notation finds in each text; nothing in an UNREADABLE or HOPELESS one.

        The time is the query's: one that crosses children with one another takes the square of their number and more.

        Raises:
            KernelError: `language` is not in GRAMMARS; the query cannot be read as one, or has a predicate that is not
                in PREDICATES; more than UNFINISHED_MATCHES matches are open at one place of a text.
        """

    def json_paths_batch(self, texts: Sequence[str]) -> JsonValues:
        """Every value of each well formed JSON text with its place; a malformed text has none.

        Names and numbers of items are given level by level (`parent`, `token`), so that the size stays linear however
        deep a text nests; `pointer` puts one path together.

        Source: RFC 8259 (JSON).
        """
