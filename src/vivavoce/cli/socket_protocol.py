"""uvicorn's WebSocket protocol, which reads no faster than it is listened to."""

import logging

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

log = logging.getLogger(__name__)

# Bytes that are read at once. uvloop hands over up to 256 KB: two thousand messages of one who shouts, which hold
# everybody up while they are taken apart.
PORTION = 4 * 1024
# Bytes that are still taken apart once we have closed, in search of the other side's goodbye. A page has hardly begun a
# message when it hears of the close; one who shouts has megabytes on the way, a fifth of a second for each 256 KB.
MOST_LATE = PORTION
LINGER_SECONDS = 2.0  # in which our close is read before the line is cut, where the goodbye is not looked for


class SocketProtocol(WebSocketsSansIOProtocol):
    """Takes a message apart only when those before it were taken, and hardly any once we have closed.

    Bytes that are not text are answered by close code 1007, and logged without a traceback: they are no fault of ours.
    """

    _waiting = b""
    _late_bytes = 0  # taken apart after our close

    def data_received(self, data: bytes) -> None:
        """Bytes have come; those that follow a message wait until it was taken."""
        self._waiting += data
        self._take_apart()

    def _take_apart(self) -> None:
        while self._waiting and not self.read_paused and not self.transport.is_closing():
            portion, self._waiting = self._waiting[:PORTION], self._waiting[PORTION:]
            if self.close_sent:
                self._late_bytes += len(portion)
                if self._late_bytes > MOST_LATE:
                    self._stop_reading()
                    return
            super().data_received(portion)

    def _stop_reading(self) -> None:
        """Leaves unread what still comes: whoever sends it waits, and nobody else."""
        self._waiting = b""
        self.transport.pause_reading()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

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
