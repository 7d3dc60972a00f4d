"""Many patterns over English, spans returned.

Not for single patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from simone.benchmarks.collections import read
from simone.benchmarks.kernels.measuring import Contestants, Setting, Task, all_equal, size_of


def patterns(setting: Setting) -> Iterator[Task]:
    """A hundred patterns: two words of the texts with up to two between them, and what texts hold besides words."""
    texts = list(read("cran", setting.data).documents)
    words = sorted({word for text in texts for word in text.split() if word.isalpha() and len(word) > 5})[::97]
    pairs = [f"{first}(?: \\w+){{0,2}} {second}" for first, second in pairwise(words)][:97]
    kinds = [r"\b\d+(?:\.\d+)?\b", r"\b[a-z]+-[a-z]+\b", r"\bmach number\b"]
    chosen = [(f"p{number}", pattern) for number, pattern in enumerate(kinds + pairs)]
    contestants: Contestants = {
        name: partial(b.compile_pattern_set(chosen).find_batch, texts) for name, b in setting.named()
    }
    yield Task(
        f"{len(chosen)} patterns, {len(texts):,} texts",
        size_of(texts),
        contestants,
        partial(all_equal, list(contestants)),
    )
