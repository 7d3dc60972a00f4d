"""Writes what ships: the adapters as integers, the vectors and the head, and the graph.

Not for merging: `simone models pull entailment` does that on the user's machine.

    python export.py --trained FOLDER/trained.npz --weights model.safetensors

Prints the digest and the size of the merged model, which the catalogue of weights names.
"""

# ruff: noqa: E501, T201, RUF100 - long patterns stay whole, and a training program prints its log

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import graph
import model
import numpy as np
from numpy.typing import NDArray

from simone.weights import merging

LARGEST = 32_767
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
        found[f"{site}.scale"] = np.float64(scales[0] * scales[1] * model.SCALE)
    return found


def main() -> None:
    """Write the files and say what the merged model is."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--trained", type=Path, required=True)
    asked.add_argument("--weights", type=Path, required=True)
    options = asked.parse_args()
    with np.load(options.trained) as saved:
        tree = {name: saved[name] for name in saved.files}
    np.savez_compressed(SHIPPED / "entailment.npz", **shipped(tree))
    (SHIPPED / "entailment.graph").write_bytes(graph.build()[0].SerializeToString(deterministic=True))
    merged = options.trained.with_name("entailment.onnx")
    merging.merge_entailment(options.weights, merged)
    digest = hashlib.sha256(merged.read_bytes()).hexdigest()
    print(f"file_sha256={digest!r},\nbytes={merged.stat().st_size},")


if __name__ == "__main__":
    main()
