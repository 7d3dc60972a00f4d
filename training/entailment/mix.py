"""The weighted mean of two trained sets of adapters of which one began with the other: better than either of them.

Not for sets that began apart: their adapters do not add.

    python mix.py --one A.npz --other B.npz --share 0.5 --weights model.safetensors --out mixed.npz

Source: Wortsman et al., Model soups, 2022.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import model
import numpy as np
from adapters import started


def main() -> None:
    """Read both, write the mean; `--share` is that of the other."""
    asked = argparse.ArgumentParser()
    for name in ("one", "other", "weights", "out"):
        asked.add_argument(f"--{name}", type=Path, required=True)
    asked.add_argument("--model", choices=sorted(model.SHAPES), default="entailment")
    asked.add_argument("--share", type=float, default=0.5)
    options = asked.parse_args()
    names = list(model.trained(model.SHAPES[options.model], options.weights, 0))
    one, other = (started(path, names) for path in (options.one, options.other))
    np.savez(options.out, **{name: (1 - options.share) * one[name] + options.share * other[name] for name in names})


if __name__ == "__main__":
    main()
