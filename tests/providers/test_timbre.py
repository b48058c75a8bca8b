"""How voices sound: one person is near to themselves, whatever they say and however loudly, and far from another."""

import shutil

import numpy as np
import pytest

from tests.providers.speaking import hibari
from vivavoce.providers.sound import Sound
from vivavoce.providers.timbre import network
from vivavoce.providers.timbre.features import BANDS, WINDOW, Floats, to_bands
from vivavoce.providers.timbre.network import BadTimbre, TimbreNetwork
from vivavoce.providers.voices.espeak import open_voice as open_espeak
from vivavoce.providers.voices.port import RATE_HZ, Voice
from vivavoce.settings import Settings

TEXT = (
    "Last year I led the move of our whole archive into a new building, and not one of nine hundred boxes was lost. A"
    " belt stopped twice in one night, so I read the log first, and then I asked the people who had been there."
)


def windows_of(voice: Voice) -> Floats:
    pcm = b"".join(piece.pcm_24khz for piece in voice.say(TEXT, language="en"))
    samples = np.frombuffer(Sound(pcm=pcm, rate_hz=RATE_HZ).at(16_000), dtype="<i2").astype(np.float32) / 32_768
    return np.asarray(samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)[:5], dtype=np.float32)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_voice_is_near_to_itself_and_far_from_another() -> None:
    heard = TimbreNetwork()
    one, other = windows_of(hibari()), windows_of(open_espeak(Settings()))
    timbres = heard.hear(np.concatenate([one, one * 0.1, other]))
    assert timbres.shape == (2 * len(one) + len(other), 192)
    assert np.allclose(np.linalg.norm(timbres, axis=1), 1.0, atol=1e-5)
    own, softly, others = np.split(timbres, [len(one), 2 * len(one)])
    assert float((own * softly).sum(axis=1).min()) > 0.999, "loudness says nothing"
    assert float((own @ own.T).mean()) > 0.5
    assert float((own @ others.T).max()) < 0.45
    assert np.array_equal(timbres, heard.hear(np.concatenate([one, one * 0.1, other]))), "the same every time"


def test_what_a_microphone_does_throughout_is_taken_off() -> None:
    sound = np.random.default_rng(3).standard_normal((2, WINDOW)).astype(np.float32) * 0.1
    bands = to_bands(sound)
    assert bands.shape == (2, 158, BANDS)
    assert np.allclose(bands.mean(axis=1), 0.0, atol=1e-4)
    assert np.isfinite(to_bands(np.zeros((1, WINDOW), dtype=np.float32))).all(), "digital silence"


def test_another_file_than_the_released_one_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Apache-2.0" in (network.FILE.parent / "LICENSE.md").read_text()
    with monkeypatch.context() as altered:
        altered.setattr(network, "DIGEST", "0" * 64)
        with pytest.raises(BadTimbre, match="Install Vivavoce again"):
            TimbreNetwork()
    with monkeypatch.context() as missing:
        missing.setattr(network, "FILE", network.FILE.with_name("elsewhere.onnx"))
        with pytest.raises(BadTimbre):
            TimbreNetwork()
