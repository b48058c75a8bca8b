"""Trains the encoder on a stream, from all-mpnet-base-v2 or from where it was stopped.

    python training/rater/train_encoder.py --base FOLDER --out OUT --stream STREAM.jsonl --steps 5000

OUT/encoder.pt is written every KEPT_EVERY steps and where it ends, with the optimizer. A run that is begun again goes
on from there; with another stream it is told where in that: --from 0. OUT/plan.json, {"steps": ...} or, by the clock
in seconds, {"since": ..., "until": ...}, may set another end while it runs: the rate falls in a straight line to
nothing there. Who ends it by SIGTERM loses nothing.
"""

import argparse
import json
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from encoder import Encoder, Laying, Told, load_base, read_lines
from torch import Tensor, nn

AT_ONCE = 40  # steps whose units are sorted by length together
RATE, RATE_OF_HEAD = 5e-5, 4  # the highest; how many times that for what is new
WARM_UP = 40  # steps
SHARE_OF_WARM_UP = 0.05  # of the run, by which the rate begins to fall
SAME = 0.5  # what it weighs that a row and the same in other clothes are judged alike
CLASS_POWER = 0.3  # how far rare verdicts weigh more: 0 as they are, 1 all alike
KEPT_EVERY = 50
TOLD_EVERY = 10
SEED = 20


@dataclass(slots=True)
class Run:
    """Where a run stands. unit: of the stream, the first that is not passed yet."""

    model: Encoder
    optimizer: torch.optim.Optimizer
    step: int = 0
    unit: int = 0

    def save(self, path: Path) -> None:
        """Keeps what was learnt: the upper layers and what is new. The last file is replaced at once."""
        learnt = ("upper.", "parts.", "head.")
        own = {name: value for name, value in self.model.state_dict().items() if name.startswith(learnt)}
        part = path.with_suffix(".part")
        state = {"model": own, "optimizer": self.optimizer.state_dict(), "step": self.step, "unit": self.unit}
        torch.save(state, part)
        os.replace(part, path)

    def load(self, path: Path) -> None:
        """Takes up what was kept."""
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.unit = state["step"], state["unit"]

    def learn(self, batch: Sequence[Sequence[Told]], *, weights: Tensor, laying: Laying) -> tuple[float, float]:
        """One step: how far the verdicts were off, and rows from themselves in other clothes."""
        self.optimizer.zero_grad()
        loss, same = find_loss(self.model, batch, weights=weights, laying=laying)
        (loss + SAME * same).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return loss.item(), same.item()

    def set_rate(self, left: float) -> None:
        """Quickly up, then down to nothing at the end. left: how much of the run is, 0 to 1."""
        share = min(1.0, left / (1 - SHARE_OF_WARM_UP), (self.step + 1) / WARM_UP)
        for group, times in zip(self.optimizer.param_groups, (1, RATE_OF_HEAD), strict=True):
            group["lr"] = RATE * times * share


def main() -> None:
    """Trains until the plan's end, the stream's, or SIGTERM."""
    arguments = _parse()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    kept, laying, units = arguments.out / "encoder.pt", Laying(arguments.base), read_lines(arguments.stream)
    run = _open_run(arguments.base, kept, arguments.start)
    if arguments.begin is not None:
        run.unit = arguments.begin
    weights = find_weights(units)
    print(f"{len(units)} units, from {run.unit}; step {run.step}; weights {weights.tolist()}", flush=True)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    told, began = [], time.monotonic()
    for batch, passed in cut(units, run.unit, rows=arguments.rows, laying=laying):
        left = _find_left(arguments, run)
        if left <= 0 or stopped:
            break
        run.set_rate(left)
        told.append(run.learn(batch, weights=weights, laying=laying))
        run.step, run.unit = run.step + 1, passed
        if run.step % TOLD_EVERY == 0:
            loss, same = (sum(numbers) / len(told) for numbers in zip(*told, strict=True))
            each = (time.monotonic() - began) / len(told)
            print(
                f"step {run.step}, unit {run.unit}: loss {loss:.4f}, same {same:.4f}, {each:.2f} s, {left:.3f} left",
                flush=True,
            )
            told, began = [], time.monotonic()
        if run.step % KEPT_EVERY == 0:
            run.save(kept)
    run.save(kept)


