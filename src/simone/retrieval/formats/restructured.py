"""reStructuredText: a scan of lines for sections, fields, lists, tables, directives and literal blocks.

Not for docutils: its tree has no offsets, and it needs roles and directives that only a documentation's own build has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from simone.retrieval.formats.blocks import Block, BlockKind, lines, trimmed

CODE_DIRECTIVES = frozenset(
    "code code-block sourcecode highlight literalinclude parsed-literal math raw graphviz digraph graph mermaid "
    "productionlist testcode testoutput testsetup doctest ipython prompt console plantuml".split()
)
"""Directives whose content is not prose."""
SILENT_DIRECTIVES = frozenset(
    "toctree include contents image index role default-role highlight currentmodule module only-if meta sectnum "
    "target-notes header footer class automodule autoclass autofunction canonical-doc canonical-pypa-spec".split()
)
"""Directives that hold nothing to read."""

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*\Z")
_HEADER = re.compile(r"([A-Z][A-Za-z-]*|:[A-Za-z][\w -]*):(?:[ \t]|\Z)")
_FIELD = re.compile(r":(?![: ])(?:[^:\\\n]|\\.)+:(?:[ \t]|\Z)")
_ROLE = re.compile(r":[\w:+.-]+:`")
_ITEM = re.compile(r"(?:(?:[-*+•‣◦]|\(?(?:\d{1,4}|[A-Za-z]|#|[ivxIVX]{1,5})[.)])[ \t]+)+(?=\S)")
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w:.+-]*?)[ \t]?::(?:[ \t]|\Z)")
_NOTE = re.compile(r"\.\.[ \t]+\[[^\]\n]+\][ \t]+")
_OPTION = re.compile(r":[A-Za-z][\w-]*:(?:[ \t]|\Z)")
_GRID = re.compile(r"\+(?:[-=]{2,}\+)+[ \t]*\Z")
_RULED = re.compile(r"={2,}(?:[ \t]+={2,})+[ \t]*\Z")
_TITLE = re.compile(r"^:?title:[ \t]*(.+(?:\r?\n[ \t]+\S.*)*)", re.IGNORECASE | re.MULTILINE)

Row = tuple[int, int, int]
"""A line: start of its text after the indent, end, indent in columns; start = end for a blank line."""


def title(text: str) -> str:
    """The title its header names, or ""."""
    head = text[:4000].split("\n\n", 1)[0]
    named = _TITLE.search(head) if _HEADER.match(head) else None
    return " ".join(named.group(1).split()) if named else ""


def blocks(text: str) -> Iterator[Block]:
    """Blocks of a reStructuredText file, in order."""
    return _Scan(text).run()


class _Scan:
    """One pass over the lines with a look at the next two; a paragraph is gathered until something ends it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.levels: list[str] = []
        self.rows: list[Row] = []
        self.source = (self._row(begin, end) for begin, end in lines(text))

    def _row(self, begin: int, end: int) -> Row:
        start, stop = trimmed(self.text, begin, end)
        return start, stop, len(self.text[begin:start].expandtabs(8))

    def _peek(self, ahead: int = 0) -> Row | None:
        while len(self.rows) <= ahead:
            row = next(self.source, None)
            if row is None:
                return None
            self.rows.append(row)
        return self.rows[ahead]

    def _line(self, row: Row | None) -> str:
        return self.text[row[0] : row[1]] if row else ""

    def run(self) -> Iterator[Block]:
        yield from self._header()
        while (row := self._peek()) is not None:
            line = self._line(row)
            if not line:
                self.rows.pop(0)
            elif heading := self._heading(row):
                yield heading
            elif _ADORNMENT.match(line):
                self.rows.pop(0)  # a transition
            elif _GRID.match(line) or _RULED.match(line):
                yield from self._table(grid=line[0] == "+", indent=row[2])
            elif line.startswith("..") and (line == ".." or line[2].isspace()):
                yield from self._explicit(row, line)
            elif line.startswith(">>> "):
                yield from self._session()
            elif _FIELD.match(line) and not _ROLE.match(line):
                yield self._field(row)
            elif line.startswith("| "):
                yield from self._paragraph(row, 2, "item")
            elif marker := _ITEM.match(line):
                yield from self._paragraph(row, marker.end(), "item")
            else:
                yield from self._paragraph(row, 0, "prose")

    def _header(self) -> Iterator[Block]:
        """A header of "Name: value" lines at the very top, as PEPs have."""
        count = 0
        while (row := self._peek(count)) is not None and self._line(row):
            if not row[2] and not _HEADER.match(self._line(row)):
                return
            count += 1
        if count < 2:
            return
        while self._line(row := self._peek()) and row is not None:
            yield self._field(row)

    def _field(self, row: Row) -> Block:
        self.rows.pop(0)
        end = row[1]
        while (more := self._peek()) is not None and self._line(more) and more[2] > row[2]:
            end = more[1]
            self.rows.pop(0)
        return Block("field", row[0], end)

    def _heading(self, row: Row) -> Block | None:
        line, below = self._line(row), self._peek(1)
        if row[2] == 0 and _ADORNMENT.match(line) and not _RULED.match(line):
            under = self._peek(2)
            if below and self._line(below) and under and self._line(under)[:1] == line[0]:
                rule = self._line(under)
                if _ADORNMENT.match(rule) and len(rule) >= len(self._line(below)):
                    del self.rows[:3]
                    return Block("heading", below[0], below[1], self._level(line[0] * 2))
            return None
        if row[2] or below is None or below[2] or not _ADORNMENT.match(self._line(below)):
            return None
        rule = self._line(below)
        if len(rule) < min(len(line), 4) or _GRID.match(line):
            return None
        del self.rows[:2]
        return Block("heading", row[0], row[1], self._level(rule[0]))

    def _level(self, style: str) -> int:
        if style not in self.levels:
            self.levels.append(style)
        return self.levels.index(style) + 1

    def _table(self, grid: bool, indent: int) -> Iterator[Block]:
        border = _GRID if grid else _RULED
        self.rows.pop(0)
        first = last = -1
        while (row := self._peek()) is not None and row[2] >= indent:
            line = self._line(row)
            is_border = bool(border.match(line)) or (not grid and set(line) <= {"-", " "})
            more = not grid and not is_border and row[2] > indent  # a blank first column carries the row on
            if first >= 0 and not more and (is_border or not grid or not line):
                yield Block("row", *trimmed(self.text, first, last))
                first = -1
            if not line:
                following = self._peek(1)
                if grid or following is None or not border.match(self._line(following)):
                    break
            elif not is_border:
                first, last = (row[0] if first < 0 else first), row[1]
            self.rows.pop(0)
        if first >= 0:
            yield Block("row", *trimmed(self.text, first, last))

    def _explicit(self, row: Row, line: str) -> Iterator[Block]:
        directive, note = _DIRECTIVE.match(line), _NOTE.match(line)
        if note:
            yield from self._paragraph(row, note.end(), "item")
            return
        name = directive.group(1).rpartition(":")[2].lower() if directive else ""
        readable = directive is not None and name not in CODE_DIRECTIVES | SILENT_DIRECTIVES
        if directive and readable and not line.startswith(".. |"):
            if " " in line[directive.end() :].strip():  # an argument of one word is a name, not prose
                yield from self._paragraph(row, directive.end(), "prose")
            else:
                self.rows.pop(0)
            self._options(row[2])
            return
        self.rows.pop(0)
        self._options(row[2])
        content = list(self._code(row[2]))
        if name in CODE_DIRECTIVES:  # else a comment, a target, a substitution: not for reading
            yield from content

    def _options(self, indent: int) -> None:
        while (row := self._peek()) is not None and row[2] > indent and _OPTION.match(self._line(row)):
            self._field(row)

    def _code(self, indent: int) -> Iterator[Block]:
        """The lines that are blank or indented by more than `indent`, as one block."""
        first = last = -1
        while (row := self._peek()) is not None and (not self._line(row) or row[2] > indent):
            if self._line(row):
                first, last = (self._margin(row) if first < 0 else first), row[1]
            self.rows.pop(0)
        if first >= 0:
            yield Block("code", first, last)

    def _session(self) -> Iterator[Block]:
        """An interpreter session: up to the next blank line."""
        first, last = -1, -1
        while self._line(row := self._peek()) and row is not None:
            first, last = (row[0] if first < 0 else first), row[1]
            self.rows.pop(0)
        yield Block("code", first, last)

    def _margin(self, row: Row) -> int:
        start = row[0]
        while start and self.text[start - 1] in " \t":
            start -= 1
        return start

    def _paragraph(self, row: Row, skip: int, kind: BlockKind) -> Iterator[Block]:
        """A paragraph, or with `skip` > 0 the text after a marker that long, with its hanging lines."""
        self.rows.pop(0)
        last = row
        while (more := self._peek()) is not None and self._line(more):
            line = self._line(more)
            if more[2] <= row[2] if skip else more[2] != row[2]:
                break
            if line.startswith(("| ", ".. ")) or (skip and _ITEM.match(line) and more[2] <= row[2] + skip - 1):
                break
            last = more
            self.rows.pop(0)
        line = self._line(last)
        literal = line.endswith("::")
        stop = last[1] - ((1 if line.strip(":") else 2) if literal else 0)
        start, stop = trimmed(self.text, row[0] + skip, stop)
        if start < stop:
            yield Block(kind, start, stop)
        if literal:
            while (ahead := self._peek()) is not None and not self._line(ahead):
                self.rows.pop(0)
            yield from self._code(row[2])
