"""How far a score moves by spelling alone: answers whose spelling is damaged by a program, beside themselves.

    make bench-spelling                                       (about 5 minutes; on one core)
    make bench-spelling ARGS="--graded FOLDER --answers 200"  (answers that people graded, besides)

gold       the gold answers of half dev (bench/judging/gold), with all their claims: how many scores move at all, how
           many by more than half a point, which way, and how many verdicts change
graded     the training splits that training/rater learned from, one claim an answer: how many verdicts change
words      of the words that slipped: how many are read as they were meant, how many as another word, and how many
           words were changed in answers that nobody damaged

Which words slip is drawn by a seed. No test split is opened.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.judging.gold_answers import judge_text, read_gold
from bench.judging.misspelling import WORD, Misspelling, misspell
from vivavoce.providers.raters import embedded_rater
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.given import Given, GivenAnswer
from vivavoce.scoring.judge import judge_answer
from vivavoce.scoring.judged import JudgedAnswer
from vivavoce.scoring.normalise import normalise
from vivavoce.scoring.respelling import respell
from vivavoce.scoring.rubric import Rubric

SEED = 5
GRADED = ("beetle.jsonl", "scientsbank.jsonl")
LEAST_WORDS = 8
FAR = 0.5


def main() -> None:
    """Prints the parts."""
    options = _parse()
    rater = embedded_rater()
    gold = read_gold("dev")[: options.answers]
    print(f"rater {rater.name} {rater.version}")
    show_words([answer.text for answer in gold])
    print("gold")
    plain = [judge_text(answer, answer.text, rater=rater) for answer in gold]
    for kind in Misspelling:
        _show_moves(
            kind,
            plain,
            [judge_text(answer, misspell(answer.text, kind, seed=SEED), rater=rater) for answer in gold],
        )
    if options.graded:
        print("graded")
        graded = read_graded(options.graded, options.answers)
        plain = [_judge(given, given.turns[0].text, rater) for given in graded]
        for kind in Misspelling:
            _show_moves(
                kind,
                plain,
                [_judge(given, misspell(given.turns[0].text, kind, seed=SEED), rater) for given in graded],
            )


def show_words(texts: Iterable[str]) -> None:
    """What becomes of words that slipped, and of those that did not."""
    slipped: Counter[str] = Counter()
    untouched: Counter[str] = Counter()
    for text in texts:
        meant = WORD.findall(text)
        damaged = misspell(text, Misspelling.SLIPS, seed=SEED)
        read = WORD.findall(respell(normalise(damaged, language="en"), language="en").text)
        for was, typed, now in zip(meant, WORD.findall(damaged), read, strict=False):
            if was != typed:
                slipped["right" if now == was else "left" if now == typed else "wrong"] += 1
        changed = respell(normalise(text, language="en"), language="en").text
        untouched.update(f"{was}>{now}" for was, now in zip(meant, WORD.findall(changed), strict=False) if was != now)
    print(f"words\n  slipped: {dict(slipped)}\n  changed though nobody slipped: {dict(untouched)}")


def read_graded(folder: Path, most: int) -> list[Given]:
    """Answers with one claim each, drawn from every file."""
    rows = []
    for name in GRADED:
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        read = [row for row in map(json.loads, lines) if len(WORD.findall(row["answer"])) >= LEAST_WORDS]
        rows += random.Random(SEED).sample(read, min(most // len(GRADED), len(read)))
    return [
        Given(
            language="en",
            turns=(GivenAnswer(number=1, question=row["question"], text=row["answer"]),),
            rubric=Rubric(moderate=(row["requirements"][0],)),
        )
        for row in rows
    ]


def _judge(given: Given, text: str, rater: Rater) -> JudgedAnswer:
    turn = GivenAnswer(number=1, question=given.question, text=text)
    return judge_answer(Given(language="en", turns=(turn,), rubric=given.rubric), rater=rater)


def _show_moves(kind: Misspelling, plain: Sequence[JudgedAnswer], damaged: Sequence[JudgedAnswer]) -> None:
    both = list(zip(plain, damaged, strict=True))
    moves = [
        float(after.score - before.score)
        for before, after in both
        if before.score is not None and after.score is not None
    ]
    pairs = [pair for before, after in both for pair in zip(before.verdicts, after.verdicts, strict=False)]
    changed = sum(before.state is not after.state for before, after in pairs)
    print(
        f"  {kind:15} {len(moves)} scores: {sum(map(bool, moves))} move, down {sum(move < 0 for move in moves)},"
        f" by more than {FAR} {sum(abs(move) > FAR for move in moves)}, mean {sum(moves) / max(1, len(moves)):+.3f};"
        f" verdicts: {changed} of {len(pairs)} change"
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--graded", type=Path, help="a folder with beetle.jsonl and scientsbank.jsonl")
    return parser.parse_args()


if __name__ == "__main__":
    main()
