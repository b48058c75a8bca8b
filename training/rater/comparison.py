"""The comparison: six layers, begun as MiniLM's own, read claim, window and question at once."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from data import Row
from export import Base
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from vivavoce.providers.raters.embedder import Embedded, Embedder, cut_to_pieces
from vivavoce.providers.raters.pair import Pair, lay_pair

BATCH_PIECES = 2560
BATCH_ROWS = 32
CLASS_POWER = 0.5  # how far rare verdicts weigh more: 0 as they are, 1 all alike
WARM_UP = 0.06  # of all steps
SHARE_OF_SAF = 0.4  # an epoch: its texts are five times as long as the others'


class Comparison(nn.Module):
    """Logits of confirmed, rejected, not discussed: for a claim on knowledge, then for one on what somebody does."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        bert = BertModel.from_pretrained(str(base), add_pooling_layer=False, attn_implementation="sdpa")
        self.layers = nn.ModuleList(bert.encoder.layer)
        self.segments = nn.Embedding(3, 384)
        nn.init.normal_(self.segments.weight, std=0.02)
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(4 * 384, 6)

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
    """Each text's words before any layer, in half precision, and its vector."""

    def __init__(self, embedder: Embedder, *, base: Base, tokenizer: Tokenizer) -> None:
        self._embedder = embedder
        self._base, self._tokenizer = base, tokenizer
        self._known: dict[str, Embedded] = {}

    def read(self, text: str) -> Embedded:
        """The text as the program's embedder gives it."""
        if text not in self._known:
            full = self._embedder.embed(text)
            self._keep(text, full.vector, full.words.astype(np.float16))
        return self._known[text]

    def lay(self, row: Row) -> Pair:
        """The row's question, first claim and answer side by side."""
        return lay_pair(*(self._begin(text) for text in (row.question, row.claims[0], row.answer)))

    def size_of(self, row: Row) -> int:
        """How many pieces `lay` gives, question, claim and answer together, before any cut."""
        texts = (row.question, row.claims[0], row.answer)
        return sum(len(cut_to_pieces(text, self._tokenizer)[0]) for text in texts)

    def _begin(self, text: str) -> Embedded:
        """Its words alone, without running the layers: a text in other clothes is met once."""
        if text in self._known:
            return self._known[text]
        ids, pieces = cut_to_pieces(text, self._tokenizer)
        with torch.inference_mode():
            words = self._base.begin(torch.tensor([ids]))[0].numpy()
        return Embedded(text=text, vector=words[:0], pieces=pieces, tokens=words[:0], words=words)

    def save(self, path: Path) -> None:
        """Keeps what was read for the next run: reading takes minutes."""
        known = list(self._known.values())
        np.savez(
            path,
            texts=np.array([one.text for one in known]),
            vectors=np.stack([one.vector for one in known]),
            sizes=np.array([len(one.words) for one in known]),
            words=np.concatenate([one.words for one in known]),
        )

    def load(self, path: Path) -> None:
        """Takes up what an earlier run kept with the same base.onnx."""
        with np.load(path) as kept:
            words = np.split(kept["words"], np.cumsum(kept["sizes"])[:-1])
            for text, vector, part in zip(kept["texts"].tolist(), kept["vectors"], words, strict=True):
                self._keep(text, vector, part)

    def _keep(self, text: str, vector: np.ndarray, words: np.ndarray) -> None:
        self._known[text] = Embedded(text=text, vector=vector, pieces=(), tokens=vector[None][:0], words=words)


@dataclass(frozen=True, slots=True)
class Learning:
    """How it is trained. rate: the highest of the layers; rate_of_head: how many times that for what is new.

    end_share: of the rate that is left in the end, 0 to 1.
    """

    epochs: int
    rate: float
    rate_of_head: float
    end_share: float


