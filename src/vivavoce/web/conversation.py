"""The conversation: its page, and its line, by one WebSocket or, where sockets are blocked, by plain POSTs."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from vivavoce.attempts.keep import TextDraft
from vivavoce.attempts.links import NotInvited, Seat
from vivavoce.clock import now
from vivavoce.db.ids import to_id
from vivavoce.errors import NotAllowed, NotFound, Refused, Unavailable
from vivavoce.live.happenings import Arrived
from vivavoce.live.loop import Failed, happen, keep_typed
from vivavoce.web.messages import (
    LONGEST_MESSAGE,
    key_of,
    read_message,
    to_kept,
    to_messages,
    to_refusal,
    write,
)
from vivavoce.web.parts import Parts
from vivavoce.web.session import refuse_foreign_origin, seat_of

# Why a socket was closed, in the range that is left to applications.
SIGNED_OUT, FOREIGN_SITE, NOT_YOURS = 4401, 4403, 4404
TRY_AGAIN = 1013


async def show(parts: Parts, request: Request, attempt_id: str) -> Response:
    """GET: the page. It asks for its scene by the line."""
    seat, attempt = _place(parts, request, attempt_id)
    scene = (await happen(parts.database, seat, attempt, Arrived(), now=now())).scene
    return parts.pages.draw(
        "conversation.html",
        attempt_id=str(attempt),
        socket_url=f"/interview/{attempt}/socket",
        say_url=f"/interview/{attempt}/say",
        position={"name": scene.definition.name, "language": scene.definition.language},
    )


async def say(parts: Parts, request: Request, attempt_id: str) -> Response:
    """POST: one message, answered by what the socket would have told."""
    refuse_foreign_origin(request)
    seat, attempt = _place(parts, request, attempt_id)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_MESSAGE:
            break
    messages = await _say(parts, seat, attempt, bytes(body))
    return JSONResponse({"messages": messages}, headers={"Cache-Control": "no-store"})


async def talk(parts: Parts, socket: WebSocket, attempt_id: str) -> None:
    """The socket. It holds nothing: each message is a transaction, so any server can take the next one."""
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
    try:
        while True:
            await _answer(parts, socket, seat, attempt, await socket.receive_text())
    except (WebSocketDisconnect, KeyError):  # KeyError: a binary frame
        pass


CLOSE_CODES: dict[type[Exception], int] = {
    NotInvited: SIGNED_OUT,
    NotAllowed: FOREIGN_SITE,
    NotFound: NOT_YOURS,
    Unavailable: TRY_AGAIN,
}


async def _answer(parts: Parts, socket: WebSocket, seat: Seat, attempt: UUID, raw: str) -> None:
    try:
        messages = await _say(parts, seat, attempt, raw)
    except Unavailable:
        # The page keeps what has no receipt and sends it again to whoever answers next.
        await socket.close(TRY_AGAIN)
        raise WebSocketDisconnect(TRY_AGAIN) from None
    except Failed as error:
        await socket.send_text(write(to_refusal(error.message, key=key_of(raw))))
        return
    except Refused as error:
        await socket.send_text(write(to_refusal(error.message, key=key_of(raw), name=error.name)))
        return
    for message in messages:
        await socket.send_text(write(message))


async def _say(parts: Parts, seat: Seat, attempt: UUID, raw: str | bytes) -> list[dict[str, Any]]:
    """What the page is told to what it says."""
    said = read_message(raw)
    if isinstance(said, TextDraft):
        await keep_typed(parts.database, seat, attempt, said, now=now())
        return [to_kept(said)]
    told = await happen(parts.database, seat, attempt, said, now=now())
    return to_messages(told)


def _place(parts: Parts, connection: Request | WebSocket, attempt_id: str) -> tuple[Seat, UUID]:
    attempt = to_id(attempt_id)
    if attempt is None:
        raise NotFound
    return seat_of(parts, connection), attempt
