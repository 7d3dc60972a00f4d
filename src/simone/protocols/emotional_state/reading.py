"""Reads the tone of a text: valence, arousal, discrete emotions, and the spans that carry them.

Not for advice: tone is reported, never judged.
"""

from __future__ import annotations

import math

from simone.protocols.emotional_state.lexicon import LABELS, Entry, lexicon, sign_entry
from simone.protocols.emotional_state.words import scan
from simone.records import EmotionSpan, Tone

SQUASH = 15.0
"""Valence is s / sqrt(s² + SQUASH); the weights are learned with it. Source: Hutto and Gilbert, VADER, 2014."""
SHOWN_SQUASH = 4.0
"""The same for the valence that is shown, which spreads it as ratings spread. Chosen on the learning half of the tweets
among 0.5 to 15."""
FULL_WORDS = 30
"""Words up to which contributions simply add; beyond, their sum is scaled as a random walk grows, by sqrt(n)."""
CARRIES = 0.25
"""Least contribution (in lexicon units, about an eighth of the scale) for a word to be shown as a carrier."""
SHOWN = 3
"""Discrete emotions reported, at most."""
_NEUTRAL = LABELS.index("neutral")
_SCALE = 4.0 / math.sqrt(SHOWN_SQUASH)


def read_tone(text: str) -> Tone:
    """The tone of `text`. Valence 0, arousal at its base and no emotion where nothing in it is known.

    Linear in the length of the text.
    """
    table = lexicon()
    found = scan(text)
    scale = found.emphasis / math.sqrt(max(1.0, found.words / FULL_WORDS))
    valence = arousal = 0.0
    odds = list(table.biases)
    spans: list[EmotionSpan] = []
    for start, end, form, factor in found.tokens:
        entry = _entry(form, table.entries)
        if entry is None:
            continue
        valence += entry.valence * factor
        arousal += entry.arousal * abs(factor)
        for index, weight in entry.emotions:
            odds[index] += weight * scale * factor
        weight = entry.valence * factor
        if weight > CARRIES or weight < -CARRIES:
            spans.append(EmotionSpan(start, end, _label(entry, factor), max(-4.0, min(4.0, weight * _SCALE))))
    slope, base = table.arousal_line
    return Tone(
        valence=_squash(valence * scale, SHOWN_SQUASH),
        arousal=max(0.0, min(1.0, base + slope * _squash(arousal * scale, SQUASH))),
        emotions=_named(odds, table.thresholds),
        spans=tuple(spans),
    )


def emotion_labels(text: str) -> tuple[str, ...]:
    """The labels whose log-odds pass their threshold, strongest first; ("neutral",) where none does."""
    table = lexicon()
    found = scan(text)
    scale = found.emphasis / math.sqrt(max(1.0, found.words / FULL_WORDS))
    odds = list(table.biases)
    for _, _, form, factor in found.tokens:
        entry = _entry(form, table.entries)
        for index, weight in entry.emotions if entry else ():
            odds[index] += weight * scale * factor
    passed = sorted((t - o, i) for i, (o, t) in enumerate(zip(odds, table.thresholds, strict=True)) if o >= t)
    return tuple(LABELS[index] for _, index in passed) or (LABELS[_NEUTRAL],)


def _entry(form: str, entries: dict[str, Entry]) -> Entry | None:
    entry = entries.get(form)
    return sign_entry(form) if entry is None and len(form) == 1 and form > "\u2000" else entry


def _squash(value: float, half_at: float) -> float:
    return value / math.sqrt(value * value + half_at)


def _named(odds: list[float], thresholds: tuple[float, ...]) -> tuple[tuple[str, float], ...]:
    chances = [
        (1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, value)))), index)
        for index, (value, least) in enumerate(zip(odds, thresholds, strict=True))
        if value >= least and index != _NEUTRAL
    ]
    best = sorted(chances, key=lambda pair: (-pair[0], pair[1]))[:SHOWN]
    whole = sum(chance for chance, _ in best)
    return tuple((LABELS[index], chance / whole) for chance, index in best)


def _label(entry: Entry, factor: float) -> str:
    if factor > 0.0:
        for index, weight in sorted(entry.emotions, key=lambda pair: -pair[1]):
            if weight > 0.0 and index != _NEUTRAL:
                return LABELS[index]
    return "positive" if entry.valence * factor > 0.0 else "negative"
