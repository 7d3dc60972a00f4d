"""How far the evidence carries each word of a claim, so that those it does not carry can be marked.

Not for verdicts: nothing here changes one.

A word is carried by a sentence that has it (same stem) or has something near to it in context (token vectors, where
there is an encoder; never for names, numbers and where the sentence has an opposite), as far as that sentence speaks of
the claim at all; the best sentence counts. Where there is an entailment model it also reads the claim without the word:
by as much as that raises the odds of support, the word stands in its way.

Source: Khattab and Zaharia, ColBERT, 2020 (best cosine of each token, through the kernels); Li, Monroe and Jurafsky,
Understanding neural networks through representation erasure, 2016 (reading without the word).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simone.kernels import kernels
from simone.kernels.contract.validation import CHECKS, STATUSES
from simone.kernels.reference.validation.words import Word, find_words, is_opposite
from simone.records import WordSupport
from simone.retrieval.contract import Floats, TextEncoder, TokenVectors
from simone.truth.bridging import THRESHOLD, is_named
from simone.truth.claims import MAX_CHARACTERS
from simone.truth.doubts import doubt
from simone.truth.entailment import Entailment
from simone.truth.evidence import Pool
from simone.truth.reading import read
from simone.truth.windows import windows
from simone.truth.workings import reckon, with_workings

UNRELATED = 0.2
"""Cosine at and below which a word says nothing of another; from bridging's threshold on it stands for that one."""
MARKED = 0.5
"""Support below which a word is marked, 0..1."""


def explain(
    claims: Sequence[str], pool: Pool, encoder: TextEncoder | None, entailment: Entailment | None
) -> list[tuple[WordSupport, ...]]:
    """For each claim its words, punctuation left out, in order; none where it is longer than a claim may be.

    What a claim gets does not depend on the other claims. The entailment model reads a claim once for each word.
    """
    return [() if len(claim) > MAX_CHARACTERS else _explained(claim, pool, encoder, entailment) for claim in claims]


def marked(claim: str, words: Sequence[WordSupport]) -> list[WordSupport]:
    """What the evidence does not carry: neighbouring words below MARKED as one stretch, with their mean support."""
    found: list[list[WordSupport]] = []
    before: WordSupport | None = None
    for word in words:
        if word.support < MARKED:
            if before is not None and before.support < MARKED and not claim[before.end : word.start].strip():
                found[-1].append(word)
            else:
                found.append([word])
        before = word
    return [
        WordSupport(one[0].start, one[-1].end, round(math.fsum(w.support for w in one) / len(one), 4)) for one in found
    ]


def _explained(
    claim: str, pool: Pool, encoder: TextEncoder | None, entailment: Entailment | None
) -> tuple[WordSupport, ...]:
    words = [word for word in find_words(claim) if word.is_word]
    near = windows(claim, pool)
    places = sorted({*pool.rank(claim), *(n for window in near[:1] for n in window.sentences)})
    places = [n for n in places if len(pool.sentences[n].text) <= MAX_CHARACTERS]
    carried = _carried(claim, words, places, pool, encoder)
    if entailment is not None and near and words:
        without = [claim[: word.start] + claim[word.end :] for word in words]
        reckoned = reckon(claim, near[0].text, near[0].ends)
        together = with_workings(near[0].text, reckoned.workings)
        rows = entailment.first.score([(together, text) for text in (claim, *without)]).astype(np.float64)
        odds = [row[0] - math.log(math.exp(row[1]) + math.exp(row[2])) for row in rows.tolist()]
        carried = [share * math.exp(min(0.0, odds[0] - other)) for share, other in zip(carried, odds[1:], strict=True)]
    return tuple(
        WordSupport(word.start, word.end, round(min(1.0, share), 4)) for word, share in zip(words, carried, strict=True)
    )


def _carried(
    claim: str, words: Sequence[Word], places: Sequence[int], pool: Pool, encoder: TextEncoder | None
) -> list[float]:
    """Of each word, how far the sentence that carries it best does, weighed by how much that speaks of the claim."""
    best = [0.0] * len(words)
    texts = [pool.sentences[n].text for n in places]
    excluded = _excluded(claim, words, texts)
    reading = read(claim)
    values = [(one.start, one.end) for one in reading.quantities] + [(one.start, one.end) for one in reading.dates]
    named = {
        word.start
        for i, word in enumerate(reading.words)
        if is_named(reading, i) or any(start <= word.start < end for start, end in values)
    }
    about = _about(claim, places, pool)
    vectors = encoder.encode_tokens([claim, *texts]) if encoder is not None and texts else []
    for number, text in enumerate(texts):
        held = {word.stem for word in find_words(text)}
        near = _near(words, vectors[0], vectors[number + 1]) if vectors else [0.0] * len(words)
        for i, word in enumerate(words):
            share = 1.0 if word.stem in held else near[i]
            if share < 1.0 and (word.start in named or any(is_opposite(word.stem, other) for other in sorted(held))):
                share = 0.0
            best[i] = max(best[i], about[number] * share)
    return [0.0 if i in excluded else share for i, share in enumerate(best)]


def _excluded(claim: str, words: Sequence[Word], texts: Sequence[str]) -> set[int]:
    """The words in which some sentence, compared exactly, says otherwise, so that it refutes the claim."""
    if not texts:
        return set()
    found = kernels.validate_truth_claims_batch([claim], list(texts))
    refuting = np.array(
        [
            STATUSES[status] == "refuted" and doubt(claim, text, "refuted", CHECKS[check]) is None
            for status, check, text in zip(found.status.tolist(), found.check.tolist(), texts, strict=True)
        ]
    )
    spans = [(start, end) for start, end, *_ in found.spans[refuting].tolist() if start >= 0]
    return {i for i, word in enumerate(words) if any(start <= word.start < end for start, end in spans)}


def _about(claim: str, places: Sequence[int], pool: Pool) -> list[float]:
    """The share of the claim's word rarity that each sentence has, over the greatest of them, 0..1."""
    weights = pool.weights(sorted({word.stem for word in find_words(claim)}))
    shares = [math.fsum(weights[s] for s in sorted(weights.keys() & pool.sentences[n].stems)) for n in places]
    most = max(shares, default=0.0)
    return [share / most if most else 0.0 for share in shares]


def _near(words: Sequence[Word], ours: TokenVectors, theirs: TokenVectors) -> list[float]:
    mine = [_pieces(word, ours) for word in words]
    scores = kernels.token_alignment_batch(mine, [theirs.vectors] * len(words)) if len(theirs.vectors) else []
    return [
        min(1.0, max(0.0, (float(found.min()) - UNRELATED) / (THRESHOLD - UNRELATED))) if len(found) else 0.0
        for found in scores
    ] or [0.0] * len(words)


def _pieces(word: Word, tokens: TokenVectors) -> Floats:
    rows = (tokens.offsets[:, 0] < word.end) & (word.start < tokens.offsets[:, 1])
    return np.ascontiguousarray(tokens.vectors[rows])
