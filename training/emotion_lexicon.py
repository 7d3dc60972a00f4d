"""Learns the emotion lexicon of ESL from rated texts: word weights for valence, arousal and 28 discrete emotions.

Not for run time: the table it writes is src/simone/protocols/emotional_state/lexicon.tsv.

    SIMONE_DATA=DIR SIMONE_HOME=DIR python training/emotion_lexicon.py

Read: emotion/vader (the half of tweets and of movie snippets that `is_learned` names), emotion/goemotions train,
emotion/ emobank train. Context (negation, degree, contrast, emphasis) comes from the same `scan` that serves at run
time, so a weight means there what it meant here. A word's weight is a ridge regression's sum of three parts: one of
its own, one shared by the words of its stem, and a linear map of its MiniLM vector, which is what a rare word gets.
Settings were chosen on a quarter of the learning half. About five minutes on one core.
"""

# ruff: noqa: E501 - lines of the written table and of word lists are kept whole

from __future__ import annotations

import csv
import hashlib
import html
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simone.protocols.emotional_state.lexicon import LABELS
from simone.protocols.emotional_state.reading import FULL_WORDS, SQUASH
from simone.protocols.emotional_state.words import scan
from simone.retrieval.encoder import MiniLM
from simone.settings import EncoderSettings, home

Array = NDArray[np.float64]

POSITIVE = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split()
)
NEGATIVE = frozenset(
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split()
)
"""Source: the sentiment groups of Demszky et al., GoEmotions, 2020; the other labels are neither."""
SIGN_VALENCE = 0.55
RIDGE_WORD, RIDGE_VECTOR, ROUNDS = 0.6, 0.1, 60
WEIGHT_GOEMOTIONS, WEIGHT_MOVIES, WEIGHT_EMOBANK = 0.05, 0.05, 0.2
LEAST_VALENCE, LEAST_AROUSAL, LEAST_ODDS = 0.12, 0.15, 0.4
LONGEST_FORM = 24
TARGET = Path(__file__).parents[1] / "src/simone/protocols/emotional_state/lexicon.tsv"
SUFFIXES = (
    ("iness", "y"), ("fully", "ful"), ("ingly", ""), ("edly", ""), ("ily", "y"), ("ness", ""), ("ment", ""), ("ing", ""),
    ("ied", "y"), ("ies", "y"), ("ier", "y"), ("iest", "y"), ("ed", ""), ("es", ""), ("est", ""), ("er", ""), ("ly", ""),
    ("s", ""), ("e", ""),
)  # fmt: skip


def is_learned(identity: str) -> bool:
    """Whether a rated tweet or movie snippet belongs to the half that is learned from."""
    return hashlib.sha256(identity.encode()).digest()[0] & 1 == 0


class Rated(NamedTuple):
    """Texts with what people said of each, how much each counts, and whether their scale is fitted."""

    texts: list[str]
    ratings: Array
    weight: float
    rescaled: bool


class Bag:
    """Texts as sparse rows over numbered features."""

    def __init__(self, scanned: Sequence[Sequence[tuple[str, float]]], numbers: dict[str, int]) -> None:
        cells = [(row, numbers[f], value) for row, feats in enumerate(scanned) for f, value in feats if f in numbers]
        self.rows = np.array([cell[0] for cell in cells], dtype=np.int64)
        self.columns = np.array([cell[1] for cell in cells], dtype=np.int64)
        self.values = np.array([cell[2] for cell in cells], dtype=np.float64)
        self.shape = (len(scanned), len(numbers))

    def times(self, weights: Array) -> Array:
        """Bag @ weights."""
        return np.bincount(self.rows, self.values * weights[self.columns], self.shape[0]).astype(np.float64)

    def transposed_times(self, errors: Array) -> Array:
        """Bagᵀ @ errors."""
        return np.bincount(self.columns, self.values * errors[self.rows], self.shape[1]).astype(np.float64)


def stem(form: str) -> str:
    """A crude common form of a word's inflections."""
    if not form.isalpha() or len(form) < 5:
        return form
    for suffix, instead in SUFFIXES:
        if form.endswith(suffix) and len(form) - len(suffix) >= 3:
            form = form[: -len(suffix)] + instead
            break
    if form.endswith("e") and len(form) > 3:
        form = form[:-1]
    return form[:-1] if len(form) > 4 and form[-1] == form[-2] and form[-1] not in "ls" else form


def features(text: str) -> list[tuple[str, float]]:
    """Each token's form and stem (marked ~) with its factor, scaled as at run time."""
    found = scan(text)
    scale = found.emphasis / max(1.0, found.words / FULL_WORDS) ** 0.5
    return [(key, t.factor * scale) for t in found.tokens for key in (t.form, "~" + stem(t.form))]


