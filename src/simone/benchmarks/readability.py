"""Measures whether the readability indices put three editions of the same text in the right order.

Not for calibration of grades: only the order is known.

Data: SIMONE_DATA/readability/onestop (elementary, intermediate and advanced editions of news articles).
"""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import msgspec

from simone.errors import MissingSource
from simone.protocols.readability import read_text
from simone.records import Measured

INDICES = ("flesch", "flesch_kincaid", "smog", "gunning_fog", "coleman_liau", "automated_readability", "dale_chall")


class Ordering(msgspec.Struct, frozen=True):
    """Neighbouring editions that an index ranks rightly, of those where it is measured on both."""

    index: str
    right: int
    pairs: int


def run(data: Path, home: Path | None = None) -> tuple[Ordering, ...]:
    """Every index over every article; `home` holds the Dale-Chall list.

    Raises:
        MissingSource: the articles are missing.
    """
    files = sorted((data / "readability/onestop").glob("*.csv"))
    if not files:
        raise MissingSource(f"{str(data / 'readability/onestop')!r} holds no articles; set SIMONE_DATA")
    right, pairs = dict.fromkeys(INDICES, 0), dict.fromkeys(INDICES, 0)
    for file in files:
        with file.open(encoding="cp1252", errors="replace", newline="") as stream:
            rows = list(csv.reader(stream))[1:]
        editions = [read_text("\n\n".join(row[level] for row in rows if len(row) > level), home) for level in range(3)]
        for easier, harder in pairwise(editions):
            for name in INDICES:
                low, high = getattr(easier, name), getattr(harder, name)
                if isinstance(low, Measured) and isinstance(high, Measured):
                    pairs[name] += 1
                    right[name] += low.value > high.value if name == "flesch" else low.value < high.value
    return tuple(Ordering(name, right[name], pairs[name]) for name in INDICES)


def render(orderings: tuple[Ordering, ...]) -> str:
    """The orderings as plain text."""
    return "\n".join(
        f"{o.index:24}{o.right:5d} of {o.pairs:4d} pairs in order" if o.pairs else f"{o.index:24}not measured"
        for o in orderings
    )
