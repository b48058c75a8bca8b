"""The comparison: three layers, begun as MiniLM's upper ones, read claim, window and question at once.

The layers below are frozen and read each text by itself: the program reads a window once, however many claims there
are, and what a training run needs is computed once.
"""

import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from augment import make_rows
from data import Row
from export import LOWER
from torch import Tensor, nn
from transformers import BertModel

from vivavoce.providers.raters.embedder import Embedded, Embedder
from vivavoce.providers.raters.pair import Pair, lay_pair

BATCH_PIECES = 2560
BATCH_ROWS = 32
CLASS_POWER = 0.5  # how far rare verdicts weigh more: 0 as they are, 1 all alike
SHARE_OF_SAF = 0.4  # an epoch: its texts are five times as long as the others'

Batch = list[tuple[Row, Pair]]


class Comparison(nn.Module):
    """Logits of confirmed, rejected, not discussed."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        bert = BertModel.from_pretrained(str(base), add_pooling_layer=False, attn_implementation="sdpa")
        self.layers = nn.ModuleList(bert.encoder.layer[LOWER:])
        self.segments = nn.Embedding(3, 384)
        nn.init.normal_(self.segments.weight, std=0.02)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(4 * 384, 3)

    def forward(self, hidden: Tensor, segments: Tensor, mask: Tensor | None = None) -> Tensor:
        """segments: (batch, n), 0 to 2; mask: (batch, n), False where a row is padded."""
        hidden = hidden + self.segments(segments)
        seen = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            given = layer(hidden, seen)
            hidden = given[0] if isinstance(given, tuple) else given
        claim, window = (_mean(hidden, _of(segments, part, mask)) for part in (0, 1))
        return self.head(self.dropout(torch.cat([claim, window, (claim - window).abs(), claim * window], dim=-1)))


class Reader:
    """What the lower layers make of each text, in half precision."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Embedded] = {}

    def read(self, text: str) -> Embedded:
        """The text as the program's embedder gives it."""
        if text not in self._known:
            full = self._embedder.embed(text)
            self._keep(text, full.vector, full.lower.astype(np.float16))
        return self._known[text]

    def lay(self, row: Row) -> Pair:
        """The row's question, first claim and answer side by side."""
        return lay_pair(self.read(row.question), self.read(row.claims[0]), self.read(row.answer))

    def save(self, path: Path) -> None:
        """Keeps what was read for the next run: reading takes minutes."""
        known = list(self._known.values())
        np.savez(
            path,
            texts=np.array([one.text for one in known]),
            vectors=np.stack([one.vector for one in known]),
            sizes=np.array([len(one.lower) for one in known]),
            lower=np.concatenate([one.lower for one in known]),
        )

    def load(self, path: Path) -> None:
        """Takes up what an earlier run kept with the same base.onnx."""
        with np.load(path) as kept:
            lower = np.split(kept["lower"], np.cumsum(kept["sizes"])[:-1])
            for text, vector, part in zip(kept["texts"].tolist(), kept["vectors"], lower, strict=True):
                self._keep(text, vector, part)

    def _keep(self, text: str, vector: np.ndarray, lower: np.ndarray) -> None:
        self._known[text] = Embedded(text=text, vector=vector, pieces=(), tokens=vector[None][:0], lower=lower)


def train(rows: Sequence[Row], *, base: Path, reader: Reader, epochs: int, rate: float, seed: int) -> Comparison:
    """A comparison that has seen these rows, each with its one claim."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = Comparison(base).train()
    weights = _class_weights(rows)
    head = [*model.head.parameters(), *model.segments.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": model.layers.parameters(), "lr": rate}, {"params": head, "lr": rate * 10}], weight_decay=0.01
    )
    plan = [_batches(_epoch_rows(rows, rng=rng), reader=reader, rng=rng) for _ in range(epochs)]
    steps = sum(map(len, plan))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.06 * steps), (steps - step) / (0.94 * steps))
    )
    began = time.monotonic()
    for epoch, batches in enumerate(plan):
        total = 0.0
        for number, batch in enumerate(batches, start=1):
            optimizer.zero_grad()
            total += (loss := _loss(model, batch, weights=weights)).item()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if number % 50 == 0:
                seconds = time.monotonic() - began
                print(
                    f"epoch {epoch}, batch {number} of {len(batches)}: loss {total / number:.3f}, {seconds:.0f} s",
                    flush=True,
                )
    return model.eval()


def predict(model: Comparison, rows: Sequence[Row], *, reader: Reader) -> np.ndarray:
    """(n, 3) logits, in the order of the rows."""
    pairs = [(row, reader.lay(row)) for row in rows]
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at][1].segments))
    logits = np.zeros((len(rows), 3), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), BATCH_ROWS):
            chosen = order[start : start + BATCH_ROWS]
            logits[chosen] = model(*_tensors([pairs[at] for at in chosen])).float().numpy()
    return logits


def _loss(model: Comparison, batch: Batch, *, weights: Tensor) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(*_tensors(batch))
    targets = torch.tensor([row.targets for row, _ in batch])
    return -(targets * weights * torch.log_softmax(logits.float(), dim=-1)).sum(-1).mean()


def _epoch_rows(rows: Sequence[Row], *, rng: random.Random) -> list[Row]:
    kept = [row for row in rows if row.corpus != "saf" or rng.random() < SHARE_OF_SAF]
    return [*kept, *make_rows(kept, rng=rng)]


def _class_weights(rows: Sequence[Row]) -> Tensor:
    # SAF never says that something is contradicted: it would make that verdict look rarer than it is.
    share = torch.tensor([row.targets for row in rows if row.corpus != "saf"]).mean(0)
    weights = share**-CLASS_POWER
    return weights / (weights * share).sum()


def _batches(rows: Sequence[Row], *, reader: Reader, rng: random.Random) -> list[Batch]:
    """Rows of about one length together, each batch at most BATCH_PIECES with its padding, in random order."""
    pairs = [(row, reader.lay(row)) for row in rows]
    pairs.sort(key=lambda pair: len(pair[1].segments) * rng.uniform(0.85, 1.15))
    batches: list[Batch] = [[]]
    longest = 0
    for pair in pairs:
        longest = max(longest, len(pair[1].segments))
        if len(batches[-1]) == BATCH_ROWS or longest * (len(batches[-1]) + 1) > BATCH_PIECES:
            batches.append([])
            longest = len(pair[1].segments)
        batches[-1].append(pair)
    rng.shuffle(batches)
    return batches


def _tensors(batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    sizes = [len(pair.segments) for _, pair in batch]
    hidden = np.zeros((len(batch), max(sizes), 384), dtype=np.float32)
    segments = np.zeros((len(batch), max(sizes)), dtype=np.int64)
    for at, (_, pair) in enumerate(batch):
        hidden[at, : sizes[at]] = pair.hidden
        segments[at, : sizes[at]] = pair.segments
    mask = torch.arange(max(sizes))[None] < torch.tensor(sizes)[:, None]
    return torch.from_numpy(hidden), torch.from_numpy(segments), mask


def _of(segments: Tensor, part: int, mask: Tensor | None) -> Tensor:
    of = segments == part
    return (of if mask is None else of & mask).unsqueeze(-1)


def _mean(hidden: Tensor, of: Tensor) -> Tensor:
    return (hidden * of).sum(1) / of.sum(1).clamp(min=1)
