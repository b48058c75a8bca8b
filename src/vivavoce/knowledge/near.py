"""Which of a store's passages are worth being read in full for a question: all are looked at, as bits. Pure.

Of each passage it is known on which side of the usual each of its vector's numbers lies, and which words it may hold.
Bits that are all looked at take a hundredth of a second for 100,000 passages.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from vivavoce.knowledge.bits import SIZE, Numbers, to_differing

ROUGHLY = 4_000  # that differ in the fewest bits are weighed by how much each bit counts
BY_A_WORD = 0.012  # so much nearer for each word, times what the word tells apart
SAME_LANGUAGE = 0.1  # so much nearer counts what is in the language of the question: it can be read by who asks


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBits:
    """The passages of a document as bits.

    meanings: 48 bytes a passage; None: no machine told. words: a row of bits for each word of the question, a bit a
    passage, each row in whole bytes.
    """

    document_id: UUID
    count: int
    language: str | None
    meanings: bytes | None
    words: bytes


def find_near(vector: Numbers | None, language: str, documents: Sequence[DocumentBits], most: int) -> list[int]:
    """The passages that may say most, the nearest first; each by its place among all passages of these documents.

    vector: (1, 384), what the question means; None: no machine told. language: of the question.
    """
    counts = np.array([document.count for document in documents])
    nearness = np.zeros(int(counts.sum()), dtype=np.float32)
    nearness += BY_A_WORD * _weigh_words(documents)
    nearness += np.repeat(
        np.array([tell_bonus(document.language, language) for document in documents], dtype=np.float32), counts
    )
    if vector is not None:
        unknown = bytes(SIZE // 8)  # neither near nor far
        bits = np.frombuffer(
            b"".join(document.meanings or unknown * document.count for document in documents), dtype=np.uint8
        )
        nearness += _tell_roughly(to_differing(vector, of_questions=True)[0], bits.reshape(-1, SIZE // 8), nearness)
    kept = _highest(nearness, most)
    chosen: list[int] = kept[np.argsort(-nearness[kept], kind="stable")].tolist()
    return chosen


def tell_bonus(of_document: str | None, language: str) -> float:
    """By how much nearer a document of this language counts. Portuguese is one to who tells what a document is in."""
    return SAME_LANGUAGE if of_document == ("pt" if language == "br" else language) else 0.0


def _tell_roughly(question: Numbers, meanings: NDArray[np.uint8], besides: Numbers) -> Numbers:
    """About -1 to 1 for those that may be near, -1 for the rest."""
    ours = np.packbits(question > 0).view(np.uint64)
    counts = np.bitwise_count(meanings.view(np.uint64) ^ ours)
    differing = np.zeros(len(counts), dtype=np.uint16)
    for column in counts.T:  # many times as quick as a sum over rows of six
        differing += column
    likely = _highest(besides + (1.0 - differing * np.float32(2 / SIZE)), ROUGHLY)
    told = np.full(len(meanings), -1.0, dtype=np.float32)
    # A bit counts by how far the question is from the usual there: for each byte, what each of its values comes to.
    values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1
    worth = question.reshape(-1, 8) @ values.T
    told[likely] = worth[np.arange(SIZE // 8), meanings[likely]].sum(axis=1) / math.sqrt(SIZE)
    return told


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
