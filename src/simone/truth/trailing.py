"""Limits behind what holds in general, and words of rules that narrow it: "clean by local standards", "other orders".

Not for phrases in front (`openers`), for denials behind (`scopes`) or for narrower subjects (`narrowed`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import stem
from simone.truth.clauses import is_general, is_lost, is_of_some, is_said, phrase_end, said_in
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, means, words_from

_LIMITS = lex.PREPOSITIONS - frozenset("as since despite like unlike besides of than amid".split())
_ASIDE = frozenset("to from into onto per".split())
_HAVING = frozenset(stem(verb) for verb in "have own employ hold offer contain".split())
_WHEN = frozenset("once until while before after when whenever wherever".split())
_RENOWN = frozenset(
    "famous known noted renowned notable popular important best similar close near home due thanks".split()
)
"""What something is for or to something, without being less so for others."""
_WHOSE = frozenset(
    "located situated based born made composed built founded named called owned led headed surrounded bordered divided"
    " connected linked related descended derived inspired adapted published released directed written produced played"
    " developed designed created set featured found used considered regarded married dedicated devoted".split()
)
"""Participles whose phrases say where, of what or by whom, each apart from the others."""
_OF_ALL = frozenset("all every any no most each".split())
_FOR = frozenset("for to in among by on with".split())
_NO_KIND = lex.DETERMINERS | lex.PRONOUNS | lex.SUBORDINATORS | {"order", "addition", "particular", "fact"}
_EVERY = frozenset(("a", "an", "every", "each", "per"))
_SIZES = frozenset("up over under above below between".split())


def _of_a_quality(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Profitable before interest", "included in the deluxe rate": the claim says that it is so, without the limit."""
    if not is_general(claim) or any(not verb.positive for verb in claim.verbs):
        return None
    said = said_in(claim)
    words = evidence.words
    for verb in (v for v in evidence.verbs if _is_present_be(evidence, v.first)):
        j = _predicate(evidence, verb.first + 1)
        if j is None or words[j].stem not in said or words[j].lower in _RENOWN | _WHOSE:
            continue
        k = j + 1
        while k + 1 < len(words) and is_said(evidence, k + (words[k].lower == "of"), said):
            k += 1
        if k + 1 >= len(words) or words[k].lower not in _LIMITS | {"of"}:
            continue
        if words[k].lower == "by" and _is_participle(words[j].lower):
            continue
        end = phrase_end(evidence, k + 1)
        is_limited = any(is_lost(evidence, i, said) for i in range(k + 1, end))
        if is_limited and not _is_infinitive(evidence, k) and not _says_another(evidence, end, said):
            return Doubt("quantifier", words_from(evidence, j, end - 1))
    return None


def _says_another(evidence: Reading, k: int, said: frozenset[str]) -> bool:
    """Whether the claim says what a row goes on with: "on Mondays and on 25 December"."""
    if k + 1 >= len(evidence.words) or evidence.words[k].lower not in ("and", "or"):
        return False
    end = phrase_end(evidence, k + 2)
    places = [i for i in range(k + 1, end) if means(evidence.words[i])]
    return bool(places) and not any(is_lost(evidence, i, said) for i in places)


def _is_infinitive(evidence: Reading, k: int) -> bool:
    """Whether a "to" at `k` stands before a verb."""
    after = evidence.words[k + 1].lower if k + 1 < len(evidence.words) else ""
    is_verb = any(verb.first == k + 1 for verb in evidence.verbs)
    return evidence.words[k].lower == "to" and (is_verb or after in lex.VERBS)


def _predicate(evidence: Reading, k: int) -> int | None:
    """Place of the adjective or participle behind an "is" at `k` - 1, None where a noun or a phrase stands there."""
    words = evidence.words
    while k < len(words) and (words[k].lower in lex.BE or words[k].lower.endswith("ly") or words[k].lower in _INTENSE):
        k += 1
    if k >= len(words) or not {w.lower for w in words[max(0, k - 4) : k]} & lex.BE or words[k].lower.endswith("ing"):
        return None
    is_before_noun = k + 1 < len(words) and means(words[k + 1]) and not _is_participle(words[k].lower)
    return k if means(words[k]) and not is_before_noun else None


_INTENSE = frozenset("very also so quite rather too still already now not n't just".split())


def _is_present_be(evidence: Reading, i: int) -> bool:
    return evidence.words[i].lower in ("is", "are", "'s", "'re", "am") or evidence.words[i].lower in lex.MODALS


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in lex.PARTICIPLES or lex.IRREGULAR.get(word, word) != word


