"""What a page and we say to each other, in JSON: understood strictly, worded here and nowhere else."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from vivavoce.attempts.answer import Answer, PlayedLine, Playout, Reply
from vivavoce.attempts.integrity import ObservationKind
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.observations import ToldObservation
from vivavoce.attempts.states import AttemptState
from vivavoce.conversation.asking_us import begins_as_question, split_spoken, was_question
from vivavoce.conversation.course import Conversation, Turn
from vivavoce.conversation.happenings import (
    LONGEST_ANSWER,
    LONGEST_REMARK,
    Acknowledge,
    Answered,
    Arrived,
    Asked,
    Corrected,
    HandedIn,
    Happening,
    LineBroke,
    Listened,
    NotTaken,
    Refuse,
    Trouble,
    WentWrong,
)
from vivavoce.conversation.intents import Wish, find_asked_beside, is_question
from vivavoce.conversation.lines import Said
from vivavoce.conversation.loop import PageNews, Scene
from vivavoce.conversation.turns import (
    awaits_beginning,
    can_be_question,
    can_open_again,
    count_questions,
    find_choices,
    find_place,
    is_last,
)
from vivavoce.conversation.waiting_acts import LONGEST_LEAD
from vivavoce.conversation.wording import (
    asked_now,
    heard_by_word,
    reply_now,
    say_instruction,
    say_now,
    say_thanks,
    show_now,
    take_up,
    to_confirm,
)
from vivavoce.errors import Invalid, NotUnderstood
from vivavoce.interviews.steps import AnsweredBy
from vivavoce.sound.frames import LEAST_FRAME, MILLISECOND, MOST_FRAME
from vivavoce.sound.sound_file import PageStart
from vivavoce.web.candidate.poster import name_source

LONGEST_MESSAGE = 256 * 1024  # bytes: the longest answer, every character escaped, and its frame
LAST_QUARTER = 1 / 4  # of the planned time: from here on what is left is worth a word, and before it only presses
LONGEST_FAULT_SECONDS = 7 * 24 * 3600.0
LONGEST_PLAYED_SECONDS = 3_600.0
LONGEST_SOUND_SECONDS = 4 * 3_600.0  # as sound/frames.py takes
MOST_LINES = 64  # stretches of lines in one message
MOST_FRAMES = 10_000_000
MOST_PASTED = 10_000_000  # characters
LONGEST_CAMERA_NAME = 200

REASONS = {
    NotTaken.ALREADY_ANSWERED: (
        "You answered this question in another window. That answer is safe. Here’s the next question."
    ),
    NotTaken.NOT_ASKED: "That question hasn’t been asked yet. Here’s the one waiting for you.",
    NotTaken.EMPTY: "Please write something, or skip the question.",
    NotTaken.TOO_LONG: f"This answer is too long. The limit is {LONGEST_ANSWER:,} characters. Please shorten it.",
    NotTaken.NO_SUCH_CHOICE: "Please choose one of the answers shown.",
    NotTaken.NOT_A_CHOICE: "Please answer this question in your own words.",
    NotTaken.OVER: "This interview is over. The answers you’ve given are saved.",
    NotTaken.NOT_FINISHED: "There are still questions to come.",
    NotTaken.FIXED: "This answer can’t be changed any more.",
    NotTaken.NOT_NOW: "You can’t do that right now. Please answer the question, or end the interview.",
}
PHASES = {AttemptState.BEGUN: "asking", AttemptState.FINISHED: "finished", AttemptState.FAILED: "set_aside"}


_Number = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Arrive(_Message):
    kind: Literal["arrive"]


class _AnswerMessage(_Message):
    kind: Literal["answer"]
    key: UUID
    number: _Number
    text: Annotated[str | None, Field(strict=True)] = None
    choice: Annotated[int | None, Field(strict=True)] = None
    skip: Annotated[bool, Field(strict=True)] = False
    as_answer: Annotated[bool, Field(strict=True)] = False


class _CorrectMessage(_Message):
    kind: Literal["correct"]
    key: UUID
    number: _Number
    text: Annotated[str | None, Field(strict=True)] = None
    choice: Annotated[int | None, Field(strict=True)] = None
    as_question: Annotated[bool, Field(strict=True)] = False


class _WishMessage(_Message):
    kind: Literal["wish"]
    key: UUID
    number: _Number
    wish: Wish
    note: Annotated[str, Field(strict=True, max_length=LONGEST_REMARK)] = ""


class _DraftMessage(_Message):
    kind: Literal["draft"]
    number: _Number
    text: Annotated[str, Field(strict=True, max_length=LONGEST_ANSWER)]


class _FaultMessage(_Message):
    kind: Literal["fault"]
    key: UUID
    fault: Literal["line_lost"]
    seconds: Annotated[float, Field(ge=0, le=LONGEST_FAULT_SECONDS, allow_inf_nan=False)]


class _NoticedMessage(_Message):
    kind: Literal["noticed"]
    key: UUID
    what: Literal["hidden", "pasted", "virtual_camera", "faces_watched", "no_face", "several_faces"]
    number: _Number
    seconds: Annotated[float, Field(ge=0, le=LONGEST_FAULT_SECONDS, allow_inf_nan=False)] = 0.0
    characters: Annotated[int, Field(strict=True, ge=0, le=MOST_PASTED)] = 0
    camera: Annotated[str, Field(strict=True, max_length=LONGEST_CAMERA_NAME)] = ""
    ago: Annotated[float, Field(ge=0, le=LONGEST_FAULT_SECONDS, allow_inf_nan=False)] = 0.0


class _SubmitMessage(_Message):
    kind: Literal["submit"]
    key: UUID


_Frame = Annotated[int | None, Field(strict=True, ge=0, le=MOST_FRAMES)]


class _OpenSound(_Message):
    kind: Literal["open_sound"]
    locale: Annotated[str | None, Field(strict=True, pattern=r"^[a-z]{2,3}-[A-Z]{2}$")] = None
    next: _Frame = None
    frame_bytes: Annotated[int | None, Field(strict=True, ge=LEAST_FRAME, le=MOST_FRAME, multiple_of=MILLISECOND)] = (
        None
    )
    kept: _Frame = None
    number: _Number | None = None


class _CloseSound(_Message):
    kind: Literal["close_sound"]


_Seconds = Annotated[float, Field(ge=0, le=LONGEST_PLAYED_SECONDS, allow_inf_nan=False)]


_SoundMoment = Annotated[float, Field(ge=0, le=LONGEST_SOUND_SECONDS, allow_inf_nan=False)] | None


class _PlayedLineMessage(_Message):
    line: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    begin: _Seconds
    seconds: _Seconds
    at: _SoundMoment
    until: _SoundMoment
    is_recorded: Annotated[bool, Field(strict=True)]


class _PlayedMessage(_Message):
    kind: Literal["played"]
    key: UUID
    number: _Number
    seconds: _Seconds
    of_seconds: _Seconds
    is_interrupted: Annotated[bool, Field(strict=True)] = False
    how: Literal["sound", "browser", "text"]
    frame: _Frame = None
    lines: Annotated[list[_PlayedLineMessage], Field(max_length=MOST_LINES)] = []


class _Done(_Message):
    kind: Literal["done"]
    number: _Number
    frame: _Frame = None


class _SoundLost(_Message):
    kind: Literal["sound_lost"]
    key: UUID
    seconds: Annotated[float, Field(ge=0, le=LONGEST_FAULT_SECONDS, allow_inf_nan=False)]


_AnyMessage = (
    _Arrive
    | _AnswerMessage
    | _CorrectMessage
    | _WishMessage
    | _DraftMessage
    | _FaultMessage
    | _NoticedMessage
    | _SubmitMessage
    | _OpenSound
    | _CloseSound
    | _PlayedMessage
    | _Done
    | _SoundLost
)
_MESSAGE: TypeAdapter[_AnyMessage] = TypeAdapter(Annotated[_AnyMessage, Field(discriminator="kind")])


class _Keyed(_Message):
    key: UUID


_KEYED: TypeAdapter[_Keyed] = TypeAdapter(_Keyed)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSound:
    """The candidate will speak. locale: the accent that they chose.

    start: which frames have a receipt, by whatever server, and which it still has; None: the page does not know.
    """

    locale: str | None
    start: PageStart | None = None


@dataclass(frozen=True, slots=True)
class CloseSound:
    """The candidate will type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedOut:
    """The interviewer has been heard to the end, or as far as it went. frame: the first one after it."""

    listened: Listened
    frame: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The button "I'm done". frame: the first one after it."""

    number: int
    frame: int | None


FromPage = Happening | TextDraft | ToldObservation | OpenSound | CloseSound | PlayedOut | Done


def read_message(raw: str | bytes) -> FromPage:
    """What a page says: something that happens, what is being typed, or what the microphone is to do.

    Raises NotUnderstood and Invalid; their texts are for whoever builds a page.
    """
    if len(raw) > LONGEST_MESSAGE:
        raise Invalid(f"This is too long to save. Please shorten it. (The limit is {LONGEST_MESSAGE:,} bytes.)")
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
        case _SubmitMessage(key=key):
            return HandedIn(key=key)
        case _AnswerMessage():
            return _to_answered(message)
        case _CorrectMessage(key=key, number=number, text=text, choice=choice, as_question=is_question):
            if (text is None) == (choice is None):
                raise Invalid("Send the text or the choice, one of them.", name="text")
            if is_question and text is None:
                raise Invalid("Send the question’s text, and no choice.", name="text")
            said = None if text is None else _printable(text)
            return Corrected(key=key, number=number, text=said, choice=choice, is_question=is_question)
        case _WishMessage(key=key, number=number, wish=wish, note=note):
            return Asked(key=key, number=number, wish=wish, remark=_printable(note).strip())
        case _DraftMessage(number=number, text=text):
            return TextDraft(number=number, text=_printable(text))
        case _FaultMessage(key=key, seconds=seconds):
            return LineBroke(key=key, seconds=seconds)
        case _NoticedMessage():
            return ToldObservation(
                key=message.key,
                kind=ObservationKind(message.what),
                number=message.number,
                seconds=message.seconds,
                amount=message.characters,
                label=_printable(message.camera),
                ago=message.ago,
            )
        case _SoundLost(key=key, seconds=seconds):
            return WentWrong(key=key, trouble=Trouble.SOUND_LOST, seconds=seconds, is_told_by_page=True)
        case _OpenSound(locale=locale, next=following, frame_bytes=frame_bytes, kept=kept, number=number):
            if following is None or frame_bytes is None:
                return OpenSound(locale=locale)
            start = PageStart(
                frame=following,
                frame_bytes=frame_bytes,
                kept=None if kept is None else min(kept, following),
                number=number,
            )
            return OpenSound(locale=locale, start=start)
        case _CloseSound():
            return CloseSound()
        case _Done(number=number, frame=frame):
            return Done(number=number, frame=frame)
        case _PlayedMessage():
            played = Playout(
                key=message.key,
                number=message.number,
                seconds=message.seconds,
                of_seconds=message.of_seconds,
                is_interrupted=message.is_interrupted,
                how=message.how,
                lines=tuple(_to_line(line) for line in message.lines),
            )
            return PlayedOut(listened=Listened(played), frame=message.frame)


def key_of(raw: str | bytes) -> UUID | None:
    """The key of a message that was refused, so that the page knows which; None where it has none."""
    try:
        return _KEYED.validate_json(raw).key
    except ValidationError:
        return None


def _to_line(line: _PlayedLineMessage) -> PlayedLine:
    return PlayedLine(
        file=line.line,
        begin=line.begin,
        seconds=line.seconds,
        at=line.at,
        until=line.until,
        is_recorded=line.is_recorded,
    )


def _to_answered(message: _AnswerMessage) -> Answered:
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


# Where the sound of these words is, or will be when it is asked for; None where there is none.
Voiced = Callable[[Said], str | None]


def without_voice(said: Said) -> str | None:
    """No sound."""
    return None


def to_messages(reply: PageNews, *, voiced: Voiced = without_voice) -> list[dict[str, Any]]:
    """What the page is told: first what became of its message, then the scene."""
    return [*to_receipts(reply), _scene(reply.scene, voiced)]


def to_receipts(reply: PageNews) -> list[dict[str, Any]]:
    """What became of the page's message, alone: for what changes nothing that is shown."""
    return [_told(told) for told in reply.told]


