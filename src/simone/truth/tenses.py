"""What was, which a claim says is: "Holm owned the mill" does not say that she owns it.

Not for times that are dated (`recurring`), and not for what a text says, which it says still.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.recurring import is_past
from simone.truth.stretches import Doubt, words_from

_OF_TEXTS = frozenset(
    stem(verb)
    for verb in lex.REPORTING
    | set("describe show depict portray present contain tell mean list quote find prove indicate feature star".split())
)
"""Verbs that are said of texts and works in the present too."""
_PERFECT = frozenset(("has", "have", "'ve"))


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
    is_form = not verb.passive and head not in lex.INVARIANT
    return is_form and is_past(reading, verb) and reading.words[verb.first].lower not in _PERFECT


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_still,)
"""Each of a claim that is supported and the evidence."""
