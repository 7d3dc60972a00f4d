"""What a call costs before it computes: a thousand calls with next to nothing to do, of vectors and of texts.

Not for work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from simone.benchmarks.kernels.measuring import Ceiling, Contestants, Setting, Task, vectors
from simone.kernels.contract import Kernels

CALLS = 1000
MOST_S = 2e-6
"""Longest time for one call, seconds."""
TEXTS = ["a b"]
PATTERNS = [("number", r"\bno\. \d+"), ("word", r"\bmach\b")]


def tiny(setting: Setting) -> Iterator[Task]:
    """Each function once for all backends; the ceiling is that of the compiled one."""
    rows, query = vectors("gaussian", 4, setting.seed), vectors("gaussian", 1, setting.seed + 1)[0]

    def one(backend: Kernels) -> dict[str, Callable[[], object]]:
        compiled = backend.compile_pattern_set(PATTERNS)
        return {
            "cosines of 4 rows": lambda: backend.cosine_similarity_batch(query, rows),
            "hash": lambda: backend.hash_content_batch(TEXTS),
            "sentences": lambda: backend.split_sentences_batch(TEXTS),
            "words": lambda: backend.find_words_batch(TEXTS),
            "statistics": lambda: backend.text_statistics_batch(TEXTS),
            "patterns": lambda: compiled.find_batch(TEXTS),
            "patterns, names alone": lambda: compiled.match_batch(TEXTS),
            "replace": lambda: compiled.replace_batch(TEXTS, ["", ""]),
            "entities": lambda: backend.extract_entities_batch(TEXTS),
            "facts": lambda: backend.fact_tokens_batch(TEXTS),
        }

    by_backend = {name: one(backend) for name, backend in setting.named()}
    for label in next(iter(by_backend.values())):
        contestants: Contestants = {name: partial(_often, calls[label]) for name, calls in by_backend.items()}
        moved = CALLS * (rows.nbytes if label.startswith("cosines") else len(TEXTS[0]))
        bars = (Ceiling(CALLS * MOST_S),)
        yield Task(f"{CALLS:,} calls: {label}", moved, contestants, _agree, bars=bars)


def _often(call: Callable[[], object]) -> object:
    for _ in range(CALLS - 1):
        call()
    return call()


def _agree(answers: dict[str, object]) -> bool:
    first, *others = (repr(answer) for answer in answers.values())
    return all(first == other for other in others)
