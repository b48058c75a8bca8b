"""The voice espeak-ng: thirty-odd languages, offline, a program of the system run once a sentence.

It is not linked in: its licence (GPL) is its own, and a fault of it ends its own process alone.
"""

import shutil
import subprocess
import wave
from collections.abc import Generator
from io import BytesIO

from vivavoce.errors import ProviderError
from vivavoce.providers.refusal import refuse_language
from vivavoce.providers.sound import Sound
from vivavoce.providers.voices.pieces import split_text
from vivavoce.providers.voices.port import RATE_HZ, Spoken, VoiceAbilities
from vivavoce.settings import Settings
from vivavoce.text.languages import CODES

NAME = "espeak"
PROGRAM = "espeak-ng"
# The plain voice, a little slower than usual: of the variants that were tried (f3, f5, m3) it is understood best.
WORDS_A_MINUTE = 150
MOST_SECONDS = 20.0  # for one sentence: it takes 0.1
MISSING = (
    f"{PROGRAM} is not installed. Debian, Ubuntu: apt-get install espeak-ng. Without it English is spoken by hibari,"
    " and other languages by the browser's own voice."
)

# In these more words come back from the ear than were said (docs/reference/speech.md: 147 to 1228 %; whatever is
# below 105 % may be the ear's doing): Japanese signs are read out as English words. That is no voice to be asked by.
UNINTELLIGIBLE = frozenset({"ja", "ko", "th"})
# The wire's codes as espeak writes them, where it writes them otherwise.
_CODES = {"br": "pt-br", "en": "en-us", "fr": "fr-fr", "no": "nb", "zh": "cmn"}
_LOCALES = {
    "en-AU": "en-gb",
    "en-GB": "en-gb",
    "en-IE": "en-gb",
    "en-NZ": "en-gb",
    "en-ZA": "en-gb",
    "fr-BE": "fr-be",
    "fr-CH": "fr-ch",
    "zh-HK": "yue",
}


def open_voice(settings: Settings) -> "EspeakVoice":
    """The voice. There is nothing to set. Raises ProviderError where espeak-ng is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise ProviderError(MISSING, retryable=False)
    return EspeakVoice(program)


class EspeakVoice:
    """Plain and clear, one voice in all languages."""

    def __init__(self, program: str, *, most_seconds: float = MOST_SECONDS) -> None:
        self._program = program
        self._most_seconds = most_seconds
        listed = self._run(["--voices"], "").decode(errors="replace").splitlines()[1:]
        # Pty Language Age/Gender VoiceName …
        self._voices = frozenset(row.split()[1].lower() for row in listed if len(row.split()) > 1)
        self._spoken = frozenset(code for code in CODES if _CODES.get(code, code) in self._voices)

    @property
    def abilities(self) -> VoiceAbilities:
        """The languages that the installed espeak-ng has voices for that can be understood."""
        languages = self._spoken - UNINTELLIGIBLE
        return VoiceAbilities(name=NAME, languages=languages, is_offline=True, tells_mouth=False)

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        """One piece a sentence, in what can't be understood, too: a bench measures it."""
        if language not in self._spoken:
            raise refuse_language(NAME, language)
        voice = self._choose(language, locale)
        for piece in split_text(text):
            # "[[" would begin phonemes.
            spoken = self._run(
                ["-v", voice, "-s", str(WORDS_A_MINUTE), "-b", "1", "--stdin", "--stdout"], piece.replace("[[", "[ [")
            )
            pcm = _read(spoken).at(RATE_HZ)
            if not pcm:
                raise ProviderError(f"{NAME} found nothing in a sentence that it could say.", retryable=False)
            yield Spoken(pcm_24khz=pcm)

    def _choose(self, language: str, locale: str | None) -> str:
        wanted = _LOCALES.get(locale or "")
        if wanted is None and language == "es" and locale not in (None, "es-ES", "es-GQ"):
            wanted = "es-419"
        return wanted if wanted in self._voices else _CODES.get(language, language)

    def _run(self, arguments: list[str], text: str) -> bytes:
        # A generator that is closed waits for this at most: a sentence is done in a tenth of a second.
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=text.encode(),
                capture_output=True,
                timeout=self._most_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ProviderError(f"{PROGRAM} took longer than {self._most_seconds:g} seconds.", retryable=True) from None
        except OSError as error:
            raise ProviderError(f"{PROGRAM} can't be run: {error.strerror}.", retryable=False) from error
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise ProviderError(
                f"{PROGRAM} ended with code {done.returncode}: {lines[-1] if lines else 'nothing said'}", retryable=True
            )
        return done.stdout


def _read(spoken: bytes) -> Sound:
    """What it wrote: a WAV file whose header does not know the length yet, so everything behind it is sound."""
    try:
        with wave.open(BytesIO(spoken)) as opened:
            return Sound(pcm=spoken[_HEADER:], rate_hz=opened.getframerate())
    except (wave.Error, EOFError) as error:
        raise ProviderError(f"{PROGRAM} wrote no sound.", retryable=True) from error


_HEADER = 44  # bytes
