"""Small words that a claim adds to its evidence and that change what it says: "rarely", "very", "still", "because".

Not for content words (the comparison asks for a counterpart of each) or for what is lost of the evidence (`openers`,
`adverbs`, `trailing`). What may be added is a closed list; anything else without a counterpart keeps the claim open.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, means

_DENYING = frozenset("rarely seldom hardly scarcely barely nowhere false untrue incorrect".split())
_SMALL = lex.FUNCTION | _DENYING | lex.EXCLUSIVE
"""Words that the comparison does not ask a counterpart of."""
_REASONS = frozenset("because so once if unless whether yet".split())
_FREE = (
    (lex.BE | lex.HAVE | lex.DO | lex.MODALS | lex.DETERMINERS | lex.PRONOUNS | lex.PREPOSITIONS)
    | (lex.SUBORDINATORS - _REASONS)
    | frozenset("and or but nor & ' 's s also please etc however moreover n't not only sole solely alone just".split())
) - {"another", "anybody", "anyone", "anything", "everybody", "everyone", "everything"}
"""Small words that may be added: they join, point or agree, or the comparison weighs them itself."""
_WITH = {
    "there": frozenset(lex.BE | {"exists", "exist", "existed", "has", "have", "had"}),
    "rather": frozenset(("than",)),
    "more": frozenset(("than",)),
    "such": frozenset(("as",)),
    "other": frozenset(("than",)),
    "even": frozenset(("though",)),
    **dict.fromkeys(("hardly", "barely", "scarcely"), frozenset(("any", "anyone", "anybody", "anything"))),
    "so": frozenset(("that", "as", "called")),
    "same": frozenset(("as",)),
}
"""Small words that say nothing of their own before some others."""
_BEHIND = {
    "own": lex.DETERMINERS | {"'s"},
    "other": frozenset(("each",)),
    "well": frozenset(("as", "")),
    "more": frozenset(("or",)),
}
"""Small words that say nothing of their own behind some others."""
_OF_DEGREE = frozenset("very too quite rather so more even just still already".split())
"""Words that go with the word beside them."""


def _added(claim: Reading, evidence: Reading) -> Doubt | None:
    """A small word of the claim that has no counterpart in the evidence."""
    lower = [word.lower for word in claim.words]
    for i, word in enumerate(lower):
        if word not in _SMALL or word in _FREE:
            continue
        before, after = lower[i - 1] if i else "", lower[i + 1] if i + 1 < len(lower) else "."
        if after in _WITH.get(word, ()) or before in _BEHIND.get(word, ()):
            continue
        if word == "too" and (after in STOPS or i + 1 == len(lower)):
            continue
        if word not in evidence.operators or (word in _OF_DEGREE and not _goes_along(claim, i, evidence)):
            return Doubt("modality", evidence.text)
    return None


def _goes_along(claim: Reading, i: int, evidence: Reading) -> bool:
    """Whether a word of the evidence goes with one of the same words as in the claim."""
    ours = _beside(claim, i)
    places = (j for j, word in enumerate(evidence.words) if word.lower == claim.words[i].lower)
    return not ours or any(ours & _beside(evidence, j) for j in places)


def _beside(reading: Reading, i: int) -> set[str]:
    near = (reading.words[k] for k in (i - 2, i - 1, i + 1, i + 2) if 0 <= k < len(reading.words))
    return {word.stem for word in near if means(word)}


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_added,)
"""Each of a claim that is supported and the evidence."""
