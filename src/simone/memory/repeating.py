"""Whether a text says again what another has said: the same words, or nothing that the other does not say.

Not for paraphrases: what has other content words is another statement here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simone.kernels import kernels
from simone.kernels.contract.consolidation import NEGATION
from simone.kernels.contract.validation import STATUSES
from simone.memory.contract import Candidate, Memory
from simone.memory.moments import moment
from simone.memory.wording import speakers, telling

SHINGLE = 2
"""Words of a shingle: of a short sentence longer ones leave too little to compare."""
LEAST_ALIKE = 0.8
"""Share of shingles in common from which two texts may say the same."""
_SLOTS = 128
_MOST_SENTENCES = 12
_LONGEST_SENTENCE = 400
_SUPPORTED = STATUSES.index("supported")


def is_alike(candidate: Candidate, memory: Memory) -> bool:
    """Whether the two may be one: said by one person where that matters, of the same times, valid alike.

    A candidate that tells no validity or time of its own agrees with any.
    """
    for ours, theirs in (
        (moment(candidate.valid_from, "valid_from"), memory.valid_from),
        (moment(candidate.valid_to, "valid_to"), memory.valid_to),
        ([(t.first, t.last) for t in candidate.times], [(t.first, t.last) for t in memory.times]),
    ):
        if ours and ours != theirs:
            return False
    return speakers(candidate) == speakers(memory)


def is_said_again(text: str, others: Sequence[str]) -> int:
    """The place of the first of `others` that says all that `text` says, -1 if none does.

    It does if the sketches of their telling words agree to LEAST_ALIKE, it has every number, date and name of the text
    in the same order and the same negators, and each sentence of the text has in it one of the same telling words or
    one that supports it by the exact checks.
    """
    if not others:
        return -1
    slots = kernels.content_fingerprint([telling(text), *map(telling, others)], SHINGLE, _SLOTS)
    shares = (slots[1:] == slots[0]).mean(axis=1)
    owner, kind, _, _, key = kernels.fact_tokens_batch([text, *others])
    facts = [
        list(zip(kind[owner == n].tolist(), key[owner == n].tolist(), strict=True)) for n in range(len(shares) + 1)
    ]
    for place, other in enumerate(others):
        if shares[place] >= LEAST_ALIKE and _keeps(facts[0], facts[place + 1]) and _says(other, text):
            return place
    return -1


def recites(text: str, shown: Sequence[str], *, loosely: bool) -> bool:
    """Whether each sentence of the text is one of the texts shown, or a sentence or part of one.

    A sentence is if LEAST_ALIKE of its shingles stand in one text shown that has its facts; `loosely` passes over the
    facts: a model that changes a number of what it was shown has not learned a new one.
    """
    sentences = [telling(sentence) for sentence in _sentences(text)]
    sources = [(_shingles(telling(one)), one) for one in shown]
    for number, sentence in enumerate(sentences):
        ours = _shingles(sentence)
        near = [one for theirs, one in sources if len(ours & theirs) >= LEAST_ALIKE * len(ours)]
        if not near:
            return False
        if not loosely:
            owner, kind, _, _, key = kernels.fact_tokens_batch([_sentences(text)[number], *near])
            rows = list(zip(owner.tolist(), kind.tolist(), key.tolist(), strict=True))
            asked = {row[1:] for row in rows if row[0] == 0}
            if not any(asked <= {row[1:] for row in rows if row[0] == n + 1} for n in range(len(near))):
                return False
    return bool(sentences)


def _keeps(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> bool:
    """Whether our facts stand among theirs in the same order, and the negators are equal."""
    if [fact for fact in ours if fact[0] == NEGATION] != [fact for fact in theirs if fact[0] == NEGATION]:
        return False
    rest = iter(theirs)
    return all(fact in rest for fact in ours)


def _says(other: str, text: str) -> bool:
    theirs = _sentences(other)
    known = {telling(sentence) for sentence in theirs}
    left = [sentence for sentence in _sentences(text) if telling(sentence) not in known]
    if not left:
        return True
    if max(len(left), len(theirs)) > _MOST_SENTENCES or max(map(len, (*left, *theirs))) > _LONGEST_SENTENCE:
        return False
    if any(sentence.rstrip().endswith("?") for sentence in left):
        return False  # what a question asks, nothing states
    pairs = np.array([(i, j) for i in range(len(left)) for j in range(len(theirs))], np.int64)
    found = kernels.validate_truth_claims_batch(left, theirs, pairs)
    supported = {int(claim) for claim in found.claim[found.status == _SUPPORTED]}
    return len(supported) == len(left)


def _sentences(text: str) -> list[str]:
    (spans,) = kernels.split_sentences_batch([text])
    return [text[start:end] for start, end in spans.tolist() if telling(text[start:end])]


def _shingles(told: str) -> set[tuple[str, ...]]:
    words = told.split()
    return {tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
