"""Sound as the network of timbre takes it: 80 bands of the mel scale, a hundred times a second.

As Kaldi's `fbank` computes them, without dither, and less what is usual in the window: a microphone colours all of it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
WINDOW_SECONDS = 1.6  # of sound that is looked at together
WINDOW = round(WINDOW_SECONDS * RATE_HZ)  # samples
BANDS = 80
FRAME, STEP, FFT = 400, 160, 512  # samples
LOWEST_HZ = 20.0
PREEMPHASIS = 0.97
USUAL_LOUDNESS = 0.05  # as which every window is heard: whoever leans back is the same person

Floats = NDArray[np.float32]


def to_bands(windows: Floats) -> Floats:
    """(n, WINDOW) samples from -1 to 1 to (n, frames, BANDS)."""
    loudness = np.sqrt(np.mean(np.square(windows), axis=1, keepdims=True))
    heard = windows * (USUAL_LOUDNESS / np.maximum(loudness, 1e-5))
    frames = np.lib.stride_tricks.sliding_window_view(heard, FRAME, axis=1)[:, ::STEP]
    frames = frames - frames.mean(axis=2, keepdims=True)
    before = np.concatenate([frames[:, :, :1], frames[:, :, :-1]], axis=2)
    shaped = (frames - PREEMPHASIS * before) * _povey()
    power = np.square(np.abs(np.fft.rfft(shaped, FFT, axis=2))).astype(np.float32)
    bands = np.log(np.maximum(power @ _filters(), np.finfo(np.float32).eps))
    return np.asarray(bands - bands.mean(axis=1, keepdims=True), dtype=np.float32)


@cache
def _povey() -> Floats:
    return np.asarray(np.hanning(FRAME) ** 0.85, dtype=np.float32)


@cache
def _filters() -> Floats:
    """Triangles on the mel scale, (bins, BANDS)."""
    edges = np.linspace(_mel(LOWEST_HZ), _mel(RATE_HZ / 2), BANDS + 2)
    at = _mel(np.arange(FFT // 2 + 1) * RATE_HZ / FFT)[:, None]
    rising = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)), dtype=np.float32)


def _mel(hertz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))
