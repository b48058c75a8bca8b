"""What a page and we say to each other, in JSON: understood strictly, worded here and nowhere else."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vivavoce.attempts.answer import Answer
from vivavoce.attempts.states import State
from vivavoce.errors import Invalid, NotUnderstood
from vivavoce.live.conductor import (
    LONGEST_ANSWER,
    Acknowledge,
    Answered,
    Arrived,
    HandedIn,
    Happening,
    Reason,
    Refuse,
    Turn,
)
from vivavoce.live.loop import Reply, Scene

LONGEST_MESSAGE = 256 * 1024  # bytes: the longest answer, every character escaped, and its frame

REASONS = {
    Reason.ALREADY_ANSWERED: "This question was answered in another window. Its answer is safe; here is the next one.",
    Reason.NOT_ASKED: "That question has not been asked yet. Here is the one that waits.",
    Reason.EMPTY: "Please write something, or skip the question.",
    Reason.TOO_LONG: f"This answer is too long: at most {LONGEST_ANSWER:,} characters are kept. Please shorten it.",
    Reason.NO_SUCH_CHOICE: "Please choose one of the answers shown.",
    Reason.NOT_A_CHOICE: "Please answer this question in your own words.",
    Reason.OVER: "This interview is over. Everything that you sent is saved.",
    Reason.NOT_FINISHED: "There are still questions to come.",
}
PHASES = {State.BEGUN: "asking", State.FINISHED: "finished", State.SUBMITTED: "submitted"}
DEFAULT_WELCOME = "Good to meet you. I will ask one question at a time. Take the time you need."
DEFAULT_THANKS = "Thank you for your time."


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Arrive(_Message):
    kind: Literal["arrive"]


class _Answer(_Message):
    kind: Literal["answer"]
    key: UUID
    number: Annotated[int, Field(strict=True, ge=1, le=10_000)]
    text: Annotated[str | None, Field(strict=True)] = None
    choice: Annotated[int | None, Field(strict=True)] = None
    skip: Annotated[bool, Field(strict=True)] = False


class _Submit(_Message):
    kind: Literal["submit"]
    key: UUID


_MESSAGE: TypeAdapter[_Arrive | _Answer | _Submit] = TypeAdapter(
    Annotated[_Arrive | _Answer | _Submit, Field(discriminator="kind")]
)


def read_message(raw: str | bytes) -> Happening:
    """What a page says. Raises NotUnderstood and Invalid; their texts are for whoever builds a page."""
    if len(raw) > LONGEST_MESSAGE:
        raise Invalid(f"A message has at most {LONGEST_MESSAGE:,} bytes.")
    try:
        message = _MESSAGE.validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise NotUnderstood("This is not JSON.") from None
        raise Invalid(first["msg"] + ".", name=str(first["loc"][-1]) if first["loc"] else "kind") from None
    match message:
        case _Arrive():
            return Arrived()
        case _Submit(key=key):
            return HandedIn(key=key)
        case _Answer():
            return _to_answered(message)


def _to_answered(message: _Answer) -> Answered:
    given = [message.text is not None, message.choice is not None, message.skip]
    if sum(given) != 1:
        raise Invalid("An answer has exactly one of text, choice and skip.", name="text")
    # NUL can't be kept by the database, and no keyboard writes it.
    text = None if message.text is None else message.text.replace("\0", "")
    return Answered(key=message.key, number=message.number, text=text, choice=message.choice)


def to_messages(reply: Reply) -> list[dict[str, Any]]:
    """What the page is told: first what became of its message, then the scene."""
    return [_told(one) for one in reply.told] + [_scene(reply.scene)]


def to_refusal(error: str, *, key: UUID | None = None, name: str | None = None) -> dict[str, Any]:
    """Something was not taken: what is wrong, and what to do."""
    return {"kind": "refused", "key": key and str(key), "error": error, "name": name}


def write(message: dict[str, Any]) -> str:
    """The message as it goes over the line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _told(one: Acknowledge | Refuse) -> dict[str, Any]:
    match one:
        case Acknowledge(key=key, number=number):
            return {"kind": "receipt", "key": str(key), "number": number}
        case Refuse(key=key, reason=reason):
            return to_refusal(REASONS[reason], key=key, name=reason.value)


def _scene(scene: Scene) -> dict[str, Any]:
    settings = scene.definition.settings
    state = scene.conversation.state
    return {
        "kind": "scene",
        "phase": PHASES.get(state, "submitted"),
        "number": scene.turn.number if scene.turn else len(scene.conversation.answers),
        "of": scene.turns_at_most,
        "lang": scene.definition.language,
        "welcome": settings.welcome or DEFAULT_WELCOME,
        "thanks": None if state is State.BEGUN else settings.thanks or DEFAULT_THANKS,
        "minutes_left": None,
        "question": scene.turn and _question(scene.turn),
        "past": [_past(answer) for answer in scene.conversation.answers],
    }


def _question(turn: Turn) -> dict[str, Any]:
    question = turn.step.question
    return {
        "number": turn.number,
        "text": turn.asked,
        "lang": turn.language,
        "kind": question.answered_by.value,
        "choices": list(turn.choices) or None,
        "is_scored": question.is_scored,
        "is_follow_up": False,
        "seconds": question.seconds if question.seconds is not None and question.seconds > 0 else None,
    }


def _past(answer: Answer) -> dict[str, Any]:
    return {
        "number": answer.number,
        "asked": answer.asked,
        "lang": answer.language,
        "answer": answer.text,
        "is_skipped": answer.is_skipped,
    }
