"""Parts of one sentence that each have a value, place or thing of their own, and a claim that takes from several.

Not for other doubts about a comparison: see `doubts`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simone.kernels.reference.validation.numerals import SMALL
from simone.truth.reading import Reading, Stretch
from simone.truth.stretches import JOINTS, Doubt, meaning, means, stems, words_from

_DIGITS = re.compile(r"[\d.,]+")
_LINKS = frozenset("in at on of for to from with by than during".split())


def crossed(claim: Reading, evidence: Reading) -> Doubt | None:
    """Parts of one sentence each have their own value, place or thing; the claim takes them from different parts."""
    if len(claim.verbs) > 1 or claim.operators & JOINTS:
        return None  # it joins parts itself
    values = sorted((*evidence.quantities, *evidence.dates), key=lambda one: one.start)
    starts = [word.start for word in evidence.words]
    at = [next((i for i, start in enumerate(starts) if start >= value.start), len(starts) - 1) for value in values]
    lower = [word.lower for word in evidence.words]
    anchors = [sorted(at)] if len(values) > 1 else []
    anchors += [[i for i, one in enumerate(lower) if one == link] for link in sorted(_LINKS & set(lower))]
    for places in anchors:
        cuts = [i for i, one in enumerate(lower) if one in JOINTS and places[0] < i < places[-1]] if places else []
        if cuts and (places != sorted(at) or _parallel(evidence, values, at, cuts)):
            found = _from_several(claim, evidence, places, cuts)
            if found is not None:
                return found
    return None


def _from_several(claim: Reading, evidence: Reading, at: Sequence[int], cuts: Sequence[int]) -> Doubt | None:
    """Whether the claim joins words of different parts; what stands before and behind all parts is common to them."""
    in_verbs = {i for verb in evidence.verbs for i in range(verb.first, verb.head + 1)}
    lead = next((verb for verb in reversed(evidence.verbs) if verb.head < at[0]), None)
    begin = lead.head + 1 if lead is not None else 0
    parts = [range(cut + 1, min((k for k in at if k > cut), default=cut)) for cut in cuts]
    if not any(i in evidence.content or i in in_verbs for part in parts for i in part):
        begin = at[0]  # the parts are but a row of values
    elif lead is not None and any(i in in_verbs for part in parts for i in part):
        begin = lead.first
    elif not any(i in evidence.content for i in range(begin, at[0])):
        begin = 0
    end = min((verb.first for verb in evidence.verbs if verb.first > at[-1]), default=len(evidence.words))
    used = stems(claim, (i for i in meaning(claim) if not _is_beside_subject(claim, i)))
    places: dict[str, set[int]] = {}
    for i in range(begin, end):
        is_common = begin == 0 and lead is not None and lead.first <= i <= lead.head
        if means(evidence.words[i]) and evidence.words[i].stem in used and not is_common:
            places.setdefault(evidence.words[i].stem, set()).add(sum(cut < i for cut in cuts))
    common = stems(evidence, (i for i in meaning(evidence) if not begin <= i < end))
    held = [where for stem, where in sorted(places.items()) if stem not in common]
    if len(held) > 1 and not set.intersection(*held):
        return Doubt("role", words_from(evidence, begin, end - 1))
    return None


def _is_beside_subject(claim: Reading, i: int) -> bool:
    """Whether a word only says more of the claim's subject: "the lighthouse on the cape was"."""
    is_before = any(i < verb.first for verb in claim.verbs)
    return is_before and bool(claim.relations[i]) and not {"S", "O"} & {r.kind for r in claim.relations[i]}


def _parallel(evidence: Reading, values: Sequence[Stretch], at: Sequence[int], cuts: Sequence[int]) -> bool:
    """Whether two parts of a sentence each hold a value of the same form."""
    forms: dict[tuple[str, bool], set[int]] = {}
    dates = set(evidence.dates)
    for value, place in zip(values, at, strict=True):
        form = " ".join(word for word in _DIGITS.sub("", value.text.lower()).split() if word not in SMALL)
        forms.setdefault((form if value not in dates else "", value in dates), set()).add(sum(c < place for c in cuts))
    return any(len(parts) > 1 for parts in forms.values())
