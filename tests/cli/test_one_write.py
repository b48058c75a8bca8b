"""Answers go out whole: over a real socket, with a real server, long and short, kept alive and closed."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from vivavoce.cli.one_write import OneWriteProtocol

LONG = b"x" * 3_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers /short, /long in one piece and /pieces in many."""
    body = {"/short": [b"short"], "/long": [LONG], "/pieces": [LONG[:70_000]] * 40}[scope["path"]]
    length = str(sum(map(len, body))).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    for number, piece in enumerate(body, start=1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(body)})


class Quiet(uvicorn.Server):
    """Leaves the signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture
async def url() -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Quiet(uvicorn.Config(app, http=OneWriteProtocol, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.mark.parametrize(("path", "size"), [("/short", 5), ("/long", 3_000_000), ("/pieces", 2_800_000)])
async def test_an_answer_arrives_whole(url: str, path: str, size: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answers = [await client.get(url + path) for _ in range(3)]
        closed = await client.get(url + path, headers={"Connection": "close"})
    assert [len(answer.content) for answer in (*answers, closed)] == [size] * 4


async def test_head_and_body_come_in_one_piece(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /short HTTP/1.1\r\nHost: x\r\n\r\n")
    first = await reader.read(65_536)
    writer.close()
    await writer.wait_closed()
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert first.endswith(b"\r\n\r\nshort")
