"""Times that a text names, as intervals of days told from the day on which the text was said.

Not for finding calendar dates (the kernels do) nor for clock times. What the rules below do not know stays unresolved:
"a few years ago" and "the other day" give no interval.

A week begins on Monday (ISO 8601). "Last Friday" is the Friday before that day, "this Friday" the first from that day
on, "next Friday" that of the week after. "Two weeks ago" is the week that holds the day, "three months ago" the month,
"two years ago" the year. A day or month without a year, and a weekday without a word before it, lie behind, unless the
words before them in the sentence look ahead ("will", "plan to", "looking forward to", "is on").

Source: that such words are read against the day of the utterance is TimeML's (Pustejovsky and others, 2003); where that
leaves a choice, the choice above is ours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from simone.memory.contract import OPEN, Interval

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_FEASTS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "new year's eve": (12, 31),
    "new year's day": (1, 1), "halloween": (10, 31), "valentine's day": (2, 14),
}  # fmt: skip
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {word: number for number, word in enumerate(_WORDS, start=1)} | {
    "a": 1, "an": 1, "a couple of": 2, "couple": 2, "couple of": 2,
}  # fmt: skip
_COUNT = rf"(?:a couple of|couple of|couple|{'|'.join(_WORDS)}|an|a|\d{{1,3}})"
_UNIT = r"(?:day|week|fortnight|month|year|decade)s?"
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_FEAST = "|".join(_FEASTS)
_SHIFTED = "|".join(("week", "weekend", "month", "year", *_WEEKDAYS, *_MONTHS, *_SEASONS, *_FEASTS))
_RULES = re.compile(
    "|".join(
        (
            r"\b(?:(?P<twice>(?:the )?day (?:before yesterday|after tomorrow))",
            rf"(?P<near>(?:yesterday|tomorrow){_PART}|today|tonight|last night|this (?:morning|afternoon|evening))",
            rf"(?P<counted>{_COUNT} {_UNIT} (?:ago|back|from now|from today))",
            rf"(?P<within>in {_COUNT} {_UNIT})",
            rf"(?P<lately>(?:last|past|previous) {_COUNT} {_UNIT})",
            r"(?P<second>(?:the )?(?:week|weekend|month|year) before last)",
            rf"(?P<shifted>(?:last|this past|this coming|this|next|upcoming) (?:{_SHIFTED}){_PART})",
            r"(?P<weekend>(?:over|at|on|during) the weekend)",
            rf"(?P<weekday>(?:{'|'.join(_WEEKDAYS)}){_PART})",
            rf"(?P<feast>{_FEAST}))(?![\w-])",
        )
    ),
    re.IGNORECASE,
)
_HINTS = (
    "day", "night", "tomorrow", "week", "month", "year", "decade", "morning", "afternoon", "evening", "christmas",
    "halloween", *_MONTHS, *_SEASONS,
)  # fmt: skip
_OPENED = re.compile(rf"(last|this past|this coming|this|next|upcoming) (.+?){_PART}$")
_AHEAD = re.compile(
    r"\b(?:will|shall|let['’]s|won['’]t|going to|gonna|plan(?:s|ning)?|hop(?:e|es|ing)|want(?:s|ing)? to|"
    r"intend(?:s|ing)?|about to|due(?! to)|upcoming|looking forward|can['’]t wait|scheduled|soon|thinking (?:of|about)|"
    r"prepar(?:e|es|ing)|ready for)\b|['’]ll\b",
    re.IGNORECASE,
)
_IS = re.compile(r"(?:\b(?:is|are)|['’](?:s|re))(?: (?:on|in|at|over|during))?(?: the)? $", re.IGNORECASE)
"""What is on a day, and was not, is still to come."""
_DEADLINE = re.compile(r"\b(?:by|until|till)(?: the| about| around)? $", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?;\n]|\b(?:but|and then)\b", re.IGNORECASE)
_SIDE = re.compile(r"(?:\b(since|until|till|before|after|by)(?: the| about| around)?) $", re.IGNORECASE)
_UNSAID = "????"
_REACH = 200
"""Characters before a time that are looked through for words that look ahead."""

Days = tuple[date, date]


class DateSpan(NamedTuple):
    """A calendar date of the text as the kernels find it: its span, first and last ISO day, "????" for no year."""

    start: int
    end: int
    first: str
    last: str


def find_intervals(text: str, dates: Sequence[DateSpan], said: date | None) -> tuple[Interval, ...]:
    """Every time that the text names, by place; none overlaps another.

    `said` is the text's own day; without it only dates with a year are resolved. "Since" leaves the end open, "until",
    "by" and "before" the beginning.
    """
    found: list[Interval] = []
    taken = bytearray(len(text))

    def keep(start: int, end: int, first: str, last: str) -> None:
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(_sided(text, Interval(start, end, first, last)))

    for one in dates:
        if _UNSAID not in one.first:
            keep(*one)
    if said is not None:
        for match in _RULES.finditer(text) if _may_name_a_time(text) else ():
            if days := _within_calendar(partial(_resolve, match, text, said)):
                keep(match.start(), match.end(), days[0].isoformat(), days[1].isoformat())
        for one in dates:
            if _UNSAID in one.first and (days := _within_calendar(partial(_in_year, one, text, said))):
                keep(one.start, one.end, days[0].isoformat(), days[1].isoformat())
    return tuple(sorted(found, key=lambda interval: interval.start))


def looks_ahead(text: str, place: int) -> bool:
    """Whether words before `place`, in the same clause, speak of what is still to come."""
    before = text[max(0, place - _REACH) : place]
    ends = [match.end() for match in _CLAUSE.finditer(before)]
    return bool(
        _AHEAD.search(before, ends[-1] if ends else 0) or _DEADLINE.search(before[-20:]) or _IS.search(before[-20:])
    )


def _may_name_a_time(text: str) -> bool:
    """Whether one of the words stands in it that every rule asks for."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


