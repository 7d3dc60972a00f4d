"""Which words of a claim have a counterpart in a sentence of evidence, and in the same place of the sentence.

Not for deciding: `exact` reads these facts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.names import same_name
from simone.kernels.reference.validation.reading import Reading, Relation
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import is_opposite, is_same, stem

_FEW_RELATIONS = 64
"""Pairs of relations up to which all are compared, count."""


class Alignment(msgspec.Struct, frozen=True):
    """`missing`, `misplaced`: indices of claim words; `opposed`: (claim word, evidence word) pairs.

    `verbs` maps claim verb number to evidence verb number. `size` counts the claim's words that need a counterpart.
    """

    missing: tuple[int, ...]
    misplaced: tuple[int, ...]
    opposed: tuple[tuple[int, int], ...]
    verbs: Mapping[int, int]
    pairs: Mapping[int, int]
    size: int


def align(claim: Reading, evidence: Reading, close: Mapping[int, int] | None = None) -> Alignment:
    """Align every content word and verb of the claim.

    `close` maps claim words to evidence words that token vectors found near enough.
    """
    close = close or {}
    missing: list[int] = []
    opposed: list[tuple[int, int]] = []
    existential = _existential(claim)
    verbs: dict[int, list[int]] = {}
    for number, verb in enumerate(claim.verbs):
        if number == existential or claim.words[verb.head].lower == ",":
            continue
        found = _verb_candidates(verb, evidence, close.get(verb.head))
        if verb.stem not in _EMPTY_STEMS:
            earlier = sum(v.stem == verb.stem for v in claim.verbs[:number])
            found = found if len(found) > earlier else []
        if found:
            verbs[number] = found
            continue
        rival = next((v.head for v in evidence.verbs if is_opposite(verb.stem, v.stem)), None)
        if rival is None:
            missing.append(verb.head)
        else:
            opposed.append((verb.head, rival))
            verbs[number] = [n for n, v in enumerate(evidence.verbs) if v.head == rival]
    named = _named(claim, evidence)
    _settle(claim, evidence, verbs, named)
    pairs: dict[int, int] = {}
    misplaced: list[int] = []
    places: dict[int, list[int]] = {}
    said = {word.stem for word in claim.words}
    met: Counter[str] = Counter()
    is_link = [w.lower in lex.PREPOSITIONS or w.lower in lex.AUXILIARIES for w in evidence.words]
    links = list(accumulate(is_link, initial=0))
    for i in claim.content:
        candidates = named.get(i) or _word_candidates(claim, i, evidence, close.get(i))
        earlier = met[claim.words[i].stem]
        met[claim.words[i].stem] += 1
        if i not in named and len(candidates) <= earlier:
            candidates = []
        if not candidates:
            rival = next(
                (
                    j
                    for j in (*evidence.content, *(v.head for v in evidence.verbs))
                    if is_opposite(claim.words[i].stem, evidence.words[j].stem)
                    and evidence.words[j].stem not in said
                    and _same_place(claim, i, evidence, j, verbs, existential)
                ),
                None,
            )
            if rival is None:
                missing.append(i)
            else:
                opposed.append((i, rival))
            continue
        placed = [j for j in candidates if _same_place(claim, i, evidence, j, verbs, existential)]
        before_it = places.get(i - 1, ())
        if before_it:
            placed = [q for q in placed if _continues(links, before_it, q)]
        elif named.get(i - 1) and i not in named:
            placed = [q for q in placed if not _has_another_name(evidence, q, named[i - 1])]
        if placed:
            pairs[i] = placed[0]
            if i not in named:
                places[i] = sorted(placed)
        else:
            misplaced.append(i)
            pairs[i] = candidates[0]
    chosen = {n: found[0] for n, found in verbs.items()}
    needed = sum(claim.words[v.head].lower != "," for v in claim.verbs) - (existential >= 0)
    size = len(claim.content) + needed
    return Alignment(tuple(missing), tuple(misplaced), tuple(opposed), chosen, pairs, max(1, size))


def _settle(claim: Reading, evidence: Reading, verbs: dict[int, list[int]], named: Mapping[int, Sequence[int]]) -> None:
    """Where a verb occurs several times in the evidence, keep the occurrence on which most words of the claim hang."""
    counts = _hanging_words(claim, evidence, verbs, named)
    taken: set[int] = set()
    for number, found in sorted(verbs.items()):
        best = min(found, key=lambda m: (m in taken, -counts[number, m], m))
        verbs[number] = [best]
        taken.add(best)


def _hanging_words(
    claim: Reading, evidence: Reading, verbs: Mapping[int, Sequence[int]], named: Mapping[int, Sequence[int]]
) -> Counter[tuple[int, int]]:
    """For each claim verb with several candidates, and each of them, how many words of the claim hang on both alike."""
    counts: Counter[tuple[int, int]] = Counter()
    several = {number for number, found in verbs.items() if len(found) > 1}
    if not several:
        return counts
    by_stem: dict[tuple[str, str], set[int]] = defaultdict(set)
    for j in evidence.content:
        for r in evidence.relations[j]:
            by_stem[evidence.words[j].stem, r.kind].add(r.verb)
    for i in claim.content:
        met: set[tuple[int, int]] = set()
        for ours in {r for r in claim.relations[i] if r.verb in several}:
            if i in named:
                theirs = {r.verb for j in named[i] for r in evidence.relations[j] if r.kind == ours.kind}
            else:
                theirs = by_stem.get((claim.words[i].stem, ours.kind), set())
            met.update((ours.verb, verb) for verb in theirs)
        counts.update(met)
    return counts


def _continues(links: Sequence[int], before: Sequence[int], q: int) -> bool:
    """Whether a word follows one of `before` (ascending) within one phrase of the evidence, as it does in the claim.

    `links` counts the prepositions and auxiliaries before each word: there may be none between the two.
    """
    nearest = bisect_left(before, q) - 1
    return nearest >= 0 and links[before[nearest] + 1] == links[q]


def _has_another_name(evidence: Reading, q: int, names: Sequence[int]) -> bool:
    """Whether a word that follows a name in the claim follows another one in the evidence ("Emmy winner")."""
    before = evidence.words[q - 1].start if q else -1
    return q - 1 not in names and any(n.start <= before < n.end for n in evidence.names)


def value_is_placed(claim: Reading, ours: int, evidence: Reading, theirs: int, found: Alignment) -> bool:
    """Whether two matched values (offsets of their starts) hang on verbs that match."""
    i, j = claim.word_at(ours), evidence.word_at(theirs)
    mine, other = claim.relations[i], evidence.relations[j]
    ends = {"S", "off", "into"}
    return (
        not mine
        or not other
        or any(
            (a.verb < 0 or a.verb not in found.verbs or found.verbs[a.verb] == b.verb)
            and (a.kind == b.kind or not {a.kind, b.kind} & ends)
            for a in mine
            for b in other
        )
    )


def _existential(claim: Reading) -> int:
    """Number of the verb of "there is …", -1 if none."""
    for number, verb in enumerate(claim.verbs):
        if verb.stem == "be" and verb.first > 0 and claim.words[verb.first - 1].lower == "there":
            return number
    return -1


def _verb_candidates(verb: Verb, evidence: Reading, near: int | None) -> list[int]:
    exact = [n for n, v in enumerate(evidence.verbs) if v.stem == verb.stem]
    if exact:
        return exact
    return [n for n, v in enumerate(evidence.verbs) if is_same(verb.stem, v.stem) or v.head == near]


def _word_candidates(claim: Reading, i: int, evidence: Reading, near: int | None) -> list[int]:
    word = claim.words[i]
    everything = (*evidence.content, *(v.head for v in evidence.verbs if v.stem not in _EMPTY_STEMS))
    exact = [j for j in everything if evidence.words[j].stem == word.stem]
    if exact:
        return exact
    same = [j for j in everything if is_same(word.stem, evidence.words[j].stem)]
    return same or ([near] if near is not None else [])


def _named(claim: Reading, evidence: Reading) -> dict[int, list[int]]:
    """Claim words of names that the evidence writes otherwise."""
    found: dict[int, list[int]] = {}
    known: dict[str, list[int]] = {}
    our_starts, starts = ([w.start for w in reading.words] for reading in (claim, evidence))
    our_content, content = set(claim.content), set(evidence.content)
    for name in claim.names:
        places = known.get(name.normal)
        if places is None:
            alike = [
                n for n in evidence.names if same_name(name.normal, n.normal) and _ends_alike(name.normal, n.normal)
            ]
            spans = [(n.end, range(bisect_left(starts, n.start), bisect_left(starts, n.end))) for n in alike]
            places = [j for end, span in spans for j in span if j in content and evidence.words[j].end <= end]
            known[name.normal] = places
        if places:
            first, end = bisect_left(our_starts, name.start), bisect_left(our_starts, name.end)
            found.update((i, places) for i in range(first, end) if i in our_content)
    return found


def _ends_alike(ours: str, theirs: str) -> bool:
    """A part may stand for a person's full name ("Lund"), but "Arrel" not for "Arrel Castle"."""
    return set(ours.split()) <= set(theirs.split()) or ours.split()[-1:] == theirs.split()[-1:]


