"""Ranking, dense products and the cost of a call, beside NumPy and FAISS.

Not for quality of search: `bench retrieval` measures that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np

from simone.benchmarks.kernels.measuring import (
    WIDTH,
    Bar,
    Contestants,
    Needed,
    Setting,
    Task,
    vectors,
)
from simone.kernels import ExactIndex, backend_report
from simone.kernels.contract import Floats, Ints, Kernels

BEST = 10
QUERIES = 64
SIZES = (1_000, 10_000, 100_000)
LARGE = 1_000_000
_CERTIFIED = "rust, compressed"
_INDEX = "rust, ExactIndex"
_BARS = {
    (100_000, 1): (Bar("NumPy, naive", 30, _CERTIFIED), Bar("Python loop", 500, _CERTIFIED)),
    (LARGE, 1): tuple(Bar(peer, 3, _CERTIFIED) for peer in ("NumPy, unit rows", "FAISS flat", "FAISS flat, tuned")),
    (100_000, QUERIES): tuple(Bar("FAISS flat, tuned", 1, ours) for ours in ("rust", _CERTIFIED)),
}


def top(setting: Setting) -> Iterator[Task]:
    """One query."""
    return _rankings(setting, 1)


def batch(setting: Setting) -> Iterator[Task]:
    """Sixty-four queries."""
    return _rankings(setting, QUERIES)


def matrix(setting: Setting) -> Iterator[Task]:
    """Every pair."""
    yield _dense("matrix", setting)


def normalize(setting: Setting) -> Iterator[Task]:
    """Rows to unit length."""
    yield _dense("normalize", setting)


def euclidean(setting: Setting) -> Iterator[Task]:
    """Distances from one row."""
    yield _dense("euclidean", setting)


def _rankings(setting: Setting, asked: int) -> Iterator[Task]:
    for size in (*SIZES, LARGE) if setting.large else SIZES:
        for kind in ("gaussian", "clustered"):
            yield _ranking(kind, size, asked, setting)


def _ranking(kind: str, size: int, asked: int, setting: Setting) -> Task:
    rows, queries = vectors(kind, size, setting.seed), vectors(kind, asked, setting.seed + 1)
    first = setting.backends["reference"]
    unit, unit_queries = first.vector_normalize_batch(rows), first.vector_normalize_batch(queries)
    contestants: Contestants = {}
    moves: dict[str, int] = {}
    for name, backend in setting.named():
        contestants[name] = partial(backend.top_k_similarity, queries, rows, BEST)
        if name == "rust":
            packed = backend.compress_rows(rows)
            moves[_CERTIFIED] = sum(array.nbytes for array in packed)
            contestants[_CERTIFIED] = partial(backend.top_k_compressed, queries, rows, packed, BEST)
    if _CERTIFIED in contestants and backend_report().backend == "rust":
        contestants[_INDEX] = partial(ExactIndex(rows).search, queries, BEST)
        moves[_INDEX] = moves[_CERTIFIED]  # less where halves of codes pay
    contestants["NumPy, unit rows"] = partial(_blas_top, unit_queries, unit)
    contestants["NumPy, naive"] = lambda: _blas_top(
        queries / np.linalg.norm(queries, axis=1, keepdims=True), rows / np.linalg.norm(rows, axis=1, keepdims=True)
    )
    if asked == 1 and size < LARGE:
        contestants["Python loop"] = lambda: _loop_top(queries[0], rows)
    if asked == 1 and size == 1000:
        contestants["Python loop, plain floats"] = partial(_floats_top, queries[0].tolist(), rows.tolist())
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

    slow = frozenset({"Python loop", "Python loop, plain floats", "NumPy, naive", "reference"} if size > 10_000 else ())
    name = f"{BEST} of {size:,} for {asked}, {kind}"
    bars: tuple[Bar | Needed, ...] = _BARS.get((size, asked), ())
    bars += tuple(
        Needed(bar.peer, bar.least, moves[_CERTIFIED], _CERTIFIED)
        for bar in bars
        if isinstance(bar, Bar) and bar.peer == "Python loop" and _CERTIFIED in moves
    )
    return Task(name, rows.nbytes, contestants, agree, bars, moves, slow)


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


def _floats_top(query: list[float], rows: list[list[float]]) -> tuple[Ints, Floats]:
    def cosine(row: list[float]) -> float:
        dot = sum(one * two for one, two in zip(query, row, strict=True))
        return dot / (math.sqrt(sum(one * one for one in query)) * math.sqrt(sum(two * two for two in row)))

    scores = [cosine(row) for row in rows]
    best = sorted(range(len(rows)), key=lambda index: -scores[index])[:BEST]
    return np.array([best]), np.array([[scores[index] for index in best]], np.float32)


def _faiss(faiss: ModuleType, rows: Floats, queries: Floats, threshold: int) -> Callable[[], object]:
    index = faiss.IndexFlatIP(WIDTH)
    index.add(rows)

    def search() -> object:
        faiss.cvar.distance_compute_blas_threshold = threshold
        scores, indices = index.search(queries, BEST)
        return indices, scores

    return search


def _dense(name: str, setting: Setting) -> Task:
    size = 4000 if name == "matrix" else 100_000
    rows, query = vectors("gaussian", size, setting.seed), vectors("gaussian", 1, setting.seed + 1)[0]
    unit = setting.backends["reference"].vector_normalize_batch(rows)
    calls: dict[str, Callable[[Kernels], Callable[[], object]]] = {
        "matrix": lambda backend: partial(backend.similarity_matrix, rows),
        "normalize": lambda backend: partial(backend.vector_normalize_batch, rows),
        "euclidean": lambda backend: partial(backend.euclidean_distance_batch, query, rows),
    }
    contestants: Contestants = {label: calls[name](backend) for label, backend in setting.named()}
    contestants["NumPy"] = {
        "matrix": lambda: unit @ unit.T,
        "normalize": lambda: rows / np.linalg.norm(rows, axis=1, keepdims=True),
        "euclidean": lambda: np.linalg.norm(rows - query, axis=1),
    }[name]

    def agree(answers: dict[str, object]) -> bool:
        first, *others = (np.asarray(answer) for answer in answers.values())
        return all(np.allclose(first, other, atol=1e-5, rtol=1e-5) for other in others)

    written = {"matrix": size * size * 4, "normalize": rows.nbytes, "euclidean": 0}[name]
    return Task(f"{name} {size:,}", rows.nbytes + written, contestants, agree, bars=(Bar("NumPy", 1),))
