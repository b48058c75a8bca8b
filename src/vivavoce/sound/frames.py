"""The ledger of a candidate's sound: which frame comes next, and what becomes of one that arrives. Pure.

    number as expected ──► FrameTaken     one that was taken before ──► FrameDoubled (a resend; nothing to do)
    a later one        ──► FrameMissed    anything else             ──► FrameRefused, and why

A frame is four bytes of number, little-endian, from 0 over the whole attempt, and 20 to 60 ms of 16-bit mono PCM at
16 kHz. All frames of one attempt have the length of its first one, so that the sound's length tells what comes next.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

RATE_HZ = 16_000
BYTES_A_SECOND = 2 * RATE_HZ
NUMBER_BYTES = 4
LEAST_FRAME, MOST_FRAME = 640, 1_920  # bytes of PCM: 20 and 60 ms
MILLISECOND = 32  # bytes

LONGEST = 4 * 3600.0  # seconds of sound that one attempt may have: 460 MB
# A page that comes back sends what it has kept, as fast as it can; what it records cannot come faster than time goes.
# It may be as much ahead as it can keep, and its clock a little fast.
BACKLOG = 120.0  # seconds
FASTEST = 1.25  # seconds of sound in a second

ACKNOWLEDGE_FRAMES = 25
ACKNOWLEDGE_SECONDS = 1.0


class Problem(StrEnum):
    """Why a frame is not taken."""

    SIZE = "size"  # no frame of ours, or not as long as the first one
    TOO_MUCH = "too_much"  # more than can have been recorded
    TOO_LONG = "too_long"  # the attempt has had all the sound that it may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is known of an attempt's sound. frame_bytes: None until its first frame.

    ahead: how much more sound came than time went by, in seconds, at a moment of a clock that never goes back.
    """

    next: int = 0
    frame_bytes: int | None = None
    ahead: float = 0.0
    ahead_at: float = 0.0

    @property
    def seconds(self) -> float:
        """How much sound there is."""
        return self.next * (self.frame_bytes or 0) / BYTES_A_SECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTaken:
    """The frame that was expected."""

    ledger: Ledger
    pcm: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDoubled:
    """It is there already."""

    ledger: Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameMissed:
    """Frames before it are missing: they must come first, so it is not taken."""

    ledger: Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRefused:
    """It is not taken, and the line had better be closed."""

    problem: Problem


Outcome = FrameTaken | FrameDoubled | FrameMissed | FrameRefused


def take(ledger: Ledger, raw: bytes, *, now: float) -> Outcome:
    """What becomes of a frame. now: seconds of a clock that never goes back."""
    size = len(raw) - NUMBER_BYTES
    if not is_length(size) or size != (ledger.frame_bytes or size):
        return FrameRefused(problem=Problem.SIZE)
    length = size / BYTES_A_SECOND
    ahead = max(0.0, ledger.ahead - (now - ledger.ahead_at) * FASTEST) + length
    if ahead > BACKLOG:
        return FrameRefused(problem=Problem.TOO_MUCH)
    ledger = replace(ledger, ahead=ahead, ahead_at=now)
    number = int.from_bytes(raw[:NUMBER_BYTES], "little")
    if number < ledger.next:
        return FrameDoubled(ledger=ledger)
    if number > ledger.next:
        return FrameMissed(ledger=ledger)
    if ledger.seconds + length > LONGEST:
        return FrameRefused(problem=Problem.TOO_LONG)
    return FrameTaken(ledger=replace(ledger, next=number + 1, frame_bytes=size), pcm=raw[NUMBER_BYTES:])


def is_length(size: int) -> bool:
    """Whether a frame may have so many bytes of PCM."""
    return LEAST_FRAME <= size <= MOST_FRAME and size % MILLISECOND == 0


def whole_frames(length: int, *, frame_bytes: int) -> int:
    """How many frames a file of this length holds whole: what follows them is torn, and is cut off."""
    return length // frame_bytes