def train(
    epochs: Sequence[Sequence[Row]],
    *,
    learning: Learning,
    base: Path,
    reader: Reader,
    seed: int,
    start: Comparison | None = None,
) -> Comparison:
    """A comparison that has seen these rows, each with its one claim, epoch by epoch; it goes on from `start`."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = (start or Comparison(base)).train()
    weights = torch.stack(
        [_class_weights([row for rows in epochs for row in rows if row.is_deed is kind]) for kind in (False, True)]
    )
    head = [*model.head.parameters(), *model.segments.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": model.layers.parameters(), "lr": learning.rate},
            {"params": head, "lr": learning.rate * learning.rate_of_head},
        ],
        weight_decay=0.01,
    )
    steps = sum(len(_cut(rows, reader=reader, rng=random.Random(seed))) for rows in epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate_at(step / steps, learning))
    began = time.monotonic()
    for epoch, rows in enumerate(epochs):
        total = 0.0
        batches = _cut(rows, reader=reader, rng=rng)
        for number, batch in enumerate(batches, start=1):
            optimizer.zero_grad()
            total += (loss := _loss(model, batch, weights=weights, reader=reader)).item()
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


def _rate_at(done: float, learning: Learning) -> float:
    """The share of the highest rate: quickly up, then slowly down. done: of all steps, 0 to 1."""
    falling = learning.end_share + (1 - learning.end_share) * (1 - done) / (1 - WARM_UP)
    return min((done + 1e-3) / WARM_UP, falling)


def predict(model: Comparison, rows: Sequence[Row], *, reader: Reader) -> np.ndarray:
    """(n, 6) logits, in the order of the rows."""
    pairs = [reader.lay(row) for row in rows]
    order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].segments))
    logits = np.zeros((len(rows), 6), dtype=np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), BATCH_ROWS):
            chosen = order[start : start + BATCH_ROWS]
            logits[chosen] = model(*_tensors([pairs[at] for at in chosen])).float().numpy()
    return logits


def _loss(model: Comparison, batch: Sequence[Row], *, weights: Tensor, reader: Reader) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(*_tensors([reader.lay(row) for row in batch]))
    targets = torch.tensor([row.targets for row in batch])
    kinds = torch.tensor([int(row.is_deed) for row in batch])
    own = logits.float().view(-1, 2, 3)[torch.arange(len(batch)), kinds]
    return -(targets * weights[kinds] * torch.log_softmax(own, dim=-1)).sum(-1).mean()


def _class_weights(rows: Sequence[Row]) -> Tensor:
    # SAF never says that something is contradicted: it would make that verdict look rarer than it is.
    share = torch.tensor([row.targets for row in rows if row.corpus != "saf"]).mean(0)
    weights = share**-CLASS_POWER
    return weights / (weights * share).sum()


def _cut(rows: Sequence[Row], *, reader: Reader, rng: random.Random) -> list[list[Row]]:
    """Rows of about one length together, each batch at most BATCH_PIECES with its padding, in random order."""
    sized = [(reader.size_of(row) * rng.uniform(0.85, 1.15), at) for at, row in enumerate(rows)]
    batches: list[list[Row]] = [[]]
    longest = 0
    for _, at in sorted(sized):
        size = reader.size_of(rows[at])
        longest = max(longest, size)
        if len(batches[-1]) == BATCH_ROWS or longest * (len(batches[-1]) + 1) > BATCH_PIECES:
            batches.append([])
            longest = size
        batches[-1].append(rows[at])
    rng.shuffle(batches)
    return batches


def _tensors(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor]:
    sizes = [len(pair.segments) for pair in pairs]
    hidden = np.zeros((len(pairs), max(sizes), 384), dtype=np.float32)
    segments = np.zeros((len(pairs), max(sizes)), dtype=np.int64)
    for at, pair in enumerate(pairs):
        hidden[at, : sizes[at]] = pair.hidden
        segments[at, : sizes[at]] = pair.segments
    mask = torch.arange(max(sizes))[None] < torch.tensor(sizes)[:, None]
    return torch.from_numpy(hidden), torch.from_numpy(segments), mask


def _of(segments: Tensor, part: int, mask: Tensor | None) -> Tensor:
    of = segments == part
    return (of if mask is None else of & mask).unsqueeze(-1)


def _mean(hidden: Tensor, of: Tensor) -> Tensor:
    return (hidden * of).sum(1) / of.sum(1).clamp(min=1)