def to_kept(draft: TextDraft) -> dict[str, Any]:
    """What is being typed is kept for another device."""
    return {"kind": "kept", "number": draft.number}


def to_noted(noticed: ToldObservation) -> dict[str, Any]:
    """The page may forget what it noticed, whether it is kept or not."""
    return {"kind": "receipt", "key": str(noticed.key), "number": noticed.number}


def to_refusal(error: str, *, key: UUID | None = None, name: str | None = None) -> dict[str, Any]:
    """Something was not taken: what is wrong, and what to do."""
    return {"kind": "refused", "key": key and str(key), "error": error, "name": name}


def to_elsewhere() -> dict[str, Any]:
    """The conversation is open in more windows than one server keeps a line to: this one gives way to newer ones."""
    return {"kind": "elsewhere"}


def write(message: dict[str, Any]) -> str:
    """The message as it goes over the line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _told(told: Acknowledge | Refuse) -> dict[str, Any]:
    match told:
        case Acknowledge(key=key, number=number):
            return {"kind": "receipt", "key": str(key), "number": number}
        case Refuse(key=key, reason=reason):
            return to_refusal(REASONS[reason], key=key, name=reason.value)


def _scene(scene: Scene, voiced: Voiced) -> dict[str, Any]:
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
        "said": [to_words(said, voiced) for said in say_now(course, conversation, turn)],
        "shown": _words(show_now(course, conversation, turn), without_voice),
        "asked": _words(asked_now(conversation, turn), without_voice) if turn is not None and is_asking else None,
        "found": _found(reply_now(conversation) if is_asking else None, voiced),
        "thanks": _words(say_thanks(course, conversation), voiced),
        "instruction": _words(say_instruction(course, conversation), voiced),
        "confirm": confirm and confirm.value if is_asking else None,
        "heard": heard and heard.value if is_asking else None,
        "wished": is_asking and bool(conversation.wishes_now),
        "misread": is_asking and _is_misread(conversation, course.language),
        "minutes_left": _minutes_left(scene) if is_asking else None,
        "is_last": is_asking and count_questions(course, conversation) > 1 and is_last(course, conversation),
        "draft": scene.draft and {"number": scene.draft.number, "text": scene.draft.text},
        "ending": conversation.ending and conversation.ending.value,
        "kind_of": scene.definition.kind.value,
        "attempts_left": scene.attempts_left,
        "opens_again": course.opens_again and course.is_reviewed,
        "question": _question(turn, voiced, time_factor=course.time_factor)
        | {"quote": _words(take_up(conversation, turn), voiced)}
        if turn is not None and not is_waiting
        else None,
        "past": [_past(scene, answer, place) for answer, place in _find_told(conversation, turn)],
    }


def _words(said: Said | None, voiced: Voiced) -> dict[str, Any] | None:
    return None if said is None else to_words(said, voiced)


def to_words(said: Said, voiced: Voiced) -> dict[str, Any]:
    """Words, and where their sound and the mouth's movements are."""
    place = voiced(said)
    return {
        "text": said.text,
        "lang": said.language,
        "audio": place and f"{place}.wav",
        "mouth": place and f"{place}.json",
    }


