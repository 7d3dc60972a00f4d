"""Names, dates and quantities of texts as mentions with normal forms.

Not for finding them: the kernels do; here overlaps are settled and forms made equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simone.kernels import kernels
from simone.kernels.contract.validation import MENTIONS, Mentions
from simone.records import Mention

_DATE, _TIME, _NAME = MENTIONS.index("date"), MENTIONS.index("time"), MENTIONS.index("name")


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Mentions by place; none overlaps another: a date goes before a quantity, a quantity before a name."""
    return find_mentions_batch([text])[0]


def find_mentions_batch(texts: Sequence[str]) -> list[tuple[Mention, ...]]:
    """`find_mentions` of each text, in one call of the kernels."""
    return settle_mentions(texts, kernels.find_mentions_batch(texts))


def settle_mentions(texts: Sequence[str], rows: Mentions) -> list[tuple[Mention, ...]]:
    """What the kernels found in the texts, as `find_mentions` gives it."""
    found: list[list[tuple[int, Mention]]] = [[] for _ in texts]
    columns = (rows.text, rows.kind, rows.start, rows.end, rows.low, rows.high)
    for (owner, kind, start, end, low, high), said in zip(
        zip(*(column.tolist() for column in columns), strict=True), rows.said, strict=True
    ):
        if kind != _TIME:
            rank = 0 if kind == _DATE else 2 if kind == _NAME else 1
            normal = _day(*said) if kind == _DATE else said[0] if kind == _NAME else _amount(low, high, *said)
            found[owner].append((rank, Mention(start, end, MENTIONS[kind], texts[owner][start:end], normal)))
    return [_settled(text, ranked) for text, ranked in zip(texts, found, strict=True)]


def _settled(text: str, ranked: list[tuple[int, Mention]]) -> tuple[Mention, ...]:
    taken = bytearray(len(text))
    kept = []
    for _, mention in sorted(ranked, key=lambda pair: pair[0]):
        if mention.start < mention.end and not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _day(first: str, last: str) -> str:
    return first if first == last else f"{first}/{last}"


def _amount(low: float, high: float, unit: str, noun: str) -> str:
    if low == high:
        amount = f"{low:.12g}"
    elif math.isinf(high):
        amount = f">={low:.12g}"
    elif math.isinf(low):
        amount = f"<={high:.12g}"
    else:
        amount = f"{low:.12g}..{high:.12g}"
    return " ".join(part for part in (amount, unit or noun) if part)
