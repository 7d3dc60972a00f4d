"""`simone bench kernels`: the compiled kernels beside the reference and what people use otherwise, in one run.

Not for the program's own speed: `bench pipeline` measures that.

Every contestant first answers, and the answers are compared; then all take turns, so that a busy machine
hits all alike. What is prepared once in use (unit rows, an index, compiled patterns) is prepared once here.
"""

from __future__ import annotations

import hashlib
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import msgspec
import numpy as np
import xxhash

from simone.benchmarks.collections import read
from simone.benchmarks.report import machine, table
from simone.clock import Clock, SystemClock
from simone.errors import MissingSource
from simone.kernels.contract import Floats, Ints, Kernels
from simone.kernels.door import choose, installed_extension

WIDTH = 384
BEST = 10
QUERIES = 64
REPEATS = 7
SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
TASKS = ("top", "batch", "matrix", "normalize", "euclidean", "hash", "sentences", "patterns", "tiny")

Contestants = dict[str, Callable[[], object]]


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `moved`: bytes that must at least be read. `agree` is given all answers."""

    name: str
    moved: int
    contestants: Contestants
    agree: Callable[[dict[str, object]], bool]


class Row(msgspec.Struct, frozen=True):
    """One contestant at one task; `seconds` is the median of `samples`."""

    task: str
    contestant: str
    seconds: float
    samples: int
    bytes_per_second: float
    times_slower: float
    """Than the fastest of the compiled functions in this task; below 1 it won."""


class Report(msgspec.Struct, frozen=True):
    """Everything measured, with what could have changed it."""

    setting: tuple[str, ...]
    rows: tuple[Row, ...]
    disagreements: tuple[str, ...]
    left_out: tuple[str, ...]


def run(
    data: Path,
    only: Sequence[str] = (),
    large: bool = False,
    seed: int = 0,
    repeats: int = REPEATS,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Measure the named tasks, or all."""
    clock = SystemClock()
    extension = installed_extension()
    backends: dict[str, Kernels] = {"reference": choose("reference", extension)[0]}
    setting = [machine(), f"BLAS: {_blas()}", f"memory: {_memory_speed(clock) / 1e9:.1f} GB/s read by one thread"]
    if extension is None:
        setting.append("the compiled kernels are not built: make rust-build")
    else:
        backends["rust"], report = choose("rust", extension, os.environ.get("SIMONE_KERNEL_THREADS", "0"))
        setting.append(f"rust: {report.reason}")
    rows: list[Row] = []
    disagreements, left_out = [], []
    for name in only or TASKS:
        try:
            for task in _tasks(name, data, backends, large, seed):
                tell(task.name)
                if not task.agree({name: call() for name, call in task.contestants.items()}):
                    disagreements.append(task.name)
                rows += _timed(task, clock, repeats)
        except MissingSource as error:
            left_out.append(f"{name}: {error}")
    return Report(tuple(setting), tuple(rows), tuple(disagreements), tuple(left_out))


def render(report: Report) -> str:
    """The figures, and then where we lose."""
    figures = [
        (
            row.task,
            row.contestant,
            f"{row.seconds * 1e3:.3f}",
            f"{row.times_slower:.2f}",
            f"{row.bytes_per_second / 1e9:.2f}",
        )
        for row in report.rows
    ]
    lost = [
        f"{row.task}: {row.contestant} takes {row.times_slower:.2f} of our time"
        for row in report.rows
        if row.times_slower < 1.0 and not row.contestant.startswith("rust")
    ]
    samples = min((row.samples for row in report.rows), default=0)
    return "\n".join(
        [
            *report.setting,
            f"medians of {samples}, contestants taking turns; the answers "
            + (f"DISAGREE in {', '.join(report.disagreements)}" if report.disagreements else "agree"),
            "",
            table(("task", "contestant", "ms", "times rust", "GB/s"), figures),
            "",
            "where we lose:" if lost else "no contestant is faster",
            *lost,
            *(f"left out: {reason}" for reason in report.left_out),
        ]
    )


def _timed(task: Task, clock: Clock, repeats: int) -> list[Row]:
    seconds: dict[str, list[float]] = {name: [] for name in task.contestants}
    for _ in range(repeats):
        for name, call in task.contestants.items():
            begin = clock.monotonic_s()
            call()
            seconds[name].append(clock.monotonic_s() - begin)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    ours = min((median for name, median in medians.items() if name.startswith("rust")), default=float("nan"))
    return [
        Row(task.name, name, median, repeats, task.moved / median, median / ours) for name, median in medians.items()
    ]


