"""Superlatives and ordinals: what restricts the set in which something is first, last or best stands in the claim too.

Not for superlatives against one another ("longest", "second longest"): the comparison looks at those.
"""

from __future__ import annotations

from collections.abc import Iterator

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.reading import Reading
from simone.truth.stretches import JOINTS, STOPS, Doubt, means, stems, words_from

_ORDINALS = frozenset(
    "first last only final second third fourth fifth sixth seventh eighth ninth tenth next sole earliest latest".split()
)
_ADVERBS = frozenset(("most", "least", "first", "last", "only", "next"))
"""Those that say something else where no article stands before them."""
_NO_SUPERLATIVES = frozenset(
    "west northwest southwest midwest forest rainforest interest request test guest harvest honest protest contest"
    " arrest priest suggest invest modest digest conquest inquest ernest everest budapest bucharest manifest unrest"
    " latest pretest dishonest earnest tempest".split()
)
_POSSESSIVE = frozenset("his her its their our my your 's".split())
_BEFORE = _POSSESSIVE | {"the", "every", "each"}
_BESIDE = frozenset("with by as despite during because against without when while although though".split())
"""Words behind which stands how or when it was, not of which set it is."""
_PLACES = frozenset("in at on from for to near".split())
_TIMES = frozenset("half quarter week month day year decade century hour minute".split())
_FREE = frozenset("ever known recorded overall so far yet still".split())
FARTHEST = 14
"""Words behind a superlative that may restrict it, count."""


def restricted(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim is first, last or best of a wider set than the evidence: "the first woman to", "the last but one"."""
    said = stems(claim, range(len(claim.words)))
    for i in _ranks(claim):
        lower = claim.words[i].lower
        places = [j for j in _ranks(evidence) if evidence.words[j].lower == lower]
        lost = [_lost(claim, i, evidence, j, said) for j in places]
        if lost and all(place >= 0 for place in lost):
            first, last = sorted((places[0], lost[0]))
            return Doubt("quantifier", words_from(evidence, first, last))
    return None


def _ranks(reading: Reading) -> Iterator[int]:
    """Places of the superlatives and ordinals behind "the" or whose it is, also behind another ("second longest")."""
    lower = [word.lower for word in reading.words]
    for i, word in enumerate(lower):
        is_rank = word in _ORDINALS or word in lex.SUPERLATIVES or _is_superlative(word)
        is_rank = is_rank and not (word == "final" and i + 1 not in reading.content)
        before = [lower[k] for k in range(max(0, i - 3), i)]
        lead = next((one for one in reversed(before) if one not in _ORDINALS and one != "-"), "")
        if is_rank and (lead in _BEFORE or (not lead and word not in _ADVERBS)):
            yield i


def _is_superlative(word: str) -> bool:
    return word.endswith("est") and len(word) > 5 and word not in _NO_SUPERLATIVES


def _lost(claim: Reading, i: int, evidence: Reading, j: int, said: set[str]) -> int:
    """Place of a word that restricts the set in the evidence alone; -1 for none."""
    before = evidence.words[j - 1].lower if j else ""
    if before in _ORDINALS | {"every", "each"} and (not i or claim.words[i - 1].lower != before):
        return j - 1
    is_ordinal = evidence.words[j].lower in _ORDINALS
    after = evidence.words[j + 1].lower if j + 1 < len(evidence.words) else "."
    if is_ordinal and after in _TIMES:
        return -1
    return _lost_behind(evidence, j, said, before in _POSSESSIVE, is_ordinal)


def _lost_behind(evidence: Reading, j: int, said: set[str], is_owned: bool, is_ordinal: bool) -> int:
    words = evidence.words
    values = (*evidence.quantities, *evidence.dates)
    verbs = {i for verb in evidence.verbs for i in range(verb.first, verb.head + 1)}
    has_verb = any(verb.head < j for verb in evidence.verbs)
    for k in range(j + 1, min(j + 1 + FARTHEST, len(words))):
        lower = words[k].lower
        if lower == "but" and k + 1 < len(words) and words[k + 1].lower in ("one", "two", "three"):
            return k
        is_beside = (has_verb and lower in _BESIDE) or (is_owned and lower in _PLACES)
        if lower in STOPS | JOINTS or (is_beside and not _is_infinitive(evidence, k)):
            return -1
        is_value = any(one.start <= words[k].start < one.end for one in values)
        if is_value and k == j + 1:
            continue
        if is_value:
            is_when = words[k - 1].lower in ("in", "on", "at")
            if words[k].stem not in said and not (is_ordinal and is_when):
                return k
            continue
        if k in verbs and k > j + 1 and words[k - 1].lower != "-":  # "the most votes": a noun
            is_relative = words[k - 1].lower in ("who", "that", "which", "to") or (has_verb and _is_bare(evidence, k))
            if not is_relative:
                return -1
        if _restricts(evidence, k, j) and words[k].stem not in said:
            return k
    return -1


def _is_infinitive(evidence: Reading, k: int) -> bool:
    return evidence.words[k].lower == "to" and any(verb.first == k + 1 for verb in evidence.verbs)


def _is_bare(evidence: Reading, k: int) -> bool:
    """Whether a verb is a participle behind a noun: "the first mayor elected by women"."""
    head = evidence.words[k].lower
    return any(verb.first == verb.head == k for verb in evidence.verbs) and (
        head.endswith(("ed", "ing")) or head in lex.PARTICIPLES
    )


def _restricts(evidence: Reading, k: int, j: int) -> bool:
    """Whether a word can tell which set is meant: no name behind its noun, no adverb."""
    word = evidence.words[k]
    if not means(word) or word.lower in _FREE or word.lower.endswith("ly"):
        return False
    is_name = evidence.text[word.start].isupper()
    return not (is_name and k > j + 1 and means(evidence.words[k - 1]))


DOUBTS = (restricted,)
"""Each of a claim that is supported and the evidence."""
