"""What the entailment model reads with a claim: the best sentences of one document, in their order.

Not for judging.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simone.kernels.reference.validation.words import stems_of
from simone.truth.evidence import Pool, Sentence

MOST_WORDS = 120
"""Words of a window, count; the model was trained on as many."""
MOST_WINDOWS = 2
"""Documents of which a window is read per claim, count."""


class Window(msgspec.Struct, frozen=True):
    """Sentences of one document as one text. `sentences`: indices in the pool, in text order; `best`: the first choice.

    `share`: of the claim's word rarity, what the window holds, 0..1.
    """

    sentences: tuple[int, ...]
    best: int
    text: str
    share: float


def windows(claim: str, pool: Pool) -> list[Window]:
    """The windows of the documents whose best sentences share most with the claim, best first; ties as in the pool.

    A window begins as the best sentence; then those that add most of what the claim still wants, and last what stands
    before the best one, are taken while there is room.
    """
    weights = pool.weights(sorted(stems_of(claim)))
    total = sum(weights.values()) or 1.0
    documents: dict[tuple[str, int], list[int]] = {}
    for index, sentence in enumerate(pool.sentences):
        passage = pool.passages[sentence.passage]
        documents.setdefault((passage.document_id or passage.document, passage.version), []).append(index)
    found = [_window(members, pool.sentences, weights, total) for members in documents.values()]
    order = sorted(range(len(found)), key=lambda n: (-found[n].share, n))
    return [found[n] for n in order[:MOST_WINDOWS]]


def _window(members: Sequence[int], sentences: Sequence[Sentence], weights: dict[str, float], total: float) -> Window:
    lengths = {n: max(1, sentences[n].text.count(" ") + 1) for n in members}
    shares = {n: sum(weights[s] for s in sorted(weights.keys() & sentences[n].stems)) for n in members}
    best = max(members, key=lambda n: (shares[n], -n))
    chosen, room = [best], MOST_WORDS - lengths[best]
    for n in sorted(members, key=lambda n: (-shares[n] / (1 + 0.01 * lengths[n]), abs(n - best), n)):
        if n != best and lengths[n] <= room:
            chosen.append(n)
            room -= lengths[n]
    chosen.sort(key=lambda n: sentences[n].start)
    held = frozenset().union(*(sentences[n].stems for n in chosen))
    share = sum(weights[s] for s in sorted(weights.keys() & held)) / total
    return Window(tuple(chosen), best, " ".join(sentences[n].text for n in chosen), share)