def _same_place(
    claim: Reading, i: int, evidence: Reading, j: int, verbs: Mapping[int, list[int]], existential: int
) -> bool:
    if any(v.head == j for v in evidence.verbs):
        return True
    ours, theirs = claim.relations[i], evidence.relations[j]
    if not ours or not theirs:
        return True
    if len(ours) * len(theirs) <= _FEW_RELATIONS:
        return any(_compatible(claim, a, evidence, b, verbs, existential) for a in ours for b in theirs)
    # what a relation goes with shares its kind, or hangs on the counterpart of its verb
    kinds, everything = {b.kind: b for b in theirs}, set(theirs)
    for a in ours:
        verb = next(iter(verbs.get(a.verb, ())), -1)
        likely = {Relation(kind, verb) for kind in ("S", "O", a.kind)} & everything
        likely |= {kinds.get(a.kind, theirs[0]), theirs[0]}
        if any(_compatible(claim, a, evidence, b, verbs, existential) for b in likely):
            return True
    return False


def _compatible(
    claim: Reading,
    ours: Relation,
    evidence: Reading,
    theirs: Relation,
    verbs: Mapping[int, list[int]],
    existential: int,
) -> bool:
    if ours.verb == existential and existential >= 0:
        return ours.kind == theirs.kind or ours.kind in ("S", "O")
    linked = ours.verb < 0 or theirs.verb in verbs.get(ours.verb, ())
    if ours.kind == theirs.kind:
        return linked or ours.kind == "of"
    if {ours.kind, theirs.kind} == {"S", "O"} and linked and ours.verb >= 0:
        verb = claim.verbs[ours.verb]
        return verb.stem in _SYMMETRIC_STEMS or (
            verb.stem == "be" and (_is_identity(claim, verb) or _is_identity(evidence, evidence.verbs[theirs.verb]))
        )
    return False


def _is_identity(reading: Reading, verb: Verb) -> bool:
    """Whether "is the …" follows: both sides name the same one thing, so their order does not matter."""
    return any(w.lower == "the" for w in reading.words[verb.head + 1 : verb.head + 2])


_SYMMETRIC_STEMS = frozenset(stem(v) for v in lex.SYMMETRIC)
_EMPTY_STEMS = frozenset(stem(v) for v in ("be", "have", "do", "'s", "'re", "'m", "'ve", "'d", "'ll"))
