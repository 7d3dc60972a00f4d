"""Letters, acronyms and addresses that a comparison takes for words of grammar: "Plan A", "Charles I", "WHO", "a.org".

Not for other names: the comparison aligns those.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.names import same_name
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, words_from

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s<>\"]+|[\w.+-]+@[\w.-]+|www\.[^\s<>\"]+|\b(?:[\w-]+\.)+[a-z]{2,}\b(?:/[^\s<>\"]*)?"
    r"|(?<!\w)[@#/]\w[\w./-]*"
)
"""What is written without a space and has letters as parts: addresses, domains, paths, handles."""
_SIGN = re.compile(r"\+{1,2}|#|[−–-](?![\w\d])")
_INITIAL = re.compile(r"\. ?[A-Z]")
_LETTER, _NUMERAL = re.compile(r"[^\W\d_]"), re.compile(r"[IVX]{2,5}")
_OPENERS = frozenset(".!?:;“\"‘'(—–")
_AFTER_LETTER = lex.AUXILIARIES | frozenset("and or to from of in on at with by than versus vs".split())
_LISTED = frozenset(",.;:)")
_LABELLED = frozenset("type class phase part stage grade level chapter volume book act scene appendix group".split())
"""Nouns behind which an "I" is a number."""
_NAMES = frozenset(("may", "will"))
_FUNCTION = lex.FUNCTION | lex.NEGATORS


class Label(NamedTuple):
    """A letter or Roman number that says which one; `of`: stem of the word in front, "" for none; `at`: its place."""

    letter: str
    sign: str
    of: str
    at: int


def labels(reading: Reading) -> list[Label]:
    """The letters that say which one, in order."""
    found: list[Label] = []
    if reading.text.isupper():
        return found
    for i, word in enumerate(reading.words):
        is_letter = _LETTER.fullmatch(word.lower) and _is_label(reading, i)
        if not is_letter and not _NUMERAL.fullmatch(_written(reading, i)):
            continue
        sign = _SIGN.match(reading.text, word.end)
        before = reading.words[i - 1] if i else None
        of = before.stem if before is not None and before.is_word and before.lower not in _FUNCTION else ""
        found.append(Label(_written(reading, i), sign.group() if sign else "", of, i))
    return found


def unlabelled(claim: Reading, evidence: Reading) -> Doubt | None:
    """A letter of the claim that says which one stands nowhere in the evidence, or on another thing."""
    theirs, initials = labels(evidence), _initials(evidence)
    for before, letter in _initials(claim):
        others = {other for name, other in initials if name == before}
        if others and letter not in others:
            return Doubt("entity", f"{min(others)}.")
    for one in labels(claim):
        same = [other for other in theirs if (other.letter, other.sign) == (one.letter, one.sign)]
        if any(_written(evidence, i)[1:].isdigit() for i in _beginning(evidence, one.letter)) and not same:
            return Doubt("entity", evidence.text)
        is_seen = one.letter not in "AIai" and one.letter in {other.letter for other in theirs}
        if one.letter not in "AIai" and not is_seen:
            continue
        if not same or (one.of and all(other.of and other.of != one.of for other in same)):
            rival = next((other for other in theirs if other.of == one.of), None)
            return Doubt("entity", words_from(evidence, max(0, rival.at - 1), rival.at) if rival else evidence.text)
    return None


def _beginning(reading: Reading, letter: str) -> list[int]:
    return [i for i in range(len(reading.words)) if _written(reading, i)[0] == letter]


def unnamed(claim: Reading, evidence: Reading) -> Doubt | None:
    """A name or address that is written like a word of grammar: "WHO", "US", "May", "a.org"."""
    there = _addresses(evidence)
    if (lost := _addresses(claim) - there) and (there or not all(one in evidence.text.lower() for one in lost)):
        return Doubt("entity", min(there, default=evidence.text))
    if claim.text.isupper():
        return None
    written = {_written(evidence, i) for i in range(len(evidence.words))}
    dated = [(one.start, one.end) for one in claim.dates]
    for i, word in enumerate(claim.words):
        said = _written(claim, i)
        is_shouted = len(said) > 1 and said.isupper() and word.lower in _FUNCTION - lex.NEGATORS - lex.MODALS
        is_name = word.lower in _NAMES and said.istitle() and not any(a <= word.start < b for a, b in dated)
        if (is_shouted or is_name) and said not in written and not _stands_for(said, evidence):
            return Doubt("entity", evidence.text)
    return None


def _addresses(reading: Reading) -> set[str]:
    return {found.group().rstrip(".").lower() for found in _ADDRESS.finditer(reading.text)}


def _written(reading: Reading, i: int) -> str:
    return reading.text[reading.words[i].start : reading.words[i].end]


def _stands_for(acronym: str, evidence: Reading) -> bool:
    """Whether the evidence has it with points ("U.S.") or in full ("United States")."""
    whole = (name.text for name in evidence.names)
    return ".".join(acronym) in evidence.text or any(same_name(acronym, name) for name in whole)


def _is_label(reading: Reading, i: int) -> bool:
    said, words = _written(reading, i), reading.words
    before = words[i - 1].lower if i else ""
    after = words[i + 1].lower if i + 1 < len(words) else "."
    ends = after in _LISTED or after in _AFTER_LETTER or any(verb.first == i + 1 for verb in reading.verbs)
    opens = not before or before in _OPENERS
    if said not in "AIai":
        return said.isupper()
    if said == "a":
        return after in _LISTED or (after in ("is", "are", "was", "were", "and", "or") and not opens)
    if said == "i":
        return after == ")"
    if _is_initial(reading, i):
        return False
    if said == "A":
        is_title = ends is False and _written(reading, i + 1).istitle() and (before in _FUNCTION or _is_title(reading))
        return ends if opens else not is_title
    is_behind = bool(before) and words[i - 1].is_word and before not in _FUNCTION
    return is_behind and (before in _LABELLED or _written(reading, i - 1)[0].isupper())


def _is_title(reading: Reading) -> bool:
    return all(_written(reading, i)[0].isupper() for i in reading.content)


def _initials(reading: Reading) -> set[tuple[str, str]]:
    """The letters that shorten a name, behind the stem of the word in front: "John A. Smith"."""
    places = [i for i in range(1, len(reading.words)) if len(reading.words[i].lower) == 1 and _is_initial(reading, i)]
    return {(reading.words[i - 1].stem, _written(reading, i)) for i in places}


def _is_initial(reading: Reading, i: int) -> bool:
    """Whether it shortens a name: "John A. Smith"."""
    return _INITIAL.match(reading.text, reading.words[i].end) is not None
