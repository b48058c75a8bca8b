"""Any voice behind an OpenAI-compatible `/audio/speech`: the vendor's own, or a server of yours."""

from collections.abc import Generator, Iterator

from vivavoce.errors import BadSetting, ProviderError
from vivavoce.providers.endpoint import Endpoint
from vivavoce.providers.refusal import refuse_language
from vivavoce.providers.sound import is_silent
from vivavoce.providers.voices.pieces import split_text
from vivavoce.providers.voices.port import RATE_HZ, Spoken, VoiceAbilities
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES

NAME = "openai"
LONGEST_INPUT = 1_000  # characters: several sentences sound better when said together; the endpoint takes 4,096
PIECE_BYTES = RATE_HZ * 2 // 2  # half a second
MOST_SECONDS_A_SIGN = 1.0  # more sound than this is no speech of that text


def open_voice(settings: Settings) -> "OpenAIVoice":
    """The voice behind `speech_url`. Raises BadSetting when that is not set."""
    if settings.speech_url is None:
        raise BadSetting(
            "The voice openai needs an address: set VIVAVOCE_SPEECH_URL, as https://api.openai.com/v1.",
            name="speech_url",
        )
    endpoint = Endpoint("The speech endpoint", url=settings.speech_url, key=settings.speech_key)
    return OpenAIVoice(endpoint, model=settings.speech_model, voice=settings.speech_voice)


class OpenAIVoice:
    """It hears the language from the text: all are offered."""

    def __init__(self, endpoint: Endpoint, *, model: str, voice: str) -> None:
        self._endpoint = endpoint
        self._model = model
        self._voice = voice

    @property
    def abilities(self) -> VoiceAbilities:
        """All languages; how well is the model's affair."""
        return VoiceAbilities(name=NAME, languages=CODES, is_offline=False, tells_mouth=False)

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        """Pieces of half a second, as they come."""
        if language not in CODES:
            raise refuse_language(NAME, language)
        for part in _join(split_text(text)):
            # 24 kHz, 16 bits, mono, without a header.
            wish = {"model": self._model, "voice": self._voice, "input": part, "response_format": "pcm"}
            with self._endpoint.post("audio/speech", json=wish) as answer:
                yield from _cut(answer.iter_bytes(), most_bytes=int(len(part) * MOST_SECONDS_A_SIGN * RATE_HZ * 2))


def _join(pieces: Iterator[str]) -> Iterator[str]:
    """As many pieces at a time as the endpoint takes; the first alone, so that it is heard soon."""
    part = next(pieces, "")
    is_first = True
    for piece in pieces:
        if is_first or len(part) + len(piece) >= LONGEST_INPUT:
            yield part
            part, is_first = piece, False
        else:
            part = f"{part} {piece}"
    if part:
        yield part


def _cut(sound: Iterator[bytes], *, most_bytes: int) -> Iterator[Spoken]:
    waiting = b""
    got = 0
    is_heard = False
    for some in sound:
        waiting += some
        got += len(some)
        if got > most_bytes + 5 * PIECE_BYTES:
            raise ProviderError("The speech endpoint sends more sound than the text can have.", retryable=False)
        while len(waiting) >= PIECE_BYTES:
            is_heard = is_heard or not is_silent(waiting[:PIECE_BYTES])
            yield Spoken(pcm_24khz=waiting[:PIECE_BYTES])
            waiting = waiting[PIECE_BYTES:]
    if waiting[:2]:
        is_heard = is_heard or not is_silent(waiting)
        yield Spoken(pcm_24khz=waiting[: len(waiting) // 2 * 2])
    if not is_heard:
        raise ProviderError("The speech endpoint sent nothing that can be heard.", retryable=True)
