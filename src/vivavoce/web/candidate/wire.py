"""One page's socket, as the conversation uses it: nothing raises because a page has gone."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from vivavoce.web.candidate.messages import to_elsewhere, write

# Why a socket was closed, in the range that is left to applications.
SIGNED_OUT, FOREIGN_SITE, NOT_YOURS = 4401, 4403, 4404
ELSEWHERE = 4409  # newer windows of the same conversation took its place
SHUT = 4410  # the link was revoked, or its interview is gone
TOO_MUCH = 4429  # more messages than any page sends, for too long
TRY_AGAIN = 1013
NOT_TAKEN = 1008  # sound that we do not take; why was told before

GIVING_WAY = 5.0  # seconds in which a page can be told; one that does not read is left alone


class Wire:
    """A socket that was accepted. is_over: nothing that still comes by it is taken."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self.is_over = False

    async def receive(self) -> str | bytes | None:
        """What comes next: words, or a frame of sound; None once it is over."""
        message = await self._socket.receive()
        if self.is_over or message["type"] == "websocket.disconnect":
            return None
        raw: str | bytes = message["bytes"] if message.get("bytes") is not None else message["text"]
        return raw

    async def send(self, message: dict[str, Any]) -> None:
        """Tells the page, if it is there: one that has gone asks again when it comes back."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send_text(write(message))

    async def close(self, code: int) -> None:
        """Closes it, once."""
        self.is_over = True
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code)

    async def give_way(self) -> None:
        """Tells the page that the conversation goes on elsewhere, and closes."""
        self.is_over = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GIVING_WAY):
                await self.send(to_elsewhere())
                await self.close(ELSEWHERE)
