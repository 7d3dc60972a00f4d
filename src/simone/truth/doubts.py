"""What keeps a word-by-word comparison from deciding: exceptions, denied parts, values that belong to something else.

Not for finding the comparison (`exact`): only what it has decided is looked at, and nothing is decided here. A doubt is
the check it falls under and what the evidence says, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.words import Word, stem
from simone.records import Status
from simone.truth.reading import Reading, Stretch, read


class Doubt(NamedTuple):
    """The check that cannot decide, and the words of the evidence that are why."""

    check: str
    said: str


_STOPS = frozenset((",", ";", ":", ".", "—", "–", "(", ")"))
_LINKS = frozenset("in at on of for to from with by than during".split())
_JOINTS = frozenset((",", ";", "and", "but", "while", "whereas", "or"))
_EXCEPTS = (
    *("all but", "everyone but", "everybody but", "everything but", "except", "excluding", "apart from", "save for"),
    *("other than", "with the exception of", "aside from"),
)
_NOT_MEANT = (
    *("rather than", "instead of", "as opposed to", "though not", "although not", "albeit not", "if not"),
    *("but no", "and no", "but not", "nor"),
)
_MINIMIZERS = frozenset("hardly barely scarcely rarely seldom".split())
_FRONTED = re.compile(r"\b(?:no sooner|no doubt|never before|not since|no (?:proof|evidence|sign|reason|indication))\b")
_TAKES_BACK = lex.PRIVATIVE | {"called", "be", "toy"}
_FRAME = re.compile(
    r"(?:in (?:theory|principle|(?:the|a|his|her) (?:novel|film|movie|legend|story|play|myth|tale|dream|series|game)"
    r"|(?:his|her|their|its|my|our) (?:view|opinion|eyes|dreams?))|on paper),"
    r"|(?:suppose|imagine|assume|myth:|fiction:|true or false)\b"
    r"|(?:i doubt|it is (?:possible|likely|unlikely|doubtful|conceivable)|chances are)\b"
    r"|(?:never before|not since|no sooner|at no time|nowhere)\b"
    r"|(?:had|were|should) [^?]*\bwould\b",
    re.IGNORECASE,
)
_DOUBTFUL = frozenset("reportedly allegedly supposedly apparently possibly perhaps maybe probably purportedly".split())
_PRESENT = frozenset("is are am 's 're do does has have can cannot will 'll".split())
_ADVERBS = frozenset("together alone again also once twice first then later".split())
_APPROXIMATE = frozenset("around about circa c approximately roughly nearly almost before after by until since".split())
_MORE = re.compile(
    r"\s+(?:more|less|fewer|lower|higher|longer|shorter|larger|smaller|earlier|later|above|below|under)\b"
)
_VIEWS = frozenset(stem(verb) for verb in lex.REPORTING - {"say", "tell"})
_PAIR = re.compile(r"(\d+)\s?(?:[-–:]|to)\s?(\d+)")
_SUBSET = re.compile(r",? of (?:which|whom|them|these|those)\b")
_WHOLE_NAMES = frozenset(
    "university foundation bank institute museum college school academy hospital company group inc ltd corp "
    "corporation club party union council ministry church cathedral castle hall palace tower bridge street square park "
    "river lake mount bay island islands sea valley county province state city prize award medal cup festival gallery "
    "library exchange stock african american asian european "
    "north south east west northern southern eastern western new old great upper lower united central ii iii iv jr "
    "junior".split()
)


def doubt(claim: str, evidence: str, status: Status, check: str) -> Doubt | None:
    """The first doubt about a verdict that the comparison reached, None where there is none."""
    ours, theirs = read(claim), read(evidence)
    asked = _OF_SUPPORT if status == "supported" else _OF_DENIAL if check == "polarity" else ()
    return next((found for one in asked if (found := one(ours, theirs)) is not None), None)


def _said(reading: Reading, first: int, last: int) -> str:
    return reading.text[reading.words[first].start : reading.words[last].end]


def _stems(reading: Reading, places: Iterable[int]) -> set[str]:
    return {reading.words[i].stem for i in places}


def _means(word: Word) -> bool:
    return word.is_word and word.lower not in lex.FUNCTION and word.lower not in lex.NEGATORS


def _meaning(reading: Reading) -> list[int]:
    return [i for i, word in enumerate(reading.words) if _means(word)]


def _phrases(reading: Reading, markers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(first word of a marker, first word after it) for each that stands in a sentence."""
    lower = [word.lower for word in reading.words]
    for marker in markers:
        parts = marker.split()
        for i in range(len(lower) - len(parts)):
            if lower[i : i + len(parts)] == parts:
                yield i, i + len(parts)


