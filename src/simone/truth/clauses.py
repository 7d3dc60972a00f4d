"""What a claim says, and whether it says it in general: for those who ask what it leaves out of its evidence.

Not for single words that were aligned: the comparison itself does that.
"""

from __future__ import annotations

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import Verb
from simone.kernels.reference.validation.words import stem
from simone.truth.reading import Reading
from simone.truth.stretches import JOINTS, STOPS, means


def _synonyms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in lex.SYNONYMS:
        found.setdefault(stem(one), set()).add(stem(other))
    return {one: frozenset(others) for one, others in found.items()}


_SYNONYMS = _synonyms()
_PRESENT = frozenset("is are am 's 're do does can cannot may must shall will 'll should might could would".split())
_EXISTENTIAL = frozenset("a an some several two three four five six seven eight nine ten one many".split())
_ENDS = STOPS | JOINTS | lex.PREPOSITIONS | lex.SUBORDINATORS
SEASONS = frozenset("spring summer autumn winter".split())


def said_in(claim: Reading) -> frozenset[str]:
    """Stems of the words of a claim and of their synonyms."""
    own = {word.stem for word in claim.words}
    return frozenset(own.union(*(_SYNONYMS.get(one, ()) for one in own)))


def is_lost(evidence: Reading, i: int, said: frozenset[str]) -> bool:
    """Whether a word of the evidence means something that the claim does not say."""
    word = evidence.words[i]
    says = (means(word) and word.lower not in lex.EXCLUSIVE) or word.lower[0].isdigit()
    return says and word.stem not in said


def is_said(evidence: Reading, i: int, said: frozenset[str]) -> bool:
    """Whether a word of the evidence means something that the claim says too."""
    word = evidence.words[i]
    return word.stem in said and (means(word) or word.lower[0].isdigit())


def phrase_end(evidence: Reading, start: int) -> int:
    """Where a phrase behind a preposition ends: before a stop, a joint, a verb or the next preposition."""
    words, firsts = evidence.words, {verb.first for verb in evidence.verbs}
    end = start
    while end < len(words) and words[end].lower not in _ENDS and (end == start or end not in firsts):
        end += 1
    return end


def is_general(claim: Reading) -> bool:
    """Whether a claim is of what holds in general: in the present, with no single event."""
    if not claim.verbs:
        return not any(word.lower.endswith(("ed", "ing")) for word in claim.words)
    finite = [verb for verb in claim.verbs if not verb.first or claim.words[verb.first - 1].lower != "to"]
    return any(_is_present(claim, verb) for verb in finite)


def is_of_some(claim: Reading) -> bool:
    """Whether a claim speaks of something that there is, not of all of a kind: "a man", "two dogs", "there is"."""
    first = claim.words[0].lower
    return first in _EXISTENTIAL | lex.PRONOUNS | {"there"} or first[0].isdigit()


def _is_present(claim: Reading, verb: Verb) -> bool:
    first, head = claim.words[verb.first].lower, claim.words[verb.head].lower
    if head.endswith("ing") or not head[0].isalpha():
        return False
    if first in _PRESENT:
        return True
    if first in lex.AUXILIARIES:
        return first == head and head in ("has", "have")
    if head.endswith("s") and not head.endswith("ss"):
        return True
    return not (head.endswith("ed") or head in lex.PARTICIPLES or lex.IRREGULAR.get(head, head) != head)
