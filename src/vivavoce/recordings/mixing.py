"""Two voices in one sound: time made where it has to be, lines put in their places. It runs in the encoder alone."""

import io
from collections.abc import Mapping, Sequence

import av
import numpy as np
import numpy.typing as npt

from vivavoce.recordings.asked import MadeTime, MixedLine

RATE_HZ = 16_000
Samples = npt.NDArray[np.int16]


def mix(samples: Samples, made: Sequence[MadeTime], lines: Sequence[MixedLine], files: Mapping[str, bytes]) -> Samples:
    """The microphone's sound with the lines in it. samples: changed in place where no time is made.

    files: the lines' sounds as WAV, by their keys; a line without one is silent. What goes over the end is cut.
    """
    session = _make_time(samples, made)
    spoken: dict[str, Samples] = {}
    for line in lines:
        if line.file not in files:
            continue
        if line.file not in spoken:
            spoken[line.file] = decode(files[line.file])
        begin = round(line.begin * RATE_HZ)
        piece = spoken[line.file][begin : begin + round(line.seconds * RATE_HZ)]
        at = round(line.at * RATE_HZ)
        under = session[at : at + len(piece)]
        both = under.astype(np.int32) + piece[: len(under)]
        session[at : at + len(under)] = np.clip(both, -32_768, 32_767).astype(np.int16)
    return session


def decode(wav: bytes) -> Samples:
    """A line's sound at the microphone's rate."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pieces = []
    with av.open(io.BytesIO(wav), "r") as container:
        for frame in container.decode(audio=0):
            pieces += resampler.resample(frame)
    pieces += resampler.resample(None)
    whole = [piece.to_ndarray().reshape(-1).astype(np.int16) for piece in pieces]
    return np.concatenate(whole) if whole else np.zeros(0, dtype=np.int16)


def _make_time(samples: Samples, made: Sequence[MadeTime]) -> Samples:
    if not made:
        return samples
    pieces, position = [], 0
    for time in sorted(made, key=lambda time: time.at):
        at = min(max(position, round(time.at * RATE_HZ)), len(samples))
        pieces += [samples[position:at], np.zeros(round(time.seconds * RATE_HZ), dtype=np.int16)]
        position = at
    return np.concatenate([*pieces, samples[position:]])
