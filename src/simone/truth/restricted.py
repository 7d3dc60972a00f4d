"""What limits a statement of the evidence and is dropped by the claim: "500 employees in Oslo", "the old bridge".

Not for statements that support (`narrowed`): here another value, or the opposite, excludes a claim only if the claim
speaks of the same place, time, group and part.
"""

from __future__ import annotations

from collections.abc import Iterator

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import is_opposite, is_same, stem
from simone.truth.reading import Reading, Stretch
from simone.truth.recurring import is_past
from simone.truth.stretches import Doubt, means, words_from

_LIMITING = frozenset(
    "in at on for during since per among amongst within until till before after under over with without of between"
    " through throughout across inside outside above below near around behind beyond by against".split()
)
"""Prepositions whose phrase may say where, when, of whom or of which part something is so."""
_HARMLESS = frozenset(stem(noun) for noun in "contrast fact addition response spite comparison theory".split())
"""Nouns of phrases that limit nothing: "in contrast to Oslo"."""
_CONDITIONS = frozenset("when whenever if unless until till before after since once where wherever while".split())
_BREAKS = frozenset((";", ":", "—", "–", "(", ")", "but", "whereas", "because", "although", "though"))
_RELATIVE = frozenset(("who", "which", "whose", "whom", "that"))
_CALENDAR = lex.TIMES | lex.PARTS_OF_DAYS | frozenset("yesterday today weekdays weekends weekly annually".split())
_BESIDE = _LIMITING - {"by", "of", "with", "without", "against", "over"}
"""Those that open such a phrase between commas."""
_EVER = frozenset(stem(verb) for verb in ("born", "die"))
"""What happens to somebody once, wherever and whenever."""
_ADVERBS = frozenset("also still now already always never ever again once almost very quite so too just".split())
_LONGEST_LEAD = 6
"""Words between "and" and the verb of the clause that it opens, count."""


def restricted(claim: Reading, evidence: Reading) -> Doubt | None:
    """The evidence says it of a place, time, group or part that the claim does not speak of."""
    return _restricted(claim, evidence, len(evidence.words))


def restricted_event(claim: Reading, evidence: Reading) -> Doubt | None:
    """As `restricted`, but for what stands behind an opposite that happened: "held during the storm"."""
    heads = [
        verb.head
        for verb in evidence.verbs
        for ours in claim.verbs
        if verb.positive
        and ours.positive
        and is_opposite(verb.stem, ours.stem)
        and is_past(evidence, verb)
        and is_past(claim, ours)
    ]
    return _restricted(claim, evidence, min(heads, default=len(evidence.words)))


def _restricted(claim: Reading, evidence: Reading, before: int) -> Doubt | None:
    """The first limit that begins before that word."""
    if _follows_from_any(claim, evidence) or _EVER & {verb.stem for verb in claim.verbs}:
        return None
    said = {word.stem for word in claim.words}
    lost = {i for i, word in enumerate(evidence.words) if _is_lost(word.stem, said)}
    lost -= _named_otherwise(evidence, lost)
    found = ((a, b) for a, b in _limits(evidence, _own(claim, evidence), lost) if a < before)
    return next((Doubt("role", words_from(evidence, a, b)) for a, b in found), None)


def _follows_from_any(claim: Reading, evidence: Reading) -> bool:
    """Whether the claim denies of the past what the evidence tells: what happened in May happened."""
    denied = [verb for verb in claim.verbs if not verb.positive]
    is_told = bool(evidence.verbs) and all(verb.positive for verb in evidence.verbs)
    return bool(denied) and is_told and all(verb.stem != "be" and is_past(claim, verb) for verb in denied)


def _is_lost(one: str, said: set[str]) -> bool:
    return one not in said and not any(is_same(one, other) or is_opposite(one, other) for other in said)


