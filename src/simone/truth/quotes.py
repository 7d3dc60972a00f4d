"""Whether a claim stands word for word in a text as sentences of its own, and where.

Not for quotations inside a sentence: "nobody believes that X" does not state X.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from simone.kernels.reference.validation.tokens import remembering
from simone.records import Passage

_ALIKE = str.maketrans(
    {character: group[0] for group in ('"“”„«»‟', "'‘’‚‛`´", "-‐‑‒–—−") for character in group}
    | {"İ": "i", "Σ": "σ", "ς": "σ"}
)
_ENDS = ".!?…\n"
_STOPS = " .!?…"
_TRAILING = " .!?…\"“”'‘’"


class _Normal(NamedTuple):
    """A text in lower case with one space between words, and where each word starts in both forms."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def origin(self, place: int) -> int:
        """Offset in the original text of a character of the normal form."""
        word = bisect_right(self.starts, place) - 1
        return self.origins[word] + place - self.starts[word]


def find_quote(claim: str, text: str) -> tuple[int, int] | None:
    """Span of `text` where the claim's whole sentences stand as whole sentences; None where they do not.

    Case, white space and the shapes of quotation marks and dashes do not matter. Linear in the lengths.
    """
    wanted = _wanted(claim)
    if len(wanted) < 3 or len(wanted) > 2 * len(text):
        return None
    normal = _normal(text)
    place = normal.text.find(wanted)
    while place >= 0:
        start, end = normal.origin(place), normal.origin(place + len(wanted) - 1) + 1
        if _starts_sentence(text, start) and _ends_sentence(text, end):
            while end < len(text) and text[end] in ".!…":
                end += 1
            return start, end
        place = normal.text.find(wanted, place + len(wanted))
    return None


def quote_in(claim: str, passage: Passage) -> tuple[int, int] | None:
    """Span in the document where the claim stands word for word in the passage; None where it does not.

    The found sentence of a passage is a sentence by its document's own division, whatever stands around it.
    """
    start, end = passage.focus[0] - passage.start, passage.focus[1] - passage.start
    if _on_one_line(passage.text[start:end]) == _on_one_line(claim) != "":
        return passage.focus
    span = find_quote(claim, passage.text)
    return (passage.start + span[0], passage.start + span[1]) if span else None


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
    return text.translate(_ALIKE).lower()


@remembering(512)
def _normal(text: str) -> _Normal:
    folded = _folded(text)
    words = folded.split()
    starts = tuple(accumulate((len(word) + 1 for word in words[:-1]), initial=0))
    origins, at = [], 0
    for word in words:
        at = folded.index(word, at)
        origins.append(at)
        at += len(word)
    return _Normal(" ".join(words), starts, tuple(origins))


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
