"""all-MiniLM-L6-v2 as a cross-encoder with low-rank adapters and a three-way head, in JAX.

Not for run time: `export` writes what `simone.truth.model` merges and onnxruntime runs.

Source: Devlin et al., BERT, 2019 (the encoder); Wang et al., MiniLM, 2020 (the weights); Hu et al., LoRA, 2021 (adapters).
"""

# ruff: noqa: E501 - a training program: long patterns stay whole, and it prints its log

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
RANK, SCALE = 48, 2.0
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

Tree = dict[str, Any]


def frozen(weights: Path) -> Tree:
    """The base model's tensors, matrices as (in, out) float32."""
    tensors = load_file(weights)
    base: Tree = {
        "words": jnp.asarray(tensors["embeddings.word_embeddings.weight"]),
        "places": jnp.asarray(tensors["embeddings.position_embeddings.weight"]),
    }
    for layer in range(LAYERS):
        for site in SITES:
            base[f"{layer}.{site}"] = jnp.asarray(tensors[f"encoder.layer.{layer}.{site}.weight"].T.copy())
    return base


def trained(weights: Path, seed: int) -> Tree:
    """What is trained, as it begins: adapters that change nothing, the base's vectors (biases, norms), a new head."""
    tensors = load_file(weights)
    random = np.random.default_rng(seed)
    tree: Tree = {"types": tensors["embeddings.token_type_embeddings.weight"]}
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
    return {name: jnp.asarray(value, jnp.float32) for name, value in tree.items()}


def logits(base: Tree, tree: Tree, pieces: jax.Array, types: jax.Array) -> jax.Array:
    """Word pieces and segments (b, l) int32, 0 padded -> (b, 3) float32: entailment, contradiction, neutral."""
    batch, length = pieces.shape
    present = pieces > 0
    x = base["words"][pieces] + base["places"][None, :length] + tree["types"][types]
    x = _norm(x, tree, "embeddings.LayerNorm").reshape(batch * length, WIDTH)
    mask = jnp.where(present, 0.0, -1e9)[:, None, None, :]
    for layer in range(LAYERS):
        query, key, value = (_heads(_linear(x, base, tree, f"{layer}.{site}"), batch) for site in SITES[:3])
        scores = jnp.einsum("bhqd,bhkd->bhqk", query, key) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = jnp.einsum("bhqk,bhkd->bhqd", jax.nn.softmax(scores, -1), value)
        mixed = mixed.transpose(0, 2, 1, 3).reshape(batch * length, WIDTH)
        x = _norm(x + _linear(mixed, base, tree, f"{layer}.{SITES[3]}"), tree, f"{layer}.{NORMS[0]}")
        inner = jax.nn.gelu(_linear(x, base, tree, f"{layer}.{SITES[4]}"), approximate=False)
        x = _norm(x + _linear(inner, base, tree, f"{layer}.{SITES[5]}"), tree, f"{layer}.{NORMS[1]}")
    x = x.reshape(batch, length, WIDTH)
    sides = [present & (types == side) for side in (0, 1)]
    means = [jnp.einsum("bl,bld->bd", side / jnp.maximum(1, side.sum(1, keepdims=True)), x) for side in sides]
    pooled = jnp.concatenate([x[:, 0], *means], 1)
    hidden = jax.nn.gelu(pooled @ tree["head.in"] + tree["head.in.bias"], approximate=False)
    return hidden @ tree["head.out"] + tree["head.out.bias"]


def _linear(x: jax.Array, base: Tree, tree: Tree, site: str) -> jax.Array:
    return x @ base[site] + (x @ tree[f"{site}.down"]) @ tree[f"{site}.up"] * (SCALE / 1.0) + tree[f"{site}.bias"]


def _heads(x: jax.Array, batch: int) -> jax.Array:
    return x.reshape(batch, -1, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)


def _norm(x: jax.Array, tree: Tree, name: str) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    scale = jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + EPSILON)
    return centred * scale * tree[f"{name}.weight"] + tree[f"{name}.bias"]
