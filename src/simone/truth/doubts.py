"""What keeps a word-by-word comparison from deciding: exceptions, denied parts, values that belong to something else.

Not for finding the comparison (`exact`): only what it has decided is looked at, and nothing is decided here. A doubt is
the check it falls under and what the evidence says, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.measures import APPROXIMATIONS
from simone.kernels.reference.validation.words import stem
from simone.records import Status
from simone.truth import (
    added,
    adverbs,
    answers,
    counted,
    fields,
    kinds,
    labelling,
    limits,
    modifiers,
    naming,
    narrowed,
    offices,
    openers,
    particles,
    scopes,
    set_apart,
    sides,
    spelling,
    tenses,
    trailing,
    viewed,
    voiced,
    written,
)
from simone.truth.crossed import crossed
from simone.truth.reading import Reading, Stretch, read
from simone.truth.stretches import (
    EXCEPTS,
    JOINTS,
    STOPS,
    Doubt,
    meaning,
    means,
    only_there,
    phrases,
    stems,
    until,
    words_from,
)

_NOT_MEANT = (
    *("rather than", "instead of", "as opposed to", "though not", "although not", "albeit not", "if not"),
    *("but no", "and no", "but not", "nor"),
)
_SELDOM = frozenset("rarely seldom almost nearly partly half temporarily sometimes occasionally".split())
_OF_AMOUNTS = frozenset("all every half of the a".split())
_MINIMIZERS = frozenset("hardly barely scarcely rarely seldom".split())
_FRONTED = re.compile(r"\b(?:no sooner|no doubt|never before|not since|no (?:proof|evidence|sign|reason|indication))\b")
_FRAME = re.compile(
    r"(?:in (?:theory|principle|(?:the|a|his|her) (?:novel|film|movie|legend|story|play|myth|tale|dream|series|game)"
    r"|(?:his|her|their|its|my|our) (?:view|opinion|eyes|dreams?))|on paper),"
    r"|(?:suppose|imagine|assume)(?: that)? (?:the|an?|that|you|we|(?-i:[A-Z]))\b|(?:myth|fiction):|true or false\b"
    r"|(?:i doubt|it is (?:possible|likely|unlikely|doubtful|conceivable)|chances are)\b"
    r"|(?:never before|not since \S+|no sooner|at no time|nowhere) (?:ha[sd]|have|did|do|does|was|were|is|are|will)\b"
    r"|(?:had|were|should) [^,?]*, [^,?]*\bwould\b",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(r"\b(?:no|any) longer\b", re.IGNORECASE)
_DOUBTFUL = frozenset("reportedly allegedly supposedly apparently possibly perhaps maybe probably purportedly".split())
_PRESENT = frozenset("is are am 's 're do does has have can cannot will 'll".split())
_ADVERBS = frozenset("together alone again also once twice first then later".split())
_APPROXIMATE = APPROXIMATIONS | {"c"}
_UNTIL_WHEN = frozenset("before after by until since".split())
_MORE = re.compile(
    r"\s+(?:more|less|fewer|lower|higher|longer|shorter|larger|smaller|earlier|later|above|below|under)\b"
)
_VIEWS = frozenset(stem(verb) for verb in lex.REPORTING - {"say", "tell"})
_APART = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:, \d{3})+(?:\. \d+)?|\. \d+)(?!\d|,\d)")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_PAIR = re.compile(r"(\d+)\s?(?:[-–:]|to)\s?(\d+)")
_SUBSET = re.compile(r",? of (?:which|whom|them|these|those)\b")


def doubt(claim: str, evidence: str, status: Status, check: str) -> Doubt | None:
    """The first doubt about a verdict that the comparison reached, None where there is none."""
    ours, theirs = read(claim), read(evidence)
    asked = (
        _OF_SUPPORT
        if status == "supported"
        else (
            *_OF_REFUSAL.get(check, ()),
            *labelling.OF_REFUSAL.get(check, ()),
            *limits.of_refusal(check),
            *voiced.DOUBTS,
            *_OF_ANY_REFUSAL,
        )
    )
    return next((found for one in asked if (found := one(ours, theirs)) is not None), None)


def _framed(claim: Reading, evidence: Reading) -> Doubt | None:
    """A sentence that asks, supposes, tells a story or denies from its first words on."""
    frame = _FRAME.match(evidence.text)
    if frame and frame.group().lower().strip(",:") not in claim.text.lower():
        return Doubt("modality", frame.group())
    lost = evidence.operators & _DOUBTFUL - claim.operators if not claim.verbs else None
    return Doubt("modality", min(lost)) if lost else None


def _in_brackets(claim: Reading, evidence: Reading) -> Doubt | None:
    """A sentence whose statement is somebody's view: "the painting, critics argue, is a forgery"."""
    lower = [word.lower for word in evidence.words]
    for verb in evidence.verbs:
        before = lower[max(0, verb.first - 4) : verb.first]
        is_inside = "," in before and lower[verb.head + 1 : verb.head + 2] == [","]
        if verb.stem in _VIEWS and is_inside and lower[verb.head] not in claim.operators:
            return Doubt("modality", words_from(evidence, max(0, verb.first - 3), verb.head))
    return None


