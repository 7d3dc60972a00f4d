"""The sentences of the passages that bear on a claim, best first, by the rarity of the words they share.

Not for judging them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

from simone.kernels import kernels
from simone.records import Evidence, Passage, Stance
from simone.truth.words import find_words, is_content

MOST_SENTENCES = 6
"""Sentences compared closely per claim, count."""
LEAST_OVERLAP = 0.2
"""Share of the claim's word rarity a sentence must share to be looked at, 0..1."""


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a passage; `start`/`end` index the passage's document, `before` the list, -1 for none."""

    passage: int
    start: int
    end: int
    text: str
    stems: frozenset[str]
    before: int


def collect(passages: Sequence[Passage]) -> tuple[Sentence, ...]:
    """Every sentence of the passages once, though passages overlap."""
    sentences: list[Sentence] = []
    seen: dict[tuple[str, int, int, int], int] = {}
    spans = kernels.split_sentences_batch([p.text for p in passages])
    for number, (passage, rows) in enumerate(zip(passages, spans, strict=True)):
        before = -1
        for start, end in rows.tolist():
            key = (passage.document_id or passage.document, passage.version, passage.start + start, passage.start + end)
            if key not in seen:
                text = passage.text[start:end]
                seen[key] = len(sentences)
                sentences.append(Sentence(number, key[2], key[3], text, stems_of(text), before))
            before = seen[key]
    return tuple(sentences)


def stems_of(text: str) -> frozenset[str]:
    """Stems of the content words."""
    return frozenset(w.stem for w in find_words(text) if is_content(w))


def rank(claim: str, sentences: Sequence[Sentence]) -> tuple[int, ...]:
    """Indices of the sentences that share most of the claim's rare words, best first, ties in order of the sources."""
    counts = Counter(s for sentence in sentences for s in sentence.stems)
    wanted = sorted(stems_of(claim))
    weight = {s: math.log(1.0 + (len(sentences) + 1) / (1 + counts[s])) for s in wanted}
    total = math.fsum(weight.values()) or 1.0
    scored = []
    for index, sentence in enumerate(sentences):
        share = math.fsum(weight[s] for s in wanted if s in sentence.stems) / total
        if share >= LEAST_OVERLAP:
            scored.append((-share, index))
    return tuple(index for _, index in sorted(scored)[:MOST_SENTENCES])


def cite(passage: Passage, start: int, end: int, stance: Stance, strength: float) -> Evidence:
    """Evidence for document offsets inside a passage."""
    quote = passage.text[start - passage.start : end - passage.start]
    return Evidence(passage.document, passage.document_id, passage.version, start, end, quote, stance, strength)
