"""Labelled pairs of premise and hypothesis: the development sets, and parts of the shippable training pairs.

Not for judging.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from simone.clock import digest, seeded
from simone.errors import MissingSource

TRAINING = "nli/train_ship.jsonl.gz"
NOT_CLAIMS = frozenset({"qnli_dev", "folio_train"})
"""Training sources left out: questions instead of claims, and puzzles over several premises."""
_STATUS = {"entailment": "supported", "contradiction": "refuted", "neutral": "unverifiable", "not_entailment": "not"}
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}


class Pair(msgspec.Struct, frozen=True):
    """A labelled pair; `label` is a status, or "not" where the set only says not supported."""

    premise: str
    hypothesis: str
    label: str
    source: str


def read_pairs(path: Path) -> list[Pair]:
    """Labelled pairs of a .jsonl or .jsonl.gz file, with PTB brackets written as brackets.

    Raises:
        MissingSource: there is no such file.
    """
    if not path.is_file():
        raise MissingSource(f"no labelled pairs at {str(path)!r}; set SIMONE_DATA to the folder that holds nli/")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = (msgspec.json.decode(line, type=dict[str, object]) for line in raw.splitlines() if line.strip())
    return [
        Pair(_plain(str(r["premise"])), _plain(str(r["hypothesis"])), _STATUS[str(r["label"])], str(r["source"]))
        for r in rows
    ]


def _plain(text: str) -> str:
    for code, bracket in _BRACKETS.items():
        text = text.replace(code, bracket)
    return text


def development(
    data: Path, per_set: int, seed: int, only: Sequence[str] = (), part: str = ""
) -> Iterator[tuple[str, list[Pair]]]:
    """A seeded sample of each development set or of a `half` of it, in order of set name; `per_set` 0 takes all.

    Raises:
        MissingSource: the folder holds no development sets, or not one that is named.
    """
    paths = {path.stem: path for path in sorted((data / "nli" / "dev").glob("*.jsonl"))}
    if not paths:
        raise MissingSource(
            f"no development sets under {str(data)!r}; set SIMONE_DATA to the folder that holds nli/dev"
        )
    if unknown := [name for name in only if name not in paths]:
        raise MissingSource(f"there is no development set {unknown[0]!r}; there are: {', '.join(paths)}")
    for name in only or paths:
        pairs = read_pairs(paths[name])
        yield name, sample(half(pairs, part) if part else pairs, per_set, seed, name)


def half(pairs: Sequence[Pair], part: str) -> list[Pair]:
    """Every other pair: "fit" takes the first, third …, "report" the second, fourth …, so that neighbours part."""
    return list(pairs[{"fit": 0, "report": 1}[part] :: 2])


def sample(pairs: list[Pair], size: int, seed: int, purpose: str) -> list[Pair]:
    """A seeded sample without repetition, in the order of the set; all of it where `size` is 0 or larger."""
    if not size or size >= len(pairs):
        return pairs
    chosen = sorted(seeded(seed, f"bench truth {purpose}").sample(range(len(pairs)), size))
    return [pairs[i] for i in chosen]


def training(data: Path, part: str, size: int) -> list[Pair]:
    """A part of the shippable training pairs, chosen by digest: "fit" for thresholds, "count" for confidences."""
    digits = {"fit": "01234567", "count": "89abcdef"}[part]
    keyed = []
    for pair in read_pairs(data / TRAINING):
        key = digest(pair.premise.encode(), pair.hypothesis.encode())
        if pair.source not in NOT_CLAIMS and key[0] in digits:
            keyed.append((key, pair))
    keyed.sort(key=lambda item: item[0])
    return [pair for _, pair in keyed[: size or None]]
