"""Whether it is so or was: a rule ("Belmar pays 40 talents") is not that it was done, nor "owned" that she owns it.

Not for modal verbs and plans (the comparison weighs those), for times that are dated (`recurring`), and for what a text
says, which it says still.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.recurring import is_past
from simone.truth.stretches import Doubt, words_from

_LASTING = frozenset(
    stem(verb)
    for verb in (
        "be have own hold contain include consist live lie stand belong know believe think like love want need cost"
        " weigh measure cover lead link connect flow run employ house serve mean depend exist border face resemble"
        " support oppose work play teach speak use make produce sell show remain stay seem appear deny"
    ).split()
) | frozenset(stem(verb) for verb in lex.REPORTING)
"""Verbs of what was so if it is so, or is told in either tense."""
_NOW = frozenset("is are am do does 's 're".split())

_OF_TEXTS = frozenset(
    stem(verb)
    for verb in lex.REPORTING
    | set("describe show depict portray present contain tell mean list quote find prove indicate feature star".split())
)
"""Verbs that are said of texts and works in the present too."""
_PERFECT = frozenset(("has", "have", "'ve"))


def _not_yet_done(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim says that it was done, the evidence only in the present."""
    for ours in claim.verbs:
        if ours.stem in _LASTING or not is_past(claim, ours) or not _is_finite(claim, ours) or not ours.positive:
            continue
        theirs = [verb for verb in evidence.verbs if verb.stem == ours.stem]
        if theirs and all(_is_told_of_now(evidence, verb) for verb in theirs):
            return Doubt("modality", words_from(evidence, max(0, theirs[0].first - 1), theirs[0].head))
    return None


def _is_finite(reading: Reading, verb: Verb) -> bool:
    """Whether a verb has a subject or an auxiliary before it: no participle behind a noun, unless alone."""
    if verb.first < verb.head:
        return True
    others = [one for one in reading.verbs if one is not verb]
    return not others or reading.words[verb.head].lower not in lex.PARTICIPLES


def _is_told_of_now(reading: Reading, verb: Verb) -> bool:
    first, head = reading.words[verb.first].lower, reading.words[verb.head].lower
    if verb.first < verb.head:
        return first in _NOW
    before = reading.words[verb.first - 1].lower if verb.first else "to"
    return before != "to" and not head.endswith("ing") and not is_past(reading, verb)


def _still(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim says in the present what the evidence says only of the past, and gives no date."""
    if claim.dates:
        return None
    for verb in claim.verbs:
        if not _is_present(claim, verb) or verb.stem in _OF_TEXTS:
            continue
        alike = [other for other in evidence.verbs if other.stem == verb.stem]
        if alike and all(_is_over(evidence, other) for other in alike):
            return Doubt("date", words_from(evidence, alike[0].first, alike[0].head))
    return None


def _is_present(reading: Reading, verb: Verb) -> bool:
    lower = reading.words[verb.head].lower
    if verb.first != verb.head or not verb.positive or lower.endswith(("ing", "ed")) or lower in lex.PARTICIPLES:
        return False
    return not is_past(reading, verb) and verb.head > 0 and lower not in lex.INVARIANT


def _is_over(reading: Reading, verb: Verb) -> bool:
    head = reading.words[verb.head].lower
    is_form = not verb.passive and head not in lex.INVARIANT and head not in _NOW
    return is_form and is_past(reading, verb) and reading.words[verb.first].lower not in _PERFECT


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_not_yet_done, _still)
"""Each of a claim that is supported and the evidence."""
