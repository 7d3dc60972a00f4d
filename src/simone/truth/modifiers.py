"""Words and hyphens at a noun after which it no longer holds: "the mayor-elect", "a prototype engine", "a stone lion".

Not for modifiers that only tell which of a kind (`narrowed`): a definite thing keeps what is said of it without them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.scopes import counterparts, lower_of
from simone.truth.stretches import Doubt, meaning, means, words_from

_SO_CALLED = re.compile(r"\b(?:so-called|would-be|toy)\s$")
LONGEST_PREFIX = 24
"""Characters in front of a word among which its prefix is looked for, count."""
_UNREAL = frozenset(
    "likely possible potential probable apparent presumed presumptive putative suspected prospective proposed planned "
    "expected designated purported imaginary counterfeit false failed attempted aborted averted foiled "
    "thwarted pretend toy replica dummy unlikely rumoured rumored onetime future aspiring supposed "
    "nominal candidate simulated faux proxy shadow unsuccessful "
    "unconfirmed unproven unverified projected intended draft deposed ousted erstwhile bogus sham "
    "phantom phoney phony artificial imitation prototype substitute surrogate trainee apprentice honorary emeritus "
    "retired interim caretaker provisional inflatable stuffed plush fictional fictitious mythical nonexistent "
    "cancelled canceled scrapped unbuilt defunct disbanded outgoing incoming ceremonial titular wannabe "
    "impostor".split()
)
"""Words before a noun that its bearer may not be, beyond those that the comparison knows."""
_LEARNING = frozenset("student cadet pupil junior".split())
"""Words before a noun for people that say that they are not yet: "a student nurse"."""
_MATERIALS = frozenset(
    "stone bronze wooden wood plastic paper rubber chocolate cardboard marble glass clay wax snow ice sand straw tin "
    "granite concrete porcelain ceramic golden brass copper iron metal steel velvet felt gingerbread "
    "marzipan cloth lego robot robotic mechanical".split()
)
_PERSONS = frozenset(stem(noun) for noun in lex.PERSONS)
_LIVING = _PERSONS | {
    stem(noun)
    for noun in (
        "lion tiger bear wolf dog cat horse elephant eagle owl bird duck swan goose hen cock rooster rabbit hare deer "
        "stag bull cow ox sheep lamb goat pig boar fox snake dragon fish whale dolphin shark turtle frog mouse "
        "rat monkey ape crocodile camel donkey butterfly bee spider dinosaur angel people flower rose tree"
    ).split()
}
"""Stems of what lives, and is none where it is made of something."""
_AFTER = frozenset("elect designate emeritus nominee apparent".split())
_HALF = frozenset(stem(noun) for noun in "brother sister sibling".split())
_HARMLESS = frozenset(
    "well much long newly re most best high low full early late mid deep far short hand home world self".split()
)
"""What may stand before a hyphen and be dropped."""
_MOST_BETWEEN = 2
"""Words between such a word and the noun, count."""


def _not_quite(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The likely winner" need not be the winner, nor "the substitute maths teacher" the teacher."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for j, word in enumerate(lower[:-1]):
        if word in claim.operators or not evidence.text[evidence.words[j].start].islower():
            continue
        head = _head(evidence, j)
        noun = evidence.words[head].stem
        is_unreal = word in _UNREAL or (word in _LEARNING and noun in _PERSONS) or (word == "half" and noun in _HALF)
        is_made = word in _MATERIALS and noun in _LIVING and head == j + 1
        is_verb = any(v.first <= j <= v.head for v in evidence.verbs)
        if (is_unreal or is_made) and head in used and means(evidence.words[head]) and not is_verb:
            return Doubt("modality", words_from(evidence, j, head))
    return None


def _head(evidence: Reading, j: int) -> int:
    """The last of the nouns that stand behind a word, which is the one that it is said of."""
    heads = {i for verb in evidence.verbs for i in range(verb.first, verb.head + 1)}
    head = j + 1
    while head - j <= _MOST_BETWEEN and head + 1 in evidence.content and head + 1 not in heads:
        head += 1
    return head


def _behind(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "The mayor elect" is no mayor yet."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for j in sorted(used):
        after = next((k for k in (j + 1, j + 2) if k < len(lower) and lower[k] != "-"), j)
        if lower[after] in _AFTER and lower[after] not in claim.operators:
            return Doubt("modality", words_from(evidence, j, after))
    return None


def _hyphened(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word stands in the evidence only joined by a hyphen to one that the claim does not have: "ex-wife"."""
    said = {word.stem for word in claim.words}
    for i in meaning(claim):
        stem_of = claim.words[i].stem
        places = [j for j, word in enumerate(evidence.words) if word.stem == stem_of and means(word)]
        others = [_joined(evidence, j, said) for j in places]
        if places and all(others):
            return Doubt("modality", words_from(evidence, max(0, places[0] - 2), places[0]))
    return None


def _joined(evidence: Reading, j: int, said: set[str]) -> bool:
    """Whether a hyphen joins a word to one that is lost, and that may turn it."""
    words, text = evidence.words, evidence.text
    if _SO_CALLED.search(text[max(0, words[j].start - LONGEST_PREFIX) : words[j].start].lower()):
        return not said & {"call", "so", "toy", "would"}
    for mark, other, is_before in ((j - 1, j - 2, True), (j + 1, j + 2, False)):
        if other < 0 or other >= len(words) or words[mark].lower != "-":
            continue
        low, high = min(other, j), max(other, j)
        touches = words[high].start - words[low].end == 1
        lost = words[other]
        if touches and lost.is_word and lost.stem not in said and not _is_harmless(lost.lower, is_before):
            return True
    return False


def _is_harmless(lower: str, is_before: bool) -> bool:
    if any(char.isdigit() for char in lower):
        return True
    return is_before and (lower in _HARMLESS or lower in lex.QUANTIFIER_RANK or lower.endswith("ly"))


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_hyphened, _behind, _not_quite)
"""Each of a claim that is supported and the evidence."""
