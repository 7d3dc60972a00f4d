"""Sentences taken word for word from a place whose context they need, into a text that does not give it.

Not for pronouns of a text's own sentences: `truth.context` resolves those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simone.kernels import kernels
from simone.records import Draft, Passage
from simone.retrieval.leaning import leaning
from simone.truth.quotes import QuoteIndex


def misplaced(draft: Draft, passages: Sequence[Passage], question: str = "") -> Iterator[tuple[int, str]]:
    """Index of a sentence of the draft, and those of its words that would be read otherwise than where they stand.

    A sentence is in place where what stands before it in the draft says what stands before it in the source: that
    sentence itself, or a sentence of which at least half the content words are used there. One that opens the draft is
    read behind the question. Where the passages do not hold what stands before it in the source, nothing is said of it.
    """
    quotes = QuoteIndex(passages)
    for index, sentence in enumerate(draft.sentences[1:], start=1):
        found = quotes.find(sentence.text)
        if found is None or not found[1]:
            continue
        told = _told(passages, passages[found[0]].document_id, found[1])
        known = frozenset(_words(" ".join((question, *(one.text for one in draft.sentences[:index])))))
        words = leaning(sentence.text, known, frozenset(_words(told)))
        if words and told and not _says_part_of(draft.sentences[index - 1].text, told):
            yield index, words


def _says_part_of(sentence: str, text: str) -> bool:
    said, there = (frozenset(stems) for stems in kernels.content_stems_batch([sentence, text]))
    return 2 * len(said & there) >= max(1, len(said))


def _told(passages: Sequence[Passage], document: str, start: int) -> str:
    """What the passages hold of a document's paragraph before offset `start`, in its order; they may leave gaps."""
    held = sorted((p.start, p.text[: start - p.start]) for p in passages if p.document_id == document)
    return "\n".join(text for at, text in held if at < start).rpartition("\n\n")[2]


def _words(text: str) -> Iterator[str]:
    return (word.strip(".,;:!?()\"'“”’") for word in text.casefold().split())
