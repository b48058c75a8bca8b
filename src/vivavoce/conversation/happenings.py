"""What can happen in a conversation, and what can follow from it. Pure.

happening ──► conductor.decide ──► orders, which the loop carries out in their order, saving before it acknowledges
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.answer import Answer, Branch, HeardWord, Playout, RecordedWish
from vivavoce.attempts.states import Ending
from vivavoce.conversation.intents import Wish

LONGEST_ANSWER = 20_000  # characters: half an hour of fast speech
LONGEST_REMARK = 2_000  # characters


# What can happen.


@dataclass(frozen=True, slots=True)
class Arrived:
    """A page opened, or came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer to a turn: a text, the index of a choice, or neither to skip it. key: the same on every resend.

    is_meant: that it is the answer, even if it reads like a wish. words: of a spoken answer, as they were heard.
    """

    key: UUID
    number: int
    text: str | None = None
    choice: int | None = None
    is_meant: bool = False
    words: tuple[HeardWord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An answer that was given, or a question that was skipped, is opened again before the end.

    text: all of the answer as it is meant now; None: as it was first. key: the same on every resend.
    """

    key: UUID
    number: int
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The candidate wants something besides answering, by a button. remark: what is wrong, where it is said."""

    key: UUID
    number: int
    wish: Wish
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBroke:
    """The page tells that we did not answer for so long, while its device was online."""

    key: UUID
    seconds: float


class Trouble(StrEnum):
    """What can go wrong on our side while somebody speaks."""

    NO_EAR = "no_ear"  # nothing of ours could hear; the candidate types
    NO_VOICE = "no_voice"  # nothing of ours could say a line
    SOUND_LOST = "sound_lost"  # sound was recorded and did not reach us
    SOUND_UNKEPT = "sound_unkept"  # we could not keep it
    LAG = "lag"  # the next words came too late
    CUT_OFF = "cut_off"  # we took the candidate's turn for over, and it was not
    DOUBTFUL = "doubtful"  # much of an answer may have been misheard
    NOBODY_HEARD = "nobody_heard"  # not a word came, whatever was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class WentWrong:
    """Something failed while somebody spoke. key: the same whenever this is told again."""

    key: UUID
    trouble: Trouble
    seconds: float = 0.0  # how long it took
    is_told_by_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyHeard:
    """Nobody has said a word, though asked three times, and nobody types."""

    key: UUID


@dataclass(frozen=True, slots=True)
class Listened:
    """What the candidate has heard of the interviewer's words."""

    played: Playout


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The candidate hands the attempt in."""

    key: UUID


Happening = Arrived | Answered | Corrected | Asked | LineBroke | WentWrong | NobodyHeard | Listened | HandedIn


# What is to be done.


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """Keep this answer, before anything is acknowledged."""

    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCorrection:
    """Keep what an earlier answer says now, beside what it said first. text: '' for a question skipped after all."""

    key: UUID
    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWords:
    """Keep how a spoken answer was heard, word by word."""

    key: UUID
    number: int
    words: tuple[HeardWord, ...]


@dataclass(frozen=True, slots=True)
class SavePlayed:
    """Keep what was heard of our words."""

    played: Playout


@dataclass(frozen=True, slots=True)
class SaveBranch:
    """Keep what was decided of a conditional step."""

    branch: Branch


@dataclass(frozen=True, slots=True)
class SaveWish:
    """Keep what was wished for."""

    wished: RecordedWish


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFault:
    """Keep that something went wrong on our side. trouble: None for a line that broke."""

    key: UUID
    seconds: float
    trouble: Trouble | None = None
    is_told_by_page: bool = True


class Errand(StrEnum):
    """What a person at the merchant is asked to do."""

    ANSWER = "answer"  # a question that nothing of ours answers
    MEET = "meet"  # the candidate wants a human
    LOOK = "look"  # something is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPerson:
    """Leave a task for the people who hire. text: what the candidate said."""

    errand: Errand
    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """No further question comes."""

    ending: Ending


@dataclass(frozen=True, slots=True)
class SetAside:
    """Put the attempt away for a fault of ours: it does not count."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the attempt in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Tell the page that this key is safe."""

    key: UUID
    number: int | None


class NotTaken(StrEnum):
    """Why something was not taken."""

    ALREADY_ANSWERED = "already_answered"  # another page was faster
    NOT_ASKED = "not_asked"  # a turn that has not come
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_SUCH_CHOICE = "no_such_choice"
    NOT_A_CHOICE = "not_a_choice"
    OVER = "over"  # the attempt is not under way any more
    NOT_FINISHED = "not_finished"
    FIXED = "fixed"  # an answer that can't be opened again: a choice, a question to us, or the merchant wants it so
    NOT_NOW = "not_now"  # a wish that means nothing where the conversation stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Tell the page that this was not taken, and why."""

    key: UUID
    reason: NotTaken


Order = (
    SaveAnswer
    | SaveCorrection
    | SaveWords
    | SavePlayed
    | SaveBranch
    | SaveWish
    | SaveFault
    | CallPerson
    | Finish
    | SetAside
    | Submit
    | Acknowledge
    | Refuse
)
