"""How a voice sounds, as 192 numbers: the network CAM++, run by onnxruntime with one thread.

Two stretches of one person's speech give numbers that are near to each other, whatever is said. Nobody is known by
them: they are compared within one attempt, by a program that forgets them at its end.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime

from vivavoce.errors import VivavoceError
from vivavoce.providers.timbre.features import Floats, to_bands

FILE = Path(__file__).parent / "weights" / "timbre.onnx"
# Written by `python training/voices/export.py`.
DIGEST = "43d926381d5bc57f1a1f408c3d2bd685aeafadecda33f66d8ad6938f834cd1de"
BATCH = 16  # windows at once


class BadTimbre(VivavoceError):
    """The file of the network that tells voices apart is missing or not the released one. Install Vivavoce again."""


class TimbreNetwork:
    """The network, ready to run. Loading it takes a quarter of a second. Raises BadTimbre."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(_read(), options, providers=["CPUExecutionProvider"])

    def hear(self, windows: Floats) -> Floats:
        """(n, WINDOW) samples from -1 to 1 to (n, 192) numbers of length 1."""
        heard = [
            self._session.run(None, {"bands": to_bands(windows[begin : begin + BATCH])})[0]
            for begin in range(0, len(windows), BATCH)
        ]
        numbers = np.concatenate(heard)
        return np.asarray(numbers / np.linalg.norm(numbers, axis=1, keepdims=True), dtype=np.float32)


def _read() -> bytes:
    try:
        content = FILE.read_bytes()
    except OSError as error:
        raise BadTimbre from error
    if hashlib.sha256(content).hexdigest() != DIGEST:
        raise BadTimbre
    return content