def _of_an_infinitive(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Hard to beat" is not hard."""
    said = said_in(claim)
    words = evidence.words
    for verb in (v for v in evidence.verbs if v.stem == "be"):
        j = _predicate(evidence, verb.head + 1)
        if j is None or words[j].stem not in said or _is_participle(words[j].lower) or j + 2 >= len(words):
            continue
        before = any(word.lower in ("too", "enough") for word in words[verb.head : j + 1])
        if words[j + 1].lower == "to" and not before and is_lost(evidence, j + 2, said):
            is_verb = any(v.first == j + 2 for v in evidence.verbs) or words[j + 2].lower in lex.VERBS
            if is_verb:
                return Doubt("role", words_from(evidence, j, j + 2))
    return None


def _of_a_value(claim: Reading, evidence: Reading) -> Doubt | None:
    """How much it is under a limit: "costs 5 euros for adults", "drives 600 km on a warm day"."""
    if not is_general(claim):
        return None
    said = said_in(claim)
    words = evidence.words
    ours = {one.text.lower() for one in claim.quantities}
    is_had = any(verb.stem in _HAVING for verb in claim.verbs)
    for value in evidence.quantities:
        if value.text.lower() not in ours:
            continue
        k = next((i for i, word in enumerate(words) if word.start >= value.end), len(words))
        while is_had and k < len(words) and words[k].stem in said and means(words[k]):
            k += 1
        if k + 1 >= len(words) or words[k].lower not in (_LIMITS - _ASIDE) | {"plus", "each"}:
            continue
        end = phrase_end(evidence, k + 1)
        if any(is_lost(evidence, i, said) for i in range(k + 1, end)):
            return Doubt("quantifier", words_from(evidence, k, end - 1))
    return None


def _of_a_kind(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is done to things of a kind, or at such times: "cures cancer in mice", "once the train moves"."""
    if not is_general(claim) or is_of_some(claim) or any(v.stem == "be" for v in claim.verbs):
        return None
    said = said_in(claim)
    words = evidence.words
    for k in range(2, len(words) - 1):
        lower = words[k].lower
        if not is_said(evidence, k - 1, said) or (not means(words[k + 1]) and lower not in _WHEN | _SIZES | {"as"}):
            continue
        end = phrase_end(evidence, k + 1 + (lower == "up"))
        lost = [i for i in range(k + 1, end) if is_lost(evidence, i, said)]
        if not lost or _is_infinitive(evidence, k) or words[k + 1].lower.endswith("ly"):
            continue
        if lower == "once" and words[k + 1].lower in _EVERY:
            continue  # how often, not since when
        if lower == "as" and words[k + 1].lower == "soon":
            return Doubt("modality", words_from(evidence, k, end - 1))
        if lower in _SIZES - claim.operators and any(words[i].lower[0].isdigit() for i in lost):
            return Doubt("quantifier", words_from(evidence, k, end - 1))
        if lower in ("while", "whereas") and any(k < verb.first < end + 4 for verb in evidence.verbs):
            continue  # a contrast, not a time
        is_clause = lower in _WHEN and words[k + 1].lower in lex.DETERMINERS | lex.PRONOUNS
        if is_clause or (lower in _FOR | {"at", "under", "without", "during"} and _is_bare(evidence, k + 1, end)):
            return Doubt("quantifier", words_from(evidence, k, end - 1))
    return None


def _is_bare(evidence: Reading, start: int, end: int) -> bool:
    """Whether a phrase names things of a kind, with neither article nor name nor value."""
    words = evidence.words[start:end]
    return all(evidence.text[word.start].islower() for word in words) and words[0].lower not in _NO_KIND


def _of_a_modifier(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Recommended for pregnant women" is not recommended for women."""
    if not is_general(claim):
        return None
    said, ours = said_in(claim), [word.lower for word in claim.words]
    words = evidence.words
    for k in range(1, len(words) - 2):
        preposition = words[k].lower
        if preposition not in _FOR or preposition not in claim.operators or not is_lost(evidence, k + 1, said):
            continue
        noun = next((i for i in range(k + 1, len(words)) if not is_lost(evidence, i, said)), len(words) - 1)
        if not is_said(evidence, noun, said) or not _is_plural(words[noun].lower) or _is_valued(evidence, k + 1, noun):
            continue
        if (preposition, words[noun].lower) in pairwise(ours):
            return Doubt("quantifier", words_from(evidence, k, noun))
    return None


def _is_plural(word: str) -> bool:
    return word.endswith("s") or word in ("women", "men", "people", "children")


def _is_valued(evidence: Reading, start: int, end: int) -> bool:
    """Whether a name or a value stands among some words."""
    return any(evidence.text[w.start].isupper() or w.lower[0].isdigit() for w in evidence.words[start:end])


def _other(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "All other orders" are not all orders."""
    if is_of_some(claim) or claim.operators & {"other", "others", "another", "remaining", "rest"}:
        return None
    said = said_in(claim)
    for i, word in enumerate(evidence.words[:-1]):
        if word.lower not in ("other", "remaining") or not is_said(evidence, i + 1, said):
            continue
        before = evidence.words[i - 1].lower if i else ""
        is_general_kind = before == "" and is_general(claim)
        if before in _OF_ALL | {"the"} or is_general_kind or (is_general(claim) and before in STOPS | {"and", "but"}):
            return Doubt("quantifier", words_from(evidence, max(0, i - 1), i + 1))
    return None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _of_a_quality,
    _of_an_infinitive,
    _of_a_value,
    _of_a_kind,
    _of_a_modifier,
    _other,
)
"""Each of a claim that is supported and the evidence."""
