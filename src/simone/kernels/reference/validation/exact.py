"""One claim held against one sentence of evidence: supported, refuted or unverifiable by what can be compared exactly.

Not for choosing the evidence (`evidence`) or weighing several pieces of it (`judge`).

Support needs every content word, verb, name, number and date of the claim to have its counterpart in the same place,
with the same polarity and no weaker certainty or quantity. Refutation needs all of that except exactly one difference
that excludes the claim. Word overlap alone never supports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.alignment import Alignment, align, value_is_placed
from simone.kernels.reference.validation.amounts import find_amount, find_leeway
from simone.kernels.reference.validation.reading import CONDITIONS, Reading
from simone.kernels.reference.validation.values import ValueCheck, check_values
from simone.kernels.reference.validation.words import is_direction, stem

WEAK = frozenset("may might could can possibly perhaps maybe probably likely".split())
"""Hedges that a plain fact justifies."""


class Piece(NamedTuple):
    """A place in a text, code points [start, end), and its wording as a reason names it; -1 and "" for none."""

    start: int
    end: int
    said: str


class Difference(NamedTuple):
    """What keeps a sentence from supporting a claim; `check` and `why` are words of the contract."""

    status: str
    check: str
    why: str
    ours: Piece
    theirs: Piece


class Comparison(msgspec.Struct, frozen=True):
    """What one sentence says about one claim. `strength` 0..1 is the share of the claim that found its counterpart.

    `missing` are claim words without counterpart, `opposed` (claim word, evidence word) pairs of opposites; `noticed`
    are (check, status) of every difference, also of those that did not decide.
    """

    difference: Difference
    strength: float
    missing: tuple[int, ...] = ()
    opposed: tuple[tuple[int, int], ...] = ()
    noticed: tuple[tuple[str, str], ...] = ()


NOWHERE = Piece(-1, -1, "")


def compare(claim: Reading, evidence: Reading, close: Mapping[int, int] | None = None) -> Comparison:
    """Hold a claim against a sentence; `close` as in `alignment.align`."""
    found = align(claim, evidence, close)
    values = check_values(claim, evidence)
    total = found.size + len(values)
    lost = len(found.missing) + len(found.opposed) + sum(v.outcome in ("absent",) for v in values)
    strength = round(max(0.0, (total - lost) / total), 4)
    differences = _differences(claim, evidence, found, values)
    decided = _decide(claim, evidence, found, values, differences)
    noticed = tuple(sorted({(difference.check, difference.status) for difference in differences}))
    return Comparison(decided, strength, found.missing, found.opposed, noticed)


def _decide(
    claim: Reading,
    evidence: Reading,
    found: Alignment,
    values: tuple[ValueCheck, ...],
    differences: Sequence[Difference],
) -> Difference:
    if found.missing:
        entity = _entity(claim, evidence, found) if not differences else None
        if entity is not None:
            return Difference("refuted", "entity", "says", *entity)
        return Difference("silent", "alignment", "missing", NOWHERE, NOWHERE)
    refuting = [d for d in differences if d.status == "refuted"]
    blocking = [d for d in differences if d.status == "silent"]
    if blocking or len(refuting) > 1:
        return (blocking or refuting)[0]._replace(status="silent")
    if refuting and {"or", "either"} & (claim.operators | evidence.operators):
        why = "misplaced or open" if refuting[0].why == "misplaced" else "either"
        return refuting[0]._replace(status="silent", why=why)
    if refuting:
        return refuting[0]
    if not claim.verbs and list(found.pairs.values()) != sorted(found.pairs.values()):
        return Difference("silent", "role", "reordered", _whole(claim), _whole(evidence))
    check = next((v.check for v in values), "alignment")
    return Difference("supported", check, "same", NOWHERE, _whole(evidence))


def _whole(reading: Reading) -> Piece:
    return Piece(0, len(reading.text), reading.text)


def _differences(
    claim: Reading, evidence: Reading, found: Alignment, values: tuple[ValueCheck, ...]
) -> list[Difference]:
    differences: list[Difference] = []
    for value in values:
        pieces = Piece(*value.ours_span, value.ours), Piece(*value.theirs_span, value.theirs)
        if value.outcome == "conflict":
            differences.append(Difference("refuted", value.check, "says", *pieces))
        elif value.outcome in ("vague", "absent"):
            differences.append(Difference("silent", value.check, value.outcome, *pieces))
        elif not value_is_placed(claim, value.at[0], evidence, value.at[1], found):
            differences.append(Difference("silent", "role", "elsewhere", *pieces))
    differences += _polarity(claim, evidence, found)
    differences += _nameless(claim, evidence)
    if found.misplaced:
        differences.append(_role(claim, evidence, found))
    differences += _quantifiers(claim, evidence, found)
    return differences + _amounts(claim, evidence, found, differences)


def _nameless(claim: Reading, evidence: Reading) -> list[Difference]:
    """A claim about "she" says nothing of a sentence that has its own subject: who she is stands elsewhere."""
    place, opening = next(((i, w.lower) for i, w in enumerate(claim.words) if w.is_word), (-1, ""))
    first = next((w.lower for w in evidence.words if w.is_word), "")
    if opening not in _PERSONAL or first == opening:
        return []
    return [Difference("silent", "role", "unnamed", _word(claim, place), NOWHERE)]


_PERSONAL = frozenset(("he", "she", "it", "they"))


def _polarity(claim: Reading, evidence: Reading, found: Alignment) -> list[Difference]:
    differences: list[Difference] = []
    opposed = {i for i, _ in found.opposed}
    flips = [(n, m) for n, m in sorted(found.verbs.items()) if claim.verbs[n].positive != evidence.verbs[m].positive]
    plain = [n for n, m in sorted(found.verbs.items()) if claim.verbs[n].head not in opposed]
    if not claim.verbs and _negated(claim) != _negated(evidence):
        flips = [(-1, -1)]
    if flips and found.opposed:
        return [Difference("silent", "polarity", "negated twice", _whole(claim), _whole(evidence))]
    if flips:
        n, m = flips[0]
        differences.append(Difference("refuted", "polarity", "says", _clause(claim, n), _clause(evidence, m)))
    for i, j in found.opposed:
        ours, theirs = claim.words[i], evidence.words[j]
        check = "direction" if is_direction(ours.stem, theirs.stem) else "polarity"
        differences.append(Difference("refuted", check, "says", _at(claim, i), _at(evidence, j)))
    for n in plain:
        ours_verb, their_verb = claim.verbs[n], evidence.verbs[found.verbs[n]]
        hedges = _hedges(claim)
        why = ""
        if claim.words[ours_verb.first].lower in ("is", "are") and evidence.words[their_verb.first].lower in (
            "was",
            "were",
        ):
            why = "says"
        elif _is_intended(evidence, found.verbs[n]) and not _is_intended(claim, n):
            why = "intended"
        elif not their_verb.certain and (
            (ours_verb.certain and "can" not in hedges)
            or not hedges <= _hedges(evidence)
            or not _is_as_open(claim, evidence)
        ):
            why = "uncertain"
        elif not ours_verb.certain and not hedges <= _hedges(evidence) | WEAK:
            why = "says"
        if why:
            pieces = _clause(claim, n), _clause(evidence, found.verbs[n])
            differences.append(Difference("silent", "modality", why, *pieces))
            break
    return differences


def _is_as_open(claim: Reading, evidence: Reading) -> bool:
    """Whether the claim says "if" too where the evidence does."""
    return evidence.operators & CONDITIONS <= claim.operators


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
    """The words that leave it open; "cannot" is "can" and a "not"."""
    found = reading.operators & lex.HEDGES
    return found | {"can"} if "cannot" in reading.operators else found


def _at(reading: Reading, i: int) -> Piece:
    """A word as it is written."""
    return _between(reading, i, i)


def _word(reading: Reading, i: int) -> Piece:
    """A word in lower case."""
    return _at(reading, i)._replace(said=reading.words[i].lower)


def _between(reading: Reading, first: int, last: int) -> Piece:
    start, end = reading.words[first].start, reading.words[last].end
    return Piece(start, end, reading.text[start:end])


def _clause(reading: Reading, number: int) -> Piece:
    if number < 0:
        return _whole(reading)
    verb = reading.verbs[number]
    return _between(reading, max(0, verb.first - 4), min(len(reading.words) - 1, verb.head + 4))


def _role(claim: Reading, evidence: Reading, found: Alignment) -> Difference:
    """Exchanged agent and patient refute; any other displacement only fails to support."""
    kinds: set[tuple[str, str]] = set()
    for i in found.misplaced:
        for ours in claim.relations[i]:
            for theirs in evidence.relations[found.pairs[i]]:
                if found.verbs.get(ours.verb, -2) == theirs.verb and claim.verbs[ours.verb].stem != "be":
                    kinds.add((ours.kind, theirs.kind))
    swapped = ("S", "O") in kinds and ("O", "S") in kinds
    return Difference("refuted" if swapped else "silent", "role", "misplaced", _whole(claim), _whole(evidence))


def _rank(reading: Reading) -> tuple[int, Piece]:
    """The highest quantifier, the last word in the alphabet among equals: its rank and place."""
    places = enumerate(reading.words)
    ranked = [(lex.QUANTIFIER_RANK[w.lower], w.lower, -i) for i, w in places if w.lower in lex.QUANTIFIER_RANK]
    rank, _, place = max(ranked, default=(0, "", 1))
    return rank, _word(reading, -place) if ranked else NOWHERE


def _quantifiers(claim: Reading, evidence: Reading, found: Alignment) -> list[Difference]:
    ours, theirs = _rank(claim), _rank(evidence)
    if ours[0] >= 3 and ours[0] > theirs[0]:
        rival = theirs[1] if theirs[1].said else _whole(evidence)
        return [Difference("silent", "quantifier", "less", ours[1], rival)]
    low = min((r for w in evidence.words if (r := lex.QUANTIFIER_RANK.get(w.lower, 9)) < 9), default=9)
    if ours[0] == 4 and low < 4:
        return [Difference("silent", "quantifier", "less", ours[1], _whole(evidence))]
    if claim.operators & lex.EXCLUSIVE and not evidence.operators & lex.EXCLUSIVE:
        place = next(i for i, w in enumerate(claim.words) if w.lower in lex.EXCLUSIVE)
        return [Difference("silent", "quantifier", "unsaid", _at(claim, place)._replace(said="only"), NOWHERE)]
    strict = {_class(w) for w in claim.operators & lex.STRICT_PREPOSITIONS}
    unmatched = sorted(strict - {_class(w) for w in evidence.operators & lex.PREPOSITIONS})
    if unmatched and not claim.dates:
        place = next(
            i
            for i, w in enumerate(claim.words)
            if w.lower in lex.STRICT_PREPOSITIONS and _class(w.lower) == unmatched[0]
        )
        return [Difference("silent", "role", "unsaid", _at(claim, place)._replace(said=unmatched[0]), NOWHERE)]
    if "respectively" in evidence.operators and "respectively" not in claim.operators:
        return [Difference("silent", "role", "respective", NOWHERE, _whole(evidence))]
    used = set(found.pairs.values())
    for i, j in sorted(found.pairs.items()):
        limit = _superlative_limit(claim, i, evidence, j, used)
        if limit is not None:
            return [Difference("silent", "quantifier", "limited", _word(claim, i), limit)]
    for j, word in enumerate(evidence.words):
        near = {j - 2, j - 1, j + 1, j + 2} & used
        if word.lower in ("or", "either") and near and "or" not in claim.operators:
            return [Difference("silent", "modality", "open", NOWHERE, _whole(evidence))]
        if word.lower in lex.PRIVATIVE and j + 1 in used and word.lower not in claim.operators:
            said = f"{word.lower} {_at(evidence, j + 1).said}"
            piece = _between(evidence, j, j + 1)._replace(said=said)
            return [Difference("silent", "modality", "privative", NOWHERE, piece)]
    return _narrowed(claim, evidence, found)


def _amounts(claim: Reading, evidence: Reading, found: Alignment, before: Sequence[Difference]) -> list[Difference]:
    """What keeps an amount from being the same where nothing else differs, or from excluding another."""
    if not before:
        places = find_amount(claim, evidence, found)
    else:
        flipped = any((d.check, d.status) == ("polarity", "refuted") for d in before)
        places = find_leeway(claim, evidence) if flipped else None
    if places is None:
        return []
    pieces = (_phrase(reading, place) for reading, place in zip((claim, evidence), places, strict=True))
    return [Difference("silent", "quantifier", "vague", *pieces)]


def _phrase(reading: Reading, i: int) -> Piece:
    """An amount from the word before it to the next word that means something; the whole text without one."""
    if i < 0:
        return _whole(reading)
    last = next((k for k in reading.content if i <= k <= i + 4), i)
    return _between(reading, max(0, i - 1), last)


def _superlative_limit(claim: Reading, i: int, evidence: Reading, j: int, used: set[int]) -> Piece | None:
    """What limits a superlative of the evidence and stands nowhere in the claim: "second", "east of the river"."""
    if not {claim.words[i].lower, evidence.words[j].lower} <= lex.SUPERLATIVES:
        return None
    for k in range(max(0, j - 2), j):
        word = evidence.words[k]
        if word.lower not in claim.operators and (word.lower in _RANKS or word.lower.endswith(("th", "nd", "rd"))):
            return _word(evidence, k)
    for k in range(j + 1, len(evidence.words)):
        if not evidence.words[k].is_word or any(v.first == k for v in evidence.verbs):
            break
        if k in evidence.content and k not in used:
            return _at(evidence, k)
    return None


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
    return [Difference("silent", "quantifier", "narrower", NOWHERE, _at(evidence, lost[0]))]


def _entity(claim: Reading, evidence: Reading, found: Alignment) -> tuple[Piece, Piece] | None:
    """The two names where another name excludes the claim: both say which one "is the …", and only one can be it."""
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
                return Piece(name.start, name.end, name.text), Piece(rival.start, rival.end, rival.text)
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
