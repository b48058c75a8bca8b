"""Makes sessions of recorded voices, one voice in each or a second one in an answer, and keeps how they sound.

    python training/voices/sessions.py --recordings DEBIAN --out sessions.pickle

Each voice of voices.toml is given three sessions: as it was recorded; through a worse line throughout; and one whose
last answer comes by another microphone from farther away, or one with laughing, shouting and a lowered voice in places.
And two in which somebody else says 4 to 8 seconds in an answer: by the same microphone, and from farther away.
Everything is drawn by the voice's name.
"""

import argparse
import io
import pickle
import re
import tomllib
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import av
import numpy as np

from vivavoce.providers.timbre.features import RATE_HZ, Floats
from vivavoce.providers.timbre.network import TimbreNetwork
from vivavoce.recordings.hear_apart import find_windows, hear_windows
from vivavoce.recordings.second_voice import SpeechWindow

ANSWERS, ANSWER_SECONDS = 3, 11.0
MOST_SECONDS = 60.0  # that are read of a voice
Change = Callable[[Floats, np.random.Generator], Floats]


def read_sound(path: Path) -> Floats:
    """A recording at 16 kHz, loudness as usual; nothing where it can't be read."""
    kind = {".g722": "g722", ".gsm": "gsm"}.get(path.suffix)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    frames: list[av.AudioFrame] = []
    with suppress(av.FFmpegError), av.open(str(path), format=kind) as container:
        frames += [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        frames += resampler.resample(None)
    if not frames:
        return np.zeros(0, dtype=np.float32)
    sound = np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32) / 32_768
    return np.asarray(sound * (0.05 / max(1e-4, np.sqrt(np.mean(sound**2)))), dtype=np.float32)


def read_voice(folder: Path, pattern: str, must: str) -> list[Floats]:
    """What there is of a voice, up to MOST_SECONDS, in an order drawn by its name."""
    paths = sorted(path for path in folder.glob(pattern) if re.search(must, path.name))
    drawn = np.random.default_rng(zlib.crc32((pattern + must).encode()))
    drawn.shuffle(paths)
    sounds: list[Floats] = []
    for path in paths:
        if sum(map(len, sounds)) > MOST_SECONDS * RATE_HZ:
            break
        sound = read_sound(path)
        if len(sound) > RATE_HZ / 4:
            sounds.append(sound)
    return sounds


def speak(sounds: list[Floats], seconds: float, rng: np.random.Generator) -> Floats:
    """Some of it, one after the other, with breaths between."""
    pieces: list[Floats] = []
    while sum(map(len, pieces)) < seconds * RATE_HZ:
        pieces += [sounds[int(rng.integers(len(sounds)))], np.zeros(int(rng.uniform(0.05, 0.4) * RATE_HZ), np.float32)]
    return np.concatenate(pieces)[: int(seconds * RATE_HZ)]


def noise(sound: Floats, rng: np.random.Generator) -> Floats:
    """A fan's noise, 10 to 20 dB below the voice."""
    white = np.fft.rfft(rng.standard_normal(len(sound)))
    pink = np.fft.irfft(white / np.sqrt(np.arange(len(white)) + 30.0), len(sound))
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-rng.uniform(10, 20) / 20) / np.sqrt(np.mean(pink**2))
    return np.asarray(sound + pink * level, dtype=np.float32)


def room(sound: Floats, rng: np.random.Generator) -> Floats:
    """A room's echo of 0.2 to 0.5 s."""
    lasting = rng.uniform(0.2, 0.5)
    times = np.arange(int(lasting * RATE_HZ)) / RATE_HZ
    echo = rng.standard_normal(len(times)) * np.exp(-6.9 * times / lasting) * 0.15
    echo[0] = 1.0
    size = len(sound) + len(echo)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)[: len(sound)], np.float32)


def band(sound: Floats, low: float, high: float) -> Floats:
    """What lies between two frequencies."""
    seen, hertz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    gain = 1 / (1 + (low / np.maximum(hertz, 1.0)) ** 6) / (1 + (hertz / high) ** 12)
    return np.asarray(np.fft.irfft(seen * gain, len(sound)), dtype=np.float32)


def telephone(sound: Floats, rng: np.random.Generator) -> Floats:
    """A telephone's band."""
    return band(sound, rng.uniform(200, 350), rng.uniform(3_200, 3_600))


def microphone(sound: Floats, rng: np.random.Generator) -> Floats:
    """Another microphone: some bands louder by up to 8 dB, others softer."""
    seen, hertz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    gain = np.interp(np.log(hertz + 60), np.log(np.geomspace(60, 8_060, 8)), rng.uniform(-8, 8, 8))
    return np.asarray(np.fft.irfft(seen * 10 ** (gain / 20), len(sound)), dtype=np.float32)


