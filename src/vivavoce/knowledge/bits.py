"""What passages and questions mean, held against what is usual; and as bits, to look at a hundred thousand in one go.

Vectors of any two texts lie near each other, since much in them is the same in all; what tells them apart is how they
differ from the usual one. Passages have another usual one than questions, and each store has its own: among texts on
anything, what all questions on work have in common is just what leads to the texts on work. Pure.

meaning: each of a vector's numbers is above or below what is usual there, in texts on work. Two texts that mean the
same differ in few bits, and those with the fewest are held against the question in full. How many of a document's bits
are set tells what is usual in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Counts = NDArray[np.integer[Any]]
# Of the passages in each language, and of all (None): in what share of them each bit is set. (384,)
Usual = Mapping[str | None, NDArray[np.float64]]

SIZE = 384
# Of each number: its middle in passages, its middle in questions, and how far passages are from theirs (one standard
# deviation). Those of bench/questions/, in five languages. Written by `make bench-knowledge ARGS=--usual`.
USUAL = Path(__file__).with_name("usual.txt")
# (64, 384): the directions in which texts on work differ most from each other, each of length 1. Written with it.
WIDEST = Path(__file__).with_name("widest.npy")
BLOCK = 20  # passages whose bits are counted together, in a byte
# A store counts as if it had so many passages more, as usual as those; and of its languages each so many of the store.
AS_MANY = 200
# Of what sets texts on work apart from the store: so much more than a question has itself; and from which share of it
# on, and from which fully, a question counts as one on work. Of questions on work 19 in 20 have 0.5, of others two in
# three have less than that.
MORE_OF_WORK = 4.0
LITTLE, MUCH = 0.35, 0.55
# In standard deviations: how far from texts on work what is usual in a store may lie for it to be on work itself, and
# from where on it is not. Handbooks come to 0.08 to 0.18, manuals and sayings to 0.5 and more.
NEAR_WORK, FAR_FROM_WORK = 0.2, 0.4
_LOGISTIC = 1.702  # times a standard deviation: the logistic curve that is nearest to the normal one
_LEAST_STEEP = 0.09  # where a bit is nearly always the same in a store, few passages say little of it


@dataclass(frozen=True, slots=True)
class CountedBits:
    """In how many passages of a document each bit is set. blocks: (n, 384), of BLOCK passages each; whole: (384,)."""

    blocks: Counts
    whole: Counts


@dataclass(frozen=True, slots=True)
class AnswerTopic:
    """What texts around an answer are like. direction: (384,), length 1. tells: how much of the question, 0 to 1."""

    direction: Numbers
    tells: float


def to_meanings(vectors: Numbers) -> bytes:
    """The bits of passages' vectors: 48 bytes each, one after another. vectors: (n, 384), each of length 1."""
    return np.packbits(vectors > _usual()[0], axis=1).tobytes()


