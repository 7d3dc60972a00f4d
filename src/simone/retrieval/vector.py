"""Gives every sentence of a corpus its vector, in committed batches that a later run resumes.

Not for encoding or storing: the encoder and the corpus do that.
"""

from __future__ import annotations

from collections.abc import Callable

from simone.clock import Deadline
from simone.retrieval.contract import TextEncoder
from simone.retrieval.corpus import Corpus

BATCH_SENTENCES = 256
"""Sentences per commit: what a killed run loses at most."""

OnProgress = Callable[[int, int], None]


def index_vectors(
    corpus: Corpus, encoder: TextEncoder, on_progress: OnProgress | None = None, deadline: Deadline | None = None
) -> int:
    """Encode the sentences that have no vector of this encoder yet; how many there were.

    `on_progress` is told (done, total) after each commit. Vectors of other encoders go when all are there.

    Raises:
        BudgetExceeded, Cancelled: the deadline ended the work; what was committed stays.
        StoreError: the corpus refused the write.
    """
    missing = sorted(corpus.missing_vectors(encoder.name))
    for first in range(0, len(missing), BATCH_SENTENCES):
        if deadline is not None:
            deadline.check("encoding the corpus")
        batch = missing[first : first + BATCH_SENTENCES]
        rows = encoder.encode([text for _, text in batch])
        corpus.put_vectors(encoder.name, [identity for identity, _ in batch], rows)
        if on_progress is not None:
            on_progress(first + len(batch), len(missing))
    corpus.keep_vectors_of(encoder.name)
    return len(missing)
