"""What a connection may do, over real sockets with a real server in this process."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from vivavoce.cli.connections import RESERVE, ConnectionLimits, Connections
from vivavoce.cli.guarded import (
    BYTES_A_SECOND,
    MOST_ADDRESS_BYTES,
    MOST_FIELDS,
    MOST_HEADER_BYTES,
    MOST_UNREAD_BYTES,
    GuardedProtocol,
)
from vivavoce.clients import Proxies

pytestmark = pytest.mark.slow

LIMITS: dict[str, Any] = {
    "connections": 100, "per_client": 100, "descriptors": 100, "a_socket": 1,
    "header_seconds": 60.0, "body_seconds": 60.0,
}  # fmt: skip
HEADER = "Host: interviews.example\r\n"
FIELD = "A: b\r\n"


class App:
    """Answers how many bytes a body had, and echoes on a socket. seen: what it was asked for.

    /wait waits for `go`; /deaf answers before the body has come.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.cut: list[str] = []
        self.go = asyncio.Event()
        self._news = asyncio.Condition()

    async def has_seen(self, count: int) -> None:
        """Waits until it was asked so often."""
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(lambda: len(self.seen) >= count)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                await send({"type": "websocket.send", "text": message["text"]})
            return
        self.seen.append(scope["path"])
        async with self._news:
            self._news.notify_all()
        try:
            body = b"" if scope["path"] == "/deaf" else await Request(scope, receive).body()
        except ClientDisconnect:
            self.cut.append(scope["path"])
            return
        if scope["path"] == "/wait":
            await self.go.wait()
        text = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(text))]})
        await send({"type": "http.response.body", "body": text})


class Quiet(uvicorn.Server):
    """Leaves the signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Served:
    """A server, and connections to it."""

    def __init__(self, port: int, app: App) -> None:
        self.port = port
        self.app = app
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self, sent: str = "") -> asyncio.StreamReader:
        """A connection on which this was sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        writer.write(sent.encode("latin-1"))
        await writer.drain()
        return reader

    async def ask(self, sent: str) -> bytes:
        """All that comes until the end of a connection on which this was sent."""
        reader = await self.open(sent)
        async with asyncio.timeout(30):
            return await reader.read()

    async def health(self) -> bytes:
        """The status line of a health check's answer."""
        return (await self.ask(f"GET /healthz HTTP/1.1\r\n{HEADER}Connection: close\r\n\r\n")).partition(b"\r\n")[0]


@asynccontextmanager
async def serving(*, proxies: str = "", **changes: Any) -> AsyncIterator[Served]:
    """A server with these limits."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = App()
    connections = Connections(ConnectionLimits(**LIMITS | changes), proxies=Proxies(proxies))
    protocol = cast(type[GuardedProtocol], partial(GuardedProtocol, connections=connections))
    server = Quiet(uvicorn.Config(app, http=protocol, ws="websockets-sansio", lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    served = Served(listening.getsockname()[1], app)
    try:
        yield served
    finally:
        app.go.set()
        for writer in served.writers:
            writer.close()
        server.should_exit = True
        await running


def refusal(answer: bytes) -> tuple[int, str]:
    """The status and the envelope's text of an answer after which the connection ends."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head
    assert b"\r\nx-content-type-options: nosniff" in head
    return int(head.split()[1]), json.loads(body)["error"]


# --- What a header may be ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{HEADER}{HEADER}\r\n", 400),
        (f"GET / HTTP/1.1\r\n{HEADER}Host: evil.example\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: evil.example/interview/take/\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: user@evil.example\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: evil.example?\r\n\r\n", 400),
        (f"GET /{'a' * MOST_ADDRESS_BYTES} HTTP/1.1\r\n{HEADER}\r\n", 414),
        (f"GET / HTTP/1.1\r\n{HEADER}{FIELD * MOST_FIELDS}\r\n", 431),
        (f"GET / HTTP/1.1\r\n{HEADER}A: {'b' * MOST_HEADER_BYTES}\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\n{HEADER}{'A' * MOST_HEADER_BYTES}", 431),  # never whole
        (f"GET / HTTP/1.1\r\n{HEADER}A: {'b' * 2_000_000}", 431),
        ("nothing that anybody could read\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\n{HEADER}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
)
async def test_what_no_browser_sends_is_refused_and_reaches_nobody(sent: str, status: int) -> None:
    async with serving() as served:
        found, text = refusal(await served.ask(sent))
        assert found == status
        assert text.endswith((".", "port."))
        assert served.app.seen == []


@pytest.mark.parametrize(
    "sent",
    [
        f"GET / HTTP/1.1\r\n{HEADER}",
        "GET / HTTP/1.0\r\n",  # an old load balancer's health check
        "GET / HTTP/1.1\r\nHost: [::1]:8000\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n",
        "GET / HTTP/1.1\r\nHost: xn--bcher-kva.example:65535\r\n",
        f"GET /{'a' * (MOST_ADDRESS_BYTES - 1)} HTTP/1.1\r\n{HEADER}",
        f"GET / HTTP/1.1\r\n{HEADER}{FIELD * (MOST_FIELDS - 2)}",
        f"GET / HTTP/1.1\r\n{HEADER}Authorization: Bearer {'b' * 32_000}\r\n",
    ],
)
async def test_what_browsers_and_their_like_send_is_taken(sent: str) -> None:
    async with serving() as served:
        answer = await served.ask(f"{sent}Connection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200")


