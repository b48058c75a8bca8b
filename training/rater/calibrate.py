"""Writes how far scores are from those by people's labels, over rubrics of six claims made of held-out rows.

    python training/rater/calibrate.py --held-out bench/rater_held_out.csv

The corpora hold one claim an answer, whose score is 1 or 5 and tells nothing of a rubric of several. So six rows of one
corpus are drawn at a time, two a bracket, and the score of the judged verdicts is held beside the score of the labelled
ones. To run after ship.py: a calibration names the version of its rater.
"""

import argparse
import csv
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from data import VERDICTS

from vivavoce.providers.raters.embedded import load_rater
from vivavoce.scoring.calibrations import FOLDER
from vivavoce.scoring.interval import calibrate, find_width, write_calibration
from vivavoce.scoring.rubric import Rubric
from vivavoce.scoring.total import score_verdicts
from vivavoce.scoring.verdicts import Verdict, VerdictState

CORPORA = ("beetle", "scientsbank")
LEVEL = 0.9
DRAWS = 500  # a corpus
SEED = 20
CLAIMS = Rubric(weak=("1", "2"), moderate=("3", "4"), strong=("5", "6")).claims


def main() -> None:
    """Draws, scores, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held-out", type=Path, required=True)
    with parser.parse_args().held_out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rng = random.Random(SEED)
    scores, marks = [], []
    for corpus in CORPORA:
        some = [row for row in rows if row["corpus"] == corpus]
        for _ in range(DRAWS):
            drawn = rng.sample(some, len(CLAIMS))
            scores.append(_score([row["piped"] or _likeliest(row) for row in drawn]))
            marks.append(_score([row["verdict"] for row in drawn]))
    rater = load_rater()
    names = [f"six claims of {corpus}" for corpus in CORPORA]
    found = calibrate(scores, marks, rater=rater.name, version=rater.version, level=LEVEL, corpora=names)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{rater.name}.json").write_text(write_calibration(found) + "\n")
    print(f"half an interval's width: {float(find_width(found) or 0):.2f}")


def _likeliest(row: dict[str, str]) -> str:
    """The rater's own verdict, where the pipeline was not run."""
    return max(VERDICTS, key=lambda verdict: float(row[verdict]))


def _score(states: Sequence[str]) -> Fraction:
    pairs = zip(CLAIMS, states, strict=True)
    score = score_verdicts([Verdict(claim=claim, state=VerdictState(state), p=1.0) for claim, state in pairs])
    assert score is not None, "six claims always have a score"
    return score


if __name__ == "__main__":
    main()