def _within_calendar(resolve: Callable[[], Days | None]) -> Days | None:
    """The days, None where the calendar of dates does not reach so far or has no such day."""
    try:
        return resolve()
    except (OverflowError, ValueError):
        return None


def _sided(text: str, interval: Interval) -> Interval:
    side = _SIDE.search(text, max(0, interval.start - 20), interval.start)
    word = side[1].lower() if side else ""
    first, last = interval.first, interval.last
    if word == "since":
        last = OPEN
    elif word in ("until", "till", "by"):
        first = OPEN
    elif word in ("before", "after") and (beside := _beside(first, last, word)):
        first, last = (OPEN, beside) if word == "before" else (beside, OPEN)
    return Interval(interval.start, interval.end, first, last)


def _beside(first: str, last: str, word: str) -> str:
    """The day before `first` or after `last`, "" where the calendar of dates has none."""
    try:
        end = date.fromisoformat(first if word == "before" else last)
        return (end + timedelta(days=-1 if word == "before" else 1)).isoformat()
    except (OverflowError, ValueError):
        return ""


def _resolve(match: re.Match[str], text: str, said: date) -> Days | None:
    words = match.group().lower().replace("’", "'")
    rule = str(match.lastgroup)
    if rule == "twice":
        return _day(said, 2 if "tomorrow" in words else -2)
    if rule == "near":
        return _day(said, {"yesterday": -1, "tomorrow": 1, "last": -1}.get(words.split()[0], 0))
    if rule == "counted":
        sign = -1 if words.endswith(("ago", "back")) else 1
        return _counted(said, sign, words.rsplit(" ago")[0].rsplit(" back")[0].rsplit(" from")[0])
    if rule == "within":
        return _counted(said, 1, words.removeprefix("in ")) if looks_ahead(text, match.start()) else None
    if rule == "lately":
        first = _counted(said, -1, words.split(" ", 1)[1])
        return (_moved(said, *_amount(words.split(" ", 1)[1], -1)), said) if first else None
    if rule == "second":
        return _shifted(said, -2, words.removeprefix("the ").split()[0])
    if rule == "shifted":
        return _named(words, said)
    ahead = looks_ahead(text, match.start())
    if rule == "weekend":
        return _weekend(said, ahead)
    if rule == "weekday":
        return _bare_weekday(match, words, said, ahead)
    month, day = _FEASTS[words]
    return _nearest(said, ahead, lambda year: (date(year, month, day), date(year, month, day)))


def _day(said: date, days: int) -> Days:
    day = said + timedelta(days=days)
    return day, day


def _amount(words: str, sign: int) -> tuple[int, str]:
    counted, unit = words.rsplit(" ", 1)
    count = int(counted) if counted.isdigit() else _COUNTS[counted]
    return sign * count, unit.removesuffix("s")


def _counted(said: date, sign: int, words: str) -> Days | None:
    """The day, week, month or year that lies that far away."""
    count, unit = _amount(words, sign)
    moved = _moved(said, count, unit)
    if unit == "day":
        return moved, moved
    if unit in ("week", "fortnight"):
        return _week(moved)
    if unit == "month":
        return _month(moved.year, moved.month)
    return date(moved.year, 1, 1), date(moved.year, 12, 31)


def _moved(said: date, count: int, unit: str) -> date:
    if unit in ("day", "week", "fortnight"):
        return said + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    months = said.year * 12 + said.month - 1 + count * {"month": 1, "year": 12, "decade": 120}[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(said.day, monthrange(year, month + 1)[1]))


