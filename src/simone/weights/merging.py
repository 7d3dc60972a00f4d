"""Makes the entailment model from the pinned base model and the adapters that ship with the package.

Not for training (`training/entailment`) or running it (`truth`). The result is one ONNX file, the same to the byte on
every machine: adapters are integers, so that the product of two of them is exact in float64 in whatever order a BLAS
adds, and all that follows are single IEEE operations.

`entailment.graph` is the graph without its large tensors; they follow it in the same file, since in protocol buffers a
message may be continued: the parts of its graph are merged on reading. Matrices become eight-bit codes in blocks of
BLOCK with one scale each.

Source: Hu et al., LoRA, 2021 (adapters); ONNX IR specification (ModelProto, GraphProto, TensorProto); Protocol Buffers
encoding (merging of embedded messages).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simone.errors import WeightsCorrupt

BLOCK = 32
ZERO = 128
"""The code of the weight 0.0; codes run from 1 to 255."""
_FLOAT, _UINT8, _INT8 = 1, 2, 3  # TensorProto.DataType
_KINDS = {np.dtype(np.float32): _FLOAT, np.dtype(np.uint8): _UINT8, np.dtype(np.int8): _INT8}
Array = NDArray[Any]


def merge_entailment(base: Path, target: Path) -> None:
    """Write the merged model to `target`, which is overwritten.

    Raises:
        WeightsCorrupt: the base model lacks a tensor that the adapters change.
        OSError: a file cannot be read or written.
    """
    folder = resources.files("simone.weights")
    with resources.as_file(folder / "entailment.npz") as shipped, np.load(shipped) as adapters:
        tensors = dict(merged(read_safetensors(base), {name: adapters[name] for name in adapters.files}))
    with target.open("wb") as file:
        file.write((folder / "entailment.graph").read_bytes())
        for name, tensor in sorted(tensors.items()):
            file.write(_field(7, _field(5, _tensor(name, tensor))))


def merged(base: dict[str, Array], adapters: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    """The tensors of the merged model by the names that the graph gives them."""
    try:
        words = base["embeddings.word_embeddings.weight"].astype(np.float64)
        places = base["embeddings.position_embeddings.weight"]
        sites = {name[: -len(".down")] for name in adapters if name.endswith(".down")}
        matrices = {site: base[f"encoder.layer.{site}.weight"] for site in sites}
    except KeyError as error:
        raise WeightsCorrupt(
            f"the base model has no tensor {error}; run `simone models pull entailment` again"
        ) from error
    scales = (np.abs(words).max(axis=1, keepdims=True) / 127).astype(np.float32)
    scales[scales == 0] = 1
    yield "words.codes", np.rint(words / scales).astype(np.int8)
    yield "words.scales", scales
    yield "places", places
    for site, matrix in matrices.items():
        up, down = (adapters[f"{site}.{part}"].astype(np.float64) for part in ("up", "down"))
        product = up.T @ down.T  # (out, rank) x (rank, in): integers below 2**53
        change = product * float(adapters[f"{site}.scale"])
        yield from _blocks(site, matrix.astype(np.float64) + change)
    for name, tensor in adapters.items():
        if not name.endswith((".down", ".up", ".scale")):
            yield name, tensor.astype(np.float32)


def _blocks(site: str, matrix: NDArray[np.float64]) -> Iterator[tuple[str, Array]]:
    """A matrix (out, in) as codes (out, in / BLOCK, BLOCK) and scales (out * in / BLOCK,)."""
    out, into = matrix.shape
    blocks = matrix.reshape(out, into // BLOCK, BLOCK)
    scales = (np.abs(blocks).max(axis=2) / (ZERO - 1)).astype(np.float32)
    scales[scales == 0] = 1
    codes = np.clip(np.rint(blocks / scales[:, :, None].astype(np.float64)) + ZERO, 1, 255)
    yield f"{site}.codes", codes.astype(np.uint8)
    yield f"{site}.scales", scales.reshape(-1)


def read_safetensors(path: Path) -> dict[str, Array]:
    """The float32 tensors of a safetensors file by name.

    Raises:
        WeightsCorrupt: the file is not of that form.

    Source: the safetensors format (eight bytes of header length, a JSON header, then the data).
    """
    data = path.read_bytes()
    try:
        length = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + length])
        found: dict[str, Array] = {}
        for name, entry in header.items():
            if name != "__metadata__" and entry["dtype"] == "F32":
                first, last = entry["data_offsets"]
                values = np.frombuffer(data[8 + length + first : 8 + length + last], "<f4")
                found[name] = values.reshape(entry["shape"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsCorrupt(f"{str(path)!r} is no safetensors file: {error}") from error
    return found


def _tensor(name: str, tensor: Array) -> bytes:
    dims = b"".join(_varint(1 << 3) + _varint(size) for size in tensor.shape)
    kind = _varint(2 << 3) + _varint(_KINDS[tensor.dtype])
    return dims + kind + _field(8, name.encode()) + _field(9, np.ascontiguousarray(tensor).tobytes())


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)
