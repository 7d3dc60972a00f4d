"""Fields answered with no ("Pets allowed: no"), and questions and side clauses, which state nothing.

Not for questions that a claim asks (`checkable`), nor for answers that stand in another sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.truth.deferred import pattern
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, words_from

_FIELD = pattern(
    r"[\s\-*+•>|]*(?P<key>[^:=?|\n]{2,60}?)[*_]*\s*[:=|][*_\s]*"
    r"(?:no|none|never|not|nope|false|off|disabled|nil|0|n/a|not available|unavailable|not (?:yet|included"
    r"|allowed|possible"
    r"|required)|[✗✘❌✕☐]|\[ \])[*_]*\s*(?:[.,;!|(—–-].*)?$",
    re.IGNORECASE | re.DOTALL,
)
_ENDING = " \t\r\n*_`~\"”’'»)]>}"
"""Marks that can stand behind the one that ends a sentence."""
_BEGINNING = pattern(r"[\s#>*_`\"“‘«(\[+•–—-]*(?:(?:\d{1,3}|[a-z])[.)]\s+)?(?:q(?:uestion)?\s?\d{0,3}[:.]\s*)?", re.I)
_SUBJECT = (
    r"(?:the|an?|my|your|his|her|their|our|its|this|that|these|those|there|it|he|she|they|you|we|i|any|anyone|anybody"
    r"|somebody|everybody|(?-i:[A-Z])\w+)"
)
_ASKS = pattern(
    rf"(?:is|are|was|were|do|does|did|can|could|will|would|should|must|may|has|have|had|am) {_SUBJECT}\b"
    rf"|(?:how|why|whether)\b|(?:what|when|where|who|whom|which)(?: \w+)? (?:to|you|is|are|was|were|do|does|did"
    rf"|can|will)\b",
    re.IGNORECASE,
)
_ENDS = frozenset(".!…:;,")
_OPENS = frozenset("if unless whether how why lest".split())
"""Words that open a side clause of which nothing is said to be so."""
_OPENS_NOW = _OPENS | frozenset("before until till when whenever once after".split())
"""The same where it stands in no past tense."""
NEAR = 5
"""Words in front of a verb among which what opens its clause is looked for, count."""


def is_question(text: str) -> bool:
    """Whether a sentence asks, also within marks of emphasis, or is a title that does: "How to open the valve"."""
    bare = text.rstrip(_ENDING)
    if bare.endswith("?"):
        return True
    begin = _BEGINNING().match(bare)
    return bare[-1:] not in _ENDS and _ASKS().match(bare, begin.end() if begin else 0) is not None


def _asked(claim: Reading, evidence: Reading) -> Doubt | None:
    """A question states nothing, whatever its words are."""
    return Doubt("modality", evidence.text) if is_question(evidence.text) and not is_question(claim.text) else None


def _is_denial(claim: Reading) -> bool:
    return bool(claim.operators & lex.NEGATORS) or any(not verb.positive for verb in claim.verbs)


def _answered_no(claim: Reading, evidence: Reading) -> Doubt | None:
    """A field that is answered with no supports nothing but a denial."""
    return Doubt("polarity", evidence.text) if not _is_denial(claim) and _FIELD().match(evidence.text) else None


def _confirms_no(claim: Reading, evidence: Reading) -> Doubt | None:
    """A field that is answered with no refutes no denial."""
    return Doubt("polarity", evidence.text) if _is_denial(claim) and _FIELD().match(evidence.text) else None


def _beside(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the claim denies, or says, stands in the evidence the other way round only in a side clause: "before you
    take", "how to take", "if it does not start"."""
    for ours in claim.verbs:
        theirs = [verb for verb in evidence.verbs if verb.stem == ours.stem]
        other = [verb for verb in theirs if verb.positive != ours.positive]
        if other and len(other) == len(theirs) and all(_opener(evidence, verb) is not None for verb in other):
            first = _opener(evidence, other[0]) or 0
            return Doubt("polarity", words_from(evidence, first, other[0].head))
        if not theirs and not ours.positive and (to := _only_to(ours, evidence)):
            return Doubt("polarity", words_from(evidence, to - 1, to))
    return None


def _opener(evidence: Reading, verb: Verb) -> int | None:
    """Place of the word that opens the side clause of a verb, None where it stands in none."""
    first = evidence.words[verb.first].lower
    is_past = first in ("was", "were", "had", "did") or (verb.first == verb.head and first.endswith("ed"))
    opening = _OPENS if is_past else _OPENS_NOW
    for i in range(verb.first - 1, max(-1, verb.first - 1 - NEAR), -1):
        word = evidence.words[i].lower
        if word in opening:
            return i
        if word in STOPS:
            return None
    return None


def _only_to(ours: Verb, evidence: Reading) -> int:
    """Place of a verb that stands in the evidence only behind "to"; 0 where it stands elsewhere too, or not at all."""
    places = [i for i, word in enumerate(evidence.words) if word.stem == ours.stem]
    return places[0] if places and all(i and evidence.words[i - 1].lower == "to" for i in places) else 0


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_asked, _answered_no)
OF_REFUSAL: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_asked, _confirms_no)
OF_DENIAL: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_beside,)
"""Each of a claim and the evidence: of one that is supported, refuted, and refuted by a denial."""
