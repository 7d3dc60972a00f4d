"""Whether a claim stands word for word in a text as sentences of its own, and where.

Not for quotations inside a sentence: "nobody believes that X" does not state X.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from simone.kernels.reference.validation.tokens import remembering
from simone.records import Passage
from simone.truth.framing import Frames, frame_of_titles
from simone.truth.labelling import is_same_sign, signs
from simone.truth.marks import Marks
from simone.truth.spelling import identifiers
from simone.truth.voiced import is_cited

_ALIKE = {character: group[0] for group in ('"“”„«»‟', "'‘’‚‛`´", "-‐‑‒–—−") for character in group[1:]}
_ALIKE |= {"İ": "i", "Σ": "σ", "ς": "σ"}
_UNLIKE = re.compile(f"[{re.escape(''.join(_ALIKE))}]")
LEAST_QUOTE = 3
"""Characters of the shortest quote, count."""
_ENDS = ".!?…\n"
_STOPS = " .!?…"
_TRAILING = " .!?…\"“”'‘’"


class QuoteIndex:
    """Where texts stand word for word in any of some passages. It keeps nothing of what it is asked for."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._first_with: dict[str, int] = {}
        for number, passage in enumerate(passages):
            self._first_with.setdefault(_focus_line(passage), number)
        self._plain = [_plain(passage.text) for passage in passages]
        self._joined = "\n".join(plain.normal for plain in self._plain)
        self._starts = list(accumulate((len(plain.normal) + 1 for plain in self._plain), initial=0))

    def frames(self, number: int) -> Frames:
        """What frames the sentences of a passage."""
        return self._plain[number].frames

    def find(self, text: str) -> tuple[int, int, int] | None:
        """Index of the first passage where `quote_in` finds the text, and its span there; None where there is none."""
        return next(
            (
                (number, *span)
                for number in self._able(text)
                if (span := quote_in(text, self._passages[number], self._plain[number])) is not None
            ),
            None,
        )

    def marks(self, number: int) -> Marks:
        """The marks of a passage's text."""
        return self._plain[number].marks

    def _able(self, text: str) -> list[int]:
        """The passages that can hold it, in order: those with its letters, and the first found by that sentence."""
        able = set()
        line = _on_one_line(text)
        if line and line in self._first_with:
            able.add(self._first_with[line])
        wanted = _wanted(text)
        place = self._joined.find(wanted) if len(wanted) >= LEAST_QUOTE else -1
        while place >= 0:
            number = bisect_right(self._starts, place) - 1
            able.add(number)
            place = self._joined.find(wanted, self._starts[number + 1])
        return sorted(able)


class _Plain:
    """A text and its normal form: lower case, one space between words, one form of each mark."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.normal = " ".join(_folded(text).split())

    @cached_property
    def marks(self) -> Marks:
        """The marks of the text that may only cite what it says."""
        return Marks(self.text)

    @cached_property
    def frames(self) -> Frames:
        """What stands in the text around its sentences and takes them back."""
        return Frames(self.text)

    @cached_property
    def _words(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where each word starts in the normal form, and in the text."""
        words = self.normal.split(" ")
        folded = _folded(self.text)
        origins, at = [], 0
        for word in words:
            at = folded.index(word, at)
            origins.append(at)
            at += len(word)
        return tuple(accumulate((len(word) + 1 for word in words[:-1]), initial=0)), tuple(origins)

    def origin(self, place: int) -> int:
        """Offset in the text of a character of its normal form."""
        starts, origins = self._words
        word = bisect_right(starts, place) - 1
        return origins[word] + place - starts[word]


@remembering(512)
def _plain(text: str) -> _Plain:
    return _Plain(text)


def find_quote(claim: str, text: str) -> tuple[int, int] | None:
    """Span of `text` where the claim's whole sentences stand as whole sentences; None where they do not.

    White space and the shapes of quotation marks and dashes do not matter, nor does case but for unit signs and
    identifiers. What the text only cites does not count, where the claim does not cite it too, nor what stands around
    it takes back. Linear in the lengths.
    """
    return _find(claim, _plain(text))


