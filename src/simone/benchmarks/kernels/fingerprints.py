"""From texts to fingerprints, and from fingerprints to near-duplicates, beside rensa and datasketch.

Not for hashes of whole texts.

Peers take sets of shingles, so they are timed with the making of those in Python, as their users must make them. The
texts are of words and single spaces, for which `split` is enough; ours reads them as any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.benchmarks.kernels.measuring import Bar, Contestants, Finding, Setting, Task, all_equal, size_of
from simone.errors import MissingSource
from simone.kernels.contract import Kernels
from simone.kernels.contract.types import Slots

_PERMUTATIONS = 128
_WORDS = 200
_PAIRS = 1000
_RENSA = "rensa, shingles in Python"
_DATASKETCH = "datasketch, shingles in Python"


def fingerprints(setting: Setting) -> Iterator[Task]:
    """Texts of 200 words: a few for everyone, many for the fast; and how well the Jaccard similarity is estimated."""
    few, many = _texts(500, setting.seed), _texts(10_000, setting.seed)
    alike = tuple(setting.backends)
    contestants: Contestants = {name: partial(b.content_fingerprint, few) for name, b in setting.named()}
    if find_spec("datasketch") is not None and find_spec("scipy") is not None:  # which it needs
        contestants[_DATASKETCH] = partial(_datasketch, few)
    yield Task(
        "fingerprint 500 texts",
        size_of(few),
        contestants | _with_rensa(few),
        partial(all_equal, alike),
        bars=(Bar(_RENSA, 15), _errors(setting)),
        slow=frozenset({"reference", _DATASKETCH}),
    )
    fastest = setting.named()[0][1]
    contestants = {
        setting.named()[0][0]: partial(fastest.content_fingerprint, many),
        f"{setting.named()[0][0]}, with SimHash": partial(fastest.content_sketches, many),
    }
    expected = setting.backends["reference"].content_fingerprint(many[:100])
    yield Task(
        "fingerprint 10,000 texts",
        size_of(many),
        contestants | _with_rensa(many),
        lambda answers: np.array_equal(np.asarray(answers[setting.named()[0][0]])[:100], expected),
        bars=(Bar(_RENSA, 15),),
        slow=frozenset({_RENSA, "reference"}),
    )


def near(setting: Setting) -> Iterator[Task]:
    """Fingerprints of which one in ten is a changed copy; and articles in which the pairs are labelled."""
    texts = _texts(3000, setting.seed)
    random = np.random.default_rng(setting.seed)
    for copy in range(300):
        words = texts[copy].split()
        words[int(random.integers(_WORDS))] = "changed"
        texts[-copy - 1] = " ".join(words)
    yield _pairing("changed copies", texts, 0.8, setting, ())
    for count in (100, 1000):
        names, articles, expected = _labelled(setting.data / "dedupe", count)
        found = _found(setting.named()[0][1], articles, names)
        hits = len(found & expected)
        quality = Finding(
            f"labelled pairs: recall {hits / len(expected):.3f}, precision {hits / max(1, len(found)):.3f} "
            f"({len(expected)} labelled, {len(found)} found, threshold 0.5)"
        )
        yield _pairing("labelled articles", articles, 0.5, setting, (quality,))


def _pairing(
    name: str, texts: Sequence[str], threshold: float, setting: Setting, findings: tuple[Finding, ...]
) -> Task:
    slots = setting.named()[0][1].content_fingerprint(texts)
    contestants: Contestants = {
        name: partial(backend.near_duplicates, slots, threshold) for name, backend in setting.named()
    }
    if find_spec("rensa") is not None:
        contestants["rensa LSH, other fingerprints"] = _rensa_pairs(texts, threshold)
    return Task(
        f"pairs among {len(texts):,} {name}",
        slots.nbytes,
        contestants,
        partial(all_equal, tuple(setting.backends)),
        bars=findings,
        slow=frozenset({"reference"}),
    )


def _texts(count: int, seed: int) -> list[str]:
    """Words with the frequencies of a natural language, as the peers' benchmarks have them."""
    random = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    vocabulary = ["".join(random.choice(letters, random.integers(2, 11))) for _ in range(20_000)]
    chosen = random.zipf(1.2, (count, _WORDS)) % len(vocabulary)
    return [" ".join(vocabulary[word] for word in row) for row in chosen]


