"""What the exact comparison noticed, as named counts that `fusion` weighs.

Not for deciding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simone.kernels.reference.validation.words import find_words
from simone.records import Status
from simone.truth.exact import Comparison
from simone.truth.reading import Reading, stems_of

MOST = 3.0
"""A signal counts no more often than this."""
_OPEN = frozenset(
    f"is:{check}:unverifiable" for check in ("date", "modality", "number", "polarity", "quantifier", "unit")
)
JOINED = "joined otherwise"
"""The signal that "and", "or" and their kind join other things in the sentence than in the claim."""
CLASH = "value:refuted"
"""The signal that a value of the claim has another unit or magnitude in the window."""
ELSEWHERE = "compared elsewhere"
"""The signal that what was compared stands outside the window."""
_JOINING = frozenset(("and", "or", "nor", "either", "neither", "both", "&"))
_ORDER = {"supported": 0, "refuted": 1, "unverifiable": 2}


def signals(
    claim: Reading, found: Mapping[int, Comparison], window: str, texts: Sequence[str] = ()
) -> dict[str, float]:
    """Signals of the nearest sentence's comparison, and what of the claim stands nowhere in the window.

    "is:CHECK:STATUS" is what the comparison says, "other:CHECK:STATUS" a difference it noticed besides, "lacks:KIND"
    how many verbs, names, numbers and other words of the claim have no counterpart in the sentence, "nowhere:KIND" in
    the window. `texts` are the sentences that `found` speaks of.
    """
    given: dict[str, float] = {}
    if found:
        nearest = min(found, key=lambda n: (_ORDER[found[n].status], -found[n].strength, n))
        best = found[nearest]
        if texts and _joining(texts[nearest]) != _joining(claim.text):
            given[JOINED] = 1.0
        given[f"is:{best.check}:{best.status}"] = 1.0
        for check, status in best.noticed:
            given[f"other:{check}:{status}"] = 1.0
        for i in best.missing:
            _count(given, f"lacks:{_kind(claim, i)}")
    else:
        given["is:nothing near"] = 1.0
    held = stems_of(window)
    for i in claim.content:
        word = claim.words[i]
        if word.stem not in held and not stems_of(word.lower) & held:
            _count(given, f"nowhere:{_kind(claim, i)}")
    if not claim.verbs:
        given["claim:no verb"] = 1.0
    if any(not verb.positive for verb in claim.verbs):
        given["claim:denies"] = 1.0
    return given


def agrees(given: Mapping[str, float], status: Status) -> bool:
    """Whether the exact comparison of the nearest sentence says the same."""
    return any(name.startswith("is:") and name.endswith(f":{status}") for name in given)


def refutes(given: Mapping[str, float]) -> bool:
    """Whether the nearest sentence's comparison refutes: no sentence of the window supports, and one says otherwise."""
    return agrees(given, "refuted") and ELSEWHERE not in given


def excludes(given: Mapping[str, float]) -> bool:
    """Whether the exact comparison names a difference because of which the claim may not be supported by reading alone.

    That is a difference that refutes, whatever else is missing, or another value, quantity or certainty where nothing
    is missing.
    """
    return any(name.endswith(":refuted") or name in _OPEN for name in given)


def _joining(text: str) -> list[str]:
    return sorted(word.lower for word in find_words(text) if word.lower in _JOINING)


def _count(given: dict[str, float], name: str) -> None:
    given[name] = min(MOST, given.get(name, 0.0) + 1.0)


def _kind(claim: Reading, i: int) -> str:
    word = claim.words[i]
    if any(verb.head == i for verb in claim.verbs):
        return "verb"
    if any(name.start <= word.start < name.end for name in claim.names):
        return "name"
    return "number" if word.lower[:1].isdigit() else "word"
