"""Finds calendar dates and clock times in English text and gives them as intervals of ISO days.

Not for durations: those are quantities of time (`quantities.find_durations`).

All-digit dates are read month first (05/03/1931 is 3 May) unless that is impossible (25/03/1931 is 25 March). Dates are
proleptic Gregorian; a weekday that contradicts the date makes it invalid from 1925 on, when all calendars agreed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from simone.kernels.reference.validation.days import (
    QUALIFIERS,
    Precision,
    begin_with_qualifier,
    date_ago,
    first_day,
    interval,
    last_day_of,
    month_days,
    month_ends,
    relative_date,
    year_stamp,
)
from simone.kernels.reference.validation.digit_dates import digit_date
from simone.kernels.reference.validation.mentions import DateMention
from simone.kernels.reference.validation.times import find_times as find_times
from simone.kernels.reference.validation.tokens import Tokens, is_plural, tokenise, word_list

_MONTH_NAMES = word_list("january february march april may june july august september october november december")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "sep", "dec", "jan", "jun"})
_ALSO_WORDS = frozenset({"may", "march", "april", "june", "august"})  # verbs, adjectives and given names too
_MONTH_OPENERS = frozenset(
    word_list("""in of since until till by during early late mid between from and to last next through before after""")
)
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs", "friday fri", "saturday sat",
         "sunday sun")
    )
    for name in names.split()
}  # fmt: skip
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        word_list(
            """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third
    twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"""
        ),
        start=1,
    )
}
_DECADES = {
    word: 10 * number
    for number, word in enumerate(word_list("twenties thirties forties fifties sixties seventies eighties nineties"), 2)
}
_YEAR_WORDS = frozenset(
    word_list("in since until till during circa year early late mid spring summer autumn fall winter")
)
_YEAR_HINTS = frozenset(
    word_list(
        """by from to of after before for the around about and between through or than that ca c dated born died
    founded published built established"""
    )
)
_UNIT_WORDS = frozenset(word_list("km kg m cm mm mph hz mhz ghz mb gb kb w kw v g lb ft percent per million thousand"))


class _Day(NamedTuple):
    """A calendar point under reading: tokens [first, after); month and day 0 where unsaid, year None where unsaid."""

    year: int | None
    month: int
    day: int
    first: int
    after: int
    start: int
    end: int
    last_day: int = 0
    weekday: int = -1


def find_dates(text: str, today: str | None = None) -> tuple[DateMention, ...]:
    """All calendar dates of `text` in text order, not overlapping; weekday names alone are not dates.

    `today` (ISO day) resolves words such as "yesterday", "last year" and "3 days ago", which are ignored without it.

    Raises: ValueError when `today` is not an ISO day.
    """
    present = date.fromisoformat(today) if today is not None else None
    tokens = tokenise(text)
    found: list[DateMention] = []
    after = 0
    for index in [at for at, low in enumerate(tokens.lows) if low in _STARTERS or low[0] in "0123456789"]:
        if index < after:
            continue
        mention, after = _read(tokens, index, present)
        if mention is not None and not (found and mention.start < found[-1].end):
            joined = _joined(text, found[-1], mention) if found else None
            if joined is None:
                found.append(mention)
            else:
                found[-1] = joined
    return tuple(found)


_RANGE_LINK = re.compile(r" ?(?:–|—|-|to|until|till|through) ?")
_RANGE_AND = re.compile(r" and ")


def _joined(text: str, first: DateMention, second: DateMention) -> DateMention | None:
    """Two dates with a range word between them as one range; None where they are two dates."""
    if not (first.valid and second.valid) or "?" in first.first + second.first or not first.last < second.first:
        return None
    opener = "from " if text[max(0, first.start - 5) : first.start].lower() == "from " else ""
    if text[max(0, first.start - 8) : first.start].lower() == "between ":
        opener = "between "
    link = _RANGE_AND if opener == "between " else _RANGE_LINK
    if link.fullmatch(text, first.end, second.start) is None:
        return None
    precision = max(first.precision, second.precision, key=_PRECISIONS.index)
    return DateMention(first.start - len(opener), second.end, first.first, second.last, precision)


_PRECISIONS: tuple[Precision, ...] = ("day", "month", "year", "decade", "century")
_RELATIVE = frozenset(word_list("today yesterday tomorrow last this next"))
_STARTERS = frozenset(_MONTHS) | frozenset(_SEASONS) | frozenset(_WEEKDAYS) | frozenset(_DECADES) | _RELATIVE
_STARTERS |= frozenset(word.split("-")[0] for word in _ORDINALS) | {"ad", "thirty"}


def _read(tokens: Tokens, index: int, present: date | None) -> tuple[DateMention | None, int]:
    """The date that begins at token `index`, with the token to go on with."""
    low = tokens.lows[index]
    if low in _RELATIVE:
        return relative_date(tokens, index, present) if present is not None else (None, index + 1)
    if low[0].isdigit():
        if present is not None and (ago := date_ago(tokens, index, present))[0] is not None:
            return ago
        numeric = digit_date(tokens, index)
        if numeric is not None:
            return numeric
    if low in _DECADES:
        if tokens.low(index - 1) in {"the", "early", "late"} and tokens.low(index - 2) not in {"his", "her"}:
            return None, index + 1
        return None, index + 1
    century = _century(tokens, index)
    if century is not None:
        return century
    point = _point(tokens, index)
    if point is None:
        return None, index + 1
    second = _second(tokens, point)
    if second is not None:
        return _between(tokens, point, second), second.after
    return _mention(point), point.after


def _century(tokens: Tokens, index: int) -> tuple[DateMention, int] | None:
    """The 19th century, the nineteenth century, the 1st century BC."""
    number, after = _ordinal(tokens, index)
    if not 0 < number <= 30 or tokens.low(after) not in {"century", "centuries", "c"} or tokens.low(after) == "c":
        return None
    end, after, era = tokens.end(after), after + 1, 1
    era, end, after = _era(tokens, after, end)
    begin = begin_with_qualifier(tokens, index)
    first, last = (number * 100 - 99, number * 100) if era > 0 else (1 - number * 100, 100 - number * 100)
    if number > 10 and era > 0:
        first, last = first - 1, last - 1  # the 1800s, as the word is used
    return interval((begin, end), first_day(first), last_day_of(last), "century"), after


def _era(tokens: Tokens, after: int, end: int) -> tuple[int, int, int]:
    """-1 where "BC" or "BCE" stands at token `after`, else 1; with the end and the next token."""
    low = tokens.low(after)
    if low in {"bc", "bce"} and tokens.words[after].isupper():
        return -1, tokens.end(after), after + 1
    if low in {"ad", "ce"} and tokens.words[after].isupper():
        return 1, tokens.end(after), after + 1
    return 1, end, after


def _ordinal(tokens: Tokens, index: int) -> tuple[int, int]:
    """The ordinal or plain number up to 31 at token `index` and the token after it; 0 for none."""
    low = tokens.low(index)
    if low.isascii() and low.isdigit() and len(low) <= 2:
        if tokens.low(index + 1) in {"st", "nd", "rd", "th"} and tokens.touches(index + 1):
            return int(low), index + 2
        return int(low), index + 1
    if tokens.low(index + 1) == "-" and f"{low}-{tokens.low(index + 2)}" in _ORDINALS:
        return _ORDINALS[f"{low}-{tokens.low(index + 2)}"], index + 3
    if f"{low}-{tokens.low(index + 1)}" in _ORDINALS:
        return _ORDINALS[f"{low}-{tokens.low(index + 1)}"], index + 2
    return (_ORDINALS[low], index + 1) if low in _ORDINALS else (0, index)


def _month(tokens: Tokens, index: int) -> tuple[int, int]:
    """The month named at token `index` and the token after it (and its abbreviation point); 0 for none."""
    month = _MONTHS.get(tokens.low(index), 0)
    if not month:
        return 0, index
    after = index + 1
    if tokens.low(after) == "." and tokens.touches(after) and len(tokens.words[index]) < 5:
        after += 1
    return month, after


def _plain_year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    """A year of four digits at token `index` (after an optional comma or "of"), and the token after it."""
    if tokens.low(index) in {",", "of"}:
        index += 1
    low = tokens.low(index)
    if len(low) == 4 and low.isascii() and low.isdigit() and 1000 <= int(low) <= 2199 and not _goes_on(tokens, index):
        return int(low), index + 1
    return None, index


def _goes_on(tokens: Tokens, index: int) -> bool:
    """Whether the digits at token `index` continue as a longer number or code."""
    text, end = tokens.text, tokens.end(index)
    after = text[end : end + 2]
    return (after[:1] in {",", ".", ":", "/"} and after[1:].isdigit()) or after[:1].isalnum() or after[:1] in {"_", "%"}


def _point(tokens: Tokens, index: int) -> _Day | None:
    """One calendar point from token `index`: day and month in either order, month and year, season, or year."""
    low, first, start, weekday = tokens.lows[index], index, tokens.starts[index], -1
    if low in _WEEKDAYS:
        weekday = _WEEKDAYS[low]
        index += 1
        while tokens.low(index) in {",", ".", "the"}:
            index += 1
        inner = _day_month(tokens, index) if index < len(tokens.lows) and index - first < 4 else None
        return inner._replace(first=first, start=start, weekday=weekday) if inner is not None else None
    if low in _SEASONS:
        return _season(tokens, index)
    if low == "ad":
        digits = tokens.low(index + 1)
        if tokens.words[index] == "AD" and digits.isascii() and digits.isdigit() and len(digits) <= 4:
            return _Day(int(digits), 0, 0, index, index + 2, start, tokens.end(index + 1))
        return None
    point = _day_month(tokens, index)
    return point if point is not None else _bare_year(tokens, index)


def _day_month(tokens: Tokens, index: int) -> _Day | None:
    """5 March 1931, the fifth of March, 5–7 March 1931, March 5, 1931, March 1931, March; None for anything else."""
    start = tokens.starts[index]
    month, after = _month(tokens, index)
    if month:
        return _month_first(tokens, index, month, after)
    day, after = _ordinal(tokens, index)
    if not day or (not tokens.low(index)[0].isdigit() and tokens.low(index) == "second" and tokens.low(after) != "of"):
        return None
    last_day = 0
    if tokens.low(after) in {"-", "–", "to", "and"}:
        upper, beyond = _ordinal(tokens, after + 1)
        if upper > day:
            last_day, after = upper, beyond
    if tokens.low(after) in {"of", "-", "/"} and _MONTHS.get(tokens.low(after + 1)):
        after += 1
    month, after = _month(tokens, after)
    if not month or (tokens.words[after - 1].islower() and _AMBIGUOUS_MONTHS & {tokens.lows[after - 1]} and not last_day
                     and tokens.lows[index].isdigit() and tokens.lows[after - 1] == "may"
                     and not tokens.low(after).isdigit()):  # fmt: skip
        return None
    if tokens.low(after) in {"-", "/"} and tokens.touches(after):
        after += 1
    year, beyond = _plain_year(tokens, after)
    after = beyond if year is not None else after
    return _Day(year, month, day, index, after, start, tokens.end(after - 1), last_day)


def _month_first(tokens: Tokens, index: int, month: int, after: int) -> _Day | None:
    start = tokens.starts[index]
    position = after + 1 if tokens.low(after) in {"the", "-", "/"} else after
    day, beyond = _ordinal(tokens, position)
    digits = tokens.low(position)
    if day:
        plain = digits.isdigit() and tokens.low(position + 1) not in {"st", "nd", "rd", "th"}
        if plain and _goes_on(tokens, position) and tokens.low(position + 1) != ",":
            return None
        last_day = 0
        if tokens.low(beyond) in {"-", "–", "to", "and"}:
            upper, further = _ordinal(tokens, beyond + 1)
            if upper > day and tokens.low(further) not in _MONTHS and tokens.low(beyond + 1)[:1].isdigit():
                last_day, beyond = upper, further
        year, further = _plain_year(tokens, beyond)
        after = further if year is not None else beyond
        verb_like = (
            tokens.words[index] in {"may", "march"} and year is None and tokens.low(index - 1) not in {"on", "by"}
        )
        if verb_like and tokens.low(beyond)[:1].isalpha():
            return None
        return _Day(year, month, day, index, after, start, tokens.end(after - 1), last_day)
    year, beyond = _plain_year(tokens, after)
    if year is not None:
        return _Day(year, month, 0, index, beyond, begin_with_qualifier(tokens, index), tokens.end(beyond - 1))
    before = tokens.low(index - 1)
    named = tokens.words[index][0].isupper() and (len(tokens.words[index]) > 3 or month == 5)
    in_doubt = before in {"and", "to", "of", "by", "after", "before"} and tokens.lows[index] in _ALSO_WORDS
    if named and before in _MONTH_OPENERS and not in_doubt:
        return _Day(None, month, 0, index, index + 1, begin_with_qualifier(tokens, index), tokens.end(index))
    return None


def _season(tokens: Tokens, index: int) -> _Day | None:
    year, after = _plain_year(tokens, index + 1)
    if year is None:
        return None
    return _Day(
        year,
        -_SEASONS[tokens.lows[index]][0],
        0,
        index,
        after,
        begin_with_qualifier(tokens, index),
        tokens.end(after - 1),
    )


def _bare_year(tokens: Tokens, index: int) -> _Day | None:
    """A year alone: four digits that the words around them make a year, or digits with an era."""
    low = tokens.lows[index]
    if not (low.isascii() and low.isdigit()) or len(low) > 4:
        return None
    after = index + 1
    era, end, after = _era(tokens, after, tokens.end(index))
    begin = begin_with_qualifier(tokens, index)
    if after > index + 1:
        year = int(low) if era > 0 else 1 - int(low)
        return _Day(year, 0, 0, index, after, begin, end) if int(low) else None
    if len(low) != 4 or not 1000 <= int(low) <= 2199 or _goes_on(tokens, index):
        return None
    month, beyond = _month(tokens, after + 1 if tokens.low(after) == "," else after)
    if (
        month
        and not tokens.low(beyond).isdigit()
        and (tokens.low(after) != "," or beyond == len(tokens.lows))
        and not (month in {3, 5} and tokens.words[beyond - 1].islower())
    ):
        return _Day(int(low), month, 0, index, beyond, begin, tokens.end(beyond - 1))  # 2016 November
    before = tokens.low(index - 1)
    if before == "-":
        before = tokens.low(index - 2) if tokens.low(index - 2) in QUALIFIERS | {"pre", "post"} else before
    follower = tokens.low(after)
    counted = (
        is_plural(follower) or (is_plural(tokens.low(after + 1)) and follower.isalpha()) or follower in _UNIT_WORDS
    )
    if tokens.low(after) == "-" and tokens.touches(after):
        return None
    if before in _YEAR_WORDS:
        sure = not (counted and int(low) % 100 == 0) and follower not in _UNIT_WORDS
    elif before in {"-", "#", "no", "number", "least", "most", "above", "below", "over", "under", "exceed", "exceeds"}:
        sure = False
    elif before == "than":
        sure = not counted and tokens.low(index - 2) in {"earlier", "later"}
    elif before == "(" or before == "[":
        sure = follower in {")", "]", ",", ";", "–", "-", "to"}
    else:
        sure = not counted and (before in _YEAR_HINTS or 1500 <= int(low) <= 2100) and not _is_coded(tokens, index)
    return _Day(int(low), 0, 0, index, after, begin, tokens.end(index)) if sure else None


def _is_coded(tokens: Tokens, index: int) -> bool:
    """Whether the word before makes four digits a code: ISO 1989, RFC 2026."""
    word = tokens.words[index - 1] if index else ""
    if word and not word[0].isalnum():
        return word in {"#", "§", "=", "+", "*", "/", "×", "<", ">", "≈", "~", "$", "€", "£"}
    return (len(word) > 1 and word.isupper() and not word.isdigit()) or word.lower() in {
        "rfc", "pep", "iso", "section", "room", "flight", "route", "page", "line", "port", "item", "exactly", "only",
        "total", "some", "all", "these", "those", "over", "nearly", "almost", "roughly",
    }  # fmt: skip


def _second(tokens: Tokens, point: _Day) -> _Day | None:
    """The later end of a range that begins with `point`; None where there is no range."""
    index, link, before = point.after, tokens.low(point.after), tokens.low(point.first - 1)
    if link in {"–", "—", "-"} or link in {"to", "until", "till", "through"} or (link == "and" and before == "between"):
        index += 1
    else:
        return None
    if index >= len(tokens.lows):
        return None
    low = tokens.lows[index]
    if not (low[0].isdigit() or low in _STARTERS) or low in _RELATIVE or low in _DECADES:
        return None
    second = _point(tokens, index)
    if second is None and point.month and not point.day and low in _MONTHS:
        second = _Day(None, _MONTHS[low], 0, index, index + 1, tokens.starts[index], tokens.end(index))
    if second is None or second.last_day:
        return None
    if point.year is None and second.year is not None and point.month:
        point = point._replace(year=second.year)
    if (
        bool(point.month) != bool(second.month)
        or bool(point.day) != bool(second.day)
        or (point.year is None) != (second.year is None)
    ):
        return None
    first, last = _ends(point), _ends(second)
    return second if first is not None and last is not None and first[0] <= last[1] else None


def _between(tokens: Tokens, point: _Day, second: _Day) -> DateMention:
    if point.year is None and second.year is not None:
        point = point._replace(year=second.year)
    first, last = _ends(point), _ends(second)
    assert first is not None and last is not None
    start = point.start
    if tokens.low(point.first - 1) in {"from", "between"}:
        start = tokens.starts[point.first - 1]
    return interval((start, second.end), first[0], last[1], _precision(point))


def _precision(point: _Day) -> Precision:
    return "day" if point.day else "month" if point.month else "year"


def _ends(point: _Day) -> tuple[str, str] | None:
    """First and last ISO day of a point; None for an impossible one."""
    if point.month < 0:
        first, last = next(ends for ends in _SEASONS.values() if ends[0] == -point.month)
        year = point.year or 0
        return first_day(year, first), last_day_of(year + 1 if last < first else year, last)
    if not point.month:
        return first_day(point.year), last_day_of(point.year)
    if not point.day:
        return month_ends(point.year, point.month)
    upper = point.last_day or point.day
    if not 1 <= point.day <= upper <= month_days(point.year, point.month):
        return None
    return first_day(point.year, point.month, point.day), last_day_of(point.year, point.month, upper)


def _mention(point: _Day) -> DateMention:
    ends = _ends(point)
    if ends is None:
        stamp = f"{year_stamp(point.year)}-{point.month:02d}-{point.day:02d}"
        return DateMention(point.start, point.end, stamp, stamp, "day", False)
    valid = True
    if point.weekday >= 0 and point.day and point.year is not None and point.year >= 1925:
        valid = date.fromisoformat(ends[0]).weekday() == point.weekday
    return DateMention(point.start, point.end, ends[0], ends[1], _precision(point), valid)
