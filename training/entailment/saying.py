"""The same said otherwise, or less of it: what a sentence carries.

Not for changes of what is said: see `minimal`.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import random
import re
from collections.abc import Callable

import augment
from augment import NAME
from forms import ALIKE, OPPOSITE, PAST
from minimal import CLAUSES, DATE, NO_PAST, NUMBERS, TENS, capital, small, voices

Sayer = Callable[[str, random.Random], str | None]
LIKE = {
    "because of": "due to", "due to": "because of", "however,": "but", "in order to": "to", "a number of": "several", "at the moment": "now",
    "took place": "was held", "was held": "took place", "is located in": "lies in", "was born in": "comes from", "more than": "over",
    "about": "around", "approximately": "about", "also known as": "also called", "as well as": "and", "consists of": "is made up of",
    "in addition to": "besides", "near": "close to", "children": "kids", "showed that": "found that", "found that": "showed that",
    "did not": "didn't", "does not": "doesn't", "was not": "wasn't", "is not": "isn't", "cannot": "can not", "didn't": "did not", "don't": "do not",
    "isn't": "is not", "wasn't": "was not", "can't": "cannot", "percent": "per cent", "per cent": "percent", "%": " percent", "all of the": "all the",
    "none of the": "no", "each": "every", "every": "each", "may": "might", "might": "may", "is able to": "can", "was able to": "could",
    "must": "has to", "needs to": "must", "is required to": "must", "refused to": "declined to", "managed to": "succeeded in order to",
    "except": "apart from", "only": "just", "never": "at no time", "always": "at all times", "associated with": "linked to",
    "linked to": "associated with", "led to": "resulted in", "resulted in": "led to", "caused": "led to", "likely": "probable",
    "following": "after", "prior to": "before", "during": "in the course of", "until": "up to", "with the help of": "helped by",
}  # fmt: skip
del LIKE["managed to"], LIKE["however,"], LIKE["likely"]
SHORTS = {1: "half", 2: "a quarter"}
PLACED = frozenset("first last before after front back day night left right most least same".split())
"""Words whose opposite leaves other things."""
VERBLESS = re.compile(r"\b(is|are|was|were|has|have|had|does|did|can|will|may|[a-z]+ed|[a-z]+s)\b")


def shorter(text: str, chance: random.Random) -> str | None:
    """Without an aside, a relative clause, an apposition, an opening or a closing circumstance."""
    ways = []
    for pattern in (
        r" \([^()]*\)", r", (?:who|which|where) [^,.;]*(?=,)", r",? (?:who|which) [^,;]*(?=\.$)", r"(?<=[a-z]), (?:an?|the) [^,.;]{3,60},(?= (?:is|was|has|had|will|[a-z]+ed)\b)",
        r",(?: [a-z]+ing| making| including| along with| as well as| according to) [^;]*(?=\.$)", r" (?:in|on|at|during) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:1[0-9]|20)\d\d(?=\.$)",
        r", (?:but|and|while|although|whereas) [^;]*(?=\.$)", r" (?:because|after|before|when|while|since) [^,;]*(?=\.$)", r" (?:by|with|for|at|in|on) (?:the |an? )?[A-Z]?[\w-]+(?: [A-Z][\w-]+)?(?=\.$)",
    ):  # fmt: skip
        found = re.search(pattern, text)
        if (
            found
            and len(text) - len(found.group()) > 24
            and not re.search(r"\b(not|no|never|only|unless|if|except|without|n't)\b", text)
        ):
            ways.append(text[: found.start()] + text[found.end() :])
    opening = re.match(r"^(In|On|At|During|After|Before|By|For|Since) [^,.;]{3,45}, (?=[A-Za-z])", text)
    if opening and not re.match(r"\d", text[opening.end() :]):
        ways.append(capital(text[opening.end() :]))
    ways = [re.sub(r"(,)(?=,)", "", way) for way in ways]
    ways = [way for way in ways if VERBLESS.search(way) and len(way.split()) >= 4]
    return chance.choice(ways) if ways else None


def moved(text: str, chance: random.Random) -> str | None:
    """An opening circumstance at the end, or a closing one at the beginning."""
    opening = re.match(r"^((?:In|On|At|During|By|Since|After|Before) [^,.;]{3,45}), (.{15,})\.$", text)
    if opening and "," not in opening.group(2):
        return f"{capital(opening.group(2))} {_lowered(opening.group(1))}."
    closing = re.match(
        r"^([A-Z][^,.;]{15,}) ((?:in|on|during|since) (?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:1[0-9]|20)\d\d)\.$", text
    )
    if closing and chance.random() < 0.7:
        return f"{capital(closing.group(2))}, {small(closing.group(1))}."
    return None


def _lowered(words: str) -> str:
    return words[0].lower() + words[1:]


def voice(text: str, _chance: random.Random) -> str | None:
    """Active as passive and the other way round."""
    turned = voices(text)
    return turned[0] if turned else None


def alike(text: str, chance: random.Random) -> str | None:
    """One word or phrase by a like one."""
    words = [
        (f.start(), f.end(), chance.choice(ALIKE[f.group()]))
        for f in re.finditer(r"\b[a-z]{3,}\b", text)
        if f.group() in ALIKE
    ]
    phrases = [
        (f.start(), f.end(), LIKE[f.group()])
        for f in re.finditer("|".join(rf"\b{w}\b" if w[0].isalpha() else rf"(?<=\d){w}" for w in LIKE), text)
    ]
    places = [*words, *phrases, *phrases]
    if not places:
        return None
    start, end, other = chance.choice(places)
    return text[:start] + other + text[end:]


def figures(text: str, chance: random.Random) -> str | None:
    """A number written otherwise: in words, in digits, with a comma or without, in thousands or millions, about."""
    ways: list[tuple[int, int, str]] = []
    for found in NUMBERS.finditer(text):
        whole, point = found.group(1).replace(",", ""), found.group(2)
        number = int(whole)
        before = text[: found.start()]
        if (
            point
            or re.search(r"\b([A-Z][a-z]+|in|since|of|by|No\.|version|section|to) $", before)
            or re.match(r"(1[5-9]|20)\d\d$", whole)
        ):
            continue
        if 1 < number <= 20:
            ways.append((*found.span(), TENS[number]))
        elif (
            number >= 100
            and number % 100
            and not re.search(r"(about|than|nearly|over|exactly|only) $", before)
            and not re.match(r" (million|billion|to )", text[found.end() :])
        ):
            ways.append((*found.span(), f"about {round(number, -len(whole) + 2):,}"))
        if number >= 1000:
            ways.append((*found.span(), str(number) if "," in found.group() else f"{number:,}"))
    for found in re.finditer(r"\b(\d+(?:\.\d+)?) (million|billion|thousand)\b", text):
        whole_number = float(found.group(1)) * {"thousand": 1e3, "million": 1e6, "billion": 1e9}[found.group(2)]
        ways.append((*found.span(), f"{round(whole_number):,}"))
    ways += [(*found.span(), f"{found.group(1)} million") for found in re.finditer(r"\b(\d{1,3}),000,000\b", text)]
    ways += [
        (*found.span(), str(TENS.index(found.group()))) for found in re.finditer(rf"\b({'|'.join(TENS[2:])})\b", text)
    ]
    ways += [
        (*found.span(), f"{found.group(1)}{found.group(2) or ''} dollars")
        for found in re.finditer(r"\$(\d[\d,.]*\d)( (?:million|billion))?", text)
    ]
    for word, other in (
        ("half", "50 percent"),
        ("50%", "half"),
        ("50 percent", "half"),
        ("a quarter", "25 percent"),
        ("doubled", "rose by 100 percent"),
        ("a dozen", "twelve"),
        ("twice", "two times"),
    ):
        ways += [(*found.span(), other) for found in re.finditer(rf"\b{word}(?!\w)", text)]
    if not ways:
        return None
    start, end, other = chance.choice(ways)
    return text[:start] + other + text[end:]


def dates(text: str, chance: random.Random) -> str | None:
    """A date written otherwise or less exactly."""
    found = DATE.search(text)
    if not found:
        return None
    day, month, year = (
        (found.group(1), found.group(2), found.group(3))
        if found.group(1)
        else (found.group(5), found.group(4), found.group(6))
    )
    if chance.random() < 0.5:
        other = (
            f"{day} {month}{f' {year}' if year else ''}"
            if found.group(4)
            else f"{month} {day}{f', {year}' if year else ''}"
        )
        return text[: found.start()] + other + text[found.end() :]
    if text[: found.start()].lower().endswith("on "):
        other = (f"n {month} {year}" if chance.random() < 0.5 else f"n {year}") if year else f"n {month}"
        start = found.start() - 3
        return text[:start] + ("I" if text[start] == "O" else "i") + other + text[found.end() :].removeprefix(",")
    return None


def surname(text: str, chance: random.Random) -> str | None:
    """The last part of a person's name alone."""
    found = [
        f
        for f in NAME.finditer(text)
        if f.group().count(" ") == 1
        and f.group().split()[0] not in augment.MONTHS
        and re.match(r" (was|is|has|had|said|[a-z]+ed|wrote|won|made|became)\b", text[f.end() :])
    ]
    if not found:
        return None
    place = chance.choice(found)
    return text[: place.start()] + place.group().split()[1] + text[place.end() :]