def _found(reply: Reply | None, voiced: Voiced) -> dict[str, Any] | None:
    """The passage that answers what the candidate has just asked."""
    if reply is None or reply.passage is None:
        return None
    return {"source": name_source(reply.source, reply.language)} | to_words(
        Said(text=reply.passage, language=reply.language), voiced
    )


def _minutes_left(scene: Scene) -> float | None:
    """Of the time that the pages plan with, or, where that is near, until no question is asked any more.

    None while there is enough, and where it takes longer than planned without coming near the end.
    """
    course = scene.course
    spent = scene.conversation.spent_seconds + scene.conversation.open_seconds
    planned = min(course.length.most_minutes * 60 * course.time_factor, course.max_seconds)
    until_last, of_plan = max(0.0, course.max_seconds - spent), planned - spent
    if until_last <= planned * LAST_QUARTER:
        return round(until_last / 60, 2)
    return round(of_plan / 60, 2) if 0 < of_plan <= planned * LAST_QUARTER else None


def _question(turn: Turn, voiced: Voiced, *, time_factor: float) -> dict[str, Any]:
    question = turn.step.question
    return {
        "number": turn.number,
        **to_words(Said(text=turn.asked, language=turn.language), voiced),
        "kind": turn.answered_by.value,
        "choices": list(turn.choices) or None,
        "is_scored": question.is_scored,
        "is_follow_up": turn.follow_up is not None,
        "is_again": turn.is_again,
        "seconds": question.seconds * time_factor if question.seconds is not None and question.seconds > 0 else None,
    }


