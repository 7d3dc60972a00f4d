"""What each word carries: valence, arousal and discrete emotions, read from the learned table beside this file.

Not for learning it: training/emotion_lexicon.py made lexicon.tsv, and its header says from what.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from simone.protocols.emotional_state.words import sign_words

LABELS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""Source: Demszky et al., GoEmotions, 2020."""


class Entry(NamedTuple):
    """One word: `valence` and `arousal` before squashing, `emotions` as (label index, log-odds)."""

    valence: float
    arousal: float
    emotions: tuple[tuple[int, float], ...]


class Lexicon(NamedTuple):
    """Every word's entry, and per label the log-odds of a text without words and the threshold that names it."""

    entries: dict[str, Entry]
    biases: tuple[float, ...]
    thresholds: tuple[float, ...]
    arousal_line: tuple[float, float]


@cache
def lexicon() -> Lexicon:
    """The table, read once."""
    lines = files("simone.protocols.emotional_state").joinpath("lexicon.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    numbers = {row[0]: tuple(float(cell) for cell in row[1:]) for row in rows[:3]}
    entries = {}
    for form, valence, arousal, emotions in rows[3:]:
        pairs = tuple((ord(pair[0]) - 97, int(pair[1:]) / 10) for pair in emotions.split(",") if pair)
        entries[form] = Entry(int(valence) / 100, int(arousal) / 100, tuple((index, odds) for index, odds in pairs))
    slope, base = numbers["[arousal]"]
    return Lexicon(entries, numbers["[biases]"], numbers["[thresholds]"], (slope, base))


@lru_cache(maxsize=1024)
def sign_entry(sign: str) -> Entry | None:
    """The entry of an emoji: its own, or the strongest word of its Unicode name."""
    entries = lexicon().entries
    if sign in entries:
        return entries[sign]
    named = [entries[word] for word in sign_words(sign) if word in entries]
    return max(named, key=lambda entry: abs(entry.valence), default=None)
