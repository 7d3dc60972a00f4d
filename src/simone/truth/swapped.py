"""Two values or names of a sentence, each with words of its own, and a claim that has these the other way round.

Not for a claim that takes from one part only: see `crossed`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from itertools import pairwise

from simone.kernels.reference.validation.names import normal_name
from simone.truth.amounts import amounts, spans
from simone.truth.letters import labels
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, meaning, stems

_SPLITS = (
    frozenset((";", "while", "whereas", "but", "then")),
    frozenset(("and", "or", "to", "before", "after")),
    frozenset((",",)),
)
"""What parts two values, the strongest first."""
_MORE = re.compile(r"(?:\s+\w+)?\s+(?:more|less|fewer|lower|higher|longer|shorter|larger|smaller|earlier|later) than\b")
_TIME = r"(?:\w+ )?(?:second|minute|hour|day|night|week|month|quarter|year|decade)s?\b"
_ONCE = re.compile(rf"\bonce(?: (?:an?|per|each|every|in) {_TIME}|[.!]?$)", re.IGNORECASE)
_EVERY = re.compile(rf"\b(?:every|each) (?:other|second|third|two|three|four|few|\d+) {_TIME}", re.IGNORECASE)
_BESIDE = re.compile(r"(?:\bnot|\brather than|\binstead of)(?: (?:by|for|in|on|at|to|the|about))? $", re.IGNORECASE)


def swapped(claim: Reading, evidence: Reading) -> Doubt | None:
    """Values that both have, whose words go with another of them here than there."""
    for ours, theirs in zip(_anchors(claim), _anchors(evidence), strict=True):
        if len(ours) < 2 or len(theirs) < 2:
            continue
        here, there = _owners(claim, ours), _owners(evidence, theirs)
        keys = {key for key, _, _ in ours} & {key for key, _, _ in theirs}
        moved = {(here[stem], there[stem]) for stem in here.keys() & there.keys() if here[stem] != there[stem]}
        if _has_circle([one for one in moved if keys.issuperset(one)]):
            return Doubt("role", evidence.text)
    return None


def _has_circle(moved: Sequence[tuple[Hashable, Hashable]]) -> bool:
    """Whether values exchange their words: what moves away from each is made up for by another's."""
    left = list(moved)
    while left:
        sources = {source for source, _ in left}
        kept = [one for one in left if one[1] in sources]
        if len(kept) == len(left):
            return True
        left = kept
    return False


def of_another_letter(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word that the evidence has of "room B" alone, and the claim of "room A"."""
    ours = {one.letter for one in labels(claim)}
    anchors = [(one.letter, evidence.words[one.at].start, evidence.words[one.at].end) for one in labels(evidence)]
    if not ours or ours.issuperset(letter for letter, _, _ in anchors):
        return None
    owners, said = _owners(evidence, anchors), stems(claim, meaning(claim))
    if any(owner not in ours for stem, owner in owners.items() if stem in said):
        return Doubt("role", evidence.text)
    return None


def of_another(claim: Reading, evidence: Reading) -> Doubt | None:
    """A value that the evidence only sets beside ("3.5 million, not 5.3 million"), or of which the claim makes a
    difference ("4.2 billion more than planned")."""
    for one in claim.quantities:
        alike = [other for other in evidence.quantities if other.text.lower() == one.text.lower()]
        if not alike:
            continue
        if not _BESIDE.search(claim.text[: one.start]) and all(
            _BESIDE.search(evidence.text[: other.start]) for other in alike
        ):
            return Doubt("polarity", f"not {alike[0].text}")
        if _MORE.match(claim.text, one.end) and not any(_MORE.match(evidence.text, other.end) for other in alike):
            return Doubt("role", alike[0].text)
    return None


def how_often(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Once a day" and "every other day", whose words the comparison passes over."""
    if _ONCE.search(claim.text) and "once" not in evidence.operators:
        return Doubt("number", evidence.text)
    ours, theirs = _EVERY.search(claim.text), _EVERY.search(evidence.text)
    said = [one.group().lower() if one else "" for one in (ours, theirs)]
    if said[0] != said[1] and (ours or {"every", "each", "daily", "weekly"} & claim.operators):
        return Doubt("number", said[1] or evidence.text)
    return None


_Anchor = tuple[Hashable, int, int]


def _anchors(reading: Reading) -> tuple[list[_Anchor], ...]:
    """Quantities, dates, names of several words, and all names, with what makes two of them the same, in order."""
    whole: list[_Anchor] = [((one.low, one.high, one.unit), one.start, one.end) for one in amounts(reading.text)]
    dates: list[_Anchor] = [((one.first, one.last), one.start, one.end) for one in spans(reading.text)]
    names: list[_Anchor] = []
    for one in reading.names:
        bare = normal_name(one.text)
        at = max(0, one.text.lower().rfind(bare))
        names.append((bare, one.start + at, one.end))
    return whole, dates, [one for one in names if " " in str(one[0])], names


def _owners(reading: Reading, anchors: Sequence[_Anchor]) -> dict[str, Hashable]:
    """For the stem of each word that stands there once, the value that it goes with."""
    cuts = [_cut(reading, one[2], other[1]) for one, other in pairwise(anchors)]
    all_stems = [reading.words[i].stem for i in meaning(reading)]
    owners: dict[str, Hashable] = {}
    for i in meaning(reading):
        word = reading.words[i]
        if all_stems.count(word.stem) == 1 and not any(start <= word.start < end for _, start, end in anchors):
            owners[word.stem] = anchors[sum(cut <= word.start for cut in cuts)][0]
    return owners


def _cut(reading: Reading, start: int, end: int) -> int:
    """Where the words between two values part: at a word that joins, a verb, a comma, or else before the second."""
    between = [i for i, word in enumerate(reading.words) if start <= word.start < end]
    verbs = {verb.first for verb in reading.verbs}
    for number, split in enumerate(_SPLITS):
        found = [i for i in between if reading.words[i].lower in split]
        if number == len(_SPLITS) - 1:
            found = [i for i in between if i in verbs] or found
        if found:
            return reading.words[found[-1]].start
    return end
