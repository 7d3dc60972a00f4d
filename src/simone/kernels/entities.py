"""What names something in running text: patterns, and which of two overlapping finds stays.

Not for the compiled backend, which reads the patterns here and settles by itself: the reference settles here.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import numpy as np

from simone.kernels.contract.patterns import ENTITIES, Entities
from simone.kernels.contract.types import Ints
from simone.kernels.contract.validation import MENTIONS, Mentions

PATTERNS: tuple[tuple[str, str], ...] = (
    # Source: RFC 5321 (local part up to 64 octets, labels up to 63); quoted local parts are left out.
    ("email", r"\b[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{0,63}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,63}\b"),
    # the last character is none that ends a sentence or closes a bracket
    ("url", r"(?i)\b(?:https?|ftps?|wss?|file|git|ssh)://[^\s<>\"“”‘’]*[^\s<>\"“”‘’.,;:!?'()\[\]{}|]/?"),
    ("url", r"(?i)\bwww\.[a-z0-9\-]{1,63}\.[^\s<>\"“”‘’]*[^\s<>\"“”‘’.,;:!?'()\[\]{}|]/?"),
    # Source: Semantic Versioning 2.0.0; two numbers are a version only behind a "v".
    ("version", r"\bv?\d{1,5}\.\d{1,5}\.\d{1,5}(?:\.\d{1,5})?(?:[\-+][0-9A-Za-z][0-9A-Za-z.\-+]{0,40})?\b"),
    ("version", r"\bv\d{1,5}(?:\.\d{1,5}){1,3}(?:[\-+][0-9A-Za-z][0-9A-Za-z.\-+]{0,40})?\b"),
    ("identifier", r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"),
    ("identifier", r"\b10\.\d{4,9}/[^\s<>\"“”‘’]*[^\s<>\"“”‘’.,;:!?'()\[\]{}|]"),  # Source: ISO 26324 (DOI)
    ("identifier", r"\b(?:ISBN|ISSN)(?:-1[03])?:?\s?[0-9][0-9\-]{6,16}[0-9Xx]\b"),
    ("identifier", r"\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?::\d{1,5}|/\d{1,2})?\b"),
    ("identifier", r"\b[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}\b"),
    ("identifier", r"\b(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})\b"),
    ("identifier", r"\bCVE-\d{4}-\d{4,7}\b"),
    ("identifier", r"\b[A-Z][A-Z0-9]{1,9}-\d{1,8}\b"),
    ("identifier", r"\b(?:RFC|PEP|EIP|ERC|BCP|STD|ISO|IEC|IEEE|DIN|EN|ANSI|ECMA)[ \-]\d{1,6}(?:[.\-:]\d{1,5}){0,3}\b"),
)
"""(kind, pattern). Every repeat is bounded, or runs over characters that nothing after it can begin with."""
NAMED = tuple((f"{number} {kind}", pattern) for number, (kind, pattern) in enumerate(PATTERNS))
_KIND_OF = {
    "date": "date",
    "time": "time",
    "money": "money",
    "percent": "percentage",
    "unit": "quantity",
    "name": "name",
}
BY_PATTERN = tuple(ENTITIES.index(kind) for kind, _ in PATTERNS)
"""Code in ENTITIES of each pattern."""
BY_MENTION = tuple(ENTITIES.index(_KIND_OF[kind]) if kind in _KIND_OF else None for kind in MENTIONS)
"""Code in ENTITIES of each kind of mention, by its code in MENTIONS; None: no entity."""
VERSION, DATE = ENTITIES.index("version"), ENTITIES.index("date")


def settled(matches: tuple[Ints, Ints, Ints, Ints], mentions: Mentions) -> Entities:
    """The finds of PATTERNS and the mentions, without overlaps: first by kind, then by length, then from the left.

    A version that is also a date ("12.5.2020") is a date. After sorting linear in the code points that finds cover.
    """
    rows: list[tuple[int, int, int, int, int]] = []
    dates: set[tuple[int, int, int]] = set()
    for text, mention, start, end in zip(*(column.tolist() for column in mentions[:4]), strict=True):
        if (kind := BY_MENTION[mention]) is not None:
            rows.append((text, kind, start - end, start, end))
            if kind == DATE:
                dates.add((text, start, end))
    for text, pattern, start, end in zip(*(column.tolist() for column in matches), strict=True):
        kind = BY_PATTERN[pattern]
        if kind != VERSION or (text, start, end) not in dates:
            rows.append((text, kind, start - end, start, end))
    found: list[tuple[int, int, int, int]] = []
    for text, group in groupby(sorted(rows), key=itemgetter(0)):
        finds = list(group)
        taken = bytearray(max(end for *_, end in finds))
        for _, kind, _, start, end in finds:
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\1" * (end - start)
                found.append((text, start, end, kind))
    table = np.array(sorted(found), np.int64).reshape(-1, 4)
    return Entities(table[:, 0].copy(), table[:, 3].copy(), table[:, 1].copy(), table[:, 2].copy())
