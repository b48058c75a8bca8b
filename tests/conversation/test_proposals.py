"""A language model proposes, code decides: what may not be said never is, and nothing waits for a model for long."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conversation.test_conductor import BEGUN, KEY, LAST, a_course, after, came_of, text
from tests.folding import folded
from vivavoce.attempts.answer import Reply
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.branches import Because
from vivavoce.conversation.conductor import Decision, decide
from vivavoce.conversation.course import Conversation, Course, Proposing
from vivavoce.conversation.happenings import (
    Acknowledge,
    Answered,
    CallPerson,
    ConditionState,
    Errand,
    Finish,
    NextProposal,
    ProposalKind,
    Propose,
    RepliesProposal,
    SaveAnswer,
    SaveNextWords,
    SaveWish,
    Submit,
    UtteranceProposal,
)
from vivavoce.conversation.proposals import (
    SaidSoFar,
    find_fault_of_follow_up,
    find_fault_of_remark,
    find_fault_of_reply,
    is_quoted,
)
from vivavoce.conversation.turns import next_turn
from vivavoce.conversation.wording import say_now
from vivavoce.interviews.steps import AnsweredBy, SentQuestion
from vivavoce.replies.asking import Passage
from vivavoce.replies.topics import Topic

STORY = "A patient wanted to leave against advice, and I sat down with him for 20 minutes. His dog was alone at home."
SHIFT = SentQuestion(text="Tell me about a difficult shift.", caller_id="shift")
ABROAD = SentQuestion(
    text="Where was it abroad?",
    is_conditional=True,
    parent_caller_id="shift",
    condition={"when": "they have worked abroad"},
)
CLAIMS = ("Documents the refusal in the record", "Informs the senior physician")
SO_FAR = SaidSoFar(
    language="en",
    question=SHIFT.text,
    answers=(STORY,),
    asked=(SHIFT.text, "Why did you become a nurse?"),
    claims=CLAIMS,
    orders="Never ask about family, health, age, faith, origin, politics or money.",
    remarks=("So he was alone.",),
)


@folded(
    ("follow_up", "quote", "fault"),
    [
        ("What did you say to the patient when he wanted to leave?", "wanted to leave", None),
        ("How did the patient react?", "I sat down with him", None),
        ("How did the patient react?", "I SAT  down with him", None),
        ("How did the patient react?", "I sat next to him", "takes up words that were not said"),
        ("How did the patient react?", "", "takes up words that were not said"),
        ("Tell me how the patient reacted.", "I sat down", "not one question"),
        ("How did the patient react? And the dog?", "I sat down", "not one question"),
        ("How did the patient react when " + "he sat down " * 20 + "?", "I sat down", "not a short question"),
        ("Patient?", "I sat down", "not a short question"),
        ("Which music do you like?", "I sat down", "takes up nothing of the answer"),
        ("Tell me about a difficult shift?", "I sat down", "asked before"),
        ("How did you sit down with the patient in that difficult shift?", "I sat down", None),
        ("Why did you become a nurse for a patient?", "I sat down", "asked before"),
        ("Did you inform the senior physician about the patient?", "I sat down", "words of the rubric"),
        ("How long did the patient stay after these 30 minutes?", "20 minutes", "a number from nowhere"),
        ("What happened in these 20 minutes with the patient?", "20 minutes", None),
        ("Great. How did the patient react?", "I sat down", "a judgement"),
        ("You will get the job. How did the patient react?", "I sat down", "a promise"),
        ("Was your husband a patient?", "I sat down", "personal ground"),
        ("Was the patient pregnant?", "I sat down", "personal ground"),
        ("How old are you, and how old was the patient?", "I sat down", "personal ground"),
        ("How did the **patient** react?", "I sat down", "not plain words"),
        ("How did the patient\nreact?", "I sat down", "not plain words"),
        ("Never ask about family, health, age, faith of a patient?", "I sat down", "words of its orders"),
        ("How did the patient react, and what did you do?", "I sat down", "two questions in one"),
        ("Did you sit down with the patient?", "I sat down", "answered by yes or no"),
        ("How did the patient react on Monday?", "I sat down", "a name from nowhere"),
        ("كيف كان رد فعل المريض dog؟", "I sat down", "another language"),
    ],
)
def test_a_follow_up_is_asked_only_where_nothing_is_wrong_with_it(
    follow_up: str, quote: str, fault: str | None
) -> None:
    assert find_fault_of_follow_up(follow_up, quote, SO_FAR) == fault


@folded(
    ("language", "remark", "fault"),
    [
        ("en", "You sat down with him.", None),
        ("en", "His dog was alone at home, I see.", None),
        ("en", "", "not a short word"),
        ("en", "Excellent.", "a judgement"),
        ("en", "You sat down with him?", "asks something"),
        ("en", "So he wanted to leave.", "begins as the one before"),
        ("en", "We will invite you.", "a promise"),
        ("en", "The senior physician was informed.", "words of the rubric"),
        ("en", "You work on a ward.", "takes up nothing of the answer"),
        ("en", "Then Peter came.", "a name from nowhere"),
        ("de", "Sehr interessant.", "a judgement"),
        ("de", "Wir werden Sie einstellen.", "a promise"),
        ("es", "Excelente.", "a judgement"),
        ("es", "Le ofreceremos el puesto.", "a promise"),
        ("fr", "Bravo.", "a judgement"),
        ("fr", "Vous serez embauché.", "a promise"),
        ("ar", "ممتاز.", "a judgement"),
        ("ar", "تم قبولكم.", "a promise"),
        ("pl", "Dziękuję.", "a language that is not checked"),
    ],
)
def test_a_remark_never_judges_promises_or_asks(language: str, remark: str, fault: str | None) -> None:
    said = {"ar": "كان المريض وحده", "en": STORY}.get(language, "So")
    so_far = replace(SO_FAR, language=language, question=said, answers=(said,))
    assert find_fault_of_remark(remark, so_far) == fault


def test_a_remark_does_not_say_what_is_asked_right_after_it() -> None:
    remark = "A dog that was alone at home."
    assert find_fault_of_remark(remark, SO_FAR, follow_up="What did you do about the dog that was alone at home?")
    assert find_fault_of_remark(remark, SO_FAR, follow_up="What did the patient do in those 20 minutes?") is None


@folded(
    ("reply", "quote", "fault"),
    [
        ("A shift that was hard for you, in whatever way.", "", None),
        ("A shift on the ward for children.", "ward for children", None),
        ("A shift on the ward for children.", "ward for adults", "rests on words that stand nowhere"),
        ("A shift in which you informed the senior physician.", "", "words of the rubric"),
        ("You will be hired.", "", "a promise"),
        ("", "", "not a short reply"),
        ("Blue. " * 10, "", "not a short reply"),
    ],
)
def test_a_reply_rests_on_the_question_or_on_our_texts(reply: str, quote: str, fault: str | None) -> None:
    so_far = replace(SO_FAR, answers=("What do you mean?",), texts=("Work: You work on the ward for children.",))
    assert find_fault_of_reply(reply, quote, so_far) == fault


@given(text=st.text(max_size=200), quote=st.text(max_size=40), language=st.sampled_from(["en", "ar", "pl", "xx"]))
@settings(max_examples=60, deadline=None)
def test_any_proposal_is_checked_without_an_error(text: str, quote: str, language: str) -> None:
    so_far = replace(SO_FAR, language=language)
    faults = [find_fault_of_follow_up(text, quote, so_far), find_fault_of_reply(text, quote, so_far)]
    assert faults == [find_fault_of_follow_up(text, quote, so_far), find_fault_of_reply(text, quote, so_far)]
    assert language in ("en", "ar") or all([*faults, find_fault_of_remark(text, so_far)])


def test_a_quote_is_found_letter_by_letter() -> None:
    assert is_quoted(" “I  sat down” ", (STORY,))
    assert not is_quoted("I", (STORY,))
    assert not is_quoted("…", (STORY,))


# --- What the conductor makes of it --------------------------------------------------------------------------------


def a_thinking_course(*questions: SentQuestion, **changes: Any) -> Course:
    """Questions that a model helps with."""
    course = a_course(*questions, **({"proposing": Proposing(), "max_follow_ups": 2} | changes))
    return replace(course, claims={step.id: CLAIMS for step in course.steps})


def answered(course: Course, said: str = STORY, *, start: Conversation = BEGUN) -> tuple[Conversation, Propose]:
    """After an answer, and what a model is asked then."""
    decision = decide(course, start, text(start.number, said))
    propose = decision.orders[-1]
    assert isinstance(propose, Propose)
    return decision.conversation, propose


def propose(course: Course, conversation: Conversation, order: Propose, **proposal: Any) -> Decision:
    """What follows when a model proposes this in time."""
    return decide(course, conversation, came_of(order, NextProposal(**proposal)))


def asks(course: Course, conversation: Conversation) -> str | None:
    turn = next_turn(course, conversation)
    return None if turn is None else turn.asked


def test_a_model_is_asked_after_the_receipt_and_told_no_rubric() -> None:
    course = a_thinking_course(SHIFT, LAST)
    decision = decide(course, BEGUN, Answered(key=KEY, number=1, text=STORY))
    saved, acknowledged, order = decision.orders
    assert isinstance(saved, SaveAnswer)
    assert acknowledged == Acknowledge(key=KEY, number=1)
    assert isinstance(order, Propose)
    assert (order.kind, order.number, order.answered) == (ProposalKind.NEXT_WORDS, 2, None)
    assert order.given["answer"] == STORY
    assert not any(claim in value for claim in CLAIMS for value in order.given.values())


def test_what_a_model_proposes_is_said_and_asked_in_its_turn() -> None:
    course = a_thinking_course(SHIFT, LAST)
    conversation, order = answered(course)
    decision = propose(
        course, conversation, order, remark="You sat down with him.", follow_up="How did the patient react?",
        quote="I sat down with him",
    )  # fmt: skip
    (saved,) = decision.orders
    assert isinstance(saved, SaveNextWords)
    turn = next_turn(course, decision.conversation)
    assert turn is not None
    assert (turn.asked, turn.follow_up, turn.number) == ("How did the patient react?", "taken_up", 2)
    assert [said.text for said in say_now(course, decision.conversation, turn)] == ["You sat down with him."]
    after_it, _ = answered(course, "He stayed until the morning.", start=decision.conversation)
    assert [(one.asked, one.follow_up) for one in after_it.answers][1] == ("How did the patient react?", "taken_up")


def test_a_model_that_wants_no_follow_up_is_followed_in_that_too() -> None:
    course = a_thinking_course(SHIFT, LAST)
    conversation, order = answered(course, "We were too few.")
    assert asks(course, conversation) != LAST.text
    assert asks(course, propose(course, conversation, order).conversation) == LAST.text


def test_where_a_follow_up_may_not_be_asked_the_rule_goes_on() -> None:
    course = a_thinking_course(SHIFT, LAST)
    conversation, order = answered(course, "We were too few.")
    by_rule = asks(course, conversation)
    decision = propose(course, conversation, order, follow_up="Do you have children?", quote="We were too few")
    assert asks(course, decision.conversation) == by_rule


@pytest.mark.parametrize("seconds", [2.6, 30.0])
def test_what_comes_too_late_changes_nothing(seconds: float) -> None:
    course = a_thinking_course(SHIFT, LAST)
    conversation, order = answered(course)
    late = came_of(order, NextProposal(remark="You sat down with him."), seconds=seconds)
    assert decide(course, conversation, late) == Decision(conversation=conversation)
    assert decide(course, conversation, came_of(order, None)) == Decision(conversation=conversation)


def test_what_comes_twice_or_after_somebody_went_on_changes_nothing() -> None:
    course = a_thinking_course(SHIFT, LAST, LAST_BUT_ONE)
    conversation, order = answered(course)
    said = came_of(order, NextProposal(remark="You sat down with him."))
    once = decide(course, conversation, said).conversation
    assert decide(course, once, said) == Decision(conversation=once)
    later = after(course, text(2, "In the morning."), start=conversation)
    assert decide(course, later, said) == Decision(conversation=later)
    asked = after(course, text(2, "Could you repeat that?"), start=conversation)
    assert decide(course, asked, said) == Decision(conversation=asked)


LAST_BUT_ONE = SentQuestion(text="And what came then?", caller_id="then")


@pytest.mark.parametrize(
    ("condition", "quote", "asked", "because"),
    [
        (ConditionState.MET, "I sat down with him", ABROAD.text, Because.CONDITION_MET),
        (ConditionState.NOT_MET, "alone at home", LAST.text, Because.CONDITION_NOT_MET),
        (ConditionState.NOT_MET, "never abroad", ABROAD.text, None),  # nobody said that: it is asked
        (ConditionState.NOT_MET, "", ABROAD.text, None),
        (ConditionState.UNSURE, "alone at home", ABROAD.text, None),
    ],
)
def test_a_condition_is_decided_by_a_quote_and_else_the_question_is_asked(
    condition: ConditionState, quote: str, asked: str, because: Because | None
) -> None:
    course = a_thinking_course(SHIFT, ABROAD, LAST, max_follow_ups=0)
    conversation, order = answered(course)
    assert order.given["condition"] == "they have worked abroad"
    assert conversation.branches == ()
    after_it = propose(course, conversation, order, condition=condition, condition_quote=quote).conversation
    assert asks(course, after_it) == asked
    branch = next(iter(after(course, text(2), start=after_it).branches))
    assert branch.reason == (Because.UNSURE if because is None else because)
    assert branch.quote == (quote if because else "")


def test_without_an_answer_of_the_model_the_condition_is_decided_by_rule_with_the_next_answer() -> None:
    course = a_thinking_course(SHIFT, ABROAD, LAST, max_follow_ups=0)
    conversation, _ = answered(course)
    assert asks(course, conversation) == ABROAD.text
    (branch,) = after(course, text(2, "In Malta."), start=conversation).branches
    assert (branch.is_asked, branch.reason) == (True, Because.UNSURE)


def test_a_condition_that_is_not_met_may_end_the_conversation() -> None:
    course = a_thinking_course(SHIFT, ABROAD, max_follow_ups=0, is_reviewed=False)
    conversation, order = answered(course)
    decision = propose(course, conversation, order, condition=ConditionState.NOT_MET, condition_quote="alone at home")
    assert decision.conversation.state is AttemptState.SUBMITTED
    assert [type(made) for made in decision.orders[-2:]] == [Finish, Submit]


# --- What was that? ------------------------------------------------------------------------------------------------


def uttered(course: Course, said: str) -> Propose:
    decision = decide(course, BEGUN, Answered(key=KEY, number=1, text=said))
    (order,) = decision.orders
    assert isinstance(order, Propose)
    assert (order.kind, decision.conversation) == (ProposalKind.UTTERANCE, BEGUN)
    return order


@folded(
    ("said", "told", "kept"),
    [
        ("Isn't every shift difficult?", "answer", None),
        ("Isn't every shift difficult?", "refusal", None),
        ("Isn't every shift difficult?", "nonsense", None),
        ("Isn't every shift difficult?", "begin", None),
        ("Isn't every shift difficult?", "question", "clarify"),
        ("Isn't every shift difficult?", "skip", "skip"),
        ("Isn't every shift difficult?", None, "ask"),  # it did not answer: the rule says that somebody asks
        ("What do you mean by difficult?", "answer", None),
        ("What do you mean by difficult?", None, "clarify"),  # and here that it is a question
    ],
)
def test_a_model_says_what_doubtful_words_are_and_where_it_does_not_the_rule_does(
    said: str, told: str | None, kept: str | None
) -> None:
    course = a_thinking_course(SHIFT, LAST)
    proposal = None if told is None else UtteranceProposal(utterance=told)
    decision = decide(course, BEGUN, came_of(uttered(course, said), proposal))
    first = decision.orders[0]
    if kept is None:
        assert isinstance(first, SaveAnswer)
        assert first.answer.text == said
    else:
        assert isinstance(first, SaveWish)
        assert first.wished.wish == kept
    assert sum(order == Acknowledge(key=KEY, number=1) for order in decision.orders) == 1


@pytest.mark.parametrize(
    ("reply", "is_said"),
    [
        ("A shift that was hard for you, in whatever way.", True),
        ("One in which you informed the senior physician.", False),
        ("You will get the job.", False),
    ],
)
def test_a_models_reply_is_said_only_where_nothing_is_wrong_with_it(reply: str, is_said: bool) -> None:
    course = a_thinking_course(SHIFT, LAST)
    proposal = UtteranceProposal(utterance="question", reply=reply)
    decision = decide(course, BEGUN, came_of(uttered(course, "What do you mean by difficult?"), proposal))
    wished = decision.conversation.wishes[-1]
    assert wished.reply is not None
    assert (wished.reply.text == reply) is is_said


@pytest.mark.parametrize("said", [STORY, "We were too few.", "x" * 300 + "?"])
def test_no_model_is_asked_what_plain_answers_are(said: str) -> None:
    decision = decide(a_thinking_course(SHIFT, LAST), BEGUN, Answered(key=KEY, number=1, text=said))
    assert isinstance(decision.orders[0], SaveAnswer)


def test_whoever_says_that_it_is_the_answer_waits_for_no_model() -> None:
    meant = Answered(key=KEY, number=1, text="What do you mean by difficult?", is_meant=True)
    assert isinstance(decide(a_thinking_course(SHIFT, LAST), BEGUN, meant).orders[0], SaveAnswer)


def test_words_that_wait_are_refused_once_another_page_has_answered() -> None:
    course = a_thinking_course(SHIFT, LAST)
    order = uttered(course, "What do you mean by difficult?")
    conversation, _ = answered(course)
    decision = decide(course, conversation, came_of(order, UtteranceProposal(utterance="question")))
    assert decision.conversation == conversation
    assert [type(made).__name__ for made in decision.orders] == ["Refuse"]


# --- Where the candidate asks ----------------------------------------------------------------------------------------

ASKS = SentQuestion(text="What would you like to know?", answered_by=AnsweredBy.CANDIDATE_ASKS)
PASSAGES = (
    Passage(source="Salary", text="£24,500 a year", topic=Topic.SALARY),
    Passage(source="About us", text="There is a car park\nfor staff. We will call you within a week."),
)
BY_RULE = "The pay is listed as £24,500 a year."
WANTS = "What would I earn, where do I leave my car, and how did I do?"
PARTS = RepliesProposal(
    asked=("What would I earn", "where do I leave my car", "how did I do"),
    replies=("You would earn £24,500 a year.", "There is a car park for staff.", "You did £24,500 well."),
    quotes=("£24,500 a year", "a car park for staff", "£24,500 a year"),
)


def asked_us(said: str = WANTS) -> tuple[Course, Propose]:
    course = a_thinking_course(ASKS, LAST, passages=PASSAGES, team="Acme")
    (order,) = decide(course, BEGUN, Answered(key=KEY, number=1, text=said)).orders
    assert isinstance(order, Propose)
    return course, order


def replied(proposal: RepliesProposal | None, said: str = WANTS, *, seconds: float = 0.5) -> tuple[Reply, Decision]:
    course, order = asked_us(said)
    decision = decide(course, BEGUN, came_of(order, proposal, seconds=seconds))
    saved = decision.orders[0]
    assert isinstance(saved, SaveAnswer)
    assert saved.answer.reply is not None
    return saved.answer.reply, decision


def test_each_question_of_a_candidate_is_answered_by_its_passage_and_what_nothing_tells_is_passed_on() -> None:
    _, order = asked_us()
    assert (order.kind, order.given["words"]) == (ProposalKind.REPLIES, WANTS)
    assert "[About us] There is a car park for staff." in order.given["texts"]
    reply, decision = replied(PARTS)
    assert [(part.text, part.source) for part in reply.parts[:2]] == [
        ("You would earn £24,500 a year.", "Salary"),
        ("There is a car park for staff.", "About us"),
    ]
    # How one did is never told, whatever a model says of it.
    assert reply.passed_on == ("how did I do",)
    assert CallPerson(errand=Errand.ANSWER, text="how did I do") in decision.orders


@folded(
    ("text", "quote", "told"),
    [
        ("You would earn £24,500 a year.", "£24,500 a year", "You would earn £24,500 a year."),
        ("You would earn £90,000 a year.", "£24,500 a year", BY_RULE),
        ("We promise you £24,500 a year.", "£24,500 a year", BY_RULE),
        ("Excellent, it is £24,500 a year.", "£24,500 a year", BY_RULE),
    ],
)
def test_a_models_own_words_are_told_only_where_nothing_is_wrong_with_them(text: str, quote: str, told: str) -> None:
    said = "What would I take home?"
    reply, _ = replied(RepliesProposal(asked=(said,), replies=(text,), quotes=(quote,)), said)
    assert (reply.text, reply.passage) == (told, "£24,500 a year")


@folded(
    "proposal",
    [
        None,
        RepliesProposal(asked=("What is the pay",), replies=("You get a car.",), quotes=("a car of your own",)),
        RepliesProposal(asked=("Is there a gym",), replies=("£24,500 a year",), quotes=("£24,500 a year",)),
        RepliesProposal(asked=("What is the pay",), replies=("£24,500 a year",), quotes=("",)),
        RepliesProposal(asked=("What is the pay",), replies=(), quotes=()),
        RepliesProposal(),
    ],
)
def test_where_a_model_answers_what_was_not_asked_or_from_nowhere_the_rule_answers(
    proposal: RepliesProposal | None,
) -> None:
    reply, _ = replied(proposal, "What is the pay?")
    assert (reply.text, reply.passage) == (BY_RULE, "£24,500 a year")


def test_what_comes_too_late_is_not_told() -> None:
    said = "What is the pay?"
    proposal = RepliesProposal(asked=(said,), replies=("It is £24,500 a year.",), quotes=("£24,500 a year",))
    assert replied(proposal, said)[0].text == "It is £24,500 a year."
    assert replied(proposal, said, seconds=60.0)[0].text == BY_RULE


def test_who_asks_about_the_position_in_the_middle_is_answered_and_asked_again() -> None:
    course = a_thinking_course(SHIFT, LAST, passages=PASSAGES, team="Acme")
    said = "And where could I leave my car?"
    order = decide(course, BEGUN, came_of(uttered(course, said), UtteranceProposal(utterance="ask"))).orders[0]
    assert isinstance(order, Propose)
    proposal = RepliesProposal(asked=(said,), replies=("There is a car park for staff.",), quotes=("a car park",))
    decision = decide(course, BEGUN, came_of(order, proposal))
    (wished,) = decision.conversation.wishes
    assert wished.reply is not None
    assert (wished.wish, wished.reply.text) == ("ask", "There is a car park for staff.")
    assert asks(course, decision.conversation) == SHIFT.text
    # Killed in between, the same words are asked about anew.
    again = decide(course, BEGUN, Answered(key=KEY, number=1, text=said)).orders
    assert [type(one) for one in again] == [Propose]


def test_who_asks_nothing_waits_for_no_model() -> None:
    course = a_thinking_course(ASKS, LAST, passages=PASSAGES)
    decision = decide(course, BEGUN, Answered(key=KEY, number=1, text="No, thank you."))
    assert isinstance(decision.orders[0], SaveAnswer)