def count_bits(meanings: bytes) -> CountedBits:
    """The bits of a document's passages, counted."""
    bits = np.unpackbits(np.frombuffer(meanings, dtype=np.uint8).reshape(-1, SIZE // 8), axis=1)
    if not len(bits):
        return CountedBits(np.zeros((0, SIZE), dtype=np.uint8), np.zeros(SIZE, dtype=np.int32))
    blocks = np.add.reduceat(bits, range(0, len(bits), BLOCK), axis=0, dtype=np.uint8)
    return CountedBits(blocks, np.asarray(blocks.sum(axis=0), dtype=np.int32))


def find_usual(documents: Iterable[tuple[str | None, int, Counts]]) -> Usual:
    """What is usual in these documents.

    documents: of each its language, how many passages it has, and in how many each bit is set.
    """
    passages: Counter[str | None] = Counter()
    counts: dict[str | None, Counts] = {None: np.zeros(SIZE, dtype=np.int32)}
    for language, count, of_document in documents:
        for key in {language, None}:
            passages[key] += count
            counts[key] = counts.get(key, 0) + of_document
    of_all = (counts[None] + AS_MANY / 2) / (passages[None] + AS_MANY)
    return {key: (counts[key] + AS_MANY * of_all) / (passages[key] + AS_MANY) for key in counts} | {None: of_all}


def usual_of(usual: Usual, language: str | None) -> Numbers:
    """(384,): the middle of each number in the passages of a language; of all, where none is in it."""
    share = usual.get(language, usual[None])
    of_passages, _, deviations = _usual()
    return np.asarray(of_passages + deviations * np.log(share / (1 - share)) / _LOGISTIC, dtype=np.float32)


def to_asked(question: Numbers) -> Numbers:
    """What a question's vector would be, were it a passage: what its being a question makes of it is taken off."""
    return np.asarray(question - _usual()[1] + _usual()[0], dtype=np.float32)


def to_differing(vectors: Numbers, usual: Numbers) -> Numbers:
    """How each vector differs from the usual one, at length 1. vectors: (n, 384). usual: (384,), or (n, 384).

    A number in which passages are far apart tells no more than one in which they are not.
    """
    differing = (vectors - usual) / _usual()[2]
    return np.asarray(differing / np.maximum(np.linalg.norm(differing, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def find_topic(question: Numbers, usual: Numbers) -> AnswerTopic:
    """What texts around an answer are like, and how much that tells of this question.

    question: (1, 384). usual: (384,), in the stores. Of what sets the question apart, more of what sets texts on work
    apart. It tells nothing where all of a store is on work, nor where the question is about something else.
    The directions in which texts on work differ most from each other say what one of them is on, and many words of a
    manual lie there, too: they are left out.
    """
    of_passages, _, deviations = _usual()
    work = (of_passages - usual) / deviations
    far = float(np.linalg.norm(work)) / SIZE**0.5
    asked, work = _leave_out_widest((to_asked(question)[0] - usual) / deviations), _leave_out_widest(work)
    share = float(asked @ work) / max(float(work @ work), 1e-9)
    direction = asked + MORE_OF_WORK * work
    direction /= max(float(np.linalg.norm(direction)), 1e-9)
    tells = _share(share, LITTLE, MUCH) * _share(far, NEAR_WORK, FAR_FROM_WORK)
    return AnswerTopic(np.asarray(direction, dtype=np.float32), tells)


def weigh_bits(direction: Numbers, share: NDArray[np.float64]) -> Numbers:
    """(384,): by how much a bit that is set lifts a passage in a direction. share: in which share of passages it is."""
    steep = np.maximum(share * (1 - share), _LEAST_STEEP)
    return np.asarray(direction / (_LOGISTIC * steep), dtype=np.float32)


def usual_around(counts: Counts, passages: int) -> Numbers:
    """(384,): the middle of each number around a passage, as if these passages were a store of their own.

    counts: in how many of them each bit is set.
    """
    share = (counts + AS_MANY / 2) / (passages + AS_MANY)
    return usual_of({None: share}, None)


def _leave_out_widest(differing: Numbers) -> Numbers:
    widest = _widest()
    return np.asarray(differing - (widest @ differing) @ widest)


def _share(value: float, none: float, whole: float) -> float:
    return min(1.0, max(0.0, (value - none) / (whole - none)))


def tell_nearness(
    question: Numbers,
    language: str | None,
    passages: Sequence[tuple[str | None, bytes]],
    usual: Usual,
) -> list[float]:
    """How near passages lie to a question: -1 to 1, by how both differ from what is usual in their languages.

    question: (1, 384). language: of the question. passages: of each the language, and the vector as it is kept.
    """
    middles = {spoken: usual_of(usual, spoken) for spoken in {spoken for spoken, _ in passages}}
    differing = to_differing(
        np.stack([unpack(kept) for _, kept in passages]), np.stack([middles[spoken] for spoken, _ in passages])
    )
    nearness: list[float] = (differing @ to_differing(to_asked(question), usual_of(usual, language))[0]).tolist()
    return nearness


def tell_nearness_around(question: Numbers, passages: Sequence[bytes], middles: Sequence[Numbers]) -> list[float]:
    """How near passages lie to a question: -1 to 1, by how both differ from what is usual around each passage.

    question: (1, 384). middles: see usual_around.
    """
    usual = np.stack(middles)
    differing = to_differing(np.stack([unpack(kept) for kept in passages]), usual)
    nearness: list[float] = (differing * to_differing(to_asked(question), usual)).sum(axis=1).tolist()
    return nearness


def pack(vector: Numbers) -> bytes:
    """A vector as it is kept: two bytes a number."""
    return vector.astype("<f2").tobytes()


def unpack(kept: bytes) -> Numbers:
    """A kept vector."""
    return np.frombuffer(kept, dtype="<f2").astype(np.float32)


@cache
def _usual() -> Numbers:
    """(3, 384): of passages, of questions, how far passages are from it."""
    return np.array(USUAL.read_text(encoding="ascii").split(), dtype=np.float32).reshape(3, SIZE)


@cache
def _widest() -> Numbers:
    return np.asarray(np.load(WIDEST), dtype=np.float32)
