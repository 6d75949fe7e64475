"""Writes the forward pass of a Llama-like model as an ONNX graph of few, fused steps with eight-bit weights.

Fits the families that are Llama in all but name: Llama, SmolLM, Mistral, Qwen 2 and 3 (grouped-query attention,
rotary positions, RMS norms, a SiLU-gated feed-forward layer). Knows the names of transformers' tensors; runs nothing.

The graph reads tokens (`ids`, rows × columns) after what each row has read before, and returns the logits of each
row's last token. Keys and values come in and go out in place, one buffer (rows × heads × room × head size) a layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper

BLOCK = 32
"""Weights that share a scale and a zero point."""
AT_ONCE = 512
"""Rows of weights that are put into eight bits at once: few enough to stay in the processor's cache meanwhile."""
FAMILIES = ("llama", "mistral", "qwen2", "qwen3")
CONTRIB = "com.microsoft"


@dataclass(frozen=True)
class Shape:
    """The sizes of a model, and what its family adds to Llama."""

    hidden: int
    layers: int
    heads: int
    key_heads: int
    head: int
    vocabulary: int
    window: int
    theta: float
    epsilon: float
    tied: bool
    """Whether the output layer has the embedding's weights."""
    norms_heads: bool
    """Whether queries and keys are normalised, as in Qwen 3."""


def shape_of(config: Any) -> Shape | None:
    """The sizes of a model by transformers' configuration; None where this graph would not be its forward pass."""
    rope = getattr(config, "rope_parameters", None) or {}
    layer_types = set(getattr(config, "layer_types", None) or ["full_attention"])
    plain = (
        config.model_type in FAMILIES
        and config.hidden_act == "silu"
        and rope.get("rope_type", "default") == "default"
        and rope.get("partial_rotary_factor", 1.0) == 1.0
        and layer_types == {"full_attention"}
        and not (getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True))
        and not getattr(config, "mlp_bias", False)
    )
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    heads = config.num_attention_heads
    if (
        not plain
        or head % 16
        or any(size % BLOCK for size in (config.hidden_size, config.intermediate_size, heads * head))
    ):
        return None
    return Shape(
        hidden=config.hidden_size,
        layers=config.num_hidden_layers,
        heads=heads,
        key_heads=config.num_key_value_heads,
        head=head,
        vocabulary=config.vocab_size,
        window=config.max_position_embeddings,
        theta=float(rope.get("rope_theta", 10_000.0)),
        epsilon=config.rms_norm_eps,
        tied=config.tie_word_embeddings,
        norms_heads=config.model_type == "qwen3",
    )