def _shingles(text: str) -> set[str]:
    words = text.lower().split()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def _rensa_slots(texts: Sequence[str]) -> Any:  # an optional package without types
    minhash = import_module("rensa").RMinHash
    return minhash.digest_matrix_from_token_sets([_shingles(text) for text in texts], num_perm=_PERMUTATIONS, seed=1)


def _with_rensa(texts: Sequence[str]) -> Contestants:
    return {} if find_spec("rensa") is None else {_RENSA: partial(_rensa_slots, texts)}


def _rensa_pairs(texts: Sequence[str], threshold: float) -> Callable[[], object]:
    """Candidates of its LSH with 32 bands, each checked; the fingerprints are made before."""
    rensa = import_module("rensa")
    made = rensa.RMinHash.from_token_sets([_shingles(text) for text in texts], num_perm=_PERMUTATIONS, seed=1)

    def pairs() -> object:
        index = rensa.RMinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS, num_bands=32)
        index.insert_many(made)
        return [
            (first, second)
            for first, candidates in enumerate(index.query_all(made))
            for second in candidates
            if first < second and made[first].jaccard(made[second]) >= threshold
        ]

    return pairs


def _datasketch(texts: Sequence[str]) -> object:
    bulk = import_module("datasketch").MinHash.bulk
    return bulk([[token.encode() for token in _shingles(text)] for text in texts], num_perm=_PERMUTATIONS)


def _errors(setting: Setting) -> Finding:
    """How far the estimates are from the exact Jaccard similarity, over pairs that share any part of their words."""
    random = np.random.default_rng(setting.seed + 1)
    texts, exact = [], []
    for left in _texts(_PAIRS, setting.seed + 1):
        words = left.split()
        start, length = random.integers(0, _WORDS, 2)
        words[start : start + length] = [f"other{number}" for number in random.integers(0, 10**6, length)]
        right = " ".join(words)
        one, other = _shingles(left), _shingles(right)
        texts += [left, right]
        exact.append(len(one & other) / len(one | other))
    similarity = np.array(exact)
    expected = np.sqrt(similarity * (1 - similarity) / _PERMUTATIONS * 2 / np.pi).mean()
    measured = {"ours": _estimates(setting.named()[0][1].content_fingerprint(texts))}
    if find_spec("rensa") is not None:
        measured["rensa"] = _estimates(np.array(_rensa_slots(texts).to_rows(), np.uint32))
    errors = ", ".join(
        f"{name} {np.abs(estimate - similarity).mean():.4f} (bias {(estimate - similarity).mean():+.4f})"
        for name, estimate in measured.items()
    )
    return Finding(
        f"mean absolute error of the Jaccard similarity over {_PAIRS} pairs: {errors}; theory {expected:.4f}"
    )


def _estimates(slots: Slots) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.count_nonzero(slots[::2] == slots[1::2], axis=1) / slots.shape[1]
    return shares


def _labelled(folder: Path, count: int) -> tuple[list[str], list[str], set[frozenset[str]]]:
    """Names and texts of the articles, and the pairs that are near-duplicates."""
    try:
        lines = (folder / f"articles_{count}.train").read_text(encoding="utf-8").split("\n")
        truth = (folder / f"articles_{count}.truth").read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise MissingSource(f"{error}; set SIMONE_DATA to the folder with the development data") from error
    articles = [line.split(" ", 1) for line in lines if line.strip()]
    pairs = {frozenset(line.split()) for line in truth if line.strip()}
    return [name for name, _ in articles], [text for _, text in articles], pairs


def _found(kernels: Kernels, texts: Sequence[str], names: Sequence[str]) -> set[frozenset[str]]:
    pairs, _ = kernels.near_duplicates(kernels.content_fingerprint(texts), 0.5)
    return {frozenset((names[first], names[second])) for first, second in pairs.tolist()}
