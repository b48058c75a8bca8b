"""How likely words are each dialogue act, by what was learnt from examples. Pure.

One linear layer over what the words mean (their vector), which words and parts of words stand there, and how long and
how marked they are. `dialogue_acts.npz` is written by `make bench-turns ARGS=--learn`, from training/turns/.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vivavoce.conversation.asking_us import split_spoken
from vivavoce.conversation.dialogue_acts import DialogueAct
from vivavoce.knowledge.bits import Numbers
from vivavoce.text.fold import fold

LEARNT = Path(__file__).with_name("dialogue_acts.npz")
BUCKETS = 1 << 14  # words and parts of words are counted in so many
SHAPES = 8  # of a text, see _shape_of
# What was best on the half for choosing of bench/turns/seen.tsv: words tell more than single numbers of a vector.
OF_WORDS, OF_MEANING, OF_SHAPE = 3.0, 0.1, 0.3
ACTS = tuple(DialogueAct)


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntActs:
    """words: (BUCKETS, acts). rest: (384 + SHAPES + 1, acts), of the vector, the shape, and a constant. middle, spread:
    (384,), of the vectors that were learnt from.
    """

    words: Numbers
    rest: Numbers
    middle: Numbers
    spread: Numbers


def tell_acts(text: str, vector: Numbers, learnt: LearntActs) -> dict[DialogueAct, float]:
    """How likely the words are each act; all is 1. vector: (384,), as of a question."""
    buckets, shares = find_words(text)
    scores = shares @ learnt.words[buckets] + find_rest(text, vector, learnt.middle, learnt.spread) @ learnt.rest
    likely = np.exp(scores - scores.max())
    return dict(zip(ACTS, (likely / likely.sum()).tolist(), strict=True))


def find_words(text: str) -> tuple[NDArray[np.int64], Numbers]:
    """Which buckets the words and parts of words of a text fall into, and the share of each: its length is OF_WORDS."""
    counts = Counter(crc32(part.encode()) % BUCKETS for part in _parts_of(text))
    shares = 1 + np.log(np.array(list(counts.values()), dtype=np.float32))
    return np.array(list(counts), dtype=np.int64), OF_WORDS * shares / np.linalg.norm(shares)


def find_rest(text: str, vector: Numbers, middle: Numbers, spread: Numbers) -> Numbers:
    """(384 + SHAPES + 1,): what its vector, its shape and a constant tell."""
    meaning = OF_MEANING * (vector - middle) / spread
    return np.concatenate((meaning, OF_SHAPE * _shape_of(text), np.ones(1, dtype=np.float32))).astype(np.float32)


def _parts_of(text: str) -> Iterator[str]:
    words = ["<", *_WORD.findall(fold(text)), ">"]
    for count in (1, 2, 3):
        yield from (" ".join(words[start : start + count]) for start in range(len(words) - count + 1))
    for word in words[1:-1]:
        spaced = f" {word} "
        for count in (3, 4, 5):
            yield from (f"_{spaced[start : start + count]}" for start in range(len(spaced) - count + 1))


def _shape_of(text: str) -> Numbers:
    count, sentences = len(text.split()), split_spoken(text)
    asking = sum(_MARK.search(sentence) is not None for sentence in sentences)
    shape = (
        min(count, 60) / 60,
        count <= 3,
        count <= 8,
        count <= 14,
        count > 25,
        _MARK.search(text.rstrip()[-1:]) is not None,
        asking > 0,
        asking / max(1, len(sentences)),
    )
    return np.array(shape, dtype=np.float32)


@cache
def read_learnt() -> LearntActs:
    """What dialogue_acts.npz holds: whole numbers of up to 127, and the unit of each act."""
    with np.load(LEARNT) as file:
        words, rest = (file[name].astype(np.float32) * file[f"{name}_unit"] for name in ("words", "rest"))
        return LearntActs(words=words, rest=rest, middle=file["middle"], spread=file["spread"])


def write_learnt(learnt: LearntActs) -> None:
    """As it is read."""
    words, rest = (_unit_of(weights) for weights in (learnt.words, learnt.rest))
    np.savez_compressed(
        LEARNT,
        middle=learnt.middle,
        spread=learnt.spread,
        words=np.round(learnt.words / words).astype(np.int8),
        words_unit=words,
        rest=np.round(learnt.rest / rest).astype(np.int8),
        rest_unit=rest,
    )


def _unit_of(weights: Numbers) -> Numbers:
    return np.asarray(np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127, dtype=np.float32)


_WORD = re.compile(r"\w+(?:'\w+)*|[?؟？!…]")
_MARK = re.compile(r"[?؟？]")
