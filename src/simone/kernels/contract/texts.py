"""Sentences, words and what can be counted in them.

Not for judging texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, Protocol

from simone.kernels.contract.types import Ints


class CountedWords(NamedTuple):
    """Words of texts, one per row, ordered by text and start."""

    text: Ints
    start: Ints
    end: Ints
    """Code points [start, end)."""
    syllables: Ints


class FoundTerms(NamedTuple):
    """The words of texts as word search counts them."""

    vocabulary: list[str]
    """Each once, in the order in which they first occur."""
    tokens: Ints
    """(t,) places in `vocabulary`, text after text."""
    lengths: Ints
    """(n,) how many tokens each text has."""


class TextStatistics(NamedTuple):
    """What readability indices count, one row per text; all (n,) int64."""

    sentences: Ints
    """Sentences that hold a word."""
    words: Ints
    syllables: Ints
    letters: Ints
    """Letters and numerals inside words."""
    long_words: Ints
    """Words of three syllables or more."""
    hard_words: Ints
    """Of these, without names, compounds and what only -es, -ed or -ing makes long."""


class Texts(Protocol):
    """Sentences, words and what can be counted in them."""

    def split_sentences_batch(self, texts: Sequence[str]) -> list[Ints]:
        """Sentence spans of each text -> (n, 2) int64 [start, end), trimmed of white space, in order.

        Abbreviations, initials, decimal numbers, quotes, brackets, ellipses, list items and blank lines are handled;
        every non-blank character lies in exactly one sentence.
        """

    def find_words_batch(self, texts: Sequence[str]) -> CountedWords:
        """Words with their syllables: letters and numerals with inner apostrophes and hyphens; "3.5" is one word.

        English syllables: the CMU pronouncing dictionary's count where it has the word, learned rules elsewhere; a
        compound's parts are counted one by one, a numeral is 1. Linear in the lengths.
        """

    def find_terms_batch(self, texts: Sequence[str], without: AbstractSet[str]) -> FoundTerms:
        """Words in lower case but for those of `without`: runs of letters and numerals, a final sigma written as any.

        A number is one word with its decimals and without the commas between its thousands ("1,234.5" is "1234.5"),
        and so are numbers joined by points ("10.1.2"). Linear in the lengths.
        """

    def text_statistics_batch(self, texts: Sequence[str]) -> TextStatistics:
        """Sentences, words, syllables, letters, long and hard words of each text, from one reading.

        Source: Gunning, The technique of clear writing, 1952 (hard words).
        """
