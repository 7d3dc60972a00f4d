"""Three public retrieval test collections read from their own formats: Cranfield, TIME and CISI.

Not for measuring: `retrieval` ranks their documents and scores the rankings.

Gains are larger for better documents. Cranfield's relevance codes run from 1 (a complete answer) to 4 (of minimum
interest) and become gains 4 to 1; its code -1 marks the paper that the question was made from, which does not count.
TIME and CISI only name the relevant documents: gain 1. TIME's judgments count two documents that its file lacks: from
378 on they point two places too far (seen in the queries on the Vietnam coup), which is put right here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from simone.errors import MissingSource

NAMES = ("cran", "time", "cisi")


class Query(msgspec.Struct, frozen=True):
    """A question of a collection; `gains` pairs document numbers with gains above 0, by document."""

    number: int
    text: str
    gains: tuple[tuple[int, int], ...]


class Collection(msgspec.Struct, frozen=True):
    """The texts of documents 1, 2, 3, …, and the queries that have at least one relevant document among them."""

    name: str
    documents: tuple[str, ...]
    queries: tuple[Query, ...]


def read(name: str, data: Path) -> Collection:
    """Read the collection `name` from `data`/retrieval/`name`.

    Raises:
        MissingSource: one of its files is not there.
    """
    folder = data / "retrieval" / name
    try:
        return _READERS[name](folder)
    except OSError as error:
        raise MissingSource(f"the {name} collection is not complete in {str(folder)!r}: {error}") from error


def _cranfield(folder: Path) -> Collection:
    judgments: dict[int, dict[int, int]] = {}
    for line in _lines(folder / "cran.rel"):
        query, document, code = (int(field) for field in line.split()[:3])
        if code > 0:
            judgments.setdefault(query, {})[document] = 5 - code
    # queries are judged by their position; their own numbers have gaps
    questions = {number: fields["W"] for number, (_, fields) in enumerate(_smart(folder / "cran.qry"), start=1)}
    documents = tuple(_document(fields) for _, fields in _smart(folder / "cran.all.1400"))
    return Collection("cran", documents, _queries(questions, judgments))


def _cisi(folder: Path) -> Collection:
    judgments: dict[int, dict[int, int]] = {}
    for line in _lines(folder / "CISI.REL"):
        query, document = (int(field) for field in line.split()[:2])
        judgments.setdefault(query, {})[document] = 1
    questions = {number: f"{fields.get('T', '')} {fields['W']}" for number, fields in _smart(folder / "CISI.QRY")}
    documents = tuple(_document(fields) for _, fields in _smart(folder / "CISI.ALL"))
    return Collection("cisi", documents, _queries(questions, judgments))


def _time(folder: Path) -> Collection:
    judgments = {}
    for line in _lines(folder / "TIME.REL"):
        query, *found = (int(field) for field in line.split())
        judgments[query] = {document - 2 if document > 370 else document: 1 for document in found}
    questions = {int(head): text for head, text in _starred(folder / "TIME.QUE", "FIND")}
    documents = tuple(text for _, text in _starred(folder / "TIME.ALL", "TEXT"))
    return Collection("time", documents, _queries(questions, judgments))


_READERS: dict[str, Callable[[Path], Collection]] = {"cran": _cranfield, "time": _time, "cisi": _cisi}


def _queries(questions: dict[int, str], judgments: dict[int, dict[int, int]]) -> tuple[Query, ...]:
    return tuple(
        Query(number, " ".join(text.split()), tuple(sorted(judgments[number].items())))
        for number, text in sorted(questions.items())
        if judgments.get(number)
    )


def _document(fields: dict[str, str]) -> str:
    """Title, blank line, text; the abstracts of Cranfield begin with their title, which is then not said twice."""
    title, text = fields.get("T", "").strip(), fields.get("W", "").strip()
    return text if text.startswith(title) else f"{title}\n\n{text}"


def _smart(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Records of the SMART format: `.I number`, then fields headed by a line of a dot and one capital letter."""
    records: list[tuple[int, dict[str, str]]] = []
    field = ""
    for line in path.read_text("latin-1").splitlines():
        if re.match(r"\.I\s+\d+", line):
            records.append((int(line.split()[1]), {}))
        elif re.fullmatch(r"\.[A-Z]\s*", line):
            field = line[1]
        elif records:
            fields = records[-1][1]
            fields[field] = f"{fields[field]}\n{line}" if field in fields else line
    return records


def _starred(path: Path, word: str) -> list[tuple[str, str]]:
    """Records of the TIME format: a line `*WORD head`, then text up to the next such line or `*STOP`."""
    blocks = re.split(r"^\*(?=[A-Z]+)", path.read_text("latin-1"), flags=re.MULTILINE)
    starred = []
    for block in blocks:
        head, _, text = block.partition("\n")
        if head.startswith(word):
            starred.append((head.removeprefix(word).split()[0], " ".join(text.split())))
    return starred


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("latin-1").splitlines() if line.strip()]
