"""Whether some words surely hold no verb: "Support for streaming." names something and says nothing of it.

Not for sentences whose verb is merely unknown: a word that could be one keeps them statements.
"""

from __future__ import annotations

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.reading import Reading

LONGEST = 8
"""Words of the longest fragment, count."""
_ALONE = lex.SUBJECT_PRONOUNS | {"and", "or", "both", "more", "many", "most", "few", "several", "some", "all"}
"""Words behind which a plural may stand, whose verb is in its base form."""
_PLURALS = frozenset("men women people children police mice geese feet teeth data media staff cattle crew".split())
_PAST = frozenset(
    "awoke bade beheld bet bled bred burnt clung dreamt dwelt fled flung forsook forwent ground knelt leapt"
    " leant learnt misled misread outdid outgrew overheard oversaw overtook pled proved rebuilt rewrote shed"
    " shod shorn slew slit slung smelt snuck sped spelt spilt spoilt spat stank stung strode strove swelled"
    " swept trod undid wet withheld withstood wrung forgot foresaw befell beset retold resold reset remade"
    " redid outran outsold undertook mistook".split()
)
"""Irregular pasts beside those of the lexicon; the others end in "ed"."""
_NO_VERB_IN_S = frozenset("this its his hers ours yours theirs thus always perhaps plus versus various across".split())


def has_surely_no_verb(reading: Reading) -> bool:
    """Whether no word is a verb, nor could be one by its form and place."""
    if reading.verbs:
        return False
    words = [word.lower for word in reading.words if word.is_word]
    after_plural = is_object = False
    for i, word in enumerate(words):
        before = words[i - 1] if i else ""
        is_object = before in lex.PREPOSITIONS or (is_object and before in lex.DETERMINERS)
        if word in lex.DETERMINERS and i and before not in lex.PREPOSITIONS | lex.DETERMINERS | {"and", "or"}:
            return False
        if word in lex.FUNCTION | lex.PREPOSITIONS | lex.DETERMINERS:
            after_plural = after_plural or word in _ALONE
        elif is_object:  # a preposition takes a noun, whatever it ends in
            after_plural = after_plural or word in _PLURALS or word.endswith("s")
        elif after_plural or _may_be_verb(word):
            return False
        else:
            after_plural = word in _PLURALS
    return True


def is_fragment(reading: Reading) -> bool:
    """Whether a short sentence names something and says nothing of it; a row, a field or a value says something."""
    words = [word for word in reading.words if word.is_word]
    if not 1 < len(words) <= LONGEST or reading.quantities or reading.dates:
        return False
    return not any(mark in reading.text for mark in ":|,;—–=") and has_surely_no_verb(reading)


def _may_be_verb(word: str) -> bool:
    if word in lex.IRREGULAR or word in lex.INVARIANT or word in _PAST:
        return True
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word not in _NO_VERB_IN_S
    return word.endswith("ed")
