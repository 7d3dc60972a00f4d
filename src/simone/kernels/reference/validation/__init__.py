"""The reference of `contract.validation`: claims against evidence, statements against one another.

Not for verdicts: codes and spans leave here, and the truth floor decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from simone.kernels import arrays
from simone.kernels.contract import Ints
from simone.kernels.contract.validation import MENTIONS, PRECISIONS, Mentions, Quotations, Readings, TruthChecks
from simone.kernels.reference.validation.checks import check_claims
from simone.kernels.reference.validation.contradictions import exclusions
from simone.kernels.reference.validation.dates import find_dates
from simone.kernels.reference.validation.mentions import DateMention
from simone.kernels.reference.validation.names import find_names
from simone.kernels.reference.validation.quantities import find_quantities
from simone.kernels.reference.validation.quotes import find_quote
from simone.kernels.reference.validation.reading import read
from simone.kernels.reference.validation.times import find_times
from simone.kernels.reference.validation.words import find_words, is_content


class ValidationReference:
    """Implements `contract.validation.Validation`."""

    def find_mentions_batch(self, texts: Sequence[str]) -> Mentions:
        """Quantities, dates, clock times and proper names of English texts."""
        rows = [(number, *row) for number, text in enumerate(texts) for row in _mentions(arrays.as_text(text))]
        columns = list(zip(*rows, strict=True)) or [()] * len(Mentions._fields)
        kinds = (np.int64,) * 4 + (np.float64,) * 3 + (np.bool_,) * 2
        *numbers, said = columns
        return Mentions(*(np.array(c, k) for c, k in zip(numbers, kinds, strict=True)), list(said))  # type: ignore[call-arg,arg-type]

    def validate_truth_claims_batch(
        self,
        claims: Sequence[str],
        evidences: Sequence[str],
        pairs: Ints | None = None,
        close: Sequence[Mapping[int, int]] | None = None,
    ) -> TruthChecks:
        """What sentences of evidence say about claims, by what can be compared exactly."""
        return check_claims(claims, evidences, pairs, close)

    def read_sentences_batch(self, texts: Sequence[str]) -> Readings:
        """Sentences as the exact checks read them."""
        read_as = list(enumerate(read(arrays.as_text(text)) for text in texts))
        words = [(n, w) for n, one in read_as for w in one.words]
        verbs = [(n, v) for n, one in read_as for v in one.verbs]
        relations = [(n, i, r) for n, one in read_as for i, all_of in enumerate(one.relations) for r in all_of]
        values = [(n, 0, q.start, q.end) for n, one in read_as for q in one.quantities]
        values += [(n, 1, d.start, d.end) for n, one in read_as for d in one.dates]
        return Readings(
            words=_table(3, [(n, w.start, w.end) for n, w in words]),
            forms=[(w.lower, w.stem) for _, w in words],
            content=_table(2, [(n, i) for n, one in read_as for i in one.content]),
            verbs=_table(6, [(n, v.head, v.first, v.passive, v.positive, v.certain) for n, v in verbs]),
            verb_stems=[v.stem for _, v in verbs],
            relations=_table(3, [(n, i, r.verb) for n, i, r in relations]),
            kinds=[r.kind for _, _, r in relations],
            values=_table(4, sorted(values, key=lambda row: row[:2])),
            names=_table(3, [(n, name.start, name.end) for n, one in read_as for name in one.names]),
        )

    def content_stems_batch(self, texts: Sequence[str]) -> list[list[str]]:
        """The stems of the content words of each text."""
        words = [find_words(arrays.as_text(text)) for text in texts]
        return [list(dict.fromkeys([w.stem for w in one if is_content(w)])) for one in words]

    def detect_contradictions_fast(self, statements: Sequence[str]) -> list[tuple[int, int, str]]:
        """Pairs of statements that exclude each other, and the check that found it."""
        return [(min(a, b), max(a, b), check) for a, b, check in exclusions(statements)]

    def check_contradictions(self, statements: Sequence[str]) -> TruthChecks:
        """The same pairs as checks, with spans."""
        pairs = [(a, b) for a, b, _ in exclusions(statements)]
        return check_claims(statements, statements, np.array(pairs, np.int64).reshape(-1, 2))

    def find_quotations_batch(
        self, quotations: Sequence[str], texts: Sequence[str], pairs: Ints | None = None
    ) -> Quotations:
        """Where the words of quotations stand in texts, verbatim or nearly."""
        places = arrays.text_pairs(pairs, len(quotations), len(texts)).tolist()
        ours, theirs = ([arrays.as_text(text) for text in all_texts] for all_texts in (quotations, texts))
        rows = [(i, j, found) for i, j in places if (found := find_quote(ours[i], theirs[j])) is not None]
        columns = [(i, j, found.kind, found.start, found.end, *found.differing) for i, j, found in rows]
        table = np.array(columns, np.int64).reshape(-1, 9)
        quotation, text, kind, start, end = (np.ascontiguousarray(column) for column in table[:, :5].T)
        return Quotations(quotation, text, kind, start, end, np.ascontiguousarray(table[:, 5:]))


def _table(width: int, rows: Sequence[tuple[int, ...]]) -> Ints:
    return np.array(rows, np.int64).reshape(-1, width)


_Row = tuple[int, int, int, float, float, float, bool, bool, tuple[str, str]]


def _fineness(date: DateMention) -> float:
    return float(PRECISIONS.index(date.precision))


def _mentions(text: str) -> list[_Row]:
    """All columns of `Mentions` but the first."""
    date, time, name = map(MENTIONS.index, ("date", "time", "name"))
    return [
        *(
            (MENTIONS.index(q.kind), q.start, q.end, q.low, q.high, q.step, q.approximate, q.strict, (q.unit, q.noun))
            for q in find_quantities(text)
        ),
        *(
            (
                date,
                d.start,
                d.end,
                0.0,
                0.0,
                float(PRECISIONS.index(d.precision)),
                False,
                not d.valid,
                (d.first, d.last),
            )
            for d in find_dates(text)
        ),
        *((time, t.start, t.end, 0.0, 0.0, 0.0, False, False, (t.value, "")) for t in find_times(text)),
        *((name, n.start, n.end, 0.0, 0.0, 0.0, False, False, (n.normal, "")) for n in find_names(text)),
    ]
