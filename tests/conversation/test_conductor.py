"""The conductor: whatever happens, nothing is asked out of turn, saved twice, or left without an end."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count, pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.folding import folded
from vivavoce.attempts.answer import (
    MOST_CORRECTIONS,
    Answer,
    Branch,
    Correction,
    HeardWord,
    Playout,
    RecordedWish,
    Reply,
)
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.conversation.asides import Aside, keep_from_team, say_aside
from vivavoce.conversation.conductor import MOST_WISHES, Decision, decide
from vivavoce.conversation.course import OWN_WORDS, Conversation, Course, Proposing
from vivavoce.conversation.happenings import (
    LONGEST_ANSWER,
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    CallPerson,
    ConditionState,
    Corrected,
    Errand,
    Finish,
    ForgetBranches,
    HandedIn,
    Happening,
    LineBroke,
    Listened,
    NextProposal,
    NotTaken,
    Order,
    ProposalKind,
    Propose,
    Proposed,
    Refuse,
    RepliesProposal,
    SaveAnswer,
    SaveBranch,
    SaveCorrection,
    SaveFault,
    SaveNextWords,
    SavePlayed,
    SaveWish,
    SaveWords,
    Submit,
    TakeBack,
    Trouble,
    UtteranceProposal,
    WentWrong,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.lines import Line, Manner, Offer, say, word_offer
from vivavoce.conversation.turns import (
    MOST_QUESTIONS,
    awaits_beginning,
    can_open_again,
    count_questions,
    find_choices,
    find_place,
    is_last,
    next_turn,
)
from vivavoce.conversation.utterances import Utterance
from vivavoce.conversation.wording import say_now, take_up, to_confirm
from vivavoce.interviews.draft import Tone
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, Step, lay_steps
from vivavoce.replies.asking import Meaning, MeantSentence, Passage, SpeechAct
from vivavoce.replies.topics import Topic
from vivavoce.text.languages import CODES

BEGUN = Conversation(state=AttemptState.BEGUN)
KEY = UUID(int=1)
OTHER_KEY = UUID(int=2)

OPEN = SentQuestion(text="Why?", caller_id="why")
CHOICE = SentQuestion(
    text="Which?", caller_id="which", answered_by=AnsweredBy.CHOICE, alternatives=("Left", "Right"), language="de"
)
ASKS = SentQuestion(text="What would you like to ask us?", answered_by=AnsweredBy.CANDIDATE_ASKS)
LAST = SentQuestion(text="When?", caller_id="last")


MANNER = Manner(language="en", tone=Tone.RELAXED, style=None, seniority=None, company=None, role="Cook")


def a_course(*questions: SentQuestion, **changes: Any) -> Course:
    """The questions, with the ids 1, 2, … as steps; without follow-ups."""
    numbers = count(1)
    steps = lay_steps(questions, keeps_duplicates=True, new_id=lambda: UUID(int=next(numbers)))
    given: dict[str, Any] = {"manner": MANNER, "is_reviewed": True, "max_seconds": 1200.0}
    return Course(steps=steps, **(given | changes))


def after(course: Course, *happenings: Happening, start: Conversation = BEGUN) -> Conversation:
    """The conversation after all of these."""
    for happening in happenings:
        start = decide(course, start, happening).conversation
    return start


KEYS = count(1_000_000)


def text(number: int, words: str = "So.") -> Answered:
    return Answered(key=UUID(int=next(KEYS)), number=number, text=words)


def skip(number: int) -> Answered:
    return Answered(key=UUID(int=next(KEYS)), number=number)


def corrects(number: int, words: str, *, choice: int | None = None) -> SaveCorrection:
    """That these words were kept, by the key KEY."""
    return SaveCorrection(Correction(key=KEY, number=number, text=words, choice=choice, is_refused=False))


# --- One answer ----------------------------------------------------------------------------------------------------


@folded(
    ("question", "given", "kept"),
    [
        (OPEN, {"text": " It was\nmine. "}, {"text": " It was\nmine. ", "choice": None, "is_skipped": False}),
        (OPEN, {"text": "x" * LONGEST_ANSWER}, {"text": "x" * LONGEST_ANSWER, "choice": None, "is_skipped": False}),
        (OPEN, {}, {"text": "", "choice": None, "is_skipped": True}),
        (CHOICE, {"choice": 0}, {"text": "Left", "choice": 0, "is_skipped": False, "language": "de"}),
        (CHOICE, {"choice": 1}, {"text": "Right", "choice": 1, "is_skipped": False, "language": "de"}),
        (CHOICE, {}, {"text": "", "choice": None, "is_skipped": True, "language": "de"}),
    ],
)
def test_an_answer_is_kept_as_it_was_given_to_the_words_that_were_asked(
    question: SentQuestion, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    decision = decide(a_course(question, OPEN), BEGUN, Answered(key=KEY, number=1, **given))
    plain: dict[str, Any] = {
        "number": 1,
        "step_id": UUID(int=1),
        "asked": question.text,
        "language": "en",
        "key": KEY,
        "is_refused": False,
    }
    answer = Answer(**(plain | kept))
    assert decision == Decision(
        conversation=Conversation(state=AttemptState.BEGUN, answers=(answer,)),
        orders=(SaveAnswer(answer), Acknowledge(key=KEY, number=1)),
    )


@folded(
    ("question", "given", "reason"),
    [
        (OPEN, {"number": 2, "text": "So."}, NotTaken.NOT_ASKED),
        (OPEN, {"number": 1, "text": ""}, NotTaken.EMPTY),
        (OPEN, {"number": 1, "text": " \n\u00a0"}, NotTaken.EMPTY),
        (OPEN, {"number": 1, "text": "x" * (LONGEST_ANSWER + 1)}, NotTaken.TOO_LONG),
        (OPEN, {"number": 1, "choice": 0}, NotTaken.NOT_A_CHOICE),
        (ASKS, {"number": 1, "choice": 0}, NotTaken.NOT_A_CHOICE),
        (replace(OPEN, alternatives=("Why so?", "Why not?")), {"number": 1, "choice": 0}, NotTaken.NOT_A_CHOICE),
        (CHOICE, {"number": 1, "choice": 2}, NotTaken.NO_SUCH_CHOICE),
        (CHOICE, {"number": 1, "choice": -1}, NotTaken.NO_SUCH_CHOICE),
        (CHOICE, {"number": 1, "text": "Left"}, NotTaken.NO_SUCH_CHOICE),
    ],
)
def test_what_is_no_answer_to_this_turn_is_refused_and_changes_nothing(
    question: SentQuestion, given: dict[str, Any], reason: NotTaken
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
        conversation=before, orders=(Refuse(key=OTHER_KEY, reason=NotTaken.ALREADY_ANSWERED),)
    )


def test_a_page_that_arrives_changes_nothing() -> None:
    assert decide(a_course(OPEN), BEGUN, Arrived()) == Decision(conversation=BEGUN)


# --- An answer that is opened again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "text", "kept"),
    [
        ("I let it go.", "I led it.", "I led it."),
        ("I let it go.", " I led it.\r\nAlone. ", "I led it.\nAlone."),
        (None, "I led it.", "I led it."),
    ],
    ids=["other words", "white space around them", "skipped before"],
)
def test_an_answer_that_is_opened_again_says_both(first: str | None, text: str, kept: str) -> None:
    course = a_course(OPEN, LAST)
    start = after(course, Answered(key=OTHER_KEY, number=1, text=first))
    decision = decide(course, start, Corrected(key=KEY, number=1, text=text))
    assert decision.orders == (corrects(1, kept), Acknowledge(key=KEY, number=1))
    (answer,) = decision.conversation.answers
    assert (answer.text, decision.conversation.text_of(answer)) == (first or "", kept)
    assert next_turn(course, decision.conversation) == next_turn(course, start)


def test_of_several_revisions_the_last_one_counts_and_the_first_words_come_back() -> None:
    course = a_course(OPEN, LAST)
    start = after(course, text(1, "First."), *(Corrected(key=UUID(int=n), number=1, text=f"No. {n}") for n in (8, 9)))
    assert start.text_of(start.answers[0]) == "No. 9"
    back = after(course, Corrected(key=KEY, number=1, text=None), start=start)
    assert back.text_of(back.answers[0]) == "First."
    assert len(back.corrections) == 3


def test_the_same_words_again_are_acknowledged_and_kept_once() -> None:
    course = a_course(OPEN, LAST)
    start = after(course, text(1, "First."), Corrected(key=KEY, number=1, text="Second."))
    for key in (KEY, OTHER_KEY):  # sent again, and said again
        decision = decide(course, start, Corrected(key=key, number=1, text="Second."))
        assert decision == Decision(conversation=start, orders=(Acknowledge(key=key, number=1),))


@folded(
    ("number", "words", "changes", "reason"),
    [
        (1, "Other.", {"opens_again": False}, NotTaken.FIXED),
        (2, "Right", {}, NotTaken.NO_SUCH_CHOICE),
        (3, "No.", {}, NotTaken.FIXED),
        (4, "Soon.", {}, NotTaken.NOT_ASKED),
        (1, " \n", {}, NotTaken.EMPTY),
        (1, "x" * (LONGEST_ANSWER + 1), {}, NotTaken.TOO_LONG),
    ],
)
def test_what_can_not_be_opened_again_is_said(
    number: int, words: str, changes: dict[str, Any], reason: NotTaken
) -> None:
    course = a_course(OPEN, CHOICE, ASKS, LAST, **changes)
    start = after(course, text(1), Answered(key=OTHER_KEY, number=2, choice=0), skip(3))
    decision = decide(course, start, Corrected(key=KEY, number=number, text=words))
    assert decision == Decision(conversation=start, orders=(Refuse(key=KEY, reason=reason),))


CAR_PARK = Passage(source="About the job", text="There is a free car park behind the depot.")


def ask_after_all(number: int, words: str, *, key: UUID = KEY) -> Corrected:
    return Corrected(key=key, number=number, text=words, is_question=True)


@pytest.mark.parametrize("passages", [(CAR_PARK,), ()], ids=["answered by our texts", "passed on"])
def test_what_was_taken_for_an_answer_and_was_a_question_is_replied_to_and_asked_again_at_once(
    passages: tuple[Passage, ...],
) -> None:
    course = a_course(OPEN, LAST, passages=passages)
    start = after(course, Answered(key=OTHER_KEY, number=1, text="Is there a car park?", is_meant=True))
    decision = decide(course, start, ask_after_all(1, "Is there a car park?"))
    saved, *rest = decision.orders
    assert isinstance(saved, SaveWish)
    assert (saved.wished.wish, saved.wished.number, saved.wished.text) == (Wish.ASK, 2, "Is there a car park?")
    assert saved.wished.reply is not None
    assert saved.wished.reply.passage == (CAR_PARK.text if passages else None)
    person = [] if passages else [CallPerson(errand=Errand.ANSWER, text="Is there a car park?")]
    assert rest == [*person, corrects(1, ""), Acknowledge(key=KEY, number=1)]
    turn = next_turn(course, decision.conversation)
    assert turn is not None
    assert (turn.number, turn.asked, turn.is_again) == (2, "Why?", False)
    assert say_now(course, decision.conversation, turn)[0].text == saved.wished.reply.text
    assert find_place(decision.conversation, turn) == 1
    again = decide(course, decision.conversation, ask_after_all(1, "Is there a car park?"))
    assert again == Decision(conversation=decision.conversation, orders=(Acknowledge(key=KEY, number=1),))
    on = after(course, text(2, "Because."), start=decision.conversation)
    following = next_turn(course, on)
    assert following is not None
    assert following.asked == "When?"
    assert after(course, text(3, "Now."), start=on).ending is Ending.ALL_ASKED, "nothing is asked a third time"


def test_a_question_about_the_question_is_told_of_that_question() -> None:
    course = a_course(OPEN, LAST)
    asked = "What do you mean by why?"
    start = after(course, Answered(key=OTHER_KEY, number=1, text=asked, is_meant=True))
    decision = decide(course, start, ask_after_all(1, asked))
    assert [wished.wish for wished in decision.conversation.wishes] == [Wish.CLARIFY]
    assert not [order for order in decision.orders if isinstance(order, CallPerson)], "nothing of it goes to the team"


@pytest.mark.parametrize(
    "words",
    [
        "I have no car. Is there a car park?",
        "I worked two years on the night shift at a depot near here. Is there a car park?",
    ],
    ids=["a remark", "an answer"],
)
def test_what_was_replied_to_beside_an_answer_is_passed_on_once(words: str) -> None:
    course = a_course(OPEN, LAST)
    start = after(course, text(1, words))
    assert start.answers[0].reply is not None
    decision = decide(course, start, ask_after_all(1, words))
    assert not [order for order in decision.orders if isinstance(order, CallPerson)]
    assert decision.conversation.wishes[-1].reply == start.answers[0].reply


def test_a_question_that_was_overheard_in_an_answer_leaves_the_answer_as_it_is() -> None:
    course = a_course(OPEN, LAST)
    said = "My mum would have the kids on those nights, she said she would. is it always the same night?"
    start = after(course, Answered(key=OTHER_KEY, number=1, text=said, is_meant=True))
    decision = decide(course, start, ask_after_all(1, said))
    assert decision.conversation.text_of(start.answers[0]) == said
    assert [wished.text for wished in decision.conversation.wishes] == ["is it always the same night?"]
    saved, called, acknowledged = decision.orders
    assert isinstance(saved, SaveWish)
    assert called == CallPerson(errand=Errand.ANSWER, text="is it always the same night?")
    assert acknowledged == Acknowledge(key=KEY, number=2)
    waiting = next_turn(course, decision.conversation)
    assert waiting is not None
    assert waiting.asked == "When?"
    again = decide(course, decision.conversation, ask_after_all(1, said))
    assert again == Decision(conversation=decision.conversation, orders=(acknowledged,))


def test_what_was_passed_on_when_it_was_asked_is_not_passed_on_again() -> None:
    course = a_course(OPEN, LAST, team="Acme")
    words = "Do you pay for the bus?"
    asked = decide(course, BEGUN, text(1, words))
    assert [order.text for order in asked.orders if isinstance(order, CallPerson)] == [words]
    insisted = Answered(key=OTHER_KEY, number=1, text=words, is_meant=True)
    start = after(course, insisted, start=asked.conversation)
    decision = decide(course, start, ask_after_all(1, words))
    assert not [order for order in decision.orders if isinstance(order, CallPerson)]
    assert decision.conversation.wishes[-1].reply == asked.conversation.wishes[0].reply


def test_a_question_whose_words_were_cleared_away_is_asked_in_those() -> None:
    course = a_course(OPEN, LAST)
    start = after(course, Answered(key=OTHER_KEY, number=1, text="Is there a car park?", is_meant=True))
    assert after(course, ask_after_all(1, " \n"), start=start).wishes[-1].text == "Is there a car park?"


def test_an_answer_that_was_followed_up_since_is_no_question_any_more() -> None:
    course = a_course(OPEN, LAST, max_follow_ups=1)
    kept = Answer(
        number=1, step_id=UUID(int=1), asked="Why?", language="en", text="Is it dark?", choice=None,
        is_skipped=False, key=OTHER_KEY,
    )  # fmt: skip
    told = replace(kept, number=2, asked="How so?", text="It is dark here.", follow_up="example", key=UUID(int=7))
    start = replace(BEGUN, answers=(kept, told))
    assert decide(course, start, ask_after_all(1, "Is it dark?")).orders == (Refuse(key=KEY, reason=NotTaken.NOT_NOW),)


def test_an_older_answer_that_was_a_question_is_asked_again_at_the_end() -> None:
    course = a_course(OPEN, LAST, CHOICE)
    start = after(
        course, Answered(key=OTHER_KEY, number=1, text="Is there a car park?", is_meant=True), text(2, "Now.")
    )
    told = after(course, ask_after_all(1, "Is there a car park?"), start=start)
    waiting = next_turn(course, told)
    assert waiting is not None
    assert waiting.asked == "Which?", "what waits stays"
    at_end = next_turn(course, after(course, Answered(key=UUID(int=5), number=3, choice=0), start=told))
    assert at_end is not None
    assert (at_end.asked, at_end.is_again) == ("Why?", True)


def test_after_the_last_question_it_is_open_to_be_answered() -> None:
    course = a_course(OPEN)
    done = after(course, Answered(key=OTHER_KEY, number=1, text="Is there a car park?", is_meant=True))
    told = after(course, ask_after_all(1, "Is there a car park?"), start=done)
    assert (told.state, told.text_of(told.answers[0])) == (AttemptState.FINISHED, "")
    assert told.wishes[-1].reply is not None
    answered = after(course, Corrected(key=UUID(int=9), number=1, text="Because."), start=told)
    assert answered.text_of(answered.answers[0]) == "Because."


@folded(
    ("number", "words", "changes", "reason"),
    [
        (1, "Is it?", {"opens_again": False}, NotTaken.FIXED),
        (2, "Is it?", {}, NotTaken.NOT_NOW),
        (3, "Is it?", {}, NotTaken.FIXED),
        (4, "Is it?", {}, NotTaken.NOT_ASKED),
        (1, "x" * (LONGEST_ANSWER + 1), {}, NotTaken.TOO_LONG),
    ],
)
def test_what_can_be_no_question_after_all_is_said(
    number: int, words: str, changes: dict[str, Any], reason: NotTaken
) -> None:
    course = a_course(OPEN, CHOICE, ASKS, LAST, **changes)
    start = after(course, text(1), Answered(key=OTHER_KEY, number=2, choice=0), skip(3))
    decision = decide(course, start, ask_after_all(number, words))
    assert decision == Decision(conversation=start, orders=(Refuse(key=KEY, reason=reason),))


def test_while_a_skipped_question_is_asked_again_no_other_takes_its_place() -> None:
    course = a_course(OPEN, LAST)
    start = after(course, skip(1), Answered(key=OTHER_KEY, number=2, text="Is there a car park?", is_meant=True))
    turn = next_turn(course, start)
    assert turn is not None
    assert turn.is_again
    assert decide(course, start, ask_after_all(2, "Is there?")).orders == (Refuse(key=KEY, reason=NotTaken.NOT_NOW),)


LEFT = replace(
    LAST,
    text="How far left?",
    caller_id="left",
    parent_caller_id="which",
    is_conditional=True,
    condition={"choices": ["Left"]},
)
RIGHT = replace(
    LAST,
    text="How far right?",
    caller_id="right",
    parent_caller_id="which",
    is_conditional=True,
    condition={"choices": ["Right"]},
)


def choose(number: int, choice: int | None) -> Corrected:
    return Corrected(key=KEY, number=number, choice=choice)


def test_another_choice_leads_to_its_own_questions_and_what_was_answered_is_kept() -> None:
    """(what happens from the choice "Left" on, and what is asked then)."""
    course = a_course(CHOICE, LEFT, RIGHT, OPEN)
    chosen = Answered(key=OTHER_KEY, number=1, choice=0)
    for given, asked in (
        ((choose(1, 1),), "How far right?"),  # what waits, and was not answered, goes
        ((choose(1, 1), Corrected(key=UUID(int=3), number=1)), "How far left?"),  # and comes back
        ((text(2, "A mile."), choose(1, 1)), "How far right?"),
        ((text(2, "A mile."), choose(1, 1), text(3, "Two.")), "Why?"),
        ((text(2, "A mile."), choose(1, 0)), "Why?"),
    ):
        told = after(course, chosen, *given)
        turn = next_turn(course, told)
        assert turn is not None
        assert turn.asked == asked, given
        assert [answer.text for answer in told.answers if answer.number == 2] == ["A mile."] * (
            len([one for one in given if isinstance(one, Answered)]) > 0
        )
        assert (told.answers[0].text, told.answers[0].choice) == ("Left", 0), "the first version is kept"


def test_what_a_choice_led_to_is_decided_anew_on_record() -> None:
    course = a_course(CHOICE, LEFT, RIGHT, OPEN)
    start = after(course, Answered(key=OTHER_KEY, number=1, choice=0), text(2, "A mile."))
    assert [branch.reason for branch in start.branches] == ["choice_met", "choice_not_met"]
    decision = decide(course, start, choose(1, 1))
    right = Branch(step_id=UUID(int=3), is_asked=True, reason="choice_met")
    assert decision.orders == (
        corrects(1, "Right", choice=1),
        ForgetBranches((UUID(int=3),)),
        SaveBranch(right),
        Acknowledge(key=KEY, number=1),
    )


def test_after_the_last_question_what_another_choice_leads_to_is_there_like_what_was_skipped() -> None:
    course = a_course(CHOICE, LEFT, RIGHT)
    done = after(course, Answered(key=OTHER_KEY, number=1, choice=0), text(2, "A mile."))
    decision = decide(course, done, choose(1, 1))
    corrected, forgotten, branch, offered, acknowledged = decision.orders
    assert (corrected, acknowledged) == (corrects(1, "Right", choice=1), Acknowledge(key=KEY, number=1))
    assert forgotten == ForgetBranches((UUID(int=3),))
    assert branch == SaveBranch(Branch(step_id=UUID(int=3), is_asked=True, reason="choice_met"))
    assert isinstance(offered, SaveAnswer)
    assert (offered.answer.number, offered.answer.asked, offered.answer.is_skipped) == (3, "How far right?", True)
    assert decision.conversation.state is AttemptState.FINISHED
    answered = after(course, Corrected(key=UUID(int=9), number=3, text="Two."), start=decision.conversation)
    assert answered.text_of(answered.answers[2]) == "Two."
    back = Corrected(key=UUID(int=8), number=1, choice=0), Corrected(key=UUID(int=7), number=1, choice=1)
    told = after(course, *back, start=decision.conversation)
    assert [answer.asked for answer in told.answers] == ["Which?", "How far left?", "How far right?"], "each once"


def test_a_choice_that_leads_nowhere_ends_the_interview_where_nothing_is_left() -> None:
    course = a_course(CHOICE, LEFT)
    waiting = after(course, Answered(key=OTHER_KEY, number=1, choice=0))
    assert after(course, choose(1, 1), start=waiting).ending is Ending.ALL_ASKED


@pytest.mark.parametrize(
    ("number", "choice", "reason"),
    [
        (1, 2, NotTaken.NO_SUCH_CHOICE),
        (1, -1, NotTaken.NO_SUCH_CHOICE),
        (2, 0, NotTaken.NOT_A_CHOICE),
        (3, 0, NotTaken.NOT_ASKED),
    ],
)
def test_what_can_not_be_chosen_instead_is_said(number: int, choice: int, reason: NotTaken) -> None:
    course = a_course(CHOICE, OPEN, LAST)
    start = after(course, Answered(key=OTHER_KEY, number=1, choice=0), text(2))
    decision = decide(course, start, choose(number, choice))
    assert decision == Decision(conversation=start, orders=(Refuse(key=KEY, reason=reason),))


def test_none_of_these_after_all_is_put_in_own_words_while_it_is_the_last_answer() -> None:
    course = a_course(CHOICE, OPEN, LAST, offers_none=True)
    chosen = after(course, Answered(key=OTHER_KEY, number=1, choice=0), choose(1, 2))
    turn = next_turn(course, chosen)
    assert turn is not None
    assert (turn.follow_up, turn.step.id) == (OWN_WORDS, UUID(int=1))
    back = next_turn(course, after(course, Corrected(key=UUID(int=3), number=1), start=chosen))
    assert back is not None
    assert back.asked == OPEN.text
    later = after(course, Answered(key=OTHER_KEY, number=1, choice=0), text(2), choose(1, 2))
    assert next_turn(course, later) == next_turn(course, after(course, skip(1), text(2)))


def test_a_wish_to_skip_that_was_misheard_and_is_put_right_skips_the_question() -> None:
    """(whether it was spoken, whether a question follows, what is asked then)."""
    wish, heard = "Skip this question!", (HeardWord(text="Keep", start=0.0, end=0.5, probability=0.4),)
    for is_spoken, questions, asked in (
        (True, (OPEN, LAST), LAST.text),
        (True, (OPEN,), None),
        (False, (OPEN, LAST), None),
    ):
        course = a_course(*questions, max_follow_ups=1)
        answer = Answered(key=OTHER_KEY, number=1, text="Keep this question.", words=heard if is_spoken else ())
        start = after(course, answer)
        turn = next_turn(course, start)
        assert turn is not None
        assert turn.follow_up is not None
        decision = decide(course, start, Corrected(key=KEY, number=1, text=wish))
        last = next_turn(course, decision.conversation)
        saved = corrects(1, "" if is_spoken else wish)
        assert decision.orders[0] == saved
        if not is_spoken:
            assert last == turn  # typed words are what was meant
        elif asked is None:
            assert (last, decision.conversation.state) == (None, AttemptState.FINISHED)
        else:
            assert last is not None
            assert (last.asked, last.follow_up) == (asked, None)
            offered = next_turn(course, after(course, skip(2), start=decision.conversation))
            assert offered is not None
            assert (offered.asked, offered.is_again) == (OPEN.text, True)  # as whatever was skipped


@pytest.mark.parametrize(("is_reviewed", "reason"), [(True, None), (False, NotTaken.OVER)])
def test_an_answer_can_be_opened_until_the_interview_is_sent(is_reviewed: bool, reason: NotTaken | None) -> None:
    course = a_course(OPEN, is_reviewed=is_reviewed)
    ended = after(course, text(1))
    last = decide(course, ended, Corrected(key=KEY, number=1, text="Other.")).orders[-1]
    assert last == (Acknowledge(key=KEY, number=1) if reason is None else Refuse(key=KEY, reason=reason))


def test_a_page_that_never_stops_correcting_is_stopped() -> None:
    many = tuple(Correction(key=None, number=1, text=str(n)) for n in range(MOST_CORRECTIONS))
    course = a_course(OPEN, LAST)
    start = replace(after(course, text(1)), corrections=many)
    decision = decide(course, start, Corrected(key=KEY, number=1, text="Once more."))
    assert decision.orders == (Refuse(key=KEY, reason=NotTaken.NOT_NOW),)


# --- Beside the answer ---------------------------------------------------------------------------------------------

SHIFT = SentQuestion(text="Tell me about a difficult shift.", caller_id="why")
ASKED_LATER = SentQuestion(text="What went well?", caller_id="well")
ASIDES_SAID = [
    ("What exactly do you mean by difficult?", "clarify", "However you take it"),
    ("Can I talk about a shift at another hospital?", "clarify", "up to you"),
    ("How long should the answer be?", "clarify", "few sentences"),
    ("Why do you ask?", "clarify", "helps the team"),
    ("Hello, how are you?", "chat", "Whenever you’re ready"),
    ("Are you a robot?", "chat", "AI program"),
    ("I already told you that.", "said_before", "from earlier"),
    ("What's the weather like? It's raining here.", "off_topic", "back to my question"),
    ("What is the pay?", "ask", "30,000 euros"),
    ("Like what?", "clarify", "However you take it"),
    ("Which ward?", "clarify", "up to you"),
    ("Can I add something to my last answer?", "clarify", "until the interview is sent"),
    ("Hi, sorry, I'm a bit nervous, it's my first interview in years.", "chat", "no rush"),
]


@folded(("said", "kind", "told"), ASIDES_SAID)
def test_what_is_said_beside_the_answer_is_kept_and_told_and_the_question_stays_open(
    said: str, kind: str, told: str
) -> None:
    pay = Passage(source="Salary", text="30,000 euros", topic=Topic.SALARY)
    course = a_course(SHIFT, LAST, passages=(pay,), team="Acme")
    decision = decide(course, BEGUN, Answered(key=KEY, number=1, text=said))
    wished = decision.conversation.wishes[-1]
    assert decision.orders == (SaveWish(wished), Acknowledge(key=KEY, number=1))
    assert (wished.wish, wished.text, wished.is_by_word) == (kind, said, True)
    assert wished.reply is not None
    assert told in wished.reply.text
    turn = next_turn(course, decision.conversation)
    assert turn is not None
    assert turn.asked == SHIFT.text
    assert [line.text for line in say_now(course, decision.conversation, turn)] == [wished.reply.text]


def test_who_says_the_same_again_means_it() -> None:
    course = a_course(SHIFT, LAST)
    for said, _, _ in ASIDES_SAID[:-1]:
        asked = after(course, text(1, said))
        taken = after(course, text(1, said), start=asked)
        assert [answer.text for answer in taken.answers] == [said]


def test_an_earlier_story_is_told_once_and_then_taken_as_it_is() -> None:
    story = "One night a man fell and I was alone with eleven patients, so I called the doctor."
    course = a_course(SHIFT, LAST, ASKED_LATER)
    once = after(course, text(1, story), text(2, story))
    assert (len(once.answers), once.wishes[-1].wish) == (1, "said_before")
    # In other words of the same kind, too: nobody is sent round in circles.
    again = after(course, text(2, "As I said before."), start=once)
    assert [answer.text for answer in again.answers] == [story, "As I said before."]
    third = after(course, text(3, story), text(3, story), start=again)
    assert [answer.text for answer in third.answers] == [story, "As I said before.", story]


@folded(
    ("language", "told", "words"),
    [
        (
            "en",
            "I already told you that.",
            ("No.", "nothing", "nope nothing", "nothing to add", "that's all", "no thanks"),
        ),
        ("de", "Das habe ich doch schon gesagt.", ("Nein.", "nichts", "nee", "nix", "nein danke", "das war’s")),
        ("fr", "Je l’ai déjà dit.", ("Non.", "rien", "non rien", "rien à ajouter", "c’est tout", "non merci")),
        ("es", "Eso ya lo he dicho.", ("No.", "nada", "no, nada", "nada que añadir", "eso es todo", "no gracias")),
        ("ar", "لقد قلت ذلك من قبل.", ("لا.", "لا شيء", "ولا شيء", "لا شكرا", "هذا كل شيء")),
    ],
)
def test_whoever_has_nothing_to_add_to_what_was_said_before_has_not_answered_no(
    language: str, told: str, words: tuple[str, ...]
) -> None:
    asked = [replace(question, language=language) for question in (SHIFT, LAST, ASKED_LATER)]
    for nothing in words:
        once = after(a_course(*asked), text(1, "A man fell at night and I called the doctor."), text(2, told))
        assert once.wishes[-1].wish == "said_before", told
        said = after(a_course(*asked), text(2, nothing), start=once)
        assert [answer.text for answer in said.answers[1:]] == [told], nothing


@pytest.mark.parametrize(
    ("opens_again", "told"),
    [
        (True, "Thank you, I’ve kept that. To make it part of your earlier answer, open that answer under"),
        (False, "Thank you, I’ve kept that."),
    ],
)
def test_what_is_added_to_an_earlier_answer_never_answers_the_open_question(opens_again: bool, told: str) -> None:
    course = a_course(SHIFT, LAST, ASKED_LATER, opens_again=opens_again)
    added = "Oh sorry, I forgot to say before, the man went home after nine days."
    kept = after(course, text(1, "A man fell and I called the doctor at once."), text(2, added))
    (wished,) = kept.wishes
    assert (len(kept.answers), wished.text, wished.reply is not None and wished.reply.is_aside) == (1, added, True)
    assert wished.reply is not None
    assert wished.reply.text.startswith(told)
    assert ("under “Help”" in wished.reply.text) is opens_again


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("Sorry, can you repeat the question? There was some noise here.", "repeat"),
        ("Hang on, let me find my notes", "think"),
    ],
)
def test_a_wish_with_its_reason_takes_no_turn(said: str, wish: str) -> None:
    asked = after(a_course(SHIFT, LAST), text(1, said))
    assert ([wished.wish for wished in asked.wishes], asked.answers) == ([wish], ())


def test_what_is_asked_of_our_place_before_the_end_is_passed_on_and_stays_in_the_answer() -> None:
    words = "We check twice. Sorry, what do you use on your ward? At ours it was paper, and I signed each sheet."
    decision = decide(a_course(SHIFT, LAST, team="Acme"), BEGUN, text(1, words))
    (answer,) = decision.conversation.answers
    assert answer.reply is not None
    assert answer.reply.passed_on == ("Sorry, what do you use on your ward?",)
    assert answer.own_words == words


def test_a_question_is_asked_about_three_times_at_most_without_its_mark() -> None:
    course = a_course(SHIFT, LAST)
    asked = after(course, *(text(1, f"What do you mean by difficult number {n}") for n in "abcd"))
    assert [wished.wish for wished in asked.wishes] == ["clarify"] * 3
    assert [answer.text[-1] for answer in asked.answers] == ["d"]


def test_whoever_asks_again_and_again_has_not_answered() -> None:
    course = a_course(SHIFT, LAST, team="Acme")
    asked = after(course, *(text(1, f"Is my {who} going to see this?") for who in "abcdefgh"))
    assert (len(asked.wishes), asked.answers) == (8, ())


@folded(
    ("said", "language"),
    [
        ("Is there a swimming pool?", "en"),
        ("How many people work there?", "en"),
        ("Can I park outside the hall?", "en"),
        ("Wer liest das?", "de"),
        ("Kto to czyta?", "pl"),
        ("من سيقرأ هذا؟", "ar"),
    ],
)
def test_who_only_asks_has_not_answered_though_nothing_answers_it(said: str, language: str) -> None:
    course = a_course(replace(SHIFT, language=language), LAST, team="Acme")
    asked = after(course, text(1, said))
    assert ([wished.wish for wished in asked.wishes], asked.answers) == (["ask"], ())
    # Who says it again means it.
    assert [answer.text for answer in after(course, text(1, said), start=asked).answers] == [said]


def test_no_button_says_what_only_words_say() -> None:
    for wish in (Wish.CLARIFY, Wish.ASK, Wish.CHAT, Wish.SAID_BEFORE, Wish.OFF_TOPIC):
        decision = decide(a_course(SHIFT), BEGUN, Asked(key=KEY, number=1, wish=wish))
        assert decision.orders == (Refuse(key=KEY, reason=NotTaken.NOT_NOW),)


def test_what_is_asked_of_us_in_its_place_is_never_taken_for_a_question_about_the_question() -> None:
    course = a_course(ASKS, LAST, team="Acme")
    decision = decide(course, BEGUN, text(1, "What do you mean by that?"))
    assert decision.conversation.wishes[-1].wish == "rephrase"
    decision = decide(course, BEGUN, text(1, "How long should the answer be?"))
    assert isinstance(decision.orders[0], SaveAnswer)


def test_several_questions_are_answered_one_by_one_and_the_rest_is_passed_on() -> None:
    passages = (
        Passage(source="Salary", text="30,000 euros", topic=Topic.SALARY),
        Passage(source="About Acme: Benefits", text="There is free parking behind the hall. Lunch is at noon."),
        Passage(source="About Acme", text="We are a bakery with four shops and make bread for schools."),
    )
    course = a_course(ASKS, LAST, passages=passages, team="Acme")
    decision = decide(course, BEGUN, text(1, "What is the pay, and is there parking? Do you have a swimming pool?"))
    reply = decision.conversation.answers[-1].reply
    assert reply is not None
    assert [(part.asked, part.source) for part in reply.parts] == [
        ("What is the pay", "Salary"),
        ("is there parking?", "About Acme: Benefits"),
        ("Do you have a swimming pool?", None),
    ]
    assert reply.text == (
        "The pay is listed as 30,000 euros. There is free parking behind the hall."
        " “Do you have a swimming pool?” I can’t tell you that here. I’ve passed your question on to the team at Acme."
    )
    assert CallPerson(errand=Errand.ANSWER, text="Do you have a swimming pool?") in decision.orders


# --- Which is asked ------------------------------------------------------------------------------------------------

CHILD = SentQuestion(text="What came of it?", caller_id="child", is_conditional=True, parent_caller_id="why")
GRANDCHILD = SentQuestion(text="And then?", is_conditional=True, parent_caller_id="child")


@folded(
    ("questions", "given", "asked", "at_most"),
    [
        ((OPEN, LAST), [], "Why?", 2),
        ((OPEN, LAST), [text(1)], "When?", 2),
        ((OPEN, LAST), [skip(1)], "When?", 2),
        ((OPEN, CHILD, LAST), [], "Why?", 3),
        ((OPEN, CHILD, LAST), [text(1)], "What came of it?", 3),
        ((OPEN, CHILD, LAST), [skip(1)], "When?", 2),
        ((OPEN, LAST, CHILD), [skip(1), text(2)], "Why?", 2),
        ((OPEN, LAST, CHILD), [skip(1), text(2), text(3)], None, 2),
        ((OPEN, LAST, CHILD), [text(1), skip(2)], "What came of it?", 3),
        ((OPEN, CHILD, GRANDCHILD, LAST), [text(1), text(2)], "And then?", 4),
        ((OPEN, CHILD, GRANDCHILD, LAST), [text(1), skip(2)], "When?", 3),
        ((OPEN, CHILD, GRANDCHILD, LAST), [skip(1)], "When?", 2),
        ((OPEN, CHILD, GRANDCHILD), [skip(1)], None, 1),
    ],
)
def test_a_child_is_asked_only_after_its_parent_was_answered(
    questions: Sequence[SentQuestion], given: list[Answered], asked: str | None, at_most: int
) -> None:
    course = a_course(*questions)
    conversation = after(course, *given)
    turn = next_turn(course, conversation)
    assert (turn and turn.asked, count_questions(course, conversation)) == (asked, at_most)


@pytest.mark.parametrize(
    ("questions", "given", "asked"),
    [
        ((OPEN, LAST), [skip(1)], ["When?"]),
        ((OPEN, LAST), [skip(1), text(2)], ["Why?"]),
        ((OPEN, LAST), [skip(1), text(2), skip(3)], []),
        ((OPEN, LAST), [skip(1), text(2), text(3)], []),
        ((OPEN, LAST), [text(1), skip(2)], []),
        ((OPEN, LAST), [skip(1), skip(2)], ["Why?"]),
        ((OPEN, LAST), [skip(1), skip(2), text(3)], ["When?"]),
        ((OPEN, LAST), [skip(1), Corrected(key=OTHER_KEY, number=1, text="So."), text(2)], []),
        ((CHOICE, LAST), [skip(1), text(2)], ["Which?"]),
        ((ASKS, LAST), [skip(1), text(2)], []),
    ],
)
def test_a_skipped_question_is_asked_once_more_when_all_others_were(
    questions: Sequence[SentQuestion], given: list[Happening], asked: list[str]
) -> None:
    for opens_again in (True, False):
        course = a_course(*questions, opens_again=opens_again)
        conversation = after(course, *given)
        turn = next_turn(course, conversation)
        is_again = turn is not None and turn.is_again
        if opens_again:
            assert ([] if turn is None else [turn.asked]) == asked
        if turn is None:
            assert conversation.ending is Ending.ALL_ASKED
        elif is_again:
            assert word_offer(Offer.SKIPPED, language=turn.language) in say_now(course, conversation, turn)
            assert find_place(conversation, turn) <= len(questions)
        assert opens_again or not is_again


def test_a_question_that_is_asked_again_is_answered_there_alone() -> None:
    course = a_course(OPEN, LAST)
    offered = after(course, skip(1), text(2))
    refused = decide(course, offered, Corrected(key=KEY, number=1, text="Because."))
    assert refused.orders == (Refuse(key=KEY, reason=NotTaken.FIXED),)
    ended = after(course, text(3, "Because."), start=offered)
    assert [(one.step_id, one.text, one.follow_up) for one in ended.answers] == [
        (UUID(int=1), "", None),
        (UUID(int=2), "So.", None),
        (UUID(int=1), "Because.", None),
    ]
    assert [can_open_again(course, ended, answer) for answer in ended.answers] == [False, True, True]


def test_no_time_is_left_for_what_was_skipped() -> None:
    course = a_course(OPEN, LAST)
    late = replace(after(course, skip(1)), open_seconds=2000.0)
    assert after(course, text(2), start=late).ending is Ending.ALL_ASKED


def test_none_of_these_is_a_choice_where_it_is_offered_and_is_put_in_own_words() -> None:
    course = a_course(CHOICE, LAST, offers_none=True)
    turn = next_turn(course, BEGUN)
    assert turn is not None
    assert turn.choices == ("Left", "Right", "Nichts davon")
    assert after(course, Answered(key=KEY, number=1, choice=1)).answers[-1].text == "Right"
    chosen = after(course, Answered(key=KEY, number=1, choice=2))
    assert (chosen.answers[-1].text, chosen.answers[-1].choice) == ("Nichts davon", 2)
    explained = next_turn(course, chosen)
    assert explained is not None
    assert (explained.answered_by, explained.choices, explained.language) == (AnsweredBy.OPEN, (), "de")
    assert explained.asked == word_offer(Offer.OWN_WORDS, language="de").text
    told = after(course, text(2, "Geradeaus."), start=chosen)
    assert [answer.follow_up for answer in told.answers] == [None, OWN_WORDS]
    assert [can_open_again(course, told, answer) for answer in told.answers] == [True, True]
    # Who leaves the explanation out has chosen all the same.
    assert [(one.text, one.is_skipped) for one in after(course, skip(2), start=chosen).answers] == [
        ("Nichts davon", False),
        ("", True),
    ]


@pytest.mark.parametrize(
    ("alternatives", "offers_none", "offered"),
    [
        (("Left", "Right"), False, 2),
        (("Left", "Right"), True, 3),
        (("Left", " nichts  DAVON"), True, 2),
    ],
)
def test_a_choice_of_the_merchants_own_is_not_offered_twice(
    alternatives: tuple[str, ...], offers_none: bool, offered: int
) -> None:
    course = a_course(replace(CHOICE, alternatives=alternatives), offers_none=offers_none)
    turn = next_turn(course, BEGUN)
    assert turn is not None
    assert len(turn.choices) == offered
    refused = decide(course, BEGUN, Answered(key=KEY, number=1, choice=offered))
    assert refused.orders == (Refuse(key=KEY, reason=NotTaken.NO_SUCH_CHOICE),)


def test_what_depends_on_a_choice_is_asked_of_who_explained_another() -> None:
    asked = replace(CHOICE, language=None)
    child = SentQuestion(text="What came of it?", is_conditional=True, parent_caller_id="which")
    for condition, expected in ((None, "What came of it?"), ({"choices": ["Left"]}, None)):
        course = a_course(asked, replace(child, condition=condition), offers_none=True)
        turn = next_turn(course, after(course, Answered(key=KEY, number=1, choice=2), text(2, "Straight on.")))
        assert (turn and turn.asked) == expected


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


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("I rang the bell. Then I said it out loud.", "Then I said it out loud."),
        ("I closed the door. " + "So it went on and on " * 10 + ".", "I closed the door."),
        ("I did it.", None),
        ("so it went on and on " * 10, None),
    ],
)
def test_a_follow_up_stands_below_the_words_that_it_takes_up(said: str, quote: str | None) -> None:
    course = a_course(OPEN, LAST)
    answered = after(course, text(1, said))
    turn = next_turn(course, answered)
    assert turn is not None
    assert take_up(answered, turn) is None, "a question of its own takes up nothing"
    taken = take_up(answered, replace(turn, follow_up="result"))
    assert (taken and taken.text) == quote
    changed = after(course, Corrected(key=KEY, number=1, text="I led it, alone, at night."), start=answered)
    taken = take_up(changed, replace(turn, follow_up="result"))
    assert taken is not None
    assert taken.text == "I led it, alone, at night."


# --- What the candidate asks ---------------------------------------------------------------------------------------

PASSAGES = (Passage(source="Salary", text="60,000 EUR a year", topic=Topic.SALARY),)


def test_a_question_of_the_candidate_is_answered_by_the_passage_that_answers_it_or_passed_on() -> None:
    course = a_course(ASKS, LAST, passages=PASSAGES)
    found = decide(course, BEGUN, text(1, "What is the salary?"))
    passed_on = decide(course, found.conversation, text(2, "May I bring my dog?"))
    first, second = passed_on.conversation.answers
    assert first.reply is not None
    assert second.reply is not None
    assert (first.reply.source, first.reply.passage, first.reply.is_passed_on) == ("Salary", "60,000 EUR a year", False)
    assert (second.reply.passage, second.reply.is_passed_on) == (None, True)
    assert [type(order) for order in found.orders] == [SaveAnswer, Acknowledge]
    assert passed_on.orders[1] == CallPerson(errand=Errand.ANSWER, text="May I bring my dog?")
    assert (second.step_id, second.follow_up) == (first.step_id, "question")


PARKING = Passage(source="About the role", text="Parking costs £22 a month.")
UNSURE = {SpeechAct.ASKS: 0.4, SpeechAct.DECLINES: 0.4, SpeechAct.TELLS: 0.2}


def knowing(*, certain: float = 0.0, **speech: float) -> Meaning:
    """What was told of "and the car": how certain it is that the passage on parking answers, and what the words do."""
    sentences = {"and the car": MeantSentence(passage=PARKING, text=PARKING.text, certain=certain)}
    return Meaning(sentences=sentences, speech={act: speech.get(act.value, 0.0) for act in SpeechAct})


def test_what_may_answer_a_question_is_shown_and_the_question_is_passed_on() -> None:
    course = a_course(ASKS, LAST, passages=(PARKING,), team="Acme", meant=knowing(certain=0.7, asks=1.0))
    told = decide(course, BEGUN, text(1, "and the car"))
    reply = told.conversation.answers[0].reply
    assert reply is not None
    assert reply.text == (
        "This may help: “Parking costs £22 a month.” I’ve passed your question on to the team at Acme."
    )
    assert (reply.passage, reply.is_passed_on) == (None, True)
    assert told.orders[1] == CallPerson(errand=Errand.ANSWER, text="and the car")


def test_what_may_answer_is_shown_in_practice_too_and_goes_to_nobody() -> None:
    meant = knowing(certain=0.7, asks=1.0)
    course = a_course(ASKS, LAST, passages=(PARKING,), team="Acme", meant=meant, passes_on=False)
    told = decide(course, BEGUN, text(1, "and the car"))
    reply = told.conversation.answers[0].reply
    assert reply is not None
    assert reply.text == "This may help: “Parking costs £22 a month.”"
    assert not any(isinstance(order, CallPerson) for order in told.orders)


def test_what_hardly_answers_is_not_shown() -> None:
    course = a_course(ASKS, LAST, passages=(PARKING,), team="Acme", meant=knowing(certain=0.3, asks=1.0))
    reply = decide(course, BEGUN, text(1, "and the car")).conversation.answers[0].reply
    assert reply is not None
    assert "Parking" not in reply.text


@folded(
    "passes_on",
    [True, False],
)
def test_who_tells_something_where_they_may_ask_is_thanked_and_nothing_is_passed_on(passes_on: bool) -> None:
    course = a_course(ASKS, LAST, meant=knowing(tells=1.0), passes_on=passes_on)
    told = decide(course, BEGUN, text(1, "and the car"))
    reply = told.conversation.answers[0].reply
    assert reply is not None
    assert ("for the team" in reply.text) is passes_on
    assert (reply.is_heard, reply.is_passed_on) == (True, False)
    assert [type(order) for order in told.orders] == [SaveAnswer, Acknowledge]
    turn = next_turn(course, told.conversation)
    assert turn is not None
    assert turn.follow_up == "question"


def test_who_may_have_a_question_or_not_is_asked_once_more_and_then_has_none() -> None:
    course = a_course(ASKS, LAST, meant=Meaning(speech=UNSURE))
    once = decide(course, BEGUN, text(1, "just the car"))
    reply = once.conversation.answers[0].reply
    assert reply is not None
    assert (reply.is_heard, reply.is_passed_on) == (True, False)
    twice = decide(course, once.conversation, text(2, "just the car"))
    assert twice.conversation.answers[1].reply is None
    turn = next_turn(course, twice.conversation)
    assert turn is not None
    assert turn.step.question.text == LAST.text


def test_who_declines_in_words_that_no_list_holds_is_not_asked_again() -> None:
    course = a_course(ASKS, LAST, meant=knowing(declines=1.0))
    told = decide(course, BEGUN, text(1, "nah im good ta"))
    assert told.conversation.answers[0].reply is None


def test_a_question_that_was_passed_on_can_be_put_right_and_one_that_was_answered_cannot() -> None:
    course = a_course(ASKS, LAST, passages=PASSAGES)
    misheard = "What is the salary, and is there a gin?"
    start = after(course, text(1, "What is the salary?"), text(2, misheard))
    meant = decide(course, start, Corrected(key=KEY, number=2, text="Is there a gym?"))
    assert meant.orders == (
        corrects(2, "Is there a gym?"),
        CallPerson(errand=Errand.ANSWER, text="Is there a gym?", instead_of="is there a gin?"),
        Acknowledge(key=KEY, number=2),
    )
    back = decide(course, meant.conversation, Corrected(key=OTHER_KEY, number=2, text=None))
    assert back.orders[1] == CallPerson(errand=Errand.ANSWER, text="is there a gin?", instead_of="Is there a gym?")
    answered = decide(course, start, Corrected(key=KEY, number=1, text="Is there a gym?"))
    assert answered.orders == (Refuse(key=KEY, reason=NotTaken.FIXED),)


@folded(
    ("words", "told", "passed_on"),
    [
        ("I'd rather not say. What is the salary?", PASSAGES[0].text, None),
        (
            "I'd rather not say. Is there a gym?",
            say_aside(Aside.PASSED_ON, MANNER, team="Acme").text,
            "Is there a gym?",
        ),
        ("I'd rather not say. Why do you ask?", "It helps the team understand how you work.", None),
        ("I'd rather not say. Is that okay?", None, None),
    ],
)
def test_who_refuses_and_asks_is_told_both(words: str, told: str | None, passed_on: str | None) -> None:
    course = a_course(OPEN, LAST, passages=PASSAGES, team="Acme")
    decision = decide(course, BEGUN, text(1, words))
    answer, turn = decision.conversation.answers[0], next_turn(course, decision.conversation)
    assert turn is not None
    assert (answer.text, turn.asked) == (words, LAST.text)
    said = [line.text for line in say_now(course, decision.conversation, turn)]
    assert said[0] == say(Line.AFTER_DECLINING, MANNER, turn=2).text
    assert len(said) == (1 if told is None else 2)
    assert told is None or (answer.reply is not None and told in (said[1], answer.reply.passage))
    errands = [order.text for order in decision.orders if isinstance(order, CallPerson)]
    assert errands == ([] if passed_on is None else [passed_on])
    # Who answers it after all, asks nothing more of anybody.
    meant = decide(course, decision.conversation, Corrected(key=KEY, number=1, text="Because."))
    taken_back = () if passed_on is None else (TakeBack(errand=Errand.ANSWER, text=passed_on),)
    assert meant.orders == (corrects(1, "Because."), *taken_back, Acknowledge(key=KEY, number=1))
    # A question that is only spelled anew is asked still.
    again = decide(
        course, decision.conversation, Corrected(key=KEY, number=1, text="I'd rather not say. Is there gym?")
    )
    assert not any(isinstance(order, TakeBack | CallPerson) for order in again.orders)


LED = "I led the night shift for two years and we cut waste by a third."


@folded(
    ("asked", "told", "passed_on"),
    [
        ("Is that enough?", "You can add to your answer until the interview is sent.", None),
        ("Do I have to say more", "You can add to your answer until the interview is sent.", None),
        ("How many questions are left?", "This is question 1 of 2. The whole interview: about 4 minutes.", None),
        ("Can I skip questions?", "Just say “skip this question”", None),
        ("By the way, what is the salary?", "The pay is listed as 60,000 EUR a year.", None),
        ("Who decides about me?", say_aside(Aside.PASSED_ON, MANNER, team="Acme").text, "Who decides about me?"),
        ("Is that enough? Who decides about me?", "You can add to your answer", "Who decides about me?"),
    ],
)
def test_what_an_answer_asks_at_its_end_is_told_in_the_same_breath(
    asked: str, told: str, passed_on: str | None
) -> None:
    course = a_course(SHIFT, LAST, passages=PASSAGES, team="Acme")
    decision = decide(course, BEGUN, text(1, f"{LED} {asked}"))
    answer, turn = decision.conversation.answers[0], next_turn(course, decision.conversation)
    assert turn is not None
    assert (answer.text, turn.asked) == (f"{LED} {asked}", LAST.text)
    assert answer.own_words == LED
    said = say_now(course, decision.conversation, turn)
    assert said[0] == say(Line.THANKS, MANNER, turn=2)
    assert answer.reply is not None
    assert told in said[1].text or told in str(answer.reply.passage)
    errands = [order.text for order in decision.orders if isinstance(order, CallPerson)]
    assert errands == ([] if passed_on is None else [passed_on])
    # Put right, the words are the answer's alone.
    meant = after(course, Corrected(key=KEY, number=1, text=LED), start=decision.conversation)
    assert replace(answer, text=meant.text_of(answer)).own_words == LED


@folded(
    ("words", "told"),
    [
        (f"{LED} How many questions are left?", ["This is question 1 of 1. The whole interview: about 2 minutes."]),
        ("I'd rather not say. Who reads this?", [say_aside(Aside.PASSED_ON, MANNER, team="Acme").text]),
        (LED, []),
    ],
)
def test_what_the_last_answer_asks_is_told_at_the_end(words: str, told: list[str]) -> None:
    course = a_course(SHIFT, team="Acme")
    over = after(course, text(1, words))
    assert next_turn(course, over) is None
    assert [said.text for said in say_now(course, over, None)] == told


def test_where_no_answer_opens_again_nobody_is_told_that_it_does() -> None:
    course = a_course(SHIFT, LAST, opens_again=False)
    answer = after(course, text(1, f"{LED} Is that enough?")).answers[0]
    assert answer.reply is not None
    assert answer.reply.text == "That’s up to you."


READERS = Passage(source="Who decides", text="A person at Acme reads it.", topic=Topic.READERS)


@pytest.mark.parametrize("words", ["I don't know. Does it count against me?", "I don't know. Is that bad?"])
def test_who_does_not_know_and_asks_what_it_costs_is_offered_to_skip(words: str) -> None:
    # A question that is skipped is in no sum, and an answer that says nothing is.
    course = a_course(SHIFT, LAST, passages=(READERS,))
    asked = after(course, text(1, words))
    assert (to_confirm(asked), asked.answers) == (Wish.SKIP, ())
    (said,) = say_now(course, asked, next_turn(course, asked))
    assert said.text.startswith("Skipping, asking and taking your time never count against you.")
    assert said.text.endswith(say(Line.CONFIRM_SKIP, MANNER, turn=1).text)
    skipped = after(course, text(1, "Yes."), start=asked)
    assert [answer.is_skipped for answer in skipped.answers] == [True]
    # Who says it again declines.
    again = after(course, text(1, words), start=asked)
    assert [(answer.text, answer.is_skipped) for answer in again.answers] == [(words, False)]


@pytest.mark.parametrize("asked", ["Does it count against me?", "Is that bad?"])
def test_who_refuses_and_asks_what_it_costs_has_refused_and_is_told(asked: str) -> None:
    course = a_course(SHIFT, LAST, passages=(READERS,))
    refused = after(course, text(1, f"I'd rather not say. {asked}"))
    first, told = say_now(course, refused, next_turn(course, refused))
    assert first == say(Line.AFTER_DECLINING, MANNER, turn=2)
    assert told.text.startswith("Skipping, asking and taking your time never count against you.")


@folded("words", ["Is breakage deducted from wages?", f"{LED} Is breakage deducted from wages?"])
def test_from_practice_no_question_goes_to_anybody(words: str) -> None:
    course = a_course(SHIFT, LAST, team="Acme", passes_on=False)
    decision = decide(course, Conversation(state=AttemptState.BEGUN), text(1, words))
    assert not any(isinstance(order, CallPerson) for order in decision.orders)
    *_, told = say_now(course, decision.conversation, next_turn(course, decision.conversation))
    assert told.text == "I can’t tell you that here."
    given, wished = decision.conversation.answers, decision.conversation.wishes
    replies = [*(answer.reply for answer in given), *(wish.reply for wish in wished)]
    assert [reply.is_passed_on for reply in replies if reply is not None] == [False]


@folded("language", sorted(CODES))
def test_practice_tells_nobody_in_any_language_that_a_team_has_the_question(language: str) -> None:
    manner = replace(MANNER, language=language)
    said = say_aside(Aside.PASSED_ON, manner, team="Acme")
    passed_on = Reply(text=said.text, language=language)
    kept = keep_from_team(passed_on, manner=manner, team="Acme")
    assert "Acme" in passed_on.text
    assert "Acme" not in kept.text
    assert (bool(kept.text), kept.is_passed_on) == (True, False)


def test_beside_a_refusal_the_interview_is_spoken_of_too() -> None:
    course = a_course(SHIFT, LAST)
    answer = after(course, text(1, "I'd rather not say. How long is the interview?")).answers[0]
    assert answer.reply is not None
    assert answer.reply.text == "This is question 1 of 2. The whole interview: about 4 minutes."


@folded(
    ("words", "told"),
    [
        ("I am very nervous, sorry.", "That’s all right, there’s no rush. Take the time you need."),
        ("I'd like to ask something first.", "Of course. What would you like to know?"),
        ("How many questions are there?", "This is question 1 of 2. The whole interview: about 4 minutes."),
        ("Can I skip a question?", "You can skip any question. Just say “skip this question”, and it won’t be scored."),
        ("I'm not sure what you mean by difficult.", say_aside(Aside.MEANING, MANNER).text),
    ],
)
def test_what_is_said_of_the_interview_or_of_nerves_leaves_the_question_open(words: str, told: str) -> None:
    course = a_course(SHIFT, LAST)
    asked = after(course, text(1, words))
    assert asked.answers == ()
    assert [said.text for said in say_now(course, asked, next_turn(course, asked))] == [told]
    # Who says the same words again means them.
    assert [answer.text for answer in after(course, text(1, words), start=asked).answers] == [words]


def test_a_follow_up_takes_up_no_worry_and_no_question_to_us() -> None:
    course = a_course(SHIFT, LAST)
    answered = after(course, text(1, f"Sorry, I'm a bit nervous. {LED} I'm really nervous today. Is that enough?"))
    turn = next_turn(course, answered)
    assert turn is not None
    taken = take_up(answered, replace(turn, follow_up="result"))
    assert taken is not None
    assert taken.text == LED


@pytest.mark.parametrize("words", ["is it ok that im only 17", "does it matter that i dont have a car"])
def test_what_begins_as_a_question_is_none_that_there_are_no_more(words: str) -> None:
    course = a_course(
        ASKS,
        LAST,
        team="Acme",
        meant=Meaning(speech={SpeechAct.DECLINES: 0.9, SpeechAct.ASKS: 0.1, SpeechAct.TELLS: 0.0}),
    )
    asked = decide(course, BEGUN, text(1, words))
    assert [order.text for order in asked.orders if isinstance(order, CallPerson)] == [words]


@folded(
    ("question", "words", "told", "passed_on"),
    [
        # Whether a fact is all right, a person tells, who needs the fact.
        (
            "What is your notice period?",
            "Three months. Is that a problem?",
            "passed your question on",
            "Three months. Is that a problem?",
        ),
        (
            "Which shift could you work?",
            "only mornings, is that ok?",
            "passed your question on",
            "only mornings, is that ok?",
        ),
        (
            "Tell us about a time you failed.",
            "I never got my degree. Is that a problem?",
            "passed your question on",
            "I never got my degree. Is that a problem?",
        ),
        # What counts against nobody is skipping; of what was just said, a person tells.
        (
            "Have you any points on your licence?",
            "Three, for speeding, I think in 2024. Do they count against me?",
            "passed your question on",
            "Three, for speeding, I think in 2024. Do they count against me?",
        ),
        (
            "Tell us about your last job.",
            "Nights at a warehouse. I've been out of work since March, does that matter?",
            "passed your question on",
            "I've been out of work since March, does that matter?",
        ),
        (
            "When could you work?",
            "I can't do before nine, would that be a problem? Otherwise the hours are fine.",
            "passed your question on",
            "I can't do before nine, would that be a problem?",
        ),
        # What the job requires, nobody but a person may grant.
        (
            "When could you start?",
            "I've a holiday booked, so 5 January, or does it have to be before Christmas?",
            "passed your question on",
            "I've a holiday booked, so 5 January, or does it have to be before Christmas?",
        ),
        (
            "How far are you from the depot?",
            "I'm away on the 12th so the 13th, or could it be online?",
            "passed your question on",
            "I'm away on the 12th so the 13th, or could it be online?",
        ),
        # Whether a story is, nobody need be asked.
        ("Tell us about a difficult customer.", "I gave her some water. is that ok?", "That’s up to you.", None),
        (
            "Tell us about a difficult customer.",
            "He thanked me. I hope that's the sort of thing you're after?",
            "That’s up to you.",
            None,
        ),
        (
            "What did you do at the hotel?",
            "It was ok. Sorry, I must go to work, can I finish later?",
            "continue later with the same link",
            None,
        ),
        (
            "What did you do before?",
            "2 years at asda nights then tesco do you do weekly pay",
            "passed your question on",
            "do you do weekly pay",
        ),
    ],
)
def test_a_question_about_what_was_just_said_goes_with_it(
    question: str, words: str, told: str, passed_on: str | None
) -> None:
    course = a_course(SentQuestion(text=question), LAST, team="Acme")
    decided = decide(course, BEGUN, text(1, words))
    (answer,) = decided.conversation.answers
    assert answer.text == words
    assert answer.reply is not None
    assert told in answer.reply.text
    assert [order.text for order in decided.orders if isinstance(order, CallPerson)] == (
        [passed_on] if passed_on else []
    )


@pytest.mark.parametrize(
    ("question", "words", "wish"),
    [
        ("When could you start?", "Does it have to be January?", Wish.ASK),
        ("Tell me about a difficult customer.", "Does it have to be at work?", Wish.CLARIFY),
    ],
)
def test_what_is_required_is_the_employers_to_say_but_of_our_own_questions(
    question: str, words: str, wish: Wish
) -> None:
    asked = after(a_course(SentQuestion(text=question), LAST, team="Acme"), text(1, words))
    assert [wished.wish for wished in asked.wishes] == [wish]


@pytest.mark.parametrize(
    "words",
    ["Nah can't think of one. can we skip this", "can i leave this one and come back to it at the end"],
)
def test_whoever_has_nothing_to_say_and_wishes_to_skip_is_asked_whether_to(words: str) -> None:
    asked = after(a_course(SHIFT, LAST), text(1, words))
    assert (asked.answers, to_confirm(asked)) == ((), "skip")


@pytest.mark.parametrize(
    "words",
    [
        "Actually can I change what I said before? It wasn't eighteen months, it was sixteen.",
        "Ah sorry I press wrong. I have licence B",
    ],
)
def test_whoever_puts_an_earlier_answer_right_has_not_answered_the_open_question(words: str) -> None:
    course = a_course(SHIFT, LAST, ASKED_LATER)
    kept = after(course, text(1, "A man fell and I called the doctor at once."), text(2, words))
    assert (len(kept.answers), kept.wishes[-1].text) == (1, words)
    assert "kept that" in (kept.wishes[-1].reply.text if kept.wishes[-1].reply else "")


@pytest.mark.parametrize("words", ["No, thank you.", None])
def test_the_candidate_asks_until_there_is_no_more_question(words: str | None) -> None:
    course = a_course(ASKS, LAST, passages=PASSAGES)
    asked = after(course, text(1, "What is the salary?"))
    turn = next_turn(course, asked)
    assert turn is not None
    assert (turn.step.id, turn.asked) == (UUID(int=1), say(Line.ANYTHING_ELSE, MANNER, turn=2).text)
    done = decide(course, asked, skip(2) if words is None else text(2, words))
    assert not any(isinstance(order, CallPerson) for order in done.orders)
    last = next_turn(course, done.conversation)
    assert last is not None
    assert last.asked == LAST.text


def test_a_candidate_who_asks_without_end_comes_to_an_end() -> None:
    course = a_course(ASKS)
    conversation = BEGUN
    asked = []
    for number in range(1, 100):
        turn = next_turn(course, conversation)
        if turn is None:
            break
        asked.append(turn.asked)
        conversation = decide(course, conversation, text(number, f"May I bring dog number {number}?")).conversation
    last = "There’s room for one more question here. If you have others, please write to the people who invited you."
    assert [number for number, words in enumerate(asked, 1) if words == last] == [MOST_QUESTIONS]
    assert (conversation.state, conversation.ending) == (AttemptState.FINISHED, Ending.ALL_ASKED)
    assert len(conversation.answers) == MOST_QUESTIONS


# --- What the candidate wishes -------------------------------------------------------------------------------------


def wish(which: Wish, number: int = 1, key: UUID = KEY, remark: str = "") -> Asked:
    return Asked(key=key, number=number, wish=which, remark=remark)


@pytest.mark.parametrize(
    ("said", "meant", "line"),
    [
        ("Could you repeat that, please?", Wish.REPEAT, Line.REPEAT),
        ("Let me think.", Wish.THINK, Line.THINK),
        ("I want to talk to a human.", Wish.PERSON, Line.PERSON),
        ("Something is wrong.", Wish.TROUBLE, Line.TROUBLE),
    ],
)
def test_a_wish_by_word_and_by_button_is_heard_alike_and_takes_no_turn(said: str, meant: Wish, line: Line) -> None:
    course = a_course(OPEN, LAST)
    by_word = decide(course, BEGUN, Answered(key=KEY, number=1, text=said))
    by_button = decide(course, BEGUN, wish(meant))
    for decision, is_by_word in ((by_word, True), (by_button, False)):
        wished = RecordedWish(key=KEY, number=1, wish=meant.value, is_by_word=is_by_word)
        assert decision.orders[0] == SaveWish(wished)
        assert decision.orders[-1] == Acknowledge(key=KEY, number=1)
        turn = next_turn(course, decision.conversation)
        assert turn is not None
        assert (turn.number, turn.asked) == (1, OPEN.text)
        assert say_now(course, decision.conversation, turn) == (say(line, MANNER, turn=1),)


def test_what_reads_like_a_wish_is_an_answer_when_it_is_meant_as_one() -> None:
    decision = decide(a_course(OPEN), BEGUN, Answered(key=KEY, number=1, text="Let me think.", is_meant=True))
    assert [answer.text for answer in decision.conversation.answers] == ["Let me think."]


def test_a_person_and_trouble_leave_a_task_with_what_was_said() -> None:
    course = a_course(OPEN)
    assert CallPerson(errand=Errand.MEET, text="") in decide(course, BEGUN, wish(Wish.PERSON)).orders
    assert (
        CallPerson(errand=Errand.LOOK, text="No sound.")
        in decide(course, BEGUN, wish(Wish.TROUBLE, remark="No sound.")).orders
    )


def test_a_question_is_put_differently_in_its_other_wordings_and_never_in_words_of_ours() -> None:
    course = a_course(replace(OPEN, alternatives=("What for?", "How come?")))
    heard = []
    conversation = BEGUN
    for number in range(4):
        conversation = decide(course, conversation, wish(Wish.REPHRASE, key=UUID(int=50 + number))).conversation
        turn = next_turn(course, conversation)
        assert turn is not None
        heard.append((turn.asked, *(said.text for said in say_now(course, conversation, turn))))
    anew = say(Line.REPHRASE, MANNER, turn=1).text
    no_other = [say(Line.NO_OTHER_WORDS, MANNER, turn=number).text for number in range(2)]
    # After the last, the shortest, and said as it is: that there are no other words, and what else one can do.
    assert heard == [("What for?", anew), ("How come?", anew), ("Why?", no_other[0]), ("Why?", no_other[1])]


def test_where_there_are_no_other_words_that_is_said_and_not_twice_in_the_same_way() -> None:
    only = a_course(OPEN)
    asked = decide(only, BEGUN, wish(Wish.REPHRASE)).conversation
    assert say_now(only, asked, next_turn(only, asked)) == (say(Line.NO_OTHER_WORDS, MANNER, turn=0),)
    again = decide(only, asked, wish(Wish.REPHRASE, key=OTHER_KEY)).conversation
    assert say_now(only, again, next_turn(only, again)) == (say(Line.NO_OTHER_WORDS, MANNER, turn=1),)


@pytest.mark.parametrize("confirmation", ["Yes.", "Yes, please.", "Skip it, please."])
def test_a_skip_by_word_is_asked_back_and_done_when_it_is_confirmed(confirmation: str) -> None:
    course = a_course(OPEN, LAST)
    asked = decide(course, BEGUN, Answered(key=KEY, number=1, text="Skip, please.")).conversation
    assert (asked.answers, to_confirm(asked)) == ((), Wish.SKIP)
    done = decide(course, asked, Answered(key=OTHER_KEY, number=1, text=confirmation)).conversation
    assert [(answer.is_skipped, answer.text) for answer in done.answers] == [(True, "")]


@pytest.mark.parametrize("happening", [Answered(key=OTHER_KEY, number=1, text="No."), wish(Wish.STAY, key=OTHER_KEY)])
@pytest.mark.parametrize("words", ["Skip, please.", "I want to end the interview."])
def test_who_stays_after_all_stays_at_the_same_question(words: str, happening: Happening) -> None:
    course = a_course(OPEN, LAST)
    asked = decide(course, BEGUN, Answered(key=KEY, number=1, text=words)).conversation
    stayed = decide(course, asked, happening).conversation
    assert (stayed.answers, stayed.state, to_confirm(stayed)) == ((), AttemptState.BEGUN, None)


def test_who_is_asked_back_may_simply_answer() -> None:
    course = a_course(OPEN, LAST)
    asked = decide(course, BEGUN, Answered(key=KEY, number=1, text="Skip, please.")).conversation
    done = decide(course, asked, Answered(key=OTHER_KEY, number=1, text="Because I like to cook.")).conversation
    assert [answer.text for answer in done.answers] == ["Because I like to cook."]


@pytest.mark.parametrize("is_reviewed", [True, False])
def test_ending_early_keeps_what_there_is_and_asks_nothing_more(is_reviewed: bool) -> None:
    course = a_course(OPEN, LAST, is_reviewed=is_reviewed)
    before = after(course, text(1))
    ended = decide(course, before, wish(Wish.END, number=2))
    kinds = [SaveWish, Finish, Acknowledge] if is_reviewed else [SaveWish, Finish, Submit, Acknowledge]
    assert [type(order) for order in ended.orders] == kinds
    assert (ended.conversation.ending, ended.conversation.answers) == (Ending.ENDED_EARLY, before.answers)
    by_word = decide(course, before, Answered(key=KEY, number=2, text="I want to end the interview.")).conversation
    confirmed = decide(course, by_word, Answered(key=OTHER_KEY, number=2, text="Yes.")).conversation
    assert confirmed.ending is Ending.ENDED_EARLY


def test_a_wish_that_is_sent_again_is_one_wish() -> None:
    course = a_course(OPEN)
    once = decide(course, BEGUN, wish(Wish.THINK)).conversation
    again = decide(course, once, wish(Wish.THINK))
    assert again == Decision(conversation=once, orders=(Acknowledge(key=KEY, number=1),))


@folded(
    ("which", "number", "state", "reason"),
    [
        (Wish.REPEAT, 1, AttemptState.BEGUN, NotTaken.ALREADY_ANSWERED),
        (Wish.THINK, 3, AttemptState.BEGUN, NotTaken.NOT_ASKED),
        (Wish.REPEAT, 2, AttemptState.FINISHED, NotTaken.OVER),
        (Wish.END, 2, AttemptState.FINISHED, NotTaken.OVER),
        (Wish.PERSON, 2, AttemptState.SUBMITTED, NotTaken.OVER),
        (Wish.PERSON, 1, AttemptState.BEGUN, None),
        (Wish.PERSON, 2, AttemptState.FINISHED, None),
        (Wish.TROUBLE, 2, AttemptState.FINISHED, None),
    ],
)
def test_a_wish_out_of_its_turn(which: Wish, number: int, state: AttemptState, reason: NotTaken | None) -> None:
    course = a_course(OPEN, LAST)
    conversation = replace(after(course, text(1)), state=state)
    orders = decide(course, conversation, wish(which, number=number)).orders
    assert (orders[-1] == Refuse(key=KEY, reason=reason)) if reason else isinstance(orders[-1], Acknowledge)


def test_a_page_gone_wild_still_lets_its_person_end() -> None:
    course = a_course(OPEN, LAST)
    wild = tuple(
        RecordedWish(key=UUID(int=9000 + n), number=1, wish="repeat", is_by_word=False) for n in range(MOST_WISHES)
    )
    conversation = replace(BEGUN, wishes=wild)
    assert decide(course, conversation, wish(Wish.REPEAT)).orders == (Refuse(key=KEY, reason=NotTaken.NOT_NOW),)
    assert decide(course, conversation, wish(Wish.END)).conversation.state is AttemptState.FINISHED


def test_after_so_many_wishes_words_are_an_answer_again() -> None:
    course = a_course(OPEN, LAST)
    spoken = tuple(
        RecordedWish(key=UUID(int=9000 + n), number=1, wish="repeat", is_by_word=True) for n in range(MOST_WISHES)
    )
    last_one = decide(course, replace(BEGUN, wishes=spoken[:-1]), text(1, "Please repeat."))
    assert [type(order) for order in last_one.orders] == [SaveWish, Acknowledge]
    one_more = decide(course, replace(BEGUN, wishes=spoken), text(1, "Please repeat."))
    assert [type(order) for order in one_more.orders] == [SaveAnswer, Acknowledge]


def test_the_instruction_is_read_once_and_whoever_answers_has_read_it() -> None:
    course = a_course(OPEN, LAST, instruction="Read this.")
    assert awaits_beginning(course, BEGUN)
    begun = decide(course, BEGUN, wish(Wish.BEGIN))
    assert [type(order) for order in begun.orders] == [SaveWish, Acknowledge]
    assert not awaits_beginning(course, begun.conversation)
    again = decide(course, begun.conversation, wish(Wish.BEGIN, key=OTHER_KEY))
    assert again.orders == (Acknowledge(key=OTHER_KEY, number=1),)
    assert not awaits_beginning(course, after(course, text(1)))


def test_a_line_that_broke_is_put_on_record_wherever_the_conversation_stands() -> None:
    course = a_course(OPEN)
    for state in AttemptState:
        conversation = Conversation(state=state)
        assert decide(course, conversation, LineBroke(key=KEY, seconds=12.5)) == Decision(
            conversation=conversation,
            orders=(SaveFault(key=KEY, seconds=12.5), Acknowledge(key=KEY, number=None)),
        )


# --- The end -------------------------------------------------------------------------------------------------------


def test_at_the_maximum_length_the_answer_under_way_is_the_last() -> None:
    course = a_course(OPEN, LAST, OPEN, max_seconds=100.0)
    in_time = decide(course, replace(BEGUN, open_seconds=99.0), text(1)).conversation
    assert in_time.state is AttemptState.BEGUN
    assert not is_last(course, replace(in_time, open_seconds=0.5))
    late = replace(in_time, open_seconds=1.0)
    assert is_last(course, late)
    closed = decide(course, late, text(2)).conversation
    assert (closed.state, closed.ending, len(closed.answers)) == (AttemptState.FINISHED, Ending.TIME_UP, 2)
    assert closed.spent_seconds == 100.0


def test_the_last_question_is_told_once_no_other_one_can_come() -> None:
    course = a_course(OPEN, LAST)
    assert not is_last(course, BEGUN)
    assert is_last(course, after(course, text(1)))
    # What was skipped comes once more; then it is the last.
    skipped = after(course, skip(1))
    assert not is_last(course, skipped)
    assert is_last(course, after(course, text(2), start=skipped))
    assert is_last(replace(course, opens_again=False), skipped)
    # What hangs on an answer may still come, until it can't.
    hanging = a_course(OPEN, CHOICE, replace(LAST, is_conditional=True, parent_caller_id="which"))
    assert not is_last(hanging, after(hanging, text(1)))
    assert not is_last(course, after(course, text(1), text(2)))


def test_time_that_is_up_at_the_last_answer_closes_nothing_early() -> None:
    closed = decide(a_course(OPEN, max_seconds=1.0), replace(BEGUN, open_seconds=5.0), text(1)).conversation
    assert closed.ending is Ending.ALL_ASKED


def test_the_last_answer_finishes() -> None:
    decision = decide(a_course(OPEN), BEGUN, text(1))
    assert [type(order) for order in decision.orders] == [SaveAnswer, Finish, Acknowledge]
    assert decision.conversation.state is AttemptState.FINISHED


def test_without_a_review_the_last_answer_hands_in() -> None:
    decision = decide(a_course(OPEN, is_reviewed=False), BEGUN, text(1))
    assert [type(order) for order in decision.orders] == [SaveAnswer, Finish, Submit, Acknowledge]
    assert decision.conversation.state is AttemptState.SUBMITTED


def test_a_finished_attempt_is_handed_in_once_and_acknowledged_each_time() -> None:
    course = a_course(OPEN)
    once = decide(course, after(course, text(1)), HandedIn(key=KEY))
    assert once.orders == (Submit(), Acknowledge(key=KEY, number=None))
    assert once.conversation.state is AttemptState.SUBMITTED
    for key in (KEY, OTHER_KEY):
        again = decide(course, once.conversation, HandedIn(key=key))
        assert again == Decision(conversation=once.conversation, orders=(Acknowledge(key=key, number=None),))


@folded(
    ("state", "happening", "reason"),
    [
        (AttemptState.BEGUN, HandedIn(key=KEY), NotTaken.NOT_FINISHED),
        (AttemptState.ABANDONED, HandedIn(key=KEY), NotTaken.OVER),
        (AttemptState.FAILED, HandedIn(key=KEY), NotTaken.OVER),
        (AttemptState.FINISHED, Answered(key=KEY, number=2, text="More."), NotTaken.OVER),
        (AttemptState.SUBMITTED, Answered(key=KEY, number=2, text="More."), NotTaken.OVER),
        (AttemptState.ABANDONED, Answered(key=KEY, number=2, text="More."), NotTaken.OVER),
        (AttemptState.FAILED, Answered(key=KEY, number=2, text="More."), NotTaken.OVER),
        (AttemptState.SUBMITTED, Answered(key=KEY, number=1, text="More."), NotTaken.ALREADY_ANSWERED),
    ],
)
def test_what_comes_too_early_or_too_late_is_refused(
    state: AttemptState, happening: Happening, reason: NotTaken
) -> None:
    course = a_course(OPEN, OPEN)
    conversation = replace(after(course, text(1)), state=state)
    assert decide(course, conversation, happening) == Decision(
        conversation=conversation, orders=(Refuse(key=KEY, reason=reason),)
    )


@pytest.mark.parametrize("state", [state for state in AttemptState if state is not AttemptState.BEGUN])
def test_nothing_is_asked_but_of_an_attempt_that_has_just_begun(state: AttemptState) -> None:
    assert next_turn(a_course(OPEN), Conversation(state=state)) is None


# --- Any course, any sequence --------------------------------------------------------------------------------------

WORDS = (
    "So it was.",
    "No.",
    "Yes.",
    "I don't know.",
    "Skip, please.",
    "Could you repeat that, please?",
    "Can you rephrase the question?",
    "I want to end the interview.",
    "I want to talk to a human.",
    "What is the salary?",
    "Last year at my previous company I led a team of six through a move. I wrote the plan myself.",
    "We did it together and it went well.",
)
CLAIMS = ("Gives an example", "Names a result in figures", "Says what the own part was", "Tells more of the team")


# The first may be asked of the last of WORDS but one; the others never, whatever was said.
ASKED_BY_MODELS = (
    "What did you write in the plan?",
    "Do you have children?",
    "What did you write in the plan? And then?",
    "Tell me about a time, number 0.",
    "Which result in figures did the plan have?",
    "You will get the job. What did you write in the plan?",
)


def came_of(
    order: Propose, proposal: UtteranceProposal | NextProposal | RepliesProposal | None, *, seconds: float = 0.5
) -> Proposed:
    """What a language model answered."""
    return Proposed(kind=order.kind, number=order.number, seconds=seconds, answered=order.answered, proposal=proposal)


@st.composite
def questions(draw: st.DrawFn) -> list[SentQuestion]:
    """One to seven questions of every kind, conditional ones on any earlier question."""
    made: list[SentQuestion] = []
    for index in range(draw(st.integers(1, 7))):
        parent = draw(st.none() | st.sampled_from(range(index))) if index else None
        answered_by = draw(st.sampled_from(AnsweredBy))
        is_choice = answered_by is AnsweredBy.CHOICE
        is_below_choice = parent is not None and made[parent].answered_by is AnsweredBy.CHOICE
        conditions = [None, {"when": "they led a team"}] + ([{"choices": ["Yes", "c"]}] if is_below_choice else [])
        made.append(
            SentQuestion(
                text=f"Tell me about a time, number {index}.",
                caller_id=str(index),
                answered_by=answered_by,
                alternatives=("Yes", "No", "c") if is_choice else draw(st.sampled_from([(), ("Otherwise?",)])),
                is_conditional=parent is not None,
                parent_caller_id=None if parent is None else str(parent),
                condition=draw(st.sampled_from(conditions)) if parent is not None else None,
                is_scored=draw(st.booleans()),
                is_expert=draw(st.booleans()),
                language=draw(st.sampled_from([None, None, "de", "pl"])),
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
        self.offered: set[int] = set()  # turns that came after the last question, to be answered on the review page
        self.branches: list[Branch] = []
        self.wishes: list[RecordedWish] = []
        self.corrections: list[Correction] = []
        self.endings: list[Ending] = []
        self.submitted = 0
        self.proposed: Propose | None = None

    @initialize(
        asked=questions(),
        is_reviewed=st.booleans(),
        follow_ups=st.sampled_from([0, 0, 1, 2, 3, 999]),
        max_seconds=st.sampled_from([60.0, 300.0, 1e9]),
        instruction=st.sampled_from([None, "", "Read this."]),
        proposing=st.sampled_from([None, Proposing()]),
        offers_none=st.booleans(),
    )
    def begin(
        self,
        asked: list[SentQuestion],
        is_reviewed: bool,
        follow_ups: int,
        max_seconds: float,
        instruction: str | None,
        proposing: Proposing | None,
        offers_none: bool,
    ) -> None:
        course = a_course(
            *asked,
            is_reviewed=is_reviewed,
            max_follow_ups=follow_ups,
            max_seconds=max_seconds,
            instruction=instruction,
            passages=PASSAGES,
            proposing=proposing,
            offers_none=offers_none,
        )
        self.course = replace(course, claims={step.id: CLAIMS for step in course.steps})

    @rule(
        is_skipped=st.booleans(),
        choice=st.integers(0, 3),
        words=st.sampled_from(WORDS),
        is_meant=st.booleans(),
        told=st.none() | st.sampled_from([*Utterance, *Wish, "nonsense"]),
    )
    @precondition(lambda self: self.conversation.state is AttemptState.BEGUN)
    def answer_what_is_asked(
        self, is_skipped: bool, choice: int, words: str, is_meant: bool, told: str | None = None
    ) -> None:
        turn = next_turn(self.course, self.conversation)
        assert turn is not None, "an attempt that is under way asks something"
        given: dict[str, Any] = (
            {"choice": choice % len(turn.choices)} if turn.choices else {"text": words, "is_meant": is_meant}
        )
        happening = Answered(key=next(self.keys), number=turn.number, **({} if is_skipped else given))
        orders = self.happen(happening)
        if isinstance(orders[0], Propose):
            # A server that dies now has lost nothing: the page has no receipt, and sends it again.
            assert self.changed_nothing(happening) == orders
            proposal = None if told is None else UtteranceProposal(utterance=told, reply="Take it as you like.")
            orders = self.happen(came_of(orders[0], proposal))
        acknowledged = [order for order in orders if isinstance(order, Acknowledge)]
        assert acknowledged == [Acknowledge(key=happening.key, number=turn.number)]
        first = orders[0]
        if isinstance(first, SaveAnswer):
            assert (first.answer.step_id, first.answer.key) == (turn.step.id, happening.key)
            assert (first.answer.asked, first.answer.follow_up) == (turn.asked, turn.follow_up)
        else:
            assert isinstance(first, SaveWish)
            assert not is_skipped
            assert not is_meant or not given.get("text")

    @rule(
        remark=st.sampled_from(["", "You told of the plan.", "Excellent.", "Really?"]),
        follow_up=st.sampled_from(["", *ASKED_BY_MODELS]),
        quote=st.sampled_from(["", "I wrote the plan", "it went well", "never said"]),
        condition=st.sampled_from(ConditionState),
        seconds=st.sampled_from([0.5, 0.5, 99.0]),
        distance=st.sampled_from([0, 0, 0, -1, 1]),
    )
    @precondition(lambda self: self.proposed is not None)
    def a_model_proposes(
        self,
        remark: str,
        follow_up: str,
        quote: str,
        condition: ConditionState,
        seconds: float,
        distance: int,
    ) -> None:
        assert self.proposed is not None
        before, numbered = self.conversation, replace(self.proposed, number=self.proposed.number + distance)
        proposal = NextProposal(
            remark=remark, follow_up=follow_up, quote=quote, condition=condition, condition_quote=quote
        )
        orders = self.happen(came_of(numbered, proposal, seconds=seconds))
        assert not any(isinstance(order, Acknowledge | Refuse | SaveAnswer | SaveWish) for order in orders)
        if seconds > 10 or numbered.number != before.number or before.wishes_now:
            assert self.conversation == before
        elif orders:
            said = self.conversation.answers[-1].next_words
            assert said is not None
            assert said.remark in ("", "You told of the plan.")
            assert said.follow_up in ("", None, ASKED_BY_MODELS[0])
            assert not said.follow_up or said.quote == "I wrote the plan"

    @rule(which=st.sampled_from(Wish), distance=st.sampled_from([-1, 0, 0, 0, 1]))
    def wish(self, which: Wish, distance: int) -> None:
        if which is Wish.END and len(self.saved) < 3:
            return  # else most conversations would be over before they began
        orders = self.happen(Asked(key=next(self.keys), number=len(self.saved) + 1 + distance, wish=which))
        assert isinstance(orders[-1], Acknowledge | Refuse)

    @rule(seconds=st.sampled_from([1.0, 20.0, 100.0]))
    @precondition(lambda self: self.conversation.state is AttemptState.BEGUN)
    def time_passes(self, seconds: float) -> None:
        self.conversation = replace(self.conversation, open_seconds=self.conversation.open_seconds + seconds)

    @rule(distance=st.sampled_from([-2, -1, 1, 2]), is_skipped=st.booleans())
    def answer_another_turn(self, distance: int, is_skipped: bool) -> None:
        number = len(self.saved) + 1 + distance
        self.refused(Answered(key=next(self.keys), number=number, text=None if is_skipped else "So it was."))

    @rule(
        given=st.sampled_from(
            [{"text": ""}, {"text": " "}, {"text": "x" * (LONGEST_ANSWER + 1)}, {"choice": 4}, {"choice": -1}]
        )
    )
    def answer_with_what_is_no_answer(self, given: dict[str, Any]) -> None:
        self.refused(Answered(key=next(self.keys), number=len(self.saved) + 1, **given))

    @rule(which=st.integers(0, 60), words=st.sampled_from(["It was otherwise.", " So it was. ", "", None]))
    @precondition(lambda self: self.saved)
    def open_again(self, which: int, words: str | None) -> None:
        answer = self.saved[which % len(self.saved)]
        happening = Corrected(key=next(self.keys), number=answer.number, text=words)
        before, turn = self.conversation, next_turn(self.course, self.conversation)
        is_emptied = words == "" or (words is None and answer.is_skipped)
        is_asked_again = turn is not None and turn.is_again and bool(before.text_of(answer))
        has_choices = bool(find_choices(self.course, answer)) and words is not None
        if not can_open_again(self.course, self.conversation, answer) or (
            has_choices or (is_emptied and (not answer.is_skipped or is_asked_again))
        ):
            self.refused(happening)
            return
        *_, last = self.happen(happening)
        assert last == Acknowledge(key=happening.key, number=answer.number)
        assert self.conversation.text_of(answer) == (answer.text if words is None else words.strip())
        if find_choices(self.course, answer):
            return
        assert next_turn(self.course, self.conversation) == turn, "what is asked stays as it was"
        assert (self.conversation.answers, self.conversation.branches) == (before.answers, before.branches)

    @rule(which=st.integers(0, 60), choice=st.integers(0, 3))
    @precondition(lambda self: any(find_choices(self.course, answer) for answer in self.saved))
    def choose_again(self, which: int, choice: int) -> None:
        chosen = [answer for answer in self.saved if find_choices(self.course, answer)]
        answer, before = chosen[which % len(chosen)], self.conversation
        choices = find_choices(self.course, answer)
        happening = Corrected(key=next(self.keys), number=answer.number, choice=choice)
        if not can_open_again(self.course, before, answer) or choice >= len(choices):
            self.refused(happening)
            return
        orders = self.happen(happening)
        assert Acknowledge(key=happening.key, number=answer.number) in orders
        assert self.conversation.text_of(answer) == choices[choice]
        kept_answers, offered = (
            self.conversation.answers[: len(before.answers)],
            self.conversation.answers[len(before.answers) :],
        )
        assert kept_answers == before.answers, "what was answered is kept"
        answered = {given.step_id for given in before.answers}
        kept = [branch for branch in before.branches if branch.step_id in answered]
        assert [branch for branch in self.conversation.branches if branch.step_id in answered] == kept
        assert self.conversation.state is before.state or before.state is AttemptState.BEGUN, "no way back"
        met = {branch.step_id for branch in self.conversation.branches if branch.is_asked}
        assert all(given.is_skipped and given.step_id in met - answered for given in offered)
        assert not offered or before.state is not AttemptState.BEGUN

    @rule(which=st.integers(0, 60), words=st.sampled_from(["So it was.", "Otherwise.", None]))
    @precondition(lambda self: self.saved or self.wishes)
    def resend(self, which: int, words: str | None) -> None:
        everything: list[Answer | RecordedWish | Correction] = [*self.saved, *self.wishes, *self.corrections]
        known = everything[which % len(everything)]
        assert known.key is not None
        assert self.changed_nothing(Answered(key=known.key, number=known.number, text=words)) == (
            Acknowledge(key=known.key, number=known.number),
        )

    @rule()
    def hand_in(self) -> None:
        happening = HandedIn(key=next(self.keys))
        match self.conversation.state:
            case AttemptState.BEGUN:
                self.refused(happening)
            case AttemptState.FINISHED:
                assert self.happen(happening) == (Submit(), Acknowledge(key=happening.key, number=None))
            case _:
                assert self.changed_nothing(happening) == (Acknowledge(key=happening.key, number=None),)

    @rule()
    def arrive(self) -> None:
        assert self.changed_nothing(Arrived()) == ()

    @rule()
    def the_line_breaks(self) -> None:
        key = next(self.keys)
        assert self.changed_nothing(LineBroke(key=key, seconds=11.0))[-1] == Acknowledge(key=key, number=None)

    @invariant()
    def what_is_stored_tells_the_whole_conversation(self) -> None:
        assert list(self.conversation.answers) == self.saved
        assert list(self.conversation.branches) == self.branches
        assert list(self.conversation.wishes) == self.wishes
        assert list(self.conversation.corrections) == self.corrections

    @invariant()
    def turns_are_numbered_without_a_gap_and_no_step_is_asked_twice(self) -> None:
        assert [answer.number for answer in self.saved] == list(range(1, len(self.saved) + 1))
        own = [answer for answer in self.saved if answer.follow_up is None]
        once = [answer.step_id for answer in own if not self.is_asked_again(answer)]
        assert len(set(once)) == len(once)
        keys = [*(answer.key for answer in self.saved), *(wished.key for wished in self.wishes)]
        assert len(set(keys)) == len(keys)

    @invariant()
    def follow_ups_come_right_after_their_question_and_are_no_more_than_were_asked_for(self) -> None:
        for before, answer in pairwise(self.saved):
            if answer.follow_up is not None:
                assert before.step_id == answer.step_id
                assert not before.is_skipped or self.was_chosen(before)
        for step in self.course_steps():
            own = [answer for answer in self.saved if answer.step_id == step.id]
            probes = [answer.follow_up for answer in own if answer.follow_up not in (None, "question", "own_words")]
            by_rule = [probe for probe in probes if probe != "taken_up"]
            assert len(set(by_rule)) == len(by_rule)
            most = self.course.max_follow_ups + (step.question.is_expert and self.course.max_follow_ups > 0)
            assert len(probes) <= (most if step.question.is_scored else 0)

    @invariant()
    def no_child_comes_without_its_parent_nor_against_its_branch(self) -> None:
        given: set[UUID | None] = {None}
        decided = {branch.step_id: branch.is_asked for branch in self.branches}
        assert len(decided) == len(self.branches)
        for answer in self.saved:
            parent_id = self.step(answer).parent_id
            assert parent_id in given
            assert parent_id is None or decided[answer.step_id]
            if not answer.is_skipped or self.was_chosen(answer):
                given.add(answer.step_id)

    @invariant()
    def nothing_is_asked_after_the_maximum_length(self) -> None:
        spent = 0.0
        for answer in self.saved:
            assert spent < self.course_seconds() or answer.number in self.offered
            spent += answer.spent_seconds
        if self.has_begun and self.conversation.state is AttemptState.BEGUN:
            assert spent < self.course_seconds()

    @invariant()
    def no_question_is_put_again_unasked(self) -> None:
        """Within one question no words come twice, unless the candidate asked for them, or skipped it."""
        for step in self.course_steps():
            asked = [
                answer.asked
                for answer in self.saved
                if answer.step_id == step.id and answer.follow_up != "question" and not self.is_asked_again(answer)
            ]
            assert len(set(asked)) == len(asked)

    @invariant()
    def it_always_says_what_is_next(self) -> None:
        if not self.has_begun:
            return
        turn = next_turn(self.course, self.conversation)
        assert (turn is not None) == (self.conversation.state is AttemptState.BEGUN)
        say_now(self.course, self.conversation, turn)
        if turn is not None:
            assert turn.asked.strip()
            assert 1 <= find_place(self.conversation, turn) <= count_questions(self.course, self.conversation)

    @invariant()
    def it_ends_once_and_says_why(self) -> None:
        assert len(self.endings) == (0 if self.conversation.state is AttemptState.BEGUN else 1)
        assert self.submitted == (1 if self.conversation.state is AttemptState.SUBMITTED else 0)
        if self.endings == [Ending.ALL_ASKED]:
            asked = {answer.step_id for answer in self.saved}
            left_out = {branch.step_id for branch in self.branches if not branch.is_asked}
            assert asked | left_out == {step.id for step in self.course.steps}

    def teardown(self) -> None:
        """Whatever happened, somebody who goes on answering comes to the end."""
        if not self.has_begun:
            return
        for number in range(200):
            if self.conversation.state is not AttemptState.BEGUN:
                break
            self.answer_what_is_asked(is_skipped=number % 4 == 3, choice=0, words=WORDS[-1 - number % 2], is_meant=True)
            self.what_is_stored_tells_the_whole_conversation()
            self.turns_are_numbered_without_a_gap_and_no_step_is_asked_twice()
            self.no_question_is_put_again_unasked()
        self.hand_in()
        assert (len(self.endings), self.submitted) == (1, 1)

    # What the rules share.

    @property
    def has_begun(self) -> bool:
        return hasattr(self, "course")

    def course_steps(self) -> tuple[Step, ...]:
        return self.course.steps if self.has_begun else ()

    def is_asked_again(self, answer: Answer) -> bool:
        """Whether this is the second turn of a question that was skipped in its first."""
        earlier = [
            one
            for one in self.saved
            if one.step_id == answer.step_id and one.number < answer.number and not one.follow_up
        ]
        return answer.follow_up is None and len(earlier) == 1 and earlier[0].is_skipped

    def was_chosen(self, answer: Answer) -> bool:
        """Whether this question was skipped, and opened again to choose."""
        return any(one.number == answer.number and one.choice is not None for one in self.corrections)

    def course_seconds(self) -> float:
        return self.course.max_seconds

    def happen(self, happening: Happening) -> tuple[Order, ...]:
        """Lets it happen and writes down what was ordered, one order after the other, as the loop does."""
        decision = decide(self.course, self.conversation, happening)
        is_idle = isinstance(happening, Arrived | Proposed)
        assert decision.orders or is_idle, "nothing ends without an order"
        told = [order for order in decision.orders if not isinstance(order, Propose)]
        if told and not is_idle:
            assert isinstance(told[-1], Acknowledge | Refuse)
            assert sum(isinstance(order, Acknowledge | Refuse) for order in told) == 1
        if self.conversation.number != decision.conversation.number:
            self.proposed = None
        for order in decision.orders:
            match order:
                case SaveAnswer(answer):
                    self.saved.append(answer)
                    if self.conversation.state is not AttemptState.BEGUN:
                        self.offered.add(answer.number)
                case SaveBranch(branch):
                    self.branches.append(branch)
                case SaveWish(wished):
                    self.wishes.append(wished)
                case SaveCorrection(correction):
                    self.corrections.append(correction)
                case ForgetBranches(step_ids):
                    self.branches = [branch for branch in self.branches if branch.step_id not in step_ids]
                case Finish(ending):
                    self.endings.append(ending)
                case Submit():
                    self.submitted += 1
                case SaveNextWords(number=number, next_words=next_words):
                    self.saved[number - 1] = replace(self.saved[number - 1], next_words=next_words)
                case Propose(kind=ProposalKind.NEXT_WORDS):
                    self.proposed = order
                case _:
                    pass
        self.conversation = decision.conversation
        return decision.orders

    def changed_nothing(self, happening: Happening) -> tuple[Order, ...]:
        before, saved = self.conversation, list(self.saved)
        orders = self.happen(happening)
        assert (self.conversation, self.saved) == (before, saved)
        return orders

    def refused(self, happening: Answered | HandedIn | Corrected) -> None:
        (order,) = self.changed_nothing(happening)
        assert isinstance(order, Refuse)
        assert order.key == happening.key

    def step(self, answer: Answer) -> Step:
        return next(step for step in self.course.steps if step.id == answer.step_id)


TestAnyConversation = AnyConversation.TestCase
TestAnyConversation.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


# --- What is spoken ------------------------------------------------------------------------------------------------

SPOKEN = (
    HeardWord(text=" Because", start=1.0, end=1.4, probability=0.9),
    HeardWord(text=" so.", start=1.4, end=1.6, probability=None),
)


def test_a_spoken_answer_is_saved_with_its_words_before_it_is_acknowledged() -> None:
    decision = decide(a_course(OPEN, LAST), BEGUN, Answered(key=KEY, number=1, text="Because so.", words=SPOKEN))
    saved, heard, *_, acknowledged = decision.orders
    assert isinstance(saved, SaveAnswer)
    assert saved.answer.is_spoken
    assert heard == SaveWords(key=KEY, number=1, words=SPOKEN)
    assert acknowledged == Acknowledge(key=KEY, number=1)


def test_a_wish_that_was_spoken_leaves_no_words() -> None:
    decision = decide(a_course(OPEN), BEGUN, Answered(key=KEY, number=1, text="Please repeat that.", words=SPOKEN))
    assert [type(order) for order in decision.orders] == [SaveWish, Acknowledge]


@folded("trouble", list(Trouble))
def test_whatever_goes_wrong_goes_on_record_and_changes_nothing(trouble: Trouble) -> None:
    course = a_course(OPEN)
    decision = decide(course, BEGUN, WentWrong(key=KEY, trouble=trouble, seconds=2.0))
    fault = SaveFault(key=KEY, seconds=2.0, trouble=trouble, is_told_by_page=False)
    assert decision == Decision(conversation=BEGUN, orders=(fault, Acknowledge(key=KEY, number=None)))


def test_what_was_heard_of_our_words_is_kept_with_the_turn() -> None:
    played = Playout(key=KEY, number=1, seconds=1.0, of_seconds=3.0, is_interrupted=True, how="sound")
    decision = decide(a_course(OPEN), BEGUN, Listened(played))
    assert decision == Decision(conversation=BEGUN, orders=(SavePlayed(played), Acknowledge(key=KEY, number=1)))
