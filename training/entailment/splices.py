"""Sentences put together from two of a passage: each part stands in it, what they say together does not.

Not for changes within one sentence: see `minimal`.

Summaries that were shortened by a model fail most often like this: the phrase of one sentence lands behind another, or
one subject gets another's predicate.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import random
import re

from augment import ENTAILED, OPEN
from data import sentences
from following import FOLLOWING
from minimal import CHANGES, Change, Maker, capital, entity, order, roles, small

LINK = re.compile(
    r" (in|on|at|for|from|with|by|after|before|during|against|about|to|of|because|since|until|when|while|as) "
)
END = re.compile(
    r"(?<=[a-z\d]) (?:in|on|at|for|from|with|after|before|during|against|because of|since|until) (?:[\w'’-]+ ){0,6}[\w'’-]+(?=[.,;])"
)
BE = re.compile(
    r"^((?:[\w'’,-]+ ){0,7}[\w'’-]+) (is|was|has|had|will|can|could|would|are|were|have|said|says|became) (.{12,})$"
)
POINTING = re.compile(r"\b(he|she|it|they|his|her|its|their|this|these|that|those|who|which)\b", re.I)
WHOLE = re.compile(r"\b(no|not|never|none|nobody|nothing|only|all|every|each|few|most|always)\b|n't\b", re.I)
"""Behind these a circumstance more says less."""
MOST = 34
"""Words of a sentence put together, count."""


def spliced(text: str, passage: str, chance: random.Random) -> Change | None:
    """The sentence with the end of another in the place of its own or behind it, or with another's subject."""
    others = [other for other in sentences(passage) if other != text and 5 <= len(other.split()) <= 40]
    chance.shuffle(others)
    ways = chance.sample((_tail, _tail, _behind, _subject), 4)
    for other in others[:3]:
        for way in ways:
            made = way(text, other, chance)
            if made is not None and len(made.split()) <= MOST and not _told(made, passage):
                return Change(made, OPEN, ENTAILED if way is _behind and not WHOLE.search(text) else OPEN)
    return None


def _told(made: str, passage: str) -> bool:
    return made.rstrip(".").lower() in passage.lower()


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z\d]{4,}", text.lower()))


def _tail(text: str, other: str, chance: random.Random) -> str | None:
    """As far as a linking word, and on from the same word of the other."""
    here = [f for f in LINK.finditer(text) if f.start() > 12]
    there = {f.group(1): f for f in LINK.finditer(other) if len(other) - f.end() > 6}
    fits = [f for f in here if f.group(1) in there]
    if not fits:
        return None
    cut = chance.choice(fits)
    tail = other[there[cut.group(1)].end() :]
    shorter = re.match(r"[^,;]{6,}?(?=[,;])", tail)
    if shorter is not None and chance.random() < 0.6:
        tail = shorter.group() + "."
    if len(_words(tail) - _words(text[cut.end() :])) < 1 or POINTING.match(tail):
        return None
    return text[: cut.end()] + tail


def _behind(text: str, other: str, chance: random.Random) -> str | None:
    """A circumstance of the other behind it."""
    found = [f.group() for f in END.finditer(other) if not POINTING.search(f.group())]
    if not found or not re.search(r"[a-z\d]\.$", text):
        return None
    phrase = chance.choice(found)
    if not _words(phrase) - _words(text):
        return None
    return text[:-1] + phrase + "."


def _subject(text: str, other: str, _chance: random.Random) -> str | None:
    """Its subject and the other's predicate: two subjects that cannot be the same."""
    here, there = BE.match(text), BE.match(other)
    if here is None or there is None:
        return None
    one, two = here.group(1), there.group(1)
    many = {"are", "were", "have"}
    if POINTING.match(one) or POINTING.search(two) or (here.group(2) in many) != (there.group(2) in many):
        return None
    if _words(one) & _words(other) or not re.search(r"[A-Z]\w", two[1:] if two.startswith("The ") else two):
        return None
    if re.match(r"(There|The (man|woman|city|company|film|show|band|team|book|song|game|series))\b", two):
        return None
    return capital(f"{small(one)} {there.group(2)} {there.group(3)}")


Changes = tuple[tuple[Maker, float], ...]
ALL_CHANGES: Changes = (*CHANGES, *FOLLOWING, (spliced, 0.9))
"""The changes in one place and the sentences put together, and how readily each is tried."""
BINDING: Changes = ((spliced, 2.5), (roles, 2.5), (entity, 1.0), (order, 0.5))
"""Those that say of one thing what holds of another, with words of the passage, or of one time what holds of another."""
