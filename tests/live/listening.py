"""A microphone for tests: scenes are spoken into a WAV file, read back, and listened to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.providers.speaking import silence, speak
from vivavoce.live.turn_end import (
    STEP,
    Happening,
    Listening,
    Opened,
    Pace,
    Signal,
    Sound,
    Transcribe,
    Understood,
    listen,
)
from vivavoce.providers.ears.activity import Activity
from vivavoce.providers.ears.port import RATE_HZ
from vivavoce.providers.sound import Sound as Recording
from vivavoce.providers.sound import loudness_db, read_wav, write_wav

EAR_TAKES = 1.0  # seconds, as the offline ear


@dataclass(frozen=True)
class Said:
    """A sentence in the file. end: seconds, of its last word."""

    text: str
    start: float
    end: float


@dataclass
class Scene:
    """What the microphone hears from the moment at which the question has been asked."""

    pcm: bytes = b""
    said: list[Said] = field(default_factory=list)

    def say(self, text: str, *, heard: str | None = None) -> "Scene":
        """Speech, without the quiet around it. heard: what the ear makes of it."""
        sound = _trim(speak(text))
        start = self.seconds
        self.pcm += sound
        self.said.append(Said(text if heard is None else heard, start, self.seconds))
        return self

    def wait(self, seconds: float) -> "Scene":
        """Silence."""
        return self.add(silence(seconds))

    def add(self, pcm: bytes) -> "Scene":
        """Any sound that the ear makes nothing of."""
        self.pcm += pcm
        return self

    @property
    def seconds(self) -> float:
        """So far."""
        return len(self.pcm) / 2 / RATE_HZ


@dataclass
class Heard:
    """What followed, each with the moment at which it did."""

    signals: list[tuple[float, Signal]] = field(default_factory=list)
    listening: Listening = field(default_factory=lambda: Listening(pace=Pace.NORMAL, language="en"))

    def at(self, kind: type[Signal]) -> list[float]:
        """When signals of this kind came."""
        return [at for at, signal in self.signals if isinstance(signal, kind)]

    @property
    def names(self) -> list[str]:
        """The signals in order, but for stretches to the ear."""
        return [type(signal).__name__ for _, signal in self.signals if not isinstance(signal, Transcribe)]

    @property
    def stretches(self) -> list[Transcribe]:
        """What the ear got."""
        return [signal for _, signal in self.signals if isinstance(signal, Transcribe)]


def replay(
    scene: Scene,
    folder: Path,
    *,
    listening: Listening | None = None,
    others: Sequence[Happening] = (),
    ear_takes: float | None = EAR_TAKES,
    is_open: bool = True,
) -> Heard:
    """Writes the scene to a file and listens to it. ear_takes: None for an ear that never tells anything."""
    file = folder / "scene.wav"
    write_wav(file, Recording(pcm=scene.pcm, rate_hz=RATE_HZ))
    heard = Heard()
    heard.listening = listening or heard.listening
    waiting: list[Happening] = sorted([*others, *([Opened(0.0)] if is_open else [])], key=lambda one: one.at)
    given = 0
    for sound in _sounds(read_wav(file).pcm):
        while waiting and waiting[0].at <= sound.at:
            _take(heard, waiting.pop(0))
        _take(heard, sound)
        for stretch in heard.stretches[given:]:
            given += 1
            if ear_takes is not None:
                waiting.append(Understood(sound.at + ear_takes, _text_until(scene, stretch.end)))
    return heard


def _take(heard: Heard, happening: Happening) -> None:
    noticed = listen(heard.listening, happening)
    heard.listening = noticed.listening
    heard.signals += [(happening.at, signal) for signal in noticed.signals]


def _sounds(pcm: bytes) -> Iterator[Sound]:
    activity, size = Activity(), round(STEP * RATE_HZ) * 2
    for at in range(0, len(pcm), size):
        for moment in activity.feed(pcm[at : at + size]):
            yield Sound(moment.at, moment.probability, loudness_db(pcm[at : at + size]))


def _text_until(scene: Scene, end: float) -> str:
    return " ".join(one.text for one in scene.said if one.start < end).strip()


def _trim(pcm: bytes) -> bytes:
    """Speech without the quiet before and after it."""
    size = 320
    pieces = [pcm[at : at + size] for at in range(0, len(pcm), size)]
    loud = [at for at, piece in enumerate(pieces) if loudness_db(piece) > -40]
    return b"".join(pieces[loud[0] : loud[-1] + 1])
