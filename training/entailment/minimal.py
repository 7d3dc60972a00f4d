"""Changes of a sentence in one place that make it say something else, with what follows from what.

Not for what says the same (`saying`), nor for making pairs (`passages`).

Where a change makes a statement stronger, the unchanged one follows from the changed, and the other way round.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import NamedTuple

import augment
from augment import CONTRADICTED, ENTAILED, NAME, NEUTRAL, OPEN
from data import Pair
from forms import OPPOSITE, PARTICIPLE, PAST, THIRD, VERB
from wordings import ADJECTIVES, ADVERBS, ATTITUDES, DEGREES, METRES, STRONGER, UNIT, WEAKER


class Change(NamedTuple):
    """A sentence that says something else, whether the old one carries it, and whether it carries the old one."""

    text: str
    forward: int
    backward: int


Maker = Callable[[str, str, random.Random], Change | None]

DETERMINED = (
    r"(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Ss]ome|[Mm]any|[Mm]ost|[Aa]ll|[Ss]everal|[Ee]ach|[Ee]very)"
)
NOUNS = rf"(?:{DETERMINED} (?:[a-z-]+ ){{0,3}}[a-z-]+|{DETERMINED} [A-Z][\w-]+(?: [A-Z][\w-]+)*|(?:[A-Z][\w.'-]+)(?: (?:of|de|van|von|the)? ?[A-Z][\w'-]+)*)"
TAIL = r"(?=[.,;]| (?:in|on|at|for|during|from|to|with|over|after|before|when|as|and|by|because|while|since|until|under|through|against|about|into|near|between|within)\b|$)"
ACTIVE = re.compile(rf"^({NOUNS}) ([a-z]+) ({NOUNS}){TAIL}(.*)$")
PASSIVE = re.compile(
    rf"^({NOUNS}) (was|were|is|are|had been|has been) (?:([a-z]+ly) )?([a-z]+) by ({NOUNS}){TAIL}(.*)$"
)
CLAUSES = re.compile(
    r"^([A-Z].{8,80}?),? (before|after) ((?:the|a|he|she|it|they|his|her|its|[A-Z])\b[^,.;]* [a-z]+(?:ed|s|was|were|came|went|took|made|had)\b[^,.;]*)\.$"
)
NO_PAST = re.compile(r"\b(was|were|is|are|been|be|being|has|have|had|by|a|an|the|not|of|and|to|in|with)( \w+ly)? $")
"""What stands before a participle rather than a past."""
NUMBERS = re.compile(r"(?<![\w.,$€£-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w%-]|[.,]\d)")
DATE = re.compile(
    rf"\b(\d{{1,2}}) ({'|'.join(augment.MONTHS)})(?:,? (\d{{4}}))?\b|\b({'|'.join(augment.MONTHS)}) (\d{{1,2}})(?:, (\d{{4}}))?\b(?! \d)"
)
TENS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()


def _swap(text: str, start: int, end: int, other: str) -> str:
    changed = text[:start] + other + text[end:]
    return (
        re.sub(r"\b([Aa])n? (?=[\w])(?=(\w))", _article, changed)
        if start and text[:start].endswith(("a ", "an ", "A ", "An "))
        else changed
    )


def _article(found: re.Match[str]) -> str:
    return f"{found.group(1)}{'n' if found.group(2).lower() in 'aeiou' else ''} "


def _one(pattern: str, text: str, chance: random.Random) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text))
    return chance.choice(found) if found else None


def entity(text: str, passage: str, chance: random.Random) -> Change | None:
    """Another name of the passage, or of the same form, in the place of one."""
    names = [f for f in NAME.finditer(text) if f.group() not in augment.MONTHS + augment.DAYS]
    if not names:
        return None
    place = chance.choice(names)
    others = {n for n in NAME.findall(passage) if n not in text and n not in augment.MONTHS + augment.DAYS}
    same = sorted(n for n in others if n.count(" ") == place.group().count(" ")) or sorted(others)
    if not same:
        return None
    return Change(_swap(text, place.start(), place.end(), chance.choice(same)), OPEN, OPEN)


def value(text: str, passage: str, chance: random.Random) -> Change | None:
    """Another number: one of the passage, digits that change places, ten times as much, or one that is near."""
    found = list(re.finditer(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)", text))
    if not found:
        spelled = _one(rf"\b({'|'.join(TENS[2:])})\b", text, chance)
        if spelled is None:
            return None
        at = TENS.index(spelled.group())
        return Change(
            _swap(text, *spelled.span(), TENS[max(2, min(20, at + chance.choice((-3, -2, -1, 1, 2, 4))))]),
            CONTRADICTED,
            CONTRADICTED,
        )
    place = chance.choice(found)
    old = place.group()
    ways: list[str] = []
    there = [
        n
        for n in re.findall(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)", passage)
        if len(n) == len(old) and n != old and n not in text
    ]
    ways += there[:2]
    digits = old.replace(",", "")
    year = re.fullmatch(r"1[0-9]{3}|20[0-9]{2}", digits) is not None
    if len(digits) > 1 and digits.isdigit() and digits[-1] != digits[-2] and digits[-2:] != "00":
        ways.append(
            f"{int(digits[:-2] + digits[-1] + digits[-2]):,}" if "," in old else digits[:-2] + digits[-1] + digits[-2]
        )
    if digits.isdigit() and year:
        ways += [str(int(digits) + step) for step in chance.sample((-30, -11, -10, -5, -3, -2, -1, 1, 2, 3, 4, 10), 2)]
    elif digits.isdigit():
        whole = int(digits)
        for other in (
            whole * 10,
            whole // 10,
            whole + chance.choice((1, 2, 3, 5)),
            round(whole * chance.choice((0.5, 0.8, 1.2, 1.5, 2))),
        ):
            if other not in (whole, 0):
                ways.append(f"{other:,}" if other > 9999 or "," in old else str(other))
    else:
        ways += [
            f"{float(digits) * 10:g}",
            f"{float(digits) / 10:g}",
            f"{float(digits) + chance.choice((-0.5, 0.3, 1, 2)):.1f}",
        ]
    ways = [way for way in ways if way not in (old, digits) and not way.startswith(("-", "0"))]
    return Change(_swap(text, *place.span(), chance.choice(ways)), CONTRADICTED, CONTRADICTED) if ways else None


def moment(text: str, _passage: str, chance: random.Random) -> Change | None:
    """Another month or day of the week."""
    for names in (augment.MONTHS, augment.DAYS):
        found = _one(rf"\b({'|'.join(names)})\b", text, chance)
        if found and not (
            found.group() == "May" and not re.search(r"\d|in $", text[max(0, found.start() - 4) : found.end() + 3])
        ):
            return Change(
                _swap(text, *found.span(), chance.choice([n for n in names if n != found.group()])),
                CONTRADICTED,
                CONTRADICTED,
            )
    return None


def measure(text: str, _passage: str, chance: random.Random) -> Change | None:
    """Another unit or currency behind or before the same number."""
    found = [
        f
        for f in re.finditer(r"(?<=[\d.] )[A-Za-z]+\b|(?<=(?:degrees|million|billion) )[A-Za-z]+\b", text)
        if f.group() in UNIT
    ]
    signs = list(re.finditer(r"[$€£](?=\d)|(?<=\d)%", text))
    if not found and not signs:
        return None
    place = chance.choice([*found, *signs])
    others = UNIT.get(place.group()) or (
        [" people", " points"] if place.group() == "%" else [s for s in "$€£" if s != place.group()]
    )
    return Change(_swap(text, *place.span(), chance.choice(others)), CONTRADICTED, CONTRADICTED)


def opposite(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A word by its opposite or by another of its group."""
    words = [
        f
        for f in re.finditer(r"\b[A-Za-z][a-z]+\b", text)
        if f.group() in OPPOSITE and f.group() not in ("into", "from", "to", "over", "last", "held")
    ]
    if not words:
        return None
    place = chance.choice(words)
    return Change(_swap(text, *place.span(), chance.choice(OPPOSITE[place.group()])), CONTRADICTED, CONTRADICTED)


