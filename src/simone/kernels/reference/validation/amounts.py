"""How much of a group a word speaks of, where alignment cannot tell: "a few" for "many", "both" for "all".

Not for ranks ("most", "some") and not for numbers: `exact` and `values` compare those.
"""

from __future__ import annotations

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.alignment import Alignment
from simone.kernels.reference.validation.reading import Reading

_REACH = 5
"""Words from an amount to what it counts, at most."""
_ALL = 4
_MANY = 2
_ALLOWED = {"a few": ("a few",), "quite a few": ("quite a few",), "both": ("both",), "any": ("any", "all")}
"""For what a claim says, what its evidence may say of the same thing."""
_WEAK = ("few", "rarely", "not all")
"""Denials that leave some."""
_SOME = ("part", "a few")


def find_amount(claim: Reading, evidence: Reading, found: Alignment) -> tuple[int, int] | None:
    """The words of claim and evidence whose amounts do not go together, -1 for none of its own; None if all do."""
    ours, theirs = _amounts(claim), _amounts(evidence)
    if not ours and not theirs:
        return None
    is_denial = any(not verb.positive for verb in claim.verbs) or (
        not claim.verbs and bool(claim.operators & (lex.NEGATORS - {"few"}))
    )
    unmatched = _unmatched(claim, evidence, found, ours, theirs, is_denial)
    if unmatched is not None:
        return unmatched
    if is_denial:
        return _weaker_denial(claim, evidence, ours, theirs)
    return _part(claim, evidence, found, ours, theirs)


def find_leeway(claim: Reading, evidence: Reading) -> tuple[int, int] | None:
    """The words of claim and evidence that say "few" and "some", which do not exclude one another; None without."""
    ours, theirs = _amounts(claim), _amounts(evidence)
    weak, their_weak = _first(ours, _WEAK), _first(theirs, _WEAK)
    if weak < 0 <= their_weak and (part := _first(ours, _SOME)) >= 0:
        return part, their_weak
    if their_weak < 0 <= weak and (part := _first(theirs, _SOME)) >= 0:
        return weak, part
    return None


def _first(amounts: dict[int, str], names: tuple[str, ...]) -> int:
    return next((i for i, amount in amounts.items() if amount in names), -1)


def _amounts(reading: Reading) -> dict[int, str]:
    """What each word says of how much: a name of `_ALLOWED` or `_WEAK`, "all", "many", "part", "under half"."""
    if not reading.operators & lex.AMOUNTS:
        return {}
    found = {i: _amount(reading, i) for i, word in enumerate(reading.words) if word.lower in lex.AMOUNTS}
    return {i: amount for i, amount in found.items() if amount}


def _amount(reading: Reading, i: int) -> str:
    lower = reading.words[i].lower
    before, after = _lower(reading, i - 1), _lower(reading, i + 1)
    if lower == "few":
        if before not in lex.BEFORE_FEW:
            return "few"
        return "quite a few" if before == "a" and _lower(reading, i - 2) == "quite" else "a few"
    if lower == "handful":
        return "a few"
    if lower in ("hardly", "scarcely", "barely"):
        return "few" if after.startswith("any") else "rarely"
    if lower in ("rarely", "seldom"):
        return "rarely"
    if lower in ("not", "n't"):
        return "not all" if lex.QUANTIFIER_RANK.get(after, 0) >= _MANY or after == "both" else ""
    if lower in ("two", "2"):
        return "both" if before in lex.BEFORE_FEW - {"a", "every"} else ""
    if lower == "both":
        return "" if _joins(reading, i) else "both"
    if lower == "any":
        return "any"
    if lower == "half" and (before == "under" or (before == "than" and _lower(reading, i - 2) in ("less", "fewer"))):
        return "under half"
    if lower == "all" and before in ("at", "after", "above", "in"):
        return ""
    rank = lex.QUANTIFIER_RANK[lower]
    return "all" if rank == _ALL else "many" if rank >= _MANY else "part"


def _joins(reading: Reading, i: int) -> bool:
    """Whether "both" goes with an "and" ("both Ann and Bob")."""
    for k in range(i + 1, len(reading.words)):
        if reading.words[k].lower == "and":
            return True
        if not reading.words[k].is_word or any(v.first == k for v in reading.verbs):
            return False
    return False


def _lower(reading: Reading, i: int) -> str:
    return reading.words[i].lower if 0 <= i < len(reading.words) else ""


def _amount_of(reading: Reading, i: int, amounts: dict[int, str]) -> int:
    """The amount word of the phrase that ends in a word, -1 if none: "some of the old ships"."""
    for k in range(i - 1, max(-1, i - 1 - _REACH), -1):
        if k in amounts:
            return k
        lower = reading.words[k].lower
        goes_on = lower in lex.DETERMINERS or k in reading.content or (lower == "of" and k - 1 in amounts)
        if not goes_on:
            return -1
    return -1


def _unmatched(
    claim: Reading,
    evidence: Reading,
    found: Alignment,
    ours: dict[int, str],
    theirs: dict[int, str],
    is_denial: bool,
) -> tuple[int, int] | None:
    """An amount of the claim that its evidence does not state of the same thing."""
    for i, amount in ours.items():
        if amount not in _ALLOWED or (amount == "any" and is_denial):
            continue
        noun = next((k for k in claim.content if k > i), -1)
        if noun in found.pairs and _amount_of(claim, noun, ours) == i:
            stated = _amount_of(evidence, found.pairs[noun], theirs)
            if theirs.get(stated, "") not in _ALLOWED[amount]:
                return i, stated
        elif not set(_ALLOWED[amount]) & set(theirs.values()):
            return i, next(iter(theirs), -1)
    return None


def _weaker_denial(
    claim: Reading, evidence: Reading, ours: dict[int, str], theirs: dict[int, str]
) -> tuple[int, int] | None:
    """A denial of the evidence that leaves some, or denies of some only, where the claim does not say so."""
    denied = False
    for j, word in enumerate(evidence.words):
        amount = theirs.get(j, "")
        if amount in _WEAK:
            if amount not in ours.values():
                return -1, j
        elif amount in ("", "any") or (amount in ("all", "both") and not denied):
            pass
        elif word.lower not in claim.operators:
            return -1, j
        denied = denied or word.lower in lex.NEGATORS
    return None


def _part(
    claim: Reading, evidence: Reading, found: Alignment, ours: dict[int, str], theirs: dict[int, str]
) -> tuple[int, int] | None:
    """What the claim says of "the ships" and its evidence of some of them, or maybe none."""
    for i, j in sorted(found.pairs.items()):
        stated = _amount_of(evidence, j, theirs)
        amount, said = theirs.get(stated, "all"), _amount_of(claim, i, ours)
        if amount == "under half" != ours.get(said):
            return i if said < 0 else said, stated  # which may be none
        if amount in ("all", "any", "both") or said >= 0:
            continue
        k = i - 1
        while k in claim.content:
            k -= 1
        is_partitive = _lower(claim, k - 1) == "of" and k - 2 not in claim.content
        if _lower(claim, k) == "the" and not is_partitive and _lower(evidence, stated - 1) != "the":
            return i, stated
    return None
