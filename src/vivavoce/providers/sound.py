"""Sound as it goes about inside: 16-bit little-endian mono PCM, its rate in the name. WAV files, rates, loudness."""

import math
import wave
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from vivavoce.errors import Invalid

Samples = npt.NDArray[np.float32]  # -1 to 1

LARGEST = 32767
SILENCE_DB = -60.0  # below it nobody hears anything
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 192_000
# Half the length of the resampling filter, in periods of the lower rate: what it lets through is flat to 90 % of it.
HALF_LENGTH = 16
BLOCK = 16_384  # samples made at a time, so that an hour of sound needs no gigabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A piece of sound."""

    pcm: bytes
    rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / 2 / self.rate_hz

    def at(self, rate_hz: int) -> bytes:
        """The same sound at another rate."""
        if rate_hz == self.rate_hz:
            return self.pcm
        resampler = Resampler(self.rate_hz, rate_hz)
        return resampler.feed(self.pcm) + resampler.end()


def to_samples(pcm: bytes) -> Samples:
    """The samples as numbers. A last odd byte is left out."""
    whole = np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2)
    return whole.astype(np.float32) / np.float32(LARGEST + 1)


def to_pcm(samples: Samples) -> bytes:
    """The samples as bytes; what is louder than full is cut."""
    return (np.clip(samples, -1.0, 1.0) * LARGEST).astype("<i2").tobytes()


def loudness_db(pcm: bytes) -> float:
    """The mean loudness, 0 for a full square wave; -inf for digital silence and for nothing."""
    if len(pcm) < 2:
        return -math.inf
    power = float(np.mean(np.square(to_samples(pcm), dtype=np.float64)))
    return 10 * math.log10(power) if power > 0 else -math.inf


def is_silent(pcm: bytes) -> bool:
    """Whether there is nothing to hear."""
    return loudness_db(pcm) < SILENCE_DB


def write_wav(file: Path | BinaryIO, sound: Sound) -> None:
    """Writes a WAV file."""
    with file.open("wb") if isinstance(file, Path) else nullcontext(file) as opened, wave.open(opened, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sound.rate_hz)
        out.writeframes(sound.pcm)


def read_wav(file: Path | BinaryIO) -> Sound:
    """The sound of a PCM WAV file of 8 to 32 bits; several channels become their mean. Raises Invalid for others."""
    try:
        with (
            file.open("rb") if isinstance(file, Path) else nullcontext(file) as plain,
            wave.open(plain, "rb") as opened,
        ):
            channels, width, rate_hz = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
            frames = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError) as error:
        raise Invalid(f"This is no WAV file with plain PCM ({error}). Save it as 16-bit PCM.") from error
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ or not channels:
        raise Invalid(f"The WAV file's rate of {rate_hz} Hz can't be used: 8,000 to 192,000 Hz is understood.")
    samples = _widen(frames[: len(frames) // (width * channels) * width * channels], width=width)
    return Sound(pcm=to_pcm(samples.reshape(-1, channels).mean(axis=1)), rate_hz=rate_hz)


def _widen(frames: bytes, *, width: int) -> Samples:
    if width == 1:
        return (np.frombuffer(frames, dtype=np.uint8).astype(np.float32) - 128) / np.float32(128)
    if width == 3:
        padded = np.zeros((len(frames) // 3, 4), dtype=np.uint8)
        padded[:, 1:] = np.frombuffer(frames, dtype=np.uint8).reshape(-1, 3)
        return padded.view("<i4").reshape(-1).astype(np.float32) / np.float32(2**31)
    kind, full = ("<i2", 2**15) if width == 2 else ("<i4", 2**31)
    return np.frombuffer(frames, dtype=kind).astype(np.float32) / np.float32(full)


class Resampler:
    """Sound at another rate, piece by piece: the pieces joined are what the whole would have given.

    A windowed sinc, worked out once for each place that an output sample can have between two input samples.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = math.gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        cutoff = min(1.0, to_hz / from_hz)
        self._half = math.ceil(HALF_LENGTH / cutoff)
        offsets = np.arange(-self._half + 1, self._half + 1)
        places = np.arange(self._up)[:, None] / self._up
        distance = offsets[None, :] - places
        window = np.cos(np.pi * distance / (2 * self._half)) ** 2
        kernel = np.sinc(distance * cutoff) * window
        self._kernel: Samples = (kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)
        self._waiting: Samples = np.zeros(self._half - 1, dtype=np.float32)
        self._first = -(self._half - 1)  # the input sample that waits first
        self._next = 0  # the output sample that comes next
        self._fed = 0
        self._odd = b""

    def feed(self, pcm: bytes) -> bytes:
        """What can be told by now."""
        pcm = self._odd + pcm
        self._odd = pcm[len(pcm) // 2 * 2 :]
        samples = to_samples(pcm)
        self._fed += len(samples)
        return self._take(samples)

    def end(self) -> bytes:
        """What is left."""
        wanted = -(-self._fed * self._up // self._down)
        return self._take(np.zeros(self._half + 1, dtype=np.float32), most=wanted)

    def _take(self, samples: Samples, *, most: int | None = None) -> bytes:
        self._waiting = np.concatenate([self._waiting, samples])
        # An output sample needs `half` input samples behind the one that it follows.
        last = self._first + len(self._waiting) - 1 - self._half
        until = (last * self._up + self._up - 1) // self._down + 1
        if most is not None:
            until = min(until, most)
        made = [self._make(at, min(at + BLOCK, until)) for at in range(self._next, until, BLOCK)]
        self._next = max(self._next, until)
        done = self._next * self._down // self._up - (self._half - 1) - self._first
        if done > 0:
            self._waiting = self._waiting[done:]
            self._first += done
        return b"".join(made)

    def _make(self, begin: int, end: int) -> bytes:
        positions = np.arange(begin, end, dtype=np.int64) * self._down
        whole, place = positions // self._up, positions % self._up
        pieces = np.lib.stride_tricks.sliding_window_view(self._waiting, 2 * self._half)
        taken = pieces[whole - (self._half - 1) - self._first]
        return to_pcm(np.einsum("ij,ij->i", taken, self._kernel[place]))
