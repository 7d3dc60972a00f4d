"""Who is quoted or reported to say something: “The wall held,” said Oda Brandt.

Not for judging whether they said it, nor whether it is so: the sentence claims that somebody said it, and no more.
"""

from __future__ import annotations

import re

import msgspec

from simone.kernels.reference.validation import lexicon as lex
from simone.kernels.reference.validation.tokens import remembering
from simone.truth.deferred import pattern
from simone.truth.reading import read
from simone.truth.reporting import SAYING

MAX_CHARACTERS = 2000
"""A longer sentence is not taken apart (tables, minified code, text without full stops), characters."""
LONGEST_PHRASE = 9
"""Words of a phrase that names a speaker, count."""

_CALLING = r"calls?|called|describes?|described|termed|labels?|labell?ed|dismiss(?:es|ed)|prais(?:es|ed)"
_WHO = r"(?:[^“\"«.;:,]|(?<=\b[A-Z])\.|(?<=\b[DM]r)\.|(?<=\bMrs)\.|(?<=\bProf)\.)+?"
_QUOTATION = re.compile(r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»")
_BEHIND = pattern(rf"^\s*(?:,\s*)?(?:(?P<verb>{SAYING})\s+(?P<a>[^“\"«.;:]+)|(?P<b>[^“\"«.;:]+?),?\s+(?:{SAYING})\b)")
_AHEAD = pattern(
    rf"^(?P<who>[^“\"«.;:]+?),?\s+(?:(?:also|later|once|has|have|had)\s+)?(?:{SAYING})\b"
    r"(?:\s+(?!that\b|she\b|he\b|they\b|it\b)\w+){0,6}?\s*[,:]?\s*$"
)
_CALLED = pattern(rf"^(?P<who>{_WHO})\s+(?:{_CALLING})\b[^“\"«.;:]*$")
_THAT = re.compile(
    rf"^(?P<who>{_WHO})\s+(?:(?:also|later|has|have|had)\s+)?(?P<verb>{SAYING})"
    r"(?P<whom>\s+(?:us|them|him|her|me|reporters|the \w+|\w+ists?))?\s+that\b"
)
_ACCORDING = re.compile(r"(?i)(?:^|,\s*|\s)(?:according to|in the words of|as reported by)\s+(?P<who>[^,.;:“\"]+)")
_TITLED = re.compile(r"^(?:[Tt]he\s+)?(?:[a-z]+\s+){1,3}(?=[A-Z])")
_LATER = re.compile(
    r"\s+(?:on|in|at|after|before|during|when|as|to|last|this|yesterday|today|earlier|later|while|who|with|from)\b.*$"
)
_TITLES = frozenset(
    "doctor dr dr. nurse professor prof. mr mr. mrs mrs. ms ms. sir coach judge engineer minister opposition leader"
    " chairwoman chairman president senator mayor inspector captain".split()
)


class Speaker(msgspec.Struct, frozen=True):
    """Who says what. `name` is "" where that is left open; `quoted` the span of the words, None if reported."""

    name: str
    quoted: tuple[int, int] | None


def without_quotations(text: str) -> str:
    """The text with quotations blanked out, offsets kept; one that is the whole text stays."""
    return _QUOTATION.sub(lambda m: m[0] if len(m[0]) > 0.9 * len(text) else " " * len(m[0]), text)


@remembering(1024)
def find_speaker(sentence: str) -> Speaker | None:
    """The speaker of a sentence that quotes or reports; None where it does neither.

    Words in quotation marks that name a thing (the ship “Morning Star”) are no quotation.
    """
    if len(sentence) > MAX_CHARACTERS:
        return None
    text = sentence.strip()
    for match in _QUOTATION.finditer(sentence):
        before, after = sentence[: match.start()].strip(), sentence[match.end() :]
        inside = match[0][1:-1].strip()
        if not before and not after.strip(" .,!?"):
            return Speaker("", match.span()) if len(inside.split()) > 2 else None
        ends = inside[-1:] in ",.!?…" or after.lstrip()[:1] == ","
        if ends and (behind := _BEHIND().match(after)):
            return Speaker(_name(behind["a"] or behind["b"]), match.span())
        for told in (_CALLED().match(before), _AHEAD().match(before)):
            if told and (name := _name(told["who"])):
                return Speaker(name, match.span())
    for reported in (_ACCORDING.search(without_quotations(text)), _THAT.match(text)):
        if reported and (name := _name(reported["who"])):
            return Speaker(name, None)
    return None


def _name(phrase: str) -> str:
    """The name in a phrase, without what only places or dates it; the phrase itself where it holds no person's name."""
    text = " ".join(phrase.strip(" ,").split())
    if ", " in text:  # "the minister, Jan Pospisil"
        parts = [part for part in text.split(", ") if part[:1].isupper() and not read(part).verbs]
        text = parts[-1] if text[:1].islower() and parts else text.split(", ")[0]
    if not lex.SUBORDINATORS.isdisjoint(text.lower().split()) or re.match(r"(?i)(?:this|that|these|those|it)\b", text):
        return ""
    cut = _LATER.sub("", text)
    text = cut or text
    words = text.split()
    lower = [word.lower() for word in words]
    if not words or len(words) > LONGEST_PHRASE or lower[0] in lex.PRONOUNS - {"one"} or set(lower) <= lex.DETERMINERS:
        return ""
    if not (lex.AUXILIARIES | lex.SUBORDINATORS).isdisjoint(lower):
        return ""
    reading = read(text)
    if any(verb.first and reading.words[verb.head].lower.endswith("ed") for verb in reading.verbs):
        return ""
    if (titled := _TITLED.match(text)) and len(text[titled.end() :].split()) > 1:
        return text[titled.end() :]
    capital = [word for word in words if word[:1].isupper()]
    if (
        len(words) > 2
        and words[-2:] == capital[-2:]
        and words[-3].lower() not in lex.PREPOSITIONS
        and len(capital) >= 2
    ):
        plain = words[:-2]
        if all(w.islower() or w.lower() in _TITLES or w.lower() in lex.DETERMINERS for w in plain):
            return " ".join(words[-2:])
    return text
