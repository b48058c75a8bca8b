"""The exported encoder as the program would run it: one thread, one order, each text read once.

claim ─────► alone ─┐
window ────► alone ─┼─► together ──► logits
question ──► alone ─┘
"""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vivavoce.providers.raters.sessions import open_session

MOST_OF_CLAIM, MOST_OF_WINDOW, MOST_OF_QUESTION = 48, 80, 32  # word pieces, with the marks at both ends
MOST_LETTERS = 100  # of a word piece
KEPT = 128  # texts remembered, some 80 kB each: the windows of one answer meet every claim of its rubric


class Exported:
    """Both networks. What they give for three texts never depends on any other."""

    def __init__(self, folder: Path, *, base: Path) -> None:
        self._alone = open_session((folder / "alone.onnx").read_bytes())
        self._together = open_session((folder / "together.onnx").read_bytes())
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._known: OrderedDict[tuple[int, ...], NDArray[np.float32]] = OrderedDict()
        self.compared = 0

    def compare(self, question: str, claim: str, window: str) -> NDArray[np.float32]:
        """(6,) logits: confirmed, rejected, not discussed, of a claim on knowledge and then of one on a deed."""
        self.compared += 1
        asked = self._cut(question, MOST_OF_QUESTION, is_end_kept=True)
        parts = [self._read(ids) for ids in (self._cut(claim, MOST_OF_CLAIM), self._cut(window, MOST_OF_WINDOW), asked)]
        given = {
            "hidden": np.concatenate(parts)[np.newaxis],
            "parts": np.repeat(np.arange(3, dtype=np.int64), [len(part) for part in parts])[np.newaxis],
        }
        logits: NDArray[np.float32] = self._together.run(["logits"], given)[0][0]
        return logits

    def _cut(self, text: str, most: int, *, is_end_kept: bool = False) -> tuple[int, ...]:
        # A text of any length is cut before the tokenizer sees it.
        # Half of a surrogate pair, as JSON can hold it, is not text to the tokenizer.
        letters = MOST_LETTERS * most
        short = (text[-letters:] if is_end_kept else text[:letters]).encode(errors="replace").decode()
        ids: list[int] = self._tokenizer.encode(short).ids
        if len(ids) <= most:
            return tuple(ids)
        return tuple([ids[0], *ids[1 - most :]] if is_end_kept else [*ids[: most - 1], ids[-1]])

    def _read(self, ids: tuple[int, ...]) -> NDArray[np.float32]:
        known = self._known.pop(ids, None)
        if known is None:
            known = self._alone.run(["hidden"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        self._known[ids] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known
