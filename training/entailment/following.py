"""What follows from a sentence without standing in it, and what would follow from another: converses, wider times, shares.

Not for the same said in other words: see `saying`.

Each maker makes the right one and a wrong one by turns, so that no form of words tells which it is.
"""

# ruff: noqa: E501 - a training program: long patterns stay whole

from __future__ import annotations

import random
import re

import augment
from augment import CONTRADICTED, ENTAILED, OPEN
from data import Pair
from forms import OPPOSITE
from minimal import DATE, NOUNS, TAIL, TENS, Change, Maker, capital, small

YEAR = re.compile(r"\b([Ii]n) (1[5-9]\d\d|20[01]\d)(?=[,.;]|$)")
"""A year as the time of a whole sentence: behind it no second one counts on from it."""
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
CENTURIES = {
    15: "sixteenth",
    16: "seventeenth",
    17: "eighteenth",
    18: "nineteenth",
    19: "twentieth",
    20: "twenty-first",
}
RIGHT = 0.55
"""Share of right ones, 0..1."""

CONVERSE = {
    "defeated": "lost to", "beat": "lost to", "taught": "was taught by|learned from|was a student of", "succeeded": "came before|preceded",
    "preceded": "came after|succeeded", "followed": "came before", "owns": "belongs to", "owned": "belonged to", "employs": "works for",
    "employed": "worked for", "contains": "is found in|is part of", "includes": "is part of|belongs to", "inspired": "was inspired by",
    "hired": "took a job with|went to work for", "joined": "was joined by", "acquired": "was taken over by|became part of",
    "outsold": "sold less than", "outlived": "died before", "borders": "borders", "married": "married|became the spouse of", "met": "met",
}  # fmt: skip
NAMED = frozenset("met married employs employed hired taught joined acquired followed".split())
"""Verbs that say the same from the other side only between two names: one meets a person and a deadline."""
TIMED = frozenset("succeeded preceded followed".split())
"""Behind these a time says when the later of two came."""
SAME_BACK = frozenset(("borders", "married", "met"))
"""Converses of themselves: exchanged roles say the same."""
AGENTS = {
    "directed": "director", "wrote": "author|writer", "founded": "founder", "produced": "producer", "composed": "composer", "invented": "inventor",
    "designed": "designer", "created": "creator", "painted": "painter", "discovered": "discoverer", "built": "builder", "led": "leader", "won": "winner",
    "hosted": "host", "edited": "editor", "owned": "owner", "killed": "killer", "attacked": "attacker", "conquered": "conqueror", "translated": "translator",
    "established": "founder", "organized": "organizer", "managed": "manager", "coached": "coach", "defended": "defender", "narrated": "narrator",
}  # fmt: skip
GIVEN = {
    "sold": ("to", "bought", "from"), "gave": ("to", "got", "from"), "lent": ("to", "borrowed", "from"), "sent": ("to", "received", "from"),
    "paid": ("to", "received", "from"), "taught": ("to", "learned", "from"), "bought": ("from", "sold", "to"), "received": ("from", "gave", "to"),
    "borrowed": ("from", "lent", "to"), "awarded": ("to", "was awarded", "by"), "inherited": ("from", "left", "to"), "left": ("to", "inherited", "from"),
}  # fmt: skip
KIN = {
    "father": "child", "mother": "child", "son": "parent", "daughter": "parent", "wife": "husband", "husband": "wife", "brother": "sibling",
    "sister": "sibling", "teacher": "student", "student": "teacher", "successor": "predecessor", "predecessor": "successor", "employer": "employee",
}  # fmt: skip
GENDERED = frozenset("father mother son daughter brother sister".split())
"""A child need not be a daughter: what these carry does not carry them."""
MUTUAL = frozenset(("brother", "sister"))
SIDES = {
    side: (augment.OPPOSITE.get(side) or OPPOSITE[side])[0]
    for side in "north south east west above below northeast southwest northwest southeast".split()
}
CONTRARY = {
    word: OPPOSITE[word][0]
    for word in (
        "higher lower older younger larger smaller bigger longer shorter taller faster slower heavier lighter warmer colder"
        " earlier later better worse greater hotter fewer less"
    ).split()
} | {"more": "less"}
for _pair in "deeper/shallower richer/poorer stronger/weaker wider/narrower cheaper/dearer stricter/looser thicker/thinner".split():
    _more, _less = _pair.split("/")
    CONTRARY |= {_more: _less, _less: _more}
