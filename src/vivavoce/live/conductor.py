"""The conductor: what happens next in a conversation. Pure: the same course, state and happening give the same orders.

happening ──► decide(course, state, happening) ──► new state + orders
                                                      │
                          the loop carries them out in this order, saving before it acknowledges
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.states import UNDER_WAY, State
from vivavoce.interviews.steps import AnsweredBy, Step

LONGEST_ANSWER = 20_000  # characters: half an hour of fast speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What this attempt is held by: fixed from its beginning to its end."""

    language: str
    steps: tuple[Step, ...]
    is_reviewed: bool  # whether the candidate looks back and hands it in, or it is handed in at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where the conversation stands. It can be told from what is stored alone, so nothing is lost with a process."""

    state: State
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question that waits for its answer. number: from 1."""

    number: int
    step: Step
    language: str

    @property
    def asked(self) -> str:
        """The words that are asked."""
        return self.step.question.text

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen; empty unless the step is answered by choosing."""
        return self.step.question.alternatives if self.step.question.answered_by is AnsweredBy.CHOICE else ()


# What can happen.


@dataclass(frozen=True, slots=True)
class Arrived:
    """A page opened, or came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer to a turn: a text, the index of a choice, or neither to skip it. key: the same on every resend."""

    key: UUID
    number: int
    text: str | None = None
    choice: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The candidate hands the attempt in."""

    key: UUID


Happening = Arrived | Answered | HandedIn


# What is to be done.


@dataclass(frozen=True, slots=True)
class SaveAnswer:
    """Keep this answer, before anything is acknowledged."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Finish:
    """Every question was asked."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the attempt in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Tell the page that this key is safe."""

    key: UUID
    number: int | None


class Reason(StrEnum):
    """Why something was not taken."""

    ALREADY_ANSWERED = "already_answered"  # another page was faster
    NOT_ASKED = "not_asked"  # a turn that has not come
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_SUCH_CHOICE = "no_such_choice"
    NOT_A_CHOICE = "not_a_choice"
    OVER = "over"  # the attempt is not under way any more
    NOT_FINISHED = "not_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Tell the page that this was not taken, and why."""

    key: UUID
    reason: Reason


Order = SaveAnswer | Finish | Submit | Acknowledge | Refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The conversation from here on, and what is to be done, in this order."""

    conversation: Conversation
    orders: tuple[Order, ...] = ()


def decide(course: Course, conversation: Conversation, happening: Happening) -> Decision:
    """What follows from what happened."""
    match happening:
        case Arrived():
            return Decision(conversation=conversation)
        case Answered():
            return _on_answer(course, conversation, happening)
        case HandedIn():
            return _on_hand_in(conversation, happening)


def next_turn(course: Course, conversation: Conversation) -> Turn | None:
    """The question that waits, or None when every one was asked."""
    if conversation.state is not State.BEGUN:
        return None
    answered = {answer.step_id: answer for answer in conversation.answers}
    for step in course.steps:
        if step.id not in answered and _is_due(step, answered):
            return Turn(
                number=len(conversation.answers) + 1, step=step, language=step.question.language or course.language
            )
    return None


def count_turns(course: Course, conversation: Conversation) -> int:
    """How many turns this conversation has at most, those that are over included."""
    skipped = {answer.step_id for answer in conversation.answers if answer.is_skipped}
    barren: set[UUID] = set()  # skipped, or below such a one: nothing that depends on it comes
    for step in course.steps:
        if step.id in skipped or step.parent_id in barren:
            barren.add(step.id)
    return sum(step.parent_id not in barren for step in course.steps)


def _is_due(step: Step, answered: dict[UUID, Answer]) -> bool:
    """A child is asked unless its parent was not asked or was skipped."""
    if step.parent_id is None:
        return True
    parent = answered.get(step.parent_id)
    return parent is not None and not parent.is_skipped


def _on_answer(course: Course, conversation: Conversation, happening: Answered) -> Decision:
    known = next((answer for answer in conversation.answers if answer.key == happening.key), None)
    if known is not None:
        # A resend: the receipt was lost on its way.
        return Decision(conversation=conversation, orders=(Acknowledge(key=known.key, number=known.number),))
    turn = next_turn(course, conversation)
    reason = _why_not(conversation, turn, happening)
    if reason is not None or turn is None:
        return Decision(conversation=conversation, orders=(Refuse(key=happening.key, reason=reason or Reason.OVER),))
    answer = _to_answer(turn, happening)
    after = replace(conversation, answers=(*conversation.answers, answer))
    orders: list[Order] = [SaveAnswer(answer)]
    if next_turn(course, after) is None:
        orders.append(Finish())
        after = replace(after, state=State.FINISHED)
        if not course.is_reviewed:
            orders.append(Submit())
            after = replace(after, state=State.SUBMITTED)
    orders.append(Acknowledge(key=answer.key, number=answer.number))
    return Decision(conversation=after, orders=tuple(orders))


def _why_not(conversation: Conversation, turn: Turn | None, happening: Answered) -> Reason | None:
    if happening.number <= len(conversation.answers):
        return Reason.ALREADY_ANSWERED
    if turn is None or conversation.state not in UNDER_WAY:
        return Reason.OVER
    if happening.number != turn.number:
        return Reason.NOT_ASKED
    if happening.choice is not None:
        if not turn.choices:
            return Reason.NOT_A_CHOICE
        return None if 0 <= happening.choice < len(turn.choices) else Reason.NO_SUCH_CHOICE
    if happening.text is None:
        return None
    if turn.choices:
        return Reason.NO_SUCH_CHOICE
    if not happening.text.strip():
        return Reason.EMPTY
    return Reason.TOO_LONG if len(happening.text) > LONGEST_ANSWER else None


def _to_answer(turn: Turn, happening: Answered) -> Answer:
    text = turn.choices[happening.choice] if happening.choice is not None else (happening.text or "")
    return Answer(
        number=turn.number,
        step_id=turn.step.id,
        asked=turn.asked,
        language=turn.language,
        text=text,
        choice=happening.choice,
        is_skipped=happening.choice is None and happening.text is None,
        key=happening.key,
    )


def _on_hand_in(conversation: Conversation, happening: HandedIn) -> Decision:
    match conversation.state:
        case State.FINISHED:
            after = replace(conversation, state=State.SUBMITTED)
            return Decision(conversation=after, orders=(Submit(), Acknowledge(key=happening.key, number=None)))
        case State.SUBMITTED:
            return Decision(conversation=conversation, orders=(Acknowledge(key=happening.key, number=None),))
        case State.BEGUN:
            return Decision(conversation=conversation, orders=(Refuse(key=happening.key, reason=Reason.NOT_FINISHED),))
        case _:
            return Decision(conversation=conversation, orders=(Refuse(key=happening.key, reason=Reason.OVER),))
