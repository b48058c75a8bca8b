"""The ear whisper: Whisper base, offline, run by faster-whisper in this process. One second for up to 28 of speech."""

import sys
from collections.abc import Generator, Iterable

from faster_whisper import WhisperModel

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.activity import find_speech
from vivavoce.providers.ears.port import RATE_HZ, Abilities, Window, Word
from vivavoce.providers.ears.whisper_files import FOLDER, WhisperFiles, find_files
from vivavoce.providers.languages import LANGUAGES, iso_code, refuse_language
from vivavoce.providers.sound import to_samples
from vivavoce.settings import Settings

NAME = "whisper"
BEAM = 5
# The second, freer one is tried when the first repeats itself or is very unsure.
TEMPERATURES = [0.0, 0.4]
# Measured by bench/round_trip.py: more than a third of the words of the offline voice are misheard.
WEAK: frozenset[str] = frozenset()


def open_ear(settings: Settings) -> "WhisperEar":
    """The ear, loaded: about a second, longer where its files are fetched first. Raises ProviderError without them."""
    folder = settings.whisper_folder or settings.data_dir / FOLDER
    sources = (
        () if settings.whisper_sources == "none" or settings.whisper_folder else settings.whisper_sources.split(",")
    )
    return WhisperEar(find_files(folder, sources, say=_say), threads=settings.whisper_threads)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


class WhisperEar:
    """It knows every language of ours, English best. Accents it knows without being told."""

    def __init__(self, files: WhisperFiles, *, threads: int) -> None:
        # Loading takes the files from the mapping that it is given.
        self._model = WhisperModel(
            FOLDER, device="cpu", compute_type="int8", cpu_threads=threads, files=dict(files.contents)
        )

    @property
    def abilities(self) -> Abilities:
        """All languages, some of them weakly."""
        return Abilities(name=NAME, languages=LANGUAGES, weak=WEAK, is_offline=True)

    def hear(
        self, windows: Iterable[Window], *, language: str, locale: str | None = None
    ) -> Generator[Word, None, None]:
        """The words of each stretch in which somebody speaks: on silence it would invent some."""
        if language not in LANGUAGES:
            raise refuse_language(NAME, language)
        for window in windows:
            for stretch in find_speech(window):
                yield from self._hear(stretch, iso_code(language))

    def _hear(self, stretch: Window, code: str) -> Generator[Word, None, None]:
        try:
            segments, _ = self._model.transcribe(
                to_samples(stretch.pcm_16khz),
                language=code,
                beam_size=BEAM,
                temperature=TEMPERATURES,
                condition_on_previous_text=False,
                word_timestamps=True,
            )
            found = [word for segment in segments for word in segment.words or ()]
        except (RuntimeError, ValueError) as error:
            raise ProviderError(f"{NAME} failed: {type(error).__name__}.", retryable=True) from error
        length = len(stretch.pcm_16khz) / 2 / RATE_HZ
        for word in found:
            yield Word(
                text=word.word,
                start=stretch.start + min(float(word.start), length),
                end=stretch.start + min(float(word.end), length),
                probability=float(word.probability),
            )