def codec(sound: Floats, rng: np.random.Generator) -> Floats:
    """By Opus and back, at 8 to 16 kbit/s."""
    held = io.BytesIO()
    with av.open(held, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE_HZ, layout="mono")
        stream.bit_rate = int(rng.integers(8_000, 16_000))
        loud = (np.clip(sound, -1, 1) * 32_767).astype(np.int16)
        for begin in range(0, len(loud), 960):
            piece = np.pad(loud[begin : begin + 960], (0, max(0, 960 - len(loud[begin : begin + 960]))))
            frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, begin
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    held.seek(0)
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    with av.open(held) as container:
        pieces = [piece.to_ndarray()[0] for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    back = np.concatenate(pieces).astype(np.float32) / 32_768
    return np.asarray(np.pad(back, (0, max(0, len(sound) - len(back))))[: len(sound)], dtype=np.float32)


def pitch(sound: Floats, factor: float) -> Floats:
    """Faster and higher, or slower and lower."""
    return np.asarray(np.interp(np.arange(0, len(sound) - 1, factor), np.arange(len(sound)), sound), np.float32)


def moods(sound: Floats, rng: np.random.Generator) -> Floats:
    """Two seconds higher and louder, two lower and softer, and two that shake as laughing does."""
    changed = sound.copy()
    places = rng.permutation(max(1, len(sound) // (3 * RATE_HZ)))[:3] * 3 * RATE_HZ
    for way, at in enumerate(places):
        piece = changed[at : at + 2 * RATE_HZ]
        times = np.arange(len(piece)) / RATE_HZ
        made = (
            np.tanh(3 * pitch(np.pad(piece, (0, len(piece))), 1.12)[: len(piece)]),
            0.4 * pitch(np.pad(piece, (0, 9)), 0.9)[: len(piece)],
            pitch(np.pad(piece, (0, len(piece))), 1.08)[: len(piece)] * (0.55 + 0.45 * np.sin(2 * np.pi * 5 * times)),
        )[way]
        changed[at : at + len(made)] = made
    return changed


def worse(sound: Floats, rng: np.random.Generator) -> Floats:
    """A worse line: one of five, and a codec."""
    change: Change = (noise, room, telephone, microphone, lambda sound, rng: noise(room(sound, rng), rng))[
        int(rng.integers(5))
    ]
    return codec(change(sound, rng), rng)


def tell(answers: list[Floats], network: TimbreNetwork) -> tuple[list[SpeechWindow], Floats]:
    """The stretches of a session, and how they sound."""
    windows: list[SpeechWindow] = []
    timbres = [np.zeros((0, 192), dtype=np.float32)]
    for number, answer in enumerate(answers, 1):
        pcm = (np.clip(answer, -1, 1) * 32_767).astype("<i2").tobytes()
        picked = find_windows(pcm, number=number)
        if picked:
            windows += picked
            timbres.append(hear_windows(network, pcm, picked))
    return windows, np.concatenate(timbres)


def main() -> None:
    """Makes and keeps them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path, required=True, help="where the packages were unpacked")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    told = tomllib.loads(Path(__file__).with_name("voices.toml").read_text())
    voices = {
        name: read_voice(arguments.recordings, voice["files"], voice.get("must", "")) for name, voice in told.items()
    }
    network, kept = TimbreNetwork(), []
    for place, (name, sounds) in enumerate(voices.items()):
        if told[name].get("second"):
            continue
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        answers = [speak(sounds, ANSWER_SECONDS, rng) for _ in range(ANSWERS)]
        clean = tell(answers, network)
        kept.append((name, None, "as recorded", *clean))
        kept.append((name, None, "worse line", *tell(split(worse(np.concatenate(answers), rng)), network)))
        if place % 2:
            moved = microphone(room(answers[-1], rng), rng)
            kept.append((name, None, "another microphone", *tell([*answers[:-1], moved], network)))
        else:
            kept.append((name, None, "moods", *tell([moods(answer, rng) for answer in answers], network)))
        # Somebody else's people: another name, and not the same person under another one.
        others = [
            other
            for other in voices
            if voices[other] and told[other].get("person", other) != told[name].get("person", name)
        ]
        for way in ("beside", "farther away"):
            other = others[int(rng.integers(len(others)))]
            said = speak(voices[other], float(rng.uniform(4, 8)), rng)
            if way == "farther away":
                said = 0.4 * microphone(room(said, rng), rng)
            around = answers[-1][: 2 * RATE_HZ], answers[-1][2 * RATE_HZ : 4 * RATE_HZ]
            windows, timbres = tell([np.concatenate([around[0], said, around[1]])], network)
            later = [SpeechWindow(number=ANSWERS, begin=window.begin + 2 * ANSWER_SECONDS) for window in windows]
            kept.append((name, other, way, [*clean[0], *later], np.concatenate([clean[1], timbres])))
        print(name, flush=True)
        arguments.out.write_bytes(pickle.dumps(kept))


def split(sound: Floats) -> list[Floats]:
    """A session's sound as its answers."""
    return np.split(sound[: len(sound) // ANSWERS * ANSWERS], ANSWERS)


if __name__ == "__main__":
    main()
