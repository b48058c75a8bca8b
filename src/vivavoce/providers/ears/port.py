"""What an ear is: windows of sound in, words with their times out."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

RATE_HZ = 16_000  # of everything that is heard


@dataclass(frozen=True, slots=True, kw_only=True)
class EarAbilities:
    """What an ear can do."""

    name: str
    languages: frozenset[str]  # the wire's codes
    weak: frozenset[str]  # of these: those in which it mishears so much that typing should be offered first
    is_offline: bool  # nothing leaves this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundWindow:
    """A stretch of sound, of any length. start: seconds from the first sample of what it was cut from."""

    pcm_16khz: bytes
    start: float = 0.0

    @property
    def end(self) -> float:
        """Seconds from the same moment, end excluded."""
        return self.start + len(self.pcm_16khz) / 2 / RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedWord:
    """A word as it was heard, punctuation included."""

    text: str  # with the space before it, where the language writes one: joined, the words are the text
    start: float  # seconds, as the window's
    end: float
    probability: float | None  # that it was this word; None when the ear does not tell


class Ear(Protocol):
    """A machine that listens."""

    @property
    def abilities(self) -> EarAbilities:
        """What it can do."""

    def hear(
        self, windows: Iterable[SoundWindow], *, language: str, locale: str | None = None
    ) -> Generator[TimedWord, None, None]:
        """The words, in order, those of a window as soon as it is heard. Where nobody speaks there are none.

        language: the wire's code, always said: an ear that guesses takes an accent for another language. locale: the
        accent that the candidate chose (en-IN), for ears that know accents; it changes nothing else, ever.
        Raises ProviderError: for a language that it does not know, not retryable.
        """


def to_text(words: Iterable[TimedWord]) -> str:
    """The words as a text."""
    return "".join(word.text for word in words).strip()
