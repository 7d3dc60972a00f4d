"""Makes the encoder and the entailment models from the pinned base models and what ships with the package.

Not for training (`training/`) or running them (`retrieval`, `truth`). The result is one safetensors file, the same to
the byte on every machine: adapters, which the encoder has none of, are integers, so that the product of two of them is
exact in float64 in whatever order a BLAS adds, and all that follows are single IEEE operations. `load_transformer` of
the kernels says which tensors it holds.

Matrices become 7-bit codes with one scale for each column; their rows are multiplied by the powers of two by which the
kernel divides what it multiplies them with, so that activations of all channels are of like size when they are rounded.

Source: Xiao et al., SmoothQuant, 2023 (evening out); Hu et al., LoRA, 2021 (adapters); the safetensors format (eight
bytes of header length, a JSON header, then the data).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.errors import WeightsCorrupt

LARGEST = 63
"""Codes run from -63 to 63: two products with unsigned bytes fit into 16 bits."""
TOGETHER = ("query", "key", "value")
"""The last part of the names of sites that have the same input: one product serves them."""
_KINDS: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I8": np.dtype(np.int8)}
RELATIVE = "encoder.relative_attention_bias.weight"
"""The tensor that tells a model of the MPNet kind."""
MOST_PLACES, FARTHEST = 256, 128
"""Word pieces of a pair, and the distance from which on all are alike, counts."""
_MPNET = (
    ("attention.attn.q", "attention.self.query"),
    ("attention.attn.k", "attention.self.key"),
    ("attention.attn.v", "attention.self.value"),
    ("attention.attn.o", "attention.output.dense"),
    ("attention.LayerNorm", "attention.output.LayerNorm"),
)
_MOVED, _BEGIN, _END = 4, 101, 102
"""By how much MPNet's word pieces are moved; BERT's word pieces for the beginning and the end of a text."""
Array = NDArray[Any]


def merge(name: str, base: Path, target: Path) -> None:
    """Write the model called `name`, merged from its base, to `target`, which is overwritten.

    Raises:
        WeightsCorrupt: the base model lacks a tensor that the adapters change.
        OSError: a file cannot be read or written.
    """
    folder = resources.files("simone.weights")
    with resources.as_file(folder / f"{name}.npz") as shipped, np.load(shipped) as saved:
        adapters = {key: saved[key] for key in saved.files}
    write_safetensors(target, dict(merged(read_safetensors(base), adapters)))


def merged(tensors: dict[str, Array], adapters: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """The tensors of the merged model by the names that the kernel gives them.

    What adapters do not say, a bias, a normalisation or the vectors of the sides, is that of the base.
    """
    names = [name.removesuffix(".even") for name in adapters if name.endswith(".even")]
    sites = {site for name in names for site in parts_of(name)}
    try:
        base = as_bert(tensors)
        words = base["embeddings.word_embeddings.weight"].astype(np.float64)
        places = base["embeddings.position_embeddings.weight"]
        matrices = {site: base[f"encoder.layer.{site}.weight"] for site in sites}
        rest = {own: base[other] for own, other in _others(names).items() if own not in adapters}
    except KeyError as error:
        raise WeightsCorrupt(
            f"the base model has no tensor {error}; run `simone models pull` for these weights again"
        ) from error
    scales = (np.abs(words).max(axis=1, keepdims=True) / 127).astype(np.float32)
    scales[scales == 0] = 1
    yield "words.codes", np.rint(words / scales).astype(np.int8)
    yield "words.scales", scales
    yield "places", places
    if RELATIVE in base:
        yield "distance", distances(base[RELATIVE])

    def changed(site: str) -> NDArray[np.float64]:
        if f"{site}.down" not in adapters:
            return matrices[site].astype(np.float64)
        up, down = (adapters[f"{site}.{part}"].astype(np.float64) for part in ("up", "down"))
        change = up.T @ down.T  # (out, rank) x (rank, in): integers below 2**53
        found: NDArray[np.float64] = matrices[site].astype(np.float64) + change * float(adapters[f"{site}.scale"])
        return found

    known = {**rest, **adapters}
    for product in names:
        parts = parts_of(product)
        yield from _coded(product, np.concatenate([changed(site) for site in parts]), adapters[f"{product}.even"])
        yield f"{product}.bias", np.concatenate([known[f"{site}.bias"] for site in parts]).astype(np.float32)
    biases = {f"{site}.bias" for site in sites}
    for name, tensor in known.items():
        if not name.endswith((".down", ".up", ".scale", ".even")) and name not in biases:
            yield name, tensor.astype(np.float32)


def as_bert(tensors: dict[str, Array]) -> dict[str, Array]:
    """The tensors of a model of the MPNet kind under BERT's names and for BERT's word pieces; others as they are.

    MPNet's word pieces are BERT's, moved by four places, with other ones for the beginning, the end and what is empty;
    its places begin at two, and it has no segments: theirs begin at zero.
    """
    if RELATIVE not in tensors:
        return tensors
    found: dict[str, Array] = {}
    for name, tensor in tensors.items():
        for own, other in _MPNET:
            name = name.replace(own, other)
        found[name] = tensor
    words = found["embeddings.word_embeddings.weight"]
    order = np.arange(_MOVED, len(words) - 1)
    order[0], order[_BEGIN], order[_END] = 1, 0, 2
    found["embeddings.word_embeddings.weight"] = words[order]
    found["embeddings.position_embeddings.weight"] = found["embeddings.position_embeddings.weight"][2:]
    found["embeddings.token_type_embeddings.weight"] = np.zeros((2, words.shape[1]), np.float32)
    return found


def distances(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each head adds for the distance of two places, a table (buckets, heads) -> (heads, MOST, MOST).

    Source: Raffel et al., T5, 2020 (buckets: half of them exact, the others wider and wider, for either direction).
    """
    away = np.arange(MOST_PLACES)[None] - np.arange(MOST_PLACES)[:, None]
    half = len(table) // 2
    exact = half // 2
    size = np.abs(away)
    growth = (half - exact) / math.log(FARTHEST / exact)
    wide = [min(half - 1, exact + int(math.log(n / exact) * growth + 1e-9)) for n in range(exact, MOST_PLACES)]
    bucket = np.array([*range(exact), *wide])[size] + np.where(away > 0, half, 0)
    return np.ascontiguousarray(table[bucket].transpose(2, 0, 1))