FIFTHS = {20: "a fifth", 25: "a quarter", 40: "two fifths", 50: "half", 60: "three fifths", 75: "three quarters", 80: "four fifths", 10: "a tenth", 30: "three tenths", 70: "seven tenths", 90: "nine tenths"}  # fmt: skip
DOES = re.compile(rf"^({NOUNS}) ([a-z]+) ({NOUNS}){TAIL}(.*)\.$")
TRADED = re.compile(rf"^({NOUNS}) ({'|'.join(GIVEN)}) ({NOUNS}) (to|from) ({NOUNS}){TAIL}(.*)\.$")
IS_KIN = re.compile(rf"^({NOUNS}) (is|was) the ({'|'.join(KIN)}) of ({NOUNS}){TAIL}(.*)\.$")
LIES = re.compile(
    rf"^({NOUNS}) ((?:is|lies|was|stands)(?: located)?) ((?:just |directly )?)({'|'.join(SIDES)}) (of )?({NOUNS}){TAIL}(.*)\.$"
)
THAN = re.compile(
    rf"^({NOUNS}) ((?:is|was|are|were|has|have|had|[a-z]+s|[a-z]+ed)(?: [a-z]+)?) ({'|'.join(CONTRARY)})((?: [a-z]+){{0,3}}) than ({NOUNS})\.$"
)
FIRST = re.compile(
    rf"^After ((?:{NOUNS}|he|she|it|they) (?:[a-z]+ed|was|were|came|went|took|made|had|left|won|became|lost|began)\b[^,.;]*), ((?:the|a|he|she|it|they|his|her|its|[A-Z])[^,;]{{10,}}\.)$"
)


LOOSE = re.compile(
    r"^(?:who|which|that|there|it|this|these|they|he|she|his|her|its|their|we|i|you|when|if|while|as|in|on|at|although|since|after|before|because|for"
    r"|some|many|most|several|each|every|all|both)\b"
    r"|\b(?:he|she|they|it|who|which|that|later|also|then|however|once|soon|still|just|already|not|never|has|have|had|was|were"
    r"|is|are|been|be|will|would|can|could|did|does|do|\w+ly)\b",
    re.IGNORECASE,
)
"""A side that points elsewhere, says how many, or holds a word that belongs to the verb: it cannot change places."""
ENDING = re.compile(r"^(?: (?:in|on|at|for|from|with|during|by) (?:(?! and | but | or )[^,;])*)?$")
"""What may stand behind both sides without speaking of one of them."""


def _plain(*sides: str) -> bool:
    return not any(LOOSE.search(side) for side in sides) and len({side.lower() for side in sides}) == len(sides)


def _turned(right: bool, one: str, middle: str, other: str, rest: str, wrong: int, backward: int = ENTAILED) -> Change:
    """`middle` holds of the other towards the one, or wrongly the other way round; `backward` is of the right one."""
    first, second = (other, one) if right else (one, other)
    changed = f"{capital(first)} {middle} {small(second)}{rest}."
    return Change(changed, ENTAILED, backward) if right else Change(changed, wrong, wrong)


