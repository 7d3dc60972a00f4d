"""Finds proper names in English text and decides whether two forms name the same thing.

Not for telling people from places: a name here has no type.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from simone.kernels.reference.validation.mentions import NameMention
from simone.kernels.reference.validation.numerals import STARTERS
from simone.kernels.reference.validation.tokens import FUNCTION_WORDS, Tokens, is_plural, tokenise, word_list

_TITLES = frozenset(
    word_list(
        """mr mrs ms miss mx dr prof professor sir dame lord lady president senator sen representative rep governor gov
    king queen prince princess emperor empress pope saint st captain capt colonel col general gen lieutenant
    lt major maj sergeant sgt admiral adm judge justice minister chancellor mayor ambassador secretary
    chairman chairwoman director bishop archbishop cardinal rev reverend father sister brother duke duchess
    count countess baron uncle aunt chief doctor premier detective inspector officer prime vice deputy"""
    )
)
_SUFFIXES = frozenset(word_list("jr sr ii iii iv inc ltd llc corp co plc gmbh ag"))
_CONNECTORS = frozenset(
    word_list("of the de von van der den al bin ibn el la le du da di dos das del and & for y ter ten")
)
_TIGHT_CONNECTORS = frozenset(word_list("de von van der den al bin ibn el la le du da di dos das del & y ter ten"))
# Capitalised for other reasons than being a name of something a text could be checked on.
_NEVER = frozenset(
    word_list(
        """i i'm i've i'll i'd monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul
    aug sep sept oct nov dec ok okay lol omg wtf tv dvd ad bc am pm yes no"""
    )
)
# Words that often open a sentence and are rarely names: with the function words, enough for plain prose.
_OPENERS = frozenset(
    word_list(
        """according after all although another any are as at back because before being both but by can come did do
    does don't each early eight even every everyone everything few first five following for four from
    further get given go good great had happy has have having help hello here hey high his how however if in
    including instead is it it's its i its just keep last later let let's like little look lots love made
    make many may maybe meanwhile more most much my never new next nine no none nobody nor not nothing now
    of oh old on once one only or other our over people perhaps please put really right same say see seven
    several she should since six so some someone something soon still such sure take ten hi poor dear super
    double thank thanks that that's the their then there there's these they they're thing things think this
    those three thus time today together tomorrow tonight too total two under unfortunately unlike until
    upon use using very wait wanna want was watch watching we we're well went were what what's when where
    which while who why will wish with within without work would wow yeah yesterday yet you you're your"""
    )
)
_COMMON = FUNCTION_WORDS | _OPENERS
# A lone word that opens a sentence is a name when one of these follows it and it does not look like a common noun.
_PREDICATES = frozenset(
    word_list(
        """is was has had will would can could did does became began bought brought built came chose fell felt fought
    found gave got grew held kept knew led left lost made met paid ran rose said sang saw sent set sold
    spent spoke stood told took taught thought went won wore wrote says makes takes gives plays lives works
    remains agrees"""
    )
)
_ABSTRACT_ENDINGS = (
    "tion", "sion", "ness", "ment", "ity", "ing", "ism", "logy", "ance", "ence", "ship", "hood", "graphy",
    "ture", "ics",
    "ly", "age", "ure", "ful", "less", "ious", "able",
)  # fmt: skip
_MASS_NOUNS = frozenset(
    word_list(
        """water air fire earth food music art science history law money gold silver iron steel oil gas coal rice wheat
    bread meat milk wine beer tea coffee sugar salt blood life death love war peace time space light heat
    power work health data software code text speech research evidence knowledge truth nature society trade
    research demand supply growth rain snow ice sand wood paper glass stone land traffic weather energy
    faith hope crime poverty wealth debt cash god man mom dad biker everybody anybody somebody father mother
    oxygen hydrogen carbon nitrogen protein"""
    )
)
_CLOSERS = frozenset(".!?:;…\n\"“”'‘’()[]{}*•·—–-|<>#=/")


class _Run(NamedTuple):
    first: int
    after: int


