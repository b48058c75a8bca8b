"""What can happen in a conversation, and what can follow from it. Pure.

happening ──► conductor.decide ──► orders, which the loop carries out in their order, saving before it acknowledges
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.answer import Answer, Branch, Correction, HeardWord, NextWords, Playout, RecordedWish
from vivavoce.attempts.states import Ending
from vivavoce.conversation.dialogue_acts import Acts
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
    acts: what the text does, where that was told.
    """

    key: UUID
    number: int
    text: str | None = None
    choice: int | None = None
    is_meant: bool = False
    words: tuple[HeardWord, ...] = ()
    acts: Acts = field(default_factory=Acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An answer that was given, or a question that was skipped, is opened again before the end.

    text: all of the answer as it is meant now; choice: the index of what is chosen now, of a question that is answered
    by choosing. Neither: as it was first. key: the same on every resend.
    is_question: that it was no answer, but a question to us, in these words: it is taken back, and replied to. acts:
    what they do, where that was told.
    """

    key: UUID
    number: int
    text: str | None = None
    choice: int | None = None
    is_question: bool = False
    acts: Acts = field(default_factory=Acts)


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


@dataclass(frozen=True, slots=True)
class Listened:
    """What the candidate has heard of the interviewer's words."""

    played: Playout


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The candidate hands the attempt in."""

    key: UUID


class ProposalKind(StrEnum):
    """What a language model may be asked for. Whether anything of it is said, code decides."""

    UTTERANCE = "utterance"  # what a candidate's words are, before they are taken for the answer
    NEXT_WORDS = "next_words"  # a word about the answer, a follow-up, whether a condition is met
    REPLIES = "replies"  # what a candidate who asks about the position is told


@dataclass(frozen=True, slots=True, kw_only=True)
class UtteranceProposal:
    """What a model takes the candidate's words for.

    utterance: a value of `Utterance`, or of `Wish` for what is wanted. reply: to a question about the question, '' when
    there is none; quote: the words of our own texts that it rests on, '' when on none.
    """

    utterance: str
    reply: str = ""
    quote: str = ""


class ConditionState(StrEnum):
    """Whether the condition of a conditional step is met."""

    MET = "met"
    NOT_MET = "not_met"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextProposal:
    """What a model would say after an answer; '' where it would say nothing.

    quote: the answer's own words that the follow-up takes up. condition: of the step that `Propose` named;
    condition_quote: the answer's own words that show it.
    """

    remark: str = ""
    follow_up: str = ""
    quote: str = ""
    condition: ConditionState = ConditionState.UNSURE
    condition_quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliesProposal:
    """What a model would tell a candidate who asks; the three lists go together, one entry a question, in their order.

    asked: the question's own words. replies: '' where our texts do not tell it. quotes: the words of one passage that
    the reply rests on, '' with an empty reply.
    """

    asked: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What came of a `Propose`, or that nothing came of it in time. The rule's way goes on where it can't be used.

    kind, number, answered: as they were ordered. seconds: since then. proposal: None where nothing came.
    """

    kind: ProposalKind
    number: int
    seconds: float
    answered: Answered | None = None
    proposal: UtteranceProposal | NextProposal | RepliesProposal | None = None


Happening = Proposed | Arrived | Answered | Corrected | Asked | LineBroke | WentWrong | Listened | HandedIn


# What is to be done.


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """Keep this answer, before anything is acknowledged."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class SaveCorrection:
    """Keep what an earlier answer says now, beside what it said first. Its text is '' for a question skipped after
    all."""

    correction: Correction


@dataclass(frozen=True, slots=True)
class ForgetBranches:
    """What was decided of these conditional steps holds no longer: another choice was made, and it is decided anew."""

    step_ids: tuple[UUID, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveNextWords:
    """Keep what is said after the answer of this turn, before it is said."""

    number: int
    next_words: NextWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """Ask a language model, outside of any transaction, and tell what came of it by `Proposed`, also that nothing did.

    number: the turn that it is about. seconds: from the order on; later it is too late. given: what the model is told,
    by the placeholders of its prompt: never a rubric. answered: of an UTTERANCE and of REPLIES, the words that wait for
    it. They are neither saved nor acknowledged yet: whoever sent them keeps them, and sends them again to a server
    that has died.
    """

    kind: ProposalKind
    number: int
    seconds: float
    given: Mapping[str, str] = field(default_factory=dict)
    answered: Answered | None = None


class Errand(StrEnum):
    """What a person at the merchant is asked to do."""

    ANSWER = "answer"  # a question that nothing of ours answers
    MEET = "meet"  # the candidate wants a human
    LOOK = "look"  # something is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPerson:
    """Leave a task for the people who hire. text: what the candidate said.

    instead_of: what they said before they put it right: a task that says that, and waits, says this now.
    """

    errand: Errand
    text: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Close a task that waits, since the candidate no longer asks. text: what it says."""

    errand: Errand
    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """No further question comes."""

    ending: Ending


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
    FIXED = "fixed"  # an answer that can't be opened again: what we answered, or the merchant wants it so
    NOT_NOW = "not_now"  # a wish that means nothing where the conversation stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Tell the page that this was not taken, and why."""

    key: UUID
    reason: NotTaken


Order = (
    SaveAnswer
    | SaveCorrection
    | ForgetBranches
    | SaveNextWords
    | SaveWords
    | SavePlayed
    | SaveBranch
    | SaveWish
    | SaveFault
    | CallPerson
    | TakeBack
    | Propose
    | Finish
    | Submit
    | Acknowledge
    | Refuse
)
