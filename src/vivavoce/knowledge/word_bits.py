"""Which words passages may hold, as bits: a row for each of 512 sums of words, and in it a bit for each passage. Pure.

Several words share a row. Who reads the rows of a question's words knows which passages may hold them, and no more.
"""

import hashlib
from collections.abc import Iterable, Sequence

WORD_ROWS = 512


def to_word_rows(passages: Sequence[Iterable[str]]) -> bytes:
    """The rows of a document. passages: the stems of each, in their order."""
    size = (len(passages) + 7) // 8
    bits = bytearray(WORD_ROWS * size)
    for place, stems in enumerate(passages):
        for row in find_rows(stems):
            bits[row * size + place // 8] |= 0x80 >> place % 8
    return bytes(bits)


def find_rows(stems: Iterable[str]) -> list[int]:
    """In which rows these stems are, each once."""
    return list(dict.fromkeys(_sum(stem) for stem in stems))


def _sum(stem: str) -> int:
    return int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=2).digest(), "big") % WORD_ROWS
