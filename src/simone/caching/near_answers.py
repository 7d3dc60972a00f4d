"""Serves the answer to a question that asks the same as one before; refuses to work where that was not shown safe.

Not for telling whether two questions are one: `near` does.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib.resources import files

import msgspec
import numpy as np

from simone.caching.near import Floats, difference
from simone.caching.truth_preserving import Answers
from simone.errors import NearRefused
from simone.kernels import kernels
from simone.records import Output

MEASURED = "near_measured.json"
MOST_QUESTIONS = 10_000
"""Questions remembered; the one remembered longest goes first, count."""
MOST_CHARACTERS = 300
"""A longer question has no near match."""


class Row(msgspec.Struct, frozen=True):
    """One threshold on the test half of the twin suite: `false` hits among `twins` that ask something else, `bound` the
    share that the true one does not exceed; `kept` hits among `same` that ask the same."""

    threshold: float
    twins: int
    false: int
    bound: float
    same: int
    kept: int


class Measurement(msgspec.Struct, frozen=True):
    """What `simone bench twins --write` found. `suite`: digest of the pairs; `confidence` of the bounds."""

    encoder: str
    suite: str
    confidence: float
    rows: tuple[Row, ...]


@lru_cache(maxsize=1)
def shipped() -> Measurement:
    """The measurement that came with the program."""
    return msgspec.json.decode((files("simone.caching") / MEASURED).read_bytes(), type=Measurement)


def admitted(threshold: float, budget: float, encoder: str, measured: Measurement | None = None) -> Row:
    """The row that shows that near matching is safe enough: of the highest threshold measured that is not above this.

    Raises:
        NearRefused: it was measured with another encoder, at no such threshold, or the bound exceeds the budget.
    """
    measured = measured or shipped()
    if measured.encoder != encoder:
        raise NearRefused(
            f"cache.near was measured with {measured.encoder!r}, this is {encoder!r}; turn it off, or measure with"
            " `simone bench twins --write`"
        )
    rows = [row for row in measured.rows if row.threshold <= threshold]
    if not rows:
        least = min(row.threshold for row in measured.rows)
        raise NearRefused(f"cache.near_threshold is {threshold:g}, measured is from {least:g} on; raise it")
    row = max(rows, key=lambda one: one.threshold)
    if row.bound > budget:
        raise NearRefused(
            f"cache.near_budget is {budget:.2%}, but up to {row.bound:.2%} of questions that only look alike may match"
            f" ({row.false} of {row.twins} twins did, bound of {measured.confidence:.0%}); turn cache.near off or raise"
            " the budget"
        )
    return row


class _Asked(msgspec.Struct, frozen=True):
    question: str
    vector: Floats
    name: bytes


class NearHit(msgspec.Struct, frozen=True):
    """The answer to another question in almost the same words."""

    question: str
    answer: Output


class NearAnswers:
    """Remembers questions of this process with the keys of their answers. Thread-safe."""

    def __init__(self, answers: Answers, threshold: float, ttl_s: float | None = None) -> None:
        self._ttl_s = ttl_s
        self._answers = answers
        self._threshold = threshold
        self._lock = threading.Lock()
        self._asked: dict[bytes, list[_Asked]] = {}
        self._order: list[bytes] = []

    def find(self, scope: bytes, question: str, vector: Floats) -> NearHit | None:
        """The nearest question of the scope that asks the same and whose answer still stands; ties: asked first.

        `scope`: a key of all but the question: policy, evidence, bundle, tenant. `vector` (384,) is the question's.
        """
        if len(question) > MOST_CHARACTERS:
            return None
        with self._lock:
            asked = list(self._asked.get(scope, ()))
        if not asked or any(one.question == question for one in asked):  # a repeated question is answered as it was
            return None
        cosines = kernels.cosine_similarity_batch(vector, np.stack([one.vector for one in asked]))
        for place in np.argsort(-cosines, kind="stable").tolist():
            if cosines[place] < self._threshold:
                return None
            if difference(question, asked[place].question) == "":
                answer = self._answers.find(asked[place].name)
                if answer is not None:
                    return NearHit(asked[place].question, answer)
        return None

    def keep(self, scope: bytes, question: str, vector: Floats, name: bytes, answer: Output) -> bool:
        """Remember a question and keep its answer under `name`; whether it may be served and was kept."""
        if len(question) > MOST_CHARACTERS or not self._answers.keep(name, answer, self._ttl_s):
            return False
        with self._lock:
            asked = self._asked.setdefault(scope, [])
            if all(one.question != question for one in asked):
                asked.append(_Asked(question, vector, name))
                self._order.append(scope)
            if len(self._order) > MOST_QUESTIONS:
                oldest = self._order.pop(0)
                del self._asked[oldest][0]
                if not self._asked[oldest]:
                    del self._asked[oldest]
        return True
