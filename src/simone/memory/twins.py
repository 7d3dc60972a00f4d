"""Statements that are word for word the same but for a denial, or for the one value that a thing has at a time.

Not for contradictions in other words: `check_contradictions` finds those. It takes another name in the same place for
another fact, as most often it is; here a list of properties tells where it cannot be: one lives in one place, and a
capital has one name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from simone.kernels.reference.validation.lexicon import BE, FUNCTION, HAVE, IRREGULAR
from simone.kernels.reference.validation.words import stem
from simone.memory.codes import MARKS, find_code
from simone.memory.states import find_clock, find_states, is_other_time

_NOW = r"(?:now |currently |still )?"
_OF_ONE = (
    r"(?:boss|manager|supervisor|capital|name|nickname|surname|wife|husband|spouse|fianc[ée]e?|mother|father|birthplace"
    r"|home ?town|home city|president|chairman|chairwoman|ceo|CEO|mayor|captain|headquarters|native language"
    r"|mother tongue|landlord|landlady|king|queen|pope|prime minister|headmaster|headmistress)"
)
_SINGLE = (
    rf"\b(?:lives?|resides?) {_NOW}(?:in|at)"
    rf"|\b(?:is|am|are) {_NOW}(?:based|located|stationed|headquartered|registered) (?:in|at)"
    r"|\b(?:was|were) born in"
    rf"|\b(?:is|am|are) {_NOW}(?:married|engaged) to"
    r"|\b(?:is|am|are) (?:called|named)"
    rf"|(?:'s|\b[Mm]y|\b[Tt]he) {_OF_ONE}(?: (?:of|at|in|for) [\w' -]{{1,40}}?)? is"
)
_NAME = r"(?:(?:Mrs?|Ms|Dr|Prof)\.? )?[A-Z][\w'-]*(?: [A-Z][\w'-]*)*"
_VALUE = re.compile(rf"(?:{_SINGLE}) (?P<value>{_NAME})")
_PART = r"(?:(?=\S*[\d@A-Z])\S+|de|la|le|les|du|des|di|da|del|der|den|van|von)"
_PARTS = rf"{_PART}(?: {_PART}){{0,4}}"
_LIMIT = r" (?:in|at|on|for|during|until|when) "
_GIVEN = re.compile(
    r"(?:'s|\b[Mm]y|\b[Oo]ur|\b[Tt]he)(?: [\w-]+)?"
    r" (?:(?:e-?mail(?: address)?|address|number|PIN) is(?=.*[\d@])|(?:password|passcode|username) is)"
    rf" {_NOW}(?P<value>{_PARTS})(?={_LIMIT}|$)"
    rf"|\b(?:lives?|resides?) {_NOW}at (?P<place>\d+\w? [A-Z][\w'-]*(?: [A-Z][\w'-]*)*)[.!]?$"
)
"""Addresses, numbers and words of entrance, of parts that hold a digit, an @ or a capital."""
_LIMITED = re.compile(rf"{_LIMIT}[^A-Z]*$")
"""Behind a favourite thing: when or for what it is that."""
_FAVOURITE = re.compile(r"(?:'s|\b[Mm]y|\b[Tt]he) (?:favou?rite|preferred) (?:\w+ ){1,2}is (?P<value>[\w' -]+)")
_TELLING = frozenset(
    """
    live lives reside resides based located stationed headquartered registered born married engaged called named boss
    manager supervisor capital name nickname surname wife husband spouse fiancée fiancé fiancee fiance mother father
    birthplace home hometown president chairman chairwoman ceo mayor captain headquarters native landlord landlady
    favourite favorite preferred king queen pope minister headmaster headmistress e-mail email address number password
    passcode pin username at
    """.split()
)
"""One of these stands in whatever the patterns above find."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DENIALS = {"don't": "do", "doesn't": "does", "didn't": "did"}
_WHOSE = r"(?:\b(?i:my|our|your|his|her|their)|'s)(?: [a-z]\w*)? "
_PERSONS = (
    r"son|daughter|child|kid|baby|(?:step|half-?)?(?:brother|sister)|cousin|uncle|aunt|nephew|niece|grand\w+|friend"
    r"|colleague|co-?worker|neighbou?r|room-?mate|flat-?mate|student|pupil|teacher|doctor|lawyer|client|customer"
    r"|supplier"
)
_PETS = r"dog|cat|pet|puppy|kitten|horse|pony|rabbit|parrot|bird|fish|tortoise|hamster"
_SEVERAL = re.compile(rf"{_WHOSE}(?i:{_PERSONS}|{_PETS}|boat|ship|car)\b[\w' -]*$")
"""What a person may have several of."""
_UNNAMED = re.compile(rf"{_WHOSE}(?i:{_PERSONS})\b(?:'s)?(?! [A-Z])[\w' -]*$")
_NO_VALUE = FUNCTION | frozenset(
    "very quite always usually often sometimes rather good bad great nice fine best better cheap old new long"
    " short two three four five six seven eight nine ten".split()
)
"""Words in which what is said of a favourite thing does not name it: "from 1979", "bad for him"."""
_SAME_PLACE = tuple(
    frozenset(names)
    for names in (
        ("us", "usa", "united states"),
        ("uk", "united kingdom", "britain", "great britain"),
        ("czechia", "czech republic"),
        ("netherlands", "holland"),
    )
)
TIME_WORDS = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|winter|morning|afternoon|evening|night|noon"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|\d{4}",
    re.IGNORECASE,
)
_TITLES = frozenset("mr mrs ms dr prof professor".split())
_DEPENDENT = re.compile(
    r"\b(?:if|unless|whether|when|whenever|while|once|until|in case|(?<!, )wh(?:o|ich|ose))\b[^,]*$", re.IGNORECASE
)
_STREETS = frozenset("street road avenue lane square drive way court place boulevard alley row terrace quay".split())
_DESCRIBING = re.compile(
    r"(?:[aei]an|ish|ese|ic|ist|ite)$|^(?:french|dutch|greek|swiss|thai|czech|slovak|welsh|german|dane|finn|swede|pole"
    r"|turk|serb|croat|arab|muslim|hindu|sikh|jew|vegan|iraqi|israeli|pakistani|afghani?|kuwaiti|yemeni|omani|qatari"
    r"|emirati|nepali|bengali|somali|filipin[oa]|latin[oa]|maori|inuit|tory|whig|labour)$"
)
_PRESENT = frozenset(("now", "currently", "still", "today"))
_ANY_MORE = re.compile(r" (?:any ?more|any longer)(?=[.!]*$)", re.IGNORECASE)
_NONE = re.compile(r"(?:^There (?:is|are)|\b(?:has|have)) no (?=[a-z])")
_DENIAL = re.compile(r"\b(?:do|does|did)(?: not|n't)\b", re.IGNORECASE)
_DO = frozenset(_DENIALS.values())