def _find_told(conversation: Conversation, turn: Turn | None) -> list[tuple[Answer, int]]:
    """The answers with their questions' places; of a question that was skipped, or whose answer was taken back, and is
    asked again only what was said then."""
    open_again = turn.step.id if turn is not None and turn.follow_up is None else None
    asked = list(dict.fromkeys(answer.step_id for answer in conversation.answers))
    last_own = {answer.step_id: answer.number for answer in conversation.answers if answer.follow_up is None}
    return [
        (answer, asked.index(answer.step_id) + 1)
        for answer in conversation.answers
        if conversation.text_of(answer)
        or (answer.number >= last_own[answer.step_id] and (answer.is_skipped or answer.step_id != open_again))
    ]


def _is_asking_us(scene: Scene, answer: Answer) -> bool:
    step = next(step for step in scene.course.steps if step.id == answer.step_id)
    return step.question.answered_by is AnsweredBy.CANDIDATE_ASKS


def _past(scene: Scene, answer: Answer, place: int) -> dict[str, Any]:
    text = scene.conversation.text_of(answer)
    can_ask = can_be_question(scene.course, scene.conversation, answer, turn=scene.turn)
    return {
        "number": answer.number,
        "place": place,
        "asked": answer.asked,
        "lang": answer.language,
        "answer": text,
        "is_skipped": not text,
        "had_none": not text and _is_asking_us(scene, answer),
        "is_changed": text != answer.text,
        "can_change": can_open_again(scene.course, scene.conversation, answer),
        "can_ask": can_ask,
        "may_ask": can_ask and _reads_as_question(answer, text),
        "choices": list(find_choices(scene.course, answer)) or None,
        "choice": scene.conversation.choice_of(answer),
        "is_spoken": answer.is_spoken,
        "is_follow_up": answer.follow_up is not None,
        "reply": answer.reply and _reply(answer.reply) | {"asked": _find_asked(answer, text)},
    }


def _is_misread(conversation: Conversation, language: str) -> bool:
    """Whether somebody has just said that what was taken for their answer was a question."""
    last = conversation.wishes_now[-1] if conversation.wishes_now else None
    return last is not None and was_question(last.text, language=language)


def _reads_as_question(answer: Answer, text: str) -> bool:
    """Whether few words of somebody ask something, and were not replied to beside more than a remark."""
    if answer.reply is not None and len(text.replace(answer.reply.beside, "").split()) > LONGEST_LEAD:
        return False
    parts = split_spoken(text)
    return any(is_question(part) or begins_as_question(part, language=answer.language) for part in parts)


def _find_asked(answer: Answer, text: str) -> str | None:
    """What of an answer the reply to it replies to; None where that asked nothing. text: as it is now."""
    assert answer.reply is not None
    beside = answer.reply.beside or find_asked_beside(text, language=answer.language)
    return beside or (None if answer.reply.is_heard else text)


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "text": reply.text,
        "lang": reply.language,
        "source": name_source(reply.source, reply.language),
        "passage": reply.passage,
        "is_passed_on": reply.is_passed_on,
    }