def turned_order(text: str, _chance: random.Random) -> str | None:
    """A before B is B after A."""
    clauses = CLAUSES.match(text)
    if not clauses:
        return None
    one, word, other = clauses.groups()
    return f"{capital(other)} {'after' if word == 'before' else 'before'} {small(one)}."


def turned(text: str, chance: random.Random) -> str | None:
    """What is so denies its opposite: "rose" carries "did not fall", "is open" carries "is not closed"."""
    ways = []
    for found in re.finditer(r"(?<=[\w,] )([a-z]+)\b", text):
        other = next((word for word in OPPOSITE.get(found.group(), ()) if word in PAST), None)
        if found.group() in PAST and other is not None and not NO_PAST.search(text[: found.start()]):
            ways.append((found.start(), found.end(), f"did not {PAST[other].base}"))
    for found in re.finditer(r"\b(is|are|was|were) ([a-z]+)\b(?! (?:not|than|as)\b)", text):
        if found.group(2) in augment.OPPOSITE and found.group(2) not in PLACED:
            opposite = chance.choice(augment.OPPOSITE[found.group(2)])
            ways.append((found.start(2), found.end(2), f"not {opposite}"))
    if not ways or augment.NEGATED.search(text):
        return None
    start, end, written = chance.choice(ways)
    return text[:start] + written + text[end:]


def half_of(text: str, chance: random.Random) -> str | None:
    """One of two statements that are joined."""
    found = re.match(
        r"^(.{20,}?)(?:, (?:and|but|while)|;) ((?:the|he|she|it|they|its|his|her|there|[A-Z][a-z]+) [^,;]{12,}\.)$",
        text,
    )
    if not found or not VERBLESS.search(found.group(2)):
        return None
    return capital(found.group(2)) if chance.random() < 0.5 else f"{found.group(1)}."


SAYERS: tuple[Sayer, ...] = (
    shorter,
    shorter,
    moved,
    voice,
    voice,
    alike,
    alike,
    figures,
    dates,
    surname,
    turned_order,
    turned,
    turned,
    half_of,
)