def _find(claim: str, plain: _Plain) -> tuple[int, int] | None:
    wanted, text = _wanted(claim), plain.text
    if len(wanted) < LEAST_QUOTE or len(wanted) > 2 * len(text):
        return None
    place = plain.normal.find(wanted)
    while place >= 0:
        start, end = plain.origin(place), plain.origin(place + len(wanted) - 1) + 1
        is_whole = _starts_sentence(text, start) and _ends_sentence(text, end)
        if is_whole and _agrees_in_case(claim, text[start:end]) and _is_stated(plain, start, end, claim):
            while end < len(text) and text[end] in ".!…":
                end += 1
            return start, end
        place = plain.normal.find(wanted, place + len(wanted))
    return None


def _agrees_in_case(claim: str, quote: str) -> bool:
    """Whether what is the same but for case has the same unit signs ("MW", not "mW") and identifiers."""
    if claim == quote:
        return True
    units = zip(signs(claim), signs(quote), strict=False)
    if not all(is_same_sign(one, other) for (_, one), (_, other) in units):
        return False
    return identifiers(claim) <= identifiers(quote)


def quote_in(claim: str, passage: Passage, plain: _Plain | None = None) -> tuple[int, int] | None:
    """Span in the document where the claim stands word for word in the passage; None where it does not.

    `plain` is the passage's text in its normal form, where that is known. The found sentence of a passage is a sentence
    by its document's own division, whatever stands around it.
    """
    if frame_of_titles(passage.section, claim) is not None:
        return None
    plain = plain or _plain(passage.text)
    if _focus_line(passage) == _on_one_line(claim) != "":
        start, end = (place - passage.start for place in passage.focus)
        return passage.focus if _is_stated(plain, start, end, claim) else None
    span = _find(claim, plain)
    return (passage.start + span[0], passage.start + span[1]) if span else None


def _is_stated(plain: _Plain, start: int, end: int, claim: str) -> bool:
    """Whether the text states what stands in it, and does not only cite it or take it back."""
    is_framed = plain.frames.frame_of(start, end, claim) is not None
    return not is_framed and not is_cited(plain.text, start, end, claim, plain.marks)


def _focus_line(passage: Passage) -> str:
    """The found sentence of a passage."""
    return _on_one_line(passage.text[passage.focus[0] - passage.start : passage.focus[1] - passage.start])


@remembering(1024)
def _on_one_line(text: str) -> str:
    return " ".join(text.split())


@remembering(256)
def _wanted(claim: str) -> str:
    words = "".join(c if c.isprintable() else " " for c in claim).split()
    plain = _folded(" ".join(words)).strip(_STOPS)
    marks = plain.count('"')
    if marks % 2 or (marks == 2 and plain[0] == plain[-1] == '"'):
        # Marks around the whole are the claim's own; those around a part of it belong to the sentence.
        plain = plain.strip(_TRAILING)
    return plain.rstrip(_STOPS) if marks else plain.strip(_TRAILING)


def _folded(text: str) -> str:
    """Lower case with one form of each mark, character for character."""
    return _UNLIKE.sub(lambda found: _ALIKE[found.group()], text).lower()


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 40) : start].rstrip(" \t*_#>-•")
    if before[-1:] == "." and before[-2:-1].isupper() and not before[-3:-2].isalnum():
        return False  # an initial
    return not before or before[-1] in _ENDS or (before[-1] in '"”' and before[-2:-1] != "" and before[-2] in _ENDS)


def _ends_sentence(text: str, end: int) -> bool:
    rest = text[end : end + 40].lstrip(" \t*_")
    if not rest or rest[0] in "!…\n" or (text[end - 1] in '"”' and text[end - 2] in ".!…"):
        return True
    if rest[0] != ".":
        return False
    following = rest[1:].lstrip('"”’)] \t')
    return not rest[1:2].isalnum() and (not following or not following[0].islower())