def quantise(weight: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Weights (outputs × inputs) as whole numbers of eight bits around 128, with a scale for each block.

    Round to nearest, by the greatest of a block. Returns numbers (outputs × blocks × weights) and scales (outputs ×
    blocks), as the operator MatMulNBits wants them.
    """
    outputs, inputs = weight.shape
    numbers = torch.empty((outputs, inputs // BLOCK, BLOCK), dtype=torch.uint8)
    scales = torch.empty((outputs, inputs // BLOCK))
    for first in range(0, outputs, AT_ONCE):
        rows = slice(first, first + AT_ONCE)
        blocks = weight[rows].float().reshape(-1, inputs // BLOCK, BLOCK)
        scale = blocks.abs().amax(-1).clamp_(min=1e-10).div_(127)
        # half a number is added so that cutting off what is behind the point rounds
        scales[rows], numbers[rows] = scale, (blocks / scale[..., None]).add_(128.5)
    return numbers.numpy(), scales.numpy()


class Graph:
    """A graph under construction: its steps, and its weights apart from them, so that no size limit is met."""

    def __init__(self) -> None:
        self.weights: dict[str, np.ndarray] = {}
        self._constants: list[onnx.TensorProto] = []
        self._nodes: list[onnx.NodeProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def weight(self, name: str, values: np.ndarray) -> str:
        self.weights[name] = np.ascontiguousarray(values)
        return name

    def constant(self, name: str, numbers: list[int]) -> str:
        """Whole numbers that shapes follow from, which have to stand in the graph itself."""
        self._constants.append(onnx.numpy_helper.from_array(np.array(numbers, np.int64), name))
        return name

    def input(self, name: str, kind: int, shape: list[int | str]) -> None:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))

    def output(self, name: str, shape: list[int | str]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def step(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def linear(self, name: str, values: str, weight: torch.Tensor, bias: torch.Tensor | None = None) -> str:
        """`values` times a weight (outputs × inputs)."""
        numbers, scales = quantise(weight)
        inputs = [
            values,
            self.weight(f"{name}.numbers", numbers),
            self.weight(f"{name}.scales", scales),
        ]
        if bias is not None:
            inputs += ["", "", self.weight(f"{name}.bias", bias.float().numpy())]
        return self.step(
            "MatMulNBits",
            inputs,
            [f"{name}.out"],
            CONTRIB,
            K=weight.shape[1],
            N=weight.shape[0],
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,  # products of eight-bit numbers, the fastest kernel
        )

    def proto(self) -> bytes:
        """The graph without its weights, which are handed over beside it by their names."""
        places = list(self._constants)
        for name, values in self.weights.items():
            place = TensorProto(name=name, dims=values.shape, data_type=helper.np_dtype_to_tensor_dtype(values.dtype))
            place.data_location = TensorProto.EXTERNAL
            place.external_data.add(key="location", value="beside")
            places.append(place)
        graph = helper.make_graph(self._nodes, "decoder", self._inputs, self._outputs, places)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)]
        return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())


def write(shape: Shape, tensors: Mapping[str, torch.Tensor]) -> Graph:
    """The graph of a model whose tensors go by transformers' names. Raises KeyError where one is missing."""
    graph = Graph()
    graph.input("ids", TensorProto.INT64, ["rows", "columns"])
    graph.input("last", TensorProto.INT64, [1])
    graph.input("read", TensorProto.INT32, ["rows"])
    graph.input("longest", TensorProto.INT32, [1])
    _write_positions(graph, shape)
    embedding = tensors["model.embed_tokens.weight"]
    halves = graph.weight("embedding", embedding.half().numpy())
    found = graph.step("Gather", [halves, "ids"], ["found"])
    stream = graph.step("Cast", [found], ["stream"], to=TensorProto.FLOAT)
    added = ""
    for layer in range(shape.layers):
        stream, added = _write_layer(graph, shape, tensors, layer, stream, added)
    normed, _ = _norm(graph, shape, "norm", stream, added, tensors["model.norm.weight"])
    last = graph.step("Gather", [normed, "last"], ["ending"], axis=1)
    head = embedding if shape.tied else tensors["lm_head.weight"]
    logits = graph.linear("logits", last, head)
    graph.output(logits, ["rows", 1, shape.vocabulary])
    return graph


def _write_positions(graph: Graph, shape: Shape) -> None:
    """Sine and cosine of rotary positions (Su et al. 2021)."""
    frequencies = shape.theta ** -(np.arange(0, shape.head, 2) / shape.head)
    angles = np.outer(np.arange(shape.window), frequencies)
    graph.weight("cosines", np.cos(angles).astype(np.float32))
    graph.weight("sines", np.sin(angles).astype(np.float32))


def _write_layer(
    graph: Graph, shape: Shape, tensors: Mapping[str, torch.Tensor], layer: int, stream: str, added: str
) -> tuple[str, str]:
    """One layer. Returns the residual stream and what is still to be added to it."""
    prefix, name = f"model.layers.{layer}.", f"{layer}"
    attention = prefix + "self_attn."
    heads, key_heads, head = shape.heads, shape.key_heads, shape.head
    normed, stream = _norm(graph, shape, f"{name}.in", stream, added, tensors[prefix + "input_layernorm.weight"])
    # Queries are scaled by their weights, not by the attention: so its products are plain ones, for which there is a
    # faster kernel.
    scale = head**-0.5
    sizes = {"q": 1.0 if shape.norms_heads else scale, "k": 1.0, "v": 1.0}
    weight = torch.cat([tensors[f"{attention}{part}_proj.weight"].float() * size for part, size in sizes.items()])
    biased = f"{attention}q_proj.bias" in tensors
    bias = None
    if biased:
        bias = torch.cat([tensors[f"{attention}{part}_proj.bias"].float() * size for part, size in sizes.items()])
    parts = [graph.linear(f"{name}.qkv", normed, weight, bias), "", ""]
    if shape.norms_heads:
        ends = graph.constant(f"{name}.sizes", [heads * head, key_heads * head, key_heads * head])
        queries, keys, values = f"{name}.queries", f"{name}.keys", f"{name}.values"
        graph.step("Split", [parts[0], ends], [queries, keys, values], axis=-1)
        queries = _norm_heads(graph, shape, queries, tensors[f"{attention}q_norm.weight"].float() * scale)
        keys = _norm_heads(graph, shape, keys, tensors[f"{attention}k_norm.weight"])
        parts = [queries, keys, values]
    for cache in ("key", "value"):
        graph.input(f"{name}.past.{cache}", TensorProto.FLOAT, ["rows", key_heads, "room", head])
        graph.output(f"{name}.{cache}", ["rows", key_heads, "room", head])
    attended = graph.step(
        "GroupQueryAttention",
        [*parts, f"{name}.past.key", f"{name}.past.value", "read", "longest", "cosines", "sines"],
        [f"{name}.attended", f"{name}.key", f"{name}.value"],
        CONTRIB,
        num_heads=heads,
        kv_num_heads=key_heads,
        do_rotary=1,
        scale=1.0,
    )
    added = graph.linear(f"{name}.o", attended, tensors[f"{attention}o_proj.weight"])
    normed, stream = _norm(
        graph, shape, f"{name}.mid", stream, added, tensors[prefix + "post_attention_layernorm.weight"]
    )
    gate = graph.linear(f"{name}.gate", normed, tensors[prefix + "mlp.gate_proj.weight"])
    up = graph.linear(f"{name}.up", normed, tensors[prefix + "mlp.up_proj.weight"])
    silu = graph.step("QuickGelu", [gate], [f"{name}.silu"], CONTRIB, alpha=1.0)  # x · sigmoid(1 · x) is SiLU
    gated = graph.step("Mul", [silu, up], [f"{name}.gated"])
    return stream, graph.linear(f"{name}.down", gated, tensors[prefix + "mlp.down_proj.weight"])


def _norm(graph: Graph, shape: Shape, name: str, stream: str, added: str, weight: torch.Tensor) -> tuple[str, str]:
    """RMS norm (Zhang and Sennrich 2019) of the stream and what is added to it; returns it and the new stream."""
    scale = graph.weight(f"{name}.scale", weight.float().numpy())
    normed = f"{name}.normed"
    if not added:
        step = graph.step("SimplifiedLayerNormalization", [stream, scale], [normed], axis=-1, epsilon=shape.epsilon)
        return step, stream
    summed = f"{name}.stream"
    inputs, outputs = [stream, added, scale], [normed, "", "", summed]
    graph.step("SkipSimplifiedLayerNormalization", inputs, outputs, CONTRIB, epsilon=shape.epsilon)
    return normed, summed


def _norm_heads(graph: Graph, shape: Shape, values: str, weight: torch.Tensor) -> str:
    """RMS norm of each head's part by itself."""
    apart = graph.constant(f"{values}.apart", [0, 0, -1, shape.head])
    together = graph.constant(f"{values}.together", [0, 0, -1])
    split = graph.step("Reshape", [values, apart], [f"{values}.split"])
    normed, _ = _norm(graph, shape, values, split, "", weight)
    return graph.step("Reshape", [normed, together], [f"{values}.joined"])
