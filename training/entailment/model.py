"""A sentence encoder as a cross-encoder with low-rank adapters and a three-way head, in PyTorch.

Not for run time: `export` writes what `simone.weights.merging` merges and the kernels read.

Matrix products and attention are computed in HALF: bfloat16, which processors with AMX do several times faster; what is
trained, sums of products, norms and the loss stay float32.

Two encoders: all-MiniLM-L6-v2 for the small model, all-mpnet-base-v2 for the large one.

Source: Devlin et al., BERT, 2019 (the encoder); Wang et al., MiniLM, 2020, and Song et al., MPNet, 2020 (the weights,
the latter with relative places as in Raffel et al., T5, 2020); Hu et al., LoRA, 2021 (adapters).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from adapters import SCALE
from numpy.typing import NDArray
from safetensors.numpy import load_file
from torch import Tensor
from torch.nn import functional

from simone.weights import merging

SITES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
HALF = torch.bfloat16 if torch.backends.cpu.get_cpu_capability().startswith("AVX512") else torch.float32
"""The numbers that products are computed in: on processors without AVX-512 bfloat16 is the slower of the two. What is
trained differs with it in the last digits, so the log names it."""

Tree = dict[str, Tensor]


class Shape(NamedTuple):
    """Sizes of an encoder, its adapters and its head, counts; `epsilon` of its norms."""

    layers: int
    heads: int
    width: int
    epsilon: float
    rank: int
    hidden: int


SHAPES = {
    "entailment": Shape(layers=6, heads=12, width=384, epsilon=1e-12, rank=48, hidden=384),
    "entailment-large": Shape(layers=12, heads=12, width=768, epsilon=1e-5, rank=16, hidden=256),
}


def frozen(shape: Shape, weights: Path) -> Tree:
    """The base model's tensors: tables float32, matrices (out, in) HALF."""
    tensors = merging.as_bert(load_file(weights))
    base: Tree = {
        "words": torch.from_numpy(tensors["embeddings.word_embeddings.weight"]),
        "places": torch.from_numpy(tensors["embeddings.position_embeddings.weight"]),
    }
    if merging.RELATIVE in tensors:
        base["distance"] = torch.from_numpy(merging.distances(tensors[merging.RELATIVE])).to(HALF)
    for layer in range(shape.layers):
        for site in SITES:
            base[f"{layer}.{site}"] = torch.from_numpy(tensors[f"encoder.layer.{layer}.{site}.weight"]).to(HALF)
    return base


def trained(shape: Shape, weights: Path, seed: int) -> Tree:
    """What is trained, as it begins: adapters that change nothing, the base's vectors (biases, norms), a new head."""
    tensors = merging.as_bert(load_file(weights))
    random = np.random.default_rng(seed)
    tree: dict[str, NDArray[np.generic]] = {"types": tensors["embeddings.token_type_embeddings.weight"]}
    for name in ("weight", "bias"):
        tree[f"embeddings.LayerNorm.{name}"] = tensors[f"embeddings.LayerNorm.{name}"]
    for layer in range(shape.layers):
        for site in SITES:
            out, into = tensors[f"encoder.layer.{layer}.{site}.weight"].shape
            tree[f"{layer}.{site}.down"] = random.normal(0, into**-0.5, (into, shape.rank))
            tree[f"{layer}.{site}.up"] = np.zeros((shape.rank, out))
            tree[f"{layer}.{site}.bias"] = tensors[f"encoder.layer.{layer}.{site}.bias"]
        for norm in NORMS:
            for name in ("weight", "bias"):
                tree[f"{layer}.{norm}.{name}"] = tensors[f"encoder.layer.{layer}.{norm}.{name}"]
    tree["head.in"] = random.normal(0, (3 * shape.width) ** -0.5, (3 * shape.width, shape.hidden))
    tree["head.in.bias"] = np.zeros(shape.hidden)
    tree["head.out"] = random.normal(0, 0.5 * shape.hidden**-0.5, (shape.hidden, 3))
    tree["head.out.bias"] = np.zeros(3)
    return {name: torch.from_numpy(value.astype(np.float32)) for name, value in tree.items()}


