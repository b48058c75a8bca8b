"""The conductor: whatever happens, nothing is asked out of turn, saved twice, or left without an end."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.states import State
from vivavoce.interviews.steps import AnsweredBy, Question, Step, lay_steps
from vivavoce.live.conductor import (
    LONGEST_ANSWER,
    Acknowledge,
    Answered,
    Arrived,
    Conversation,
    Course,
    Decision,
    Finish,
    HandedIn,
    Happening,
    Order,
    Reason,
    Refuse,
    SaveAnswer,
    Submit,
    count_turns,
    decide,
    next_turn,
)

BEGUN = Conversation(state=State.BEGUN)
KEY = UUID(int=1)
OTHER_KEY = UUID(int=2)

OPEN = Question(text="Why?", caller_id="why")
CHOICE = Question(
    text="Which?", caller_id="which", answered_by=AnsweredBy.CHOICE, alternatives=("Left", "Right"), language="de"
)
ASKS = Question(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)
LAST = Question(text="When?", caller_id="last")


def a_course(*questions: Question, is_reviewed: bool = True) -> Course:
    """The questions, with the ids 1, 2, … as steps."""
    numbers = count(1)
    steps = lay_steps(questions, keeps_duplicates=True, new_id=lambda: UUID(int=next(numbers)))
    return Course(language="en", steps=steps, is_reviewed=is_reviewed)


def after(course: Course, *happenings: Happening, start: Conversation = BEGUN) -> Conversation:
    """The conversation after all of these."""
    for happening in happenings:
        start = decide(course, start, happening).conversation
    return start


def text(number: int, words: str = "So.") -> Answered:
    return Answered(key=uuid4(), number=number, text=words)


def skip(number: int) -> Answered:
    return Answered(key=uuid4(), number=number)


# --- One answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (OPEN, {"text": " It was\nmine. "}, {"text": " It was\nmine. ", "choice": None, "is_skipped": False}),
        (OPEN, {"text": "x" * LONGEST_ANSWER}, {"text": "x" * LONGEST_ANSWER, "choice": None, "is_skipped": False}),
        (OPEN, {}, {"text": "", "choice": None, "is_skipped": True}),
        (CHOICE, {"choice": 0}, {"text": "Left", "choice": 0, "is_skipped": False, "language": "de"}),
        (CHOICE, {"choice": 1}, {"text": "Right", "choice": 1, "is_skipped": False, "language": "de"}),
        (CHOICE, {}, {"text": "", "choice": None, "is_skipped": True, "language": "de"}),
        (ASKS, {"text": "Who leads?"}, {"text": "Who leads?", "choice": None, "is_skipped": False}),
    ],
)
def test_an_answer_is_kept_as_it_was_given_to_the_words_that_were_asked(
    question: Question, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    decision = decide(a_course(question, OPEN), BEGUN, Answered(key=KEY, number=1, **given))
    plain: dict[str, Any] = {"number": 1, "step_id": UUID(int=1), "asked": question.text, "language": "en", "key": KEY}
    answer = Answer(**(plain | kept))
    assert decision == Decision(
        conversation=Conversation(state=State.BEGUN, answers=(answer,)),
        orders=(SaveAnswer(answer), Acknowledge(key=KEY, number=1)),
    )


@pytest.mark.parametrize(
    ("question", "given", "reason"),
    [
        (OPEN, {"number": 2, "text": "So."}, Reason.NOT_ASKED),
        (OPEN, {"number": 1, "text": ""}, Reason.EMPTY),
        (OPEN, {"number": 1, "text": " \n\u00a0"}, Reason.EMPTY),
        (OPEN, {"number": 1, "text": "x" * (LONGEST_ANSWER + 1)}, Reason.TOO_LONG),
        (OPEN, {"number": 1, "choice": 0}, Reason.NOT_A_CHOICE),
        (ASKS, {"number": 1, "choice": 0}, Reason.NOT_A_CHOICE),
        (replace(OPEN, alternatives=("Why so?", "Why not?")), {"number": 1, "choice": 0}, Reason.NOT_A_CHOICE),
        (CHOICE, {"number": 1, "choice": 2}, Reason.NO_SUCH_CHOICE),
        (CHOICE, {"number": 1, "choice": -1}, Reason.NO_SUCH_CHOICE),
        (CHOICE, {"number": 1, "text": "Left"}, Reason.NO_SUCH_CHOICE),
    ],
)
def test_what_is_no_answer_to_this_turn_is_refused_and_changes_nothing(
    question: Question, given: dict[str, Any], reason: Reason
) -> None:
    decision = decide(a_course(question, LAST), BEGUN, Answered(key=KEY, **given))
    assert decision == Decision(conversation=BEGUN, orders=(Refuse(key=KEY, reason=reason),))


def test_a_resend_gets_the_receipt_of_what_was_kept_whatever_it_says_now() -> None:
    course = a_course(OPEN, OPEN)
    before = after(course, Answered(key=KEY, number=1, text="First."))
    for resend in (
        Answered(key=KEY, number=1, text="First."),
        Answered(key=KEY, number=1, text="Changed."),
        Answered(key=KEY, number=2, text="First."),
        Answered(key=KEY, number=1),
    ):
        assert decide(course, before, resend) == Decision(conversation=before, orders=(Acknowledge(key=KEY, number=1),))


def test_another_answer_to_a_turn_that_is_over_is_refused() -> None:
    course = a_course(OPEN, OPEN)
    before = after(course, text(1))
    assert decide(course, before, Answered(key=OTHER_KEY, number=1, text="Too late.")) == Decision(
        conversation=before, orders=(Refuse(key=OTHER_KEY, reason=Reason.ALREADY_ANSWERED),)
    )


def test_a_page_that_arrives_changes_nothing() -> None:
    assert decide(a_course(OPEN), BEGUN, Arrived()) == Decision(conversation=BEGUN)


# --- Which is asked ------------------------------------------------------------------------------------------------

CHILD = Question(text="What came of it?", caller_id="child", is_conditional=True, parent_caller_id="why")
GRANDCHILD = Question(text="And then?", is_conditional=True, parent_caller_id="child")


@pytest.mark.parametrize(
    ("questions", "given", "asked", "at_most"),
    [
        ((OPEN, LAST), [], "Why?", 2),
        ((OPEN, LAST), [text(1)], "When?", 2),
        ((OPEN, LAST), [skip(1)], "When?", 2),
        ((OPEN, CHILD, LAST), [], "Why?", 3),
        ((OPEN, CHILD, LAST), [text(1)], "What came of it?", 3),
        ((OPEN, CHILD, LAST), [skip(1)], "When?", 2),
        ((OPEN, LAST, CHILD), [skip(1), text(2)], None, 2),
        ((OPEN, LAST, CHILD), [text(1), skip(2)], "What came of it?", 3),
        ((OPEN, CHILD, GRANDCHILD, LAST), [text(1), text(2)], "And then?", 4),
        ((OPEN, CHILD, GRANDCHILD, LAST), [text(1), skip(2)], "When?", 3),
        ((OPEN, CHILD, GRANDCHILD, LAST), [skip(1)], "When?", 2),
        ((OPEN, CHILD, GRANDCHILD), [skip(1)], None, 1),
    ],
)
def test_a_child_is_asked_only_after_its_parent_was_answered(
    questions: Sequence[Question], given: list[Answered], asked: str | None, at_most: int
) -> None:
    course = a_course(*questions)
    conversation = after(course, *given)
    turn = next_turn(course, conversation)
    assert (turn and turn.asked, count_turns(course, conversation)) == (asked, at_most)


def test_a_turn_is_spoken_in_its_own_language_or_else_in_the_interviews() -> None:
    course = a_course(OPEN, CHOICE)
    first = next_turn(course, BEGUN)
    second = next_turn(course, after(course, text(1)))
    assert first is not None
    assert second is not None
    assert [(turn.number, turn.language, turn.choices) for turn in (first, second)] == [
        (1, "en", ()),
        (2, "de", ("Left", "Right")),
    ]


# --- The end -------------------------------------------------------------------------------------------------------


def test_the_last_answer_finishes() -> None:
    decision = decide(a_course(OPEN), BEGUN, text(1))
    assert [type(order) for order in decision.orders] == [SaveAnswer, Finish, Acknowledge]
    assert decision.conversation.state is State.FINISHED


def test_without_a_review_the_last_answer_hands_in() -> None:
    decision = decide(a_course(OPEN, is_reviewed=False), BEGUN, text(1))
    assert [type(order) for order in decision.orders] == [SaveAnswer, Finish, Submit, Acknowledge]
    assert decision.conversation.state is State.SUBMITTED


def test_a_finished_attempt_is_handed_in_once_and_acknowledged_each_time() -> None:
    course = a_course(OPEN)
    once = decide(course, after(course, text(1)), HandedIn(key=KEY))
    assert once.orders == (Submit(), Acknowledge(key=KEY, number=None))
    assert once.conversation.state is State.SUBMITTED
    for key in (KEY, OTHER_KEY):
        again = decide(course, once.conversation, HandedIn(key=key))
        assert again == Decision(conversation=once.conversation, orders=(Acknowledge(key=key, number=None),))


@pytest.mark.parametrize(
    ("state", "happening", "reason"),
    [
        (State.BEGUN, HandedIn(key=KEY), Reason.NOT_FINISHED),
        (State.ABANDONED, HandedIn(key=KEY), Reason.OVER),
        (State.FAILED, HandedIn(key=KEY), Reason.OVER),
        (State.FINISHED, Answered(key=KEY, number=2, text="More."), Reason.OVER),
        (State.SUBMITTED, Answered(key=KEY, number=2, text="More."), Reason.OVER),
        (State.ABANDONED, Answered(key=KEY, number=2, text="More."), Reason.OVER),
        (State.FAILED, Answered(key=KEY, number=2, text="More."), Reason.OVER),
        (State.SUBMITTED, Answered(key=KEY, number=1, text="More."), Reason.ALREADY_ANSWERED),
    ],
)
def test_what_comes_too_early_or_too_late_is_refused(state: State, happening: Happening, reason: Reason) -> None:
    course = a_course(OPEN, OPEN)
    conversation = replace(after(course, text(1)), state=state)
    assert decide(course, conversation, happening) == Decision(
        conversation=conversation, orders=(Refuse(key=KEY, reason=reason),)
    )


@pytest.mark.parametrize("state", [state for state in State if state is not State.BEGUN])
def test_nothing_is_asked_but_of_an_attempt_that_has_just_begun(state: State) -> None:
    assert next_turn(a_course(OPEN), Conversation(state=state)) is None


# --- Any course, any sequence --------------------------------------------------------------------------------------


@st.composite
def questions(draw: st.DrawFn) -> list[Question]:
    """One to seven questions of every kind, conditional ones on any earlier question."""
    made: list[Question] = []
    for index in range(draw(st.integers(1, 7))):
        parent = draw(st.none() | st.sampled_from(range(index))) if index else None
        answered_by = draw(st.sampled_from(AnsweredBy))
        made.append(
            Question(
                text=f"Question {index}?",
                caller_id=str(index),
                answered_by=answered_by,
                alternatives=("a", "b", "c") if answered_by is AnsweredBy.CHOICE else (),
                is_conditional=parent is not None,
                parent_caller_id=None if parent is None else str(parent),
                is_scored=draw(st.booleans()),
            )
        )
    return made


class AnyConversation(RuleBasedStateMachine):
    """Happenings in any order; beside it, what a careful clerk would have written down."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = (UUID(int=number) for number in count(1))
        self.conversation = BEGUN
        self.saved: list[Answer] = []
        self.finished = 0
        self.submitted = 0

    @initialize(asked=questions(), is_reviewed=st.booleans())
    def begin(self, asked: list[Question], is_reviewed: bool) -> None:
        self.course = a_course(*asked, is_reviewed=is_reviewed)

    @rule(is_skipped=st.booleans(), choice=st.integers(0, 2))
    @precondition(lambda self: self.conversation.state is State.BEGUN)
    def answer_what_is_asked(self, is_skipped: bool, choice: int) -> None:
        turn = next_turn(self.course, self.conversation)
        assert turn is not None, "an attempt that is under way asks something"
        given: dict[str, Any] = {"choice": choice} if turn.choices else {"text": "So it was."}
        happening = Answered(key=next(self.keys), number=turn.number, **({} if is_skipped else given))
        orders = self.happen(happening)
        answer = self.saved[-1]
        assert orders[0] == SaveAnswer(answer)
        assert orders[-1] == Acknowledge(key=happening.key, number=turn.number)
        assert (answer.step_id, answer.is_skipped, answer.key) == (turn.step.id, is_skipped, happening.key)

    @rule(distance=st.sampled_from([-2, -1, 1, 2]), is_skipped=st.booleans())
    def answer_another_turn(self, distance: int, is_skipped: bool) -> None:
        number = len(self.saved) + 1 + distance
        self.refused(Answered(key=next(self.keys), number=number, text=None if is_skipped else "So it was."))

    @rule(
        given=st.sampled_from(
            [{"text": ""}, {"text": " "}, {"text": "x" * (LONGEST_ANSWER + 1)}, {"choice": 3}, {"choice": -1}]
        )
    )
    def answer_with_what_is_no_answer(self, given: dict[str, Any]) -> None:
        self.refused(Answered(key=next(self.keys), number=len(self.saved) + 1, **given))

    @rule(which=st.integers(0, 6), words=st.sampled_from(["So it was.", "Otherwise.", None]))
    @precondition(lambda self: self.saved)
    def resend(self, which: int, words: str | None) -> None:
        known = self.saved[which % len(self.saved)]
        assert self.changed_nothing(Answered(key=known.key, number=known.number, text=words)) == (
            Acknowledge(key=known.key, number=known.number),
        )

    @rule()
    def hand_in(self) -> None:
        happening = HandedIn(key=next(self.keys))
        match self.conversation.state:
            case State.BEGUN:
                self.refused(happening)
            case State.FINISHED:
                assert self.happen(happening) == (Submit(), Acknowledge(key=happening.key, number=None))
            case _:
                assert self.changed_nothing(happening) == (Acknowledge(key=happening.key, number=None),)

    @rule()
    def arrive(self) -> None:
        assert self.changed_nothing(Arrived()) == ()

    @invariant()
    def what_is_stored_tells_the_whole_conversation(self) -> None:
        assert list(self.conversation.answers) == self.saved

    @invariant()
    def turns_are_numbered_without_a_gap_and_no_step_comes_twice(self) -> None:
        assert [answer.number for answer in self.saved] == list(range(1, len(self.saved) + 1))
        assert len({answer.step_id for answer in self.saved}) == len(self.saved)

    @invariant()
    def no_child_comes_before_an_answer_of_its_parent(self) -> None:
        given: set[UUID | None] = {None}
        for answer in self.saved:
            assert self.step(answer).parent_id in given
            if not answer.is_skipped:
                given.add(answer.step_id)

    @invariant()
    def it_asks_as_long_as_a_question_is_due_and_no_longer(self) -> None:
        if self.has_begun:
            due = self.due()
            turn = next_turn(self.course, self.conversation)
            assert (turn and turn.step) == (due[0] if due else None)
            assert (self.conversation.state is State.BEGUN) == bool(due)

    @invariant()
    def the_number_never_passes_of_how_many(self) -> None:
        if self.has_begun:
            turn = next_turn(self.course, self.conversation)
            at_most = count_turns(self.course, self.conversation)
            if turn is None:
                assert at_most == len(self.saved)
            else:
                assert turn.number <= at_most <= len(self.course.steps)

    @invariant()
    def it_ends_once(self) -> None:
        if self.has_begun:
            assert self.finished == (0 if self.due() else 1)
            assert self.submitted == (1 if self.conversation.state is State.SUBMITTED else 0)

    def teardown(self) -> None:
        """Whatever happened, somebody who goes on answering comes to the end."""
        if not self.has_begun:
            return
        while self.conversation.state is State.BEGUN:
            self.answer_what_is_asked(is_skipped=len(self.saved) % 2 == 1, choice=0)
            self.what_is_stored_tells_the_whole_conversation()
            self.turns_are_numbered_without_a_gap_and_no_step_comes_twice()
        self.hand_in()
        assert (self.finished, self.submitted, self.due()) == (1, 1, [])

    # What the rules share.

    @property
    def has_begun(self) -> bool:
        return hasattr(self, "course")

    def happen(self, happening: Happening) -> tuple[Order, ...]:
        """Lets it happen and writes down what was ordered, one order after the other, as the loop does."""
        decision = decide(self.course, self.conversation, happening)
        kinds = [type(order) for order in decision.orders]
        assert kinds in (
            [],
            [Refuse],
            [Acknowledge],
            [Submit, Acknowledge],
            [SaveAnswer, Acknowledge],
            [SaveAnswer, Finish, Acknowledge],
            [SaveAnswer, Finish, Submit, Acknowledge],
        )
        for order in decision.orders:
            if isinstance(order, SaveAnswer):
                self.saved.append(order.answer)
        self.finished += kinds.count(Finish)
        self.submitted += kinds.count(Submit)
        self.conversation = decision.conversation
        return decision.orders

    def changed_nothing(self, happening: Happening) -> tuple[Order, ...]:
        before, saved = self.conversation, list(self.saved)
        orders = self.happen(happening)
        assert (self.conversation, self.saved) == (before, saved)
        return orders

    def refused(self, happening: Answered | HandedIn) -> None:
        (order,) = self.changed_nothing(happening)
        assert isinstance(order, Refuse)
        assert order.key == happening.key

    def step(self, answer: Answer) -> Step:
        return next(step for step in self.course.steps if step.id == answer.step_id)

    def due(self) -> list[Step]:
        """The steps that must still be asked, were each to be asked now."""
        over = {answer.step_id for answer in self.saved}
        given = {answer.step_id for answer in self.saved if not answer.is_skipped}
        return [
            step
            for step in self.course.steps
            if step.id not in over and (step.parent_id is None or step.parent_id in given)
        ]


TestAnyConversation = AnyConversation.TestCase
TestAnyConversation.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
