"""What a line of a name and a value states: "Chair: Berg." says that Berg is the chair.

Not for lines of which the value is a sentence, a refusal or more than one thing, and not for speakers.
"""

from __future__ import annotations

import re

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import is_plural, remembering
from simone.truth.reading import read
from simone.truth.voiced import is_attributed

LONGEST_NAME, LONGEST_VALUE = 4, 8
"""Words of the name and of the value of a line, counts."""
_LINE = re.compile(r"[-*•|\s]*([A-Z][^:;,.()|“”\"?]{1,40}): +([^:;,()|“”\"?!]{1,80}?)\.?\s*")
_EMPTY = frozenset("no yes none not unknown open pending tbd tba n/a optional false true maybe free any all".split())
_LABELS = frozenset(
    "example note warning tip question answer claim false true myth fact rumour rumor quote headline title draft update"
    " correction summary step source sources see caption figure table verdict rating".split()
)


@remembering(1024)
def fields_of(text: str) -> tuple[str, ...]:
    """The statements of the line, both ways round; () where it is none."""
    found = _LINE.fullmatch(text)
    if found is None or "\n" in found[0].strip():
        return ()
    name, value = found[1].strip(), found[2].strip()
    words, said = name.lower().split(), value.lower().split()
    if not said or len(words) > LONGEST_NAME or len(said) > LONGEST_VALUE or is_plural(words[-1]):
        return ()
    barred = _LABELS | lex.NEGATORS | lex.PREPOSITIONS | lex.COORDINATORS
    if barred & set(words) or (_EMPTY | lex.COORDINATORS) & set(said) or is_attributed(text):
        return ()
    if read(name).verbs or read(value).verbs or read(name).names[1:] or not any(map(str.isalnum, value)):
        return ()
    subject = name if name.lower().startswith("the ") else f"the {name[0].lower()}{name[1:]}"
    return (f"{subject[0].upper()}{subject[1:]} is {value}.", f"{value[0].upper()}{value[1:]} is {subject}.")