def _named_otherwise(evidence: Reading, lost: set[int]) -> set[int]:
    """Words of names of which the claim has another word: "Anna Lund" for Lund."""
    found: set[int] = set()
    for name in evidence.names:
        inside = {i for i, word in enumerate(evidence.words) if name.start <= word.start < name.end}
        found |= inside if inside - lost else set()
    return found


def _own(claim: Reading, evidence: Reading) -> list[tuple[int, int]]:
    """Word spans of the clause of the evidence that speaks of what the claim does, with its subject and adjuncts."""
    chunks = list(_chunks(evidence))
    said = {word.stem for word in claim.words if means(word)}
    verbal = [(a, b) for a, b in chunks if any(a <= verb.head < b for verb in evidence.verbs)]
    if not verbal:
        return chunks
    own = max(verbal, key=lambda span: _nearness(claim, evidence, span, said))
    last = len(evidence.words) - (evidence.words[-1].lower == ".")
    beside = [
        (a, b)
        for a, b in chunks
        if (a, b) not in verbal and (a == 0 or (evidence.words[a].lower in _BESIDE and (b <= own[0] or b >= last)))
    ]
    lead = [(a, _first_verb(evidence, a, b)) for a, b in verbal if b <= own[0]][-1:] if _is_bare(evidence, own) else []
    is_denied = any(not verb.positive for verb in evidence.verbs)
    opening = _CONDITIONS - ({"unless"} if is_denied else set())
    conditions = [(a, b) for a, b in verbal if evidence.words[a].lower in opening and (a, b) != own]
    return sorted({own, *beside, *lead, *conditions})


def _nearness(claim: Reading, evidence: Reading, span: tuple[int, int], said: set[str]) -> tuple[int, int]:
    """How much of a claim a clause speaks of: its verbs first, then its other words."""
    verbs = [verb.stem for verb in evidence.verbs if span[0] <= verb.head < span[1]]
    does = any(is_same(one, ours.stem) or is_opposite(one, ours.stem) for one in verbs for ours in claim.verbs)
    return int(does), len(said & {word.stem for word in evidence.words[span[0] : span[1]]})


def _first_verb(evidence: Reading, first: int, end: int) -> int:
    return next(verb.first for verb in evidence.verbs if first <= verb.head < end)


def _is_bare(evidence: Reading, span: tuple[int, int]) -> bool:
    """Whether a clause opens with its verb, so that its subject stands before it."""
    between = evidence.words[span[0] : _first_verb(evidence, *span)]
    return all(word.lower in {"also", "and", "then", "now", "still"} or word.lower.endswith("ly") for word in between)


def _chunks(evidence: Reading) -> Iterator[tuple[int, int]]:
    """Word spans between commas, breaks, relatives behind a comma, and an "and" that opens a clause or predicate."""
    words, start = evidence.words, 0
    for i, word in enumerate(words):
        is_stop = word.lower in _BREAKS or word.lower in (",", ".") or (word.lower == "and" and _joins(evidence, i))
        if is_stop:
            if i > start:
                yield start, i
            start = i + 1
        elif i > start and word.lower in _CONDITIONS and _opens_clause(evidence, i):
            yield start, i
            start = i
    if len(words) > start:
        yield start, len(words)


def _opens_clause(evidence: Reading, i: int) -> bool:
    """Whether a verb with a subject of its own follows before the next stop."""
    for verb in evidence.verbs:
        if verb.first > i:
            between = [word.lower for word in evidence.words[i + 1 : verb.first]]
            return bool(between) and not ({",", ";", "to"} | _RELATIVE) & set(between)
    return False


def _joins(evidence: Reading, i: int) -> bool:
    """Whether an "and" stands between two verbs rather than two things."""
    before = any(verb.head < i for verb in evidence.verbs)
    after = next((verb.first for verb in evidence.verbs if verb.first > i), None)
    if before and i + 1 < len(evidence.words) and evidence.words[i + 1].lower in lex.PREPOSITIONS:
        return True
    if not before or after is None or after - i > _LONGEST_LEAD:
        return False
    return not any(word.lower in {",", *_BREAKS, *_RELATIVE} for word in evidence.words[i + 1 : after])


