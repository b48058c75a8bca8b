"""How well answers are judged of a corpus that training never saw, beside their plain likeness to the claim.

    python training/rater/left_out.py --left scientsbank --data DATA --out OUT

OUT holds what `train.py corpus --left scientsbank` left: a comparison's logits on that corpus, and on fold 0 of the
others, on which a head is fitted.
"""

import argparse
from pathlib import Path

import numpy as np
from data import VERDICTS, read_corpora
from fit_head import fit, nearest, probabilities, read_inputs, read_logits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from train import CONSTRUCTED, open_embedder


def main() -> None:
    """Prints macro-F1 of three verdicts, and how often a right answer is put above another one (AUC)."""
    arguments = _parse()
    rows = read_corpora(arguments.data, constructed=CONSTRUCTED)
    at, claims, logits = read_logits([arguments.out / f"without-{arguments.left}.npz"])
    is_knowledge = np.array([not rows[index].is_deed and rows[index].corpus != "saf" for index in at])
    at, claims, logits = at[is_knowledge], claims[is_knowledge], logits[is_knowledge]
    kept = arguments.out / f"inputs-{arguments.left}.npz"
    given, cosines = read_inputs(rows, at, claims, logits, embedder=open_embedder(arguments.out), kept=kept)
    best = nearest(at, cosines)
    at, given, cosines = at[best], given[best], cosines[best, None]
    is_left = np.array([rows[index].corpus == arguments.left for index in at])
    verdicts = np.array([VERDICTS.index(rows[index].verdict) for index in at])
    head = fit(given[~is_left], [rows[index] for index in at[~is_left]])
    judged = np.array([probabilities(head, one) for one in given[is_left]])
    plain = LogisticRegression(class_weight="balanced").fit(cosines[~is_left], verdicts[~is_left])
    likeness = plain.predict_proba(cosines[is_left])
    print(f"{arguments.left}: {is_left.sum()} answers; heads fitted on {(~is_left).sum()} others")
    for name, told, order in (("rater", judged, judged[:, 0]), ("cosine", likeness, cosines[is_left, 0])):
        f1 = f1_score(verdicts[is_left], told.argmax(axis=1), average="macro")
        print(f"  {name:7} macro-F1 {f1:.3f}  AUC {roc_auc_score(verdicts[is_left] == 0, order):.3f}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
