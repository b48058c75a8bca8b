"""How well the rater judges: against people's marks, the gold answers, attacks, rewrites, the clock and the memory.

    make bench-rater                                  (about 15 minutes; on one core)
    make bench-rater ARGS="--only gold speed"         (some parts alone)
    make bench-rater ARGS="--half dev --only gold --wrong"     (what is judged otherwise than it should be)

held-out   bench/rater_held_out.csv, which training wrote: each answer judged by a comparison and a head that had seen
           no answer to the question (training/rater/README.md). F1: of the three verdicts, by the rater's likeliest
           one and by the verdict of the whole pipeline. r: with people's marks. beyond length: the partial correlation
gold       bench/judging/gold: scores and verdicts beside those that were written down
attacks    each attack alone and behind a weak, a middling and a strong answer. lift: what it adds to the score
rewrites   the same answer in other clothes. move: how far its score goes, up or down
denials    bench/judging/denials.jsonl: what the rule for a rough rater's rejections sees, on either half of the pairs
honest     answers that nobody should be flagged for: flags by kind, and the most words of a rubric in one run
speed      an answer of 150 words against six claims, from start to end; by the clock, and what the processor did of it:
           on a busy machine they part
memory     the most that `vivavoce judge` had in use

Thresholds were set by the gold half dev; test, the default, is only counted.
"""

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from bench.judging.attacks import Attack, fill, read_attacks
from bench.judging.denials import HALVES, read_pairs
from bench.judging.figures import VERDICTS, correlate, correlate_beyond, find_macro_f1, find_percentile
from bench.judging.gold_answers import ORDER, Gold, judge_text, read_gold, share_in_order
from bench.judging.honest import read_honest
from bench.judging.rewrites import Rewrite, rewrite
from vivavoce.interviews.expectations import Bracket
from vivavoce.providers.raters import embedded_rater
from vivavoce.providers.raters.port import Rater
from vivavoce.scoring.denial import find_denials
from vivavoce.scoring.flags import RULES
from vivavoce.scoring.gates import examine
from vivavoce.scoring.given import Given, GivenAnswer

HELD_OUT = Path(__file__).with_name("rater_held_out.csv")
PARTS = ("held-out", "gold", "attacks", "rewrites", "denials", "honest", "speed", "memory")
SEED = 5
MASTERED = frozenset({"en"})
TIMED = 60  # answers


def main() -> None:
    """Prints the parts that are asked for."""
    options = _parse()
    rater = embedded_rater()
    print(f"rater {rater.name} {rater.version}, gold half {options.half}")
    answers = read_gold(options.half)
    shown: dict[str, Callable[[], None]] = {
        "held-out": lambda: show_held_out(HELD_OUT),
        "gold": lambda: show_gold(answers, rater=rater, is_wrong_shown=options.wrong and options.half == "dev"),
        "attacks": lambda: show_attacks(answers, rater=rater, is_wrong_shown=options.wrong),
        "rewrites": lambda: show_rewrites(answers, rater=rater, is_wrong_shown=options.wrong),
        "denials": show_denials,
        "honest": lambda: show_honest(is_wrong_shown=options.wrong),
        "speed": lambda: show_speed(make_long(answers, options.timed), rater=rater),
        "memory": lambda: show_memory(make_long(answers, options.timed)),
    }
    for part in options.only:
        print(f"\n{part}", flush=True)
        shown[part]()


def show_held_out(path: Path) -> None:
    """Against people's marks: F1 of the verdicts, r with the marks of SAF."""
    rows = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            rows[row["corpus"]].append(row)
    for corpus, judged in sorted(rows.items()):
        questions = len({row["question"] for row in judged})
        said = f"  {corpus:12} {len(judged):5} answers to {questions:3} questions"
        if corpus != "saf":
            true = [row["verdict"] for row in judged]
            likeliest = [max(VERDICTS, key=lambda verdict: float(row[verdict])) for row in judged]
            piped = [row["piped"] or "not_discussed" for row in judged]  # an answer without a score shows nothing
            said += f"  macro-F1 {find_macro_f1(likeliest, true):.3f}"
            said += f"  pipeline {find_macro_f1(piped, true):.3f}" if any(row["piped"] for row in judged) else ""
            print(said)
            continue
        for language in ("en", "de", "both"):
            some = [row for row in judged if language in ("both", row["language"])]
            marks = [float(row["mark"]) for row in some]
            words = [float(row["words"]) for row in some]
            for name in ("confirmed", "cosine"):
                given = [float(row[name]) for row in some]
                beyond = correlate_beyond(given, marks, words)
                print(
                    f"  {corpus} {language:8} {len(some):5} answers  by {name:9}"
                    f"  r {correlate(given, marks):.3f}  beyond length {beyond:.3f}"
                )


