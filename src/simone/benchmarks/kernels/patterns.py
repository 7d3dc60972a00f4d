"""Many patterns over English, spans returned, beside Python's `re` (the reference) and RE2's set.

Not for single patterns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

from simone.benchmarks.collections import read
from simone.benchmarks.kernels.measuring import Bar, Contestants, Setting, Task, all_equal, size_of

SIZES = (100, 1000)
LARGE_BYTES = 10_000_000


def patterns(setting: Setting) -> Iterator[Task]:
    """Two words of the texts with up to two between them, and what texts hold besides words."""
    texts = list(read("cran", setting.data).documents)
    if setting.large:
        texts = texts * (1 + LARGE_BYTES // size_of(texts))
    for size in SIZES:
        chosen = _chosen(texts, size)
        contestants: Contestants = {
            name: partial(b.compile_pattern_set(chosen).find_batch, texts) for name, b in setting.named()
        }
        ours = list(contestants)
        bars = [Bar("reference", 60)]
        if find_spec("re2") is not None:
            contestants["re2 set, spans of what it names"] = partial(_re2, _Re2(chosen), texts)
            bars.append(Bar("re2 set, spans of what it names", 1))
        yield Task(
            f"{len(chosen):,} patterns, {size_of(texts) / 1e6:.1f} MB",
            size_of(texts),
            contestants,
            partial(_agree, ours),
            tuple(bars),
            slow=frozenset(("reference",)),
        )


def _chosen(texts: Sequence[str], size: int) -> list[tuple[str, str]]:
    kinds = [r"\b\d+(?:\.\d+)?\b", r"\b[a-z]+-[a-z]+\b", r"\bmach number\b"]
    words = sorted({word for text in texts for word in text.split() if word.isalpha() and len(word) > 5})
    words = words[:: max(1, len(words) // size)]
    pairs = [f"{first}(?: \\w+){{0,2}} {second}" for first, second in pairwise(words)][: size - len(kinds)]
    return [(f"p{number}", pattern) for number, pattern in enumerate(kinds + pairs)]


class _Re2:
    """RE2's set, which says which patterns match, and each pattern for its spans."""

    def __init__(self, chosen: Sequence[tuple[str, str]]) -> None:
        re2 = import_module("re2")
        self.all = re2.Set.SearchSet()
        for _, pattern in chosen:
            self.all.Add(pattern)
        self.all.Compile()
        self.each = [re2.compile(pattern) for _, pattern in chosen]


def _re2(compiled: _Re2, texts: Sequence[str]) -> list[tuple[int, int, int, int]]:
    found = []
    for number, text in enumerate(texts):
        for index in compiled.all.Match(text) or ():
            found += [(number, index, m.start(), m.end()) for m in compiled.each[index].finditer(text)]
    return found


def _agree(ours: Sequence[str], answers: dict[str, object]) -> bool:
    """The backends agree, and RE2 finds the same spans."""
    one = answers[ours[0]]
    spans = set(zip(*(column.tolist() for column in one), strict=True)) if isinstance(one, tuple) else set()
    peers = [answer for name, answer in answers.items() if name not in ours]
    return all_equal(ours, answers) and all(isinstance(p, list) and set(p) == spans for p in peers)