def find_names(text: str) -> tuple[NameMention, ...]:
    """Proper-name runs of `text` in text order, not overlapping. Time is linear in the length of the text.

    A capitalised word inside a sentence is a name; one that opens a sentence is a name only with evidence: it goes on
    as a longer run, has capitals or digits inside, or occurs capitalised inside a sentence and never in lower case.
    Lines written all in capitals are headings and give no names.
    """
    tokens = tokenise(text)
    capitals = [at for at, (word, low) in enumerate(zip(tokens.words, tokens.lows, strict=True)) if word != low]
    if not capitals:
        return ()
    shouted = _shouted(tokens, capitals)
    inside = {tokens.lows[at] for at in capitals if not shouted[at] and not _opens(tokens, at)}
    small = {word for word, low in zip(tokens.words, tokens.lows, strict=True) if word == low}
    found: list[NameMention] = []
    after = 0
    for index in capitals:
        if index >= after and not shouted[index]:
            run = _run(tokens, index, shouted, inside, small)
            if run is not None:
                found.append(_mention(tokens, run))
                after = run.after
    return tuple(found)


def _shouted(tokens: Tokens, capitals: list[int]) -> list[bool]:
    """Per token: whether it stands in a line that has at least four words, all in capitals."""
    marks = [False] * len(tokens.words)
    if sum(len(tokens.words[at]) > 1 and tokens.words[at].isupper() for at in capitals) < 2:
        return marks
    begin = 0
    for index in range(1, len(tokens.words) + 1):
        ends = index == len(tokens.words)
        if ends or "\n" in tokens.text[tokens.end(index - 1) : tokens.starts[index]]:
            line = [word for word in tokens.words[begin:index] if word[0].isalpha()]
            if len(line) > 1 and sum(map(len, line)) > 7 and all(word.isupper() for word in line):
                marks[begin:index] = [True] * (index - begin)
            begin = index
    return marks


def _opens(tokens: Tokens, index: int) -> bool:
    """Whether token `index` is the first word of a sentence, quotation, list item or line."""
    if index == 0:
        return True
    before = tokens.words[index - 1]
    if before in _CLOSERS:
        if before == "." and index > 1 and (tokens.lows[index - 2] in _TITLES or len(tokens.words[index - 2]) == 1):
            return False
        return not (before in "-/'’#" and tokens.touches(index))
    return "\n" in tokens.text[tokens.end(index - 1) : tokens.starts[index]]


def _is_nameable(tokens: Tokens, index: int, shouted: list[bool]) -> bool:
    word = tokens.words[index] if index < len(tokens.words) else ""
    return bool(word) and word[0].isupper() and not shouted[index]


def _run(tokens: Tokens, index: int, shouted: list[bool], inside: set[str], small: set[str]) -> _Run | None:
    """The name that begins at the capitalised token `index`; None where the capital means something else."""
    word, low = tokens.words[index], tokens.lows[index]
    acronym = 1 < len(word) < 7 and word.isupper() and not _opens(tokens, index)
    if (low in _COMMON and not acronym) or low in _NEVER or low.partition("'")[0].partition("’")[0] in _COMMON - {low}:
        return None
    if not word[0].isupper() and not (len(word) > 3 and word[1].isupper()):
        return None  # iPhone is a name, "eXTREME" hardly ever
    if len(word) > 6 and word.isupper() and low in small:
        return None
    after = _extend(tokens, index, shouted)
    alone = _opens(tokens, index) and (after == index + 1 or low in small) and not _looks_special(tokens, index)
    if alone and (low in small or not (low in inside or _has_predicate(tokens, index))):
        return None
    return _Run(index, after)


def _has_predicate(tokens: Tokens, index: int) -> bool:
    """Whether the lone opening word at token `index` is the subject of a verb and looks like no common noun."""
    low, follower = tokens.lows[index], tokens.low(index + 1)
    if low in _MASS_NOUNS or is_plural(low) or low.endswith(_ABSTRACT_ENDINGS) or len(low) < 3 or low in STARTERS:
        return False
    if follower == "and" and tokens.words[min(index + 2, len(tokens.words) - 1)][0].isupper():
        return True
    return follower in _PREDICATES or (follower.endswith("ed") and len(follower) > 4 and not low.endswith(("ed", "er")))


def _looks_special(tokens: Tokens, index: int) -> bool:
    """Whether the word itself says that it is a name: capitals inside, an acronym, a digit joined by a hyphen."""
    word = tokens.words[index]
    if len(word) > 1 and (word.isupper() or not word[1:].islower()) and word.isalpha() and len(word) < 30:
        return True
    return (
        tokens.low(index + 1) == "-" and tokens.touches(index + 1) and tokens.low(index + 2)[:1].isdigit()
    ) or word.lower().endswith(("'s", "’s"))


