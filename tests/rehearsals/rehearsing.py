"""Holds one rehearsed conversation, and writes down what is heard: see test_rehearsals.py."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.conductor import Decision, decide
from vivavoce.conversation.course import Conversation, Course, Proposing, Turn
from vivavoce.conversation.happenings import (
    Answered,
    Asked,
    CallPerson,
    HandedIn,
    Happening,
    NextProposal,
    Order,
    Propose,
    Proposed,
    RepliesProposal,
    UtteranceProposal,
)
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.plan import to_course
from vivavoce.conversation.turns import next_turn
from vivavoce.conversation.wording import say_instruction, say_now, say_thanks, show_now
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, lay_steps

# After these the question is not asked anew: it is on the page all the time.
LEFT_STANDING = (Wish.THINK, Wish.SKIP, Wish.END, Wish.TROUBLE, Wish.PERSON)
BUTTON = re.compile(r"\((\w+)(?: (\d+))?(?: seconds)?\)")

Ask = Callable[[Propose], UtteranceProposal | NextProposal | RepliesProposal | None]


def rehearse(scenario: dict[str, Any], *, ask: Ask | None = None) -> Iterator[str]:
    """The transcript, line by line. ask: a language model; None: there is none."""
    yield f"# {scenario['about']}"
    course = _course(scenario)
    if ask is not None:
        course = replace(course, proposing=Proposing())
    conversation = Conversation(state=AttemptState.BEGUN)
    for said in [*scenario["said"], *["(skip)"] * 50]:
        turn = next_turn(course, conversation)
        yield from _listen(course, conversation, turn)
        if turn is None:
            break
        yield from ("", f"  {said}")
        happening = _to_happening(said, turn, conversation)
        if happening is None:
            conversation = replace(conversation, open_seconds=conversation.open_seconds + int(_button(said)[1] or 0))
            continue
        decision = decide(course, conversation, happening)
        orders = list(decision.orders)
        while ask is not None and (proposed := _propose(decision, ask)) is not None:
            decision = decide(course, decision.conversation, proposed)
            orders += decision.orders
        conversation = decision.conversation
        yield from _tell(orders, conversation)
    assert conversation.state is not AttemptState.BEGUN, "the conversation came to no end"
    thanks = say_thanks(course, conversation)
    assert thanks is not None
    yield f"INTERVIEWER {thanks.text}"
    yield f"[{conversation.ending}]"
    assert decide(course, conversation, HandedIn(key=uuid4())).conversation.state is AttemptState.SUBMITTED


def _propose(decision: Decision, ask: Ask) -> Proposed | None:
    order = decision.orders[-1] if decision.orders else None
    if not isinstance(order, Propose):
        return None
    return Proposed(kind=order.kind, number=order.number, seconds=0.5, answered=order.answered, proposal=ask(order))


def _tell(orders: list[Order], conversation: Conversation) -> Iterator[str]:
    """What the people who hire hear of it, and what becomes of conditional questions."""
    for order in orders:
        if isinstance(order, CallPerson):
            yield f"      → a task for the people who hire: {order.errand} {order.text!r}"
    for branch in conversation.branches[-1:]:
        if any(getattr(order, "branch", None) == branch for order in orders):
            because = f"{branch.reason}, by “{branch.quote}”" if branch.quote else branch.reason
            yield f"      → a conditional question {'is' if branch.is_asked else 'is not'} asked: {because}"


def _listen(course: Course, conversation: Conversation, turn: Turn | None) -> Iterator[str]:
    yield ""
    instruction = say_instruction(course, conversation)
    if instruction is not None:
        yield f"INTERVIEWER {instruction.text}"
        return
    for said in say_now(course, conversation, turn):
        yield f"INTERVIEWER {said.text}"
    if (shown := show_now(course, conversation, turn)) is not None:
        yield f"      (shown) {shown.text}"
    last = conversation.answers[-1].reply if conversation.answers else None
    if last is not None and last.passage is not None and turn is not None and not conversation.wishes_now:
        yield f"      “{last.passage}” ({last.source})"
    if turn is not None and conversation.wishes_now and Wish(conversation.wishes_now[-1].wish) in LEFT_STANDING:
        yield "      (the question stays where it is)"
    elif turn is not None:
        yield f"INTERVIEWER {'(follow-up) ' if turn.follow_up else ''}{turn.asked}"
        for index, choice in enumerate(turn.choices):
            yield f"      {index}. {choice}"


def _button(said: str) -> tuple[str, str | None]:
    found = BUTTON.fullmatch(said)
    return (found[1], found[2]) if found else ("", None)


def _to_happening(said: str, turn: Turn, conversation: Conversation) -> Happening | None:
    """None where only time goes by."""
    name, number = _button(said)
    match name:
        case "":
            return Answered(key=uuid4(), number=turn.number, text=said)
        case "skip":
            return Answered(key=uuid4(), number=turn.number)
        case "choose":
            return Answered(key=uuid4(), number=turn.number, choice=int(number or 0))
        case "wait":
            return None
        case _:
            return Asked(key=uuid4(), number=conversation.number, wish=Wish(name))


def _course(scenario: dict[str, Any]) -> Course:
    numbers = count(1)
    questions = [_question(fields) for fields in scenario["questions"]]
    draft = Draft(
        name=scenario["role"],
        location=scenario.get("location"),
        description=scenario.get("description"),
        kind=Kind.INTERVIEW,
        status=Status.ACTIVE,
        visibility=Visibility.UNLISTED,
        language=scenario.get("language", "en"),
        speech_locale="en-US",
        template_id=UUID(int=0),
        settings=InterviewSettings(**scenario.get("settings", {})),
        steps=lay_steps(questions, keeps_duplicates=True, new_id=lambda: UUID(int=next(numbers))),
    )
    return to_course(draft, seed=1, merchant_name="Acme", merchant_about=scenario.get("merchant", ""))


def _question(fields: dict[str, Any]) -> SentQuestion:
    answered_by = AnsweredBy(fields.pop("answered_by", "open"))
    alternatives = tuple(fields.pop("alternatives", ()))
    return SentQuestion(answered_by=answered_by, alternatives=alternatives, **fields)
