"""Which of the memories found is later than another that says nearly the same.

Not for contradictions: what is found to exclude another closes it, and a closed memory is not found. Where the rules
could not tell, the later of two that share most of their words is more likely what still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from simone.memory.contract import Memory
from simone.memory.excluding import are_statements
from simone.memory.wording import opened, speakers, words_of

_DAY = len("2026-01-01")
MOST = 0.5
"""Share of the words of both beyond which what they have in common is most of them."""


def earlier_twins(memories: Sequence[Memory], today: str) -> list[list[int]]:
    """For each memory the places of the earlier ones that say nearly the same, none where a still later one does or
    where it holds only from a later day than `today` on.

    Only single statements are compared: of several sentences, and of questions, no one takes the place of another.
    Of one day the one recorded later is later; of what was recorded at the same moment neither is. Words that tell of
    whoever speaks are compared between those of one person only.
    """
    has_begun = [memory.valid_from[:_DAY] <= today for memory in memories]
    texts = [
        memory.text if is_one and begun else ""
        for memory, is_one, begun in zip(
            memories, are_statements([memory.text for memory in memories]), has_begun, strict=True
        )
    ]
    words = [_words(text) for text in texts]
    said_by = [speakers(memory) for memory in memories]
    moments = [((memory.valid_from or memory.recorded_at)[:_DAY], memory.recorded_at) for memory in memories]
    found: list[list[int]] = [[] for _ in memories]
    is_outdone = [False] * len(memories)
    for one in range(len(memories)):
        for other in range(one):
            ours, theirs = words[one], words[other]
            if moments[one] == moments[other] or said_by[one] != said_by[other] or ours == theirs:
                continue
            if 2 * len(ours & theirs) > MOST * (len(ours) + len(theirs)):
                early, late = sorted((one, other), key=moments.__getitem__)
                is_outdone[early] = True
                found[late].append(early)
    return [[] if gone else early for early, gone in zip(found, is_outdone, strict=True)]


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(words_of(opened(text)))
