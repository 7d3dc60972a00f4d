"""What a link or citation points at among the passages of the case, and whether that carries the sentence.

Not for finding links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from simone.records import LinkKind, Passage, Verdict

_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(?P<title>[^\n]+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_IDENTIFIER = re.compile(r"<[^<>]*\b(?:id|name)\s*=\s*[\"']?(?P<key>[\w.:-]+)")
_SERIES = re.compile(r"(?P<series>[A-Z]+) (?P<number>\d+)")
_AUTHORS = re.compile(r"(?P<names>.+?) (?P<year>\d{4})[a-z]?")


def resolve(kind: LinkKind, target: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages meant, best first; empty where nothing in the corpus is.

    [n] is the n-th passage (from 1). "PEP 8" is a document whose name is pep and 8. "Smith 2004" is a passage that
    has the name and the year, in its text or its document's name. A relative path is a document whose path ends with
    it. A web address is a passage that contains it, or the document of that name.
    """
    if kind == "citation":
        return _cited(target, passages)
    if kind == "file":
        path = _plain_path(target)
        return tuple(passage for passage in passages if path and _ends_with(passage.document, path))
    if kind in ("web", "mail"):
        bare = target.removeprefix("mailto:").rstrip("/").casefold()
        return tuple(p for p in passages if p.document == target or _contains(p.text.casefold(), bare))
    return ()


def carries(cited: Sequence[Passage], verdicts: Sequence[Verdict]) -> bool | None:
    """Whether the cited passages carry the sentence that has these verdicts: None where nothing was cited or they
    cannot tell.

    True: a claim of the sentence is supported by a quote that lies in a cited passage. False: its claims were decided
    and no supporting quote lies there.
    """
    decided = [verdict for verdict in verdicts if verdict.claim.checkable and verdict.status != "unverifiable"]
    if not cited or not decided:
        return None
    places = {(p.document_id, p.version, p.start, p.end) for p in cited}
    return any(
        evidence.stance == "supports"
        and evidence.document_id == document_id
        and evidence.version == version
        and evidence.start < end
        and start < evidence.end
        for verdict in decided
        if verdict.status == "supported"
        for evidence in verdict.evidence
        for document_id, version, start, end in places
    )


def anchors(text: str) -> frozenset[str]:
    """Places inside the text that a "#…" link can name: headings as slugs, and HTML ids."""
    slugs = {
        re.sub(r"[^\w\- ]", "", found["title"].lower()).strip().replace(" ", "-") for found in _HEADING.finditer(text)
    }
    return frozenset(slugs | {found["key"] for found in _IDENTIFIER.finditer(text)})


def is_series(target: str) -> bool:
    """Whether a citation names a document of a series, like "PEP 8"."""
    return _SERIES.fullmatch(target) is not None


def _cited(target: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    if target.startswith("["):
        wanted = _numbers(target)
        return tuple(passages[number - 1] for number in wanted if 1 <= number <= len(passages))
    series = _SERIES.fullmatch(target)
    if series:
        name = re.compile(rf"(?<![a-z]){series['series'].lower()}[-_ ]?0*{series['number']}(?!\d)")
        return tuple(passage for passage in passages if name.search(passage.document.lower()))
    author = _AUTHORS.fullmatch(target)
    if author:
        first = re.compile(rf"\b{re.escape(re.split(r',| and | & | et al', author['names'])[0].casefold())}\b")
        return tuple(p for p in passages if _names(p, first, author["year"]))
    return ()


def _names(passage: Passage, name: re.Pattern[str], year: str) -> bool:
    words = f"{re.sub(r'[_/.-]', ' ', passage.document)}\n{passage.text}".casefold()
    return name.search(words) is not None and re.search(rf"(?<!\d){year}(?!\d)", words) is not None


def _numbers(target: str) -> list[int]:
    numbers: list[int] = []
    for part in re.split(r"[,;]", target.strip("[]")):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        numbers.extend(range(ends[0], min(ends[-1], ends[0] + 100) + 1))
    return numbers


def _plain_path(target: str) -> tuple[str, ...]:
    path = unquote(re.sub(r"^file:(?://[^/]*)?", "", re.split(r"[?#]", target)[0]))
    return tuple(part for part in PurePosixPath(path).parts if part not in ("/", ".", ".."))


def _ends_with(document: str, path: tuple[str, ...]) -> bool:
    return PurePosixPath(document).parts[-len(path) :] == path


def _contains(text: str, address: str) -> bool:
    return bool(address) and re.search(rf"{re.escape(address)}(?![\w-])", text) is not None