def _extend(tokens: Tokens, index: int, shouted: list[bool]) -> int:
    """The token after the longest run of name words, connectors, initials and joined digits from token `index`."""
    after = index + 1
    while after < len(tokens.words):
        word, low, before = tokens.words[after], tokens.lows[after], tokens.words[after - 1]
        if before.lower().endswith(("'s", "’s")) or (before[-1] in "'’"):
            break
        if "\n\n" in tokens.text[tokens.end(after - 1) : tokens.starts[after]]:
            break
        if (
            (
                _is_nameable(tokens, after, shouted)
                and low not in _NEVER
                and (low not in _COMMON or tokens.touches(after))
            )
            or (
                word == "."
                and tokens.touches(after)
                and _is_nameable(tokens, after + 1, shouted)
                and (len(before) == 1 or before.lower() in _TITLES)
            )
            or (
                word == "."
                and len(before) == 1
                and tokens.touches(after)
                and tokens.low(after - 2) == "."
                and len(tokens.low(after - 3)) == 1
            )
        ):
            after += 1
        elif (
            word in {"-", "’", "'", "&"}
            and tokens.touches(after)
            and tokens.touches(after + 1)
            and (_is_nameable(tokens, after + 1, shouted) or tokens.low(after + 1)[0].isdigit())
        ):
            after += 2
        elif low in _CONNECTORS:
            ahead = after + 1
            while low in _CONNECTORS and tokens.low(ahead) in _CONNECTORS and ahead < after + 3:
                ahead += 1
            if (
                low in _TIGHT_CONNECTORS | {"of"}
                and _is_nameable(tokens, ahead, shouted)
                and tokens.lows[ahead] not in _COMMON | _NEVER
            ):
                after = ahead + 1
            else:
                break
        elif word[0].isdigit() and len(word) <= 3 and before.isalpha() and _is_numbered(tokens, after):
            return after + 1
        else:
            break
    return after


def _is_numbered(tokens: Tokens, index: int) -> bool:
    """Whether the digits at token `index` belong to the name before them: Apollo 11, not Belmar 40 ships or 3.5 %."""
    follower = tokens.low(index + 1)
    if tokens.touches(index) or is_plural(follower) or follower in {"%", "percent", "per", "million", "billion"}:
        return False
    return not tokens.touches(index + 1) or (follower in _CLOSERS | {","} and not tokens.touches(index + 2))


def _mention(tokens: Tokens, run: _Run) -> NameMention:
    start, end = tokens.starts[run.first], tokens.end(run.after - 1)
    last = tokens.words[run.after - 1]
    if last.lower().endswith(("'s", "’s")):
        end -= 2
    return NameMention(start, end, tokens.text[start:end], normal_name(tokens.text[start:end]))


@lru_cache(maxsize=4096)
def normal_name(name: str) -> str:
    """`name` in lower case, without titles, possessives, points and a leading article."""
    parts = [part.strip(".,'’\"") for part in name.lower().replace("’s", "").replace("'s", "").split()]
    parts = [part.replace(".", "") for part in parts if part]
    while len(parts) > 1 and (parts[0] in _TITLES or parts[0] == "the"):
        parts.pop(0)
    while len(parts) > 1 and parts[-1] in _SUFFIXES:
        parts.pop()
    return " ".join(parts)


@lru_cache(maxsize=16384)
def same_name(a: str, b: str) -> bool:
    """Whether two forms can name the same thing: equal without titles, one part of the other, or its acronym.

    "President Barack Obama" and "Obama", "UN" and "United Nations", "J. Smith" and "John Smith"; not "John Smith" and
    "Jane Smith", nor "New York" and "York Minster".
    """
    first, second = normal_name(a).split(), normal_name(b).split()
    if not first or not second:
        return False
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    if len(short) == 1 and len(long) > 1 and _is_acronym(short[0], long):
        return True
    if len(short) == 1:
        return short[0] in (long[0], long[-1]) and len(short[0]) > 1
    return _matches_in_order(short, long)


def _is_acronym(short: str, long: list[str]) -> bool:
    letters = short.replace(".", "").replace("&", "")
    every = "".join(word[0] for word in long)
    strong = "".join(word[0] for word in long if word not in _CONNECTORS)
    return len(letters) > 1 and letters in {every, strong}


def _matches_in_order(short: list[str], long: list[str]) -> bool:
    """Whether each word of `short` equals or abbreviates a word of `long`, in order, ending on the same word."""
    if short[-1] != long[-1]:
        return False
    place = 0
    for word in short[:-1]:
        while place < len(long) - 1 and not (
            long[place] == word or (1 in (len(word), len(long[place])) and word[0] == long[place][0])
        ):
            place += 1
        if place >= len(long) - 1:
            return False
        place += 1
    return True
