"""The exported encoder as the program would run it: one thread, one order, each text read once.

claim ───► alone ─┐
window ──► alone ─┴─► together ──► logits
"""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vivavoce.providers.raters.sessions import open_session

MOST_OF_CLAIM, MOST_OF_WINDOW = 48, 80  # word pieces, with the marks at both ends
MOST_LETTERS = 100  # of a word piece
KEPT = 128  # texts remembered, some 80 kB each: the windows of one answer meet every claim of its rubric


class Exported:
    """Both networks. What they give for two texts never depends on any other."""

    def __init__(self, folder: Path, *, base: Path) -> None:
        self._alone = open_session((folder / "alone.onnx").read_bytes())
        self._together = open_session((folder / "together.onnx").read_bytes())
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._known: OrderedDict[tuple[int, ...], NDArray[np.float32]] = OrderedDict()
        self.compared = 0

    def compare(self, claim: str, window: str) -> NDArray[np.float32]:
        """(6,) logits: confirmed, rejected, not discussed, of a claim on knowledge and then of one on a deed."""
        self.compared += 1
        parts = [self._read(self._cut(claim, MOST_OF_CLAIM)), self._read(self._cut(window, MOST_OF_WINDOW))]
        given = {
            "hidden": np.concatenate(parts)[np.newaxis],
            "parts": np.repeat(np.arange(2, dtype=np.int64), [len(part) for part in parts])[np.newaxis],
        }
        logits: NDArray[np.float32] = self._together.run(["logits"], given)[0][0]
        return logits

    def _cut(self, text: str, most: int) -> tuple[int, ...]:
        # A text of any length is cut before the tokenizer sees it.
        # Half of a surrogate pair, as JSON can hold it, is not text to the tokenizer.
        short = text[: MOST_LETTERS * most].encode(errors="replace").decode()
        ids: list[int] = self._tokenizer.encode(short).ids
        return tuple(ids if len(ids) <= most else [*ids[: most - 1], ids[-1]])

    def _read(self, ids: tuple[int, ...]) -> NDArray[np.float32]:
        known = self._known.pop(ids, None)
        if known is None:
            known = self._alone.run(["hidden"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        self._known[ids] = known
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known
