"""Trains the adapters and the head of the entailment model from public pairs that may be shipped.

Not for run time. `make train-entailment` sets up and runs it; it goes on from its last checkpoint.

    python train.py --weights model.safetensors --tokenizer tokenizer.json --out FOLDER [--passes 2]

Read: SIMONE_DATA/nli/train_ship.jsonl.gz, and nli/dev for what must be left out and for the figures in the log. Written:
FOLDER/log.txt, FOLDER/checkpoint.pt (after every SAVE steps, whole or not at all) and FOLDER/trained.npz at the end.
"""

# ruff: noqa: E501, T201, RUF100 - long patterns stay whole, and a training program prints its log

from __future__ import annotations

import argparse
import itertools
import math
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import model
import numpy as np
import torch
from adapters import started
from data import LABELS, closest, held_back, load, rows
from passages import passages
from stream import LENGTHS, MOST_WORDS, Batch, Extent, batches, counts, encode, harder, padded
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from simone.truth.pair_text import plain

SEED = 20_261_127
PEAK, WARM, LAST, DECAY = 6e-4, 0.03, 0.01, 0.01
"""Highest rate, share of the steps in which it rises, share of it that is left at the end, pull towards zero."""
SMOOTH = 0.03
SAVE, LOOK = 250, 1000
SLICE = 160
"""Pairs of each development set that the log's figures are of, count."""


def loss(
    shape: model.Shape, tree: model.Tree, base: model.Tree, pieces: Tensor, types: Tensor, labels: Tensor
) -> Tensor:
    """Cross entropy with smoothed labels; label 3 asks only that it is not entailment."""
    shares = functional.log_softmax(model.logits(shape, base, tree, pieces, types), 1)
    exact = shares.gather(1, labels.clamp(max=2)[:, None])[:, 0]
    exact = (1 - SMOOTH) * exact + SMOOTH * shares.mean(1)
    return -torch.where(labels == 3, torch.logaddexp(shares[:, 1], shares[:, 2]), exact).mean()


