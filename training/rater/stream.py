"""Writes what the encoder is trained on: one unit a line, a row or a row and the same words in other clothes.

    python training/rater/stream.py --data DATA --out STREAM.jsonl --seed 1 --answers 0.12 --corpora 1
    python training/rater/stream.py --out PAIRS.jsonl --seed 1 --pairs training/rater/pairs
    python training/rater/stream.py --data DATA --out HELD.jsonl --seed 1 --answers 0.3 --corpora 1 --held

Fold 0's questions are held out of every stream, and are all that --held writes. SAF is left out: its texts are five
times as long, and claims as long as a model answer are judged by features alone.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from augment import make_rows
from clothes import SHARE_OF_CLAIMS, SHORTEST, reword, say_otherwise
from data import Row, as_read, fold_of_deed, read_corpora, split_groups, with_claim
from pairs import read_pairs, rows_of
from written import draw_sights, read_written, see_all

from vivavoce.providers.raters.embedded import load_rater
from vivavoce.providers.raters.features import stems_of, words_of

HERE = Path(__file__).parent
FOLDS, SEED = 4, 20
CONSTRUCTED = tuple(HERE / name for name in ("constructed.jsonl", "constructed_more.jsonl"))
SHARE_OF_CLAIMS_ALONE = 0.3  # of the single claims: they were written to a pattern
TWICE = 0.2  # of the rows stand beside themselves in other clothes
DRESSED = 0.25  # of the others are dressed alone


def main() -> None:
    """Writes the units in random order."""
    arguments = _parse()
    rng = random.Random(arguments.seed)
    units: list[list[Row]] = []
    if arguments.data:
        units += _draw(arguments, rng=rng)
    if arguments.pairs:
        units += draw_pairs(arguments.pairs, rng=rng, is_held=arguments.held, share_dressed=arguments.dressed)
    rng.shuffle(units)
    with arguments.out.open("w", encoding="utf-8") as file:
        for unit in units:
            file.write(json.dumps(to_line(unit), ensure_ascii=False) + "\n")
    verdicts = Counter(f"{row.corpus} {row.verdict}" for unit in units for row in unit)
    print(f"{len(units)} units, {verdicts.total()} rows: {dict(sorted(verdicts.items()))}")


def _draw(arguments: argparse.Namespace, *, rng: random.Random) -> Iterator[list[Row]]:
    rows = read_corpora(arguments.data, constructed=CONSTRUCTED)
    folds = split_groups(rows, folds=FOLDS, seed=SEED)
    rows = [row for row, fold in zip(rows, folds, strict=True) if (fold == 0) is arguments.held and row.corpus != "saf"]
    kept = [row for row in rows if rng.random() < (SHARE_OF_CLAIMS_ALONE if row.is_deed else arguments.corpora)]
    kept = _choose_claims(kept)
    written = [
        one
        for one in read_written(HERE / "written")
        if (fold_of_deed(one.question, folds=FOLDS) == 0) is arguments.held
    ]
    some = [
        replace(one, answers=tuple(answer for answer in one.answers if rng.random() < arguments.answers))
        for one in written
    ]
    seen = see_all([one for one in some if one.answers], varied=None if arguments.held else rng)
    kept += draw_sights(seen, rng=rng, sort=_by_shared_words)
    if arguments.held:
        yield from ([as_read(row)] for row in kept)
        return
    for row in (*kept, *make_rows(kept, rng=rng)):
        yield _dress(row, rng=rng)


def _dress(row: Row, *, rng: random.Random) -> list[Row]:
    """The row, perhaps in other clothes, or both."""
    if row.is_deed and rng.random() < SHARE_OF_CLAIMS:
        row = with_claim(row, reword(row.claims[0], rng=rng))
    if len(row.answer.split()) < SHORTEST:
        return [as_read(row)]
    dice = rng.random()
    other = replace(row, answer=say_otherwise(row.answer, rng=rng))
    if dice < TWICE:
        return [as_read(row), as_read(other)]
    return [as_read(other if dice < TWICE + DRESSED else row)]


def _choose_claims(rows: Sequence[Row]) -> list[Row]:
    """Each row with the claim that is nearest to its answer."""
    rater = load_rater()
    chosen = []
    for row in rows:
        if len(row.claims) > 1:
            (near,) = rater.similar([row.answer], row.claims)
            row = with_claim(row, row.claims[near.index(max(near))])
        chosen.append(row)
    return chosen


def _by_shared_words(rows: list[Row]) -> list[Row]:
    """Those first that share most with their claim: what lies near and says nothing of it is hardest to tell."""
    claim = stems_of(words_of(rows[0].claims[0]))
    return sorted(rows, key=lambda row: -len(claim & stems_of(words_of(row.answer))))


def draw_pairs(folder: Path, *, rng: random.Random, is_held: bool, share_dressed: float) -> Iterator[list[Row]]:
    """The written pairs' units: each rewriting beside what it says again, everything else alone.

    is_held: those of fold 0's questions alone, as they are written; else the others.
    """
    for matter in read_pairs(folder):
        if (fold_of_deed(matter.question, folds=FOLDS) == 0) is not is_held:
            continue
        rows = rows_of(matter)
        for row, saying in zip(rows, matter.sayings, strict=True):
            if saying.same_as is not None:
                yield [as_read(rows[saying.same_as]), as_read(row)]
            elif not is_held and rng.random() < share_dressed:
                yield _dress(row, rng=rng)
            else:
                yield [as_read(row)]


def to_line(unit: Sequence[Row]) -> dict[str, object]:
    """The unit as a line of the stream has it."""
    row = unit[0]
    return {
        "question": row.question,
        "claim": row.claims[0],
        "windows": [one.answer for one in unit],
        "targets": row.targets,
        "is_deed": row.is_deed,
        "corpus": row.corpus,
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the corpora; without it, pairs alone")
    parser.add_argument("--pairs", type=Path, help="a folder of written pairs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--answers", type=float, default=0.12, help="share of the written answers that are drawn from")
    parser.add_argument("--corpora", type=float, default=1.0, help="share of the corpora's rows")
    parser.add_argument("--dressed", type=float, default=0.45, help="share of the pairs that may be dressed")
    parser.add_argument("--held", action="store_true", help="fold 0 alone, nothing made of it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
