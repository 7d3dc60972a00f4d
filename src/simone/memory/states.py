"""Two statements in the same words but for one: a clock time, or a state or liking of which only one can be.

Not for values that have names (`twins`), and not for what happened: a door that was open may have been closed before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from simone.kernels.reference.validation.lexicon import FUNCTION

_STATES = (
    "on | off",
    "open | closed shut locked",
    "locked | unlocked",
    "armed | disarmed",
    "single divorced widowed | married",
    "confirmed | cancelled canceled | postponed",
    "enabled | disabled",
    "occupied | vacant",
    "awake | asleep",
    "alive | dead",
    "paid | unpaid",
    "signed | unsigned",
    "finished | unfinished",
)
"""States of which a thing has one at a time, or all between two strokes. "Free" is none: it may be of charge."""
_EXCLUSIVE = frozenset(
    frozenset((one, other))
    for states in _STATES
    for ours, theirs in combinations(states.split("|"), 2)
    for one in ours.split()
    for other in theirs.split()
)
_LIKES = frozenset("like likes love loves enjoy enjoys adore adores".split())
_DISLIKES = frozenset("hate hates dislike dislikes detest detests loathe loathes".split())
_IS = frozenset(("is", "are", "am", "'s", "'m", "'re"))
_NOW = frozenset(("now", "currently", "still", "today"))
_WORD = re.compile(r"[^\W_]+(?:[:.][0-5]\d)?|'(?:s|m|re)\b|[^\w\s]")
_AT = re.compile(
    r"\b(?:is|are|starts?|begins?|opens?|closes?|ends?|(?:go|goes) to bed|gets? up|wakes? up)(?: now)? at "
    r"(?P<value>(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?(?: ?[ap]\.?m\b\.?)?)(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_HALF_DAY = 12 * 60


class _Token(NamedTuple):
    lower: str
    start: int
    end: int


def find_clock(text: str) -> tuple[int, int] | None:
    """Where the clock time stands at which something is, begins or ends, None if the text tells none."""
    found = _AT.search(text)
    return found.span("value") if found else None


def is_other_time(one: str, other: str) -> bool:
    """Whether two clock times differ: 15:00 is 3 pm, and may be 3:00."""
    (ours, we_know), (theirs, they_know) = _minutes(one), _minutes(other)
    if we_know and they_know:
        return ours != theirs
    return ours % _HALF_DAY != theirs % _HALF_DAY


def find_states(one: str, other: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The two words that exclude each other where all others are the same, None where there are no such."""
    ours, theirs = _tokens(one), _tokens(other)
    if len(ours) != len(theirs):
        return None
    differ = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a.lower != b.lower]
    if len(differ) != 1:
        return None
    (place,) = differ
    if not (_are_states(ours, theirs, place) or _are_likings(ours, theirs, place)):
        return None
    return (ours[place].start, ours[place].end), (theirs[place].start, theirs[place].end)


def _are_states(ours: tuple[_Token, ...], theirs: tuple[_Token, ...], place: int) -> bool:
    pair = frozenset((ours[place].lower, theirs[place].lower))
    if place == 0 or ours[place - 1].lower not in _IS or pair not in _EXCLUSIVE:
        return False
    behind = ours[place + 1].lower if place + 1 < len(ours) else ""
    return not behind.isalnum() or ("on" not in pair and behind in FUNCTION)


def _are_likings(ours: tuple[_Token, ...], theirs: tuple[_Token, ...], place: int) -> bool:
    pair = (ours[place].lower, theirs[place].lower)
    is_first = 0 < place <= 2 and place + 1 < len(ours)
    return is_first and any(a in _LIKES and b in _DISLIKES for a, b in (pair, pair[::-1]))


@lru_cache(maxsize=256)
def _tokens(text: str) -> tuple[_Token, ...]:
    found = [_Token(word.group().lower(), *word.span()) for word in _WORD.finditer(text.rstrip(".! "))]
    return tuple(token for token in found if token.lower not in _NOW)


def _minutes(time: str) -> tuple[int, bool]:
    """Minutes since midnight, and whether it is known which half of the day is meant."""
    plain = time.lower().replace(".", ":" if re.match(r"\d+\.\d", time) else "")
    numbers = [int(number) for number in re.findall(r"\d+", plain)]
    minutes = numbers[0] * 60 + (numbers[1] if len(numbers) > 1 else 0)
    if half := re.search(r"[ap]", plain):
        return minutes % _HALF_DAY + (_HALF_DAY if half.group() == "p" else 0), True
    return minutes % (2 * _HALF_DAY), minutes >= 13 * 60 or minutes < 60
