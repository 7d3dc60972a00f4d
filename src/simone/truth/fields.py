"""What a line of a name and a value states: "Chair: Berg." says that Berg is the chair.

Not for lines of which the value is a sentence, a refusal or more than one thing, and not for speakers. What a claim
takes from a line must be of the whole name and value: "Top speed: 40 km/h" is not the speed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import is_plural, remembering
from simone.truth.reading import Reading, read
from simone.truth.stretches import Doubt, means
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


def fields_for(claim: Reading, text: str) -> tuple[str, ...]:
    """The statements of a line that may say what a claim does: it has the name and the value, but for names in it."""
    found = _LINE.fullmatch(text)
    if found is None or _of_another(claim, line := read(text)) is not None:
        return ()
    said = {word.stem for word in claim.words} | lex.DETERMINERS
    value = [word for word in line.words if word.is_word and found.start(2) <= word.start < found.end(2)]
    is_whole = all(text[word.start].isupper() or word.stem in said for word in value)
    return fields_of(text) if is_whole else ()


def _of_another(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim has the last word of a line's name, and not one before it: "Previous status: approved"."""
    found = _LINE.fullmatch(evidence.text)
    if found is None:
        return None
    said = {word.stem for word in claim.words}
    name = [word for word in evidence.words if word.start < found.end(1) and means(word)]
    lost = next((word for word in name[:-1] if word.stem not in said), None)
    if lost is None or name[-1].stem not in said:
        return None
    return Doubt("role", evidence.text[name[0].start : name[-1].end])


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_of_another,)
"""Each of a claim that is supported and the evidence."""
