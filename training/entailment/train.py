"""Trains the adapters and the head of the entailment model from public pairs that may be shipped.

Not for run time. `make train-entailment` sets up and runs it; it goes on from its last checkpoint.

    python train.py --weights model.safetensors --tokenizer tokenizer.json --out FOLDER [--passes 2]

Read: SIMONE_DATA/nli/train_ship.jsonl.gz, and nli/dev for what must be left out and for the figures in the log. Written:
FOLDER/log.txt, FOLDER/checkpoint.npz (after every SAVE steps, whole or not at all) and FOLDER/trained.npz at the end.
"""

# ruff: noqa: E501, T201, RUF100 - long patterns stay whole, and a training program prints its log

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import model
import numpy as np
import optax
from data import LABELS, closest, load, rows
from stream import LENGTHS, MOST_WORDS, Batch, batches, counts, encode, harder, padded
from tokenizers import Tokenizer

from simone.truth.pair_text import plain

SEED = 20_261_127
PEAK, WARM, DECAY = 6e-4, 0.03, 0.01
SMOOTH = 0.03
SAVE, LOOK = 250, 500
SLICE = 160
"""Pairs of each development set that the log's figures are of, count."""


def loss(tree: model.Tree, base: model.Tree, pieces: jax.Array, types: jax.Array, labels: jax.Array) -> jax.Array:
    """Cross entropy with smoothed labels; label 3 asks only that it is not entailment."""
    shares = jax.nn.log_softmax(model.logits(base, tree, pieces, types))
    exact = jnp.take_along_axis(shares, jnp.minimum(labels, 2)[:, None], 1)[:, 0]
    exact = (1 - SMOOTH) * exact + SMOOTH * shares.mean(1)
    return -jnp.where(labels == 3, jnp.logaddexp(shares[:, 1], shares[:, 2]), exact).mean()


