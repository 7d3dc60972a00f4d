"""Words and signs of a claim that take it back and hang on no verb: "…, not.", "(false)", "Never: …", "❌ …".

Not for denials at a verb: the comparison weighs those.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from simone.kernels.reference.validation import lexicon as lex
from simone.truth.reading import Reading
from simone.truth.stretches import Doubt

_DENYING = (
    frozenset("not n't no never nor neither hardly scarcely barely rarely seldom nope nah fake".split()) | lex.UNTRUE
)
_OFTEN = frozenset("never hardly scarcely barely rarely seldom".split())
"""Denials that may stand before or behind their verb."""
_BEHIND = frozenset("so at all".split())
"""Words that may stand behind such a denial: "not so", "not at all"."""
_APART = frozenset(",;:.!?()[]{}—–-*→=/|\"“”'’…")
_SIGNS = frozenset("❌❎✗✘✖✕☒☓🚫⛔🛑👎🙅¬🤥")
_HARMLESS = frozenset("✓✔✅☑👍👌👏🙌°©®™℃℉№😀😃😄😁😊🙂🎉🚀✨🌟⭐★💡📌📍🔥❤♥❄☀🏆💪🌍🌎🌏📈📉")
"""Signs at the end of a sentence that change nothing of what it says."""


def takes_back(claim: Reading, evidence: Reading) -> Doubt | None:
    """What takes the claim back, where the evidence has nothing like it in that place."""
    sign = next((char for char in claim.text if char in _SIGNS and char not in evidence.text), "") or _last_sign(
        claim.text, evidence.text
    )
    if sign:
        return Doubt("polarity", sign, ours=True)
    theirs = {(_before(evidence, k), _plain(evidence, k)) for k in _apart(evidence)}
    for i in _apart(claim):
        word = _plain(claim, i)
        if (_before(claim, i), word) not in theirs and not (word in _OFTEN and word in evidence.operators):
            start = claim.words[i - 1].start if i else claim.words[i].start
            return Doubt("polarity", claim.text[start : claim.words[i].end], ours=True)
    return None


def opens_apart(claim: Reading, evidence: Reading) -> Doubt | None:
    """A denial before the whole claim answers something else, or may: "No, the dam held."."""
    first = next((i for i, word in enumerate(claim.words) if word.is_word), -1)
    if first not in _apart(claim) or claim.words[first].lower in evidence.operators:
        return None
    return Doubt("polarity", claim.text[: claim.words[first].end], ours=True)


def bears_sign(text: str) -> bool:
    """Whether a text has a sign that takes back what it stands at."""
    return not _SIGNS.isdisjoint(text)


def _last_sign(ours: str, theirs: str) -> str:
    """A sign that ends the claim, is not known to be harmless and does not stand in the evidence."""
    for char in reversed(ours):
        if char.isalnum():
            break
        if unicodedata.category(char) == "So" and char not in _HARMLESS and char not in theirs:
            return char
    return ""


def _apart(reading: Reading) -> list[int]:
    """Places of the denials with nothing behind them in their stretch, and no auxiliary before them."""
    words = reading.words
    found = []
    for i, word in enumerate(words):
        if _plain(reading, i) not in _DENYING or (i and words[i - 1].lower in lex.AUXILIARIES):
            continue
        end = next((k for k in range(i + 1, len(words)) if words[k].lower not in _BEHIND), len(words))
        is_over = end == len(words) or (not words[end].is_word and _is_stop(reading, end))
        begins = i == 0 or all(not w.is_word for w in words[:i]) or not words[i - 1].is_word
        is_last = not any(map(str.isalnum, reading.text[word.end :]))
        if is_over and (is_last or begins or end == i + 1):
            found.append(i)
    return found


def _is_stop(reading: Reading, k: int) -> bool:
    """Whether a mark ends a stretch: a full stop only where the text ends, as in "No. 5" it does not."""
    word = reading.words[k]
    if word.lower == ".":
        return not any(map(str.isalnum, reading.text[word.end :]))
    return word.lower in _APART


def _plain(reading: Reading, i: int) -> str:
    lower = reading.words[i].lower
    return "not" if lower == "n't" else lower


def _before(reading: Reading, i: int) -> str:
    return reading.words[i - 1].lower if i else ""


OF_SUPPORT: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (takes_back,)
OF_REFUSAL: tuple[Callable[[Reading, Reading], Doubt | None], ...] = (opens_apart,)
