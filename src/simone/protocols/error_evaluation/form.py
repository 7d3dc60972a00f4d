"""Finds broken form: code fences, code in them, brackets, quotation marks, tables and links that do not parse.

Not for whether code does what it should: only whether it can be read at all.
"""

# ruff: noqa: E501 - a pattern or a message is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from simone.kernels import kernels
from simone.kernels.contract.syntax import FENCES, MISSING, REPEATED_NAME, SYNTAX_ERRORS
from simone.protocols.error_evaluation.marks import Block, Mark, short
from simone.records import Severity

LARGEST_PARSED = 100_000
"""Characters of a code block beyond which it is not parsed."""
NOT_PARSED = ("sql",)
"""Languages that are left alone: no grammar takes every dialect of SQL."""
COMPILED = ("json", "python")
"""Languages read as strictly as what runs them; other grammars are not their compilers."""
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BRACKET = re.compile(r"[()\[\]{}]")
_ENUMERATION = re.compile(r"(?:^|[\s,;(])(?:\w|\d{1,3}|[ivxIVX]{1,4})$")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_SEPARATOR = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_LINK = re.compile(r"\[(?P<label>[^\[\]\n]{1,200})\](?P<gap> ?)\((?P<target>[^()\n]{0,500})(?P<close>\)?)")


def find_form(text: str, prose: str, blocks: list[Block]) -> Iterator[Mark]:
    """Marks of this module's rules. `prose` is `text` with its code blanked. Linear in its length."""
    for block in blocks:
        yield from _block(text, block)
    yield from _brackets(prose)
    if "|" in prose:
        yield from _tables(prose)
    if "](" in prose or "] (" in prose:
        yield from _links(prose)


def _block(text: str, block: Block) -> Iterator[Mark]:
    if not block.closed:
        yield Mark(block.start, block.end, "unclosed code block", "error", "a code fence is opened and never closed",
                   "close it with the same fence on a line of its own")  # fmt: skip
    body = text[slice(*block.body)]
    language = FENCES.get(block.language, "")
    if len(body) > LARGEST_PARSED or not body.strip() or language in ("", *NOT_PARSED):
        return
    if language == "python" and ">>>" in body:
        return
    problem = _python_problem(body) if language == "python" else _problem(body, language)
    severity: Severity = "error" if language in COMPILED else "warning"
    if problem:
        yield Mark(*block.body, f"invalid {block.language}", severity, problem, "correct the block so that it parses")


def _problem(body: str, language: str) -> str:
    found = kernels.syntax_errors_batch([body], [language])
    for code, line, column, missing in zip(*(part.tolist() for part in found[1:4]), found.missing, strict=True):
        if code != REPEATED_NAME:
            what = f"{missing!r} is missing here" if code == MISSING else SYNTAX_ERRORS[code]
            return f"line {line}, column {column}: {what}"
    return ""


def _python_problem(body: str) -> str:
    try:
        ast.parse(body)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"it cannot be parsed: {type(error).__name__}"
    return ""


def _brackets(prose: str) -> Iterator[Mark]:
    start = 0
    for end in [*(match.start() for match in _PARAGRAPH.finditer(prose)), len(prose)]:
        opened: list[tuple[str, int]] = []
        for match in _BRACKET.finditer(prose, start, end):
            place, mark = match.start(), match.group()
            if mark in "([{":
                if place == 0 or prose[place - 1] not in ":;=":
                    opened.append((mark, place))
            elif opened and opened[-1][0] == _PAIRS[mark]:
                opened.pop()
            elif prose[place - 1 : place] not in (":", ";", "=", "-") and not _ENUMERATION.search(
                prose[max(start, place - 5) : place]
            ):
                yield Mark(place, place + 1, "unbalanced bracket", "warning", f"{mark!r} closes nothing",
                           "open it or remove it")  # fmt: skip
        for mark, place in opened:
            yield Mark(place, place + 1, "unbalanced bracket", "warning",
                       f"{mark!r} before {short(prose[place + 1 : place + 30])!r} is never closed", "close it or remove it")  # fmt: skip
        yield from _quotes(prose, start, end)
        start = end


def _quotes(prose: str, start: int, end: int) -> Iterator[Mark]:
    paragraph = prose[start:end]
    # A quotation that runs on opens anew in each paragraph and closes in the last: only a surplus of closers is wrong.
    if paragraph.count("”") > paragraph.count("“"):
        place = start + paragraph.rfind("”")
        yield Mark(place, place + 1, "unbalanced quotation", "warning", "a quotation closes that never opened",
                   "open it or remove the mark")  # fmt: skip
    straight = [i for i, c in enumerate(paragraph) if c == '"' and not (i and paragraph[i - 1].isdigit())] if '"' in paragraph else []  # fmt: skip
    if len(straight) % 2 and paragraph.count('"') % 2:
        place = start + straight[-1]
        yield Mark(place, place + 1, "unbalanced quotation", "warning", "the paragraph has an odd number of quotation marks",
                   "close the quotation or remove the mark")  # fmt: skip


def _tables(prose: str) -> Iterator[Mark]:
    place = 0
    lines: list[tuple[int, str]] = []
    for line in prose.splitlines(keepends=True):
        lines.append((place, line.rstrip("\r\n")))
        place += len(line)
    width = 0
    for index, (start, line) in enumerate(lines):
        if "|" not in line:
            width = 0
        elif index and "|" in lines[index - 1][1] and _SEPARATOR.match(line):
            width = _cells(lines[index - 1][1])
            if _cells(line) != width:
                yield Mark(start, start + len(line), "broken table", "warning",
                           f"the rule has {_cells(line)} columns, the head has {width}", "give every row the same columns")  # fmt: skip
        elif width and _cells(line) != width:
            yield Mark(start, start + len(line), "broken table", "warning",
                       f"the row has {_cells(line)} cells, the head has {width}", "give every row the same columns")  # fmt: skip


def _cells(line: str) -> int:
    inner = line.replace("\\|", "").strip()
    return inner.removeprefix("|").removesuffix("|").count("|") + 1


def _links(prose: str) -> Iterator[Mark]:
    for match in _LINK.finditer(prose):
        target = match["target"].strip()
        if not match["close"]:
            if not match["gap"] and "(" not in prose[match.end() : match.end() + 1]:
                yield Mark(*match.span(), "broken link", "warning", f"the link {short(match['label'])!r} is never closed",
                           "close it with ')'")  # fmt: skip
        elif not match["gap"] and not target:
            yield Mark(*match.span(), "broken link", "warning", f"the link {short(match['label'])!r} points nowhere",
                       "give it a target or make it plain text")  # fmt: skip
        elif match["gap"] and re.match(r"https?://", target):
            yield Mark(*match.span(), "broken link", "info", f"a space parts {short(match['label'])!r} from its target",
                       "remove the space")  # fmt: skip
        elif not match["gap"] and " " in target and not re.search(r"\s[\"'(].*[\"')]$|^<.*>$", target):
            yield Mark(*match.span(), "broken link", "warning", f"the target {short(target)!r} holds a space",
                       "write %20 for each space, or put the target in <>")  # fmt: skip
