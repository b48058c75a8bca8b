"""What passages and questions mean, held against what is usual; and as bits, to look at a hundred thousand in one go.

Vectors of any two texts lie near each other, since much in them is the same in all; what tells them apart is how they
differ from the usual one. Passages have another usual one than questions. Pure.

meaning: each of a vector's numbers is above or below what is usual there. Two texts that mean the same differ in few
bits, and those with the fewest are held against the question in full.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

SIZE = 384
# The middle of each number, of passages and then of questions: those of bench/questions/, in five languages. Written by
# `make bench-knowledge ARGS=--usual`.
USUAL = Path(__file__).with_name("usual.txt")


def to_meanings(vectors: Numbers) -> bytes:
    """The bits of passages' vectors: 48 bytes each, one after another. vectors: (n, 384), each of length 1."""
    return np.packbits(vectors > _usual()[0], axis=1).tobytes()


def to_differing(vectors: Numbers, *, of_questions: bool = False) -> Numbers:
    """How each vector differs from the usual one, at length 1. vectors: (n, 384)."""
    differing = vectors - _usual()[int(of_questions)]
    return np.asarray(differing / np.maximum(np.linalg.norm(differing, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def tell_nearness(question: Numbers, passages: Sequence[bytes]) -> list[float]:
    """How near kept vectors lie to a question's: -1 to 1, by how both differ from the usual. question: (1, 384)."""
    differing = to_differing(np.stack([unpack(kept) for kept in passages]))
    nearness: list[float] = (differing @ to_differing(question, of_questions=True)[0]).tolist()
    return nearness


def pack(vector: Numbers) -> bytes:
    """A vector as it is kept: two bytes a number."""
    return vector.astype("<f2").tobytes()


def unpack(kept: bytes) -> Numbers:
    """A kept vector."""
    return np.frombuffer(kept, dtype="<f2").astype(np.float32)


@cache
def _usual() -> Numbers:
    """(2, 384): of passages, of questions."""
    return np.array(USUAL.read_text(encoding="ascii").split(), dtype=np.float32).reshape(2, SIZE)
