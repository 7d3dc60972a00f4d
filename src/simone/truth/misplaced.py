"""Sentences taken word for word from a place whose context they need, into a text that does not give it.

Not for pronouns of a text's own sentences: `truth.context` resolves those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from simone.kernels import kernels
from simone.records import Draft, Passage
from simone.retrieval.leaning import Surroundings, is_counted, is_pronoun, leaning, points_back
from simone.truth.quotes import QuoteIndex, find_quote
from simone.truth.reading import read

LATELY = 2
"""Sentences before a quotation of which a question that leads it must speak, count."""
_THIS = re.compile(r"\b(?:this|these|that|those|such) (\w+)$", re.IGNORECASE)


def misplaced(draft: Draft, passages: Sequence[Passage], question: str = "") -> Iterator[tuple[int, str]]:
    """Index of a sentence of the draft, and those of its words that would be read otherwise than where they stand.

    A sentence is in place where what stands before it in the draft says what stands before it in the source: a sentence
    from there (behind "this" or "similarly" the last), or one of which at least half the content words are used there.
    One that opens the draft is read behind the question, which gives what a pronoun stands for, names a thing, or asks
    about what "this" means; no time from which "weeks later" counts. What is not in place leads nothing.
    Where the passages do not hold what stands before it in the source, nothing is said of it.
    """
    quotes, around = QuoteIndex(passages), Surroundings(passages)
    said: list[str] = []
    behind: str | None = None  # the sentence before, "" where that is not in place itself
    for index, sentence in enumerate(draft.sentences):
        found = quotes.find(sentence.text)
        words = told = ""
        if found is not None and found[1]:
            told = around.told(passages[found[0]].document_id, found[1])
            known = frozenset(_words(" ".join((question, *said))))
            words = leaning(sentence.text, known, frozenset(_words(told)))
        if not words or not told or (_asks(question, told, words) if behind is None else _leads(behind, told, words)):
            said.append(sentence.text)
            behind = sentence.text
        else:
            behind = ""
            yield index, words


def _asks(question: str, told: str, words: str) -> bool:
    """Whether the question gives what `words` count on; where none is asked, nothing is known against it."""
    if not question or is_pronoun(words):
        return True
    if is_counted(words):
        return False
    if not points_back(words):  # a thing: which one, only what stands before it says, if that speaks of one
        return not _shares(words.split()[-1], told)
    if (named := _THIS.search(words)) and not _shares(named[1], question):
        return False
    last = kernels.split_sentences_batch([told])[0].tolist()[-LATELY:]
    return bool(last) and _says_part_of(question, told[last[0][0] :])


def _leads(sentence: str, told: str, words: str) -> bool:
    """Whether the sentence gives what `words` count on, which stands in `told`, where the source is quoted behind it.

    "This", "similarly", "a second" mean what was said last: a quotation has to be that. Others may reach further back.
    """
    if not sentence:
        return False
    span = find_quote(sentence, told)
    if span is not None and points_back(words):
        return not told[span[1] :].strip()
    if span is None and is_pronoun(words) and not _has_same_subject(sentence, told):
        return False
    return _says_part_of(sentence, told)


def _has_same_subject(sentence: str, told: str) -> bool:
    """Whether a sentence in other words speaks of what the last one of `told` that names its subject speaks of.

    "Nimbus sued Stratus. It won." says another thing than "Stratus was sued. It won.".
    """
    own = _subject(sentence)
    subjects = (_subject(told[start:end]) for start, end in reversed(kernels.split_sentences_batch([told])[0].tolist()))
    last = next((subject for subject in subjects if subject), frozenset[str]())
    return not own or not last or not own.isdisjoint(last)


def _subject(sentence: str) -> frozenset[str]:
    """Stems of the words before the first verb."""
    reading = read(sentence)
    first = reading.verbs[0].first if reading.verbs else 0
    return frozenset(reading.words[i].stem for i in reading.content if i < first)


def _says_part_of(sentence: str, text: str) -> bool:
    said, there = (frozenset(stems) for stems in kernels.content_stems_batch([sentence, text]))
    return 2 * len(said & there) >= max(1, len(said))


def _shares(word: str, text: str) -> bool:
    one, other = kernels.content_stems_batch([word, text])
    return not set(one).isdisjoint(other)


def _words(text: str) -> Iterator[str]:
    return (word.strip(".,;:!?()\"'“”’") for word in text.casefold().split())