def converse(text: str, _passage: str, chance: random.Random) -> Change | None:
    """Who did it to whom, told from the other side: "lost to" for "beat", "the director of" for "directed"."""
    if augment.NEGATED.search(text):
        return None
    right = chance.random() < RIGHT
    traded = TRADED.match(text)
    if (
        traded
        and GIVEN[traded.group(2)][0] == traded.group(4)
        and _plain(traded.group(1), traded.group(5))
        and ENDING.match(traded.group(6))
    ):
        one, verb, thing, _, other, rest = traded.groups()
        _, back, word = GIVEN[verb]
        first, second = (other, one) if right else (one, other)
        label = ENTAILED if right else OPEN
        return Change(f"{capital(first)} {back} {thing} {word} {small(second)}{rest}.", label, label)
    kin = IS_KIN.match(text)
    if kin and _plain(kin.group(1), kin.group(4)) and ENDING.match(kin.group(5)):
        one, be, word, other, rest = kin.groups()
        article = "the" if KIN[word] in ("wife", "husband", "successor", "predecessor") else "a"
        backward = OPEN if word in GENDERED else ENTAILED
        return _turned(
            right or word in MUTUAL, one, f"{be} {article} {KIN[word]} of", other, rest, CONTRADICTED, backward
        )
    lies = LIES.match(text)
    if (
        lies
        and bool(lies.group(5)) != (lies.group(4) in ("above", "below"))
        and _plain(lies.group(1), lies.group(6))
        and ENDING.match(lies.group(7))
    ):
        one, be, just, side, of, other, rest = lies.groups()
        return _turned(right, one, f"{be} {just}{SIDES[side]}{' of' if of else ''}", other, rest, CONTRADICTED)
    does = DOES.match(text)
    if does is None or not _plain(does.group(1), does.group(3)) or not ENDING.match(does.group(4)):
        return None
    one, verb, other, rest = does.groups()
    if verb in AGENTS:
        noun = chance.choice(AGENTS[verb].split("|"))
        if right:
            return Change(f"The {noun} of {small(other)} was {small(one)}{rest}.", ENTAILED, ENTAILED)
        return Change(f"The {noun} of {small(one)} was {small(other)}{rest}.", OPEN, OPEN)
    if verb in CONVERSE:
        if (verb in NAMED and not (one[0].isupper() and other[0].isupper())) or (verb in TIMED and rest):
            return None
        back = chance.choice(CONVERSE[verb].split("|"))
        if verb in SAME_BACK:
            return Change(f"{capital(other)} {back} {small(one)}{rest}.", ENTAILED, ENTAILED)
        wrong = OPEN if verb == "joined" else CONTRADICTED
        return _turned(right, one, back, other, rest, wrong)
    return None


SEVERAL = re.compile(r"\b(?:and|or|not|never|no)\b|n't")
"""With these in it a comparison says more or less than which is more."""