class Difference(NamedTuple):
    """The check that found it (of CHECKS), and what differs in either statement, in code points."""

    check: str
    span: tuple[int, int]
    other_span: tuple[int, int]


class _Word(NamedTuple):
    lower: str
    start: int
    end: int


def find_difference(one: str, other: str) -> Difference | None:
    """The denial or the other value that keeps the two from both holding, None if there is none."""
    one, other = one.replace("’", "'"), other.replace("’", "'")
    value, other_value = find_value(one), find_value(other)
    if value and other_value and not depends(one[: value[0]]):
        ours, theirs = (text.strip(MARKS).casefold() for text in (one[slice(*value)], other[slice(*other_value)]))
        if ours != theirs and _around(one, value) == _around(other, other_value) and _exclude(one, value, ours, theirs):
            return Difference("entity", value, other_value)
    if codes := _other_case(one, other):
        return Difference("entity", *codes)
    if (states := find_states(one, other)) and _tells_of_one(one[: states[0][0]]):
        return Difference("polarity", *states)
    one, other = _ANY_MORE.sub("", one), _ANY_MORE.sub("", other)
    if _has_none(one, other) or _has_none(other, one):
        return Difference("polarity", (0, len(one)), (0, len(other)))
    if bool(_DENIAL.search(one)) == bool(_DENIAL.search(other)):
        return None
    words, other_words = _words(one), _words(other)
    if _denies(one, words, other_words) or _denies(other, other_words, words):
        return Difference("polarity", (0, len(one)), (0, len(other)))
    return None


