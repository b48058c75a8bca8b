"""A microphone for tests: scenes are spoken into a WAV file, read back, and listened to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.providers.speaking import silence, speak
from vivavoce.providers.ears.activity import Activity
from vivavoce.providers.ears.port import RATE_HZ, TimedWord
from vivavoce.providers.sound import Sound as Recording
from vivavoce.providers.sound import loudness_db, read_wav, write_wav
from vivavoce.sound.detector import VoiceDetector
from vivavoce.sound.turn_end import (
    STEP,
    Listening,
    Opened,
    Pace,
    Prompt,
    Signal,
    SoundChunk,
    Transcribe,
    TurnInput,
    WordsArrived,
    listen,
)
from vivavoce.sound.turn_hearing import SpokenTurn, TurnHearing

EAR_TAKES = 1.0  # seconds, as the offline ear
PROMPT_TAKES = 2.0  # seconds
FRAME = 640  # bytes


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
    voice: Callable[[str], bytes] = speak

    def say(self, text: str, *, heard: str | None = None) -> "Scene":
        """Speech, without the quiet around it. heard: what the ear makes of it."""
        sound = _trim(self.voice(text))
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
    others: Sequence[TurnInput] = (),
    ear_takes: float | None = EAR_TAKES,
    is_open: bool = True,
) -> Heard:
    """Writes the scene to a file and listens to it. ear_takes: None for an ear that never tells anything."""
    file = folder / "scene.wav"
    write_wav(file, Recording(pcm=scene.pcm, rate_hz=RATE_HZ))
    heard = Heard()
    heard.listening = listening or heard.listening
    waiting: list[TurnInput] = sorted([*others, *([Opened(0.0)] if is_open else [])], key=lambda one: one.at)
    given = 0
    for sound in _sounds(read_wav(file).pcm):
        while waiting and waiting[0].at <= sound.at:
            _take(heard, waiting.pop(0))
        _take(heard, sound)
        for stretch in heard.stretches[given:]:
            given += 1
            if ear_takes is not None:
                waiting.append(WordsArrived(sound.at + ear_takes, _text_until(scene, stretch.end)))
    return heard


def listen_to(scene: Scene, folder: Path, *, ear_takes: float = EAR_TAKES) -> Heard:
    """Writes the scene to a file and hears it as a server does, in frames of 20 ms; prompts take two seconds to say."""
    file = folder / "scene.wav"
    write_wav(file, Recording(pcm=scene.pcm, rate_hz=RATE_HZ))
    hearing = TurnHearing(SpokenTurn(number=1, begins=0, start=0.0, language="en", pace=Pace.NORMAL), VoiceDetector())
    heard = Heard()
    hearing.press("opened")
    told = ""
    due: list[tuple[float, Callable[[], list[Signal]]]] = []

    def understand(end: float) -> list[Signal]:
        nonlocal told
        text = _text_until(scene, end)
        more, told = text.removeprefix(told), text
        return hearing.understand([TimedWord(text=more, start=0.0, end=0.0, probability=0.9)])[0]

    pcm = read_wav(file).pcm
    for at in range(0, len(pcm) // FRAME * FRAME, FRAME):
        now = at / 2 / RATE_HZ
        signals = hearing.feed(pcm[at : at + FRAME])
        while due and due[0][0] <= now:
            signals += due.pop(0)[1]()
        for signal in signals:
            heard.signals.append((hearing.now, signal))
            if isinstance(signal, Transcribe):
                due.append((now + ear_takes, partial(understand, signal.end)))
            elif isinstance(signal, Prompt):
                due.append((now + PROMPT_TAKES, lambda: hearing.press("opened")[0]))
        due.sort(key=lambda one: one[0])
    heard.listening = hearing.listening
    return heard


def _take(heard: Heard, happening: TurnInput) -> None:
    noticed = listen(heard.listening, happening)
    heard.listening = noticed.listening
    heard.signals += [(happening.at, signal) for signal in noticed.signals]


def _sounds(pcm: bytes) -> Iterator[SoundChunk]:
    activity, size = Activity(), round(STEP * RATE_HZ) * 2
    for at in range(0, len(pcm), size):
        for moment in activity.feed(pcm[at : at + size]):
            yield SoundChunk(moment.at, moment.probability, loudness_db(pcm[at : at + size]))


def _text_until(scene: Scene, end: float) -> str:
    return " ".join(one.text for one in scene.said if one.start < end).strip()


def _trim(pcm: bytes) -> bytes:
    """Speech without the quiet before and after it."""
    size = 320
    pieces = [pcm[at : at + size] for at in range(0, len(pcm), size)]
    loud = [at for at, piece in enumerate(pieces) if loudness_db(piece) > -40]
    return b"".join(pieces[loud[0] : loud[-1] + 1])
