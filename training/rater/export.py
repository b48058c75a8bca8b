"""Writes the base and the comparison as ONNX: layers in int8 with a scale a row, words in four bits, all in float.

Computing in int8 as well would be faster, but would give other numbers on a processor without VNNI.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import BertModel

from vivavoce.providers.raters.embedder import MOST_PIECES

BLOCK = 32  # numbers of a word's vector that share a scale
SHARES_OF_TOP = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # scales that are tried: the largest numbers may be cut
PLACES = MOST_PIECES  # of the 512 that MiniLM knows


class Rows(nn.Module):
    """A table of numbers as int8, each row with its scale: one for all would cost half of what int8 loses."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        table = table.detach()
        self.scale: Tensor
        self.whole: Tensor
        self.register_buffer("scale", table.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127)
        self.register_buffer("whole", (table / self.scale).round().to(torch.int8))


class Words(nn.Module):
    """The table of word pieces in four bits, two numbers a byte: eight would not leave room for a second six layers."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        whole, scale = quarter(table)
        shifted = (whole + 8).to(torch.uint8)
        half = shifted.shape[1] // 2
        self.packed: Tensor
        self.scale: Tensor
        self.register_buffer("packed", shifted[:, :half] * 16 + shifted[:, half:])
        self.register_buffer("scale", scale.half())

    def forward(self, ids: Tensor) -> Tensor:
        packed = self.packed[ids].float()
        high = torch.floor(packed / 16)
        whole = torch.cat([high, packed - 16 * high], dim=-1) - 8
        blocks = whole.view(*whole.shape[:-1], -1, BLOCK) * self.scale[ids].float().unsqueeze(-1)
        return blocks.flatten(-2)


class Linear(Rows):
    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer.weight)
        self.bias = layer.bias

    def forward(self, given: Tensor) -> Tensor:
        return linear(given, self.whole.float() * self.scale, self.bias)


class Base(nn.Module):
    """MiniLM as it is: a text's words with their places before the first layer, and behind the last."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(str(base), add_pooling_layer=False, attn_implementation="eager").eval()
        self.words = Words(self.bert.embeddings.word_embeddings.weight)
        embeddings = self.bert.embeddings
        embeddings.word_embeddings = nn.Embedding(1, 1)
        embeddings.position_embeddings = nn.Embedding.from_pretrained(embeddings.position_embeddings.weight[:PLACES])
        embeddings.position_ids = embeddings.position_ids[:, :PLACES]
        shrink(self.bert)

    def begin(self, ids: Tensor) -> Tensor:
        """The words alone, as forward gives them first. ids: (1, n) to (1, n, 384)."""
        return self.bert.embeddings(inputs_embeds=self.words(ids))

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        states = self.bert(inputs_embeds=self.words(ids), output_hidden_states=True).hidden_states
        return states[0], states[-1]


def quarter(table: Tensor) -> tuple[Tensor, Tensor]:
    """Whole numbers from -8 to 7, (n, 384), and a scale a block, (n, 384 / BLOCK): of those tried, the least error."""
    blocks = table.detach().float().view(len(table), -1, BLOCK)
    top = blocks.abs().amax(-1, keepdim=True).clamp(min=1e-9)
    tried = []
    for share in SHARES_OF_TOP:
        scale = (top * share / 7).half().float()
        whole = (blocks / scale).round().clamp(-8, 7)
        tried.append((scale, whole, (whole * scale - blocks).square().sum(-1, keepdim=True)))
    best = torch.stack([error for _, _, error in tried]).argmin(0, keepdim=True)
    scale = torch.stack([scale for scale, _, _ in tried]).gather(0, best)[0]
    whole = torch.stack([whole for _, whole, _ in tried]).gather(0, best.expand(1, *blocks.shape))[0]
    return whole.to(torch.int8).view(table.shape), scale.squeeze(-1)


def shrink(module: nn.Module) -> nn.Module:
    """The module with every linear layer in int8."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Linear(child))
        else:
            shrink(child)
    return module


def export_base(base: Path, path: Path) -> None:
    """ids (1, n) in; words (1, n, 384), last (1, n, 384) out."""
    _export(Base(base), (torch.ones(1, 7, dtype=torch.long),), path, inputs=["ids"], outputs=["words", "last"])


def export_comparison(model: nn.Module, path: Path) -> None:
    """hidden (1, n, 384), segments (1, n) in; logits (1, 6) out. segments: 0 claim, 1 window, 2 question."""
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