def voices(text: str) -> tuple[str, str] | None:
    """The sentence in the other voice, and with the roles exchanged in it."""
    active = ACTIVE.match(text)
    if active and active.group(2) in PAST and active.group(1).lower() != active.group(3).lower():
        one, verb, other, rest = active.groups()
        be = "were" if _many(other) else "was"
        return (
            f"{capital(other)} {be} {PAST[verb].participle} by {small(one)}{rest}",
            f"{capital(one)} {'were' if _many(one) else 'was'} {PAST[verb].participle} by {small(other)}{rest}",
        )
    passive = PASSIVE.match(text)
    if passive and passive.group(4) in PARTICIPLE and passive.group(2) in ("was", "were"):
        one, _, adverb, verb, other, rest = passive.groups()
        past = f"{adverb} {PARTICIPLE[verb].past}" if adverb else PARTICIPLE[verb].past
        return f"{capital(other)} {past} {small(one)}{rest}", f"{capital(one)} {past} {small(other)}{rest}"
    return None


def _many(words: str) -> bool:
    return (re.search(r"[a-z]{2,}[^s'u]s$", words) is not None and words[0].islower()) or words.lower().startswith(
        ("some ", "many ", "several ", "most ", "all ")
    )


def capital(words: str) -> str:
    """The words with a capital at the beginning."""
    return words[0].upper() + words[1:]


