"""What a voice is: a text in, sound out, piece by piece."""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

RATE_HZ = 24_000  # of every voice: who gets it needs to know one rate alone


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceAbilities:
    """What a voice can do."""

    name: str
    languages: frozenset[str]  # the wire's codes
    is_offline: bool  # nothing leaves this machine
    tells_mouth: bool  # its pieces say how the mouth moves; otherwise a page moves it by loudness


class Shape(StrEnum):
    """A shape of the mouth."""

    REST = "rest"  # between words
    CLOSED = "closed"  # p, b, m
    TEETH = "teeth"  # f, v: teeth on the lip
    NARROW = "narrow"  # s, t, n, k: hardly open
    TONGUE = "tongue"  # th, l: the tongue shows
    WIDE = "wide"  # ee, ay
    OPEN = "open"  # ah
    ROUND = "round"  # oh, oo, w


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """The mouth over a stretch of time: seconds from the first sample of its piece."""

    shape: Shape
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A piece of speech, a sentence long at most. mouth: in order and without a gap; empty when it is not known."""

    pcm_24khz: bytes
    mouth: tuple[Mouth, ...] = ()


class Voice(Protocol):
    """A machine that speaks."""

    @property
    def abilities(self) -> VoiceAbilities:
        """What it can do."""

    def say(self, text: str, *, language: str, locale: str | None = None) -> Generator[Spoken, None, None]:
        """The text, spoken, each piece as soon as it is there; nothing for a text without a letter or a digit.

        language: the wire's code. locale: how it is spoken (en-GB), where there is a choice; a voice that has none such
        speaks as it can. Closing the generator stops the voice and lets go of what it holds.
        Raises ProviderError, with the first piece or later: for a language that it does not know, not retryable.
        """