async def test_fields_behind_a_body_change_nothing() -> None:
    async with serving() as served:
        chunked = f"POST / HTTP/1.1\r\n{HEADER}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n"
        assert (await served.ask(f"{chunked}Host: evil.example\r\n\r\n")).endswith(b"\r\n\r\n3")
        # The body has come, so the answer may go out before the fields are read: the connection ends all the same.
        await served.ask(f"{chunked}{FIELD * 10_000}\r\n")
        assert await served.health() == b"HTTP/1.1 200 OK"


# --- Time ----------------------------------------------------------------------------------------------------------


async def test_who_says_nothing_is_sent_away_without_a_word() -> None:
    async with serving(header_seconds=0.2) as served:
        assert await served.ask("") == b""


@pytest.mark.parametrize("sent", ["G", "GET / HTTP/1.1\r\n", f"GET / HTTP/1.1\r\n{HEADER}A: b"])
async def test_a_header_that_never_ends_is_told_so(sent: str) -> None:
    async with serving(header_seconds=0.2) as served:
        status, text = refusal(await served.ask(sent))
        assert (status, "within 0.2 seconds" in text) == (408, True)
        assert served.app.seen == []


async def test_dripping_does_not_give_a_header_more_time() -> None:
    async with serving(header_seconds=0.3) as served:
        reader = await served.open("GET / HTTP/1.1\r\n")

        async def drip() -> None:
            while True:
                served.writers[0].write(b"A: b\r\n")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        async with asyncio.timeout(30):
            answer = await reader.read()
        dripping.cancel()
        assert refusal(answer)[0] == 408


async def test_line_breaks_between_two_requests_are_no_way_to_stay() -> None:
    async with serving(header_seconds=0.3) as served:
        reader = await served.open(f"GET / HTTP/1.1\r\n{HEADER}\r\n")
        await reader.readuntil(b"\r\n\r\n0")
        served.writers[0].write(b"\r\n")
        async with asyncio.timeout(30):
            await reader.read()  # it ends


