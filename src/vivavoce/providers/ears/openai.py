"""Any ear behind an OpenAI-compatible `/audio/transcriptions`: the vendor's own, or a server of yours."""

import math
from collections.abc import Generator, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from vivavoce.errors import BadSetting, ProviderError
from vivavoce.providers.ears.activity import find_speech
from vivavoce.providers.ears.port import RATE_HZ, EarAbilities, SoundWindow, TimedWord
from vivavoce.providers.endpoint import Endpoint
from vivavoce.providers.refusal import refuse_language
from vivavoce.providers.sound import Sound, write_wav
from vivavoce.settings import Settings
from vivavoce.text.languages import BY_CODE, CODES, UNSPACED

NAME = "openai"


def open_ear(settings: Settings) -> "OpenAIEar":
    """The ear behind `transcription_url`. Raises BadSetting when that is not set."""
    if settings.transcription_url is None:
        raise BadSetting(
            "The ear openai needs an address: set VIVAVOCE_TRANSCRIPTION_URL, as https://api.openai.com/v1.",
            name="transcription_url",
        )
    endpoint = Endpoint("The transcription endpoint", url=settings.transcription_url, key=settings.transcription_key)
    return OpenAIEar(endpoint, model=settings.transcription_model)


class OpenAIEar:
    """It is told the language with every request. A model that tells no times gets them spread over the stretch."""

    def __init__(self, endpoint: Endpoint, *, model: str) -> None:
        self._endpoint = endpoint
        self._model = model

    @property
    def abilities(self) -> EarAbilities:
        """All languages; how well is the model's affair."""
        return EarAbilities(name=NAME, languages=CODES, weak=frozenset(), is_offline=False)

    def hear(
        self, windows: Iterable[SoundWindow], *, language: str, locale: str | None = None
    ) -> Generator[TimedWord, None, None]:
        """The words of each stretch in which somebody speaks; silence is not even sent."""
        if language not in CODES:
            raise refuse_language(NAME, language)
        for window in windows:
            for stretch in find_speech(window):
                yield from _read(self._ask(stretch, BY_CODE[language].iso), stretch, is_spaced=language not in UNSPACED)

    def _ask(self, stretch: SoundWindow, code: str) -> Mapping[str, Any]:
        file = BytesIO()
        write_wav(file, Sound(pcm=stretch.pcm_16khz, rate_hz=RATE_HZ))
        wish = {"model": self._model, "language": code, "temperature": "0", "response_format": "verbose_json"}
        wish["timestamp_granularities[]"] = "word"
        if "transcribe" in self._model:
            # These of the vendor's models know neither.
            wish = {name: value for name, value in wish.items() if name != "timestamp_granularities[]"}
            wish["response_format"] = "json"
        with self._endpoint.post(
            "audio/transcriptions", data=wish, files={"file": ("speech.wav", file.getvalue(), "audio/wav")}
        ) as answer:
            answer.read()
        try:
            transcription = answer.json()
        except ValueError:
            transcription = None
        if not isinstance(transcription, dict) or not isinstance(transcription.get("text"), str):
            raise ProviderError("The transcription endpoint sent something that is no transcription.", retryable=True)
        return transcription


def _read(transcription: Mapping[str, Any], stretch: SoundWindow, *, is_spaced: bool) -> Iterator[TimedWord]:
    text: str = transcription["text"].strip()
    pieces = text.split() if is_spaced else list(text)
    timed = _timed(transcription)
    # Their words come without punctuation: the text's own pieces are taken where they pair up one to one.
    if len(timed) != len(pieces):
        timed = _spread(pieces, stretch)
    space = " " if is_spaced else ""
    probability = _probability(transcription)
    length = stretch.end - stretch.start
    for piece, (start, end) in zip(pieces, timed, strict=True):
        yield TimedWord(
            text=space + piece,
            start=stretch.start + min(start, length),
            end=stretch.start + min(end, length),
            probability=probability,
        )


def _timed(transcription: Mapping[str, Any]) -> list[tuple[float, float]]:
    words = transcription.get("words")
    if not isinstance(words, list):
        return []
    try:
        return [(float(word["start"]), float(word["end"])) for word in words]
    except (KeyError, TypeError, ValueError):
        return []


def _spread(pieces: list[str], stretch: SoundWindow) -> list[tuple[float, float]]:
    """Times by the letters of each word: as good as can be without being told."""
    letters = sum(len(piece) for piece in pieces) or 1
    a_letter = (stretch.end - stretch.start) / letters
    times, at = [], 0.0
    for piece in pieces:
        times.append((at, at + len(piece) * a_letter))
        at += len(piece) * a_letter
    return times


def _probability(transcription: Mapping[str, Any]) -> float | None:
    """The mean over what the segments tell; None when they tell nothing."""
    segments = transcription.get("segments")
    if not isinstance(segments, list) or not segments:
        return None
    try:
        logs = [float(segment["avg_logprob"]) for segment in segments]
    except (KeyError, TypeError, ValueError):
        return None
    return min(1.0, math.exp(sum(logs) / len(logs)))
