"""Sentence splitting beside its peers, and text statistics.

Not for accuracy of sentences on other texts: the labelled contexts in the tests hold that too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from simone.benchmarks.collections import read
from simone.benchmarks.kernels.measuring import Bar, Ceiling, Contestants, Setting, Task, all_equal, size_of
from simone.kernels.contract import Kernels
from simone.kernels.contract.texts import FoundTerms, TextStatistics
from simone.retrieval.lexical import STOP_WORDS

WORDS, TIMES = 200, 100
"""Words of a short text, and calls for it that make one measurement, count."""
_OF_TEXTS = ("count_", "list_", "remove_")
"""Beginnings of the functions of textstat that keep what they found in a text; its dictionaries stay loaded."""
MOST_S = 50e-6
"""Longest time for the statistics of WORDS words, seconds."""


def sentences(setting: Setting) -> Iterator[Task]:
    """The abstracts of Cranfield."""
    texts = [text for text in read("cran", setting.data).documents if text.strip()]
    contestants: Contestants = {name: partial(b.split_sentences_batch, texts) for name, b in setting.named()}
    ours = list(contestants)
    contestants |= {name: partial(_each, split, texts) for name, split in _peers().items()}
    bars = (Bar("nupunkt", 3),) if "nupunkt" in contestants else ()
    slow = frozenset(("pysbd", "reference"))
    yield Task(
        f"sentences of {len(texts):,} texts", size_of(texts), contestants, partial(all_equal, ours), bars, slow=slow
    )


def _peers() -> dict[str, Callable[[str], object]]:
    found: dict[str, Callable[[str], object]] = {}
    if find_spec("nupunkt") is not None:
        found["nupunkt"] = import_module("nupunkt").sent_spans
    if find_spec("blingfire") is not None:
        found["blingfire"] = import_module("blingfire").text_to_sentences_and_offsets
    if find_spec("pysbd") is not None:
        found["pysbd"] = import_module("pysbd").Segmenter(language="en", clean=False).segment
    return found


def _each(split: Callable[[str], object], texts: Sequence[str]) -> list[object]:
    return [split(text) for text in texts]


def entities(setting: Setting) -> Iterator[Task]:
    """The abstracts of Cranfield; beside them the reference's patterns and mentions, settled in Python."""
    texts = [text for text in read("cran", setting.data).documents if text.strip()]
    contestants: Contestants = {name: partial(b.extract_entities_batch, texts) for name, b in setting.named()}
    yield Task(
        f"entities of {len(texts):,} texts",
        size_of(texts),
        contestants,
        partial(all_equal, list(contestants)),
        slow=frozenset(("reference",)),
    )


def terms(setting: Setting) -> Iterator[Task]:
    """The words that search counts: one abstract of Cranfield, and all of them; beside it words by `re` alone."""
    texts = [text for text in read("cran", setting.data).documents if text.strip()]
    word = re.compile(r"\w+")
    for label, some, times in (("one text", texts[:1], TIMES), (f"{len(texts):,} texts", texts, 1)):
        contestants: Contestants = {name: partial(_terms, b, some, times) for name, b in setting.named()}
        ours = list(contestants)
        contestants["re.findall, other words"] = partial(_split, word, some, times)
        said = f"{times} times the terms of {label}" if times > 1 else f"terms of {label}"
        yield Task(said, times * size_of(some), contestants, partial(all_equal, ours))


def _terms(backend: Kernels, texts: Sequence[str], times: int) -> FoundTerms:
    for _ in range(times - 1):
        backend.find_terms_batch(texts, STOP_WORDS)
    return backend.find_terms_batch(texts, STOP_WORDS)


def _split(word: re.Pattern[str], texts: Sequence[str], times: int) -> list[list[str]]:
    return [[one for one in word.findall(text.lower()) if one not in STOP_WORDS] for text in list(texts) * times]


def statistics(setting: Setting) -> Iterator[Task]:
    """What readability indices count: one text of WORDS words, and the abstracts of Cranfield."""
    texts = [text for text in read("cran", setting.data).documents if text.strip()]
    short = [" ".join(" ".join(texts).split()[:WORDS])]
    often: Contestants = {name: partial(_often, b, short) for name, b in setting.named()}
    once: Contestants = {name: partial(b.text_statistics_batch, texts) for name, b in setting.named()}
    ours = list(often)
    if (count := _textstat()) is not None:
        often["textstat, other counts"] = lambda: [count(short[0]) for _ in range(TIMES)]
        once["textstat, other counts"] = lambda: [count(text) for text in texts]
    label, bars = f"{TIMES} times the statistics of {WORDS} words", (Ceiling(MOST_S * TIMES),)
    yield Task(label, TIMES * size_of(short), often, partial(all_equal, ours), bars)
    label, slow = f"statistics of {len(texts):,} texts", frozenset(("textstat, other counts",))
    yield Task(label, size_of(texts), once, partial(all_equal, ours), slow=slow)


def _textstat() -> Callable[[str], object] | None:
    """The counts that ours has, by textstat; it keeps what it counted of a text, so its memory is emptied before."""
    if find_spec("textstat") is None:
        return None
    try:
        import_module("nltk").data.find("corpora/cmudict")
    except LookupError:  # it would ask the network for its dictionary
        return None
    peer = import_module("textstat").textstat
    kinds = ("sentence_count", "lexicon_count", "syllable_count", "letter_count", "long_word_count", "polysyllabcount")
    counts = [getattr(peer, kind) for kind in kinds]
    parts = [vars(module) for name, module in sys.modules.items() if name.startswith("textstat")]
    kept = {id(value): value for part in parts for name, value in part.items() if name.startswith(_OF_TEXTS)}
    clears = [value.cache_clear for value in kept.values() if hasattr(value, "cache_clear")]

    def count(text: str) -> list[object]:
        for clear in clears:
            clear()
        return [one(text) for one in counts]

    return count


def _often(backend: Kernels, texts: Sequence[str]) -> TextStatistics:
    for _ in range(TIMES - 1):
        backend.text_statistics_batch(texts)
    return backend.text_statistics_batch(texts)