def _exception(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim is of all, or of what the evidence excepts."""
    is_of_all = bool(claim.operators & lex.UNIVERSAL)
    for first, start in phrases(evidence, claim, EXCEPTS):
        end = until(evidence, start, STOPS)
        if is_of_all or only_there(claim, evidence, start, end) or first <= 1:
            return Doubt("quantifier", words_from(evidence, first, max(start, end) - 1))
    return None


def _excepted(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim is of what the evidence excepts: "all but two voted" does not refute that two did not."""
    for first, start in phrases(evidence, claim, EXCEPTS):
        if only_there(claim, evidence, start, end := until(evidence, start, STOPS)):
            return Doubt("quantifier", words_from(evidence, first, end - 1))
    return None


def _not_meant(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word of the claim stands only where the evidence says that it is not meant."""
    zones = [
        (first, start, until(evidence, start, STOPS | {"who", "that", "which"}))
        for first, start in phrases(evidence, claim, _NOT_MEANT)
    ]
    lower = [word.lower for word in evidence.words]
    if lower[:1] == ["not"] and "but" in lower and "not" not in claim.operators:
        zones.append((0, 1, lower.index("but")))
    for verb in evidence.verbs:
        after = lower[verb.head + 1 : verb.head + 3]
        if after[:1] in (["not"], ["n't"]) and (len(after) == 1 or after[1] in STOPS):
            start = max((i + 1 for i in range(verb.first) if lower[i] in JOINTS | STOPS), default=0)
            zones.append((start, start, verb.first))
    if any(not verb.positive for verb in claim.verbs):
        return None
    for first, start, end in zones:
        if only_there(claim, evidence, start, end):
            return Doubt("polarity", words_from(evidence, first, max(start, end - 1)))
    return None


def _of_another(claim: Reading, evidence: Reading) -> Doubt | None:
    """A value stands in the evidence only as that of before, of a part, or by how much something is more or less."""
    for one in claim.quantities:
        alike = [other for other in evidence.quantities if other.text.lower() == one.text.lower()]
        if alike and all(_is_other(claim, one, evidence, other) for other in alike):
            return Doubt("role", alike[0].text)
    return None


def _is_other(claim: Reading, one: Stretch, evidence: Reading, other: Stretch) -> bool:
    before, after = evidence.text[: other.start].split()[-1:], evidence.text[other.end :]
    ours = claim.text[: one.start].split()[-1:]
    if before and before[0].lower() in ("from", "than") and before != ours:
        return True
    rest = claim.text[one.end :]
    if (more := _MORE.match(after)) and not rest.startswith(more.group()):
        return True
    return _SUBSET.match(after) is not None and _SUBSET.match(rest) is None


def _reversed(claim: Reading, evidence: Reading) -> Doubt | None:
    pairs = set(_PAIR.findall(evidence.text))
    for a, b in _PAIR.findall(claim.text):
        if a != b and (b, a) in pairs and (a, b) not in pairs:
            return Doubt("role", f"{b} and {a}")
    return None


def _apart(claim: Reading, evidence: Reading) -> Doubt | None:
    """A number of the claim stands in the evidence only with a gap in it, as tokenizers leave it: "3, 800", "1. 1"."""
    whole = {found.replace(",", "") for found in _NUMBER.findall(evidence.text)}
    wanted = {found.replace(",", "") for found in _NUMBER.findall(claim.text)} - whole
    found = (found for found in _APART.findall(evidence.text) if found.replace(", ", "").replace(" ", "") in wanted)
    return next((Doubt("number", one) for one in found), None)


def _about_when(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date stands in the evidence only as about when, or as until when."""
    for one in claim.dates:
        alike = [other for other in evidence.dates if other.text.lower() == one.text.lower()]
        ours = (claim.text[: one.start].split() or [""])[-1].lower()
        befores = [(evidence.text[: other.start].split() or [""])[-1].lower().strip(".") for other in alike]
        is_near = ours in _APPROXIMATE
        if alike and all(
            (word in _APPROXIMATE and not is_near) or (word in _UNTIL_WHEN and word != ours) for word in befores
        ):
            return Doubt("date", f"{befores[0]} {alike[0].text}")
    return None


def _not_the_head(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim's subject only tells which one the evidence speaks of: "the oil price", "Arlon's sister"."""
    said = {word.stem for word in claim.words}
    named = {i for name in evidence.names for i, w in enumerate(evidence.words) if name.start <= w.start < name.end}
    heads = {verb.head for verb in evidence.verbs} | {verb.first for verb in evidence.verbs}
    for i in claim.content:
        after = claim.words[i + 1] if i + 1 < len(claim.words) else None
        is_head = after is not None and (not means(after) or any(verb.first == i + 1 for verb in claim.verbs))
        if not is_head or after is None or after.lower == "'s" or not _is_subject(claim, i):
            continue
        places = [j for j in meaning(evidence) if evidence.words[j].stem == claim.words[i].stem]
        if places and all(_tells_which(evidence, j, said, named, heads) for j in places):
            return Doubt("role", words_from(evidence, places[0], min(places[0] + 2, len(evidence.words) - 1)))
    return None


def _is_subject(claim: Reading, i: int) -> bool:
    kinds = [(r.kind, claim.verbs[r.verb]) for r in claim.relations[i] if 0 <= r.verb < len(claim.verbs)]
    return any(kind == "S" or (kind == "O" and verb.passive and i < verb.first) for kind, verb in kinds)


def _tells_which(evidence: Reading, j: int, said: set[str], named: set[int], heads: set[int]) -> bool:
    k = j + 1
    if k < len(evidence.words) and evidence.words[k].lower == "'s":
        k += 1
        while (
            k < len(evidence.words) and evidence.words[k].stem not in said and k in evidence.content and k not in heads
        ):
            k += 1
        return k > j + 2 or (k < len(evidence.words) and evidence.words[k].stem not in said and k not in heads)
    if k >= len(evidence.words) or k in heads or k in named or k not in evidence.content or j in heads:
        return False
    word = evidence.words[k]
    is_noun = word.lower.isalpha() and word.lower not in _ADVERBS and not word.lower.endswith("ly")
    return is_noun and word.stem not in said


def _whose(claim: Reading, evidence: Reading) -> Doubt | None:
    """Whose it is in the claim, of whom it is in the evidence: "Poland's invasion of Germany"."""
    words = evidence.words
    ours = [
        (one.stem, other.lower, after.stem)
        for one, other, after in zip(claim.words, claim.words[1:], claim.words[2:], strict=False)
    ]
    for i in range(len(words) - 4):
        if words[i + 1].lower != "'s" or words[i + 3].lower != "of":
            continue
        owner, thing, whom = words[i].stem, words[i + 2].stem, words[i + 4].stem
        if (whom, "'s", thing) in ours or (thing, "of", owner) in ours:
            return Doubt("role", words_from(evidence, i, i + 4))
    return None


def _in_front(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word before a verb whose subject stands further in front: "the lawyer who represented Keller founded"."""
    lower = [word.lower for word in evidence.words]
    used = stems(claim, (i for i in claim.content if any(r.kind == "S" for r in claim.relations[i])))
    for before, verb in zip(evidence.verbs, evidence.verbs[1:], strict=False):
        between = range(before.head + 1, verb.first)
        is_bare = (before.first == before.head or before.passive) and lower[before.head] not in claim.operators
        if not is_bare or not between or any(lower[i] in JOINTS | STOPS for i in between):
            continue
        leads = lower[before.first - 1] in ("who", "which", "that") if before.first else False
        by = lower[before.head + 1] == "by" and before.first == before.head
        is_first = not any(one.first < before.first for one in evidence.verbs)
        if is_first and before.first > 1 and (leads or by) and used & stems(evidence, between):
            front = stems(evidence, range(before.first))
            if not used & front:
                return Doubt("role", words_from(evidence, max(0, before.first - 2), verb.head))
    return None


def _or_another(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word of a row of which only one is meant: "Anna, Ben or Carl"."""
    if "or" in claim.operators:
        return None
    heads = {i for verb in evidence.verbs for i in range(verb.first, verb.head + 1)}
    for i, word in enumerate(evidence.words):
        if word.lower != "or":
            continue
        k = i - 1
        while k >= 0 and k not in heads and (evidence.words[k].lower == "," or k in evidence.content):
            k -= 1
        if k + 1 < i and only_there(claim, evidence, k + 1, i):
            return Doubt("modality", words_from(evidence, k + 1, min(i + 1, len(evidence.words) - 1)))
    return None


def _only_so(claim: Reading, evidence: Reading) -> Doubt | None:
    """A claim that denies, or says "only", of more than the evidence does."""
    values = {one.text.lower() for one in (*claim.quantities, *claim.dates)}
    if any(not verb.positive for verb in claim.verbs):
        denied = [one for one in _denied_values(evidence) if one.text.lower() not in values]
        if denied and not values:
            return Doubt("quantifier", denied[0].text)
        if _ended(claim, evidence):
            return Doubt("polarity", "no longer")
    if "only" in claim.operators & evidence.operators:
        said = {word.stem for word in claim.words}
        only = next(i for i, word in enumerate(evidence.words) if word.lower == "only")
        end = until(evidence, only + 1, STOPS)
        lost = [
            evidence.words[i].lower
            for i in range(only + 1, end)
            if i in evidence.content and evidence.words[i].stem not in said
        ]
        if lost:
            return Doubt("quantifier", lost[0])
    return None


def _denied_values(evidence: Reading) -> list[Stretch]:
    """The values within what the verbs of the evidence deny."""
    found: list[Stretch] = []
    lower = [word.lower for word in evidence.words]
    for verb in evidence.verbs:
        if verb.positive:
            continue
        begin = max((i + 1 for i in range(verb.first) if lower[i] in STOPS), default=0)
        begin = begin if "no" in lower[begin : verb.first] else verb.first
        end = until(evidence, verb.head + 1, STOPS | JOINTS)
        low, high = evidence.words[begin].start, evidence.words[end - 1].end
        found += [one for one in (*evidence.quantities, *evidence.dates) if low <= one.start < high]
    return found


def _is_now(claim: Reading) -> bool:
    """Whether the claim says it of now."""
    heads = [(claim.words[verb.first].lower, claim.words[verb.head].lower) for verb in claim.verbs]
    return any(first in _PRESENT or (head.endswith("s") and head not in lex.AUXILIARIES) for first, head in heads)


def _ended(claim: Reading, evidence: Reading) -> bool:
    """Whether the evidence says "no longer" and the claim says it of another time than now."""
    if not _NO_LONGER.search(evidence.text) or _NO_LONGER.search(claim.text):
        return False
    return "never" in claim.operators or not _is_now(claim)


def _minimized(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is said with "barely" or "no doubt" happened."""
    if (found := evidence.operators & _MINIMIZERS) != claim.operators & _MINIMIZERS:
        return Doubt("polarity", min(found, default="") or min(claim.operators & _MINIMIZERS))
    fronted = _FRONTED.search(evidence.text.lower())
    if fronted and fronted.group() not in claim.text.lower():
        return Doubt("polarity", fronted.group())
    return Doubt("polarity", "no longer") if _NO_LONGER.search(evidence.text) and not _is_now(claim) else None


def _seldom(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is seldom or only nearly so is not so."""
    lost = (evidence.operators & _SELDOM) - claim.operators
    for j, word in enumerate(evidence.words[:-1]):
        following = evidence.words[j + 1].lower
        if word.lower not in lost or following in _OF_AMOUNTS or any(map(str.isdigit, following)):
            continue
        if any(verb.first - 1 <= j <= verb.head + 1 for verb in evidence.verbs):
            return Doubt("quantifier", words_from(evidence, j, j + 1))
    return None


def _denied_in_part(claim: Reading, evidence: Reading) -> Doubt | None:
    """A denial with more than the claim says may be of that alone: "did not die in Paris"."""
    lower = [word.lower for word in evidence.words]
    but = lower.index("but") if "but" in lower else 0
    if "not" in lower[:but] and only_there(claim, evidence, but, len(lower)):
        return Doubt("polarity", words_from(evidence, lower.index("not"), len(lower) - 1))
    if any(not verb.positive for verb in claim.verbs):
        return None
    said = {word.stem for word in claim.words} | ({"longer"} if _NO_LONGER.search(evidence.text) else set())
    for verb in evidence.verbs:
        if verb.positive:
            continue
        end = until(evidence, verb.head + 1, STOPS | JOINTS)
        for i in range(verb.head + 1, end):
            if means(evidence.words[i]) and evidence.words[i].stem not in said:
                return Doubt("polarity", words_from(evidence, verb.first, end - 1))
    return None


_OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _framed,
    _in_brackets,
    _exception,
    _not_meant,
    crossed,
    _of_another,
    _reversed,
    _about_when,
    *naming.DOUBTS,
    _not_the_head,
    _whose,
    _in_front,
    *modifiers.DOUBTS,
    _or_another,
    _only_so,
    _seldom,
    *limits.OF_SUPPORT,
    *(*kinds.OF_SUPPORT, *offices.OF_SUPPORT, *set_apart.OF_SUPPORT, *tenses.OF_SUPPORT),
    *(*scopes.DOUBTS, *narrowed.DOUBTS, *particles.DOUBTS, *sides.DOUBTS, *voiced.DOUBTS),
    *(*spelling.DOUBTS, *labelling.DOUBTS, *counted.DOUBTS),
    *(*added.DOUBTS, *openers.DOUBTS, *adverbs.DOUBTS, *trailing.DOUBTS),
    *(*answers.OF_SUPPORT, *viewed.DOUBTS, *fields.DOUBTS, *written.DOUBTS),
)
_OF_REFUSAL: dict[str, tuple[Callable[[Reading, Reading], Doubt | None], ...]] = {
    "polarity": (_minimized, _denied_in_part, _excepted, *set_apart.OF_REFUSAL, *answers.OF_DENIAL),
    "number": (_apart,),
    "unit": (_apart,),
}
_OF_ANY_REFUSAL = (*answers.OF_REFUSAL, *viewed.DOUBTS)
