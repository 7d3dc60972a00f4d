"""The graph that onnxruntime runs: the cross-encoder with its matrices as integers, without the weights.

Not for weights: `simone.weights.merging` appends them when `simone models pull` makes the model from its base and the
adapters, under the names given here.

Products are `DynamicQuantizeMatMul`: weights are signed 7-bit codes with a scale for each column, the activations of a
pair are rounded together to unsigned bytes after each channel was divided by a power of two that makes them alike. Two
products of such numbers fit into 16 bits, so that no processor's instructions saturate. A call reads one pair.
"""

from __future__ import annotations

import onnx
from model import NORMS, SITES, Shape
from onnx import TensorProto, helper

from simone.weights.merging import TOGETHER


class Builder:
    """Collects nodes and tensors."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []
        self.names: list[str] = []

    def stored(self, name: str) -> str:
        """A tensor that is appended later."""
        self.names.append(name)
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        """One operation."""
        self.nodes.append(helper.make_node(kind, inputs, [output], output, domain=domain, **attributes))
        return output

    def product(self, x: str, site: str) -> str:
        """x @ W + b."""
        even = self.node("Mul", [x, self.stored(f"{site}.inverse")], f"{site}.even")
        held = [self.stored(f"{site}.{part}") for part in ("codes", "scales", "zeros", "bias")]
        return self.node("DynamicQuantizeMatMul", [even, *held], f"{site}.sum", "com.microsoft")

    def norm(self, x: str, name: str) -> str:
        """Layer normalisation, its sums as products with a column: on processors faster than onnxruntime's own."""
        centred = self.node("Sub", [x, self.node("MatMul", [x, "mean"], f"{name}.mean")], f"{name}.centred")
        square = self.node("Mul", [centred, centred], f"{name}.square")
        variance = self.node(
            "Add", [self.node("MatMul", [square, "mean"], f"{name}.variance"), "epsilon"], f"{name}.above"
        )
        scale = self.node("Reciprocal", [self.node("Sqrt", [variance], f"{name}.deviation")], f"{name}.scale")
        plain = self.node("Mul", [centred, scale], f"{name}.plain")
        weighed = self.node("Mul", [plain, self.stored(f"{name}.weight")], f"{name}.weighed")
        return self.node("Add", [weighed, self.stored(f"{name}.bias")], f"{name}.out")


def build(shape: Shape, is_relative: bool) -> tuple[onnx.ModelProto, list[str]]:
    """The graph, and the names of the tensors that it lacks; `is_relative`: attention weighs distances."""
    b = Builder()
    codes = b.node("Gather", [b.stored("words.codes"), "pieces"], "word.codes")
    scale = b.node("Gather", [b.stored("words.scales"), "pieces"], "word.scales")
    words = b.node("Mul", [b.node("Cast", [codes], "word.floats", to=TensorProto.FLOAT), scale], "word")
    types = b.node("Gather", [b.stored("types"), "types_of"], "type")
    places = b.node("Gather", [b.stored("places"), "places_of"], "place")
    x = b.node("Add", [b.node("Add", [words, types], "word.type"), places], "embedded")
    x = b.norm(x, "embeddings.LayerNorm")
    apart: list[str] = []
    if is_relative:
        b.tensors.append(helper.make_tensor("none", TensorProto.INT64, [1], [0]))
        row = b.node("Squeeze", ["places_of", "none"], "row_of")
        rows = b.node("Gather", [b.stored("distance"), row], "distance.rows", axis=1)
        cut = b.node("Gather", [rows, row], "distance.cut", axis=2)
        apart = ["", "", b.node("Unsqueeze", [cut, "none"], "distance.pair")]
    for layer in range(shape.layers):
        three = [f"{layer}.{part}" for part in TOGETHER]
        together = b.product(x, f"{layer}.attention.self")
        b.nodes.append(helper.make_node("Split", [together], three, axis=2))
        mixed = b.node("MultiHeadAttention", [*three, *apart], f"{layer}.mixed", "com.microsoft", num_heads=shape.heads)
        mixed = b.product(mixed, f"{layer}.{SITES[3]}")
        x = b.norm(b.node("Add", [x, mixed], f"{layer}.first"), f"{layer}.{NORMS[0]}")
        wide = b.node("Gelu", [b.product(x, f"{layer}.{SITES[4]}")], f"{layer}.gelu", "com.microsoft")
        narrow = b.product(wide, f"{layer}.{SITES[5]}")
        x = b.norm(b.node("Add", [x, narrow], f"{layer}.second"), f"{layer}.{NORMS[1]}")
    b.tensors.append(helper.make_tensor("mean", TensorProto.FLOAT, [shape.width, 1], [1 / shape.width] * shape.width))
    b.tensors.append(helper.make_tensor("epsilon", TensorProto.FLOAT, [], [shape.epsilon]))
    b.tensors.append(helper.make_tensor("one", TensorProto.INT64, [1], [1]))
    b.tensors.append(helper.make_tensor("first", TensorProto.INT64, [], [0]))
    means = [b.node("MatMul", [f"share_{side}", x], f"mean_{side}.row") for side in (0, 1)]
    means = [b.node("Squeeze", [m, "one"], f"mean_{side}") for side, m in enumerate(means)]
    pooled = b.node("Concat", [b.node("Gather", [x, "first"], "head", axis=1), *means], "pooled", axis=1)
    hidden = b.node("Gemm", [pooled, b.stored("head.in"), b.stored("head.in.bias")], "hidden")
    hidden = b.node("Gelu", [hidden], "hidden.gelu", "com.microsoft")
    b.node("Gemm", [hidden, b.stored("head.out"), b.stored("head.out.bias")], "logits")
    ints = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "l"]) for n in ("pieces", "types_of", "places_of")
    ]
    floats = [helper.make_tensor_value_info(f"share_{side}", TensorProto.FLOAT, ["b", 1, "l"]) for side in (0, 1)]
    out = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", 3])]
    graph = helper.make_graph(b.nodes, "entailment", [*ints, *floats], out, b.tensors)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8), b.names
