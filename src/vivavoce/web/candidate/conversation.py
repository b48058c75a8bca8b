"""The conversation: its page, and its line, by one WebSocket or, where sockets are blocked, by plain POSTs."""

import asyncio
import contextlib
import logging
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from vivavoce.attempts.adjust import Shown
from vivavoce.attempts.assessing import is_any_assessed
from vivavoce.attempts.consent import Purpose
from vivavoce.attempts.consent_log import has_agreed
from vivavoce.attempts.integrity import VIRTUAL_CAMERAS
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.observations import ToldObservation, note, note_network
from vivavoce.attempts.states import AttemptState
from vivavoce.candidates.links import LinkShut, NotInvited, Seat
from vivavoce.clock import now
from vivavoce.conversation.happenings import Arrived, WentWrong
from vivavoce.conversation.loop import Failed, Held, Scene, foresee, happen, keep_typed
from vivavoce.conversation.passages import Keeping
from vivavoce.db.ids import to_id
from vivavoce.errors import NotAllowed, NotFound, Refused, Unavailable
from vivavoce.interviews.camera import Camera, camera_of
from vivavoce.interviews.templates import Modality
from vivavoce.interviews.watching import is_watched
from vivavoce.sound.known_lines import instruction_of
from vivavoce.sound.line_store import to_line
from vivavoce.web.candidate.limits import LONGEST_WAIT, Talk, TooMuch
from vivavoce.web.candidate.messages import (
    LONGEST_MESSAGE,
    CloseSound,
    Done,
    OpenSound,
    PlayedOut,
    key_of,
    read_message,
    to_kept,
    to_messages,
    to_noted,
    to_receipts,
    to_refusal,
)
from vivavoce.web.candidate.microphone_socket import MicrophoneSocket
from vivavoce.web.candidate.session import refuse_foreign_origin, seat_of
from vivavoce.web.candidate.wire import (
    FOREIGN_SITE,
    NOT_TAKEN,
    NOT_YOURS,
    SHUT,
    SIGNED_OUT,
    TOO_MUCH,
    TRY_AGAIN,
    Wire,
)
from vivavoce.web.drawing import FrameEvent, FrameNews
from vivavoce.web.frames import prefix_of
from vivavoce.web.instruction_film import film_kind
from vivavoce.web.parts import WebParts
from vivavoce.web.policy import STRICT, Policy

log = logging.getLogger(__name__)

# What the page around a frame is told where this page tells of an attempt that takes no more answers.
EVENTS = {
    AttemptState.FINISHED: FrameEvent.COMPLETED,
    AttemptState.SUBMITTED: FrameEvent.SUBMITTED,
    AttemptState.FAILED: FrameEvent.FAILED,
}
RETRY_AFTER = f"{LONGEST_WAIT:.0f}"  # seconds


