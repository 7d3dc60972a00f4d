"""Splits a text into the tokens that feeling is read from, each with how its context bends it.

Not for meaning: which token carries what is learned and lives in `lexicon`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NEGATION_REACH = 4
"""Tokens after a negator that it still turns. Set by hand, not fitted."""
NEGATED = -0.5
"""Factor on a negated token: "not good" is weaker than "bad". Set by hand."""
INTENSIFIED, DIMINISHED = 1.3, 0.75
"""Factors of the nearest degree word among the two tokens before. Set by hand."""
CAPITALS, STRETCHED = 1.25, 1.2
"""Factors of a word in capitals inside a text that is not, and of a stretched one ("sooo")."""
BEFORE_BUT, AFTER_BUT = 0.6, 1.25
"""Factors on the two sides of a contrast inside one sentence: the second side counts more."""
EXCLAIMED = 0.08
"""What each exclamation mark (up to four) adds to the whole."""

NEGATORS = frozenset(
    "not no never none nobody nothing neither nor nowhere without cannot cant dont doesnt didnt isnt arent wasnt werent"
    " wont wouldnt shouldnt couldnt havent hasnt hadnt aint hardly barely scarcely rarely seldom lack lacks lacked"
    " lacking".split()
)
INTENSIFIERS = frozenset(
    "very really so too extremely absolutely totally completely incredibly highly deeply such utterly super truly"
    " especially particularly most more entirely enormously hugely intensely insanely exceptionally thoroughly"
    " wildly terribly awfully fucking freaking frickin damn bloody mad hella remarkably greatly".split()
)
DIMINISHERS = frozenset(
    "slightly somewhat kinda sorta partly fairly almost little less mildly moderately rather occasionally"
    " marginally nearly relatively".split()
)
CONTRASTS = frozenset(("but", "however", "although", "though", "yet"))
_TURNING = frozenset(("but", "however", "yet"))

_TOKEN = re.compile(
    r"(?P<skip>https?://\S+|www\.\S+|@\w+)"
    r"|(?P<face>(?<![\w])(?:[<>]?[:;=][-^o']{0,2}[()\[\]DPpd/\\|@3O*$}{]+(?![\w])|[xX]D+(?!\w)|<3+|</3|\^[_.]?\^|[TtQ]_[TtQ]|D[:=](?!\w))"
    r"|[()]-?[:;=](?![\w)(/]))"
    r"|(?P<word>\w+(?:['’]\w+)*)"
    r"|(?P<mark>[!?]+|[.,;:…])"
    r"|(?P<sign>[\u2190-\u2bff\U0001f300-\U0001faff])"
)
_STRETCH = re.compile(r"(\w)\1{2,}")
_STOPS = frozenset(".,;:…!?")


class Token(NamedTuple):
    """One carrier: its span, its normal form, and the factor that its context puts on its weight."""

    start: int
    end: int
    form: str
    factor: float


class Scan(NamedTuple):
    """A text's tokens, how many words it has, and the factor of its exclamation marks."""

    tokens: list[Token]
    words: int
    emphasis: float


def scan(text: str) -> Scan:
    """Tokens of `text` in order, with negation, degree, contrast and emphasis already in their factors.

    Linear in the length of the text.
    """
    shouted = text.isupper()
    tokens: list[Token] = []
    sentence_from = words = exclamations = 0
    negated_until = degree_at = position = -1
    degree = turned = 1.0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        raw = match.group()
        start, end = match.span()
        if kind == "word":
            words += 1
            position += 1
            form = raw.lower()
            factor = turned
            if len(form) > 2 and (form[-1] == form[-2] or "’" in form or _STRETCH.search(form)):
                form, stretched = _normal(form)
                factor *= stretched
            if not shouted and len(raw) > 1 and raw.isupper() and raw.isalpha():
                factor *= CAPITALS
            if position <= negated_until:
                factor *= NEGATED
            if degree_at >= position - 2:
                factor *= degree
            if form in NEGATORS or form.endswith("n't"):
                negated_until = position + NEGATION_REACH
                factor = turned
            elif form in INTENSIFIERS:
                degree, degree_at = INTENSIFIED, position
            elif form in DIMINISHERS:
                degree, degree_at = DIMINISHED, position
            elif form in _TURNING:
                # The first side of the contrast was read already: it is weakened here.
                for index in range(sentence_from, len(tokens)):
                    before = tokens[index]
                    tokens[index] = before._replace(factor=before.factor * BEFORE_BUT)
                sentence_from = len(tokens)
                turned, negated_until, degree_at = AFTER_BUT, -1, -1
            tokens.append(Token(start, end, form, factor))
        elif kind == "mark":
            exclamations += raw.count("!")
            negated_until = degree_at = -1
            if raw[0] in ".!?…":
                turned, sentence_from = 1.0, len(tokens)
            if raw[0] in "!?":
                tokens.append(Token(start, end, raw[:2] if len(raw) > 1 else raw, 1.0))
        elif kind == "face":
            tokens.append(Token(start, end, _face(raw), 1.0))
        elif kind == "sign":
            tokens.append(Token(start, end, raw, 1.0))
    return Scan(tokens, words, 1.0 + EXCLAIMED * min(exclamations, 4))


def sign_words(sign: str) -> list[str]:
    """The words of an emoji's Unicode name, for signs that were never seen in the learning data."""
    return unicodedata.name(sign, "").lower().replace("-", " ").split()


def _normal(form: str) -> tuple[str, float]:
    form = form.replace("’", "'")
    shorter = _STRETCH.sub(r"\1", form)
    return (shorter, STRETCHED) if shorter != form else (form, 1.0)


def _face(raw: str) -> str:
    if raw.startswith("<3"):
        return ":heart:"
    if raw == "</3":
        return ":heartbreak:"
    if raw[0] == "^":
        return ":smile:"
    if raw[0] in "TtQ":
        return ":cry:"
    if raw[0] in "()":
        return ":smile:" if raw[0] == "(" else ":frown:"
    if raw[0] == "D" or "'" in raw:
        return ":cry:" if raw[-1] not in ")]D" else ":laugh:"
    mouth = raw[-1]
    if raw[0] == ";" and mouth in ")]D":
        return ":wink:"
    return _MOUTHS.get(mouth, ":smile:")


_MOUTHS = {
    ")": ":smile:", "]": ":smile:", "}": ":smile:", "3": ":smile:",
    "D": ":laugh:", "d": ":laugh:",
    "P": ":tongue:", "p": ":tongue:",
    "*": ":kiss:", "$": ":smile:",
    "(": ":frown:", "[": ":frown:", "{": ":frown:", "@": ":frown:",
    "/": ":doubt:", "\\": ":doubt:", "|": ":doubt:",
    "O": ":surprise:",
}  # fmt: skip
