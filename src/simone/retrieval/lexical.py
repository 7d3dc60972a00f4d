"""Word search: stemmed terms of each sentence, and BM25 over all of them in NumPy.

Not for meaning: vectors find what is said in other words.

A sentence is scored by its own words and, more weakly, by those of the headings above it and the document's title.
Stems are those of SQLite's own Porter tokenizer, of irregular verbs those of their base form ("sank" is "sink").
Scores depend on the live documents only, never on their history.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from simone.kernels import kernels
from simone.kernels.reference.validation.lexicon import IRREGULAR

K1, B = 0.9, 0.4
"""Saturation of term frequency and strength of length normalisation; sentences want less of both than documents.

Source: the formula is Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3;
the values were chosen on question answering and document search, docs/corpus.md.
"""
TITLE_WEIGHT = 0.5
"""Share of a heading's score that its sentences get; chosen with K1 and B."""

STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being both but by can could did do "
    "does doing down during each either else ever for from further had has have having he her here hers herself him "
    "himself his how i if in into is it its itself just let may me might more most must my myself neither no nor not "
    "of off on once only or other ought our ours ourselves out over own per please same shall she should so some such "
    "than that the their theirs them themselves then there these they this those though through to too under until "
    "up upon us very was we were what when where whether which while who whom whose why will with within would yet you "
    "your yours yourself s t re ve ll d m don doesn didn isn aren wasn weren won wouldn".split()
)
"""Function words: they carry no topic, and half of all text is made of them."""


class Terms(msgspec.Struct, frozen=True):
    """The stemmed terms of some texts: `tokens` (t,) int32 into `vocabulary`, text after text; `lengths` (n,) int32."""

    vocabulary: tuple[str, ...]
    tokens: NDArray[np.int32]
    lengths: NDArray[np.int32]


def terms_of(texts: Iterable[str]) -> Terms:
    """Words of each text, folded and stemmed, without function words."""
    plain = [text if text.isascii() else unicodedata.normalize("NFKC", text) for text in texts]
    words, tokens, lengths = kernels.find_terms_batch(plain, STOP_WORDS)
    stems = _STEMMER.stems(words)
    vocabulary = tuple(dict.fromkeys(stems))
    place = {stem: number for number, stem in enumerate(vocabulary)}
    folded = np.array([place[stem] for stem in stems], np.int32)
    return Terms(vocabulary, folded[tokens], lengths.astype(np.int32))


class _Stemmer:
    """SQLite's Porter tokenizer as a function: words go into a throw-away index and its terms come back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}
        self._connection: sqlite3.Connection | None = None

    def stems(self, words: Sequence[str]) -> list[str]:
        with self._lock:
            unknown = [word for word in words if word not in self._known]
            if len(self._known) + len(unknown) > 1_000_000:
                self._known.clear()
                unknown = list(words)
            if unknown:
                self._learn(unknown)
            return [self._known[word] for word in words]

    def _learn(self, words: list[str]) -> None:
        if self._connection is None:
            self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._connection.execute("CREATE VIRTUAL TABLE word USING fts5(text, tokenize='porter unicode61')")
            self._connection.execute("CREATE VIRTUAL TABLE stem USING fts5vocab(word, 'instance')")
        self._known.update(zip(words, words, strict=True))
        plain = ((number, IRREGULAR.get(word, word)) for number, word in enumerate(words) if "." not in word)
        with self._connection:
            self._connection.execute("BEGIN")  # without it each word would become an index segment of its own
            self._connection.execute("DELETE FROM word")
            self._connection.executemany("INSERT INTO word(rowid, text) VALUES (?, ?)", plain)
        for term, number in self._connection.execute('SELECT term, doc FROM stem WHERE "offset" = 0'):
            self._known[words[number]] = term


_STEMMER = _Stemmer()


class Postings:
    """Which texts hold a term, each with the term's saturated frequency there, for all parts as one row of texts."""

    def __init__(self, parts: Sequence[Terms]) -> None:
        numbers: dict[str, int] = {}
        lengths = np.concatenate([part.lengths for part in parts] or [np.empty(0, np.int32)]).astype(np.int64)
        self.size = len(lengths)
        keys, base = [np.empty(0, np.int64)], 0
        for part in parts:
            mapped = np.array([numbers.setdefault(term, len(numbers)) for term in part.vocabulary], np.int64)
            rows = np.repeat(np.arange(base, base + len(part.lengths)), part.lengths)
            if len(rows):
                keys.append(mapped[part.tokens] * self.size + rows)
            base += len(part.lengths)
        pairs, counts = np.unique(np.concatenate(keys), return_counts=True)
        terms = pairs // max(1, self.size)
        self._numbers = numbers
        self._rows = pairs - terms * self.size
        self._bounds = np.searchsorted(terms, np.arange(len(numbers) + 1))
        mean = max(1.0, lengths.sum() / max(1, self.size))
        self._saturated = counts * (K1 + 1) / (counts + K1 * (1 - B + B * lengths[self._rows] / mean))

    def scores(self, stems: Sequence[str]) -> NDArray[np.float64]:
        """BM25 of every text for these terms -> (n,) float64, 0.0 where no term occurs.

        Source: Robertson and Zaragoza 2009, equation 3.15, with the idf of Lucene, which is never negative.
        """
        total = np.zeros(self.size)
        for stem in stems:
            number = self._numbers.get(stem)
            if number is None:
                continue
            first, last = self._bounds[number], self._bounds[number + 1]
            frequency = int(last - first)
            rarity = math.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))
            total[self._rows[first:last]] += rarity * self._saturated[first:last]
        return total


class LexicalIndex:
    """BM25 over sentences, with `titles` one text per section and `section` (n,) the section of each sentence."""

    def __init__(self, sentences: Sequence[Terms], titles: Sequence[Terms], section: NDArray[np.int64]) -> None:
        self._sentences = Postings(sentences)
        self._titles = Postings(titles)
        self._section = section

    def search(
        self, query: str, k: int, among: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k best sentences -> positions and scores, best first, ties by position; all share a word with the query.

        Every character of the query is a letter of a word or separates words: there is no query syntax. `among` (n,)
        says which sentences are looked at.
        """
        stems = sorted(set(terms_of([query]).vocabulary))
        scores = self._sentences.scores(stems)
        found = np.flatnonzero(scores if among is None else np.where(among, scores, 0.0))
        totals = scores[found] + TITLE_WEIGHT * self._titles.scores(stems)[self._section[found]]
        if 0 < k < len(found):
            floor = np.partition(totals, len(totals) - k)[len(totals) - k]
            kept = totals >= floor
            found, totals = found[kept], totals[kept]
        order = np.argsort(-totals, kind="stable")[:k]
        return found[order], totals[order]
