"""The living voice, put together from the settings. What it loads is loaded when it is first needed."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

from vivavoce.cli.opening import environment_for
from vivavoce.cli.recordings import open_recordings
from vivavoce.clock import now
from vivavoce.conversation.thinking import Thinking
from vivavoce.db.database import Database
from vivavoce.errors import VivavoceError
from vivavoce.providers.ears.pool import EarPool
from vivavoce.settings import Settings
from vivavoce.sound.line_store import LineStore, SpokenLine
from vivavoce.sound.lines_on_demand import Speak, Speaker
from vivavoce.sound.living_voice import VoiceParts
from vivavoce.sound.means import Means
from vivavoce.sound.microphones import Microphones
from vivavoce.sound.turn_hearing import Detector

if TYPE_CHECKING:
    from vivavoce.providers.voices import Voices

log = logging.getLogger(__name__)


def open_speech(settings: Settings) -> Speak | None:
    """What speaks a line into its files; None where the settings want no voice."""
    return _Speech(settings, _store(settings)) if settings.voice else None


class LivingVoice:
    """A server's voice, from its start to its end."""

    def __init__(self, settings: Settings, database: Database, *, thinking: Thinking) -> None:
        store = _store(settings)
        self._speech = _Speech(settings, store)
        self._ears = EarPool(count=settings.ear_processes, environment=environment_for(settings), clock=time.monotonic)
        speaker = Speaker(store, self._speech, clock=time.monotonic)
        means = Means(
            database=database,
            data_dir=settings.data_dir,
            ears=self._ears,
            speaker=speaker,
            new_detector=_new_detector,
            clock=time.monotonic,
            now=now,
            recordings=open_recordings(settings),
            thinking=thinking,
            keep_days=settings.keep_days,
        )
        self.voice = VoiceParts(microphones=Microphones(means), speaker=speaker, lines=store, knows=self._speech.knows)

    async def prepare(self) -> None:
        """Loads what the first candidate would wait for, and says what is missing."""
        steps: tuple[tuple[str, Callable[[], Awaitable[object]], str], ...] = (
            ("listen", self._ears.prepare, "candidates type"),
            ("speak", _in_thread(self._speech.prepare), "browsers speak, or candidates read"),
            ("notice speech", _in_thread(_new_detector), "candidates type"),
        )
        for name, load, instead in steps:
            try:
                await load()
            except VivavoceError as error:
                log.warning("nothing here can %s; %s. %s", name, instead, error.message)

    async def close(self) -> None:
        """Keeps what has been heard, and ends what was started."""
        await self.voice.microphones.close()
        self.voice.speaker.close()
        await self._ears.close()


class _Speech:
    """The voices of the settings, opened when the first line is to be spoken."""

    def __init__(self, settings: Settings, store: LineStore) -> None:
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._voices: Voices | None = None

    def __call__(self, merchant_id: UUID, line: SpokenLine) -> str:
        from vivavoce.sound.render_line import speak_line

        return speak_line(self._store, self.prepare(), merchant_id, line)

    def knows(self, language: str) -> bool:
        """Whether a voice of the settings speaks it. It may block."""
        return self.prepare().knows(language)

    def prepare(self) -> "Voices":
        """Raises BadSetting for voices that there are not."""
        with self._lock:
            if self._voices is None:
                # numpy and more, which a server without a voice has no use for.
                from vivavoce.providers.voices import open_voices

                self._voices = open_voices(
                    self._settings,
                    tell=lambda failure: log.warning("the voice %s: %s", failure.provider, failure.error.message),
                )
            return self._voices


def _in_thread(load: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    return lambda: asyncio.to_thread(load)


def _new_detector() -> Detector:
    from vivavoce.sound.detector import VoiceDetector  # onnxruntime

    return VoiceDetector()


def _store(settings: Settings) -> LineStore:
    names = [settings.voices]
    if "openai" in settings.voices.split(","):
        names += [settings.speech_model, settings.speech_voice]
    return LineStore(settings.data_dir, voices=" ".join(names))
