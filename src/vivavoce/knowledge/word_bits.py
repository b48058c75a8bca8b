"""Which words a passage may hold, as bits. Pure.

Each stem sets one of 512 bits. Who has all of a question's bits may hold its words, and is read.
"""

import hashlib
from collections.abc import Iterable

WORD_BITS = 512


def to_word_bits(stems: Iterable[str]) -> bytes:
    """One bit for each stem: 64 bytes."""
    bits = bytearray(WORD_BITS // 8)
    for stem in stems:
        place = int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=2).digest(), "big") % WORD_BITS
        bits[place // 8] |= 0x80 >> place % 8
    return bytes(bits)
