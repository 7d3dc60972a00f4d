"""One pass over the pairs, with harder ones among them, as batches of word pieces.

Not for the model.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import augment
import numpy as np
from data import Pair, by_claim_word, closest, key, sentences
from figured import figured, is_name
from following import followed
from numpy.typing import NDArray
from passages import Passage, minimal_pairs
from saying import turned
from splices import BINDING
from tokenizers import Tokenizer

LENGTHS = (32, 48, 64, 96, 128, 192)
MOST_WORDS = 120
SHARE = {
    "denial": 0.12,
    "turned": 0.5,
    "followed": 0.7,
    "denied_premise": 0.2,
    "both_denied": 0.3,
    "own": 0.04,
    "among": 0.10,
    "elsewhere": 0.05,
    "joined": 0.05,
    "name": 0.15,
    "hedged": 0.06,
    "spoken": 0.13,
    "swap": 1.0,
}
"""Chance that a pair gives rise to a harder one of each kind; "swap" tries the first that applies."""

OFTEN = {"beyond": 0.1, "opposite": 0.5, "stronger": 0.4}
"""Chance that a change which fits nearly every claim is tried."""


class Extent(NamedTuple):
    """How much is made, counts.

    `pieces`: word pieces of a batch (lengths times pairs are the same in all); `minimal`: minimal pairs of a pass about
    sentences of passages; `bound`: those that change what belongs to what, without which words alone are looked at;
    `figured`: claims that compare or add figures.
    """

    pieces: int = 3072
    minimal: int = 52_000
    bound: int = 70_000
    figured: int = 8_000


class Batch(NamedTuple):
    """Word pieces and segments (b, l) int32, labels (b,) int32."""

    pieces: NDArray[np.int32]
    types: NDArray[np.int32]
    labels: NDArray[np.int32]


def harder(
    pairs: Sequence[Pair], texts: Sequence[Passage], held: tuple[set[str], set[str]], seed: int, extent: Extent
) -> list[Pair]:
    """The pairs and those made from them and from the passages, in a fixed order.

    What is made may not be in an evaluation set either: `held` are the keys of premises and claims of `data.held_back`.
    """
    chance = random.Random(seed)
    topics = by_claim_word(pairs)
    same: dict[str, list[int]] = defaultdict(list)
    by_source: dict[str, list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs):
        same[pair.premise].append(index)
        by_source[pair.source].append(index)
    names = sorted({found for pair in pairs for found in augment.NAME.findall(pair.claim)})
    made: list[Pair] = []

    def fillers(pair: Pair, count: int) -> list[str]:
        """Sentences of other premises, of a like topic where there are some."""
        found: list[str] = []
        for word in pair.claim.split():
            found += [
                s
                for n in topics.get(word, ())[:6]
                if pairs[n].premise != pair.premise
                for s in sentences(pairs[n].premise)[:1]
            ]
        places = by_source[pair.source]
        for _ in range(3 * count):
            if len(found) >= count:
                break
            found += sentences(pairs[chance.choice(places)].premise)[:2]
        return chance.sample(sorted(set(found)), min(count, len(set(found))))

    for pair in pairs:
        made.append(pair)
        swaps = list(augment.SWAPS)
        chance.shuffle(swaps)
        wanted = 2 if "fever" in pair.source else 1
        for maker in swaps if chance.random() < SHARE["swap"] else ():
            if wanted and chance.random() < OFTEN.get(maker.__name__, 1.0):
                found = maker(pair, chance)
                wanted -= found is not None
                _add(made, found)
        if chance.random() < SHARE["hedged"]:
            _add(made, augment.hedged(pair, chance))
        if chance.random() < SHARE["name"] * (3 if "fever" in pair.source else 1):
            _add(made, augment.name(pair, chance, names))
        if chance.random() < SHARE["denial"]:
            _add(made, augment.denial(pair, chance))
        if chance.random() < SHARE["turned"]:
            _add(made, augment.otherwise(pair, turned, chance))
        if chance.random() < SHARE["followed"]:
            _add(made, followed(pair, chance))
        if chance.random() < SHARE["denied_premise"]:
            _add(made, augment.denied_premise(pair, chance))
        if chance.random() < SHARE["both_denied"]:
            _add(made, augment.both_denied(pair, chance))
        if chance.random() < SHARE["own"]:
            made.append(augment.own(pair, chance, fillers(pair, 4)))
        if chance.random() < SHARE["among"] * (2 if "fever" in pair.source or "sci" in pair.source else 0.5):
            made.append(augment.among(pair, chance, fillers(pair, 6)))
        if chance.random() < SHARE["elsewhere"] * (2 if "fever" in pair.source else 0.5):
            words = [w for w in pair.claim.split() if w in topics]
            places = topics[chance.choice(words)] if words else by_source[pair.source]
            _add(made, augment.elsewhere(pair, pairs[chance.choice(places)]))
        if chance.random() < SHARE["spoken"]:
            _add(made, augment.spoken(pair, chance))
        if chance.random() < SHARE["joined"] and len(same[pair.premise]) > 1:
            _add(made, augment.joined(pair, pairs[chance.choice(same[pair.premise])], chance))
    made += minimal_pairs(texts, extent.minimal, chance)
    made += minimal_pairs(texts, extent.bound, chance, BINDING)
    made += figured([name for name in names if is_name(name)], texts, extent.figured, chance)
    made = [pair for pair in made if pair.source[0] not in "+=" or is_free(pair, held)]
    chance.shuffle(made)
    return made


def is_free(pair: Pair, held: tuple[set[str], set[str]]) -> bool:
    """Whether neither side of a pair is in an evaluation set."""
    return key(pair.premise) not in held[0] and key(pair.claim) not in held[1]


def _add(made: list[Pair], pair: Pair | None) -> None:
    if pair is not None:
        made.append(pair)


def batches(pairs: Sequence[Pair], tokenizer: Tokenizer, extent: Extent) -> list[Batch]:
    """Batches of pairs of like length, in the order in which they fill up; what fills none at the end is left out."""
    waiting: dict[int, list[tuple[list[int], list[int], int]]] = defaultdict(list)
    done: list[Batch] = []
    chunk = 4096
    for start in range(0, len(pairs), chunk):
        part = pairs[start : start + chunk]
        coded = encode([(closest(p.premise, p.claim, MOST_WORDS), p.claim) for p in part], tokenizer, LENGTHS[-1])
        for (pieces, types), pair in zip(coded, part, strict=True):
            length = next(n for n in LENGTHS if n >= len(pieces))
            waiting[length].append((pieces, types, pair.label))
            if len(waiting[length]) == extent.pieces // length:
                done.append(padded(waiting.pop(length), length))
    return done


def encode(pairs: Sequence[tuple[str, str]], tokenizer: Tokenizer, most: int) -> list[tuple[list[int], list[int]]]:
    """(evidence, claim) -> word pieces and segments; the longer side is cut where both exceed `most`."""
    tokenizer.enable_truncation(most, strategy="longest_first")
    tokenizer.no_padding()
    return [(found.ids, found.type_ids) for found in tokenizer.encode_batch([(p, c) for p, c in pairs])]


def padded(rows: Sequence[tuple[list[int], list[int], int]], length: int) -> Batch:
    """Rows of at most `length` pieces as arrays."""
    pieces = np.zeros((len(rows), length), np.int32)
    types = np.zeros((len(rows), length), np.int32)
    for n, (ids, kinds, _) in enumerate(rows):
        pieces[n, : len(ids)] = ids
        types[n, : len(ids)] = kinds
    return Batch(pieces, types, np.array([label for *_, label in rows], np.int32))


def counts(pairs: Sequence[Pair]) -> Iterator[str]:
    """How many pairs of each source and label there are, one line each."""
    for (source, label), number in sorted(Counter((p.source, p.label) for p in pairs).items()):
        yield f"{source:24} {('entailment', 'contradiction', 'neutral', 'not entailment')[label]:15} {number}"
