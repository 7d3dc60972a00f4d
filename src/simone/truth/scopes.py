"""Denials and degrees that stand elsewhere in a sentence than at its verb, where the comparison has not weighed them.

Not for what holds only so or there (`narrowed`), nor for verbs that are denied: the comparison itself looks at those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.scope import BREAKS, Verb
from simone.truth.reading import Reading
from simone.truth.stretches import STOPS, Doubt, meaning, means, stems, until, words_from

_DENIALS = frozenset("no not n't never none nobody nothing nowhere neither nor hardly barely scarcely without".split())
_BEHIND = frozenset("no not never none nobody nothing nowhere neither".split())
_WITHOUT = frozenset(("with", "for", "or", "of"))
"""Words behind which a "no" says how, not that it is not: "with no help"; "whether or not"; "a matter of no weight"."""
_AT_NO = frozenset(
    "cost costs charge charges expense fee extra additional further risk loss later earlier fewer less more longer"
    " least sooner doubt only just merely small matter".split()
)
"""Words behind a "no" or "not" that denies nothing: "at no cost", "no later than"."""
_AMOUNTS_AS = frozenset("well many much early late far soon long few little recently often quickly possible".split())
_NEARLY = tuple(
    tuple(phrase.split())
    for phrase in (
        "far from|nowhere near|anything but|close to|short of|on the verge of|on the brink of|at risk of|free of"
        "|free from|devoid of|not exactly|by no means|less than|more than|other than"
    ).split("|")
)
"""Phrases after which the word that follows is not said of the subject."""
_LACKS = frozenset("lack absence dearth shortage scarcity".split())
_TOO_LITTLE = frozenset("zero insufficient inadequate nonexistent negligible".split())
_BESIDE = frozenset((",", "but", "and", "—", "–", "(", ";"))
_ONLY_SO = frozenset(("only", "just", "merely"))
_CLAUSE_STARTS = STOPS | {"but", "and", "while", "whereas"}
NEAR = 2
"""Words between such a phrase and the word that it takes back, count."""


def counterparts(claim: Reading, evidence: Reading) -> set[int]:
    """Places of the words of the evidence that stand in the claim too."""
    said = stems(claim, meaning(claim))
    return {j for j in meaning(evidence) if evidence.words[j].stem in said}


def lower_of(reading: Reading) -> list[str]:
    """The words in lower case."""
    return [word.lower for word in reading.words]


def _there_is(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim says that there is something; the evidence, that there is none, or the other way round."""
    lower = lower_of(claim)
    there = next((v for v in claim.verbs if v.stem == "be" and v.first and lower[v.first - 1] == "there"), None)
    thing = next((i for i in meaning(claim) if there is not None and i > there.head), None)
    if there is None or thing is None:
        return None
    wanted = there.positive and not _has_denial(lower, there.head + 1, thing)
    places = [j for j, word in enumerate(evidence.words) if word.stem == claim.words[thing].stem]
    found = [_is_denied(evidence, j) for j in places]
    if found and all(is_denied == wanted for is_denied in found):
        return Doubt("polarity", words_from(evidence, max(0, places[0] - 3), places[0]))
    return None


def _is_denied(reading: Reading, j: int) -> bool:
    """Whether something is said not to be: its verb is denied, or it is itself."""
    lower = lower_of(reading)
    before = next((verb for verb in reversed(reading.verbs) if verb.head < j), None)
    after = (verb for verb in reading.verbs if verb.first > j and verb.stem in ("exist", "occur", "happen"))
    verb = before or next(after, None)
    start = before.head + 1 if before else 0
    return (verb is not None and not verb.positive) or _has_denial(lower, start, j)


def _has_denial(lower: Sequence[str], start: int, end: int) -> bool:
    return any(lower[i] in _DENIALS and lower[i + 1] not in _ONLY_SO for i in range(start, end))


def _little(claim: Reading, evidence: Reading) -> Doubt | None:
    """ "Little difference" is hardly one, "a little difference" is one."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for j, word in enumerate(lower):
        is_some = j > 0 and lower[j - 1] in lex.BEFORE_FEW | lex.DETERMINERS
        if word != "little" or {"little", "small", "tiny"} & claim.operators or is_some:
            continue
        if {j + 1, j + 2} & used and not lower[j + 1].endswith("s"):
            return Doubt("polarity", words_from(evidence, j, min(j + 1, len(lower) - 1)))
    return None


def _wanting(claim: Reading, evidence: Reading) -> Doubt | None:
    """There is none of it, or not enough: "a lack of evidence", "zero growth", "insufficient evidence"."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for j, word in enumerate(lower[:-1]):
        reach = 3 if word in _LACKS and lower[j + 1] == "of" else NEAR if word in _TOO_LITTLE else 0
        if reach and word not in claim.operators and used & set(range(j + 1, j + 1 + reach)):
            return Doubt("polarity", words_from(evidence, j, min(j + reach, len(lower) - 1)))
    return None


def _denied_behind(claim: Reading, evidence: Reading) -> Doubt | None:
    """A denial behind the predicate: "is allowed nowhere", "are given under no circumstances", "is open to nobody"."""
    lower = lower_of(evidence)
    ours = {verb.stem for verb in claim.verbs}
    for j, word in enumerate(lower):
        if word not in _BEHIND or claim.operators & _DENIALS or j == 0:
            continue
        verb = next((verb for verb in reversed(evidence.verbs) if verb.head < j), None)
        if verb is None or not verb.positive or not (not ours or verb.stem in ours or _is_known(claim, verb)):
            continue
        after = lower[j + 1] if j + 1 < len(lower) else "."
        is_idle = lower[j - 1] in _WITHOUT or after in _AT_NO or (lower[j - 1] == "in" and after == "time")
        if is_idle or (BREAKS | {"and", "or"}) & set(lower[verb.head + 1 : j]):
            continue
        return Doubt("polarity", words_from(evidence, max(verb.head, j - 1), min(j + 1, len(lower) - 1)))
    return None


