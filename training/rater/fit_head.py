"""Fits the heads on logits that the comparison gave for questions it had not seen, and writes what came of it.

    python training/rater/fit_head.py --data DATA --out OUT --held-out bench/rater_held_out.csv

Reads OUT/fold*.npz, OUT/deeds.npz and OUT/fold*.pt. Writes OUT/head.json, fitted on every held-out row, and the
judgements that bench/rater.py counts, each by a comparison, and a head, that had seen no answer to the question: the
rater's own probabilities, and what the whole of `vivavoce.scoring.judge` comes to with it (piped, score).
"""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from data import VERDICTS, Row, as_read, read_corpora, split_groups, with_claim
from onnxruntime import InferenceSession
from ship import export
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from train import CONSTRUCTED, FOLDS, SEED, WRITTEN, open_embedder
from written import Written, read_written

from vivavoce.providers.raters.embedded import EmbeddedRater
from vivavoce.providers.raters.embedder import Embedder
from vivavoce.providers.raters.features import read_features
from vivavoce.providers.raters.head import INPUTS, LONGEST_CLAIM, Gate, Head, Heads
from vivavoce.providers.raters.sessions import open_session
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.verdicts import VerdictState

PARTS = 4
STRENGTH = 0.1  # of the weights' freedom: few, and meant to carry over
CLASS_POWER = 0.5
# How much of a feature's spread the head is given, beside all of the logits': features fit the questions that they are
# fitted on, and with few questions held out would be believed too much.
SHARE_OF_SIGNS = 0.15
# How much of a verdict is the comparison's own, before any fitting: fitted alone, whatever is gained on SciEntsBank's
# many questions is lost on Beetle's few.
OWN_SHARE = 0.5
SHARE_OF_SIGNS_ON_DEEDS = 0.01  # next to nothing: beside six layers they put answers out of order
# What tells how much of a long text is covered, all alike: fitted weights carry over less well to another question.
COVERING = ("match_new", "stems_of_claim", "grams", "cosine_gain")
NEVER = -50.0
# Added to what a head says of confirmed, rejected, not discussed: a verdict takes more than one half, which what is
# fitted to be likeliest reaches too seldom. Set by whole answers that were held out.
LEAN_OF_KNOWLEDGE = np.array([0.4, 0.2, 0.0])
LEAN_OF_DEEDS = np.array([0.8, 0.8, 0.0])


def main() -> None:
    """Judges what was held out, by heads that were fitted on other questions, and fits the ones that are shipped."""
    arguments = _parse()
    rows = read_corpora(arguments.data, constructed=CONSTRUCTED)
    folds = np.array(split_groups(rows, folds=FOLDS, seed=SEED))
    embedder = open_embedder(arguments.out)
    kept = arguments.out / "inputs.npz"
    at, claims, logits = read_logits(sorted(arguments.out.glob("fold*.npz")))
    is_knowledge = np.array([not rows[index].is_deed for index in at])
    at, claims, logits = at[is_knowledge], claims[is_knowledge], logits[is_knowledge]
    given, cosines = read_inputs(rows, at, claims, logits, embedder=embedder, kept=kept)
    near = nearest(at, cosines)
    long = _find_long(rows, embedder=embedder)
    # No network was trained for these: what was not held out of the comparison is held out of their head alone.
    long_given, long_cosines = read_inputs(
        rows, long, np.zeros_like(long), np.zeros((len(long), 2 * len(VERDICTS))), embedder=embedder, kept=kept
    )
    gate = fit_gate(rows, read_written(WRITTEN), embedder=embedder)
    deeds = fit_deeds(arguments.out / "deeds.npz")
    # The comparison has seen no question of its fold; a head has seen none of its part.
    parts = np.array(split_groups(rows, folds=PARTS, seed=SEED + 1))
    judged, long_judged = np.zeros((len(at), 3)), np.zeros((len(long), 3))
    piped: dict[int, Piped] = {}
    for part in range(PARTS):
        seen, long_seen = near[parts[at[near]] != part], parts[long] != part
        heads = Heads(
            gate=gate,
            knowledge=fit(given[seen], [rows[index] for index in at[seen]]),
            deeds=deeds,
            long=fit_long(long_given[long_seen], [rows[index] for index in long[long_seen]]),
        )
        long_judged[~long_seen] = [probabilities(heads.long, one) for one in long_given[~long_seen]]
        for fold in sorted(set(folds[at].tolist())):
            held = np.flatnonzero((folds[at] == fold) & (parts[at] == part))
            judged[held] = [probabilities(heads.knowledge, one) for one in given[held]]
            if not arguments.without_pipeline:
                rater = EmbeddedRater(embedder=embedder, comparison=_open_fold(arguments.out, fold), head=heads)
                piped |= {index: pipe(rows[index], rater=rater) for index in dict.fromkeys(at[held].tolist())}
                print(f"fold {fold}, part {part}: {len(held)} pairs judged", flush=True)
    is_long = set(long.tolist())
    short = [pair for pair in near if at[pair] not in is_long]
    lines = [
        *zip(at[short], judged[short], cosines[short], strict=True),
        *zip(long, long_judged, long_cosines, strict=True),
    ]
    _write(arguments.held_out, rows, lines, piped)
    heads = Heads(
        gate=gate,
        knowledge=fit(given[near], [rows[index] for index in at[near]]),
        deeds=deeds,
        long=fit_long(long_given, [rows[index] for index in long]),
    )
    (arguments.out / "head.json").write_text(_to_json(heads))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piped:
    """What the pipeline says of one row: over alternative wordings, the best that it says of any."""

    state: VerdictState | None
    score: Fraction | None  # 1 to 5, as if the requirements were all that the rubric holds