def _until(reading: Reading, start: int, stops: frozenset[str]) -> int:
    """Where what begins at a word ends: a stop, a verb, or a relative."""
    heads = {verb.first for verb in reading.verbs}
    end = start
    while end < len(reading.words) and reading.words[end].lower not in stops and (end == start or end not in heads):
        end += 1
    return end


def _only_there(claim: Reading, evidence: Reading, start: int, end: int) -> bool:
    """Whether a word of the claim stands in the evidence only within [start, end)."""
    inside = _stems(evidence, (i for i in range(start, end) if _means(evidence.words[i])))
    outside = _stems(evidence, (i for i in _meaning(evidence) if not start <= i < end))
    return bool(inside & _stems(claim, _meaning(claim)) - outside)


def _framed(claim: Reading, evidence: Reading) -> Doubt | None:
    """A sentence that asks, supposes, tells a story or denies from its first words on."""
    frame = _FRAME.match(evidence.text)
    if frame and not claim.text.lower().startswith(frame.group().lower()[:8]):
        return Doubt("modality", frame.group())
    if evidence.text.rstrip().endswith("?") and not claim.text.rstrip().endswith("?"):
        return Doubt("modality", evidence.text)
    lost = evidence.operators & _DOUBTFUL - claim.operators if not claim.verbs else None
    return Doubt("modality", min(lost)) if lost else None


def _in_brackets(claim: Reading, evidence: Reading) -> Doubt | None:
    """A sentence whose statement is somebody's view: "the painting, critics argue, is a forgery"."""
    lower = [word.lower for word in evidence.words]
    for verb in evidence.verbs:
        before = lower[max(0, verb.first - 4) : verb.first]
        is_inside = "," in before and lower[verb.head + 1 : verb.head + 2] == [","]
        if verb.stem in _VIEWS and is_inside and lower[verb.head] not in claim.operators:
            return Doubt("modality", _said(evidence, max(0, verb.first - 3), verb.head))
    return None


def _exception(claim: Reading, evidence: Reading) -> Doubt | None:
    for first, start in _phrases(evidence, _EXCEPTS):
        marker = evidence.words[first].lower
        end = _until(evidence, start, _STOPS)
        if marker in claim.operators and evidence.words[start - 1].lower in claim.operators:
            continue
        is_of_all = bool(claim.operators & lex.UNIVERSAL)
        if is_of_all or _only_there(claim, evidence, start, end) or first <= 1:
            return Doubt("quantifier", _said(evidence, first, max(start, end) - 1))
    return None