def small(words: str) -> str:
    """The words with a small letter at the beginning, unless a name stands there."""
    return words[0].lower() + words[1:] if re.match(rf"{DETERMINED} ", words) else words


def roles(text: str, _passage: str, chance: random.Random) -> Change | None:
    """Who does and who suffers it change places, in either voice, by names, or around "than"."""
    turned = voices(text)
    if turned and chance.random() < 0.6:
        return Change(turned[1], OPEN, OPEN)
    active = ACTIVE.match(text)
    if (
        active
        and (active.group(2) in PAST or active.group(2) in THIRD)
        and active.group(1).lower() != active.group(3).lower()
    ):
        one, verb, other, rest = active.groups()
        return Change(f"{capital(other)} {verb} {small(one)}{rest}", OPEN, OPEN)
    than = re.match(rf"^({NOUNS}) (.*\bthan) ({NOUNS}){TAIL}(.*)$", text)
    if than:
        one, middle, other, rest = than.groups()
        return Change(f"{capital(other)} {middle} {small(one)}{rest}", CONTRADICTED, CONTRADICTED)
    changed = augment.exchanged(Pair(text, text, ENTAILED, ""), chance)
    return Change(changed.claim, OPEN, OPEN) if changed else None


def order(text: str, _passage: str, chance: random.Random) -> Change | None:
    """What was before is after."""
    clauses = CLAUSES.match(text)
    if clauses and chance.random() < 0.5:
        one, word, other = clauses.groups()
        return Change(f"{capital(other)} {word} {small(one)}.", CONTRADICTED, CONTRADICTED)
    place = _one(r"\b(before|after|until|since|earlier|later|following|prior to)\b", text, chance)
    if place is None:
        year = _one(r"\b(in|on|by) (?=(?:\d{1,2} )?(?:[A-Z][a-z]+ )?(?:1[0-9]|20)\d\d\b)", text, chance)
        if year is None:
            return None
        return Change(_swap(text, *year.span(1), chance.choice(("before", "after", "since"))), OPEN, OPEN)
    others = {"before": ["after"], "after": ["before"], "until": ["since", "after"], "since": ["until", "before"], "earlier": ["later"],
              "later": ["earlier"], "following": ["before"], "prior to": ["after"]}[place.group()]  # fmt: skip
    return Change(_swap(text, *place.span(), chance.choice(others)), CONTRADICTED, CONTRADICTED)