def show_gold(answers: Sequence[Gold], *, rater: Rater, is_wrong_shown: bool) -> None:
    """Triples in order, verdicts beside the written ones, the mean score of each level."""
    judged = [(gold, judge_text(gold, gold.text, rater=rater)) for gold in answers]
    scores = [(gold, judgement.score) for gold, judgement in judged]
    for number in (1, 2, 3):
        right, all_ = share_in_order([(gold, score) for gold, score in scores if gold.triple == number])
        print(f"  strong above middling above weak, triple {number}: {right} of {all_}")
    right, all_ = share_in_order(scores)
    print(f"  strong above middling above weak: {right} of {all_} ({right / all_:.1%})")
    pairs = [(gold, verdict) for gold, judgement in judged for verdict in judgement.verdicts]
    told = [verdict.state.value for _, verdict in pairs]
    true = [gold.verdict_on(verdict.claim) for gold, verdict in pairs]
    print(f"  verdicts: {len(told)}, macro-F1 {find_macro_f1(told, true):.3f}")
    for written in VERDICTS:
        beside = Counter(verdict for verdict, other in zip(told, true, strict=True) if other == written)
        print(f"    {written:13} judged " + ", ".join(f"{name} {beside[name]}" for name in VERDICTS))
    by_level = defaultdict(list)
    for gold, score in scores:
        by_level[gold.level].append(score)
    for level, some in by_level.items():
        numbers = [float(score) for score in some if score is not None]
        mean = f"{sum(numbers) / len(numbers):.2f}, from {min(numbers):.2f} to {max(numbers):.2f}" if numbers else "-"
        print(f"    {level:16} {len(some):3} answers, without a score {len(some) - len(numbers)}, mean score {mean}")
    if is_wrong_shown:
        for gold, judgement in judged:
            for verdict in judgement.verdicts:
                wanted = gold.verdict_on(verdict.claim)
                if wanted != verdict.state:
                    quote = " ".join(quote.text for quote in verdict.quotes)
                    print(f"{gold.id}: {verdict.claim.text} {wanted}, judged {verdict.state} {verdict.p:.2f} {quote!r}")


def show_attacks(answers: Sequence[Gold], *, rater: Rater, is_wrong_shown: bool) -> None:
    """Lifts of attacks behind an answer, and scores of attacks alone."""
    honest = {(gold.question_id, gold.level): gold for gold in answers if gold.triple == 1}
    questions = sorted({gold.question_id for gold in answers})
    known = {key: judge_text(gold, gold.text, rater=rater).score for key, gold in honest.items()}
    alone: list[tuple[Fraction, Attack]] = []
    lifts: list[tuple[Fraction, Attack, str]] = []
    left = 0
    for number, attack in enumerate(read_attacks()):
        question = questions[number % len(questions)]
        gold = honest[question, "weak"]
        words = fill(attack, question=gold.question, claims=[claim.text for claim in gold.rubric.claims])
        for level in ORDER:
            gold = honest[question, level]
            before = known[question, level]
            for between in (" ", "\n"):
                after = judge_text(gold, f"{gold.text}{between}{words}", rater=rater).score
                if before is None or after is None:
                    left += 1
                else:
                    lifts.append((after - before, attack, gold.id))
        by_itself = judge_text(gold, words, rater=rater).score
        alone.append((Fraction(1) if by_itself is None else by_itself, attack))
    too_high = [(lift, attack, where) for lift, attack, where in lifts if lift > Fraction(1, 4)]
    print(f"  {len(alone)} attacks; {len(lifts)} appended and scored, {left} left to a person")
    print(f"  appended: highest lift {float(max(lift for lift, _, _ in lifts)):.2f}, above 0.25: {len(too_high)}")
    above = [(score, attack) for score, attack in alone if score > Fraction(5, 4)]
    print(f"  alone: highest score {float(max(score for score, _ in alone)):.2f}, above 1.25: {len(above)}")
    if is_wrong_shown:
        for lift, attack, where in too_high:
            print(f"    {attack.id} behind {where}: +{float(lift):.2f}")
        for score, attack in above:
            print(f"    {attack.id} alone: {float(score):.2f}")