def parts_of(product: str) -> tuple[str, ...]:
    """The sites whose matrices a product of the kernel holds side by side."""
    return tuple(f"{product}.{part}" for part in TOGETHER) if product.endswith(".self") else (product,)


def _others(products: Sequence[str]) -> dict[str, str]:
    """What else a model is made of: the name of the kernel, and that of the base."""
    layers = {product.partition(".")[0] for product in products}
    norms = [f"{layer}.{name}" for layer in layers for name in ("attention.output.LayerNorm", "output.LayerNorm")]
    own = [f"{name}.{part}" for name in norms for part in ("weight", "bias")]
    own += [f"{site}.bias" for product in products for site in parts_of(product)]
    first = [f"embeddings.LayerNorm.{part}" for part in ("weight", "bias")]
    places = {"types": "embeddings.token_type_embeddings.weight"}
    return {name: f"encoder.layer.{name}" for name in own} | {name: name for name in first} | places


def products(sites: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The products of the kernel, each with the sites whose matrices it holds side by side; TOGETHER make one."""
    found: dict[str, tuple[str, ...]] = {}
    for site in sorted(sites):
        product, _, part = site.rpartition(".")
        if part not in TOGETHER:
            found[site] = (site,)
        elif part == TOGETHER[0]:
            found[product] = parts_of(product)
    return found


def _coded(site: str, matrix: NDArray[np.float64], even: NDArray[np.int8]) -> Iterator[tuple[str, Array]]:
    """A matrix (out, in) as codes (in, out), scales (out,), and what evens out its input (in,)."""
    columns = np.ldexp(matrix, even.astype(np.int32)).T
    scales = (np.abs(columns).max(axis=0) / LARGEST).astype(np.float32)
    scales[scales == 0] = 1
    codes = np.clip(np.rint(columns / scales.astype(np.float64)), -LARGEST, LARGEST)
    yield f"{site}.codes", codes.astype(np.int8)
    yield f"{site}.scales", scales
    yield f"{site}.inverse", np.ldexp(np.float32(1), -even.astype(np.int32)).astype(np.float32)


def read_safetensors(path: Path) -> dict[str, Array]:
    """The tensors of floats and of bytes of a safetensors file by name.

    Raises:
        WeightsCorrupt: the file is not of that form.
    """
    data = path.read_bytes()
    try:
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        found: dict[str, Array] = {}
        for name, entry in header.items():
            if name != "__metadata__" and (kind := _KINDS.get(entry["dtype"])) is not None:
                first, last = entry["data_offsets"]
                values = np.frombuffer(data, kind, (last - first) // kind.itemsize, 8 + length + first)
                found[name] = values.reshape(entry["shape"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsCorrupt(f"{str(path)!r} is no safetensors file: {error}") from error
    return found


def write_safetensors(path: Path, tensors: dict[str, Array]) -> None:
    """Write tensors of floats and of bytes, floats first so that every one is aligned; overwrites.

    Raises:
        OSError: the file cannot be written.
    """
    names = {kind: name for name, kind in _KINDS.items()}
    order = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    header: dict[str, object] = {}
    place = 0
    for name in order:
        tensor = tensors[name]
        offsets = [place, place + tensor.nbytes]
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": offsets}
        place += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            file.write(np.ascontiguousarray(tensors[name], tensors[name].dtype.newbyteorder("<")).tobytes())
