"""Many patterns over English, spans returned, beside Python's `re` (the reference), RE2's set and Hyperscan.

Not for single patterns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from simone.benchmarks.collections import read
from simone.benchmarks.kernels.measuring import Bar, Contestants, Finding, Setting, Task, all_equal, size_of
from simone.errors import KernelError, MissingSource
from simone.kernels.contract import Kernels
from simone.kernels.entities import PATTERNS

SIZES = (100, 1000)
SMALL_BYTES = 100_000
LARGE_BYTES = 10_000_000
ONCE = 100_000_000
"""Patterns times bytes above which the reference is timed once."""
SECRETS = 15
RULES = Path("patterns") / "gitleaks.toml"
_PHRASES = (
    r"(?i)\bignore (?:all |any )?(?:previous|prior|above) instructions\b",
    r"(?i)\bdisregard (?:the|your) (?:rules|guidelines)\b",
    r"(?i)\byou are now (?:a|an|in) \w+",
    r"(?i)\bsystem prompt\b",
    r"(?i)\bdo not (?:tell|reveal|mention)\b",
    r"(?i)\bpretend (?:to be|that)\b",
    r"(?i)<\s*/?\s*(?:system|assistant)\s*>",
    r"(?i)\bas an ai\b",
)


def patterns(setting: Setting) -> Iterator[Task]:
    """Two words of the texts with up to two between them; then entities, secrets, phrases and lists of words."""
    texts = list(read("cran", setting.data).documents)
    sizes = [_cut(texts, SMALL_BYTES), texts]
    if setting.large:
        sizes.append(_cut(texts * (1 + LARGE_BYTES // size_of(texts)), LARGE_BYTES))
    for count in SIZES:
        for some in sizes:
            yield _task(f"{count:,} patterns", _pairs(texts, count), some, setting)
        for some in sizes:
            yield _task(f"{count:,} mixed patterns", _mixed(texts, count, setting), some, setting)


def _task(label: str, chosen: list[tuple[str, str]], texts: list[str], setting: Setting) -> Task:
    contestants: Contestants = {
        name: partial(b.compile_pattern_set(chosen).find_batch, texts) for name, b in setting.named()
    }
    ours = list(contestants)
    bars: list[Bar | Finding] = [Bar("reference", 60)]
    if find_spec("re2") is not None:
        contestants["re2 set, spans of what it names"] = partial(_re2, _Re2(chosen), texts)
        bars.append(Bar("re2 set, spans of what it names", 1))
    if find_spec("hyperscan") is not None:
        peer = _Hyperscan(chosen)
        contestants["hyperscan, ASCII, ends alone"] = partial(peer.find, texts)
        if peer.refused:
            bars.append(Finding(f"hyperscan leaves out {peer.refused} patterns that it refuses"))
    return Task(
        f"{label}, {size_of(texts) / 1e6:.1f} MB",
        size_of(texts),
        contestants,
        partial(_agree, ours),
        tuple(bars),
        slow=frozenset(("reference", "re2 set, spans of what it names")),
        once=frozenset(("reference",)) if len(chosen) * size_of(texts) > ONCE else frozenset(),
    )


def _cut(texts: Sequence[str], size: int) -> list[str]:
    """The first texts that together have `size` bytes."""
    kept, total = [], 0
    for text in texts:
        if total >= size:
            break
        kept.append(text)
        total += len(text.encode())
    return kept


def _words(texts: Sequence[str]) -> list[str]:
    return sorted({word for text in texts for word in text.split() if word.isalpha() and len(word) > 5})


def _pairs(texts: Sequence[str], size: int) -> list[tuple[str, str]]:
    kinds = [r"\b\d+(?:\.\d+)?\b", r"\b[a-z]+-[a-z]+\b", r"\bmach number\b"]
    words = _words(texts)
    words = words[:: max(1, len(words) // size)]
    pairs = [f"{first}(?: \\w+){{0,2}} {second}" for first, second in pairwise(words)][: size - len(kinds)]
    return [(f"p{number}", pattern) for number, pattern in enumerate(kinds + pairs)]


def _mixed(texts: Sequence[str], size: int, setting: Setting) -> list[tuple[str, str]]:
    """Entities, secrets (the first rules of gitleaks that a set takes), phrases of injections, words in three forms.

    Three words of five stand alone, one has endings in any case, one is followed by another word.
    """
    chosen = [pattern for _, pattern in PATTERNS]
    chosen += _secrets(setting.data, setting.backends["reference"])
    chosen += _PHRASES
    words = _words(texts)
    words = words[:: max(1, len(words) // size)][: size - len(chosen)]
    for number, (word, following) in enumerate(pairwise([*words, words[0]])):
        forms = (rf"\b{word}\b",) * 3 + (rf"(?i)\b{word}(?:s|ed|ing)?\b", rf"{word}\s+\w{{1,12}}\s+{following}")
        chosen.append(forms[number % len(forms)])
    return [(f"p{number}", pattern) for number, pattern in enumerate(chosen)]


def _secrets(data: Path, backend: Kernels) -> list[str]:
    try:
        rules = tomllib.loads((data / RULES).read_text("utf-8"))["rules"]
    except OSError as error:
        raise MissingSource(f"{error}; {RULES} is part of the development data") from error
    taken: list[str] = []
    for rule in rules:
        try:
            backend.compile_pattern_set([("rule", rule["regex"])])
        except (KeyError, KernelError):
            continue
        taken.append(rule["regex"])
    return taken[:SECRETS]


class _Re2:
    """RE2's set, which says which patterns match, and each pattern for its spans."""

    def __init__(self, chosen: Sequence[tuple[str, str]]) -> None:
        re2 = import_module("re2")
        options = re2.Options()
        options.max_mem = 1 << 30
        options.log_errors = False
        self.all = re2.Set.SearchSet(options)
        for _, pattern in chosen:
            self.all.Add(pattern)
        self.all.Compile()
        self.each = [re2.compile(pattern, options) for _, pattern in chosen]