def logits(shape: Shape, base: Tree, tree: Tree, pieces: Tensor, types: Tensor, seen: Tree | None = None) -> Tensor:
    """Word pieces and segments (b, l) int64, 0 padded -> (b, 3) float32: entailment, contradiction, neutral.

    `seen` gets the largest size of each channel that a product was given, by site, of pairs that are not padded.
    """
    batch, length = pieces.shape
    heads, width = shape.heads, shape.width
    present = pieces > 0

    def norm(x: Tensor, name: str) -> Tensor:
        return functional.layer_norm(x, (width,), tree[f"{name}.weight"], tree[f"{name}.bias"], shape.epsilon)

    # one row of `types` is chosen by arithmetic: looking it up would make its slope a slow scatter
    kind = torch.lerp(tree["types"][0], tree["types"][1], types[..., None].float())
    x = norm(base["words"][pieces] + base["places"][None, :length] + kind, "embeddings.LayerNorm")
    mask = torch.where(present, 0.0, -1e9)[:, None, None, :].to(HALF)
    if "distance" in base:
        mask = mask + base["distance"][None, :, :length, :length]
    for layer in range(shape.layers):
        half = x.to(HALF)
        query, key, value = (
            _linear(half, base, tree, f"{layer}.{site}", seen).unflatten(-1, (heads, width // heads)).transpose(1, 2)
            for site in SITES[:3]
        )
        # by hand: the fused attention of PyTorch has a slow backward pass on CPUs
        scores = query @ key.transpose(2, 3) * (width // heads) ** -0.5 + mask
        mixed = scores.softmax(3) @ value
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        x = norm(x + _linear(mixed, base, tree, f"{layer}.{SITES[3]}", seen), f"{layer}.{NORMS[0]}")
        inner = functional.gelu(_linear(x.to(HALF), base, tree, f"{layer}.{SITES[4]}", seen))
        x = norm(x + _linear(inner, base, tree, f"{layer}.{SITES[5]}", seen), f"{layer}.{NORMS[1]}")
    sides = [(present & (types == side)).float() for side in (0, 1)]
    shares = torch.stack([side / side.sum(1, keepdim=True).clamp(min=1) for side in sides], 1)
    pooled = torch.cat([x[:, :1], shares @ x], 1).reshape(batch, 3 * width)
    hidden = functional.gelu(pooled @ tree["head.in"] + tree["head.in.bias"])
    return hidden @ tree["head.out"] + tree["head.out.bias"]


def _linear(x: Tensor, base: Tree, tree: Tree, site: str, seen: Tree | None) -> Tensor:
    if seen is not None:
        largest = x.detach().abs().flatten(0, 1).amax(0).float()
        seen[site] = torch.maximum(seen[site], largest) if site in seen else largest
    down, up, bias = (tree[f"{site}.{part}"] for part in ("down", "up", "bias"))
    found: Tensor = _Adapted.apply(x.flatten(0, 1), base[site], down, up, bias)
    return found.unflatten(0, x.shape[:2])


class _Adapted(torch.autograd.Function):
    """A product with a frozen matrix, its adapter's added in place: half of what the plain sum moves through memory."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, matrix: Tensor, down: Tensor, up: Tensor, bias: Tensor) -> Tensor:
        """(n, in) HALF -> (n, out) HALF; `matrix` (out, in), `down` (in, r), `up` (r, out)."""
        narrow, wide = down.to(HALF), (up * SCALE).to(HALF)
        inner = x @ narrow
        ctx.save_for_backward(x, inner, matrix, narrow, wide)
        return functional.linear(x, matrix, bias.to(HALF)).addmm_(inner, wide)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None, Tensor, Tensor, Tensor]:
        """The slopes of what `forward` was given; the matrix stays as it is."""
        x, inner, matrix, narrow, wide = ctx.saved_tensors
        slope = slope.contiguous()
        turned = slope @ wide.t()
        into = (slope @ matrix).addmm_(turned, narrow.t())
        down, up = x.t() @ turned, inner.t() @ slope
        return into, None, down.float(), up.float() * SCALE, slope.sum(0, dtype=torch.float32)