def _is_known(claim: Reading, verb: Verb) -> bool:
    return any(word.stem == verb.stem for word in claim.words)


def _degree(claim: Reading, evidence: Reading) -> Doubt | None:
    """How much, where the claim says that it is: "less safe", "more stable than", "as safe as", "far from safe"."""
    lower, used = lower_of(evidence), counterparts(claim, evidence)
    for j, word in enumerate(lower[:-1]):
        if word in claim.operators and word != "as":
            continue
        before = lower[j - 1] if j else ""
        if word in ("less", "least") and before not in ("at", "no", "or", "the") and j + 1 in used:
            return Doubt("quantifier", words_from(evidence, j, j + 1))
        if word == "more" and "than" in lower[j:] and j + 1 in used and _follows_be(evidence, j):
            return Doubt("quantifier", words_from(evidence, j, j + 1))
        is_as = word == "as" and lower[j + 2 : j + 3] == ["as"] and lower[j + 1] not in _AMOUNTS_AS
        if is_as and j + 1 in used and "as" not in claim.operators:
            return Doubt("quantifier", words_from(evidence, j, j + 2))
    for phrase in _NEARLY:
        if not evidence.operators.issuperset(phrase):
            continue
        for j in range(len(lower) - len(phrase)):
            end = j + len(phrase)
            if tuple(lower[j:end]) != phrase or claim.operators.issuperset(phrase) or not _follows_be(evidence, j):
                continue
            is_value = any(char.isdigit() for char in lower[end]) or (phrase[-1] == "than" and end not in used)
            if not is_value and used & set(range(end, min(end + NEAR, len(lower)))):
                return Doubt("polarity", words_from(evidence, j, min(end, len(lower) - 1)))
    return None


def _follows_be(evidence: Reading, j: int) -> bool:
    """Whether a word is the first of what something is said to be."""
    before = [verb for verb in evidence.verbs if verb.head < j]
    verb = before[-1] if before else None
    return verb is not None and verb.stem in ("be", "become", "remain", "seem", "feel") and j - verb.head <= NEAR


def _more_or_less(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim compares, and the evidence does not do so by that word."""
    for word in ("more", "less", "fewer"):
        others = ({"more", "less", "fewer", "most", "least"} & evidence.operators) - claim.operators
        if word in claim.operators and word not in evidence.operators and others:
            return Doubt("quantifier", min(others))
    return None


def _set_beside(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the claim says is meant where the evidence says that it is not, or the other way round: "Kim, not Lee"."""
    ours, theirs = _not_meant(claim), _not_meant(evidence)
    if not ours and not theirs:
        return None
    inside, outside = _in_and_out(claim, ours)
    denied, meant = _in_and_out(evidence, theirs)
    wrong = (outside - inside) & (denied - meant) | (inside - outside) & (meant - denied)
    if not wrong:
        return None
    place = next(i for i, word in enumerate(evidence.words) if word.stem in wrong)
    return Doubt("polarity", words_from(evidence, max(0, place - 2), place))


def _in_and_out(reading: Reading, zones: set[int]) -> tuple[set[str], set[str]]:
    places = meaning(reading)
    return stems(reading, (i for i in places if i in zones)), stems(reading, (i for i in places if i not in zones))


def _not_meant(reading: Reading) -> set[int]:
    """Places of the words that a sentence sets beside what it means: "not to Lee", "rather than Lee", "Lee is not"."""
    lower = lower_of(reading)
    firsts = {verb.first for verb in reading.verbs}
    found: set[int] = set()
    for i, word in enumerate(lower[:-1]):
        after = lower[i + 1]
        if word == "not" and _is_beside(lower, i, firsts):
            found |= set(range(i + 1, until(reading, i + 1, STOPS)))
        elif (
            word == "not"
            and after not in _ONLY_SO
            and (but := _but_behind(lower, i))
            and firsts.isdisjoint(range(i, but))
        ):
            found |= set(range(i + 1, but))
        elif (word, after) in (("rather", "than"), ("instead", "of")):
            found |= set(range(i + 2, until(reading, i + 2, STOPS)))
        elif word == "unlike":
            found |= set(range(i + 1, until(reading, i + 1, STOPS)))
    for verb in reading.verbs:
        rest = lower[verb.head + 1 : verb.head + 3]
        is_bare = rest[:1] in (["not"], ["n't"]) and (len(rest) == 1 or rest[1] in STOPS)
        if is_bare and lower[verb.first] in lex.AUXILIARIES:
            start = max((i + 1 for i in range(verb.first) if lower[i] in _CLAUSE_STARTS), default=0)
            found |= set(range(start, verb.first))
    return {i for i in found if means(reading.words[i])}


def _is_beside(lower: Sequence[str], i: int, firsts: set[int]) -> bool:
    """Whether the "not" at `i` only says what is not meant, also behind a "to"."""
    after = lower[i + 1]
    is_open = after in lex.NOT_BESIDE - {"to", "the", "all", "every"} or (after == "to" and i + 2 in firsts)
    return i > 0 and lower[i - 1] in _BESIDE and not is_open and i + 1 not in firsts


def _but_behind(lower: Sequence[str], i: int) -> int:
    """Place of the "but" of "not … but …", 0 where there is none in the clause."""
    but = next((k for k in range(i, len(lower)) if lower[k] in BREAKS), 0)
    return but if lower[but] == "but" else 0


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _there_is,
    _little,
    _wanting,
    _denied_behind,
    _degree,
    _more_or_less,
    _set_beside,
)
"""Each of a claim that is supported and the evidence."""
