"""Whole conversations, one file a person: what was said, line by line, kept beside as a transcript to be read.

    REHEARSE=write python -m pytest tests/rehearsals      writes the transcripts anew: read them before you commit

A scenario names the interview and what the person says in turn: a text, or `(skip)`, `(choose 1)`, `(repeat)` and the
other wishes by button, `(70 seconds)` for time that goes by. Nothing but the conductor takes part.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from tests.folding import folded
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.conductor import decide
from vivavoce.conversation.course import Conversation, Course, Turn
from vivavoce.conversation.happenings import Answered, Asked, CallPerson, HandedIn, Happening
from vivavoce.conversation.intents import Wish
from vivavoce.conversation.plan import to_course
from vivavoce.conversation.turns import next_turn
from vivavoce.conversation.wording import say_instruction, say_now, say_thanks
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.steps import AnsweredBy, SentQuestion, lay_steps

HERE = Path(__file__).parent
SCENARIOS = sorted(HERE.glob("*.toml"))
# After these the question is not asked anew: it is on the page all the time.
LEFT_STANDING = (Wish.THINK, Wish.SKIP, Wish.END, Wish.TROUBLE, Wish.PERSON)
BUTTON = re.compile(r"\((\w+)(?: (\d+))?(?: seconds)?\)")


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_the_conversation_goes_as_it_was_read_and_approved(file: Path) -> None:
    scenario = tomllib.loads(file.read_text(encoding="utf-8"))
    transcript = "\n".join(_rehearse(scenario)) + "\n"
    golden = HERE / "golden" / f"{file.stem}.txt"
    if os.environ.get("REHEARSE") == "write":
        golden.write_text(transcript, encoding="utf-8")
    assert transcript == golden.read_text(encoding="utf-8")


@folded("file", SCENARIOS, ids=[file.stem for file in SCENARIOS])
def test_nobody_is_asked_the_same_words_twice_in_a_row(file: Path) -> None:
    lines = (HERE / "golden" / f"{file.stem}.txt").read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if line.startswith("INTERVIEWER")]
    heard = [line for line in lines if line.startswith("  (")]
    repeats = [first for first, second in pairwise(said) if first == second]
    assert len(repeats) <= sum("(repeat)" in line or "(think)" in line for line in heard)


def test_every_kind_of_person_is_rehearsed() -> None:
    stems = {file.stem for file in SCENARIOS}
    assert stems >= {"strong", "rambling", "silent", "off_topic", "hostile", "second_language"}


def _rehearse(scenario: dict[str, Any]) -> Iterator[str]:
    yield f"# {scenario['about']}"
    course = _course(scenario)
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
        conversation = decision.conversation
        for order in decision.orders:
            if isinstance(order, CallPerson):
                yield f"      → a task for the people who hire: {order.errand} {order.text!r}"
        for branch in decision.conversation.branches[-1:]:
            if any(getattr(order, "branch", None) == branch for order in decision.orders):
                yield f"      → a conditional question {'is' if branch.is_asked else 'is not'} asked: {branch.reason}"
    assert conversation.state is not AttemptState.BEGUN, "the conversation came to no end"
    thanks = say_thanks(course, conversation)
    assert thanks is not None
    yield f"INTERVIEWER {thanks.text}"
    yield f"[{conversation.ending}]"
    assert decide(course, conversation, HandedIn(key=uuid4())).conversation.state is AttemptState.SUBMITTED


def _listen(course: Course, conversation: Conversation, turn: Turn | None) -> Iterator[str]:
    yield ""
    instruction = say_instruction(course, conversation)
    if instruction is not None:
        yield f"INTERVIEWER {instruction.text}"
        return
    for said in say_now(course, conversation, turn):
        yield f"INTERVIEWER {said.text}"
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