def negation(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A denial, or a denial less."""
    place = re.search(
        r"\b(is|are|was|were|can|could|will|would|has|have|had|does|do|did|should|must|may|might)( not|n't| never| no longer)\b",
        text,
    )
    if place:
        if place.group(1) in ("did", "does", "do"):
            follows = re.match(r" ([a-z]+)", text[place.end() :])
            verb = VERB.get(follows.group(1)) if follows else None
            if follows is None or verb is None:
                return None
            form = {"did": verb.past, "does": verb.third, "do": verb.base}[place.group(1)]
            return Change(
                text[: place.start()] + form + text[place.end() + follows.end() :], CONTRADICTED, CONTRADICTED
            )
        return Change(text[: place.end(1)] + text[place.end() :], CONTRADICTED, CONTRADICTED)
    no = re.search(r"\b(no|never|none of|without|nobody) ", text)
    if no:
        other = {"no": "some ", "never": "", "none of": "some of ", "without": "with ", "nobody": "somebody "}[
            no.group(1)
        ]
        return Change(text[: no.start()] + other + text[no.end() :], CONTRADICTED, CONTRADICTED)
    verb_at = [
        f
        for f in re.finditer(r"(?<=[\w,] )([a-z]+)\b", text)
        if f.group() in PAST and not NO_PAST.search(text[: f.start()])
    ]
    if verb_at and chance.random() < 0.7:
        verb_found = verb_at[0]
        base = PAST[verb_found.group()].base
        return Change(
            _swap(
                text,
                *verb_found.span(),
                chance.choice((f"did not {base}", f"did not {base}", f"never {verb_found.group()}", f"didn't {base}")),
            ),
            CONTRADICTED,
            CONTRADICTED,
        )
    third = [
        f
        for f in re.finditer(r"(?<=[a-z] )([a-z]+s)\b", text)
        if f.group() in THIRD and len(re.findall(r"\w+", text[: f.start()])) <= 4
    ]
    if third and chance.random() < 0.5:
        return Change(
            _swap(text, *third[0].span(), f"does not {THIRD[third[0].group()].base}"), CONTRADICTED, CONTRADICTED
        )
    denied = augment.denied(text, chance)
    return Change(denied, CONTRADICTED, CONTRADICTED) if denied else None


def attitude(text: str, _passage: str, chance: random.Random) -> Change | None:
    """What was done was only tried, planned, refused or said, or the other way round."""
    only = re.search(
        rf"\b({'|'.join(a for a in ATTITUDES if a != 'did not')}|intended to|attempted to|was unable to|considered) ([a-z]+)\b",
        text,
    )
    if only and only.group(2) in VERB:
        label = CONTRADICTED if only.group(1) in ("refused to", "failed to", "declined to", "was unable to") else OPEN
        return Change(text[: only.start()] + VERB[only.group(2)].past + text[only.end() :], label, label)
    said = re.match(
        r"^[A-Z].{0,40}?\b(?:said|claimed|suggested|believed?s?|claims|suggests|argued|alleged|reported|thought|estimated) that (.{20,})$",
        text,
    )
    if said and chance.random() < 0.7:
        return Change(capital(said.group(1)), OPEN, OPEN)
    places = [
        f
        for f in re.finditer(r"(?<=[\w] )([a-z]+)\b", text)
        if f.group() in PAST
        and not re.search(
            r"\b(was|were|is|are|been|be|being|has|have|had|by|a|an|the|not|of|to)( \w+ly)? $", text[: f.start()]
        )
    ]
    if not places or chance.random() < 0.2:
        who = chance.choice(
            (
                "Critics claimed that",
                "Some researchers suspect that",
                "It was rumoured that",
                "It is possible that",
                "It has been suggested that",
            )
        )
        return (
            Change(f"{who} {small(text)}", NEUTRAL, OPEN)
            if re.match(r"(The|A|An|Its|His|Her|[A-Z][a-z]+ [A-Z]) ?", text)
            else None
        )
    verb = PAST[places[0].group()]
    how = chance.choice(ATTITUDES)
    label = CONTRADICTED if how in ("refused to", "failed to", "declined to", "did not") else OPEN
    return Change(_swap(text, *places[0].span(), f"{how} {verb.base}"), label, label)


def weaker(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A quantity, certainty or cause weakened: the old one does not follow from it any more."""
    return _listed(text, WEAKER, chance, ENTAILED, OPEN)


def stronger(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A quantity, certainty or cause strengthened: it does not follow any more."""
    return _listed(text, STRONGER, chance, OPEN, ENTAILED)


def _listed(text: str, listed: dict[str, str], chance: random.Random, forward: int, backward: int) -> Change | None:
    found = [
        f
        for words in listed
        for f in re.finditer(rf"\b{words}\b", text, re.I if len(words) > 2 else 0)
        if not text[: f.start()].endswith(("not ", "no ", "the ", "th ", "st ", "among "))
        and not text[f.end() :].startswith((" not", "n't", "'"))
    ]
    if not found:
        return None
    longest = max(found, key=lambda f: len(f.group())) if chance.random() < 0.5 else chance.choice(found)
    other = chance.choice(listed[longest.group().lower()].split("|"))
    if longest.start() == 0:
        other = capital(other) if other else other
    end = longest.end()
    if other in ("all", "most", "every", "no") and text[end:].startswith(" of a"):
        return None
    return Change(re.sub(r"  +", " ", text[: longest.start()] + other + text[end:]), forward, backward)


def more(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A word more that the passage does not give: only, always, secretly, completely, the former, the first."""
    be = re.search(r"\b(is|are|was|were) (?=(?:[a-z]+)\b)(?!not|a |an |the |by|in |on |at |born)", text)
    verb = [
        f
        for f in re.finditer(r"(?<=[a-z] )([a-z]+)\b", text)
        if (f.group() in PAST or f.group() in THIRD)
        and not re.search(
            r"\b(was|were|is|are|been|be|has|have|had|by|a|an|the|of|to|and)( \w+ly)? $", text[: f.start()]
        )
    ]
    noun = _one(
        r"\b[Tt]he (?=[a-z]{4,})(?!same|first|last|only|most|other|two|three|former|second|end|[a-z]+est\b)",
        text,
        chance,
    )
    where = _one(r"(?<=[a-z]) (?=(?:in|on|during|for|at|by) (?:the |[A-Z]|\d))", text, chance)
    ways: list[tuple[int, str]] = []
    if be:
        ways.append((be.end(), chance.choice(DEGREES) + " "))
    if verb:
        ways.append((verb[0].start(), chance.choice(ADVERBS) + " "))
    if noun:
        ways.append((noun.end(), chance.choice(ADJECTIVES) + " "))
    if where:
        ways.append((where.end(), chance.choice(("only ", "only ", "mostly ", "not "))))
    number = _one(r"\b(?:the )?(two|three|four|five|six|ten|\d{1,2}) (?=[a-z]+s\b)", text, chance)
    if number and not text[: number.start()].endswith(("the ", "first ")):
        ways.append(
            (number.start(1), chance.choice(("the first ", "the only ", "more than ", "fewer than ", "the last ")))
        )
    if not ways:
        return None
    at, word = chance.choice(ways)
    contrary = word in ("no longer ", "never ", "hardly ", "not ", "fewer than ", "more than ")
    restricts = (
        word in ("former ", "second ", "private ", "largest ", "alone ", "mostly ", "later ", "still ") or contrary
    )
    return Change(text[:at] + word + text[at:], OPEN, OPEN if restricts else ENTAILED)


def bound(text: str, _passage: str, chance: random.Random) -> Change | None:
    """More than, less than, about: a bound that the number meets or does not meet."""
    found = [
        f
        for f in NUMBERS.finditer(text)
        if not re.search(
            r"(than|least|most|about|over|nearly|almost|around|under|to|[A-Z][a-z]+|in|since|of|by|and) $",
            text[: f.start()],
        )
        and f.group(2) is None
    ]
    found = [
        f
        for f in found
        if int(f.group(1).replace(",", "")) >= 12 and not re.fullmatch(r"1[5-9]\d\d|20\d\d", f.group(1))
    ]
    if not found:
        return None
    place = chance.choice(found)
    number = int(place.group(1).replace(",", ""))
    unit = 10 ** (len(str(number)) - 1)
    low, high = number - number % unit, number - number % unit + unit
    if low == number:
        low -= unit // 2 or 1
    met = chance.random() < 0.5
    up = chance.random() < 0.5
    words = (
        chance.choice(("more than", "over", "at least")) if up else chance.choice(("fewer than", "under", "at most"))
    )
    limit = (low if met else high) if up else (high if met else low)
    return Change(_swap(text, *place.span(), f"{words} {limit:,}"), ENTAILED if met else CONTRADICTED, OPEN)


def conversion(text: str, _passage: str, chance: random.Random) -> Change | None:
    """The value in another unit, rightly or wrongly."""
    found = [f for f in re.finditer(r"(?<![\w.,])(\d[\d,]*(?:\.\d+)?) ([a-z]+)\b", text) if f.group(2) in METRES]
    if not found:
        return None
    place = chance.choice(found)
    small, factor = METRES[place.group(2)]
    number = float(place.group(1).replace(",", ""))
    right = chance.random() < 0.6
    other = number * factor * (1 if right else chance.choice((0.1, 10, 0.5, 1.2, 2)))
    if other > 1e9 or abs(other - round(other)) > 1e-9:
        return None
    label = ENTAILED if right else CONTRADICTED
    return Change(_swap(text, *place.span(), f"{round(other):,} {small}".rstrip()), label, label)


CHANGES: tuple[tuple[Maker, float], ...] = (
    (entity, 2.5), (value, 3.0), (moment, 3.0), (measure, 5.0), (opposite, 0.7), (roles, 4.0), (order, 5.0), (negation, 0.8),
    (attitude, 0.5), (weaker, 0.7), (stronger, 2.0), (more, 0.6), (bound, 2.5), (conversion, 6.0),
)  # fmt: skip
"""The changes, and how readily each is tried."""
