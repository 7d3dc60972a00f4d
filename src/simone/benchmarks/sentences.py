"""How well sentence boundaries are found in text that others labelled, beside nupunkt, pysbd and blingfire.

Not for speed: `bench kernels --only sentences` measures that.

The sets are not ours to ship; their folders are given. `prose` is the folder `testdata` of the Go module
github.com/jdkato/prose/v2 (v2.0.0): the sample of the Penn Treebank that NLTK has, as tokens with tags, and the golden
rules. `articles` is the folder `test_files/english` of the Go module github.com/neurosnap/sentences (v1.1.2): articles,
and their sentences one by one. The labels of the articles repeat mistakes of Punkt ("No. | 2 House Republican", "Liu et
al. | (2005)") and so favour splitters of its kind; those of the treebank know of no splitter. Rules may be made with
the dev half of each set in view, never with the test half.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np

from simone.benchmarks.report import machine, percentile, table
from simone.errors import MissingSource
from simone.kernels import kernels

TOGETHER = 20
"""Sentences of the treebank that make one text."""
RESAMPLES = 1000
BREAK = "{{sentence_break}}"
_CLOSERS = frozenset(("''", "'", "-RRB-", "-RCB-"))
_OPENERS = frozenset(("``", "`", "-LRB-", "-LCB-", "$", "US$", "C$", "A$", "HK$", "#"))
_WRITTEN = {"``": '"', "''": '"', "`": "'", "-LRB-": "(", "-RRB-": ")", "-LCB-": "{", "-RCB-": "}"}
_LEFT = frozenset(
    (",", ";", ":", ".", "?", "!", "%", "'s", "'", "n't", "'re", "'ve", "'ll", "'d", "'m", "...", "N'T", "'S")
)


class Labelled(msgspec.Struct, frozen=True):
    """A text and where its sentences end: after the last character of each."""

    text: str
    ends: frozenset[int]


class Score(msgspec.Struct, frozen=True):
    """Boundaries inside texts: the end of a text is none."""

    right: int
    found: int
    labelled: int
    f1_interval: tuple[float, float]
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Share of the found that is labelled."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the labelled that was found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return _f1(self.right, self.found, self.labelled)


_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
Splitter = Callable[[str], set[int]]
"""A text -> where its sentences end."""


def run(prose: Path | None, articles: Path | None, half: str, seed: int = 0) -> dict[tuple[str, str], Score]:
    """Scores by set and splitter on one half ("dev" or "test") of each set.

    Raises:
        MissingSource: no folder was given, or one lacks its files.
    """
    sets: dict[str, list[Labelled]] = {}
    try:
        if prose is not None:
            sets["treebank"] = list(treebank(prose))
            sets["golden rules"] = list(golden_rules(prose))
        if articles is not None:
            sets["articles"] = list(labelled_articles(articles))
    except OSError as error:
        raise MissingSource(f"{error}; give the folders that simone.benchmarks.sentences names") from error
    if not sets:
        raise MissingSource(
            "no labelled text was given; fetch github.com/jdkato/prose/v2@v2.0.0 or"
            " github.com/neurosnap/sentences@v1.1.2 with `go mod download` and give --prose or --articles"
        )
    chosen = {name: texts[("dev", "test").index(half) :: 2] for name, texts in sets.items()}
    if articles is not None:
        chosen["articles, by paragraph"] = [part for one in chosen["articles"] for part in paragraphs(one)]
    return {
        (name, splitter): score(texts, split, seed)
        for name, texts in chosen.items()
        for splitter, split in splitters().items()
    }


def render(scores: dict[tuple[str, str], Score], half: str, losses: int) -> str:
    """The figures, and the first wrong places of ours."""
    rows = [
        (
            name,
            splitter,
            f"{one.labelled:,}",
            f"{one.precision:.4f}",
            f"{one.recall:.4f}",
            f"{one.f1:.4f}",
            "{:.4f}-{:.4f}".format(*one.f1_interval),
        )
        for (name, splitter), one in scores.items()
    ]
    header = ("set", "splitter", "boundaries", "precision", "recall", "F1", "95 %")
    lines = [machine(), f"{half} half of each set", table(header, rows)]
    for (name, splitter), one in scores.items():
        if splitter == "ours":
            lines += [f"{name}, missed: {place}" for place in one.missed[:losses]]
            lines += [f"{name}, false: {place}" for place in one.false[:losses]]
    return "\n".join(lines)


def splitters() -> dict[str, Splitter]:
    """Ours, and the peers that are installed."""
    found: dict[str, Splitter] = {"ours": _ours}
    if find_spec("nupunkt") is not None:
        spans = import_module("nupunkt").sent_spans
        found["nupunkt"] = lambda text: {_end(text, end) for _, end in spans(text)}
    if find_spec("pysbd") is not None:
        segmenter = import_module("pysbd").Segmenter(language="en", clean=False, char_span=True)
        found["pysbd"] = lambda text: {_end(text, span.end) for span in segmenter.segment(text)}
    if find_spec("blingfire") is not None:
        offsets = import_module("blingfire").text_to_sentences_and_offsets
        found["blingfire"] = lambda text: {_end(text, end) for _, end in offsets(text)[1]}
    return found


def _ours(text: str) -> set[int]:
    return {int(end) for end in kernels.split_sentences_batch([text])[0][:, 1]}


def score(texts: Sequence[Labelled], split: Splitter, seed: int) -> Score:
    """The splitter's boundaries against the labels; the interval is a bootstrap over texts."""
    counts, missed, false = [], [], []
    for one in texts:
        last = _end(one.text, len(one.text))
        found, labelled = split(one.text) - {last, 0}, one.ends - {last}
        counts.append((len(found & labelled), len(found), len(labelled)))
        missed += [_around(one.text, end) for end in sorted(labelled - found)]
        false += [_around(one.text, end) for end in sorted(found - labelled)]
    table_of = np.array(counts, np.int64).reshape(-1, 3)
    chance = np.random.default_rng(seed)
    draws = chance.integers(0, max(1, len(counts)), (RESAMPLES, len(counts)))
    f1 = [_f1(*(int(value) for value in table_of[draw].sum(axis=0))) for draw in draws]
    right, found_count, labelled_count = (int(value) for value in table_of.sum(axis=0))
    interval = (percentile(f1, 0.025), percentile(f1, 0.975))
    return Score(right, found_count, labelled_count, interval, tuple(missed), tuple(false))


