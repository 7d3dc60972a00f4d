"""Key phrases of a text: runs of content words, scored by how their words keep company.

Not for entities: `mentions` has those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

MAX_TOPICS = 8
MAX_PHRASE_WORDS = 3

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_PIECE = re.compile(rf"({_WORD.pattern})|[^\w\s]|\d+")
_POSSESSIVE = re.compile(r"['’]s?$")
_STOP = frozenset(
    """
    a about above across after again against all almost along already also although always am among an and another any
    anyone anything are around as at away back be became because become been before being below between both but by
    came can cannot could did do does doing done down during each either else ever every everyone everything few first
    for from further gave get give given go goes going got had has have having he hence her here hers him his how
    however i if in instead into is it its itself just kept last least less let like made make makes many may me might
    mine more most much must my myself near neither never new next no nobody none nor not nothing now of off often on
    once one only onto or other others our ours out over own per put quite rather said same say says second see seen
    several shall she should since so some someone something soon still such take taken than that the their theirs
    them themselves then there therefore these they thing things this those though through thus to together too took
    toward towards two under until up upon us use used uses using very via was way we well went were what when where
    whether which while who whole whom whose why will with within without would yes yet you your yours according began
    called including known later long old made set three following used based agreed
    """.split()
)


def find_topics(sentences: Sequence[str]) -> tuple[str, ...]:
    """Up to MAX_TOPICS phrases in lower case, best first, ties by first appearance.

    A word's score is its degree (words it stands with in phrases, itself counted) over its frequency; a phrase's
    score is the sum over its words, times its occurrences.

    Source: Rose, Engel, Cramer and Cowley, Automatic keyword extraction from individual documents, 2010 (RAKE); the
    limit of phrase length and the weight of occurrences are ours.
    """
    phrases = [phrase for sentence in sentences for phrase in _phrases(sentence)]
    frequency: Counter[str] = Counter()
    degree: Counter[str] = Counter()
    for phrase in phrases:
        for word in phrase:
            frequency[word] += 1
            degree[word] += len(phrase)
    times = Counter(" ".join(phrase) for phrase in phrases)
    scores = {
        phrase: count * sum(degree[word] / frequency[word] for word in phrase.split())
        for phrase, count in times.items()
    }
    order = {phrase: index for index, phrase in enumerate(times)}
    return tuple(sorted(scores, key=lambda phrase: (-round(scores[phrase], 9), order[phrase]))[:MAX_TOPICS])


def words_of(sentence: str) -> list[str]:
    """The words of a sentence in the form in which topics have them."""
    return [_plain(word) for word in _WORD.findall(sentence)]


def _phrases(sentence: str) -> list[tuple[str, ...]]:
    phrases: list[tuple[str, ...]] = []
    run: list[str] = []
    for found in [*_PIECE.findall(sentence), ""]:  # "" for what is no word
        if found and len(word := _plain(found)) > 2 and word not in _STOP:
            run.append(word)
            continue
        if 0 < len(run) <= MAX_PHRASE_WORDS:
            phrases.append(tuple(run))
        run = []
    return phrases


def _plain(word: str) -> str:
    folded = word.casefold()
    return _POSSESSIVE.sub("", folded) if "'" in folded or "’" in folded else folded
