"""A text as word pieces: the parts of its words that are likeliest together.

Source: Kudo, Subword Regularization (ACL 2018), the unigram model, by Viterbi. No piece reaches over a space, so each
word is parted by itself.
"""

import zlib
from array import array
from bisect import bisect_left
from functools import lru_cache

import numpy as np

from vivavoce.providers.e5.weights import E5Weights

SPACE = "\u2581"  # stands before each word
_UNLIKELY = 10.0  # a character that is in no piece is so much less likely than the rarest of them
_REMEMBERED = 20_000  # words
_LONGEST_REMEMBERED = 40  # characters: what has no spaces is no word


class WordPieces:
    """A quarter of a million pieces, by their checksums: a dictionary of them takes ten times as much memory."""

    def __init__(self, weights: E5Weights) -> None:
        self._ends = array("I", weights.offsets.tobytes())
        self._letters = weights.letters
        self._scores = array("f", weights.scores.tobytes())
        view, ends = memoryview(weights.letters), self._ends
        sums = np.array([zlib.crc32(view[ends[place] : ends[place + 1]]) for place in range(len(ends) - 1)], dtype="u4")
        order = np.argsort(sums, kind="stable").astype("u4")
        self._sums, self._order = array("I", sums[order].tobytes()), array("I", order.tobytes())
        self._longest = max(len(piece) for piece in _longest_pieces(weights))
        self._unknown, self._unknown_score = weights.unknown, float(weights.scores.min()) - _UNLIKELY
        self._plain = weights.plain
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._part)

    def read(self, text: str) -> list[int]:
        """The numbers of the text's pieces, in their order."""
        words = text.translate(self._plain).split(" ")
        if words[0] == "" and len(words) > 1:
            words = words[1:]
        # Several spaces are one; one at the end is a word without letters.
        return [
            number
            for place, word in enumerate(words)
            if word or place == len(words) - 1
            for number in (self._remembered if len(word) <= _LONGEST_REMEMBERED else self._part)(SPACE + word)
        ]

    def _find(self, piece: str) -> int:
        """The number of a piece; -1 where there is none of these letters."""
        letters = piece.encode()
        wanted = zlib.crc32(letters)
        place = bisect_left(self._sums, wanted)
        while place < len(self._sums) and self._sums[place] == wanted:
            number = self._order[place]
            if self._letters[self._ends[number] : self._ends[number + 1]] == letters and number != self._unknown:
                return number
            place += 1
        return -1

    def _part(self, word: str) -> tuple[int, ...]:
        size = len(word)
        best = [0.0] + [-1e30] * size
        came = [(0, 0)] * (size + 1)  # from where, by which piece
        for begin in range(size):
            score = best[begin]
            for end in range(begin + 1, min(size, begin + self._longest) + 1):
                number = self._find(word[begin:end])
                if number >= 0 and score + self._scores[number] > best[end]:
                    best[end], came[end] = score + self._scores[number], (begin, number)
            if score + self._unknown_score > best[begin + 1]:
                best[begin + 1], came[begin + 1] = score + self._unknown_score, (begin, self._unknown)
        numbers, end = [], size
        while end:
            end, number = came[end]
            numbers.append(number)
        return tuple(reversed(numbers))


def _longest_pieces(weights: E5Weights) -> list[str]:
    """Those of the most bytes, and any that could have more characters than they."""
    lengths = np.diff(weights.offsets.astype(np.int64))
    longest = int(lengths.max())
    return [
        weights.letters[weights.offsets[place] : weights.offsets[place + 1]].decode()
        for place in np.flatnonzero(lengths >= min(longest, 16))
    ]
