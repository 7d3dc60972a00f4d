"""The exact checks of claims against evidence, and of statements against one another.

Not for verdicts: codes and spans leave here, and the truth floor decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simone.kernels.contract.types import Bools, Ints

Doubles = NDArray[np.float64]

MENTIONS = ("number", "percent", "money", "unit", "ordinal", "fraction", "range", "date", "time", "name")
"""Kinds of mention by code; the first seven are kinds of quantity."""
PRECISIONS = ("day", "month", "year", "decade", "century")
"""How fine a date is, by code."""

STATUSES = ("supported", "refuted", "silent")
"""What a sentence says about a claim, by code."""
CHECKS = (
    "alignment", "number", "unit", "date", "direction", "polarity", "modality", "role", "quantifier", "entity",
)  # fmt: skip
"""Which comparison decided, by code."""
WHYS = (
    "same", "missing", "says", "vague", "absent", "elsewhere", "unnamed", "negated twice", "intended", "uncertain",
    "misplaced", "misplaced or open", "either", "reordered", "less", "unsaid", "respective", "limited", "open",
    "privative", "narrower",
)  # fmt: skip
"""Why, by code: what lies between the two spans of a check; the truth floor has a sentence for each."""


QUOTATIONS = ("verbatim", "near")
"""How a quotation stands in a text, by code."""
MOST_DIFFERING = 3
"""Words of a near-verbatim quotation that the text has otherwise, and words that stand there instead, at most."""
LEAST_AGREEING = 4
"""Words of a near-verbatim quotation that the text has, at least."""


class Mentions(NamedTuple):
    """What texts mention, one mention per row: by text, then quantities, dates, times, names, each in text order."""

    text: Ints
    kind: Ints
    """Code in MENTIONS."""
    start: Ints
    end: Ints
    """Code points [start, end)."""
    low: Doubles
    high: Doubles
    """Ends of a quantity in its canonical unit, ±inf where open; 0 elsewhere."""
    step: Doubles
    """Of a quantity the place value of its last digit, 0 where unknown; of a date the code in PRECISIONS."""
    approximate: Bools
    """Said with "about"."""
    strict: Bools
    """Finite ends of a quantity are excluded; a date is impossible."""
    said: list[tuple[str, str]]
    """Of a quantity canonical unit and counted noun, of a date first and last ISO day, of a time "17:00" and "",
    of a name its normal form and ""."""


class TruthChecks(NamedTuple):
    """What sentences say about claims, one row per pair in the order of the pairs."""

    claim: Ints
    evidence: Ints
    """Index of the pair's texts."""
    status: Ints
    """Code in STATUSES."""
    check: Ints
    """Code in CHECKS."""
    why: Ints
    """Code in WHYS."""
    strength: Doubles
    """Share of the claim that found its counterpart, 0..1, rounded to four digits."""
    spans: Ints
    """Of shape (pairs, 4): code points [start, end) of what decided in the claim, then in the evidence; -1 for none."""
    said: list[tuple[str, str]]
    """The two spans as a reason names them: in lower case where they are closed-class words, with the preposition
    before a date whose direction is opposed; "" for none."""
    missing: Ints
    """Of shape (words, 4): pair, word of the claim, start, end of each word without counterpart; by pair and word."""
    opposed: Ints
    """Of shape (words, 5): pair, then the spans of a word of the claim and of its opposite in the evidence."""
    noticed: Ints
    """Of shape (differences, 3): pair, check, status of every kind of difference, also of those that did not decide."""


class Quotations(NamedTuple):
    """Where quotations stand in texts, one row per pair that is found, in the order of the pairs."""

    quotation: Ints
    text: Ints
    """Index of the pair's texts."""
    kind: Ints
    """Code in QUOTATIONS."""
    start: Ints
    end: Ints
    """Code points [start, end) of the text."""
    differing: Ints
    """Of shape (found, 4): code points [start, end) of the words that differ, in the quotation and in the text; an
    empty span where only the other has words; -1 in verbatim rows."""


