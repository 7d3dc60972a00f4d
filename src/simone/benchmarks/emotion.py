"""Measures the reading of tone against human ratings, beside vaderSentiment on the same texts.

Not for the learning half: every figure is on texts that took no part in learning the lexicon.

Data: SIMONE_DATA/emotion (of the VADER tweets and movie snippets the half that `is_held_out` names; EmoBank dev;
GoEmotions dev).
vaderSentiment's lexicon was rated by people on words, its rules tuned by its authors on these same tweets.
"""

from __future__ import annotations

import csv
import hashlib
import html
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.errors import MissingSource
from simone.protocols.emotional_state import emotion_labels, read_tone
from simone.protocols.emotional_state.lexicon import LABELS

RATED_POLAR, VADER_POLAR = 0.125, 0.05
"""|valence| below which a rating and our reading (same scale: 0.5 of 4), and vaderSentiment's compound, are neutral.
Source of the latter: Hutto and Gilbert, VADER, 2014."""
EKMAN = {
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "joy": "joy amusement approval excitement gratitude love optimism relief pride admiration desire caring",
    "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
    "neutral": "neutral",
}
"""Source: the Ekman grouping of Demszky et al., GoEmotions, 2020."""


class Agreement(msgspec.Struct, frozen=True):
    """How far a reader's numbers follow people's on one set. `polarity_f1` is the macro average of three classes."""

    data: str
    reader: str
    what: str
    texts: int
    pearson: float
    spearman: float
    polarity_f1: float


class Labels(msgspec.Struct, frozen=True):
    """Macro-averaged F1 of discrete labels on one set."""

    data: str
    grouping: str
    texts: int
    labels: int
    macro_f1: float


class Report(msgspec.Struct, frozen=True):
    """Everything this benchmark measures."""

    agreements: tuple[Agreement, ...]
    labels: tuple[Labels, ...]


def run(data: Path) -> Report:
    """Measure under `data` (the folder SIMONE_DATA names).

    Raises:
        MissingSource: a data file or the package vaderSentiment is missing.
    """
    return Report(_measure_valence(data), _measure_labels(data))


def is_held_out(identity: str) -> bool:
    """Whether a rated tweet or snippet took no part in learning; the complement of the trainer's half."""
    return hashlib.sha256(identity.encode()).digest()[0] & 1 == 1


def _measure_valence(data: Path) -> tuple[Agreement, ...]:
    vader = _vader()
    emobank = _emobank(data / "emotion/emobank_train_dev.csv")
    sets = [
        ("tweets, held-out half", _rated(data / "emotion/vader/tweets_GroundTruth.txt")),
        ("movie snippets, held-out half", _rated(data / "emotion/vader/movieReviewSnippets_GroundTruth.txt")),
        ("EmoBank dev", [(text, valence) for text, valence, _ in emobank]),
    ]
    found = [
        _agreement(name, reader, "valence", rated, read)
        for name, rated in sets
        for reader, read in (("simone", _valence), ("vaderSentiment", vader))
    ]
    stirred = [(text, arousal) for text, _, arousal in emobank]
    found.append(_agreement("EmoBank dev", "simone", "arousal", stirred, lambda text: read_tone(text).arousal - 0.5))
    return tuple(found)


def _measure_labels(data: Path) -> tuple[Labels, ...]:
    path = _existing(data / "emotion/goemotions/dev.tsv")
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    truth = [{LABELS[int(label)] for label in row["label"].split(",")} for row in rows]
    guess = [set(emotion_labels(html.unescape(row["text"]))) for row in rows]
    group = {label: name for name, labels in EKMAN.items() for label in labels.split()}
    true_groups, guessed_groups = ([{group[label] for label in labels} for labels in side] for side in (truth, guess))
    return (
        Labels("GoEmotions dev", "28 labels", len(rows), len(LABELS), _macro_f1(truth, guess, LABELS)),
        Labels(
            "GoEmotions dev",
            "Ekman groups",
            len(rows),
            len(EKMAN),
            _macro_f1(true_groups, guessed_groups, tuple(EKMAN)),
        ),
    )


def render(report: Report) -> str:
    """The report as plain text."""
    lines = [f"{'data':32}{'what':10}{'reader':16}{'texts':>7}{'Pearson':>9}{'Spearman':>10}{'3-way F1':>10}"]
    lines += [
        f"{a.data:32}{a.what:10}{a.reader:16}{a.texts:7d}{a.pearson:9.3f}{a.spearman:10.3f}{a.polarity_f1:10.3f}"
        for a in report.agreements
    ]
    lines += [f"{one.data}, {one.grouping}: macro F1 {one.macro_f1:.3f} on {one.texts} texts" for one in report.labels]
    return "\n".join(lines)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise MissingSource(f"{str(path)!r} is missing; set SIMONE_DATA to the folder with the development data")
    return path


def _vader() -> Callable[[str], float]:
    try:
        module = importlib.import_module("vaderSentiment.vaderSentiment")
    except ModuleNotFoundError as error:
        raise MissingSource("the package vaderSentiment is not installed; `pip install vaderSentiment`") from error
    analyser = module.SentimentIntensityAnalyzer()
    return lambda text: float(analyser.polarity_scores(text)["compound"])


def _valence(text: str) -> float:
    return read_tone(text).valence


def _rated(path: Path) -> list[tuple[str, float]]:
    rows = [line.split("\t") for line in _existing(path).read_text("utf-8").splitlines()]
    return [(html.unescape(row[2]), float(row[1]) / 4) for row in rows if is_held_out(row[0])]


def _emobank(path: Path) -> list[tuple[str, float, float]]:
    with _existing(path).open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["split"] == "dev"]
    return [(row["text"], (float(row["V"]) - 3) / 2, (float(row["A"]) - 3) / 2) for row in rows]


def _agreement(
    data: str, reader: str, what: str, rated: Sequence[tuple[str, float]], read: Callable[[str], float]
) -> Agreement:
    ratings = np.array([rating for _, rating in rated])
    readings = np.array([read(text) for text, _ in rated])
    truth = [{_polarity(value, RATED_POLAR)} for value in ratings]
    guess = [{_polarity(value, VADER_POLAR if reader == "vaderSentiment" else RATED_POLAR)} for value in readings]
    return Agreement(
        data,
        reader,
        what,
        len(rated),
        float(np.corrcoef(ratings, readings)[0, 1]),
        float(np.corrcoef(_ranks(ratings), _ranks(readings))[0, 1]),
        _macro_f1(truth, guess, ("negative", "neutral", "positive")),
    )


def _polarity(value: float, least: float) -> str:
    return "positive" if value >= least else "negative" if value <= -least else "neutral"


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse].astype(np.float64)


def _macro_f1(truth: Sequence[set[str]], guess: Sequence[set[str]], labels: Sequence[str]) -> float:
    scores = []
    for label in labels:
        hits = sum(label in t and label in g for t, g in zip(truth, guess, strict=True))
        total = sum((label in t) + (label in g) for t, g in zip(truth, guess, strict=True))
        scores.append(2 * hits / total if total else 0.0)
    return sum(scores) / len(scores)