def _not_meant(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word of the claim stands only where the evidence says that it is not meant."""
    zones = [
        (first, start, _until(evidence, start, _STOPS | {"who", "that", "which"}))
        for first, start in _phrases(evidence, _NOT_MEANT)
    ]
    lower = [word.lower for word in evidence.words]
    if lower[:1] == ["not"] and "but" in lower:
        zones.append((0, 1, lower.index("but")))
    for verb in evidence.verbs:
        after = lower[verb.head + 1 : verb.head + 3]
        if after[:1] in (["not"], ["n't"]) and (len(after) == 1 or after[1] in _STOPS):
            start = max((i + 1 for i in range(verb.first) if lower[i] in _JOINTS | _STOPS), default=0)
            zones.append((start, start, verb.first))
    if any(not verb.positive for verb in claim.verbs):
        return None
    for first, start, end in zones:
        if _only_there(claim, evidence, start, end):
            return Doubt("polarity", _said(evidence, first, max(start, end - 1)))
    return None


def _crossed(claim: Reading, evidence: Reading) -> Doubt | None:
    """Parts of one sentence each have their own value, place or thing; the claim takes them from different parts."""
    if len(claim.verbs) > 1:
        return None
    values = sorted((*evidence.quantities, *evidence.dates), key=lambda one: one.start)
    starts = [word.start for word in evidence.words]
    at = [next((i for i, start in enumerate(starts) if start >= value.start), len(starts) - 1) for value in values]
    lower = [word.lower for word in evidence.words]
    anchors = [sorted(at)] if len(values) > 1 else []
    anchors += [[i for i, one in enumerate(lower) if one == link] for link in sorted(_LINKS & set(lower))]
    for places in anchors:
        cuts = [i for i, one in enumerate(lower) if one in _JOINTS and places[0] < i < places[-1]] if places else []
        if cuts and (places != sorted(at) or _parallel(evidence, values, at, cuts)):
            found = _from_several(claim, evidence, places, cuts)
            if found is not None:
                return found
    return None


def _from_several(claim: Reading, evidence: Reading, at: Sequence[int], cuts: Sequence[int]) -> Doubt | None:
    """Whether the claim joins words of different parts; what stands before and behind all parts is common to them."""
    in_verbs = {i for verb in evidence.verbs for i in range(verb.first, verb.head + 1)}
    lead = next((verb for verb in reversed(evidence.verbs) if verb.head < at[0]), None)
    begin = lead.head + 1 if lead is not None else 0
    parts = [range(cut + 1, min((k for k in at if k > cut), default=cut)) for cut in cuts]
    if not any(i in evidence.content or i in in_verbs for part in parts for i in part):
        begin = at[0]  # the parts are but a row of values
    elif lead is not None and any(i in in_verbs for part in parts for i in part):
        begin = lead.first
    elif not any(i in evidence.content for i in range(begin, at[0])):
        begin = 0
    end = min((verb.first for verb in evidence.verbs if verb.first > at[-1]), default=len(evidence.words))
    used = _stems(claim, (i for i in _meaning(claim) if not _is_beside_subject(claim, i)))
    places: dict[str, set[int]] = {}
    for i in range(begin, end):
        is_common = begin == 0 and lead is not None and lead.first <= i <= lead.head
        if _means(evidence.words[i]) and evidence.words[i].stem in used and not is_common:
            places.setdefault(evidence.words[i].stem, set()).add(sum(cut < i for cut in cuts))
    common = _stems(evidence, (i for i in _meaning(evidence) if not begin <= i < end))
    held = [where for stem, where in sorted(places.items()) if stem not in common]
    if len(held) > 1 and not set.intersection(*held):
        return Doubt("role", _said(evidence, begin, end - 1))
    return None


def _is_beside_subject(claim: Reading, i: int) -> bool:
    """Whether a word only says more of the claim's subject: "the lighthouse on the cape was"."""
    is_before = any(i < verb.first for verb in claim.verbs)
    return is_before and bool(claim.relations[i]) and not {"S", "O"} & {r.kind for r in claim.relations[i]}


def _parallel(evidence: Reading, values: Sequence[Stretch], at: Sequence[int], cuts: Sequence[int]) -> bool:
    """Whether two parts of a sentence each hold a value of the same form."""
    forms: dict[tuple[str, bool], set[int]] = {}
    dates = set(evidence.dates)
    for value, place in zip(values, at, strict=True):
        form = re.sub(
            r"[\d.,]+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", "", value.text.lower()
        ).strip()
        forms.setdefault((form if value not in dates else "", value in dates), set()).add(sum(c < place for c in cuts))
    return any(len(parts) > 1 for parts in forms.values())


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


def _about_when(claim: Reading, evidence: Reading) -> Doubt | None:
    """A date stands in the evidence only as about when, or as until when."""
    for one in claim.dates:
        alike = [other for other in evidence.dates if other.text.lower() == one.text.lower()]
        ours = (claim.text[: one.start].split() or [""])[-1].lower()
        befores = [(evidence.text[: other.start].split() or [""])[-1].lower().strip(".") for other in alike]
        if alike and all(word in _APPROXIMATE and word != ours for word in befores):
            return Doubt("date", f"{befores[0]} {alike[0].text}")
    return None


def _part_of_a_name(claim: Reading, evidence: Reading) -> Doubt | None:
    """What the claim names stands in the evidence only within the name of something else."""
    names = [name.text for name in claim.names]
    if claim.text[:1].isupper() and claim.words and claim.words[0].start not in {name.start for name in claim.names}:
        names += [_said(claim, 0, 0)] if 0 in claim.content else []
    for name in names:
        own = name.lower().split()
        whole = [other for other in evidence.names if set(own) < set(other.text.lower().split())]
        if not whole or any(other.text.lower() == name.lower() for other in evidence.names):
            continue
        others = [set(re.findall(r"[\w.]+", other.text.lower())) - set(own) for other in whole]
        if all(words & (_WHOLE_NAMES | {"of"}) for words in others):
            return Doubt("entity", whole[0].text)
    return None


def _not_the_head(claim: Reading, evidence: Reading) -> Doubt | None:
    """The claim's subject only tells which one the evidence speaks of: "the oil price", "Arlon's sister"."""
    said = {word.stem for word in claim.words}
    named = {i for name in evidence.names for i, w in enumerate(evidence.words) if name.start <= w.start < name.end}
    heads = {verb.head for verb in evidence.verbs} | {verb.first for verb in evidence.verbs}
    for i in claim.content:
        after = claim.words[i + 1] if i + 1 < len(claim.words) else None
        is_head = after is not None and (not _means(after) or any(verb.first == i + 1 for verb in claim.verbs))
        if not is_head or after is None or after.lower == "'s" or not _is_subject(claim, i):
            continue
        places = [j for j in _meaning(evidence) if evidence.words[j].stem == claim.words[i].stem]
        if places and all(_tells_which(evidence, j, said, named, heads) for j in places):
            return Doubt("role", _said(evidence, places[0], min(places[0] + 2, len(evidence.words) - 1)))
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

    def owners(reading: Reading) -> tuple[set[str], set[str]]:
        own = {reading.words[i - 1].stem for i in range(1, len(reading.words)) if reading.words[i].lower == "'s"}
        of = {reading.words[i + 1].stem for i in range(len(reading.words) - 1) if reading.words[i].lower == "of"}
        return own, of

    (our_own, our_of), (their_own, their_of) = owners(claim), owners(evidence)
    is_given = bool(our_own & their_of and their_own and not our_own & their_own)
    is_taken = bool(our_of & their_own and their_of and not our_of & their_of)
    return Doubt("role", evidence.text) if is_given or is_taken else None


def _in_front(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word before a verb whose subject stands further in front: "the lawyer who represented Keller founded"."""
    lower = [word.lower for word in evidence.words]
    used = _stems(claim, (i for i in claim.content if any(r.kind == "S" for r in claim.relations[i])))
    for before, verb in zip(evidence.verbs, evidence.verbs[1:], strict=False):
        between = range(before.head + 1, verb.first)
        is_bare = before.first == before.head or before.passive
        if not is_bare or not between or any(lower[i] in _JOINTS | _STOPS for i in between):
            continue
        leads = lower[before.first - 1] in ("who", "which", "that") if before.first else False
        by = lower[before.head + 1] == "by" and before.first == before.head
        is_first = not any(one.first < before.first for one in evidence.verbs)
        if is_first and before.first > 1 and (leads or by) and used & _stems(evidence, between):
            front = _stems(evidence, range(before.first))
            if not used & front:
                return Doubt("role", _said(evidence, max(0, before.first - 2), verb.head))
    return None


def _prefixed(claim: Reading, evidence: Reading) -> Doubt | None:
    """A word stands in the evidence only behind what takes it back: "vice-president", "so-called", "ex-wife"."""
    for i in _meaning(claim):
        word = claim.words[i]
        starts = [w.start for w in evidence.words if w.stem == word.stem and _means(w)]
        prefixes = [re.search(r"([\w’'-]+?)-$", evidence.text[:start]) for start in starts]
        prefixes = [
            re.search(r"(so-called|would-be|toy) $", evidence.text[:a]) or p
            for a, p in zip(starts, prefixes, strict=True)
        ]
        is_taken_back = all(p is not None and p.group(1).lower().split("-")[-1] in _TAKES_BACK for p in prefixes)
        if starts and is_taken_back and claim.text[max(0, word.start - 1)] != "-":
            return Doubt("modality", evidence.text[max(0, starts[0] - 12) : starts[0] + len(word.lower)])
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
        if k + 1 < i and _only_there(claim, evidence, k + 1, i):
            return Doubt("modality", _said(evidence, k + 1, min(i + 1, len(evidence.words) - 1)))
    return None


def _only_so(claim: Reading, evidence: Reading) -> Doubt | None:
    """A claim that denies, or says "only", of more than the evidence does."""
    values = {one.text.lower() for one in (*claim.quantities, *claim.dates)}
    if any(not verb.positive for verb in claim.verbs):
        lost = [one.text for one in (*evidence.quantities, *evidence.dates) if one.text.lower() not in values]
        if lost and not claim.quantities and not claim.dates:
            return Doubt("quantifier", lost[0])
        if _ended(claim, evidence):
            return Doubt("polarity", "no longer")
    if "only" in claim.operators & evidence.operators:
        said = {word.stem for word in claim.words}
        only = next(i for i, word in enumerate(evidence.words) if word.lower == "only")
        end = _until(evidence, only + 1, _STOPS)
        lost = [
            evidence.words[i].lower
            for i in range(only + 1, end)
            if i in evidence.content and evidence.words[i].stem not in said
        ]
        if lost:
            return Doubt("quantifier", lost[0])
    return None


def _ended(claim: Reading, evidence: Reading) -> bool:
    """Whether the evidence says "no longer" and the claim says it of another time than now."""
    if "longer" not in evidence.operators or "longer" in claim.operators or "no" not in evidence.operators:
        return False
    return "never" in claim.operators or not any(claim.words[verb.first].lower in _PRESENT for verb in claim.verbs)


def _minimized(claim: Reading, evidence: Reading) -> Doubt | None:
    """What is said with "barely" or "no doubt" happened."""
    if (found := evidence.operators & _MINIMIZERS) != claim.operators & _MINIMIZERS:
        return Doubt("polarity", min(found, default="") or min(claim.operators & _MINIMIZERS))
    fronted = _FRONTED.search(evidence.text.lower())
    if fronted and fronted.group() not in claim.text.lower():
        return Doubt("polarity", fronted.group())
    if "longer" in evidence.operators and not any(
        claim.words[v.first].lower in _PRESENT for v in claim.verbs if v.positive
    ):
        is_now = any(claim.words[v.head].lower.endswith("s") for v in claim.verbs)
        if not is_now:
            return Doubt("polarity", "no longer")
    return None


def _denied_in_part(claim: Reading, evidence: Reading) -> Doubt | None:
    """A denial with more than the claim says may be of that alone: "did not die in Paris"."""
    lower = [word.lower for word in evidence.words]
    but = lower.index("but") if "but" in lower else 0
    if "not" in lower[:but] and _only_there(claim, evidence, but, len(lower)):
        return Doubt("polarity", _said(evidence, lower.index("not"), len(lower) - 1))
    if any(not verb.positive for verb in claim.verbs):
        return None
    said = {word.stem for word in claim.words}
    for verb in evidence.verbs:
        if verb.positive:
            continue
        end = _until(evidence, verb.head + 1, _STOPS | _JOINTS)
        for i in range(verb.head + 1, end):
            if _means(evidence.words[i]) and evidence.words[i].stem not in said:
                return Doubt("polarity", _said(evidence, verb.first, end - 1))
    return None


_OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (
    _framed,
    _in_brackets,
    _exception,
    _not_meant,
    _crossed,
    _of_another,
    _reversed,
    _about_when,
    _part_of_a_name,
    _not_the_head,
    _whose,
    _in_front,
    _prefixed,
    _or_another,
    _only_so,
)
_OF_DENIAL: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_minimized, _denied_in_part)
