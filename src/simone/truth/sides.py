"""The two sides of a comparison, a cause or an order of events, which a claim may not exchange.

Not for agent and patient of one verb in different voices: the comparison refutes those.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.scopes import lower_of
from simone.truth.stretches import Doubt, meaning, means, stems, words_from

_PIVOTS = (
    *("than", "because of", "because", "after", "before", "since", "although", "though", "so that", "due to"),
    *("as a result of", "thanks to", "owing to", "following", "despite", "unless", "if", "until", "when", "instead of"),
)
_TURNS = frozenset("up down on off in out".split())
_SYMMETRIC = frozenset(stem(verb) for verb in lex.SYMMETRIC | {"be", "compare", "agree", "talk", "play", "differ"})


def _around_a_pivot(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word before "than" or "because" in one, and only behind it in the other."""
    for pivot in _PIVOTS:
        ours, theirs = _sides(claim, pivot.split()), _sides(evidence, pivot.split())
        if ours is None or theirs is None:
            continue
        crossed = ours[0] & theirs[1] | ours[1] & theirs[0]
        if crossed:
            place = next(i for i, word in enumerate(evidence.words) if word.stem in crossed)
            return Doubt("role", words_from(evidence, place, min(place + 3, len(evidence.words) - 1)))
        return None
    return None


def _sides(reading: Reading, pivot: list[str]) -> tuple[set[str], set[str]] | None:
    """Stems that stand only before a pivot and only behind it, None where it does not stand there once."""
    if not reading.operators.issuperset(pivot):
        return None
    lower = lower_of(reading)
    places = [i for i in range(len(lower)) if lower[i : i + len(pivot)] == pivot]
    if len(places) != 1:
        return None
    start, end = places[0] + len(pivot), len(lower)
    if places[0] == 0 or lower[places[0] - 1] == ",":
        end = next((i for i in range(start, len(lower)) if lower[i] == ","), end)
    if places[0] == 0 and end == len(lower):
        return None
    inside = stems(reading, (i for i in meaning(reading) if start <= i < end))
    outside = stems(reading, (i for i in meaning(reading) if not places[0] <= i < end))
    return outside - inside, inside - outside


def _around_a_joint(claim: Reading, evidence: Reading) -> Doubt | None:
    """Some words of two like parts change sides and some stay: "up in Oslo and down in Bergen"."""
    for joint in ("and", "but", "while", "whereas"):
        ours, theirs = _parts(claim, joint), _parts(evidence, joint)
        if ours is None or theirs is None:
            continue
        moved = ours[0] & theirs[1], ours[1] & theirs[0]
        stayed = ours[0] & theirs[0], ours[1] & theirs[1]
        if all(moved) and all(stayed):
            return Doubt("role", evidence.text)
    return None


def _parts(reading: Reading, joint: str) -> tuple[set[str], set[str]] | None:
    """Stems that stand only before a joint and only behind it; None without two parts of one form."""
    lower = lower_of(reading)
    if lower.count(joint) != 1:
        return None
    at = lower.index(joint)
    heads = {verb.head < at for verb in reading.verbs}
    if len(heads) < 2 and not set(lower[:at]) & set(lower[at:]) & lex.PREPOSITIONS:
        return None
    places = [i for i, word in enumerate(reading.words) if means(word) or word.lower in _TURNS]
    before, after = stems(reading, (i for i in places if i < at)), stems(reading, (i for i in places if i > at))
    return before - after, after - before


def _around_a_verb(claim: Reading, evidence: Reading) -> Doubt | None:
    """Each side of the same verb holds a word of the other one's side: "exports to China exceeded exports to Japan"."""
    if len(claim.verbs) != 1 or len(evidence.verbs) != 1:
        return None
    ours, theirs = claim.verbs[0], evidence.verbs[0]
    if ours.stem != theirs.stem or ours.passive != theirs.passive or ours.stem in _SYMMETRIC:
        return None
    if {claim.words[0].lower, evidence.words[0].lower} & lex.PREPOSITIONS:
        return None
    before, after = _around(claim, ours.head)
    was_before, was_after = _around(evidence, theirs.head)
    if before & was_after and after & was_before:
        return Doubt("role", evidence.text)
    return None


def _around(reading: Reading, head: int) -> tuple[set[str], set[str]]:
    before = stems(reading, (i for i in meaning(reading) if i < head))
    after = stems(reading, (i for i in meaning(reading) if i > head))
    return before - after, after - before


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_around_a_pivot, _around_a_joint, _around_a_verb)
"""Each of a claim that is supported and the evidence."""
