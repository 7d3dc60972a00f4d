"""Whether a text says again what another has said: the same words, or nothing that the other does not say.

Not for paraphrases: what has other content words is another statement here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from simone.kernels import kernels
from simone.kernels.contract.consolidation import NEGATION
from simone.kernels.contract.validation import STATUSES
from simone.memory.boilerplate import find_boilerplate
from simone.memory.contract import Candidate, Memory
from simone.memory.framing import behind_frame, may_be_frame, names_in, reporting
from simone.memory.moments import has_ended, instant, moment
from simone.memory.signs import is_written_alike, signs
from simone.memory.wording import is_personal, opened, speakers, telling

SHINGLE = 2
"""Words of a shingle: of a short sentence longer ones leave too little to compare."""
LEAST_ALIKE = 0.8
"""Share of shingles in common from which two texts may say the same."""
_SLOTS = 128
_LEAST_AT_SIGHT = 0.25
"""Share of shingles as written below which fillers and contractions do not account for the rest."""
_TALK_STEMS = 3
"""Content words of a sentence that only speaks of the conversation, at most."""
_POINTING = re.compile(r"(?:that|this|it|these|those)\b", re.IGNORECASE)
_CONVERSING = re.compile(r"\b(?:i|me|my|you|your|we|our)\b", re.IGNORECASE)
_MOST_SENTENCES = 12
_LONGEST_SENTENCE = 400
_MODAL = frozenset(
    "did was were had has have will would shall should can could may might must need used"
    " almost nearly only some most all".split()
)
"""Words by which one sentence says that something was, may be or is in part what another says that it is."""
_SUPPORTED = STATUSES.index("supported")


def is_alike(candidate: Candidate, memory: Memory) -> bool:
    """Whether the two may be one: said by one person where that matters, of the same times, valid alike.

    A candidate that tells no validity or time of its own agrees with any. One that holds from a later day than what is
    remembered and still holds then says nothing new; told again later, an event is known by its times.
    """
    ends = moment(candidate.valid_to, "valid_to")
    if ends and ends != memory.valid_to:
        return False
    if times := _days(candidate):
        is_then = times == _days(memory)
    else:
        begins = moment(candidate.valid_from, "valid_from")
        is_then = not begins or begins == memory.valid_from or (memory.valid_from < begins and _lasts(memory, begins))
    return is_then and speakers(candidate) == speakers(memory)


def _days(said: Candidate | Memory) -> list[tuple[str, str]]:
    return [(time.first, time.last) for time in said.times]


def _lasts(memory: Memory, until: str) -> bool:
    return not has_ended(memory.valid_to, instant(until))


def resembling(text: str, memories: Sequence[Memory]) -> list[Memory]:
    """Those whose words as written have enough in common with the text's to be worth a closer look."""
    if not memories:
        return []
    slots = kernels.content_fingerprint([text, *(memory.text for memory in memories)], SHINGLE, _SLOTS)
    shares = (slots[1:] == slots[0]).mean(axis=1)
    return [memory for memory, share in zip(memories, shares.tolist(), strict=True) if share >= _LEAST_AT_SIGHT]


def is_said_again(text: str, others: Sequence[str], alike: float = LEAST_ALIKE) -> int:
    """The place of the first of `others` that says all that `text` says, -1 if none does.

    It does if the sketches of their telling words agree to `alike`, it has every number, date and name of the text in
    the same order and the same negators, and each sentence of the text has in it one of the same telling words or one
    with the same modals that supports it by the exact checks; either has the same signs and capitals.
    """
    if not others:
        return -1
    slots = kernels.content_fingerprint([telling(text), *map(telling, others)], SHINGLE, _SLOTS)
    shares = (slots[1:] == slots[0]).mean(axis=1)
    owner, kind, _, _, key = kernels.fact_tokens_batch([opened(text), *map(opened, others)])
    facts = [
        list(zip(kind[owner == n].tolist(), key[owner == n].tolist(), strict=True)) for n in range(len(shares) + 1)
    ]
    for place, other in enumerate(others):
        if shares[place] >= alike and _keeps(facts[0], facts[place + 1]) and _says(other, text):
            return place
    return -1


def recites(text: str, shown: Sequence[str], *, loosely: bool) -> bool:
    """Whether each sentence of the text says only what one of the texts shown says.

    It does if all its content words stand there. `loosely`, of what a model wrote: whatever it opens with ("as you
    mentioned"), in whatever order, with other numbers (who changes a number of what was shown has not learned a new
    one), and with a name for the "I" of the text shown. Else its shingles and its facts must stand there too.
    """
    sentences = _sentences(opened(text))
    known = list(map(opened, shown))
    if loosely:
        return _reports(sentences, known)
    stems = [set(row) for row in kernels.content_stems_batch([*sentences, *known])]
    ours, theirs = stems[: len(sentences)], stems[len(sentences) :]
    return bool(sentences) and all(
        any(_stands_in(sentence, one) for one, has in zip(known, theirs, strict=True) if own <= has)
        for sentence, own in zip(sentences, ours, strict=True)
    )