def pipe(row: Row, *, rater: EmbeddedRater) -> Piped:
    """The row judged as `vivavoce judge` would."""
    turn = GivenAnswer(number=1, question=row.question, text=row.answer)
    judged = judge_answer(Given(language=row.language, turns=(turn,), rubric=Rubric(strong=row.claims)), rater=rater)
    states = {verdict.state for verdict in judged.verdicts}
    state = next(
        (one for one in (VerdictState.CONFIRMED, VerdictState.REJECTED, VerdictState.NOT_DISCUSSED) if one in states),
        None,
    )
    return Piped(state=state, score=judged.score)


def _open_fold(out: Path, fold: int) -> InferenceSession:
    path, trained = out / f"fold{fold}.onnx", out / f"fold{fold}.pt"
    if not path.exists() or path.stat().st_mtime < trained.stat().st_mtime:
        export(trained, path)
    return open_session(path.read_bytes())


def fit(given: np.ndarray, rows: Sequence[Row]) -> Head:
    """A head for these inputs: multinomial regression on all but SAF, which marks how much is right, not whether.

    It is drawn towards the comparison's own logits by OWN_SHARE.
    """
    kept = [at for at, row in enumerate(rows) if row.corpus != "saf"]
    scaler = StandardScaler().fit(given[kept])
    shares = np.where(np.arange(given.shape[1]) < len(VERDICTS), 1.0, SHARE_OF_SIGNS)
    verdicts = np.array([VERDICTS.index(rows[at].verdict) for at in kept])
    weights = (np.bincount(verdicts, minlength=len(VERDICTS)) / len(verdicts)) ** -CLASS_POWER
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(scaler.transform(given[kept]) * shares, verdicts, sample_weight=weights[verdicts])
    scales = scaler.scale_ / shares
    own = np.eye(given.shape[1], len(VERDICTS))
    return Head(
        means=scaler.mean_,
        scales=scales,
        weights=(1 - OWN_SHARE) * model.coef_.T + OWN_SHARE * own * scales[:, None],
        bias=(1 - OWN_SHARE) * model.intercept_ + OWN_SHARE * scaler.mean_[: len(VERDICTS)] + LEAN_OF_KNOWLEDGE,
    )


def fit_deeds(path: Path) -> Head:
    """A head for claims on what somebody does, on the windows of the answers that fold 0 left out."""
    with np.load(path) as kept:
        given, verdicts = kept["given"], kept["verdicts"]
    scaler = StandardScaler().fit(given)
    shares = np.where(np.arange(given.shape[1]) < len(VERDICTS), 1.0, SHARE_OF_SIGNS_ON_DEEDS)
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(scaler.transform(given) * shares, verdicts)
    return Head(
        means=scaler.mean_,
        scales=_not_zero(scaler.scale_) / shares,
        weights=model.coef_.T,
        bias=model.intercept_ + LEAN_OF_DEEDS,
    )


def fit_gate(rows: Sequence[Row], written: Sequence[Written], *, embedder: Embedder) -> Gate:
    """What tells claims on somebody's deeds from claims on knowledge, by the vectors of question and claim."""
    kinds = {(row.question, claim): row.is_deed for row in rows for claim in row.claims}
    kinds |= {(one.question, claim): True for one in written for claim in one.claims}
    vectors = [np.concatenate([embedder.embed(text).vector for text in pair]) for pair in kinds]
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500).fit(
        np.stack(vectors), list(kinds.values())
    )
    return Gate(weights=model.coef_[0], bias=float(model.intercept_[0]))


