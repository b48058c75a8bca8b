"""Writes the trained encoder as two networks whose layers are in four bits, for the program.

    python training/rater/export_encoder.py --base FOLDER --trained OUT/encoder.pt --out OUT

alone.onnx     ids (1, n) in; hidden (1, n, 768) out: the words and the lower layers, for one text at a time
together.onnx  hidden (1, n, 768), parts (1, n) in; logits (1, 6) out. parts: 0 claim, 1 window, 2 question
"""

import argparse
from pathlib import Path

import onnx
import torch
from encoder import CLAIM, HEADS, MOST_OF, WIDTH, WINDOW, Encoder, Layer, bucket, load_trained
from export import Words
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.quantization.quant_utils import QuantFormat
from torch import Tensor, nn

BLOCK = 128  # weights that share a scale: with 32 a pair takes a third longer, 8 MB more, and is no nearer to the whole
MOST_PIECES = sum(MOST_OF)


class PlainLayer(nn.Module):
    """The same layer in the plainest of operations: softmax and products that the runtime knows."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        layer, n = self.layer, hidden.shape[1]
        given = layer.given(hidden).view(1, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        near = (given[0] * (WIDTH // HEADS) ** -0.5) @ given[1].transpose(-1, -2) + bias
        seen = (torch.softmax(near, dim=-1) @ given[2]).transpose(1, 2).reshape(1, n, WIDTH)
        hidden = layer.norm(hidden + layer.out(seen))
        return layer.norm_of_all(hidden + layer.narrow(nn.functional.gelu(layer.wide(hidden))))


class Distances(nn.Module):
    """What distances add to the attention, looked up in one table of every pair of places."""

    def __init__(self, model: Encoder, most: int) -> None:
        super().__init__()
        self.by_distance: Tensor
        reach = torch.arange(-most + 1, most)
        self.register_buffer("by_distance", model.distances.weight.detach()[bucket(reach)].T.contiguous())
        self.most = most

    def forward(self, hidden: Tensor) -> Tensor:
        place = torch.arange(hidden.shape[1])
        return self.by_distance[:, place[None, :] - place[:, None] + self.most - 1][None]


class Alone(nn.Module):
    """The words and the lower layers."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.words = Words(model.words.weight)
        self.places = nn.Embedding.from_pretrained(model.places.weight[: max(MOST_OF) + 2].clone())
        self.norm, self.distances = model.norm, Distances(model, max(MOST_OF))
        self.layers = nn.ModuleList(map(PlainLayer, model.lower))

    def forward(self, ids: Tensor) -> Tensor:
        hidden = self.norm(self.words(ids) + self.places(torch.arange(ids.shape[1]) + 2))
        bias = self.distances(hidden)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


class Together(nn.Module):
    """The upper layers and the head."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.parts, self.head, self.distances = model.parts, model.head, Distances(model, MOST_PIECES)
        self.layers = nn.ModuleList(map(PlainLayer, model.upper))

    def forward(self, hidden: Tensor, parts: Tensor) -> Tensor:
        hidden = hidden + self.parts(parts)
        bias = self.distances(hidden)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        claim, window = (_mean(hidden, parts == part) for part in (CLAIM, WINDOW))
        return self.head(torch.cat([claim, window, (claim - window).abs(), claim * window, hidden[:, 0]], dim=-1))


def export_alone(model: Encoder, path: Path, *, bits: int = 4) -> None:
    """The lower layers."""
    _export(Alone(model).eval(), (torch.ones(1, 7, dtype=torch.long),), path, ["ids"], ["hidden"], bits)


def export_together(model: Encoder, path: Path, *, bits: int = 4) -> None:
    """The upper layers."""
    example = (torch.rand(1, 7, WIDTH), torch.tensor([[0, 0, 1, 1, 1, 2, 2]]))
    _export(Together(model).eval(), example, path, ["hidden", "parts"], ["logits"], bits)


def _export(
    model: nn.Module, example: tuple[Tensor, ...], path: Path, inputs: list[str], outputs: list[str], bits: int
) -> None:
    axes = {name: {1: "pieces"} for name in (*inputs, *outputs) if name != "logits"}
    whole = path.with_suffix(".whole.onnx")
    with torch.no_grad():
        torch.onnx.export(
            model,
            example,
            str(whole),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    if bits == 32:
        whole.replace(path)
        return
    config = DefaultWeightOnlyQuantConfig(
        block_size=BLOCK, is_symmetric=True, accuracy_level=4, quant_format=QuantFormat.QOperator, bits=bits
    )
    quantizer = MatMulNBitsQuantizer(onnx.load(str(whole)), algo_config=config)
    quantizer.process()
    quantizer.model.save_model_to_file(str(path), use_external_data_format=False)
    whole.unlink()


def _mean(hidden: Tensor, of: Tensor) -> Tensor:
    held = of.unsqueeze(-1).to(hidden.dtype)
    return (hidden * held).sum(1) / held.sum(1).clamp(min=1)


def main() -> None:
    """Writes both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--trained", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bits", type=int, default=4)
    arguments = parser.parse_args()
    model = load_trained(arguments.base, arguments.trained)
    export_alone(model, arguments.out / "alone.onnx", bits=arguments.bits)
    export_together(model, arguments.out / "together.onnx", bits=arguments.bits)


if __name__ == "__main__":
    main()