def treebank(folder: Path) -> Iterator[Labelled]:
    """Texts of TOGETHER sentences, put together from tokens; a sentence ends behind a token with the tag ".".

    Where what follows is small, a quoted sentence ended inside another: no boundary.
    """
    words = [token["text"] for token in json.loads((folder / "treebank_tokens.json").read_text("utf-8"))]
    tags = json.loads((folder / "treebank_tags.json").read_text("utf-8"))
    tokens = [(word, tag) for word, tag in zip(words, tags, strict=True) if tag != "-NONE-"]
    text, ends = "", list[int]()
    is_open, ended = True, False
    for word, tag in tokens:
        if ended and word not in _CLOSERS:
            if not word[:1].islower():
                ends.append(len(text))
                if len(ends) == TOGETHER:
                    yield Labelled(text, frozenset(ends))
                    text, ends, is_open = "", [], True
            ended = False
        written = _WRITTEN.get(word, word).replace("\\/", "/").replace("\\*", "*")
        glued = word in _LEFT or word in _CLOSERS
        if tag == "." and word == "." and text.endswith("."):
            written = ""
        text += written if is_open or glued or not text else f" {written}"
        is_open = word in _OPENERS
        ended = ended or tag == "."
    if ends:
        yield Labelled(text, frozenset(ends))


def labelled_articles(folder: Path) -> Iterator[Labelled]:
    """Every article NAME.txt with its sentences in NAME_s.txt; those whose words differ are left out."""
    names = sorted(path for path in folder.glob("*_s.txt"))
    if not names:
        raise MissingSource(f"no NAME_s.txt in {str(folder)!r}; give the folder `test_files/english`")
    for path in names:
        text = path.with_name(path.name.replace("_s.txt", ".txt")).read_text("utf-8")
        if (ends := _aligned(text, path.read_text("utf-8").split(BREAK))) is not None:
            yield Labelled(text, ends)


def paragraphs(one: Labelled) -> Iterator[Labelled]:
    """What stands between blank lines, so that no break of a paragraph is judged."""
    start = 0
    for end in [*(gap.end() for gap in _BLANK_LINE.finditer(one.text)), len(one.text)]:
        inside = (place - start for place in one.ends if start < place <= end)
        if one.text[start:end].strip():
            yield Labelled(one.text[start:end], frozenset(inside))
        start = end


def golden_rules(folder: Path) -> Iterator[Labelled]:
    """Every rule's text."""
    for rule in json.loads((folder / "golden_rules_en.json").read_text("utf-8")):
        if (ends := _aligned(rule["input"], rule["output"])) is not None:
            yield Labelled(rule["input"], ends)


def _aligned(text: str, pieces: Sequence[str]) -> frozenset[int] | None:
    """Where each piece ends in `text`, white space apart; None where the words differ."""
    ends, at = set(), 0
    for piece in pieces:
        for sign in "".join(piece.split()):
            while at < len(text) and text[at].isspace():
                at += 1
            if at == len(text) or text[at] != sign:
                return None
            at += 1
        ends.add(at)
    return frozenset(ends)


def _end(text: str, end: int) -> int:
    """`end` without the white space before it."""
    return len(text[:end].rstrip())


def _around(text: str, end: int) -> str:
    return repr(text[max(0, end - 40) : end]) + " | " + repr(text[end : end + 40])


def _f1(right: int, found: int, labelled: int) -> float:
    return 2 * right / (found + labelled) if found + labelled else 0.0
