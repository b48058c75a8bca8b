"""An HTTP protocol that sends an answer's head and body together.

uvicorn writes the head and the body one by one, and uvloop sends each write at once: two system calls and two wake-ups
of the client for an answer of a hundred bytes. Gathered until the loop's next turn they are one, which makes the create
call a tenth quicker (`make bench-create`; docs/explanation/speed.md).
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's protocol on a transport that gathers."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(cast(asyncio.Transport, _Gathering(transport, self.loop)))


class _Gathering:
    """A transport whose writes of one turn of the loop go out as one. All else is the transport's own."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keeps the data until the loop's next turn."""
        if not self._parts:
            self._loop.call_soon(self._send)
        self._parts.append(data)

    def close(self) -> None:
        """Closes once everything is on its way."""
        self._send()
        self._transport.close()

    def write_eof(self) -> None:
        """Says that no more comes, once everything is on its way."""
        self._send()
        self._transport.write_eof()

    def get_write_buffer_size(self) -> int:
        """What waits here counts too: whoever sends much is held up in time."""
        return self._transport.get_write_buffer_size() + sum(map(len, self._parts))

    def _send(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
