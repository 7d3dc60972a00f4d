"""Labelled pairs of public data, without anything that an evaluation set holds.

Not for augmenting: see `augment`.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simone.truth.pair_text import plain

LABELS = ("entailment", "contradiction", "neutral", "not_entailment")
MOST = {
    "conjnli_adv_train": 9_000,
    "help_partial": 4_000,
    "semi_auto_nli_wiki": 4_000,
    "wikiresnli_train": 2_000,
    "qnli_dev": 0,
}
"""Pairs taken at most of sources whose labels were made by rule or by the place of a sentence; questions are no claims."""
TIMES = {"citint_train": 3, "citint_dev": 3, "scifact_abstract_train": 3, "scifact_abstract_val": 3, "folio_train": 2}
"""How often the pairs of small sources are read in a pass, so that long and learned evidence is not drowned by captions, count."""
LEAST_WORDS = 6
"""A claim of fewer words ("A man is outside.") may occur in two data sets by chance, count."""


class Pair(NamedTuple):
    """One labelled pair; `label` is an index into LABELS."""

    premise: str
    claim: str
    label: int
    source: str


def key(text: str) -> str:
    """What makes two texts the same: their words and numbers in lower case."""
    return " ".join(re.findall(r"\w+", plain(text).lower()))


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a JSONL file, zipped or not."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in text.splitlines():
        yield json.loads(line)


def held_back(folder: Path) -> tuple[set[str], set[str]]:
    """Keys of the premises and of the claims (of LEAST_WORDS words and more) of every evaluation set."""
    premises: set[str] = set()
    claims: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for row in rows(path):
            premises.add(key(row["premise"]))
            claim = key(row["hypothesis"])
            if claim.count(" ") >= LEAST_WORDS - 1:
                claims.add(claim)
    return premises, claims


def load(data: Path, seed: int) -> tuple[list[Pair], dict[str, int]]:
    """The pairs to learn from, in a fixed order, and what was left out, by reason."""
    premises, claims = held_back(data / "nli" / "dev")
    left_out: dict[str, int] = defaultdict(int)
    by_source: dict[str, list[Pair]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for row in rows(data / "nli" / "train_ship.jsonl.gz"):
        premise, claim = key(row["premise"]), key(row["hypothesis"])
        if not premise or not claim:
            left_out["empty"] += 1
        elif premise in premises or claim in claims:
            left_out["in an evaluation set"] += 1
        elif (premise, claim) in seen:
            left_out["seen before"] += 1
        else:
            seen.add((premise, claim))
            pair = Pair(plain(row["premise"]), plain(row["hypothesis"]), LABELS.index(row["label"]), row["source"])
            by_source[row["source"]].append(pair)
    chance = random.Random(seed)
    pairs: list[Pair] = []
    for source, found in sorted(by_source.items()):
        chance.shuffle(found)
        kept = found[: MOST.get(source, len(found))]
        left_out["more than wanted of a source"] += len(found) - len(kept)
        pairs += kept * TIMES.get(source, 1)
    return pairs, dict(left_out)


def sentences(text: str) -> list[str]:
    """A rough division that is good enough to mix and to choose sentences."""
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[\"(\[]?[A-Z0-9])", text) if part]


def closest(premise: str, claim: str, words: int) -> str:
    """Those sentences of a long premise, in their order, that share most with the claim, up to `words` words."""
    parts = sentences(premise)
    if len(premise.split()) <= words or len(parts) < 2:
        return premise
    wanted = set(re.findall(r"\w+", claim.lower()))
    scored = sorted(range(len(parts)), key=lambda n: (-_shared(parts[n], wanted), n))
    kept: list[int] = []
    room = words
    for n in scored:
        if kept and len(parts[n].split()) > room:
            continue
        kept.append(n)
        room -= len(parts[n].split())
        if room <= 0:
            break
    return " ".join(parts[n] for n in sorted(kept))


def _shared(sentence: str, wanted: set[str]) -> float:
    found = set(re.findall(r"\w+", sentence.lower()))
    return sum(min(len(word), 8) for word in found & wanted) / (1 + 0.01 * len(found))


def by_claim_word(pairs: Sequence[Pair]) -> dict[str, list[int]]:
    """Indices of pairs by the rarer capitalised words of their claims: where evidence of a like topic is found."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs):
        for word in set(re.findall(r"\b[A-Z][a-z]{3,}", pair.claim)):
            places[word].append(index)
    return {word: found for word, found in places.items() if 2 <= len(found) <= 200}
