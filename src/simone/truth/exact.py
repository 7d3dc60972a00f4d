"""One claim held against one sentence of evidence: supported, refuted or unverifiable by what can be compared exactly.

Not for choosing the evidence (`evidence`) or weighing several pieces of it (`judge`).

Support needs every content word, verb, name, number and date of the claim to have its counterpart in the same place,
with the same polarity and no weaker certainty or quantity. Refutation needs all of that except exactly one difference
that excludes the claim. Word overlap alone never supports.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import is_direction, stem
from simone.records import Status
from simone.truth.alignment import Alignment, align, value_is_placed
from simone.truth.reading import Reading
from simone.truth.values import ValueCheck, check_values

WEAK = frozenset("may might could can possibly perhaps maybe probably likely".split())
"""Hedges that a plain fact justifies."""


class Comparison(msgspec.Struct, frozen=True):
    """What one sentence says about one claim. `strength` 0..1 is the share of the claim that found its counterpart.

    `noticed`: (check, status) of every difference, also of those that did not decide.
    """

    status: Status
    check: str
    reason: str
    strength: float
    missing: tuple[int, ...] = ()
    noticed: tuple[tuple[str, Status], ...] = ()


def compare(claim: Reading, evidence: Reading, close: Mapping[int, int] | None = None) -> Comparison:
    """Hold a claim against a sentence; `close` as in `alignment.align`."""
    found = align(claim, evidence, close)
    values = check_values(claim, evidence)
    total = found.size + len(values)
    lost = len(found.missing) + len(found.opposed) + sum(v.outcome in ("absent",) for v in values)
    strength = round(max(0.0, (total - lost) / total), 4)
    differences = _differences(claim, evidence, found, values)
    noticed = tuple(sorted({(check, status) for status, check, _ in differences}))
    if found.missing:
        entity = _entity(claim, evidence, found) if not differences else None
        if entity is not None:
            return Comparison("refuted", "entity", entity, strength, found.missing, noticed)
        words = ", ".join(f"“{claim.text[claim.words[i].start : claim.words[i].end]}”" for i in sorted(found.missing))
        return Comparison(
            "unverifiable", "alignment", f"the sources say nothing about {words}", strength, found.missing, noticed
        )
    refuting = [d for d in differences if d[0] == "refuted"]
    blocking = [d for d in differences if d[0] == "unverifiable"]
    if blocking or len(refuting) > 1:
        _, check, reason = (blocking or refuting)[0]
        return Comparison("unverifiable", check, reason, strength, noticed=noticed)
    if refuting and {"or", "either"} & (claim.operators | evidence.operators):
        return Comparison("unverifiable", refuting[0][1], f"{refuting[0][2]}, and one of them leaves it open", strength)
    if refuting:
        return Comparison("refuted", refuting[0][1], refuting[0][2], strength)
    if not claim.verbs and list(found.pairs.values()) != sorted(found.pairs.values()):
        return Comparison("unverifiable", "role", _says(claim.text, evidence.text) + ", in another order", strength)
    check = next((v.check for v in values), "alignment")
    return Comparison("supported", check, f"the evidence says the same: {_quote(evidence.text)}", strength)


def _quote(text: str, limit: int = 160) -> str:
    return f"“{text if len(text) <= limit else text[: limit - 1].rstrip() + '…'}”"


def _says(ours: str, theirs: str) -> str:
    return f"the claim says “{ours}”, the evidence says “{theirs}”"


Difference = tuple[Status, str, str]


def _differences(
    claim: Reading, evidence: Reading, found: Alignment, values: tuple[ValueCheck, ...]
) -> list[Difference]:
    differences: list[Difference] = []
    for value in values:
        if value.outcome == "conflict":
            differences.append(("refuted", value.check, _says(value.ours, value.theirs)))
        elif value.outcome == "vague":
            differences.append(
                ("unverifiable", value.check, _says(value.ours, value.theirs) + ", which does not settle it")
            )
        elif value.outcome == "absent":
            differences.append(
                ("unverifiable", value.check, f"the sources give no value to hold against “{value.ours}”")
            )
        elif not value_is_placed(claim, value.at[0], evidence, value.at[1], found):
            differences.append(("unverifiable", "role", f"the evidence says “{value.theirs}” of something else"))
    differences += _polarity(claim, evidence, found)
    differences += _nameless(claim, evidence)
    if found.misplaced:
        differences.append(_role(claim, evidence, found))
    differences += _quantifiers(claim, evidence, found)
    return differences


def _nameless(claim: Reading, evidence: Reading) -> list[Difference]:
    """A claim about "she" says nothing of a sentence that has its own subject: who she is stands elsewhere."""
    opening = next((w.lower for w in claim.words if w.is_word), "")
    first = next((w.lower for w in evidence.words if w.is_word), "")
    if opening not in _PERSONAL or first == opening:
        return []
    return [("unverifiable", "role", f"the claim does not say who or what “{opening}” is")]


_PERSONAL = frozenset(("he", "she", "it", "they"))


def _polarity(claim: Reading, evidence: Reading, found: Alignment) -> list[Difference]:
    differences: list[Difference] = []
    opposed = {i for i, _ in found.opposed}
    flips = [(n, m) for n, m in sorted(found.verbs.items()) if claim.verbs[n].positive != evidence.verbs[m].positive]
    plain = [n for n, m in sorted(found.verbs.items()) if claim.verbs[n].head not in opposed]
    if not claim.verbs and _negated(claim) != _negated(evidence):
        flips = [(-1, -1)]
    if flips and found.opposed:
        return [("unverifiable", "polarity", _says(claim.text, evidence.text) + ", and both negate differently")]
    if flips:
        n, m = flips[0]
        differences.append(("refuted", "polarity", _says(_clause(claim, n), _clause(evidence, m))))
    for i, j in found.opposed:
        ours, theirs = claim.words[i], evidence.words[j]
        check = "direction" if is_direction(ours.stem, theirs.stem) else "polarity"
        differences.append(("refuted", check, _says(_at(claim, i), _at(evidence, j))))
    for n in plain:
        ours_verb, their_verb = claim.verbs[n], evidence.verbs[found.verbs[n]]
        hedges = _hedges(claim)
        if claim.words[ours_verb.first].lower in ("is", "are") and evidence.words[their_verb.first].lower in (
            "was",
            "were",
        ):
            differences.append(
                ("unverifiable", "modality", _says(_clause(claim, n), _clause(evidence, found.verbs[n])))
            )
            break
        if _is_intended(evidence, found.verbs[n]) and not _is_intended(claim, n):
            reason = _says(_clause(claim, n), _clause(evidence, found.verbs[n])) + ", which need not have happened"
            differences.append(("unverifiable", "modality", reason))
            break
        if not their_verb.certain and not (hedges and hedges <= _hedges(evidence)):
            differences.append(
                (
                    "unverifiable",
                    "modality",
                    _says(_clause(claim, n), _clause(evidence, found.verbs[n]))
                    + ", only as a possibility or as somebody's word",
                )
            )
            break
        if not ours_verb.certain and not hedges <= _hedges(evidence) | WEAK:
            differences.append(
                ("unverifiable", "modality", _says(_clause(claim, n), _clause(evidence, found.verbs[n])))
            )
            break
    return differences


def _is_intended(reading: Reading, number: int) -> bool:
    """Whether a verb is the "to …" of another that does not say it happened ("agreed to pay")."""
    verb = reading.verbs[number]
    if verb.first == 0 or reading.words[verb.first - 1].lower != "to":
        return False
    return number == 0 or reading.verbs[number - 1].stem not in _IMPLICATIVE_STEMS


_IMPLICATIVE_STEMS = frozenset(stem(v) for v in lex.IMPLICATIVE_VERBS | lex.NEGATIVE_VERBS)


def _negated(reading: Reading) -> bool:
    return bool(reading.operators & (lex.NEGATORS - {"few"}))


def _hedges(reading: Reading) -> frozenset[str]:
    return reading.operators & lex.HEDGES


def _at(reading: Reading, i: int) -> str:
    return reading.text[reading.words[i].start : reading.words[i].end]


def _clause(reading: Reading, number: int) -> str:
    if number < 0:
        return reading.text
    verb = reading.verbs[number]
    first, last = max(0, verb.first - 4), min(len(reading.words) - 1, verb.head + 4)
    return reading.text[reading.words[first].start : reading.words[last].end]


def _role(claim: Reading, evidence: Reading, found: Alignment) -> Difference:
    """Exchanged agent and patient refute; any other displacement only fails to support."""
    kinds: set[tuple[str, str]] = set()
    for i in found.misplaced:
        for ours in claim.relations[i]:
            for theirs in evidence.relations[found.pairs[i]]:
                if found.verbs.get(ours.verb, -2) == theirs.verb and claim.verbs[ours.verb].stem != "be":
                    kinds.add((ours.kind, theirs.kind))
    swapped = ("S", "O") in kinds and ("O", "S") in kinds
    reason = _says(claim.text, evidence.text) + ", with the parts in other places"
    return ("refuted" if swapped else "unverifiable", "role", reason)


def _rank(reading: Reading) -> tuple[int, str]:
    ranked = [(lex.QUANTIFIER_RANK[w.lower], w.lower) for w in reading.words if w.lower in lex.QUANTIFIER_RANK]
    return max(ranked, default=(0, ""))


def _quantifiers(claim: Reading, evidence: Reading, found: Alignment) -> list[Difference]:
    ours, theirs = _rank(claim), _rank(evidence)
    if ours[0] >= 3 and ours[0] > theirs[0]:
        return [("unverifiable", "quantifier", _says(ours[1], theirs[1] or evidence.text) + ", which is less")]
    low = min((r for w in evidence.words if (r := lex.QUANTIFIER_RANK.get(w.lower, 9)) < 9), default=9)
    if ours[0] == 4 and low < 4:
        return [("unverifiable", "quantifier", _says(ours[1], evidence.text) + ", which is less")]
    if claim.operators & lex.EXCLUSIVE and not evidence.operators & lex.EXCLUSIVE:
        return [("unverifiable", "quantifier", "the claim says “only”, the evidence does not")]
    strict = {_class(w) for w in claim.operators & lex.STRICT_PREPOSITIONS}
    unmatched = sorted(strict - {_class(w) for w in evidence.operators & lex.PREPOSITIONS})
    if unmatched and not claim.dates:
        return [("unverifiable", "role", f"the claim says “{unmatched[0]}”, the evidence does not")]
    if "respectively" in evidence.operators and "respectively" not in claim.operators:
        return [("unverifiable", "role", f"the evidence pairs its parts in order: {_quote(evidence.text)}")]
    used = set(found.pairs.values())
    for i, j in sorted(found.pairs.items()):
        limit = _superlative_limit(claim, i, evidence, j, used)
        if limit:
            return [("unverifiable", "quantifier", f"the evidence says “{claim.words[i].lower}” only with “{limit}”")]
    for j, word in enumerate(evidence.words):
        near = {j - 2, j - 1, j + 1, j + 2} & used
        if word.lower in ("or", "either") and near and "or" not in claim.operators:
            return [("unverifiable", "modality", f"the evidence leaves it open: {_quote(evidence.text)}")]
        if word.lower in lex.PRIVATIVE and j + 1 in used and word.lower not in claim.operators:
            return [("unverifiable", "modality", f"the evidence says “{word.lower} {_at(evidence, j + 1)}”")]
    return _narrowed(claim, evidence, found)


def _superlative_limit(claim: Reading, i: int, evidence: Reading, j: int, used: set[int]) -> str:
    """What limits a superlative of the evidence and stands nowhere in the claim: "second", "east of the river"."""
    if not {claim.words[i].lower, evidence.words[j].lower} <= lex.SUPERLATIVES:
        return ""
    for word in evidence.words[max(0, j - 2) : j]:
        if word.lower not in claim.operators and (word.lower in _RANKS or word.lower.endswith(("th", "nd", "rd"))):
            return word.lower
    for k in range(j + 1, len(evidence.words)):
        if not evidence.words[k].is_word or any(v.first == k for v in evidence.verbs):
            break
        if k in evidence.content and k not in used:
            return _at(evidence, k)
    return ""


_RANKS = frozenset("second third fourth fifth sixth seventh eighth ninth tenth one among".split())


def _class(word: str) -> str:
    return next((min(group) for group in lex.PREPOSITION_CLASSES if word in group), word)


def _narrowed(claim: Reading, evidence: Reading, found: Alignment) -> list[Difference]:
    """A statement about all, or a denial, does not follow from one about fewer: no word of the evidence may be lost."""
    universal = _rank(claim)[0] == 4 or any(not v.positive for v in claim.verbs)
    if not universal:
        return []
    used = set(found.pairs.values()) | {evidence.verbs[m].head for m in found.verbs.values()}
    for name in evidence.names:
        inside = {j for j, w in enumerate(evidence.words) if name.start <= w.start < name.end}
        used |= inside if inside & used else set()
    lost = [j for j in evidence.content if j not in used and evidence.words[j].lower not in lex.QUANTIFIER_RANK]
    if not lost:
        return []
    return [("unverifiable", "quantifier", f"the evidence speaks only of “{_at(evidence, lost[0])}”")]


def _entity(claim: Reading, evidence: Reading, found: Alignment) -> str | None:
    """The reason why another name excludes the claim: both say which one "is the …", and only one can be it."""
    missing = set(found.missing)
    name = next((n for n in claim.names if missing and missing == _words_of(claim, n.start, n.end)), None)
    if name is None or found.misplaced:
        return None
    for number, verb in sorted(found.verbs.items()):
        if not _says_which(claim, number) or not _says_which(evidence, verb):
            continue
        if not _first_or_last(claim, evidence, found) and not _is_now(claim, number) & _is_now(evidence, verb):
            continue
        kinds = {r.kind for i in missing for r in claim.relations[i] if r.verb == number} & {"S", "O"}
        for rival in evidence.names:
            places = _words_of(evidence, rival.start, rival.end)
            ends = max(places, default=-1) + 1 not in evidence.content
            held = {r.kind for j in places for r in evidence.relations[j] if r.verb == verb}
            if places and ends and held & kinds and not places & set(found.pairs.values()):
                return _says(name.text, rival.text)
    return None


def _words_of(reading: Reading, start: int, end: int) -> set[int]:
    return {i for i in reading.content if start <= reading.words[i].start < end}


def _says_which(reading: Reading, number: int) -> bool:
    """Whether a verb is the "is" between a name and "the <noun>": one side says which one the other is."""
    verb = reading.verbs[number]
    if verb.stem != "be" or verb.passive:
        return False
    after = reading.words[verb.head + 1].lower if verb.head + 1 < len(reading.words) else ""
    return after == "the" or (reading.words[0].lower == "the" and after not in ("a", "an", "one", "among"))


def _is_now(reading: Reading, number: int) -> bool:
    """Whether it is said of the present: an office has one holder at a time."""
    return reading.words[reading.verbs[number].first].lower == "is"


def _first_or_last(claim: Reading, evidence: Reading, found: Alignment) -> bool:
    return any(
        claim.words[i].lower == evidence.words[j].lower and claim.words[i].lower in ("first", "last")
        for i, j in found.pairs.items()
    )
