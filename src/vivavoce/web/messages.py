"""What a page and we say to each other, in JSON: understood strictly, worded here and nowhere else."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vivavoce.attempts.answer import Answer, Reply
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.states import State
from vivavoce.errors import Invalid, NotUnderstood
from vivavoce.live.course import Turn
from vivavoce.live.happenings import (
    LONGEST_ANSWER,
    LONGEST_REMARK,
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    HandedIn,
    Happening,
    LineBroke,
    Reason,
    Refuse,
)
from vivavoce.live.heard import Wish
from vivavoce.live.lines import Said
from vivavoce.live.loop import Scene, Told
from vivavoce.live.speech import heard_by_word, say_instruction, say_now, say_thanks, to_confirm
from vivavoce.live.turns import awaits_beginning, count_questions, find_place, is_last

LONGEST_MESSAGE = 256 * 1024  # bytes: the longest answer, every character escaped, and its frame
FEW_MINUTES = 5  # that are left: worth a word, though nobody asked for a limit
LONGEST_FAULT_SECONDS = 7 * 24 * 3600.0

REASONS = {
    Reason.ALREADY_ANSWERED: "This question was answered in another window. Its answer is safe; here is the next one.",
    Reason.NOT_ASKED: "That question has not been asked yet. Here is the one that waits.",
    Reason.EMPTY: "Please write something, or skip the question.",
    Reason.TOO_LONG: f"This answer is too long: at most {LONGEST_ANSWER:,} characters are kept. Please shorten it.",
    Reason.NO_SUCH_CHOICE: "Please choose one of the answers shown.",
    Reason.NOT_A_CHOICE: "Please answer this question in your own words.",
    Reason.OVER: "This interview is over. Everything that you sent is saved.",
    Reason.NOT_FINISHED: "There are still questions to come.",
    Reason.NOT_NOW: "That can’t be done just now. Please answer the question, or end the interview.",
}
PHASES = {State.BEGUN: "asking", State.FINISHED: "finished"}


_Number = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Arrive(_Message):
    kind: Literal["arrive"]


class _Answer(_Message):
    kind: Literal["answer"]
    key: UUID
    number: _Number
    text: Annotated[str | None, Field(strict=True)] = None
    choice: Annotated[int | None, Field(strict=True)] = None
    skip: Annotated[bool, Field(strict=True)] = False
    as_answer: Annotated[bool, Field(strict=True)] = False


class _Wish(_Message):
    kind: Literal["wish"]
    key: UUID
    number: _Number
    wish: Wish
    note: Annotated[str, Field(strict=True, max_length=LONGEST_REMARK)] = ""


class _Draft(_Message):
    kind: Literal["draft"]
    number: _Number
    text: Annotated[str, Field(strict=True, max_length=LONGEST_ANSWER)]


class _Fault(_Message):
    kind: Literal["fault"]
    key: UUID
    fault: Literal["line_lost"]
    seconds: Annotated[float, Field(ge=0, le=LONGEST_FAULT_SECONDS, allow_inf_nan=False)]


class _Submit(_Message):
    kind: Literal["submit"]
    key: UUID


_AnyMessage = _Arrive | _Answer | _Wish | _Draft | _Fault | _Submit
_MESSAGE: TypeAdapter[_AnyMessage] = TypeAdapter(Annotated[_AnyMessage, Field(discriminator="kind")])


def read_message(raw: str | bytes) -> Happening | TextDraft:
    """What a page says: something that happens, or what is being typed.

    Raises NotUnderstood and Invalid; their texts are for whoever builds a page.
    """
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
        case _Wish(key=key, number=number, wish=wish, note=note):
            return Asked(key=key, number=number, wish=wish, remark=_printable(note).strip())
        case _Draft(number=number, text=text):
            return TextDraft(number=number, text=_printable(text))
        case _Fault(key=key, seconds=seconds):
            return LineBroke(key=key, seconds=seconds)


def key_of(raw: str | bytes) -> UUID | None:
    """The key of a message that was refused, so that the page knows which; None where it has none."""
    try:
        return UUID(json.loads(raw)["key"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _to_answered(message: _Answer) -> Answered:
    given = [message.text is not None, message.choice is not None, message.skip]
    if sum(given) != 1:
        raise Invalid("An answer has exactly one of text, choice and skip.", name="text")
    text = None if message.text is None else _printable(message.text)
    return Answered(
        key=message.key, number=message.number, text=text, choice=message.choice, is_meant=message.as_answer
    )


def _printable(text: str) -> str:
    """NUL can't be kept by the database, and no keyboard writes it."""
    return text.replace("\0", "")


