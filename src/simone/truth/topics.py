"""What a document is about, and claims that say so where its sentences need not: "the museum's café", "on the line".

Not for pronouns and "the town": `context` fills these in.

A document is about the name that is the subject of its first sentence, where no other name does or suffers anything
there.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import remembering
from simone.truth.context import subject_named
from simone.truth.reading import read, stems_of

_WHERE = frozenset(("of", "in", "on", "at", "from", "to"))
LONGEST_NAME = 8
"""Words of a name that a document is about, count."""


@remembering(256)
def topic_of(opening: str) -> str:
    """The name that a document with this first sentence is about, "" where that is open."""
    name = subject_named(opening)
    if not name or len(name.split()) > LONGEST_NAME:
        return ""
    reading, own = read(opening), stems_of(name)
    for other in reading.names:
        if stems_of(other.text) <= own:
            continue
        at = next((i for i, word in enumerate(reading.words) if word.start >= other.start), 0)
        for relation in reading.relations[at]:
            if relation.kind == "O" or (relation.kind == "S" and not reading.verbs[relation.verb].passive):
                return ""
    return name


def without_topic(claim: str, topic: str) -> tuple[str, ...]:
    """The claim without "of the museum", "on the line" or "the museum's" where these are the topic; () without any."""
    reading, own = read(claim), stems_of(topic)
    words = reading.words
    found: list[str] = []
    for i, word in enumerate(words):
        if word.lower in _WHERE and i:
            end = _phrase_end(claim, i + 1, own)
            if end and (end == len(words) or words[end].lower != "'s"):
                left = f"{claim[: words[i - 1].end]}{claim[words[end - 1].end :]}"
                found.append(left)
        elif word.lower == "'s" and i:
            start = i
            while start and (words[start - 1].stem in own or words[start - 1].lower in lex.DETERMINERS):
                start -= 1
                if words[start].lower in lex.DETERMINERS:
                    break
            if start < i and i + 1 < len(words):
                lead = "The " if not start else "the "
                found.append(f"{claim[: words[start].start]}{lead}{claim[words[i + 1].start :]}")
    return tuple(re.sub(r"  +", " ", text) for text in found)


def _phrase_end(claim: str, start: int, own: frozenset[str]) -> int:
    """Behind the words from `start` that name the topic and nothing else; 0 where other words do."""
    reading = read(claim)
    words = reading.words
    end = start
    if end < len(words) and words[end].lower in lex.DETERMINERS:
        end += 1
    first = end
    while end < len(words) and end in reading.content and words[end].stem in own:
        end += 1
    if end == first or (end < len(words) and (end in reading.content or words[end].lower in ("and", "or"))):
        return 0
    return end
