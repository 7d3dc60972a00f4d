"""What the entailment model reads with a claim: the best sentences of one document, in their order, and their core.

Not for judging.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import msgspec

from simone.truth.evidence import Pool, Sentence
from simone.truth.reading import stems_of

MOST_WORDS = 120
"""Words of a window, count; the model was trained on as many."""
MOST_WINDOWS = 2
"""Documents of which a window is read per claim, count."""
CORE_WORDS = 20
"""Words of the core of a window, count, unless its best sentence alone is longer."""
LEAST_OF_CORE = 0.8
"""Share of what a window holds of the claim from which its core is read by itself, 0..1. Tried by hand, as the words
of the core, on the fitting halves: what is beside the point misleads, and a core that lacks something does so more."""
LEAST_OF_BEST = 0.5
"""Share of what the best window holds of the claim from which another document is read too, 0..1."""


class Window(msgspec.Struct, frozen=True):
    """Sentences of one document as one text. `sentences`: indices in the pool, in text order; `best`: the first choice.

    `share`: of the claim's word rarity, what the window holds, 0..1; `ends`: where each sentence ends in the text;
    `core`: its best sentences alone, None where they are all of it or hold too little.
    """

    sentences: tuple[int, ...]
    best: int
    text: str
    share: float
    ends: tuple[int, ...]
    core: Window | None = None


def windows(claim: str, pool: Pool) -> list[Window]:
    """The windows of the documents whose best sentences share most with the claim, best first; ties as in the pool.

    A document that holds less than LEAST_OF_BEST of what the best one holds of the claim is not read.

    A window begins as the best sentence; then those that add most of what the claim still wants, and last what stands
    before the best one, are taken while there is room.
    """
    weights = pool.weights(sorted(stems_of(claim)))
    total = sum(weights.values()) or 1.0
    shares = {index: sum(shared) for index, shared in pool.shared(weights).items()}
    # A window holds no more than its document, so documents that hold too little as a whole need no look.
    bounds = _bounds(pool, weights)
    found: list[tuple[float, int, Window]] = []
    for n in sorted(range(len(bounds)), key=lambda n: (-bounds[n], n)):
        if found and bounds[n] / total < LEAST_OF_BEST * found[0][2].share:
            break
        if len(found) == MOST_WINDOWS and bounds[n] / total < found[-1][2].share:
            break
        window = _window(pool.documents[n], pool.sentences, weights, shares, total)
        found = sorted([*found, (-window.share, n, window)], key=lambda one: one[:2])[:MOST_WINDOWS]
    least = LEAST_OF_BEST * found[0][2].share if found else 0.0
    return [_with_core(one, pool, weights, shares, total) for _, _, one in found if one.share >= least]


def _with_core(window: Window, pool: Pool, weights: dict[str, float], found: dict[int, float], total: float) -> Window:
    core = _window(window.sentences, pool.sentences, weights, found, total, CORE_WORDS)
    is_core = core.sentences != window.sentences and core.share >= LEAST_OF_CORE * window.share
    return msgspec.structs.replace(window, core=core) if is_core else window


def _bounds(pool: Pool, weights: dict[str, float]) -> list[float]:
    """Of the claim's word rarity, what each document holds."""
    home = {index: n for n, members in enumerate(pool.documents) for index in members}
    bounds = [0.0] * len(pool.documents)
    for stem, weight in weights.items():
        for n in {home[index] for index in pool.places.get(stem, ())}:
            bounds[n] += weight
    return bounds


def _held(members: Sequence[int], sentences: Sequence[Sentence], weights: dict[str, float]) -> float:
    """Of the claim's word rarity, what the sentences hold."""
    held = frozenset().union(*(sentences[n].stems for n in members))
    return sum(weights[s] for s in weights if s in held)


def _window(
    members: Sequence[int],
    sentences: Sequence[Sentence],
    weights: dict[str, float],
    found: dict[int, float],
    total: float,
    most: int = MOST_WORDS,
) -> Window:
    lengths = {n: max(1, sentences[n].text.count(" ") + 1) for n in members}
    shares = {n: found.get(n, 0) for n in members}
    best = max(members, key=lambda n: (shares[n], -n))
    chosen, room = [best], most - lengths[best]
    for n in sorted(members, key=lambda n: (-shares[n] / (1 + 0.01 * lengths[n]), abs(n - best), n)):
        if n != best and lengths[n] <= room:
            chosen.append(n)
            room -= lengths[n]
    chosen.sort(key=lambda n: sentences[n].start)
    share = _held(chosen, sentences, weights) / total
    ends = tuple(end - 1 for end in accumulate(len(sentences[n].text) + 1 for n in chosen))
    return Window(tuple(chosen), best, " ".join(sentences[n].text for n in chosen), share, ends)