def _week(day: date) -> Days:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _shifted(said: date, shift: int, unit: str) -> Days:
    """The week, weekend, month or year `shift` units from that of `said`."""
    if unit == "week":
        return _week(said + timedelta(days=7 * shift))
    if unit == "weekend":
        sunday = _week(said + timedelta(days=7 * shift))[1]
        return sunday - timedelta(days=1), sunday
    if unit == "month":
        moved = _moved(said, shift, "month")
        return _month(moved.year, moved.month)
    return date(said.year + shift, 1, 1), date(said.year + shift, 12, 31)


def _named(words: str, said: date) -> Days:
    """For instance "last May", "this weekend", "next Friday", "next summer"."""
    opened = _OPENED.match(words)
    assert opened is not None  # the rule that matched begins with one
    shift, what = opened.groups()
    way = {"last": -1, "this past": -1, "this": 0, "this coming": 1, "next": 1, "upcoming": 1}[shift]
    if what in ("week", "weekend", "month", "year"):
        return _shifted(said, 0 if what == "weekend" and shift in ("this coming", "upcoming") else way, what)
    if what in _WEEKDAYS:
        return _weekday(_WEEKDAYS.index(what), said, shift)
    if what in _MONTHS:
        month = _MONTHS.index(what) + 1
        return _by_year(said, way, lambda year: _month(year, month))
    if what in _FEASTS:
        month, day = _FEASTS[what]
        return _by_year(said, way, lambda year: (date(year, month, day), date(year, month, day)))
    return _by_year(said, way, lambda year: _season(year, what))


def _season(year: int, name: str) -> Days:
    first, last = _SEASONS[name]
    return date(year, first, 1), _month(year + (last < first), last)[1]


def _by_year(said: date, way: int, of_year: Callable[[int], Days]) -> Days:
    """What of its kind ended last before `said`, is that of this year, or begins first after it."""
    if way == 0:
        return of_year(said.year)
    if way < 0:
        return max(days for year in range(said.year - 2, said.year + 1) if (days := of_year(year))[1] < said)
    return min(days for year in range(said.year, said.year + 2) if (days := of_year(year))[0] > said)


def _weekday(number: int, said: date, shift: str) -> Days:
    if shift in ("last", "this past"):
        return _day(said, -((said.weekday() - number - 1) % 7 + 1))
    if shift == "next":
        return _day(_week(said + timedelta(days=7))[0], number)
    return _day(said, (number - said.weekday()) % 7)


def _bare_weekday(match: re.Match[str], words: str, said: date, ahead: bool) -> Days | None:
    """A weekday with a capital: the next from that day on, or the last up to it; none after "every"."""
    before = match.string[: match.start()].lower().split()
    if not match.group()[0].isupper() or (before and before[-1] in ("every", "each", "most")):
        return None
    number = _WEEKDAYS.index(words.split()[0])
    return _day(said, (number - said.weekday()) % 7 if ahead else -((said.weekday() - number) % 7))


def _weekend(said: date, ahead: bool) -> Days:
    """The weekend that is still to come, or the last that has begun."""
    saturday = (
        said + timedelta(days=(5 - said.weekday()) % 7) if ahead else said - timedelta(days=(said.weekday() - 5) % 7)
    )
    return saturday, saturday + timedelta(days=1)


def _nearest(said: date, ahead: bool, of_year: Callable[[int], Days]) -> Days:
    """What began last, on that day at the latest, or the first that is not over."""
    if ahead:
        return min(days for year in range(said.year, said.year + 2) if (days := of_year(year))[1] >= said)
    return max(days for year in range(said.year - 1, said.year + 1) if (days := of_year(year))[0] <= said)


def _in_year(one: DateSpan, text: str, said: date) -> Days | None:
    """A day or month without a year, in the year that the text means; a 29 February in the nearest leap year."""
    ahead = looks_ahead(text, one.start)

    def of_year(year: int) -> Days:
        crosses = one.last[5:] < one.first[5:]
        return (
            date.fromisoformat(one.first.replace(_UNSAID, f"{year:04d}")),
            _last_day(one.last[5:], year + crosses),
        )

    if one.first.endswith("02-29"):
        years = range(said.year, said.year + 9) if ahead else range(said.year, said.year - 9, -1)
        day = next(date(year, 2, 29) for year in years if _is_leap(year) and (date(year, 2, 29) >= said) == ahead)
        return day, day
    return _nearest(said, ahead, of_year)


def _last_day(month_and_day: str, year: int) -> date:
    """That day of the year; 28 February where it has no 29th."""
    month, day = map(int, month_and_day.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def _is_leap(year: int) -> bool:
    return monthrange(year, 2)[1] == 29
