"""Words before a sentence that only say how or from where it is said: "in my opinion", "I heard that".

Not for what says nothing at all ("well", "you know"): `wording` takes that off.

A frame has words of the lists alone, or reports. What holds a verb with a subject of its own and reports nothing says
something: "Prices went up, the fee is 40 euros" is not "The fee is 40 euros".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from simone.kernels import kernels
from simone.kernels.reference.validation.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    HEDGES,
    PREPOSITIONS,
    PRONOUNS,
    SUBJECT_PRONOUNS,
    UNTRUE,
)
from simone.memory.openings import openings
from simone.memory.twins import is_past
from simone.memory.wording import is_phatic, says_something

_WORD = re.compile(r"\w+(?:'\w+)*")
_FRAME = re.compile(r"([^,:;.!?]{1,60}?)(?:[,:]\s+|\s+that\s+)[\"']?(?=\w)")
_FRAME_WORDS, _FRAME_STEMS = 7, 3
_HEDGE = re.compile(r"as (?!an? |the |soon |long )|(?:from|like) (?:what|i|you|we|everybody|everyone)\b")
"""Openings with "as", "from" and "like" that place nothing; "as a child" does."""
_DOUBTING = re.compile(
    r"\b(?:not|no|never|nobody|none|hardly|false|untrue|wrong|incorrect|doubt\w*|den(?:y|ies|ied)|lie[sd]?|lying|myth"
    r"|unlikely|impossible|pretend\w*|wish\w*|hope\w*|suppos\w*|imagin\w*|claim\w*|alleg\w*)\b"
)
_UNSURE = re.compile(
    _DOUBTING.pattern
    + r"|\b(?:true|alarm|can't|cannot|couldn't|don't|didn't|isn't|wasn't|won't|disagree\w*|unsure|if)\b"
)
_SEEMING = re.compile(r"\b(?:it|this|that) (?:may |might |must )?(?:seem|appear|sound|look|feel)s?$")
_EXCLAIMING = frozenset("ah aw aww gosh hey hi hm oh ok okay uh um well whoa wow yeah yep yes".split())
_INTRODUCING = frozenset(("is", "are", "was", "were"))
"""Last words of an opening that what follows it completes: "the word on the street is"."""


def without_frame(text: str) -> str:
    """What stands behind words of a person that only say how or from where it is said, "" if it does not begin so, or
    if nothing but a name stands there.

    They end with a comma, a colon or, if somebody reports, "that". Before a colon every one of them is listed, since
    any other may name whom it is about: "Students: …".
    """
    rest = _behind(text, _is_plain_frame)
    return rest if says_something(rest) else ""


def behind_frame(sentence: str) -> str:
    """The same of a model, whatever its words before say of how it is said."""
    return _behind(sentence, may_be_frame)


def may_be_frame(opening: str) -> bool:
    """Whether these words before a sentence may only say how it is said.

    They are few, no name or number is in them, they do not begin as a time, a place, a company or a condition does, no
    verb but of reporting is in them, and before "that" they report and neither doubt nor deny.
    """
    words = opening.rstrip(",:;.!\"' ").split()
    if not words or len(words) > _FRAME_WORDS or names_in(" ".join(words[1:])):
        return False
    said = " ".join(words).lower()
    (stems,) = kernels.content_stems_batch([said])
    if words[-1].lower() == "that":
        return not _DOUBTING.search(said) and set(stems) <= reporting()
    if said in openings().idioms:
        return len(stems) <= _FRAME_STEMS
    if words[0].lower() in openings().placing and not _HEDGE.match(said):
        return False
    return len(stems) <= _FRAME_STEMS and not _tells(said.split(), stems)


def names_in(text: str) -> set[str]:
    """Stems of its words with a capital or a digit, "I" aside."""
    words = [word for word in _WORD.findall(text) if word != "I" and (word[0].isupper() or word[0].isdigit())]
    return {stem for row in kernels.content_stems_batch(words) for stem in row}


@lru_cache(maxsize=1)
def reporting() -> frozenset[str]:
    """Content words with which one says where one has something from."""
    return frozenset(kernels.content_stems_batch([openings().reporting])[0])


def _behind(text: str, is_frame: Callable[[str], bool]) -> str:
    found = _FRAME.match(text)
    return text[found.end() :].rstrip("\"'") if found and is_frame(found[0]) else ""


def _is_plain_frame(opening: str) -> bool:
    """Whether these words before a sentence leave it as it is: no doubt, no time, no place, nobody and no news in
    them."""
    mark, said = opening.rstrip("\"' ")[-1], opening.lower().rstrip(",:;.!\"' ")
    lists = openings()
    if mark not in ",:" or said in lists.idioms:
        return may_be_frame(opening)
    words = said.split()
    is_unsure = _UNSURE.search(said) is not None and lists.telling.isdisjoint(words)  # "to nobody's surprise" is sure
    if is_unsure or not lists.changing.isdisjoint(words) or any(map(str.isdigit, said)):
        return False
    if mark == ":":
        return _listed().issuperset(words) and words[0] not in lists.placing
    if lists.phatic.issuperset(words):
        return is_phatic(said)
    is_manner = any(word.endswith("ly") and word not in _listed() for word in words)
    return not is_manner and may_be_frame(opening) and (_is_listed(said) or _exclaims(words) or _introduces(words))


def _is_listed(said: str) -> bool:
    """Whether all its words are listed, but for articles, prepositions and a seeming: "strange as it may seem"."""
    words = _SEEMING.sub("", said).split()
    if not words:
        return False
    owners = _listed() | PRONOUNS | SUBJECT_PRONOUNS
    plain = _listed() | DETERMINERS | PREPOSITIONS
    return all(word in plain or (word.endswith("'s") and word[:-2] in owners) for word in words)


def _exclaims(words: Sequence[str]) -> bool:
    return len(words) == 2 and words[0] in _EXCLAIMING and words[1] not in AUXILIARIES


def _introduces(words: Sequence[str]) -> bool:
    """Whether it is what a sentence is called: "word on the street is"."""
    *named, last = words
    loose = HEDGES | UNTRUE | SUBJECT_PRONOUNS | AUXILIARIES
    return bool(named) and last in _INTRODUCING and loose.isdisjoint(named)


def _tells(words: Sequence[str], stems: Sequence[str]) -> bool:
    """Whether a verb is among them that reports nothing, of which something is said that is on no list."""
    if set(stems) <= reporting() | _listed_stems():
        return False
    last = len(words) - 1
    for place, word in enumerate(words):
        if place == 0 or (place == last and word in _INTRODUCING):
            continue
        if word in AUXILIARIES or (is_past(word) and not set(kernels.content_stems_batch([word])[0]) <= reporting()):
            return True
    return False


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return openings().phatic | openings().telling


@lru_cache(maxsize=1)
def _listed_stems() -> frozenset[str]:
    return frozenset(kernels.content_stems_batch([" ".join(sorted(_listed()))])[0])