def _other_case(one: str, other: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The two codes that differ in case alone where all else is the same, None where there are no such."""
    span = find_code(one)
    if span is None or one[slice(*span)].casefold() not in other.casefold():
        return None
    other_span = find_code(other)
    if other_span is None or not _tells_of_one(one[: span[0]]):
        return None
    ours, theirs = one[slice(*span)], other[slice(*other_span)]
    if ours == theirs or ours.casefold() != theirs.casefold() or _around(one, span) != _around(other, other_span):
        return None
    return span, other_span


def depends(before: str) -> bool:
    """Whether what follows is a condition, or tells which one is meant: "if the door is", "those who are"."""
    return _DEPENDENT.search(before) is not None


def _tells_of_one(before: str) -> bool:
    """Whether what follows these words is told, and not of somebody's child or friend without a name."""
    return not depends(before) and not is_one_of_several(before)


def _has_none(one: str, other: str) -> bool:
    """Whether the first says that there is no such thing as the second says that there is: no milk, milk."""
    found = _NONE.search(one)
    return (
        found is not None
        and _tells_of_one(one[: found.start()])
        and _same(one[: found.end() - 3] + one[found.end() :], other)
    )


def _same(one: str, other: str) -> bool:
    ours, theirs = ([word.lower for word in _words(text) if word.lower not in _PRESENT] for text in (one, other))
    return ours == theirs


def _exclude(text: str, span: tuple[int, int], ours: str, theirs: str) -> bool:
    """Whether two values of one property cannot both be right: names of one kind, neither a part of the other.

    `text` and `span` are those of one of the statements. Where several may bear the name ("my son", "my cat") both may
    be right, and a person is both Anna and Norwegian.
    """
    longer, shorter = sorted((ours, theirs), key=len, reverse=True)
    if _parts(shorter) <= _parts(longer):
        return False
    before = text[: span[0]]
    if _SEVERAL.search(before):
        return False
    if find_clock(text):
        return is_other_time(ours, theirs)
    if _GIVEN.search(text):
        return not _are_one_number(ours, theirs)
    if re.search(r"\b(?:in|at) $", before):
        return _level(ours) == _level(theirs) and not any({ours, theirs} <= names for names in _SAME_PLACE)
    if re.search(r"\b(?:called|named|names? is) $", before):
        return True
    if _FAVOURITE.search(text):
        return not any(map(_names_nothing, (ours, theirs)))
    return not any(map(_describes, (ours, theirs)))


def _parts(value: str) -> set[str]:
    """The words of a value in lower case, without titles and what ends them."""
    return {word.rstrip(".,;!") for word in value.split()} - _TITLES


def _are_one_number(ours: str, theirs: str) -> bool:
    """Whether they are the same digits, in other groups."""
    digits = [re.sub(r"[ ()./+-]", "", value) for value in (ours, theirs)]
    return digits[0] == digits[1] and digits[0].isdigit()


def is_one_of_several(before: str) -> bool:
    """Whether the words before a verb or a value tell of somebody's child or friend without a name."""
    return _UNNAMED.search(before) is not None


def _names_nothing(value: str) -> bool:
    """Whether a value of something's favourite only says how that is."""
    first, *rest = value.split()
    is_doing = (first.endswith("ing") and not FUNCTION.isdisjoint(rest[:1])) or rest[:1] == ["by"]
    return first in _NO_VALUE or first[0].isdigit() or first.endswith("ly") or is_doing


def _level(place: str) -> str:
    """Of a place in lower case: "streets", "towns", the kind of region that it is, or "times" where it is none."""
    if TIME_WORDS.fullmatch(place):
        return "times"
    if place.split()[-1] in _STREETS:
        return "streets"
    return regions().get(place.removeprefix("the "), "towns")


def _describes(value: str) -> bool:
    """Whether a word in lower case with a capital may tell what somebody is: a nationality, a faith."""
    return _DESCRIBING.search(value) is not None or value in regions()


@lru_cache(maxsize=1)
def regions() -> Mapping[str, str]:
    """The kind of every country, larger part of one and continent, by its common English name in lower case."""
    held = tomllib.loads(resources.files("simone.memory").joinpath("regions.toml").read_text("utf-8"))
    return MappingProxyType({name: kind for kind, names in held.items() for name in names})


@lru_cache(maxsize=256)
def find_value(text: str) -> tuple[int, int] | None:
    """Where the one value stands that the text tells of something, None if it tells none."""
    if _TELLING.isdisjoint(text.lower().split()):
        return None
    found = _VALUE.search(text) or _FAVOURITE.search(text) or _GIVEN.search(text)
    if found is None:
        return find_clock(text)
    start, end = found.span(found.lastgroup or "value")
    if limit := _LIMITED.search(text, start, end):
        end = limit.start()
    return start, start + len(text[start:end].rstrip(".!"))


def is_past(lower: str) -> bool:
    """Whether a verb form tells of the past; forms of "be" and "have" count as present."""
    irregular = lower in IRREGULAR and not lower.endswith("s")
    return lower not in BE | HAVE and (lower.endswith("ed") or irregular)


def _words(text: str) -> list[_Word]:
    return [_Word(found.group().lower(), *found.span()) for found in _WORD.finditer(text)]


def _around(text: str, span: tuple[int, int]) -> list[str]:
    before, after = text[: span[0]], text[span[1] :]
    return [stem(word.lower) for part in (before, after) for word in _words(part) if word.lower not in _PRESENT]


def _denies(text: str, denying: list[_Word], denied: list[_Word]) -> bool:
    """Whether the words of a text are the others with "does not" before their verb, of one and under no condition."""
    for place, word in enumerate(denying):
        if word.lower in _DENIALS:
            auxiliary, rest = _DENIALS[word.lower], denying[place + 1 :]
        elif word.lower in _DO and denying[place + 1 : place + 2] and denying[place + 1].lower == "not":
            auxiliary, rest = word.lower, denying[place + 2 :]
        else:
            continue
        without = [*denying[:place], *rest]
        same = [stem(ours.lower) for ours in without] == [stem(theirs.lower) for theirs in denied]
        is_told = same and bool(rest) and _tells_of_one(text[: word.start])
        return is_told and is_past(denied[place].lower) == (auxiliary == "did")
    return False