@pytest.mark.parametrize("body", ["Content-Length: 9\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
async def test_a_body_that_never_ends_is_told_so_and_its_call_as_well(body: str) -> None:
    async with serving(body_seconds=0.2) as served:
        status, text = refusal(await served.ask(f"POST /cut HTTP/1.1\r\n{HEADER}{body}"))
        assert (status, "3 bytes" in text) == (408, True)
        assert (served.app.seen, served.app.cut) == (["/cut"], ["/cut"])


async def test_a_body_that_comes_at_a_pace_has_its_time() -> None:
    """Each piece brings half a second, and comes after a tenth: longer than the limit in all, and never late."""
    piece = BYTES_A_SECOND // 2
    async with serving(body_seconds=0.2) as served:
        reader = await served.open(
            f"POST / HTTP/1.1\r\n{HEADER}Connection: close\r\nContent-Length: {piece * 12}\r\n\r\n{'x' * piece * 8}"
        )
        for _ in range(4):
            await asyncio.sleep(0.1)
            served.writers[0].write(b"x" * piece)
        async with asyncio.timeout(30):
            assert (await reader.read()).endswith(str(piece * 12).encode())


async def test_an_answer_that_takes_its_time_is_waited_for() -> None:
    async with serving(header_seconds=0.1, body_seconds=0.1) as served:
        reader = await served.open(f"POST /wait HTTP/1.1\r\n{HEADER}Content-Length: 2\r\nConnection: close\r\n\r\nab")
        await asyncio.sleep(0.5)
        served.app.go.set()
        async with asyncio.timeout(30):
            assert (await reader.read()).endswith(b"2")


async def test_two_requests_in_one_go_are_both_answered() -> None:
    async with serving() as served:
        one = f"GET / HTTP/1.1\r\n{HEADER}"
        assert (await served.ask(f"{one}\r\n{one}Connection: close\r\n\r\n")).count(b"HTTP/1.1 200") == 2
        answer = await served.ask(f"GET /wait HTTP/1.1\r\n{HEADER}\r\nGET / HTTP/1.1\r\n\r\n")
        assert b"HTTP/1.1 400" not in answer  # the first one's answer would have been taken for it


# --- What comes after an answer -------------------------------------------------------------------------------------


async def test_who_sends_on_after_the_answer_is_cut_off_and_has_the_answer() -> None:
    async with serving() as served:
        reader = await served.open(f"POST /deaf HTTP/1.1\r\n{HEADER}Transfer-Encoding: chunked\r\n\r\n")
        writer, piece = served.writers[0], b"10000\r\n" + b"x" * 0x10000 + b"\r\n"

        async def send_for_ever() -> None:
            while True:
                writer.write(piece)
                await writer.drain()

        async with asyncio.timeout(30):
            with pytest.raises(ConnectionError):
                await send_for_ever()
            with contextlib.suppress(ConnectionError):  # nobody promises the end of a line that was cut
                await reader.readuntil(b"\r\n\r\n0")
        assert await served.health() == b"HTTP/1.1 200 OK"


async def test_who_is_cut_off_gives_way_at_once() -> None:
    async with serving(connections=1) as served:
        body = "x" * (MOST_UNREAD_BYTES * 2)
        reader = await served.open(f"POST /deaf HTTP/1.1\r\n{HEADER}Content-Length: {10**9}\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n0")
        served.writers[0].write(body.encode())
        async with asyncio.timeout(30):
            assert await reader.read() == b""  # our side has ended
        assert (await served.ask(f"GET / HTTP/1.1\r\n{HEADER}Connection: close\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_an_answer_says_where_the_line_ends() -> None:
    async with serving() as served:
        for size, ends in ((MOST_UNREAD_BYTES, False), (MOST_UNREAD_BYTES + 1, True), (None, True)):
            length = "Transfer-Encoding: chunked" if size is None else f"Content-Length: {size}"
            reader = await served.open(f"POST /deaf HTTP/1.1\r\n{HEADER}{length}\r\n\r\n")
            async with asyncio.timeout(30):
                assert (b"connection: close" in await reader.readuntil(b"\r\n\r\n0")) is ends, size


async def test_the_rest_of_a_small_body_costs_nobody_the_line() -> None:
    async with serving() as served:
        size = MOST_UNREAD_BYTES
        reader = await served.open(f"POST /deaf HTTP/1.1\r\n{HEADER}Content-Length: {size}\r\n\r\n")
        async with asyncio.timeout(30):
            await reader.readuntil(b"\r\n\r\n0")
            served.writers[0].write(b"x" * size + f"GET /next HTTP/1.1\r\n{HEADER}\r\n".encode())
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200")


# --- Room ----------------------------------------------------------------------------------------------------------


async def opened_until(served: Served, count: int, sent: str) -> list[asyncio.StreamReader]:
    """So many connections; where something was sent, the server has taken all of them up."""
    readers = []
    for _ in range(count):
        readers.append(await served.open(sent))
    if sent:
        await served.app.has_seen(count)
    return readers


async def test_the_silent_one_that_waits_longest_gives_way() -> None:
    async with serving(connections=5) as served:
        silent = await opened_until(served, 20, "")
        assert await served.health() == b"HTTP/1.1 200 OK"
        async with asyncio.timeout(30):
            assert [await reader.read() for reader in silent[:15]] == [b""] * 15
        assert not silent[-1].at_eof()


@pytest.mark.parametrize("limit", ["connections", "per_client", "descriptors"])
async def test_where_all_are_at_work_a_new_one_is_told_to_come_again(limit: str) -> None:
    changes: dict[str, Any] = {limit: 5}
    async with serving(**changes) as served:
        working = await opened_until(served, 5, f"GET /wait HTTP/1.1\r\n{HEADER}Connection: close\r\n\r\n")
        answer = await served.ask(f"GET /other HTTP/1.1\r\n{HEADER}\r\n")
        assert refusal(answer)[0] == 503
        assert b"\r\nretry-after: 5\r\n" in answer
        assert served.app.seen == ["/wait"] * 5
        assert await served.health() == b"HTTP/1.1 200 OK"
        served.app.go.set()
        async with asyncio.timeout(30):
            assert all([(await reader.read()).startswith(b"HTTP/1.1 200") for reader in working])
        assert (await served.ask(f"GET / HTTP/1.1\r\n{HEADER}Connection: close\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_flood_of_silent_ones_besides_keeps_no_health_check_out() -> None:
    async with serving(connections=5) as served:
        await opened_until(served, 5, f"GET /wait HTTP/1.1\r\n{HEADER}\r\n")
        for _ in range(RESERVE * 3):
            await served.open()
        assert await served.health() == b"HTTP/1.1 200 OK"


async def test_our_proxies_may_have_more_than_one_client() -> None:
    async with serving(per_client=2, proxies="127.0.0.0/8") as served:
        await opened_until(served, 10, f"GET /wait HTTP/1.1\r\n{HEADER}\r\n")


async def test_sockets_count_until_they_end_and_give_way_to_nobody() -> None:
    async with serving(descriptors=8, a_socket=4) as served:
        address = f"ws://127.0.0.1:{served.port}/"
        async with connect(address, proxy=None) as first, connect(address, proxy=None) as second:
            with pytest.raises(InvalidStatus) as caught:
                await connect(address, proxy=None)
            assert caught.value.response.status_code == 503
            await opened_until(served, 20, "")
            for one in (first, second):
                await one.send("hello")
                assert await one.recv() == "hello"
            assert await served.health() == b"HTTP/1.1 200 OK"
        async with connect(address, proxy=None) as third:
            await third.send("again")
            assert await third.recv() == "again"
