"""Where the words of a quotation stand in a text, and which of them differ.

Not for whether a text supports what is quoted: a sentence may quote what it denies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simone.kernels.contract.validation import LEAST_AGREEING, MOST_DIFFERING
from simone.kernels.reference.validation.words import Word, find_words


class Quote(NamedTuple):
    """Where it stands, code points [start, end); `differing` [start, end) in the quotation and in the text, or -1."""

    kind: int
    start: int
    end: int
    differing: tuple[int, int, int, int]


_CHANGES = sorted(
    ((ours, theirs) for ours in range(MOST_DIFFERING + 1) for theirs in range(MOST_DIFFERING + 1) if ours or theirs),
    key=lambda change: (max(change), abs(change[0] - change[1]), change[0]),
)
"""How many words of the quotation are others in the text, and how many stand there instead; the smallest first."""


def find_quote(quotation: str, text: str) -> Quote | None:
    """The first place that has the words of a quotation, else the one where the fewest differ, else None."""
    ours, theirs = ([word for word in find_words(one) if word.is_word] for one in (quotation, text))
    wanted, said = [word.lower for word in ours], [word.lower for word in theirs]
    if not wanted:
        return None
    for place in range(len(said) - len(wanted) + 1):
        if said[place : place + len(wanted)] == wanted:
            return Quote(0, theirs[place].start, theirs[place + len(wanted) - 1].end, (-1, -1, -1, -1))
    best = min(
        ((rank, place) for place in range(len(said)) if (rank := _change_at(wanted, said, place)) is not None),
        default=None,
    )
    return None if best is None else _near(ours, theirs, *_CHANGES[best[0]], best[1])


def _change_at(wanted: Sequence[str], said: Sequence[str], place: int) -> int | None:
    """The smallest change, by its place in _CHANGES, after the longest common beginning at `place`; None for none."""
    same = _common(wanted, said[place : place + len(wanted)])
    for rank, (ours, theirs) in enumerate(_CHANGES):
        rest, there = same + ours, place + same + theirs
        if rest > len(wanted) or there > len(said) or len(wanted) - ours < LEAST_AGREEING:
            continue
        if list(wanted[rest:]) == list(said[there : there + len(wanted) - rest]):
            return rank
    return None


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two sequences begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _near(ours: Sequence[Word], theirs: Sequence[Word], changed: int, instead: int, place: int) -> Quote:
    same = _common([w.lower for w in ours], [w.lower for w in theirs[place:]])
    last = place + same + instead + len(ours) - same - changed
    differing = *_span(ours, same, same + changed), *_span(theirs, place + same, place + same + instead)
    return Quote(1, theirs[place].start, theirs[last - 1].end, differing)


def _span(words: Sequence[Word], first: int, after: int) -> tuple[int, int]:
    """Of the words [first, after); an empty one behind the word before where there are none."""
    if first < after:
        return words[first].start, words[after - 1].end
    behind = words[first - 1].end if first else 0
    return behind, behind
