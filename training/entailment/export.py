"""Writes what ships: the adapters as integers, the vectors and the head, powers of two that even out channels.

Not for merging: `simone models pull entailment` does that on the user's machine.

    python export.py --trained FOLDER/trained.npz --weights model.safetensors --tokenizer tokenizer.json

Read: SIMONE_DATA/nli/train_ship.jsonl.gz, of which every EVERY-th pair tells how large activations are.

Prints the digest and the size of the merged model, which the catalogue of weights names.
"""

# ruff: noqa: E501, T201, RUF100 - long patterns stay whole, and a training program prints its log

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
from pathlib import Path

import model
import numpy as np
import torch
from adapters import SCALE
from data import closest, rows
from numpy.typing import NDArray
from stream import LENGTHS, MOST_WORDS, encode
from tokenizers import Tokenizer

from simone.truth.pair_text import plain
from simone.weights import merging

LARGEST = 32_767
EVERY = 500
SHIFT = 0.7
"""How much of the unevenness of channels moves from activations to weights. Source: Xiao et al., SmoothQuant, 2023."""
SHIPPED = Path(merging.__file__).parent


def shipped(tree: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    """Adapters as int16 with one scale a site; the rest as float32."""
    found: dict[str, NDArray[np.generic]] = {}
    for name, value in tree.items():
        site, _, part = name.rpartition(".")
        if part == "up":
            continue
        if part != "down":
            found[name] = value.astype(np.float32)
            continue
        down, up = value.astype(np.float64), tree[f"{site}.up"].astype(np.float64)
        # the two sides of each rank are made equally long, so that one scale serves all ranks
        ratio = np.sqrt(np.maximum(np.abs(up).max(1), 1e-12) / np.maximum(np.abs(down).max(0), 1e-12))
        down, up = down * ratio, up / ratio[:, None]
        scales = [max(np.abs(side).max(), 1e-12) / LARGEST for side in (down, up)]
        found[f"{site}.down"] = np.rint(down / scales[0]).astype(np.int16)
        found[f"{site}.up"] = np.rint(up / scales[1]).astype(np.int16)
        found[f"{site}.scale"] = np.float64(scales[0] * scales[1] * SCALE)
    return found


def evened(
    shape: model.Shape, base: model.Tree, tree: dict[str, NDArray[np.float32]], tokenizer: Tokenizer, data: Path
) -> dict[str, NDArray[np.generic]]:
    """For each product the powers of two (in,) by which its channels are divided."""
    seen: model.Tree = {}
    tensors = {name: torch.from_numpy(value) for name, value in tree.items()}
    pairs = itertools.islice(rows(data / "nli" / "train_ship.jsonl.gz"), 0, None, EVERY)
    texts = [(closest(plain(r["premise"]), plain(r["hypothesis"]), MOST_WORDS), plain(r["hypothesis"])) for r in pairs]
    with torch.no_grad():
        for pieces, types in encode(texts, tokenizer, LENGTHS[-1]):
            model.logits(shape, base, tensors, torch.tensor([pieces]), torch.tensor([types]), seen)
    found: dict[str, NDArray[np.generic]] = {}
    for product, sites in merging.products(seen).items():
        matrix = np.concatenate(
            [base[site].float().numpy() + SCALE * (tree[f"{site}.down"] @ tree[f"{site}.up"]).T for site in sites]
        )
        weight = np.maximum(np.abs(matrix).max(0), 1e-5)
        factor = np.maximum(seen[sites[0]].numpy(), 1e-5) ** SHIFT / weight ** (1 - SHIFT)
        power = np.log2(factor) - np.log2(factor).mean()
        found[f"{product}.even"] = np.clip(np.rint(power), -20, 20).astype(np.int8)
    return found


def main() -> None:
    """Write the files and say what the merged model is."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--model", choices=sorted(model.SHAPES), default="entailment")
    asked.add_argument("--trained", type=Path, required=True)
    asked.add_argument("--weights", type=Path, required=True)
    asked.add_argument("--tokenizer", type=Path, required=True)
    options = asked.parse_args()
    shape = model.SHAPES[options.model]
    with np.load(options.trained) as saved:
        tree = {name: saved[name] for name in saved.files}
    tokenizer, data = Tokenizer.from_file(str(options.tokenizer)), Path(os.environ["SIMONE_DATA"])
    base = model.frozen(shape, options.weights)
    even = evened(shape, base, tree, tokenizer, data)
    sizes = {"heads": np.array([shape.heads], np.float32), "epsilon": np.array([shape.epsilon], np.float32)}
    np.savez_compressed(SHIPPED / f"{options.model}.npz", **shipped(tree), **even, **sizes)
    merged = options.trained.with_name(f"{options.model}.safetensors")
    merging.merge(options.model, options.weights, merged)
    digest = hashlib.sha256(merged.read_bytes()).hexdigest()
    print(f"file_sha256={digest!r},\nbytes={merged.stat().st_size},")


if __name__ == "__main__":
    main()
