"""Sentences as the kernels read them, one object for each, kept for whoever asks again.

Not for reading: `read_sentences_batch` does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from simone.kernels import kernels
from simone.kernels.reference.validation.reading import Relation
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.tokens import remembering
from simone.kernels.reference.validation.words import Word


class Stretch(msgspec.Struct, frozen=True):
    """A value or a name as it stands in a sentence; code points [start, end)."""

    start: int
    end: int
    text: str


class Reading(msgspec.Struct, frozen=True):
    """A sentence as read. `content` are indices of content words that are no verbs and no values.

    `relations` has one tuple per word; `verbs` are in order; word indices refer to `words`. `operators` are the
    lower-case words, for the closed-class checks.
    """

    text: str
    words: tuple[Word, ...]
    content: tuple[int, ...]
    verbs: tuple[Verb, ...]
    relations: tuple[tuple[Relation, ...], ...]
    quantities: tuple[Stretch, ...]
    dates: tuple[Stretch, ...]
    names: tuple[Stretch, ...]
    operators: frozenset[str]


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read one sentence. Cost grows with its length; give it sentences, not documents."""
    found = kernels.read_sentences_batch([text])
    words = tuple(
        [
            Word(start, end, lower, stem)
            for (_, start, end), (lower, stem) in zip(found.words.tolist(), found.forms, strict=True)
        ]
    )
    relations: list[tuple[Relation, ...]] = [()] * len(words)
    for (_, word, verb), kind in zip(found.relations.tolist(), found.kinds, strict=True):
        relations[word] += (_relation(kind, verb),)
    values: tuple[list[Stretch], list[Stretch]] = ([], [])
    for _, kind, start, end in found.values.tolist():
        values[kind].append(Stretch(start, end, text[start:end]))
    return Reading(
        text=text,
        words=words,
        content=tuple(found.content[:, 1].tolist()),
        verbs=tuple(
            [
                Verb(head, first, stem, bool(passive), bool(positive), bool(certain))
                for (_, head, first, passive, positive, certain), stem in zip(
                    found.verbs.tolist(), found.verb_stems, strict=True
                )
            ]
        ),
        relations=tuple(relations),
        quantities=tuple(values[0]),
        dates=tuple(values[1]),
        names=tuple([Stretch(start, end, text[start:end]) for _, start, end in found.names.tolist()]),
        operators=frozenset([word.lower for word in words]),
    )


@lru_cache(maxsize=4096)
def _relation(kind: str, verb: int) -> Relation:
    return Relation(kind, verb)


@remembering(4096)
def stems_of(text: str) -> frozenset[str]:
    """Stems of the content words."""
    return frozenset(kernels.content_stems_batch([text])[0])


def stems_of_all(texts: Sequence[str]) -> list[frozenset[str]]:
    """Stems of the content words of each text, in one call."""
    return [frozenset(stems) for stems in kernels.content_stems_batch(texts)]
