"""The entailment model is made from a base and shipped adapters, the same to the byte everywhere."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simone.errors import WeightsCorrupt
from simone.weights.merging import (
    LARGEST,
    MOST_PLACES,
    TOGETHER,
    as_bert,
    distances,
    merged,
    products,
    read_safetensors,
)


def safetensors(tensors: dict[str, np.ndarray]) -> bytes:
    header: dict[str, object] = {"__metadata__": {"made": "here"}}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + data


def test_tensors_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors({"a": np.arange(6.0).reshape(2, 3), "b": np.ones(1)}))
    found = read_safetensors(path)
    assert found["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["b"].dtype == np.float32


@pytest.mark.parametrize(
    "content", [b"", b"\xff" * 20, (5).to_bytes(8, "little") + b"[1,2]", safetensors({"a": np.ones(3)})[:-5]]
)
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(WeightsCorrupt, match=r"model\.safetensors' is no safetensors file"):
        read_safetensors(path)


def others(width: int) -> dict[str, Any]:
    """What else a model of one layer has."""
    norms = ("encoder.layer.0.attention.output.LayerNorm", "encoder.layer.0.output.LayerNorm", "embeddings.LayerNorm")
    found = {f"{norm}.{part}": np.full(width, 2, np.float32) for norm in norms for part in ("weight", "bias")}
    return found | {"embeddings.token_type_embeddings.weight": np.full((2, width), 3, np.float32)}


def test_adapters_are_added_and_rounded_to_codes() -> None:
    random = np.random.default_rng(0)
    matrix = random.standard_normal((4, 24)).astype(np.float32)
    down, up = random.integers(-99, 99, (24, 3)), random.integers(-99, 99, (3, 4))
    base = {
        "embeddings.word_embeddings.weight": random.standard_normal((7, 4)).astype(np.float32),
        "embeddings.position_embeddings.weight": np.ones((2, 4), np.float32),
        "encoder.layer.0.x.weight": matrix,
        **others(4),
    }
    adapters: dict[str, Any] = {
        "0.x.down": down.astype(np.int16),
        "0.x.up": up.astype(np.int16),
        "0.x.scale": np.float64(1e-4),
        "0.x.even": random.integers(-3, 4, 24).astype(np.int8),
        "0.x.bias": np.ones(4),
    }
    found = dict(merged(base, adapters))
    codes, scales, inverse = (found[f"0.x.{part}"].astype(np.float64) for part in ("codes", "scales", "inverse"))
    assert (codes.shape, scales.shape, inverse.shape) == ((24, 4), (4,), (24,))
    assert np.abs(codes).max() == LARGEST
    wanted = (matrix + (down @ up).T * 1e-4).T
    assert np.abs(codes * scales * inverse[:, None] - wanted).max() <= (scales.max() / 2 + 1e-6) * inverse.max()
    assert np.array_equal(np.log2(inverse), -adapters["0.x.even"].astype(np.float64))
    assert found["0.x.bias"].tolist() == [1, 1, 1, 1]
    assert found["types"].tolist() == [[3] * 4] * 2
    assert found["0.output.LayerNorm.weight"].tolist() == [2] * 4
    words = found["words.codes"] * found["words.scales"]
    assert np.abs(words - base["embeddings.word_embeddings.weight"]).max() <= found["words.scales"].max() / 2 + 1e-6


def test_without_adapters_the_model_is_the_base() -> None:
    random = np.random.default_rng(0)
    parts = {f"encoder.layer.0.attention.self.{part}": random.standard_normal((4, 4)) for part in TOGETHER}
    base = {
        "embeddings.word_embeddings.weight": random.standard_normal((7, 4)).astype(np.float32),
        "embeddings.position_embeddings.weight": np.ones((2, 4), np.float32),
        **{f"{name}.weight": matrix.astype(np.float32) for name, matrix in parts.items()},
        **{f"{name}.bias": np.arange(4, dtype=np.float32) for name in parts},
        **others(4),
    }
    found = dict(merged(base, {"0.attention.self.even": np.zeros(4, np.int8), "heads": np.ones(1, np.float32)}))
    values = found["0.attention.self.codes"] * found["0.attention.self.scales"]
    assert np.abs(values - np.concatenate(list(parts.values())).T).max() <= found["0.attention.self.scales"].max()
    assert found["0.attention.self.bias"].tolist() == [0, 1, 2, 3] * 3
    assert found["heads"].tolist() == [1]
    assert found["embeddings.LayerNorm.bias"].tolist() == [2] * 4
    with pytest.raises(WeightsCorrupt, match=r"no tensor 'encoder\.layer\.0\.attention\.self\.query\.bias'"):
        del base["encoder.layer.0.attention.self.query.bias"]
        dict(merged(base, {"0.attention.self.even": np.zeros(4, np.int8)}))


def test_what_has_the_same_input_is_one_product() -> None:
    sites = [f"{layer}.self.{part}" for layer in (1, 0) for part in ("value", "key", "query")]
    assert products([*sites, "0.output"]) == {
        "0.output": ("0.output",),
        "0.self": ("0.self.query", "0.self.key", "0.self.value"),
        "1.self": ("1.self.query", "1.self.key", "1.self.value"),
    }


def test_a_base_without_a_tensor_is_refused() -> None:
    with pytest.raises(WeightsCorrupt, match="no tensor"):
        dict(merged({}, {}))


@pytest.mark.parametrize(("name", "sites"), [("entailment", 72), ("entailment-large", 144)])
def test_the_shipped_adapters_are_integers_of_a_few_megabytes(name: str, sites: int) -> None:
    path = resources.files("simone.weights") / f"{name}.npz"
    with resources.as_file(path) as file, np.load(file) as adapters:
        sizes = {name: adapters[name].dtype for name in adapters.files if name.endswith((".down", ".up"))}
        assert file.stat().st_size < 10_000_000
    assert len(sizes) == sites
    assert set(sizes.values()) == {np.dtype(np.int16)}


def mpnet(random: np.random.Generator) -> dict[str, Any]:
    return {
        "embeddings.word_embeddings.weight": np.arange(120.0 * 2).reshape(120, 2).astype(np.float32),
        "embeddings.position_embeddings.weight": np.arange(20.0).reshape(10, 2).astype(np.float32),
        "encoder.relative_attention_bias.weight": random.standard_normal((32, 2)).astype(np.float32),
        "encoder.layer.0.attention.attn.q.weight": random.standard_normal((2, 2)).astype(np.float32),
        "encoder.layer.0.attention.LayerNorm.weight": np.ones(2, np.float32),
        "embeddings.LayerNorm.weight": np.ones(2, np.float32),
        "embeddings.LayerNorm.bias": np.ones(2, np.float32),
    }


def test_a_model_of_the_mpnet_kind_is_read_with_berts_word_pieces() -> None:
    tensors = mpnet(np.random.default_rng(0))
    found = as_bert(tensors)
    rows = (found["embeddings.word_embeddings.weight"][:, 0] / 2).astype(int)
    assert len(rows) == 115  # the last word piece of 120 is the mask, which nothing needs
    assert [rows[n] for n in (0, 101, 102, 100, 110)] == [1, 0, 2, 104, 114]
    assert found["embeddings.position_embeddings.weight"][0].tolist() == [4, 5]
    assert found["embeddings.token_type_embeddings.weight"].shape == (2, 2)
    assert {"encoder.layer.0.attention.self.query.weight", "encoder.layer.0.attention.output.LayerNorm.weight"} <= set(
        found
    )
    plain = {"embeddings.word_embeddings.weight": rows}
    assert as_bert(plain) is plain


def test_distances_are_exact_when_small_and_alike_when_far() -> None:
    table = np.arange(64, dtype=np.float32).reshape(32, 2)
    found = distances(table)
    assert found.shape == (2, MOST_PLACES, MOST_PLACES)
    buckets = found[0] / 2
    assert [buckets[20, 20 - n] for n in range(8)] == list(range(8))
    assert [buckets[20, 20 + n] for n in range(1, 8)] == list(range(17, 24))
    # 8 times 2 to the half, 2, … up to 128, beyond which all are alike
    assert [buckets[200, 200 - n] for n in (8, 16, 32, 64, 128, 199)] == [8, 10, 12, 14, 15, 15]
    assert buckets[0, 255] == 31


def test_distances_are_part_of_the_merged_model() -> None:
    base = mpnet(np.random.default_rng(0))
    assert dict(merged(base, {}))["distance"].shape == (2, MOST_PLACES, MOST_PLACES)
