"""What two or three figures say of one another: which is more, which came first, how far apart they are, what they make together.

Not for changing a figure: see `minimal`.

Texts hardly compare what they tell, so that such claims are rare among labelled pairs; here the facts are made, with names of
the texts, and stand among sentences of the texts.
"""

# ruff: noqa: E501 - a training program: long lists stay whole

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from augment import CONTRADICTED, ENTAILED, NEUTRAL
from data import Pair
from minimal import TENS, capital


class Matter(NamedTuple):
    """How a figure is told and compared: `{a}`, `{b}` names, `{n}` the figure, `{d}` a difference or a sum."""

    told: tuple[str, ...]
    low: int
    high: int
    more: tuple[str, ...]
    less: tuple[str, ...]
    most: str
    least: str
    apart: tuple[str, str]
    together: str = ""


MATTERS = (
    Matter(("{a} is {n} metres high.", "{a} rises {n} metres above the sea.", "With a height of {n} metres, {a} draws many climbers."), 150, 4800,
           ("{a} is higher than {b}.", "{a} rises above {b}."), ("{a} is lower than {b}.", "{a} is not as high as {b}."),
           "{a} is the highest of the three.", "{a} is the lowest of the three.", ("{a} is {d} metres higher than {b}.", "{a} is {d} metres lower than {b}.")),
    Matter(("{a} was founded in {n}.", "The founding of {a} was in {n}.", "Since {n} there has been {a}."), 1720, 2015,
           ("{a} was founded after {b}.", "{a} is younger than {b}.", "When {a} was founded, {b} already existed."), ("{a} was founded before {b}.", "{a} is older than {b}.", "When {a} was founded, {b} did not exist yet."),
           "{a} is the youngest of the three.", "{a} is the oldest of the three.", ("{a} was founded {d} years after {b}.", "{a} was founded {d} years before {b}.")),
    Matter(("{a} has {n} inhabitants.", "{a} is home to {n} people.", "{n} people call {a} their home."), 300, 90000,
           ("{a} has more inhabitants than {b}.", "More people live in {a} than in {b}."), ("{a} has fewer inhabitants than {b}.", "Fewer people live in {a} than in {b}."),
           "The most people live in {a}.", "The fewest people live in {a}.", ("{a} has {d} more inhabitants than {b}.", "{a} has {d} fewer inhabitants than {b}."), "Together {a} and {b} have {d} inhabitants."),
    Matter(("A ticket for {a} costs {n} euros.", "{a} asks {n} euros for a ticket.", "The price of {a} is {n} euros."), 5, 240,
           ("{a} is more expensive than {b}.", "{a} costs more than {b}."), ("{a} is cheaper than {b}.", "{a} costs less than {b}."),
           "{a} is the most expensive of the three.", "{a} is the cheapest of the three.", ("{a} costs {d} euros more than {b}.", "{a} costs {d} euros less than {b}."), "{a} and {b} cost {d} euros together."),
    Matter(("{a} scored {n} goals.", "{n} goals were scored by {a}.", "In all, {a} got {n} goals."), 1, 20,
           ("{a} scored more goals than {b}.",), ("{a} scored fewer goals than {b}.",), "{a} scored the most goals.", "{a} scored the fewest goals.",
           ("{a} scored {d} more goals than {b}.", "{a} scored {d} fewer goals than {b}."), "{a} and {b} scored {d} goals together."),
    Matter(("{a} received {n} votes.", "{n} votes were cast for {a}.", "{a} came to {n} votes."), 12, 9000,
           ("{a} received more votes than {b}.", "{a} did better than {b} in the vote."), ("{a} received fewer votes than {b}.", "{a} had less support than {b}."),
           "{a} received the most votes.", "{a} received the fewest votes.", ("{a} received {d} more votes than {b}.", "{a} was {d} votes behind {b}."), "{a} and {b} received {d} votes between them."),
    Matter(("{a} took {n} minutes.", "It took {a} {n} minutes to finish.", "{a} finished in {n} minutes."), 8, 300,
           ("{a} was slower than {b}.", "{a} took longer than {b}."), ("{a} was faster than {b}.", "{a} needed less time than {b}."),
           "{a} was the slowest of the three.", "{a} was the fastest of the three.", ("{a} took {d} minutes longer than {b}.", "{a} was {d} minutes faster than {b}.")),
    Matter(("{a} opened in {n}.", "In {n} {a} opened its doors.", "{a} has been open since {n}."), 1850, 2022,
           ("{a} opened after {b}.", "{a} opened later than {b}."), ("{a} opened before {b}.", "{a} opened earlier than {b}.", "{b} opened after {a}."),
           "{a} was the last of the three to open.", "{a} was the first of the three to open.", ("{a} opened {d} years after {b}.", "{a} opened {d} years before {b}.")),
    Matter(("{a} employs {n} people.", "{n} people work for {a}.", "The staff of {a} number {n}."), 8, 7000,
           ("{a} employs more people than {b}.", "{a} has a larger staff than {b}."), ("{a} employs fewer people than {b}.", "{a} has a smaller staff than {b}."),
           "{a} has the largest staff.", "{a} has the smallest staff.", ("{a} employs {d} more people than {b}.", "{a} employs {d} fewer people than {b}."), "{a} and {b} employ {d} people together."),
    Matter(("{a} is {n} kilometres long.", "{a} stretches over {n} kilometres.", "The length of {a} is {n} kilometres."), 3, 900,
           ("{a} is longer than {b}.",), ("{a} is shorter than {b}.", "{a} is not as long as {b}."), "{a} is the longest of the three.", "{a} is the shortest of the three.",
           ("{a} is {d} kilometres longer than {b}.", "{a} is {d} kilometres shorter than {b}."), "{a} and {b} are {d} kilometres long together."),
    Matter(("{a} weighs {n} kilograms.", "The weight of {a} is {n} kilograms.", "{a} comes to {n} kilograms."), 4, 950,
           ("{a} is heavier than {b}.", "{a} weighs more than {b}."), ("{a} is lighter than {b}.", "{a} weighs less than {b}."), "{a} is the heaviest of the three.", "{a} is the lightest of the three.",
           ("{a} is {d} kilograms heavier than {b}.", "{a} is {d} kilograms lighter than {b}."), "{a} and {b} weigh {d} kilograms together."),
)  # fmt: skip