def to_messages(reply: Told) -> list[dict[str, Any]]:
    """What the page is told: first what became of its message, then the scene."""
    return [_told(one) for one in reply.told] + [_scene(reply.scene)]


def to_kept(draft: TextDraft) -> dict[str, Any]:
    """What is being typed is kept for another device."""
    return {"kind": "kept", "number": draft.number}


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
    course, conversation, turn = scene.course, scene.conversation, scene.turn
    is_waiting = awaits_beginning(course, conversation)
    confirm, heard = to_confirm(conversation), heard_by_word(conversation)
    is_asking = turn is not None and not is_waiting
    return {
        "kind": "scene",
        "phase": "instruction" if is_waiting else PHASES.get(conversation.state, "submitted"),
        "number": conversation.number if turn else len(conversation.answers),
        "place": find_place(conversation, turn),
        "of": count_questions(course, conversation),
        "lang": scene.definition.language,
        "said": [_words(said) for said in say_now(course, conversation, turn)],
        "found": _found(conversation.answers[-1].reply if conversation.answers and is_asking else None),
        "thanks": _words(say_thanks(course, conversation)),
        "instruction": _words(say_instruction(course, conversation)),
        "confirm": confirm and confirm.value if is_asking else None,
        "heard": heard and heard.value if is_asking else None,
        "minutes_left": _minutes_left(scene) if is_asking else None,
        "is_last": is_asking and is_last(course, conversation),
        "draft": scene.draft and {"number": scene.draft.number, "text": scene.draft.text},
        "ending": conversation.ending and conversation.ending.value,
        "kind_of": scene.definition.kind.value,
        "attempts_left": scene.attempts_left,
        "question": _question(turn) if turn is not None and not is_waiting else None,
        "past": [_past(answer) for answer in conversation.answers],
    }


def _words(said: Said | None) -> dict[str, Any] | None:
    return None if said is None else {"text": said.text, "lang": said.language}


def _found(reply: Reply | None) -> dict[str, Any] | None:
    """The passage that answers what the candidate has just asked."""
    if reply is None or reply.passage is None:
        return None
    return {"source": reply.source, "text": reply.passage, "lang": reply.language}


def _minutes_left(scene: Scene) -> float | None:
    """Until no question is asked any more; None where nobody set a length and there is enough."""
    spent = scene.conversation.spent_seconds + scene.conversation.open_seconds
    left = round(max(0.0, scene.course.max_seconds - spent) / 60, 2)
    return left if left < FEW_MINUTES or scene.definition.settings.max_seconds is not None else None


def _question(turn: Turn) -> dict[str, Any]:
    question = turn.step.question
    return {
        "number": turn.number,
        "text": turn.asked,
        "lang": turn.language,
        "kind": question.answered_by.value,
        "choices": list(turn.choices) or None,
        "is_scored": question.is_scored,
        "is_follow_up": turn.follow_up is not None,
        "seconds": question.seconds if question.seconds is not None and question.seconds > 0 else None,
    }


def _past(answer: Answer) -> dict[str, Any]:
    return {
        "number": answer.number,
        "asked": answer.asked,
        "lang": answer.language,
        "answer": answer.text,
        "is_skipped": answer.is_skipped,
        "is_follow_up": answer.follow_up is not None,
        "reply": answer.reply and _reply(answer.reply),
    }


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "lang": reply.language,
        "source": reply.source,
        "passage": reply.passage,
        "is_passed_on": reply.is_passed_on,
    }
