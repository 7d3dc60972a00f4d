"""Finds what cannot be: sums that do not come out, impossible dates, times, temperatures, shares and counts.

Not for facts: what only evidence can refute is verification's.
"""

# ruff: noqa: E501 - a pattern or a message is broken where its meaning breaks, not where the line ends

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from simone.clock import Deadline
from simone.kernels.reference.validation.dates import find_dates
from simone.protocols.error_evaluation.marks import Mark, short
from simone.records import DraftSentence
from simone.truth.arithmetic import check_arithmetic
from simone.truth.checkable import why_not_checkable
from simone.truth.contradictions import COMPARED, Contradiction, find_contradictions
from simone.truth.markup import lead_of
from simone.truth.unspoken import blanked, find_unspoken

_DIGIT = re.compile(r"\d")
_NUMBER = r"\d{1,15}(?:,\d{3})*(?:\.\d{1,9})?"
_TEMPERATURE = re.compile(
    rf"(?P<minus>(?:(?<![\w.])[-−–]|\bminus\s)\s?)?(?P<number>{_NUMBER})\s?(?:°\s?|degrees?\s+)?"
    r"(?P<scale>(?<=[°\s])(?:C|F)\b|(?<=°)[CF]\b|Celsius\b|Fahrenheit\b|[Kk]elvins?\b)"
)
_ZERO = {"c": -273.15, "f": -459.67, "k": 0.0}
"""Absolute zero on each scale. Source: Bureau international des poids et mesures, The International System of Units, 2019."""
_COUNTED = (
    r"(?:people|persons|respondents|participants|voters|votes|members|students|pupils|children|patients|users|customers"
    r"|employees|workers|residents|citizens|households|women|men|adults|families|companies|countries|schools|seats"
    r"|deputies|delegates|teachers|players|visitors|passengers|casualties|deaths|books|cars|houses|trees|animals)"
)
_SHARE = re.compile(
    rf"(?P<number>{_NUMBER})\s?(?:%|percent|per cent) of (?:(?:all|the|its|their|our|these|those|registered|eligible|\w+'s)\s+){{0,3}}{_COUNTED}\b"
)
_NEGATIVE = re.compile(rf"(?:(?<![\w.,)\]%°-])(?<!\d )[-−]|\bminus )(?P<number>{_NUMBER}) {_COUNTED}\b")
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s?(?P<half>[ap]\.?m\b|o'clock|hours\b|h\b|GMT|UTC)"
)
_LOGGED = re.compile(r"\W*(?:\d{4}-\d\d-\d\d[T ]\d\d:|\d\d:\d\d:\d\d\b|(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b)")
"""How a line of a log opens: each is about its own moment."""


def find_impossible(prose: str, sentences: Sequence[DraftSentence], deadline: Deadline) -> Iterator[Mark]:
    """Marks of this module's rules. `prose` is the draft's text with its code blanked."""
    if _DIGIT.search(prose):
        for wrong in check_arithmetic(prose):
            yield Mark(wrong.start, wrong.end, "arithmetic", "error", wrong.message, f"write {wrong.computed:g}, or correct the numbers it comes from")  # fmt: skip
        yield from _numbers(prose)
    for date in find_dates(prose):
        if not date.valid:
            yield Mark(date.start, date.end, "impossible date", "error",
                       f"{short(prose[date.start : date.end])!r} is in no calendar", "look up the date in the source")  # fmt: skip
    if len(sentences) > 1:
        yield from _contradictions(list(_stated(prose, deadline.over(sentences, "EEP"))), deadline)


def _stated(prose: str, sentences: Iterable[DraftSentence]) -> Iterator[DraftSentence]:
    """The sentences that state something, without the marks of lists before them."""
    shown = blanked(prose, find_unspoken(prose))
    for one in sentences:
        is_hidden = shown[one.start : one.end] != prose[one.start : one.end]
        if not is_hidden and not _LOGGED.match(one.text) and not why_not_checkable(one.text):
            yield DraftSentence(one.text[lead_of(one.text) :], one.start, one.end)


def _contradictions(statements: Sequence[DraftSentence], deadline: Deadline) -> Iterator[Mark]:
    """One mark for each statement that others before it exclude: the nearest is quoted, the others are counted."""
    found, passed_over, series = find_contradictions([statement.text for statement in statements], deadline)
    told: dict[int, list[Contradiction]] = {}
    for one in found:
        told.setdefault(one.second, []).append(one)
    for second, those in told.items():
        first, _, check, reason = those[-1]
        rest = f"; it contradicts {_more(len(those) - 1, 'before it')}" if len(those) > 1 else ""
        if over := passed_over.get(second):
            rest += f"; not compared with it: {_more(over, 'that share its words')}"
        place = statements[second]
        yield Mark(place.start, place.end, "self-contradiction", "error",
                   f"contradicts {short(statements[first].text)!r} ({check}): {reason}{rest}",
                   "keep the one that the sources support")  # fmt: skip
    for members in series:
        place = statements[members[0]]
        yield Mark(place.start, place.end, "series of measures", "info",
                   f"{len(members)} sentences give measures in these words and name no time; they are not taken to contradict one another",
                   "say when each was measured")  # fmt: skip
    if untold := [second for second in passed_over if second not in told]:
        place = statements[untold[0]]
        yield Mark(place.start, place.end, "contradictions bounded", "info",
                   f"{len(untold)} sentences from here on share words with more sentences than the {COMPARED} that each was held against",
                   "say different things in different words, or check the text in parts")  # fmt: skip


def _more(count: int, which: str) -> str:
    return f"{count} more {'sentence' if count == 1 else 'sentences'} {which}"


def _numbers(prose: str) -> Iterator[Mark]:
    for match in _TEMPERATURE.finditer(prose):
        value = _value(match["number"]) * (-1 if match["minus"] else 1)
        if value < (least := _ZERO[match["scale"][0].lower()]):
            yield Mark(*match.span(), "impossible temperature", "error", f"{short(match.group())!r} is below absolute zero",
                       f"the lowest on this scale is {least:g}")  # fmt: skip
    if " of " in prose:
        for match in _SHARE.finditer(prose):
            if _value(match["number"]) > 100:
                yield Mark(*match.span(), "impossible share", "error", f"{short(match.group())!r} is more than all of them",
                           "a share of a whole is at most 100 percent")  # fmt: skip
    for match in _NEGATIVE.finditer(prose):
        if _value(match["number"]) > 0:
            yield Mark(*match.span(), "negative count", "error", f"{short(match.group())!r} counts fewer than none",
                       "say by how many the number fell, or correct it")  # fmt: skip
    if ":" in prose:
        for match in _TIME.finditer(prose):
            hour, minute = int(match["hour"]), int(match["minute"])
            if minute > 59 or hour > 24 or (hour > 12 and match["half"][0] in "o") or (hour == 24 and minute):
                yield Mark(*match.span(), "impossible time", "error", f"{match.group()!r} is on no clock",
                           "look up the time in the source")  # fmt: skip


def _value(number: str) -> float:
    return float(number.replace(",", ""))
