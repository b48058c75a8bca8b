"""What the programs that make recordings are asked for. They load nothing else of ours, so that they begin at once."""

from dataclasses import dataclass
from typing import Any, TypedDict

# What these programs let go of goes back to the machine at once, as far as the C library can be told.
LEAN = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "131072", "MALLOC_TOP_PAD_": "0"}
TAKE_HEAD = 8  # bytes before each take: how long it is, big-endian


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedLine:
    """A stretch of a line in the session. at: seconds of the session; begin, seconds: of the line's own sound."""

    file: str
    at: float
    begin: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeTime:
    """Time in the session that the microphone's sound does not have. at: seconds of the microphone's sound."""

    at: float
    seconds: float


class EncodeAsked(TypedDict):
    """What the encoder is to make.

    missing: stretches that are silence because nobody has them, as 12.00-15.20, in seconds; the file says so as its
    comment. pcm_bytes: of the sound. lines, made: what is put to the sound. files: key and bytes of
    each line's sound.
    """

    missing: list[str]
    pcm_bytes: int
    lines: list[dict[str, Any]]
    made: list[dict[str, Any]]
    files: list[tuple[str, int]]


class RemuxAsked(TypedDict):
    """What is to be made of a sound and takes.

    sound_bytes: of the sound, as Opus in WebM. takes: the second of the film where each begins, below zero before that.
    """

    sound_bytes: int
    takes: list[float]
    is_mp4: bool


class BesideAsked(TypedDict):
    """What is to be made of a sound, takes, and who was talked with.

    faces: mouth and bytes of each drawing, as PNG. lines: what was said, in the film's time. marks: of the mouth, by
    the line's file. files: key and bytes of the sound, as WAV, of each line without marks. The rest is as above.
    """

    faces: list[tuple[str, int]]
    lines: list[dict[str, Any]]
    marks: dict[str, list[tuple[float, float, str]]]
    files: list[tuple[str, int]]
    sound_bytes: int
    takes: list[float]
    is_mp4: bool


class AnswerAsked(TypedDict):
    """An answer's sound. silent: from where to where nothing of it counts, in seconds of the answer."""

    number: int
    pcm_bytes: int
    silent: list[tuple[float, float]]


class HearApartAsked(TypedDict):
    """In which answers somebody else may be heard."""

    answers: list[AnswerAsked]