def _tasks(name: str, data: Path, backends: dict[str, Kernels], large: bool, seed: int) -> Iterator[Task]:
    sizes = (*SIZES, LARGE) if large else SIZES
    match name:
        case "top" | "batch":
            for size in sizes:
                for kind in ("gaussian", "clustered"):
                    yield _ranking(kind, size, 1 if name == "top" else QUERIES, backends, seed)
        case "matrix" | "normalize" | "euclidean":
            yield _dense(name, backends, seed)
        case "hash":
            for length, count in ((64, 100_000), (1024, 100_000), (16_384, 10_000)):
                yield _hashing(length, count, backends)
        case "sentences" | "patterns":
            texts = list(read("cran", data).documents)
            yield _sentences(texts, backends) if name == "sentences" else _patterns(texts, backends)
        case _:
            yield _tiny(backends, seed)


def _vectors(kind: str, size: int, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((size, WIDTH), np.float32)
    if kind == "clustered":
        rows = (
            random.standard_normal((max(1, size // 100), WIDTH), np.float32)[
                random.integers(0, max(1, size // 100), size)
            ]
            + np.float32(0.5) * rows
        )
    return rows


def _ranking(kind: str, size: int, asked: int, backends: dict[str, Kernels], seed: int) -> Task:
    rows, queries = _vectors(kind, size, seed), _vectors(kind, asked, seed + 1)
    first = next(iter(backends.values()))
    unit, unit_queries = first.vector_normalize_batch(rows), first.vector_normalize_batch(queries)
    contestants: Contestants = {}
    for name, backend in reversed(backends.items()):
        contestants[name] = partial(backend.top_k_similarity, queries, rows, BEST)
        if name == "rust":
            packed = backend.compress_rows(rows)
            contestants["rust, compressed"] = partial(backend.top_k_compressed, queries, rows, packed, BEST)
    contestants["NumPy, unit rows"] = partial(_blas_top, unit_queries, unit)
    contestants["NumPy, naive"] = lambda: _blas_top(
        queries / np.linalg.norm(queries, axis=1, keepdims=True), rows / np.linalg.norm(rows, axis=1, keepdims=True)
    )
    if asked == 1 and size <= 10_000:
        contestants["Python loop"] = lambda: _loop_top(queries[0], rows)
    for name, threshold in (("FAISS flat", 20), ("FAISS flat, tuned", 1000)):
        if find_spec("faiss") is not None:
            contestants[name] = _faiss(import_module("faiss"), unit, unit_queries, threshold)

    def agree(answers: dict[str, object]) -> bool:
        found = {name: answer for name, answer in answers.items() if isinstance(answer, tuple)}
        exact = [found[name] for name in found if name.startswith("rust") or name == "reference"]
        same = all(
            np.array_equal(other[0], exact[0][0]) and other[1].tobytes() == exact[0][1].tobytes() for other in exact
        )
        return same and all(np.allclose(other[1], exact[0][1], atol=1e-5) for other in found.values())

    return Task(f"{BEST} of {size:,} for {asked}, {kind}", rows.nbytes, contestants, agree)


def _blas_top(queries: Floats, rows: Floats) -> tuple[Ints, Floats]:
    scores = queries @ rows.T
    best = np.argpartition(scores, len(rows) - BEST, axis=1)[:, -BEST:]
    found = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-found, axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(found, order, axis=1)


def _loop_top(query: Floats, rows: Floats) -> tuple[Ints, Floats]:
    scores = np.array([np.dot(query, row) / (np.linalg.norm(query) * np.linalg.norm(row)) for row in rows], np.float32)
    best = np.argsort(-scores, kind="stable")[:BEST]
    return best[None, :], scores[best][None, :]


def _faiss(faiss: ModuleType, rows: Floats, queries: Floats, threshold: int) -> Callable[[], object]:
    index = faiss.IndexFlatIP(WIDTH)
    index.add(rows)

    def search() -> object:
        faiss.cvar.distance_compute_blas_threshold = threshold
        scores, indices = index.search(queries, BEST)
        return indices, scores

    return search


def _dense(name: str, backends: dict[str, Kernels], seed: int) -> Task:
    size = 4000 if name == "matrix" else 100_000
    rows, query = _vectors("gaussian", size, seed), _vectors("gaussian", 1, seed + 1)[0]
    unit = next(iter(backends.values())).vector_normalize_batch(rows)
    calls: dict[str, Callable[[Kernels], Callable[[], object]]] = {
        "matrix": lambda backend: partial(backend.similarity_matrix, rows),
        "normalize": lambda backend: partial(backend.vector_normalize_batch, rows),
        "euclidean": lambda backend: partial(backend.euclidean_distance_batch, query, rows),
    }
    contestants: Contestants = {label: calls[name](backend) for label, backend in reversed(backends.items())}
    contestants["NumPy"] = {
        "matrix": lambda: unit @ unit.T,
        "normalize": lambda: rows / np.linalg.norm(rows, axis=1, keepdims=True),
        "euclidean": lambda: np.linalg.norm(rows - query, axis=1),
    }[name]

    def agree(answers: dict[str, object]) -> bool:
        first, *others = (np.asarray(answer) for answer in answers.values())
        return all(np.allclose(first, other, atol=1e-5, rtol=1e-5) for other in others)

    return Task(f"{name} {size:,}", rows.nbytes, contestants, agree)


def _hashing(length: int, count: int, backends: dict[str, Kernels]) -> Task:
    items = [f"{number} of many, ".ljust(length, chr(97 + number % 26)) for number in range(count)]
    contestants: Contestants = {name: partial(b.hash_content_batch, items) for name, b in reversed(backends.items())}
    contestants["xxhash, comprehension"] = lambda: [xxhash.xxh3_64_intdigest(item.encode()) for item in items]
    contestants["hashlib.sha256"] = lambda: [hashlib.sha256(item.encode()).digest() for item in items]

    def agree(answers: dict[str, object]) -> bool:
        expected = answers["xxhash, comprehension"]
        return all(np.asarray(answers[name]).tolist() == expected for name in backends)

    return Task(f"hash {count:,} of {length:,} bytes", length * count, contestants, agree)


def _sentences(texts: Sequence[str], backends: dict[str, Kernels]) -> Task:
    contestants: Contestants = {name: partial(b.split_sentences_batch, texts) for name, b in reversed(backends.items())}
    ours = list(contestants)
    if find_spec("nupunkt") is not None:
        peer = import_module("nupunkt")
        contestants["nupunkt"] = lambda: [peer.sent_spans(text) for text in texts]
    return Task(f"sentences of {len(texts):,} texts", _size(texts), contestants, partial(_all_equal, ours))


def _patterns(texts: Sequence[str], backends: dict[str, Kernels]) -> Task:
    """A hundred patterns: two words of the texts with up to two between them, and what texts hold besides words."""
    words = sorted({word for text in texts for word in text.split() if word.isalpha() and len(word) > 5})[::97]
    pairs = [f"{first}(?: \\w+){{0,2}} {second}" for first, second in pairwise(words)][:97]
    kinds = [r"\b\d+(?:\.\d+)?\b", r"\b[a-z]+-[a-z]+\b", r"\bmach number\b"]
    patterns = [(f"p{number}", pattern) for number, pattern in enumerate(kinds + pairs)]
    contestants: Contestants = {
        name: partial(b.compile_pattern_set(patterns).find_batch, texts) for name, b in reversed(backends.items())
    }
    return Task(
        f"{len(patterns)} patterns, {len(texts):,} texts",
        _size(texts),
        contestants,
        partial(_all_equal, list(contestants)),
    )


def _tiny(backends: dict[str, Kernels], seed: int) -> Task:
    """A thousand calls with four rows each: what a call costs before it computes."""
    rows, query = _vectors("gaussian", 4, seed), _vectors("gaussian", 1, seed + 1)[0]

    def calls(compute: Callable[[Floats, Floats], Floats]) -> Callable[[], object]:
        return lambda: [compute(query, rows) for _ in range(1000)]

    contestants: Contestants = {name: calls(b.cosine_similarity_batch) for name, b in reversed(backends.items())}
    return Task("1,000 calls with 4 rows", rows.nbytes * 1000, contestants, partial(_all_equal, list(contestants)))


def _all_equal(names: Sequence[str], answers: dict[str, object]) -> bool:
    first, *others = (answers[name] for name in names)
    return all(
        len(one) == len(two) and all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
        for one, two in ((first, other) for other in others)
        if isinstance(one, (list, tuple, np.ndarray)) and isinstance(two, (list, tuple, np.ndarray))
    )


def _size(texts: Sequence[str]) -> int:
    return sum(len(text.encode()) for text in texts)


def _memory_speed(clock: Clock) -> float:
    """Bytes per second that one thread reads: the best of five sums over 256 MB."""
    values = np.ones(1 << 25)
    best = float("inf")
    for _ in range(5):
        begin = clock.monotonic_s()
        values.sum()
        best = min(best, clock.monotonic_s() - begin)
    return values.nbytes / best


def _blas() -> str:
    forced = [name for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ]
    note = f"; {' and '.join(forced)} set, which changes its speed: unset" if forced else ""
    if find_spec("threadpoolctl") is None:
        return f"kernel unknown, threadpoolctl is not installed{note}"
    found = [entry for entry in import_module("threadpoolctl").threadpool_info() if entry["user_api"] == "blas"]
    return ", ".join(f"{entry.get('architecture', '?')} with {entry['num_threads']} threads" for entry in found) + note
