"""Names and identifiers that must agree to the letter: "Woods" is no "Wood", `load_users` no `load_user`.

Not for which words a name has (`naming`) and not for common words: there, inflection does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.naming import is_capital, is_title_case
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, means, words_from

_CODE = re.compile(r"`([^`\n]{1,200})`")
_SOLID = re.compile(r"(?<![\w-])-{0,2}\w[\w-]*(?:[.:]{1,2}[\w-]+)*(?:\(\))?")
"""What is written without a space."""
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
_SHORTENED = re.compile(r"\w*[A-Z]s")
"""A plural of capitals ("PCs")."""
_MIXED = re.compile(r"(?<![\w-])(?=[^\W\d_]+-?\d)[\w-]+")
_NAMED = re.compile(r"\b(?:called|named|titled) ([\w-]+)")
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+")
_OLD = re.compile(r"-olds?$")
_HOUSE = re.compile(r"(?<![\w.,])(\d+)([A-Za-z])(?!\w)")


def identifiers(text: str) -> set[str]:
    """What a text writes as code does: between backticks, with an underscore, two hyphens or a capital inside."""
    found = {one.strip().removesuffix("()") for one in _CODE.findall(text)}
    for match in _SOLID.finditer(text):
        word = match.group().removesuffix("()").rstrip("-")
        if "_" in word.strip("_") or word.startswith("--") or _is_camel(word):
            found.add(word)
    return found


def _is_camel(word: str) -> bool:
    return _INNER_CAPITAL.search(word) is not None and not _SHORTENED.fullmatch(word)


def _as_code(claim: Reading, evidence: Reading) -> Doubt | None:
    """An identifier of the claim does not stand in the evidence to the letter."""
    ours = identifiers(claim.text)
    if not ours:
        return None
    theirs = identifiers(evidence.text) | {one.group().removesuffix("()") for one in _SOLID.finditer(evidence.text)}
    if ours <= theirs:
        return None
    lost = min(ours - theirs)
    alike = [one for one in theirs if one[:3].lower() == lost[:3].lower()]
    return Doubt("entity", min(alike, default=evidence.text))


def _as_label(claim: Reading, evidence: Reading) -> Doubt | None:
    """A part number, a house number with a letter, a hyphened word or what something is called is written otherwise."""
    ours, theirs = (_plain(_MIXED.findall(one.text)) for one in (claim, evidence))
    for one in sorted(ours - theirs):
        alike = [other for other in sorted(theirs) if other.rstrip("s") == one.rstrip("s")]
        if alike:
            return Doubt("entity", alike[0])
    houses = _HOUSE.findall(evidence.text)
    for number, letter in _HOUSE.findall(claim.text):
        rivals = [other for same, other in houses if same == number]
        if rivals and letter.lower() not in map(str.lower, rivals):
            return Doubt("entity", number + rivals[0])
    return _as_hyphened(claim, evidence)


def _plain(found: list[str]) -> set[str]:
    return {one.lower().replace("-", "") for one in found}


def _as_hyphened(claim: Reading, evidence: Reading) -> Doubt | None:
    for pattern in (_HYPHENED, _NAMED):
        ours, theirs = ({one.lower() for one in pattern.findall(each.text)} for each in (claim, evidence))
        for one in sorted(ours - theirs):
            alike = [other for other in sorted(theirs) if other.rstrip("s") == one.rstrip("s")]
            if alike and not _OLD.search(one):
                return Doubt("entity", alike[0])
    return None


def _as_name(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word with a capital, in either, differs from its counterpart in an ending that is no possessive."""
    if is_title_case(claim) or is_title_case(evidence):
        return None
    heads = {verb.head for verb in claim.verbs}
    for i, word in enumerate(claim.words):
        if not means(word) or not word.lower[0].isalpha() or "." in word.lower:
            continue
        alike = [j for j, other in enumerate(evidence.words) if other.stem == word.stem]
        if not alike or any(evidence.words[j].lower == word.lower for j in alike):
            continue
        if any(_is_other_name(claim, i, evidence, j, i in heads) for j in alike):
            return Doubt("entity", words_from(evidence, max(0, alike[0] - 1), alike[0]))
    return None


def _is_other_name(claim: Reading, i: int, evidence: Reading, j: int, is_verb: bool) -> bool:
    """Whether two forms of a stem need not name the same: one has a capital inside its sentence, or both open it."""
    ours, theirs = is_capital(claim, i), is_capital(evidence, j)
    if (ours and not _opens(claim, i)) or (theirs and not _opens(evidence, j)):
        return not (is_verb and not ours) or not any(verb.head == j for verb in evidence.verbs)
    if is_verb or not theirs:
        return False
    before = claim.words[i - 1].lower if i else ""
    is_subject = any(verb.first == i + 1 for verb in claim.verbs)
    is_labelled = j + 1 < len(evidence.words) and is_capital(evidence, j + 1)
    return (ours and i == j == 0 and is_subject and not is_labelled) or (
        j == 0 and before in ("the", "this", "that") and _is_plural(evidence, j)
    )


def _opens(reading: Reading, i: int) -> bool:
    """Whether a word opens its sentence, a quotation, a line, or what stands behind a colon."""
    before = reading.words[i - 1] if i else None
    if before is None or before.lower in "“\"‘'«(:;.!?—–•*|#`":
        return True
    return "\n" in reading.text[before.end : reading.words[i].start]


def _is_plural(reading: Reading, i: int) -> bool:
    lower = reading.words[i].lower
    return lower.endswith("s") or lex.IRREGULAR.get(lower, lower) != lower


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_as_code, _as_label, _as_name)
"""Each of a claim that is supported and the evidence."""
