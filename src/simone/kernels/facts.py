"""What a text says that a merge must not lose: numbers, dates, names and negators, in the order they stand.

Not for understanding: no grammar, no values. In doubt a word counts, so that a merge is refused rather than loses it.

A token is a run of letters, digits and marks; a stop or an apostrophe between two of them joins, and so do the
separators of numbers between two digits. Everything that is not white space or a listed sign is such a part, so no
script is passed over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from simone.kernels.contract.consolidation import DATE, NAME, NEGATION, NUMBER


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBERS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand "
    "thousands million millions billion billions trillion trillions dozen dozens half halves quarter quarters third "
    "thirds fourth fifth sixth seventh eighth ninth tenth eleventh twelfth first second once twice thrice double "
    "triple single pair couple few several"
)
_MONTHS = _words("january february april june july august september october november december")
_CAPITAL_MONTHS = _words("march may jan feb mar apr jun jul aug sep sept oct nov dec")
_TIMES = _words(
    "monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays "
    "sunday sundays today tomorrow yesterday tonight last next ago later earlier before after since until till noon "
    "midnight morning mornings afternoon afternoons evening evenings night nights weekend weekends day days week "
    "weeks month months year years hour hours minute minutes seconds decade decades century centuries spring summer "
    "autumn fall winter am pm a.m p.m daily weekly monthly yearly annually"
)
_CAPITAL_TIMES = _words("mon tue tues wed thu thur thurs fri sat sun")
_NEGATORS = _words(
    "no not never none nobody nothing neither nor nowhere without cannot cant dont doesnt didnt wont wouldnt isnt "
    "arent wasnt werent hasnt havent hadnt shouldnt couldnt hardly barely scarcely seldom rarely except unless lack "
    "lacks lacked lacking fail fails failed failing refuse refuses refused deny denies denied false untrue unable "
    "unlikely impossible ain't"
)
_ORDINARY = _words(
    "a an the this that these those i you he she it we they me him her us them my your his its our their mine yours "
    "hers ours theirs myself yourself himself herself itself ourselves themselves who whom whose which what when "
    "where why how if then than so as at by for from in into of off on onto or out over to under up down with "
    "within and but because while although though however therefore thus is am are was were be been being do does "
    "did done has have had having will would shall should can could may might must also just very really only even "
    "still yet again too here there now well ok okay yes oh hi hello hey thanks thank please let all any both each "
    "every some many much more most other another such same own about during between through against among upon per "
    "via whether"
)
"""Capitalised, they are no names; after a number, no unit."""

_SIGNS = (
    "\\x00-/:-@\\[-`{-\\xa9\\xab-\\xb1\\xb4\\xb6-\\xb8\\xbb\\xbf\\xd7\\xf7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff"
    "\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffff"
    "\U0001f000-\U0001faff\U000e0000-\U000e0fff"
)
_PART = f"[^\\s{_SIGNS}]"
_TOKEN = re.compile(rf"{_PART}+(?:(?:['’.]|(?<=\d)[,:/\-–](?=\d)){_PART}+)*")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?\Z")
_YEAR = re.compile(r"[12][0-9]{3}\Z")
_ENDINGS = ("'s", "'m", "'d", "'re", "'ve", "'ll")
_BEFORE = "+-−±~<>≤≥=#"
_AFTER = "%‰°"
_BESIDE = " \xa0-"


class Fact(NamedTuple):
    """One fact: its kind, its normalised form, and the span [start, end) in code points."""

    kind: int
    form: str
    start: int
    end: int


class _Token(NamedTuple):
    start: int
    end: int
    lower: str
    has_digit: bool
    has_capital: bool
    is_caseless: bool


def find_facts(text: str) -> list[Fact]:
    """The facts of a text without lone surrogates, in order."""
    tokens = [_read(match) for match in _TOKEN.finditer(text)]
    facts: list[Fact] = []
    named_at = -2
    for at, token in enumerate(tokens):
        if token.has_digit:
            facts.append(_number(text, tokens, at, facts[-1].end if facts else 0))
        elif _is_month(token) or token.lower in _TIMES or (token.has_capital and token.lower in _CAPITAL_TIMES):
            facts.append(Fact(DATE, token.lower, token.start, token.end))
        elif token.lower in _NUMBERS:
            facts.append(Fact(NUMBER, token.lower, token.start, token.end))
        elif token.lower in _NEGATORS or token.lower.endswith("n't"):
            facts.append(Fact(NEGATION, _negator(token.lower), token.start, token.end))
        elif (token.has_capital or token.is_caseless) and not _is_ordinary(token.lower):
            name = token.lower.removesuffix("'s")
            if named_at == at - 1 and text[tokens[at - 1].end : token.start] in (" ", "-"):
                first = facts.pop()
                facts.append(Fact(NAME, f"{first.form} {name}", first.start, token.end))
            else:
                facts.append(Fact(NAME, name, token.start, token.end))
            named_at = at
    return facts


def _read(match: re.Match[str]) -> _Token:
    said = match.group()
    if said.isascii():
        has_digit, has_capital, is_caseless = any(map(str.isdigit, said)), said != said.lower(), False
    else:
        has_digit = any(sign.isnumeric() and not sign.isalpha() for sign in said)
        has_capital = any(sign.isupper() or sign.istitle() for sign in said)
        is_caseless = any(not (s.isascii() or s.islower() or s.isupper() or s.istitle() or s == "’") for s in said)
    lower = "".join(map(str.lower, said)).replace("’", "'")  # sign by sign, so that a final sigma stays as it is
    return _Token(match.start(), match.end(), lower, has_digit, has_capital, is_caseless)


def _number(text: str, tokens: list[_Token], at: int, taken: int) -> Fact:
    """A number with the signs that touch it, from `taken` on; its form has the next word, unless that is ordinary."""
    token = tokens[at]
    start, end = token.start, token.end
    while token.start - start < 2 and start > taken and (text[start - 1] in _BEFORE or _is_currency(text[start - 1])):
        start -= 1
    if end < len(text) and (text[end] in _AFTER or _is_currency(text[end])):
        end += 1
    written = token.lower.replace(",", "") if _THOUSANDS.match(token.lower) else token.lower
    form = text[start : token.start] + written + text[token.end : end]
    is_date = any(sign in token.lower for sign in ":/-–") or (at > 0 and _is_month(tokens[at - 1]))
    if at + 1 < len(tokens):
        unit = tokens[at + 1]
        is_beside = unit.start == end + 1 and text[end] in _BESIDE
        if is_beside and not unit.has_digit and (_is_month(unit) or not _is_ordinary(unit.lower)):
            form += f" {unit.lower}"
            is_date |= _is_month(unit)
    is_date |= form == token.lower and _YEAR.match(form) is not None
    return Fact(DATE if is_date else NUMBER, form, start, end)


def _is_currency(sign: str) -> bool:
    return sign in "$¢£¤¥" or "\u20a0" <= sign <= "\u20cf"


def _is_month(token: _Token) -> bool:
    return token.lower in _MONTHS or (token.has_capital and token.lower in _CAPITAL_MONTHS)


def _negator(lower: str) -> str:
    return "not" if lower in ("cannot", "cant") or lower.endswith("n't") else lower


def _is_ordinary(lower: str) -> bool:
    for ending in _ENDINGS:
        if lower.endswith(ending):
            return lower.removesuffix(ending) in _ORDINARY
    return lower in _ORDINARY
