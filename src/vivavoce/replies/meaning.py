"""Which sentence of an employer's texts answers a question, by what both mean. Pure.

Vectors alone tell little: of a short text about one job all sentences are near to every question on work. So of the
question and of each sentence it is told which things of `things.toml` they are about (parking, breaks, who leads the
team …), and a question and its answer are about the same one. What a question is about, how near the two vectors are,
and how many of its words stand there come to how sure it is that this sentence answers.

What is learnt (`things.txt`) is written by `make bench-meaning ARGS=--learn`, from things.toml and bench/questions/.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vivavoce.knowledge.bits import SIZE, Numbers, find_usual, to_asked, to_differing, usual_of
from vivavoce.replies.asking import SpeechAct
from vivavoce.replies.sentences import name_alike
from vivavoce.replies.topics import find_words
from vivavoce.text.fold import fold
from vivavoce.text.stems import content_stems

LEARNT = Path(__file__).with_name("things.txt")
TRAITS = 12  # of a question and a sentence, see find_traits
MANY_STEMS = 6  # a question with more names no more than enough
LEAST_ALIKE = 1e-3  # below it, two texts are about different things, however different


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What is known of things. things: their names. asked, told: (385, things), what a text is about by its vector and
    a constant, for questions and for sentences. speech: (385, 3), in the same way, what words are of SpeechAct. traits:
    (13,), what each trait adds, and a constant.
    """

    things: tuple[str, ...]
    asked: Numbers
    told: Numbers
    speech: Numbers
    traits: Numbers


def tell_certain(
    question: str, vector: Numbers, sentences: Sequence[str], vectors: Numbers, *, language: str, learnt: Learnt
) -> list[float]:
    """How certain it is of each sentence that it answers the question: 0 to 1.

    vector: (384,), of the question. sentences: each with its heading. vectors: (n, 384), of the sentences.
    """
    traits = find_traits(question, vector, sentences, vectors, language=language, learnt=learnt)
    scores = traits @ learnt.traits[:-1] + learnt.traits[-1]
    # How one did, and whether one has the job, no text tells.
    certain: list[float] = ((1 - traits[:, -1]) / (1 + np.exp(-scores))).tolist()
    return certain


def tell_things(vector: Numbers, learnt: Learnt) -> dict[str, float]:
    """How likely a question is about each thing; all is 1. vector: (384,), of the question."""
    usual = usual_of(find_usual(()), None)
    likely = tell_about(to_differing(to_asked(vector[None]), usual), learnt.asked)[0]
    return dict(zip(learnt.things, likely.tolist(), strict=True))


def tell_speech(vector: Numbers, learnt: Learnt) -> dict[SpeechAct, float]:
    """How likely words in the place for questions are each of them; all is 1. vector: (384,), as of a question."""
    usual = usual_of(find_usual(()), None)
    likely = tell_about(to_differing(to_asked(vector[None]), usual), learnt.speech)[0]
    return dict(zip(SpeechAct, likely.tolist(), strict=True))


def find_traits(
    question: str, vector: Numbers, sentences: Sequence[str], vectors: Numbers, *, language: str, learnt: Learnt
) -> Numbers:
    """(n, 12): what of the question and each sentence tells whether this answers that."""
    usual = usual_of(find_usual(()), None)
    asked, told = to_differing(to_asked(vector[None]), usual)[0], to_differing(vectors, usual)
    near = told @ asked
    about = tell_about(asked[None], learnt.asked)[0]
    tells = tell_about(told, learnt.told)
    alike = tells @ about
    words = find_words(language)
    sought = set(content_stems(name_alike(fold(question), words), language=language))
    named = [
        len(sought.intersection(content_stems(name_alike(fold(sentence), words), language=language)))
        for sentence in sentences
    ]
    count = len(sentences)
    columns = (
        near,
        10 * (vectors @ vector - 0.85),
        np.array(named) / max(1, len(sought)),
        np.full(count, min(len(sought), MANY_STEMS) / MANY_STEMS),
        near - near.max(),
        near - near.mean(),
        alike,
        np.log(alike + LEAST_ALIKE),
        np.sqrt(tells) @ np.sqrt(about),
        alike - alike.max(),
        np.full(count, about.max()),
        np.full(count, about[-1]),  # of the judging
    )
    return np.column_stack(columns).astype(np.float32)


def tell_about(differing: Numbers, things: Numbers) -> Numbers:
    """(n, things): how likely each text is about each thing, by how it differs from the usual one. Each row is 1."""
    scores = differing @ things[:-1] + things[-1]
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True), dtype=np.float32)


@cache
def read_learnt() -> Learnt:
    """What things.txt holds: the names, a row of whole numbers for each thing (its unit last), once as it is asked for
    and once as it is told; one for each of SpeechAct; the traits."""
    first, *lines = LEARNT.read_text(encoding="ascii").splitlines()
    things = tuple(first.split())
    count = len(things)
    heads = np.stack([_read_row(line) for line in lines[:-1]])
    asked, told, speech = heads[:count].T, heads[count : 2 * count].T, heads[2 * count :].T
    traits = np.array(lines[-1].split(), dtype=np.float32)
    return Learnt(things=things, asked=asked, told=told, speech=speech, traits=traits)


def write_learnt(learnt: Learnt) -> str:
    """As it is read."""
    rows = [_write_row(row) for row in (*learnt.asked.T, *learnt.told.T, *learnt.speech.T)]
    return "\n".join((" ".join(learnt.things), *rows, " ".join(f"{trait:.4f}" for trait in learnt.traits), ""))


def _read_row(line: str) -> NDArray[np.float32]:
    *numbers, unit = line.split()
    assert len(numbers) == SIZE + 1
    return np.array(numbers, dtype=np.float32) * np.float32(unit)


def _write_row(row: Numbers) -> str:
    unit = float(np.abs(row).max()) / 99
    return " ".join((*(str(round(float(number) / unit)) for number in row), f"{unit:.6g}"))
