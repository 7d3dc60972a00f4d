"""How well HIP reads addresses: the WHATWG URL cases and two lists of links and look-alikes in running text.

Not for speed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec

from simone.errors import MissingSource
from simone.protocols.hyperlinks.bare import find_bare
from simone.protocols.hyperlinks.urls import normalise


class LinkScores(msgspec.Struct, frozen=True):
    """Counts: URL cases with the standard's outcome (href or failure), links found whole, look-alikes left alone."""

    urls: int
    urls_right: int
    links: int
    links_found: int
    not_links: int
    not_links_left: int
    missed: tuple[str, ...]
    false: tuple[str, ...]


class _UrlCase(msgspec.Struct, frozen=True):
    input: str
    base: str | None = None
    href: str = ""
    failure: bool = False


def run(data: Path) -> LinkScores:
    """Score all cases under `data`/links.

    Raises:
        MissingSource: the cases are not there.
    """
    folder = data / "links"
    if not (folder / "urltestdata.json").is_file():
        raise MissingSource(f"no urltestdata.json under {str(folder)!r}; set SIMONE_DATA to the data folder")
    tree = json.loads((folder / "urltestdata.json").read_text("utf-8"))
    urls = msgspec.convert([entry for entry in tree if isinstance(entry, dict)], list[_UrlCase])
    right = sum(normalise(case.input, case.base) == (None if case.failure else case.href) for case in urls)
    links = [(block[0], block[-1]) for block in _blocks(folder / "linkify_links.txt")]
    missed = tuple(link for text, link in links if link not in _found(text))
    others = [line for block in _blocks(folder / "linkify_not_links.txt") for line in block]
    false = tuple(line for line in others if _found(line))
    return LinkScores(
        urls=len(urls),
        urls_right=right,
        links=len(links),
        links_found=len(links) - len(missed),
        not_links=len(others),
        not_links_left=len(others) - len(false),
        missed=missed,
        false=false,
    )


def render(scores: LinkScores) -> str:
    """The counts as text."""
    return "\n".join(
        (
            f"links: WHATWG URL cases right {scores.urls_right} of {scores.urls}",
            f"links: found whole in running text {scores.links_found} of {scores.links}; missed {list(scores.missed)}",
            f"links: look-alikes left alone {scores.not_links_left} of {scores.not_links}; false {list(scores.false)}",
        )
    )


def _found(text: str) -> list[str]:
    return [text[bare.start : bare.end] for bare in find_bare(text)]


def _blocks(path: Path) -> list[list[str]]:
    """Lines between blank lines and comment lines; a comment at the end of a line is not part of it."""
    blocks: list[list[str]] = [[]]
    for line in path.read_text("utf-8").split("\n"):
        words = "" if line.startswith("%") else re.sub(r"\s+% .*$", "", line)
        if words:
            blocks[-1].append(words)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]