def is_name(found: str) -> bool:
    """Whether a name can be told something of: short, and no opening of a sentence."""
    return (
        3 < len(found) < 24
        and re.match(
            r"(?:In|On|At|By|For|From|The|A|An|And|But|With|After|Before|During|Since) |(?:I|This|That|These|Those|There|When|While|If)\b",
            found,
        )
        is None
    )


def figured(names: Sequence[str], texts: Sequence[Sequence[str]], count: int, chance: random.Random) -> list[Pair]:
    """`count` pairs: two or three facts among sentences of a text, and a claim that compares or adds."""
    made: list[Pair] = []
    while len(made) < count:
        matter = chance.choice(MATTERS)
        found = _facts(matter, names, chance)
        if found is None:
            continue
        told, facts = found
        filler = list(chance.choice(texts))[: chance.choice((0, 0, 1, 2))]
        parts = [*told, *[part for part in filler if len(part.split()) < 30]]
        chance.shuffle(parts)
        for _ in range(2):
            claim, label = _claim(matter, facts, names, chance)
            made.append(Pair(" ".join(parts), claim, label, "=figured"))
    return made[:count]


def _facts(matter: Matter, names: Sequence[str], chance: random.Random) -> tuple[list[str], dict[str, int]] | None:
    who = chance.sample(names, chance.choice((2, 2, 3)))
    near = chance.random() < 0.3
    start = chance.randint(matter.low, matter.high)
    facts: dict[str, int] = {}
    for name in who:
        other = start + chance.randint(-9, 9) if near else chance.randint(matter.low, matter.high)
        facts[name] = min(max(other, matter.low), matter.high)
    if len(set(facts.values())) < len(facts) or any(one in other for one in who for other in who if one != other):
        return None
    styles = chance.sample(matter.told, len(matter.told))
    told = [
        capital(styles[n % len(styles)].format(a=name, n=_written(value, matter, chance)))
        for n, (name, value) in enumerate(facts.items())
    ]
    return told, facts


def _written(value: int, matter: Matter, chance: random.Random) -> str:
    if matter.low >= 1700:
        return str(value)
    if value <= 20 and chance.random() < 0.5:
        return TENS[value]
    return f"{value:,}" if value >= 1000 and chance.random() < 0.8 else str(value)


def _claim(matter: Matter, facts: dict[str, int], names: Sequence[str], chance: random.Random) -> tuple[str, int]:
    a, b = chance.sample(sorted(facts), 2)
    way = chance.random()
    if way < 0.1:
        stranger = chance.choice(names)
        if not any(stranger in name or name in stranger for name in facts):
            return chance.choice(matter.more + matter.less).format(a=a, b=stranger), NEUTRAL
    if way < 0.2 and len(facts) == 3:
        top = chance.random() < 0.5
        best = (max if top else min)(facts, key=lambda name: facts[name])
        told = best if chance.random() < 0.5 else chance.choice(sorted(name for name in facts if name != best))
        return (matter.most if top else matter.least).format(a=told), ENTAILED if told == best else CONTRADICTED
    apart = facts[a] - facts[b]
    if way < 0.45 and abs(apart) > 1:
        size, up = abs(apart), apart > 0
        if chance.random() < 0.5:
            size = max(2, abs(size + chance.choice((-10, -3, -2, -1, 1, 2, 5, 10, 100))))
            up = up if chance.random() < 0.6 else not up
        is_right = size == abs(apart) and up == (apart > 0)
        written = _written(size, matter, chance) if size < 1700 else f"{size:,}"
        return matter.apart[0 if up else 1].format(a=a, b=b, d=written), ENTAILED if is_right else CONTRADICTED
    if way < 0.55 and matter.together:
        total = facts[a] + facts[b]
        right = chance.random() < 0.5
        said = total if right else max(1, total + chance.choice((-100, -10, -5, -1, 1, 2, 10)))
        return matter.together.format(
            a=a, b=b, d=_written(said, matter, chance)
        ), ENTAILED if said == total else CONTRADICTED
    more = chance.random() < 0.5
    return chance.choice(matter.more if more else matter.less).format(a=a, b=b), ENTAILED if more == (
        apart > 0
    ) else CONTRADICTED