def main() -> None:
    """Train, looking at the development slices now and then."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--weights", type=Path, required=True)
    asked.add_argument("--tokenizer", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--model", choices=sorted(model.SHAPES), default="entailment")
    asked.add_argument("--passes", type=float, default=2.0)
    asked.add_argument("--start", type=Path, help="trained.npz or the shipped adapters to begin with")
    asked.add_argument("--peak", type=float, default=PEAK)
    asked.add_argument("--minutes", type=float, default=math.inf, help="the rate falls in time to end after as many")
    asked.add_argument("--threads", type=int, default=2)
    asked.add_argument("--seed", type=int, default=SEED, help="of the harder pairs and their order")
    for name, count in Extent()._asdict().items():
        asked.add_argument(f"--{name}", type=int, default=count, help="see stream.Extent")
    options = asked.parse_args()
    extent = Extent(**{name: getattr(options, name) for name in Extent._fields})
    shape = model.SHAPES[options.model]
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    data = Path(os.environ["SIMONE_DATA"])
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    pairs, left_out = load(data, SEED)
    texts = passages(pairs, data, random.Random(SEED))
    held = held_back(data / "nli" / "dev")
    with (options.out / "log.txt").open("a", encoding="utf-8") as log:

        def tell(line: str) -> None:
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()

        begun = time.monotonic()
        base, tree = model.frozen(shape, options.weights), model.trained(shape, options.weights, SEED)
        if options.start is not None:
            tree = {name: torch.from_numpy(value) for name, value in started(options.start, tree).items()}
        for value in tree.values():
            value.requires_grad_(True)
        decayed = [value for name, value in tree.items() if value.ndim == 2 and name != "types"]
        rest = [value for name, value in tree.items() if value.ndim != 2 or name == "types"]
        groups = [{"params": decayed, "weight_decay": DECAY}, {"params": rest, "weight_decay": 0.0}]
        rule = torch.optim.AdamW(groups, lr=options.peak, betas=(0.9, 0.98), fused=True)
        looks = _looks(data / "nli" / "dev", tokenizer)
        made = harder(pairs, texts, held, options.seed, extent)
        first = batches(made, tokenizer, extent)
        steps = int(len(first) * options.passes)
        done = _resumed(options.out / "checkpoint.pt", tree, rule, steps)
        tell(
            f"{len(pairs)} pairs, left out {left_out}, {len(texts)} passages, {len(first)} batches a pass, {steps} steps, from step {done}, {model.HALF}"
        )
        if done == 0:
            for line in counts(made):
                tell(f"  {line}")
        del made
        losses: list[float] = []
        first_step = time.monotonic()

        def passed(turn: int) -> list[Batch]:
            return batches(harder(pairs, texts, held, options.seed + turn, extent), tokenizer, extent)

        for number, batch in enumerate(_stream(first, passed), 1):
            if number <= done:
                continue
            part = max(number / steps, (time.monotonic() - begun) / 60 / options.minutes)
            for group in rule.param_groups:
                group["lr"] = options.peak * _rate(part)
            value = loss(shape, tree, base, *_tensors(batch))
            value.backward()
            torch.nn.utils.clip_grad_norm_(tree.values(), 1.0)
            rule.step()
            rule.zero_grad()
            losses.append(value.item())
            last = number >= steps or part >= 1
            if number % 50 == 0:
                spent = time.monotonic() - first_step
                tell(f"step {number} loss {np.mean(losses[-50:]):.4f} {(number - done) / spent:.2f} steps/s")
            if number % SAVE == 0 or last:
                _save(options.out / "checkpoint.pt", tree, rule, number)
            if number % LOOK == 0 or last:
                for line in _figures(shape, looks, tree, base):
                    tell(f"  {line}")
            if last:
                break
        np.savez(options.out / "trained.npz", **{name: value.detach().numpy() for name, value in tree.items()})


def _rate(part: float) -> float:
    """Share of the peak rate after a part of the training: a rise, then half a cosine."""
    if part < WARM:
        return part / WARM
    return LAST + (1 - LAST) * (1 + math.cos(math.pi * min(1.0, (part - WARM) / (1 - WARM)))) / 2


def _stream(first: list[Batch], passed: Callable[[int], list[Batch]]) -> Iterator[Batch]:
    """The batches of one pass after another, without end."""
    yield from first
    for turn in itertools.count(1):
        yield from passed(turn)


def _tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    pieces, types, labels = (torch.from_numpy(part.astype(np.int64)) for part in batch)
    return pieces, types, labels


def _resumed(path: Path, tree: model.Tree, rule: torch.optim.Optimizer, steps: int) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    with torch.no_grad():
        for name, value in tree.items():
            value.copy_(saved["tree"][name])
    rule.load_state_dict(saved["rule"])
    return min(int(saved["step"]), steps)


def _save(path: Path, tree: model.Tree, rule: torch.optim.Optimizer, number: int) -> None:
    partial = path.with_suffix(".partial")
    kept = {name: value.detach() for name, value in tree.items()}
    torch.save({"tree": kept, "rule": rule.state_dict(), "step": number}, partial)
    partial.replace(path)


def _looks(folder: Path, tokenizer: Tokenizer) -> dict[str, list[Batch]]:
    found: dict[str, list[Batch]] = {}
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
            found[path.stem].append(padded([(*coded[m], labels[m]) for m in part], length))
    return found


@torch.no_grad()
def _figures(shape: model.Shape, looks: dict[str, list[Batch]], tree: model.Tree, base: model.Tree) -> list[str]:
    lines = []
    for name, parts in looks.items():
        read = [functional.softmax(model.logits(shape, base, tree, *_tensors(b)[:2]), 1).numpy() for b in parts]
        shares = np.concatenate(read)
        labels = np.concatenate([b.labels for b in parts])
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
