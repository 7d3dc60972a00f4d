"""Who a sentence says something after: "According to the council, the wall held" says it after the council.

Not for whether it is so, nor for quotations: those are held word for word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import remembering
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import read
from simone.truth.reporting import STATING

LONGEST_NAME = 12
"""Words that name a speaker, count."""
_WHEN = r"(?: (?:on \w+|yesterday|today|last \w+|in (?:a|its|his|her|their) \w+))?"
_HELPING = r"(?:also |later |has |have |had )?"
_NAME = r"(?P<who>[^,;:“”\"]+?)"
_FORMS = tuple(
    re.compile(form, re.DOTALL)
    for form in (
        rf"According to {_NAME}, (?P<what>[^“”\"]+)",
        rf"(?P<what>[^“”\"]+), according to {_NAME}\.?",
        rf"{_NAME} {_HELPING}(?P<verb>{STATING}){_WHEN} that (?P<what>[^“”\"]+)",
        rf"(?P<what>[^“”\"]+), {_NAME} {_HELPING}(?P<verb>{STATING}){_WHEN}\.?",
        rf"(?P<what>[^“”\"]+), (?P<verb>{STATING}) {_NAME}\.?",
    )
)

_COUNTED = (
    lex.SUBORDINATORS | lex.NEGATORS | lex.MODALS | frozenset(lex.QUANTIFIER_RANK) - {"a", "an", "the"} | {"only", "or"}
)
_AGAIN = frozenset(STATING.split("|")) | frozenset("false untrue wrong unlikely believe believed denied deny".split())
"""Words of what is said that may govern it once more."""


class Attributed(NamedTuple):
    """What is said, as a sentence, the words that name the speaker, and the stem of the verb, "" for "according to"."""

    what: str
    who: tuple[str, ...]
    verb: str


@remembering(1024)
def attributed(text: str) -> Attributed | None:
    """What a sentence that reports says, and after whom; None where it reports nothing or leaves open after whom."""
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found is None:
            continue
        name, what = found["who"].strip(), found["what"].strip(" .")
        who = tuple(word for word in name.lower().split() if word not in ("the", "a", "an"))
        reading = read(name)
        if not 0 < len(who) <= LONGEST_NAME or set(who) & _COUNTED or reading.verbs or reading.quantities:
            continue
        if _AGAIN.isdisjoint(what.lower().split()):
            verb = stem(found.groupdict().get("verb") or "")
            return Attributed(f"{what[:1].upper()}{what[1:]}.", who, verb)
    return None


def is_same_report(claim: Attributed, evidence: Attributed) -> bool:
    """Whether the evidence names the claim's speaker by the same words, and says as much of how it was said."""
    return claim.who == evidence.who and claim.verb in ("", stem("say"), stem("state"), stem("said"), evidence.verb)
