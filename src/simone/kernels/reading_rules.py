"""What a transformer's tensors and the pairs it reads must be.

Not for computing. The compiled backend asks here as well, so both refuse alike.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.errors import BadArray, KernelError
from simone.kernels.contract.reading import Tensors
from simone.kernels.contract.types import Floats, Ints

PRODUCTS = ("attention.self", "attention.output.dense", "intermediate.dense", "output.dense")
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
LANES, HEAD_LANES = 16, 32
"""What the width, that of a head of the attention, and the hidden one of the last product are multiples of."""
MOST_INPUTS = 1 << 17
"""Inputs of a product: so their sums fit into 32 bits, count."""
LARGEST = 63
"""Codes of weights run from -63 to 63: two products with bytes fit into 16 bits."""


def layers_of(tensors: Tensors) -> int:
    """How many layers there are tensors of."""
    return next(n for n in itertools.count() if f"{n}.{PRODUCTS[0]}.codes" not in tensors)


def checked(tensors: Tensors) -> dict[str, NDArray[Any]]:
    """The tensors that are read, contiguous, each of its type and shape; `layers` (1,) int64 beside them.

    Raises:
        KernelError: see `contract.reading`.
    """
    found: dict[str, NDArray[Any]] = {}

    def take(name: str, *shape: int, kind: type[np.generic] = np.float32) -> NDArray[Any]:
        """A tensor, whose sizes are those of `shape` where that is not -1."""
        if name not in tensors:
            raise KernelError(f"the transformer has no tensor {name!r}")
        tensor = np.asarray(tensors[name])
        fits = len(shape) == tensor.ndim and all(a in (-1, b) for a, b in zip(shape, tensor.shape, strict=True))
        if tensor.dtype != kind or not fits or 0 in tensor.shape:
            wanted = ", ".join("any" if size < 0 else str(size) for size in shape)
            raise KernelError(
                f"the tensor {name!r} must be {np.dtype(kind).name} of shape ({wanted}), found {tensor.dtype.name} of "
                f"shape {tensor.shape}"
            )
        if kind is np.float32 and not np.isfinite(tensor).all():
            raise KernelError(f"the tensor {name!r} holds NaN or an infinity")
        found[name] = np.require(tensor, requirements=("C", "A"))
        return found[name]

    words, width = take("words.codes", -1, -1, kind=np.int8).shape
    number = float(take("heads", 1)[0])
    heads = int(number)
    if width % LANES or heads < 1 or heads != number or width % heads or width // heads % HEAD_LANES:
        raise KernelError(
            f"the transformer has {number:g} heads and width {width}; that of a head must be a multiple of "
            f"{HEAD_LANES}, the whole one of {LANES}"
        )
    take("words.scales", words, 1)
    take("places", -1, width)
    take("types", 2, width)
    if float(take("epsilon", 1)[0]) <= 0:
        raise KernelError("the tensor 'epsilon' must be above zero")
    if "distance" in tensors:
        most = take("distance", heads, -1, -1).shape[1]
        take("distance", heads, most, most)

    def norm(name: str) -> None:
        take(f"{name}.weight", width)
        take(f"{name}.bias", width)

    def product(name: str, into: int, out: int) -> int:
        codes = take(f"{name}.codes", into, out, kind=np.int8)
        if np.abs(codes.astype(np.int16)).max() > LARGEST:
            raise KernelError(f"the tensor '{name}.codes' must hold numbers from {-LARGEST} to {LARGEST}")
        columns: int = codes.shape[1]
        if columns % LANES:
            raise KernelError(f"the tensor '{name}.codes' has {columns} columns; they must be a multiple of {LANES}")
        if into > MOST_INPUTS:
            raise KernelError(f"the tensor '{name}.codes' has {into} rows; it may have {MOST_INPUTS}")
        take(f"{name}.scales", columns)
        take(f"{name}.bias", columns)
        powers, _ = np.frexp(take(f"{name}.inverse", into))
        if not (powers == 0.5).all():
            raise KernelError(f"the tensor '{name}.inverse' must hold powers of two")
        return columns

    norm("embeddings.LayerNorm")
    count = layers_of(tensors)
    for layer in range(count):
        three, mixed, wide, narrow = (f"{layer}.{name}" for name in PRODUCTS)
        product(three, width, 3 * width)
        product(mixed, width, width)
        inner = product(wide, width, -1)
        if inner != found["0.intermediate.dense.codes"].shape[1]:
            raise KernelError(f"the tensor '{wide}.codes' has another width than that of layer 0")
        product(narrow, inner, width)
        for name in NORMS:
            norm(f"{layer}.{name}")
    if any(name.startswith("head.") for name in tensors):
        hidden = take("head.in", 3 * width, -1).shape[1]
        if hidden % LANES:
            raise KernelError(f"the tensor 'head.in' has {hidden} columns; they must be a multiple of {LANES}")
        take("head.in.bias", hidden)
        take("head.out", hidden, 3)
        take("head.out.bias", 3)
    if unread := sorted(set(tensors) - set(found)):
        raise KernelError(f"the tensor {unread[0]!r} is none of a transformer of {count} layers")
    found["layers"] = np.array([count], np.int64)
    return found


def pairs(pieces: Ints, sides: Ints, ends: Ints, most: int, words: int) -> tuple[Ints, Ints, Ints]:
    """The arrays, contiguous.

    Raises:
        BadArray: see `contract.reading`.
    """
    for array, name in ((pieces, "pieces"), (sides, "sides"), (ends, "ends")):
        if not isinstance(array, np.ndarray) or array.dtype != np.int64 or array.ndim != 1:
            found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
            raise BadArray(f"{name} must be an int64 array of one dimension, found {found}")
    lengths = np.diff(ends, prepend=0)
    if len(sides) != len(pieces) or (int(ends[-1]) if len(ends) else 0) != len(pieces):
        raise BadArray(
            f"pieces, sides and the last of ends must agree, found {len(pieces)}, {len(sides)} and {ends[-1:].tolist()}"
        )
    for index in np.flatnonzero((lengths < 1) | (lengths > most))[:1]:
        raise BadArray(f"pair {index} has {lengths[index]} word pieces; it must have 1 to {most}")
    for array, name, limit in ((pieces, "pieces", words), (sides, "sides", 2)):
        for index in np.flatnonzero((array < 0) | (array >= limit))[:1]:
            raise BadArray(f"{name} holds {array[index]} at {index}; it must be from 0 to {limit - 1}")
    one, other, last = (np.require(array, requirements=("C", "A")) for array in (pieces, sides, ends))
    return one, other, last


def require_head(there_is_one: bool) -> None:
    """Nothing, where there is a head.

    Raises:
        KernelError: there is none.
    """
    if not there_is_one:
        raise KernelError("the transformer has no head, so it gives states and no logits")


def finite(logits: Floats) -> Floats:
    """The logits themselves.

    Raises:
        KernelError: one is not finite.
    """
    for index in np.flatnonzero(~np.isfinite(logits).all(axis=1))[:1]:
        raise KernelError(f"the logits of pair {index} are not finite; numbers of the transformer are too large")
    return logits


def finite_states(states: Floats, ends: Ints) -> Floats:
    """The states themselves, of pairs that end at `ends`.

    Raises:
        KernelError: one is not finite.
    """
    for row in np.flatnonzero(~np.isfinite(states).all(axis=1))[:1]:
        pair = np.searchsorted(ends, row, "right")
        raise KernelError(f"the states of pair {pair} are not finite; numbers of the transformer are too large")
    return states
