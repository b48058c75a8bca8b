"""Which of a store's passages are worth being read in full for a question: all are looked at, as bits. Pure.

Of each passage it is known on which side of the usual each of its vector's numbers lies, and which words it may hold.
Bits that are all looked at take a hundredth of a second for 100,000 passages.

A short passage tells little of what it is about, and among thousands some are near to every question. What stands
around it tells more: where a question is on work, a passage counts nearer if the block of passages in which it stands
is on work, too, with the blocks before and behind.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivavoce.knowledge.bits import (
    BLOCK,
    SIZE,
    Counts,
    Numbers,
    Usual,
    find_topic,
    to_asked,
    to_differing,
    usual_around,
    usual_of,
    weigh_bits,
)

ROUGHLY = 4_000  # that differ in the fewest bits are weighed by how much each bit counts
BY_A_WORD = 0.012  # so much nearer for each word, times what the word tells apart
BLOCKS_AROUND = 1  # before a passage's own and behind it, as far as its document has any
# So much nearer, times the square of how many standard deviations what stands around is from usual: in a store of
# 25,000 passages on anything, texts on work are 4.5 to 7 from it, and other texts seldom 5, mostly less than 3.
BY_NEIGHBOURS = 0.025
AS_USUAL = 4  # passages more that are as usual, since those of few tell little
SAME_LANGUAGE = 0.2  # so much nearer counts what is in the language of the question: it can be read by who asks


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBits:
    """The passages of a document as bits, in its order.

    meanings: 48 bytes a passage; None: no machine told. blocks: see CountedBits. words: a row of bits for each word of
    the question, a bit a passage, each row in whole bytes.
    """

    count: int
    language: str | None
    meanings: bytes | None
    blocks: Counts | None
    words: bytes


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A passage that may say much.

    number: its place among all passages of the documents. besides: by how much nearer it counts for its language and
    for what stands around it. around: (384,), the middle of each number there; None: it tells nothing.
    """

    number: int
    besides: float
    around: Numbers | None


@dataclass(frozen=True, slots=True)
class NearPassages:
    """The passages that may say most, the nearest first. tells: how much what stands around them does, 0 to 1."""

    passages: Sequence[NearPassage]
    tells: float


def find_near(
    vector: Numbers | None, language: str, documents: Sequence[DocumentBits], usual: Usual, most: int
) -> NearPassages:
    """The passages that may say most.

    vector: (1, 384), what the question means; None: no machine told. language: of the question, as documents have it.
    """
    counts = np.array([document.count for document in documents])
    bonuses = [tell_bonus(document.language, language) for document in documents]
    besides = np.repeat(np.array(bonuses, dtype=np.float32), counts)
    nearness = BY_A_WORD * _weigh_words(documents)
    around, tells = None, 0.0
    if vector is not None:
        middle = usual_of(usual, language)
        question = to_differing(to_asked(vector), middle)[0]
        topic = find_topic(vector, middle)
        meanings = _Meanings(documents, counts, usual)
        if topic.tells:
            around, tells = _Blocks(documents, usual), topic.tells
            besides += tells * BY_NEIGHBOURS * np.maximum(around.tell_far(topic.direction), 0) ** 2
        likely = _highest(nearness + besides + meanings.tell_alike(question), ROUGHLY)
        nearness += meanings.tell_roughly(question, likely)
    nearness += besides
    kept = _highest(nearness, most)
    kept = kept[np.argsort(-nearness[kept], kind="stable")]
    middles = [None] * len(kept) if around is None else around.find_middles(kept)
    return NearPassages(
        [NearPassage(int(number), float(besides[number]), at) for number, at in zip(kept, middles, strict=True)], tells
    )


def tell_bonus(of_document: str | None, language: str) -> float:
    """By how much nearer a document of this language counts."""
    return SAME_LANGUAGE if of_document == language else 0.0