def read_vader(path: Path) -> Rated:
    """The learning half of a VADER file, ratings -1..1."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    rows = [row for row in rows if is_learned(row[0])]
    return Rated([html.unescape(row[2]) for row in rows], np.array([float(row[1]) / 4 for row in rows]), 1.0, False)


def read_goemotions(path: Path) -> tuple[list[str], Array]:
    """Texts and a 0/1 matrix (n, 28) of labels."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    labels = np.zeros((len(rows), len(LABELS)))
    for row, record in enumerate(rows):
        labels[row, [int(label) for label in record["label"].split(",")]] = 1
    return [html.unescape(record["text"]) for record in rows], labels


def read_emobank(path: Path, column: str) -> Rated:
    """EmoBank's training split, ratings 1..5 moved to -1..1."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [record for record in csv.DictReader(stream) if record["split"] == "train"]
    return Rated([row["text"] for row in rows], np.array([(float(row[column]) - 3) / 2 for row in rows]), 1.0, True)


def learn_weights(sets: Sequence[Rated], forms: list[str], vectors: Array) -> tuple[dict[str, float], Array, Array]:
    """Weights of the forms, and per set the slope and base of its ratings on the squashed sums."""
    numbers = {form: index for index, form in enumerate(forms)}
    scanned = [[features(text) for text in rated.texts] for rated in sets]
    seen = Counter(f for texts in scanned for feats in texts for f in {key for key, _ in feats})
    own = {f: index for index, f in enumerate(sorted(f for f, count in seen.items() if count >= 2))}
    centred = np.concatenate([vectors - vectors.mean(0), np.full((len(forms), 1), 0.2)], axis=1)
    bags, dense = [], []
    for texts in scanned:
        bags.append(Bag(texts, own))
        plain = Bag(texts, numbers)
        mixed = np.zeros((len(texts), centred.shape[1]))
        np.add.at(mixed, plain.rows, plain.values[:, None] * centred[plain.columns])
        dense.append(mixed)
    word, theta = np.zeros(len(own)), np.zeros(centred.shape[1])
    word_speed, theta_speed = np.zeros_like(word), np.zeros_like(theta)
    pairs = list(zip(sets, bags, strict=True))
    curve = sum(s.weight * np.bincount(b.columns, b.values**2, len(own)) for s, b in pairs) / SQUASH + RIDGE_WORD
    square = sum(s.weight * (d.T @ d) for s, d in zip(sets, dense, strict=True)) / SQUASH
    inverse = np.linalg.inv(square + RIDGE_VECTOR * np.eye(len(theta)))
    slopes, bases = np.ones(len(sets)), np.zeros(len(sets))
    step, momentum = 0.12, 0.9
    for turn in range(ROUNDS):
        ahead, theta_ahead = word + momentum * word_speed, theta + momentum * theta_speed
        word_pull, theta_pull = RIDGE_WORD * ahead, RIDGE_VECTOR * theta_ahead
        for index, (rated, bag, mixed) in enumerate(zip(sets, bags, dense, strict=True)):
            total = bag.times(ahead) + mixed @ theta_ahead
            squashed = total / np.sqrt(total**2 + SQUASH)
            if turn >= 10 and rated.rescaled:
                slopes[index], bases[index] = _line(squashed, rated.ratings)
            error = slopes[index] * squashed + bases[index] - rated.ratings
            pull = rated.weight * error * slopes[index] * SQUASH / (total**2 + SQUASH) ** 1.5
            word_pull = word_pull + bag.transposed_times(pull)
            theta_pull = theta_pull + mixed.T @ pull
        word_speed = momentum * word_speed - step * word_pull / curve
        theta_speed = momentum * theta_speed - step * (inverse @ theta_pull)
        word, theta = word + word_speed, theta + theta_speed
    shared = centred @ theta
    weights = {
        form: float(shared[index] + sum(word[own[k]] for k in (form, "~" + stem(form)) if k in own))
        for form, index in numbers.items()
    }
    return weights, slopes, bases


def _line(values: Array, ratings: Array) -> tuple[float, float]:
    design = np.stack([values, np.ones_like(values)], axis=1)
    slope, base = np.linalg.solve(design.T @ design + 1e-3 * np.eye(2), design.T @ ratings)
    return float(np.clip(slope, 0.5, 1.6)), float(base)


def learn_emotions(texts: list[str], labels: Array) -> tuple[dict[str, Array], Array, Array]:
    """Per form its log-odds (28,), the labels' biases and the thresholds with the best F1 on a tenth kept apart."""
    scanned = [[(f, v) for f, v in features(text) if f[0] != "~"] for text in texts]
    seen = Counter(f for feats in scanned for f in {key for key, _ in feats})
    numbers = {
        f: index for index, f in enumerate(sorted(f for f, n in seen.items() if n >= 5 and len(f) <= LONGEST_FORM))
    }
    kept = np.array([index % 10 != 0 for index in range(len(texts))])
    bag = Bag([feats for feats, keep in zip(scanned, kept, strict=True) if keep], numbers)
    apart = Bag([feats for feats, keep in zip(scanned, kept, strict=True) if not keep], numbers)
    weights = np.zeros((len(LABELS), len(numbers)))
    biases, thresholds = np.zeros(len(LABELS)), np.zeros(len(LABELS))
    for label in range(len(LABELS)):
        truth = labels[kept, label]
        bias = float(np.log(truth.mean() / (1 - truth.mean())))
        weight, speed = np.zeros(len(numbers)), np.zeros(len(numbers))
        ridge = 0.5
        chance = truth.mean() * (1 - truth.mean())
        curve = np.bincount(bag.columns, bag.values**2, len(numbers)) * max(chance, 0.05) + ridge
        for _ in range(80):
            ahead = weight + 0.9 * speed
            error = 1 / (1 + np.exp(-np.clip(bag.times(ahead) + bias, -30, 30))) - truth
            speed = 0.9 * speed - 0.1 * (bag.transposed_times(error) + ridge * ahead) / curve
            weight = weight + speed
            bias -= 0.5 * float(error.mean()) / max(chance, 1e-3)
        weight = np.round(np.where(np.abs(weight) >= LEAST_ODDS, weight, 0.0), 1).astype(np.float64)
        weights[label], biases[label] = weight, bias
        thresholds[label] = _best_threshold(apart.times(weight) + bias, labels[~kept, label])
    return {form: weights[:, index] for form, index in numbers.items()}, biases, thresholds


