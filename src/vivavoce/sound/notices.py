"""What a page is told while somebody speaks. Plain values; web/ words them."""

from dataclasses import dataclass
from enum import StrEnum

from vivavoce.attempts.answer import HeardWord
from vivavoce.conversation.lines import Said
from vivavoce.conversation.loop import PageNews
from vivavoce.sound.frames import Problem


class WhyTyping(StrEnum):
    """Why nothing is heard any more."""

    NO_EAR = "no_ear"  # nothing of ours can hear now
    NOT_KEPT = "not_kept"  # the sound can't be kept
    NOBODY = "nobody"  # not a word came, whatever was asked
    FAILED = "failed"  # an answer can't be saved; what was understood is told
    ELSEWHERE = "elsewhere"  # another process of ours has it in hand; it lets go soon
    NOT_HERE = "not_here"  # this server does not listen
    NOT_AGREED = "not_agreed"  # the person has not agreed to be recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """Sound may come. next: the frame; frame_bytes: of PCM, None where the page may choose."""

    next: int
    frame_bytes: int | None


@dataclass(frozen=True, slots=True)
class HeardTo:
    """All frames before this one are on the disk."""

    next: int


@dataclass(frozen=True, slots=True)
class FramesMissed:
    """Frames are missing: they are to be sent from this one on."""

    next: int


@dataclass(frozen=True, slots=True)
class SoundRefused:
    """A frame was not taken, and the line is closed."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class SoundTaken:
    """Another page speaks now."""


@dataclass(frozen=True, slots=True)
class Listens:
    """This turn is heard, from when its question has been said."""

    number: int


@dataclass(frozen=True, slots=True)
class Began:
    """The candidate has begun to speak."""

    number: int


@dataclass(frozen=True, slots=True)
class Clear:
    """The candidate speaks while the interviewer does: stop playing."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was understood of this turn so far."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """If the turn is over, these are the next words; their sound is there."""

    lines: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The candidate's turn is over; what was said is being saved."""

    number: int


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """The turn was to be over, and not a word was understood: it goes on."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompted:
    """Nobody has said a word yet (prompt: which one, from 1), or what was said is no answer (silence_prompts.py)."""

    number: int
    prompt: int
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a spoken answer. told: as after any happening. words: as they were heard."""

    number: int
    text: str
    words: tuple[HeardWord, ...]
    told: PageNews


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingOnly:
    """Nothing is heard any more. text: what was understood of the turn that is open."""

    why: WhyTyping
    text: str = ""


# Those whose fields say all there is to say: a page gets them as they stand.
PlainNotice = Hello | HeardTo | FramesMissed | SoundTaken | Listens | Began | Clear | TurnOver | NothingHeard
Notice = PlainNotice | SoundRefused | Understood | Ahead | Prompted | Saved | TypingOnly