def _re2(compiled: _Re2, texts: Sequence[str]) -> list[tuple[int, int, int, int]]:
    found = []
    for number, text in enumerate(texts):
        for index in compiled.all.Match(text) or ():
            found += [(number, index, m.start(), m.end()) for m in compiled.each[index].finditer(text)]
    return found


class _Hyperscan:
    """Hyperscan's block mode over bytes, with ASCII classes: every end of every match, and no starts.

    So it does less, and reports more. Its Unicode mode takes minutes to compile a thousand patterns.
    """

    def __init__(self, chosen: Sequence[tuple[str, str]]) -> None:
        hyperscan = import_module("hyperscan")
        kept = []
        for index, (_, pattern) in enumerate(chosen):
            try:
                hyperscan.Database().compile([pattern.encode()], ids=[index], elements=1, flags=[0])
            except hyperscan.error:
                continue
            kept.append((index, pattern.encode()))
        self.refused = len(chosen) - len(kept)
        self.all = hyperscan.Database()
        ids, written = zip(*kept, strict=True)
        self.all.compile(list(written), ids=list(ids), elements=len(kept), flags=[0] * len(kept))

    def find(self, texts: Sequence[str]) -> list[tuple[int, int, int]]:
        """(text, pattern, end in bytes)."""
        found: list[tuple[int, int, int]] = []
        for number, text in enumerate(texts):

            def took(index: int, _start: int, end: int, _flags: int, _context: object, number: int = number) -> None:
                found.append((number, index, end))

            self.all.scan(text.encode(), match_event_handler=took)
        return found


def _agree(ours: Sequence[str], answers: dict[str, object]) -> bool:
    """The backends agree, and RE2 finds the same spans."""
    one = answers[ours[0]]
    spans = set(zip(*(column.tolist() for column in one), strict=True)) if isinstance(one, tuple) else set()
    peers = [answer for name, answer in answers.items() if name.startswith("re2")]
    return all_equal(ours, answers) and all(isinstance(p, list) and set(p) == spans for p in peers)
