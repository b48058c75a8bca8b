"""Speech for tests, made here by the voices that come with Vivavoce, and what is not speech."""

import fcntl
import shutil
import subprocess
import tempfile
import wave
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.port import RATE_HZ
from vivavoce.providers.ears.whisper_files import find_files
from vivavoce.providers.sound import Sound, to_pcm, to_samples
from vivavoce.providers.voices.hibari import HibariVoice
from vivavoce.providers.voices.port import RATE_HZ as VOICE_HZ

WHISPER = Path(tempfile.gettempdir()) / "vivavoce-test-whisper-base"


@cache
def hibari() -> HibariVoice:
    """The voice, loaded once a process."""
    return HibariVoice()


@cache
def speak(text: str) -> bytes:
    """English speech at 16 kHz, as an ear gets it."""
    pcm = b"".join(piece.pcm_24khz for piece in hibari().say(text, language="en"))
    return Sound(pcm=pcm, rate_hz=VOICE_HZ).at(RATE_HZ)


@cache
def speak_otherwise(text: str) -> bytes:
    """The same by espeak's voice f3, whose sentences fall at their end: the plain one sounds unfinished. Skips."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    command = [program, "-v", "en-us+f3", "-s", "150", "-b", "1", "--stdin", "--stdout"]
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    with wave.open(BytesIO(spoken)) as opened:  # its header does not know the length
        return Sound(pcm=spoken[44:], rate_hz=opened.getframerate()).at(RATE_HZ)


def silence(seconds: float) -> bytes:
    """Digital silence."""
    return bytes(2 * round(seconds * RATE_HZ))


def noise(seconds: float, *, db: float = -35.0, seed: int = 1) -> bytes:
    """White noise, as loud as a fan beside the microphone."""
    samples = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))
    return to_pcm((samples * 10 ** (db / 20)).astype(np.float32))


def hum(seconds: float) -> bytes:
    """A 50 Hz hum with its overtones, from a bad cable."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = sum(np.sin(2 * np.pi * 50 * overtone * at) / overtone for overtone in range(1, 8))
    return to_pcm((0.1 * np.asarray(wave)).astype(np.float32))


def clicks(seconds: float) -> bytes:
    """Somebody types: short bursts, four a second."""
    random = np.random.default_rng(2)
    samples = np.zeros(round(seconds * RATE_HZ), dtype=np.float32)
    for begin in range(0, len(samples) - 400, RATE_HZ // 4):
        samples[begin : begin + 160] = 0.4 * random.standard_normal(160) * np.exp(-np.arange(160) / 40)
    return to_pcm(samples)


def mix(one: bytes, other: bytes) -> bytes:
    """Both at once, as long as the first."""
    first = np.frombuffer(one, dtype="<i2").astype(np.int32)
    second = np.zeros_like(first)
    heard = np.frombuffer(other, dtype="<i2")[: len(first)]
    second[: len(heard)] = heard
    mixed: bytes = np.clip(first + second, -32768, 32767).astype("<i2").tobytes()
    return mixed


def quieter(pcm: bytes, *, db: float) -> bytes:
    """The same, fainter by so many decibels."""
    return to_pcm(to_samples(pcm) * np.float32(10 ** (-db / 20)))


def fetch_whisper() -> Path:
    """The folder with Whisper's files, fetched once a machine. Skips the test where they can't be had."""
    with WHISPER.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            find_files(WHISPER, ["registry"], say=lambda _: None)
        except ProviderError as error:
            pytest.skip(f"Whisper's files can't be had here: {error.message}")
    return WHISPER
