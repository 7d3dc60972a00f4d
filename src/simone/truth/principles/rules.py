"""One function for each principle: a sentence with what was found out about it -> where it goes against it, and why.

Not for words: they stand in the principle's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from simone.kernels.reference.validation.words import stem, stems_of
from simone.records import PrincipleName, Status, Verdict
from simone.truth.checkable import kind_of
from simone.truth.principles.shipped import pattern
from simone.truth.speakers import Speaker, without_quotations


class Hit(NamedTuple):
    """Where a sentence goes against a principle, offsets into the sentence, and why."""

    start: int
    end: int
    reason: str


class Seen(msgspec.Struct, frozen=True):
    """A sentence, its neighbours ("" at the ends), the verdicts on its claims, and who is quoted or reported in it.

    `settle` says of statements what the evidence says of them.
    """

    text: str
    before: str
    after: str
    verdicts: tuple[Verdict, ...]
    speaker: Speaker | None
    settle: Callable[[Sequence[str]], Sequence[Status]]

    @property
    def is_carried(self) -> bool:
        """Whether the evidence supports every claim of the sentence."""
        checked = [verdict for verdict in self.verdicts if verdict.claim.checkable]
        return bool(checked) and all(verdict.status == "supported" for verdict in checked)

    @property
    def is_attributed(self) -> bool:
        """Whether a named speaker, and not the text, says it."""
        return self.speaker is not None and bool(self.speaker.name) and not _is_nobody(self.speaker.name)

    @property
    def own(self) -> str:
        """The sentence without what others say in quotation marks, offsets kept."""
        return without_quotations(self.text)


_WORD = re.compile(r"\w+")
_CITED = re.compile(r"\[\d|\([^()]{0,120}\b(?:1[5-9]|20)\d\d[a-z]?\b[^()]{0,120}\)|https?://")
_SIDE = re.compile(
    r"(?i)\b(?:whether|(?:says?|claim|argue|believe|think|insist|hold) that|say|claim|argue|believe|think|insist)\s+"
    r"(?P<side>[^,;.?!]+?)"
    r"(?=[,;.?!]|$| remains?\b| have a point| but | while | continues\b| goes on\b"
    r"| is (?:still )?(?:controversial|disputed|debated|a matter|an open|debatable|unresolved))"
)
_LEVELLED = (
    r"(?:(?:all|simply|just|naturally|always|inherently|really|generally|usually|mostly|by nature|born|such)\s+)*"
)


def certainty(seen: Seen) -> Iterator[Hit]:
    """Words of certainty where the evidence does not carry the sentence, or flat statements from hedged evidence."""
    if seen.text.rstrip().endswith("?") or seen.is_carried or seen.is_attributed:
        return
    sure = pattern("certainty", "sure").search(seen.own)
    if sure and not pattern("certainty", "unsure").search(seen.own):
        yield Hit(sure.start(), sure.end(), "it claims a certainty that the evidence does not have")
        return
    for verdict in seen.verdicts:
        if verdict.status != "unverifiable" or _HEDGE.search(verdict.claim.text):
            continue
        if verdict.decided_by == "modality" or _is_hedged(verdict):
            at = seen.text.find(verdict.claim.text.rstrip("."))
            start, end = (at, at + len(verdict.claim.text.rstrip("."))) if at >= 0 else (0, len(seen.text.rstrip()))
            yield Hit(start, end, "it is stated flatly, and the evidence only says that it may be so")
            return


_HEDGES = "may might could possibly perhaps probably likely reportedly allegedly apparently"
_HEDGE = re.compile(rf"(?i)\b(?:{_HEDGES.replace(' ', '|')}|is (?:said|thought|believed))\b")
_HEDGING = frozenset(stem(word) for word in _HEDGES.split())


def _is_hedged(verdict: Verdict) -> bool:
    """Whether the best evidence says all that the claim says, and hedges it."""
    best = verdict.evidence[0].quote if verdict.evidence else ""
    return bool(_HEDGE.search(best)) and stems_of(verdict.claim.text) - _HEDGING <= stems_of(best)


def attribution(seen: Seen) -> Iterator[Hit]:
    """Somebody unnamed who says so, and quotations that nobody is given for."""
    if _CITED.search(seen.text):
        return
    own = seen.own
    lead = pattern("attribution", "lead").pattern.removeprefix("(?i)")
    who, says = (pattern("attribution", key).pattern.removeprefix("(?i)") for key in ("who", "says"))
    told = re.search(
        rf"(?i)(?:^|[,;:—]\s+|\b(?:but|and|that|because|although|while)\s+)(?P<who>(?:{lead}\s+)?{who}"
        rf"(?:\s+(?:close|familiar|near)\s+[\w ]{{2,30}}?)?)"
        rf"\s+(?:(?:have|has|had|now|also|still|widely|often|generally)\s+)*{says}\b",
        own,
    )
    passive = pattern("attribution", "passive").search(own)
    if told is None and seen.speaker and _is_nobody(seen.speaker.name):
        told = re.search(rf"(?i)(?P<who>according to\s+(?:{lead}\s+)?{who})", own)
    if told and not _names_somebody(own, told.end("who")):
        yield Hit(told.start("who"), told.end(), "nobody is named who says so")
    elif passive and not _names_somebody(own, passive.end()):
        yield Hit(passive.start(), passive.end(), "nobody is named who says so")
    speaker = seen.speaker
    if speaker and speaker.quoted and not speaker.name:
        start, end = speaker.quoted
        words = len(_WORD.findall(seen.text[start:end]))
        around = f"{seen.text[:start]} {seen.text[end:]}"
        if words >= _LEAST_QUOTED and not _SPOKEN.search(around) and not _SPOKEN.search(seen.before[-160:]):
            yield Hit(start, end, "nobody is named whose words these are")


_LEAST_QUOTED = 4
"""Words in quotation marks from which they are somebody's statement, count."""
_SPOKEN = re.compile(
    r"(?i)\b(?:said|says|told|added|replied|wrote|asked|warned|explained|according to|admitted|he|she)\b|:\s*$"
)


