"""The ear whisper: Whisper base, offline, run by faster-whisper in this process."""

import sys
from collections.abc import Generator, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from vivavoce.errors import ProviderError
from vivavoce.providers.ears.activity import find_speech
from vivavoce.providers.ears.port import RATE_HZ, EarAbilities, SoundWindow, TimedWord
from vivavoce.providers.ears.whisper_files import FOLDER, WhisperFiles, find_files
from vivavoce.providers.refusal import refuse_language
from vivavoce.providers.sound import Samples, to_samples
from vivavoce.settings import Settings
from vivavoce.text.languages import BY_CODE, CODES

NAME = "whisper"
BEAM = 5
LEAST_FRAMES, SPARE_FRAMES = 1_500, 300  # of 10 ms
# Whisper can get into a loop on speech that it does not understand ("me den, me den, me den …"). Text that packs this
# well is one; it is heard again with repetitions made dear, and if that does not help either, its words are doubtful.
LOOP = 2.4
DEAR = 1.2
# docs/reference/speech.md shows that at most every twentieth word is misheard. For the others nothing is shown.
PROVEN: frozenset[str] = frozenset({"en"})


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
        self._model = _ShortModel(
            FOLDER, device="cpu", compute_type="int8", cpu_threads=threads, files=dict(files.contents)
        )

    @property
    def abilities(self) -> EarAbilities:
        """All languages; it is known to be good in some of them."""
        return EarAbilities(name=NAME, languages=CODES, weak=CODES - PROVEN, is_offline=True)

    def hear(
        self, windows: Iterable[SoundWindow], *, language: str, locale: str | None = None
    ) -> Generator[TimedWord, None, None]:
        """The words of each stretch in which somebody speaks: on silence it would invent some."""
        if language not in CODES:
            raise refuse_language(NAME, language)
        for window in windows:
            for stretch in find_speech(window):
                yield from self._hear(stretch, BY_CODE[language].iso)

    def _hear(self, stretch: SoundWindow, code: str) -> Generator[TimedWord, None, None]:
        samples = to_samples(stretch.pcm_16khz)
        segments = self._transcribe(samples, code, repetition_penalty=1.0)
        if any(_is_loop(segment) for segment in segments):
            segments = self._transcribe(samples, code, repetition_penalty=DEAR)
        length = len(samples) / RATE_HZ
        for segment in segments:
            for word in segment.words or ():
                yield TimedWord(
                    text=word.word,
                    start=stretch.start + min(float(word.start), length),
                    end=stretch.start + min(float(word.end), length),
                    probability=0.0 if _is_loop(segment) else float(word.probability),
                )

    def _transcribe(self, samples: Samples, code: str, *, repetition_penalty: float) -> list[Segment]:
        try:
            segments, _ = self._model.transcribe(
                samples,
                language=code,
                beam_size=BEAM,
                temperature=0.0,
                repetition_penalty=repetition_penalty,
                condition_on_previous_text=False,
                word_timestamps=True,
            )
            return list(segments)
        except (RuntimeError, ValueError) as error:
            raise ProviderError(f"{NAME} failed: {type(error).__name__}.", retryable=True) from error


class _ShortModel(WhisperModel):  # type: ignore[misc]  # it comes without types
    """Whisper that looks at 15 seconds where there are no more, instead of always at 30: it takes less than half.

    In English it hears as well (bench/round_trip.py: 3 of 484 words wrong either way); at 10 seconds it does not.
    """

    def encode(self, features: npt.NDArray[np.float32]) -> Any:
        """What the network makes of these: one column for 10 ms, those that were added to fill 30 seconds all zero."""
        filled = int(np.flatnonzero(features.any(axis=0)).max(initial=0)) + 1
        frames = min(features.shape[1], max(LEAST_FRAMES, filled + SPARE_FRAMES) // 2 * 2)
        return super().encode(np.ascontiguousarray(features[:, :frames]))


def _is_loop(segment: Segment) -> bool:
    return float(segment.compression_ratio) > LOOP
