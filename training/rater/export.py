"""Writes the base and the comparison as ONNX: weights in int8 with a scale a row, computing in float.

Computing in int8 as well would be faster, but would give other numbers on a processor without VNNI.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import BertModel

LOWER = 3  # layers that read a text by itself; the comparison has the rest


class Rows(nn.Module):
    """A table of numbers as int8, each row with its scale: one for all would cost half of what int8 loses."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        table = table.detach()
        self.scale: Tensor
        self.whole: Tensor
        self.register_buffer("scale", table.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127)
        self.register_buffer("whole", (table / self.scale).round().to(torch.int8))


class Words(Rows):
    def forward(self, ids: Tensor) -> Tensor:
        return self.whole[ids].float() * self.scale[ids]


class Linear(Rows):
    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer.weight)
        self.bias = layer.bias

    def forward(self, given: Tensor) -> Tensor:
        return linear(given, self.whole.float() * self.scale, self.bias)


class Base(nn.Module):
    """MiniLM as it is: what it makes of a text after LOWER layers, and at the end."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(str(base), add_pooling_layer=False, attn_implementation="eager").eval()
        self.words = Words(self.bert.embeddings.word_embeddings.weight)
        self.bert.embeddings.word_embeddings = nn.Embedding(1, 1)
        shrink(self.bert)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        states = self.bert(inputs_embeds=self.words(ids), output_hidden_states=True).hidden_states
        return states[LOWER], states[-1]


def shrink(module: nn.Module) -> nn.Module:
    """The module with every linear layer in int8."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Linear(child))
        else:
            shrink(child)
    return module


def export_base(base: Path, path: Path) -> None:
    """ids (1, n) in; lower (1, n, 384), last (1, n, 384) out."""
    _export(Base(base), (torch.ones(1, 7, dtype=torch.long),), path, inputs=["ids"], outputs=["lower", "last"])


def export_comparison(model: nn.Module, path: Path) -> None:
    """hidden (1, n, 384), segments (1, n) in; logits (1, 3) out. segments: 0 claim, 1 window, 2 question."""
    example = (torch.rand(1, 7, 384), torch.tensor([[0, 0, 0, 1, 1, 2, 2]]))
    _export(shrink(model.eval()), example, path, inputs=["hidden", "segments"], outputs=["logits"])


def _export(
    model: nn.Module, example: tuple[Tensor, ...], path: Path, *, inputs: list[str], outputs: list[str]
) -> None:
    axes = {name: {1: "pieces"} for name in (*inputs, *outputs) if name != "logits"}
    torch.onnx.export(
        model,
        example,
        str(path),
        input_names=inputs,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
        do_constant_folding=False,  # it would unfold int8 into floats
    )
