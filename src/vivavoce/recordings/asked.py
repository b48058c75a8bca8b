"""What the programs that make recordings are asked for. They load nothing else of ours, so that they begin at once."""

from dataclasses import dataclass
from typing import Any, TypedDict


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
    comment. lines, made: what is put to the sound. files: key and bytes of
    each line's sound.
    """

    missing: list[str]
    lines: list[dict[str, Any]]
    made: list[dict[str, Any]]
    files: list[tuple[str, int]]
