"""What a conversation is held by, and where it stands. Pure.

A Course is fixed from the attempt's beginning to its end; a Conversation can be told from what is stored alone, so
nothing is lost with a process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from vivavoce.attempts.answer import Answer, Branch, Correction, RecordedWish
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.conversation.lines import Manner
from vivavoce.interviews.length import InterviewLength, length_of
from vivavoce.interviews.steps import AnsweredBy, Step
from vivavoce.replies.asking import Meaning, Passage

OWN_WORDS = "own_words"  # a follow-up to "none of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposing:
    """That a language model may be asked. seconds: how long the candidate may wait for it, each time."""

    seconds: float = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What this attempt is held by.

    steps: as this attempt's seed drew them. claims: of a step's rubric and the interview's, which nobody may hear.
    passages: what a candidate may be told. max_seconds: from then on no question is asked; more time is in it already.
    time_factor: more time for whoever wants it, of each answer and of the whole.
    """

    manner: Manner
    steps: tuple[Step, ...]
    is_reviewed: bool  # whether the candidate looks back and hands it in, or it is handed in at once
    max_seconds: float
    time_factor: float = 1.0
    max_follow_ups: int = 0  # to one question
    opens_again: bool = True  # whether an answer can be opened again before the end, and what was skipped be answered
    offers_none: bool = False  # whether "none of these" is one more choice
    claims: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    meant: Meaning = field(default_factory=Meaning)  # of what was just said, where it may ask
    background: tuple[str, ...] = ()  # of documents, about the last answer: a model reads it, and nobody may hear it
    instruction: str | None = None  # read before the first question; '': in our own words; None: there is none
    welcome: str | None = None  # None: in our own words
    thanks: str | None = None  # None: in our own words
    passes_on: bool = True  # whether what nothing answers goes to them; from practice nothing goes to anybody
    team: str = ""  # who a question that is passed on goes to, by the name that every page of the merchant shows
    proposing: Proposing | None = None  # None: there is no language model, and all goes by rule

    @property
    def language(self) -> str:
        """What the interview is held in, where a question does not say otherwise."""
        return self.manner.language

    @property
    def length(self) -> InterviewLength:
        """How long it takes all in all, as its pages say it; whoever wanted more time may take longer."""
        return length_of(
            self.steps, most_follow_ups=self.max_follow_ups, most_seconds=self.max_seconds / self.time_factor
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where the conversation stands.

    open_seconds: how long the turn that waits has been open, with the page there; the answers know of their own.
    answers: as they were given first. What is asked goes by them: a correction changes what was said, not the course.
    Another choice alone leads to other questions.
    """

    state: AttemptState
    answers: tuple[Answer, ...] = ()
    branches: tuple[Branch, ...] = ()
    wishes: tuple[RecordedWish, ...] = ()
    corrections: tuple[Correction, ...] = ()  # in their order; of each turn the last one counts
    ending: Ending | None = None  # why no question followed; None while questions are asked
    open_seconds: float = 0.0

    @property
    def number(self) -> int:
        """The turn that waits, or would: from 1."""
        return len(self.answers) + 1

    def text_of(self, answer: Answer) -> str:
        """What this answer says now."""
        return next(
            (correction.text for correction in reversed(self.corrections) if correction.number == answer.number),
            answer.text,
        )

    def choice_of(self, answer: Answer) -> int | None:
        """What is chosen by this answer now; None where it is in own words, or skipped."""
        return next(
            (correction.choice for correction in reversed(self.corrections) if correction.number == answer.number),
            answer.choice,
        )

    @property
    def taken_back(self) -> Answer | None:
        """The last answer, where the candidate has said that it was a question: its own question is open again."""
        last = self.answers[-1] if self.answers else None
        if last is None or last.follow_up is not None or self.text_of(last):
            return None
        keys = {wished.key for wished in self.wishes_now}
        made = (correction.key for correction in self.corrections if correction.number == last.number)
        return last if any(key is not None and key_of_question(key) in keys for key in made) else None

    @property
    def spent_seconds(self) -> float:
        """What the turns before this one took."""
        return sum(answer.spent_seconds for answer in self.answers)

    @property
    def wishes_now(self) -> tuple[RecordedWish, ...]:
        """What was wished for in the turn that waits."""
        return tuple(wished for wished in self.wishes if wished.number == self.number)


def key_of_question(key: UUID) -> UUID:
    """The key of a question that was taken for an answer until the correction with this key."""
    return uuid5(key, "question")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What waits for an answer. asked: the very words. follow_up: what it asks for; None: the step's own question.

    has_other_words: whether it can be put differently, once more. is_in_other_words: whether it was, the last time that
    somebody asked for it. choices: what can be chosen; empty unless the turn is answered by choosing. is_again: whether
    its question was skipped before.
    """

    number: int
    step: Step
    asked: str
    language: str
    follow_up: str | None = None
    has_other_words: bool = False
    is_in_other_words: bool = False
    choices: tuple[str, ...] = ()
    is_again: bool = False

    @property
    def answered_by(self) -> AnsweredBy:
        """How this turn is answered: what none of the choices says is said in own words."""
        answered_by = self.step.question.answered_by
        is_explained = answered_by is AnsweredBy.CHOICE and self.follow_up is not None
        return AnsweredBy.OPEN if is_explained else answered_by