def _reports(sentences: Sequence[str], known: Sequence[str]) -> bool:
    """Whether at least one sentence only reports what is known, and none says more."""
    forms = [[sentence, *_without_frames(sentence, known)] for sentence in sentences]
    stems = iter(kernels.content_stems_batch([*known, *(form for some in forms for form in some)]))
    theirs = [set(next(stems)) for _ in known]
    reported = 0
    for some, rote in zip(forms, find_boilerplate(sentences), strict=True):
        owns = [{stem for stem in next(stems) if stem.isalpha()} - reporting() for _ in some]
        if any(own and _is_in(own, form, known, theirs) for own, form in zip(owns, some, strict=True)):
            reported += 1
        elif owns[0] and not rote and not _is_talk(some[0], len(owns[0])):
            return False
    return reported > 0


def _without_frames(sentence: str, known: Sequence[str]) -> list[str]:
    """What stands behind a frame, and what is known to the letter behind any few words that may be one."""
    found = [behind_frame(sentence)]
    plain = sentence.rstrip(".!\"' ").lower()
    for text in known:
        for one in _sentences(text):
            told = one.rstrip(".!\"' ")
            if plain.endswith(f" {told.lower()}") and may_be_frame(sentence[: len(plain) - len(told)]):
                found.append(told)
    return [form for form in dict.fromkeys(found) if form]


def _is_talk(sentence: str, stems: int) -> bool:
    """Whether it only speaks of the conversation: "that is what I have on record", "you once shared this with me"."""
    is_about_it = _POINTING.match(sentence) or _CONVERSING.search(sentence)
    return bool(is_about_it) and stems <= _TALK_STEMS and not names_in(sentence)


def _is_in(own: set[str], form: str, known: Sequence[str], theirs: Sequence[set[str]]) -> bool:
    """Whether one of the texts known has all these stems, a name for its "I" aside."""
    for text, has in zip(known, theirs, strict=True):
        missing = own - has
        if not missing or (len(missing) == 1 and is_personal(text) and missing <= names_in(form)):
            return True
    return False


def _stands_in(sentence: str, shown: str) -> bool:
    if signs(sentence) not in {signs(one) for one in (shown, *_sentences(shown))}:
        return False
    ours = _shingles(telling(sentence))
    if len(ours & _shingles(telling(shown))) < LEAST_ALIKE * len(ours):
        return False
    owner, kind, _, _, key = kernels.fact_tokens_batch([sentence, shown])
    rows = list(zip(owner.tolist(), kind.tolist(), key.tolist(), strict=True))
    return {row[1:] for row in rows if row[0] == 0} <= {row[1:] for row in rows if row[0] == 1}


def _keeps(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> bool:
    """Whether our facts stand among theirs in the same order, and the negators are equal."""
    if [fact for fact in ours if fact[0] == NEGATION] != [fact for fact in theirs if fact[0] == NEGATION]:
        return False
    rest = iter(theirs)
    return all(fact in rest for fact in ours)


def _says(other: str, text: str) -> bool:
    theirs, ours = _sentences(opened(other)), _sentences(opened(text))
    known: dict[str, list[str]] = {}
    for sentence in theirs:
        known.setdefault(telling(sentence), []).append(sentence)
    left = [
        sentence
        for sentence in ours
        if not any(is_written_alike(sentence, one) for one in known.get(telling(sentence), ()))
    ]
    if not left:
        return True
    if max(len(left), len(theirs)) > _MOST_SENTENCES or max(map(len, (*left, *theirs))) > _LONGEST_SENTENCE:
        return False
    if any(sentence.rstrip().endswith("?") or telling(sentence) in known for sentence in left):
        return False  # what a question asks, nothing states, and the same words with other signs say something else
    pairs = np.array([(i, j) for i in range(len(left)) for j in range(len(theirs))], np.int64)
    found = kernels.validate_truth_claims_batch(left, theirs, pairs)
    is_support = found.status == _SUPPORTED
    rows = zip(found.claim[is_support].tolist(), found.evidence[is_support].tolist(), strict=True)
    supported = {
        claim
        for claim, evidence in rows
        if _modals(left[claim]) == _modals(theirs[evidence]) and is_written_alike(left[claim], theirs[evidence])
    }
    return len(supported) == len(left)


def _modals(sentence: str) -> frozenset[str]:
    return _MODAL.intersection(sentence.lower().split())


def _sentences(text: str) -> list[str]:
    """Its sentences; signs that stand alone belong to the one before them."""
    (spans,) = kernels.split_sentences_batch([text])
    found: list[str] = []
    for start, end in spans.tolist():
        if telling(text[start:end]) or not found:
            found.append(text[start:end])
        else:
            found[-1] += f" {text[start:end]}"
    return [sentence for sentence in found if telling(sentence)]


def _shingles(told: str) -> set[tuple[str, ...]]:
    words = told.split()
    return {tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
