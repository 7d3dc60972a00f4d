"""Phrases and clauses in front of a statement that limit it: "In mice, …", "When wet, …", "In case of fire, …".

Not for limits behind the predicate (`trailing`) or adverbs beside a verb (`adverbs`). What may be left out in front is
a closed list, longer for a single event of the past than for what holds in general.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.adverbs import is_adverb, is_harmless_in_front
from simone.truth.clauses import SEASONS, is_general, is_lost, said_in
from simone.truth.deferred import pattern
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt, means, words_from

LONGEST = 20
"""Words of a phrase in front of a statement, count."""
SHORT = 3
"""Words of a clause with "while" that says how long, not what else is so, count."""
_YEAR = pattern(r"\b[12]\d{3}s?\b")
_IDLE = pattern(
    r"(?:for (?:example|instance|this reason|that reason)|of course"
    r"|as (?:well|expected|usual|planned|always|of|a result|a consequence|part of|with)"
    r"|in (?:addition|fact|turn|particular|response|return|total|all|contrast|conclusion|protest|retaliation|reality"
    r"|short|brief|summary|other words|spite|the meantime|the end|the beginning|recent years|memory|honou?r|order"
    r"|the same year|the following|preparation|search|collaboration|cooperation|partnership|association|agreement)"
    r"|on (?:the other hand|the one hand|top of|behalf)"
    r"|at (?:present|last|first(?! glance| sight)|the time|that time|the moment|the end|the beginning|the age|around"
    r"|about|least|the same|\d|an? (?:height|length|age|cost|depth|altitude|elevation|distance))"
    r"|by (?:contrast|comparison|then|now|the (?:time|end)|law)|to (?:date|this day|be sure)|from (?:then|there|that)"
    r"|with (?:its|his|her|their|more than|over|about|nearly|almost|around|some|\d)"
    r"|given (?:that|the|its|his|her|their)|along with|together with|as well as|because of|due to|thanks to|owing to"
    r"|according to)\b",
    re.IGNORECASE,
)
"""What a statement may be begun with that neither limits it nor says how far it holds."""
_ALWAYS_IDLE = frozenset(
    "since because although though despite notwithstanding besides like unlike instead while whereas including"
    " following and but via amid thanks also being having".split()
)
_OF_EVENTS = frozenset(
    "in on at after before during by from with as for through over throughout among near between upon when once until"
    " till within around about across along against to into inside outside behind beside above below off towards"
    " toward where up down past only just not without".split()
)
"""Words that begin a when, a where or a how of a single event."""
_NEVER_IDLE = frozenset(
    "except excepting excluding barring failing unless if assuming provided providing supposing subject depending"
    " pending adjusted measured compared relative corrected weighted judged judging versus under of per beyond"
    " otherwise theoretically".split()
)
"""Words that begin a condition, an exception or a measure, whatever it is of."""
_CONDITIONS = pattern(
    r"(?:in (?:case|the event|error|theory|principle|part|effect|essence|name|vain|jest|fun)|on (?:paper|condition"
    r"|trial|request|demand|average)|at (?:best|worst|most)|as long as|so long as|for (?:fun|practice)"
    r"|by [^,]* account|as (?:the |some |many )?\w+ (?:goes|has it|says?|claims?)"
    r"|with (?:the |one |two |few |some |certain |no )?(?:exceptions?|limits|reservations))\b"
    r"|in (?:an?|one|another|some|other) (?:versions?|accounts?|readings?|variants?)\b"
    r"|in (?:an?|one|another|some|the) (?:parallel|alternate|alternative|imaginary|imagined|fictional|fictitious"
    r"|virtual|hypothetical|simulated|perfect|ideal|possible)\b",
    re.IGNORECASE,
)
_DESCRIBING = frozenset(
    "born founded built established located situated named called known owned released published written produced"
    " directed designed based opened created formed completed constructed nicknamed titled entitled set dating"
    " standing starring featuring measuring containing having being covering lying including weighing comprising"
    " serving spanning running stretching surrounded bordered inhabited inspired led headed adapted developed"
    " introduced launched invented discovered first originally affectionately also considered regarded described"
    " raised educated trained elected appointed abandoned restored rebuilt destroyed damaged".split()
)
"""Participles that tell more of a thing and do not limit what is said of it."""
_TIMES = SEASONS | lex.TIMES | lex.PARTS_OF_DAYS | frozenset("christmas easter midnight noon dawn dusk court".split())
_NUMBERED = frozenset("over under about around between above below up at more less".split())
_WHERE = frozenset("in at on across among throughout outside within".split())
_STARTS = frozenset((";", ":", "—", "–"))


def _opened(claim: Reading, evidence: Reading) -> Doubt | None:
    """The evidence says it only under what stands in front of it."""
    said = said_in(claim)
    lower = [word.lower for word in evidence.words]
    starts = [0, *(i + 1 for i, word in enumerate(lower[:-1]) if word in _STARTS)]
    for start in starts:
        start += lower[start] in ("and", "but", "“", '"', "so")
        end = _end(claim, evidence, lower, start)
        if start < end and _goes_on(claim, evidence, end) and _limits(claim, evidence, start, end, said):
            return Doubt("modality", words_from(evidence, start, end - 1))
    return None


def _end(claim: Reading, evidence: Reading, lower: Sequence[str], start: int) -> int:
    """Where what is in front of the statement ends: at a comma, or where the claim's first word stands; `start` where
    nothing is."""
    limit = min(len(lower), start + LONGEST)
    comma = next((i for i in range(start, limit) if lower[i] == ","), 0)
    is_amount = start + 1 < limit and lower[start] in _NUMBERED and lower[start + 1][0].isdigit()
    if start >= limit or (is_amount and not comma):
        return start
    first = next((word.stem for word in claim.words if means(word)), "")
    subject = next((i for i in range(start, limit) if evidence.words[i].stem == first), None)
    if claim.words[0].lower in lex.PREPOSITIONS | lex.SUBORDINATORS:
        subject = None
    opens = lower[start] in lex.PREPOSITIONS | lex.SUBORDINATORS | _NEVER_IDLE | {"once"}
    if comma and (subject is None or comma < subject):
        return comma if opens or _opens_with_comma(evidence, lower, start, comma) else start
    if subject is None or not opens or comma:
        return start
    while subject > start and lower[subject - 1] not in lex.PREPOSITIONS and _is_before_noun(evidence, subject - 1):
        subject -= 1
    return subject


def _goes_on(claim: Reading, evidence: Reading, end: int) -> bool:
    """Whether what the claim says begins behind a phrase before another verb does."""
    said = {word.stem for word in claim.words if means(word)}
    place = next((i for i in range(end, len(evidence.words)) if evidence.words[i].stem in said), end)
    return not any(
        end < verb.first < place and verb.stem not in said and evidence.words[verb.head].is_word
        for verb in evidence.verbs
    )


def _is_before_noun(evidence: Reading, i: int) -> bool:
    return evidence.words[i].lower in lex.DETERMINERS


def _opens_with_comma(evidence: Reading, lower: Sequence[str], start: int, comma: int) -> bool:
    """Whether a first word is one that only a phrase in front begins with: an adverb or a participle."""
    word = lower[start]
    if is_adverb(evidence, start):
        return comma <= start + 2
    is_participle = word.endswith(("ed", "ing")) or word in lex.PARTICIPLES
    return is_participle and word not in lex.NO_VERBS and evidence.words[start + 1].lower not in ("and", "or")


def _limits(claim: Reading, evidence: Reading, start: int, end: int, said: frozenset[str]) -> bool:
    """Whether words in front of a statement say how far it holds, and the claim does not say so."""
    words = evidence.words
    text, first = words_from(evidence, start, end - 1), words[start].lower
    if first in _NEVER_IDLE and first not in claim.operators:
        return not _is_idle_of_another(evidence, start)
    lost = [i for i in range(start, end) if is_lost(evidence, i, said)]
    if not lost:
        return False
    if _CONDITIONS().match(text):
        return True
    if is_adverb(evidence, start):
        is_alone = end == start + 1 or is_adverb(evidence, start + 1)
        is_idle = is_harmless_in_front(first) or not is_alone
        return not is_idle or (not is_alone and is_general(claim) and not _describes(evidence, start + 1, end))
    if first == "while" and end <= start + SHORT:
        return is_general(claim)
    if first in _ALWAYS_IDLE or _IDLE().match(text):
        return False
    if _YEAR().search(text) and first in lex.PREPOSITIONS:
        return False
    if first == "without" and claim.quantities:
        return True
    if first in lex.PREPOSITIONS | lex.SUBORDINATORS:
        is_whole = is_general(claim) or first not in _OF_EVENTS or _is_of_a_kind(evidence, start, end)
        return is_whole or (first in _WHERE and _is_of_many(claim) and _is_named(evidence, start + 1, end))
    return is_general(claim) and not _describes(evidence, start, end)


def _is_idle_of_another(evidence: Reading, start: int) -> bool:
    """ "Under Lund", "provided by the town": who leads or gives, no condition."""
    first, second = evidence.words[start].lower, evidence.words[min(start + 1, len(evidence.words) - 1)]
    if first == "under":
        return evidence.text[second.start].isupper()
    return first in ("provided", "measured", "judged", "subject") and second.lower == "by"


def _is_of_a_kind(evidence: Reading, start: int, end: int) -> bool:
    """Whether a phrase is of things of a kind, with neither article nor name nor date: "in rats", "at high doses"."""
    if evidence.words[start].lower not in ("in", "at", "on", "among", "with", "for") or end < start + 2:
        return False
    inside = evidence.words[start + 1 : end]
    if inside[0].lower in lex.DETERMINERS | lex.PRONOUNS or any(word.lower in _TIMES for word in inside):
        return False
    is_named = any(evidence.text[word.start].isupper() or word.lower[0].isdigit() for word in inside)
    return not is_named and inside[-1].lower.endswith("s") and len(inside) <= 3


def _is_of_many(claim: Reading) -> bool:
    """Whether a claim is of things of a kind and of nothing else: "prices fell"."""
    verb = claim.verbs[0] if claim.verbs else None
    is_one_word = verb is not None and verb.first == 1 and verb.head + 2 >= len(claim.words)
    return is_one_word and claim.words[0].lower.endswith("s") and not claim.names


def _is_named(evidence: Reading, start: int, end: int) -> bool:
    return any(evidence.text[word.start].isupper() for word in evidence.words[start:end])


def _describes(evidence: Reading, start: int, end: int) -> bool:
    """Whether a participle in front tells more of the subject: what made it, who is with it, when."""
    words = evidence.words[start:end]
    if words[0].lower in _DESCRIBING or any(word.lower == "by" for word in words[1:3]):
        return True
    return _YEAR().search(words_from(evidence, start, end - 1)) is not None


DOUBTS: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (_opened,)
"""Each of a claim that is supported and the evidence."""
