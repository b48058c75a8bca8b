"""An HTTP protocol that waits for nobody without end, and takes no header that no browser sends.

uvicorn ends a connection that rests between two requests; one that never sends its first header, or a body byte by
byte, it keeps for as long as the client likes. What is wrong with a request is told in the envelope, and logged as the
client's own business.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from typing import Any, cast

import httptools
from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from vivavoce.cli.connections import Connections, Visit
from vivavoce.cli.one_write import OneWriteProtocol

log = logging.getLogger(__name__)

MOST_HEADER_BYTES = 64 * 1024  # of the request line and all fields: nginx takes 32 KB, Node 16
MOST_ADDRESS_BYTES = 16 * 1024
MOST_FIELDS = 100  # as Python's own server; browsers send about 20, proxies add a handful
BYTES_A_SECOND = 2_000  # as much as a body must bring for its time to go on: a telephone modem brought twice that
SEND_SECONDS = 60  # without a client taking a byte of its answer
RESERVE_SECONDS = 2  # for the header of somebody in the reserve
LINGER_SECONDS = 1  # in which a refusal is read before the line is cut; what still comes is thrown away,
THROW_SECONDS = 0.1  # a piece at a time, so that whoever goes on sending waits, and nobody else
MOST_UNREAD_BYTES = 64 * 1024  # of a body that come after its answer, before the line is cut
BUSY_SECONDS = 5  # until whoever found no room may come back
HEALTH = b"/healthz"
# A name or an address, and a port (RFC 9112, section 3.2; RFC 3986, section 3.2.2, without its percent signs).
HOST = re.compile(rb"([A-Za-z0-9._~!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")
BUSY = "The server has no room for more connections right now. Please try again in a moment."
REASONS = {
    400: b"Bad Request",
    408: b"Request Timeout",
    414: b"URI Too Long",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}


class _Refusal(Exception):
    """What the client is told before its connection ends."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class GuardedProtocol(OneWriteProtocol):
    """One connection. Nothing is timed while all that was begun has come, so that a whole request costs no timer."""

    def __init__(self, *, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self.app = self._announcing(self.app)
        self._connections = connections
        self._limits = connections.limits
        self._visit: Visit | None = None
        self._is_in_body = False
        self._is_over = False  # refused: what still comes is thrown away
        self._refusal: _Refusal | None = None
        self._pending_bytes = 0  # of a header that is not whole
        self._header_bytes = 0
        self._fields = 0
        self._hosts: list[bytes] = []
        self._header_timer: asyncio.TimerHandle | None = None
        self._body_timer: asyncio.TimerHandle | None = None
        self._body_began = 0.0
        self._body_bytes = 0
        self._unread_bytes = 0  # of a body that was answered before it was whole
        self._is_lingering = False
        self._send_timer: asyncio.TimerHandle | None = None

    # --- The connection ---------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        host = self.client[0] if self.client else None
        self._visit = self._connections.enter(host, self._give_way)
        self._await_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._stop_timers()
        if self._visit is not None:
            self._connections.leave(self._visit)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes of the client's."""
        if self._is_over:
            if self._is_lingering and not self.transport.is_closing():
                self._take_no_more_for_now()
            return
        self._unset_keepalive_if_required()
        if not self._is_in_body:
            self._pending_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                return
        except httptools.HttpParserError:
            self._refuse(self._refusal or _Refusal(400, "This is no HTTP request that can be read."))
            return
        self._watch()

    def handle_websocket_upgrade(self) -> None:
        """The connection becomes a socket, and is counted as one until it ends."""
        assert self._visit is not None
        if not self._connections.become_socket(self._visit):
            self._refuse(_Refusal(503, BUSY))
            return
        self._stop_timers()
        super().handle_websocket_upgrade()
        self.transport.set_protocol(_Counted(self.transport.get_protocol(), self._connections, self._visit))

    def _give_way(self) -> None:
        """Somebody else needs the place, and nothing was asked for here."""
        self._is_over = True
        self._stop_timers()
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """A wish for another protocol may be ignored, and is no news."""

    # --- What the parser finds --------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._header_bytes = self._fields = 0
        self._hosts = []

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        super().on_url(url)
        self._header_bytes += len(url)
        if len(self.url) > MOST_ADDRESS_BYTES:
            self._stop(414, f"The address is too long: at most {MOST_ADDRESS_BYTES:,} bytes are taken.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field. What comes behind the body is read by nobody and thrown away."""
        self._header_bytes += len(name) + len(value)
        self._fields += 1
        if self._header_bytes > MOST_HEADER_BYTES:
            self._stop(431, _TOO_LARGE)
        if self._fields > MOST_FIELDS:
            self._stop(431, f"The header has too many fields: at most {MOST_FIELDS} are taken.")
        if self._is_in_body:
            return
        super().on_header(name, value)
        if self.headers[-1][0] == b"host":
            self._hosts.append(value)

    def on_headers_complete(self) -> None:
        """The header is whole."""
        if len(self._hosts) != 1 and (self._hosts or self.parser.get_http_version() != "1.0"):
            self._stop(400, f"Expected exactly one `Host` header, got {len(self._hosts)}.")
        if self._hosts and not HOST.fullmatch(self._hosts[0]):
            self._stop(400, "The `Host` header is no host: expected a name or an address, and perhaps a port.")
        self._header_timer = _cancel(self._header_timer)
        assert self._visit is not None
        if self._visit.is_reserved and self.url.partition(b"?")[0] != HEALTH:
            self._stop(503, BUSY)
        self._connections.work(self._visit)
        self._is_in_body = True
        self._body_bytes = self._unread_bytes = 0
        super().on_headers_complete()
        if self._visit.is_reserved and self._is_answering:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body_bytes += len(body)
        if not self._is_answering:
            self._unread_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._is_in_body = False
        self._pending_bytes = 0
        self._body_timer = _cancel(self._body_timer)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The request was answered."""
        super().on_response_complete()
        if not self._is_in_body and not self.pipeline and self._visit is not None:
            self._connections.wait(self._visit)

    @property
    def _has_much_to_come(self) -> bool:
        """Whether more of the body may follow than is read after its answer."""
        if not self._is_in_body or self.pipeline:
            return False
        declared = next((value for name, value in self.headers if name == b"content-length"), None)
        # The parser took it, so it is a number; a body in chunks does not tell.
        return declared is None or int(declared) - self._body_bytes > MOST_UNREAD_BYTES

    @property
    def _is_answering(self) -> bool:
        cycle = cast(RequestResponseCycle | None, self.cycle)
        return cycle is not None and not cycle.response_complete

    def _stop(self, status: int, text: str) -> None:
        """Leaves the parser; `data_received` then says why."""
        self._refusal = _Refusal(status, text)
        raise self._refusal

    # --- Time -------------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Sees to it that what has begun ends in time."""
        if self._unread_bytes > MOST_UNREAD_BYTES:
            self._hang_up()
        elif self._is_in_body:
            if self._body_timer is None:
                self._body_began = self.loop.time()
                self._body_timer = self.loop.call_later(self._limits.body_seconds, self._look_at_body)
        elif self._pending_bytes > MOST_HEADER_BYTES:  # a field that is not whole is not seen by `on_header` yet
            self._refuse(_Refusal(431, _TOO_LARGE))
        elif not self._is_answering:
            self._await_header()

    def _await_header(self) -> None:
        assert self._visit is not None
        if self._header_timer is None and not self.transport.is_closing():
            seconds = RESERVE_SECONDS if self._visit.is_reserved else self._limits.header_seconds
            self._header_timer = self.loop.call_later(seconds, self._end_header)

    def _end_header(self) -> None:
        self._header_timer = None
        if not self._pending_bytes:  # a browser may open a connection before it needs it, and expects no word
            self._is_over = True
            self.transport.close()
            return
        self._refuse(_Refusal(408, f"The header did not arrive within {self._limits.header_seconds:g} seconds."))

    def _look_at_body(self) -> None:
        """Goes on while the body comes at a pace, and while it is us who don't read on."""
        self._body_timer = None
        spent = self.loop.time() - self._body_began
        left = self._limits.body_seconds + self._body_bytes / BYTES_A_SECOND - spent
        if self.flow.read_paused:
            left = max(left, self._limits.body_seconds)
        if left > 0:
            self._body_timer = self.loop.call_later(left, self._look_at_body)
            return
        self._refuse(_Refusal(408, f"The body came too slowly: {self._body_bytes:,} bytes in {spent:.0f} seconds."))

    def pause_writing(self) -> None:
        """The client does not take what we send."""
        super().pause_writing()
        if self._send_timer is None:
            self._send_timer = self.loop.call_later(SEND_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It does."""
        self._send_timer = _cancel(self._send_timer)
        super().resume_writing()

    def _stop_timers(self) -> None:
        self._header_timer = _cancel(self._header_timer)
        self._body_timer = _cancel(self._body_timer)
        self._send_timer = _cancel(self._send_timer)

    # --- No ---------------------------------------------------------------------------------------------------------

    def _refuse(self, refusal: _Refusal) -> None:
        """Says why, where nothing else is on its way, and ends the connection."""
        self._is_over = True
        self._stop_timers()
        if self.transport.is_closing():
            return
        log.debug("refused with %s: %s", refusal.status, refusal.text)
        cycle = cast(RequestResponseCycle | None, self.cycle)
        # Two answers must not run into each other: of this request, or of one before it.
        is_silent = bool(self.pipeline)
        if cycle is not None and (self._is_in_body or self._is_answering):
            is_silent |= cycle.response_started or not self._is_in_body
            cycle.disconnected = True
            cycle.message_event.set()
        if is_silent:
            self.transport.close()
            return
        self.transport.write(_write(refusal))
        self._linger()

    def _hang_up(self) -> None:
        """The request was answered before its body was whole, and the client sends on and on.

        To read all of it only in order to throw it away would cost everybody else the time of the loop.
        """
        self._is_over = True
        self._stop_timers()
        if self.transport.is_closing():
            return
        log.debug("cut off: %s bytes came after the answer", self._unread_bytes)
        assert self._visit is not None
        self._connections.wait(self._visit)
        self._linger()

    def _announcing(self, app: ASGI3Application) -> ASGI3Application:
        """The app, whose answer says so where the connection will end, since too much of its request is still to come:
        a client that sent the next one on it would find it closed."""

        async def announce(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            async def send_on(message: ASGISendEvent) -> None:
                if message["type"] == "http.response.start" and self._has_much_to_come:
                    message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
                    self.cycle.transport = cast(asyncio.Transport, _LastWord(self.transport, self._end_answered))
                await send(message)

            await app(scope, receive, send_on)

        return announce

    def _end_answered(self) -> None:
        if self._is_in_body:
            self._hang_up()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Ends our side, and cuts the line a moment later: who sends into a closed line might never see the answer."""
        self._is_lingering = True
        self.transport.write_eof()
        self._take_no_more_for_now()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _take_no_more_for_now(self) -> None:
        self.transport.pause_reading()
        self.loop.call_later(THROW_SECONDS, self._take_a_piece)

    def _take_a_piece(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()


class _LastWord:
    """A transport on which a last answer goes out. Closing it is left to whom it belongs to."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport = transport
        self.close = close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Counted(asyncio.Protocol):
    """A socket's protocol, and at its end the word that it has gone."""

    def __init__(self, protocol: asyncio.BaseProtocol, connections: Connections, visit: Visit) -> None:
        self._protocol = cast(asyncio.Protocol, protocol)
        self._connections = connections
        self._visit = visit
        # The loop calls the socket's own at once.
        self.data_received = self._protocol.data_received  # type: ignore[method-assign]
        self.eof_received = self._protocol.eof_received  # type: ignore[method-assign]
        self.pause_writing = self._protocol.pause_writing  # type: ignore[method-assign]
        self.resume_writing = self._protocol.resume_writing  # type: ignore[method-assign]

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._connections.leave(self._visit)
        self._protocol.connection_lost(exc)


_TOO_LARGE = f"The header is too large: at most {MOST_HEADER_BYTES:,} bytes are taken."


def _cancel(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """None, to be kept in the timer's place."""
    if timer is not None:
        timer.cancel()
    return None


def _write(refusal: _Refusal) -> bytes:
    body = json.dumps({"error": refusal.text}).encode()
    retry = b"retry-after: %d\r\n" % BUSY_SECONDS if refusal.status == 503 else b""
    return (
        b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%s"
        b"cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n%s"
        % (refusal.status, REASONS[refusal.status], len(body), retry, body)
    )