def fit_long(given: np.ndarray, rows: Sequence[Row]) -> Head:
    """A head for claims that are whole model answers: the sum of COVERING, with a slope and a bias for marks."""
    scaler = StandardScaler().fit(given)
    is_covering = np.array([name in COVERING for name in INPUTS])
    sums = scaler.transform(given) @ is_covering
    marks = np.array([row.targets[0] for row in rows])
    doubled = np.concatenate([sums, sums])[:, None]
    model = LogisticRegression().fit(
        doubled, np.repeat([1, 0], len(rows)), sample_weight=np.concatenate([marks, 1 - marks])
    )
    weights = np.zeros((len(INPUTS), len(VERDICTS)))
    weights[is_covering, 0] = model.coef_[0, 0]
    return Head(
        means=scaler.mean_,
        scales=_not_zero(scaler.scale_),
        weights=weights,
        bias=np.array([model.intercept_[0], NEVER, 0.0]),
    )


def _not_zero(scales: np.ndarray) -> np.ndarray:
    return np.where(scales > 0, scales, 1.0)


def _find_long(rows: Sequence[Row], *, embedder: Embedder) -> np.ndarray:
    """The rows of SAF whose claim is longer than what is compared."""
    pieces = {row.claims[0]: len(embedder.embed(row.claims[0]).pieces) for row in rows if row.corpus == "saf"}
    return np.array([at for at, row in enumerate(rows) if pieces.get(row.claims[0], 0) > LONGEST_CLAIM])


def read_logits(paths: Sequence[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each pair that was held out: which row, which of its claims, and the comparison's logits."""
    rows, claims, logits = [], [], []
    for path in paths:
        with np.load(path) as held:
            rows.append(held["row"])
            first = np.r_[True, held["row"][1:] != held["row"][:-1]]
            claims.append(np.arange(len(first)) - np.maximum.accumulate(np.where(first, np.arange(len(first)), 0)))
            logits.append(held["logits"])
    return np.concatenate(rows), np.concatenate(claims), np.concatenate(logits)


def read_inputs(
    rows: Sequence[Row], at: np.ndarray, claims: np.ndarray, logits: np.ndarray, *, embedder: Embedder, kept: Path
) -> tuple[np.ndarray, np.ndarray]:
    """What the head is given for each pair, and the plain cosine of claim and answer."""
    features: dict[str, np.ndarray] = {}
    if kept.exists():
        with np.load(kept) as read:
            features = dict(zip(read["keys"].tolist(), read["features"], strict=True))
    keys = [f"{index}/{claim}" for index, claim in zip(at, claims, strict=True)]
    for key, index, claim in zip(keys, at, claims, strict=True):
        if key not in features:
            row = as_read(with_claim(rows[index], rows[index].claims[claim]))
            features[key] = read_features(*map(embedder.embed, (row.question, row.claims[0], row.answer)))
    np.savez(kept, keys=np.array(list(features)), features=np.stack(list(features.values())))
    found = np.stack([features[key] for key in keys])
    return np.concatenate([logits[:, : len(VERDICTS)], found], axis=1), found[:, 0]


def nearest(at: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """The pair of each row whose claim is nearest to the answer."""
    order = np.lexsort((-cosines, at))
    return order[np.r_[True, at[order][1:] != at[order][:-1]]]


def probabilities(head: Head, given: np.ndarray) -> tuple[float, float, float]:
    judged = head.judge(given[:3].astype(np.float32), given[3:].astype(np.float32))
    return judged.confirmed, judged.rejected, judged.not_discussed


def _write(
    path: Path, rows: Sequence[Row], judged: Sequence[tuple[int, np.ndarray, float]], piped: dict[int, Piped]
) -> None:
    """One line an answer, judged by its nearest requirement. judged: which row, its probabilities, its cosine."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(
            ["corpus", "question", "language", "verdict", "mark", "words", "cosine",
             "confirmed", "rejected", "not_discussed", "piped", "score"]
        )  # fmt: skip
        groups = {group: number for number, group in enumerate(sorted({row.group for row in rows}))}
        for at, probabilities, cosine in judged:
            row = rows[at]
            mark = "" if row.score is None else f"{row.score:.3f}"
            numbers = [f"{number:.3f}" for number in (cosine, *probabilities)]
            known = [row.corpus, groups[row.group], row.language, row.verdict, mark, len(row.answer.split())]
            one = piped.get(at, Piped(state=None, score=None))
            lines.writerow([*known, *numbers, one.state, "" if one.score is None else f"{float(one.score):.3f}"])


def _to_json(heads: Heads) -> str:
    read = {
        which: {name: getattr(head, name).round(6).tolist() for name in ("means", "scales", "weights", "bias")}
        for which, head in (("knowledge", heads.knowledge), ("deeds", heads.deeds), ("long", heads.long))
    }
    gate = {"weights": heads.gate.weights.round(5).tolist(), "bias": round(heads.gate.bias, 5)}
    return json.dumps({"inputs": list(INPUTS), "gate": gate, **read}) + "\n"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument(
        "--without-pipeline", action="store_true", help="the rater alone: minutes instead of half an hour"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
