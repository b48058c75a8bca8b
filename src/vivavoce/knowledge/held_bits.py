"""The bits of documents that were searched lately, as the database gave them, and counted: 13 MB for 100,000 passages.

Who searches asks the database first which documents there are, and in which version, under its own tenant. Only what
that names is used, so nothing here is ever out of date or anybody else's; what it does not name is let go in time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

MOST_BYTES = 64 * 1024**2
COUNTED_BYTES = 1_536  # of a document: a whole number of four bytes for each of 384 bits
BLOCK_BYTES = 20  # of a passage: a byte for each bit of the twenty that are counted together
LONGEST_SECONDS = 600.0  # since somebody asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class BitsKey:
    """Bits of a document. version: of its row, as the database tells rows that were written anew apart."""

    document_id: UUID
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBits:
    """The passages of a document as bits: see near.py. words: all rows."""

    passages: int
    meanings: bytes | None
    words: bytes
    _counted: list[Any] = field(default_factory=list, init=False, compare=False, repr=False)

    def counts(self, count: Callable[[bytes], Any]) -> Any:
        """What they mean, as this counts the bits; once is enough."""
        if not self._counted:
            self._counted.append(count(self.meanings or b""))
        return self._counted[0]

    def __len__(self) -> int:
        return len(self.meanings or b"") + len(self.words) + COUNTED_BYTES + BLOCK_BYTES * self.passages

    def cut_words(self, rows: Iterable[int]) -> bytes:
        """These rows of words, one after another."""
        size = (self.passages + 7) // 8
        return b"".join(self.words[row * size : (row + 1) * size] for row in rows)


class HeldBits:
    """Of one process; not for several threads at once."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._most_bytes, self._longest_seconds = most_bytes, longest_seconds
        self._held: OrderedDict[BitsKey, tuple[WholeBits, float]] = OrderedDict()  # the one asked for last at the end
        self._bytes = 0

    def find(self, keys: Iterable[BitsKey]) -> dict[BitsKey, WholeBits]:
        """What is held of these."""
        now = time.monotonic()
        known = {}
        for key in keys:
            if key in self._held:
                known[key] = self._held[key][0]
                self._held[key] = known[key], now
                self._held.move_to_end(key)
        self._let_go(now - self._longest_seconds)
        return known

    def hold(self, bits: Mapping[BitsKey, WholeBits]) -> None:
        """Holds these for who asks next, as far as there is room."""
        now = time.monotonic()
        for key, whole in bits.items():
            if key not in self._held:
                self._held[key] = whole, now
                self._bytes += len(whole)
        self._let_go(now - self._longest_seconds)

    def _let_go(self, asked_since: float) -> None:
        while self._held:
            key, (whole, asked) = next(iter(self._held.items()))
            if self._bytes <= self._most_bytes and asked >= asked_since:
                return
            del self._held[key]
            self._bytes -= len(whole)


def to_whole(row: asyncpg.Record) -> tuple[BitsKey, WholeBits]:
    """A row as it was read."""
    key = BitsKey(document_id=row["document_id"], version=row["version"])
    return key, WholeBits(passages=row["passages"], meanings=row["meanings"], words=row["words"])