def main() -> None:
    """Train, looking at the development slices now and then."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--weights", type=Path, required=True)
    asked.add_argument("--tokenizer", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--passes", type=float, default=2.0)
    asked.add_argument("--start", type=Path, help="a checkpoint or trained.npz whose weights it begins with")
    asked.add_argument("--peak", type=float, default=PEAK)
    options = asked.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    data = Path(os.environ["SIMONE_DATA"])
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    pairs, left_out = load(data, SEED)
    with (options.out / "log.txt").open("a", encoding="utf-8") as log:

        def tell(line: str) -> None:
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()

        base, tree = model.frozen(options.weights), model.trained(options.weights, SEED)
        if options.start is not None:
            with np.load(options.start) as saved:
                prefix = "tree." if "step" in saved.files else ""
                tree = {name: jnp.asarray(saved[prefix + name]) for name in tree}
        looks = _looks(data / "nli" / "dev", tokenizer)
        first = batches(harder(pairs, SEED), tokenizer)
        steps = int(len(first) * options.passes)
        rate = optax.warmup_cosine_decay_schedule(0.0, options.peak, int(steps * WARM), steps, options.peak * 0.01)
        rule = optax.chain(
            optax.clip_by_global_norm(1.0),
            optax.adamw(
                rate,
                b2=0.98,
                weight_decay=DECAY,
                mask=lambda t: {k: v.ndim == 2 and k != "types" for k, v in t.items()},
            ),
        )
        state = rule.init(tree)
        done, tree, state = _resumed(options.out / "checkpoint.npz", tree, state, steps)
        tell(f"{len(pairs)} pairs, left out {left_out}, {len(first)} batches a pass, {steps} steps, from step {done}")
        if done == 0:
            for line in counts(harder(pairs, SEED)):
                tell(f"  {line}")

        @jax.jit
        def step(tree: model.Tree, state: Any, batch: Batch) -> tuple[model.Tree, Any, jax.Array]:
            value, slope = jax.value_and_grad(loss)(tree, base, *batch)
            change, state = rule.update(slope, state, tree)
            return optax.apply_updates(tree, change), state, value

        scored = jax.jit(lambda tree, pieces, types: model.logits(base, tree, pieces, types))
        begun, losses, number = time.monotonic(), [], 0
        passed = first
        turn = 0
        while number < steps:
            for batch in passed:
                if number >= steps:
                    break
                number += 1
                if number <= done:
                    continue
                tree, state, value = step(tree, state, batch)
                losses.append(value)
                if number % 50 == 0:
                    mean = float(np.mean(losses[-50:]))
                    tell(f"step {number} loss {mean:.4f} {(number - done) / (time.monotonic() - begun):.2f} steps/s")
                if number % SAVE == 0 or number == steps:
                    _save(options.out / "checkpoint.npz", tree, state, number)
                if number % LOOK == 0 or number == steps:
                    for line in _figures(looks, tree, scored):
                        tell(f"  {line}")
            turn += 1
            passed = batches(harder(pairs, SEED + turn), tokenizer) if number < steps else passed
        np.savez(options.out / "trained.npz", **{name: np.asarray(value) for name, value in tree.items()})


def _resumed(path: Path, tree: model.Tree, state: Any, steps: int) -> tuple[int, model.Tree, Any]:
    if not path.exists():
        return 0, tree, state
    with np.load(path) as saved:
        tree = {name: jnp.asarray(saved[f"tree.{name}"]) for name in tree}
        leaves, shape = jax.tree.flatten(state)
        state = jax.tree.unflatten(shape, [jnp.asarray(saved[f"state.{n}"]) for n in range(len(leaves))])
        return min(int(saved["step"]), steps), tree, state


def _save(path: Path, tree: model.Tree, state: Any, number: int) -> None:
    partial = path.with_suffix(".partial.npz")
    leaves = jax.tree.leaves(state)
    np.savez(
        partial,
        step=number,
        **{f"tree.{name}": np.asarray(value) for name, value in tree.items()},
        **{f"state.{n}": np.asarray(value) for n, value in enumerate(leaves)},
    )
    partial.replace(path)


def _looks(folder: Path, tokenizer: Tokenizer) -> dict[str, list[tuple[Batch, list[int]]]]:
    found: dict[str, list[tuple[Batch, list[int]]]] = {}
    for path in sorted(folder.glob("*.jsonl")):
        every = list(rows(path))
        some = every[:: max(1, len(every) // SLICE)][:SLICE]
        coded = encode(
            [(closest(plain(r["premise"]), plain(r["hypothesis"]), MOST_WORDS), plain(r["hypothesis"])) for r in some],
            tokenizer,
            LENGTHS[-1],
        )
        labels = [LABELS.index(r["label"]) for r in some]
        order = sorted(range(len(some)), key=lambda n: len(coded[n][0]))
        found[path.stem] = []
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            length = next(n for n in LENGTHS if n >= max(len(coded[m][0]) for m in part))
            found[path.stem].append((padded([(*coded[m], labels[m]) for m in part], length), [labels[m] for m in part]))
    return found


def _figures(looks: dict[str, list[tuple[Batch, list[int]]]], tree: model.Tree, scored: Any) -> list[str]:
    lines = []
    for name, parts in looks.items():
        shares = np.concatenate([np.asarray(jax.nn.softmax(scored(tree, b.pieces, b.types))) for b, _ in parts])
        labels = np.array([label for _, found in parts for label in found])
        supported = labels == 0
        said = shares.argmax(1)
        balanced = ((said[supported] == 0).mean() + (said[~supported] != 0).mean()) / 2
        three = (said == labels).mean() if 3 not in labels else float("nan")
        pairwise = (
            (shares[supported, 0] > shares[supported, 1]).mean()
            + (shares[~supported, 0] <= shares[~supported, 1]).mean()
        ) / 2
        lines.append(
            f"{name:20} n {len(labels)} balanced {balanced:.3f} three-way {three:.3f} entail>contra {pairwise:.3f}"
        )
    return lines


if __name__ == "__main__":
    main()
