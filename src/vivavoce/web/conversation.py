"""The conversation: its page, and its line, by one WebSocket or, where sockets are blocked, by plain POSTs."""

import contextlib
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from vivavoce.attempts.adjust import Shown, has_agreed_to_sound
from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.links import LinkShut, NotInvited, Seat
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import NotAllowed, NotFound, Refused, Unavailable
from vivavoce.interviews.templates import Modality
from vivavoce.live.happenings import Arrived, WentWrong
from vivavoce.live.loop import Failed, foresee, happen, keep_typed
from vivavoce.web.messages import (
    LONGEST_MESSAGE,
    CloseSound,
    Done,
    OpenSound,
    PlayedOut,
    key_of,
    read_message,
    to_kept,
    to_messages,
    to_receipts,
    to_refusal,
    write,
)
from vivavoce.web.parts import Parts
from vivavoce.web.session import refuse_foreign_origin, seat_of
from vivavoce.web.speaking import Speaking

# Why a socket was closed, in the range that is left to applications.
SIGNED_OUT, FOREIGN_SITE, NOT_YOURS, SHUT = 4401, 4403, 4404, 4410
TRY_AGAIN = 1013
NOT_TAKEN = 1008  # sound that we do not take; why was told before


async def show(parts: Parts, request: Request, attempt_id: str) -> Response:
    """GET: the page. It asks for its scene by the line."""
    seat, attempt = _place(parts, request, attempt_id)
    scene = (await happen(parts.database, seat, attempt, Arrived(), now=now())).scene
    return parts.pages.draw(
        "conversation.html",
        in_language=scene.definition.language,
        attempt_id=str(attempt),
        socket_url=f"/interview/{attempt}/socket",
        say_url=f"/interview/{attempt}/say",
        way="" if parts.voice is None else "speak" if scene.adjustments.speaks else "type",
        has_agreed=parts.voice is not None and await _has_agreed(parts, seat, attempt),
        # A voice without a face stays one, whatever was chosen.
        picture=(Shown.UNSEEN if scene.interviewer.modality is Modality.VOICE else scene.adjustments.interviewer).value,
        character=scene.interviewer.character.value,
        background=scene.interviewer.background.value,
        listens=parts.voice is not None,
        has_large_text=scene.adjustments.has_large_text,
        position={"name": scene.definition.name, "language": scene.definition.language},
    )


async def _has_agreed(parts: Parts, seat: Seat, attempt: UUID) -> bool:
    async with parts.database.tenant(seat.merchant_id) as connection:
        return await has_agreed_to_sound(connection, attempt)


async def say(parts: Parts, request: Request, attempt_id: str) -> Response:
    """POST: one message, answered by what the socket would have told."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_MESSAGE:
            break
    told: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    speaking = Speaking(parts.voice, seat=seat, attempt_id=attempt, send=send, can_listen=False)
    messages = await _say(parts, seat, attempt, bytes(body), speaking=speaking)
    return JSONResponse({"messages": [*told, *messages]}, headers={"Cache-Control": "no-store"})


async def talk(parts: Parts, socket: WebSocket, attempt_id: str) -> None:
    """The socket. It holds nothing: each message is a transaction, so any server can take the next one.

    What is spoken goes to the attempt's microphone, which outlives the socket.
    """
    try:
        refuse_foreign_origin(socket)
        seat, attempt = _place(parts, socket, attempt_id)
        await happen(parts.database, seat, attempt, Arrived(), now=now())
    except (NotInvited, NotAllowed, NotFound, Unavailable) as error:
        # Accepted first: a browser's page learns the code of a close, but nothing of a refused handshake.
        await socket.accept()
        await socket.close(next(code for kind, code in CLOSE_CODES.items() if isinstance(error, kind)))
        return
    await socket.accept()
    speaking = Speaking(parts.voice, seat=seat, attempt_id=attempt, send=partial(_send, socket))
    try:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is None:
                await _answer(parts, socket, speaking, seat, attempt, message["text"])
            elif not await speaking.take(message["bytes"]):
                await socket.close(NOT_TAKEN)
                return
    except WebSocketDisconnect:
        pass
    finally:
        speaking.leave()


CLOSE_CODES: dict[type[Exception], int] = {
    LinkShut: SHUT,  # before what it is a kind of
    NotInvited: SIGNED_OUT,
    NotAllowed: FOREIGN_SITE,
    NotFound: NOT_YOURS,
    Unavailable: TRY_AGAIN,
}


async def _answer(parts: Parts, socket: WebSocket, speaking: Speaking, seat: Seat, attempt: UUID, raw: str) -> None:
    try:
        messages = await _say(parts, seat, attempt, raw, speaking=speaking)
    except Unavailable:
        # The page keeps what has no receipt and sends it again to whoever answers next.
        await socket.close(TRY_AGAIN)
        raise WebSocketDisconnect(TRY_AGAIN) from None
    except LinkShut:
        await socket.close(SHUT)
        raise WebSocketDisconnect(SHUT) from None
    except Failed as error:
        await socket.send_text(write(to_refusal(error.message, key=key_of(raw))))
        return
    except Refused as error:
        await socket.send_text(write(to_refusal(error.message, key=key_of(raw), name=error.name)))
        return
    for message in messages:
        await socket.send_text(write(message))


async def _send(socket: WebSocket, message: dict[str, Any]) -> None:
    """A page that has gone asks again when it comes back."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(write(message))


async def _say(
    parts: Parts, seat: Seat, attempt: UUID, raw: str | bytes, *, speaking: Speaking
) -> list[dict[str, Any]]:
    """What the page is told to what it says."""
    said = read_message(raw)
    match said:
        case TextDraft(number=number):
            await keep_typed(parts.database, seat, attempt, said, now=now())
            await speaking.press("typed", number=number)
            return [to_kept(said)]
        case OpenSound():
            scene = await foresee(parts.database, seat, attempt, Arrived(), now=now())
            await speaking.open(said, scene, has_agreed=await _has_agreed(parts, seat, attempt))
            return []
        case CloseSound():
            await speaking.quiet()
            return []
        case Done(number=number, frame=frame):
            await speaking.press("done", number=number, frame=frame)
            return []
        case PlayedOut(listened=listened, frame=frame):
            told = await happen(parts.database, seat, attempt, listened, now=now())
            await speaking.press("opened", number=listened.played.number, frame=frame)
            return to_receipts(told)
        case WentWrong():
            return to_receipts(await happen(parts.database, seat, attempt, said, now=now()))
    told = await happen(parts.database, seat, attempt, said, now=now())
    await speaking.follow(told.scene)
    return to_messages(told, voiced=speaking.voiced(told.scene))


def _place(parts: Parts, connection: Request | WebSocket, attempt_id: str) -> tuple[Seat, UUID]:
    attempt = to_id(attempt_id)
    if attempt is None:
        raise NotFound
    return seat_of(parts, connection), attempt
