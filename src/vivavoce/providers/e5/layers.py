"""What multilingual E5 computes, as a graph: twelve layers, with a byte a weight.

The weights come with four bits, of which 32 share a scale, and are multiplied as bytes: a scale is shared by all that
make up one number. Where a layer narrows, one of the 1,536 numbers that come in lies far beyond the others, and would
leave them a few steps each. It is the one whose weights are the largest there, and is computed by itself, in full. The
vectors' cosines with those in full are 0.998 and more.
"""

from typing import IO

import numpy as np

from vivavoce.providers.e5.onnx_graph import Graph
from vivavoce.providers.e5.weights import E5Weights, Numbers

TAKES, GIVES = "pieces", "last"
# Of 127: so the sum of two products fits into 16 bits, and processors without VNNI come to the same numbers.
MOST_WEIGHT = 63


def write_layers(weights: E5Weights, file: IO[bytes]) -> None:
    """Writes the graph: from what pieces begin with, (1, n, width), to what they have become."""
    graph = Graph()
    x = _level(graph, weights, TAKES, "emb.ln", gives="x")
    for layer in range(weights.layers):
        is_last = layer == weights.layers - 1
        x = _add_layer(graph, weights, x, f"l{layer}.", gives=GIVES if is_last else f"l{layer}")
    graph.write(file, takes=TAKES, gives=GIVES, width=weights.width)


def _add_layer(graph: Graph, weights: E5Weights, x: str, of: str, *, gives: str) -> str:
    width = weights.width
    three = [f"{of}{name}" for name in "qkv"]
    all_three = _multiply(
        graph, x, f"{of}qkv", np.concatenate([weights.matrix(f"{name}.w", width, width) for name in three])
    )
    graph.node("Split", [all_three], three, domain="", axis=2)
    shifts = [weights.numbers(f"{name}.b", width) for name in three]
    seen = graph.node(
        "MultiHeadAttention",
        [*three, graph.constant(f"{of}shifts", np.concatenate(shifts))],
        [f"{of}seen"],
        num_heads=weights.heads,
    )
    told = _multiply(
        graph, seen, f"{of}ao", weights.matrix(f"{of}ao.w", width, width), weights.numbers(f"{of}ao.b", width)
    )
    x = _level(graph, weights, _sum(graph, x, told), f"{of}aln", gives=f"{of}x")
    narrow = _think(graph, weights, x, of)
    return _level(graph, weights, _sum(graph, x, narrow), f"{of}oln", gives=gives)


def _think(graph: Graph, weights: E5Weights, x: str, of: str) -> str:
    """x made wide, bent, and made narrow again."""
    widening, shift = (
        weights.matrix(f"{of}fi.w", weights.inner, weights.width),
        weights.numbers(f"{of}fi.b", weights.inner),
    )
    narrowing = weights.matrix(f"{of}fo.w", weights.width, weights.inner)
    far = int(np.linalg.norm(narrowing, axis=0).argmax())
    by_itself = graph.node(
        "MatMul", [x, graph.constant(f"{of}far.w", widening[far][:, None])], [f"{of}far.wide"], domain=""
    )
    bent_far = graph.node(
        "BiasGelu", [by_itself, graph.constant(f"{of}far.b", shift[far : far + 1])], [f"{of}far.bent"]
    )
    out_far = graph.node(
        "Mul", [bent_far, graph.constant(f"{of}far.row", narrowing[:, far])], [f"{of}far.out"], domain=""
    )
    # The others, among which it is nothing.
    others = np.arange(weights.inner) != far
    wide = _multiply(graph, x, f"{of}fi", widening * others[:, None])
    bent = graph.node("BiasGelu", [wide, graph.constant(f"{of}fi.b", shift * others)], [f"{of}bent"])
    narrow = _multiply(graph, bent, f"{of}fo", narrowing * others, weights.numbers(f"{of}fo.b", weights.width))
    return _sum(graph, narrow, out_far)


def _multiply(graph: Graph, x: str, name: str, matrix: Numbers, shift: Numbers | None = None) -> str:
    """x times a matrix, (what comes out, what comes in); shift: is added."""
    scales = np.maximum(np.abs(matrix).max(axis=-1), 1e-9) / MOST_WEIGHT
    columns = np.ascontiguousarray(np.rint(matrix / scales[:, None]).astype(np.int8).T)
    inputs = [x, graph.constant(f"{name}.packed", columns), graph.constant(f"{name}.scales", scales)]
    if shift is not None:
        inputs += ["", graph.constant(f"{name}.shift", shift)]
    return graph.node("DynamicQuantizeMatMul", inputs, [f"{name}.out"])


def _sum(graph: Graph, x: str, y: str) -> str:
    return graph.node("Add", [x, y], [f"{x}+{y}"], domain="")


def _level(graph: Graph, weights: E5Weights, x: str, name: str, *, gives: str) -> str:
    """x leveled. With what it is added to in one node, SkipLayerNormalization, it takes three times as long."""
    inputs = [graph.constant(f"{name}.{part}", weights.numbers(f"{name}.{part}", weights.width)) for part in "wb"]
    return graph.node("LayerNormalization", [x, *inputs], [gives], domain="", epsilon=weights.epsilon)
