"""The form that brings a film, over a real socket: what is taken in, for whom, and what is left of what is not."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from tests.attempts.test_introduction import files_in
from tests.builders import KEYS, store_in
from tests.cli.test_one_write import Quiet
from tests.web.test_results import WEBM, Sitting, sit
from tests.whole import an_app
from vivavoce.attempts.introduction import MOST_BYTES
from vivavoce.candidates.links import SESSION_LIFE, sign_session
from vivavoce.cli.one_write import OneWriteProtocol
from vivavoce.clock import now
from vivavoce.db.database import Database
from vivavoce.db.ids import new_id
from vivavoce.merchants.standing import MerchantStanding
from vivavoce.web.candidate.session import COOKIE

MULTIPART = "multipart/form-data; boundary=b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="film"; filename="me.webm"\r\nContent-Type: video/webm\r\n\r\n'
END = b"\r\n--b--\r\n"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Served:
    """The app at a real address, and where it keeps films."""

    client: httpx.AsyncClient
    folder: Path


@pytest.fixture
async def served(database: Database, standing: MerchantStanding, tmp_path: Path) -> AsyncIterator[Served]:
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = an_app(database, standing, public_url=url, recordings=store_in(tmp_path / "data"))
    server = Quiet(uvicorn.Config(app, http=OneWriteProtocol, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        yield Served(client, tmp_path / "data")
    server.should_exit = True
    await serving


async def body_of(megabytes: int) -> AsyncIterator[bytes]:
    """A film of so many megabytes, whose length is not announced."""
    yield HEAD + WEBM
    for _ in range(megabytes):
        yield bytes(MEGABYTE)
    yield END


async def post(sitting: Sitting, content: AsyncIterator[bytes] | bytes, **headers: str) -> httpx.Response:
    return await sitting.client.post(
        f"{sitting.place}results/film", content=content, headers={"content-type": MULTIPART, **headers}
    )


async def begin(sitting: Sitting, length: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a film of so many bytes is announced."""
    to = urlsplit(str(sitting.client.base_url))
    lines = [
        f"POST {sitting.place}results/film HTTP/1.1",
        f"Host: {to.netloc}",
        f"Cookie: {COOKIE}={sign_session(KEYS, sitting.seat, expires_at=now() + SESSION_LIFE)}",
        f"Content-Type: {MULTIPART}",
        f"Content-Length: {length}",
        "",
        "",
    ]
    reader, writer = await asyncio.open_connection(to.hostname, to.port)
    writer.write("\r\n".join(lines).encode())
    return reader, writer


async def until(is_so: Callable[[], bool]) -> None:
    """Waits for what another task does, half a minute at most."""
    for _ in range(3000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to be")


async def film_of(sitting: Sitting) -> int | None:
    size: int | None = await sitting.fetch(
        "select size_bytes from introductions where attempt_id = $1", sitting.attempt_id
    )
    return size


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR]


async def test_a_film_goes_straight_to_its_place(served: Served, database: Database) -> None:
    sitting = await sit(served.client, database, intro_video="optional")
    answer = await post(sitting, body_of(8))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{sitting.place}results#film")
    assert await film_of(sitting) == len(WEBM) + 8 * MEGABYTE
    assert (await sitting.get("results/film")).content == WEBM + bytes(8 * MEGABYTE)
    assert len(files_in(served.folder)) == 1


async def test_a_film_for_no_attempt_or_another_s_is_not_taken_in(served: Served, database: Database) -> None:
    owner = await sit(served.client, database, intro_video="optional")
    stranger = await sit(served.client, database, intro_video="optional")
    for attempt_id in (new_id(), owner.attempt_id):
        elsewhere = Sitting(served.client, database, stranger.seat, attempt_id)
        assert (await post(elsewhere, HEAD + WEBM + END)).status_code == 404
    assert await film_of(owner) is None
    assert not [*served.folder.parent.iterdir()]


async def test_nothing_is_taken_in_where_no_film_is_asked_for(served: Served, database: Database) -> None:
    sitting = await sit(served.client, database, intro_video="hidden")
    assert (await post(sitting, HEAD + WEBM + END)).status_code == 303
    assert await film_of(sitting) is None
    assert not [*served.folder.parent.iterdir()]


async def test_what_is_larger_than_a_film_is_refused_and_leaves_nothing(
    served: Served, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    sitting = await sit(served.client, database, intro_video="optional")
    reader, writer = await begin(sitting, MOST_BYTES * 2)
    assert await reader.readline() == b"HTTP/1.1 413 Request Entity Too Large\r\n"  # of nothing but its length
    writer.close()
    too_large = await post(sitting, body_of(MOST_BYTES // MEGABYTE + 2))
    assert (too_large.status_code, "This video is too large" in too_large.text) == (413, True)
    assert await film_of(sitting) is None
    assert files_in(served.folder) == []
    assert faults(caplog) == []


async def test_what_is_no_film_is_refused_by_its_first_bytes(served: Served, database: Database) -> None:
    sitting = await sit(served.client, database, intro_video="optional")
    answer = await post(sitting, HEAD + b"MZ" + bytes(4 * MEGABYTE) + END)
    assert (answer.status_code, "can’t use this file as a video" in answer.text) == (422, True)
    assert files_in(served.folder) == []


@pytest.mark.parametrize(
    "body",
    [
        HEAD + WEBM,  # no end
        HEAD + WEBM + b"\r\n" + HEAD + WEBM + END,  # two films
        HEAD + WEBM + b"\r\n" + b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 9 + END[2:],
        b"x" * 1000,
    ],
)
async def test_a_form_that_can_t_be_read_leaves_nothing(
    served: Served, database: Database, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    sitting = await sit(served.client, database, intro_video="optional")
    answer = await post(sitting, body)
    assert (answer.status_code, "This didn’t come through" in answer.text) == (400, True)
    assert await film_of(sitting) is None
    assert files_in(served.folder) == []
    assert faults(caplog) == []


async def test_a_film_whose_sender_goes_away_leaves_nothing(
    served: Served, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    sitting = await sit(served.client, database, intro_video="optional")
    _, writer = await begin(sitting, 50 * MEGABYTE)
    writer.write(HEAD + WEBM + bytes(MEGABYTE))
    await until(lambda: len(files_in(served.folder)) == 1)
    writer.close()
    await until(lambda: files_in(served.folder) == [])
    assert await film_of(sitting) is None
    assert faults(caplog) == []
    assert (await post(sitting, HEAD + WEBM + END)).status_code == 303  # and it is sent again
    assert await film_of(sitting) == len(WEBM)
