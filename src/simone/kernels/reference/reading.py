"""The reference of `contract.reading`: a transformer in NumPy, one rounding for each operation, in the defined order.

Not for text: see `truth.cross_encoder`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.kernels import reading_rules
from simone.kernels.contract.reading import Tensors, Transformer
from simone.kernels.contract.types import Floats, Ints

_LOG2_E, _ROOT_HALF = np.float32(1.44269504088896340736), np.float32(0.70710678118654752440)
_LEAST = np.float32(-87.0)
"""Little above where exponentials are no longer normal numbers: what is below is taken for it."""
_LN2 = (np.float32(355 / 512), np.float32(2.1219444e-4))
_EXP = tuple(map(np.float32, (1.9875691e-4, 1.3981999e-3, 8.333452e-3, 4.1665796e-2, 1.6666665e-1, 0.5)))
_ERF = tuple(map(np.float32, (1.0614054, -1.4531521, 1.4214138, -0.28449672, 0.2548296)))
_ERF_AT = np.float32(0.3275911)
_EXACT = 1024
"""Products of a byte and a code that add up to less than 2**24: exact in float32 in whatever order a BLAS adds."""
_ONE, _HALF, _GREATEST = np.float32(1), np.float32(0.5), np.float32(255)


_STACKED = 1024
"""Word pieces of the pairs that are read together, unless one has more, count."""
Pair = tuple[Ints, Ints]
"""Word pieces and sides."""


class ReadingReference:
    """Implements `contract.reading.Reading`."""

    def load_transformer(self, tensors: Tensors) -> Transformer:
        """A transformer of tensors by name.

        Raises:
            KernelError: see `contract.reading`.
        """
        return ReferenceTransformer(reading_rules.checked(tensors))


class ReferenceTransformer:
    """Implements `contract.reading.Transformer`."""

    def __init__(self, tensors: dict[str, NDArray[Any]]) -> None:
        """Of tensors that were checked."""
        names = [name.removesuffix(".codes") for name in tensors if name.endswith(".codes") and name != "words.codes"]
        coded = {f"{name}.codes" for name in names}
        self._tensors = {name: tensor.copy() for name, tensor in tensors.items() if name not in coded}
        self._matrices: dict[str, Floats] = {name: tensors[f"{name}.codes"].astype(np.float32) for name in names}
        self._layers, self._heads = int(tensors["layers"][0]), int(tensors["heads"][0])
        self._epsilon: np.float32 = tensors["epsilon"][0]
        tables = [len(tensors["places"]), *(tensors["distance"].shape[1:2] if "distance" in tensors else ())]
        self._most: int = min(tables)
        self._columns: dict[str, Floats] = {
            name: tensors[f"{name}.codes"].sum(axis=0, dtype=np.int64).astype(np.float32) for name in names
        }

    @property
    def most_pieces(self) -> int:
        """Word pieces of a pair at most, count."""
        return self._most

    def logits(self, pieces: Ints, sides: Ints, ends: Ints) -> Floats:
        """What the head says of each pair -> (n, 3).

        Raises:
            BadArray: see `contract.reading`.
            KernelError: see there.
        """
        reading_rules.require_head("head.in" in self._tensors)
        pairs, _ = self._pairs(pieces, sides, ends)
        read = zip(self._states(pairs), pairs, strict=True)
        rows = [self._concluded(states, own_sides) for states, (_, own_sides) in read]
        return reading_rules.finite(np.array(rows, np.float32).reshape(-1, 3))

    def states(self, pieces: Ints, sides: Ints, ends: Ints) -> Floats:
        """What the last layer gives of each piece -> (m, w).

        Raises:
            BadArray: see `contract.reading`.
            KernelError: see there.
        """
        pairs, ends = self._pairs(pieces, sides, ends)
        none = np.zeros((0, self._tensors["places"].shape[1]), np.float32)
        return reading_rules.finite_states(np.concatenate([none, *self._states(pairs)]), ends)

    def _pairs(self, pieces: Ints, sides: Ints, ends: Ints) -> tuple[list[Pair], Ints]:
        words = len(self._tensors["words.codes"])
        pieces, sides, ends = reading_rules.pairs(pieces, sides, ends, self._most, words)
        starts = np.concatenate([np.zeros(1, np.int64), ends])
        return [(pieces[a:b], sides[a:b]) for a, b in zip(starts, ends, strict=False)], ends

    def _states(self, pairs: Sequence[Pair]) -> Iterator[Floats]:
        """Those of each pair; pairs lie one behind another while they are read, since a row depends on no other but in
        the attention of its pair."""
        for first, last in _stacks([len(pieces) for pieces, _ in pairs]):
            yield from self._read(pairs[first:last])

    def _read(self, pairs: Sequence[Pair]) -> list[Floats]:
        t = self._tensors
        pieces, sides = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
        counts = [len(one) for one, _ in pairs]
        ends = np.cumsum(counts)[:-1]
        places = np.concatenate([t["places"][:count] for count in counts])
        words = t["words.codes"][pieces].astype(np.float32) * t["words.scales"][pieces]
        x = self._norm(words + t["types"][sides] + places, "embeddings.LayerNorm")
        for layer in range(self._layers):
            three, mixed, wide, narrow = (f"{layer}.{name}" for name in reading_rules.PRODUCTS)
            first, second = (f"{layer}.{name}" for name in reading_rules.NORMS)
            heeded = np.concatenate([self._attention(part) for part in np.split(self._product(x, three), ends)])
            x = self._norm(x + self._product(heeded, mixed), first)
            x = self._norm(x + self._product(gelu(self._product(x, wide)), narrow), second)
        return np.split(x, ends)

    def _concluded(self, x: Floats, sides: Ints) -> Floats:
        t = self._tensors
        pooled = [x[0]]
        for side in (0, 1):
            held = x[sides == side]
            pooled.append(_ascending(np.zeros(x.shape[1], np.float32), held) / np.float32(max(1, len(held))))
        hidden = gelu(_weighed(np.concatenate(pooled), t["head.in"]) + t["head.in.bias"])
        logits: Floats = _weighed(hidden, t["head.out"]) + t["head.out.bias"]
        return logits

    def _product(self, x: Floats, name: str) -> Floats:
        t = self._tensors
        matrix = self._matrices[name]
        evened = x * t[f"{name}.inverse"]
        low, high = evened.min(axis=1, keepdims=True), evened.max(axis=1, keepdims=True)
        width = high - low
        with np.errstate(over="ignore"):
            factor = np.divide(_GREATEST, width, out=np.zeros_like(width), where=width > 0)
        factor = np.minimum(factor, np.finfo(np.float32).max)
        codes = np.rint((evened - low) * factor)
        parts = [slice(first, first + _EXACT) for first in range(0, len(matrix), _EXACT)]
        sums = np.sum([codes[:, part] @ matrix[part] for part in parts], axis=0, dtype=np.float64).astype(np.float32)
        found: Floats = (sums * (width / _GREATEST) + low * self._columns[name]) * t[f"{name}.scales"] + t[
            f"{name}.bias"
        ]
        return found

    def _norm(self, x: Floats, name: str) -> Floats:
        width = np.float32(x.shape[1])
        centred = x - (total(x) / width)[:, None]
        scale = _ONE / np.sqrt(total(centred * centred) / width + self._epsilon)
        found: Floats = centred * scale[:, None] * self._tensors[f"{name}.weight"] + self._tensors[f"{name}.bias"]
        return found

    def _attention(self, three: Floats) -> Floats:
        count, width = len(three), three.shape[1] // 3
        size = width // self._heads
        query, key, value = three.reshape(count, 3, self._heads, size).transpose(1, 2, 0, 3)
        scores = np.zeros((self._heads, count, count), np.float32)
        asked, offered = (np.ascontiguousarray(one.transpose(2, 0, 1)) for one in (query, key))
        for one, other in zip(asked, offered, strict=True):
            scores += one[:, :, None] * other[:, None]
        scores *= _ONE / np.sqrt(np.float32(size))
        if "distance" in self._tensors:
            scores += self._tensors["distance"][:, :count, :count]
        shares = exponential(scores - scores.max(axis=2, keepdims=True))
        room = -count % reading_rules.LANES
        padded = np.concatenate([shares, np.zeros((self._heads, count, room), np.float32)], axis=2)
        mixed = np.zeros((self._heads, count, size), np.float32)
        for share, one in zip(np.ascontiguousarray(shares.transpose(2, 0, 1)), value.transpose(1, 0, 2), strict=True):
            mixed += share[:, :, None] * one[:, None]
        mixed *= (_ONE / total(padded))[:, :, None]
        found: Floats = mixed.transpose(1, 0, 2).reshape(count, width)
        return found


def _stacks(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """From which to which pair those reach that are read together."""
    first, taken = 0, 0
    for place, count in enumerate(counts):
        if place > first and taken + count > _STACKED:
            yield first, place
            first, taken = place, 0
        taken += count
    if counts:
        yield first, len(counts)


def exponential(x: Floats) -> Floats:
    """e ** x for x up to zero."""
    x = np.maximum(x, _LEAST)
    whole = np.rint(x * _LOG2_E)
    rest = (x - whole * _LN2[0]) + whole * _LN2[1]
    fraction = (_polynomial(_EXP, rest) * rest) * rest + rest + _ONE
    found: Floats = np.ldexp(fraction, whole.astype(np.int32))
    return found


def gelu(x: Floats) -> Floats:
    """x times the share of a normal distribution below it."""
    size = np.abs(x) * _ROOT_HALF
    t = _ONE / (_ONE + _ERF_AT * size)
    error = _ONE - (_polynomial(_ERF, t) * t) * exponential(-(size * size))
    signed: Floats = np.where(np.signbit(x), -error, error)
    found: Floats = (_HALF * x) * (_ONE + signed)
    return found


def total(x: Floats) -> Floats:
    """Sums over the last axis, in sixteen lanes."""
    lanes = reading_rules.LANES
    parts = x.reshape(*x.shape[:-1], -1, lanes)
    found = _ascending(np.zeros((*x.shape[:-1], lanes), np.float32), np.moveaxis(parts, -2, 0))
    while found.shape[-1] > 1:
        half = found.shape[-1] // 2
        found = found[..., :half] + found[..., half:]
    lane: Floats = found[..., 0]
    return lane


def _ascending(start: Floats, values: Floats) -> Floats:
    """`start` and the values along the first axis, added one after another."""
    for value in values:
        start = start + value
    return start


def _weighed(values: Floats, weights: Floats) -> Floats:
    """values @ weights, added in ascending order."""
    return _ascending(np.zeros(weights.shape[1], np.float32), values[:, None] * weights)


def _polynomial(terms: tuple[np.float32, ...], x: Floats) -> Floats:
    found: Floats = np.full_like(x, terms[0])
    for term in terms[1:]:
        found = found * x + term
    return found