def _best_threshold(odds: Array, truth: Array) -> float:
    order = np.argsort(-odds, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(odds) + 1) + truth.sum())
    return float(odds[order][int(f1.argmax())])


def main() -> None:
    """Learn everything and write the table."""
    data = Path(os.environ["SIMONE_DATA"]) / "emotion"
    tweets = read_vader(data / "vader/tweets_GroundTruth.txt")
    movies = read_vader(data / "vader/movieReviewSnippets_GroundTruth.txt")
    texts, labels = read_goemotions(data / "goemotions/train.tsv")
    signs = np.array([1.0 if label in POSITIVE else -1.0 if label in NEGATIVE else 0.0 for label in LABELS])
    sets = [
        tweets,
        Rated(texts, SIGN_VALENCE * (labels @ signs) / labels.sum(1), WEIGHT_GOEMOTIONS, True),
        movies._replace(weight=WEIGHT_MOVIES, rescaled=True),
        read_emobank(data / "emobank_train_dev.csv", "V")._replace(weight=WEIGHT_EMOBANK),
    ]
    seen = Counter(t.form for rated in sets for text in rated.texts for t in scan(text).tokens)
    rated_forms = {t.form for text in tweets.texts for t in scan(text).tokens}
    forms = sorted(f for f, n in seen.items() if len(f) <= LONGEST_FORM and (n >= 2 or f in rated_forms))
    sys.stdout.write(f"{len(forms)} forms\n")
    encoder = MiniLM(home(), EncoderSettings())
    vectors = np.asarray(encoder.encode(forms), dtype=np.float64)
    valence, _, _ = learn_weights(sets, forms, vectors)
    arousal, slopes, bases = learn_weights([read_emobank(data / "emobank_train_dev.csv", "A")], forms, vectors)
    emotions, biases, thresholds = learn_emotions(texts, labels)
    line = (slopes[0] / 2, 0.5 + bases[0] / 2)
    TARGET.write_text(_table(forms, valence, arousal, emotions, biases, thresholds, line), "utf-8")
    sys.stdout.write(f"{TARGET.stat().st_size} bytes\n")


def _table(
    forms: list[str],
    valence: dict[str, float],
    arousal: dict[str, float],
    emotions: dict[str, Array],
    biases: Array,
    thresholds: Array,
    line: tuple[float, float],
) -> str:
    lines = [
        "# Emotion lexicon: form, valence x 100, arousal x 100, log-odds x 10 of emotions (a = the first label of LABELS).",
        "# Made by training/emotion_lexicon.py from a fixed half of the VADER tweet and movie ratings (Hutto and Gilbert,",
        "# 2014; MIT), GoEmotions train (Demszky et al., 2020; Apache-2.0) and EmoBank train (Buechel and Hahn, 2017;",
        "# CC BY-SA 4.0), with word vectors of all-MiniLM-L6-v2 (Apache-2.0). The table is shared under CC BY-SA 4.0.",
    ]
    for name, numbers in (("[arousal]", line), ("[biases]", biases), ("[thresholds]", thresholds)):
        lines.append("\t".join([name, *(f"{number:.3f}" for number in numbers)]))
    for form in sorted(set(forms) | set(emotions)):
        pleasant = valence.get(form, 0.0)
        stirring = arousal.get(form, 0.0)
        odds = emotions.get(form, np.zeros(len(LABELS)))
        carried = [f"{chr(97 + i)}{round(10 * float(o))}" for i, o in enumerate(odds) if abs(o) >= LEAST_ODDS]
        v = round(100 * pleasant) if abs(pleasant) >= LEAST_VALENCE else 0
        a = round(100 * stirring) if abs(stirring) >= LEAST_AROUSAL else 0
        if v or a or carried:
            lines.append(f"{form}\t{v}\t{a}\t{','.join(carried)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