def _open_run(base: Path, kept: Path, start: Path | None) -> Run:
    """A run from its beginning, from where it was kept, or from what another one had learnt."""
    model = load_base(base).train()
    new = [*model.head.parameters(), *model.parts.parameters()]
    groups = [{"params": list(model.upper.parameters())}, {"params": new}]
    run = Run(model, torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01, fused=True))
    if kept.exists():
        run.load(kept)
    elif start is not None:
        begin_from(model, start)
    for fixed in (model.words, model.places, model.norm, model.distances, model.lower):
        fixed.to(torch.bfloat16)
    return run


def begin_from(model: Encoder, start: Path) -> None:
    """Takes up the layers and the head of a run whose first upper layer may have been a later one."""
    known = torch.load(start, weights_only=True, mmap=True)["model"]
    shift = len(model.upper) - len({name.split(".")[1] for name in known if name.startswith("upper.")})
    for name, value in known.items():
        if name.startswith("upper."):
            _, at, rest = name.split(".", 2)
            model.get_parameter(f"upper.{int(at) + shift}.{rest}").data.copy_(value)
        elif name == "parts.weight":
            model.parts.weight.data[: len(value)] = value
        else:
            model.get_parameter(name).data.copy_(value)


def find_loss(
    model: Encoder, batch: Sequence[Sequence[Told]], *, weights: Tensor, laying: Laying
) -> tuple[Tensor, Tensor]:
    """How far the verdicts are off, and how far a row and the same in other clothes are apart."""
    rows = [row for unit in batch for row in unit]
    hidden, parts, mask = laying.lay(model, rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(hidden, parts, mask)
    kinds = torch.tensor([int(row.is_deed) for row in rows])
    logs = torch.log_softmax(logits.float().view(-1, 2, 3)[torch.arange(len(rows)), kinds], dim=-1)
    targets = torch.tensor([row.targets for row in rows])
    loss = -(targets * weights[kinds] * logs).sum(-1).mean()
    twice = _find_twice(batch)
    if not twice:
        return loss, torch.zeros(())
    one, other = logs[twice], logs[[at + 1 for at in twice]]
    return loss, ((one.exp() - other.exp()) * (one - other)).sum() / 2 / len(rows)


def _find_twice(batch: Sequence[Sequence[Told]]) -> list[int]:
    """Where among the batch's rows those stand that are followed by themselves in other clothes."""
    twice, at = [], 0
    for unit in batch:
        twice += [at] if len(unit) > 1 else []
        at += len(unit)
    return twice


def find_weights(units: Sequence[Sequence[Told]]) -> Tensor:
    """What each verdict weighs, for claims on knowledge and on deeds: (2, 3)."""
    weights = []
    for kind in (False, True):
        targets = [row.targets for unit in units for row in unit if row.is_deed is kind] or [(1.0, 1.0, 1.0)]
        share = torch.tensor(targets).mean(0).clamp(min=1e-3)
        own = share**-CLASS_POWER
        weights.append(own / (own * share).sum())
    return torch.stack(weights)


def cut(
    units: Sequence[list[Told]], begin: int, *, rows: int, laying: Laying
) -> Iterator[tuple[list[list[Told]], int]]:
    """Batches of units of about one length, and how many units of the stream are passed behind each.

    A chunk of the stream is sorted as a whole; one that was broken off is begun anew.
    """
    at = begin
    while at < len(units):
        chunk = units[at : at + AT_ONCE * rows * 4 // 5]
        rng = random.Random(f"{SEED} {at}")
        batches: list[list[list[Told]]] = [[]]
        for unit in sorted(chunk, key=lambda unit: max(map(laying.size, unit)) * rng.uniform(0.93, 1.07)):
            if sum(map(len, batches[-1])) + len(unit) > rows:
                batches.append([])
            batches[-1].append(unit)
        rng.shuffle(batches)
        for number, batch in enumerate(batches, start=1):
            yield batch, at + (len(chunk) if number == len(batches) else 0)
        at += len(chunk)


def _find_left(arguments: argparse.Namespace, run: Run) -> float:
    """How much of the run is left, 0 to 1 and below: by steps, or by the clock where the plan tells when it ends."""
    path = arguments.out / "plan.json"
    plan = json.loads(path.read_text()) if path.exists() else {"steps": arguments.steps}
    if "until" in plan:
        return float((plan["until"] - time.time()) / (plan["until"] - plan["since"]))
    return 1 - run.step / float(plan["steps"])


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="the folder of all-mpnet-base-v2")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stream", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--start", type=Path, help="what another run learnt, perhaps with more layers left as they are")
    parser.add_argument("--from", dest="begin", type=int)
    parser.add_argument("--rows", type=int, default=24, help="a step")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
