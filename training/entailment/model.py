"""all-MiniLM-L6-v2 as a cross-encoder with low-rank adapters and a three-way head, in PyTorch.

Not for run time: `export` writes what `simone.truth.model` merges and onnxruntime runs.

Matrix products and attention are computed in bfloat16, which processors with AMX do several times faster; what is
trained, sums of products, norms and the loss stay float32.

Source: Devlin et al., BERT, 2019 (the encoder); Wang et al., MiniLM, 2020 (the weights); Hu et al., LoRA, 2021 (adapters).
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from adapters import RANK, SCALE
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import Tensor
from torch.nn import functional

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
SITES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
EPSILON = 1e-12
HALF = torch.bfloat16

Tree = dict[str, Tensor]


def frozen(weights: Path) -> Tree:
    """The base model's tensors: tables float32, matrices (out, in) bfloat16."""
    tensors = load_file(weights)
    base: Tree = {
        "words": torch.from_numpy(tensors["embeddings.word_embeddings.weight"]),
        "places": torch.from_numpy(tensors["embeddings.position_embeddings.weight"]),
    }
    for layer in range(LAYERS):
        for site in SITES:
            base[f"{layer}.{site}"] = torch.from_numpy(tensors[f"encoder.layer.{layer}.{site}.weight"]).to(HALF)
    return base


def trained(weights: Path, seed: int) -> Tree:
    """What is trained, as it begins: adapters that change nothing, the base's vectors (biases, norms), a new head."""
    tensors = load_file(weights)
    random = np.random.default_rng(seed)
    tree: dict[str, NDArray[np.generic]] = {"types": tensors["embeddings.token_type_embeddings.weight"]}
    for name in ("weight", "bias"):
        tree[f"embeddings.LayerNorm.{name}"] = tensors[f"embeddings.LayerNorm.{name}"]
    for layer in range(LAYERS):
        for site in SITES:
            out, into = tensors[f"encoder.layer.{layer}.{site}.weight"].shape
            tree[f"{layer}.{site}.down"] = random.normal(0, into**-0.5, (into, RANK))
            tree[f"{layer}.{site}.up"] = np.zeros((RANK, out))
            tree[f"{layer}.{site}.bias"] = tensors[f"encoder.layer.{layer}.{site}.bias"]
        for norm in NORMS:
            for name in ("weight", "bias"):
                tree[f"{layer}.{norm}.{name}"] = tensors[f"encoder.layer.{layer}.{norm}.{name}"]
    tree["head.in"] = random.normal(0, (3 * WIDTH) ** -0.5, (3 * WIDTH, WIDTH))
    tree["head.in.bias"] = np.zeros(WIDTH)
    tree["head.out"] = random.normal(0, 0.5 * WIDTH**-0.5, (WIDTH, 3))
    tree["head.out.bias"] = np.zeros(3)
    return {name: torch.from_numpy(value.astype(np.float32)) for name, value in tree.items()}


def logits(base: Tree, tree: Tree, pieces: Tensor, types: Tensor, seen: Tree | None = None) -> Tensor:
    """Word pieces and segments (b, l) int64, 0 padded -> (b, 3) float32: entailment, contradiction, neutral.

    `seen` gets the largest size of each channel that a product was given, by site, of pairs that are not padded.
    """
    batch, length = pieces.shape
    present = pieces > 0
    # one row of `types` is chosen by arithmetic: looking it up would make its slope a slow scatter
    kind = torch.lerp(tree["types"][0], tree["types"][1], types[..., None].float())
    x = _norm(base["words"][pieces] + base["places"][None, :length] + kind, tree, "embeddings.LayerNorm")
    mask = torch.where(present, 0.0, -1e9)[:, None, None, :].to(HALF)
    for layer in range(LAYERS):
        query, key, value = (_heads(_linear(x, base, tree, f"{layer}.{site}", seen)) for site in SITES[:3])
        # by hand: the fused attention of PyTorch has a slow backward pass on CPUs
        scores = query @ key.transpose(2, 3) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = scores.softmax(3) @ value
        mixed = mixed.transpose(1, 2).reshape(batch, length, WIDTH)
        x = _norm(x + _linear(mixed, base, tree, f"{layer}.{SITES[3]}", seen), tree, f"{layer}.{NORMS[0]}")
        inner = functional.gelu(_linear(x, base, tree, f"{layer}.{SITES[4]}", seen))
        x = _norm(x + _linear(inner, base, tree, f"{layer}.{SITES[5]}", seen), tree, f"{layer}.{NORMS[1]}")
    sides = [(present & (types == side)).float() for side in (0, 1)]
    shares = torch.stack([side / side.sum(1, keepdim=True).clamp(min=1) for side in sides], 1)
    pooled = torch.cat([x[:, :1], shares @ x], 1).reshape(batch, 3 * WIDTH)
    hidden = functional.gelu(pooled @ tree["head.in"] + tree["head.in.bias"])
    return hidden @ tree["head.out"] + tree["head.out.bias"]


def _linear(x: Tensor, base: Tree, tree: Tree, site: str, seen: Tree | None) -> Tensor:
    if seen is not None:
        largest = x.detach().abs().flatten(0, 1).amax(0).float()
        seen[site] = torch.maximum(seen[site], largest) if site in seen else largest
    x = x.to(HALF)
    change = (x @ tree[f"{site}.down"].to(HALF)) @ (tree[f"{site}.up"] * SCALE).to(HALF)
    return functional.linear(x, base[site], tree[f"{site}.bias"].to(HALF)) + change


def _heads(x: Tensor) -> Tensor:
    return x.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


def _norm(x: Tensor, tree: Tree, name: str) -> Tensor:
    return functional.layer_norm(x, (WIDTH,), tree[f"{name}.weight"], tree[f"{name}.bias"], EPSILON)
