"""The sentences of the passages that bear on a claim, best first, by the rarity of the words they share.

Not for judging them.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, TypeVar

import msgspec

from simone.kernels.reference.validation.tokens import remembering
from simone.records import Evidence, Passage, Stance
from simone.truth.claims import MAX_CHARACTERS
from simone.truth.context import Before, Filled, fill
from simone.truth.framing import frame_of_titles
from simone.truth.naming import in_full, names_of
from simone.truth.pieces import find_pieces
from simone.truth.quotes import QuoteIndex
from simone.truth.reading import read, stems_of, stems_of_all
from simone.truth.voiced import is_cited

MOST_SENTENCES = 6
"""Sentences compared closely per claim, count."""
LEAST_OVERLAP = 0.2
"""Share of the claim's word rarity a sentence must share to be looked at, 0..1."""
LONGEST_TITLE = 10
"""Words of an opening without a verb that is taken for the document's title, count."""
MOST_EARLIER = 12
"""Sentences before one of the same document in which its references are sought, count."""
MOST_NAMING = 200
"""Sentences nearest to one in which the names that it shortens are sought in full, count."""
MOST_KEPT = 200_000
"""Characters of passages up to which what was collected is kept for the next call with the same ones, count."""

Told = TypeVar("Told")


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a passage; `start`/`end` index the passage's document.

    `previous` is the index of the nearest known sentence before it in its document, -1 for none; `joins` whether it
    continues that one's paragraph ("same") or opens one ("new"), "" where text between them is missing.
    """

    passage: int
    start: int
    end: int
    text: str
    stems: frozenset[str]
    previous: int = -1
    joins: Literal["same", "new", ""] = ""


class Pool(msgspec.Struct, frozen=True):
    """The sentences of some passages, each once, in the order of `collect`, and which of them hold each stem.

    `texts` are those of the sentences, `documents` the indices of each document's; `quotes` finds what stands word for
    word; `known` and `named` keep what `filled` and `in_full` found.
    """

    passages: tuple[Passage, ...]
    sentences: tuple[Sentence, ...]
    texts: tuple[str, ...]
    documents: tuple[tuple[int, ...], ...]
    places: dict[str, list[int]]
    quotes: QuoteIndex
    known: dict[int, Filled | None]
    named: dict[int, str]

    def rank(self, claim: str, least: float = LEAST_OVERLAP) -> tuple[int, ...]:
        """Indices of the sentences that share most of the claim's rare words, best first, ties in order of the pool.

        `least` is the share of the claim's word rarity, 0..1, from which a sentence counts.
        """
        weight = self.weights(sorted(stems_of(claim)))
        total = math.fsum(weight.values()) or 1.0
        shares = {index: math.fsum(shared) / total for index, shared in self.shared(weight).items()}
        scored = [(-share, index) for index, share in shares.items() if share >= least]
        return tuple(index for _, index in heapq.nsmallest(MOST_SENTENCES, scored))

    def shared(self, weight: Mapping[str, float]) -> dict[int, list[float]]:
        """By sentence the weights of the stems that it holds, in their order; sentences that hold none left out."""
        found: defaultdict[int, list[float]] = defaultdict(list)
        for stem, value in weight.items():
            for index in self.places.get(stem, ()):
                found[index].append(value)
        return found

    def weights(self, stems: Sequence[str]) -> dict[str, float]:
        """How rare each stem is among the sentences."""
        size = len(self.sentences)
        return {s: math.log(1.0 + (size + 1) / (1 + len(self.places.get(s, ())))) for s in stems}

    def filled(self, index: int) -> Filled | None:
        """The sentence with its references filled in, worked out once."""
        if index not in self.known:
            self.known[index] = fill(self.sentences[index].text, self.before(index))
        return self.known[index]

    def in_full(self, index: int) -> str:
        """The sentence with the names of one word as its document has them in full, where it names one such bearer."""
        if index not in self.named:
            text = read(self.texts[index])
            near = {place for name in names_of(text) for place in self.places.get(text.words[name.at[-1]].stem, ())}
            own = next((members for members in self.documents if index in members), ())
            others = sorted((n for n in own if n in near and n != index), key=lambda n: abs(n - index))[:MOST_NAMING]
            self.named[index] = in_full(text, [read(_readable(self.texts[n])) for n in sorted(others)])
        return self.named[index]

    def is_cited(self, index: int, claim: str) -> bool:
        """Whether what stands around a sentence only cites it, and the claim does not say so."""
        sentence = self.sentences[index]
        passage = self.passages[sentence.passage]
        start, end = sentence.start - passage.start, sentence.end - passage.start
        return is_cited(passage.text, start, end, claim, self.quotes.marks(sentence.passage))

    def frame(self, index: int, claim: str) -> str | None:
        """What stands around a sentence and says that it is not so; None where nothing does, or the claim says it."""
        sentence = self.sentences[index]
        passage = self.passages[sentence.passage]
        start, end = sentence.start - passage.start, sentence.end - passage.start
        return self.quotes.frames(sentence.passage).frame_of(start, end, claim) or frame_of_titles(
            passage.section, claim
        )

    def before(self, index: int) -> Before:
        """What stands before a sentence: its paragraph, its document and its titles."""
        paragraph: list[str] = []
        earlier: list[str] = []
        opening = own = self.sentences[index]
        while opening.joins == "same":
            opening = self.sentences[opening.previous]
            paragraph.append(_readable(opening.text))
        last = own
        while last.previous >= 0 and len(earlier) < MOST_EARLIER:
            last = self.sentences[last.previous]
            earlier.append(_readable(last.text))
        titles = [title for title in self.passages[own.passage].section.split(" > ") if title]
        if last is not own and last.start == 0 and _is_title(last.text):
            titles.insert(0, last.text.strip(" ."))
            earlier = earlier[:-1]
            paragraph = paragraph[:-1] if opening is last else paragraph
        return Before(
            paragraph=tuple(paragraph[:MOST_EARLIER]),
            opens=opening.joins == "new",
            earlier=tuple(earlier),
            titles=tuple(titles),
            elsewhere=self.texts,
        )


def collect(passages: Sequence[Passage]) -> Pool:
    """Every sentence of the passages once, though passages overlap.

    The passages are taken by document and place, whatever order they come in, so that ties never depend on that order.
    """
    placed = tuple(sorted(passages, key=_place))
    return _kept(placed) if sum(len(passage.text) for passage in placed) <= MOST_KEPT else _collected(placed)


@lru_cache(maxsize=8)
def _kept(passages: tuple[Passage, ...]) -> Pool:
    return _collected(passages)


def _collected(passages: tuple[Passage, ...]) -> Pool:
    found: dict[tuple[str, int, int, int], Sentence] = {}
    for number, passage in enumerate(passages):
        for start, text, stems in _cut(passage.text):
            first = passage.start + start
            key = (passage.document_id or passage.document, passage.version, first, first + len(text))
            if key not in found:
                found[key] = Sentence(number, first, key[3], text, stems)
    numbers = {key: index for index, key in enumerate(found)}
    sentences = list(found.values())
    previous: tuple[str, int, int, int] | None = None
    for key in sorted(found):
        own = sentences[numbers[key]]
        if previous is None or previous[:2] != key[:2]:
            joins: Literal["same", "new", ""] = "new" if own.start == 0 else ""
            before = -1
        elif previous[3] > key[2]:
            continue  # two passages cut the same text differently: the longer piece stays in the chain
        else:
            before = numbers[previous]
            joins = _joins(passages, sentences[before], own)
        sentences[numbers[key]] = msgspec.structs.replace(own, previous=before, joins=joins)
        previous = key
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, sentence in enumerate(sentences):
        for stem in sentence.stems:
            places[stem].append(index)
    members: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for index, key in enumerate(found):
        members[key[:2]].append(index)
    return Pool(
        passages=passages,
        sentences=tuple(sentences),
        texts=tuple(s.text for s in sentences),
        documents=tuple(tuple(own) for own in members.values()),
        places=dict(places),
        quotes=QuoteIndex(passages),
        known={},
        named={},
    )


def _place(passage: Passage) -> tuple[str, int, int, int, str, str, str]:
    document = passage.document_id or passage.document
    return document, passage.version, passage.start, passage.end, passage.section, passage.text, passage.document


def _is_title(text: str) -> bool:
    """Whether the first sentence of a document only names what it is about."""
    return len(text.split()) <= LONGEST_TITLE and not read(text).verbs


@remembering(512)
def _cut(text: str) -> tuple[tuple[int, str, frozenset[str]], ...]:
    """Sentences of a passage: where each starts, its text and its stems."""
    spans = find_pieces(text)
    texts = [text[start:end] for start, end in spans]
    pieces = zip(spans, texts, stems_of_all(texts), strict=True)
    return tuple([(start, sentence, stems) for (start, _), sentence, stems in pieces])


def _readable(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else ""


def _joins(passages: Sequence[Passage], before: Sentence, own: Sentence) -> Literal["same", "new", ""]:
    """How a sentence follows another of its document, by the text between them."""
    if own.start - before.end <= 1:
        return "same"
    for sentence in (before, own):
        passage = passages[sentence.passage]
        if passage.start <= before.end and own.start <= passage.end:
            gap = passage.text[before.end - passage.start : own.start - passage.start]
            if not gap.strip():
                return "new" if gap.count("\n") > 1 else "same"
            return "new" if "\n" in gap else ""
    return ""


def cite(passage: Passage, start: int, end: int, stance: Stance, strength: float) -> Evidence:
    """Evidence for document offsets inside a passage."""
    quote = passage.text[start - passage.start : end - passage.start]
    return Evidence(passage.document, passage.document_id, passage.version, start, end, quote, stance, strength)


def each_once(found: Sequence[tuple[Told, Evidence]]) -> list[tuple[Told, Evidence]]:
    """The evidence with every place once: of pieces of one stance that overlap the widest, where the first stood."""
    kept: list[tuple[Told, Evidence]] = []
    for told, piece in found:
        same = next((n for n, (_, other) in enumerate(kept) if overlap(piece, other)), -1)
        if same < 0:
            kept.append((told, piece))
        elif piece.end - piece.start > (first := kept[same][1]).end - first.start:
            kept[same] = kept[same][0], msgspec.structs.replace(piece, strength=first.strength)
    return kept


def overlap(one: Evidence, other: Evidence) -> bool:
    """Whether they say the same of a claim by words that both hold."""
    return (
        (one.document_id, one.version, one.stance) == (other.document_id, other.version, other.stance)
        and one.start < other.end
        and other.start < one.end
    )
