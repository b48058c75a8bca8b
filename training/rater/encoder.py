"""The base-size encoder: MPNet's lowest layers read each text alone, its upper ones claim, window and question at once.

The lowest layers stay as they are. What they say of a text is then the same beside every other text: a window is read
once for six claims, and in training no step goes back through them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

WIDTH, HEADS, LAYERS = 768, 12, 12
ALONE = 4  # of the layers read one text at a time
BUCKETS, FARTHEST = 32, 128  # of distances between places
FIRST_PLACE = 2  # MPNet counts places from there
CLAIM, WINDOW, QUESTION = range(3)  # parts of what is read at once
MOST_OF = (48, 80, 32)  # pieces of a claim, of a window and of a question, with the marks at both ends


class Layer(nn.Module):
    """One of MPNet's, under names of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.given = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.norm_of_all = nn.LayerNorm(WIDTH, eps=1e-5)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """hidden: (batch, n, WIDTH). bias: added to the attention, (batch or 1, HEADS, n, n)."""
        rows, places = hidden.shape[0], hidden.shape[1]
        query, key, value = self.given(hidden).view(rows, places, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(query, key, value, attn_mask=bias.to(query.dtype))
        hidden = self.norm(hidden + self.out(seen.transpose(1, 2).reshape(rows, places, WIDTH)))
        return self.norm_of_all(hidden + self.narrow(gelu(self.wide(hidden))))


class Encoder(nn.Module):
    """Logits of confirmed, rejected, not discussed: for a claim on knowledge, then for one on what somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30527, WIDTH)
        self.places = nn.Embedding(514, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-5)
        self.distances = nn.Embedding(BUCKETS, HEADS)
        self.lower = nn.ModuleList(Layer() for _ in range(ALONE))
        self.upper = nn.ModuleList(Layer() for _ in range(LAYERS - ALONE))
        self.parts = nn.Embedding(len(MOST_OF), WIDTH)
        nn.init.normal_(self.parts.weight, std=0.02)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(5 * WIDTH, 6)

    def read_alone(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Texts before they meet, (batch, n, WIDTH). ids: (batch, n); mask: False where a row is padded."""
        places = torch.arange(ids.shape[1]) + FIRST_PLACE
        hidden = self.norm(self.words(ids) + self.places(places))
        bias = self.find_bias(mask)
        for layer in self.lower:
            hidden = layer(hidden, bias)
        return hidden

    def forward(self, hidden: Tensor, parts: Tensor, mask: Tensor) -> Tensor:
        """hidden: what read_alone gave, claim, window and question in a row; parts: which of them, (batch, n)."""
        hidden = hidden + self.parts(parts)
        bias = self.find_bias(mask)
        for layer in self.upper:
            hidden = layer(hidden, bias)
        claim, window = (_mean(hidden, (parts == part) & mask) for part in (CLAIM, WINDOW))
        told = torch.cat([claim, window, (claim - window).abs(), claim * window, hidden[:, 0]], dim=-1)
        return self.head(self.dropout(told))

    def find_bias(self, mask: Tensor) -> Tensor:
        """What distances add to the attention, and that nobody looks at padding."""
        n = mask.shape[1]
        place = torch.arange(n)
        by_distance = self.distances(bucket(place[None, :] - place[:, None])).permute(2, 0, 1)[None]
        return by_distance.masked_fill(~mask[:, None, None, :], -1e4)


def bucket(distance: Tensor) -> Tensor:
    """MPNet's: near distances each their own, far ones together, as many before as behind."""
    half = BUCKETS // 2
    exact = half // 2
    far = distance.abs()
    log = torch.log(far.clamp(min=1).float() / exact) / torch.log(torch.tensor(FARTHEST / exact))
    grown = (exact + (log * (half - exact)).long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(far < exact, far, grown)


def load_base(folder: Path) -> Encoder:
    """The encoder as all-mpnet-base-v2 has it, with a head that has learnt nothing. folder: its safetensors."""
    known = load_file(folder / "model.safetensors")
    model = Encoder()
    state = model.state_dict()
    named = {
        "words.weight": "embeddings.word_embeddings.weight",
        "places.weight": "embeddings.position_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
        "distances.weight": "encoder.relative_attention_bias.weight",
    }
    state |= {ours: known[theirs] for ours, theirs in named.items()}
    for at in range(LAYERS):
        ours = f"lower.{at}" if at < ALONE else f"upper.{at - ALONE}"
        theirs = f"encoder.layer.{at}"
        for kind in ("weight", "bias"):
            state[f"{ours}.given.{kind}"] = torch.cat([known[f"{theirs}.attention.attn.{x}.{kind}"] for x in "qkv"])
            state[f"{ours}.out.{kind}"] = known[f"{theirs}.attention.attn.o.{kind}"]
            state[f"{ours}.norm.{kind}"] = known[f"{theirs}.attention.LayerNorm.{kind}"]
            state[f"{ours}.wide.{kind}"] = known[f"{theirs}.intermediate.dense.{kind}"]
            state[f"{ours}.narrow.{kind}"] = known[f"{theirs}.output.dense.{kind}"]
            state[f"{ours}.norm_of_all.{kind}"] = known[f"{theirs}.output.LayerNorm.{kind}"]
    model.load_state_dict(state)
    for fixed in (model.words, model.places, model.norm, model.distances, model.lower):
        fixed.requires_grad_(False)
    return model


def load_trained(base: Path, trained: Path | None) -> Encoder:
    """The encoder with what was learnt, ready to read."""
    model = load_base(base)
    if trained is not None:
        model.load_state_dict(torch.load(trained, weights_only=True, mmap=True)["model"], strict=False)
    return model.eval()


@dataclass(frozen=True, slots=True)
class Told:
    """One claim beside one window, as a line of a stream has them."""

    claim: str
    window: str
    question: str
    targets: tuple[float, float, float]
    is_deed: bool

    @property
    def texts(self) -> tuple[str, str, str]:
        """What is read, by its part."""
        return self.claim, self.window, self.question


class Laying:
    """Texts as pieces, and what the lower layers say of them. keeps: remembers it, for few texts in many pairs."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self._kept: dict[tuple[int, ...], Tensor] | None = {} if keeps else None
        self._cut: dict[str, list[int]] = {}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def cut(self, text: str, part: int) -> list[int]:
        """The text's pieces as numbers, no more than its part may have: a question's last, for there it asks."""
        if text not in self._cut:
            self._cut[text] = self._tokenizer.encode(text).ids
        ids, most = self._cut[text], MOST_OF[part]
        if len(ids) <= most:
            return ids
        return [ids[0], *ids[1 - most :]] if part == QUESTION else [*ids[: most - 1], ids[-1]]

    def size(self, row: Told) -> int:
        """How many pieces the row has."""
        return sum(len(self.cut(text, part)) for part, text in enumerate(row.texts))

    def lay(self, model: Encoder, rows: Sequence[Told]) -> tuple[Tensor, Tensor, Tensor]:
        """What forward is given: each text is read once for the whole batch."""
        ids = [[tuple(self.cut(text, at)) for at, text in enumerate(row.texts)] for row in rows]
        alone = self._read(model, sorted({text for row in ids for text in row}, key=len))
        sizes = [sum(map(len, row)) for row in ids]
        hidden = torch.zeros(len(rows), max(sizes), WIDTH, dtype=next(iter(alone.values())).dtype)
        parts = torch.zeros(len(rows), max(sizes), dtype=torch.long)
        for at, row in enumerate(ids):
            hidden[at, : sizes[at]] = torch.cat([alone[text] for text in row])
            parts[at, : sizes[at]] = torch.repeat_interleave(
                torch.arange(len(row)), torch.tensor([len(text) for text in row])
            )
        return hidden, parts, torch.arange(max(sizes))[None] < torch.tensor(sizes)[:, None]

    def _read(
        self, model: Encoder, texts: Sequence[tuple[int, ...]], *, at_once: int = 24
    ) -> dict[tuple[int, ...], Tensor]:
        read: dict[tuple[int, ...], Tensor] = {} if self._kept is None else self._kept
        texts = [text for text in texts if text not in read]
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            is_training = model.training
            model.eval()
            for start in range(0, len(texts), at_once):
                some = texts[start : start + at_once]
                longest = max(map(len, some))
                ids = torch.tensor([[*text, *[1] * (longest - len(text))] for text in some])
                mask = torch.arange(longest)[None] < torch.tensor([len(text) for text in some])[:, None]
                hidden = model.read_alone(ids, mask)
                read |= {text: hidden[at, : len(text)] for at, text in enumerate(some)}
            model.train(is_training)
        return read


def read_lines(path: Path) -> list[list[Told]]:
    """A stream's units: a row, or a row and the same in other clothes."""
    units = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            unit = json.loads(line)
            units.append(
                [
                    Told(unit["claim"], window, unit["question"], tuple(unit["targets"]), unit["is_deed"])
                    for window in unit["windows"]
                ]
            )
    return units


def _mean(hidden: Tensor, of: Tensor) -> Tensor:
    held = of.unsqueeze(-1).to(hidden.dtype)
    return (hidden * held).sum(1) / held.sum(1).clamp(min=1)