class Readings(NamedTuple):
    """Sentences as read, by shallow rules; rows by text, word and verb indices within their text."""

    words: Ints
    """Of shape (words, 3): text, start, end in code points."""
    forms: list[tuple[str, str]]
    """Lower case, with straight apostrophes, and stem of each word."""
    content: Ints
    """Of shape (n, 2): text, word, of the content words that are no verbs and no values."""
    verbs: Ints
    """Of shape (verbs, 6): text, head, first word, then 0 or 1: passive, positive, certain."""
    verb_stems: list[str]
    """Stem of each verb; "be" of an apposition, whose head is a comma."""
    relations: Ints
    """Of shape (relations, 3): text, word, verb on which the word hangs, -1 for none; by word."""
    kinds: list[str]
    """Of each relation "S" agent, "O" patient or predicate, or the class of a preposition."""
    values: Ints
    """Of shape (values, 4): text, 0 of a quantity or 1 of a date, start, end; of a text quantities first."""
    names: Ints
    """Of shape (names, 3): text, start, end."""


class Validation(Protocol):
    """The exact checks of claims against evidence, and of statements against one another."""

    def find_mentions_batch(self, texts: Sequence[str]) -> Mentions:
        """Quantities, dates, clock times and proper names of English texts; what only names something is no quantity.

        Quantities are converted to canonical units (m, kg, s, month, year, currencies by code …), dates to intervals of
        ISO days, all-digit dates month first unless impossible. Linear in the lengths.
        """

    def validate_truth_claims_batch(
        self,
        claims: Sequence[str],
        evidences: Sequence[str],
        pairs: Ints | None = None,
        close: Sequence[Mapping[int, int]] | None = None,
    ) -> TruthChecks:
        """Hold each claim against each sentence of evidence, or those of `pairs` (shape (n, 2): claim, evidence).

        `close` has for each pair the evidence word that token vectors found near enough to a word of the claim, if
        any; words by their index. Each different text is read once. A pair's row does not depend on the other pairs.
        Meant for sentences: the cost of a pair grows with the product of its words.

        Raises:
            BadArray: `pairs` is no integer array of shape (n, 2), points outside the texts, or `close` is not one
                mapping per pair of indices that the words of its texts have.
        """

    def read_sentences_batch(self, texts: Sequence[str]) -> Readings:
        """Sentences as the exact checks read them: words, verb groups, values, names, and what hangs on what.

        Meant for sentences: the cost of one grows faster than its length.
        """

    def content_stems_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """The stems of the content words of each text, each once, in the order in which they first stand there."""

    def detect_contradictions_fast(self, statements: Sequence[str]) -> list[tuple[int, int, str]]:
        """Pairs i < j of statements that exclude each other, with the check (of CHECKS) that found it, in order.

        Only pairs that share words are compared: at least two (one where a statement has only two), and half the words
        of the statement taken as the claim; an index of the words finds them, so nothing is compared with what shares
        too little. Statements beyond 2,000 characters are passed over. Each statement is first held as a claim against
        the later one, then the other way round. Another name in the same place is no contradiction: it may be just
        another fact.
        """

    def check_contradictions(self, statements: Sequence[str]) -> TruthChecks:
        """The pairs of `detect_contradictions_fast` in its order, as checks: which statement was held as the claim
        against which, and the spans that exclude each other."""

    def find_quotations_batch(
        self, quotations: Sequence[str], texts: Sequence[str], pairs: Ints | None = None
    ) -> Quotations:
        """Where the words of each quotation stand in each text, or in those of `pairs` (shape (n, 2)).

        Words are compared in lower case; white space, punctuation and the shapes of marks do not matter. The first
        verbatim place; where there is none, the place where the fewest words differ, and the first of those: one
        stretch of at most MOST_DIFFERING words on either side after the longest common beginning, while at least
        LEAST_AGREEING words agree. A quotation without words is found nowhere.

        Raises:
            BadArray: `pairs` is no integer array of shape (n, 2), or points outside the texts.
        """
