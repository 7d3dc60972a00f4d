"""How long the small entailment model takes for a pair, beside its reference and a general runtime.

Not for how right it is: `truth` measures that. `verifying` prints it.

The peer is onnxruntime with all-MiniLM-L6-v2 in float32, an encoder of as many layers of the same width; what our head
takes beyond that counts against us. Where its file was not pulled there is no figure. Answers are compared first:
kernel and reference must give the same bits.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from simone import weights
from simone.benchmarks.report import table
from simone.clock import Clock
from simone.errors import KernelError
from simone.kernels import kernels
from simone.kernels.contract import Kernels
from simone.kernels.contract.types import Ints
from simone.kernels.door import choose, installed_extension
from simone.kernels.reference import Reference
from simone.mvlm.pair_model import open_session
from simone.weights.merging import read_safetensors

LENGTHS = (16, 60, 120, 240)
TOGETHER = 16
"""Pairs of one call, count."""
ROUNDS = 15
WORDS = 30_522
PEER = "minilm-int8"


class Reading(msgspec.Struct, frozen=True):
    """Milliseconds a pair, medians of interleaved repetitions: by one thread, by all that the kernels serve with, and
    by these in one call of TOGETHER pairs."""

    pieces: int
    kernel_ms: float
    shared_ms: float
    together_ms: float
    peer_ms: float | None
    reference_ms: float


def run(home: Path, clock: Clock, lengths: Sequence[int] = LENGTHS, rounds: int = ROUNDS) -> tuple[Reading, ...]:
    """Measure pairs of each length; peer and reference with one thread.

    Raises:
        WeightsMissing: the weights of the entailment model are not in the cache.
        KernelError: kernel and reference differ.
    """
    tensors = read_safetensors(weights.path("entailment", home))
    alone, model, reference = (one.load_transformer(tensors) for one in (_one_thread(), kernels, Reference()))
    peer = open_session(weights.path(PEER, home), threads=1) if has_peer(home) else None
    names = [one.name for one in peer.get_inputs()] if peer else []
    found = []
    for length in lengths:
        pieces, sides = _pairs(length, TOGETHER)
        one = (pieces[:length], sides[:length], np.array([length]))
        all_of_them = (pieces, sides, np.arange(length, length * TOGETHER + 1, length))
        if model.logits(*one).tobytes() != reference.logits(*one).tobytes():
            raise KernelError(f"a pair of {length} word pieces: {kernels.backend} and reference differ")
        given = {
            "input_ids": one[0][None],
            "attention_mask": np.ones((1, length), np.int64),
            "token_type_ids": one[1][None],
        }
        feed = {name: given[name] for name in names}
        calls: Sequence[Callable[[], object]] = (
            lambda one=one: alone.logits(*one),  # type: ignore[misc]
            lambda one=one: model.logits(*one),  # type: ignore[misc]
            lambda every=all_of_them: model.logits(*every),  # type: ignore[misc]
            lambda one=one: reference.logits(*one),  # type: ignore[misc]
            *([lambda feed=feed: peer.run(None, feed)] if peer else []),
        )
        spent = _interleaved(calls, rounds, clock)
        one_ms, shared_ms, together_ms, reference_ms, *peer_ms = spent
        found.append(
            Reading(length, one_ms, shared_ms, together_ms / TOGETHER, peer_ms[0] if peer else None, reference_ms)
        )
    return tuple(found)


def _one_thread() -> Kernels:
    """The kernels in use, with one thread."""
    extension = installed_extension() if kernels.backend == "rust" else None
    return kernels if extension is None else choose("rust", extension, "1")[0]


def has_peer(home: Path) -> bool:
    """Whether the peer's file is there."""
    return any(one.weight.name == PEER and one.state == "present" for one in weights.listing(home))


def _pairs(length: int, count: int) -> tuple[Ints, Ints]:
    """Word pieces and sides of so many pairs; a quarter of each is the claim."""
    pieces = np.random.default_rng(length).integers(1000, WORDS, length * count)
    sides = np.tile((np.arange(length) >= length - length // 4).astype(np.int64), count)
    return pieces, sides


def _interleaved(calls: Sequence[Callable[[], object]], rounds: int, clock: Clock) -> list[float]:
    spent: list[list[float]] = [[] for _ in calls]
    for number in range(rounds + 1):
        for call, times in zip(calls, spent, strict=True):
            begin = clock.monotonic_s()
            call()
            if number:  # the first round warms up
                times.append((clock.monotonic_s() - begin) * 1e3)
    return [statistics.median(times) for times in spent]


def render(found: Sequence[Reading]) -> str:
    """The table as text."""
    rows = [
        [
            str(one.pieces),
            f"{one.kernel_ms:.2f}",
            f"{one.shared_ms:.2f}",
            f"{one.together_ms:.2f}",
            "not pulled" if one.peer_ms is None else f"{one.peer_ms:.2f} ({one.peer_ms / one.kernel_ms:.2f})",
            f"{one.reference_ms:.1f} ({one.reference_ms / one.kernel_ms:.1f})",
        ]
        for one in found
    ]
    head = (
        *("word pieces of a pair", "ms, one thread", "ms, all threads", f"ms each, {TOGETHER} in a call"),
        *("onnxruntime, all-MiniLM-L6-v2 in float32, one thread (times as long)", "reference (times as long)"),
    )
    return table(head, rows)