class _Meanings:
    """The bits of all passages. What is usual in a passage's language counts for nothing."""

    def __init__(self, documents: Sequence[DocumentBits], counts: NDArray[Any], usual: Usual) -> None:
        unknown = bytes(SIZE // 8)
        self._bits = np.frombuffer(
            b"".join(document.meanings or unknown * document.count for document in documents), dtype=np.uint8
        ).reshape(-1, SIZE // 8)
        self._is_known = np.repeat([document.meanings is not None for document in documents], counts)
        keys = list(usual)
        self._language = np.repeat(
            [keys.index(document.language if document.language in usual else None) for document in documents], counts
        )
        self._usual = 2 * np.stack([usual[key] for key in keys]) - 1

    def tell_alike(self, question: Numbers) -> Numbers:
        """How many of the bits are those of the question: 1 for all, -1 for none, less what is usual."""
        ours = np.packbits(question > 0).view(np.uint64)
        counts = np.bitwise_count(self._bits.view(np.uint64) ^ ours)
        differing = np.zeros(len(counts), dtype=np.uint16)
        for column in counts.T:  # many times as quick as a sum over rows of six
            differing += column
        usual = self._usual @ np.where(question > 0, 1, -1) / SIZE
        alike = 1.0 - differing * np.float32(2 / SIZE) - usual.astype(np.float32)[self._language]
        return np.where(self._is_known, alike, np.float32(0))  # neither near nor far

    def tell_roughly(self, question: Numbers, likely: NDArray[Any]) -> Numbers:
        """How near these are, about -1 to 1; -1 for the rest. A bit counts by how far the question is from usual."""
        told = np.full(len(self._bits), -1.0, dtype=np.float32)
        # For each byte, what each of its values comes to.
        values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1
        worth = question.reshape(-1, 8) @ values.T
        usual = (self._usual @ question).astype(np.float32)[self._language[likely]]
        nearness = (worth[np.arange(SIZE // 8), self._bits[likely]].sum(axis=1) - usual) / math.sqrt(SIZE)
        told[likely] = np.where(self._is_known[likely], nearness, 0.0)
        return told


class _Blocks:
    """What stands around each passage: the counted bits of its block, and of those before and behind it."""

    def __init__(self, documents: Sequence[DocumentBits], usual: Usual) -> None:
        sizes = [-(-document.count // BLOCK) for document in documents]
        unknown = np.zeros((max(sizes, default=0), SIZE), dtype=np.uint8)
        pairs = list(zip(documents, sizes, strict=True))
        self._counts = np.concatenate(
            [unknown[:size] if document.blocks is None else document.blocks for document, size in pairs]
        )
        passages = np.concatenate([_sizes_of(document.count) for document in documents])
        self._of_passage = np.repeat(np.arange(len(passages)), passages)
        is_known = np.repeat([document.blocks is not None for document in documents], sizes)
        self._passages = np.where(is_known, passages, 0)
        ends = np.repeat(np.cumsum(sizes), sizes)
        numbers = np.arange(len(passages))
        self._first = np.maximum(numbers - BLOCKS_AROUND, ends - np.repeat(sizes, sizes))
        self._last = np.minimum(numbers + BLOCKS_AROUND + 1, ends)
        keys = list(usual)
        self._usual = np.stack([usual[key] for key in keys])
        self._language = np.repeat(
            [keys.index(document.language if document.language in usual else None) for document in documents], sizes
        )

    def tell_far(self, direction: Numbers) -> Numbers:
        """For each passage, how far what stands around it is from usual in this direction: in standard deviations."""
        weights = np.stack([weigh_bits(direction, share) for share in self._usual])
        worth = (self._counts.astype(np.float32) @ weights.T)[np.arange(len(self._counts)), self._language]
        worth -= self._passages * (self._usual * weights).sum(axis=1)[self._language]
        far = self._around(worth) / (self._around(self._passages) + AS_USUAL)
        return np.asarray(far[self._of_passage], dtype=np.float32)

    def find_middles(self, numbers: NDArray[Any]) -> list[Numbers]:
        """The middle of each number of a vector around each of these passages."""
        blocks = self._of_passage[numbers].tolist()
        middles = {block: self._find_middle(self._first[block], self._last[block]) for block in set(blocks)}
        return [middles[block] for block in blocks]

    def _find_middle(self, first: int, last: int) -> Numbers:
        counts = self._counts[first:last].sum(axis=0, dtype=np.int32)
        return usual_around(counts, int(self._passages[first:last].sum()))

    def _around(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The sums of what each block and its neighbours have."""
        sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        return np.asarray(sums[self._last] - sums[self._first])


def _sizes_of(count: int) -> NDArray[Any]:
    """How many passages each block of a document has."""
    return np.diff(np.append(np.arange(0, count, BLOCK), count))


def _weigh_words(documents: Sequence[DocumentBits]) -> Numbers:
    """For each passage, what the question's words that it may hold tell apart, summed up."""
    total = sum(document.count for document in documents)
    rows = max(len(document.words) // ((document.count + 7) // 8) for document in documents)
    weights = np.zeros(total, dtype=np.float32)
    if not rows:
        return weights
    held = np.concatenate([_unpack_rows(document, rows) for document in documents], axis=1)
    for row in held:
        holders = int(row.sum())
        if holders:
            weights += row * np.float32(math.log(1 + (total - holders + 0.5) / (holders + 0.5)))
    return weights


def _unpack_rows(document: DocumentBits, rows: int) -> NDArray[np.uint8]:
    bits = np.frombuffer(document.words, dtype=np.uint8).reshape(rows, -1)
    return np.unpackbits(bits, axis=1, count=document.count)


def _highest(values: Numbers, most: int) -> NDArray[Any]:
    """The places of the highest, in their order; of equal ones whichever, the same each time."""
    if len(values) <= most:
        return np.arange(len(values))
    return np.sort(np.argpartition(-values, most)[:most])
