"""Sound at other rates, in files, and how loud it is."""

import struct
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivavoce.errors import Invalid
from vivavoce.providers.sound import Resampler, Sound, is_silent, loudness_db, read_wav, to_pcm, to_samples, write_wav


def tone(hz: float, *, rate_hz: int, seconds: float = 0.5) -> bytes:
    """A sine at half the loudness."""
    return to_pcm((0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32))


@pytest.mark.parametrize(
    ("from_hz", "to_hz"),
    [(22_050, 24_000), (24_000, 16_000), (48_000, 16_000), (44_100, 16_000), (8_000, 16_000), (16_000, 24_000)],
)
@pytest.mark.parametrize("hz", [100.0, 1_000.0, 3_000.0])
def test_a_tone_is_the_same_tone_at_another_rate(from_hz: int, to_hz: int, hz: float) -> None:
    made = to_samples(Sound(pcm=tone(hz, rate_hz=from_hz), rate_hz=from_hz).at(to_hz))
    wanted = to_samples(tone(hz, rate_hz=to_hz))
    assert len(made) == len(wanted)
    inner = slice(to_hz // 50, -to_hz // 50)
    assert np.abs(made[inner] - wanted[inner]).max() < 0.01


def test_what_a_lower_rate_cannot_hold_does_not_come_back_as_another_tone() -> None:
    made = Sound(pcm=tone(10_000.0, rate_hz=48_000), rate_hz=48_000).at(16_000)
    assert loudness_db(made) < -50


@given(
    st.lists(st.integers(0, 500), max_size=30), st.sampled_from([(22_050, 24_000), (48_000, 16_000), (24_000, 16_000)])
)
def test_pieces_give_what_the_whole_gives(lengths: list[int], rates: tuple[int, int]) -> None:
    pcm = np.random.default_rng(3).integers(-9_000, 9_000, sum(lengths) // 2 + 1).astype("<i2").tobytes()
    resampler, at, made = Resampler(*rates), 0, b""
    for length in lengths:
        made += resampler.feed(pcm[at : at + length])
        at += length
    made += resampler.feed(pcm[at:]) + resampler.end()
    assert made == Sound(pcm=pcm, rate_hz=rates[0]).at(rates[1])


@pytest.mark.parametrize("samples", [0, 1, 2, 17, 1_000])
def test_the_length_is_kept_to_the_sample(samples: int) -> None:
    assert len(Sound(pcm=bytes(2 * samples), rate_hz=24_000).at(16_000)) == 2 * -(-samples * 2 // 3)


def test_a_file_holds_what_was_written(tmp_path: Path) -> None:
    sound = Sound(pcm=tone(440, rate_hz=24_000), rate_hz=24_000)
    write_wav(tmp_path / "a.wav", sound)
    assert read_wav(tmp_path / "a.wav").rate_hz == 24_000
    assert np.abs(to_samples(read_wav(tmp_path / "a.wav").pcm) - to_samples(sound.pcm)).max() < 1e-4


@pytest.mark.parametrize(
    ("width", "frame"), [(1, b"\xc0\x40"), (2, b"\x00\x40\x00\xc0"), (3, b"\x00\x00\x40\x00\x00\xc0")]
)
def test_other_widths_and_two_channels_become_one(width: int, frame: bytes) -> None:
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(width)
        out.setframerate(16_000)
        out.writeframes(frame * 100)  # half up on the left, half down on the right
    file.seek(0)
    sound = read_wav(file)
    assert len(sound.pcm) == 200
    assert is_silent(sound.pcm)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"no wave at all, but long enough to be one",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32) + b"data\0\0\0\0",
    ],
    ids=["empty", "cut", "text", "floats"],
)
def test_what_is_no_plain_wave_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid, match="Save it as 16-bit PCM"):
        read_wav(BytesIO(content))


@pytest.mark.parametrize(
    ("pcm", "silent"),
    [(b"", True), (bytes(2_000), True), (b"\x01\x00" * 1_000, True), (tone(300, rate_hz=16_000), False)],
    ids=["nothing", "zeros", "one bit", "a tone"],
)
def test_silence_is_what_nobody_hears(pcm: bytes, silent: bool) -> None:
    assert is_silent(pcm) is silent


def test_loudness_is_told_from_full() -> None:
    assert loudness_db(tone(300, rate_hz=16_000)) == pytest.approx(-9.03, abs=0.05)
