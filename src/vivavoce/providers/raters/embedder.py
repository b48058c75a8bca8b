"""Texts as vectors: MiniLM reads one text at a time, so that no text changes what another gets."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

MOST_PIECES = 128  # word pieces of one text, about 90 words; what stands behind them is not read
KEPT = 256  # texts remembered: the windows of one answer meet every claim of its rubric


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One text as the base model sees it.

    vector: (384,) of length 1. pieces: its n word pieces; tokens: (n, 384), each of length 1.
    words: (n + 2, 384), the pieces and the marks at both ends before any layer: the comparison begins with them.
    """

    text: str
    vector: NDArray[np.float32]
    pieces: tuple[str, ...]
    tokens: NDArray[np.float32]
    words: NDArray[np.float32]


class Embedder:
    """Remembers the last KEPT texts; what it gives for a text never depends on the others."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._known: OrderedDict[str, Embedded] = OrderedDict()

    def embed(self, text: str) -> Embedded:
        """The text's vectors."""
        known = self._known.pop(text, None) or self._embed(text)
        self._known[text] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known

    def _embed(self, text: str) -> Embedded:
        ids, pieces = cut_to_pieces(text, self._tokenizer)
        words, last = self._session.run(["words", "last"], {"ids": np.array([ids], dtype=np.int64)})
        return Embedded(
            text=text,
            vector=_at_length_one(last[0].mean(axis=0)),
            pieces=pieces,
            tokens=_at_length_one(last[0][1:-1]),
            words=words[0],
        )


def cut_to_pieces(text: str, tokenizer: Tokenizer) -> tuple[list[int], tuple[str, ...]]:
    """The text's word pieces as numbers, with the marks at both ends, and as they are written, without."""
    # A text of any length is cut before the tokenizer sees it: no word piece has more than 100 letters.
    # Half of a surrogate pair, as JSON can hold it, is not text to the tokenizer.
    encoded = tokenizer.encode(text[: 100 * MOST_PIECES].encode(errors="replace").decode())
    ids = encoded.ids if len(encoded.ids) <= MOST_PIECES else [*encoded.ids[: MOST_PIECES - 1], encoded.ids[-1]]
    return ids, tuple(encoded.tokens[1 : len(ids) - 1])


def _at_length_one(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.sqrt(np.square(vectors).sum(axis=-1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
