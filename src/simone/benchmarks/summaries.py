"""How close extractive summaries come to human ones: ROUGE on the Opinosis topics, beside plain baselines.

Not for judging abstractive text: those summaries are checked claim by claim instead.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from simone.clock import seeded
from simone.errors import MissingSource
from simone.kernels import kernels
from simone.protocols.summarizing.selecting import summarise
from simone.retrieval.contract import TextEncoder

SENTENCES = 2
"""Sentences per summary: the human summaries of this collection have about two."""
_WORD = re.compile(r"[a-z0-9]+")
_TOPICS = re.compile(r"topics/(?P<topic>[^/]+)\.txt\.data$")


class Rouge(msgspec.Struct, frozen=True):
    """F1 of unigram, bigram and longest-common-subsequence overlap with the human summaries, each 0..1."""

    one: float
    two: float
    longest: float


class SummaryScores(msgspec.Struct, frozen=True):
    """Mean scores over `topics` topics of summaries of `sentences` sentences, by method."""

    topics: int
    sentences: int
    encoder: str
    methods: tuple[tuple[str, Rouge], ...]


class Topic(msgspec.Struct, frozen=True):
    """The sentences to condense and the human summaries."""

    name: str
    sentences: tuple[str, ...]
    gold: tuple[str, ...]


def run(data: Path, encoder: TextEncoder, seed: int = 0) -> SummaryScores:
    """Score lead, random and our summaries on every topic under `data`/summary.

    Raises:
        MissingSource: the collection is not there.
    """
    topics = read_topics(data)
    methods: dict[str, Callable[[Topic], Sequence[int]]] = {
        "lead": lambda topic: range(min(SENTENCES, len(topic.sentences))),
        "random": lambda topic: _drawn(topic, seed),
        "ours": lambda topic: summarise(topic.sentences, encoder.encode(topic.sentences), SENTENCES),
    }
    scores = tuple(
        (name, _mean([_score(topic, choose(topic)) for topic in topics])) for name, choose in methods.items()
    )
    return SummaryScores(len(topics), SENTENCES, encoder.name, scores)


def render(scores: SummaryScores) -> str:
    """The scores as a text table."""
    lines = [
        f"summaries: Opinosis, {scores.topics} topics, {scores.sentences} sentences each, ROUGE F1, {scores.encoder}",
        f"{'method':<10}{'ROUGE-1':>9}{'ROUGE-2':>9}{'ROUGE-L':>9}",
    ]
    lines += [f"{name:<10}{one.one:>9.4f}{one.two:>9.4f}{one.longest:>9.4f}" for name, one in scores.methods]
    return "\n".join(lines)


def read_topics(data: Path) -> tuple[Topic, ...]:
    """The topics of the collection, by name.

    Raises:
        MissingSource: the collection is not there.
    """
    archives = sorted((data / "summary").glob("Opinosis*.zip"))
    if not archives:
        raise MissingSource(f"no Opinosis*.zip under {str(data / 'summary')!r}; set SIMONE_DATA to the data folder")
    topics = []
    with zipfile.ZipFile(archives[0]) as archive:
        names = sorted(archive.namelist())
        for name in names:
            found = _TOPICS.search(name)
            if found:
                gold = [n for n in names if n.startswith(f"summaries-gold/{found['topic']}/") and n.endswith(".gold")]
                text = archive.read(name).decode("cp1252", "replace")
                topics.append(
                    Topic(
                        found["topic"],
                        tuple(sentence for line in text.splitlines() for sentence in _sentences(line)),
                        tuple(archive.read(n).decode("cp1252", "replace") for n in gold),
                    )
                )
    return tuple(topics)


def rouge(candidate: str, references: Sequence[str]) -> Rouge:
    """Scores against each reference, averaged; words are lower-cased runs of letters and digits, not stemmed.

    Source: Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004, sections 2 and 3 (sentence-level LCS
    over the whole text, beta = 1).
    """
    ours = _WORD.findall(candidate.lower())
    rows = []
    for reference in references:
        theirs = _WORD.findall(reference.lower())
        rows.append(
            Rouge(
                _overlap(_grams(ours, 1), _grams(theirs, 1)),
                _overlap(_grams(ours, 2), _grams(theirs, 2)),
                _f1(_common_subsequence(ours, theirs), len(ours), len(theirs)),
            )
        )
    return _mean(rows)


def _score(topic: Topic, chosen: Sequence[int]) -> Rouge:
    return rouge(" ".join(topic.sentences[index] for index in chosen), topic.gold)


def _drawn(topic: Topic, seed: int) -> Sequence[int]:
    count = min(SENTENCES, len(topic.sentences))
    return sorted(seeded(seed, f"summary {topic.name}").sample(range(len(topic.sentences)), count))


def _sentences(line: str) -> list[str]:
    return [line[start:end] for start, end in kernels.split_sentences_batch([line])[0].tolist()]


def _mean(rows: Sequence[Rouge]) -> Rouge:
    count = len(rows)
    return Rouge(
        sum(row.one for row in rows) / count,
        sum(row.two for row in rows) / count,
        sum(row.longest for row in rows) / count,
    )


def _grams(words: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _overlap(ours: Counter[tuple[str, ...]], theirs: Counter[tuple[str, ...]]) -> float:
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def _f1(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0


def _common_subsequence(ours: Sequence[str], theirs: Sequence[str]) -> int:
    lengths = [0] * (len(theirs) + 1)
    for word in ours:
        diagonal = 0
        for at, other in enumerate(theirs, start=1):
            diagonal, lengths[at] = lengths[at], diagonal + 1 if word == other else max(lengths[at], lengths[at - 1])
    return lengths[-1]
