"""Learns what a candidate's turn does from the turns of this folder, and writes dialogue_acts.npz.

    make bench-turns ARGS=--learn       (some minutes)

One line a turn in *.tsv: language, act, question, text. All are made up. Beside them stand answers that are no turns of
this folder: how those of training/rater/written/ begin.
"""

import csv
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from vivavoce.conversation.act_features import ACTS, BUCKETS, LearntActs, find_rest, find_words
from vivavoce.conversation.dialogue_acts import DialogueAct
from vivavoce.knowledge.bits import Numbers
from vivavoce.knowledge.search import read_vector

FOLDER = Path(__file__).parent
WRITTEN = FOLDER.parent / "rater" / "written"
SCHOOL = FOLDER.parents[2] / "shared" / "data" / "graded-answers" / "saf.jsonl"
EVERY = 12  # of the written answers
LONGEST_BEGINNING = 3  # lines
LONGEST_SCHOOL = 200  # characters
STEPS, RATE = 300, 0.03  # of Adam
COST = 0.4  # of a large weight, beside all that is said


def learn() -> LearntActs:
    """What is learnt of all of it."""
    said = [*read_turns(), *((DialogueAct.ANSWER, text) for text in (*read_written(), *read_school(SCHOOL)))]
    acts, texts = [act for act, _ in said], [text for _, text in said]
    return learn_from(acts, texts, read_vectors(texts))


def learn_from(acts: list[DialogueAct], texts: list[str], vectors: Numbers) -> LearntActs:
    """vectors: (n, 384), of the texts."""
    middle, spread = vectors.mean(axis=0), vectors.std(axis=0) + np.float32(1e-6)
    words = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for row, text in zip(words, texts, strict=True):
        buckets, shares = find_words(text)
        row[buckets] = shares
    rest = np.stack([find_rest(text, vector, middle, spread) for text, vector in zip(texts, vectors, strict=True)])
    told = np.array([[act is one for one in ACTS] for act in acts], dtype=np.float32)
    weights = _descend(np.hstack([words, rest]), told)
    return LearntActs(words=weights[:BUCKETS], rest=weights[BUCKETS:], middle=middle, spread=spread)


def read_turns() -> Iterator[tuple[DialogueAct, str]]:
    """What each turn of this folder does, and its words."""
    for path in sorted(FOLDER.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for _, act, _, text in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield DialogueAct(act), text


def read_written() -> Iterator[str]:
    """How every twelfth of the written answers begins, and a line out of the middle of another."""
    answers = (
        [line.partition(" | ")[0].removesuffix(" |") for line in answer.splitlines()]
        for path in sorted(WRITTEN.glob("*.txt"))
        for question in path.read_text(encoding="utf-8").split("\nQ ")
        for answer in question.split("\nA\n")[1:]
    )
    for index, lines in enumerate(islice(answers, None, None, EVERY)):
        yield " ".join(lines[: 1 + index % LONGEST_BEGINNING]) if index % 2 else lines[len(lines) // 2]


def read_school(path: Path) -> Iterator[str]:
    """Short answers of Short Answer Feedback's training split, every other one: plain knowledge, as people type it."""
    with path.open(encoding="utf-8") as file:
        answers = [json.loads(line)["answer"] for line in file]
    yield from [answer for answer in answers if len(answer) <= LONGEST_SCHOOL and "submission" not in answer][::2]


def read_vectors(texts: list[str]) -> Numbers:
    """(n, 384): what each text means, as it is read where an interview is held."""
    return np.stack([read_vector(text)[0] for text in texts]).astype(np.float32)


def _descend(x: Numbers, told: Numbers) -> Numbers:
    """(width, acts): of a softmax regression; the last of x is its constant. told: (n, acts), of 0 and 1."""
    weights = np.zeros((x.shape[1], told.shape[1]), dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    cost = np.full((x.shape[1], 1), COST / len(x), dtype=np.float32)
    cost[-1] = 0
    for step in range(1, STEPS + 1):
        scores = x @ weights
        likely = np.exp(scores - scores.max(axis=1, keepdims=True))
        slope = x.T @ ((likely / likely.sum(axis=1, keepdims=True) - told) / len(x)) + cost * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope * slope
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return np.asarray(weights, dtype=np.float32)