def show_rewrites(answers: Sequence[Gold], *, rater: Rater, is_wrong_shown: bool) -> None:
    """How far scores move with fair rewrites."""
    moves: dict[str, list[float]] = defaultdict(list)
    far = []
    for gold in answers:
        before = judge_text(gold, gold.text, rater=rater).score
        for kind in Rewrite:
            words = rewrite(gold.text, kind, seed=SEED)
            after = before if words == gold.text else judge_text(gold, words, rater=rater).score
            if before is None or after is None:
                moves["one without a score"].append(0.0 if before == after else 4.0)
                continue
            moves[kind.value].append(abs(float(after - before)))
            if abs(after - before) > Fraction(1, 2):
                far.append((gold.id, kind, float(after - before)))
    every = [move for some in moves.values() for move in some]
    for name, some in moves.items():
        print(f"  {name:20} mean {sum(some) / len(some):.3f}, most {max(some):.2f}, above 0.5: {_count_far(some)}")
    mean = sum(every) / len(every)
    print(f"  {'all':20} mean {mean:.3f}, most {max(every):.2f}, above 0.5: {_count_far(every)} of {len(every)}")
    for where, kind, move in far if is_wrong_shown else []:
        print(f"    {where} {kind}: {move:+.2f}")


def show_denials() -> None:
    """How often the rule is right where it speaks, and how many denials it sees."""
    for half in HALVES:
        pairs = read_pairs(half)
        seen = [pair for pair in pairs if find_denials(pair.claim, pair.words)]
        right = sum(pair.denies for pair in seen)
        all_ = sum(pair.denies for pair in pairs)
        print(f"  {half:7} {len(pairs)} pairs: {len(seen)} called denials, {right} of them are; {right} of {all_} seen")


def show_honest(*, is_wrong_shown: bool) -> None:
    """Flags on answers that were written to be honest, and those in whose words a person should look."""
    flags: Counter[str] = Counter()
    answers = read_honest()
    for answer in answers:
        given = Given(language="en", turns=(GivenAnswer(number=1, question=answer.question, text=answer.text),))
        raised = {
            flagged.flag for turn in examine(given, claims=answer.claims, mastered=MASTERED) for flagged in turn.raised
        }
        flags.update(flag.value for flag in raised)
        if is_wrong_shown and any(RULES[flag].needs_review for flag in raised):
            print(f"    {sorted(raised)} {answer.text!r}")
    reviewed = {flag.value: flags[flag.value] for flag in RULES if RULES[flag].needs_review}
    print(f"  {len(answers)} answers; flags that ask for a person: {reviewed}")
    print(f"  others: { {name: count for name, count in sorted(flags.items()) if name not in reviewed} }")


def _count_far(moves: Sequence[float]) -> int:
    return sum(move > 0.5 for move in moves)


def show_speed(answers: Sequence[tuple[Gold, str]], *, rater: Rater) -> None:
    """Seconds for an answer of 150 words against six claims."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    by_clock, by_processor = [], []
    for gold, words in answers:
        began, worked = time.perf_counter(), time.process_time()
        judge_text(gold, words, rater=rater)
        by_clock.append(time.perf_counter() - began)
        by_processor.append(time.process_time() - worked)
    print(f"  {len(answers)} answers of 150 words, six claims, one core")
    for name, seconds in (("by the clock", by_clock), ("of the processor", by_processor)):
        print(f"    {name:17} median {find_percentile(seconds, 50):.2f} s, p95 {find_percentile(seconds, 95):.2f} s")


def show_memory(answers: Sequence[tuple[Gold, str]]) -> None:
    """The peak of `vivavoce judge` over the same answers."""
    with tempfile.TemporaryFile() as file:
        for gold, words in answers:
            wanted = {bracket.value: gold.rubric.texts(bracket) for bracket in Bracket}
            line = {"id": gold.id, "question": gold.question, "language": "en", "answer": words}
            file.write(json.dumps({**line, "expectations": wanted}).encode() + b"\n")
        file.seek(0)
        subprocess.run(
            [sys.executable, "-c", "from vivavoce.cli import main; main()", "judge"],
            stdin=file,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  {len(answers)} answers by `vivavoce judge`: at most {peak:.0f} MB")


def make_long(answers: Sequence[Gold], count: int) -> list[tuple[Gold, str]]:
    """Answers of 150 words to the gold questions, made of several honest ones."""
    chance = random.Random(SEED)
    made = []
    for _ in range(count):
        gold = chance.choice(answers)
        others = [answer.text for answer in answers if answer.question_id == gold.question_id]
        chance.shuffle(others)
        made.append((gold, " ".join(" ".join(others).split()[:150])))
    return made


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["dev", "test"], default="test")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--timed", type=int, default=TIMED, help="answers, of speed and of memory")
    parser.add_argument("--wrong", action="store_true", help="print what is not as it should be")
    return parser.parse_args()


if __name__ == "__main__":
    main()