def _limits(evidence: Reading, spans: list[tuple[int, int]], lost: set[int]) -> Iterator[tuple[int, int]]:
    """Word spans, both ends included, of phrases and of describing words that the claim drops."""
    words = evidence.words
    named = _covered(evidence, evidence.names)
    special = _special(evidence, lost)
    for first, end in spans:
        if words[first].lower in _CONDITIONS:
            special |= lost.intersection(range(first, end), evidence.content)
        for i in range(first, end):
            word = words[i]
            if word.lower in _LIMITING and (last := _phrase(evidence, i, end, lost)) > i:
                yield i, last
            elif i in special:
                yield i, i
            elif i in lost and i + 1 < end and i + 1 not in lost and i + 1 not in named and _describes(evidence, i):
                yield i, i + 1


def _special(evidence: Reading, lost: set[int]) -> set[int]:
    """Words without a preposition that the claim drops and that limit: days, and what a denial may be of alone."""
    found = {i for i in lost if evidence.words[i].lower in _CALENDAR - {"may", "march", "now", "then"}}
    denied = [verb for verb in evidence.verbs if not verb.positive]
    for verb in denied:
        found |= lost.intersection(range(verb.first, verb.head), evidence.content)
    return found | {first for first, _ in _amounts_that_limit(evidence, lost)} if denied else found


def _amounts_that_limit(evidence: Reading, lost: set[int]) -> Iterator[tuple[int, int]]:
    """Word spans of amounts behind or with a preposition that the claim drops: "under five", "with 50 beds"."""
    for one in evidence.quantities:
        inside = [i for i, word in enumerate(evidence.words) if one.start <= word.start < one.end]
        if inside and lost.intersection(inside):
            near = {evidence.words[i].lower for i in (inside[0], max(0, inside[0] - 1))}
            if near & (_LIMITING - {"by", "of"}):
                yield inside[0], inside[-1]


def _phrase(evidence: Reading, preposition: int, end: int, lost: set[int]) -> int:
    """Last word of a preposition's phrase, of which the claim lacks something; the preposition itself otherwise."""
    words, verbs = evidence.words, {verb.first for verb in evidence.verbs}
    if words[preposition].lower == "by" and any(
        verb.passive and verb.head < preposition and not any(v.first == verb.head + 1 for v in evidence.verbs)
        for verb in evidence.verbs
    ):
        return preposition
    if words[preposition].lower == "of" and preposition - 1 in lost:
        return preposition  # it limits what the claim does not speak of
    last = preposition
    while last + 1 < end and words[last + 1].lower not in lex.PREPOSITIONS and last + 1 not in verbs:
        last += 1
    dates, amounts = _covered(evidence, evidence.dates), _covered(evidence, evidence.quantities)
    inside = range(preposition + 1, last + 1)
    if any(words[i].stem in _HARMLESS for i in inside):
        return preposition
    if any(i in lost and i in evidence.content and i not in amounts for i in inside):
        return last
    dated = [i for i in inside if i in dates and words[i].is_word | words[i].lower.isdigit()]
    return last if dated and all(i in lost for i in dated) else preposition


def _covered(evidence: Reading, stretches: tuple[Stretch, ...]) -> set[int]:
    return {i for i, word in enumerate(evidence.words) if any(one.start <= word.start < one.end for one in stretches)}


def _describes(evidence: Reading, i: int) -> bool:
    """Whether a word only tells which thing the next word is: "old bridge", "first match"."""
    words, heads = evidence.words, {k for verb in evidence.verbs for k in range(verb.first, verb.head + 1)}
    if i not in evidence.content or i in heads or i + 1 in heads or i + 1 not in evidence.content:
        return False
    is_how = words[i].lower.endswith("ly") or words[i].lower in lex.AMOUNTS | _ADVERBS
    return words[i].lower.isalpha() and not is_how and words[i + 1].lower.isalpha()