def _names_somebody(text: str, end: int) -> bool:
    """Whether a name follows close by: "Experts at the University of Selm"."""
    return bool(re.match(r"\s+(?:at|from|of|in|with|for|by)\s+(?:the\s+)?(?:\w+\s+){0,2}[A-Z]", text[end : end + 60]))


def _is_nobody(name: str) -> bool:
    """Whether a speaker is "experts" or "some people", whom nobody can ask."""
    words = name.lower().split()
    return bool(words) and len(words) <= 3 and bool(pattern("attribution", "who").fullmatch(words[-1]))


def balance(seen: Seen) -> Iterator[Hit]:
    """A question called open of which all the evidence says the same."""
    is_open = pattern("balance", "open").search(seen.own)
    if not is_open or seen.is_carried:
        return
    sides = [match["side"].strip() for match in _SIDE.finditer(seen.own)]
    statements = [f"{side[:1].upper()}{side[1:]}." for side in sides[:1] if len(side.split()) > 1]
    if not statements:
        return
    if (status := seen.settle(statements)[0]) != "unverifiable":
        says = "that it is so" if status == "supported" else "that it is not so"
        reason = f"it calls open whether “{sides[0]}”, and all the evidence that speaks of it says {says}"
        yield Hit(is_open.start(), is_open.end(), reason)


def dignity(seen: Seen) -> Iterator[Hit]:
    """Slurs, and faults laid on everybody of a group; not where another is quoted, nor where it is denied."""
    if (seen.speaker and seen.speaker.name) or pattern("dignity", "denied").search(seen.text):
        return
    own = seen.own
    hit = pattern("dignity", "terms").search(own)
    if hit:
        yield Hit(hit.start(), hit.end(), "the word demeans the people it is used of")
        return
    groups, faults, peoples = (
        pattern("dignity", key).pattern.removeprefix("(?i)") for key in ("groups", "faults", "peoples")
    )
    subject = (
        rf"(?:(?:[Aa]ll|[Mm]ost|[Tt]he|[Tt]hese|[Tt]hose)\s+){{0,2}}(?:\w+\s+)?(?:(?i:{groups})|{_NAMED}|{peoples})"
    )
    fault = rf"(?i:{_LEVELLED})(?:an?\s+)?(?i:{faults})"
    of_all = re.search(
        rf"(?:^|[,;:]\s+|\b(?:[Tt]hat|[Bb]ecause|[Aa]nd|[Bb]ut|[Ll]ike)\s+)(?P<hit>{subject}"
        rf"(?:\s+(?:from|of|in|with)\s+(?:the\s+)?\w+)?"
        rf"(?:\s+(?:are|were)\s+{fault}|,\s+(?:he|she|they)\s+(?:is|was|are|were)\s+{fault}))",
        own,
    )
    if of_all and not _COUNTED.match(of_all["hit"]):
        yield Hit(of_all.start("hit"), of_all.end("hit"), "it lays a fault on everybody of a group")


_NAMED = r"(?<=[a-z]\s)[A-Z][a-z]+(?:s|ese|ish|men|women)"
"""A plural with a capital inside a sentence: a people or the followers of something."""
_COUNTED = re.compile(r"(?i)^(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b")


def causation(seen: Seen) -> Iterator[Hit]:
    """A cause claimed that the evidence does not show; another reason where it shows that two things go together."""
    cause = pattern("causation", "cause").search(seen.own)
    if cause is None or pattern("causation", "unsure").search(seen.own):
        return
    if seen.is_carried or seen.is_attributed or kind_of(seen.text) is not None:
        return
    if not seen.verdicts or all(verdict.status == "refuted" for verdict in seen.verdicts):
        return
    shown = " ".join(piece.quote for verdict in seen.verdicts for piece in verdict.evidence)
    if not shown:
        return  # the verdict says already that nothing speaks of it
    if pattern("causation", "together").search(shown):
        reason = "the evidence says that the two go together, not that one causes the other"
    else:
        reason = "the evidence does not show this cause"
    yield Hit(cause.start(), cause.end(), reason)


def advice(seen: Seen) -> Iterator[Hit]:
    """Orders about health, law, money or danger, with no limit in the sentence or beside it."""
    own = seen.own
    if against := pattern("advice", "against").search(own):
        yield Hit(against.start(), against.end(), "it keeps people from those who could help")
        return
    order = _ADVISED.match(own)
    verb = pattern("advice", "orders").search(own, order.end() if order else 0)
    if verb is None or verb.start() > _NEAR_OPENING + (order.end() if order else 0):
        return
    field = pattern("advice", "fields").search(own)
    if field is None or (order is None and kind_of(seen.text) != "instruction"):
        return
    if pattern("advice", "limits").search(f"{seen.before} {seen.text} {seen.after}"):
        return
    yield Hit(
        verb.start(), max(verb.end(), field.end()), "it advises everybody and says nothing of when it does not hold"
    )


_ADVISED = re.compile(
    r"(?i)^(?:everyone|everybody|you|patients|people|parents|women|men)\s+(?:should|must|ought to|need to|have to)\b"
)
_NEAR_OPENING = 24
"""Characters behind the opening within which the verb of an order stands."""

RULES: dict[PrincipleName, Callable[[Seen], Iterator[Hit]]] = {
    "certainty": certainty,
    "attribution": attribution,
    "balance": balance,
    "dignity": dignity,
    "causation": causation,
    "advice": advice,
}