async def show(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """GET: the page. It asks for its scene by the line."""
    seat, attempt = _place(parts, request, attempt_id)
    scene = (await happen(parts.database, seat, attempt, Arrived(), now=now())).scene
    return parts.pages.draw(
        "conversation.html",
        in_language=scene.definition.language,
        news=FrameNews(EVENTS.get(scene.conversation.state, FrameEvent.STARTED), attempt_id=attempt),
        attempt_id=str(attempt),
        socket_url=f"/interview/{attempt}/socket",
        say_url=f"/interview/{attempt}/say",
        camera_url=f"/interview/{attempt}/camera",
        way="" if parts.voice is None else "speak" if scene.adjustments.speaks else "type",
        has_agreed=parts.voice is not None and await _has_agreed(parts, seat, attempt),
        film_url=await asyncio.to_thread(_find_film, parts, seat, attempt, scene),
        camera=(await _camera(parts, seat, attempt, scene)).value,
        is_noted=await _is_noted(parts, seat, attempt, scene),
        virtual_cameras="|".join(VIRTUAL_CAMERAS),
        # A voice without a face stays one, whatever was chosen.
        picture=(Shown.UNSEEN if scene.interviewer.modality is Modality.VOICE else scene.adjustments.interviewer).value,
        character=scene.interviewer.character.value,
        background=scene.interviewer.background.value,
        policy=Policy(plays_sound=True) if scene.course.instruction is not None else STRICT,
        listens=parts.voice is not None,
        films=parts.voice is not None and camera_of(scene.definition.settings) is not Camera.OFF,
        has_large_text=scene.adjustments.has_large_text,
        checks_words=scene.adjustments.checks_words,
        is_assessed=await is_any_assessed(
            parts.models, seat.merchant_id, scene.definition, (scene.definition.language,)
        ),
        position={"name": scene.definition.name, "language": scene.definition.language},
    )


async def _has_agreed(parts: WebParts, seat: Seat, attempt: UUID) -> bool:
    async with parts.database.tenant(seat.merchant_id) as connection:
        return await has_agreed(connection, Purpose.SOUND_KEPT, attempt)


def _find_film(parts: WebParts, seat: Seat, attempt: UUID, scene: Scene) -> str:
    """Where the film of the instruction is; empty: there is none. It blocks."""
    said = instruction_of(scene.course)
    if parts.voice is None or said is None or scene.interviewer.modality is Modality.VOICE:
        return ""
    key = parts.voice.lines.key(to_line(said, locale=scene.voice_locale))
    kind = film_kind(scene.interviewer)
    is_there = parts.voice.lines.path(seat.merchant_id, key, kind=kind).is_file()
    return f"/interview/{attempt}/voice/{key}.{kind}" if is_there else ""


async def _camera(parts: WebParts, seat: Seat, attempt: UUID, scene: Scene) -> Camera:
    """Of which turns the candidate's picture is recorded, as they want it too."""
    if parts.voice is None or parts.recordings is None:
        return Camera.OFF
    async with parts.database.tenant(seat.merchant_id) as connection:
        is_agreed = await has_agreed(connection, Purpose.PICTURE_KEPT, attempt)
    return camera_of(scene.definition.settings) if is_agreed else Camera.OFF


async def _is_noted(parts: WebParts, seat: Seat, attempt: UUID, scene: Scene) -> bool:
    """Whether the page tells what it notices."""
    if not is_watched(scene.definition.settings):
        return False
    async with parts.database.tenant(seat.merchant_id) as connection:
        return await has_agreed(connection, Purpose.NOTING_TOLD, attempt)


async def say(parts: WebParts, request: Request, attempt_id: str) -> Response:
    """POST: one message, answered by what the socket would have told."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    speaking = MicrophoneSocket(
        parts.voice, seat=seat, attempt_id=attempt, send=send, under=prefix_of(request), can_listen=False
    )
    try:
        with parts.talks.at(seat) as talk, talk.posting():
            body = await _read(request)
            async with talk.saying():
                messages = await _say(parts, seat, attempt, body, speaking=speaking, held=Held())
    except TooMuch as error:
        return JSONResponse(error.to_envelope(), status_code=error.status, headers={"Retry-After": RETRY_AFTER})
    return JSONResponse({"messages": [*told, *messages]}, headers={"Cache-Control": "no-store"})


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_MESSAGE:
            break
    return bytes(body)


async def talk(parts: WebParts, socket: WebSocket, attempt_id: str) -> None:
    """The socket. Each message is a transaction, so any server can take the next one; what it holds may be lost.

    What is spoken goes to the attempt's microphone, which outlives the socket.
    """
    with contextlib.ExitStack() as stack:
        try:
            refuse_foreign_origin(socket)
            seat, attempt = _place(parts, socket, attempt_id)
            talk = stack.enter_context(parts.talks.at(seat))
            held = Held()
            try:
                async with talk.saying():  # whoever comes again and again says something each time
                    news = await happen(parts.database, seat, attempt, Arrived(), now=now(), held=held)
                    await _note_network(parts, socket, seat, attempt, news.scene)
            except TooMuch:
                if await _gives_up(socket, talk):
                    return
                raise
        except tuple(CLOSE_CODES) as error:
            # Accepted first: a browser's page learns the code of a close, but nothing of a refused handshake.
            await socket.accept()
            await socket.close(next(code for kind, code in CLOSE_CODES.items() if isinstance(error, kind)))
            return
        await socket.accept()
        await _talk(parts, talk, Wire(socket), seat, attempt, held, under=prefix_of(socket))


async def _note_network(parts: WebParts, socket: WebSocket, seat: Seat, attempt: UUID, scene: Scene) -> None:
    if socket.client is None or not is_watched(scene.definition.settings):
        return
    async with parts.database.tenant(seat.merchant_id) as connection:
        await note_network(connection, attempt, socket.client.host, now=now())


async def _gives_up(socket: WebSocket, talk: Talk) -> bool:
    """Lets somebody wait who is to be refused; whether they went away meanwhile."""
    await socket.receive()  # the wish to connect; what follows before an answer is that it was given up
    with contextlib.suppress(TimeoutError), talk.holding_up() as seconds:
        async with asyncio.timeout(seconds):
            await socket.receive()
            return True
    return False


CLOSE_CODES: dict[type[Exception], int] = {
    LinkShut: SHUT,  # before what it is a kind of
    NotInvited: SIGNED_OUT,
    NotAllowed: FOREIGN_SITE,
    NotFound: NOT_YOURS,
    TooMuch: TOO_MUCH,
    Unavailable: TRY_AGAIN,
    Failed: TRY_AGAIN,
}


async def _talk(parts: WebParts, talk: Talk, wire: Wire, seat: Seat, attempt: UUID, held: Held, *, under: str) -> None:
    speaking = MicrophoneSocket(parts.voice, seat=seat, attempt_id=attempt, send=wire.send, under=under)
    oldest = talk.join(wire)
    giving_way = None if oldest is None else asyncio.create_task(oldest.give_way())
    try:
        while (raw := await wire.receive()) is not None:
            if isinstance(raw, str):
                async with talk.saying():
                    await _answer(parts, wire, speaking, seat, attempt, raw, held)
            else:
                await talk.sound()
                if not await speaking.take(raw):
                    await wire.close(NOT_TAKEN)
    except TooMuch as error:
        log.info("a page sent too much for too long: its socket is closed")
        await wire.send(to_refusal(error.message, name="too_much"))
        await wire.close(TOO_MUCH)
    finally:
        talk.leave(wire)
        speaking.leave()
        if giving_way is not None:
            await giving_way


async def _answer(
    parts: WebParts, wire: Wire, speaking: MicrophoneSocket, seat: Seat, attempt: UUID, raw: str, held: Held
) -> None:
    try:
        messages = await _say(parts, seat, attempt, raw, speaking=speaking, held=held)
    except Unavailable:
        # The page keeps what has no receipt and sends it again to whoever answers next.
        await wire.close(TRY_AGAIN)
        return
    except LinkShut:
        await wire.close(SHUT)
        return
    except (Failed, Refused) as error:
        await wire.send(to_refusal(error.message, key=key_of(raw), name=error.name))
        return
    for message in messages:
        await wire.send(message)


async def _say(
    parts: WebParts, seat: Seat, attempt: UUID, raw: str | bytes, *, speaking: MicrophoneSocket, held: Held
) -> list[dict[str, Any]]:
    """What the page is told to what it says."""
    said = read_message(raw)
    match said:
        case TextDraft(number=number):
            await keep_typed(parts.database, seat, attempt, said, now=now())
            await speaking.press("typed", number=number)
            return [to_kept(said)]
        case ToldObservation():
            async with parts.database.tenant(seat.merchant_id) as connection:
                await note(connection, said, seat, attempt_id=attempt, now=now())
            return [to_noted(said)]
        case OpenSound():
            scene = await foresee(parts.database, seat, attempt, Arrived(), now=now(), held=held)
            await speaking.open(said, scene, has_agreed=await _has_agreed(parts, seat, attempt))
            return []
        case CloseSound():
            await speaking.quiet()
            return []
        case Done(number=number, frame=frame):
            await speaking.press("done", number=number, frame=frame)
            return []
        case PlayedOut(listened=listened, frame=frame):
            told = await happen(parts.database, seat, attempt, listened, now=now(), held=held)
            await speaking.press("opened", number=listened.played.number, frame=frame)
            return to_receipts(told)
        case WentWrong():
            return to_receipts(await happen(parts.database, seat, attempt, said, now=now(), held=held))
    told = await happen(
        parts.database, seat, attempt, said, now=now(), held=held, thinking=parts.thinking, keeping=_keeping(parts)
    )
    await speaking.follow(told.scene)
    return to_messages(told, voiced=speaking.voiced(told.scene))


def _keeping(parts: WebParts) -> Keeping:
    return Keeping(days=parts.keep_days, has_recordings=parts.recordings is not None, hears=parts.voice is not None)


def _place(parts: WebParts, connection: Request | WebSocket, attempt_id: str) -> tuple[Seat, UUID]:
    attempt = to_id(attempt_id)
    if attempt is None:
        raise NotFound
    return seat_of(parts, connection), attempt
