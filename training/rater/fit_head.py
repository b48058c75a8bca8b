"""Fits the head on logits that the comparison gave for questions it had not seen, and writes what came of it.

    python training/rater/fit_head.py --data DATA --out OUT --held-out bench/rater_held_out.csv

Reads OUT/fold*.npz. Writes OUT/head.json, fitted on every held-out row, and the file of judgements for bench/rater.py:
each by a comparison, and a head, that had seen no answer to the question.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from data import Row, read_corpora, split_groups, with_claim
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from train import CONSTRUCTED, FOLDS, SEED, open_embedder

from vivavoce.providers.raters.embedder import Embedder
from vivavoce.providers.raters.head import INPUTS, Head
from vivavoce.providers.raters.signs import read_signs

STRENGTH = 0.1  # of the weights' freedom: few, and meant to carry over
CLASS_POWER = 0.5
SHARE_OF_SAF = 0.3  # it holds 24 questions: its rows must not outweigh them


def main() -> None:
    """Judges what was held out, by heads that were fitted on the other folds, and fits the one that is shipped."""
    arguments = _parse()
    rows = read_corpora(arguments.data, constructed=CONSTRUCTED)
    folds = np.array(split_groups(rows, folds=FOLDS, seed=SEED))
    embedder = open_embedder(arguments.out)
    at, claims, logits = _read_logits(arguments.out)
    given, cosines = _read_inputs(rows, at, claims, logits, embedder=embedder, kept=arguments.out / "inputs.npz")
    nearest = _nearest(at, cosines)
    done = sorted(set(folds[at].tolist()))
    judged = np.zeros((len(at), 3))
    for fold in done:
        seen = nearest[folds[at[nearest]] != fold]
        head = fit(given[seen], [rows[index] for index in at[seen]])
        held = np.flatnonzero(folds[at] == fold)
        judged[held] = [_probabilities(head, one) for one in given[held]]
    _write(arguments.held_out, rows, at, nearest, judged, cosines)
    head = fit(given[nearest], [rows[index] for index in at[nearest]])
    (arguments.out / "head.json").write_text(_to_json(head))
    for name, *weights in zip(INPUTS, *head.weights.T.round(2).tolist(), strict=True):
        print(f"{name:26} {weights}")


def fit(given: np.ndarray, rows: Sequence[Row]) -> Head:
    """A head for these inputs: multinomial regression on targets that may be shared between verdicts."""
    scaler = StandardScaler().fit(given)
    targets = np.array([row.targets for row in rows])
    times = np.array([SHARE_OF_SAF if row.corpus == "saf" else 1.0 for row in rows])
    share = targets[times == 1.0].mean(axis=0)
    weights = (targets * times[:, None] * share**-CLASS_POWER).T.ravel()
    verdicts = np.repeat([0, 1, 2], len(rows))
    is_kept = weights > 0
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(np.tile(scaler.transform(given), (3, 1))[is_kept], verdicts[is_kept], sample_weight=weights[is_kept])
    return Head(means=scaler.mean_, scales=scaler.scale_, weights=model.coef_.T, bias=model.intercept_)


def _read_logits(out: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pair that was held out: which row, which of its claims, and the comparison's logits."""
    rows, claims, logits = [], [], []
    for path in sorted(out.glob("fold*.npz")):
        with np.load(path) as held:
            rows.append(held["row"])
            first = np.r_[True, held["row"][1:] != held["row"][:-1]]
            claims.append(np.arange(len(first)) - np.maximum.accumulate(np.where(first, np.arange(len(first)), 0)))
            logits.append(held["logits"])
    return np.concatenate(rows), np.concatenate(claims), np.concatenate(logits)


def _read_inputs(
    rows: Sequence[Row], at: np.ndarray, claims: np.ndarray, logits: np.ndarray, *, embedder: Embedder, kept: Path
) -> tuple[np.ndarray, np.ndarray]:
    """What the head is given for each pair, and the plain cosine of claim and answer."""
    signs: dict[str, np.ndarray] = {}
    if kept.exists():
        with np.load(kept) as read:
            signs = dict(zip(read["keys"].tolist(), read["signs"], strict=True))
    keys = [f"{index}/{claim}" for index, claim in zip(at, claims, strict=True)]
    for key, index, claim in zip(keys, at, claims, strict=True):
        if key not in signs:
            row = with_claim(rows[index], rows[index].claims[claim])
            signs[key] = read_signs(*map(embedder.embed, (row.question, row.claims[0], row.answer)))
    np.savez(kept, keys=np.array(list(signs)), signs=np.stack(list(signs.values())))
    found = np.stack([signs[key] for key in keys])
    return np.concatenate([logits, found], axis=1), found[:, 0]


def _nearest(at: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """The pair of each row whose claim is nearest to the answer."""
    order = np.lexsort((-cosines, at))
    return order[np.r_[True, at[order][1:] != at[order][:-1]]]


def _probabilities(head: Head, given: np.ndarray) -> tuple[float, float, float]:
    judged = head.judge(given[:3].astype(np.float32), given[3:].astype(np.float32))
    return judged.confirmed, judged.rejected, judged.not_discussed


def _write(
    path: Path, rows: Sequence[Row], at: np.ndarray, nearest: np.ndarray, judged: np.ndarray, cosines: np.ndarray
) -> None:
    """One line an answer, judged by its nearest requirement."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(
            ["corpus", "question", "id", "language", "verdict", "mark", "words", "cosine",
             "confirmed", "rejected", "not_discussed"]
        )  # fmt: skip
        groups = {group: number for number, group in enumerate(sorted({row.group for row in rows}))}
        for pair in nearest:
            row = rows[at[pair]]
            mark = "" if row.score is None else f"{row.score:.4f}"
            numbers = [f"{number:.4f}" for number in (cosines[pair], *judged[pair])]
            known = [row.corpus, groups[row.group], row.id, row.language, row.verdict, mark, len(row.answer.split())]
            lines.writerow([*known, *numbers])


def _to_json(head: Head) -> str:
    numbers = {name: getattr(head, name).round(6).tolist() for name in ("means", "scales", "weights", "bias")}
    return json.dumps({"inputs": list(INPUTS), **numbers}, indent=1) + "\n"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
