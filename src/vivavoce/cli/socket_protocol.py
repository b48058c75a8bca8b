"""uvicorn's WebSocket protocol, which reads no faster than it is listened to."""

import logging

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

log = logging.getLogger(__name__)

# Bytes that are read at once. uvloop hands over up to 256 KB: two thousand messages of one who shouts, which hold
# everybody up while they are taken apart.
PORTION = 8 * 1024


class SocketProtocol(WebSocketsSansIOProtocol):
    """Takes a message apart only when those before it were taken.

    Bytes that are not text are answered by close code 1007, and logged without a traceback: they are no fault of ours.
    """

    _waiting = b""

    def data_received(self, data: bytes) -> None:
        """Bytes have come; those that follow a message wait until it was taken."""
        self._waiting += data
        self._take_apart()

    def _take_apart(self) -> None:
        while self._waiting and not self.read_paused and not self.transport.is_closing():
            portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
            super().data_received(portion)

    async def receive(self) -> ASGIReceiveEvent:
        """The next message."""
        message = await super().receive()
        self._take_apart()
        return message

    def send_receive_event_to_app(self) -> None:
        """A message is here whole."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            log.info("a socket sent bytes that are not text: it is closed")
            self.frames = []
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
