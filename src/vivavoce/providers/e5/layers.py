"""What multilingual E5 computes, as a graph: twelve layers, with a byte a weight.

They come with four bits, of which 32 share a scale, and are multiplied as bytes. Where a layer narrows, what comes in
has a few numbers far beyond the others: there 128 weights share a scale, and so do the numbers that they meet.
Everywhere else a scale is shared by all that make up one number, which is multiplied two to three times as fast. The
vectors' cosines with those in full are 0.998 and more.
"""

from typing import IO

import numpy as np
from numpy.typing import NDArray

from vivavoce.providers.e5.onnx_graph import Graph
from vivavoce.providers.e5.weights import E5Weights, Numbers

TAKES, GIVES = "pieces", "last"
SHARING = 128
# Of 127: so the sum of two products fits into 16 bits, and processors without VNNI come to the same numbers.
MOST_WEIGHT = 63
_IN_BYTES = 4  # accuracy_level: what comes in is multiplied as bytes, too


def write_layers(weights: E5Weights, file: IO[bytes]) -> None:
    """Writes the graph: from what pieces begin with, (1, n, width), to what they have become."""
    graph = Graph()
    wide = (weights.width,)
    x = graph.node(
        "LayerNormalization",
        [TAKES, _keep(graph, weights, "emb.ln.w", *wide), _keep(graph, weights, "emb.ln.b", *wide)],
        ["x"],
        domain="",
        epsilon=weights.epsilon,
    )
    for layer in range(weights.layers):
        is_last = layer == weights.layers - 1
        x = _add_layer(graph, weights, x, f"l{layer}.", gives=GIVES if is_last else f"l{layer}")
    graph.write(file, takes=TAKES, gives=GIVES, width=weights.width)


def _add_layer(graph: Graph, weights: E5Weights, x: str, of: str, *, gives: str) -> str:
    width, inner = weights.width, weights.inner
    all_three = _multiply(graph, weights, x, [f"{of}q.w", f"{of}k.w", f"{of}v.w"], rows=width)
    three = [f"{of}{name}" for name in "qkv"]
    graph.node("Split", [all_three], three, domain="", axis=2)
    shifts = [weights.numbers(f"{of}{name}.b", width) for name in "qkv"]
    seen = graph.node(
        "MultiHeadAttention",
        [*three, graph.constant(f"{of}qkv.b", np.concatenate(shifts))],
        [f"{of}seen"],
        num_heads=weights.heads,
    )
    told = _multiply(graph, weights, seen, [f"{of}ao.w"], rows=width)
    x = _add_and_level(graph, weights, x, told, shift=f"{of}ao.b", level=f"{of}aln", gives=f"{of}x")
    wide = _multiply(graph, weights, x, [f"{of}fi.w"], rows=inner)
    bent = graph.node("BiasGelu", [wide, _keep(graph, weights, f"{of}fi.b", inner)], [f"{of}bent"])
    narrow = _narrow(graph, weights, bent, f"{of}fo.w")
    return _add_and_level(graph, weights, x, narrow, shift=f"{of}fo.b", level=f"{of}oln", gives=gives)


def _multiply(graph: Graph, weights: E5Weights, x: str, names: list[str], *, rows: int) -> str:
    """x times the tensors of these names, side by side."""
    matrix = np.concatenate([weights.matrix(name, rows, weights.width) for name in names])
    scales = np.maximum(np.abs(matrix).max(axis=-1), 1e-9) / MOST_WEIGHT
    columns = np.ascontiguousarray(np.rint(matrix / scales[:, None]).astype(np.int8).T)
    name = names[0]
    return graph.node(
        "DynamicQuantizeMatMul",
        [x, graph.constant(f"{name}.packed", columns), graph.constant(f"{name}.scales", scales)],
        [f"{name}.out"],
    )


def _narrow(graph: Graph, weights: E5Weights, x: str, name: str) -> str:
    """x, as wide as it is inside a layer, times a tensor that makes it as narrow as it was."""
    scales, packed = _to_bytes(weights.matrix(name, weights.width, weights.inner))
    return graph.node(
        "MatMulNBits",
        [x, graph.constant(f"{name}.packed", packed), graph.constant(f"{name}.scales", scales)],
        [f"{name}.out"],
        K=weights.inner,
        N=weights.width,
        bits=8,
        block_size=SHARING,
        accuracy_level=_IN_BYTES,
    )


def _to_bytes(matrix: Numbers) -> tuple[Numbers, NDArray[np.uint8]]:
    """Scales (rows, blocks), and weights (rows, blocks, SHARING) of which 128 is zero."""
    blocks = matrix.reshape(len(matrix), -1, SHARING)
    scales = np.maximum(np.abs(blocks).max(axis=-1), 1e-9) / 127
    return scales, np.asarray(np.rint(blocks / scales[..., None]) + 128, dtype=np.uint8)


def _add_and_level(graph: Graph, weights: E5Weights, x: str, new: str, *, shift: str, level: str, gives: str) -> str:
    inputs = [_keep(graph, weights, name, weights.width) for name in (f"{level}.w", f"{level}.b", shift)]
    return graph.node("SkipLayerNormalization", [x, new, *inputs], [gives], epsilon=weights.epsilon)


def _keep(graph: Graph, weights: E5Weights, name: str, *shape: int) -> str:
    return graph.constant(name, weights.numbers(name, *shape))
