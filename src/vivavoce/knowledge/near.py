"""Which of a store's passages are worth being read in full for a question: all are looked at, as bits. Pure.

Of each passage it is known on which side of the usual each of its vector's numbers lies, and which words it may hold.
Bits that are all looked at take a hundredth of a second for 100,000 passages.

A short passage tells little of what it is about, and among thousands some are near to every question. What stands
around it tells more: where a question is on work, a passage counts nearer if its neighbours in its document are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivavoce.knowledge.bits import SIZE, Numbers, Usual, find_topic, to_asked, to_differing, usual_of

ROUGHLY = 4_000  # that differ in the fewest bits are weighed by how much each bit counts
BY_A_WORD = 0.012  # so much nearer for each word, times what the word tells apart
NEIGHBOURS = 30  # so many before a passage and so many behind it are what stands around it
BY_NEIGHBOURS = 2.0  # so much nearer, times by how much more than usual their bits are those of texts that answer
AS_USUAL = 4  # neighbours more that are as usual, since the nearness of one alone tells little
SAME_LANGUAGE = 0.2  # so much nearer counts what is in the language of the question: it can be read by who asks


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBits:
    """The passages of a document as bits, in its order.

    meanings: 48 bytes a passage; None: no machine told. words: a row of bits for each word of the question, a bit a
    passage, each row in whole bytes.
    """

    count: int
    language: str | None
    meanings: bytes | None
    words: bytes


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A passage that may say much.

    number: its place among all passages of the documents. besides: by how much nearer it counts for its language and
    for what stands around it.
    """

    number: int
    besides: float


def find_near(
    vector: Numbers | None, language: str, documents: Sequence[DocumentBits], usual: Usual, most: int
) -> list[NearPassage]:
    """The passages that may say most, the nearest first.

    vector: (1, 384), what the question means; None: no machine told. language: of the question, as documents have it.
    """
    counts = np.array([document.count for document in documents])
    bonuses = [tell_bonus(document.language, language) for document in documents]
    besides = np.repeat(np.array(bonuses, dtype=np.float32), counts)
    nearness = BY_A_WORD * _weigh_words(documents)
    if vector is not None:
        middle = usual_of(usual, language)
        question = to_differing(to_asked(vector), middle)[0]
        topic, tells = find_topic(vector, middle)
        meanings = _Meanings(documents, counts, usual)
        if tells:
            besides += tells * _tell_around(meanings.tell_alike(topic), counts)
        likely = _highest(nearness + besides + meanings.tell_alike(question), ROUGHLY)
        nearness += meanings.tell_roughly(question, likely)
    nearness += besides
    kept = _highest(nearness, most)
    kept = kept[np.argsort(-nearness[kept], kind="stable")]
    return [NearPassage(int(number), float(besides[number])) for number in kept]


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


def _tell_around(alike: Numbers, counts: NDArray[Any]) -> Numbers:
    """By how much nearer each passage counts for its neighbours. counts: how many passages each document has."""
    sums = np.concatenate(([0.0], np.cumsum(alike, dtype=np.float64)))
    ends = np.repeat(np.cumsum(counts), counts)
    numbers = np.arange(len(alike))
    first = np.maximum(numbers - NEIGHBOURS, ends - np.repeat(counts, counts))
    last = np.minimum(numbers + NEIGHBOURS + 1, ends)
    of_neighbours = sums[last] - sums[first] - alike
    return np.asarray(BY_NEIGHBOURS * of_neighbours / (last - first - 1 + AS_USUAL), dtype=np.float32)


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