def compared(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A is higher than B, so B is lower than A, and A is not lower."""
    found = THAN.match(text)
    if (
        found is None
        or not _plain(found.group(1), found.group(5))
        or SEVERAL.search(f"{found.group(2)} {found.group(4)}")
    ):
        return None
    one, verb, word, what, other = found.groups()
    if word in ("more", "less") and not what:
        return None
    is_counted = what.endswith("s") and not re.match(r"(?:is|was|are|were)\b", verb)  # more goals, but more famous
    contrary = "fewer" if word == "more" and is_counted else CONTRARY[word]
    way = chance.choice(("right", "right", "sides", "word"))
    if way == "right":
        return Change(f"{capital(other)} {verb} {contrary}{what} than {small(one)}.", ENTAILED, ENTAILED)
    if way == "sides":
        return Change(f"{capital(other)} {verb} {word}{what} than {small(one)}.", CONTRADICTED, CONTRADICTED)
    return Change(f"{one} {verb} {contrary}{what} than {other}.", CONTRADICTED, CONTRADICTED)


CHANGED = re.compile(
    r"\b(?:rose|rises|fell|falls|grew|grows|increased?|decreased?|dropped|doubled|changed|moved|songs|works)\b", re.I
)
"""Behind these two numbers may be no years, or years that are no span of doing."""


def lasted(text: str, _passage: str, chance: random.Random) -> Change | None:
    """From one year to another is so many years."""
    if augment.NEGATED.search(text) or CHANGED.search(text):
        return None
    found = re.search(r"\b([Ff])rom (1\d{3}|20[012]\d) (?:to|until|till) (1\d{3}|20[012]\d)(?=[,.;]|$)", text)
    if found is None or len(re.findall(r"\b(?:to|until|till|again|and) (?:from )?(?:1\d{3}|20[012]\d)\b", text)) > 1:
        return None
    if not 1 < int(found.group(3)) - int(found.group(2)) < 120:
        return None
    years = int(found.group(3)) - int(found.group(2))
    right = chance.random() < RIGHT
    said = (
        years
        if right
        else chance.choice([n for n in (years - 10, years + 10, years + 5, years - 4, years * 2) if n > 1])
    )
    label = ENTAILED if right else CONTRADICTED
    return Change(
        f"{text[: found.start()]}{found.group(1)}or {said} years{text[found.end() :]}",
        label,
        OPEN if right else CONTRADICTED,
    )


BOUNDED = re.compile(
    r"\b(?:only|all|every|each|most|first|last|best|worst|total|early|late|earlier|later|again|twice|times|annual|per"
    rf"|hundred|thousand|million|{'|'.join(TENS[2:])}|\w+est)\b|\d",
    re.IGNORECASE,
)
"""What is so of one time and need not be of a longer one: counts, extremes, and times of times."""
EVENT = re.compile(
    r"\b(?:born|died|founded|opened|closed|released|married|elected|built|completed|established|premiered|launched|published|ended"
    r"|began|started|signed|destroyed|discovered|appointed|retired|abolished|inaugurated|formed|killed|dissolved|acquired)\b"
)
"""What happens once, so that another time for it is wrong; all else may be so at both."""
LATEST = 2020
"""No year is put beyond it: what has not happened yet would be known as wrong by its year alone."""


def wider(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A time by a longer one that holds it, or by one that does not; what is denied of a time is not of a longer one."""
    exact, found = DATE.search(text), YEAR.search(text)
    place = exact or found
    if place is None or augment.NEGATED.search(text) or BOUNDED.search(text[: place.start()] + text[place.end() :]):
        return None
    right = chance.random() < RIGHT
    wrong = CONTRADICTED if EVENT.search(text) else OPEN
    label, back = (ENTAILED, OPEN) if right else (wrong, wrong)
    if exact:
        month = exact.group(2) or exact.group(4)
        year = exact.group(3) or exact.group(6)
        before = re.search(r"\b([Oo])n $", text[: exact.start()])
        if before is None or not year:
            return None
        shift = 0 if right else chance.choice((3, 6, 9))
        at = (augment.MONTHS.index(month) + shift) % 12 + 1
        ways = [f"the {ORDINALS[(at - 1) // 3]} quarter of {year}", f"the {ORDINALS[at - 1]} month of {year}"]
        if right or shift == 6:
            ways.append(f"the {'first' if at <= 6 else 'second'} half of {year}")
        start = f"{text[: before.start()]}{'I' if before.group(1) == 'O' else 'i'}n "
        return Change(start + chance.choice(ways) + text[exact.end() :], label, back)
    assert found is not None
    word, number = found.group(1), int(found.group(2))
    decade = number // 10 * 10 + (0 if right else chance.choice((-20, -10, 10, 20)))
    century = number // 100 + (0 if right else chance.choice((-1, 1)))
    ways = []
    if decade % 100 and decade < LATEST:  # "the 1900s" may be a century
        ways += [f"{word} the {decade}s"] * 2
    if century in CENTURIES and number % 100:
        ways.append(f"{word} the {CENTURIES[century]} century")
    gap = chance.choice((1, 2, 5, 10, 20))
    for year_said, is_after in ((number - gap, right), (number + gap, not right)):
        if year_said <= LATEST:
            said = "after" if is_after else "before"
            ways.append(f"{capital(said) if word == 'In' else said} {year_said}")
    return Change(text[: found.start()] + chance.choice(ways) + text[found.end() :], label, back)


def shares(text: str, _passage: str, chance: random.Random) -> Change | None:
    """A percentage as a fraction, or as more or less than half."""
    found = re.search(r"(?<![\w.,$€£–—∼~-])(\d{1,2})(?:\.\d+)?(?:%| percent| per cent) of ", text)
    if (
        found is None
        or re.search(
            r"(?i:than|least|most|about|over|nearly|almost|approximately|roughly|around|under|and|or|to|by|up|down|fell|rose|an?|-) $",
            text[: found.start()],
        )
        or "respectively" in text
    ):
        return None
    part = int(found.group(1))
    right = chance.random() < RIGHT
    ways: list[tuple[str, int]] = []
    if part != 50:
        more = (part > 50) == right
        ways += [
            (word, OPEN)
            for word in (("more than half", "a majority", "most") if more else ("less than half", "a minority"))
        ]
    if part in FIFTHS and "." not in found.group():
        others = [n for n in FIFTHS if abs(n - part) >= 10]
        ways += (
            [(FIFTHS[part], ENTAILED)] * 3 if right else [(FIFTHS[n], CONTRADICTED) for n in chance.sample(others, 3)]
        )
    if not ways:
        return None
    said, back = chance.choice(ways)
    changed = f"{text[: found.start()]}{capital(said) if not found.start() else said} of {text[found.end() :]}"
    return Change(changed, ENTAILED, back) if right else Change(changed, CONTRADICTED, CONTRADICTED)


def first(text: str, _passage: str, chance: random.Random) -> Change | None:
    """After A, B: A before B, and not B before A."""
    found = FIRST.match(text)
    if found is None or augment.NEGATED.search(text):
        return None
    one, other = found.groups()
    other = other.rstrip(".")
    if chance.random() < RIGHT:
        return Change(f"{capital(one)} before {small(other)}.", ENTAILED, ENTAILED)
    return Change(f"{capital(other)} before {small(one)}.", CONTRADICTED, CONTRADICTED)


def counted(text: str, _passage: str, chance: random.Random) -> Change | None:
    """None, not all, only: the same by another quantity, or one that does not follow."""
    right = chance.random() < RIGHT
    label = ENTAILED if right else CONTRADICTED
    not_all = re.match(r"^Not all ((?:of )?(?:the )?[a-z ]{3,30}?) (are|were|have|had|can|could|do|did) (.+)$", text)
    if not_all:
        who, be, what = not_all.groups()
        return Change(
            f"Some {who} {be} not {what}" if right else f"All {who} {be} {what}",
            label,
            label,
        )
    only = re.match(rf"^Only ({NOUNS}) (was|is|had|has|can|could|[a-z]+ed|won|came|went) (.+)$", text)
    if only and re.match(r"[A-Z]", only.group(1)):
        who, verb, rest = only.groups()
        if right:
            return Change(
                f"{capital(who)} {'is' if verb in ('is', 'has', 'can') else 'was'} the only one that {verb} {rest}",
                ENTAILED,
                ENTAILED,
            )
        return Change(f"{capital(who)} was not the only one that {verb} {rest}", CONTRADICTED, CONTRADICTED)
    none = re.match(r"^None of (the [a-z ]{3,30}?|them) (are|were|have|had|can|could|was|is) (.+)$", text)
    if none:
        who, be, what = none.groups()
        return Change(f"Not one of {who} {be} {what}" if right else f"Some of {who} {be} {what}", label, label)
    most = re.match(
        r"^(Most|The majority of|More than half of) ((?:of )?(?:the )?[a-z ]{3,30}?) (are|were|have|had|can|could) (.+)$",
        text,
    )
    if most:
        _, who, be, what = most.groups()
        who = who.removeprefix("of ")
        if right:
            return Change(
                f"{chance.choice(('More than half of', 'The majority of', 'The greater part of'))} {who} {be} {what}",
                ENTAILED,
                OPEN if most.group(1) == "Most" else ENTAILED,
            )
        return Change(
            f"{chance.choice(('Only a minority of', 'Fewer than half of', 'None of'))} {who} {be} {what}",
            CONTRADICTED,
            CONTRADICTED,
        )
    return None


FOLLOWING: tuple[tuple[Maker, float], ...] = (
    (converse, 9.0), (compared, 12.0), (lasted, 8.0), (wider, 1.5), (shares, 6.0), (first, 9.0), (counted, 9.0),
)  # fmt: skip
"""The makers, and how readily each is tried: the rarer its place, the more readily."""


def followed(pair: Pair, chance: random.Random) -> Pair | None:
    """An entailed claim with what follows from it, or what its evidence excludes, in its place."""
    if pair.label != ENTAILED:
        return None
    for maker, ready in chance.sample(FOLLOWING, len(FOLLOWING)):
        change = maker(pair.claim, pair.premise, chance) if chance.random() * 9 < ready else None
        if change is not None and change.text != pair.claim:
            return Pair(pair.premise, change.text, change.forward, f"+{maker.__name__}")
    return None
